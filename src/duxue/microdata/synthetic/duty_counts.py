"""Invented counts of the sample province: what a county did, how safe its schools are, how healthy its pupils."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from duxue.microdata.synthetic.duty_base import CountyBase
from duxue.microdata.synthetic.duty_columns import YEARS

Row = list[object]
_YES, _NO = "是", "否"
_LAST: Final = YEARS[-1]
_YOUNG: Final = ("primary", "junior", "senior")


@dataclass(frozen=True)
class CityHabits:
    """How a city does, beyond money."""

    code: str
    effort: float
    fit: Mapping[int, float]  # part of pupils of good and excellent physique
    short_sighted: Mapping[int, float]
    habits: float
    on_post: float
    kg_pay: float  # pay of kindergarten teachers without posts over that of those with
    open_gaps: frozenset[str]  # of guarded, closed, alarmed: what not every school has
    vocational: bool  # has vocational projects planned


def draw_habits(cities: Sequence[str], efforts: Mapping[str, float], rng: Random) -> dict[str, CityHabits]:
    """Return how each city does; one city's physique falls three years running, and one plans no vocational projects."""
    falling, idle = rng.choice(list(cities)), rng.choice(list(cities))
    drawn = {}
    for city in cities:
        effort = efforts[city]
        fit = {YEARS[0]: 0.5 + 0.1 * effort + rng.uniform(0, 0.06)}
        sight = {YEARS[0]: rng.uniform(0.54, 0.6)}
        for year in YEARS[1:]:
            step = (
                -rng.uniform(0.003, 0.009) if city == falling else rng.uniform(-0.004, 0.014) + 0.004 * effort
            )
            fit[year] = fit[year - 1] + step
            sight[year] = sight[year - 1] - rng.uniform(0.001, 0.007) - 0.004 * effort
        gaps = frozenset(
            gap for gap in ("guarded", "closed", "alarmed") if rng.random() > 0.55 + 0.45 * effort
        )
        drawn[city] = CityHabits(
            city, effort, fit, sight, 0.6 + 0.26 * effort + rng.uniform(-0.03, 0.03),
            0.58 + 0.24 * effort + rng.uniform(-0.03, 0.03), rng.uniform(0.62, 0.85), gaps, city != idle,
        )  # fmt: skip
    return drawn


def state_governance(city: CityHabits, counties: Sequence[CountyBase], rng: Random) -> list[Row]:
    """Return the rows of a city's counties and of the city itself, for the last year."""
    rows: list[Row] = []
    for county in counties:
        slack = 1.25 - city.effort  # 0.25 to 1.25
        heads = county.public_schools
        projects = rng.randint(1, 4) if city.vocational else 0
        teachers = county.kindergarten_teachers
        posted = round(teachers * min(max(city.on_post + rng.uniform(-0.05, 0.05), 0.2), 0.95))
        pay = rng.uniform(8.5, 11.5)
        due = max(county.large, 1)
        rows.append([
            _LAST, county.code, rng.randint(4, 8) if rng.random() > 0.15 * slack else rng.randint(2, 3),
            _say(rng.random() > 0.2 * slack), int(rng.random() < 0.13 * slack),
            heads, heads - (0 if rng.random() < city.effort else round(heads * rng.uniform(0.0, 0.12) * slack)),
            int(rng.random() < 0.4 * slack), _say(rng.random() > 0.04 * slack),
            county.private, county.private - (0 if rng.random() > 0.03 * slack else min(county.private, rng.randint(1, 3))),
            projects, projects - int(projects > 0 and rng.random() < 0.25 * slack),
            teachers, posted, round(posted * pay, 2), round((teachers - posted) * pay * city.kg_pay, 2),
            _say(rng.random() > 0.14 * slack), due, due - round(due * rng.uniform(0.0, 0.28) * slack),
        ])  # fmt: skip
    # The city itself runs schools, but its own counts are part of the counties'.
    rows.append([_LAST, city.code, rng.randint(5, 9), _YES, 0, 0, 0, 0, _YES, 0, 0, 3 if city.vocational else 0,
                 3 if city.vocational else 0, 0, 0, 0, 0, _YES, 0, 0])  # fmt: skip
    return rows


def _say(yes: bool) -> str:
    return _YES if yes else _NO


def state_safety(city: CityHabits, counties: Sequence[CountyBase], rng: Random) -> list[Row]:
    """Return the rows of a city's counties for the last year; grave events are never invented."""
    rows: list[Row] = []
    for number, county in enumerate(counties):
        slack = 1.25 - city.effort
        lacking = [rng.randint(1, 4) if number == 0 and gap in city.open_gaps else 0 for gap in ("guarded", "closed", "alarmed")]  # fmt: skip
        lessons = rng.randint(40, 80) * 30
        rows.append([
            _LAST, county.code, county.schools, *(max(county.schools - n, 0) for n in lacking), 0, 0, 0,
            int(rng.random() < 0.02 * slack), int(rng.random() < 0.06 * slack), int(rng.random() < 0.12 * slack),
            int(rng.random() < 0.12 * slack), lessons, lessons - round(lessons * rng.uniform(0.0, 0.02) * slack),
        ])  # fmt: skip
    return rows


def state_health(city: CityHabits, counties: Sequence[CountyBase], rng: Random) -> list[Row]:
    """Return the rows of a city's counties for every year."""
    rows: list[Row] = []
    for county in counties:
        tilt, sight = rng.gauss(0, 0.012), rng.gauss(0, 0.01)
        for year in YEARS:
            known = county.pupils[max(year, 2022)]
            tested = round(sum(known.get(stage, 0) for stage in _YOUNG) * 0.97)
            good = round(tested * min(city.fit[year] + tilt, 0.98))
            best = round(good * 0.22)
            short = round(tested * (city.short_sighted[year] + sight))
            asked = max(round(tested * 0.03), 1)
            kept = round(asked * min(city.habits + tilt, 1.0))
            rows.append([year, county.code, tested, best, good - best, tested, short, asked, kept])
    return rows
