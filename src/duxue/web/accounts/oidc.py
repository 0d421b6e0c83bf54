"""An identity provider (OpenID Connect) from the environment: DUXUE_OIDC_ISSUER, _CLIENT_ID, _SECRET and _NAME."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


def oidc_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return allauth's settings of the provider; without an issuer, none.

    Raises:
        ValueError: an issuer without a client, or one that is not reached by https (loopback excepted).
    """
    issuer = environ.get("DUXUE_OIDC_ISSUER", "").strip().rstrip("/")
    if not issuer:
        return {"openid_connect": {"APPS": []}}
    client = environ.get("DUXUE_OIDC_CLIENT_ID", "").strip()
    if not client:
        raise ValueError("DUXUE_OIDC_CLIENT_ID 未设置 / is not set")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("DUXUE_OIDC_ISSUER: 须为 https 地址 / expected an https address")
    app = {
        "provider_id": "oidc",
        "name": environ.get("DUXUE_OIDC_NAME", "").strip() or parts.hostname,
        "client_id": client,
        "secret": environ.get("DUXUE_OIDC_SECRET", ""),
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def origin_of(environ: Mapping[str, str]) -> str:
    """Return where the sign-in form may lead besides the site itself: the provider's origin, or nothing."""
    parts = urlsplit(environ.get("DUXUE_OIDC_ISSUER", "").strip())
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
