"""Two guards behind the scope: tokens that nobody gave, and people whose role needs a second factor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.web.accounts.selectors import has_second_factor
from duxue.web.common.actors import AUDITOR, ORGANISER
from duxue.web.common.problems import tell
from duxue.web.common.refusing import problems_response
from duxue.web.common.requests import actor_in

Handler = Callable[[HttpRequest], HttpResponse]
WRONG_TOKENS, SECONDS = 10, 300  # of one address, before it must wait
FREE = ("/accounts/", "/favicon.ico", "/language", "/theme", "/healthz", "/readyz", "/static/")


class Tokens:
    """Refuses unknown, expired and revoked tokens, and an address that tries many of them."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request; 401 for a token that opens nothing, 429 for an address that tried too many."""
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            return self.handler(request)
        key = f"wrong-tokens:{hashlib.sha256(request.META.get('REMOTE_ADDR', '').encode()).hexdigest()}"
        if cache.get(key, 0) >= WRONG_TOKENS:
            wait = Text(f"请 {SECONDS // 60} 分钟后再试", f"wait {SECONDS // 60} minutes")
            return _refused(tell("WEB009", field="Authorization", advice=wait), 429)
        if actor_in(request).token_id is None:
            cache.add(key, 0, SECONDS)
            cache.incr(key)
            unknown = Text("令牌无效、已过期或已吊销", "the token is unknown, has expired or was revoked")
            return _refused(tell("WEB007", field="Authorization", what=unknown), 401)
        return self.handler(request)


def _refused(problem: Problem, status: int) -> HttpResponse:
    response = problems_response([problem], status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    else:
        response["Retry-After"] = str(SECONDS)
    return response


class SecondFactor:
    """Lets organisers and auditors act only once they sign in with more than a password."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request, or show what must be set up first."""
        actor = actor_in(request)
        needed = (
            settings.REQUIRE_SECOND_FACTOR and actor.user_id is not None and actor.any(ORGANISER, AUDITOR)
        )
        if not needed or request.path.startswith(FREE) or has_second_factor(actor.user_id or 0):
            return self.handler(request)
        if request.path.startswith("/api/"):
            wanted = Text("此角色须先设置登录保护", "this role needs a second factor first")
            return _refused(tell("WEB007", what=wanted), 403)
        return render(request, "accounts/second_factor.html", status=403)
