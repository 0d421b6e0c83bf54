"""What the people of a unit must do now, for their first page: fill, hand in, answer, read the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from duxue.web.common.actors import MANAGER, MEMBERS, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.memo import remembered
from duxue.web.common.policy import above, below
from duxue.web.common.scope import acting
from duxue.web.common.tasks_list import Todo, provides_todo
from duxue.web.common.templatetags.duxue import moment as moment_words
from duxue.web.rounds.models import Answer, Practice, Question, RoundUnit, Veto
from duxue.web.rounds.procedures import is_open, windows_of
from duxue.web.rounds.selectors.more_time import late_of
from duxue.web.rounds.selectors.progress import decided_items, needs_nothing
from duxue.web.rounds.services.answers import STEP
from duxue.web.rounds.services.objecting import objection_due
from duxue.web.rounds.services.vetoes import appeal_due

MOST = 50  # units: nobody is manager of more in open rounds


@provides_todo
def unit_todos(actor: Actor) -> list[Todo]:
    """Return the tasks of whoever belongs to a unit, or was handed items of one."""
    if not actor.any(*MEMBERS):
        return []
    with acting(actor):
        return [todo for unit in units_running(actor) for todo in _of_unit(actor, unit)]


def units_running(actor: Actor) -> list[RoundUnit]:
    """Return the units of rounds that are not frozen in which an actor fills: the own, those below, and those above."""
    return remembered(("units running", actor), lambda: _units_running(actor))


def _units_running(actor: Actor) -> list[RoundUnit]:
    paths = actor.places(*MEMBERS)
    places = below("path", paths) | above("path", paths)
    return list(
        RoundUnit.objects.filter(places, round__sealed_at__isnull=True).select_related("round__authority")[
            :MOST
        ]
    )


@dataclass(frozen=True, slots=True)
class Filling:
    """How far the items of a unit are that the actor sees: all, those that need nothing more, those at the actor's hands."""

    all: int
    ready: int
    mine: int  # handed to the actor and not ready


def filling(actor: Actor, unit: RoundUnit) -> Filling:
    """Return how far the filling of a unit has come."""
    return remembered(("filling", actor, unit.pk), lambda: _filling(actor, unit))


def _filling(actor: Actor, unit: RoundUnit) -> Filling:
    decided = decided_items(unit)
    rows = list(Answer.objects.filter(unit=unit).only("item_id", "state", "ready", "assignee_id"))
    left = [row for row in rows if not needs_nothing(row, asked=row.item_id not in decided)]
    mine = sum(row.assignee_id is not None and row.assignee_id == actor.user_id for row in left)
    return Filling(all=len(rows), ready=len(rows) - len(left), mine=mine)


def _of_unit(actor: Actor, unit: RoundUnit) -> Iterator[Todo]:
    page = reverse("rounds:unit", args=[unit.pk])
    own = bool(actor.roles_at(unit.path, unit.round_id) & set(MEMBERS))
    manager = actor.has(MANAGER, unit.path, unit.round_id)
    window = windows_of(unit.round, unit).get(STEP)
    late = late_of(unit, window.closes if window else None, now()) if own else None
    if late:
        when = moment_words(late.since)
        yield Todo(
            say("{unit}未提交，{when} 起逾期", "{unit}: not submitted, overdue since {when}", unit=unit.name, when=when),
            reverse("rounds:more_time", args=[unit.pk]) if manager else page,
            due=late.since, urgency=9,
            hint=say("已申请延期，等待审定", "More time was asked for; it waits for the decision") if late.waits
            else say("可以申请延期", "You may ask for more time") if manager else None,
        )  # fmt: skip
    if unit.state in {"invited", "drafting"} and is_open(window, now()):
        found = filling(actor, unit)
        left = found.all - found.ready
        count = found.mine if own and found.mine else left
        show = "?show=mine" if own and found.mine else ""
        if count:
            title = say(
                "填写{unit}的 {n} 个条目", "Fill in {n} items of {unit}", one="Fill in 1 item of {unit}", n=count,
                unit=unit.name,
            )  # fmt: skip
            yield Todo(title, page + show, due=window.closes if window else None, count=count)
        if manager and left == 0:
            title = say("提交{unit}的自评", "Submit the self-evaluation of {unit}", unit=unit.name)
            yield Todo(
                title,
                reverse("rounds:submit", args=[unit.pk]),
                due=window.closes if window else None,
                urgency=1,
            )
    asked = Question.objects.filter(answer__unit=unit, replied_at__isnull=True, closed_at__isnull=True)
    waiting = list(asked.order_by().values_list("due", flat=True))
    if waiting:
        title = say(
            "答复{unit}的 {n} 个退回条目", "Answer {n} returned items of {unit}", one="Answer 1 returned item of {unit}",
            n=len(waiting), unit=unit.name,
        )  # fmt: skip
        yield Todo(title, f"{page}?show=returned", due=min(waiting), count=len(waiting), urgency=2)
    returned = Practice.objects.filter(unit=unit, returned__isnull=False).count() if own else 0
    if returned:
        title = say(
            "修改{unit}被退回的 {n} 个典型做法", "Change {n} returned practices of {unit}", one="Change 1 returned practice of {unit}",
            n=returned, unit=unit.name,
        )  # fmt: skip
        yield Todo(title, reverse("rounds:practices", args=[unit.pk]), count=returned, urgency=2)
    if manager:
        for veto in Veto.objects.filter(unit=unit, appeal="none"):
            due = appeal_due(veto, unit.round)
            if due >= now():
                title = say(
                    "{unit}有否决事项：认可或在期限内申诉", "A veto was recorded on {unit}: accept it, or appeal within the term",
                    unit=unit.name,
                )  # fmt: skip
                yield Todo(title, reverse("rounds:veto", args=[veto.pk]), due=due, urgency=3)
    until = objection_due(unit) if manager and unit.state == "notified" else None
    # After the term nothing must be done: the result may be read, and the organiser lets it lapse.
    if until is not None and now().replace(microsecond=0) <= until:
        title = say(
            "查看{unit}的结果，认可或提出异议",
            "Read the result of {unit}; accept it or object",
            unit=unit.name,
        )
        yield Todo(title, reverse("rounds:result", args=[unit.pk]), due=until)
