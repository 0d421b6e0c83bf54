"""What stands before the routes refuses as they do: machines get their JSON, browsers a line of words."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.web.common.problems import as_json, tell


def problems_response(problems: Iterable[Problem], status: int) -> HttpResponse:
    """Return problems as the API tells them."""
    return JsonResponse({"problems": [as_json(problem) for problem in problems]}, status=status)


def too_large_response(request: HttpRequest) -> HttpResponse:
    """Return that the body is larger than one that is held in memory, and how what is larger is sent (WEB002)."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    problem = tell(
        "WEB002",
        field="body",
        what=Text("请求正文过大", "the body of the request is too large"),
        found=f"{request.META.get('CONTENT_LENGTH', '')} B",
        expected=Text(f"至多 {most} B（{most >> 20} MB）", f"at most {most} B ({most >> 20} MB)"),
        advice=Text(
            "地图以类型 application/geo+json 用 PUT 原样发送（/api/v1/reporting/rounds/<轮次>/boundary）；文件分段上传。",
            "Send a map as it is, by PUT with the type application/geo+json (/api/v1/reporting/rounds/<slug>/boundary); "
            "files in pieces.",
        ),
    )
    return problems_response([problem], 413)


def refusal_response(path: str, what: Text, status: int) -> HttpResponse:
    """Return why a request to `path` is not even looked at (WEB002)."""
    if path.startswith("/api/"):
        return problems_response([tell("WEB002", what=what)], status)
    return HttpResponse(f"{what.zh} / {what.en}", status=status, content_type="text/plain; charset=utf-8")
