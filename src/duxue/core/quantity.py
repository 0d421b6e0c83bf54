"""Exact numbers: reading, rounding half up, and showing them so that a fail never looks like a pass."""

from __future__ import annotations

import math
import sys
from decimal import Context, Decimal
from fractions import Fraction

Number = Fraction | float
# Fifty digits: far beyond a double, so a square root compared with a standard is never decided by rounding.
_WIDE = Context(prec=50)
# A double keeps at least 15 digits through our few operations; twelve leave room for its noise, so that
# 16.37499999999999 computed for 16.375 is shown as 16.38 and not as 16.37.
_NOISE_FREE_DIGITS = 12
MOST = Fraction(sys.float_info.max)  # the largest double; a figure beyond it is told to be too large
_WHOLE = 2**53  # below it a double holds every whole number exactly


def exact(value: int | float | Decimal | Fraction) -> Fraction:
    """Return `value` as a fraction; a double is taken by its shortest decimal form (0.1 is one tenth)."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"not a finite number: {value!r}")
        return Fraction(repr(value))
    return Fraction(value)


def sqrt(value: Fraction) -> Fraction:
    """Return the square root: exact for squares of fractions, else right to 50 digits. `value` must be >= 0."""
    if value < 0:
        raise ValueError("square root of a negative number")
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return Fraction(_WIDE.sqrt(_WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))))


def to_decimal(value: Number) -> Decimal:
    """Return `value` as a decimal: a fraction to 50 digits, a double cleaned of its binary noise."""
    if isinstance(value, Fraction):
        return _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    if float(value).is_integer() and abs(value) < _WHOLE:
        return Decimal(int(value))  # a sum of whole numbers has no noise, however long it is
    return Decimal(f"{value:.{_NOISE_FREE_DIGITS}g}")


def round_half_up(value: Number, decimals: int) -> Decimal:
    """Return `value` rounded half away from zero to `decimals` places, the rule of China's published statistics."""
    clean = _clean(value)
    above, below = abs(clean.numerator), clean.denominator
    if decimals >= 0:  # in whole numbers, for fractions reduce themselves at every step
        above *= 10**decimals
    else:
        below *= 10**-decimals
    steps = (2 * above + below) // (2 * below)
    sign = "-" if clean < 0 < steps else ""  # no "-0.00"
    return Decimal(f"{sign}{steps}e{-decimals}")


def show(value: Number, decimals: int, standard: Number | None = None, most: int = 12) -> str:
    """Return `value` for print: half up to `decimals`, with more digits while it would stand on the wrong side of `standard`.

    0.501787 against 0.50 with two decimals is shown as 0.502, for 0.50 would look like a pass; and 4.496 against 4.498 is
    shown as 4.496, for 4.50 would look like one too. A double that differs from the standard by its noise only counts as
    equal to it.
    """
    digits = decimals
    if standard is not None:
        limit = exact(standard)
        side = _sign(_clean(value) - limit)
        while digits < most and _sign(Fraction(round_half_up(value, digits)) - limit) != side:
            digits += 1
    return f"{round_half_up(value, digits):f}"


def _clean(value: Number) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(to_decimal(value))


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
