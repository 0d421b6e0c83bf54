"""The look of each step of a unit, as the database works it out, so that units are counted and found by their looks.

A window of all holds for a unit, longer where the unit has one of its own: `procedures.times_for`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone

from duxue.cases.procedure import Window as Times
from duxue.web.common.lang import Words, say
from duxue.web.rounds.models import Answer, Round, RoundUnit, Window
from duxue.web.rounds.procedures import procedure_of, times_for
from duxue.web.rounds.selectors.progress import OPEN

_FILLING = "self_evaluation"  # the step in which units fill in and submit
SOON = timedelta(days=3)  # before the end, from which an unfinished step is at risk
# The state of a unit from which on a step is behind it, where the procedure has that state.
BEHIND = {
    _FILLING: "submitted", "online_review": "reviewed", "field_verification": "verified",
    "feedback": "notified", "objection": "settled", "scoring": "settled",
}  # fmt: skip
# A unit that does not object lets the term pass: that is no delay of its own.
PATIENT = frozenset({"objection", "scoring"})
LOOKS: dict[str, Words] = {
    "met": say("完成", "done"), "active": say("进行中", "under way"), "at_risk": say("有风险", "at risk"),
    "overdue": say("逾期", "overdue"), "neutral": say("未开始", "not begun"), "excused": say("免评", "excused"),
}  # fmt: skip


class Look(NamedTuple):
    """How a step looks: an expression over the units of its round, and what it can say."""

    case: Case
    can: frozenset[str]


def in_preparation(round: Round) -> bool:
    """Return whether a round is still being prepared, so that nothing of it is open."""
    return round.state == procedure_of(round, "round").start.id


def looks_of(round: Round, at: datetime) -> list[Look]:
    """Return the looks of the steps of `round`, in order, at a moment.

    To be asked for, and used, where all windows and answers may be read.
    """
    if in_preparation(round):
        return [
            _case([(Q(state="excused"), "excused")], "neutral") for _ in procedure_of(round, "round").steps
        ]
    windows = Window.objects.filter(round=round)
    shared = times_for(round, windows.filter(unit=None), None)
    longer = set(windows.filter(unit__isnull=False).order_by().values_list("step", flat=True).distinct())
    states = [state.id for state in procedure_of(round, "unit").states]
    return [
        _look(round, step.id, shared.get(step.id), step.id in longer, states, at)
        for step in procedure_of(round, "round").steps
    ]


def _look(
    round: Round, step: str, window: Times | None, longer: bool, states: Sequence[str], at: datetime
) -> Look:
    behind = BEHIND.get(step, "settled")
    past = states[states.index(behind) :] if behind in states else []
    whens = [(Q(state="excused"), "excused"), (Q(state__in=past), "met")]
    if step != "self_evaluation" and BEHIND["self_evaluation"] in states:
        # Nothing has reached this step: what is late, is late in self-evaluation.
        whens.append((Q(state__in=states[: states.index(BEHIND["self_evaluation"])]), "neutral"))
    opens, closes = (window.opens, window.closes) if window else (None, None)
    own = Window.objects.filter(round=round, step=step, unit__isnull=False)
    # What a window must be, the shared one or the unit's own, or else how the step looks.
    for holds, those, look in (
        (opens is not None and opens <= at, own.filter(opens__lte=at), "neutral"),
        (closes is not None and closes >= at, own.filter(closes__gte=at), "neutral" if step in PATIENT else "overdue"),
        (closes is not None and closes >= at + SOON, own.filter(closes__gte=at + SOON), "at_risk"),
    ):  # fmt: skip
        if holds:
            continue
        if not longer:
            return _case(whens, look)
        whens.append((~Q(pk__in=those.values("unit_id")), look))
    if step == _FILLING:
        whens.append((_troubled(round, at), "at_risk"))
    return _case(whens, "active")


def _case(whens: list[tuple[Q, str]], look: str) -> Look:
    cases = [When(condition, then=Value(then)) for condition, then in whens]
    return Look(
        Case(*cases, default=Value(look), output_field=CharField()),
        frozenset({look, *(then for _, then in whens)}),
    )


def _troubled(round: Round, at: datetime) -> Q:
    """Return the condition that a unit has answers that were returned, or are late by its own dates."""
    answers = Answer.objects.filter(round=round)
    late = answers.filter(is_late(at)).order_by().values("unit_id")
    returned = answers.filter(state="returned").order_by().values("unit_id")
    return Q(pk__in=late) | Q(pk__in=returned)


def ended(round: Round, units: Iterable[RoundUnit]) -> frozenset[int]:
    """Return the keys of those of `units`, of a board, whose time to fill is over and that have not submitted."""
    steps = [step.id for step in procedure_of(round, "round").steps]
    if _FILLING not in steps:
        return frozenset()
    name = f"look{steps.index(_FILLING)}"
    return frozenset(unit.pk for unit in units if getattr(unit, name) == "overdue")


def is_late(at: datetime) -> Q:
    """Return the condition that an answer is not ready after the date that its unit set for it."""
    return Q(state__in=OPEN, ready=False, due__lt=timezone.localtime(at).date())
