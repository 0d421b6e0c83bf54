"""Which collected columns a figure comes from, through derived columns, joins and the figures it refers to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from duxue.formula import nodes as n
from duxue.plan.nodes import Plan


def ages_of(plan: Plan, node: n.Typed, *, needed: bool = False) -> frozenset[tuple[str, str, int]]:
    """Return the collected columns that a formula reads, each with how many years before the figure's year it is read.

    With `needed` only those without which there is no value: substitutes and branches that may not be taken are left out.
    """
    collected = {(f.id, c.name) for f in plan.forms.values() for c in f.columns}
    derived = {(f.id, d.name): d.value for f in plan.forms.values() for d in f.derived}

    @cache
    def of_column(form: str, name: str, back: int) -> frozenset[tuple[str, str, int]]:
        if (form, name) in collected:
            return frozenset({(form, name, back)})
        return of_node(derived[form, name], back)

    def of_node(node: n.Typed, back: int) -> frozenset[tuple[str, str, int]]:
        if isinstance(node, n.Column):
            return of_column(node.form, node.name, back)
        if isinstance(node, n.Indicator):
            return of_node(plan.indicator(node.id).value, back)
        found: frozenset[tuple[str, str, int]] = frozenset()
        if isinstance(node, n.Portion):
            found |= {(node.form, node.within, back)}
        if isinstance(node, n.Previous):
            back += node.years
        for part in _needed_parts(node) if needed else n.children(node):
            found |= of_node(part, back)
        return found

    return of_node(node, 0)


def columns_of(plan: Plan, node: n.Typed) -> frozenset[tuple[str, str]]:
    """Return the collected columns (form, field) that a formula reads, derived columns followed to their sources."""
    return frozenset((form, name) for form, name, _ in ages_of(plan, node))


def columns_needed(plan: Plan, id: str) -> frozenset[tuple[str, str]]:
    """Return the collected columns without which an indicator has no value, those that choose its rows among them."""
    indicator = plan.indicator(id)
    found = ages_of(plan, indicator.value, needed=True)
    population = plan.populations.get(indicator.home)
    if population is not None and population.where is not None:
        found |= ages_of(plan, population.where, needed=True)
    return frozenset((form, name) for form, name, _ in found)


def _needed_parts(node: n.Typed) -> Iterable[n.Typed]:
    if isinstance(node, n.Logic) or (isinstance(node, n.Scalar) and node.fn in ("coalesce", "is_missing")):
        return ()
    return (node.test,) if isinstance(node, n.If) else n.children(node)
