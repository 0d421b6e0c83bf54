"""Spread and position: published figures, definitions written out, and edges."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.core.quantity import round_half_up
from duxue.formula.aggregates import exact_cv, exact_gini, exact_quantile
from duxue.formula.nodes import NA

# Books and pupils of five schools, from the hand-out 县域义务教育校际均衡指标计算方法(以生均图书册数为例).
PUBLISHED = [(279, 45), (137, 37), (935, 89), (160, 76), (402, 55)]
PAIRS = [(Fraction(books), Fraction(pupils)) for books, pupils in PUBLISHED]

positive = st.fractions(min_value=Fraction(1, 20), max_value=500, max_denominator=20)
pairs = st.lists(
    st.tuples(st.fractions(min_value=0, max_value=900, max_denominator=10), positive),
    min_size=1,
    max_size=12,
)


def test_published_example_gives_052() -> None:
    cv = exact_cv(PAIRS)
    assert isinstance(cv, Fraction)
    assert str(round_half_up(cv, 5)) == "0.51526"
    assert str(round_half_up(cv, 2)) == "0.52"


def test_published_terms_of_the_example() -> None:
    whole = sum(p for _, p in PAIRS)
    mean = sum(r for r, _ in PAIRS) / whole
    terms = [p / whole * (r / p - mean) ** 2 for r, p in PAIRS]
    assert (whole, str(round_half_up(mean, 2))) == (302, "6.33")
    assert [str(round_half_up(t, 2)) for t in terms[1:]] == ["0.85", "5.13", "4.50", "0.17"]
    assert str(round_half_up(sum(terms), 2)) == "10.65"


def test_example_without_weights_gives_the_common_wrong_figure() -> None:
    cv = exact_cv([(r / p, Fraction(1)) for r, p in PAIRS])
    assert isinstance(cv, Fraction)
    assert str(round_half_up(cv, 2)) == "0.49"


def test_equal_values_have_no_spread() -> None:
    same = [(Fraction(3 * p), Fraction(p)) for p in (1, 7, 30)]
    assert exact_cv(same) == exact_gini(same) == 0


@given(pairs)
def test_gini_is_the_double_sum(rows: list[tuple[Fraction, Fraction]]) -> None:
    whole, total = sum(p for _, p in rows), sum(r for r, _ in rows)
    if total == 0:
        assert exact_gini(rows) is NA.DOMAIN
        return
    double = sum(p * q * abs(r / p - s / q) for r, p in rows for s, q in rows)
    assert exact_gini(rows) == double / (2 * whole**2 * (total / whole))


@given(pairs)
def test_cv_agrees_with_the_short_form_in_doubles(rows: list[tuple[Fraction, Fraction]]) -> None:
    cv = exact_cv(rows)
    if isinstance(cv, NA):
        return
    whole, total = sum(p for _, p in rows), sum(r for r, _ in rows)
    squares = sum(r * r / p for r, p in rows) * whole / total**2 - 1
    assert math.isclose(cv, math.sqrt(squares), rel_tol=1e-9, abs_tol=1e-12)


@given(pairs, positive)
def test_spread_does_not_depend_on_the_unit(rows: list[tuple[Fraction, Fraction]], factor: Fraction) -> None:
    scaled = [(r * factor, p) for r, p in rows]
    assert exact_gini(scaled) == exact_gini(rows)
    before, after = exact_cv(rows), exact_cv(scaled)
    assert before == after or (
        isinstance(before, Fraction)
        and isinstance(after, Fraction)
        and abs(before - after) < Fraction(1, 10**40)
    )


@given(pairs)
def test_gini_lies_between_0_and_1(rows: list[tuple[Fraction, Fraction]]) -> None:
    gini = exact_gini(rows)
    assert gini is NA.DOMAIN or 0 <= gini < 1


@pytest.mark.parametrize(
    ("q", "expected"),
    [("0", "1"), ("0.25", "1.75"), ("0.5", "2.5"), ("0.9", "3.7"), ("1", "4")],
)
def test_quantile_is_type_7(q: str, expected: str) -> None:
    values = [Fraction(v) for v in (4, 1, 3, 2)]
    assert exact_quantile(values, Fraction(q)) == Fraction(expected)


def test_no_rows_and_no_positive_mean_have_reasons() -> None:
    assert exact_cv([]) is exact_gini([]) is exact_quantile([], Fraction(1, 2)) is NA.NO_ROWS
    zero = [(Fraction(0), Fraction(1)), (Fraction(0), Fraction(2))]
    assert exact_cv(zero) is exact_gini(zero) is NA.DOMAIN
    assert exact_cv([(Fraction(1), Fraction(0))]) is NA.DOMAIN
