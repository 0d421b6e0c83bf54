"""Spread and position of values, by their definitions and in exact fractions: the oracle for every engine.

docs/methods tells each in prose, with guarantees and a worked example.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from duxue.core.quantity import sqrt
from duxue.formula.nodes import NA

Pair = tuple[Fraction, Fraction]  # a row's total (books) and its weight (pupils)


def exact_cv(pairs: Sequence[Pair]) -> Fraction | NA:
    """Return the coefficient of variation of rows given as (total, weight).

    With totals r, weights p and P = sum of p: the mean is (sum of r) / P, a ratio of totals; each row's value is r / p;
    S is the root of the sum of (p / P)(r / p - mean)^2, the population form; the result is S / mean. Weights of 1 give
    the plain population form. The caller leaves out rows of weight 0. Source: 县域义务教育校际均衡指标计算方法.
    """
    refused = _refuse(pairs)
    if refused is not None:
        return refused
    whole = sum((p for _, p in pairs), Fraction(0))
    mean = sum((r for r, _ in pairs), Fraction(0)) / whole
    variance = sum((p / whole * (r / p - mean) ** 2 for r, p in pairs), Fraction(0))
    return sqrt(variance) / mean


def exact_gini(pairs: Sequence[Pair]) -> Fraction | NA:
    """Return the Gini coefficient of rows given as (total, weight).

    It is the sum over all pairs of rows of p_i p_j |x_i - x_j|, over 2 P^2 mean, with x = r / p. In order of x the
    double sum is twice the sum of r_j W_j - p_j S_j, where W_j and S_j are the weights and totals before row j.
    """
    refused = _refuse(pairs)
    if refused is not None:
        return refused
    weight = total = difference = Fraction(0)
    for r, p in sorted(pairs, key=lambda pair: pair[0] / pair[1]):
        difference += r * weight - p * total
        weight += p
        total += r
    return difference / (weight * total)


def exact_quantile(values: Sequence[Fraction], q: Fraction) -> Fraction | NA:
    """Return the `q` quantile, linear between order statistics (type 7 of Hyndman and Fan 1996)."""
    if not values:
        return NA.NO_ROWS
    ordered = sorted(values)
    position = (len(ordered) - 1) * q
    below = int(position)
    if below + 1 >= len(ordered):
        return ordered[-1]
    return ordered[below] + (position - below) * (ordered[below + 1] - ordered[below])


def _refuse(pairs: Sequence[Pair]) -> NA | None:
    """Return why the rows have no spread relative to their mean: none at all, or weights or a mean that are not positive."""
    if not pairs:
        return NA.NO_ROWS
    if any(p <= 0 for _, p in pairs) or sum((r for r, _ in pairs), Fraction(0)) <= 0:
        return NA.DOMAIN
    return None
