"""Teachers of each school by stage: number, degrees, rank, certificates, backbone and subject teachers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from duxue.microdata.synthetic.apportion import settle
from duxue.microdata.synthetic.calibration import STAFF_PER_TEACHER, STAGES
from duxue.microdata.synthetic.places import County
from duxue.microdata.synthetic.plan import CountyPlan
from duxue.microdata.synthetic.quality import STANDARD, count_to_level, draw_levels
from duxue.microdata.synthetic.register import School

# Shares of doctor, master, associate and lower degrees; the rest are bachelors.
_DEGREES: Final = {
    "kindergarten": (0.0, 0.003, 0.50, 0.07),
    "primary": (0.0, 0.025, 0.19, 0.012),
    "junior": (0.0002, 0.07, 0.045, 0.001),
    "senior": (0.0008, 0.19, 0.008, 0.0),
    "vocational": (0.001, 0.15, 0.03, 0.004),
    "special": (0.0, 0.04, 0.22, 0.01),
}
_SUBJECTS: Final = {"kindergarten": 0.05, "senior": 0.10, "vocational": 0.08, "special": 0.16}
_BACKBONE: Final = {"kindergarten": 0.03, "senior": 0.14, "vocational": 0.12, "special": 0.10}
_RANK: Final = {
    "kindergarten": 0.14,
    "primary": 0.50,
    "junior": 0.56,
    "senior": 0.60,
    "vocational": 0.55,
    "special": 0.52,
}


@dataclass(frozen=True, slots=True)
class Talent:
    """What a school keeps from year to year: its levels of backbone and subject teachers, and its shares."""

    backbone: float  # multiple of the standard (compulsory stages), else share of the teachers
    subjects: float
    master: float
    associate: float
    rank: float


def share_teachers(plan: CountyPlan, schools: list[School], rng: Random, years: tuple[int, int]) -> None:
    """Give each school its teachers of both years, so that the county's total of each stage is met exactly."""
    county = plan.county
    for stage in STAGES:
        keep: dict[str, float] = {}
        sigma = county.spread[stage]["L1"] if stage in county.spread else 0.12
        for year in reversed(years):
            living = [s for s in schools if stage in s.pupils.get(year, {})]
            weights, low = [], []
            for s in living:
                pupils = s.pupils[year][stage]
                if s.code not in keep:
                    size = min(max((650 / max(pupils, 1)) ** 0.12, 0.85), 1.6)
                    keep[s.code] = size * rng.lognormvariate(0, sigma * 0.8)
                weights.append(pupils * keep[s.code])
                low.append(_least_teachers(s, stage, year, county))
            high = [max(s.pupils[year][stage] // 2, 1) for s in living]
            for school, share in zip(
                living, settle(plan.teachers[year][stage], weights, low, high), strict=True
            ):
                school.teachers.setdefault(year, {})[stage] = share


def _least_teachers(school: School, stage: str, year: int, county: County) -> int:
    pupils = school.pupils[year][stage]
    pupils += sum(p.pupils.get(year, {}).get(stage, 0) for p in school.points)
    if county.leading and stage in STANDARD and school.kind != "teaching_point":
        return math.ceil(STANDARD[stage]["L1"] * pupils / 100 * 1.04) + 1
    if county.leading and stage in STANDARD:
        return math.ceil(STANDARD[stage]["L1"] * pupils / 100) + 1
    return max(1, pupils // 40)


def draw_talent(school: School, stage: str, pupils: int, county: County, rng: Random) -> Talent:
    """Return what a school's staff is like."""
    _, master, associate, _ = _DEGREES[stage]
    if stage in STANDARD:
        levels = draw_levels(school, county, stage, {"L2": False, "L3": False}, pupils, rng)
        backbone, subjects = levels["L2"], levels["L3"]
    else:
        backbone, subjects = (
            _BACKBONE[stage] * rng.uniform(0.5, 1.5),
            _SUBJECTS[stage] * rng.uniform(0.7, 1.3),
        )
    return Talent(
        backbone=backbone,
        subjects=subjects,
        master=master * rng.uniform(0.3, 1.7),
        associate=associate * rng.uniform(0.5, 1.5),
        rank=_RANK[stage] * rng.uniform(0.75, 1.25),
    )


def staff_stage(
    school: School, stage: str, year: int, talent: Talent, county: County, rng: Random
) -> list[int]:
    """Return the columns from teachers to teachers_shared of one row."""
    pupils, teachers = school.pupils[year][stage], school.teachers[year][stage]
    merged = pupils + sum(p.pupils.get(year, {}).get(stage, 0) for p in school.points)
    degrees = _count_degrees(stage, teachers, merged, talent, county, rng)
    merged_point = school.kind == "teaching_point" and not school.counts
    shared = 0
    if merged_point:
        backbone, subjects = 0, 0
    elif stage in STANDARD:
        backbone = min(count_to_level(talent.backbone, STANDARD[stage]["L2"], merged), int(teachers * 0.6))
        subjects = min(
            count_to_level(talent.subjects, STANDARD[stage]["L3"], merged), max(int(teachers * 0.5), 1)
        )
        if school.locale == "rural" and 50 <= pupils < 100:
            shared = 1 if rng.random() < 0.6 or county.leading else 0
    else:
        backbone, subjects = round(teachers * talent.backbone), round(teachers * talent.subjects)
    pe, music, art, arts = _split_subjects(min(subjects, teachers), rng)
    certified, hours = teachers, teachers
    if "certified" in county.flaws and rng.random() < 0.12:
        certified -= min(teachers, rng.randint(1, 3))
    if stage not in STANDARD and rng.random() < 0.3:
        certified -= int(teachers * rng.uniform(0, 0.06))
    if "hours" in county.flaws and rng.random() < 0.2:
        hours -= min(teachers, max(1, int(teachers * rng.uniform(0, 0.08))))
    rank = min(teachers, round(teachers * talent.rank))
    return [teachers, *degrees, backbone, certified, hours, rank, pe, music, art, arts, shared]


def count_staff(teachers: Mapping[str, int], rng: Random) -> int:
    """Return a school's staff of a year: its full-time teachers by stage and those who do not teach."""
    others = sum(n * (STAFF_PER_TEACHER[stage] - 1) for stage, n in teachers.items())
    return sum(teachers.values()) + int(others * rng.uniform(0.7, 1.3) + rng.random())


def _count_degrees(
    stage: str, teachers: int, pupils: int, talent: Talent, county: County, rng: Random
) -> tuple[int, int, int, int, int]:
    doctor_share, _, _, lower_share = _DEGREES[stage]
    doctor = 1 if rng.random() < teachers * doctor_share else 0
    master = min(int(teachers * talent.master + rng.random()), teachers - doctor)
    lower = min(int(teachers * lower_share + rng.random()), teachers - doctor - master)
    associate = min(int(teachers * talent.associate + rng.random()), teachers - doctor - master - lower)
    if county.leading and stage in STANDARD:
        below = lower if stage == "primary" else lower + associate
        if (teachers - below) * 100 < STANDARD[stage]["L1"] * pupils:
            lower, associate = 0, associate if stage == "primary" else 0
    return doctor, master, teachers - doctor - master - lower - associate, associate, lower


def _split_subjects(total: int, rng: Random) -> tuple[int, int, int, int]:
    pe = int(total * 0.46 + rng.random()) if total > 1 else total
    music = int((total - pe) * 0.5 + rng.random())
    art = total - pe - music
    arts = 1 if art > 1 and rng.random() < 0.1 else 0
    return pe, music, art - arts, arts
