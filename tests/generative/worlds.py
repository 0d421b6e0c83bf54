"""Strategies for small packs with data: units, forms, merges, joins, constants, populations, indicators, empty cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from duxue.core.errors import Refused
from duxue.core.text import same
from duxue.core.units import Unit, UnitTree
from duxue.engines.data import Data
from duxue.packs import schema
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan
from tests.generative.formulas import Names, Pick, group_number, row_condition, row_number

YEARS = (2021, 2022, 2023)
STAGES = ("primary", "junior", "senior")
KINDS = ("plain", "odd", "even")
REMARKS = ("it's", "plain", 'a "quoted" one', "k1; DROP TABLE units; --", "\u4e2d\u5c0f\u5b66", "{rows}")
SEXES = ("girls", "boys")
LEVELS = ("school", "county", "city", "province")


@dataclass(frozen=True)
class World:
    """A plan with data, and the texts it was made of (for the report of a failure)."""

    plan: Plan
    data: Data
    formulas: dict[str, str]
    tables: dict[str, list[dict[str, Any]]]

    def __repr__(self) -> str:
        """Return the formulas and rows."""
        rows = "\n".join(f"{form}: {row}" for form, all_rows in self.tables.items() for row in all_rows)
        return "\n".join(f"{name}: {text}" for name, text in self.formulas.items()) + "\n" + rows


def _both(text: str) -> schema.Bilingual:
    return schema.Bilingual(zh=text, en=text)


def _field(id: str, kind: str, **more: Any) -> schema.FieldSpec:
    unit = "1" if kind in ("integer", "number") else None
    return schema.FieldSpec(id=id, type=kind, title=_both(id), unit=unit, **more)


def _categories(values: tuple[str, ...]) -> tuple[schema.Category, ...]:
    return tuple(schema.Category(id=v, title=_both(v)) for v in values)


# A text may hold quotes and braces and look like SQL.
_QUOTED = tuple(f"'{r}'" if '"' in r else f'"{r}"' for r in REMARKS)
SCHOOL = Names(("size", "area", "year"), ("open",), (("kind", KINDS), ("remark", _QUOTED)), ("stages.pupils", "stages.funds"), (
    "stages.stage == primary", "stages.pupils > 2", "stages.fine", "stages.funds / stages.pupils > 1",
), has_period=True)  # fmt: skip
STAGE = Names(
    ("pupils", "teachers", "funds", "school.size", "school.area"),
    ("fine", "school.open"),
    (("stage", STAGES), ("sex", SEXES), ("school.kind", KINDS), ("school.remark", _QUOTED)),
    within=("code", "sex"),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a pack that lint would accept, with accepted data (unique keys, declared types)."""
    pick = Pick(draw)
    levels = pick.one((LEVELS, LEVELS[:3], LEVELS[:2]))
    formulas: dict[str, str] = {}

    def named(name: str, formula: str) -> str:
        formulas[name] = formula
        return formula

    has_period = not pick.chance(4)
    school_names = Names(
        SCHOOL.numbers if has_period else ("size", "area"), SCHOOL.booleans, SCHOOL.categories,
        SCHOOL.totals if has_period else (), SCHOOL.total_conditions, (), has_period,
    )  # fmt: skip
    stage_names, derived = _derive(pick, named, school_names)
    school = schema.Form(
        id="school", title=_both("school"), key=("code",), period="year" if has_period else None, unit_field="code",
        register=schema.Register(level="school", name="name", parent="parent"),
        merge=schema.Merge(when=named("merge", pick.one(["not open", "size < 2", "kind == odd"])), into="into")
        if has_period and pick.chance(2) else None,
        fields=(
            *([_field("year", "year")] if has_period else []),
            _field("code", "code"), _field("name", "text"), _field("parent", "code"), _field("into", "code"),
            _field("kind", "category", values=_categories(KINDS)), _field("open", "boolean"),
            _field("remark", "text"), _field("size", "integer", merged=pick.one([None, "max", "own"])), _field("area", "number", decimals=2),
        ),
        derived=derived["school"],
    )  # fmt: skip
    stages = schema.Form(
        id="stages", title=_both("stages"), key=("code", "stage"), period="year", unit_field="code",
        fields=(
            _field("year", "year"), _field("code", "code"), _field("stage", "category", dimension="stage"),
            _field("sex", "category", dimension="sex"), _field("fine", "boolean"), _field("pupils", "integer"),
            _field("teachers", "integer"), _field("funds", "number", decimals=6),
        ),
        derived=derived["stages"],
    )  # fmt: skip
    county = schema.Form(
        id="county", title=_both("county"), key=("place",), period="year", unit_field="place",
        fields=(_field("year", "year"), _field("place", "code"), _field("people", "integer")),
    )  # fmt: skip
    population = schema.Population(
        id="counted", form="stages", title=_both("counted"),
        where=named("where", row_condition(pick, stage_names, 1)) if pick.chance(2) else None,
        exclude=tuple(
            schema.Exclusion(when=named(f"exclude{i}", row_condition(pick, stage_names, 1)), reason=_both("r"))
            for i in range(pick.one((0, 1, 2)))
        ),
    )  # fmt: skip
    constants = _constants(pick)
    indicators = _indicators(pick, named, stage_names, school_names, levels)
    checks = (
        schema.Check(
            id="q1",
            form="stages",
            rule=named("q1", row_condition(pick, stage_names)),
            title=_both("q"),
            advice=_both("a"),
        ),
        schema.Check(
            id="q2",
            form="school",
            rule=named("q2", row_condition(pick, school_names)),
            title=_both("q"),
            advice=_both("a"),
        ),
    )
    pack = schema.Pack(
        id="drawn", version="1.0.0", title=_both("drawn"), source=schema.Source(),
        levels=tuple(schema.Level(id=level, title=_both(level)) for level in levels),
        dimensions=(
            schema.Dimension(id="stage", title=_both("stage"), values=_categories(STAGES)),
            schema.Dimension(id="sex", title=_both("sex"), values=_categories(SEXES)),
        ),
        forms=(school, stages, county), populations=(population,), constants=constants, indicators=indicators, checks=checks,
    )  # fmt: skip
    try:
        plan = build_plan(pack)
    except Refused as refused:
        from hypothesis import reject

        del refused
        reject()
    trees = _trees(pick, levels)
    tables = _tables(pick, levels, has_period)
    data = Data(
        {form.id: _arrow(form, tables[form.id]) for form in pack.forms},
        lambda year: trees.get(year, trees[2017]),
    )
    return World(plan, data, formulas, tables)


def _derive(
    pick: Pick, named: Any, school_names: Names
) -> tuple[Names, dict[str, tuple[schema.Derived, ...]]]:
    found: dict[str, tuple[schema.Derived, ...]] = {"school": (), "stages": ()}
    numbers, booleans = list(STAGE.numbers), list(STAGE.booleans)
    if pick.chance(2):
        formula = named("school.extra", row_number(pick, school_names, 1))
        found["school"] = (schema.Derived(id="extra", title=_both("extra"), formula=formula, unit="1"),)
        numbers.append("school.extra")
    if pick.chance(2):
        formula = named(
            "stages.part",
            row_number(pick, Names(tuple(numbers), STAGE.booleans, STAGE.categories, within=STAGE.within), 1),
        )
        found["stages"] = (schema.Derived(id="part", title=_both("part"), formula=formula, unit="1"),)
        numbers += ["part", "part"]
    names = Names(tuple(numbers), tuple(booleans), STAGE.categories, within=STAGE.within)
    if pick.chance(2):
        formula = named("stages.good", row_condition(pick, names, 1))
        found["stages"] += (schema.Derived(id="good", title=_both("good"), formula=formula),)
        booleans.append("good")
    numbers += ["weight", "limit"]
    return Names(tuple(numbers), tuple(booleans), STAGE.categories, within=STAGE.within), found


def _constants(pick: Pick) -> tuple[schema.Constant, ...]:
    values = [schema.ConstantValue(value=pick.one(["1", "0.5", "0"]), **{"from": date(2000, 1, 1)})]
    if pick.chance(2):
        values.append(schema.ConstantValue(value="2", **{"from": date(2022, 1, 1)}))
    if pick.chance(2):
        values.append(schema.ConstantValue(value="1.1", region=pick.one(["c0", "y0", "s1", "nowhere"])))
    weight = [
        schema.ConstantValue(value=pick.one(["1", "1.32"]), by={"stage": s})
        for s in STAGES[: pick.one((3, 3, 2, 1))]
    ]
    if pick.chance(2):
        weight.append(
            schema.ConstantValue(value="3", by={"stage": "primary"}, region="c1", to=date(2022, 12, 31))
        )
    return (
        schema.Constant(
            id="limit", title=_both("limit"), values=tuple(values[pick.one(range(len(values))) :])
        ),
        schema.Constant(id="weight", title=_both("weight"), values=tuple(weight)),
    )


def _indicators(
    pick: Pick, named: Any, stage_names: Names, school_names: Names, levels: tuple[str, ...]
) -> tuple[schema.IndicatorSpec, ...]:
    found: list[schema.IndicatorSpec] = []
    for i in range(pick.one((1, 2, 3, 4))):
        home = pick.one(["stages", "counted", "counted", "school"])
        by: tuple[str, ...] = (
            pick.one([(), ("stage",), ("stage", "sex"), ("sex",)]) if home != "school" else ()
        )
        others = (*(x.id for x in found), "limit", *(["weight"] if "stage" in by else []))
        extra = ("sum(county.people)", "sum(school.size)", "count(counted)", "count(school)")
        names = school_names if home == "school" else stage_names
        formula = named(f"I{i}", group_number(pick, replace(names, others=others, extra=extra)))
        found.append(
            schema.IndicatorSpec(
                id=f"I{i}", title=_both("i"), formula=formula, unit="1", by=by,
                levels=tuple(level for level in levels if pick.chance(2)) or levels[:1],
                population=home if home == "counted" else None, form=home if home != "counted" else None,
                missing=pick.one(["refuse", "leave_out"]),
            )
        )  # fmt: skip
    return tuple(found)


# --- data ---------------------------------------------------------------------------------------------------------------
SCHOOLS = tuple(f"s{i}" for i in range(5))


def _trees(pick: Pick, levels: tuple[str, ...]) -> dict[int, UnitTree]:
    above = {"county": ["c0", "c1"], "city": ["y0", "y1"], "province": ["p0"]}
    first: dict[str, str] = {}
    trees = {}
    for year in range(2017, 2025):
        units = []
        for lower, upper in zip(levels, (*levels[1:], ""), strict=True):
            for code in SCHOOLS if lower == "school" else above[lower]:
                parent = None
                if upper:
                    old = first.setdefault(code, pick.one(above[upper]))
                    parent = pick.one([old, old, *above[upper]]) if year == 2023 else old
                units.append(Unit(code, same(code), lower, parent))
        trees[year] = UnitTree.build(levels, units)
    trees[9999] = trees[2024]
    return trees


_TAME = (1, 2, 3, 5, 7, 10, 10, 12, 40, 49, 50, 333, 1000)
_WHOLE = (0, 1, 2, 3, 5, 7, 10, 10, 0, 40, 49, 50, 333, -1, -7, 10**6 + 1, 10**12 + 7)
_HUGE = (0, 1, -3, 10**15, 10**18, 4 * 10**18)
_MONEY = tuple(Decimal(t) for t in ("1", "0.1", "0.3", "12.5", "0.000001", "0", "-3.25", "99999999.999999"))
_AREA = tuple(Decimal(t) for t in ("1234.56", "3.1", "0.25", "0"))


def _tables(pick: Pick, levels: tuple[str, ...], has_period: bool) -> dict[str, list[dict[str, Any]]]:
    missing = pick.one((0, 12, 4))
    whole = pick.one((_TAME, _TAME, _WHOLE, _WHOLE, _HUGE))
    counties = ["c0", "c1"] if "county" in levels else ["c0"]
    schools, stages, county = [], [], []

    def cell(values: Sequence[Any], empty: int = missing) -> Any:
        return None if empty and pick.chance(empty) else pick.one(values)

    for year in YEARS:
        if pick.chance(8):
            continue
        for code in (*SCHOOLS, "lost"):
            if not pick.chance(5) and (has_period or year == YEARS[0]):
                schools.append(
                    {
                        "year": year, "code": code, "name": code, "parent": None, "into": cell(SCHOOLS, 3),
                        "kind": cell(KINDS), "remark": cell(REMARKS), "open": cell((True, False)), "size": cell(whole),
                        "area": cell(_AREA),
                    }
                )  # fmt: skip
            stages += [
                {
                    "year": year, "code": code, "stage": stage, "sex": cell(SEXES), "fine": cell((True, False)),
                    "pupils": cell(whole), "teachers": cell(whole), "funds": cell(_MONEY),
                }
                for stage in STAGES if pick.chance(2)
            ]  # fmt: skip
        county += [{"year": year, "place": c, "people": cell(whole)} for c in counties if pick.chance(2)]
    return {"school": schools, "stages": stages, "county": county}


_TYPES = {"integer": pa.int64(), "boolean": pa.bool_(), "year": pa.int32()}


def _arrow(form: schema.Form, rows: list[dict[str, Any]]) -> pa.Table:
    columns = {
        f.id: pa.array(
            [r[f.id] for r in rows],
            pa.decimal128(38, f.decimals) if f.type == "number" else _TYPES.get(f.type, pa.string()),
        )
        for f in form.fields
    }
    return pa.table({**columns, "_row": pa.array(range(len(rows)), pa.int64())})
