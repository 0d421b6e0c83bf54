"""A quantitative claim: one number of a document, with what it says, about whom and for when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["actual", "change", "target", "rank", "threshold"]
Comparator = Literal["=", ">", ">=", "<", "<=", "~"]
Mode = Literal["plan", "report"]  # what a section does: tell what is to be done, or what was
Span = tuple[int, int]

FIELDS = (
    "doc", "start", "end", "quote", "value", "value_high", "comparator", "unit", "kind", "direction",
    "measure", "org", "period", "suspect",
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """What the grammar of one language reads from a sentence alone; the walk adds what a sentence inherits.

    Spans are `(start, end)` offsets into the document. `kind` is None where the sentence gives no cue; `firm` says
    that the cue holds even against the section (a date of delivery, "is to reach"), which a mere tense does not.
    `measure` is given as spans, joined in order. `org` and `period` are None where the sentence names none; see
    `duxue.claims.period` for the relative forms of `period` (`2021-`, `last`, `last 3`). `reasons` are codes that
    say why the number cannot be right as printed.
    """

    start: int
    end: int
    value: float | int | None
    unit: str
    value_high: float | int | None = None
    comparator: Comparator = "="
    kind: Kind | None = None
    firm: bool = False
    direction: Literal["+", "-"] | None = None
    measure: tuple[Span, ...] = ()
    org: Span | None = None
    period: str | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim with its exact place: `quote` is `text[start:end]` of the document `doc`.

    `value` is in base units (16.48亿元 is 1648000000, 90% is 90) and None where it cannot be read; `value_high` is
    set for ranges. `reasons` are the codes why the claim is `suspect`; `section` is the path of headings above it,
    joined by ` / `; `language` is `zh` or `en`.
    """

    doc: str
    start: int
    end: int
    quote: str
    value: float | int | None
    value_high: float | int | None
    comparator: Comparator
    unit: str
    kind: Kind
    direction: Literal["+", "-"] | None
    measure: str
    org: str | None
    period: str | None
    suspect: bool
    reasons: tuple[str, ...]
    section: str
    language: Literal["zh", "en"]


def as_row(claim: Claim) -> dict[str, Any]:
    """Return the exchanged fields of a claim in their fixed order, ready for one line of JSON."""
    return {field: getattr(claim, field) for field in FIELDS}
