"""The odds of a plan against the enumeration of all plans, and a method whose bias the same test finds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from duxue.draws.inspection import (
    Case,
    County,
    Inspector,
    Recusal,
    Rules,
    School,
    SkillNeed,
    draw_plan,
    drawing,
)
from duxue.draws.inspection.keyed import Stream, keyed_order
from duxue.draws.inspection.roster import Roster
from tests.unit.draws.inspection.provinces import ON, enumerate_plans
from tests.unit.draws.inspection.test_plans import make_county, plan_key

DRAWS = 1_200


def make_tight_case() -> Case:
    """Four schools, five inspectors of unequal freedom: a greedy choice has a strong bias here."""
    return Case(
        counties=(County("C1"), County("C2"), County("C3")),
        schools=tuple(School(f"S{n}", f"C{n % 2 + 1}") for n in range(4)),
        inspectors=(
            Inspector("I0", "C1", frozenset({"finance"})),
            Inspector("I1", "C2", frozenset({"finance"})),
            Inspector("I2", "C3", frozenset({"finance"})),
            Inspector("I3", "C3", visits=1),
            Inspector("I4", "C1"),
        ),
        recusals=(Recusal("I2", "S0"),),
        rules=Rules(on=ON, schools=4, team_size=2, skills=(SkillNeed("finance"),), gap=2),
    )


def make_ring_case() -> Case:
    """Each inspector may go to two neighbouring schools only: the two plans differ by one long ring."""
    names = [f"{n}" for n in range(6)]
    return Case(
        counties=(County("C1"), County("C2")),
        schools=tuple(School(f"S{n}", "C1") for n in names),
        inspectors=tuple(Inspector(f"I{n}", "C2", visits=1) for n in names),
        recusals=tuple(
            Recusal(f"I{i}", f"S{s}") for i in names for s in names if (int(s) - int(i)) % 6 not in (0, 1)
        ),
        rules=Rules(on=ON, schools=6, team_size=1),
    )


def count_plans(case: Case) -> Counter[frozenset[tuple[str, str, str]]]:
    """How often each plan comes out of draws with the seeds 0, 1, 2 ..."""
    return Counter(plan_key(draw_plan(case, n.to_bytes(32, "big"))) for n in range(DRAWS))


def chi_square(counts: Iterable[int], expected: float) -> float:
    """The statistic of equal odds."""
    return sum((n - expected) ** 2 / expected for n in counts)


def limit(freedom: int) -> float:
    """Six standard deviations above the mean of chi-square: passed by chance about once in a million."""
    return freedom + 6 * math.sqrt(2 * freedom)


def test_every_plan_of_a_tight_case_has_the_same_odds() -> None:
    """Draws fall on all enumerated plans alike."""
    case = make_tight_case()
    plans = enumerate_plans(case, case.schools)
    counts = count_plans(case)
    assert 20 <= len(plans) <= 200
    assert set(counts) <= plans
    assert chi_square([counts[p] for p in plans], DRAWS / len(plans)) < limit(len(plans) - 1)


def test_the_same_test_fails_for_an_assignment_without_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filling at random and mending by augmenting paths alone favours some plans strongly."""

    def stay(roster: Roster, *_: object) -> list[int]:
        return roster.who

    monkeypatch.setattr(drawing, "mix", stay)
    case = make_tight_case()
    plans = enumerate_plans(case, case.schools)
    counts = count_plans(case)
    assert chi_square([counts[p] for p in plans], DRAWS / len(plans)) > 2 * limit(len(plans) - 1)


def test_plans_far_apart_are_both_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two plans that differ in all six places: from the same start the start's plan does not come out every time."""
    case = make_ring_case()
    counts = count_plans(case)
    assert set(counts) == enumerate_plans(case, case.schools)
    assert len(counts) == 2
    assert chi_square(counts.values(), DRAWS / 2) < limit(1)


def test_schools_of_a_stratum_have_the_same_odds() -> None:
    """Each school of a county is drawn equally often, singly and in pairs."""
    case = replace(make_county(8, 4, schools=3, team_size=1, strata=("county",), least_per_stratum=1))
    single: Counter[str] = Counter()
    for n in range(DRAWS):
        single.update(t.school for t in draw_plan(case, n.to_bytes(32, "big")).teams)
    assert chi_square(single.values(), DRAWS * 3 / 8) < limit(7)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 10])
def test_numbers_below_n_are_equally_likely(n: int) -> None:
    """A number too large is thrown away, never folded back."""
    stream = Stream(bytes(32), "test")
    counts = Counter(stream.below(n) for _ in range(6_000))
    assert set(counts) == set(range(n))
    assert chi_square(counts.values(), 6_000 / n) < limit(max(1, n - 1))


@pytest.mark.parametrize(
    "pick",
    [lambda s: s.bit_of(0b1011_0000_0001), lambda s: [0, 8, 9, 11][s.below(4)]],
    ids=["bit", "number"],
)
def test_set_bits_are_equally_likely(pick: Callable[[Stream], int]) -> None:
    """Only set bits are chosen, each with the same odds; so are they through plain numbers."""
    stream = Stream(bytes(32), "bits")
    counts = Counter(pick(stream) for _ in range(4_000))
    assert set(counts) == ({0, 8, 9, 11})
    assert chi_square(counts.values(), 1_000) < limit(3)


def test_the_stream_is_the_documented_one() -> None:
    """The first numbers, as hmac.new(key, label 00 number) gives them."""
    stream = Stream(bytes(range(32)), "walk")
    assert [stream.word() for _ in range(3)] == WORDS
    assert keyed_order(bytes(range(32)), "schools", ["S1", "S2", "S3"]) == ORDER


WORDS = [2088746901, 3922733679, 715435262]
ORDER = ["S2", "S1", "S3"]
