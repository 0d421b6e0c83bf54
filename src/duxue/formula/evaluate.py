"""The exact evaluator: what each node means for values that are known, missing or not computable.

Arithmetic and comparison pass on the first reason met from the left. Logic is Kleene's: false and unknown is false,
true or unknown is true. Division by zero is a reason, never infinity.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol, cast

from duxue.formula import nodes as n
from duxue.formula.nodes import NA, Typed

Cell = Fraction | bool | str | NA

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


class Env(Protocol):
    """Where a formula is evaluated: a data row, or a unit in a year; it knows the values of the leaves."""

    def column(self, node: n.Column) -> Cell:
        """Return a cell of the row, or of the row it points to."""

    def constant(self, node: n.PackConstant) -> Cell:
        """Return the constant that holds here."""

    def indicator(self, node: n.Indicator) -> Cell:
        """Return another indicator's value for the same unit, period and breakdown."""

    def previous(self, node: n.Previous) -> Cell:
        """Return the value of `node.x` some periods earlier."""

    def aggregate(self, node: n.Aggregate) -> Cell:
        """Return one number from the unit's rows."""

    def portion(self, node: n.Portion) -> Cell:
        """Return the row's part of the rows that share a field with it."""

    def total(self, node: n.Total) -> Cell:
        """Return the sum over another form's rows that carry the row's key."""


class RuleEnv(Protocol):
    """Where the rule of a verdict is evaluated: a unit and breakdown with its indicators, standards and verdicts."""

    def constant(self, node: n.PackConstant) -> Cell:
        """Return the constant that holds here."""

    def indicator(self, node: n.Indicator) -> Cell:
        """Return an indicator's value."""

    def met(self, node: n.Met) -> Cell:
        """Return how many of the indicators reach their standard."""

    def all_met(self, node: n.AllMet) -> Cell:
        """Return whether every indicator that has a standard reaches it."""

    def lowest_attainment(self, node: n.LowestAttainment) -> Cell:
        """Return the smallest attainment of the indicators."""

    def over_verdicts(self, node: n.OverVerdicts) -> Cell:
        """Return what is asked of another verdict."""


def evaluate(node: Typed, env: Env | RuleEnv) -> Cell:
    """Return the value of `node` in `env`: a number, truth value or text, or the reason why there is none."""
    if isinstance(node, n.Const):
        return node.value
    inner = _INNER.get(type(node))
    if inner is not None:
        return inner(node, env)
    leaf = _LEAVES.get(type(node))
    if leaf is None:
        raise TypeError(f"{type(node).__name__} is not part of a formula")
    return cast("Cell", getattr(env, leaf)(node))


def _negate(node: n.Negate, env: Env) -> Cell:
    x = evaluate(node.x, env)
    return x if isinstance(x, NA) else -_number(x)


def _invert(node: n.Not, env: Env) -> Cell:
    x = evaluate(node.x, env)
    return x if isinstance(x, NA) else not x


def _calculate(node: n.Arithmetic, env: Env) -> Cell:
    a = evaluate(node.a, env)
    if isinstance(a, NA):
        return a
    b = evaluate(node.b, env)
    if isinstance(b, NA):
        return b
    x, y = _number(a), _number(b)
    if node.op == "/":
        return x / y if y else NA.ZERO_DIVISION
    return _ARITHMETIC[node.op](x, y)


def _compare(node: n.Compare, env: Env) -> Cell:
    a = evaluate(node.a, env)
    if isinstance(a, NA):
        return a
    b = evaluate(node.b, env)
    return b if isinstance(b, NA) else _COMPARE[node.op](a, b)


def _connect(node: n.Logic, env: Env) -> Cell:
    decisive = node.op == "or"
    a = evaluate(node.a, env)
    if a is decisive:
        return decisive
    b = evaluate(node.b, env)
    if b is decisive:
        return decisive
    return a if isinstance(a, NA) else b


def _find_among(node: n.Among, env: Env) -> Cell:
    x = evaluate(node.x, env)
    return x if isinstance(x, NA) else (x in node.values) is not node.negated


def _choose(node: n.If, env: Env) -> Cell:
    test = evaluate(node.test, env)
    if isinstance(test, NA):
        return test
    return evaluate(node.yes if test else node.no, env)


def _apply(node: n.Scalar, env: Env) -> Cell:
    values = [evaluate(a, env) for a in node.args]
    if node.fn == "is_missing":
        return values[0] is NA.MISSING
    if node.fn == "coalesce":
        return next((v for v in values if not isinstance(v, NA)), values[0])
    reason = next((v for v in values if isinstance(v, NA)), None)
    if reason is not None:
        return reason
    numbers = [_number(v) for v in values]
    if node.fn == "abs":
        return abs(numbers[0])
    if node.fn == "floor":
        return Fraction(math.floor(numbers[0]))
    if node.fn == "ceil":
        return Fraction(math.ceil(numbers[0]))
    return min(numbers) if node.fn == "least" else max(numbers)


def _convert(node: n.Convert, env: Env) -> Cell:
    x = evaluate(node.x, env)
    return x if isinstance(x, NA) else _number(x) * node.factor


def _number(value: Cell) -> Fraction:
    # A year arrives as a whole number; everything else that is a number is a fraction already.
    return value if isinstance(value, Fraction) else Fraction(cast("int", value))


_INNER: dict[type[Typed], Callable[[Any, Any], Cell]] = {
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
_LEAVES: dict[type[Typed], str] = {
    n.Column: "column",
    n.PackConstant: "constant",
    n.Indicator: "indicator",
    n.Previous: "previous",
    n.Aggregate: "aggregate",
    n.Portion: "portion",
    n.Total: "total",
    n.Met: "met",
    n.AllMet: "all_met",
    n.LowestAttainment: "lowest_attainment",
    n.OverVerdicts: "over_verdicts",
}
