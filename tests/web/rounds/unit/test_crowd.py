"""Many browsers at once on a real database of each kind: one submission, nothing lost, nothing doubled."""

from __future__ import annotations

from pathlib import Path

from tests.web.alone import new_database, on_postgresql, told_by

CROWD = "tests.web.rounds.unit.crowd"


def _once(told: dict) -> None:
    assert told["wrong"] == []
    assert len(told["answered"]) == 8
    assert len(set(told["answered"])) == 1
    assert (told["submissions"], told["events"], told["chain holds"]) == (1, 1, True)
    assert told["handed in again"] > 1
    assert (told["frozen"], told["other told"]) == (1, [["CASE012"]])


def test_on_sqlite(tmp_path: Path) -> None:
    _once(told_by(CROWD, tmp_path))


@on_postgresql
def test_on_postgresql(tmp_path: Path) -> None:
    _once(told_by(CROWD, tmp_path, new_database()))
