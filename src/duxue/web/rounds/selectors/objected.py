"""What an objection is about, in every layer: data, self-score, reviews, sheets, points; of one item or of the whole result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from duxue.web.rounds.models import Answer, Known, Objection, Round
from duxue.web.rounds.procedures import final_states
from duxue.web.rounds.selectors.result import Result, Row, result_of
from duxue.web.rounds.selectors.unit import known_by_item


@dataclass(frozen=True)
class Objected:
    """The layers beside which an objection is decided, as its reader may see them."""

    result: Result  # what the unit was told
    rows: list[Row]  # the item's points in it, or those of all items
    answer: Answer | None
    known: list[Known]  # of all years, the evaluated one first
    reviews: list[Any]
    entries: list[Any]


def objected(objection: Objection) -> Objected:
    """Return the layers of what an objection is about; the caller oversees its round."""
    from duxue.web.inspections.models import SheetEntry
    from duxue.web.reviews.models import Review

    unit, item = objection.unit, objection.item
    result = result_of(unit)
    if item is None:
        return Objected(result, result.rows, None, [], [], [])
    answer = Answer.objects.filter(unit=unit, item=item).select_related("item").first()
    reviews = Review.objects.filter(answer=answer, given=True).select_related("assignment__reviewer")
    entries = SheetEntry.objects.filter(answer=answer).select_related("visit", "written_by")
    known = known_by_item(unit, [item.pk]).get(item.pk, [])
    return Objected(
        result, [row for row in result.rows if row.item == item], answer,
        sorted(known, key=lambda one: -one.year), list(reviews.order_by("assignment__turn", "pk")), list(entries.order_by("pk")),
    )  # fmt: skip


def open_objections(round: Round) -> QuerySet[Objection]:
    """Return the visible objections of a round that have not come to their end."""
    return Objection.objects.filter(round=round).exclude(state__in=final_states(round, "objection"))


def objections_in(round: Round, which: str, at: datetime) -> QuerySet[Objection]:
    """Return the visible objections of a round: all, `open`, `undecided`, to `reply` to, `overdue` at a moment, of a state."""
    rows, going = Objection.objects.filter(round=round), open_objections(round)
    match which:
        case "":
            return rows
        case "open":
            return going
        case "undecided":
            return going.filter(outcome="")
        case "reply":
            return going.exclude(outcome="")
        case "overdue":
            return going.filter(Q(outcome="", due__lt=at) | Q(~Q(outcome=""), reply_due__lt=at))
    return rows.filter(state=which)
