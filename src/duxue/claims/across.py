"""Comparisons across documents and years, on a compact table of what each measure and territory was said to be.

Documents come one after the other; each claim is held against the few that were kept under the same key (territory, unit
and concepts), then kept itself. The table is bounded, so memory does not grow with the number of documents.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from duxue.claims.findings import Finding, number, spot, tell
from duxue.claims.model import Claim
from duxue.claims.printed import follows, significant
from duxue.claims.terms import WEAK, concepts
from duxue.claims.territory import territory_key
from duxue.claims.units import PERCENT, POINT

_KEYS = 20_000  # keys kept; the longest unused go first
_EACH = 6  # claims kept for one key
_TENFOLD = 8.0
_YEARS = 6  # years within which two numbers may be set side by side
_CLAUSE = re.compile(r"[,;，；。、.]")
_TELLING = 3  # digits that make the same number in two years worth a look

Key = tuple[str, str, frozenset[str]]
# What a share of senior secondary schooling is a share of.
_WHOLES: tuple[tuple[str, frozenset[str], str, str], ...] = (
    ("plan", frozenset({"senior", "plan_share"}), "招生计划", "the admission plan"),
    ("leavers", frozenset({"senior", "graduate"}), "初中毕业生", "junior leavers"),
    ("population", frozenset({"senior", "enrolrate"}), "适龄人口", "the population of that age"),
)


class Entry(NamedTuple):
    """What is kept of one claim: its number in the document, its key, what its share is a share of, and the claim."""

    number: int
    key: Key | None
    whole: str
    claim: Claim


def entries(text: str, claims: Sequence[Claim]) -> list[Entry]:
    """Return what a document adds to the table; `text` is the document's, in any script."""
    found: list[Entry] = []
    before: frozenset[str] = frozenset()
    for index, claim in enumerate(claims):
        named = before = signature(claim, before)
        if claim.value is None or claim.kind == "rank" or claim.suspect:
            continue
        whole = (
            _whole(named, text, claim) if claim.unit == PERCENT and claim.kind in ("actual", "target") else ""
        )
        known = claim.org and named - WEAK and claim.kind in ("actual", "change")
        key = (territory_key(claim.org or ""), claim.unit, named) if known else None
        if key or whole:
            found.append(Entry(index, key, whole, claim))
    return found


def _whole(named: frozenset[str], text: str, claim: Claim) -> str:
    tail = _CLAUSE.split(text[claim.end : claim.end + 40], maxsplit=1)[0]
    said = named | concepts(tail)
    return next((name for name, terms, _, _ in _WHOLES if terms <= said), "")


class Across:
    """The table of all documents so far."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, list[Claim]] = OrderedDict()
        self._wholes: dict[str, Claim] = {}

    def compare(self, document: Sequence[Entry]) -> list[Finding]:
        """Return what the claims of one document say beside earlier documents, and keep them."""
        found: list[Finding] = []
        told: set[tuple[str, str]] = set()  # wholes already set side by side in this document
        for entry in document:
            if entry.whole:
                found.extend(self._other_whole(entry, told))
            if entry.key is None:
                continue
            for earlier in self._kept.get(entry.key, ()):
                if finding := _hold(entry.number, entry.claim, earlier, entry.key[2]):
                    found.append(finding)
                    break
        for entry in document:  # only now: a document is not held against itself
            if entry.key is not None:
                self._keep(entry.key, entry.claim)
        return found

    def _keep(self, key: Key, claim: Claim) -> None:
        held = self._kept.setdefault(key, [])
        self._kept.move_to_end(key)
        if len(held) < _EACH:
            held.append(claim)
        if len(self._kept) > _KEYS:
            self._kept.popitem(last=False)

    def _other_whole(self, entry: Entry, told: set[tuple[str, str]]) -> Iterator[Finding]:
        claim = entry.claim
        _, _, zh, en = next(w for w in _WHOLES if w[0] == entry.whole)
        for name, earlier in self._wholes.items():
            if name == entry.whole or earlier.doc == claim.doc or (entry.whole, name) in told:
                continue
            told.add((entry.whole, name))
            _, _, other_zh, other_en = next(w for w in _WHOLES if w[0] == name)
            reason = tell(
                "other-denominator",
                f"高中阶段的{claim.quote}以{zh}为分母，{earlier.quote}以{other_zh}为分母",
                f"{claim.quote} of {en}, {earlier.quote} of {other_en} (senior secondary)",
            )
            yield Finding(
                entry.number, "other-denominator", "unsupported", "note", reason, (spot(claim), spot(earlier))
            )
        self._wholes.setdefault(entry.whole, claim)


def signature(claim: Claim, before: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the concepts that identify a measure; a bare total takes those of the claim before it."""
    counted = claim.unit not in (PERCENT, POINT, "yuan", "rank", "ratio")
    named = concepts(f"{claim.measure} {claim.quote}" if counted else claim.measure)
    if counted and claim.unit in ("place", "teacher", "school", "kindergarten", "enterprise"):
        named |= {claim.unit}
    if claim.kind == "change" and claim.direction == "+":
        return (named - {"total"}) | {"new"}
    bare = named - WEAK - {claim.unit}
    if not bare and counted and claim.unit in before and before - WEAK - {claim.unit}:
        return (before - {"new"}) | {claim.unit}
    return named - {"total"}


def _hold(index: int, claim: Claim, earlier: Claim, named: frozenset[str]) -> Finding | None:
    if earlier.doc == claim.doc or claim.kind != earlier.kind or claim.value is None or earlier.value is None:
        return None
    apart = _years_apart(claim.period or "", earlier.period or "")
    places = (spot(claim), spot(earlier))
    if apart and claim.value == earlier.value and significant(claim.value) >= _TELLING:
        reason = tell(
            "same-number",
            f"{claim.quote}（{claim.period}）与{earlier.quote}（{earlier.period}）",
            f"{claim.quote} ({claim.period}) and {earlier.quote} ({earlier.period})",
        )
        return Finding(index, "same-number", "unsupported", "warning", reason, places)
    specific = len(named - WEAK) >= 2
    if not specific or min(abs(claim.value), abs(earlier.value)) < 10 or apart is None or apart > _YEARS:
        return None
    ratio = max(claim.value / earlier.value, earlier.value / claim.value)
    if claim.kind == "actual" and ratio >= _TENFOLD:
        times = number(ratio)
        reason = tell(
            "jump",
            f"{claim.quote}与{earlier.quote}，{times}倍",
            f"{claim.quote} and {earlier.quote}, {times} times",
        )
        return Finding(index, "jump", "unsupported", "warning", reason, places)
    rate = claim.unit == PERCENT and bool(named & {"enrolrate", "coverage", "retention"})
    if not rate or apart != 0 or "-" in (claim.period or ""):
        return None
    if follows(claim, earlier.value) is False and follows(earlier, claim.value) is False:
        reason = tell(
            "documents-disagree", f"{claim.quote}与{earlier.quote}", f"{claim.quote} and {earlier.quote}"
        )
        return Finding(index, "documents-disagree", "contradicted", "warning", reason, places)
    return None


def _years_apart(first: str, second: str) -> int | None:
    years = [
        int(p[-4:]) if p[-4:].isdigit() else int(p[:4]) if p[:4].isdigit() else None for p in (first, second)
    ]
    if years[0] is None or years[1] is None:
        return None
    return abs(years[0] - years[1])
