"""Single values in fractions: what a double leaves open is decided by the reference engine over the rows it needs."""

from __future__ import annotations

from fractions import Fraction

from duxue.engines.data import Data
from duxue.engines.reference import World
from duxue.engines.restrict import restrict
from duxue.formula import nodes as n
from duxue.plan.nodes import IndicatorPlan, Plan
from duxue.results.model import Value


class Exactly:
    """The reference engine for single values; rows are read once for all units under one parent.

    A province has thousands of schools that meet `<= 0` with exactly 0.
    """

    def __init__(self, plan: Plan, data: Data) -> None:
        """Read nothing yet."""
        self.plan = plan
        self.data = data
        self._worlds: dict[tuple[str, int], World] = {}

    def value(
        self, plan: IndicatorPlan, level: str, unit: str, year: int, by: tuple[tuple[str, str], ...]
    ) -> Value:
        """Return one value as the reference engine computes it."""
        chain = list(self.data.tree(year).ancestors(unit).values())
        root = chain[1] if level == self.plan.levels[0] and len(chain) > 1 else unit
        if (root, year) not in self._worlds:
            years = tuple(range(year - self.plan.lookback, year + 1))
            self._worlds[root, year] = World(self.plan, restrict(self.plan, self.data, root, years))
        return self._worlds[root, year].value(plan, level, unit, year, by)

    def fraction(self, value: Value) -> Fraction:
        """Return a computed value as a fraction: from its exact sides where there are such, else from its rows."""
        plan = self.plan.indicator(value.indicator)
        if isinstance(value.value, Fraction):
            return value.value
        top, bottom = value.numerator, value.denominator
        given = (value.indicator, value.unit, value.year, value.by) in self.data.given
        if isinstance(top, Fraction) and isinstance(bottom, Fraction) and bottom and not given:
            exact, node = top / bottom, plan.value
            while isinstance(node, n.Convert):
                exact *= node.factor
                node = node.x
            return exact
        assert value.year is not None
        found = self.value(plan, value.level, value.unit, value.year, value.by).value
        assert isinstance(found, Fraction)
        return found


def exact_value(plan: Plan, data: Data, value: Value) -> Fraction:
    """Return one computed value as a fraction. For many, keep an `Exactly`."""
    return Exactly(plan, data).fraction(value)
