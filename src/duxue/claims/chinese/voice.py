"""What the walk asks of a language beside its claims: which time, territory and mode a block, heading or title sets."""

from __future__ import annotations

import re

from duxue.claims.chinese import cues
from duxue.claims.chinese.periods import named_periods
from duxue.claims.chinese.territories import leading
from duxue.claims.model import Mode, Span

_BEGAN = re.compile("(?:从|由|自|[建创设立办位生格迁并]于)$")
_DEADLINE = re.compile(r"\d{3,4}年(?:[底末]|\d{1,2}月底?)?(?:之|以)?前")
_BODIES, _BODY = 12, 1200  # blocks, and characters of each, that may date a document
_FIRST = 6  # characters in front of a deadline that holds for a whole block
_LEAD = 18  # characters at the beginning of a block or heading in which it names its time


def periods(text: str, start: int, end: int) -> list[str]:
    """Return the periods that a stretch names as its own time, in order; where something began is none."""
    return [
        period
        for place, period in named_periods(text, start, end)
        if not _BEGAN.search(text, max(start, place - 4), place) and not _DEADLINE.match(text, place)
    ]


def _own(text: str, start: int, place: int) -> bool:
    """Tell whether a year is neither where something began nor one that is looked forward to."""
    opens = max(start, place - 12)
    return not _BEGAN.search(text, opens, place) and not cues.TARGET.search(text, opens, place + 5)


def latest_year(text: str, bodies: list[Span]) -> str | None:
    """Return the latest single year that the first blocks name as their own, for want of any other date."""
    years = [
        period
        for start, end in bodies[:_BODIES]
        for place, period in named_periods(text, start, min(end, start + _BODY))
        if len(period) == 4 and period.isdigit() and _own(text, start, place)
    ]
    return max(years, default=None)


def lead_period(text: str, start: int, end: int) -> str | None:
    """Return the period that a block or heading begins with, which holds for all of it."""
    named = named_periods(text, start, min(end, start + _LEAD))
    if not named or _BEGAN.search(text, max(start, named[0][0] - 4), named[0][0]):
        return None
    if named[0][0] > start + _FIRST and _DEADLINE.match(text, named[0][0]):
        return None  # 97所,计划于2026年前再建2所
    return named[0][1]


def lead_org(text: str, start: int, end: int) -> Span | None:
    """Return the territory that a block begins with, which holds for all of it."""
    return leading(text, start, min(end, start + 40))


def heading_org(text: str, start: int, end: int) -> Span | None:
    """Return the territory that a heading names."""
    return leading(text, start, end)


def opened_mode(text: str, start: int, end: int) -> Mode | None:
    """Return the mode that a line ending in a colon opens: 到2025年，主要目标是:"""
    return "plan" if cues.TARGET.search(text, start, end) or "目标" in text[start:end] else None
