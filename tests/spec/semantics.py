"""The rules of computation as small examples: tables, a formula, and what comes out for each unit.

Every engine must give what stands here (test_semantics), and docs/reference/semantics.md is written from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa

from duxue.core.text import same
from duxue.core.units import Unit, UnitTree
from duxue.engines.data import Data
from duxue.packs import schema
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan

LEVELS = ("school", "county", "city")
COUNTIES = {"A": "Y", "B": "Y"}
SCHOOLS = {"a1": "A", "a2": "A", "a3": "A", "a4": "A", "b1": "B", "b2": "B"}
YEAR = 2023


@dataclass(frozen=True)
class Rule:
    """One rule: what it says, the rows, the formula, and the outcome by unit (and breakdown): a number or a reason."""

    section: str
    title: str
    says: str
    school: str
    formula: str
    expected: Mapping[str, str]
    stage: str = ""
    county: str = ""
    levels: tuple[str, ...] = ("county",)
    by: tuple[str, ...] = ()
    form: str = "school"
    derived: Mapping[str, str] = field(default_factory=dict)
    where: str | None = None
    exclude: tuple[str, ...] = ()
    merge: str | None = None
    constants: tuple[schema.Constant, ...] = ()
    missing: str = "refuse"
    left_out: Mapping[str, int] = field(default_factory=dict)


def _both(text: str) -> schema.Bilingual:
    return schema.Bilingual(zh=text, en=text)


def _fields(columns: Mapping[str, str]) -> tuple[schema.FieldSpec, ...]:
    made = []
    for name, kind in columns.items():
        more: dict[str, Any] = {"unit": "1"} if kind in ("integer", "number") else {}
        if kind == "category":
            more = (
                {"dimension": name}
                if name == "stage"
                else {"values": _categories("plain", "point", "special")}
            )
        made.append(schema.FieldSpec(id=name, type=kind, title=_both(name), **more))
    return tuple(made)


def _categories(*names: str) -> tuple[schema.Category, ...]:
    return tuple(schema.Category(id=n, title=_both(n)) for n in names)


COLUMNS: dict[str, dict[str, str]] = {
    "school": {
        "year": "year", "code": "code", "name": "text", "above": "code", "kind": "category", "open": "boolean", "into": "code",
        "pupils": "integer", "teachers": "integer", "books": "integer", "area": "number",
    },
    "stage": {"year": "year", "code": "code", "stage": "category", "pupils": "integer", "teachers": "integer"},
    "county": {"year": "year", "place": "code", "people": "integer"},
}  # fmt: skip


def constant(id: str, *values: tuple[str, dict[str, Any]]) -> schema.Constant:
    """Return a constant with values and where and when they hold."""
    return schema.Constant(
        id=id,
        title=_both(id),
        values=tuple(schema.ConstantValue.model_validate({"value": v, **more}) for v, more in values),
    )


def plan_of(rule: Rule) -> Plan:
    """Return the plan of a pack that holds the rule's formula as indicator X."""
    derived = tuple(
        schema.Derived(id=i, title=_both(i), formula=f, unit="1") for i, f in rule.derived.items()
    )
    school = schema.Form(
        id="school", title=_both("school"), key=("code",), period="year", unit_field="code", fields=_fields(COLUMNS["school"]),
        register=schema.Register(level="school", name="name", parent="above"),
        merge=schema.Merge(when=rule.merge, into="into") if rule.merge else None,
        derived=derived if rule.form == "school" else (),
    )  # fmt: skip
    stage = schema.Form(
        id="stage", title=_both("stage"), key=("code", "stage"), period="year", unit_field="code",
        fields=_fields(COLUMNS["stage"]), derived=derived if rule.form == "stage" else (),
    )  # fmt: skip
    county = schema.Form(
        id="county",
        title=_both("county"),
        key=("place",),
        period="year",
        unit_field="place",
        fields=_fields(COLUMNS["county"]),
    )
    population = schema.Population(
        id="counted", form=rule.form, title=_both("counted"), where=rule.where,
        exclude=tuple(schema.Exclusion(when=x, reason=_both(x)) for x in rule.exclude),
    )  # fmt: skip
    pack = schema.Pack(
        id="rule", version="1.0.0", title=_both("rule"), source=schema.Source(),
        levels=tuple(schema.Level(id=x, title=_both(x)) for x in LEVELS),
        dimensions=(schema.Dimension(id="stage", title=_both("stage"), values=_categories("primary", "junior")),),
        forms=(school, stage, county), populations=(population,), constants=rule.constants,
        indicators=(
            schema.IndicatorSpec(
                id="X", title=_both("X"), formula=rule.formula, unit="1", population="counted", levels=rule.levels, by=rule.by,
                missing=rule.missing,
            ),
        ),
    )  # fmt: skip
    return build_plan(pack)


def data_of(rule: Rule) -> Data:
    """Return the rule's tables; a column that is not written is empty, the year is 2023 unless written."""
    units = [Unit("Y", same("Y"), "city")]
    units += [Unit(code, same(code), "county", above) for code, above in COUNTIES.items()]
    units += [Unit(code, same(code), "school", above) for code, above in SCHOOLS.items()]
    tree = UnitTree.build(LEVELS, units)
    tables = {form: _table(form, getattr(rule, form)) for form in COLUMNS}
    return Data(tables, lambda _: tree)


def read_table(text: str) -> list[dict[str, str]]:
    """Return the rows of a table written with bars: names in the first line, an empty cell is missing."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def _table(form: str, text: str) -> pa.Table:
    rows = read_table(text) if text else []
    types = {"integer": pa.int64(), "number": pa.decimal128(38, 2), "boolean": pa.bool_(), "year": pa.int32()}
    columns = {}
    for name, kind in COLUMNS[form].items():
        cells = [_cell(row.get(name, ""), kind) for row in rows]
        if kind == "year":
            cells = [YEAR if c is None else c for c in cells]
        columns[name] = pa.array(cells, types.get(kind, pa.string()))
    return pa.table({**columns, "_row": pa.array(range(len(rows)), pa.int64())})


def _cell(text: str, kind: str) -> Any:
    if not text:
        return None
    if kind in ("integer", "year"):
        return int(text)
    if kind == "number":
        return Decimal(text)
    return text == "yes" if kind == "boolean" else text


TWO = """
    code | pupils | teachers
    a1   | 100    | 10
    a2   | 300    | 12
    b1   | 50     | 5
"""
HOLED = """
    code | pupils | teachers
    a1   | 100    | 10
    a2   | 300    |
    b1   | 50     | 5
"""
SPREAD = """
    code | pupils | books
    a1   | 100    | 300
    a2   | 400    | 400
    b1   | 50     | 100
"""
STAGES = """
    code | stage   | pupils | teachers
    a1   | primary | 60     | 4
    a1   | junior  | 40     | 5
    a2   | primary | 100    | 6
"""

RULES: tuple[Rule, ...] = (
    # missing ------------------------------------------------------------------------------------------------------------
    Rule("Missing is not zero", "A missing cell makes a sum not computable", "The reason is `missing` and names the column; other units are not touched.",
         HOLED, "sum(teachers)", {"A": "missing", "B": "5"}),
    Rule("Missing is not zero", "leave_out leaves the whole row out of every sum", "With `missing: leave_out` a row that lacks any cell the formula needs takes part in no sum of this indicator, so top and bottom speak of the same schools. It is counted.",
         HOLED, "sum(teachers) / sum(pupils)", {"A": "1/10", "B": "1/10"}, missing="leave_out", left_out={"A": 1, "B": 0}),
    Rule("Missing is not zero", "Nothing left is missing, not 0", "When every row had to be left out there is no value.",
         "code | pupils | teachers\na1 | | 10", "sum(teachers) / sum(pupils)", {"A": "missing"}, missing="leave_out", left_out={"A": 1}),
    Rule("Missing is not zero", "coalesce takes the first known value", "It is the only way to put something in the place of a missing cell, and it stands in the formula for all to read.",
         HOLED, "sum(coalesce(teachers, 0))", {"A": "10", "B": "5"}),
    Rule("Missing is not zero", "is_missing asks for an empty cell only", "A division by zero is not an empty cell.",
         "code | pupils | teachers\na1 | 0 | 10\na2 | | 1", "count_if(is_missing(teachers / pupils))", {"A": "1"}),
    Rule("Missing is not zero", "A condition that is unknown makes the count not computable", "Otherwise an empty cell would count as no.",
         HOLED, "count_if(teachers > 11)", {"A": "missing", "B": "0"}),
    Rule("Missing is not zero", "false and unknown is false, true or unknown is true", "Logic is Kleene's: what is known may decide.",
         HOLED, "count_if(teachers > 11 or pupils > 200)", {"A": "1", "B": "0"}),
    Rule("Missing is not zero", "Only the chosen branch of if must be known", "A missing cell in the other branch does not matter.",
         HOLED, "sum(if(pupils > 200, 7, teachers))", {"A": "17", "B": "5"}),
    # division -----------------------------------------------------------------------------------------------------------
    Rule("Division by zero", "Division by zero is not computable", "It is neither infinity nor 0.",
         "code | pupils | teachers\na1 | 0 | 3\nb1 | 5 | 1", "sum(teachers) / sum(pupils)", {"A": "zero_division", "B": "1/5"}),
    Rule("Division by zero", "A row that divides by zero is left out and counted", "A school without pupils has no value per pupil; it takes no part in a mean of such values.",
         "code | pupils | teachers\na1 | 0 | 3\na2 | 4 | 1\na3 | 2 | 1", "mean(teachers / pupils)", {"A": "3/8"}, left_out={"A": 1}),
    # totals -------------------------------------------------------------------------------------------------------------
    Rule("Totals", "A value above schools is a ratio of totals", "One formula serves every level; a county's value is never the mean of its schools' values (1/10 and 1/25 here).",
         TWO, "sum(teachers) / sum(pupils)", {"a1": "1/10", "a2": "1/25", "b1": "1/10", "A": "11/200", "B": "1/10", "Y": "27/450"}, levels=("school", "county", "city")),
    Rule("Totals", "Sums and counts of no row are 0 where the unit has rows", "The other aggregates of no row are not computable.",
         TWO, "sum(pupils, where: pupils > 1000)", {"A": "0", "B": "0"}),
    Rule("Totals", "min of no row is not computable", "There is no smallest of nothing.",
         TWO, "min(pupils, where: pupils > 200)", {"A": "300", "B": "no_rows"}),
    Rule("Totals", "Equality is decided exactly", "0.10 + 0.20 equals 0.30: numbers are fractions or integers, never binary approximations.",
         "code | area\na1 | 0.10\na2 | 0.20", "if(sum(area) == 0.3, 1, 0)", {"A": "1"}),
    Rule("Totals", "mean(x, per: w) is a ratio of totals", "It is sum(x) / sum(w).", TWO, "mean(teachers, per: pupils)", {"A": "11/200", "B": "1/10"}),
    Rule("Totals", "share counts rows, share(..., of: x) weighs them", "Here the part of the pupils in schools above 200.",
         TWO, "share(pupils > 200, of: pupils)", {"A": "3/4", "B": "0"}),
    Rule("Totals", "quantile interpolates between neighbours", "Type 7 of Hyndman and Fan; of 10, 20, 40 the 0.75 quantile is 30.",
         "code | pupils\na1 | 40\na2 | 10\na3 | 20", "quantile(pupils, 0.75)", {"A": "30"}),
    # spread -------------------------------------------------------------------------------------------------------------
    Rule("Spread", "cv(x, per: w) weighs by w in the population form", "x is each row's total. Books per pupil are 3 and 1, the mean 700/500 = 1.4, S squared 100/500 x 2.56 + 400/500 x 0.16 = 0.64, so 0.8 / 1.4.",
         SPREAD, "cv(books, per: pupils)", {"A": "4/7", "B": "0"}),
    Rule("Spread", "A weight of 0 leaves the row out", "A school without pupils says nothing of books per pupil.",
         "code | pupils | books\na1 | 100 | 300\na2 | 0 | 300", "cv(books, per: pupils)", {"A": "0"}, left_out={"A": 1}),
    Rule("Spread", "A mean that is not positive has no coefficient of variation", "The reason is `domain`.",
         "code | pupils | books\na1 | 100 | 0\na2 | 50 | 0", "cv(books, per: pupils)", {"A": "domain"}),
    Rule("Spread", "gini is 0 for equals and grows with distance", "Of 1 and 3 it is 1/4.",
         "code | books\na1 | 1\na2 | 3\nb1 | 7", "gini(books)", {"A": "1/4", "B": "0"}),
    # scope --------------------------------------------------------------------------------------------------------------
    Rule("Scope", "where: rows that do not fulfil it are not mentioned", "An unknown condition counts as not fulfilled.",
         "code | kind | pupils\na1 | plain | 10\na2 | point | 20\na3 | | 40\nb1 | point | 5", "sum(pupils)", {"A": "10"}, where="kind == plain"),
    Rule("Scope", "exclude: rows left out keep their unit in the results", "A unit all of whose rows are excluded is `out_of_scope`, with the rule that says so. Unknown counts as not excluded.",
         "code | kind | pupils\na1 | plain | 10\na2 | special | 20\nb1 | special | 5", "sum(pupils)", {"A": "10", "B": "out_of_scope"}, exclude=("kind == special",)),
    Rule("Scope", "A unit without rows has no result", "It is not a result of 0; `no_rows` is said where a formula needs rows of another form.",
         TWO, "sum(pupils) / sum(county.people)", {"A": "2/5", "B": "no_rows"}, county="place | people\nA | 1000"),
    Rule("Scope", "Breakdowns are those that occur", "Each school and stage is a row of its own; a county has a value for the stages it has.",
         "code\na1", "sum(pupils) / sum(teachers)", {"A primary": "16", "A junior": "8"}, stage=STAGES, form="stage", by=("stage",)),
    Rule("Scope", "A form without the dimension is taken whole", "Residents are not counted by stage, so each stage is divided by all of them.",
         "code\na1", "sum(pupils) / sum(county.people)", {"A primary": "4/25", "A junior": "1/25"}, stage=STAGES, county="place | people\nA | 1000", form="stage", by=("stage",)),
    # rows ---------------------------------------------------------------------------------------------------------------
    Rule("Rows", "Merged units are added to the unit that receives them", "A teaching point that is no school of its own (open: no) joins its parent before anything is computed: sums are added, other cells are the parent's.",
         "code | open | into | pupils | kind\na1 | yes | | 100 | plain\na2 | no | a1 | 20 | point\nb1 | yes | | 7 | plain", "max(pupils, where: kind == plain)", {"a1": "120", "b1": "7"}, levels=("school",), merge="not open"),
    Rule("Rows", "A missing part makes the merged sum missing", "The parent's own figure alone would be wrong.",
         "code | open | into | pupils\na1 | yes | | 100\na2 | no | a1 | ", "sum(pupils)", {"a1": "missing"}, levels=("school",), merge="not open"),
    Rule("Rows", "A row reads the row it points to", "A stage carries its school's code, so it can read the school. Without such a school the cell is missing.",
         "code | kind\na1 | plain", "count_if(pupils > 50 and school.kind == plain)", {"a1": "1", "a2": "missing"}, stage=STAGES, form="stage", levels=("school",)),
    Rule("Rows", "portion is a row's part of its whole", "Shared rooms of a school of two stages are split by pupils: 60 and 40 of 100.",
         "code | area\na1 | 500\na2 | 80", "sum(part * school.area) / sum(pupils)", {"A primary": "380/160", "A junior": "5"}, stage=STAGES, form="stage", by=("stage",), derived={"part": "portion(pupils, within: code)"}),
    Rule("Rows", "total sums the rows of another form, 0 when there are none", "The school's pupils over its stages.",
         "code\na1\na2\na3", "sum(all)", {"a1": "100", "a2": "100", "a3": "0"}, stage=STAGES, levels=("school",), derived={"all": "total(stage.pupils)"}),
    # time ---------------------------------------------------------------------------------------------------------------
    Rule("Time", "previous is the value of an earlier year", "For a group, the same formula for the same unit; without rows in that year the reason is `no_previous`.",
         "year | code | pupils\n2022 | a1 | 80\n2023 | a1 | 100\n2023 | b1 | 5", "growth(sum(pupils))", {"A": "1/4", "B": "no_previous"}),
    Rule("Time", "A missing cell of last year is missing, not no_previous", "The year is there; its cell is empty.",
         "year | code | pupils\n2022 | a1 | \n2023 | a1 | 100", "change(sum(pupils))", {"A": "missing"}),
    Rule("Time", "trend is the least-squares slope", "Of 10, 20, 60 over three years: 25 a year.",
         "year | code | pupils\n2021 | a1 | 10\n2022 | a1 | 20\n2023 | a1 | 60", "trend(sum(pupils), 3)", {"A": "25"}),
    Rule("Time", "previous of a row is the row with the same key", "A school that is new has none, which leaves the sum not computable.",
         "year | code | pupils\n2022 | a1 | 80\n2023 | a1 | 100\n2023 | b1 | 5", "sum(pupils - previous(pupils))", {"A": "20", "B": "missing"}),
    # constants ----------------------------------------------------------------------------------------------------------
    Rule("Constants", "A constant holds by date", "The value that came into force last, on the pack's day of the year.",
         TWO, "sum(pupils) / size", {"A": "8", "B": "1"}, constants=(constant("size", ("40", {"from": "2010-01-01"}), ("50", {"from": "2023-01-01"}), ("60", {"from": "2023-09-02"})),)),
    Rule("Constants", "The nearest region wins", "A county's own value is used for it and all below, the general one elsewhere.",
         TWO, "sum(pupils) / size", {"A": "4", "B": "1", "Y": "9"}, levels=("county", "city"), constants=(constant("size", ("50", {}), ("100", {"region": "A"})),)),
    Rule("Constants", "A constant may depend on the breakdown of each row", "Primary pupils count 1, junior ones 1.1; without a value the row cannot be judged.",
         "code\na1", "sum(pupils * weight)", {"A": "204"}, stage=STAGES, form="stage", constants=(constant("weight", ("1", {"by": {"stage": "primary"}}), ("1.1", {"by": {"stage": "junior"}})),)),
    Rule("Constants", "Without a value that holds the figure is not computable", "The reason is `no_constant`.",
         TWO, "sum(pupils) / size", {"A": "no_constant", "B": "no_constant"}, constants=(constant("size", ("50", {"to": "2020-12-31"})),)),
)  # fmt: skip
