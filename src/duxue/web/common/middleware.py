"""What every request passes: an id for its log lines, the headers of safety, and who acts."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from duxue.core.text import Text
from duxue.web.common.clock import now
from duxue.web.common.lang import language, speaking
from duxue.web.common.logs import masked
from duxue.web.common.memo import remembering
from duxue.web.common.refusing import refusal_response
from duxue.web.common.scope import acting

Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("duxue.request")
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
LONGEST = 8192  # bytes of a query: longer ones are no search that anybody types


def csp() -> str:
    """Return the policy; a form may also lead to the identity provider, where there is one."""
    return CSP.replace("form-action 'self'", f"form-action 'self' {settings.OIDC_ORIGIN}".rstrip())


def _unfit(request: HttpRequest) -> HttpResponse | None:
    """Refuse addresses that no database can be asked for: too long, or with a NUL."""
    query = request.META.get("QUERY_STRING", "")
    if len(query) > LONGEST:
        return refusal_response(request.path, Text("请求地址过长", "the address is too long"), 414)
    if "%00" in query or "\0" in request.path:
        return refusal_response(request.path, Text("请求地址无效", "the address is not valid"), 400)
    return None


class RequestId:
    """Gives each request an id, and writes one structured line when it ends."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request; the id comes back in X-Request-Id."""
        request.id = uuid.uuid4().hex  # type: ignore[attr-defined]
        # What arrives in time counts, however long it waits: config/intake.py notes when it was here in whole.
        request.arrived = request.META.get("duxue.arrived") or now()  # type: ignore[attr-defined]
        started = time.perf_counter()
        response = _unfit(request) or self.handler(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        if not request.path.startswith(("/static/", "/healthz")):
            log.info(
                "request",
                extra={
                    "request_id": request.id,  # type: ignore[attr-defined]
                    "method": request.method,
                    "path": masked(request.path),
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                    "user": getattr(getattr(request, "user", None), "pk", None),
                },
            )
        return response


class Headers:
    """Adds the content security policy, and keeps pages of signed-in people out of shared caches."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        response = self.handler(request)
        response.setdefault("Content-Security-Policy", csp())
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "private, no-store")
        return response


class Acting:
    """Lets the rest of the request see what its person may see; nobody signed in sees what is public."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        from duxue.web.accounts.selectors import actor_of

        request.actor = actor_of(request)  # type: ignore[attr-defined]
        looking = request.method in {"GET", "HEAD"}
        with acting(request.actor), remembering(looking), speaking(language()):  # type: ignore[attr-defined]
            response = self.handler(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            return response
