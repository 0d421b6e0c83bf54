"""Exact numbers: reading, rounding half up, and showing them so that a fail never looks like a pass."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

Number = Fraction | float
# Fifty digits: far beyond a double, so a square root compared with a standard is never decided by rounding.
_WIDE = Context(prec=50)
# A double keeps at least 15 digits through our few operations; twelve leave room for its noise, so that
# 16.37499999999999 computed for 16.375 is shown as 16.38 and not as 16.37.
_NOISE_FREE_DIGITS = 12


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
    return Decimal(f"{value:.{_NOISE_FREE_DIGITS}g}")


def round_half_up(value: Number, decimals: int) -> Decimal:
    """Return `value` rounded half away from zero to `decimals` places, the rule of China's published statistics."""
    step = Decimal(1).scaleb(-decimals)
    rounded = to_decimal(value).quantize(step, rounding=ROUND_HALF_UP, context=_WIDE)
    return rounded or abs(rounded)  # no "-0.00"


def show(value: Number, decimals: int, standard: Number | None = None, most: int = 12) -> str:
    """Return `value` for print: half up to `decimals`, with more digits while it would look equal to an unequal `standard`.

    0.501787 against 0.50 with two decimals is shown as 0.502, for 0.50 would look like a pass.
    """
    digits = decimals
    if standard is not None and exact(value) != exact(standard):
        while digits < most and round_half_up(value, digits) == to_decimal(standard):
            digits += 1
    return f"{round_half_up(value, digits):f}"
