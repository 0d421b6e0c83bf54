"""Texts that no database keeps are refused before anything reads them: with a NUL, or with half a pair of UTF-16."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from duxue.core.text import Text
from duxue.web.common.problems import UNKEPT, tell
from duxue.web.common.refusing import problems_response

Handler = Callable[[HttpRequest], HttpResponse]
_EXPECTED = Text(
    "不含 NUL（U+0000）和半个代理对的文字", "text without NUL (U+0000) and without half a surrogate pair"
)
_HINT = re.compile(rb"\\u(0000|[dD][89a-fA-F])")


class Keepable:
    """Answers a JSON body in which a text cannot be kept with its problems (WEB002), each with its field."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        places = _places(request) if request.content_type == "application/json" else []
        if places:
            found = [
                tell("WEB002", field=place, found=f"U+{ord(sign):04X}", expected=_EXPECTED)
                for place, sign in places
            ]
            return problems_response(found, 422)
        return self.handler(request)


def _places(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields whose text or name cannot be kept, each with its first unfit sign.

    None where the body cannot be read: the route says why.
    """
    try:
        return list(_unkept(json.loads(request.body), "")) if _HINT.search(request.body) else []
    except (ValueError, RecursionError, RequestDataTooBig):
        return []


def _unkept(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if found := UNKEPT.search(value):
            yield UNKEPT.sub("", place), found[0]
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _unkept(name, place)
            yield from _unkept(part, f"{place}.{name}".strip(".\0"))
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from _unkept(part, f"{place}.{n}".strip("."))
