"""One example of each function of the formula language: a small pack, its rows, and what comes out.

Both engines must give what stands here (test_functions), and docs/reference/functions.md is written from it.
The figures are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from duxue.core.units import UnitTree
from duxue.engines.data import Data
from duxue.microdata.inline import table_of
from duxue.microdata.snapshot import build_tree
from duxue.packs.loader import LoadedPack, load_text
from tests.spec.semantics import read_table

YEAR, SCHOOL, COUNTY = 2023, "a2", "A"

TABLES = {
    "counties": """
code | name | parent
A    | A    |
""",
    "schools": """
year | code | name | county | pupils | teachers | books | area | equipment
2021 | a1   | a1   | A      | 180    | 9        | 2400  | 2000 | 24
2021 | a2   | a2   | A      | 120    | 8        | 1200  | 1500 | 12
2022 | a1   | a1   | A      | 190    | 10       | 2700  | 2200 | 27
2022 | a2   | a2   | A      | 110    | 8        | 1500  | 1500 |
2023 | a1   | a1   | A      | 200    | 10       | 3000  | 2400 | 30
2023 | a2   | a2   | A      | 120    | 8        | 2400  | 1600 |
""",
    "classes": """
year | code | class | pupils
2023 | a1   | 1     | 50
2023 | a1   | 2     | 150
2023 | a2   | 1     | 30
2023 | a2   | 2     | 90
""",
}

_PACK = """
id: examples
version: 1.0.0
title: {zh: 例, en: Examples}
source: {name: {zh: 自拟, en: Our own}, status: proposal}
levels:
  - {id: school, title: {zh: 学校, en: School}}
  - {id: county, title: {zh: 县, en: County}}
forms:
  - id: counties
    title: {zh: 县表, en: Counties}
    key: [code]
    unit_field: code
    register: {level: county, name: name, parent: parent}
    fields:
      - {id: code, type: code, title: {zh: 代码, en: Code}}
      - {id: name, type: text, title: {zh: 名称, en: Name}}
      - {id: parent, type: code, title: {zh: 上级, en: Parent}}
  - id: schools
    title: {zh: 学校表, en: Schools}
    key: [code]
    period: year
    unit_field: code
    register: {level: school, name: name, parent: county}
    fields:
      - {id: year, type: year, title: {zh: 年, en: Year}}
      - {id: code, type: code, title: {zh: 代码, en: Code}}
      - {id: name, type: text, title: {zh: 名称, en: Name}}
      - {id: county, type: code, title: {zh: 县, en: County}}
      - {id: pupils, type: integer, unit: pupil, title: {zh: 学生, en: Pupils}}
      - {id: teachers, type: integer, unit: teacher, title: {zh: 教师, en: Teachers}}
      - {id: books, type: integer, unit: book, title: {zh: 图书, en: Books}}
      - {id: area, type: number, unit: m2, title: {zh: 面积, en: Area}}
      - {id: equipment, type: number, unit: 万元, title: {zh: 设备值, en: Equipment}}
    derived: [SCHOOLS]
  - id: classes
    title: {zh: 班级表, en: Classes}
    key: [code, class]
    period: year
    unit_field: code
    fields:
      - {id: year, type: year, title: {zh: 年, en: Year}}
      - {id: code, type: code, title: {zh: 代码, en: Code}}
      - {id: class, type: code, title: {zh: 班, en: Class}}
      - {id: pupils, type: integer, unit: pupil, title: {zh: 学生, en: Pupils}}
    derived: [CLASSES]
indicators:
  - {id: L1, title: {zh: 生均图书, en: Books per pupil}, formula: sum(books) / sum(pupils), unit: book / pupil,
     form: schools, levels: [school, county]}
  - {id: L2, title: {zh: 生均面积, en: Area per pupil}, formula: sum(area) / sum(pupils), unit: m2 / pupil,
     form: schools, levels: [school, county]}
INDICATORS
standards:
  - {indicator: L1, meets: ">= 16", source: {status: proposal}}
  - {indicator: L2, meets: ">= 15", source: {status: proposal}}
verdicts:
  - {id: school_books, title: {zh: 学校图书, en: Books of a school}, level: school, rule: all_met(L1), source: {status: proposal}}
VERDICTS
"""


@dataclass(frozen=True)
class Example:
    """A formula with its unit of measure (none: a condition) and its value; numbers are rounded to four places.

    `place` says where it stands: in a row of a form (the first 2023 row of school a2), for county A, or in the rule of a
    verdict of county A.
    """

    formula: str
    unit: str
    value: str
    place: Literal["schools", "classes", "county", "rule"] = "county"


EXAMPLES: dict[str, Example] = {
    "abs": Example("abs(change(sum(pupils)))", "pupil", "20"),
    "floor": Example("floor(sum(pupils) / 45)", "pupil", "7"),
    "ceil": Example("ceil(sum(pupils) / 45)", "pupil", "8"),
    "least": Example("least(sum(area), 3500)", "m2", "3500"),
    "greatest": Example("greatest(max(pupils) - 150, 0)", "pupil", "50"),
    "coalesce": Example("coalesce(sum(equipment), 45)", "万元", "45"),
    "is_missing": Example("is_missing(equipment)", "", "true", "schools"),
    "if": Example("if(sum(pupils) > 300, 45, 50)", "1", "45"),
    "to": Example("to(max(equipment, where: code == 'a1'), yuan)", "yuan", "300000"),
    "as": Example("as(sum(pupils), person) + as(sum(teachers), person)", "person", "338"),
    "portion": Example("portion(pupils, within: code)", "1", "0.25", "classes"),
    "total": Example("total(classes.pupils, where: classes.pupils > 45)", "pupil", "90", "schools"),
    "previous": Example("previous(sum(pupils))", "pupil", "300"),
    "change": Example("change(sum(pupils))", "pupil", "20"),
    "growth": Example("growth(sum(books), 2)", "1", "0.5"),
    "trend": Example("trend(sum(pupils), 3)", "pupil", "10"),
    "sum": Example("sum(books) / sum(pupils)", "book / pupil", "16.875"),
    "count": Example("count(where: pupils > 150, of: school)", "school", "1"),
    "count_if": Example("count_if(pupils > 150)", "1", "1"),
    "share": Example("share(pupils > 150, of: pupils)", "1", "0.625"),
    "mean": Example("mean(area, per: pupils)", "m2 / pupil", "12.5"),
    "min": Example("min(pupils)", "pupil", "120"),
    "max": Example("max(pupils)", "pupil", "200"),
    "median": Example("median(pupils)", "pupil", "160"),
    "quantile": Example("quantile(pupils, 0.9)", "pupil", "192"),
    "cv": Example("cv(books, per: pupils)", "1", "0.1434"),
    "gini": Example("gini(books, per: pupils)", "1", "0.0694"),
    "met": Example("met(L1..L2) >= 1", "", "true", "rule"),
    "all_met": Example("all_met(L1, L2)", "", "false", "rule"),
    "lowest_attainment": Example("lowest_attainment(L1..L2) >= 0.85", "", "false", "rule"),
    "every": Example("every(school_books)", "", "false", "rule"),
    "any": Example("any(school_books)", "", "true", "rule"),
    "share_met": Example("share_met(school_books) >= 0.5", "", "true", "rule"),
    "count_met": Example("count_met(school_books) >= 2", "", "false", "rule"),
}


def example_pack() -> LoadedPack:
    """Return the pack in which every example stands: X_name is its indicator or verdict, D_name its computed column."""
    derived: dict[str, list[str]] = {"schools": [], "classes": []}
    indicators, verdicts = [], []
    for name, example in EXAMPLES.items():
        title = f"title: {{zh: {name}, en: {name}}}"
        if example.place == "rule":
            verdicts.append(
                f"  - {{id: X_{name}, {title}, level: county, rule: '{example.formula}', source: {{status: proposal}}}}"
            )
            continue
        formula, form, level = example.formula.replace("'", "''"), "schools", "county"
        if example.place != "county":
            unit = f", unit: '{example.unit}'" if example.unit else ""
            derived[example.place].append(f"{{id: D_{name}, {title}, formula: '{formula}'{unit}}}")
            row = "class == ''1''" if example.place == "classes" else "true"
            formula = f"max(D_{name}, where: {row})" if example.unit else f"count_if(D_{name})"
            form, level = example.place, "school"
        indicators.append(
            f"  - {{id: X_{name}, {title}, formula: '{formula}', unit: '{example.unit or 1}', form: {form}, levels: [{level}]}}"
        )
    text = _PACK.replace("INDICATORS", "\n".join(indicators)).replace("VERDICTS", "\n".join(verdicts))
    for form, columns in derived.items():
        text = text.replace(f"[{form.upper()}]", f"[{', '.join(columns)}]")
    return load_text(text)


def example_data(loaded: LoadedPack) -> Data:
    """Return the rows of the examples."""
    forms = loaded.pack.forms
    made = {
        form.id: table_of(
            form, [{k: v or None for k, v in row.items()} for row in read_table(TABLES[form.id])]
        )
        for form in forms
    }

    @cache
    def tree(year: int) -> UnitTree:
        return build_tree(made, forms, [level.id for level in loaded.pack.levels], year)

    return Data(made, tree)
