"""Who acts in a request, as the middleware found it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from duxue.web.common.actors import Actor


def actor_in(request: HttpRequest) -> Actor:
    """Return the actor of a request."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]
