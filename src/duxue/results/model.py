"""Results: a value or the reason why there is none, with everything that led to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from duxue.core.text import Text

Status = Literal["computed", "not_computable"]
Judgement = Literal["met", "not_met", "not_computable", ""]  # "": no standard holds


@dataclass(frozen=True, slots=True)
class Value:
    """What an engine computed for one indicator, unit, breakdown and year, before any standard is looked at.

    `value` is a fraction from the reference engine and a double from a fast one. `reason` is an NA code. `numerator`
    and `denominator` are given when the formula is one division at the top, each in its own unit of measure.
    """

    indicator: str
    unit: str
    level: str
    year: int | None
    by: tuple[tuple[str, str], ...]  # dimension -> value, in the order of the indicator's `by`
    value: Fraction | float | None
    reason: str = ""
    detail: str = ""  # for MISSING: form.field; for OUT_OF_SCOPE: number of the exclusion rule
    numerator: Fraction | float | None = None
    denominator: Fraction | float | None = None
    rows: int = 0  # rows of the home population that went in
    left_out: int = 0  # rows in scope that could not be used


@dataclass(frozen=True, slots=True)
class Result:
    """One judged figure or one verdict, ready to print, export and explain. For a verdict `indicator` is the verdict's id."""

    unit: str
    unit_name: Text
    level: str
    year: int | None
    by: tuple[tuple[str, str], ...]
    indicator: str
    kind: Literal["indicator", "verdict"]
    value: Fraction | float | None
    status: Status
    reason: str = ""  # NA code
    reason_text: Text | None = None
    numerator: Fraction | float | None = None
    denominator: Fraction | float | None = None
    rows: int = 0
    left_out: int = 0
    standard: str = ""  # as printed in the pack: ">= 4.2"
    threshold: Fraction | None = None
    verdict: Judgement = ""
    margin: Fraction | float | None = (
        None  # distance to the standard in the indicator's unit; negative: short of it
    )
    attainment: Fraction | float | None = None  # 1 = just met
    flags: tuple[str, ...] = ()  # codes of warnings on the cells that went in, and left_out / partial

    @property
    def stage(self) -> str:
        """The value of the dimension `stage`, or empty."""
        return dict(self.by).get("stage", "")


@dataclass(frozen=True)
class Run:
    """One evaluation: the results and all that is needed to repeat it."""

    id: str  # digest over pack, data, engine, version, years and the results themselves
    pack_id: str
    pack_version: str
    pack_digest: str
    data_digests: Mapping[str, str]  # form -> digest of its accepted content
    engine: str
    software: str
    years: Sequence[int]
    results: Sequence[Result]
    notes: Sequence[Text] = field(default_factory=tuple)
    synthetic: bool = False  # whether the data are known to be made up
