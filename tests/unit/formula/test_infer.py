"""What formulas mean: names, homes of aggregates, units of measure, rewriting, and the way back to text."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.core.measure import PLAIN, Measure, canonical
from duxue.formula import nodes as n
from duxue.formula.evaluate import Cell, evaluate
from duxue.formula.functions import FUNCTIONS
from duxue.formula.infer import infer
from duxue.formula.nodes import NA, Typed, walk
from duxue.formula.scope import FieldType, FormScope, Scope
from duxue.formula.source import to_source
from tests.unit.formula.scopes import FORMS, GROUP, MEASURES, ROW, RULE

GOOD: list[
    tuple[Scope, str, str]
] = [  # scope, formula, unit of the result in base dimensions ("" for conditions)
    (GROUP, "sum(teachers) / sum(pupils)", "teacher / pupil"),
    (GROUP, "cv(books, per: pupils)", "1"),
    (GROUP, "gini(area, per: pupils, where: stage == primary)", "1"),
    (GROUP, "mean(area - indoor_area, per: pupils)", "m2 / pupil"),
    (GROUP, "mean(pupils)", "pupil"),
    (GROUP, "min(pupils) + max(pupils) + median(pupils) + quantile(pupils, 0.9)", "pupil"),
    (GROUP, "count(of: school)", "school"),
    (GROUP, "count()", "1"),
    (GROUP, "count(over: all_schools)", "1"),
    (GROUP, "count_if(pupils > 2000 and stage in (primary, junior))", "1"),
    (GROUP, "count_if(school.kind == public)", "1"),
    (GROUP, "count_if(school.kind == public, over: resource_schools)", "1"),
    (GROUP, "share(school.kind in (public, inclusive), of: pupils)", "1"),
    (GROUP, "share(stage == primary, where: school.kind == public)", "1"),
    (GROUP, "mean(pupils, per: school.land)", "pupil / m2"),
    (GROUP, "change(sum(pupils)) / previous(sum(pupils), 3)", "1"),
    (GROUP, "growth(L1, 2)", "1"),
    (GROUP, "trend(sum(pupils), 3)", "pupil"),
    (GROUP, "trend(sum(pupils), 4)", "pupil"),
    (GROUP, "sum(school.land) / as(sum(pupils), person)", "m2 / person"),
    (GROUP, "as(sum(pupils), person) + as(sum(teachers), person)", "person"),
    (GROUP, "sum(pupils, where: pupils / classes > bar)", "pupil"),
    (GROUP, "sum(points.pupils, where: points.kind == point)", "pupil"),
    (GROUP, "sum(total(points.pupils, where: points.kind == 'branch') + pupils)", "pupil"),
    (GROUP, "sum(portion(pupils, within: code) * area)", "m2"),
    (GROUP, "sum(1)", "1"),
    (GROUP, "least(sum(pupils), 5) - abs(-3) + coalesce(sum(pupils), 0)", "pupil"),
    (GROUP, "if(sum(pupils) > 100, 0.5, 1 / 3) * L3", "yuan / pupil"),
    (GROUP, "L3 + 5 - to(2, 'yuan / pupil')", "yuan / pupil"),
    (GROUP, "bar * 2 + 1", "pupil / class"),
    (ROW, "to(equipment, yuan) + funds", "yuan"),
    (ROW, "if(stage == primary, 45, 50) >= pupils / classes", ""),
    (ROW, "greatest(area - indoor_area, 0)", "m2"),
    (ROW, "ceil(classes / 12) * 2 <= 7 and floor(weight) == 1 and not small or is_missing(note)", ""),
    (ROW, "stage not in ('primary') and note != 'x' and small == true", ""),
    (ROW, "primary == stage and school.kind != private", ""),
    (ROW, "if(small, stage, 'none') == note", ""),
    (ROW, "school.built < 2011 and school.boarding", ""),
    (ROW, "portion(if(stage == primary, 1, 1.1) * pupils, within: code)", "1"),
    (ROW, "growth(pupils) < 0.5 and change(pupils, 2) < 10", ""),
    (ROW, "pupils in (1, 2.5, -3)", ""),
    (ROW, "stage_rows.pupils - limit", "pupil"),
    (ROW, "pupils * pupils / pupils", "pupil"),
    (ROW, "1 / pupils", "1 / pupil"),
    (ROW, "to(5, '%') * pupils < to(6, '%') * limit", ""),
    (RULE, "met(L1..L3) >= 2 and lowest_attainment(L1, L3) >= 0.85", ""),
    (RULE, "all_met(L1..L1_cv) and every(school_resources) or any(veto)", ""),
    (RULE, "share_met(school_resources) >= 0.95 and count_met(veto) == 0 and L1 >= 4.2", ""),
    (RULE, "if(L1_cv > 0.5, false, not any(veto))", ""),
]
VALID = [(scope, source) for scope, source, _ in GOOD]


@pytest.mark.parametrize(("scope", "source", "unit"), GOOD)
def test_good_formula_has_its_unit(scope: Scope, source: str, unit: str) -> None:
    node = infer(source, scope, kind="number" if unit else "boolean")
    if not unit:
        assert node.kind == "boolean"
    else:
        assert Measure(node.measure.dims, Fraction(1)) == replace(MEASURES.parse(unit), scale=Fraction(1))


@pytest.mark.parametrize(("scope", "source"), VALID)
def test_canonical_text_reads_back_equal(scope: Scope, source: str) -> None:
    node = infer(source, scope)
    text = to_source(node)
    assert infer(text, scope, kind=node.kind) == node
    assert to_source(infer(text, scope, kind=node.kind)) == text
    assert infer(to_source(node, scope.home), scope, kind=node.kind) == node


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_used_by_a_good_formula(name: str) -> None:
    assert any(f"{name}(" in source for _, source, _ in GOOD)


@pytest.mark.parametrize(
    ("source", "home"),
    [
        ("sum(pupils)", "resource_schools"),
        ("sum(school.land)", "school"),
        ("sum(all_schools.land)", "all_schools"),
        ("sum(pupils * school.land)", "resource_schools"),
        ("sum(points.pupils, where: points.kind == point)", "points"),
        ("sum(points.pupils, where: points.kind == point and points.pupils < limit)", "points"),
        ("count_if(school.kind == public)", "school"),
        ("count_if(school.kind == public, over: resource_schools)", "resource_schools"),
        ("count(over: points)", "points"),
    ],
)
def test_an_aggregate_is_about_the_rows_its_columns_name(source: str, home: str) -> None:
    node = infer(source, GROUP)
    assert isinstance(node, n.Aggregate)
    assert node.home == home


def test_declared_unit_converts() -> None:
    node = infer("sum(teachers) / sum(pupils)", GROUP, measure=MEASURES.parse("teacher / 100 pupil"))
    assert isinstance(node, n.Convert)
    assert node.factor == 100
    percent = infer("share(small)", GROUP, measure=MEASURES.parse("%"))
    assert isinstance(percent, n.Convert)
    assert percent.factor == 100
    money = infer("sum(equipment)", GROUP, measure=MEASURES.parse("亿元"))
    assert isinstance(money, n.Convert)
    assert money.factor == Fraction(1, 10000)


def test_share_counts_the_condition_inside_where() -> None:
    node = infer("share(stage == primary, where: small)", GROUP)
    assert isinstance(node, n.Arithmetic)
    assert isinstance(node.a, n.Aggregate)
    assert isinstance(node.a.where, n.Logic)
    assert node.b == infer("count(where: small)", GROUP)


def test_equal_aggregates_compare_equal_wherever_they_stand() -> None:
    a, b = infer("sum(pupils)", GROUP), infer("  sum( pupils )", GROUP)
    assert (a, hash(a)) == (b, hash(b))


@pytest.mark.parametrize("periods", range(2, 11))
def test_trend_is_the_least_squares_slope(periods: int) -> None:
    values = [Fraction((k * 7919) % 101) for k in range(periods)]  # now, a year ago, ...

    class World:
        def __init__(self, back: int) -> None:
            self.back = back

        def aggregate(self, node: n.Aggregate) -> Cell:
            return values[self.back]

        def previous(self, node: n.Previous) -> Cell:
            return evaluate(node.x, World(self.back + node.years))  # type: ignore[arg-type]

    t = [Fraction(-k) for k in range(periods)]
    middle, mean = sum(t) / periods, sum(values) / periods
    slope = sum((a - middle) * (b - mean) for a, b in zip(t, values, strict=True)) / sum(
        (a - middle) ** 2 for a in t
    )
    node = infer(f"trend(sum(pupils), {periods})", GROUP)
    assert evaluate(node, World(0)) == slope  # type: ignore[arg-type]


# Formulas drawn so that units fit.

BASE = ["pupil", "m2", "yuan"]
COLUMNS = {
    "pupil": ["pupils", "limit"],
    "m2": ["area", "indoor_area", "school.land"],
    "yuan": ["funds", "to(equipment, yuan)"],
}
literals = st.sampled_from(["1", "2.5", "0", "1 / 3", "-4", "7_000"])


def numbers(unit: str, depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(COLUMNS[unit])
    if depth == 0:
        return leaf
    same = numbers(unit, depth - 1)
    either = same | literals
    return st.one_of(
        leaf,
        st.builds("({} + {})".format, same, either),
        st.builds("{} - ({})".format, same, either).map("({})".format),
        st.builds("{} * {}".format, st.sampled_from(["2", "0.7", "weight"]), same).map("({})".format),
        st.builds("if({}, {}, {})".format, conditions(depth - 1), either, same),
        st.builds("{}({}, {})".format, st.sampled_from(["least", "greatest", "coalesce"]), same, either),
        st.builds("{}({})".format, st.sampled_from(["abs", "-"]), same),
        st.builds("if({}, {}, {}) + {}".format, conditions(depth - 1), literals, literals, same).map("({})".format),
    )  # fmt: skip


def conditions(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(
        ["small", "stage == primary", "stage in (primary, 'junior')", "note != 'a'", "is_missing(pupils)"]
    )
    if depth == 0:
        return leaf
    unit = st.sampled_from(BASE)
    pair = unit.flatmap(lambda u: st.tuples(numbers(u, depth - 1), numbers(u, depth - 1) | literals))
    compared = st.builds(
        lambda p, op: f"{p[0]} {op} {p[1]}", pair, st.sampled_from(["<", "<=", "==", "!=", ">"])
    )
    inner = conditions(depth - 1)
    return st.one_of(
        leaf,
        compared,
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        inner.map("not ({})".format),
    )


aggregates = st.sampled_from(BASE).flatmap(
    lambda u: st.builds(
        "{}({}, where: {})".format,
        st.sampled_from(["sum", "mean", "min", "max", "median"]),
        numbers(u, 2),
        conditions(1),
    )
)


@given(st.sampled_from(BASE).flatmap(lambda u: numbers(u, 3)) | conditions(3))
def test_drawn_row_formula_reads_back_equal(source: str) -> None:
    node = infer(source, ROW)
    assert infer(to_source(node), ROW) == node


@given(aggregates)
def test_drawn_indicator_reads_back_equal(source: str) -> None:
    node = infer(source, GROUP)
    assert infer(to_source(node), GROUP) == node


class Row:
    """A row whose cells are given."""

    def __init__(self, cells: dict[str, Cell]) -> None:
        self.cells = cells

    def column(self, node: n.Column) -> Cell:
        return self.cells[node.name]

    def constant(self, node: n.PackConstant) -> Cell:
        return self.cells[node.id]


CELLS: dict[str, Cell] = {
    "pupils": Fraction(120), "limit": Fraction(99), "area": Fraction(700), "indoor_area": Fraction(41, 3),
    "land": Fraction(9000), "funds": Fraction(81000), "equipment": Fraction(13), "weight": Fraction(3, 2),
    "small": False, "stage": "primary", "note": NA.MISSING,
}  # fmt: skip


def rescale(scope: Scope, unit: str, size: Fraction) -> Scope:
    """Return the scope with every field and constant in `unit` measured in a unit `size` times as large."""

    def scaled(measure: Measure) -> Measure:
        return Measure(measure.dims, measure.scale * size, "") if measure.dims == ((unit, 1),) else measure

    forms = {
        f.id: FormScope(f.id, {k: FieldType(t.kind, scaled(t.measure), t.categories) for k, t in f.fields.items()}, f.key, f.period)
        for f in FORMS.values()
    }  # fmt: skip
    constants = {k: replace(c, measure=scaled(c.measure)) for k, c in scope.constants.items()}
    return replace(scope, forms=forms, constants=constants)


def linear(unit: str) -> st.SearchStrategy[str]:
    """Return formulas without literals that take a unit over: these mean other quantities in another unit."""
    columns = {"pupil": ["pupils", "limit"], "m2": ["area", "indoor_area", "land_of"], "yuan": ["funds"]}
    leaf = st.sampled_from(columns[unit]).map(lambda c: "school.land" if c == "land_of" else c)
    same = st.deferred(lambda: linear_parts)
    linear_parts = st.one_of(
        leaf,
        st.builds("({} {} {})".format, leaf, st.sampled_from(["+", "-"]), leaf),
        st.builds("least({}, abs({} - {}))".format, leaf, leaf, leaf),
        st.builds("if({} > {}, {} * 2, {} / 3)".format, leaf, leaf, leaf, leaf),
    )
    return st.builds("({}) - ({}) * weight".format, same, same)


@given(
    st.sampled_from(BASE).flatmap(lambda u: st.tuples(st.just(u), linear(u), linear(u))), st.integers(2, 9)
)
def test_measuring_in_larger_units_scales_the_value(drawn: tuple[str, str, str], size: int) -> None:
    unit, top, bottom = drawn
    larger = rescale(ROW, unit, Fraction(size))
    measures = {k: t.measure for f in FORMS.values() for k, t in f.fields.items()} | {
        "limit": MEASURES.parse("pupil")
    }
    cells = {
        k: v / size
        if isinstance(v, Fraction) and measures[k].dims == ((unit, 1),) and k != "equipment"
        else v
        for k, v in CELLS.items()
    }
    for source in (top, f"({top}) * weight", f"({top}) * ({bottom})", f"({top}) / ({bottom})"):
        before, after = infer(source, ROW), infer(source, larger)
        old, new = evaluate(before, Row(CELLS)), evaluate(after, Row(cells))  # type: ignore[arg-type]
        if isinstance(old, NA):
            assert new is old
        else:
            assert isinstance(old, Fraction)
            assert isinstance(new, Fraction)
            assert old * before.measure.scale == new * after.measure.scale


def test_a_converted_value_means_the_same_quantity() -> None:
    for target in ("yuan", "万元", "亿元"):
        node = infer("to(equipment, yuan) + funds", ROW, measure=MEASURES.parse(target))
        value = evaluate(node, Row(CELLS))  # type: ignore[arg-type]
        assert isinstance(value, Fraction)
        assert value * node.measure.scale == 13 * 10000 + 81000


def test_typed_nodes_keep_their_place_in_the_text() -> None:
    source = "sum(teachers) / sum(pupils)"
    spans = {source[slice(*x.span)] for x in walk(infer(source, GROUP)) if isinstance(x, n.Column)}
    assert spans == {"teachers", "pupils"}


def test_plain_result_has_the_plain_unit() -> None:
    node: Typed = infer("sum(pupils) / sum(pupils)", GROUP)
    assert node.measure == PLAIN
    assert canonical(node.measure) == "1"
