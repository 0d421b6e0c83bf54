"""Who hears of what: the people of a role, and of the acts that no procedure knows those whom they concern."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse

from duxue.web.common.actors import INSPECTOR, MANAGER, MEMBERS, OFFICER, ORGANISER, REVIEWER
from duxue.web.common.clock import today
from duxue.web.common.models import AuditEvent
from duxue.web.rounds.models import Round, RoundUnit

Heard = Iterator[tuple[int, str]]  # a person, and the page on which that person sees it


def people(role: str, round: Round, unit: RoundUnit | None) -> set[int]:
    """Return who holds a role in a round today; of a unit, where one is named, its own people, reviewers and teams."""
    grants = _held(round).filter(role=role)
    if role == REVIEWER:
        tasks: Any = RoundUnit.objects.filter(**({"pk": unit.pk} if unit else {"round": round}))
        return set(
            tasks.filter(assignments__withdrawn_at=None, assignments__reviewer__is_active=True).values_list(
                "assignments__reviewer_id", flat=True
            )
        )
    if role == INSPECTOR:
        tasks = RoundUnit.objects.filter(
            **({"pk": unit.pk} if unit else {"round": round}), visits__team__is_active=True
        )
        return set(tasks.values_list("visits__team", flat=True))
    if role in MEMBERS:
        rows = RoundUnit.objects.filter(**({"pk": unit.pk} if unit else {"round": round}))
        return set(grants.filter(organisation__rounds_in__in=rows).values_list("user_id", flat=True))
    above = [
        int(part) for part in round.authority.path.strip("/").split("/")
    ]  # a path holds the keys of all above
    return set(grants.filter(organisation_id__in=above).values_list("user_id", flat=True))


def heard(event: AuditEvent, round: Round, unit: RoundUnit | None) -> Heard:
    """Yield who hears of an act beside the procedures; nobody of one that is not known here, nor whoever did it."""
    act = _ACTS.get(event.action)
    if act is None:
        return
    told = dict(act(event, round, unit, json.loads(event.data)))
    yield from sorted((user, url) for user, url in told.items() if user != event.actor_id)


def _held(round: Round) -> Any:
    from duxue.web.accounts.models import Grant

    rounds, until = Q(round=None) | Q(round=round), Q(until=None) | Q(until__gt=today())
    return Grant.objects.filter(rounds, until, revoked_at=None, user__is_active=True)


def _members(page: str, *, of: str = "unit", roles: tuple[str, ...] = (MANAGER, OFFICER)) -> Any:
    """Return the act of which the unit's people hear, on a page that is found by the unit or by the object itself."""

    def tell(event: AuditEvent, round: Round, unit: RoundUnit | None, _: Mapping[str, Any]) -> Heard:
        if unit is not None:
            url = reverse(page, args=[unit.pk if of == "unit" else event.object_id])
            yield from ((user, url) for role in roles for user in people(role, round, unit))

    return tell


def _organisers(page: str, *, slug: bool) -> Any:
    def tell(event: AuditEvent, round: Round, _: RoundUnit | None, __: Mapping[str, Any]) -> Heard:
        url = reverse(page, args=[round.slug, event.object_id] if slug else [event.object_id])
        yield from ((user, url) for user in people(ORGANISER, round, None))

    return tell


def _handed(_: AuditEvent, round: Round, unit: RoundUnit | None, data: Mapping[str, Any]) -> Heard:
    """Yield the colleague to whom items were handed, or the people of the organisation below."""
    if unit is None:
        return
    url = f"{reverse('rounds:unit', args=[unit.pk])}?show=mine"
    if data.get("assignee"):
        yield int(data["assignee"]), url
    elif data.get("organisation"):
        below = _held(round).filter(role__in=MEMBERS, organisation__path__under=unit.path)
        rows = below.filter(organisation__code=data["organisation"]).values_list("user_id", flat=True)
        yield from ((user, url) for user in rows)


def _assigned(event: AuditEvent, _: Round, __: RoundUnit | None, data: Mapping[str, Any]) -> Heard:
    yield int(data["reviewer"]), reverse("reviews:task", args=[event.object_id])


def _planned(event: AuditEvent, _: Round, __: RoundUnit | None, data: Mapping[str, Any]) -> Heard:
    """Yield the team alone: who is visited learns it when the visit is announced."""
    yield from ((int(user), reverse("inspections:show", args=[event.object_id])) for user in data["team"])


_VETO = _members("rounds:veto", of="object")
_ACTS: dict[str, Callable[[AuditEvent, Round, RoundUnit | None, Mapping[str, Any]], Heard]] = {
    "duxue.practice.accepted": _members("rounds:practices"),
    "duxue.practice.returned": _members("rounds:practices"),
    "duxue.unit.items_handed": _handed,
    "duxue.dispute.answered": _members("rounds:dispute_show", of="object"),
    "duxue.veto.record": _VETO,
    "duxue.veto.upheld": _VETO,
    "duxue.veto.withdrawn": _VETO,
    "duxue.veto.pending": _organisers("rounds:veto", slug=False),
    "duxue.assignment.given": _assigned,
    "duxue.inspection.planned": _planned,
    "duxue.more_time.asked": _organisers("rounds:more_time_decide", slug=True),
    "duxue.more_time.granted": _members("rounds:more_time", roles=(MANAGER,)),
    "duxue.more_time.declined": _members("rounds:more_time", roles=(MANAGER,)),
}
