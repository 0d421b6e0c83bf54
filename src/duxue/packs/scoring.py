"""The shape of a pack's `scoring`: a tree of items with points, typed rules, review, credibility, grades and vetoes.

Shapes only, as in `duxue.packs.schema`; names of indicators, sums of points and units of measure are checked by lint.
The types of rules follow section 4.9 of the domain notes; each has a method page under docs/methods.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from duxue.packs.base import Bilingual, Comparison, Exact, Id, Model, SourceRef

Better = Literal["more", "less"]


class Figure(Model):
    """Which computed figure a rule looks at."""

    of: Id = Field(description="Indicator or verdict of this pack.")
    by: dict[str, str] = Field(
        default_factory=dict, description="Dimension values, for instance stage: primary."
    )


class Gate(Figure):
    """Full points when the figure meets the comparison, otherwise none."""

    type: Literal["gate"]
    meets: Comparison = Field(description="Comparison in the indicator's unit, for instance `>= 0`.")
    each: Id | None = Field(
        None,
        description="Level below the scored unit: every unit of it must meet; absent: the scored unit itself.",
    )


class Shortfall(Figure):
    """Points are taken off in proportion to the distance from the standard, never below zero."""

    type: Literal["shortfall"]
    meets: Comparison = Field(description="Comparison at which nothing is taken off.")
    deduct: Exact = Field(description="Points taken off for one `step` of distance.")
    step: Exact = Field(Fraction(1), description="Distance in the indicator's unit.")
    whole_steps: bool = Field(
        False,
        description="Whether only full steps count; by default part of a step takes off part of the points.",
    )


class PerUnit(Figure):
    """Points are taken off for each unit below the scored one that does not meet the comparison."""

    type: Literal["per_unit"]
    each: Id = Field(description="Level of the units that are looked at.")
    meets: Comparison = Field(description="Comparison that each unit should meet.")
    deduct: Exact = Field(description="Points taken off for each unit that does not meet it.")
    most: Exact | None = Field(None, description="Most that is taken off; absent: all points of the item.")


class Occurrence(Figure):
    """Points are taken off for each verified case that the figure counts."""

    type: Literal["occurrence"]
    deduct: Exact = Field(description="Points taken off for one case.")
    most: Exact | None = Field(None, description="Most that is taken off; absent: all points of the item.")


class Element(Model):
    """One part of an element sum: computed when it names a figure, otherwise judged by reviewers on evidence."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="What must be there.")
    points: Exact = Field(description="Points when it is there.")
    of: Id | None = Field(None, description="Indicator that shows it; absent: judged on evidence.")
    by: dict[str, str] = Field(default_factory=dict, description="Dimension values of the indicator.")
    meets: Comparison | None = Field(None, description="Comparison that shows it.")


class Elements(Model):
    """The points of those elements that are there are added up."""

    type: Literal["elements"]
    elements: tuple[Element, ...] = Field(
        min_length=1, description="Parts; their points add up to the item's."
    )


class Stepwise(Model):
    """Judged by reviewers, who start from full points and step down; every step down needs a note."""

    type: Literal["stepwise"]
    step: Exact = Field(Fraction(1, 10), description="Smallest step; a score between steps is refused.")


class Band(Model):
    """One interval of a band rule: from its lower bound (included) to the next band's."""

    from_: Exact | None = Field(None, alias="from", description="Lower bound, included; absent: no bound.")
    points: Exact = Field(description="Points of the interval.")


class Bands(Figure):
    """Points by the interval in which the figure lies; intervals are half-open and leave no gap."""

    type: Literal["bands"]
    bands: tuple[Band, ...] = Field(min_length=2, description="Intervals, in rising order.")


class Trend(Figure):
    """Points by the change since the year before, with a rule for falling three years running."""

    type: Literal["trend"]
    better: Better = Field("more", description="Which direction is good.")
    least: Exact = Field(
        Fraction(0), description="Smallest change in the good direction that counts as better."
    )
    improved: Exact = Field(description="Points when it became better by at least `least`.")
    held: Exact = Field(description="Points when it did not become worse, but not better by `least` either.")
    worse: Exact = Field(Fraction(0), description="Points when it became worse.")
    three_years: Exact | None = Field(
        None, description="Points when it became worse three years running; absent: as `worse`."
    )


class Place(Model):
    """One step of a rank rule."""

    to: int = Field(ge=1, description="Last rank that gets these points.")
    points: Exact = Field(description="Points.")


class Rank(Figure):
    """Points by the rank among all scored units."""

    type: Literal["rank"]
    better: Better = Field("more", description="Which direction is good.")
    places: tuple[Place, ...] = Field(min_length=1, description="Steps, best first; later ranks get 0.")
    ties: Literal["best", "worst", "mean"] = Field(
        "best", description="Which rank equal figures share: the best, the worst or the mean of their points."
    )


class AgainstMean(Figure):
    """Full points at or above the mean of all scored units, otherwise points by rank among those below."""

    type: Literal["mean"]
    better: Better = Field("more", description="Which direction is good.")
    mean: Literal["whole", "simple"] = Field(
        "whole",
        description="whole: the figure of the unit above, a ratio of totals; simple: mean of the figures.",
    )
    below: tuple[Place, ...] = Field((), description="Points by rank among the units on the wrong side.")


class Part(Model):
    """One part of a composite."""

    weight: Exact = Field(description="Weight; the weights of a composite add up to 1.")
    rule: Rule = Field(description="Rule that gives the part's share of full points.")


class Composite(Model):
    """The weighted sum of the parts' shares of full points."""

    type: Literal["composite"]
    parts: tuple[Part, ...] = Field(min_length=2, description="Parts.")


class ForClass(Model):
    """The rule for one class of units."""

    class_: str = Field(alias="class", description="Value of the classifying figure or the class list.")
    rule: Rule = Field(description="Rule for units of this class.")


class ByClass(Model):
    """Different standards for different classes of units, for instance three kinds of counties."""

    type: Literal["by_class"]
    classes: dict[str, tuple[str, ...]] = Field(description="Class -> codes of the units in it.")
    rules: tuple[ForClass, ...] = Field(min_length=1, description="One rule for each class.")


class Judged(Model):
    """Points given by reviewers alone, with a reason."""

    type: Literal["judged"]
    step: Exact | None = Field(None, description="Smallest step; absent: any number.")


class Rectified(Model):
    """Points from last round's problem list: the share closed, less points for overdue and reopened problems."""

    type: Literal["rectified"]
    overdue: Exact = Field(Fraction(0), description="Points taken off for each overdue problem.")
    reopened: Exact = Field(Fraction(0), description="Points taken off for each reopened problem.")


Rule = Annotated[
    Gate
    | Shortfall
    | PerUnit
    | Occurrence
    | Elements
    | Stepwise
    | Bands
    | Trend
    | Rank
    | AgainstMean
    | Composite
    | ByClass
    | Judged
    | Rectified,
    Field(discriminator="type"),
]

# Rules hold rules: the names are known only now, and messages about a rule file read these models.
for _model in (Part, Composite, ForClass, ByClass):
    _model.model_rebuild()


class Applies(Figure):
    """When an item applies to a unit."""

    meets: Comparison = Field(description="Comparison; where it does not hold the item does not apply.")


class Item(Model):
    """One node of the scored tree: a block with items below it, or a leaf with a rule."""

    id: Id = Field(description="Name, unique in the tree.")
    title: Bilingual = Field(description="Printed name.")
    points: Exact = Field(description="Full points; those of a block are the sum of its items.")
    items: tuple[Item, ...] = Field((), description="Items below; absent on a leaf.")
    rule: Rule | None = Field(None, description="How a leaf is scored.")
    window: Id | None = Field(None, description="Content window; default: that of the block above.")
    applies: Applies | None = Field(None, description="When the item applies; absent: always.")
    not_applicable: Literal["redistribute", "full"] = Field(
        "redistribute",
        description="Where the item does not apply: its points go to the other items of the block in proportion, or are given in full.",
    )
    responsible: Bilingual | None = Field(None, description="Body that answers for the item.")
    evidence: Bilingual | None = Field(None, description="Evidence that is asked for.")
    verified: tuple[Literal["online", "field"], ...] = Field(
        ("online",), description="Layers in which the item is verified; none: the self score stands."
    )
    problem: Bilingual | None = Field(
        None,
        description="Sentence for the problem list when points are lost; {who} is the quantifier and kind of unit.",
    )
    advice: Bilingual | None = Field(None, description="Rectification opinion when points are lost.")
    achievement: Bilingual | None = Field(
        None,
        description="Sentence for the practices and results; {value}, {met}, {units} stand for the whole's figures.",
    )
    source: SourceRef | None = Field(None, description="Where the item comes from.")


class Window(Model):
    """A content window: which time an item is about."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="Printed name.")
    year: Literal["last_round", "evaluated", "current"] = Field(description="Which time it looks at.")


class Review(Model):
    """How several reviewers' scores for one item become one."""

    reviewers: int = Field(1, ge=1, le=3, description="Reviewers that each item needs in a layer.")
    tolerance: Exact = Field(
        Fraction(1, 10),
        description="Share of full points within which two scores are averaged; further apart a third review decides.",
    )


class Credibility(Model):
    """How self scores and verified scores are joined into the final score. The official formula is not published."""

    method: Literal["M1", "M2", "M3"] = Field(description="M1 ratio, M2 agreement, M3 deviation.")
    tolerance: Exact = Field(Fraction(0), description="M2: share of full points within which scores agree.")
    cap: bool = Field(True, description="Whether credibility above 1 counts as 1.")
    floor: Exact | None = Field(None, description="Lowest credibility.")
    least_items: int = Field(1, ge=1, description="Fewest verified items with which it is computed.")
    by_block: bool = Field(False, description="Whether each first-level block has its own credibility.")
    replace_verified: bool = Field(
        False,
        description="Whether verified items take the verified score and only the others are multiplied.",
    )
    source: SourceRef | None = Field(None, description="Where the method comes from.")


WIDE = Fraction(
    1, 20
)  # share of full points from which a claim is far above what was verified: a proposal, ours


def claims_too_much(claimed: Fraction, verified: Fraction, full: Fraction) -> bool:
    """Return whether a claim lies so far above what was verified that a unit is named for it; less may be rounding."""
    return claimed > verified and claimed - verified >= WIDE * full


class Grade(Model):
    """One grade: from its lower bound (included) to the next grade's."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="Printed name.")
    from_: Exact = Field(alias="from", description="Lowest final score, included.")


class Veto(Model):
    """A rule applied after the score: caps the grade, drops it by steps, or forces one."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="What happened.")
    kind: Literal["cap", "drop", "force"] = Field(description="What it does to the grade.")
    grade: Id | None = Field(None, description="Grade for cap and force.")
    steps: int = Field(1, ge=1, description="Grades for drop.")
    when: Applies | None = Field(
        None, description="Figure that calls for it; absent: entered by people with evidence."
    )
    source: SourceRef | None = Field(None, description="Where the rule comes from.")


class Praise(Figure):
    """One condition of a commendation."""

    meets: Comparison | None = Field(None, description="Comparison with a number.")
    above: Literal["whole", "simple"] | None = Field(
        None, description="Above the figure of the unit above, or the mean."
    )


class Commendation(Model):
    """A list of units commended for one dimension: all conditions hold."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="What for.")
    all: tuple[Praise, ...] = Field(min_length=1, description="Conditions.")
    source: SourceRef | None = Field(None, description="Where the rule comes from.")


class Explained(Figure):
    """A figure that must be explained, with cause and amount, for each unit where the comparison does not hold."""

    meets: Comparison = Field(description="Comparison; where it does not hold an explanation is mandatory.")
    each: Id | None = Field(
        None, description="Level below the scored unit whose units explain; absent: the scored unit."
    )


class SameScope(Figure):
    """An amount that is compared with last year's over the same units, or with a stated change of scope."""

    each: Id = Field(description="Level of the units that make up the amount.")
    adjustment: Id = Field(
        description="Indicator with the change of last year's amount to this year's scope; 0: no change."
    )


class Survey(Model):
    """The satisfaction survey of a round: its answers must be those that the data count."""

    of: Id = Field(description="Indicator with the satisfaction of a unit.")
    answers: Id = Field(description="Indicator with the number of answers, by group and answer.")
    group: Id = Field(description="Dimension of the groups that were asked.")
    answer: Id = Field(description="Dimension of the answers.")
    question: Id = Field(description="Question whose answers count.")


class Scoring(Model):
    """How a round is scored."""

    level: Id = Field(description="Level of the units that are scored, for instance city.")
    windows: tuple[Window, ...] = Field((), description="Content windows.")
    items: tuple[Item, ...] = Field(min_length=1, description="First-level blocks.")
    review: Review = Field(description="How reviews are joined.")
    credibility: Credibility = Field(description="How self and verified scores are joined.")
    grades: tuple[Grade, ...] = Field((), description="Grades, best first; absent: none are given.")
    vetoes: tuple[Veto, ...] = Field((), description="Rules that change a grade.")
    commendations: tuple[Commendation, ...] = Field((), description="Commendations by dimension.")
    explained: tuple[Explained, ...] = Field((), description="Figures whose falls must be explained.")
    same_scope: tuple[SameScope, ...] = Field(
        (), description="Amounts whose units must be those of the year before, or restated."
    )
    survey: Survey | None = Field(None, description="Satisfaction survey behind an indicator.")
    decimals: int = Field(2, ge=0, le=6, description="Decimal places in print; grades use unrounded scores.")
    dated: date | None = Field(None, description="Date of the scoring rules.")
    source: SourceRef | None = Field(None, description="Where the tree comes from.")
