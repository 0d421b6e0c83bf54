"""What the formulas of a pack may name, made from its declarations."""

from __future__ import annotations

from dataclasses import replace

from duxue.core.errors import Refused
from duxue.core.measure import PLAIN, Measure, Measures, title
from duxue.core.text import Text
from duxue.formula.infer import infer
from duxue.formula.nodes import Kind
from duxue.formula.scope import ConstantType, FieldType, FormScope, Scope
from duxue.packs.schema import FieldSpec, Form, Pack

_KINDS: dict[str, Kind] = {
    "integer": "number",
    "number": "number",
    "year": "number",
    "boolean": "boolean",
    "category": "text",
    "text": "text",
    "code": "text",
}


def pack_measures(pack: Pack) -> Measures:
    """Return the units of measure of a pack; one that cannot be read is left out (`lint` tells it)."""
    measures = Measures.built_in()
    for unit in pack.units_of_measure:
        try:
            measures = measures.extended(unit.id, unit.of, unit.scale)
        except (ValueError, ZeroDivisionError):
            continue
    return measures


def measure_title(pack: Pack, unit: str) -> Text:
    """Return a unit of measure as it is printed, by the pack's own title where it adds the unit itself."""
    return title(unit, {own.id: own.title.text for own in pack.units_of_measure if own.title})


def pack_scope(pack: Pack) -> Scope:
    """Return the names of the whole pack, standing nowhere; `Scope.standing` puts them in a place."""
    measures = pack_measures(pack)
    scope = Scope(
        measures=measures,
        forms={form.id: _form_scope(form, pack, measures) for form in pack.forms},
        mode="rule",
        populations={p.id: p.form for p in pack.populations},
        constants={
            c.id: ConstantType(
                "number",
                read_measure(c.unit, measures),
                tuple(dict.fromkeys(d for v in c.values for d in v.by)),
            )
            for c in pack.constants
        },
        indicators={i.id: read_measure(i.unit, measures) for i in pack.indicators},
        indicator_order=tuple(i.id for i in pack.indicators),
        verdicts=frozenset(v.id for v in pack.verdicts),
    )
    return _with_untold(pack, scope)


def before_derived(scope: Scope, form: Form, number: int) -> Scope:
    """Return what derived column `number` of `form` may name: columns computed later are not there yet."""
    later = {column.id for column in form.derived[number:]}
    whole = scope.forms[form.id]
    fields = {name: kind for name, kind in whole.fields.items() if name not in later}
    forms = {**scope.forms, form.id: replace(whole, fields=fields)}
    return replace(scope, forms=forms).standing("row", form.id)


def _form_scope(form: Form, pack: Pack, measures: Measures) -> FormScope:
    fields = {f.id: field_type(f, pack, measures) for f in form.fields}
    for column in form.derived:
        measure = read_measure(column.unit, measures)
        fields.setdefault(column.id, FieldType("number", measure, (), column.title.text))
    return FormScope(form.id, fields, tuple(k for k in form.key if k != form.period), form.period)


def _with_untold(pack: Pack, scope: Scope) -> Scope:
    # A computed column without a unit may be a condition or a text: its formula tells.
    for form in pack.forms:
        for number, column in enumerate(form.derived):
            if column.unit is not None:
                continue
            try:
                typed = infer(column.formula, before_derived(scope, form, number))
            except Refused:
                continue  # lint tells what is wrong with the formula
            whole = scope.forms[form.id]
            known = FieldType(typed.kind, typed.measure, (), column.title.text)
            changed = replace(whole, fields={**whole.fields, column.id: known})
            scope = replace(scope, forms={**scope.forms, form.id: changed})
    return scope


def field_type(spec: FieldSpec, pack: Pack, measures: Measures) -> FieldType:
    """Return kind, unit of measure and categories of a collected column."""
    measure = read_measure(spec.unit, measures) if spec.type in ("integer", "number") else PLAIN
    return FieldType(_KINDS[spec.type], measure, list_categories(spec, pack), spec.title.text)


def list_categories(spec: FieldSpec, pack: Pack) -> tuple[str, ...]:
    """Return the allowed values of a category column; empty for every other type."""
    if spec.type != "category":
        return ()
    values = (
        next((d.values for d in pack.dimensions if d.id == spec.dimension), ())
        if spec.dimension
        else spec.values
    )
    return tuple(v.id for v in values)


def read_measure(unit: str | None, measures: Measures) -> Measure:
    """Return a unit of measure; the plain number when it is absent or cannot be read (`lint` tells it)."""
    try:
        return measures.parse(unit) if unit else PLAIN
    except (ValueError, ZeroDivisionError):
        return PLAIN
