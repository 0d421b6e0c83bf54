"""From a pack to its plan: formulas typed in their places, indicators in an order in which they can be computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from fractions import Fraction

from duxue.formula import nodes as n
from duxue.formula.infer import infer
from duxue.formula.scope import Scope
from duxue.packs.schema import Check, Form, IndicatorSpec, Pack, Population
from duxue.packs.scope import pack_scope
from duxue.plan.nodes import (
    CheckPlan,
    ColumnPlan,
    ConstantPlan,
    DerivedPlan,
    FormPlan,
    IndicatorPlan,
    MergePlan,
    Plan,
    PopulationPlan,
)


def build_plan(pack: Pack, *, only: Iterable[str] | None = None) -> Plan:
    """Return the plan of a linted pack, for all indicators or for `only` some and those they refer to."""
    scope = pack_scope(pack)
    merges = {form.key[0]: _merge(form, scope) for form in pack.forms if form.merge and form.register_units}
    forms = {form.id: _form(form, scope, merges) for form in pack.forms}
    populations = {p.id: _population(p, scope) for p in pack.populations}
    indicators = {spec.id: _indicator(spec, scope) for spec in pack.indicators}
    checks = tuple(_check(c, scope) for c in pack.checks)
    wanted = list(only) if only is not None else list(indicators)
    ordered = _in_order(wanted, indicators)
    return Plan(
        pack_id=pack.id,
        as_of=pack.as_of,
        levels=tuple(level.id for level in pack.levels),
        forms=forms,
        populations=populations,
        constants={
            c.id: ConstantPlan(c.id, tuple(scope.constants[c.id].by), c.values) for c in pack.constants
        },
        indicators=ordered,
        checks=checks,
        lookback=_look_back(ordered),
        dimensions={d.id: tuple(v.id for v in d.values) for d in pack.dimensions},
    )


def _form(form: Form, scope: Scope, merges: dict[str, MergePlan]) -> FormPlan:
    names = {f.id for f in form.fields}
    columns = tuple(
        ColumnPlan(
            f.id,
            scope.forms[form.id].fields[f.id].kind,
            f.merged or ("sum" if f.type in ("integer", "number") else "own"),
        )
        for f in form.fields
    )
    derived = tuple(
        DerivedPlan(
            d.id,
            infer(
                d.formula,
                scope.standing("row", form.id),
                measure=scope.measures.parse(d.unit) if d.unit is not None else None,
            ),
        )
        for d in form.derived
    )
    merge = next((m for code, m in merges.items() if code in names), None)
    return FormPlan(form.id, form.key, form.period, form.unit_field, columns, derived, merge)


def _merge(form: Form, scope: Scope) -> MergePlan:
    assert form.merge is not None
    when = infer(form.merge.when, scope.standing("row", form.id), kind="boolean")
    return MergePlan(form.id, form.key[0], when, form.merge.into)


def _population(population: Population, scope: Scope) -> PopulationPlan:
    standing = scope.standing("row", population.form)
    return PopulationPlan(
        population.id,
        population.form,
        infer(population.where, standing, kind="boolean") if population.where else None,
        tuple(infer(e.when, standing, kind="boolean") for e in population.exclude),
    )


def _check(check: Check, scope: Scope) -> CheckPlan:
    rule = infer(check.rule, scope.standing("row", check.form), kind="boolean")
    named = dict.fromkeys(
        node.name
        for node in n.walk(rule)
        if isinstance(node, n.Column) and node.form == check.form and not node.joined
    )
    own = {f for f in named if f in scope.forms[check.form].fields}
    return CheckPlan(check.id, check.form, rule, check.fields or tuple(f for f in named if f in own))


def _indicator(spec: IndicatorSpec, scope: Scope) -> IndicatorPlan:
    home = spec.population or spec.form or ""
    measure = scope.measures.parse(spec.unit)
    value = infer(spec.formula, scope.standing("group", home, spec.by), measure=measure, kind="number")
    if spec.missing == "leave_out":
        value = _leaving_out(value, home, scope)
    top = value
    while isinstance(top, n.Convert):
        top = top.x
    division = isinstance(top, n.Arithmetic) and top.op == "/"
    return IndicatorPlan(
        id=spec.id,
        home=home,
        levels=spec.levels,
        by=spec.by,
        value=value,
        numerator=top.a if division and isinstance(top, n.Arithmetic) else None,
        denominator=top.b if division and isinstance(top, n.Arithmetic) else None,
        aggregates=tuple(dict.fromkeys(x for x in n.walk(value) if isinstance(x, n.Aggregate))),
        indicators=tuple(dict.fromkeys(x.id for x in n.walk(value) if isinstance(x, n.Indicator))),
        measure=measure,
    )


def _leaving_out(value: n.Typed, home: str, scope: Scope) -> n.Typed:
    """Return the formula in which every aggregate over the home rows leaves out a row that lacks any cell needed."""
    form = scope.form_of(home)
    needed: dict[n.Typed, None] = {}
    for node in n.walk(value):
        if isinstance(node, n.Aggregate) and scope.form_of(node.home) == form:
            for x in (node.x, node.per):
                if x is not None and x.shape == "row":
                    needed[_where(node.where, x)] = None
            if node.where is not None and node.x is None:
                needed[node.where] = None
    complete = tuple(needed)

    def rewrite(node: n.Typed) -> n.Typed:
        if isinstance(node, n.Aggregate) and scope.form_of(node.home) == form:
            return replace(node, complete=complete)
        return map_children(node, rewrite)

    return rewrite(value)


def _where(condition: n.Typed | None, x: n.Typed) -> n.Typed:
    """Return what is missing just when `x` is missing in a row that the condition picks (or may pick)."""
    if condition is None:
        return x
    other = n.Const(kind="number", shape="constant", measure=x.measure, value=Fraction(0))
    return n.If(kind="number", shape="row", measure=x.measure, test=condition, yes=x, no=other)


def map_children(node: n.Typed, apply: Callable[[n.Typed], n.Typed]) -> n.Typed:
    """Return `node` with `apply` applied to each typed node directly below it."""
    changes: dict[str, object] = {}
    for f in fields(node):
        value = getattr(node, f.name)
        if isinstance(value, n.Typed):
            changes[f.name] = apply(value)
        elif isinstance(value, tuple) and value and all(isinstance(v, n.Typed) for v in value):
            changes[f.name] = tuple(apply(v) for v in value)
    return replace(node, **changes) if changes else node  # type: ignore[arg-type]


def _in_order(wanted: list[str], indicators: dict[str, IndicatorPlan]) -> tuple[IndicatorPlan, ...]:
    done: dict[str, IndicatorPlan] = {}

    def add(id: str) -> None:  # cycles were refused by the pack's lint
        if id not in done:
            for other in indicators[id].indicators:
                add(other)
            done[id] = indicators[id]

    for id in wanted:
        add(id)
    return tuple(done.values())


def _look_back(ordered: tuple[IndicatorPlan, ...]) -> int:
    """Return how many earlier years the indicators need, each of which comes after those it refers to."""
    years: dict[str, int] = {}

    def deep(node: n.Typed) -> int:
        if isinstance(node, n.Indicator):
            return years[node.id]
        below = max((deep(c) for c in n.children(node)), default=0)
        return below + node.years if isinstance(node, n.Previous) else below

    for indicator in ordered:
        years[indicator.id] = deep(indicator.value)
    return max(years.values(), default=0)
