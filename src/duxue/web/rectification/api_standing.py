"""How units stand with their problems and what falls due when, for machines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from duxue.web.common.pagination import page_of, page_of_list
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Both, Day, PageOut, paged
from duxue.web.rectification.api_shapes import as_json
from duxue.web.rectification.models import Problem
from duxue.web.rectification.selectors import ledger
from duxue.web.rectification.selectors.due import days_due, due_between
from duxue.web.rectification.selectors.standing import Standing, place_of, standing_of
from duxue.web.rounds.models import Round

router = Router(tags=["problems"])
COUNTED = ("found", "closed", "open", "overdue", "dropped", "reopened")


class CountsOut(Schema):
    """How many problems were found; `open`: neither closed nor dropped; `overdue`: of the open ones."""

    found: int
    closed: int
    open: int
    overdue: int
    dropped: int
    reopened: int


class StandingOut(CountsOut):
    """One unit's problems; `share` closed in per cent of what was not dropped, `days` the median from found to closed."""

    unit: str
    name: Both
    share: float | None
    days: float | None


class StandingsOut(PageOut):
    """How the units of a round stand with their problems, a page of them, and as of when they were counted; `total`: of all."""

    counted_at: datetime
    total: CountsOut
    rows: list[StandingOut]


class Narrowed(Schema):
    """What problems are asked for, as in their list."""

    round: str = ""
    unit: str = ""
    state: str = ""
    item: str = ""
    source: str = ""
    kind: str = ""
    clock: str = ""
    mine: str = ""


class DayOut(Schema):
    """A day on which problems are due: how many, and how many of them late."""

    day: date
    count: int
    late: int


@router.get("/rounds/{slug}/standing", response=StandingsOut, summary="Count the problems of a round by unit")
def standing(request: HttpRequest, slug: str, cursor: str = "", size: int = 50) -> Any:
    """Return how the units in sight stand, the most overdue first; counted at most five minutes ago."""
    rows, at = standing_of(actor_in(request), get_object_or_404(Round, slug=slug))
    page = page_of_list(rows, cursor, key=place_of, size=size)
    total = {name: sum(getattr(row, name) for row in rows) for name in COUNTED}
    return paged(page, [_standing(row) for row in page]) | {"counted_at": at, "total": total}


@router.get("/calendar", response=list[DayOut], summary="The days on which problems are due")
def calendar(request: HttpRequest, asked: Query[Narrowed]) -> Any:
    """Return the days, 60 back and 120 ahead, on which something in sight is due that is not mended yet: 181 at most, in one answer."""
    return [
        {"day": one.day, "count": one.count, "late": one.late} for one in days_due(_asked(request, asked))
    ]


@router.get("/calendar/{day}", summary="List the problems that are due on a day")
def due_on_day(
    request: HttpRequest, day: Day, asked: Query[Narrowed], cursor: str = "", size: int = 50
) -> dict[str, Any]:
    """List the problems in sight that are due on a day and not mended yet, the earliest first."""
    rows = due_between(_asked(request, asked), day, day).select_related(*ledger.SHOWN)
    page = page_of(rows, cursor, order=("due", "pk"), size=size)
    return {"problems": [as_json(p) for p in page.rows], "later": page.later, "earlier": page.earlier}


def _asked(request: HttpRequest, asked: Narrowed) -> QuerySet[Problem]:
    return ledger.problems(ledger.Filter.of(asked.dict()), actor_in(request))


def _standing(row: Standing) -> dict[str, Any]:
    return {
        "unit": row.code, "name": Both.of(row.name), "share": row.share, "days": row.days,
        **{name: getattr(row, name) for name in COUNTED},
    }  # fmt: skip
