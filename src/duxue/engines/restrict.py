"""The part of the data that one unit's figures can depend on, so that explaining a school does not read a province."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from duxue.engines.data import Data
from duxue.plan.nodes import Plan


def restrict(plan: Plan, data: Data, unit: str, years: tuple[int, ...]) -> Data:
    """Return the rows of the unit, of everything below it, and of its parent's other units (rows may merge among them).

    Rows of units above are kept too, for forms that give one row per county are read by its schools.
    """
    tree = data.tree(years[-1])
    chain = list(tree.ancestors(unit).values())
    root = chain[1] if len(chain) > 1 and tree.units[unit].level == plan.levels[0] else unit
    kept = {u for year in years for u in _below(data, root, year)} | set(chain)
    members = pa.array(sorted(kept), pa.string())
    tables = {}
    for id, table in data.tables.items():
        form = plan.forms.get(id)
        tables[id] = (
            table.filter(pc.is_in(table.column(form.unit_field), value_set=members)) if form else table
        )
    return replace(data, tables=tables)


def _below(data: Data, root: str, year: int) -> list[str]:
    tree = data.tree(year)
    level = tree.units[root].level if root in tree.units else None
    return [code for code in tree.units if level is not None and tree.ancestor(code, level) == root]
