"""Counts of a survey that would point at people are not told outside."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from duxue.core.text import Text
from duxue.reports.document import Table
from duxue.reports.duty_figures import survey
from duxue.reports.duty_view import DutyView, Edition, SurveyView

CITY = SurveyView(Text("甲市", "City A"), None, None, None, 200, 3, 0, None, hidden=True)


def told(row: SurveyView, edition: Edition) -> str:
    """Return the table of one city in an edition as text."""
    view = cast(DutyView, SimpleNamespace(survey=[row]))
    (table,) = [b for b in survey(view, edition) if isinstance(b, Table)]
    cells: list[Any] = list(table.rows[0])
    return " ".join(str(cell) for cell in cells)


def test_small_counts_stay_inside() -> None:
    assert "200" not in told(CITY, "public")
    assert "200" in told(CITY, "internal")
    assert "200" in told(replace(CITY, hidden=False), "public")
