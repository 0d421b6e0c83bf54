"""What the data reach: no figure is told of a unit of which they hold one part only, and a lack that shows is marked.

A province of which one county sent data has the figures of that county, under a name that promises more. So units above
the lowest one that holds every row are left out. Below it a unit is marked `partial` when the register lists areas under
it that sent nothing. Areas that are neither registered nor sent cannot be known to lack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from duxue.core.text import Text
from duxue.engines.data import Data
from duxue.plan.nodes import Plan
from duxue.results.model import Result, Value

PARTIAL = "partial"


@dataclass(frozen=True)
class Coverage:
    """The units of one year that data are about."""

    year: int
    root: str | None  # the lowest unit that holds every row
    above: frozenset[str]  # units above it
    lacking: dict[
        str, int
    ]  # unit -> registered areas under it without data, those under another such one not counted
    own: frozenset[tuple[str, str]]  # (indicator, unit) with rows of the unit itself, which need no parts


def cover(plan: Plan, data: Data, year: int) -> Coverage:
    """Return what the rows of a year are about, by the forms from which the plan's figures are computed."""
    tree = data.tree(year)
    homes = {
        i.id: {plan.form_of(h).id for h in (i.home, *(a.home for a in i.aggregates))} for i in plan.indicators
    }
    codes = {form: _codes(plan, data, form, year) for form in sorted(set().union(*homes.values()))}
    rows = set[str]().union(*codes.values()) & tree.units.keys()
    chains = [set(tree.ancestors(code).values()) for code in rows]
    covered = set[str]().union(*chains)
    shared = set.intersection(*chains) if chains else set[str]()
    root = min(shared, key=lambda u: tree.levels.index(tree.units[u].level), default=None)
    lacking: dict[str, int] = {}
    for unit in tree.units.values():
        if unit.level != tree.levels[0] and unit.code not in covered and unit.parent in covered:
            for above in tree.ancestors(unit.parent).values():
                lacking[above] = lacking.get(above, 0) + 1
    own = frozenset(
        (id, unit) for id, forms in homes.items() for form in forms for unit in codes[form] & lacking.keys()
    )
    return Coverage(year, root, frozenset(shared - {root}), lacking, own)


def _codes(plan: Plan, data: Data, form: str, year: int) -> set[str]:
    spec, table = plan.forms[form], data.tables.get(form)
    if table is None:
        return set()
    codes = table.column(spec.unit_field).to_pylist()
    years = table.column(spec.period).to_pylist() if spec.period else [year] * len(codes)
    return {code for code, of in zip(codes, years, strict=True) if of == year and code is not None}


def within(values: Iterable[Value], covers: Sequence[Coverage]) -> list[Value]:
    """Return the values of the units that the data are about."""
    above = {(c.year, unit) for c in covers for unit in c.above}
    return [v for v in values if (v.year, v.unit) not in above]


def marked(results: Iterable[Result], covers: Sequence[Coverage]) -> list[Result]:
    """Return the results, those of units with parts that sent nothing marked `partial`."""
    by_year = {c.year: c for c in covers}

    def is_partial(r: Result) -> bool:
        found = by_year.get(r.year) if r.year is not None else None
        known = r.kind == "verdict" or r.value is not None
        return (
            found is not None and known and r.unit in found.lacking and (r.indicator, r.unit) not in found.own
        )

    return [replace(r, flags=(*r.flags, PARTIAL)) if is_partial(r) else r for r in results]


def told(data: Data, covers: Sequence[Coverage]) -> tuple[Text, ...]:
    """Return what a reader must know of the reach of the data, for each year in which it is not the whole."""
    notes = []
    for c in covers:
        units = data.tree(c.year).units
        if c.above and c.root is not None:
            name = units[c.root].name
            above = [units[u].name for u in data.tree(c.year).ancestors(c.root).values() if u != c.root]
            notes.append(
                Text(
                    f"{c.year}年的数据只涉及{name.zh or name.en}；不计算{'、'.join(n.zh or n.en for n in above)}的结果。",
                    f"The data of {c.year} are about {name.en or name.zh} only; nothing is computed for "
                    f"{', '.join(n.en or n.zh for n in above)}.",
                )
            )
        if c.root in c.lacking:
            name, count = units[c.root].name, c.lacking[c.root]
            notes.append(
                Text(
                    f"{name.zh or name.en}{c.year}年有{count}个登记的下级区域没有数据，其结果只反映部分区域。",
                    f"{count} registered areas of {name.en or name.zh} sent no data of {c.year}; its results cover only a part.",
                )
            )
    return tuple(notes)
