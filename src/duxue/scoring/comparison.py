"""Comparisons as packs write them (`>= 85`), over fractions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from functools import cache

from duxue.core.text import Text
from duxue.packs.schema import Standard

_SIGNS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}
_WORDS = {
    ">=": Text("不低于", "at least"),
    ">": Text("高于", "above"),
    "<=": Text("不高于", "at most"),
    "<": Text("低于", "below"),
    "==": Text("等于", "equal to"),
}


@cache
def parts(meets: str) -> tuple[str, Fraction]:
    """Return the sign and the number of a comparison."""
    standard = Standard(indicator="any", meets=meets)  # type: ignore[call-arg]  # alias fields have defaults
    return standard.operator, standard.threshold


def holds(value: Fraction, meets: str) -> bool:
    """Return whether `value` meets the comparison, unrounded."""
    sign, limit = parts(meets)
    return _SIGNS[sign](value, limit)


def distance(value: Fraction, meets: str) -> Fraction:
    """Return how far `value` is from meeting the comparison; 0 where it does."""
    return Fraction(0) if holds(value, meets) else abs(value - parts(meets)[1])


def words(meets: str, shown: str) -> Text:
    """Return the comparison in words; `shown` is its number as it is printed."""
    word = _WORDS[parts(meets)[0]]
    return Text(f"{word.zh} {shown}", f"{word.en} {shown}")
