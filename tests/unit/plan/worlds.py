"""Small worlds for plan and engine: a pack of a few lines, rows as text, values by name."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from textwrap import dedent

from duxue.core.units import UnitTree
from duxue.engines.data import Data
from duxue.engines.reference import Reference
from duxue.microdata.inline import table_of
from duxue.microdata.snapshot import build_tree
from duxue.packs.loader import load_text
from duxue.packs.schema import Pack
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan
from duxue.results.model import Value

_HEAD = """
id: small
version: 1.0.0
title: {zh: 小, en: Small}
source: {name: {zh: 自拟, en: Our own}, status: proposal}
levels:
  - {id: school, title: {zh: 学校, en: School}}
  - {id: county, title: {zh: 县, en: County}}
dimensions:
  - id: stage
    title: {zh: 学段, en: Stage}
    values: [{id: primary, title: {zh: 小学, en: Primary}}, {id: junior, title: {zh: 初中, en: Junior}}]
forms:
  - id: units
    title: {zh: 县表, en: Counties}
    key: [code]
    unit_field: code
    register: {level: county, name: name, parent: parent}
    fields:
      - {id: code, type: code, title: {zh: 代码, en: Code}}
      - {id: name, type: text, title: {zh: 名称, en: Name}}
      - {id: parent, type: code, title: {zh: 上级, en: Parent}}
  - id: school
    title: {zh: 学校表, en: Schools}
    key: [code]
    period: year
    unit_field: code
    register: {level: school, name: name, parent: county}
    merge: {when: not counted, into: mother}
    fields:
      - {id: year, type: year, title: {zh: 年, en: Year}}
      - {id: code, type: code, title: {zh: 代码, en: Code}}
      - {id: name, type: text, title: {zh: 名称, en: Name}}
      - {id: county, type: code, title: {zh: 县, en: County}}
      - {id: counted, type: boolean, title: {zh: 计校数, en: Counted}}
      - {id: mother, type: code, title: {zh: 原校点, en: Mother school}}
      - {id: area, type: number, unit: m2, title: {zh: 面积, en: Area}}
      - {id: value, type: number, unit: 万元, title: {zh: 设备值, en: Equipment}}
    derived:
      - {id: pupils_all, title: {zh: 全校学生, en: All pupils}, formula: total(stages.pupils), unit: pupil}
  - id: stages
    title: {zh: 学段表, en: Stages}
    key: [code, stage]
    period: year
    unit_field: code
    fields:
      - {id: year, type: year, title: {zh: 年, en: Year}}
      - {id: code, type: code, title: {zh: 代码, en: Code}}
      - {id: stage, type: category, dimension: stage, title: {zh: 学段, en: Stage}}
      - {id: pupils, type: integer, unit: pupil, title: {zh: 学生, en: Pupils}}
      - {id: teachers, type: integer, unit: teacher, title: {zh: 教师, en: Teachers}}
      - {id: books, type: integer, unit: book, title: {zh: 图书, en: Books}}
    derived:
      - {id: part, title: {zh: 折算, en: Part}, formula: "portion(pupils, within: code)", unit: "1"}
      - {id: own_area, title: {zh: 分摊面积, en: Area shared}, formula: school.area * part, unit: m2}
"""


def pack(body: str) -> Pack:
    """Return the small pack with indicators, standards and verdicts written below its head."""
    return load_text(_HEAD + dedent(body)).pack


def indicators(*lines: str) -> Pack:
    """Return the small pack with indicators given as `id | formula | unit | more`."""
    body = ["indicators:"]
    for line in lines:
        id, formula, unit, *more = (part.strip() for part in line.split("|"))
        rest = f", {more[0]}" if more else ", form: stages, levels: [school, county]"
        body.append(
            f"  - {{id: {id}, title: {{zh: {id}, en: {id}}}, formula: '{formula}', unit: '{unit}'{rest}}}"
        )
    return pack("\n".join(body))


def rows(text: str) -> list[dict[str, str | None]]:
    """Return the rows of a table written with | between cells; an empty cell is missing."""
    lines = [line.strip() for line in text.strip().splitlines()]
    reader = csv.DictReader(io.StringIO("\n".join(lines)), delimiter="|")
    return [{k.strip(): (v or "").strip() or None for k, v in row.items()} for row in reader]


def data(of: Pack, **tables: str) -> Data:
    """Return tables written as text, keyed by form."""
    made = {f.id: table_of(f, rows(tables[f.id]) if f.id in tables else ()) for f in of.forms}
    levels = [level.id for level in of.levels]

    @cache
    def tree(year: int) -> UnitTree:
        return build_tree(made, of.forms, levels, year)

    return Data(made, tree)


def values(of: Pack, tables: Data, years: Sequence[int] = (2023,)) -> dict[tuple[str, ...], Value]:
    """Return the reference engine's values by (indicator, unit, breakdown..., year when several are asked)."""
    found = Reference().values(build_plan(of), tables, years)
    return {
        (v.indicator, v.unit, *(x for _, x in v.by), *([str(v.year)] if len(years) > 1 else [])): v
        for v in found
    }


def numbers(of: Pack, tables: Data, years: Sequence[int] = (2023,)) -> dict[tuple[str, ...], Fraction | str]:
    """Return the values alone, or the reason why there is none."""
    return {
        k: v.reason if v.value is None else Fraction(v.value) for k, v in values(of, tables, years).items()
    }


def plan(of: Pack) -> Plan:
    """Return the plan of a pack."""
    return build_plan(of)
