"""The tables of the charts, for machines: those of a round and those of a unit, as their pages show them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from duxue.web.common.lang import Words
from duxue.web.common.schemas import Both
from duxue.web.reporting.boards import Board, board_of, board_of_unit
from duxue.web.reporting.figures import Indicator
from duxue.web.reporting.pictures import Picture

router = Router(tags=["reporting"])


class Asked(Schema):
    """What is asked for of the tables; indicator and year as a page's address names them."""

    indicator: str = Field("", description="Whose distance and trend are shown; the first, if not given")
    year: int | None = Field(None, description="Year of the distance; the last, if not given")
    table: str = Field("", description="Only the table with this id")


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
def round_tables(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    """Return what the charts of a round are drawn from, for overseers: points, spread, claims, credibility, distance to the standard, trend, progress."""
    return _tables(board_of(request, slug), asked.table)


@router.get("/rounds/{slug}/units/{code}/tables", response=TablesOut, summary="The tables of a unit's charts")
def unit_tables(request: HttpRequest, slug: str, code: str, asked: Query[Asked]) -> Any:
    """Return what the charts of a unit are drawn from: its blocks against the peers in sight and, for its own people once told and overseers, its trend."""
    return _tables(board_of_unit(request, slug, code), asked.table)


def _tables(board: Board, table: str) -> dict[str, Any]:
    if table and table not in board.pictures:
        raise Http404
    return {
        "digest": board.standing.scoring.digest if board.standing else None,
        "indicator": _indicator(board.chosen) if board.chosen else None,
        "year": board.year or None, "years": board.years, "indicators": [_indicator(one) for one in board.indicators],
        "tables": [_table(picture) for picture in board.pictures.values() if table in ("", picture.id)],
    }  # fmt: skip


def _indicator(one: Indicator) -> dict[str, Any]:
    return {"id": one.id, "title": Both.of(one.title), "measure": one.measure}


def _table(picture: Picture) -> dict[str, Any]:
    return {
        "id": picture.id, "title": Both.of(picture.title), "sentence": Both.of(picture.sentence),
        "head": [Both.of(word) for word in picture.head],
        "rows": [[Both.of(cell) if isinstance(cell, Words) else cell for cell in row] for row in picture.plain],
    }  # fmt: skip
