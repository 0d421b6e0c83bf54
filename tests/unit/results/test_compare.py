"""Comparing a value with a standard."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.packs.schema import Standard
from duxue.results.compare import all_of, any_of, compare

F = Fraction


def standard(meets: str) -> Standard:
    """Return a standard."""
    return Standard(indicator="A", meets=meets)


def refuse() -> Fraction:
    """Fail when an exact decision is asked for."""
    raise AssertionError("asked for an exact value")


@pytest.mark.parametrize(
    ("meets", "below", "equal", "above"),
    [(">= 4.2", 0, 1, 1), ("> 4.2", 0, 0, 1), ("<= 4.2", 1, 1, 0), ("< 4.2", 1, 0, 0), ("== 4.2", 0, 1, 0)],
)
def test_each_operator_below_at_and_above_its_limit(meets: str, below: int, equal: int, above: int) -> None:
    """One ten-billionth decides."""
    step = F(1, 10**10)
    for value, met in ((F("4.2") - step, below), (F("4.2"), equal), (F("4.2") + step, above)):
        assert compare(value, standard(meets), refuse).met is bool(met)


@pytest.mark.parametrize(
    ("value", "meets", "margin", "attainment"),
    [
        ("4", ">= 5", "-1", "4/5"),
        ("6", ">= 5", "1", "6/5"),
        ("0.6", "<= 0.5", "-1/10", "5/6"),
        ("0.4", "<= 0.5", "1/10", "5/4"),
        ("4", "== 5", "-1", "4/5"),
        ("6", "== 5", "-1", "6/5"),
        ("5", "== 5", "0", "1"),
        ("0", ">= 5", "-5", "0"),
        ("0", "<= 0.5", "1/2", "1"),
        ("0", "<= 0", "0", "1"),
        ("3", "<= 0", "-3", "0"),
        ("-3", "<= 5", "8", "1"),
        ("-1", ">= 2", "-3", "0"),
        ("-3", ">= -5", "2", "1"),
    ],
)
def test_margin_is_negative_when_short_and_attainment_is_one_when_just_met(
    value: str, meets: str, margin: str, attainment: str
) -> None:
    """In the indicator's unit, and as a share of the standard whichever direction is better."""
    found = compare(F(value), standard(meets), refuse)
    assert (found.margin, found.attainment) == (F(margin), F(attainment))


@given(
    st.fractions(0, 10, max_denominator=1000),
    st.sampled_from([">=", "<="]),
    st.fractions(0, 10, max_denominator=100),
)
def test_met_says_the_same_as_margin_and_attainment(value: Fraction, op: str, limit: Fraction) -> None:
    """A margin of 0 or more and an attainment of 1 or more are a pass, and only they."""
    found = compare(value, standard(f"{op} {round(float(limit), 2)}"), refuse)
    assert found.met == (found.margin >= 0) == (found.attainment >= 1)


def test_half_rounded_to_the_limit_does_not_meet_it() -> None:
    """0.501787 would be printed as 0.50 and still misses 0.50."""
    assert not compare(F("0.501787"), standard("<= 0.50"), refuse).met


@pytest.mark.parametrize("value", [0.45, math.nextafter(0.45, 1), math.nextafter(0.45, 0), 0.45 + 4e-10])
def test_near_tie_of_a_double_is_decided_by_the_exact_value(value: float) -> None:
    """The double cannot be trusted; the exact value can, both ways, and the margin is exact too."""
    limit, tiny = F("0.45"), F(1, 10**30)
    assert compare(value, standard("<= 0.45"), lambda: limit).met
    assert compare(value, standard("<= 0.45"), lambda: limit).margin == 0
    missed = compare(value, standard("<= 0.45"), lambda: limit + tiny)
    assert (missed.met, missed.margin) == (False, -tiny)


@pytest.mark.parametrize("value", [0.4499, 0.4501, 0.45 + 2e-9, 0.0, 3.0])
def test_a_clear_double_is_never_computed_again(value: float) -> None:
    """Exact recomputation is dear and only for near ties."""
    assert compare(value, standard("<= 0.45"), refuse).met is (value <= 0.45)


def test_near_is_relative_to_large_standards() -> None:
    """One ten-thousandth of a yuan beside a million is near; beside 0.45 it is far."""
    asked: list[int] = []

    def decide() -> Fraction:
        asked.append(1)
        return F(1_000_000)

    assert compare(1_000_000.0001, standard(">= 1000000"), decide).met
    assert asked == [1]


@pytest.mark.parametrize(
    ("truths", "every", "some"),
    [
        ([], True, False),
        ([True, True], True, True),
        ([True, None], None, True),
        ([False, None], False, None),
        ([False, True, None], False, True),
        ([None], None, None),
    ],
)
def test_unknown_is_neither_true_nor_false(
    truths: list[bool | None], every: bool | None, some: bool | None
) -> None:
    """Kleene's and, or."""
    assert (all_of(truths), any_of(truths)) == (every, some)
