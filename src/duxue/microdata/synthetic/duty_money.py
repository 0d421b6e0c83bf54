"""Invented finance of the sample province: spending by level and in total, for counties and for the cities themselves.

Pupils of 2022 and 2023 are those of the schools; earlier years and all money are ours, near the per-pupil amounts that
Shandong publishes. A few falls are there on purpose and honest: a building project that ended, a level that was cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from duxue.microdata.synthetic.duty_base import BOARDING, CountyBase
from duxue.microdata.synthetic.duty_columns import LEVELS, YEARS

Row = list[object]
# Yuan per pupil in 2020, and the pupils of earlier years as a part of the year after.
_PER_PUPIL: Final = {"kindergarten": 7600, "primary": 11300, "junior": 17000, "senior": 16800, "vocational": 17200, "special": 62000}  # fmt: skip
_BEFORE: Final = {"kindergarten": 1.02, "primary": 0.985, "junior": 0.98, "senior": 0.975, "vocational": 1.01, "special": 0.99}  # fmt: skip
# Part of a county's pupils who go to schools of the city itself.
_OF_CITY: Final = {"senior": 0.08, "vocational": 0.4, "special": 0.25}
_OTHER: Final = 0.07  # spending on no level: administration, projects
_SCHOOL_YEARS: Final = (2022, 2023)
_LAST: Final = YEARS[-1]


@dataclass(frozen=True)
class CityMoney:
    """How a city spends."""

    code: str
    effort: float
    growth: Mapping[tuple[str, int], float]  # (level, year) -> growth per pupil
    share: Mapping[int, float]  # education's part of all spending
    project: bool  # a building project of the city ended in the year before the last
    falling: frozenset[str]  # its counties that spend less in the last year
    short: float  # part of the public funds due that is paid
    surcharge: float


@dataclass(slots=True)
class MoneyRows:
    """The rows of the two forms, in the order in which they are written."""

    finance: list[Row]
    spending: list[Row]


def draw_money(cities: Mapping[str, Sequence[CountyBase]], efforts: Mapping[str, float], rng: Random) -> dict[str, CityMoney]:  # fmt: skip
    """Return how each city spends; `efforts` runs from 0 to 1."""
    names = sorted(cities)
    project = rng.choice(names)
    cut = {city: rng.choice(("senior", "vocational", "junior")) for city in rng.sample(names, 4)}
    counties = sorted(c.code for group in cities.values() for c in group)
    falling = set(rng.sample(counties, min(7, len(counties))))
    short = set(rng.sample(names, min(4, len(names))))
    drawn = {}
    for city in names:
        growth = {(level, year): max(rng.gauss(0.03, 0.008), 0.014) for level in LEVELS for year in YEARS[1:]}
        if city in cut:
            growth[cut[city], _LAST] = -rng.uniform(0.008, 0.02)
        share = {YEARS[0]: rng.uniform(0.175, 0.24)}
        for year in YEARS[1:]:
            share[year] = share[year - 1] + rng.gauss(0.001, 0.0025)
        drawn[city] = CityMoney(
            city, efforts[city], growth, share, city == project,
            frozenset(c.code for c in cities[city] if c.code in falling),
            rng.uniform(0.955, 0.99) if city in short else 1.0,
            rng.uniform(0.95, 0.99) if rng.random() < 0.12 else 1.0,
        )  # fmt: skip
    return drawn


def state_money(city: CityMoney, counties: Sequence[CountyBase], rng: Random) -> MoneyRows:
    """Return the rows of a city's counties and of the city itself."""
    rows = MoneyRows([], [])
    own: dict[str, list[tuple[int, int]]] = {level: [(0, 0)] * len(YEARS) for level in _OF_CITY}
    whole = 0.0
    for county in counties:
        pupils = _pupils(county)
        for level, part in _OF_CITY.items():
            away = [(round(a * part), round(b * part)) for a, b in pupils[level]]
            pupils[level] = [(a - x, b - y) for (a, b), (x, y) in zip(pupils[level], away, strict=True)]
            own[level] = [(a + x, b + y) for (a, b), (x, y) in zip(own[level], away, strict=True)]
        boarders = {
            year: round(county.pupils[year]["junior"] * rng.uniform(0.08, 0.2)) for year in _SCHOOL_YEARS
        }
        due = {y: (county.funds.get(y, 0.0) + boarders[y] * BOARDING[y]) / 10_000 for y in _SCHOOL_YEARS}
        whole += _state(city, county.code, pupils, rows, rng, county.code in city.falling, boarders, due, 0.0)
    extra = whole * 0.055 if city.project else 0.0
    _state(city, city.code, own, rows, rng, False, {}, {}, extra)
    return rows


def _pupils(county: CountyBase) -> dict[str, list[tuple[int, int]]]:
    found = {}
    for level in LEVELS:
        now, before = (county.pupils[year].get(level, 0) for year in (2023, 2022))
        ends = {2023: now, 2022: before}
        for year in (2021, 2020, 2019):
            ends[year] = round(ends[year + 1] * _BEFORE[level])
        found[level] = [(ends[year - 1], ends[year]) for year in YEARS]
    return found


def _state(
    city: CityMoney,
    unit: str,
    pupils: Mapping[str, Sequence[tuple[int, int]]],
    rows: MoneyRows,
    rng: Random,
    falls: bool,
    boarders: Mapping[int, int],
    due: Mapping[int, float],
    project: float,
) -> float:
    level_price = {level: price * rng.gauss(1, 0.06) for level, price in _PER_PUPIL.items()}
    spent = dict.fromkeys(pupils, 0.0)
    tilt, before = rng.gauss(1, 0.04), 0.0
    for number, year in enumerate(YEARS):
        for level, ends in pupils.items():
            start, end = ends[number]
            if year > YEARS[0]:
                level_price[level] *= 1 + city.growth[level, year] + rng.gauss(0, 0.002)
            now = level_price[level] * (start + end) / 2 / 10_000
            # Kindergartens emptied faster than their staff went: spending stayed, spending per child rose.
            spent[level] = (
                max(now, spent[level] * rng.uniform(1.004, 1.02)) if level == "kindergarten" else now
            )
        total = sum(spent.values()) * (1 + _OTHER)
        if before and project == 0.0:
            total = max(total, before * rng.uniform(1.004, 1.02))
        scale = 1.0
        if falls and year == _LAST:
            lower = before * rng.uniform(0.975, 0.995)
            scale = min(1.0, lower / (1.02 * sum(spent.values())))
            total = lower
        total += project if year == _LAST - 1 else 0.0
        for level, ends in pupils.items():
            rows.spending.append([year, unit, LEVELS[level], round(spent[level] * scale, 2), *ends[number]])
        rows.finance.append(_finance(city, unit, year, total, tilt, boarders, due, rng))
        before = total
    return before


def _finance(
    city: CityMoney, unit: str, year: int, total: float, tilt: float, boarders: Mapping[int, int], due: Mapping[int, float], rng: Random
) -> Row:  # fmt: skip
    # A city's own budget spends little of itself on schools; its counties carry them.
    share = min(city.share[year] * tilt, 0.9) if boarders else city.share[year] * 0.6
    surcharge, special, fees = total * rng.uniform(0.028, 0.036), total * rng.uniform(0.04, 0.06), total * rng.uniform(0.012, 0.02)  # fmt: skip
    used = 1.0 if city.surcharge == 1.0 else rng.uniform(city.surcharge, 1.0)
    slow = 0.0 if rng.random() < city.effort else rng.uniform(0.0, 0.3)
    kept = 0.0 if rng.random() < 0.9 else rng.uniform(0.0, 0.05)
    paid: object = ""
    if year in due:
        paid = round(due[year] * (city.short + rng.uniform(-0.01, 0.01) if city.short < 1 else rng.uniform(1.0005, 1.02)), 2)  # fmt: skip
    elif not boarders:
        paid = 0
    collected, received, gathered = round(surcharge, 2), round(special, 2), round(fees, 2)
    return [
        year, unit, "决算", round(total / share, 2), round(total, 2), paid, boarders.get(year, 0 if not boarders else ""),
        collected, collected if used == 1.0 else round(collected * used, 2),
        received, round(received * (1 - slow), 2), gathered, round(gathered * (1 - kept), 2),
        int(rng.random() < 0.05 * (1.3 - city.effort)), int(rng.random() < 0.03),
    ]  # fmt: skip
