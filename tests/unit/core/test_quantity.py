"""Numbers: exact reading, rounding half up, and print in which a fail never looks like a pass."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from duxue.core.quantity import exact, round_half_up, show, sqrt, to_decimal

DECIMALS = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=6)
RATIOS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**9)


def sign(x: Fraction) -> int:
    """Return -1, 0 or 1."""
    return (x > 0) - (x < 0)


def test_a_double_is_taken_by_its_shortest_decimal() -> None:
    """0.1 is one tenth, though its double is a little more."""
    assert exact(0.1) == Fraction(1, 10)
    assert exact(Decimal("0.50")) == Fraction(1, 2)
    assert exact(3) == 3


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_not_finite_is_no_number(value: float) -> None:
    """Infinity never becomes a value."""
    with pytest.raises(ValueError, match="finite"):
        exact(value)


@given(RATIOS)
def test_square_root_of_a_square_is_exact(x: Fraction) -> None:
    """A coefficient of variation that is a fraction stays one."""
    assert sqrt(x * x) == abs(x)


@given(st.fractions(min_value=Fraction(1, 10**9), max_value=10**9))
def test_other_square_roots_are_right_to_fortyfive_digits(x: Fraction) -> None:
    """Far beyond a double."""
    assert abs(sqrt(x) ** 2 / x - 1) < Fraction(1, 10**45)


def test_negative_numbers_have_no_square_root() -> None:
    """A negative variance would be a mistake of ours."""
    with pytest.raises(ValueError, match="negative"):
        sqrt(Fraction(-1))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("16.375", 2, "16.38"),
        ("16.374999", 2, "16.37"),
        ("0.125", 2, "0.13"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("-0.125", 2, "-0.13"),
        ("-0.004", 2, "0.00"),
        ("0", 2, "0.00"),
        ("1250", -2, "1300"),
        ("1" + "0" * 60, 2, "1" + "0" * 60 + ".00"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, decimals: int, text: str) -> None:
    """The rule of China's published statistics; no minus stands before zero."""
    assert f"{round_half_up(Fraction(value), decimals):f}" == text


def test_just_below_a_half_is_rounded_down_however_close() -> None:
    """No digit is rounded twice."""
    almost = Fraction(5, 1000) - Fraction(1, 10**60)
    assert str(round_half_up(almost, 2)) == "0.00"


@pytest.mark.parametrize("noisy", [16.375, math.nextafter(16.375, 0), 16.374999999999996, 16.375000000000004])
def test_noise_of_a_double_does_not_change_the_rounding(noisy: float) -> None:
    """16.375 computed in doubles is published as 16.38."""
    assert str(round_half_up(noisy, 2)) == "16.38"


def test_long_whole_numbers_keep_every_digit() -> None:
    """A sum of yuan of sixteen digits has no noise to clean."""
    assert to_decimal(1234567890123457.0) == Decimal(1234567890123457)
    assert f"{round_half_up(1234567890123457.0, 0):f}" == "1234567890123457"


@given(DECIMALS, st.integers(0, 5))
def test_rounding_agrees_with_decimal_on_exact_values(value: Decimal, places: int) -> None:
    """Our rule is the textbook's."""
    with localcontext(prec=50):
        expected = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert round_half_up(Fraction(value), places) == expected


@given(RATIOS, st.integers(0, 8))
def test_rounding_moves_a_value_by_half_a_step_at_most(value: Fraction, places: int) -> None:
    """The printed value is the nearest one with that many places."""
    assert abs(Fraction(round_half_up(value, places)) - value) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("value", "decimals", "standard", "text"),
    [
        ("0.501787", 2, "0.50", "0.502"),
        ("0.498", 2, "0.50", "0.498"),
        ("0.50", 2, "0.50", "0.50"),
        ("0.5000001", 2, "0.50", "0.5000001"),
        ("0.49", 2, "0.50", "0.49"),
        ("4.1999", 2, "4.2", "4.1999"),
        ("4.496", 2, "4.498", "4.496"),
        ("0.985", 2, "0.985", "0.985"),
        ("-0.004", 2, "0", "-0.004"),
        ("1999.6", 0, "2000", "1999.6"),
    ],
)
def test_a_fail_never_looks_like_a_pass(value: str, decimals: int, standard: str, text: str) -> None:
    """More digits are shown while the printed value would stand on the wrong side of the standard."""
    assert show(Fraction(value), decimals, Fraction(standard)) == text


def test_without_a_standard_the_places_are_as_asked() -> None:
    """More digits need a reason."""
    assert show(Fraction("0.501787"), 2) == "0.50"


def test_noise_beside_the_standard_adds_no_digits() -> None:
    """A double that is the standard but for its noise is printed as the standard."""
    assert show(math.nextafter(0.5, 1), 2, Fraction(1, 2)) == "0.50"


@given(RATIOS, DECIMALS, st.integers(0, 4))
def test_print_stands_on_the_side_of_the_standard_where_the_value_stands(
    value: Fraction, standard: Decimal, decimals: int
) -> None:
    """Within the most digits allowed, an unequal value is never rounded onto or across the standard."""
    limit = Fraction(standard)
    assume(abs(value - limit) > Fraction(1, 10**12) or value == limit)
    printed = Fraction(show(value, decimals, limit, most=12))
    assert sign(printed - limit) == sign(value - limit)


@given(st.floats(-100, 100), st.integers(0, 3))
def test_print_of_a_double_near_a_standard_keeps_its_side(nudge: float, decimals: int) -> None:
    """The same for doubles, from a relative distance of 1e-9 on."""
    value = 0.45 + nudge / 1e6
    assume(abs(value - 0.45) > 1e-9)
    assert sign(Fraction(show(value, decimals, Fraction("0.45"))) - Fraction("0.45")) == sign(
        exact(value) - Fraction("0.45")
    )
