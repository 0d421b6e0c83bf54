"""Facts of a county and year that no school reports: residents, ages, pay, places, recognition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from duxue.microdata.synthetic.places import County


@dataclass(slots=True)
class SchoolSums:
    """What the county's schools add up to in a year, as far as county facts must agree with it."""

    pupils: dict[str, int]
    teachers: dict[str, int]
    junior_graduates: int = 0
    migrants_public: int = 0
    migrants_private: int = 0


def state_facts(
    county: County, year: int, sums: SchoolSums, habits: Mapping[str, float], rng: Random
) -> list[object]:
    """Return one row of county_year in the order of its columns; `habits` is what the county keeps over the years."""
    residents = county.residents[year]
    pupils = sums.pupils
    kindergarten = habits["kindergarten"] + rng.uniform(-0.004, 0.004)
    ages = (
        round(pupils.get("kindergarten", 0) / kindergarten),
        round(pupils.get("primary", 0) / habits["primary"]),
        round(pupils.get("junior", 0) / habits["junior"]),
        round((pupils.get("senior", 0) + pupils.get("vocational", 0)) / habits["upper"]),
    )
    due = max(round((ages[1] + ages[2]) * habits["disabled"]), 1)
    share = rng.uniform(0.90, 0.945) if "disabled" in county.flaws else rng.uniform(0.956, 1.0)
    enrolled = min(due, -int(-due * share // 1)) if "disabled" not in county.flaws else int(due * share)
    served = rng.uniform(0.76, 0.84) if "migrants" in county.flaws else rng.uniform(0.87, 0.98)
    bought = int(sums.migrants_private * rng.uniform(0.3, 0.8))
    migrants = (
        round((sums.migrants_public + bought) / served)
        if "migrants" in county.flaws
        else int((sums.migrants_public + bought) / served)
    )
    places = round(sums.junior_graduates * rng.uniform(0.30, 0.38))
    allotted = (
        int(places * rng.uniform(0.42, 0.49))
        if "quality" in county.flaws
        else -int(-places * rng.uniform(0.515, 0.75) // 1)
    )
    teachers = sums.teachers.get("primary", 0) + sums.teachers.get("junior", 0)
    civil_mean = habits["pay"] * (1 + 0.03 * (year - 2022))
    ratio = rng.uniform(0.96, 0.995) if "pay" in county.flaws else rng.uniform(1.004, 1.06)
    civil = max(round(residents * habits["civil"]), 1)
    special = pupils.get("special", 0)
    funds = special * (
        rng.uniform(5100, 5900) if "special_funds" in county.flaws else rng.uniform(6300, 9500)
    )
    valid = max(600, round(residents * rng.uniform(0.00105, 0.0014)))
    liked = rng.uniform(0.80, 0.845) if "recognition" in county.flaws else rng.uniform(0.87, 0.965)
    return [
        year,
        county.code,
        residents,
        *ages,
        due,
        enrolled,
        migrants,
        sums.migrants_public,
        bought,
        places,
        allotted,
        round(teachers * civil_mean * ratio, 2),
        round(civil * civil_mean, 2),
        round(funds / 10000, 4),
        teachers,
        civil,
        special,
        valid,
        round(valid * liked),
    ]


def draw_habits(rng: Random) -> dict[str, float]:
    """Return what changes little from year to year in a county."""
    return {
        "kindergarten": rng.uniform(0.925, 0.965),
        "primary": rng.uniform(0.992, 1.012),
        "junior": rng.uniform(0.985, 1.015),
        "upper": rng.uniform(0.90, 0.97),
        "disabled": rng.uniform(0.002, 0.0035),
        "pay": rng.uniform(9.2, 13.5),
        "civil": rng.uniform(0.0035, 0.0055),
    }
