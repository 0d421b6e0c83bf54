"""The benchmark's rival and the engine give the same figures: without that their times mean nothing."""

from __future__ import annotations

from bench.engines import check_equal, generate, run_columns, run_rival, shipped_plan


def test_hand_written_sql_gives_the_same_figures() -> None:
    """Values and rows left out of all fourteen figures, for every unit."""
    data, tables = generate(2_000)
    assert check_equal(run_columns(shipped_plan()[1], data), run_rival(tables)) > 10_000
