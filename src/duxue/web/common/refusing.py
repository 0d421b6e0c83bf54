"""What stands before the routes refuses as they do: machines get their JSON, browsers a line of words."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse, JsonResponse

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.web.common.problems import as_json, tell


def problems_response(problems: Iterable[Problem], status: int) -> HttpResponse:
    """Return problems as the API tells them."""
    return JsonResponse({"problems": [as_json(problem) for problem in problems]}, status=status)


def refusal_response(path: str, what: Text, status: int) -> HttpResponse:
    """Return why a request to `path` is not even looked at (WEB002)."""
    if path.startswith("/api/"):
        return problems_response([tell("WEB002", what=what)], status)
    return HttpResponse(f"{what.zh} / {what.en}", status=status, content_type="text/plain; charset=utf-8")
