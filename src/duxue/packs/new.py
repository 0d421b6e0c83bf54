"""A first pack to start from: small, commented, of a country that does not exist, complete enough to compute."""

from __future__ import annotations

import re
from pathlib import Path

from duxue.core.errors import Place, Refused
from duxue.core.text import Text
from duxue.packs.catalogue import PACK_FILE
from duxue.packs.problems import tell

_FILES = {
    PACK_FILE: """\
# A rule pack: what is asked, how it is computed, what counts as met. Every key is explained in the pack reference.
# 规则包：收集什么、怎样计算、怎样算达标。
id: {id}
version: 1.0.0
title:
  zh: {zh}
  en: {en}
label: {{zh: 样例，非正式规则, en: "Sample, not an official rule"}}
# Where the rule comes from and how sure we are of it. Only `status: confirmed` is printed as law.
source:
  name: {{zh: 自拟样例, en: Our own example}}
  status: proposal

# The tree of units, finest first.
levels:
  - {{id: school, title: {{zh: 学校, en: School}}}}
  - {{id: district, title: {{zh: 学区, en: District}}}}

# A unit of measure of our own: a currency that cannot be mixed up with another one.
units_of_measure:
  - {{id: crown, title: {{zh: 克朗, en: crown}}}}

# What results may be broken down by.
dimensions:
  - id: cycle
    title: {{zh: 学习阶段, en: Cycle}}
    values:
      - {{id: lower, title: {{zh: 低年级, en: Lower cycle}}}}
      - {{id: upper, title: {{zh: 高年级, en: Upper cycle}}}}

# The tables that are collected. Each number says what it measures, so that formulas can be checked.
forms:
  - id: units
    title: {{zh: 单位表, en: Units}}
    key: [code]
    unit_field: code
    register: {{level_field: level, name: name, parent: parent}}
    fields:
      - {{id: code, type: code, title: {{zh: 代码, en: Code}}, required: true}}
      - {{id: name, type: text, title: {{zh: 名称, en: Name}}, required: true}}
      - id: level
        type: category
        title: {{zh: 层级, en: Level}}
        required: true
        values:
          - {{id: school, title: {{zh: 学校, en: School}}}}
          - {{id: district, title: {{zh: 学区, en: District}}}}
      - {{id: parent, type: code, title: {{zh: 上级代码, en: Code of the unit above}}}}
  - id: school_cycle
    title: {{zh: 学校分阶段表, en: Schools by cycle}}
    key: [school, cycle]
    period: year
    unit_field: school
    fields:
      - {{id: year, type: year, title: {{zh: 年度, en: Year}}, required: true}}
      - {{id: school, type: code, title: {{zh: 学校代码, en: School code}}, required: true, refers: school}}
      - {{id: cycle, type: category, title: {{zh: 学习阶段, en: Cycle}}, required: true, dimension: cycle}}
      - {{id: pupils, type: integer, title: {{zh: 学生数, en: Pupils}}, unit: pupil, required: true, min: 0}}
      - {{id: teachers, type: integer, title: {{zh: 教师数, en: Teachers}}, unit: teacher, min: 0}}
      - {{id: spending, type: number, title: {{zh: 支出, en: Spending}}, unit: crown, min: 0, decimals: 2}}

# Conditions that correct data fulfil.
checks:
  - id: pupils_have_teachers
    form: school_cycle
    rule: pupils == 0 or teachers > 0
    severity: warning
    title: {{zh: 有学生而无教师, en: Pupils without any teacher}}
    advice: {{zh: 补填教师数。, en: Fill in the teachers.}}

# Aggregates (sum, mean, cv ...) make one formula serve the school and the district alike.
indicators:
  - id: pupils_per_teacher
    title: {{zh: 生师比, en: Pupils per teacher}}
    formula: sum(pupils) / sum(teachers)
    unit: pupil / teacher
    form: school_cycle
    levels: [school, district]
    by: [cycle]
    decimals: 1
    better: less
  - id: spending_per_pupil
    title: {{zh: 生均支出, en: Spending per pupil}}
    formula: sum(spending) / sum(pupils)
    unit: crown / pupil
    form: school_cycle
    levels: [school, district]
    by: [cycle]
    decimals: 2
    better: more

# Thresholds, each with its first day and its source. The unrounded value is compared.
standards:
  - indicator: pupils_per_teacher
    cycle: lower
    meets: "<= 20"
    from: 2024-01-01
    source: {{name: {{zh: 自拟, en: Our own}}, status: proposal}}
  - indicator: pupils_per_teacher
    cycle: upper
    meets: "<= 25"
    from: 2024-01-01
    source: {{name: {{zh: 自拟, en: Our own}}, status: proposal}}
  - indicator: spending_per_pupil
    meets: ">= 1500"
    from: 2024-01-01
    source: {{name: {{zh: 自拟, en: Our own}}, status: proposal}}

# What is concluded from the standards.
verdicts:
  - id: well_provided
    title: {{zh: 条件达标, en: Well provided}}
    level: district
    by: [cycle]
    rule: all_met(pupils_per_teacher, spending_per_pupil)
    source: {{name: {{zh: 自拟, en: Our own}}, status: proposal}}

report:
  title: {{zh: 办学条件报告, en: Report on school provision}}
  headline: well_provided
""",
    "cases.yaml": """\
# Worked cases: what must come out of known data. `duxue pack test` recomputes them.
cases:
  - id: north
    title: {{zh: 北区两所学校, en: Two schools in the North}}
    source: {{name: {{zh: 自拟，可手工核对, en: "Our own, to be checked by hand"}}, status: proposal}}
    data:
      units: data/units.csv
      school_cycle: data/school_cycle.csv
    expect:
      # (180 + 120) / (10 + 6) = 18.75; the mean of the two schools' ratios would be 19
      - {{indicator: pupils_per_teacher, unit: N, year: 2024, cycle: lower, value: 18.75, verdict: met}}
      # 561 / 21 = 26.714..., published with one decimal
      - {{indicator: pupils_per_teacher, unit: N, year: 2024, cycle: upper, value: 26.7, decimals: 1, verdict: not_met}}
      - {{indicator: spending_per_pupil, unit: N, year: 2024, cycle: lower, value: 1550, verdict: met}}
      - {{verdict_id: well_provided, unit: N, year: 2024, cycle: lower, verdict: met}}
      - {{verdict_id: well_provided, unit: N, year: 2024, cycle: upper, verdict: not_met}}
""",
    "data/units.csv": """\
code,name,level,parent
N,North,district,
N1,Oak school,school,N
N2,Elm school,school,N
""",
    "data/school_cycle.csv": """\
year,school,cycle,pupils,teachers,spending
2024,N1,lower,180,10,270000.00
2024,N2,lower,120,6,195000.00
2024,N1,upper,360,14,576000.00
2024,N2,upper,201,7,341700.00
""",
    "SOURCES.md": """\
# Sources

Every rule of this pack is our own example. For each rule of a real pack write here: document, number, date, clause,
where it was read, and what remains unsure.
""",
}


def new(folder: str | Path, pack_id: str, *, zh: str = "样例规则包", en: str = "Sample pack") -> list[Path]:
    """Write a small complete pack into `folder` and return its files; Refused when something is there already."""
    root = Path(folder)
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,63}", pack_id):
        wanted = Text(
            "规则包编号：以小写字母开头，只含小写字母、数字和连字符",
            "a pack id: a small letter first, then small letters, digits and -",
        )
        raise Refused([tell("PACK013", Place(), pack_id, key="id", wanted=wanted)])
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise Refused([tell("PACK040", Place(str(root)), root)])
    files: list[Path] = []
    for name, text in _FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = text.format(id=pack_id, zh=_quote(zh), en=_quote(en)) if name.endswith(".yaml") else text
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
        files.append(file)
    return files


def _quote(text: str) -> str:
    # A title may hold any sign; in single quotes only the quote itself must be doubled.
    return "'" + " ".join(text.split()).replace("'", "''") + "'"
