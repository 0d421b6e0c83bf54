"""What the walk asks of a language beside its claims: which time, territory and mode a block, heading or title sets."""

from __future__ import annotations

from duxue.claims.english import dates, kinds, territories
from duxue.claims.model import Mode, Span

_LEAD = 40  # characters at the beginning of a block or heading in which it names its time


def document_mode(title: str) -> Mode:
    """Return what a document is by its title: a plan where it says so and does not speak of its results."""
    return section_mode(title) or "report"


def section_mode(heading: str) -> Mode | None:
    """Return what a section is by its heading; None where it says nothing and what stands above it holds."""
    kind = kinds.of_heading(heading)
    return {"target": "plan", "actual": "report"}.get(kind) if kind else None  # type: ignore[return-value]


def document_org(title: Span, text: str, bodies: list[Span]) -> Span | None:
    """Return the territory a document is about: of its title, of its first words, else the body that speaks."""
    for start, end in (title, *bodies[:4]):
        found = territories.first(text, start, min(end, start + 400))
        if found:
            return found
    for start, end in (title, *bodies):
        found = territories.body(text, start, end)
        if found:
            return found
    return None


def periods(text: str, start: int, end: int) -> list[str]:
    """Return the periods that a stretch names, in order."""
    return [time.period for time in dates.times(text[start:end].lower(), 0, end - start) if not time.base]


def lead_period(text: str, start: int, end: int) -> str | None:
    """Return the period that a block or heading begins with, which holds for all of it."""
    named = periods(text, start, min(end, start + _LEAD))
    return named[0] if named else None


def lead_org(text: str, start: int, end: int) -> Span | None:
    """Return the territory that a block begins with, which holds for all of it."""
    return territories.subject(text, start, end)


def heading_org(text: str, start: int, end: int) -> Span | None:
    """Return the territory that a heading names."""
    return territories.first(text, start, end)


def opened_mode(text: str, start: int, end: int) -> Mode | None:
    """Return the mode that a line ending in a colon opens: `Targets for 2025:`."""
    return section_mode(text[start:end])
