"""The packs that newcomers meet first compute what their worked cases say."""

from __future__ import annotations

from pathlib import Path

from duxue.app.cases import run_cases
from duxue.packs.loader import load
from duxue.packs.new import new


def test_cases_of_a_new_pack_come_out(tmp_path: Path) -> None:
    """What `new` writes is computed as its comments say."""
    new(tmp_path / "p", "p")
    assert [result.ok for result in run_cases(load(tmp_path / "p"))] == [True]
