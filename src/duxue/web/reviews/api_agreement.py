"""How far reviewers agree, for machines: indications, not judgements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from duxue.web.common.pagination import page_of_list
from duxue.web.common.schemas import PageOut
from duxue.web.reviews import selectors
from duxue.web.rounds.views.organiser.access import overseen_round

router = Router(tags=["reviews"])


class HabitOut(Schema):
    """How one reviewer's points lie: means of distances as share of full points, and over how many items judged twice."""

    reviewer: int
    name: str
    units: int
    items: int
    to_self: Decimal | None
    to_other: Decimal | None
    pairs: int
    apart: int


class PairOut(Schema):
    """An item that two reviewers judged; `distance`: first less second."""

    answer: int
    unit: str
    item: str
    first: Decimal
    second: Decimal
    distance: Decimal


class AgreementOut(PageOut):
    """How many items were judged twice, given alike, and lie further apart than `tolerance`, a share of full points; a page of `reviewers`."""

    count: int
    same: int
    apart: int
    tolerance: float
    reviewers: list[HabitOut]
    widest: list[PairOut]


@router.get("/rounds/{slug}/agreement", response=AgreementOut, summary="How far reviewers agree")
def agreement(request: HttpRequest, slug: str, cursor: str = "", size: int = 50) -> Any:
    """Return how far first and second reviews agree, with the 50 widest pairs, and how reviewers' points lie, by name; for overseers."""
    the_round = overseen_round(request, slug)
    found = selectors.agreement(the_round)
    page = page_of_list(selectors.habits(the_round), cursor, key=selectors.place_of, size=size)
    return {
        "count": found.count, "same": found.same, "apart": found.far, "tolerance": float(found.rules.tolerance),
        "reviewers": [_habit(habit) for habit in page], "later": page.later, "earlier": page.earlier,
        "widest": [_pair(pair) for pair in found.widest],
    }  # fmt: skip


def _habit(habit: selectors.Habit) -> dict[str, Any]:
    names = ("units", "items", "to_self", "to_other", "pairs", "apart")
    told = {name: getattr(habit, name) for name in names}
    return {"reviewer": habit.reviewer.pk, "name": str(habit.reviewer), **told}


def _pair(pair: selectors.Pair) -> dict[str, Any]:
    return {
        "answer": pair.answer.pk, "unit": pair.answer.unit.code, "item": pair.answer.item.code,
        "first": pair.first.points, "second": pair.second.points, "distance": pair.distance,
    }  # fmt: skip
