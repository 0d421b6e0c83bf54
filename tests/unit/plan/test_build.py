"""From a pack to its plan."""

from __future__ import annotations

from fractions import Fraction

import pytest

from duxue.formula import nodes as n
from duxue.plan.build import build_plan, map_children
from duxue.plan.lineage import columns_of
from tests.unit.plan.worlds import data, indicators, numbers, pack, plan, values

BOTH = """
    year | code | name | county | counted | mother | area | value
    2023 | S1   | One  | K      | true    |        | 1000 | 10
    2023 | S2   | Two  | K      | true    |        | 300  |
"""
UNITS = """
    code | name | parent
    K    | 县   |
"""
STAGES = """
    year | code | stage   | pupils | teachers | books
    2023 | S1   | primary | 300    | 20       | 3000
    2023 | S1   | junior  | 200    | 20       | 4000
    2023 | S2   | primary | 100    | 4        |
"""


def world(text: str) -> dict[tuple[str, ...], Fraction | str]:
    """Return the values of one indicator line over the three rows above."""
    of = indicators(text)
    return numbers(of, data(of, units=UNITS, school=BOTH, stages=STAGES))


# --- leave_out ----------------------------------------------------------------------------------------------------------
LEAVING = "form: stages, levels: [school, county], missing: leave_out"


def test_a_row_that_lacks_one_cell_is_left_out_of_every_sum() -> None:
    """S2 has no books, so its pupils do not stand in the denominator either."""
    found = world(f"x | sum(books) / sum(pupils) | book / pupil | {LEAVING}")
    assert found["x", "K"] == Fraction(7000, 500)
    assert found["x", "S2"] == "missing"


def test_left_out_rows_are_counted() -> None:
    """The result says how many rows it could not use."""
    of = indicators(f"x | sum(books) / sum(pupils) | book / pupil | {LEAVING}")
    found = values(of, data(of, units=UNITS, school=BOTH, stages=STAGES))
    assert (found["x", "K"].left_out, found["x", "K"].rows) == (1, 3)
    assert (found["x", "S1"].left_out, found["x", "S1"].rows) == (0, 2)


def test_without_leave_out_a_missing_cell_refuses_the_sum() -> None:
    """Missing is not zero."""
    found = world("x | sum(books) / sum(pupils) | book / pupil")
    assert found["x", "K"] == "missing"
    assert found["x", "S1"] == 14


def test_leave_out_names_each_needed_expression_once_in_every_aggregate() -> None:
    """The same list stands in both sums."""
    (x,) = plan(indicators(f"x | sum(books) / sum(pupils) | book / pupil | {LEAVING}")).indicators
    assert len(x.aggregates) == 2
    assert {a.complete for a in x.aggregates} == {x.aggregates[0].complete}
    assert [c.name for c in x.aggregates[0].complete if isinstance(c, n.Column)] == ["books", "pupils"]


def test_leave_out_does_not_reach_sums_over_other_forms() -> None:
    """A school without books still has its area counted among the schools."""
    of = indicators(f"x | sum(books) / sum(school.area, over: school) | book / m2 | {LEAVING}")
    own, other = sorted(plan(of).indicators[0].aggregates, key=lambda a: a.home, reverse=True)
    assert (own.home, bool(own.complete)) == ("stages", True)
    assert (other.home, other.complete) == ("school", ())


# --- order, lookback, sides ---------------------------------------------------------------------------------------------
def test_indicators_come_after_those_they_refer_to() -> None:
    """An engine can compute them in one pass."""
    of = indicators("c | a + b | pupil", "b | a * 2 | pupil", "a | sum(pupils) | pupil")
    assert [i.id for i in plan(of).indicators] == ["a", "b", "c"]
    assert plan(of).indicator("c").indicators == ("a", "b")


def test_only_what_is_asked_for_and_what_it_needs_is_planned() -> None:
    """Explaining one figure does not compute the others."""
    of = indicators("a | sum(pupils) | pupil", "b | a * 2 | pupil", "c | sum(teachers) | teacher")
    assert [i.id for i in build_plan(of, only=["b"]).indicators] == ["a", "b"]


@pytest.mark.parametrize(
    ("formula", "years"),
    [
        ("sum(pupils)", 0),
        ("previous(sum(pupils))", 1),
        ("previous(sum(pupils), 3)", 3),
        ("previous(previous(sum(pupils)))", 2),
        ("sum(pupils) - previous(sum(pupils))", 1),
        ("trend(sum(pupils), 3)", 2),
    ],
)
def test_lookback_is_the_number_of_earlier_years_needed(formula: str, years: int) -> None:
    """No more rows are read than the formulas need."""
    assert plan(indicators(f"x | {formula} | pupil")).lookback == years


def test_lookback_adds_up_through_indicators() -> None:
    """Last year's value of a figure that itself looks back a year needs two years."""
    assert plan(indicators("a | previous(sum(pupils)) | pupil", "b | previous(a) | pupil")).lookback == 2


def test_numerator_and_denominator_are_found_behind_a_conversion() -> None:
    """The ratio is converted to per 100 pupils; its sides stay head counts."""
    of = indicators("x | sum(teachers) / sum(pupils) | teacher / 100 pupil | form: stages, levels: [county]")
    (x,) = plan(of).indicators
    assert isinstance(x.value, n.Convert)
    assert x.value.factor == 100
    found = values(of, data(of, units=UNITS, school=BOTH, stages=STAGES))["x", "K"]
    assert (found.value, found.numerator, found.denominator) == (Fraction(4400, 600), 44, 600)


def test_a_formula_that_is_no_division_has_no_sides() -> None:
    """Nothing is made up for a coefficient of variation."""
    (x,) = plan(indicators("x | cv(books, per: pupils) | 1")).indicators
    assert (x.numerator, x.denominator) == (None, None)


def test_wan_yuan_are_computed_in_yuan() -> None:
    """10 万元 over 500 pupils are 200 yuan a pupil."""
    found = world("x | sum(value) / sum(pupils_all) | yuan / pupil | form: school, levels: [school]")
    assert found["x", "S1"] == 200


# --- lineage ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("formula", "unit", "columns"),
    [
        ("sum(pupils)", "pupil", {"stages.pupils"}),
        ("sum(pupils, where: stage == primary)", "pupil", {"stages.pupils", "stages.stage"}),
        ("sum(part)", "1", {"stages.pupils", "stages.code"}),
        ("sum(own_area)", "m2", {"stages.pupils", "stages.code", "school.area"}),
        ("sum(school.area)", "m2", {"school.area"}),
        ("sum(school.pupils_all)", "pupil", {"stages.pupils"}),
        ("previous(sum(books))", "book", {"stages.books"}),
        ("cv(books, per: pupils)", "1", {"stages.books", "stages.pupils"}),
    ],
)
def test_a_figure_is_followed_to_its_collected_columns(formula: str, unit: str, columns: set[str]) -> None:
    """Through derived columns, joins, portions, totals and weights."""
    of = plan(indicators(f"x | {formula} | {unit}"))
    found = columns_of(of, of.indicator("x").value)
    assert {f"{form}.{name}" for form, name in found} == columns


def test_a_figure_is_followed_through_other_figures() -> None:
    """A composite comes from the columns of its parts."""
    planned = plan(
        indicators("a | sum(books) | book", "b | sum(teachers) | teacher", "x | a / b | book / teacher")
    )
    assert {name for _, name in columns_of(planned, planned.indicator("x").value)} == {"books", "teachers"}


# --- what the nodes mean ------------------------------------------------------------------------------------------------
def test_county_value_is_a_ratio_of_totals() -> None:
    """44 teachers for 600 pupils; the mean of the three ratios would be 0.0689."""
    assert world("x | sum(teachers) / sum(pupils) | teacher / pupil")["x", "K"] == Fraction(44, 600)


def test_portion_is_taken_within_the_school() -> None:
    """S1: 300 and 200 of 500 pupils; the parts of a school add up to 1."""
    found = world("x | sum(part) | 1 | form: stages, levels: [school], by: [stage]")
    assert found == {
        ("x", "S1", "primary"): Fraction(3, 5),
        ("x", "S1", "junior"): Fraction(2, 5),
        ("x", "S2", "primary"): 1,
    }


def test_portion_of_zero_pupils_is_not_computable() -> None:
    """0 of 0 is not 0."""
    of = indicators("x | sum(part) | 1 | form: stages, levels: [school]")
    found = numbers(
        of, data(of, units=UNITS, school=BOTH, stages="year|code|stage|pupils\n2023|S1|primary|0")
    )
    assert found["x", "S1"] == "zero_division"


def test_total_adds_the_rows_that_point_to_a_school() -> None:
    """S1 has two stage rows, and a school without any has 0."""
    of = indicators("x | sum(pupils_all) | pupil | form: school, levels: [school]")
    more = BOTH + "    2023 | S3 | Three | K | true | | |\n"
    assert numbers(of, data(of, units=UNITS, school=more, stages=STAGES)) == {
        ("x", "S1"): 500, ("x", "S2"): 100, ("x", "S3"): 0,
    }  # fmt: skip


def test_total_with_an_empty_cell_is_missing() -> None:
    """Missing is not zero in totals either."""
    of = indicators("x | sum(pupils_all) | pupil | form: school, levels: [school]")
    stages = STAGES + "    2023 | S2 | junior | | |\n"
    assert numbers(of, data(of, units=UNITS, school=BOTH, stages=stages))["x", "S2"] == "missing"


def test_join_reads_the_row_of_the_same_year() -> None:
    """Last year's area is not this year's."""
    of = indicators("x | sum(school.area, over: stages) | m2 | form: stages, levels: [school]")
    earlier = BOTH + "    2022 | S1 | One | K | true | | 1 | 1\n"
    assert numbers(of, data(of, units=UNITS, school=earlier, stages=STAGES))["x", "S1"] == 2000


def test_join_to_a_row_that_is_not_there_is_missing() -> None:
    """A stage row without its school has no area."""
    of = indicators("x | sum(school.area, over: stages) | m2 | form: stages, levels: [county]")
    other = "year|code|name|county|counted|area\n2023|S1|One|K|true|1000\n2023|S2|Two|K|true|"
    found = values(of, data(of, units=UNITS, school=other, stages=STAGES))["x", "K"]
    assert (found.reason, found.detail) == ("missing", "school.area")


MERGED = """
    year | code | name | county | counted | mother | area | value
    2023 | S1   | One  | K      | true    |        | 1000 | 10
    2023 | P1   | Point| K      | false   | S1     | 50   | 1
"""


def test_a_point_that_is_no_school_is_added_to_its_mother_school() -> None:
    """Areas and pupils add up, and the point has no row of its own."""
    of = indicators(
        "x | sum(school.area) / sum(pupils) | m2 / pupil | form: stages, levels: [school, county]"
    )
    stages = "year|code|stage|pupils\n2023|S1|primary|90\n2023|P1|primary|10"
    found = numbers(of, data(of, units=UNITS, school=MERGED, stages=stages))
    assert found == {("x", "S1"): Fraction(1050, 100), ("x", "K"): Fraction(1050, 100)}


def test_a_merged_sum_with_a_missing_part_is_missing() -> None:
    """The point's unknown area makes the sum unknown."""
    of = indicators("x | sum(area) | m2 | form: school, levels: [school]")
    assert numbers(of, data(of, school=MERGED.replace("| 50 ", "|    ")))["x", "S1"] == "missing"


def test_last_years_value_comes_from_last_years_rows() -> None:
    """And without them the result says so."""
    of = indicators("x | sum(pupils) - previous(sum(pupils)) | pupil | form: stages, levels: [school]")
    school = BOTH + BOTH.replace("2023", "2022").split("value\n", 1)[1]
    stages = "year|code|stage|pupils\n2023|S1|primary|90\n2022|S1|primary|70\n2023|S2|primary|5"
    assert numbers(of, data(of, units=UNITS, school=school, stages=stages)) == {
        ("x", "S1"): 20,
        ("x", "S2"): "no_previous",
    }


def test_division_by_zero_is_a_reason() -> None:
    """No pupils: neither infinity nor 0."""
    of = indicators("x | sum(teachers) / sum(pupils) | teacher / pupil | form: stages, levels: [school]")
    found = numbers(
        of, data(of, units=UNITS, school=BOTH, stages="year|code|stage|pupils|teachers\n2023|S1|primary|0|2")
    )
    assert found["x", "S1"] == "zero_division"


def test_map_children_reaches_tuples_and_single_nodes() -> None:
    """Rewriting touches every child once."""
    (x,) = plan(indicators("x | least(sum(pupils), sum(pupils) * 2) | pupil")).indicators
    seen: list[n.Typed] = []
    map_children(x.value, lambda node: (seen.append(node), node)[1])
    assert len(seen) == 2


def test_every_form_that_carries_the_code_takes_part_in_the_merge() -> None:
    """Stage rows of a merged point follow it."""
    merge = plan(pack("")).forms["stages"].merge
    assert merge is not None
    assert (merge.form, merge.code, merge.into) == ("school", "code", "mother")
