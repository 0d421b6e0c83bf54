"""The values of a scored round: what was claimed, what was verified, the points with their reasons, and the grade."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from duxue.core.errors import Place
from duxue.core.text import Text

Layer = Literal["self", "online", "field"]
State = Literal["scored", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Used:
    """One figure that went into points: an indicator of a unit and year, with its value in the indicator's unit."""

    indicator: str
    unit: str
    year: int | None
    by: tuple[tuple[str, str], ...]
    value: Fraction | None  # None for a verdict
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one item for one unit, and why."""

    item: str
    unit: str
    points: Fraction
    full: Fraction  # after redistribution of items that do not apply
    reason: Text
    state: State = "scored"
    used: tuple[Used, ...] = ()
    failing: tuple[str, ...] = ()  # codes of the units below that cost points


@dataclass(frozen=True, slots=True)
class SelfScore:
    """What a unit claims for one item."""

    unit: str
    item: str
    score: Fraction
    evidence: tuple[str, ...] = ()
    note: str = ""
    place: Place = dataclasses.field(
        default_factory=Place, compare=False
    )  # where the row stands, for messages


@dataclass(frozen=True, slots=True)
class ReviewScore:
    """What one reviewer gives for one item in one layer."""

    layer: Literal["online", "field"]
    unit: str
    item: str
    reviewer: str
    score: Fraction
    reason: str
    evidence: tuple[str, ...] = ()
    role: Literal["review", "reconcile"] = "review"
    place: Place = dataclasses.field(default_factory=Place, compare=False)


@dataclass(frozen=True, slots=True)
class VetoEvent:
    """A veto entered by people: nothing counts without evidence, decision maker and reason."""

    unit: str
    veto: str
    evidence: tuple[str, ...]
    decided_by: str
    reason: str
    appeal: Literal["none", "pending", "upheld", "withdrawn"] = "none"  # withdrawn: the veto no longer counts
    place: Place = dataclasses.field(default_factory=Place, compare=False)


@dataclass(frozen=True, slots=True)
class OldProblem:
    """A problem of last round as it stands when the new round is frozen."""

    id: str
    unit: str
    item: str
    state: Literal["open", "closed", "extended", "reopened"]
    due: date | None
    closed: date | None = None
    overdue: bool = False  # not closed by its day, or closed after it
    place: Place = dataclasses.field(default_factory=Place, compare=False)


@dataclass(frozen=True, slots=True)
class ItemScores:
    """One leaf of the tree for one unit: three layers, the verified score and what reviewers said."""

    item: str
    unit: str
    full: Fraction
    state: State
    computed: Points | None  # None for an item that only people judge
    self_score: Fraction | None
    online: Fraction | None
    field: Fraction | None
    verified: Fraction | None  # field where visited, else online; None: not verified
    final: Fraction  # what the item contributes after credibility
    reasons: tuple[Text, ...]
    gap: Fraction | None  # self less verified; above 0: over-claimed


@dataclass(frozen=True, slots=True)
class CredibilityScore:
    """Credibility of one unit, whole or by block."""

    unit: str
    block: str  # "" for the whole
    method: str
    value: Fraction | None
    uncapped: Fraction | None
    verified_items: int
    self_sum: Fraction  # over verified items
    verified_sum: Fraction
    reason: Text


@dataclass(frozen=True, slots=True)
class GradeChange:
    """One veto as it was applied."""

    veto: str
    before: str
    after: str
    evidence: tuple[str, ...]
    decided_by: str
    reason: Text
    appeal: str

    @property
    def counts(self) -> bool:
        """Whether it stands: what an appeal withdrew is told to nobody outside."""
        return self.appeal != "withdrawn"


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's outcome."""

    unit: str
    name: Text
    self_total: Fraction
    verified_total: Fraction  # verified where verified, else self
    credibility: CredibilityScore
    final: Fraction
    rank: int
    score_grade: str  # "" where the round has no grades
    grade: str
    changes: tuple[GradeChange, ...]
    blocks: Mapping[str, Fraction]  # first-level block -> final points
    rank_low: int | None = None  # best and worst rank in 95 of 100 sensitivity draws
    rank_high: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the problem list; the ledger adds measures, people and dates to it."""

    id: str
    unit: str
    item: str
    window: str
    source: Literal["data", "self", "online", "field", "satisfaction", "last_round"]
    public: Text
    internal: Text
    lost: Fraction  # points
    units_hit: tuple[str, ...]
    units_all: int
    kind: Literal["at_once", "by_date", "long_term"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a figure of one unit fell, and the amount in 万元 that explains it."""

    unit: str
    indicator: str
    by: tuple[tuple[str, str], ...]
    cause: str
    amount: Fraction
    place: Place = dataclasses.field(default_factory=Place, compare=False)


@dataclass(frozen=True, slots=True)
class Fall:
    """One figure that fell, with its explanation; None where nobody gave one."""

    unit: str
    indicator: str
    by: tuple[tuple[str, str], ...]
    title: Text
    value: Fraction
    explanation: Explanation | None


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A unit's satisfaction in percent: value, 95% interval, who did not know, and marked sheets."""

    unit: str
    value: Fraction | None
    low: float | None
    high: float | None
    valid: int
    unknown: int
    marked: int
    flags: Mapping[str, int]  # why sheets were marked -> how many
    without_marked: Fraction | None  # the value without the marked sheets


@dataclass(frozen=True)
class Scored:
    """A whole round, scored: everything that reports, tables and the recomputation need."""

    units: Sequence[UnitScore]  # by rank
    items: Sequence[ItemScores]  # by unit, then in the order of the tree
    credibility: Sequence[CredibilityScore]  # whole and by block
    problems: Sequence[Problem]
    commended: Mapping[str, tuple[str, ...]]  # commendation -> units
    surveyed: Sequence[Surveyed] = ()  # satisfaction, where the round has a survey
    falls: Sequence[Fall] = ()  # figures that fell, each with its explanation
