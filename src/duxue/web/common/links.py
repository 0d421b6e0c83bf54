"""Where links lead: those of mails to the site as its operator names it, those back to a page of this site and nowhere else."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def site_address(request: HttpRequest | None = None) -> str:
    """Return the address of the site, without a slash at its end.

    That is `settings.SITE_URL`, which production always has. Without one, on a developer's machine, the address that the
    request came to stands in, or the first of the hosts.
    """
    host = next(iter(settings.ALLOWED_HOSTS), "localhost")
    here = request.build_absolute_uri("/") if request else f"http://{host}"
    return (settings.SITE_URL or here).rstrip("/")


def own_path(request: HttpRequest, target: str) -> str:
    """Return `target` where it is a path of this site, else "": what an address says to go back to may come from anybody."""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else ""


def returning(url: str, back: str) -> str:
    """Return the address of a page that offers the way back to `back`."""
    return f"{url}?{urlencode({'back': back})}" if back else url
