"""What the report of a yearly evaluation prints: plain values, made by the program from a scored round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from duxue.core.text import Text

Edition = Literal["public", "internal"]


@dataclass(frozen=True, slots=True)
class BlockView:
    """A first-level block of the scored tree."""

    id: str
    title: Text
    full: Fraction


@dataclass(frozen=True, slots=True)
class ItemView:
    """A leaf of the scored tree."""

    id: str
    title: Text
    block: str
    window: Text
    full: Fraction


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The scores of one unit for one item."""

    item: str
    full: Fraction
    applies: bool
    self_score: Fraction | None
    online: Fraction | None
    field: Fraction | None
    verified: Fraction | None
    final: Fraction
    reasons: tuple[Text, ...]
    indicators: tuple[str, ...] = ()  # figures behind the points; empty where people judge

    @property
    def gap(self) -> Fraction | None:
        """Self less verified score; above 0: over-claimed."""
        if self.self_score is None or self.verified is None:
            return None
        return self.self_score - self.verified


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A veto that was applied to a unit's grade."""

    title: Text
    before: Text
    after: Text
    evidence: tuple[str, ...]
    decided_by: str
    reason: Text
    appeal: Text
    pending: bool = False  # it counts, but its appeal is not decided
    withdrawn: bool = False  # an appeal withdrew it: only the score sheet tells of it


@dataclass(frozen=True, slots=True)
class TaskView:
    """One line of the problem ledger."""

    id: str
    title: Text
    public: Text
    internal: Text
    kind: Text
    source: Text
    measure: Text
    responsible: Text
    post: Text
    plan_due: date
    due: date
    state: Text


@dataclass(frozen=True, slots=True)
class PracticeView:
    """A typical practice of a unit, with the unsupported numbers marked."""

    title: Text
    text: Text


@dataclass(frozen=True)
class UnitView:
    """One scored unit."""

    code: str
    name: Text
    rank: int
    rank_low: int | None
    rank_high: int | None
    self_total: Fraction
    verified_total: Fraction
    credibility: Fraction | None
    credibility_note: Text
    final: Fraction
    score_grade: Text
    grade: Text
    changes: Sequence[ChangeView]
    blocks: Mapping[str, Fraction]
    scores: Sequence[ScoreView]
    tasks: Sequence[TaskView]
    practices: Sequence[PracticeView]


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem over all units: in public words, and how many units it hits."""

    item: str
    public: Text
    hit: int
    of: int
    level: Text
    units: tuple[Text, ...]  # scored units that lost points, most first
    lost: Fraction  # points of all units together
    advice: Text


@dataclass(frozen=True, slots=True)
class AchievementView:
    """A sentence on what was achieved, with the figures of the whole in it."""

    item: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class FallView:
    """A figure that must not fall and did, with the explanation that was handed in."""

    unit: Text
    whole: bool  # whether the unit is a scored one, not one below it
    title: Text
    value: Text
    cause: str
    amount: Fraction | None  # 万元


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A scored unit's satisfaction in percent with its 95% interval, and how many sheets stand behind it."""

    unit: Text
    value: Fraction | None
    low: float | None
    high: float | None
    valid: int
    unknown: int
    marked: int
    without_marked: Fraction | None
    hidden: bool = False  # the counts are so small that outside they would point at people


@dataclass(frozen=True)
class DutyView:
    """A scored round as the report prints it."""

    title: Text
    issuer: Text
    number: str
    scheme: Text
    whole: Text  # name of the unit above the scored ones
    level: Text  # what the scored units are called
    year: int
    round_year: int
    day: date
    label: Text | None
    decimals: int
    draws: int
    clocks: tuple[int, int, int, int]  # days: plan, at once, by date, long-term
    method: str
    method_label: Text
    publish_grades: bool
    blocks: Sequence[BlockView]
    items: Sequence[ItemView]
    units: Sequence[UnitView]  # by rank
    grades: Sequence[Text]  # best first
    problems: Sequence[ProblemView]
    achievements: Sequence[AchievementView]
    commended: Sequence[tuple[Text, tuple[Text, ...]]]
    rectified_window: Text  # "" where no item looks back at last round
    falls: Sequence[FallView]
    survey: Sequence[SurveyView]
    digests: Sequence[tuple[Text, str]]
    run_id: str
    pack: str
    vetoes: Sequence[Text] = ()  # each with what it does to the grade
    excused: Sequence[tuple[Text, Text]] = ()  # units that do not take part: name, reason
