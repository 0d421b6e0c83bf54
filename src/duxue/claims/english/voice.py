"""What English headings, titles and first words say of all that follows: plan or report, time and territory."""

from __future__ import annotations

import re

from duxue.claims.english import dates, kinds, territories
from duxue.claims.model import Mode, Span

_LEAD = re.compile(
    r"\s*(?:(?:\(?\d{1,2}[.)]|[A-Z][a-z]+:|First,|Second,|Third,)\s*)*(?:In|During|At|As of|As at|By|For|Throughout|On)\s(?=.{0,24}(?:\d{4}|\d\s\d\d|p>\d|last year|this year))"
)
_SPOKEN = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Dd]uring|[Aa]s of|this year \(|January|March|June|August|September|December)\s?((?:19|20)\d\d)(?:[-/–](\d\d))?\b(?![,.]\d)"
)
_TITLE = 160  # characters of a title that tell what the document does
_HEADED = 90  # characters of a heading in which a territory is its subject


def document_mode(title: str) -> Mode:
    """Return whether a document plans or reports, from its title."""
    return section_mode(title) or "report"


def section_mode(heading: str) -> Mode | None:
    """Return whether a section plans or reports, None where its heading says neither."""
    kind = None if heading.rstrip().endswith(".") else kinds.of_heading(heading[:_TITLE])
    return None if kind is None else "plan" if kind == "target" else "report"


def opened_mode(text: str, start: int, end: int) -> Mode | None:
    """Return what a block opens for the blocks after it: "In the next step, ..." a plan, "Results:" a report."""
    if kinds.next_step(text[start : min(end, start + 200)].lower()) >= 0:
        return "plan"
    return section_mode(text[start:end]) if text[end - 1] == ":" and end - start < _HEADED else None


def periods(text: str, start: int, end: int) -> list[str]:
    """Return the periods that a stretch of text names, in order."""
    return [time.period for time in dates.times(text[start:end].lower(), 0, end - start)]


def lead_period(text: str, start: int, end: int) -> str | None:
    """Return the time that a heading names, or a line ending in a colon opens with, which holds for all below it."""
    if end - start < _HEADED and text[end - 1] not in ".:;。":  # a heading
        named = dates.times(text[start:end].lower(), 0, end - start)
        return next((time.period for time in named if not time.base), None)
    match = _LEAD.match(text, start, min(end, start + 80))
    if match is None:
        return None
    stop = min(end, match.end() + 40)
    named = dates.times(text[match.end() : stop].lower(), 0, stop - match.end())
    return named[0].period if named and text[end - 1] == ":" else None


def latest_year(text: str, bodies: list[Span]) -> str | None:
    """Return the latest year that a text speaks of as present or past, for a document that is not dated."""
    spoken = [match for start, end in bodies for match in _SPOKEN.finditer(text, start, end)]
    last = max(spoken, key=lambda match: (int(match[1]) + bool(match[2]), bool(match[2])), default=None)
    if last is None:
        return None
    return f"{last[1]}/{last[2]}" if last[2] else last[1]


def heading_org(text: str, start: int, end: int) -> Span | None:
    """Return the territory that a heading names for its section."""
    return territories.first(text, start, end) if end - start <= _HEADED else None


def lead_org(text: str, start: int, end: int) -> Span | None:
    """Return the territory that a block begins with as its subject."""
    return territories.subject(text, start, end)


def document_org(title: Span, text: str, bodies: list[Span]) -> Span | None:
    """Return the territory or body a document is about: from its title, else the first that its text names."""
    named = territories.first(text, *title)
    if named:
        return named
    named = territories.body(text, *title)
    if named and territories.is_national(text, named):
        for start, end in bodies[:3]:
            found = territories.country(text, start, min(end, start + 200))
            if found:
                return found
    if named:
        return named
    for find in (territories.school, territories.first, territories.body):
        for start, end in bodies[:6] if find is not territories.school else [title]:
            found = find(text, start, end)
            if found:
                return found
    return None
