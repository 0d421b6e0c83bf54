"""Commendations by dimension: units for which every condition of a list holds."""

from __future__ import annotations

from fractions import Fraction

from duxue.packs.scoring import Commendation, Praise
from duxue.scoring import comparison
from duxue.scoring.figures import Figures


def commended(commendation: Commendation, figures: Figures) -> tuple[str, ...]:
    """Return the commended units in code order. A unit without one of the figures is not commended."""
    return tuple(unit for unit in figures.peers() if all(_holds(p, unit, figures) for p in commendation.all))


def _holds(praise: Praise, unit: str, figures: Figures) -> bool:
    value = figures.find(unit, praise)
    if value is None:
        return False
    if praise.meets is not None and not comparison.holds(value, praise.meets):
        return False
    if praise.above is None:
        return True
    mean = _mean(praise, figures)
    return mean is not None and value > mean


def _mean(praise: Praise, figures: Figures) -> Fraction | None:
    whole = figures.whole()
    if praise.above == "whole":
        return figures.find(whole, praise) if whole is not None else None
    values = [v for v in (figures.find(unit, praise) for unit in figures.peers()) if v is not None]
    return sum(values, Fraction(0)) / len(values) if values else None
