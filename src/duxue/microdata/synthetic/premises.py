"""Rooms, grounds, equipment, funds and rotation of each school, drawn for a school together with its merged points."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random
from typing import Final

from duxue.microdata.synthetic.calibration import SPLIT_WEIGHT
from duxue.microdata.synthetic.places import County
from duxue.microdata.synthetic.quality import OTHER_STANDARD, STANDARD, draw_levels
from duxue.microdata.synthetic.register import School

SHARED: Final = ("L4", "L5", "L6", "L7")
# Public funds per pupil in yuan (ours, above the national base of 720 and 940).
_FUNDS: Final = {
    "kindergarten": 710,
    "primary": 860,
    "junior": 1080,
    "senior": 1250,
    "vocational": 3800,
    "special": 8600,
}
_BOOKS: Final = {
    "kindergarten": 11,
    "primary": 31,
    "junior": 42,
    "senior": 43,
    "vocational": 34,
    "special": 38,
}
_COMPUTERS: Final = {
    "kindergarten": 2.5,
    "primary": 14,
    "junior": 17,
    "senior": 19,
    "vocational": 26,
    "special": 22,
}


@dataclass(slots=True)
class Premises:
    """What stands on a school's ground in the last year it is known; of the year before there was a little less."""

    teaching: float = 0.0  # without the indoor sports rooms, m2
    indoor: float = 0.0
    ground: float = 0.0
    extra: float = 0.0
    equipment: float = 0.0  # yuan
    multimedia: int = 0
    books: int = 0
    computers: int = 0
    grown: float = 1.0  # size of the year before relative to this one
    rooms_new: bool = False  # music and art rooms of the full size
    rooms_lack: tuple[int, int] = (0, 0)  # music and art rooms fewer than needed
    points: dict[str, tuple[float, float, float, int]] = field(default_factory=dict)


def list_pupils(school: School, year: int) -> dict[str, int]:
    """Return the pupils by stage of a school with the points merged into it."""
    pupils = dict(school.pupils.get(year, {}))
    for point in school.points:
        for stage, number in point.pupils.get(year, {}).items():
            pupils[stage] = pupils.get(stage, 0) + number
    return pupils


def draw_premises(school: School, year: int, county: County, rng: Random) -> Premises:
    """Return a school's premises; combined schools are drawn so that each stage reaches its standard after the split."""
    pupils = list_pupils(school, year)
    weighted = sum(SPLIT_WEIGHT[s] * n for s, n in pupils.items())
    alone = len(pupils) == 1
    judged = [s for s in pupils if s in STANDARD] or list(pupils)
    table = STANDARD if judged[0] in STANDARD else OTHER_STANDARD
    standard = {i: max(table[s][i] / (1.0 if alone else SPLIT_WEIGHT[s]) for s in judged) for i in SHARED}
    if alone:
        weighted = float(sum(pupils.values()))
    stage = "junior" if "junior" in judged else "primary"
    total = sum(pupils.values())
    continuous = {i: i != "L7" and total >= 300 for i in SHARED}
    levels = draw_levels(school, county, stage, continuous, total, rng)
    per_hundred = weighted * standard["L7"] * levels["L7"] / 100
    sports = weighted * standard["L5"] * levels["L5"]
    indoor = 0.0 if total < 400 or rng.random() < 0.45 else min(total * rng.uniform(0.2, 0.8), sports * 0.3)
    extra = sports * rng.uniform(0.1, 0.25) if school.dense and rng.random() < 0.5 else 0.0
    lack = "rooms" in county.flaws and rng.random() < 0.09
    premises = Premises(
        teaching=weighted * standard["L4"] * levels["L4"],
        indoor=indoor,
        ground=sports - indoor - extra,
        extra=extra,
        equipment=weighted * standard["L6"] * levels["L6"],
        multimedia=math.ceil(per_hundred - 1e-9) if levels["L7"] >= 1 else int(per_hundred),
        books=sum(round(_BOOKS[s] * n * rng.uniform(0.85, 1.2)) for s, n in pupils.items()),
        computers=sum(round(_COMPUTERS[s] * n / 100 * rng.uniform(0.7, 1.5)) for s, n in pupils.items()),
        grown=rng.uniform(0.985, 1.0) if rng.random() < 0.75 else rng.uniform(0.88, 0.985),
        rooms_new=school.built > 2016 or rng.random() < 0.6,
        rooms_lack=(rng.choice((0, 1)), 1) if lack else (0, 0),
    )
    for point in school.points:
        number = point.pupils.get(year, {}).get("primary", 0)
        share = number / max(weighted, 1) * rng.uniform(0.6, 1.15)
        rooms = min(round(number / 40), premises.multimedia // 4)
        premises.points[point.code] = (
            premises.teaching * share,
            premises.ground * share,
            premises.equipment * share,
            rooms,
        )
    return premises


def furnish(
    school: School,
    premises: Premises,
    year: int,
    now: int,
    classes: int,
    largest: int,
    teachers: int,
    county: County,
    rng: Random,
) -> list[object]:
    """Return the columns from teaching_area to rotated_backbone of one row; `classes` are the compulsory ones."""
    last = year == max(school.years) or year == now
    factor = 1.0 if last else premises.grown
    less = [premises.points[p.code] for p in school.points if year in p.years and p.code in premises.points]
    teaching = (premises.teaching - sum(p[0] for p in less)) * factor
    ground = (premises.ground - sum(p[1] for p in less)) * (1.0 if factor > 0.97 else factor)
    money = (premises.equipment - sum(p[2] for p in less)) * factor
    multimedia = max(
        round((premises.multimedia - sum(p[3] for p in less)) * (factor if factor < 0.97 else 1.0)), 0
    )
    if school.kind == "teaching_point" and not school.counts and school.parent is not None:
        raise ValueError("a merged point is furnished from its parent")
    return [
        f"{teaching + premises.indoor:.2f}",
        f"{premises.indoor:.2f}",
        f"{ground:.2f}",
        f"{premises.extra:.2f}",
        f"{money / 10000:.4f}",
        multimedia,
        round(premises.books * factor),
        round(premises.computers * factor),
        *_count_rooms(school, premises, classes, largest),
        *_fund(school, year, county, rng),
        *_rotate(teachers, school, county, rng),
    ]


def furnish_point(
    point: School,
    given: tuple[float, float, float, int],
    year: int,
    teachers: int,
    county: County,
    rng: Random,
) -> list[object]:
    """Return the same columns of a point that is merged into its parent school."""
    teaching, ground, money, rooms = given
    pupils = point.pupils[year]["primary"]
    return [
        f"{teaching:.2f}",
        "0.00",
        f"{ground:.2f}",
        "0.00",
        f"{money / 10000:.4f}",
        rooms,
        round(pupils * rng.uniform(18, 34)),
        round(pupils * rng.uniform(0.06, 0.2)),
        *([0] * 8),
        *_fund(point, year, county, rng),
        *_rotate(teachers, point, county, rng),
    ]


def _count_rooms(school: School, premises: Premises, classes: int, largest: int) -> list[int]:
    # One music and one art room for every 12 classes; older and small rural schools may have smaller rooms.
    needed = -(-classes // 12)
    rooms = [0] * 8
    tier = 0 if premises.rooms_new or school.built > 2016 else 1
    if school.locale == "rural" and 0 < largest < 30 and not premises.rooms_new:
        tier = 2
    rooms[tier] = max(needed - premises.rooms_lack[0], 0)
    rooms[4 + tier] = max(needed - premises.rooms_lack[1], 0)
    return rooms


def _fund(school: School, year: int, county: County, rng: Random) -> list[str]:
    yuan = 0.0
    low = 0.80 if "funds" in county.flaws else 1.0
    for stage, pupils in school.pupils[year].items():
        counted = (
            max(pupils, 100) if stage in STANDARD else pupils
        )  # schools under 100 pupils are funded as for 100
        yuan += counted * _FUNDS[stage] * rng.uniform(low, low + 0.18)
    poor = "training" in county.flaws and rng.random() < 0.85
    training = yuan * (rng.uniform(0.036, 0.049) if poor else rng.uniform(0.0505, 0.085))
    return [f"{yuan / 10000:.4f}", f"{training / 10000:.4f}"]


def _rotate(teachers: int, school: School, county: County, rng: Random) -> list[int]:
    if school.ownership == "private" or not teachers:
        return [0, 0, 0]
    eligible = int(teachers * rng.uniform(0.3, 0.5) + rng.random())
    share = rng.uniform(0.06, 0.095) if "rotation" in county.flaws else rng.uniform(0.115, 0.17)
    rotated = min(eligible, int(eligible * share + rng.random()))
    return [eligible, rotated, min(rotated, int(rotated * rng.uniform(0.24, 0.34) + rng.random()))]
