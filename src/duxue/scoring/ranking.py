"""Ranks with ties, and the points of a rank."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from duxue.packs.scoring import Place

Ties = Literal["best", "worst", "mean"]


def ranks(values: Mapping[str, Fraction], *, more: bool = True) -> dict[str, tuple[int, int]]:
    """Return for each unit the best and the worst rank that its value takes; equal values share both."""
    keys = {unit: -value if more else value for unit, value in values.items()}
    line = sorted(keys.values())
    return {unit: (bisect_left(line, key) + 1, bisect_right(line, key)) for unit, key in keys.items()}


def points_of(places: Sequence[Place], low: int, high: int, ties: Ties) -> Fraction:
    """Return the points of the ranks `low` to `high`, which equal units share, by the rule for ties."""
    if ties == "best":
        return _points(places, low)
    if ties == "worst":
        return _points(places, high)
    return sum((_points(places, rank) for rank in range(low, high + 1)), Fraction(0)) / (high - low + 1)


def _points(places: Sequence[Place], rank: int) -> Fraction:
    return next((place.points for place in places if rank <= place.to), Fraction(0))
