"""Draws that were printed come out as printed, and the odds of the published methods are what was found about them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from duxue.draws import odds
from duxue.draws.methods.published import pick_tails, walk_interval, walk_step
from tests.unit.draws.kit import commit, make_ids, run

NANCHANG = [6, 9, 12, 15, 18, 1, 4, 8, 13, 17, 2, 7, 14, 20, 10]


def test_nanchang_comes_out_exactly(tmp_path: Path) -> None:
    """Nanchang 2023: 20 children, 15 places, start 6, interval 3, through both acts."""
    tickets = make_ids(tmp_path, 20)
    parts = [{"name": n, "kind": "number", "low": 1, "high": 20} for n in ("start", "interval")]
    certificate = run(
        commit(tickets, "ring-interval/1", {"take": 15}, parts), tickets, {"start": "6", "interval": "3"}
    )
    assert [int(i) for i in certificate["result"]["selected"]] == NANCHANG


def naive_interval(count: int, places: int, start: int, interval: int) -> list[int]:
    """Count round the ring one child at a time, as on the stage."""
    left, at = list(range(1, count + 1)), start - 1
    drawn = [left.pop(at)]
    while len(drawn) < places:
        for _ in range(interval - 1):
            at = (at + 1) % len(left)
        at %= len(left)
        drawn.append(left.pop(at))
    return drawn


def test_the_fast_ring_is_the_ring_counted_by_hand() -> None:
    """Every start and interval of rings of 1 to 9."""
    for count in range(1, 10):
        for start in range(1, count + 1):
            for interval in range(1, count + 1):
                assert walk_interval(count, count, start, interval) == naive_interval(
                    count, count, start, interval
                )


def test_fuzhou_step_goes_round_the_ring() -> None:
    """666 children, 90 places: 7.4 is rounded up to 8; the walk passes 666 and goes on from 1."""
    drawn = walk_step(666, 90, 8, 600)
    assert drawn[:10] == [600, 608, 616, 624, 632, 640, 648, 656, 664, 6]
    assert len({*drawn}) == 90


def test_a_number_already_drawn_gives_way_to_the_next_free() -> None:
    """12 children, step 3: the fifth step comes back to the start."""
    assert walk_step(12, 5, 3, 1) == [1, 4, 7, 10, 2]
    assert sorted(walk_step(12, 5, 3, 1, more=7)) == list(range(1, 13))


def test_tail_digits_cut_the_last_draw_to_the_plan() -> None:
    """25 children, 6 places, digits 3 and 5: three children each; a repeated digit gives nothing."""
    assert pick_tails(25, 5, 0, "3357") == [3, 13, 23, 5, 15]
    assert pick_tails(20, 4, 10, "3517") == [3, 15, 1, 17]


@pytest.mark.parametrize(
    ("found", "low", "high"),
    [
        (odds.ring_interval(8, 3), Fraction(1, 16), Fraction(1, 8)),
        (odds.ring_step(8, 3), Fraction(0), Fraction(1, 4)),
    ],
    ids=["Nanchang", "Fuzhou"],
)
def test_pair_odds_of_published_rings_are_unfair(found: odds.Odds, low: Fraction, high: Fraction) -> None:
    """8 children, 3 seats: each child has 3/8, but two together 0.0625-0.125 and 0-0.25 where 0.107 is fair."""
    assert found.single_range == (Fraction(3, 8), Fraction(3, 8))
    assert found.pair_range == (low, high)
    assert odds.fair(8, 3).pair_range == (Fraction(3, 28), Fraction(3, 28))


def test_digits_drawn_one_by_one_favour_some_starts() -> None:
    """845 children, 120 places: starts differ by one eighth, inclusion is 0.1410-0.1424 instead of 0.1420."""
    starts = odds.start_by_digits(845)
    assert sum(starts) == 1
    assert max(starts) / min(starts) == Fraction(9, 8)
    single = odds.ring_step(845, 120, by_digits=True).single_range
    assert [round(float(x), 4) for x in single] == [0.1410, 0.1424]
    assert odds.ring_step(845, 120).single_range == (Fraction(120, 845),) * 2


def test_tail_digits_bind_the_fates_of_numbers() -> None:
    """20 children, 10 places: two with the same tail are drawn together with 1/2, two others with 2/9; fair is 9/38."""
    found = odds.tail_digits(20, 10)
    assert found.single_range == (Fraction(1, 2), Fraction(1, 2))
    assert (found.pair[3, 13], found.pair[3, 14]) == (Fraction(1, 2), Fraction(2, 9))


def test_twins_as_one_ticket_have_other_odds() -> None:
    """8 single children and one pair, 3 seats: passing over the pair costs it odds, seating it whole does not."""
    skip, exceed = odds.bundles({1: 8, 2: 1}, 3, "skip"), odds.bundles({1: 8, 2: 1}, 3, "exceed")
    assert (skip[2], exceed[2]) == (Fraction(2, 9), Fraction(1, 3))
    assert 8 * skip[1] + 2 * skip[2] == 3
    assert exceed[1] < exceed[2]
