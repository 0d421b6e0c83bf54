"""Comparing a value with a standard: unrounded, and exactly where a double cannot be trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from duxue.core.quantity import Number
from duxue.packs.schema import Standard

# Two values this close, relative to the standard, may differ only by the rounding of doubles.
NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome: met or not, the signed distance in the indicator's unit, and attainment (1 = just met)."""

    met: bool
    margin: Number
    attainment: Number


def compare(value: Number, standard: Standard, decide: Callable[[], Fraction]) -> Comparison:
    """Compare a value with a standard; `decide` gives the exact value and is asked only for a near tie of a double."""
    operator, threshold, rounded = _parts(standard.meets)
    limit: Number = threshold
    if isinstance(value, float):
        limit = rounded
        if abs(value - limit) <= NEAR * max(1.0, abs(rounded)):
            value, limit = decide(), threshold
    met = (
        value >= limit
        if operator == ">="
        else value > limit
        if operator == ">"
        else value <= limit
        if operator == "<="
        else value < limit
        if operator == "<"
        else value == limit
    )
    less_is_better = operator in ("<=", "<")
    distance: Number = limit - value if less_is_better else value - limit
    margin = -distance if operator == "==" and distance > 0 else distance
    return Comparison(met, margin, _attainment(value, limit, less_is_better=less_is_better, met=met))


@cache
def _parts(meets: str) -> tuple[str, Fraction, float]:
    standard = Standard(indicator="any", meets=meets)  # type: ignore[call-arg]
    return standard.operator, standard.threshold, float(standard.threshold)


def attainment(value: Fraction, limit: Fraction, standard: str, *, met: bool) -> Number:
    """Return the attainment of an exact value against a standard as it is printed (`>= 4.2`)."""
    return _attainment(value, limit, less_is_better=standard.startswith("<"), met=met)


def limit_of(standard: Standard) -> Fraction:
    """Return the number a standard compares with."""
    return _parts(standard.meets)[1]


def written(standard: Standard) -> str:
    """Return a standard as it is printed, `>= 4.2`."""
    return _written(standard.meets)


@cache
def _written(meets: str) -> str:
    return " ".join(meets.split())


def _attainment(value: Number, limit: Number, *, less_is_better: bool, met: bool) -> Number:
    top, bottom = (limit, value) if less_is_better else (value, limit)
    if (
        bottom <= 0 or top < 0
    ):  # a limit of 0 (no school may ...) or a loss is either kept or missed altogether
        return Fraction(int(met))
    return top / bottom


Truth = Literal[True, False] | None


def all_of(truths: list[Truth]) -> Truth:
    """Return Kleene's conjunction: false if any is false, else unknown if any is unknown."""
    return False if False in truths else None if None in truths else True


def any_of(truths: list[Truth]) -> Truth:
    """Return Kleene's disjunction."""
    return True if True in truths else None if None in truths else False
