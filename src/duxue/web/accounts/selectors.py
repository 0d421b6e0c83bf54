"""Reading people and what they hold."""

from __future__ import annotations

import hashlib

from django.db.models import Q
from django.http import HttpRequest

from duxue.web.accounts.models import Grant, Token, User
from duxue.web.common.actors import PUBLIC, Actor, Held
from duxue.web.common.clock import now, today
from duxue.web.common.scope import everything


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in a request: its token, else the person signed in, else the public."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return actor_of_token(header.removeprefix("Bearer ").strip())
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_active:
        return PUBLIC
    return actor_of_user(user, address=request.META.get("REMOTE_ADDR", ""))


def actor_of_user(user: User, *, address: str = "") -> Actor:
    """Return a person as an actor, with the roles that hold today."""
    with everything("what a person may see is worked out from their grants"):
        held = tuple(
            Held(role, organisation, path, round_id)
            for role, organisation, path, round_id in Grant.objects.filter(
                Q(until__isnull=True) | Q(until__gt=today()), user=user, revoked_at__isnull=True
            ).values_list("role", "organisation_id", "organisation__path", "round_id")
        )
    return Actor(user.pk, str(user), held, address=address)


def actor_of_token(secret: str) -> Actor:
    """Return the organisation's machine that holds `secret`; the public when it is unknown, expired or revoked."""
    with everything("a token is found by its hash"):
        token = (
            Token.objects.filter(
                secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
                revoked_at__isnull=True,
                expires_at__gt=now(),
            )
            .select_related("organisation")
            .first()
        )
        if token is None:
            return PUBLIC
        if token.last_used_at is None or (now() - token.last_used_at).total_seconds() > 60:
            Token.objects.filter(pk=token.pk).update(last_used_at=now())
    held = (Held(token.role, token.organisation_id, token.organisation.path, token.round_id),)
    return Actor(None, f"{token.title} ({token.prefix}…)", held, token.pk, token.read_only)
