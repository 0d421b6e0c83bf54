"""The tables of the yearly evaluation for the sample province, beside its school tables and consistent with them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from duxue.microdata.synthetic.columns import FILES, LEVEL_TITLES, UNITS
from duxue.microdata.synthetic.duty_base import CountyBase, read_bases
from duxue.microdata.synthetic.duty_columns import FORMS
from duxue.microdata.synthetic.duty_counts import draw_habits, state_governance, state_health, state_safety
from duxue.microdata.synthetic.duty_money import draw_money, state_money

NOTE: Final = "DUTY.md"


@dataclass(frozen=True)
class DutyTables:
    """What was written: the files, and how each city does (0 to 1), which the answers of a survey follow."""

    files: tuple[Path, ...]
    efforts: dict[str, float]


def write_duty(folder: Path, seed: int) -> DutyTables:
    """Write the tables of the evaluation into a folder that holds the sample province; the same seed, the same bytes.

    duty_finance.csv and duty_spending.csv and duty_health.csv are of 2020 to 2023, duty_governance.csv and duty_safety.csv
    of 2023. The survey is written by `write_form`, for its sheets are drawn by the round.
    """
    cities = _read_cities(folder)
    by_city: dict[str, list[CountyBase]] = defaultdict(list)
    for base in read_bases(folder, cities):
        by_city[base.city].append(base)
    rng = Random(f"{seed}/duty")  # noqa: S311 - a sample, not a secret
    names = sorted(by_city)
    efforts = {
        city: round(place / max(len(names) - 1, 1) * 0.7 + 0.3, 4)
        for place, city in enumerate(rng.sample(names, len(names)))
    }
    money = draw_money(by_city, efforts, rng)
    habits = draw_habits(names, efforts, rng)
    rows: dict[str, list[list[object]]] = {form: [] for form in FORMS if form != "duty_survey"}
    for city in names:
        own = Random(f"{seed}/duty/{city}")  # noqa: S311 - a sample, not a secret
        spent = state_money(money[city], by_city[city], own)
        rows["duty_finance"] += spent.finance
        rows["duty_spending"] += spent.spending
        rows["duty_governance"] += state_governance(habits[city], by_city[city], own)
        rows["duty_safety"] += state_safety(habits[city], by_city[city], own)
        rows["duty_health"] += state_health(habits[city], by_city[city], own)
    files = [write_form(folder, form, table) for form, table in rows.items()]
    (folder / NOTE).write_text(_NOTE.format(seed=seed), encoding="utf-8", newline="\n")
    return DutyTables((*files, folder / NOTE), efforts)


def write_form(folder: Path, form: str, rows: Iterable[Sequence[object]]) -> Path:
    """Write the rows of one form under its headers and return the file."""
    path = folder / f"{form}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(FORMS[form].values())
        writer.writerows(rows)
    return path


def _read_cities(folder: Path) -> dict[str, str]:
    with (folder / FILES["units"]).open(encoding="utf-8", newline="") as stream:
        return {
            row[UNITS["code"]]: row[UNITS["parent"]]
            for row in csv.DictReader(stream)
            if row[UNITS["level"]] == LEVEL_TITLES["county"]
        }


_NOTE: Final = """# 合成数据 / SYNTHETIC DATA

种子 {seed}。财政、履职、安全、健康和满意度各表全部虚构，只有地名和代码是真实的；与任何市、县的实际情况无关。
2022、2023年学生数与本文件夹的学校表一致；2020、2021年学生数和全部金额为假设，金额量级接近山东省公布的生均水平。
有意安排了几处真实的下降（工程完工、个别学段压减），须在说明表中说明。重大伤亡事件一律为0。

Seed {seed}. Finance, governance, safety, health and satisfaction are invented throughout; only names and codes of places are
real, and nothing is told about any of them. Pupils of 2022 and 2023 are those of the school tables; those of 2020 and 2021
and all money are assumed, of the size that Shandong publishes per pupil. A few honest falls (a project that ended, a level
that was cut) are there to be explained. Grave events are always 0.
"""
