"""How far a school's resources lie from the standard: most lie just above it, some miss it, a few lie far above.

Schools are built and staffed up to the standard, so the spread of a county comes from a long upper tail and from
those that miss. The tail is lognormal; its mean is chosen so that the county's coefficient of variation comes out
near the one aimed at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Final

from duxue.microdata.synthetic.places import County
from duxue.microdata.synthetic.register import School

# 教督〔2017〕6号: the standards of the seven indicators, here only as the level around which schools are drawn.
STANDARD: Final[dict[str, dict[str, float]]] = {
    "primary": {"L1": 4.2, "L2": 1.0, "L3": 0.9, "L4": 4.5, "L5": 7.5, "L6": 2000.0, "L7": 2.3},
    "junior": {"L1": 5.3, "L2": 1.0, "L3": 0.9, "L4": 5.8, "L5": 10.2, "L6": 2500.0, "L7": 2.4},
}
# What the other stages are drawn around, per pupil or per 100 pupils (ours).
OTHER_STANDARD: Final[dict[str, dict[str, float]]] = {
    "kindergarten": {"L4": 7.0, "L5": 4.5, "L6": 1100.0, "L7": 2.6},
    "senior": {"L4": 6.2, "L5": 10.0, "L6": 3600.0, "L7": 2.3},
    "vocational": {"L4": 9.0, "L5": 8.5, "L6": 7200.0, "L7": 2.4},
    "special": {"L4": 14.0, "L5": 11.0, "L6": 9000.0, "L7": 9.0},
}
# Chance that a school of an ordinary county misses, before effort, place and owner.
_MISS: Final = {"L2": 0.26, "L3": 0.21, "L4": 0.07, "L5": 0.12, "L6": 0.05, "L7": 0.045}
_NEAR: Final = 0.60  # of those that miss, the share that reaches 85 % of the standard
_FAR_BELOW: Final = {"L2": 0.15, "L3": 0.25, "L5": 0.35}  # lowest level of those that miss by more
_TAIL: Final = {"L2": 1.40, "L3": 1.30, "L5": 1.35}  # sigma of the lognormal tail, else 1.2
# Standard deviation of the tail in units of its mean, as the schools of a county show it (a few dozen draws of a
# heavy tail show less than its formula promises).
_TAIL_SPREAD: Final = 1.28
_FARTHEST: Final = 4.0  # no school has more than this many times the standard


def chance_of_missing(school: School, county: County, indicator: str) -> float:
    """Return the chance that the school misses the standard of an indicator."""
    chance = _MISS[indicator] * county.effort
    if indicator in ("L4", "L5"):
        chance *= {"urban": 1.7, "town": 1.0, "rural": 0.5}[school.locale] * (1.4 if school.dense else 1.0)
    elif indicator in ("L2", "L3"):
        chance *= {"urban": 0.8, "town": 1.0, "rural": 1.35}[school.locale]
    if school.ownership == "private" and indicator in ("L2", "L5"):
        chance *= 2.2
    return min(chance, 0.7)


def draw_levels(
    school: School, county: County, stage: str, indicators: Mapping[str, bool], pupils: int, rng: Random
) -> dict[str, float]:
    """Return, for each indicator, the school's level as a multiple of the standard.

    In a leading county no school misses, except one indicator by a little where `indicators` says that it may.
    """
    levels: dict[str, float] = {}
    may_miss = county.leading and rng.random() < 0.12
    for indicator, continuous in indicators.items():
        aim = county.spread[stage][indicator]
        mean = aim / max(_TAIL_SPREAD - aim, 0.45)
        chance = rng.random()
        miss = chance_of_missing(school, county, indicator)
        if may_miss and continuous and rng.random() < 0.4:
            levels[indicator] = rng.uniform(0.88, 0.99)
            may_miss = False
        elif chance < miss * _NEAR:
            levels[indicator] = rng.uniform(0.865, 0.992)
        elif chance < miss:
            levels[indicator] = rng.uniform(_FAR_BELOW.get(indicator, 0.55), 0.84)
        else:
            size = min(max((700 / max(pupils, 1)) ** 0.15, 0.8), 1.5)
            sigma = _TAIL.get(indicator, 1.2)
            tail = mean * rng.lognormvariate(-sigma * sigma / 2, sigma) * size
            levels[indicator] = min(1.006 + tail, _FARTHEST * (0.5 if county.leading else 1.0))
    return levels


def count_to_level(level: float, standard: float, pupils: int) -> int:
    """Return a whole number of things per 100 pupils at `level` times the standard: not below it, or not above it."""
    wanted = level * standard * pupils / 100
    return math.ceil(wanted - 1e-9) if level >= 1 else math.floor(wanted)
