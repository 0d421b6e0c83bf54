"""Pupils of each school by stage and year, their classes, and the flows in and out."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from random import Random
from typing import Final

from duxue.microdata.synthetic.apportion import settle
from duxue.microdata.synthetic.calibration import STAGES
from duxue.microdata.synthetic.columns import BAND_TOPS
from duxue.microdata.synthetic.places import County
from duxue.microdata.synthetic.plan import CountyPlan
from duxue.microdata.synthetic.register import School

GRADES: Final = {"kindergarten": 3, "primary": 6, "junior": 3, "senior": 3, "vocational": 3, "special": 9}
# Largest class that the rule allows; beyond compulsory education, what schools keep to.
CLASS_LIMIT: Final = {
    "kindergarten": 35,
    "primary": 45,
    "junior": 50,
    "senior": 55,
    "vocational": 55,
    "special": 20,
}
# Mean class aimed at, between two bounds, by locale.
_CLASS_MEAN: Final = {
    "kindergarten": {"urban": (24, 30), "town": (22, 29), "rural": (16, 26)},
    "primary": {"urban": (38, 43), "town": (34, 42), "rural": (22, 38)},
    "junior": {"urban": (42, 47), "town": (41, 47), "rural": (36, 46)},
    "senior": {"urban": (46, 51), "town": (46, 52), "rural": (44, 51)},
    "vocational": {"urban": (36, 46), "town": (36, 46), "rural": (34, 44)},
    "special": {"urban": (8, 12), "town": (7, 11), "rural": (6, 10)},
}
# How much of last year's pupils leave at the end, relative to one grade of an even school.
_LEAVERS: Final = {
    "kindergarten": 1.25,
    "primary": 1.055,
    "junior": 0.985,
    "senior": 0.99,
    "vocational": 0.97,
    "special": 0.9,
}

# The year before the first one, relative to it (assumed): the trend that the two years show.
_YEAR_BEFORE: Final = {
    "kindergarten": 1.13,
    "primary": 0.98,
    "junior": 0.985,
    "senior": 0.97,
    "vocational": 1.01,
    "special": 0.99,
}


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a stage: how many, how many in each band of size, and the largest."""

    number: int
    bands: tuple[int, ...]
    largest: int


@dataclass(frozen=True, slots=True)
class Flows:
    """Entrants, graduates, enrolment nearby, and the junior cohort of three years."""

    entrants: int
    graduates: int
    due: int | str = ""
    nearby: int | str = ""
    cohort: tuple[int, int, int, int] | tuple[str, str, str, str] = ("", "", "", "")


def share_pupils(plan: CountyPlan, schools: list[School], rng: Random, years: tuple[int, int]) -> None:
    """Give each school its pupils of both years, so that the county's total of each stage is met exactly."""
    before, now = years
    for stage in STAGES:
        living = [s for s in schools if now in s.years and stage in s.weights]
        shares = settle(
            plan.pupils[now][stage],
            [s.weights[stage] for s in living],
            [s.low for s in living],
            [s.high for s in living],
        )
        for school, share in zip(living, shares, strict=True):
            school.pupils.setdefault(now, {})[stage] = share
        scale = sum(shares) / max(sum(s.weights[stage] for s in living), 1.0)
        earlier = [s for s in schools if before in s.years and stage in s.weights]
        weights, low, high = [], [], []
        for school in earlier:
            later = school.pupils.get(now, {}).get(stage)
            if later is None:  # closed since: schools that close are small
                size = max(school.low, 0.55 * scale * school.weights[stage])
                weights.append(size)
                low.append(min(school.low, int(size)))
                high.append(int(2 * size) + 1)
            else:
                weights.append(later * rng.lognormvariate(0, 0.03))
                low.append(min(school.low, int(0.7 * later)))
                point = school.kind == "teaching_point"
                high.append(min(school.high, int(1.3 * later) + 2) if point else int(1.7 * later) + 2)
        for school, share in zip(
            earlier, settle(plan.pupils[before][stage], weights, low, high), strict=True
        ):
            school.pupils.setdefault(before, {})[stage] = share


def count_of_age(pupils: int, gross: float, rng: Random) -> int:
    """Return the primary pupils of official age; `gross` is the county's pupils over residents of that age.

    Not quite every child of the age goes to school, so that the county's net enrolment stays below 100 %.
    """
    return min(pupils, int(pupils * rng.uniform(0.988, 0.9995) / gross))


def form_classes(school: School, stage: str, pupils: int, county: County, rng: Random) -> Classes:
    """Return the classes of a stage: their sizes add up to its pupils, few pass the limit of the rule."""
    limit = CLASS_LIMIT[stage]
    low, high = _CLASS_MEAN[stage][school.locale]
    number = max(1, -(-pupils // min(rng.uniform(low, high), limit - 1)))
    if school.kind == "teaching_point":
        number = max(1, min(6, pupils // 12))
    elif pupils >= 24 * GRADES[stage] and stage != "special":
        number = max(number, GRADES[stage])
    number = int(max(number, -(-pupils // limit)))
    base, more = divmod(pupils, number)
    sizes = [base + 1] * more + [base] * (number - more)
    for i in range(number // 2):
        step = min(int(rng.random() * 5), limit - sizes[i], sizes[-1 - i] - 1)
        if step > 0:
            sizes[i] += step
            sizes[-1 - i] -= step
    if (
        "class_size" in county.flaws
        and stage in ("primary", "junior")
        and number >= 8
        and rng.random() < 0.07
    ):
        _crowd(sizes, limit, rng)
    bands = [0] * (len(BAND_TOPS) + 1)
    for size in sizes:
        bands[bisect_left(BAND_TOPS, size)] += 1
    return Classes(number, tuple(bands), max(sizes))


def _crowd(sizes: list[int], limit: int, rng: Random) -> None:
    # A few popular classes take one pupil each from the others.
    for _ in range(rng.randint(1, 3)):
        target = rng.randrange(len(sizes))
        wanted = limit + (rng.randint(11, 18) if rng.random() < 0.04 else rng.randint(1, 6))
        for i in range(len(sizes)):
            if sizes[target] >= wanted:
                break
            if i != target and limit - 22 < sizes[i] <= limit:
                take = min(wanted - sizes[target], 3)
                sizes[i] -= take
                sizes[target] += take


def draw_flows(
    school: School, stage: str, pupils: int, previous: int | None, county: County, rng: Random
) -> Flows:
    """Return a year's entrants and leavers so that last year's pupils, less those, plus these, are about this year's."""
    grade = GRADES[stage]
    if (
        previous is None
    ):  # the first year known: last year is taken as nearly the same; a new school has entrants only
        opened = len(school.years) == 1 and school.years[0] == 2023
        previous = 0 if opened else round(pupils * _YEAR_BEFORE[stage] * rng.uniform(0.985, 1.015))
    graduates = min(previous, round(previous / grade * _LEAVERS[stage] * rng.uniform(0.95, 1.03)))
    entrants = max(
        round(pupils / grade * 0.5), pupils - previous + graduates + round(rng.uniform(0, 0.003) * pupils)
    )
    entrants = min(entrants, pupils)
    if stage not in ("primary", "junior"):
        return Flows(entrants, graduates)
    nearby = entrants
    if school.ownership == "private":
        nearby = round(entrants * rng.uniform(0.45, 0.85))
    elif "zone" in county.flaws and rng.random() < 0.25:
        nearby = round(entrants * rng.uniform(0.86, 0.98))
    elif stage == "junior" and rng.random() < 0.15:
        nearby = round(entrants * rng.uniform(0.965, 0.999))
    if stage == "primary":
        return Flows(entrants, graduates, entrants, nearby)
    return _draw_cohort(entrants, graduates, nearby, county, rng)


def _draw_cohort(entrants: int, graduates: int, nearby: int, county: County, rng: Random) -> Flows:
    # The cohort is built backwards from its graduates: those who entered, less who left, plus who came, less who died.
    poor = "retention" in county.flaws and rng.random() < 0.9
    kept = rng.uniform(0.92, 0.96) if poor else rng.uniform(0.972, 0.999)
    moved_in = round(graduates * rng.uniform(0.0, 0.03))
    moved_out = round(graduates * rng.uniform(0.0, 0.03))
    deaths = 1 if rng.random() < graduates / 9000 else 0
    began = max(0, round(graduates / kept) - moved_in + moved_out + deaths)
    return Flows(entrants, graduates, entrants, nearby, (began, moved_in, moved_out, deaths))
