"""An independent calculation of the seven indicators of 教督〔2017〕6号 on a written sample, in plain Python.

It reads the files alone, shares no code with the generator or the engines, and prints what a sample looks like:

    python -m tests.unit.microdata.sample_measures FOLDER
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

STANDARDS = {
    "小学": (4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3),
    "初中": (5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4),
}
LIMITS = {"小学": 0.50, "初中": 0.45}
WEIGHTS = {"小学": 1.0, "初中": 1.1, "普通高中": 1.32}


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a csv file by header."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass
class Judged:
    """A school's compulsory stage after merging and splitting: its pupils and seven amounts (None: a cell is empty)."""

    county: str
    stage: str
    pupils: int
    locale: str
    ownership: str
    amounts: list[float | None]

    def values(self) -> list[float | None]:
        """The seven values, per 100 pupils or per pupil."""
        hundred = (100, 100, 100, 1, 1, 1, 100)
        return [
            None if a is None else a * h / self.pupils for a, h in zip(self.amounts, hundred, strict=True)
        ]

    def passes(self) -> bool:
        """Whether at least six standards are met and the lowest reaches 85 %."""
        shares = [v / s for v, s in zip(self.values(), STANDARDS[self.stage], strict=True) if v is not None]
        return sum(s >= 1 for s in shares) >= 6 and min(shares) >= 0.85


@dataclass
class Measures:
    """What the sample comes to in one year."""

    schools: list[Judged]
    by_county: dict[tuple[str, str], list[Judged]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Group the schools by county and stage."""
        for s in self.schools:
            self.by_county[s.county, s.stage].append(s)

    def spread(self, county: str, stage: str, indicator: int) -> float | None:
        """The coefficient of variation of an indicator (0 to 6): pupil-weighted, around the ratio of totals."""
        rows = self.by_county[county, stage]
        if any(r.amounts[indicator] is None for r in rows):
            return None
        pupils = sum(r.pupils for r in rows)
        mean = sum(r.amounts[indicator] or 0 for r in rows) / pupils
        square = sum(r.pupils / pupils * ((r.amounts[indicator] or 0) / r.pupils - mean) ** 2 for r in rows)
        return math.sqrt(square) / mean

    def mean(self, county: str, stage: str, indicator: int) -> float:
        """The county's value of an indicator as a multiple of the standard."""
        rows = [r for r in self.by_county[county, stage] if r.amounts[indicator] is not None]
        hundred = (100, 100, 100, 1, 1, 1, 100)[indicator]
        total = sum(r.amounts[indicator] or 0 for r in rows) * hundred / sum(r.pupils for r in rows)
        return total / STANDARDS[stage][indicator]

    def share_passing(self, county: str, stage: str) -> float:
        """The share of the county's schools that meet the school rule."""
        rows = self.by_county[county, stage]
        return sum(r.passes() for r in rows) / len(rows)

    def within_limits(self, county: str) -> bool:
        """Whether all fourteen coefficients keep their limits."""
        values = [(s, self.spread(county, s, i)) for s in STANDARDS for i in range(7)]
        return all(v is not None and v <= LIMITS[s] for s, v in values)


def _number(text: str) -> float | None:
    return float(text) if text else None


def _add(values: Iterable[float | None]) -> float | None:
    listed = list(values)
    return None if any(v is None for v in listed) else sum(v or 0 for v in listed)


def measure(folder: Path, year: str) -> Measures:
    """Return the seven indicators of every judged school of a year."""
    schools = {r["学校代码"]: r for r in read_rows(folder / "school.csv") if r["年度"] == year}
    home = {c: (r["原校点代码"] if r["是否计校数"] == "否" else c) for c, r in schools.items()}
    members: dict[str, list[str]] = defaultdict(list)
    for code, parent in home.items():
        members[parent].append(code)
    stages: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for r in read_rows(folder / "school_stage.csv"):
        if r["年度"] == year:
            stages[home[r["学校代码"]]][r["学段"]].append(r)
    judged = []
    for code, by_stage in stages.items():
        school = schools[code]
        pupils = {s: sum(int(r["在校学生数"]) for r in rows) for s, rows in by_stage.items()}
        if not set(pupils) & set(STANDARDS) or (school["办学类型"] == "教学点" and pupils["小学"] < 50):
            continue
        parts = [schools[m] for m in members[code]]
        shared = _share(parts, school["是否中心城区高密度学校"] == "是")
        whole = sum(WEIGHTS[s] * n for s, n in pupils.items())
        for stage in set(pupils) & set(STANDARDS):
            rows = by_stage[stage]
            share = WEIGHTS[stage] * pupils[stage] / whole
            amounts = [
                *_count_teachers(rows, stage, school),
                *(None if a is None else a * share for a in shared),
            ]
            judged.append(
                Judged(
                    school["县级代码"], stage, pupils[stage], school["城乡类型"], school["举办者"], amounts
                )
            )
    return Measures(judged)


def _share(parts: list[dict[str, str]], dense: bool) -> list[float | None]:
    indoor = _add(_number(p["其中室内体育用房面积"]) for p in parts)
    teaching = _add(_number(p["教学及辅助用房面积"]) for p in parts)
    ground = _add(_number(p["体育运动场地面积"]) for p in parts)
    extra = _add(_number(p["可计入的其他体育场馆面积"]) for p in parts) if dense else 0.0
    equipment = _add(_number(p["教学仪器设备值（万元）"]) for p in parts)
    rooms = _add(_number(p["网络多媒体教室数"]) for p in parts)
    return [
        None if teaching is None or indoor is None else teaching - indoor,
        _add((ground, indoor, extra)),
        None if equipment is None else equipment * 10000,
        rooms,
    ]


def _count_teachers(rows: list[dict[str, str]], stage: str, school: dict[str, str]) -> list[float | None]:
    degrees = ["博士", "硕士"]
    columns = [f"{d}研究生学历专任教师数" for d in degrees] + ["本科学历专任教师数"]
    columns += ["专科学历专任教师数"] if stage == "小学" else []
    subjects = [f"{s}专任教师数" for s in ("体育", "音乐", "美术", "艺术")]
    small = school["城乡类型"] == "乡村" and sum(int(r["在校学生数"]) for r in rows) < 100
    subjects += ["走教兼职交流体艺教师数"] if small else []
    return [
        _add(_number(r[c]) for r in rows for c in columns),
        _add(_number(r["县级以上骨干教师数"]) for r in rows),
        _add(_number(r[c]) for r in rows for c in subjects),
    ]


def describe(folder: Path, year: str = "2023") -> str:
    """Return the spreads of a sample as text."""
    m = measure(folder, year)
    counties = sorted({c for c, _ in m.by_county})
    lines = ["stage ind  mean/std  p10  p25  p50  p75  p90  max  over | share of schools below, below 85 %"]
    for stage in STANDARDS:
        for i in range(7):
            cvs = sorted(v for c in counties if (v := m.spread(c, stage, i)) is not None)
            means = sorted(m.mean(c, stage, i) for c in counties)
            over = sum(v > LIMITS[stage] for v in cvs)
            rows = [r.values()[i] for r in m.schools if r.stage == stage]
            std = STANDARDS[stage][i]
            below = sum(v is not None and v < std for v in rows) / len(rows)
            floor = sum(v is not None and v < 0.85 * std for v in rows) / len(rows)
            q = [cvs[int(p * (len(cvs) - 1))] for p in (0.1, 0.25, 0.5, 0.75, 0.9, 1)]
            shown = " ".join(f"{v:.2f}" for v in q)
            lines.append(
                f"{stage} L{i + 1}  {means[len(means) // 2]:.2f}  {shown}  {over:3d} | {below:.3f} {floor:.3f}"
            )
        shares = sorted(m.share_passing(c, stage) for c in counties)
        q = [shares[int(p * (len(shares) - 1))] for p in (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)]
        full = sum(v == 1 for v in shares)
        lines.append(
            f"{stage} schools passing by county: " + " ".join(f"{v:.2f}" for v in q) + f"  all: {full}"
        )
        over = Counter(sum((m.spread(c, stage, i) or 0) > LIMITS[stage] for i in range(7)) for c in counties)
        lines.append(
            f"{stage} counties by number of coefficients over the limit: {dict(sorted(over.items()))}"
        )
    spread = [c for c in counties if m.within_limits(c)]
    both = [c for c in spread if all(m.share_passing(c, s) == 1 for s in STANDARDS)]
    lines.append(f"counties within all limits: {len(spread)}; with every school passing too: {len(both)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(describe(Path(sys.argv[1])) + "\n")
