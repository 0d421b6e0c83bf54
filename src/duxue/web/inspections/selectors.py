"""Reading field verification: the list of visits, a sheet with what was claimed, how far draws are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from duxue.web.common.lang import Words, say
from duxue.web.inspections.models import Draw, SheetEntry, Visit
from duxue.web.rounds.models import Answer, Known
from duxue.web.rounds.selectors.unit import known_by_item

MARKS = {
    "planned": "neutral", "drawn": "neutral", "notified": "active", "under_way": "active", "sheet_signed": "met", "filed": "met",
    "cancelled": "neutral",
}  # fmt: skip
STATES: dict[str, Words] = {
    "drawn": say("已抽定", "Drawn"), "notified": say("已通知", "Notified"), "under_way": say("核查中", "Under way"),
    "sheet_signed": say("已签字", "Signed"), "filed": say("已归档", "Filed"), "cancelled": say("已取消", "Cancelled"),
}  # fmt: skip


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


@dataclass(frozen=True)
class Line:
    """A line of a sheet with what the unit claimed and what is known."""

    entry: SheetEntry
    answer: Answer
    known: list[Known]


def sheet(visit: Visit) -> list[Line]:
    """Return the lines of a sheet in the order of the tree."""
    entries = list(
        SheetEntry.objects.filter(visit=visit)
        .select_related("item", "answer__item", "answer__unit", "written_by")
        .order_by("item__order")
    )
    for entry in entries:  # what may be done with a line asks for its visit and its round
        entry.visit, entry.round = visit, visit.round
    known = known_by_item(visit.unit, [e.item_id for e in entries])
    return [Line(e, e.answer, known.get(e.item_id, [])) for e in entries]


def draws(round_id: int) -> QuerySet[Draw]:
    """Return the draws of a round, the newest first."""
    return (
        Draw.objects.filter(round_id=round_id)
        .select_related("round__authority", "before", "drawn_by")
        .order_by("-pk")
    )
