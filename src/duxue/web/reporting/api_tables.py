"""The tables of the charts, for machines: those of a round and those of a unit, as their pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from duxue.web.common.actors import OVERSEERS
from duxue.web.common.lang import Words
from duxue.web.common.policy import role_at
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Both
from duxue.web.reporting.boards import pictures_of_round, pictures_of_unit
from duxue.web.reporting.choosing import chosen_in
from duxue.web.reporting.figures import Indicator, figures_of
from duxue.web.reporting.pictures import Picture
from duxue.web.reporting.selectors import Standing, standing_of
from duxue.web.reporting.views import overseen, own_result
from duxue.web.rounds.models import Round, RoundUnit

router = Router(tags=["reporting"])
_INDICATOR = Query("", description="Whose distance and trend are shown; the first, if not given")
_YEAR = Query(None, description="Year of the distance; the last, if not given")
_TABLE = Query("", description="Only the table with this id")


class IndicatorOut(Schema):
    """An indicator that may be chosen; `measure`: the unit of its figures."""

    id: str
    title: Both
    measure: str


class TableOut(Schema):
    """The table of one chart: columns, a row for each line of it, cells as they are shown; points are in points."""

    id: str = Field(
        description="Of a round: map, spread, gaps, credibility, distance, trend, progress; of a unit: radar, spread, trend"
    )
    title: Both
    sentence: Both = Field(description="What the chart shows")
    head: list[Both]
    rows: list[list[Both | str | int | float | None]]


class TablesOut(Schema):
    """The tables that there are; distance and trend are those of `indicator`, in its measure."""

    digest: str | None = Field(description="Names the scoring; null before there is one in sight")
    indicator: IndicatorOut | None
    year: int | None = Field(description="Of the distance")
    years: list[int] = Field(description="In which the indicator has figures")
    indicators: list[IndicatorOut]
    tables: list[TableOut]


@router.get("/rounds/{slug}/tables", response=TablesOut, summary="The tables of a round's charts")
def round_tables(
    request: HttpRequest,
    slug: str,
    indicator: str = _INDICATOR,  # noqa: ARG001 - read with the year, as the page reads both
    year: int | None = _YEAR,  # noqa: ARG001
    table: str = _TABLE,
) -> Any:
    """Return what the charts of a round are drawn from, for overseers: points, spread, claims, credibility, distance to the standard, trend, progress."""
    found = overseen(request, slug)
    standing = standing_of(found)
    figures = figures_of(standing.scoring) if standing else None
    choice = chosen_in(request, figures)
    return _tables(standing, choice, pictures_of_round(found, standing, figures, choice[0], choice[3]), table)


@router.get("/rounds/{slug}/units/{code}/tables", response=TablesOut, summary="The tables of a unit's charts")
def unit_tables(
    request: HttpRequest,
    slug: str,
    code: str,
    indicator: str = _INDICATOR,  # noqa: ARG001 - read with the year, as the page reads both
    year: int | None = _YEAR,  # noqa: ARG001
    table: str = _TABLE,
) -> Any:
    """Return what the charts of a unit are drawn from: its blocks against the peers in sight and, for its own people once told and overseers, its trend."""
    found = get_object_or_404(Round.objects.select_related("authority"), slug=slug)
    unit = get_object_or_404(RoundUnit.objects.select_related("round"), round=found, code=code)
    standing = standing_of(found)
    insider = bool(role_at(actor_in(request), OVERSEERS, found.authority.path, found.pk))
    opened = insider or own_result(request, unit, standing)
    figures = figures_of(standing.scoring) if standing and opened else None
    choice = chosen_in(request, figures)
    shown = pictures_of_unit(found, code, standing, figures, choice[0], insider=insider)
    return _tables(standing, choice, shown, table)


def _tables(
    standing: Standing | None,
    choice: tuple[Indicator | None, Sequence[Indicator], list[int], int],
    shown: Mapping[str, Picture],
    table: str,
) -> dict[str, Any]:
    chosen, indicators, years, year = choice
    if table and table not in shown:
        raise Http404
    return {
        "digest": standing.scoring.digest if standing else None, "indicator": _indicator(chosen) if chosen else None,
        "year": year or None, "years": years, "indicators": [_indicator(one) for one in indicators],
        "tables": [_table(picture) for picture in shown.values() if table in ("", picture.id)],
    }  # fmt: skip


def _indicator(one: Indicator) -> dict[str, Any]:
    return {"id": one.id, "title": Both.of(one.title), "measure": one.measure}


def _table(picture: Picture) -> dict[str, Any]:
    return {
        "id": picture.id, "title": Both.of(picture.title), "sentence": Both.of(picture.sentence),
        "head": [Both.of(word) for word in picture.head],
        "rows": [[Both.of(cell) if isinstance(cell, Words) else cell for cell in row] for row in picture.plain],
    }  # fmt: skip
