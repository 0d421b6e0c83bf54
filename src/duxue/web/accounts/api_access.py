"""What a caller or another person can see and do, and why, for machines."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from duxue.web.accounts.models import User
from duxue.web.accounts.seen import Doing, Seeing, seen
from duxue.web.accounts.selectors import actor_of_user, grants_held
from duxue.web.accounts.views.people import person_or_404
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Both

router = Router(tags=["mine"])


class RoleOut(Schema):
    """A role that holds; `until` is the first day on which it no longer does."""

    role: str
    organisation: int
    round: int | None
    until: date | None


class DoingOut(Schema):
    """Something that may be done with the sample, or may not, and why."""

    action: str
    title: Both
    allowed: bool
    why: Both


class SeeingOut(Schema):
    """A kind of record: how many are seen, one of them as a sample, and what may be done with it.

    The sample is of the newest round under way, if there is one; `round` is its short name, empty without a round.
    """

    kind: str
    title: Both
    count: int
    sample: str
    sample_name: str
    round: str
    actions: list[DoingOut]


class AccessOut(Schema):
    """The roles that hold, and for each kind of record what is seen and may be done."""

    roles: list[RoleOut]
    kinds: list[SeeingOut]


@router.get("/me/access", response=AccessOut, summary="What can I see and do, and why")
def mine(request: HttpRequest) -> Any:
    """Return what the caller sees of each kind and may do with it, with the reason for each."""
    actor = actor_in(request)
    if actor.user_id is not None:
        roles = _roles(User.objects.get(pk=actor.user_id))
    else:
        roles = [
            {"role": h.role, "organisation": h.organisation_id, "round": h.round_id, "until": None}
            for h in actor.held
        ]
    return _access(roles, actor, actor)


@router.get("/people/{int:pk}/access", response=AccessOut, summary="What can a person see and do, and why")
def theirs(request: HttpRequest, pk: int) -> Any:
    """Return what a person sees and may do, as far as the caller sees it too; the reading is logged."""
    user, asker = person_or_404(request, pk), actor_in(request)
    if user.pk == asker.user_id:
        return mine(request)
    audit.saw(asker, user, "access")
    return _access(_roles(user), actor_of_user(user), asker)


def _roles(user: User) -> list[dict[str, Any]]:
    return [
        {"role": g.role, "organisation": g.organisation_id, "round": g.round_id, "until": g.until}
        for g in grants_held(user)
    ]


def _access(roles: list[dict[str, Any]], subject: Actor, asker: Actor) -> dict[str, Any]:
    return {"roles": roles, "kinds": [_kind(kind) for kind in seen(subject, asker)]}


def _kind(kind: Seeing) -> dict[str, Any]:
    return {
        "kind": kind.label, "title": Both.of(kind.title), "count": kind.count, "sample": kind.sample_id,
        "sample_name": kind.sample,
        "round": kind.round.slug if kind.round else "", "actions": [_doing(one) for one in kind.doings],
    }  # fmt: skip


def _doing(one: Doing) -> dict[str, Any]:
    return {
        "action": one.action, "title": Both.of(one.title), "allowed": one.decision.allowed, "why": Both.of(one.decision.why)
    }  # fmt: skip
