"""Everything that only the whole pack can tell: names, units of measure, formulas in their places, rules that agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path as FilePath

from duxue.core.errors import Problem, Refused
from duxue.core.measure import Measures
from duxue.core.text import Text, match_key
from duxue.formula.parse import parse
from duxue.packs import lint_procedure, lint_rules, lint_scoring, partial, shape
from duxue.packs.loader import LoadedPack, WrongShapeError, load
from duxue.packs.problems import listed
from duxue.packs.review import (
    COLUMN,
    CONSTANT,
    DIMENSION,
    FORM,
    INDICATOR,
    LEVEL,
    POPULATION,
    SECTION,
    VERDICT,
    Review,
    in_file,
)
from duxue.packs.schema import Category, FieldSpec, Form
from duxue.packs.scope import before_derived
from duxue.packs.yamltree import Path

# Results have a column for each of these and one for each dimension (`duxue.results.export`).
RESULT_COLUMNS = frozenset(
    {
        "unit", "unit_name", "unit_name_en", "level", "stage", "year", "indicator", "value", "status", "reason",
        "numerator", "denominator", "standard", "verdict", "margin", "attainment", "rows", "left_out", "flags", "kind",
        "measure", "data",
    }
)  # fmt: skip
_BIGGEST = 10**30
# Told also of a pack of wrong shape: they do not depend on what stands in its other parts.
_BY_ITSELF = frozenset({"PACK021", "PACK022", "PACK036", "PACK037", "PACK041", "PACK042"})
_KEY_TYPES = ("code", "category", "text", "year", "integer")
_A_CODE = Text("类型为 code 的字段", "a column of type code")


def lint(loaded: LoadedPack) -> list[Problem]:
    """Return all problems of a loaded pack, errors and warnings, in the order of its lines."""
    review = Review(loaded)
    _names(review)
    _head(review)
    _units(review)
    _dimensions(review)
    for number, form in enumerate(review.pack.forms):
        _form(review, form, ("forms", number))
    lint_rules.computed_columns(review)
    _checks(review)
    _populations(review)
    lint_rules.constants(review)
    _indicators(review)
    lint_rules.standards(review)
    lint_rules.verdicts(review)
    lint_scoring.scoring(review)
    lint_procedure.procedures(review)
    lint_rules.unused(review)
    return _in_order(review.found, loaded.file)


def _in_order(found: list[Problem], main: str) -> list[Problem]:
    return sorted(
        dict.fromkeys(found),
        key=lambda p: (p.place.file != main, p.place.file, p.place.line or 0, p.place.column or 0, p.code),
    )


def load_and_lint(ref: str | FilePath) -> tuple[LoadedPack, list[Problem]]:
    """Return a pack with its problems; Refused when its shape is wrong, with all that its formulas say by themselves."""
    try:
        loaded = load(ref)
    except WrongShapeError as wrong:
        told = {(p.place.line, p.place.column) for p in wrong.problems}
        more = [p for p in (*_rest(wrong), *_grammar(wrong)) if (p.place.line, p.place.column) not in told]
        raise Refused(_in_order([*wrong.problems, *more], wrong.file)) from None
    return loaded, lint(loaded)


def _rest(wrong: WrongShapeError) -> Iterator[Problem]:
    # Names that stood in the wrong parts are not known here, so nothing is said about them.
    if wrong.rest is None:
        return
    for problem in lint(wrong.rest):
        if (problem.code.startswith("FML") or problem.code in _BY_ITSELF) and not wrong.missing & set(
            re.split(r"\W+", problem.found)
        ):
            yield problem


def _grammar(wrong: WrongShapeError) -> Iterator[Problem]:
    for path, source in partial.formulas(wrong.plain):
        try:
            parse(source)
        except Refused as refused:
            pointer = shape.point(wrong.plain, path)
            yield from (in_file(p, source, wrong.spots[path], pointer) for p in refused.problems)


def check(loaded: LoadedPack) -> list[Problem]:
    """Raise Refused when a loaded pack has errors; else return its warnings."""
    problems = lint(loaded)
    if any(p.severity == "error" for p in problems):
        raise Refused(problems)
    return problems


def _names(review: Review) -> None:
    # Names that stand beside each other in formulas or results must differ.
    columns = {name for form in review.scope.forms.values() for name in form.fields}
    sections: tuple[tuple[str, Text, dict[str, Text]], ...] = (
        ("populations", POPULATION, dict.fromkeys(review.forms, FORM)),
        ("verdicts", VERDICT, dict.fromkeys(review.indicators, INDICATOR)),
        ("indicators", INDICATOR, dict.fromkeys(review.constants, CONSTANT)),
        ("constants", CONSTANT, dict.fromkeys(columns, COLUMN)),
    )
    for section, kind, others in sections:
        for number, element in enumerate(getattr(review.pack, section)):
            if element.id in others:
                review.tell(
                    "PACK021", (section, number, "id"), element.id, first=others[element.id], second=kind
                )


def _head(review: Review) -> None:
    pack = review.pack
    month, day = (int(part) for part in pack.as_of.split("-"))
    try:
        date(2023, month, day)  # a common year
    except ValueError:
        review.tell("PACK037", ("as_of",), pack.as_of)
    review.source(pack.source, ("source",))
    for name, source in pack.sources.items():
        review.source(source, ("sources", name))
    if pack.report is None:
        return
    if pack.report.headline is not None:
        review.known(VERDICT, pack.report.headline, review.verdicts, ("report", "headline"))


def _units(review: Review) -> None:
    built_in = Measures.built_in()
    known = built_in
    for number, unit in enumerate(review.pack.units_of_measure):
        path: Path = ("units_of_measure", number)
        if unit.id in built_in.by_name:
            first = Text("内置单位", "the built-in units")
            review.tell("PACK017", (*path, "id"), unit.id, first=first)
        if unit.scale <= 0:
            wanted = Text("大于0的数", "a number above 0")
            review.tell("PACK014", (*path, "scale"), str(unit.scale), key="scale", wanted=wanted)
        try:
            known = known.extended(unit.id, unit.of, unit.scale)
        except (ValueError, ZeroDivisionError):
            review.measure(unit.of or "", (*path, "of"))
            continue
        size = known.by_name[unit.id].scale
        if max(abs(size.numerator), size.denominator) > _BIGGEST:
            wanted = Text(
                "不超过30位的换算比例（连同 of 的比例）", "a size of at most 30 digits, with that of `of`"
            )
            review.tell("PACK014", (*path, "scale"), str(unit.scale), key="scale", wanted=wanted)


def _dimensions(review: Review) -> None:
    for number, dimension in enumerate(review.pack.dimensions):
        path: Path = ("dimensions", number)
        if dimension.id.lower() in RESULT_COLUMNS and dimension.id != "stage":
            review.tell("PACK042", (*path, "id"), dimension.id)
        _spelt_once(review, dimension.values, (*path, "values"))


def _spelt_once(review: Review, named: Sequence[Category | FieldSpec], path: Path) -> None:
    # Data are matched by id, title and alias: each spelling may stand for one element only.
    first: dict[str, str] = {}
    for number, element in enumerate(named):
        here: Path = (*path, number)
        spellings = [
            (element.id, (*here, "id")),
            (element.title.zh, (*here, "title", "zh")),
            (element.title.en, (*here, "title", "en")),
            *((alias, (*here, "aliases", place)) for place, alias in enumerate(element.aliases)),
        ]
        for text, place in spellings:
            other = first.setdefault(match_key(text), element.id)
            if other != element.id:
                review.tell("PACK043", place, text.strip(), first=other, second=element.id)
                break


def _form(review: Review, form: Form, path: Path) -> None:
    if not form.key:
        return
    _spelt_once(review, form.fields, (*path, "fields"))
    for number, column in enumerate(form.fields):
        _spelt_once(review, column.values, (*path, "fields", number, "values"))
        _field(review, column, (*path, "fields", number))
    seen = {f.id for f in form.fields}
    for number, derived in enumerate(form.derived):
        here: Path = (*path, "derived", number)
        if derived.id in seen:
            first = Text("fields", "fields")
            review.tell("PACK017", (*here, "id"), derived.id, first=first)
        measure = review.measure(derived.unit, (*here, "unit")) if derived.unit is not None else None
        scope = before_derived(review.scope, form, number)
        typed = review.formula(
            (*here, "formula"), derived.formula, scope, measure=measure, kind="number" if measure else None
        )
        if (
            typed is not None
            and typed.kind == "number"
            and derived.unit is None
            and not typed.measure.is_plain
        ):
            review.tell("PACK023", (*here, "unit"), derived.id)
        review.source(derived.source, (*here, "source"))
    wanted = Text("用作标识的字段（code、category、text、year、integer）",
                  "a column that can identify rows (code, category, text, year, integer)")  # fmt: skip
    for number, name in enumerate(form.key):
        review.column(form, name, "key", (*path, "key", number), _KEY_TYPES, wanted)
    if form.period is not None:
        wanted = Text("类型为 year 的字段", "a column of type year")
        review.column(form, form.period, "period", (*path, "period"), ("year",), wanted)
    review.column(form, form.unit_field, "unit_field", (*path, "unit_field"), ("code",), _A_CODE)
    _register(review, form, path)


def _field(review: Review, column: FieldSpec, path: Path) -> None:
    numeric = column.type in ("integer", "number")
    measure = review.measure(column.unit, (*path, "unit")) if column.unit is not None else None
    if numeric and column.unit is None:
        review.tell("PACK023", (*path, "unit"), column.id)
    for number, unit in enumerate(column.accepts):
        other = review.measure(unit, (*path, "accepts", number))
        if measure is not None and other is not None and not measure.same_dimension(other):
            review.tell("PACK041", (*path, "accepts", number), unit, unit=column.unit)
    if column.type == "category" and (column.dimension is None) == (not column.values):
        review.tell("PACK024", path, column.id)
    if column.dimension is not None:
        review.known(DIMENSION, column.dimension, review.dimensions, (*path, "dimension"))
    if column.refers is not None:
        review.known(LEVEL, column.refers, review.levels, (*path, "refers"))
    if column.min is not None and column.max is not None and column.min > column.max:
        review.tell("PACK036", (*path, "max"), f"{column.min} > {column.max}", low="min", high="max")


def _register(review: Review, form: Form, path: Path) -> None:
    register = form.register_units
    here: Path = (*path, "register")
    text = ("text", "code")
    a_text = Text("类型为 text 的字段", "a column of type text")
    if register is not None:
        if (register.level is None) == (register.level_field is None):
            review.tell("PACK039", here)
        if register.level is not None:
            review.known(LEVEL, register.level, review.levels, (*here, "level"))
        if register.level_field is not None:
            wanted = Text("类型为 category 的字段", "a column of type category")
            column = review.column(
                form, register.level_field, "level_field", (*here, "level_field"), ("category",), wanted
            )
            for number, value in enumerate(column.values if column else ()):
                assert column is not None
                where = (*path, "fields", form.fields.index(column), "values", number, "id")
                review.known(LEVEL, value.id, review.levels, where)
        review.column(form, register.name, "name", (*here, "name"), text, a_text)
        if register.name_en is not None:
            review.column(form, register.name_en, "name_en", (*here, "name_en"), text, a_text)
        review.column(form, register.parent, "parent", (*here, "parent"), ("code",), _A_CODE)
    if form.merge is not None:
        here = (*path, "merge")
        review.column(form, form.merge.into, "into", (*here, "into"), ("code",), _A_CODE)
        review.formula(
            (*here, "when"), form.merge.when, review.scope.standing("row", form.id), kind="boolean"
        )
        review.source(form.merge.source, (*here, "source"))
        if register is None:
            why = Text("不在登记单位的表中", "is not on a form that registers units")
            wanted = Text("带 register 的表", "a form with register")
            review.tell("PACK025", here, form.merge.into, key="merge", why=why, wanted=wanted, form=form.id)


def _checks(review: Review) -> None:
    for number, rule in enumerate(review.pack.checks):
        path: Path = ("checks", number)
        if not review.known(FORM, rule.form, review.forms, (*path, "form")):
            continue
        review.formula((*path, "rule"), rule.rule, review.scope.standing("row", rule.form), kind="boolean")
        columns = review.scope.forms[rule.form].fields
        for place, name in enumerate(rule.fields):
            review.known(COLUMN, name, columns, (*path, "fields", place))


def _populations(review: Review) -> None:
    for number, population in enumerate(review.pack.populations):
        path: Path = ("populations", number)
        review.source(population.source, (*path, "source"))
        for place, exclusion in enumerate(population.exclude):
            review.source(exclusion.source, (*path, "exclude", place, "source"))
        if not review.known(FORM, population.form, review.forms, (*path, "form")):
            continue
        scope = review.scope.standing("row", population.form)
        if population.where is not None:
            review.formula((*path, "where"), population.where, scope, kind="boolean")
        for place, exclusion in enumerate(population.exclude):
            review.formula((*path, "exclude", place, "when"), exclusion.when, scope, kind="boolean")


def _indicators(review: Review) -> None:
    sections = [s.id for s in review.pack.report.sections] if review.pack.report else []
    for number, spec in enumerate(review.pack.indicators):
        path: Path = ("indicators", number)
        measure = review.measure(spec.unit, (*path, "unit"))
        for place, level in enumerate(spec.levels):
            review.known(LEVEL, level, review.levels, (*path, "levels", place))
        if spec.variant_of is not None:
            review.known(INDICATOR, spec.variant_of, review.indicators, (*path, "variant_of"))
        if spec.group is not None:
            review.known(SECTION, spec.group, sections, (*path, "group"))
        review.source(spec.source, (*path, "source"))
        form = _home(review, number)
        dimensions = [
            d
            for place, d in enumerate(spec.by)
            if review.known(DIMENSION, d, review.dimensions, (*path, "by", place))
        ]
        if form is None:
            continue
        columns = [f.dimension for f in form.fields if f.dimension == f.id and f.type == "category"]
        for place, dimension in enumerate(spec.by):
            if dimension in dimensions and dimension not in columns:
                names = [c for c in columns if c]
                review.tell("PACK026", (*path, "by", place), dimension, form=form.id, known=listed(names))
        home = spec.population or spec.form or ""
        scope = review.scope.standing("group", home, tuple(dimensions))
        review.formula((*path, "formula"), spec.formula, scope, measure=measure, kind="number")


def _home(review: Review, number: int) -> Form | None:
    spec = review.pack.indicators[number]
    path: Path = ("indicators", number)
    if (spec.population is None) == (spec.form is None):
        review.tell("PACK038", path, spec.id)
        return None
    if spec.population is not None:
        if not review.known(POPULATION, spec.population, review.populations, (*path, "population")):
            return None
        return review.forms.get(review.populations[spec.population].form)
    assert spec.form is not None
    return review.forms[spec.form] if review.known(FORM, spec.form, review.forms, (*path, "form")) else None
