"""What each county gets of the province's totals: schools by kind, pupils and teachers by stage and year.

Always planned for all 136 counties, so a county drawn alone has the very rows it has in the whole province.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from duxue.microdata.synthetic.apportion import settle
from duxue.microdata.synthetic.calibration import (
    KINDERGARTEN_ENTRANTS,
    KINDS,
    SCHOOLS,
    STAGES,
    TOTALS,
    YEARS,
    KindCount,
)
from duxue.microdata.synthetic.places import County

# Mean pupils of a school by locale (urban, town, rural), before a county's total is shared out.
SIZES: Final[dict[str, tuple[float, float, float]]] = {
    "kindergarten": (230, 150, 75),
    "primary": (1330, 860, 400),
    "junior": (1480, 1260, 800),
    "nine_year": (1900, 1650, 1100),
    "senior": (2600, 2700, 2200),
}
# Weight of a county of each character when a kind of school is shared out; None: by pupils and size of schools.
_KIND_WEIGHTS: Final[dict[str, dict[str, float]]] = {
    "teaching_point": {"core": 0.02, "district": 0.6, "city": 1.0, "county": 1.5},
    "complete_secondary": {"core": 2.0, "district": 1.0, "city": 0.7, "county": 0.7},
    "twelve_year": {"core": 2.0, "district": 1.2, "city": 0.8, "county": 0.6},
    "vocational": {"core": 1.6, "district": 1.1, "city": 0.9, "county": 0.8},
}
_MAIN_STAGE: Final = {
    "kindergarten": "kindergarten",
    "primary": "primary",
    "junior": "junior",
    "nine_year": "junior",
    "senior": "senior",
}


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """A county's share of the province."""

    county: County
    schools: dict[str, KindCount]
    pupils: dict[int, dict[str, int]]
    teachers: dict[int, dict[str, int]]
    kindergarten_entrants: dict[int, int]


def plan_counties(counties: Sequence[County], seed: int, scale: float) -> list[CountyPlan]:
    """Return the plan of every county; `scale` multiplies all totals (1 = the bulletin)."""
    rng = Random(f"{seed}/plan")  # noqa: S311 - a sample, not a secret
    pupils: dict[int, dict[str, list[int]]] = {year: {} for year in YEARS}
    teachers: dict[int, dict[str, list[int]]] = {year: {} for year in YEARS}
    for stage in STAGES:
        base = [_weigh_stage(c, stage) * rng.gauss(1, 0.03) for c in counties]
        staffing = [rng.gauss(1.02 if c.leading else 1, 0.02) for c in counties]
        for year in reversed(YEARS):
            total = TOTALS[year][stage]
            drift = base if year == YEARS[-1] else [b * rng.gauss(1, 0.008) for b in base]
            pupils[year][stage] = settle(_scale(total.pupils, scale), drift)
            load = [p * s for p, s in zip(pupils[year][stage], staffing, strict=True)]
            teachers[year][stage] = settle(_scale(total.teachers, scale), load)
    now, closed, opened = (
        _share_schools(counties, pupils[YEARS[-1]], part, scale) for part in ("now", "closed", "opened")
    )
    entrants = {
        year: settle(
            _scale(KINDERGARTEN_ENTRANTS[year], scale), list(map(float, pupils[year]["kindergarten"]))
        )
        for year in YEARS
    }
    return [
        CountyPlan(
            county=county,
            schools={
                kind: KindCount(now[kind][i], closed[kind][i], min(opened[kind][i], now[kind][i]))
                for kind in KINDS
            },
            pupils={year: {stage: pupils[year][stage][i] for stage in STAGES} for year in YEARS},
            teachers={year: {stage: teachers[year][stage][i] for stage in STAGES} for year in YEARS},
            kindergarten_entrants={year: entrants[year][i] for year in YEARS},
        )
        for i, county in enumerate(counties)
    ]


def _scale(total: int, scale: float) -> int:
    return round(total * scale)


def _weigh_stage(county: County, stage: str) -> float:
    if stage == "special":
        return float(county.children**0.6)
    if stage == "vocational":
        return float(county.children * _KIND_WEIGHTS["vocational"][county.character])
    if stage == "senior":
        return float(county.children**0.9)
    return county.children


def _share_schools(
    counties: Sequence[County], pupils: dict[str, list[int]], part: str, scale: float
) -> dict[str, list[int]]:
    shared = {}
    for kind in KINDS:
        total = _scale(getattr(SCHOOLS[kind], part), scale)
        if kind in _MAIN_STAGE:
            sizes = SIZES[kind]
            weights = [
                pupils[_MAIN_STAGE[kind]][i]
                / sum(share * size for share, size in zip(c.locales, sizes, strict=True))
                for i, c in enumerate(counties)
            ]
        elif kind == "special":
            weights = [1 + c.children / 200 for c in counties]
        else:
            weights = [c.children * _KIND_WEIGHTS[kind][c.character] for c in counties]
        least = {
            "primary": 6,
            "junior": 3,
            "senior": 1,
            "vocational": 1,
            "special": 1,
            "kindergarten": 8,
        }.get(kind, 0)
        shared[kind] = settle(total, weights, least if part == "now" else 0)
    return shared
