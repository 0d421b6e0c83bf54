"""Typed formulas to pieces of SQL: what every operator means, for rows and for groups alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, Literal, cast

from duxue.engines.sql import pieces as p
from duxue.engines.sql.pieces import BeyondError, Number, Piece, Truth, Why, Words
from duxue.formula import nodes as n
from duxue.formula.nodes import NA

_EQUAL_OPS: Final = {"==": "=", "!=": "<>"}
_SMALLEST: Final = "1e-290"  # below it a double may have lost digits on its way to 0
_ATOM: Final = 48  # characters up to which repeating a text costs less than a column of its own


class Emitter(ABC):
    """The walk over formulas at one place (the rows of a form, or groups); a place knows its leaves.

    `may_round` tells whether doubles are allowed. Where a double decides something that its rounding could turn (a
    comparison of nearly equal numbers, a difference of nearly equal ones, a floor) `doubt` collects the condition, and
    the values it marks are computed again in fractions.
    """

    may_round = False

    def __init__(self) -> None:
        """Start with no formula written."""
        self._written: dict[n.Typed, tuple[Piece, list[str]]] = {}
        self.doubts: list[str] = []

    # leaves ---------------------------------------------------------------------------------------------------------
    @abstractmethod
    def bind(self, sql: str) -> str:
        """Return a column name for an expression, so that it is written once."""

    @abstractmethod
    def leaf(self, node: n.Typed) -> Piece:
        """Return a column, constant, indicator, aggregate, previous, portion or total."""

    # walk -----------------------------------------------------------------------------------------------------------
    def emit(self, node: n.Typed) -> Piece:
        """Return the SQL of a formula."""
        if node in self._written:
            piece, doubts = self._written[node]
            self.doubts += doubts
            return piece
        before = len(self.doubts)
        piece = self._bound(self._emit(node))
        self._written[node] = piece, self.doubts[before:]
        return piece

    def number(self, node: n.Typed) -> Number:
        """Return the SQL of a formula that is a number."""
        return cast("Number", self.emit(node))

    def truth(self, node: n.Typed) -> Truth:
        """Return the SQL of a formula that is a condition."""
        return cast("Truth", self.emit(node))

    def doubt(self, condition: str) -> None:
        """Remember a condition under which a double may have decided wrongly."""
        self.doubts.append(condition)

    def _short(self, sql: str) -> str:
        return sql if len(sql) <= _ATOM else self.bind(sql)

    def _bound(self, x: Piece) -> Piece:
        why = self._short(x.why) if isinstance(x.why, str) else x.why
        sql = self._short(x.sql)
        if isinstance(x, Number):
            den = self._short(x.den) if x.den else None
            return Number(sql, why, den, x.factor, x.lo, x.hi, x.most, x.real)
        return type(x)(sql, why)

    def _emit(self, node: n.Typed) -> Piece:
        write = _WRITERS.get(type(node))
        return write(self, node) if write else self.leaf(node)

    # numbers --------------------------------------------------------------------------------------------------------
    def calculate(self, op: str, a: Number, b: Number) -> Number:
        """Return `a op b`, in integers where they suffice."""
        if not (a.real or b.real):
            try:
                if op == "*":
                    return p.multiply(a, b)
                return p.divide(a, b) if op == "/" else p.add(a, b, 1 if op == "+" else -1)
            except BeyondError:
                if not self.may_round:
                    raise
        x, y = self._short(p.as_double(a)), self._short(p.as_double(b))
        if op == "*":
            result = self.bind(f"({x} * {y})")
            self.doubt_range(result, f"{x} <> 0 AND {y} <> 0")
            return p.real(result, p.first_reason([a, b]))
        if op == "/":
            zero = f"{b.sql} = 0"
            why = p.first_reason([a, b], p.CODES[NA.ZERO_DIVISION])
            result = self.bind(f"CASE WHEN NOT {zero} THEN {x} / {y} END")
            self.doubt_range(result, f"{x} <> 0")
            return p.real(result, why)
        result = self.bind(f"({x} {op} {y})")
        # Half of a double's digits may be lost before the last nine are in danger.
        self.doubt(f"NOT isfinite({result}) OR abs({result}) < 1e-6 * greatest(abs({x}), abs({y}))")
        return p.real(result, p.first_reason([a, b]))

    def doubt_range(self, result: str, nonzero: str) -> None:
        """Doubt a double that ran out of range: beyond the largest, or so near 0 that it lost its digits."""
        self.doubt(f"NOT isfinite({result}) OR (abs({result}) < {_SMALLEST} AND {nonzero})")

    def compare(self, op: str, a: Number, b: Number) -> Truth:
        """Return `a op b`."""
        sign = _EQUAL_OPS.get(op, op)
        if not (a.real or b.real):
            try:
                return p.compare(a, b, sign)
            except BeyondError:
                if not self.may_round:
                    raise
        x, y = self._short(p.as_double(a)), self._short(p.as_double(b))
        self.doubt(f"abs({x} - {y}) <= 1e-9 * greatest(abs({x}), abs({y}))")
        return Truth(f"({x} {sign} {y})", p.first_reason([a, b]))

    def together(self, numbers: list[Number]) -> list[Number]:
        """Return numbers among which SQL may choose: over one factor, or all doubles."""
        if not any(x.real for x in numbers):
            try:
                return p.aligned(numbers)
            except BeyondError:
                if not self.may_round:
                    raise
        return [x if x.real else p.real(p.as_double(x), x.why) for x in numbers]

    def choose(self, tests: list[str], options: list[Piece], why: Why) -> Piece:
        """Return the option after the first test that holds (a last option without test is the rest)."""
        if isinstance(options[0], Number):
            numbers = self.together(cast("list[Number]", options))
            sql = _case(tests, [x.sql for x in numbers])
            den = (
                _case(tests, [x.den or "CAST(1 AS BIGINT)" for x in numbers])
                if any(x.den for x in numbers)
                else None
            )
            lo, hi = min(x.lo for x in numbers), max(x.hi for x in numbers)
            most = max(x.most for x in numbers)
            return Number(sql, why, den, numbers[0].factor, lo, hi, most, numbers[0].real)
        return type(options[0])(_case(tests, [o.sql for o in options]), why)


def _case(tests: list[str], options: list[str]) -> str:
    whens = " ".join(f"WHEN {t} THEN {o}" for t, o in zip(tests, options, strict=False))
    rest = f" ELSE {options[-1]}" if len(options) > len(tests) else ""
    return f"CASE {whens}{rest} END"


def _constant(_: Emitter, node: n.Const) -> Piece:
    if isinstance(node.value, bool):
        return Truth("TRUE" if node.value else "FALSE")
    return Words(p.text_literal(node.value)) if isinstance(node.value, str) else p.number_literal(node.value)


def _negate(at: Emitter, node: n.Negate) -> Piece:
    return p.negate(at.number(node.x))


def _invert(at: Emitter, node: n.Not) -> Piece:
    x = at.truth(node.x)
    return Truth(f"(NOT {x.sql})", x.why)


def _calculate(at: Emitter, node: n.Arithmetic) -> Piece:
    return at.calculate(node.op, at.number(node.a), at.number(node.b))


def _compare(at: Emitter, node: n.Compare) -> Piece:
    a, b = at.emit(node.a), at.emit(node.b)
    if isinstance(a, Number) and isinstance(b, Number):
        return at.compare(node.op, a, b)
    return Truth(f"({a.sql} {_EQUAL_OPS[node.op]} {b.sql})", p.first_reason([a, b]))


def _connect(at: Emitter, node: n.Logic) -> Piece:
    a, b = at.truth(node.a), at.truth(node.b)
    # SQL's AND and OR are Kleene's; the reason is that of the first side that is unknown.
    return Truth(f"({a.sql} {node.op.upper()} {b.sql})", p.first_reason([a, b]))


def _find_among(at: Emitter, node: n.Among) -> Piece:
    x = at.emit(node.x)
    negation = "NOT " if node.negated else ""
    if isinstance(x, Number):
        tests = [at.compare("==", x, p.number_literal(cast("Fraction", v))).sql for v in node.values]
        return Truth(f"({negation}({' OR '.join(tests)}))", x.why)
    if isinstance(x, Truth):
        tests = [x.sql if v else f"NOT {x.sql}" for v in node.values]
        return Truth(f"({negation}({' OR '.join(tests)}))", x.why)
    listed = ", ".join(p.text_literal(str(v)) for v in node.values)
    return Truth(f"({x.sql} {negation}IN ({listed}))", x.why)


def _choose(at: Emitter, node: n.If) -> Piece:
    test, yes, no = at.truth(node.test), at.emit(node.yes), at.emit(node.no)
    why: Why
    if len({x.why for x in (test, yes, no)} - {None}) <= 1 and not isinstance(test.why, str):
        why = next((x.why for x in (test, yes, no) if x.why is not None), None)
    else:
        parts = [f"WHEN {test.sql} IS NULL THEN {test.why}"] if test.why is not None else []
        if yes.why is not None:
            parts.append(f"WHEN {test.sql} THEN {yes.why}")
        if no.why is not None:
            parts.append(f"WHEN NOT {test.sql} THEN {no.why}")
        why = f"CASE {' '.join(parts)} END"
    return at.choose([test.sql, f"NOT {test.sql}"], [yes, no], why)


def _apply(at: Emitter, node: n.Scalar) -> Piece:
    if node.fn == "is_missing":
        x = at.emit(node.args[0])
        missing = p.CODES[NA.MISSING]
        if x.why is None or (isinstance(x.why, int) and x.why != missing):
            return Truth("FALSE")
        unknown = f"{x.sql} IS NULL"
        return Truth(f"({unknown})" if x.why == missing else f"({unknown} AND {x.why} = {missing})")
    if node.fn == "coalesce":
        options = [at.emit(a) for a in node.args]
        last = next((i for i, x in enumerate(options) if x.why is None), len(options) - 1)
        options = options[: last + 1]
        why = None if options[-1].why is None else options[0].why
        return at.choose([f"{x.sql} IS NOT NULL" for x in options], options, why)
    numbers = [at.number(a) for a in node.args]
    if node.fn in ("floor", "ceil"):
        return _round(at, numbers[0], up=node.fn == "ceil")
    if node.fn == "abs":
        x = numbers[0]
        lo = 0 if x.lo <= 0 <= x.hi else min(abs(x.lo), abs(x.hi))
        return Number(f"abs({x.sql})", x.why, x.den, x.factor, lo, max(-x.lo, x.hi), x.most, x.real)
    result = numbers[0]
    for x in numbers[1:]:
        result = _extreme(at, result, x, "<=" if node.fn == "least" else ">=")
    return result


def _round(at: Emitter, x: Number, *, up: bool) -> Number:
    if not x.real:
        try:
            return p.round_down(x, up)
        except BeyondError:
            if not at.may_round:
                raise
    value = at.bind(p.as_double(x))
    at.doubt(f"abs({value} - round({value})) <= 1e-9 * greatest(1, abs({value}))")
    return p.real(f"{'ceil' if up else 'floor'}({value})", x.why)


def _extreme(at: Emitter, a: Number, b: Number, op: Literal["<=", ">="]) -> Number:
    marks = len(at.doubts)
    first = at.compare(op, a, b)
    del at.doubts[marks:]  # of two nearly equal numbers either will do
    test = at.bind(first.sql)
    # Both sides of the test are spelled out: with an unknown side neither holds and the result is unknown.
    return cast("Number", at.choose([test, f"NOT {test}"], [a, b], first.why))


def _convert(at: Emitter, node: n.Convert) -> Piece:
    x = at.number(node.x)
    if not x.real:
        return p.convert(x, node.factor)
    result = at.bind(p.convert(x, node.factor).sql)
    at.doubt_range(result, f"{x.sql} <> 0")
    return p.real(result, x.why)


_WRITERS: Final[dict[type[n.Typed], Callable[[Any, Any], Piece]]] = {
    n.Const: _constant,
    n.Negate: _negate,
    n.Not: _invert,
    n.Arithmetic: _calculate,
    n.Compare: _compare,
    n.Logic: _connect,
    n.Among: _find_among,
    n.If: _choose,
    n.Scalar: _apply,
    n.Convert: _convert,
}
