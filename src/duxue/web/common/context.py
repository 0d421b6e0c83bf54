"""What every page knows: the site, the person, the way through it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from duxue.web.common.actors import PUBLIC, Actor
from duxue.web.common.lang import language


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of every template: `site`, `actor`, `nav`, `language`."""
    actor: Actor = getattr(request, "actor", PUBLIC)
    about = {
        "version": settings.VERSION,
        "synthetic": settings.SYNTHETIC,
        "demo": settings.DEMO,
        "language": language(),
        "languages": settings.LANGUAGES,
        "theme": getattr(getattr(request, "user", None), "theme", "")
        or request.COOKIES.get("duxue_theme", ""),
    }
    return {"site": about, "actor": actor, "nav": _nav(request, actor)}


def _nav(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    from duxue.web.common.navigation import entries

    return [
        {"url": entry.url, "label": entry.label, "current": request.path.startswith(entry.url)}
        for entry in entries(actor)
    ]
