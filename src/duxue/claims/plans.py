"""Plans: the targets of a work plan as a list, and what a later report says of each of them.

A target and what was achieved are brought together by what they count (concepts, and the words themselves where both are
in one language), by unit, by territory and by year. Each number of a report answers one target at most; a target that
nothing answers is unreported, which is not the same as missed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from duxue.claims.model import Claim
from duxue.claims.printed import step
from duxue.claims.script import plain
from duxue.claims.terms import WEAK, concepts
from duxue.claims.territory import territory_key
from duxue.documents.model import Document

State = Literal["met", "missed", "unreported"]
TARGET_FIELDS = (
    "doc", "start", "end", "quote", "measure", "value", "value_high", "comparator", "unit", "territory", "due",
    "responsible", "section",
)  # fmt: skip
OUTCOME_FIELDS = (
    *TARGET_FIELDS, "state", "achieved", "achieved_quote", "achieved_doc", "achieved_start", "period", "short_by", "score",
)  # fmt: skip

_LEAST = 0.5  # score from which a number of the report may answer a target
_SAME_SCHOOLS = frozenset({"school", "kindergarten", "institution"})
_RESPONSIBLE = re.compile(
    r"(?:责任|牵头|主办|承办|配合)(?:单位|部门|科室|处室|股室)\s?[:：]\s?(?P<a>[^\n。;；)）]{2,60})|[(（](?P<b>[^\n()（）]{2,30}?)(?:负责|牵头)[^\n()（）]{0,12}[)）]"
    r"|由(?P<c>[\u4e00-\u9fff、]{2,24}?)(?:负责|牵头)|(?:responsible|lead|leading)(?: (?:unit|department|body|office|agency))?(?:s)?\s?:\s?(?P<d>[^\n.;)]{2,80})"
    r"|(?:led by|responsibility of) (?P<e>(?:the )?[A-Z][^\n.,;)]{2,60})",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DUE = re.compile(
    r"(?P<y>20\d\d)年(?P<m>\d{1,2})月(?:底|末)?(?:之?前)?|(?P<y1>20\d\d)年(?:底|末|年底)(?:之?前)?|(?<!\d)(?P<m2>\d{1,2})月(?:底|末)(?:之?前)?|(?P<e>年底|年末|年内|学期末)"
    r"|by (?:the end of )?(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,? (?P<y3>20\d\d)|by (?:the end of )?(?P<y4>20\d\d)|(?P<e2>by (?:the end of the year|year[- ]end))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。！？!?\n]|\.(?=\s|[A-Z]|$)")


@dataclass(frozen=True, slots=True)
class Target:
    """One target: the claim that states it, by when, and who answers for it (empty where the plan does not say)."""

    claim: Claim
    due: str  # YYYY, or YYYY-MM where a month is named
    responsible: str

    def as_row(self) -> dict[str, Any]:
        """Return the target as the fields of `TARGET_FIELDS`."""
        c = self.claim
        return dict(
            zip(
                TARGET_FIELDS,
                (
                    c.doc, c.start, c.end, c.quote, c.measure, c.value, c.value_high, c.comparator, c.unit, c.org or "",
                    self.due, self.responsible, c.section,
                ),
                strict=True,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a report says of a target. `short_by` is how far it falls short, 0 when met, None when unreported."""

    target: Target
    state: State
    achieved: Claim | None = None
    short_by: float | None = None
    score: float = 0.0

    def as_row(self) -> dict[str, Any]:
        """Return the outcome as the fields of `OUTCOME_FIELDS`."""
        a = self.achieved
        told = (None, "", "", None, "") if a is None else (a.value, a.quote, a.doc, a.start, a.period or "")
        rest = (self.state, *told, self.short_by, self.score)
        return self.target.as_row() | dict(zip(OUTCOME_FIELDS[len(TARGET_FIELDS) :], rest, strict=True))


def read_targets(document: Document, claims: Sequence[Claim]) -> list[Target]:
    """Return the targets of a plan in the order of the text."""
    text = plain(document.text)
    ends = [m.end() for m in _SENTENCE.finditer(text)]
    starts = [b.start for b in document.blocks]
    found = []
    for claim in claims:
        if claim.kind != "target" or claim.value is None:
            continue
        at = bisect_right(ends, claim.start)
        sentence = (ends[at - 1] if at else 0, ends[at] if at < len(ends) else len(text))
        found.append(
            Target(
                claim,
                _due(text, sentence, claim),
                _responsible(document, text, bisect_right(starts, claim.start) - 1),
            )
        )
    return found


def _due(text: str, sentence: tuple[int, int], claim: Claim) -> str:
    year = (claim.period or "")[-4:]
    match = _DUE.search(text, *sentence)
    if match is None:
        return claim.period or ""
    if match["y"]:
        return f"{match['y']}-{int(match['m']):02d}" if 1 <= int(match["m"]) <= 12 else match["y"]
    if match["mon"]:
        return f"{match['y3']}-{_MONTHS.index(match['mon'].lower()[:3]) + 1:02d}"
    if match["y1"] or match["y4"]:
        return str(match["y1"] or match["y4"])
    if not year.isdigit():
        return claim.period or ""
    if match["m2"] and 1 <= int(match["m2"]) <= 12:
        return f"{year}-{int(match['m2']):02d}"
    return f"{year}-12" if match["e"] in ("年底", "年末") or match["e2"] else year


def _responsible(document: Document, text: str, block: int) -> str:
    """Return the body named beside a target: in its own block, or in a line that follows before the next heading."""
    for number in range(max(block, 0), min(block + 4, len(document.blocks))):
        held = document.blocks[number]
        match = _RESPONSIBLE.search(text, held.start, held.end)
        if match and (number == block or match.start() <= held.start + 1):
            name = next(n for n in "abcde" if match[n])
            return document.text[match.start(name) : match.end(name)].strip(" ，,、")
        if number > block and held.kind in ("heading", "item"):
            break
    return ""


def compare_plan(targets: Sequence[Target], reported: Sequence[Claim]) -> list[Outcome]:
    """Return, for each target in its order, what the claims of one or more reports say of it."""
    said = [
        c
        for c in reported
        if c.kind in ("actual", "change", "threshold") and c.value is not None and not c.suspect
    ]
    features = [_features(c) for c in said]
    pairs: list[tuple[float, int, int]] = []
    for number, target in enumerate(targets):
        wanted = _features(target.claim)
        for index, claim in enumerate(said):
            score = _score(target, claim, wanted, features[index])
            if score >= _LEAST:
                pairs.append((score, number, index))
    pairs.sort(key=lambda p: (-p[0], p[1], p[2]))
    chosen: dict[int, tuple[int, float]] = {}
    used: set[int] = set()
    for score, number, index in pairs:
        if number not in chosen and index not in used:
            chosen[number] = (index, score)
            used.add(index)
    return [
        _judge(t, said[chosen[n][0]], chosen[n][1]) if n in chosen else Outcome(t, "unreported")
        for n, t in enumerate(targets)
    ]


@dataclass(frozen=True, slots=True)
class _Features:
    named: frozenset[str]
    pieces: frozenset[str]


def _features(claim: Claim) -> _Features:
    words = plain(f"{claim.measure} {claim.quote}").lower()
    return _Features(concepts(words), frozenset(_pieces(plain(claim.measure).lower())))


def _pieces(words: str) -> Iterator[str]:
    """Yield pairs of Han characters and the words of other scripts."""
    for run in re.findall(r"[\u4e00-\u9fff]+|[a-z]{3,}", words):
        if run[0] < "\u3000":
            yield run
        else:
            yield from (run[i : i + 2] for i in range(len(run) - 1))


def _score(target: Target, claim: Claim, wanted: _Features, held: _Features) -> float:
    plan = target.claim
    same_unit = plan.unit == claim.unit or {plan.unit, claim.unit} <= _SAME_SCHOOLS
    if not same_unit or not _in_time(target, claim) or not _same_territory(plan, claim):
        return 0.0
    terms = _dice(wanted.named, held.named)
    if plan.language != claim.language:
        return round(terms, 3) if wanted.named & held.named - WEAK else 0.0
    words = _dice(wanted.pieces, held.pieces)
    return round(max(0.5 * terms + 0.5 * words, words), 3)


def _dice(first: frozenset[str], second: frozenset[str]) -> float:
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _in_time(target: Target, claim: Claim) -> bool:
    """Tell whether a report's year is not before the plan's and not after the due year by more than one."""
    due, period = target.due[:4], (claim.period or "")[-4:]
    if not due.isdigit() or not period.isdigit():
        return True
    begun = (target.claim.period or due)[:4]
    first = min(int(due), int(begun)) if begun.isdigit() else int(due)
    return first <= int(period) <= int(due) + 1


def _same_territory(plan: Claim, claim: Claim) -> bool:
    """Tell whether two territories may be the same; a body such as an education bureau stands for any."""
    # A plan of "Linhe" and a report of "Linhe County" are of one place: levels are often left out.
    names = [territory_key(c.org or "").removesuffix("/county") for c in (plan, claim)]
    if names[0].isascii() != names[1].isascii():  # a spelling that the table does not hold
        return True
    return names[0] == names[1] or any(
        not n or "bureau" in n or "committee" in n or n.endswith("局") for n in names
    )


def _judge(target: Target, claim: Claim, score: float) -> Outcome:
    plan = target.claim
    assert plan.value is not None
    assert claim.value is not None
    # A rounded report (1.2万) is not held against a target for what its rounding hides.
    slack = step(claim) / 2 if step(claim) > 1 else 1e-9
    is_limit = plan.comparator in ("<", "<=")  # every other target is met by more than it asks
    short = claim.value - plan.value if is_limit else plan.value - claim.value
    if short <= slack:
        return Outcome(target, "met", claim, 0.0, score)
    return Outcome(target, "missed", claim, round(float(short), 6), score)
