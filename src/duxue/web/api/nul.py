"""Texts with a NUL in the body of a request are refused before anything reads them: no database keeps one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse

from duxue.core.text import Text
from duxue.web.common.problems import as_json, tell

Handler = Callable[[HttpRequest], HttpResponse]
_EXPECTED = Text("不含 NUL（U+0000）的文字", "text without NUL (U+0000)")


class NoNul:
    """Answers a JSON body in which a text holds a NUL with its problems (WEB002), each with its field."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        places = _places(request) if request.content_type == "application/json" else []
        if places:
            found = [tell("WEB002", field=place, found="U+0000", expected=_EXPECTED) for place in places]
            return JsonResponse({"problems": [as_json(problem) for problem in found]}, status=422)
        return self.handler(request)


def _places(request: HttpRequest) -> list[str]:
    """Return the fields whose text or name holds a NUL; none where the body cannot be read: the route says why."""
    try:
        return list(_nuls(json.loads(request.body), "")) if b"\\u0000" in request.body else []
    except (ValueError, RecursionError, RequestDataTooBig):
        return []


def _nuls(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, str) and "\0" in value:
        yield place
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _nuls(name, place)
            yield from _nuls(part, f"{place}.{name}".strip(".\0"))
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from _nuls(part, f"{place}.{n}".strip("."))
