"""Reading field verification: the list of visits, a sheet with what was claimed, how far draws are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from duxue.scoring.rule_words import Said
from duxue.web.common import calendar
from duxue.web.common.clock import today
from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.common.templatetags.duxue import day as said_day
from duxue.web.evidence.selectors import cards_of
from duxue.web.inspections.models import Draw, SheetEntry, Visit
from duxue.web.inspections.policy import ENDED, still_secret, unannounced
from duxue.web.rounds.models import Answer, Known, Round, RoundUnit
from duxue.web.rounds.procedures import final_states
from duxue.web.rounds.selectors.rule import rule_of
from duxue.web.rounds.selectors.unit import known_by_item

MARKS = {
    "planned": "neutral", "drawn": "neutral", "notified": "active", "under_way": "active", "sheet_signed": "met", "filed": "met",
    "cancelled": "neutral",
}  # fmt: skip
STATES: dict[str, Words] = {
    "drawn": say("已抽定", "Drawn"), "notified": say("已通知", "Notified"), "under_way": say("核查中", "Under way"),
    "sheet_signed": say("已签字", "Signed"), "filed": say("已归档", "Filed"), "cancelled": say("已取消", "Cancelled"),
}  # fmt: skip


_LISTED = 500


def visits(round_id: int | None = None, state: str = "", month: date | None = None) -> QuerySet[Visit]:
    """Return the visible visits with how many lines are filled, by round, state and month."""
    rows = Visit.objects.select_related("round", "unit", "draw").prefetch_related("team").annotate(
        lines=Count("entries", distinct=True), filled=Count("entries", filter=~Q(entries__found=""), distinct=True)
    )  # fmt: skip
    if round_id is not None:
        rows = rows.filter(round_id=round_id)
    if state:
        rows = rows.filter(state=state)
    if month is not None:
        rows = rows.filter(planned_on__year=month.year, planned_on__month=month.month)
    return rows


def shown(rows: Iterable[Visit]) -> list[tuple[Visit, Words | str, str]]:
    """Return visits with the word and the mark of their states, for tables."""
    return [(v, STATES.get(v.state, v.state), MARKS.get(v.state, "neutral")) for v in rows]


def visits_on(first: date, last: date) -> list[Visit]:
    """Return the visible visits planned between two days, the earliest first, 500 at most."""
    rows = visits().filter(planned_on__gte=first, planned_on__lte=last).exclude(state="cancelled")
    return list(rows.order_by("planned_on", "pk")[:_LISTED])


def unplanned() -> int:
    """Return how many visible visits that are still to be made have no day."""
    return Visit.objects.filter(planned_on=None).exclude(state__in=ENDED).count()


def coming_to(unit: RoundUnit) -> list[Visit]:
    """Return the visible visits of a unit that are still to be made, the earliest first; none once its round is frozen."""
    if unit.round.sealed_at is not None:
        return []
    with everything("whether there is any at all, which most units have not"):
        if not Visit.objects.filter(unit=unit).order_by().exists():
            return []
    rows = Visit.objects.filter(unit=unit).exclude(state__in=ENDED)
    return list(rows.order_by(F("planned_on").asc(nulls_last=True), "pk"))


def calendar_of() -> dict[str, Any] | None:
    """Return the calendar of the visible visits; each day leads to its visits. None without any.

    A visit is late when its day is over and its sheet is not signed.
    """
    at, (first, last) = today(), calendar.span()
    rows = Visit.objects.filter(planned_on__gte=first, planned_on__lte=last).exclude(state="cancelled")
    days = calendar.days_of(rows, "planned_on", Q(planned_on__lt=at) & ~Q(state__in=ENDED))
    if not days:
        return None
    ahead, late = [d for d in days if d.day >= at], sum(d.late for d in days)
    next_ = (
        say("下一次核查在 {day}，共 {n} 处", "The next visits are on {day}: {n}", day=said_day(ahead[0].day), n=ahead[0].count)
        if ahead
        else say("以后没有安排核查", "No visit is planned from today on")
    )  # fmt: skip
    sentence = (
        say("{next}；已过日期而未签字的有 {n} 处。", "{next}; {n} are past their day and not signed.", one="{next}; 1 is past its day and not signed.", next=next_, n=late)
        if late
        else say("{next}。", "{next}.", next=next_)
    )  # fmt: skip
    told = {}
    for d in days:
        counted = say("核查 {n} 处", "{n} visits", one="1 visit", n=d.count)
        told[d.day] = say("{counted}，{late} 处未签字", "{counted}, {late} not signed", counted=counted, late=d.late) if d.late else counted  # fmt: skip
    return calendar.calendar_chart(
        days,
        address=reverse("inspections:calendar"),
        sentence=sentence,
        head=say("核查", "Visits"),
        told=told,
    )


@dataclass(frozen=True)
class Line:
    """A line of a sheet with the rule of its item, what the unit claimed, its evidence, and what is known."""

    entry: SheetEntry
    answer: Answer
    known: list[Known]
    rule: Said | None
    evidence: list[dict[str, Any]]  # cards


def sheet(visit: Visit) -> list[Line]:
    """Return the lines of a sheet in the order of the tree."""
    entries = list(
        SheetEntry.objects.filter(visit=visit)
        .select_related("item", "answer__item", "answer__unit", "written_by")
        .order_by("item__order")
    )
    for entry in entries:  # what may be done with a line asks for its visit and its round
        entry.visit, entry.round = visit, visit.round
        entry.item.round = visit.round
    known = known_by_item(visit.unit, [e.item_id for e in entries])
    cards = cards_of("answer", [e.answer_id for e in entries])
    return [
        Line(e, e.answer, known.get(e.item_id, []), rule_of(e.item), cards.get(e.answer_id, []))
        for e in entries
    ]


def draws(round_id: int) -> QuerySet[Draw]:
    """Return the draws of a round, the newest first."""
    return (
        Draw.objects.filter(round_id=round_id)
        .select_related("round__authority", "before", "drawn_by")
        .order_by("-pk")
    )


def ahead(draw: Draw) -> int:
    """Return how many visible visits of a draw are still to come unannounced: until then its certificate is kept back."""
    return Visit.objects.filter(unannounced(), draw=draw).count()


def going_on(visit: Visit) -> int:
    """Return how many other visible visits of the same unit are not filed or cancelled."""
    ends = final_states(visit.round, "inspection")
    return Visit.objects.filter(unit=visit.unit_id).exclude(pk=visit.pk).exclude(state__in=ends).count()


def withheld(round: Round) -> list[Draw]:
    """Return the visible draws of a round whose certificate is kept back, oldest first."""
    rows = Draw.objects.filter(round=round, drawn_at__isnull=False)
    return list(rows.filter(Q(published_at__isnull=True) | still_secret()).order_by("pk"))
