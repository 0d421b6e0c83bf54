"""Satisfaction surveys: how many to ask, what the answers say, and which answer sheets look suspicious.

Answers hold no identity: a sheet has a number, a group, seconds and the mark of a device. The rules are published before a
survey; docs/methods/satisfaction.md tells them with worked cases and sources.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

# Up to so many residents, so many sheets: the 1 per mille table; the last line has no upper end.
_TABLE = ((200_000, 200), (400_000, 300), (600_000, 500), (800_000, 700), (1_000_000, 900))
_TABLE_MOST = 1000
_RATE, _RATE_LEAST, _RATE_SMALL = Fraction(15, 10_000), 300, 200_000
_NORMAL = 1.959964  # 95 of 100
GROUPS = ("deputy", "head", "teacher", "parent")
VALUES: Mapping[str, Fraction] = {
    "satisfied": Fraction(1),
    "mostly": Fraction(4, 5),
    "basically": Fraction(3, 5),
    "dissatisfied": Fraction(0),
}
UNKNOWN = "unknown"
ANSWERS = (*VALUES, UNKNOWN)
SizeRule = Literal["table", "rate"]
Flag = Literal["quick", "device", "straight"]

SHARES: Mapping[SizeRule, Mapping[str, Fraction]] = {
    "table": {"deputy": Fraction(1, 20), "head": Fraction(1, 20), "teacher": Fraction(1, 5), "parent": Fraction(7, 10)},
    "rate": {"deputy": Fraction(1, 6), "head": Fraction(1, 6), "teacher": Fraction(1, 6), "parent": Fraction(1, 2)},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer sheet: the answers of one person nobody knows, by question."""

    unit: str
    group: str
    sheet: str
    answers: Mapping[str, str]
    seconds: int
    device: str


@dataclass(frozen=True, slots=True)
class Suspicion:
    """When a sheet is marked. Published before the survey; marked sheets are counted, never dropped in silence."""

    quick: int = 15  # fewer seconds than this
    device: int = 5  # more sheets than this from one device
    straight: int = 40  # the same answer to every question (two and more) in fewer seconds than this


@dataclass(frozen=True)
class Survey:
    """The answers of a round to one question, counted, and the marked sheets."""

    question: str
    counts: Mapping[tuple[str, str, str], int]  # unit, group, answer
    flags: Mapping[str, Mapping[Flag, int]] = field(default_factory=dict)  # unit -> mark -> sheets
    marked: Mapping[str, int] = field(default_factory=dict)  # unit -> sheets with any mark
    without_marked: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """Satisfaction of one unit, from 0 to 1; None where a group gave no valid answer."""

    unit: str
    value: Fraction | None
    low: float | None  # 95 of 100 intervals hold the value of all people
    high: float | None
    valid: int
    unknown: int
    best: Fraction | None  # share of the best answer among valid ones


def sample_size(residents: int, rule: SizeRule = "table") -> int:
    """Return how many people are asked in an area.

    Args:
        residents: number of residents.
        rule: `table`, the 1 per mille table of preschool evaluation; `rate`, the newer 1.5 per mille, at least 300 in areas of
            fewer than 200,000 residents.
    """
    if residents < 0:
        raise ValueError(f"{residents} residents")
    if rule == "rate":
        asked = math.ceil(residents * _RATE)
        return max(asked, _RATE_LEAST) if residents < _RATE_SMALL else asked
    return next((sheets for below, sheets in _TABLE if residents < below), _TABLE_MOST)


def quotas(sheets: int, rule: SizeRule = "table") -> dict[str, int]:
    """Return how many sheets each group gets; they add up to `sheets`, fractions go to the largest remainders."""
    ideal = {group: sheets * share for group, share in SHARES[rule].items()}
    given = {group: math.floor(part) for group, part in ideal.items()}
    rest = sorted(ideal, key=lambda group: (given[group] - ideal[group], GROUPS[::-1].index(group)))
    for group in rest[: sheets - sum(given.values())]:
        given[group] += 1
    return given


def marks(sheets: Sequence[Sheet], rule: Suspicion | None = None) -> dict[str, frozenset[Flag]]:
    """Return the marks of each sheet that has any, by sheet number."""
    rule = rule or Suspicion()
    devices = Counter((s.unit, s.device) for s in sheets if s.device)
    found: dict[str, frozenset[Flag]] = {}
    for sheet in sheets:
        mine: set[Flag] = set()
        if sheet.seconds < rule.quick:
            mine.add("quick")
        if devices[sheet.unit, sheet.device] > rule.device:
            mine.add("device")
        if len(sheet.answers) > 1 and len(set(sheet.answers.values())) == 1 and sheet.seconds < rule.straight:
            mine.add("straight")
        if mine:
            found[sheet.sheet] = frozenset(mine)
    return found


def count(sheets: Sequence[Sheet], question: str, rule: Suspicion | None = None) -> Survey:
    """Return the answers to one question by unit, group and answer, with the marked sheets counted beside them."""
    marked = marks(sheets, rule)
    counts: Counter[tuple[str, str, str]] = Counter()
    kept: Counter[tuple[str, str, str]] = Counter()
    flags: dict[str, Counter[Flag]] = defaultdict(Counter)
    units: Counter[str] = Counter()
    for sheet in sheets:
        mine = marked.get(sheet.sheet, frozenset())
        flags[sheet.unit].update(mine)
        units[sheet.unit] += bool(mine)
        if question in sheet.answers:
            key = (sheet.unit, sheet.group, sheet.answers[question])
            counts[key] += 1
            kept[key] += not mine
    return Survey(question, dict(counts), {u: dict(c) for u, c in flags.items()}, dict(units), dict(kept))


def form_rows(survey: Survey, year: int) -> list[tuple[int, str, str, str, int]]:
    """Return the rows of a form of counts: year, unit, group, answer, sheets; every cell, those with 0 too."""
    units = sorted({unit for unit, _, _ in survey.counts})
    return [
        (year, unit, group, answer, survey.counts.get((unit, group, answer), 0))
        for unit in units
        for group in GROUPS
        for answer in ANSWERS
    ]


def score(
    unit: str, counts: Mapping[tuple[str, str, str], int], weights: Mapping[str, Fraction] = SHARES["table"]
) -> Score:
    """Return a unit's satisfaction: the mean value of valid answers in each group, weighted by group.

    Those who do not know are no part of a mean; they are counted. The interval treats each group as a simple random
    sample: variance = sum of weight squared times the group's variance over its number of valid answers.
    """
    value, best, variance = Fraction(0), Fraction(0), 0.0
    valid = unknown = 0
    known = True
    for group, weight in weights.items():
        cells = {answer: counts.get((unit, group, answer), 0) for answer in VALUES}
        n = sum(cells.values())
        valid += n
        unknown += counts.get((unit, group, UNKNOWN), 0)
        if n == 0:
            known = False
            continue
        mean = sum((VALUES[a] * c for a, c in cells.items()), Fraction(0)) / n
        spread = sum((c * (VALUES[a] - mean) ** 2 for a, c in cells.items()), Fraction(0))
        value += weight * mean
        best += weight * Fraction(cells["satisfied"], n)
        variance += float(weight) ** 2 * float(spread) / max(n - 1, 1) / n
    if not known:
        return Score(unit, None, None, None, valid, unknown, None)
    half = _NORMAL * math.sqrt(variance)
    return Score(
        unit, value, max(0.0, float(value) - half), min(1.0, float(value) + half), valid, unknown, best
    )


def hide_small(cells: Mapping[str, int], least: int = 5) -> dict[str, int | None]:
    """Return counts for print with those from 1 to below `least` hidden (None).

    Where one alone would be hidden, the next smallest count above 0 is hidden with it, so that the total does not give it away.
    """
    small = {name for name, n in cells.items() if 0 < n < least}
    if len(small) == 1:
        others = sorted((n, name) for name, n in cells.items() if name not in small and n > 0)
        small |= {name for _, name in others[:1]}
    return {name: None if name in small else n for name, n in cells.items()}
