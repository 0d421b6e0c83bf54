"""What the next round reads of a ledger: the rows of its last_round.csv, as the ledger stands now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from duxue.web.common.scope import everything
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.services.entering import ledger_codes
from duxue.web.rounds.models import Round
from duxue.web.rounds.procedures import zone_of


class LastRow(NamedTuple):
    """One problem of last round, in the order of the table's columns; `text` is beyond them, for readers."""

    id: str
    unit: str
    item: str
    state: str  # open, closed, extended, reopened
    due: date | None
    closed: date | None
    reported_by: str
    closed_by: str
    text: str


def last_round_rows(round: Round) -> Iterator[LastRow]:
    """Yield the ledger of `round` for the round after it, by number; what was not handed over or was dropped is left out."""
    zone = zone_of(round)
    with everything("the next round reads the whole ledger"):
        rows = Problem.objects.filter(round=round).exclude(state__in=("dropped", "identified"))
        extended = set(
            Entry.objects.filter(problem__in=rows, kind="extend").values_list("problem_id", flat=True)
        )
        found = list(rows.select_related("round", "unit", "submitted_by", "closed_by").order_by("code"))
    for row in found:
        done = row.state == "closed"
        yield LastRow(
            id=ledger_id(row), unit=row.unit.code, item=row.item_code,
            state=_state(row, row.pk in extended), due=_day(row.finish_due, zone),
            closed=_day(row.closed_at, zone) if done else None,
            reported_by=row.submitted_by.username if done and row.submitted_by else "",
            closed_by=row.closed_by.username if done and row.closed_by else "", text=row.text,
        )  # fmt: skip


def ledger_id(problem: Problem) -> str:
    """Return the name by which a scoring knows a problem: `unit-item` where a scoring numbered it, else its own number."""
    found = f"{problem.unit.code}-{problem.item_code}"
    return found if problem.code in ledger_codes(problem.round, found) else problem.code


def _state(problem: Problem, extended: bool) -> str:
    if problem.state == "closed":
        return "closed"
    if problem.times_reopened:
        return "reopened"
    return "extended" if extended else "open"


def _day(moment: datetime | None, zone: object) -> date | None:
    return moment.astimezone(zone).date() if moment else None  # type: ignore[arg-type]
