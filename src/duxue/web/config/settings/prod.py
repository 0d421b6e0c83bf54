"""For an authority: refuses to start without its own secret and host names, and never as a demonstration."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

from duxue.web.config.settings.base import *  # noqa: F403
from duxue.web.config.site import url_of


def _needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        message = f"{name} 未设置 / is not set: docs/howto/operate.md"
        raise ImproperlyConfigured(message)
    return value


def _count(name: str, default: str) -> int:
    value = os.environ.get(name, default)
    if not (value.isascii() and value.isdecimal()):
        message = f"{name} 须为整数 / expected a whole number, found {value!r}: docs/howto/operate.md"
        raise ImproperlyConfigured(message)
    return int(value)


if os.environ.get("DUXUE_DEMO"):
    raise ImproperlyConfigured("DUXUE_DEMO 不能用于正式环境 / is refused in production")

SECRET_KEY = _needed("DUXUE_SECRET_KEY")
ALLOWED_HOSTS = [host.strip() for host in _needed("DUXUE_HOSTS").split(",")]
try:
    SITE_URL = url_of(os.environ.get("DUXUE_URL", "").strip(), ALLOWED_HOSTS)
except ValueError as error:
    message = f"DUXUE_URL {error}: docs/howto/operate.md"
    raise ImproperlyConfigured(message) from error
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
REQUIRE_SECOND_FACTOR = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-duxue_session"
CSRF_COOKIE_NAME = "__Host-duxue_csrf"
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SILENCED_SYSTEM_CHECKS = [
    "security.W005",
    "security.W021",
]  # the authority's other hosts are not this site's to bind
SECURE_SSL_REDIRECT = (
    os.environ.get("DUXUE_PLAIN_HTTP") != "1"
)  # 1: a proxy in front ends TLS on this machine
PROXIES = _count("DUXUE_PROXIES", "1")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": CACHE_TABLE,  # noqa: F405 - of the base
        # It holds failures and used codes, which go first when it is full (Django's 300): nobody is to fill it.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
