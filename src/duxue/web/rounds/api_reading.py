"""What stands behind figures and answers, for machines: how a figure came about, and an answer as it once was."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from duxue.web.common.pagination import page_of
from duxue.web.common.schemas import PageOut, paged
from duxue.web.rounds.api_explained import FigureOut, figure_out
from duxue.web.rounds.models import AnswerVersion
from duxue.web.rounds.selectors.traced import by_of, traced
from duxue.web.rounds.views.organiser.access import round_at, unit_at
from duxue.web.rounds.views.unit_common import answer_or_404

router = Router(tags=["rounds"])


class VersionOut(Schema):
    """An answer as it once was: `source` is draft, saved, sheet or reply; `handed_in`: part of a submission or a reply."""

    number: int
    self_score: Decimal | None
    narrative: str
    ready: bool
    source: str
    handed_in: bool
    began_at: datetime
    at: datetime
    by: str


class VersionPage(PageOut):
    """A page of versions."""

    rows: list[VersionOut]


@router.get("/{slug}/units/{code}/figures/{indicator}", response=FigureOut, summary="Explain a known figure")
def explain(
    request: HttpRequest,  # noqa: ARG001 - the scope is the request's
    slug: str,
    code: str,
    indicator: str,
    year: int | None = None,
    by: list[str] = Query([], description="Breakdowns, each as dimension:value"),  # noqa: B008 - read once
) -> Any:
    """Return how a known figure came about: value, formula, numbers put in, cells, rule; without `year` of the evaluated one."""
    unit = unit_at(round_at(slug), code)
    told = traced(unit, indicator, unit.round.evaluated_year if year is None else year, by_of(by))
    if told is None:
        raise Http404
    return figure_out(told.found, told.pack, told.applied)


@router.get("/answers/{answer}/versions", response=VersionPage, summary="List the versions of an answer")
def version_list(request: HttpRequest, answer: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract of routes
    """Return who wrote what when, the newest version first; what was not handed in the unit's own people see alone."""
    rows = AnswerVersion.objects.filter(answer=answer_or_404(answer))
    page = page_of(rows, cursor, order=("-number", "-pk"), size=size)
    return paged(page, [_version(row) for row in page])


def _version(row: AnswerVersion) -> dict[str, Any]:
    names = ("number", "self_score", "narrative", "ready", "source", "handed_in", "began_at", "at")
    return {**{name: getattr(row, name) for name in names}, "by": row.by_name}
