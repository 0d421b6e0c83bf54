"""What the schools of the sample province add up to, county by county: the base that the evaluation's tables agree with."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from duxue.microdata.synthetic.calibration import YEARS
from duxue.microdata.synthetic.columns import FILES, SCHOOL, SCHOOL_STAGE, STAGE_TITLES

FLOOR: Final = 100  # pupils for whom a small school is funded at least
# Yuan for a pupil, and on top for a boarder, as the pack's constants have them.
FUND: Final = {2022: {"primary": 710, "junior": 910}, 2023: {"primary": 720, "junior": 940}}
BOARDING: Final = {2022: 200, 2023: 300}
_COMPULSORY: Final = ("primary", "junior")
_LARGE: Final = 600  # pupils from which a school is due to have a counsellor: our assumption


@dataclass(slots=True)
class CountyBase:
    """A county's schools in sums."""

    code: str
    city: str
    pupils: dict[int, dict[str, int]] = field(default_factory=dict)  # year -> stage -> pupils
    funds: dict[int, float] = field(default_factory=dict)  # year -> public funds due without boarders, yuan
    schools: int = 0  # of the last year
    public_schools: int = 0  # without kindergartens
    private: int = 0
    large: int = 0
    kindergarten_teachers: int = 0  # in public kindergartens


@dataclass(slots=True)
class _School:
    county: str
    public: bool
    kindergarten: bool
    into: str  # itself, or the school that it is merged into


def read_bases(folder: Path, cities: Mapping[str, str]) -> list[CountyBase]:
    """Return the counties of `cities` (county -> city) in the order of their codes, from the school tables of `folder`."""
    bases = {code: CountyBase(code, city) for code, city in sorted(cities.items())}
    for base in bases.values():
        base.pupils = {year: dict.fromkeys(STAGE_TITLES, 0) for year in YEARS}
    schools = _read_schools(folder)
    held: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    stage_of = {title: stage for stage, title in STAGE_TITLES.items()}
    last = YEARS[-1]
    for row in _rows(folder / FILES["school_stage"]):
        year, code = int(row[SCHOOL_STAGE["year"]]), row[SCHOOL_STAGE["school_code"]]
        stage, pupils = stage_of[row[SCHOOL_STAGE["stage"]]], int(row[SCHOOL_STAGE["pupils"]])
        school = schools[year, code]
        base = bases[school.county]
        base.pupils[year][stage] += pupils
        if stage in _COMPULSORY:
            held[year, school.into][stage] += pupils
        if year == last and school.public and school.kindergarten:
            base.kindergarten_teachers += int(row[SCHOOL_STAGE["teachers"]])
    for (year, code), stages in held.items():
        _fund(bases[schools[year, code].county], year, stages)
    for (year, code), school in schools.items():
        if year == last and school.into == code:
            base = bases[school.county]
            base.schools += 1
            base.private += not school.public
            base.public_schools += school.public and not school.kindergarten
            base.large += sum(held.get((year, code), {}).values()) >= _LARGE
    return list(bases.values())


def _fund(base: CountyBase, year: int, stages: Mapping[str, int]) -> None:
    total = sum(stages.values())
    for stage, pupils in stages.items():
        counted = FLOOR * pupils / total if 0 < total < FLOOR else pupils
        base.funds[year] = base.funds.get(year, 0.0) + counted * FUND[year][stage]


def _read_schools(folder: Path) -> dict[tuple[int, str], _School]:
    found = {}
    for row in _rows(folder / FILES["school"]):
        code = row[SCHOOL["school_code"]]
        merged = row[SCHOOL["counts_as_school"]] == "否"
        found[int(row[SCHOOL["year"]]), code] = _School(
            row[SCHOOL["county_code"]],
            row[SCHOOL["ownership"]] == "公办",
            row[SCHOOL["kind"]] == "幼儿园",
            row[SCHOOL["parent_school"]] if merged else code,
        )
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
