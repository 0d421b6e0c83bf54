"""What is drawn has the odds that are published, singly and together; a biased method would not pass."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from duxue.draws import odds
from duxue.draws.hashing import Numbers
from duxue.draws.methods import METHODS
from duxue.draws.methods.groups import apportion
from duxue.draws.tickets import Tickets
from tests.unit.draws.kit import commit, make_ids, make_list

DRAWS = 5600
Draw = Callable[[bytes], Sequence[str]]


def seeds(count: int = DRAWS) -> list[bytes]:
    """Seeds that a real draw could have."""
    return [hashlib.sha256(b"%d" % i).digest() for i in range(count)]


def drawer(tickets: Tickets, method: str, raw: Mapping[str, Any]) -> Draw:
    """Return the draw of a method as a function of the seed."""
    params = commit(tickets, method, raw)["params"]
    return lambda seed: METHODS[method].draw(tickets, params, seed, {}).selected


def highest_chi_square(freedom: int) -> float:
    """What chi-square passes once in a thousand million times (Wilson and Hilferty, z = 6)."""
    part = 2 / (9 * freedom)
    return freedom * (1 - part + 6 * math.sqrt(part)) ** 3


def chi_square(draw: Draw, expected: Mapping[tuple[str, ...], Fraction], draws: int = DRAWS) -> float:
    """Compare how often each whole outcome is drawn with its odds; whole outcomes hold every single and pair."""
    found = Counter(tuple(sorted(draw(seed))) for seed in seeds(draws))
    assert {*found} <= {*expected}, "an impossible outcome was drawn"
    return sum((found[o] - draws * float(p)) ** 2 / (draws * float(p)) for o, p in expected.items())


def all_sets(ids: Sequence[str], places: int) -> dict[tuple[str, ...], Fraction]:
    """Every set of tickets, equally likely."""
    return {s: Fraction(1, math.comb(len(ids), places)) for s in combinations(ids, places)}


@pytest.mark.parametrize("method", ["keyed-order/1", "sequential/1"])
def test_every_set_of_tickets_is_equally_likely(method: str, tmp_path: Path) -> None:
    """3 of 8: all 56 outcomes, hence 3/8 for each ticket and 3/28 for each two."""
    tickets = make_ids(tmp_path, 8)
    expected = all_sets(list(tickets.ids()), 3)
    assert chi_square(drawer(tickets, method, {"take": 3}), expected) < highest_chi_square(55)


@pytest.mark.parametrize("method", ["keyed-order/1", "sequential/1"])
def test_every_order_is_equally_likely(method: str, tmp_path: Path) -> None:
    """The waiting list too: all 24 orders of 4 tickets."""
    tickets = make_ids(tmp_path, 4)
    params = commit(tickets, method, {"take": 1, "reserve": "all"})["params"]
    found: Counter[tuple[str, ...]] = Counter()
    for seed in seeds(2400):
        result = METHODS[method].draw(tickets, params, seed, {})
        found[(*result.selected, *result.waiting)] += 1
    assert len(found) == 24
    assert sum((n - 100) ** 2 / 100 for n in found.values()) < highest_chi_square(23)


def biased_by_modulo(seed: bytes) -> list[str]:
    """3 of 8 as it is often programmed: a random hex digit modulo the number left; 16 % 7 and 16 % 6 are not 0."""
    left = [str(i) for i in range(1, 9)]
    return [left.pop(seed[i] // 16 % len(left)) for i in range(3)]


def biased_by_shuffle(seed: bytes) -> list[str]:
    """3 of 8 by the naive shuffle: each place is exchanged with any place, which has 8^8 paths for 8! orders."""
    numbers, ids = Numbers(seed), [str(i) for i in range(1, 9)]
    for i in range(8):
        j = numbers.below(8)
        ids[i], ids[j] = ids[j], ids[i]
    return ids[:3]


@pytest.mark.parametrize("biased", [biased_by_modulo, biased_by_shuffle])
def test_a_biased_method_fails_the_same_test(biased: Draw) -> None:
    """The test above is sharp enough: two well-known faults do not pass it."""
    expected = all_sets([str(i) for i in range(1, 9)], 3)
    assert chi_square(biased, expected) > highest_chi_square(55)


def test_numbers_below_a_limit_are_uniform_without_remainders() -> None:
    """Limits just above a power of two waste most words and favour none."""
    for limit in (1, 2, 3, 5, 9, 17, 33):
        numbers = Numbers(b"key")
        found = Counter(numbers.below(limit) for _ in range(200 * limit))
        assert {*found} == {*range(limit)}
        if limit > 1:
            assert sum((n - 200) ** 2 / 200 for n in found.values()) < highest_chi_square(limit - 1)
    assert max(Numbers(b"key").below(2**53) for _ in range(50)) < 2**53


def test_strata_are_drawn_apart_and_evenly(tmp_path: Path) -> None:
    """2 of 4 in one group and 1 of 3 in another: 18 outcomes, equally likely."""
    rows = [[f"a{i}", "A"] for i in range(4)] + [[f"b{i}", "B"] for i in range(3)]
    tickets = make_list(tmp_path, ["id", "g"], rows)
    table = [{"group": ["A"], "take": 2}, {"group": ["B"], "take": 1}]
    draw = drawer(tickets, "stratified/1", {"by": ["g"], "rule": "table", "table": table})
    outcomes = {
        (*a, b): Fraction(1, 18)
        for a, b in product(combinations([f"a{i}" for i in range(4)], 2), [f"b{i}" for i in range(3)])
    }
    assert chi_square(draw, outcomes, 1800) < highest_chi_square(17)


def test_stages_multiply(tmp_path: Path) -> None:
    """2 of 3 counties, 1 primary school each of a county's, then up to 2 from all: odds of each school as published."""
    counties = {"x": ["p", "p", "p", "m"], "y": ["p", "m"], "z": ["p", "p", "m"]}
    rows = [[f"{c}{i}", c, kind] for c, kinds in counties.items() for i, kind in enumerate(kinds)]
    tickets = make_list(tmp_path, ["id", "county", "kind"], rows)
    raw = {
        "stages": [{"unit": "county", "take": 2}], "by": ["kind"], "rule": "table",
        "table": [{"group": ["p"], "take": 1}], "minimum": 2,
    }  # fmt: skip
    draw = drawer(tickets, "multistage/1", raw)
    found = Counter(i for seed in seeds() for i in draw(seed))
    for id, county, kind in rows:
        kinds = counties[county]
        first = Fraction(kinds.count("p") and int(kind == "p"), kinds.count("p"))
        inside = first + (1 - first) * Fraction(1, len(kinds) - 1)
        expected = float(Fraction(2, 3) * inside)
        assert abs(found[id] / DRAWS - expected) < 6 * math.sqrt(expected * (1 - expected) / DRAWS)


def test_odds_in_proportion_to_size_are_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over all starts each unit is drawn exactly places x size times; the certain one always."""
    sizes = {"a": 1, "b": 2, "c": 3, "d": 5, "e": 40, "f": 7}
    tickets = make_list(tmp_path, ["id", "size"], [[k, str(v)] for k, v in sizes.items()])
    draw = drawer(tickets, "pps-systematic/1", {"take": 3, "size": "size"})
    found: Counter[str] = Counter()
    for start in range(18):

        class Fixed:
            def __init__(self, key: bytes) -> None:
                pass

            def below(self, limit: int, start: int = start) -> int:
                assert limit == 18
                return start

        monkeypatch.setattr("duxue.draws.methods.sized.Numbers", Fixed)
        drawn = draw(b"any")
        assert len({*drawn}) == 3
        found.update(drawn)
    expected = dict(zip(sizes, odds.pps(list(sizes.values()), 3), strict=True))
    assert {k: Fraction(found[k], 18) for k in sizes} == expected
    assert expected["e"] == 1
    assert expected["b"] == Fraction(2 * 2, 18)


def test_every_pair_of_sized_units_can_occur(tmp_path: Path) -> None:
    """The order is drawn anew, so no two units that are not too large are barred from each other."""
    tickets = make_list(
        tmp_path, ["id", "size"], [[c, str(n)] for c, n in zip("abcdef", (1, 2, 3, 3, 4, 5), strict=True)]
    )
    draw = drawer(tickets, "pps-systematic/1", {"take": 2, "size": "size"})
    pairs = Counter(tuple(sorted(draw(seed))) for seed in seeds())
    assert len(pairs) == 15


@pytest.mark.parametrize("overflow", ["skip", "exceed"])
def test_bundles_have_the_odds_that_are_published(overflow: str, tmp_path: Path) -> None:
    """8 single children and a pair of twins for 3 seats."""
    tickets = make_list(
        tmp_path, ["id", "b"], [*([str(i), ""] for i in range(1, 9)), ["t1", "T"], ["t2", "T"]]
    )
    draw = drawer(tickets, "bundles/1", {"take": 3, "bundle": "b", "overflow": overflow})
    drawn = [draw(seed) for seed in seeds()]
    assert all(("t1" in d) == ("t2" in d) for d in drawn)
    assert {len(d) for d in drawn} == ({3} if overflow == "skip" else {3, 4})
    expected = odds.bundles({1: 8, 2: 1}, 3, overflow)
    for id, p in (("t1", float(expected[2])), ("5", float(expected[1]))):
        assert abs(sum(id in d for d in drawn) / DRAWS - p) < 6 * math.sqrt(p * (1 - p) / DRAWS)


@pytest.mark.parametrize(
    ("places", "sizes", "minimum", "expected"),
    [
        (10, [50, 30, 20], 0, [5, 3, 2]),
        (10, [33, 33, 34], 0, [3, 3, 4]),
        (10, [97, 2, 1], 2, [7, 2, 1]),
        (3, [1, 1, 1], 0, [1, 1, 1]),
        (2, [5, 5, 5], 0, [1, 1, 0]),
    ],
)
def test_places_are_apportioned_with_minimums(
    places: int, sizes: list[int], minimum: int, expected: list[int]
) -> None:
    """Largest remainder after the minimums; equal remainders by order."""
    assert apportion(places, sizes, minimum) == expected
