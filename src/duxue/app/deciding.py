"""Exact values for the figures whose double lies too close to a standard to decide by."""

from __future__ import annotations

from fractions import Fraction

from duxue.engines.data import Data
from duxue.engines.exact import Exactly
from duxue.formula import nodes as n
from duxue.packs.schema import Pack
from duxue.plan.nodes import Plan
from duxue.results.model import Value

# Up to here a double holds every whole number exactly.
_WHOLE = 1 << 53


class Decider:
    """Gives exact values. A count is exact as it is; else the reference engine computes the unit's figure."""

    def __init__(self, pack: Pack, plan: Plan, data: Data) -> None:
        """Read nothing yet."""
        self._exactly = Exactly(plan, data)
        integers = {(form.id, f.id) for form in pack.forms for f in form.fields if f.type == "integer"}
        self._counts = {i.id for i in plan.indicators if _is_count(i.value, integers)}

    def __call__(self, value: Value) -> Fraction:
        """Return the exact value of a computed figure."""
        number = value.value
        if (
            isinstance(number, float)
            and value.indicator in self._counts
            and number.is_integer()
            and abs(number) < _WHOLE
        ):
            return Fraction(int(number))
        return self._exactly.fraction(value)


def _is_count(node: n.Typed, integers: set[tuple[str, str]]) -> bool:
    """Return whether a formula counts rows or adds up whole numbers, which doubles do without error."""
    if not isinstance(node, n.Aggregate):
        return False
    return node.fn == "count" or (node.fn == "sum" and node.x is not None and _is_whole(node.x, integers))


def _is_whole(node: n.Typed, integers: set[tuple[str, str]]) -> bool:
    if isinstance(node, n.Const):
        return isinstance(node.value, Fraction) and node.value.denominator == 1
    if isinstance(node, n.Column):
        return (node.form, node.name) in integers
    if isinstance(node, n.Arithmetic):
        return node.op != "/" and _is_whole(node.a, integers) and _is_whole(node.b, integers)
    if isinstance(node, n.If):
        return _is_whole(node.yes, integers) and _is_whole(node.no, integers)
    return isinstance(node, n.Negate) and _is_whole(node.x, integers)
