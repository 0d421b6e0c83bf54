"""What the walk asks of a language beside its claims: which time, territory and mode a block, heading or title sets."""

from __future__ import annotations

from duxue.claims.chinese import cues
from duxue.claims.chinese.periods import named_periods
from duxue.claims.chinese.territories import leading
from duxue.claims.model import Mode, Span

_LEAD = 18  # characters at the beginning of a block or heading in which it names its time


def periods(text: str, start: int, end: int) -> list[str]:
    """Return the periods that a stretch names, in order."""
    return [period for _, period in named_periods(text, start, end)]


def lead_period(text: str, start: int, end: int) -> str | None:
    """Return the period that a block or heading begins with, which holds for all of it."""
    named = named_periods(text, start, min(end, start + _LEAD))
    return named[0][1] if named else None


def lead_org(text: str, start: int, end: int) -> Span | None:
    """Return the territory that a block begins with, which holds for all of it."""
    return leading(text, start, min(end, start + 40))


def heading_org(text: str, start: int, end: int) -> Span | None:
    """Return the territory that a heading names."""
    return leading(text, start, end)


def opened_mode(text: str, start: int, end: int) -> Mode | None:
    """Return the mode that a line ending in a colon opens: 到2025年，主要目标是:"""
    return "plan" if cues.TARGET.search(text, start, end) or "目标" in text[start:end] else None
