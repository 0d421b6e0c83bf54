"""Which collected columns a figure comes from, through derived columns, joins and the figures it refers to."""

from __future__ import annotations

from functools import cache

from duxue.formula import nodes as n
from duxue.plan.nodes import Plan


def columns_of(plan: Plan, node: n.Typed) -> frozenset[tuple[str, str]]:
    """Return the collected columns (form, field) that a formula reads, derived columns followed to their sources."""
    collected = {(f.id, c.name) for f in plan.forms.values() for c in f.columns}
    derived = {(f.id, d.name): d.value for f in plan.forms.values() for d in f.derived}

    @cache
    def of_column(form: str, name: str) -> frozenset[tuple[str, str]]:
        if (form, name) in collected:
            return frozenset({(form, name)})
        return of_node(derived[form, name])

    def of_node(node: n.Typed) -> frozenset[tuple[str, str]]:
        found: frozenset[tuple[str, str]] = frozenset()
        for part in n.walk(node):
            if isinstance(part, n.Column):
                found |= of_column(part.form, part.name)
            elif isinstance(part, n.Portion):
                found |= {(part.form, part.within)}
            elif isinstance(part, n.Indicator):
                found |= of_node(plan.indicator(part.id).value)
        return found

    return of_node(node)


def columns_of_indicator(plan: Plan, id: str) -> frozenset[tuple[str, str]]:
    """Return the collected columns that an indicator reads."""
    return columns_of(plan, plan.indicator(id).value)
