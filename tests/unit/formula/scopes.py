"""One small pack's names, shared by the tests of the language."""

from __future__ import annotations

from duxue.core.measure import PLAIN, Measure, Measures
from duxue.formula.nodes import Kind
from duxue.formula.scope import ConstantType, FieldType, FormScope, Scope

MEASURES = Measures.built_in()
STAGES = ("primary", "junior")


def number(unit: str) -> FieldType:
    return FieldType("number", MEASURES.parse(unit))


def other(kind: Kind, *categories: str) -> FieldType:
    return FieldType(kind, PLAIN, categories)


SCHOOL = FormScope(
    "school",
    {
        "code": other("text"),
        "year": number("year"),
        "kind": other("text", "public", "private", "inclusive"),
        "boarding": other("boolean"),
        "built": number("year"),
        "land": number("m2"),
        "county_code": other("text"),
    },
    ("code",),
    "year",
)
STAGE = FormScope(
    "stage_rows",
    {
        "code": other("text"),
        "year": number("year"),
        "stage": other("text", *STAGES),
        "pupils": number("pupil"),
        "teachers": number("teacher"),
        "staff_count": number("staff"),
        "classes": number("class"),
        "area": number("m2"),
        "indoor_area": number("m2"),
        "equipment": number("万元"),
        "funds": number("yuan"),
        "books": number("book"),
        "weight": number("1"),
        "small": other("boolean"),
        "note": other("text"),
    },
    ("code", "stage"),
    "year",
)
POINTS = FormScope(
    "points",
    {
        "id": other("text"),
        "code": other("text"),
        "stage": other("text", *STAGES),
        "pupils": number("pupil"),
        "kind": other("text", "point", "branch"),
    },
    ("id",),
)
FORMS = {f.id: f for f in (SCHOOL, STAGE, POINTS)}
UNITS = {
    "L1": "teacher / 100 pupil",
    "L2": "m2 / pupil",
    "L3": "yuan / pupil",
    "L1_cv": "1",
    "population": "person",
}
INDICATORS: dict[str, Measure] = {name: MEASURES.parse(unit) for name, unit in UNITS.items()}
CONSTANTS = {
    "limit": ConstantType("number", MEASURES.parse("pupil")),
    "bar": ConstantType("number", MEASURES.parse("pupil / class"), ("stage",)),
    "factor": ConstantType("number", PLAIN, ("sex",)),
    "boarding": ConstantType("number", PLAIN),
    "L2": ConstantType("number", PLAIN),
}

GROUP = Scope(
    measures=MEASURES,
    forms=FORMS,
    mode="group",
    home="resource_schools",
    populations={"resource_schools": "stage_rows", "all_schools": "school", "big": "stage_rows"},
    constants=CONSTANTS,
    indicators=INDICATORS,
    indicator_order=("L1", "L2", "L3", "L1_cv", "population"),
    verdicts=frozenset({"school_resources", "veto"}),
    by=("stage",),
)
ROW = GROUP.standing("row", "stage_rows")
RULE = GROUP.standing("rule", "", ("stage",))
