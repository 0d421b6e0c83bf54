"""The part of the data that one unit's figures can depend on, so that explaining a school does not read a province."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from duxue.core.units import UnitTree
from duxue.engines.data import Data
from duxue.formula import nodes as n
from duxue.plan.nodes import Plan

_below_of: dict[int, tuple[UnitTree, dict[str, list[str]]]] = {}
_TREES_KEPT = 8


@dataclass(frozen=True, slots=True)
class Link:
    """Rows of `form` need those rows of `other` that have the same values: columns there by columns here."""

    form: str
    other: str
    pairs: tuple[tuple[str, str], ...]  # (column of form, column of other)


def restrict(plan: Plan, data: Data, unit: str, years: tuple[int, ...]) -> Data:
    """Return the rows of the unit and everything below it, and all rows that formulas reach from those.

    Reached are rows that a row points to, sums up, shares a whole with, or had in another year, and rows that are merged
    into a unit that is kept; rows of units above are kept too. Every other row changes nothing of the unit's figures.
    """
    members = {unit}
    for year in years:
        tree = data.tree(year)
        members |= {unit, *tree.ancestors(unit).values()}
        members |= set(_below(tree).get(unit, ()))
    codes = pa.array(sorted(members), pa.string())
    kept: dict[str, pa.ChunkedArray] = {}
    for id, table in data.tables.items():
        form = plan.forms.get(id)
        if form is not None:
            kept[id] = pc.fill_null(pc.is_in(table.column(form.unit_field), value_set=codes), False)
    links = [x for x in dict.fromkeys(_links(plan)) if x.form in kept and x.other in kept]
    sizes = dict.fromkeys(kept, -1)
    while (now := {id: pc.sum(mask).as_py() or 0 for id, mask in kept.items()}) != sizes:
        sizes = now
        for link in links:
            kept[link.other] = pc.or_(kept[link.other], _reached(data, link, kept[link.form]))
    tables = {id: table.filter(kept[id]) if id in kept else table for id, table in data.tables.items()}
    return replace(data, tables=tables)


def _reached(data: Data, link: Link, rows: pa.ChunkedArray) -> pa.ChunkedArray:
    here, there = data.tables[link.form].filter(rows), data.tables[link.other]
    found = pa.chunked_array([pa.array([True] * there.num_rows, pa.bool_())])
    for own, far in link.pairs:
        if own in here.column_names and far in there.column_names:  # a derived key narrows nothing down
            values = pc.unique(here.column(own)).drop_null()
            column = there.column(far)
            if values.type == column.type:
                found = pc.and_(found, pc.fill_null(pc.is_in(column, value_set=values), False))
    return found


def _links(plan: Plan) -> Iterator[Link]:
    """Yield every way in which a formula reaches from one row to another."""
    for form in plan.forms.values():
        for derived in form.derived:
            yield from _reach(plan, form.id, derived.value)
        if form.merge is not None:
            merge = form.merge
            yield from _reach(plan, merge.form, merge.when)
            yield Link(form.id, merge.form, ((merge.code, merge.code),))
            yield Link(
                form.id, merge.form, ((merge.code, merge.into),)
            )  # what may be merged into a row's unit
            yield Link(merge.form, merge.form, ((merge.code, merge.into),))
            yield Link(merge.form, form.id, ((merge.code, merge.code),))
    for population in plan.populations.values():
        for test in (population.where, *population.exclude):
            if test is not None:
                yield from _reach(plan, population.form, test)
    for indicator in plan.indicators:
        for aggregate in indicator.aggregates:
            for part in (aggregate.x, aggregate.per, aggregate.where, *aggregate.complete):
                if part is not None:
                    yield from _reach(plan, plan.form_of(aggregate.home).id, part)


def _reach(plan: Plan, form: str, node: n.Typed) -> Iterator[Link]:
    if isinstance(node, n.Column) and node.joined:
        yield Link(form, node.form, tuple((k, k) for k in plan.forms[node.form].key))
    elif isinstance(node, n.Previous):
        yield Link(form, form, tuple((k, k) for k in plan.forms[form].key))
    elif isinstance(node, n.Portion):
        yield Link(form, form, ((node.within, node.within),))
    elif isinstance(node, n.Total):
        yield Link(form, node.form, tuple((k, k) for k in node.on))
        form = node.form
    for child in n.children(node):
        yield from _reach(plan, form, child)


def _below(tree: UnitTree) -> dict[str, list[str]]:
    """Return the codes below each unit; kept for the last trees, for figures are decided county by county."""
    known = _below_of.get(id(tree))
    if known is not None and known[0] is tree:
        return known[1]
    below: dict[str, list[str]] = {}
    for code in tree.units:
        for above in tree.ancestors(code).values():
            below.setdefault(above, []).append(code)
    while len(_below_of) >= _TREES_KEPT:
        _below_of.pop(next(iter(_below_of)))
    _below_of[id(tree)] = tree, below
    return below
