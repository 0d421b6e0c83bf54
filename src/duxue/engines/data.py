"""What an engine computes from: accepted tables, the unit tree of each year, and values given instead of computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

import pyarrow as pa

from duxue.core.units import UnitTree
from duxue.plan.nodes import Plan
from duxue.results.model import Value

# (indicator, unit, year, ((dimension, value), ...)) -> value in the indicator's unit of measure
Given = Mapping[tuple[str, str, int, tuple[tuple[str, str], ...]], Fraction]


@dataclass(frozen=True)
class Data:
    """Tables by form (declared columns plus `_row`), and the tree of units for a year.

    Column types: integer int64, number decimal128, boolean bool, category/text/code string, year int32. Codes in the
    tree are those of the data before merging.
    """

    tables: Mapping[str, pa.Table]
    tree: Callable[[int], UnitTree]
    given: Given = field(default_factory=dict)


class Engine(Protocol):
    """A way to carry out a plan. All engines give equal values (a fast one: to 1e-9 relative)."""

    name: str

    def values(self, plan: Plan, data: Data, years: Sequence[int]) -> list[Value]:
        """Return every value of every indicator of the plan for the years, in a fixed order (see `in_order`)."""
        ...

    def violations(self, plan: Plan, data: Data) -> dict[str, list[int]]:
        """Return check id -> `_row` ordinals of the rows that break the rule, ascending."""
        ...


def in_order(plan: Plan, values: list[Value]) -> list[Value]:
    """Return the values sorted by indicator (pack order), year, level (coarsest first), unit and breakdown."""
    position = {i.id: n for n, i in enumerate(plan.indicators)}
    level = {name: -n for n, name in enumerate(plan.levels)}
    return sorted(values, key=lambda v: (position[v.indicator], v.year or 0, level[v.level], v.unit, v.by))
