"""Two connections meet on a real database of each kind: the search holds what is there, and nothing moves once a round is sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.web.alone import new_database, on_postgresql, told_by

RACING, UNITS = "tests.web.joins.racing", 120


def _sound(told: dict[str, Any]) -> None:
    assert len(told["search"]) == 10
    assert {case: wrong for case, wrong in told["search"].items() if wrong} == {}
    refused = [["WEB006", f"the round is frozen, and nothing was done with the {UNITS} units"]]
    assert told["sealed first"] == {
        "wrong": "", "job": "failed", "problems": refused, "settled": 0, "events": 0, "sealed": True, "after the seal": None,
    }  # fmt: skip
    assert told["job first"] == {
        "wrong": "", "job": "done", "problems": [], "settled": UNITS, "events": UNITS, "sealed": True, "after the seal": 0,
    }  # fmt: skip


def test_on_sqlite(tmp_path: Path) -> None:
    _sound(told_by(RACING, tmp_path))


@on_postgresql
def test_on_postgresql(tmp_path: Path) -> None:
    _sound(told_by(RACING, tmp_path, new_database()))
