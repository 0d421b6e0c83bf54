"""Check what was read: damage, links, comparisons, as a reader is shown them and as lines of JSON beside the claims.

What concerns one document alone is done where the document is read, in several processes; what concerns several is done
as the documents come, on a table of fixed size.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from duxue.app.reading_view import FindingView, LinkView, NoteView, PlaceView, State
from duxue.app.stored import open_run
from duxue.claims import Claim
from duxue.claims.across import Across, Entry, entries
from duxue.claims.compare import Facts, compare_data, gather_facts
from duxue.claims.decisions import Decisions, link_key
from duxue.claims.decisions import load as load_decisions
from duxue.claims.findings import Finding, as_row, decided
from duxue.claims.link import Link, Linker, targets_of
from duxue.claims.marks import NAME, Mark
from duxue.claims.repair import find_damage
from duxue.claims.within import compare_within
from duxue.core.text import Text
from duxue.documents import Document
from duxue.packs.catalogue import list_ids
from duxue.packs.loader import load

_CONTEXT = (60, 30)  # characters before and after a number that tell whether it is a stock or a flow
_DAMAGE = 0.5  # confidence from which a mark on a number makes it show as damaged
_STOP = re.compile(r"[。；;\n]|\.\s")
_NOTE = 80  # characters of the words shown with a note
_SEVERITY = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Checks:
    """What documents are checked with; small, since it is handed to every process.

    `packs` are ids or paths whose indicators claims are linked to (all shipped ones where neither packs nor runs are
    named); `runs` are folders of evaluations with whose results claims are compared.
    """

    packs: tuple[str, ...] = ()
    runs: tuple[Path, ...] = ()
    decisions: Path | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """What `Checks` names, read: made once in each process."""

    linker: Linker
    facts: tuple[Facts, ...]
    made: Decisions


@lru_cache(maxsize=2)
def tables(checks: Checks) -> Tables:
    """Return what documents are checked with.

    Raises:
        Refused: a folder is no run (APP004) or its pack reads differently now (APP005), a pack or the decisions are faulty.
    """
    made = load_decisions(checks.decisions) if checks.decisions else Decisions()
    facts = []
    for folder in checks.runs:
        run = open_run(folder)
        facts.append(gather_facts(folder.name, run.results(), run.pack().pack))
    packs = {held.pack.id: held.pack for held in facts}
    for name in checks.packs or (() if facts else list_ids()):
        pack = load(name).pack
        if (
            checks.packs or pack.label is None
        ):  # a sample is no rule to hold reports against, unless it is asked for
            packs.setdefault(pack.id, pack)
    return Tables(Linker(targets_of(packs.values()), made), tuple(facts), made)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one document by itself; `entries` go into the comparison with the others."""

    links: Mapping[int, tuple[Link, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    marks: tuple[Mark, ...] = ()
    entries: tuple[Entry, ...] = ()
    rows: tuple[str, ...] = ()  # the marks as lines of JSON, made where the text is
    notes: tuple[NoteView, ...] = ()  # the marks as the page lists them


def check(document: Document, claims: Sequence[Claim], checks: Checks) -> Checked:
    """Return damage, links and findings of one document."""
    return check_with(document, claims, tables(checks))


def check_with(document: Document, claims: Sequence[Claim], held: Tables) -> Checked:
    """Return the same by tables that the caller has made."""
    text = document.text
    before, after = _CONTEXT
    links: dict[int, tuple[Link, ...]] = {}
    for index, claim in enumerate(claims):
        found = held.linker.link(claim, text[max(claim.start - before, 0) : claim.end + after])
        if (
            not found
            and claim.kind == "rank"
            and index
            and not _STOP.search(text, claims[index - 1].end, claim.start)
        ):
            found = links.get(index - 1, ())  # a rank by what stands just before it
        if found:
            links[index] = found
    marks = tuple(find_damage(document, claims))
    findings = compare_within(document, claims) + compare_data(claims, links, held.facts)
    rows = tuple(_line(m.as_row(document.name, text)) for m in marks)
    return Checked(links, tuple(findings), marks, tuple(entries(text, claims)), rows, _notes(text, marks))


def _notes(text: str, marks: Iterable[Mark]) -> tuple[NoteView, ...]:
    """Return each kind of damage once for the same words, in the order of the text; names are left to the text."""
    notes: dict[tuple[str, str], NoteView] = {}
    for mark in marks:
        quote = " ".join(text[mark.start : mark.end].split())
        if mark.code != NAME:
            short = quote if len(quote) <= _NOTE else quote[: _NOTE - 1] + "…"
            notes.setdefault((mark.code, quote.lower()), NoteView(short, mark.why, mark.proposal))
    return tuple(notes.values())


class Comparison:
    """Comparison across the documents that come one after the other, with the decisions on what it finds."""

    def __init__(self, made: Decisions) -> None:
        self._across, self._made = Across(), made

    def findings(self, checked: Checked) -> tuple[Finding, ...]:
        """Return all findings of a document, those beside earlier documents among them; call it once for each."""
        found = (*checked.findings, *self._across.compare(checked.entries))
        return tuple(sorted(found, key=lambda f: (f.claim, _SEVERITY.index(f.severity), f.code)))

    def views(
        self, claims: Sequence[Claim], checked: Checked, findings: Iterable[Finding]
    ) -> dict[int, tuple[FindingView, ...]]:
        """Return what the page shows of each claim: findings that nobody dismissed, and the marks on its number."""
        shown: dict[int, list[FindingView]] = {}
        for finding in findings:
            decision = decided(finding, self._made)
            if decision is None or decision.choice != "dismiss":
                shown.setdefault(finding.claim, []).append(_finding_view(finding, claims[finding.claim].doc))
        for index, mark in _marked(claims, checked.marks):
            shown.setdefault(index, []).append(_mark_view(mark, claims[index]))
        return {index: tuple(found) for index, found in shown.items()}

    def rows(self, doc: str, findings: Iterable[Finding]) -> list[str]:
        """Return findings as lines of JSON, with the decisions on them; dismissed ones stay on record."""
        return [_line(as_row(f, doc, decided(f, self._made))) for f in findings]


def link_views(checked: Checked) -> dict[int, tuple[LinkView, ...]]:
    """Return the links as the page shows them."""
    return {
        index: tuple(LinkView(x.target.name, x.target.title, x.score, x.reason, x.decided) for x in found)
        for index, found in checked.links.items()
    }


def link_rows(claims: Sequence[Claim], checked: Checked) -> list[str]:
    """Return one line of JSON for each claim: every offer with its score and reason, and the key for a decision."""
    lines = []
    for index, claim in enumerate(claims):
        found = checked.links.get(index, ())
        offers = [
            {
                "target": x.target.name,
                "title": _both(x.target.title),
                "score": x.score,
                "reason": _both(x.reason),
                "decided": x.decided,
            }
            for x in found
        ]
        lines.append(
            _line(
                {
                    "doc": claim.doc,
                    "claim": index,
                    "start": claim.start,
                    "end": claim.end,
                    "quote": claim.quote,
                    "measure": claim.measure,
                    "unit": claim.unit,
                    "link": found[0].target.name if found and found[0].sure else None,
                    "offers": offers,
                    "key": link_key(claim.measure, claim.unit),
                }
            )
        )
    return lines


def _marked(claims: Sequence[Claim], marks: Sequence[Mark]) -> Iterable[tuple[int, Mark]]:
    """Yield the marks that touch the number of a claim, with its index; both come in ascending order."""
    first = 0
    for mark in marks:
        while first < len(claims) and claims[first].end <= mark.start:
            first += 1
        index = first
        while index < len(claims) and claims[index].start < mark.end:
            if (
                mark.end - mark.start < 2 * (claims[index].end - claims[index].start) + 40
            ):  # not a whole title
                yield index, mark
            index += 1


def _mark_view(mark: Mark, claim: Claim) -> FindingView:
    reason = mark.why
    if mark.proposal is not None:
        reason = Text(f"{reason.zh}；可能是：{mark.proposal.zh}", f"{reason.en}; perhaps: {mark.proposal.en}")
    is_word = mark.code in ("term", "territory", "name")
    state: State = "damaged" if not is_word and mark.confidence >= _DAMAGE else "unsupported"
    return FindingView(mark.code, state, reason, (PlaceView(claim.doc, claim.quote, claim.start),), "note" if is_word else "warning")  # fmt: skip


def _finding_view(finding: Finding, doc: str) -> FindingView:
    places = tuple(PlaceView(p.where, p.quote, p.start if p.where == doc else None) for p in finding.places)
    return FindingView(finding.code, finding.state, finding.reason, places, finding.severity, finding.key)


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)
