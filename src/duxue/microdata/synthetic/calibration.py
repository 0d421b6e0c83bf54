"""The figures a synthetic Shandong is held to: published totals of 2023, assumed totals of 2022, weights of cities.

Totals of 2023: 2023年山东省教育事业发展统计公报 (Shandong Department of Education, 4 July 2024). The bulletin counts
a nine-year school among the junior schools, but pupils and teachers by stage. It gives no teachers of vocational and
special schools: those are ours. Of 2022 it gives kindergartens and children, by their change; the rest of 2022 is
ours, near the trend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

YEARS: Final = (2022, 2023)
STAGES: Final = ("kindergarten", "primary", "junior", "senior", "vocational", "special")
KINDS: Final = (
    "kindergarten",
    "primary",
    "teaching_point",
    "junior",
    "nine_year",
    "complete_secondary",
    "twelve_year",
    "senior",
    "vocational",
    "special",
)
STAGES_OF: Final[dict[str, tuple[str, ...]]] = {
    "kindergarten": ("kindergarten",),
    "primary": ("primary",),
    "teaching_point": ("primary",),
    "junior": ("junior",),
    "nine_year": ("primary", "junior"),
    "complete_secondary": ("junior", "senior"),
    "twelve_year": ("primary", "junior", "senior"),
    "senior": ("senior",),
    "vocational": ("vocational",),
    "special": ("special",),
}
# Weights by which a combined school's rooms, grounds, equipment are split between its stages.
SPLIT_WEIGHT: Final = {
    "kindergarten": 1.0,
    "primary": 1.0,
    "junior": 1.1,
    "senior": 1.32,
    "vocational": 1.32,
    "special": 1.0,
}


@dataclass(frozen=True, slots=True)
class StageTotals:
    """What a stage has in the whole province in one year."""

    pupils: int
    teachers: int


TOTALS: Final[dict[int, dict[str, StageTotals]]] = {
    2022: {
        "kindergarten": StageTotals(3_887_200, 296_400),
        "primary": StageTotals(7_952_600, 468_100),
        "junior": StageTotals(3_938_400, 308_300),
        "senior": StageTotals(1_917_800, 160_200),
        "vocational": StageTotals(897_600, 59_600),
        "special": StageTotals(53_900, 8_700),
    },
    2023: {
        "kindergarten": StageTotals(3_072_400, 255_700),
        "primary": StageTotals(8_120_900, 477_400),
        "junior": StageTotals(4_003_500, 315_600),
        "senior": StageTotals(1_985_400, 166_900),
        "vocational": StageTotals(882_900, 58_900),
        "special": StageTotals(54_600, 8_900),
    },
}
# The bulletin's staff over its full-time teachers (compulsory schools together: it counts staff by school and teachers by
# stage); of vocational and special schools it gives no staff: ours.
STAFF_PER_TEACHER: Final = {
    "kindergarten": 409_300 / 255_700,
    "primary": 807_800 / 793_000,
    "junior": 807_800 / 793_000,
    "senior": 204_600 / 166_900,
    "vocational": 1.2,
    "special": 1.15,
}
# The bulletin: children who entered kindergarten in 2023.
KINDERGARTEN_ENTRANTS: Final = {2022: 1_060_800, 2023: 811_400}


@dataclass(frozen=True, slots=True)
class KindCount:
    """Schools of a kind: those of 2023, those of 2022 that closed, those of 2023 that had just opened."""

    now: int
    closed: int
    opened: int


# 8,654 primary schools; 3,327 junior = 2,427 + 900; 782 senior = 602 + 120 + 60; 413 vocational; 161 special.
# How the junior and senior schools divide into kinds, and the teaching points, is ours.
SCHOOLS: Final = {
    "kindergarten": KindCount(22_464, 2_600, 178),
    "primary": KindCount(8_654, 206, 22),
    "teaching_point": KindCount(1_500, 96, 0),
    "junior": KindCount(2_427, 9, 22),
    "nine_year": KindCount(900, 2, 20),
    "complete_secondary": KindCount(120, 2, 2),
    "twelve_year": KindCount(60, 0, 4),
    "senior": KindCount(602, 2, 20),
    "vocational": KindCount(413, 7, 1),
    "special": KindCount(161, 0, 2),
}
# Of the teaching points: those that count as schools, a part of them below 50 pupils and the others from 50 to 99.
POINTS_COUNTED: Final = 0.28
POINTS_COUNTED_SMALL: Final = 0.55

# The census of 2020 counted 101,527,453 residents: taken for the end of 2022; 2023 is 0.4 % lower (our assumption).
RESIDENTS: Final = {2022: 101_527_453, 2023: 101_121_343}

# City: residents of the 2020 census in 万, and our tilt by the share of children (1 = as the province).
CITIES: Final[dict[str, tuple[float, float]]] = {
    "370100": (920.24, 0.98),
    "370200": (1007.17, 0.94),
    "370300": (470.41, 0.84),
    "370400": (385.56, 1.15),
    "370500": (219.35, 0.98),
    "370600": (710.21, 0.74),
    "370700": (938.67, 0.93),
    "370800": (835.79, 1.10),
    "370900": (547.22, 0.95),
    "371000": (290.65, 0.70),
    "371100": (296.84, 1.00),
    "371300": (1101.84, 1.20),
    "371400": (561.12, 1.02),
    "371500": (595.22, 1.15),
    "371600": (392.86, 1.00),
    "371700": (879.59, 1.24),
}
