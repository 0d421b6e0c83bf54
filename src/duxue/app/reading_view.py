"""What a reader is shown of one document: its claims, what each is linked to, and what was found about it.

Links and findings are filled by linking and comparing; without them a claim is damaged or not yet checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from duxue.claims import Claim
from duxue.core.text import Text
from duxue.documents import Document

State = Literal["contradicted", "damaged", "supported", "unsupported"]
# The gravest first: it is the state that a claim shows when several hold.
STATES: tuple[State, ...] = ("contradicted", "damaged", "supported", "unsupported")


@dataclass(frozen=True, slots=True)
class LinkView:
    """An indicator or element that a claim may speak of: `score` from 0 to 1; `decided` when a person has chosen it."""

    target: str
    title: Text
    score: float
    reason: Text
    decided: bool = False


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where evidence stands: a stretch of a document, or a cell of data named in `where`."""

    where: str
    quote: str = ""
    start: int | None = None  # offset into the same document, to jump to


@dataclass(frozen=True, slots=True)
class FindingView:
    """What a comparison says of a claim: a stable code, whether it supports or contradicts, both places, and the key to decide on it."""

    code: str
    state: State
    reason: Text
    places: tuple[PlaceView, ...] = ()
    severity: Literal["error", "warning", "note"] = "note"
    key: str = ""  # empty where there is nothing to decide


@dataclass(frozen=True, slots=True)
class NoteView:
    """Damage of the document itself, on a number or not: the words as printed, why, and what may have stood there."""

    quote: str
    reason: Text
    proposal: Text | None = None


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One document with its claims; `links` and `findings` by the index of the claim, `notes` on the whole text."""

    document: Document
    claims: tuple[Claim, ...]
    links: Mapping[int, tuple[LinkView, ...]] = field(default_factory=dict)
    findings: Mapping[int, tuple[FindingView, ...]] = field(default_factory=dict)
    notes: tuple[NoteView, ...] = ()

    def state(self, index: int) -> State:
        """Return the state of a claim: the gravest that a finding gives it, damaged where it cannot be right as printed."""
        states: set[State] = {f.state for f in self.findings.get(index, ())}
        if self.claims[index].suspect:
            states.add("damaged")
        return next((s for s in STATES if s in states), "unsupported")
