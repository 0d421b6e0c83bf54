"""Pieces of SQL that know what they hold: a number as exact integers, a truth value or a text, and why it may be NULL.

A number is `factor * num / den`: num and den are integer SQL expressions with known bounds, factor an exact fraction
known now. So a sum of 万元 with six decimals is a sum of integers, 0.1 is one tenth, and pupils / teachers >= 19 is
decided by two products. Only what cannot be an integer of 126 bits becomes a double (`real`).

A value is not known exactly when its `sql` (for numbers: num) is NULL; `why` then gives the reason's code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Final, Literal

from duxue.core.quantity import MOST
from duxue.formula.nodes import NA

# The order is the precedence of reasons where several rows each have one: an empty cell before anything else.
REASONS: Final[tuple[NA, ...]] = (
    NA.MISSING,
    NA.NO_CONSTANT,
    NA.NO_PREVIOUS,
    NA.ZERO_DIVISION,
    NA.NO_ROWS,
    NA.OUT_OF_SCOPE,
    NA.DEPENDS,
    NA.DOMAIN,
    NA.TOO_LARGE,
)
CODES: Final[dict[NA, int]] = {reason: number for number, reason in enumerate(REASONS, start=1)}
LIKE_MISSING: Final = CODES[
    NA.NO_PREVIOUS
]  # codes up to this one leave a row unjudged, as an empty cell does

BITS: Final = 2**126  # HUGEINT holds 127 bits and a sign; one bit is kept for intermediate results
_BIGINT: Final = 2**63 - 1
_ONE: Final = "CAST(1 AS BIGINT)"

Why = int | str | None  # one reason, SQL that gives its code, or None: never NULL


class BeyondError(Exception):
    """A formula that SQL integers cannot carry exactly; the reference engine computes it."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text."""

    sql: str
    why: Why = None


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth value."""

    sql: str
    why: Why = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number: factor * num / den, or a double when `real`."""

    sql: str  # num
    why: Why = None
    den: str | None = None  # positive wherever num is known
    factor: Fraction = Fraction(1)  # positive
    lo: int = 0  # bounds of num
    hi: int = 0
    most: int = 1  # bound of den
    real: bool = False


Piece = Number | Truth | Words


def text_literal(text: str) -> str:
    """Return a text as SQL; no text can end the literal."""
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character: it equals nothing that a table can hold
        text = "\0" + text.encode("ascii", "backslashreplace").decode()
    parts = ["'" + part.replace("'", "''") + "'" for part in text.split("\0")]
    return parts[0] if len(parts) == 1 else "(" + " || chr(0) || ".join(parts) + ")"


def integer_literal(value: int) -> str:
    """Return an integer as SQL of a type wide enough to be calculated with."""
    return f"CAST({value} AS {integer_type(value, value)})"


def integer_type(lo: int, hi: int) -> str:
    """Return the narrowest of the two integer types that holds the bounds."""
    return "BIGINT" if max(-lo, hi) <= _BIGINT else "HUGEINT"


def number_literal(value: Fraction) -> Number:
    """Return a constant."""
    sign = (value > 0) - (value < 0)
    return Number(integer_literal(sign), factor=abs(value) if value else Fraction(1), lo=sign, hi=sign)


def first_reason(pieces: Sequence[Piece], otherwise: Why = None) -> Why:
    """Return the reason of the first piece that is NULL; `otherwise` when all of them are known."""
    able = [p for p in pieces if p.why is not None]
    reasons = [p.why for p in able] + ([otherwise] if otherwise is not None else [])
    if not reasons:
        return None
    if len(set(reasons)) == 1 and isinstance(reasons[0], int):
        return reasons[0]
    cases = [(f"{p.sql} IS NULL", p.why) for p in able]
    if otherwise is None:
        last: Why = cases.pop()[1]
    else:
        last = otherwise
    if not cases:
        return last
    return "CASE " + " ".join(f"WHEN {test} THEN {why}" for test, why in cases) + f" ELSE {last} END"


def common_factor(factors: Sequence[Fraction]) -> Fraction:
    """Return the largest fraction of which all are whole multiples."""
    top, bottom = factors[0].numerator, factors[0].denominator
    for f in factors[1:]:
        top, bottom = gcd(top * f.denominator, f.numerator * bottom), bottom * f.denominator
    return Fraction(top, bottom)


def times(a: str, a_bounds: tuple[int, int], b: str, b_bounds: tuple[int, int]) -> tuple[str, int, int]:
    """Return the integer product with its bounds; a literal 1 vanishes."""
    corners = [x * y for x in a_bounds for y in b_bounds]
    lo, hi = min(corners), max(corners)
    within(lo, hi)
    if a == _ONE:
        return b, lo, hi
    if b == _ONE:
        return a, lo, hi
    if integer_type(lo, hi) == "HUGEINT":
        a = f"CAST({a} AS HUGEINT)"
    return f"({a} * {b})", lo, hi


def within(lo: int, hi: int) -> None:
    """Refuse bounds that no SQL integer holds."""
    if max(-lo, hi) >= BITS:
        raise BeyondError


def scaled(a: Number, by: Fraction) -> tuple[str, int, int]:
    """Return num times a whole number."""
    assert by.denominator == 1
    return times(a.sql, (a.lo, a.hi), integer_literal(by.numerator), (by.numerator, by.numerator))


def as_double(a: Number) -> str:
    """Return the number as SQL of type DOUBLE, rounded at most three times; BeyondError when it may not fit one."""
    if a.real:
        return a.sql
    if max(-a.lo, a.hi) * a.factor > MOST:
        raise BeyondError
    top, bottom = f"CAST({a.sql} AS DOUBLE)", f"CAST({a.den} AS DOUBLE)" if a.den else ""
    if a.factor.numerator != 1:
        top = f"({top} * {double_literal(Fraction(a.factor.numerator))})"
    if a.factor.denominator != 1:
        scale = double_literal(Fraction(a.factor.denominator))
        bottom = f"({bottom} * {scale})" if bottom else scale
    return f"({top} / {bottom})" if bottom else top


def double_literal(value: Fraction) -> str:
    """Return the nearest double as SQL; BeyondError when there is none."""
    if abs(value) > MOST:
        raise BeyondError
    return f"CAST('{float(value)!r}' AS DOUBLE)"


def real(sql: str, why: Why) -> Number:
    """Return a double as a number."""
    return Number(sql, why, real=True)


def negate(a: Number) -> Number:
    """Return -a."""
    return Number(f"(-{a.sql})", a.why, a.den, a.factor, -a.hi, -a.lo, a.most, a.real)


def convert(a: Number, factor: Fraction) -> Number:
    """Return a * factor for a factor known now."""
    if a.real:
        return real(f"({a.sql} * {double_literal(factor)})", a.why)
    if factor < 0:
        return convert(negate(a), -factor)
    if factor == 0:
        return Number(f"({a.sql} * 0)", a.why, None, Fraction(1), 0, 0)
    return Number(a.sql, a.why, a.den, a.factor * factor, a.lo, a.hi, a.most)


def aligned(numbers: Sequence[Number]) -> list[Number]:
    """Return the same numbers over one factor, so that num and den can be compared and chosen among."""
    factor = common_factor([n.factor for n in numbers])
    result = []
    for n in numbers:
        sql, lo, hi = scaled(n, n.factor / factor)
        result.append(Number(sql, n.why, n.den, factor, lo, hi, n.most))
    return result


def over_one(numbers: Sequence[Number]) -> tuple[list[tuple[str, int, int]], str | None, int]:
    """Return integer numerators over one denominator, the denominator and its bound (two numbers, one factor)."""
    a, b = numbers
    if a.den == b.den:
        return [(a.sql, a.lo, a.hi), (b.sql, b.lo, b.hi)], a.den, a.most
    left, right, den, most = (a.sql, a.lo, a.hi), (b.sql, b.lo, b.hi), None, 1
    if b.den:
        left = times(a.sql, (a.lo, a.hi), b.den, (1, b.most))
        den, most = b.den, b.most
    if a.den:
        right = times(b.sql, (b.lo, b.hi), a.den, (1, a.most))
        den, most = a.den, a.most
    if a.den and b.den:
        den, _, most = times(a.den, (1, a.most), b.den, (1, b.most))
    return [left, right], den, most


def add(a: Number, b: Number, sign: Literal[1, -1]) -> Number:
    """Return a + b or a - b in integers."""
    (left, right), den, most = over_one(aligned([a, b]))
    lo = left[1] + (right[1] if sign > 0 else -right[2])
    hi = left[2] + (right[2] if sign > 0 else -right[1])
    within(lo, hi)
    head = f"CAST({left[0]} AS HUGEINT)" if integer_type(lo, hi) == "HUGEINT" else left[0]
    sql = f"({head} {'+' if sign > 0 else '-'} {right[0]})"
    return Number(sql, first_reason([a, b]), den, common_factor([a.factor, b.factor]), lo, hi, most)


def multiply(a: Number, b: Number) -> Number:
    """Return a * b in integers."""
    sql, lo, hi = times(a.sql, (a.lo, a.hi), b.sql, (b.lo, b.hi))
    den, most = a.den, a.most
    if b.den:
        den, most = b.den, b.most
    if a.den and b.den:
        den, _, most = times(a.den, (1, a.most), b.den, (1, b.most))
    return Number(sql, first_reason([a, b]), den, a.factor * b.factor, lo, hi, most)


def divide(a: Number, b: Number) -> Number:
    """Return a / b in integers; NULL with its own reason where b is 0."""
    top, lo, hi = (a.sql, a.lo, a.hi) if not b.den else times(a.sql, (a.lo, a.hi), b.den, (1, b.most))
    below, most = b.sql, max(b.hi, -b.lo, 1)
    if b.lo < 0:
        below = f"abs({b.sql})"
        top, lo, hi = f"CASE WHEN {b.sql} < 0 THEN -{top} ELSE {top} END", min(lo, -hi), max(hi, -lo)
    if a.den:
        below, _, most = times(a.den, (1, a.most), below, (1, most))
    may_be_zero = b.lo <= 0 <= b.hi
    if may_be_zero or b.why is not None:
        top = f"CASE WHEN {b.sql} <> 0 THEN {top} END"
    why = first_reason([a, b], CODES[NA.ZERO_DIVISION] if may_be_zero else None)
    return Number(top, why, None if most == 1 else below, a.factor / b.factor, lo, hi, most)


def compare(a: Number, b: Number, op: str) -> Truth:
    """Return a comparison decided in integers."""
    (left, right), _, _ = over_one(aligned([a, b]))
    return Truth(f"({left[0]} {op} {right[0]})", first_reason([a, b]))


def round_down(a: Number, up: bool) -> Number:
    """Return floor or ceil of a number, in integers."""
    if up:
        return negate(round_down(negate(a), up=False))
    top, lo, hi = times(a.sql, (a.lo, a.hi), integer_literal(a.factor.numerator), (a.factor.numerator,) * 2)
    below, _, most = times(
        a.den or integer_literal(1),
        (1, a.most),
        integer_literal(a.factor.denominator),
        (a.factor.denominator,) * 2,
    )
    if most == 1:
        return Number(top, a.why, None, Fraction(1), lo, hi)
    within(-most - max(-lo, hi), 2 * most)
    # The remainder is brought to 0 <= r < den before dividing, so the division is exact and its rounding does not matter.
    rest = f"((({top} % {below}) + {below}) % {below})"
    whole = f"({top} - {rest}) // {below}" if lo < 0 else f"{top} // {below}"
    return Number(f"({whole})", a.why, None, Fraction(1), min(lo, 0) - 1 if lo < 0 else 0, max(hi, 0))
