"""The shipped packs over rows written in a test: what comes out for each unit, as the reference engine and the court say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

from duxue.app.evaluating import rules_of
from duxue.core.text import same
from duxue.core.units import Unit, UnitTree
from duxue.engines.choose import engine_named
from duxue.engines.data import Data
from duxue.engines.exact import Exactly
from duxue.engines.reference import World
from duxue.microdata.inline import table_of
from duxue.microdata.snapshot import build_tree
from duxue.packs.loader import load
from duxue.packs.schema import Pack
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan
from duxue.results.judge import judge
from duxue.results.model import Result, Value

Row = Mapping[str, str | None]
BALANCE, BASIC, STATISTICS = "cn-compulsory-balance", "cn-compulsory-basic-balance", "cn-education-statistics"
UNITS = (
    Unit("370000", same("省"), "province"),
    Unit("370100", same("市"), "city", "370000"),
    Unit("370102", same("县"), "county", "370100"),
    Unit("210000", same("辽宁"), "province"),
    Unit("210100", same("沈阳"), "city", "210000"),
    Unit("210102", same("和平"), "county", "210100"),
    Unit("410000", same("河南"), "province"),
    Unit("410100", same("郑州"), "city", "410000"),
    Unit("410102", same("中原"), "county", "410100"),
)
COUNTY = "370102"


@cache
def pack_of(id: str) -> Pack:
    """Return the newest version of a shipped pack."""
    return load(id).pack


@cache
def plan_of(id: str) -> Plan:
    """Return its plan."""
    return build_plan(pack_of(id))


def school(code: str, kind: str = "primary", **cells: object) -> Row:
    """Return a public town school of the county that counts as a school."""
    common = {
        "year": "2023", "school_code": code, "school_name": code, "county_code": COUNTY, "kind": kind, "ownership": "public",
        "locale": "town", "counts_as_school": "true", "dense_inner_city": "false",
    }  # fmt: skip
    return {**common, **_texts(cells)}


def stage(code: str, pupils: int | None, stage: str = "primary", **cells: object) -> Row:
    """Return the row of one stage of a school, with no teachers unless said."""
    zeros = dict.fromkeys(
        ("teachers_associate", "teachers_bachelor", "teachers_master", "teachers_doctor", "teachers_backbone",
         "teachers_pe", "teachers_music", "teachers_fine_art", "teachers_arts", "teachers_shared"), "0",
    )  # fmt: skip
    own = {
        "year": "2023",
        "school_code": code,
        "stage": stage,
        "pupils": None if pupils is None else str(pupils),
    }
    return {**zeros, **own, **_texts(cells)}


def _texts(cells: Mapping[str, object]) -> dict[str, str | None]:
    return {
        k: None if v is None else str(v).lower() if isinstance(v, bool) else str(v) for k, v in cells.items()
    }


@dataclass(frozen=True)
class Outcome:
    """Every result of a run by (indicator or verdict, unit, breakdown...)."""

    results: Mapping[tuple[str, ...], Result] = field(default_factory=dict)

    def __getitem__(self, key: tuple[str, ...]) -> Result:
        """Return one result."""
        return self.results[key]

    def value(self, *key: str) -> Fraction | str:
        """Return a value, or the reason why there is none."""
        result = self.results[key]
        return result.reason if result.value is None else Fraction(result.value)

    def verdict(self, *key: str) -> str:
        """Return met, not_met, or the reason why it is not known."""
        result = self.results[key]
        return result.reason or result.verdict


def run(
    id: str,
    year: int = 2023,
    *,
    pack: Pack | None = None,
    given: Mapping[tuple[str, ...], str] | None = None,
    engine: str = "reference",
    **tables: Sequence[Mapping[str, object]],
) -> Outcome:
    """Return what a shipped pack (or an altered one) makes of rows by form, and of values given by (indicator, unit, stage)."""
    of = pack or pack_of(id)
    plan = build_plan(of) if pack else plan_of(id)
    levels = [level.id for level in of.levels]
    made = {f.id: table_of(f, [_texts(row) for row in tables.get(f.id, ())]) for f in of.forms}

    @cache
    def tree(when: int) -> UnitTree:
        return UnitTree.build(levels, [*build_tree(made, of.forms, levels, when).units.values(), *UNITS])

    known = {
        (key[0], key[1], year, tuple(("stage", s) for s in key[2:])): Fraction(value)
        for key, value in (given or {}).items()
    }
    data = Data(made, tree, known)
    values = engine_named(engine).values(plan, data, [year])
    world = World(plan, data)
    have = {(v.indicator, v.unit, v.year, v.by) for v in values}
    for key in known:
        if key not in have:
            values.append(
                world.value(plan.indicator(key[0]), tree(year).units[key[1]].level, key[1], year, key[3])
            )

    def decide(value: Value) -> Fraction:
        assert engine != "reference", "the reference engine is exact"
        return Exactly(plan, data).fraction(value)

    judged = judge(of, values, rules_of(of), tree, decide)
    return Outcome({(r.indicator, r.unit, *(x for _, x in r.by)): r for r in judged})
