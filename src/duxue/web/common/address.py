"""Where a request comes from when proxies stand in front: only what the nearest of them wrote down is believed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


class Address:
    """Puts the sender's address where everything looks for it: limits of guessing and the audit.

    Each proxy adds to X-Forwarded-For the address that it was called from, so with `settings.PROXIES` of them in front the
    sender is that many places from its end; what stands before it, anybody may have written.
    """

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if 0 < settings.PROXIES <= len(told):
            with suppress(ValueError):  # no address: the nearest proxy stands for whoever it was
                request.META["REMOTE_ADDR"] = str(ip_address(told[-settings.PROXIES]))
        return self.handler(request)
