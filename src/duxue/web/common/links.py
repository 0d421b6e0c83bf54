"""Links that leave the site, in mails above all: they lead where its operator says it is, whatever host a request names."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site_address(request: HttpRequest | None = None) -> str:
    """Return the address of the site, without a slash at its end.

    That is `settings.SITE_URL`, which production always has. Without one, on a developer's machine, the address that the
    request came to stands in, or the first of the hosts.
    """
    host = next(iter(settings.ALLOWED_HOSTS), "localhost")
    here = request.build_absolute_uri("/") if request else f"http://{host}"
    return (settings.SITE_URL or here).rstrip("/")
