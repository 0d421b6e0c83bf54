"""The evaluation's tables of the sample province: same seed same bytes, and figures that hold together with the schools."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from duxue.core.digest import of_file
from duxue.microdata.synthetic import synthesize
from duxue.microdata.synthetic.columns import STAGE_TITLES
from duxue.microdata.synthetic.duty import DutyTables, write_duty
from duxue.microdata.synthetic.duty_answers import QUESTIONS, draw_answers
from duxue.microdata.synthetic.duty_base import BOARDING, FLOOR, FUND, read_bases
from duxue.microdata.synthetic.duty_columns import FORMS, LEVELS, YEARS
from duxue.packs.loader import load

PACK = load("cn-duty-province-demo").pack
SCALE = 0.2
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DutyTables]:
    """A fifth of the sample province with the evaluation's tables."""
    folder = tmp_path_factory.mktemp("province")
    synthesize(folder, seed=2023, scale=SCALE)
    return folder, write_duty(folder, 2023)


def read(folder: Path, form: str) -> Rows:
    """Return the rows of a form by field id."""
    back = {header: field for field, header in FORMS[form].items()}
    with (folder / f"{form}.csv").open(encoding="utf-8", newline="") as stream:
        return [{back[h]: v for h, v in row.items()} for row in csv.DictReader(stream)]


def test_the_headers_are_those_of_the_pack() -> None:
    for form in PACK.forms:
        if form.id in FORMS:
            titles = {field.id: field.title.zh for field in form.fields}
            for field, header in FORMS[form.id].items():
                assert header.removesuffix("（万元）") == titles[field]
    assert {f.id for f in PACK.forms if f.id.startswith("duty_")} == set(FORMS)


def test_the_funding_rule_is_that_of_the_pack() -> None:
    values = {c.id: c.values for c in PACK.constants}
    for name, amounts in (
        ("fund_primary", [FUND[y]["primary"] for y in (2022, 2023)]),
        ("fund_junior", [FUND[y]["junior"] for y in (2022, 2023)]),
        ("boarding_fund", [BOARDING[2022], BOARDING[2023]]),
        ("funded_least", [FLOOR]),
    ):
        assert [v.value for v in values[name]] == amounts


def test_same_seed_same_bytes(province: tuple[Path, DutyTables]) -> None:
    folder, made = province
    digests = {path.name: of_file(path) for path in made.files}
    write_duty(folder, 7)
    other = {path.name: of_file(path) for path in made.files}
    again = write_duty(folder, 2023)
    assert {path.name: of_file(path) for path in again.files} == digests
    assert all(other[name] != digest for name, digest in digests.items())


def test_pupils_are_those_of_the_schools(province: tuple[Path, DutyTables]) -> None:
    """Counties and the city's own schools add up to the pupils of the school tables, level by level."""
    folder, _ = province
    with (folder / "units.csv").open(encoding="utf-8", newline="") as stream:
        cities = {
            r["单位代码"]: r["上级单位代码"] for r in csv.DictReader(stream) if r["层级"].startswith("县")
        }
    held: dict[tuple[int, str, str], int] = defaultdict(int)
    for base in read_bases(folder, cities):
        for year, stages in base.pupils.items():
            for stage, pupils in stages.items():
                held[year, base.city, STAGE_TITLES[stage]] += pupils
    stated: dict[tuple[int, str, str], int] = defaultdict(int)
    for row in read(folder, "duty_spending"):
        if int(row["duty_year"]) in (2022, 2023):
            key = (
                int(row["duty_year"]),
                cities.get(row["duty_unit"], row["duty_unit"]),
                row["spending_level"],
            )
            stated[key] += int(row["pupils_end"])
    assert stated == held
    assert len(held) == 2 * 16 * len(LEVELS)


def test_a_year_begins_as_the_one_before_ended(province: tuple[Path, DutyTables]) -> None:
    rows = {
        (r["duty_unit"], r["spending_level"], int(r["duty_year"])): r
        for r in read(province[0], "duty_spending")
    }
    for (unit, level, year), row in rows.items():
        if year > YEARS[0]:
            assert row["pupils_start"] == rows[unit, level, year - 1]["pupils_end"]


@pytest.mark.parametrize(
    ("level", "low", "high"),
    [
        ("小学", 10_000, 15_000),
        ("初中", 15_000, 22_000),
        ("普通高中", 15_000, 22_000),
        ("中等职业教育", 15_000, 23_000),
    ],
)
def test_spending_per_pupil_is_of_the_published_size(
    province: tuple[Path, DutyTables], level: str, low: int, high: int
) -> None:
    money = pupils = 0.0
    for row in read(province[0], "duty_spending"):
        if row["spending_level"] == level and row["duty_year"] == "2023":
            money += float(row["stage_spending"]) * 10_000
            pupils += (int(row["pupils_start"]) + int(row["pupils_end"])) / 2
    assert low < money / pupils < high


def test_a_few_honest_falls_and_most_units_rise(province: tuple[Path, DutyTables]) -> None:
    spent = {
        (r["duty_unit"], r["duty_year"]): float(r["education_spending"])
        for r in read(province[0], "duty_finance")
    }
    fell = [unit for unit, year in spent if year == "2023" and spent[unit, "2023"] < spent[unit, "2022"]]
    assert 7 <= len(fell) <= 12
    share = [
        float(r["education_spending"]) / float(r["general_spending"])
        for r in read(province[0], "duty_finance")
    ]
    assert 0.08 < min(share) < max(share) < 0.35


def test_grave_events_are_never_invented(province: tuple[Path, DutyTables]) -> None:
    for row in read(province[0], "duty_safety"):
        assert [row["accidents"], row["bullying"], row["drownings"]] == ["0", "0", "0"]


def test_one_city_falls_three_years_running_in_physique(province: tuple[Path, DutyTables]) -> None:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in read(province[0], "duty_health"):
        cell = sums[row["duty_unit"][:4], row["duty_year"]]
        cell[0] += int(row["fit_excellent"]) + int(row["fit_good"])
        cell[1] += int(row["fit_tested"])
    share = {key: good / tested for key, (good, tested) in sums.items()}
    falling = [
        city
        for city in {c for c, _ in share}
        if all(share[city, str(y)] < share[city, str(y - 1)] for y in YEARS[1:])
    ]
    assert len(falling) == 1


def test_answers_fill_the_quotas_and_name_nobody() -> None:
    quotas = {"370100": {"deputy": 3, "parent": 40}}
    rows = draw_answers(quotas, {"370100": 0.5}, 1)
    assert rows == draw_answers(quotas, {"370100": 0.5}, 1) != draw_answers(quotas, {"370100": 0.5}, 2)
    sheets = {(row[1], row[2]) for row in rows}
    assert len(rows) == 43 * len(QUESTIONS)
    assert sum(group == "deputy" for group, _ in sheets) == 3
