"""A small province for tests of scoring: three cities, six counties, figures given as they are."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from duxue.core.text import Text
from duxue.core.units import Unit, UnitTree
from duxue.packs.loader import load_text
from duxue.packs.schema import Pack
from duxue.results.model import Result
from duxue.scoring.figures import Figures

HEAD = """
id: x-duty
version: 1.0.0
title: {zh: 测试, en: Test}
source: {number: 测试}
levels:
  - {id: county, title: {zh: 县, en: counties}}
  - {id: city, title: {zh: 市, en: cities}}
  - {id: province, title: {zh: 省, en: provinces}}
dimensions:
  - id: stage
    title: {zh: 学段, en: Stage}
    values: [{id: primary, title: {zh: 小学, en: primary}}, {id: junior, title: {zh: 初中, en: junior}}]
forms:
  - id: facts
    title: {zh: 表, en: Facts}
    key: [unit]
    unit_field: unit
    fields:
      - {id: unit, type: code, title: {zh: 单位, en: Unit}}
      - {id: stage, type: category, dimension: stage, title: {zh: 学段, en: Stage}}
      - {id: n, type: number, unit: person, title: {zh: 数, en: Number}}
indicators:
"""


def pack(scoring: str, indicators: Mapping[str, int] | None = None) -> Pack:
    """Return a pack with the given scoring; `indicators` maps names to printed decimals."""
    lines = [
        f"  - {{id: {name}, title: {{zh: {name}, en: {name}}}, formula: sum(n), unit: person, form: facts, "
        f"levels: [county, city, province], by: [{'stage' if name.endswith('_by') else ''}], decimals: {decimals}}}"
        for name, decimals in (indicators or {"X": 1, "Y": 2, "Z_by": 1}).items()
    ]
    return load_text(HEAD + "\n".join(lines) + "\n" + scoring).pack


def tree() -> UnitTree:
    """Return province 9 with cities A, B, C; A has counties A1 to A3, B has B1 and B2, C has C1."""
    units = [Unit("9", Text("省", "Province"), "province")]
    for city, counties in {"A": 3, "B": 2, "C": 1}.items():
        units.append(Unit(city, Text(f"{city}市", f"City {city}"), "city", "9"))
        units += [Unit(f"{city}{n}", Text(f"{city}{n}县", f"County {city}{n}"), "county", city) for n in range(1, counties + 1)]  # fmt: skip
    return UnitTree.build(("county", "city", "province"), units)


def given(values: Mapping[tuple[Any, ...], Any]) -> list[Result]:
    """Return results from (unit, indicator, year[, stage]) -> value; None is not computable."""
    found = []
    for (unit, name, year, *stage), value in values.items():
        level = "province" if unit == "9" else "city" if len(unit) == 1 else "county"
        by = (("stage", stage[0]),) if stage else ()
        exact = None if value is None else Fraction(str(value))
        status: Any = "computed" if value is not None else "not_computable"
        reason = None if value is not None else Text("缺少数据", "data are missing")
        found.append(Result(unit, Text(unit, unit), level, year, by, name, "indicator", exact, status, "" if exact is not None else "MISSING", reason))  # fmt: skip
    return found


def figures(of: Pack, values: Mapping[tuple[Any, ...], Any]) -> Figures:
    """Return the figures of 2023."""
    return Figures(of, tree(), given(values), 2023)
