"""Tokens with which a machine acts for an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from duxue.core.errors import Refused
from duxue.core.text import Text, clean
from duxue.web.accounts import problems
from duxue.web.accounts.models import Token
from duxue.web.accounts.secret import hash_of_secret, new_secret
from duxue.web.accounts.services.grants import person_of, require_giving
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.orgs.models import Organisation
from duxue.web.rounds.models import Round

MOST_DAYS, PREFIX = 366, 8


@dataclass(frozen=True, slots=True)
class Made:
    """A token and its secret, which is shown once."""

    token: Token
    secret: str


@transaction.atomic
def token_create(
    *,
    actor: Actor,
    title: str,
    organisation: Organisation,
    role: str,
    round: Round | None = None,
    read_only: bool = True,
    days: int = 90,
    at: datetime | None = None,
) -> Made:
    """Make a token that acts in `role` for an organisation, for at most a year; its maker could give that role there.

    Raises:
        Denied: the actor keeps no tokens there, or may not give the role.
        Refused: no title, the time is too long.
    """
    require(actor, "tokens", organisation)
    require_giving(actor, role, organisation, round)
    title, at = clean(title), at or now()
    found = [] if title else [problems.empty("title")]
    if not 1 <= days <= MOST_DAYS:
        found.append(problems.too_far("days", MOST_DAYS))
    if found:
        raise Refused(found)
    secret = new_secret("dx_")
    token = Token.objects.create(
        title=title, organisation=organisation, role=role, round=round, read_only=read_only, prefix=secret[:PREFIX],
        secret_hash=hash_of_secret(secret), created_by_id=person_of(actor), created_at=at,
        expires_at=at + timedelta(days=days),
    )  # fmt: skip
    _record(actor, "duxue.token.made", token)
    return Made(token, secret)


@transaction.atomic
def token_revoke(*, actor: Actor, token: Token, reason: str = "") -> Token:
    """End a token at once."""
    require(actor, "revoke", token)
    if token.revoked_at is not None:
        raise Refused([problems.already(Text("令牌已吊销", "the token was revoked already"))])
    token.revoked_at = now()
    token.save(update_fields=["revoked_at"])
    _record(actor, "duxue.token.revoked", token, reason)
    return token


def _record(actor: Actor, action: str, token: Token, reason: str = "") -> None:
    data = {"prefix": token.prefix, "role": token.role, "read_only": token.read_only}
    path = token.organisation.path
    audit.record(actor, action, token, round_id=token.round_id, path=path, reason=reason, data=data)
