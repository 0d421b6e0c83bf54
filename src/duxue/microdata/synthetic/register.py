"""The schools of a county: kind, name, place, age, owner, and the weight by which pupils are shared among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from duxue.microdata.synthetic.calibration import (
    KINDS,
    POINTS_COUNTED,
    POINTS_COUNTED_SMALL,
    STAGES_OF,
)
from duxue.microdata.synthetic.places import County
from duxue.microdata.synthetic.plan import SIZES, CountyPlan

_NAMES: Final = {
    "kindergarten": "{county}合成第{n}幼儿园",
    "primary": "{county}合成第{n}小学",
    "teaching_point": "{parent}第{n}教学点",
    "junior": "{county}合成第{n}初级中学",
    "nine_year": "{county}合成第{n}九年一贯制学校",
    "complete_secondary": "{county}合成第{n}中学",
    "twelve_year": "{county}合成第{n}十二年一贯制学校",
    "senior": "{county}合成第{n}高级中学",
    "vocational": "{county}合成第{n}中等职业学校",
    "special": "{county}合成第{n}特殊教育学校",
}
_PRIVATE: Final = {
    "kindergarten": 0.42,
    "primary": 0.045,
    "teaching_point": 0.0,
    "junior": 0.05,
    "nine_year": 0.12,
    "complete_secondary": 0.12,
    "twelve_year": 0.45,
    "senior": 0.18,
    "vocational": 0.2,
    "special": 0.0,
}
_BOARDING: Final = {"junior": (0.1, 0.5, 0.75), "nine_year": (0.05, 0.3, 0.6), "primary": (0.0, 0.03, 0.08)}
_SPREAD_OF_SIZE: Final = {
    "kindergarten": 0.5,
    "primary": 0.36,
    "junior": 0.24,
    "nine_year": 0.26,
    "senior": 0.3,
}
LOCALE_NAMES: Final = ("urban", "town", "rural")


@dataclass(slots=True)
class School:
    """A synthetic school; what changes from year to year is keyed by the year."""

    code: str
    name: str
    kind: str
    locale: str
    ownership: str
    built: int
    counts: bool = True
    parent: School | None = None
    dense: bool = False
    boarding: bool = False
    inclusive: bool = False
    years: tuple[int, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)  # stage -> weight of its pupils
    low: int = 0  # bounds of the pupils of each stage
    high: int = 100_000
    pupils: dict[int, dict[str, int]] = field(default_factory=dict)
    teachers: dict[int, dict[str, int]] = field(default_factory=dict)
    points: list[School] = field(default_factory=list)  # points merged into this school


def draw_schools(plan: CountyPlan, rng: Random, years: tuple[int, int]) -> list[School]:
    """Return the county's schools in the order of their codes, those of either year."""
    schools: list[School] = []
    for number, kind in enumerate(KINDS):
        count = plan.schools[kind]
        total = count.now + count.closed
        order = list(range(total))
        rng.shuffle(order)
        closed = set(order[: count.closed])
        opened = set(order[count.closed : count.closed + count.opened])
        parents = _list_parents(schools) if kind == "teaching_point" else []
        for n in range(total):
            lived = years[:1] if n in closed else years[1:] if n in opened else years
            school = _draw_school(plan.county, kind, number, n + 1, rng, lived, parents)
            schools.append(school)
    return schools


def _list_parents(schools: list[School]) -> list[School]:
    primary = [s for s in schools if s.kind == "primary" and s.ownership == "public" and len(s.years) == 2]
    return [s for s in primary if s.locale != "urban"] or primary


def _draw_school(
    county: County, kind: str, number: int, n: int, rng: Random, years: tuple[int, ...], parents: list[School]
) -> School:
    locale = rng.choices((0, 1, 2), county.locales)[0]
    if kind in ("complete_secondary", "twelve_year", "senior", "vocational", "special"):
        locale = min(locale, rng.choice((0, 0, 1))) if county.character != "county" else min(locale, 1)
    school = School(
        code=f"{county.code}{number}{n:04d}",
        name="",
        kind=kind,
        locale=LOCALE_NAMES[locale],
        ownership="private" if rng.random() < _PRIVATE[kind] else "public",
        built=_draw_built(rng, years),
        years=years,
    )
    if kind == "teaching_point":
        _draw_point(school, county, n, rng, parents)
        return school
    school.name = _NAMES[kind].format(county=county.label, n=n)
    school.dense = (
        county.character == "core"
        and school.locale == "urban"
        and kind != "vocational"
        and rng.random() < 0.4
    )
    school.boarding = (
        rng.random() < _BOARDING.get(kind, (0.6, 0.6, 0.6) if kind in STAGES_OF else (0, 0, 0))[locale]
    )
    if kind in ("kindergarten", "special"):
        school.boarding = kind == "special" and rng.random() < 0.4
    if kind == "kindergarten":
        school.inclusive = school.ownership == "public" or rng.random() < 0.83
    _weigh_pupils(school, county, locale, rng)
    return school


def _draw_built(rng: Random, years: tuple[int, ...]) -> int:
    if years and years[0] == 2023:
        return 2023
    return rng.choices(
        (rng.randint(1948, 1989), rng.randint(1990, 2010), rng.randint(2011, 2016), rng.randint(2017, 2021)),
        (3, 4, 2, 1),
    )[0]


def _draw_point(school: School, county: County, n: int, rng: Random, parents: list[School]) -> None:
    school.locale = "rural"
    school.counts = rng.random() < POINTS_COUNTED or not parents
    parent = rng.choice(parents) if parents else None
    school.parent = parent
    base = parent.name if parent else f"{county.label}合成"
    school.name = _NAMES["teaching_point"].format(parent=base, n=n)
    if school.counts:
        small = rng.random() < POINTS_COUNTED_SMALL
        school.low, school.high = (12, 47) if small else (53, 97)
    else:
        school.low, school.high = 10, 140
        if parent is not None:
            parent.points.append(school)
    school.weights = {"primary": rng.uniform(school.low, min(school.high, 85))}


def _weigh_pupils(school: School, county: County, locale: int, rng: Random) -> None:
    kind = school.kind
    oversize = "school_size" in county.flaws
    if kind in ("vocational", "special"):
        sizes = (2100.0 if kind == "vocational" else 340.0) * rng.lognormvariate(0, 0.4)
        school.weights = {kind: sizes}
        school.low, school.high = (250, 9000) if kind == "vocational" else (20, 1500)
        return
    size = SIZES.get(kind, SIZES["senior"])[locale] * rng.lognormvariate(0, _SPREAD_OF_SIZE.get(kind, 0.25))
    if kind == "nine_year":
        share = rng.uniform(0.42, 0.56)
        school.weights = {"primary": size * share, "junior": size * (1 - share)}
        school.low, school.high = 130, 1480 if oversize else 1220
    elif kind == "complete_secondary":
        school.weights = {"junior": 0.33 * size, "senior": 0.6 * size}
        school.low, school.high = 150, 1900
    elif kind == "twelve_year":
        school.weights = {"primary": 0.3 * size, "junior": 0.3 * size, "senior": 0.3 * size}
        school.low, school.high = 150, 1200
    elif kind == "kindergarten":
        school.weights = {"kindergarten": size}
        school.low, school.high = 24, 900
    elif kind == "senior":
        school.weights = {"senior": size}
        school.low, school.high = 500, 6500
    else:
        school.weights = {kind: size}
        over = oversize and rng.random() < 0.06
        if over:
            school.weights = {kind: max(size, 2200.0)}
        # Points may be merged into a primary school: the whole must stay within the 2,000 of the rule.
        top = 1720 if kind == "primary" else 1960
        school.low, school.high = 110 if kind == "primary" else 220, 2600 if over else top
