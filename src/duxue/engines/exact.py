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
        assert value.year is not None
        found = self.value(plan, value.level, value.unit, value.year, value.by).value
        assert isinstance(found, Fraction)
        return found
