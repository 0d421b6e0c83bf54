"""Which figures of a round's report are percentages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from duxue.app.round_report import percents


def test_a_ratio_of_two_kinds_is_no_percentage() -> None:
    """Teachers for each hundred pupils are written without a percent sign, pupils of a hundred people with one."""
    units = {
        "rate": "%",
        "enrolled": "pupil / 100 person",
        "qualified": "teacher / 100 pupil",
        "cases": "case",
    }
    figures: Any = SimpleNamespace(
        pack=SimpleNamespace(indicators=[SimpleNamespace(id=i, unit=u) for i, u in units.items()])
    )
    assert percents(figures) == {"rate", "enrolled"}
