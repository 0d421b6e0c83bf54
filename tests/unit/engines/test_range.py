"""Figures beyond the range of a double: both engines say so, and what only passes through such numbers stays right."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.engines.choose import NAMES, engine_named
from duxue.engines.data import Data
from duxue.engines.reference import Reference
from duxue.results.model import Value
from tests.unit.engines.test_duckdb import data_of, plan_of

POWER = " * ".join(["sum(a)"] * 20)


def table(a: int) -> Data:
    """One school with a = `a` and b = 1."""
    return data_of([(a, 1, None)])


def computed(engine: str, formula: str, a: int) -> list[Value]:
    """Return the values of one formula."""
    return list(engine_named(engine).values(plan_of(formula), table(a), [2023]))


@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize(
    "formula", [POWER, f"0 - {POWER}", f"({POWER}) + ({POWER})", f"({POWER}) / (1 / sum(a))"]
)
def test_a_figure_beyond_a_double_is_not_computable(engine: str, formula: str) -> None:
    """It is neither infinite nor an error, and its reason is told."""
    for value in computed(engine, formula, 10**18):
        assert (value.value, value.reason) == (None, "too_large")
        assert all(side is None or abs(side) < 1.8e308 for side in (value.numerator, value.denominator))


@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (f"({POWER}) / ({POWER})", Fraction(1)),
        (f"1 / ({POWER}) * ({POWER})", Fraction(1)),
        (f"if(({POWER}) / sum(b) > 1, 2, 3)", Fraction(2)),
        (f"({POWER}) - ({POWER}) + sum(b)", Fraction(1)),
    ],
)
def test_numbers_on_the_way_may_be_beyond_a_double(engine: str, formula: str, expected: Fraction) -> None:
    """The figure itself is an ordinary number."""
    values = computed(engine, formula, 10**18)
    assert values
    assert {v.value for v in values} == {expected}


@given(a=st.integers(-(10**18), 10**18), times=st.integers(1, 24), divide=st.integers(0, 24))
def test_engines_agree_over_the_whole_range(a: int, times: int, divide: int) -> None:
    """Whatever the size: the same reason, or the same number."""
    formula = " * ".join(["sum(a)"] * times) + " / sum(a)" * divide
    for fast, sure in zip(
        computed("duckdb", formula, a), Reference().values(plan_of(formula), table(a), [2023]), strict=True
    ):
        assert fast.reason == sure.reason
        if sure.value is not None:
            assert fast.value == pytest.approx(float(sure.value), rel=1e-9, abs=1e-300)
