"""A problem of last round that no item of this round asks for is no fault, and there is nothing to carry it under."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from duxue.app.rounds import check_round
from tests.unit.app.small_round import write_small_round


@pytest.mark.parametrize(("item", "carried"), [("A2", True), ("", False), ("gone", False)])
def test_a_problem_without_an_item_of_this_round_is_not_carried(
    tmp_path: Path, item: str, carried: bool
) -> None:
    file, table = write_small_round(tmp_path), tmp_path / "last_round.csv"
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    row = dict.fromkeys(rows[0], "") | {
        "id": "other-1",
        "unit": rows[0]["unit"],
        "item": item,
        "state": "open",
    }
    with table.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, row)
        out.writeheader()
        out.writerows([*rows, row])
    assert ("other-1" in {entry.problem.id for entry in check_round(file).ledger}) is carried
