"""A small court: a pack with three indicators, values written as a table, and what is judged of them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from textwrap import dedent

from duxue.core.text import Text
from duxue.core.units import Unit, UnitTree
from duxue.formula import nodes as n
from duxue.formula.infer import infer
from duxue.packs.loader import load_text
from duxue.packs.schema import Pack
from duxue.packs.scope import pack_scope
from duxue.results.judge import Flags, judge
from duxue.results.model import Result, Value

_HEAD = """
id: court
version: 1.0.0
title: {zh: 小, en: Small}
source: {name: {zh: 自拟, en: Our own}, status: proposal}
levels:
  - {id: school, title: {zh: 学校, en: School}}
  - {id: county, title: {zh: 县, en: County}}
  - {id: city, title: {zh: 市, en: City}}
dimensions:
  - id: stage
    title: {zh: 学段, en: Stage}
    values: [{id: primary, title: {zh: 小学, en: Primary}}, {id: junior, title: {zh: 初中, en: Junior}}]
forms:
  - id: schools
    title: {zh: 学校表, en: Schools}
    key: [code, stage]
    period: year
    unit_field: code
    fields:
      - {id: year, type: year, title: {zh: 年, en: Year}}
      - {id: code, type: code, title: {zh: 代码, en: Code}}
      - {id: stage, type: category, dimension: stage, title: {zh: 学段, en: Stage}}
      - {id: pupils, type: integer, unit: pupil, title: {zh: 在校学生数, en: Pupils}}
      - {id: books, type: integer, unit: book, title: {zh: 图书册数, en: Books}}
    derived:
      - {id: thick, title: {zh: 厚书, en: Thick books}, formula: books, unit: book}
populations:
  - id: counted
    form: schools
    title: {zh: 计入的学校, en: Schools counted}
    exclude:
      - {when: pupils < 10, reason: {zh: 过小, en: too small}}
      - {when: pupils < 50, reason: {zh: 不足50人的教学点不计入, en: points under 50 pupils are left out}}
indicators:
"""
INDICATORS = ("A", "B", "C")
TREE = UnitTree.build(
    ("school", "county", "city"),
    [
        Unit("X", Text("某市", "X city"), "city"),
        Unit("K", Text("甲县", "K county"), "county", "X"),
        *(Unit(s, Text(s, ""), "school", "K") for s in ("S1", "S2", "S3")),
    ],
)


def pack(body: str) -> Pack:
    """Return the pack with standards and verdicts."""
    lines = [
        f"  - {{id: {i}, title: {{zh: {i}, en: {i}}}, formula: sum(pupils), unit: pupil, population: counted, "
        f"levels: [school, county, city], by: [stage]}}"
        for i in INDICATORS
    ]
    return load_text(_HEAD + "\n".join(lines) + "\n" + dedent(body)).pack


def values(table: str, year: int = 2023) -> list[Value]:
    """Return values from lines `unit stage A B C`: a number, a reason, or - for no value at all."""
    found = []
    for line in table.strip().splitlines():
        unit, stage, *cells = line.split()
        for indicator, cell in zip(INDICATORS, cells, strict=False):
            if cell == "-":
                continue
            known = cell[0].isdigit() or cell[0] == "-"
            found.append(
                Value(
                    indicator,
                    unit,
                    TREE.units[unit].level,
                    year,
                    (("stage", stage),) if stage != "all" else (),
                    Fraction(cell) if known else None,
                    "" if known else cell,
                    "1" if cell == "out_of_scope" else "",
                    rows=1,
                )
            )
    return found


def rules(of: Pack) -> dict[str, n.Typed]:
    """Return the typed rules of a pack."""
    scope = pack_scope(of)
    return {v.id: infer(v.rule, scope.standing("rule", by=v.by), kind="boolean") for v in of.verdicts}


def never(_: Value) -> Fraction:
    """Refuse to decide: exact values need no second look."""
    raise AssertionError("an exact value was computed again")


def judged(
    of: Pack,
    made: list[Value],
    *,
    decide: Callable[[Value], Fraction] = never,
    flags: Flags | None = None,
    tree: UnitTree = TREE,
) -> list[Result]:
    """Return all results in order."""
    return judge(of, made, rules(of), lambda _: tree, decide, flags)


def verdicts(of: Pack, table: str, year: int = 2023) -> dict[tuple[str, ...], str]:
    """Return (verdict, unit, breakdown...) -> met, not_met, or the reason why it is not known."""
    return {
        (r.indicator, r.unit, *(x for _, x in r.by)): r.reason or r.verdict
        for r in judged(of, values(table, year))
        if r.kind == "verdict"
    }
