"""Single values in fractions: what a double leaves open is decided by the reference engine over the rows it needs."""

from __future__ import annotations

from fractions import Fraction

from duxue.engines.data import Data
from duxue.engines.reference import World
from duxue.formula import nodes as n
from duxue.plan.nodes import IndicatorPlan, Plan
from duxue.results.model import Value


class Exactly:
    """The reference engine for single values of one plan and data."""

    def __init__(self, plan: Plan, data: Data) -> None:
        """Read nothing yet."""
        self.plan = plan
        self.data = data
        self._world: World | None = None
        self._whole: dict[str, bool] = {}

    def value(self, plan: IndicatorPlan, level: str, unit: str, year: int, by: tuple[tuple[str, str], ...]) -> Value:
        """Return one value as the reference engine computes it."""
        if self._world is None:
            self._world = World(self.plan, self.data)
        return self._world.value(plan, level, unit, year, by)

    def fraction(self, value: Value) -> Fraction:
        """Return a computed value as a fraction."""
        plan = self.plan.indicator(value.indicator)
        top, bottom = value.numerator, value.denominator
        if isinstance(value.value, Fraction):
            return value.value
        if isinstance(top, Fraction) and isinstance(bottom, Fraction) and bottom:
            exact, node = top / bottom, plan.value
            while isinstance(node, n.Convert):
                exact *= node.factor
                node = node.x
            return exact
        if isinstance(value.value, float) and value.value.is_integer() and self._is_whole(plan):
            return Fraction(value.value)  # sums of whole numbers: the double holds them exactly
        assert value.year is not None
        found = self.value(plan, value.level, value.unit, value.year, value.by).value
        assert isinstance(found, Fraction)
        return found

    def _is_whole(self, plan: IndicatorPlan) -> bool:
        """Whether a formula adds, subtracts, multiplies and counts whole numbers only, so that its values are whole."""
        if plan.id not in self._whole:
            self._whole[plan.id] = all(self._keeps_whole(node) for node in n.walk(plan.value))
        return self._whole[plan.id]

    def _keeps_whole(self, node: n.Typed) -> bool:
        if node.kind != "number":
            return True
        if isinstance(node, n.Const):
            return isinstance(node.value, Fraction) and node.value.denominator == 1
        if isinstance(node, n.Column):
            return self._is_whole_column(node)
        if isinstance(node, n.Arithmetic):
            return node.op != "/"
        if isinstance(node, n.Aggregate):
            return node.fn in ("sum", "count", "min", "max")
        if isinstance(node, n.Convert):
            return node.factor.denominator == 1
        return isinstance(node, n.Negate | n.If | n.Scalar | n.Total)

    def _is_whole_column(self, node: n.Column) -> bool:
        table = self.data.tables.get(node.form)
        if table is not None and node.name in table.column_names:
            return str(table.schema.field(node.name).type).startswith("int")
        derived = {d.name: d.value for d in self.plan.forms[node.form].derived}.get(node.name)
        return derived is not None and all(self._keeps_whole(x) for x in n.walk(derived))
