"""Rank intervals: certain where nothing varies, wide where units are alike, the same for the same seed."""

from __future__ import annotations

from itertools import permutations

from duxue.scoring.sensitivity import Sheet, draw_ranks


def sheet(unit: str, low: list[float], high: list[float] | None = None) -> Sheet:
    return Sheet(unit, [0, 1], low, high or low)


def test_far_apart_units_keep_their_ranks() -> None:
    found = draw_ranks(
        [sheet("A", [50, 40]), sheet("B", [30, 30]), sheet("C", [10, 10])], 2, draws=2000, seed=1
    )
    assert [(r.best, r.worst) for r in found] == [(1, 1), (2, 2), (3, 3)]


def test_weights_decide_between_units_that_differ_by_block() -> None:
    found = draw_ranks([sheet("A", [50, 40]), sheet("B", [40, 50])], 2, draws=4000, seed=1)
    assert [(r.best, r.worst) for r in found] == [(1, 2), (1, 2)]
    assert abs(found[0].shares[1] - 0.5) < 0.05


def test_disagreement_of_reviewers_widens_the_interval() -> None:
    firm = [sheet("A", [50, 40]), sheet("B", [44, 40])]
    assert draw_ranks(firm, 2, draws=2000, seed=3, wobble=0)[0].worst == 1
    loose = [sheet("A", [40, 40], [50, 40]), sheet("B", [44, 40])]
    (first, _) = draw_ranks(loose, 2, draws=4000, seed=3, wobble=0)
    assert (first.best, first.worst) == (1, 2)
    assert abs(first.shares[1] - 0.6) < 0.04  # an even score from 40 to 50 is above 44 in six of ten draws


def test_the_seed_is_the_only_randomness() -> None:
    sheets = [sheet("A", [5, 4], [6, 5]), sheet("B", [5, 4], [6, 5]), sheet("C", [4, 5], [5, 6])]
    assert draw_ranks(sheets, 2, draws=700, seed=9) == draw_ranks(sheets, 2, draws=700, seed=9)
    assert draw_ranks(sheets, 2, draws=700, seed=9) != draw_ranks(sheets, 2, draws=700, seed=10)


def test_shares_are_those_of_all_draws_whatever_the_chunks() -> None:
    for units in permutations("AB"):
        found = draw_ranks([sheet(u, [1, 1], [2, 2]) for u in units], 2, draws=1000, seed=4)
        assert all(abs(sum(r.shares.values()) - 1) < 1e-9 for r in found)
        assert abs(found[0].shares.get(1, 0) + found[1].shares.get(1, 0) - 1) < 1e-9
