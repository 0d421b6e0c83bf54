"""Giving roles, ending them and taking them back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.accounts import problems
from duxue.web.accounts.models import Grant, User
from duxue.web.accounts.policy import may_give
from duxue.web.common import audit
from duxue.web.common.actors import ROLES, SITE, Actor
from duxue.web.common.clock import now, today
from duxue.web.common.lang import say
from duxue.web.common.policy import Denied, require
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.rounds.models import Round


@transaction.atomic
def grant_give(
    *,
    actor: Actor,
    user: User,
    role: str,
    organisation: Organisation,
    round: Round | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> Grant:
    """Give a person a role at an organisation, with all below it, in one round or in all.

    Raises:
        Denied: the actor may not give this role at this place.
        Refused: the person holds it already, the role is unknown, the day has passed.
    """
    require_giving(actor, role, organisation, round)
    with everything("whether the role is held already is asked of all grants"):
        open_ones = Grant.objects.filter(
            user=user, role=role, organisation=organisation, round=round, revoked_at=None
        )
        ended = open_ones.filter(until__lte=today())
        ended.update(revoked_at=at or now())
        found = [] if until is None or until > today() else [problems.past("until", until)]
        if open_ones.exists():
            found.append(problems.held(role))
        if found:
            raise Refused(found)
        grant = Grant.objects.create(
            user=user, role=role, organisation=organisation, round=round, until=until, given_by_id=actor.user_id,
            given_at=at or now(),
        )  # fmt: skip
        _record(actor, "duxue.grant.given", grant, until=str(until or ""))
    return grant


@transaction.atomic
def grant_revoke(*, actor: Actor, grant: Grant, reason: str = "") -> Grant:
    """Take a role back at once."""
    require(actor, "revoke", grant)
    if grant.revoked_at is not None:
        raise Refused([problems.already(Text("角色已收回", "the role was revoked already"))])
    grant.revoked_at = now()
    grant.save(update_fields=["revoked_at"])
    _record(actor, "duxue.grant.revoked", grant, reason=reason)
    return grant


@transaction.atomic
def grant_end(*, actor: Actor, grant: Grant, until: date) -> Grant:
    """Let a role end: `until` is the first day on which it no longer holds."""
    require(actor, "revoke", grant)
    if until <= today():
        raise Refused([problems.past("until", until)])
    if grant.revoked_at is not None:
        raise Refused([problems.already(Text("角色已收回", "the role was revoked already"))])
    grant.until = until
    grant.save(update_fields=["until"])
    _record(actor, "duxue.grant.limited", grant, until=str(until))
    return grant


def grants_end_at(*, actor: Actor, organisation: Organisation, until: date) -> None:
    """Let all roles at an organisation end on the day on which it closes; part of closing it, inside its transaction."""
    with everything("an organisation that is no more has no roles"):
        open_ones = Grant.objects.filter(
            Q(until=None) | Q(until__gt=until), organisation=organisation, revoked_at=None
        )
        for grant in open_ones.select_related("organisation", "user"):
            grant.until = until
            grant.save(update_fields=["until"])
            _record(actor, "duxue.grant.limited", grant, until=str(until))


def require_giving(actor: Actor, role: str, organisation: Organisation, round: Round | None) -> None:
    """Raise Denied unless `actor` may give `role` there; the site itself may."""
    if role not in ROLES:
        raise Refused([problems.not_a_role(role)])
    if actor is SITE:
        return
    decision = may_give(actor, role, organisation.path, round.pk if round else None)
    if not decision:
        raise Denied(decision.why)


def person_of(actor: Actor) -> int:
    """Return the person who acts; invitations and tokens are made by people only."""
    if actor.user_id is None:
        raise Denied(say("只有登录的人员可以这样做", "only a person who is signed in may do this"))
    return actor.user_id


def _record(actor: Actor, action: str, grant: Grant, reason: str = "", **data: str) -> None:
    values = {"user": grant.user_id, "role": grant.role, "organisation": grant.organisation.code, **data}
    path = grant.organisation.path
    audit.record(actor, action, grant, round_id=grant.round_id, path=path, reason=reason, data=values)
