"""The counties of the sample province: real names and codes, and an invented profile for each."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from random import Random
from typing import Final

from duxue.microdata.synthetic.apportion import settle
from duxue.microdata.synthetic.calibration import CITIES, RESIDENTS, YEARS

# Rough relative size of a county within its city (about 万 residents). Ours, to spread the city's census total;
# the figures of a single county are not census results.
_SIZES: Final = """
370102 82 370103 90 370104 66 370105 83 370112 135 370113 60 370114 106 370115 55 370116 80 370117 27 370124 32 370126 50
370202 49 370203 109 370211 190 370212 50 370213 74 370214 111 370215 134 370281 99 370283 119 370285 72
370302 66 370303 112 370304 39 370305 64 370306 38 370321 50 370323 51 370322 32
370402 60 370403 55 370404 34 370405 30 370406 44 370481 157
370502 85 370503 26 370505 31 370522 27 370523 50
370602 93 370611 62 370612 43 370613 60 370614 36 370681 74 370682 79 370683 82 370685 57 370686 49 370687 59
370702 70 370703 48 370704 57 370705 50 370724 82 370725 61 370781 96 370782 108 370783 116 370784 83 370785 88 370786 56
370811 188 370812 54 370826 63 370827 42 370828 63 370829 71 370830 68 370831 54 370832 73 370881 62 370883 113
370902 105 370911 94 370921 67 370923 74 370982 125 370983 86
371002 116 371003 54 371082 71 371083 47
371102 108 371103 46 371121 46 371122 98
371302 205 371311 70 371312 82 371321 81 371323 95 371322 86 371324 116 371325 79 371326 87 371327 86 371328 49 371329 60
371402 88 371403 52 371422 46 371423 31 371424 51 371425 59 371426 42 371427 46 371428 37 371481 62 371482 49
371502 140 371503 55 371521 72 371522 84 371524 36 371525 72 371526 46 371581 83
371602 95 371603 36 371621 54 371622 42 371623 42 371625 46 371681 78
371702 158 371703 60 371721 138 371722 100 371723 60 371724 87 371725 106 371726 78 371728 70
"""
_CORE: Final = frozenset(
    [
        "370102",
        "370103",
        "370104",
        "370105",
        "370202",
        "370203",
        "370212",
        "370213",
        "370303",
        "370502",
        "370602",
        "370613",
        "370702",
        "370705",
        "370811",
        "370902",
        "371002",
        "371302",
        "371402",
    ]
)
# Character of a county -> shares of urban, town and rural schools (城区, 镇区, 乡村).
LOCALES: Final = {
    "core": (0.90, 0.10, 0.0),
    "district": (0.42, 0.33, 0.25),
    "city": (0.30, 0.38, 0.32),
    "county": (0.12, 0.52, 0.36),
}
# Chance that an ordinary county fails in something beyond resources.
_FLAWS: Final = {
    "class_size": 0.60,
    "school_size": 0.30,
    "rooms": 0.45,
    "certified": 0.10,
    "hours": 0.18,
    "training": 0.15,
    "rotation": 0.14,
    "zone": 0.12,
    "disabled": 0.07,
    "migrants": 0.09,
    "quality": 0.08,
    "pay": 0.06,
    "special_funds": 0.07,
    "recognition": 0.05,
    "funds": 0.06,
    "retention": 0.05,
}
LEADING_COUNTIES: Final = 24
# Of the leading counties a few fail in one of these, so that even they differ.
_LEADING_FLAWS: Final = ("training", "hours", "rotation", "quality", "pay")
INDICATORS: Final = ("L1", "L2", "L3", "L4", "L5", "L6", "L7")
# Middle of the spread (coefficient of variation) each indicator is drawn around, by stage.
_SPREAD: Final = {
    "primary": {"L1": 0.22, "L2": 0.34, "L3": 0.28, "L4": 0.35, "L5": 0.45, "L6": 0.33, "L7": 0.29},
    "junior": {"L1": 0.20, "L2": 0.31, "L3": 0.25, "L4": 0.32, "L5": 0.41, "L6": 0.30, "L7": 0.26},
}


@dataclass(frozen=True, slots=True)
class Place:
    """A province, city or county as the official list of codes has it."""

    code: str
    name: str
    name_en: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class County:
    """A county and how its schools are drawn."""

    code: str
    label: str  # its name, with the city's before it where two counties share one
    city: str
    character: str  # core, district, city, county
    residents: dict[int, int]
    children: float  # weight of its children in the province
    leading: bool  # every school meets the rule and every spread keeps its limit
    effort: float  # multiplies the chance that a school misses a standard
    spread: dict[str, dict[str, float]]  # stage -> indicator -> coefficient of variation aimed at
    flaws: frozenset[str]

    @property
    def locales(self) -> tuple[float, float, float]:
        """Shares of urban, town and rural schools."""
        return LOCALES[self.character]


def read_places() -> list[Place]:
    """Return the province, its cities and its counties in the order of their codes."""
    file = resources.files("duxue.microdata.synthetic") / "shandong_units.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return [Place(r["code"], r["name"], r["name_en"], r["level"], r["parent"]) for r in rows]


def draw_counties(places: Sequence[Place], seed: int) -> list[County]:
    """Return a profile for every county; the same seed gives the same profiles."""
    rng = Random(f"{seed}/counties")  # noqa: S311 - a sample, not a secret
    rough = _SIZES.split()
    size = {code: float(v) for code, v in zip(rough[::2], rough[1::2], strict=True)}
    counties = [p for p in places if p.level == "county"]
    names = [p.name for p in counties]
    city_names = {p.code: p.name for p in places if p.level == "city"}
    in_city: dict[str, float] = {}
    for p in counties:
        in_city[p.parent] = in_city.get(p.parent, 0.0) + size[p.code]
    census = [CITIES[p.parent][0] * size[p.code] / in_city[p.parent] for p in counties]
    residents: dict[int, list[int]] = {}
    drift = [rng.gauss(0, 0.003) for _ in counties]
    for year in YEARS:
        moved = [c * (1 + d * (year - YEARS[0])) for c, d in zip(census, drift, strict=True)]
        residents[year] = settle(RESIDENTS[year], moved)
    leading = _choose_leading(counties, rng)
    drawn = []
    for i, p in enumerate(counties):
        is_leading = p.code in leading
        tilt = CITIES[p.parent][1] * rng.gauss(1, 0.04)
        drawn.append(
            County(
                code=p.code,
                label=(city_names[p.parent] if names.count(p.name) > 1 else "") + p.name,
                city=p.parent,
                character=_read_character(p),
                residents={year: residents[year][i] for year in YEARS},
                children=census[i] * tilt,
                leading=is_leading,
                effort=0.0 if is_leading else rng.uniform(0.55, 1.45),
                spread=_draw_spread(rng, is_leading),
                flaws=_draw_flaws(rng, is_leading),
            )
        )
    return drawn


def _read_character(place: Place) -> str:
    if place.code in _CORE:
        return "core"
    return {"区": "district", "市": "city", "县": "county"}[place.name[-1]]


def _choose_leading(counties: Sequence[Place], rng: Random) -> set[str]:
    # At most two in a city, so that the map is not one block.
    chosen: dict[str, str] = {}
    taken: dict[str, int] = {}
    for p in rng.sample(list(counties), len(counties)):
        if len(chosen) < LEADING_COUNTIES and taken.get(p.parent, 0) < 2:
            chosen[p.code] = p.parent
            taken[p.parent] = taken.get(p.parent, 0) + 1
    return set(chosen)


def _draw_spread(rng: Random, leading: bool) -> dict[str, dict[str, float]]:
    spread: dict[str, dict[str, float]] = {}
    for stage, middle in _SPREAD.items():
        spread[stage] = {}
        for indicator in INDICATORS:
            drawn = middle[indicator] * rng.lognormvariate(0, 0.25)
            spread[stage][indicator] = min(drawn * 0.7, 0.26) if leading else min(max(drawn, 0.12), 0.85)
    return spread


def _draw_flaws(rng: Random, leading: bool) -> frozenset[str]:
    if leading:
        return frozenset([rng.choice(_LEADING_FLAWS)] if rng.random() < 0.25 else [])
    return frozenset(flaw for flaw, chance in _FLAWS.items() if rng.random() < chance)
