"""Planning visits: day and team, announced or not, begun, cancelled; what burdens a place is told before it is done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from duxue.cases.procedure import Moved
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.accounts.models import User
from duxue.web.common import audit
from duxue.web.common.actors import INSPECTOR, Actor
from duxue.web.common.clock import now, today
from duxue.web.common.lang import Words, say
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.inspections.models import Visit
from duxue.web.inspections.policy import ENDED
from duxue.web.reviews.barring import barred, people_of
from duxue.web.rounds.models import RoundUnit
from duxue.web.rounds.procedures import move, windows_of

STEP = "field_verification"
TEAM = 3  # least people of a team


@transaction.atomic
def visit_plan(
    *, actor: Actor, visit: Visit, day: date | None, team: Collection[int], at: datetime | None = None
) -> Visit:
    """Set the day and the team of a visit, and return it; once it has begun its day stays and its team is only completed.

    Raises:
        Refused: people who are no inspectors or are recused (WEB002), a day past or outside the window (WEB002), nobody
            left in the team of a visit that has begun (WEB001), ended (WEB004).
    """
    moment = at or now()
    require(actor, "plan", visit)
    problems: list[Problem] = []
    with everything("its own policy was asked; locked, for it may begin or a recusal be granted meanwhile"):
        stored = Visit.objects.select_for_update().get(pk=visit.pk)
    begun = stored.state == "under_way"
    if begun:
        day = stored.planned_on
        if not team:
            what = Text("核查已开始，须有核查人员", "the visit has begun and needs a team")
            problems.append(tell("WEB001", field="team", what=what))
    elif stored.state not in {"drawn", "notified"}:
        what = Text("核查已结束，不能再安排", "it has ended and is not planned any more")
        problems.append(tell("WEB004", what=what, found=stored.state))
    people = {p.pk: p for p in people_of(visit.round, INSPECTOR)}
    why = barred(visit.round, team)
    for pk in team:
        if pk not in people:
            what = Text("此人不是本轮的核查人员", "this person is no inspector of the round")
            problems.append(tell("WEB002", field="team", what=what, found=str(pk)))
        elif reason := why.get(pk, {}).get(visit.unit_id):
            text = reason.text()
            what = Text(f"须回避：{text.zh}", f"recused: {text.en}")
            problems.append(tell("WEB002", field="team", what=what, found=str(people[pk])))
    if day is not None and not begun:
        problems += _day(visit, day)
    if problems:
        raise Refused(problems)
    with everything("its own policy was asked"):
        Visit.objects.filter(pk=visit.pk).update(planned_on=day)
        visit.team.set(sorted(set(team)))
    visit.planned_on = day
    data = {"day": day.isoformat() if day else None, "team": sorted(set(team)), "place": visit.place_code}
    audit.record(
        actor, "duxue.inspection.planned", visit, path=visit.round.authority.path, data=data, at=moment
    )
    return visit


def take_out(user: User, unit: RoundUnit) -> list[int]:
    """Take a person out of the unit's visits that go on, inside the caller's transaction; return the keys of the visits."""
    with everything("who is recused visits the unit no more; locked, for one may be planned meanwhile"):
        rows = Visit.objects.select_for_update().filter(unit=unit).exclude(state__in=ENDED)
        held = Visit.team.through._default_manager.filter(visit__in=list(rows), user=user)
        left = sorted(held.values_list("visit_id", flat=True))
        held.delete()
    return left


def _day(visit: Visit, day: date) -> list[Problem]:
    window = windows_of(visit.round, visit.unit).get(STEP)
    if day < today():
        return [
            tell("WEB002", field="day", what=Text("日期已过", "the day has passed"), found=day.isoformat())
        ]
    if window is None or window.opens is None or window.closes is None:
        return []
    first, last = (timezone.localtime(moment).date() for moment in (window.opens, window.closes))
    if not first <= day <= last:
        expected = Text(f"{first}至{last}", f"{first} to {last}")
        return [
            tell(
                "WEB002",
                field="day",
                what=Text("不在核查窗口内", "outside the window"),
                found=day.isoformat(),
                expected=expected,
            )
        ]
    return []


def burdens(visit: Visit) -> list[Words]:
    """Return what should be thought over: a small team, and how often a place is visited in the month, over all rounds."""
    found: list[Words] = []
    with everything("the burden of a place counts the visits of all rounds"):
        size = visit.team.count()
        same = Visit.objects.none()
        if visit.planned_on:
            same = Visit.objects.filter(
                place_code=visit.place_code,
                planned_on__year=visit.planned_on.year,
                planned_on__month=visit.planned_on.month,
            ).exclude(state="cancelled")
        times = same.count()
    limit = visit.round.chosen.visit_limit
    if size < TEAM:
        found.append(
            say("核查组 {n} 人；《教育督导条例》规定督导小组不少于 3 人", "{n} in the team; the State regulation on supervision asks for at least 3", n=size)
        )  # fmt: skip
    if times > limit:
        found.append(
            say("该处本月共 {n} 次核查，超过每月 {limit} 次", "{n} visits of this place this month, more than {limit}", one="1 visit of this place this month, more than {limit}", n=times, limit=limit)
        )  # fmt: skip
    return found


def _ready(visit: Visit) -> list[Problem]:
    problems: list[Problem] = []
    if visit.planned_on is None:
        problems.append(tell("WEB001", field="day", what=Text("还没有日期", "no day is set yet")))
    if not visit.team.exists():
        problems.append(
            tell("WEB001", field="team", what=Text("还没有核查人员", "nobody is in the team yet"))
        )
    return problems


@transaction.atomic
def visit_notify(*, actor: Actor, visit: Visit, at: datetime | None = None) -> Moved:
    """Announce a visit in writing: its unit and the place see it from now on."""
    moment = at or now()
    require(actor, "plan", visit)
    if problems := _ready(visit):
        raise Refused(problems)
    moved = move(
        actor, visit.round, "inspection", visit, "notify", path=visit.round.authority.path, at=moment
    )
    with everything("its own policy was asked"):
        Visit.objects.filter(pk=visit.pk).update(announced_at=moment)
    visit.announced_at = moment
    return moved


@transaction.atomic
def visit_start(*, actor: Actor, visit: Visit, at: datetime | None = None) -> Moved:
    """Begin a visit on the spot, announced or not, and lay out its sheet."""
    from duxue.web.inspections.services.sheets import lay_out

    moment = at or now()
    require(actor, "start", visit)
    way = "start" if visit.state == "notified" else "go_unannounced"
    moved = move(actor, visit.round, "inspection", visit, way, path=visit.round.authority.path, at=moment)
    lay_out(actor, visit, moment)
    return moved


@transaction.atomic
def visit_cancel(*, actor: Actor, visit: Visit, reason: str, at: datetime | None = None) -> Moved:
    """Cancel a visit that has not begun, with a reason; the place drawn is not exchanged for another."""
    require(actor, "plan", visit)
    return move(
        actor,
        visit.round,
        "inspection",
        visit,
        "cancel",
        path=visit.round.authority.path,
        reason=reason,
        at=at,
    )
