"""What a document says of itself as a whole: its time, its territory, and whether it plans or reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from duxue.claims import chinese, english
from duxue.claims.model import Mode, Span
from duxue.claims.period import DocumentTime
from duxue.claims.script import is_chinese
from duxue.documents.model import Document

_DATED = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:\s?年\s?\d{1,2}|(?P<mark>[-./])\d{1,2}(?P=mark)\d{1,2})|(?:[A-Z][a-z]{2,8}\.?\s\d{0,2},?\s?)(?P<year2>(?:19|20)\d\d)(?!\d)"
)
_LINE = 80  # characters of a line that holds little but a date
_LEAD = 60  # characters at the beginning of a block in which it names its time


@dataclass(frozen=True, slots=True)
class Setting:
    """The defaults of a document: `org` is the span that names its territory."""

    time: DocumentTime
    org: Span | None
    mode: Mode


def read_setting(document: Document, text: str) -> Setting:
    """Return the defaults of a document, whose plain text is given."""
    first = next((block for block in document.blocks if block.kind != "furniture"), None)
    if first is None:
        return Setting(DocumentTime(), None, "report")
    title = (first.start, min(first.end, first.start + 200))
    bodies = [(b.start, b.end) for b in document.blocks if b.kind != "furniture" and b is not first]
    zh = is_chinese(text, *bodies[0]) if bodies else is_chinese(text, *title)
    voice = chinese if zh else english
    titled = first.kind == "heading"
    mode: Mode = voice.document_mode(text[title[0] : title[1]]) if titled else "report"
    time = _time(document, text, title if titled else (title[0], title[0]), bodies, mode)
    return Setting(time, voice.document_org(title, text, bodies), mode)


def _time(document: Document, text: str, title: Span, bodies: list[Span], mode: Mode) -> DocumentTime:
    """Return the document's time: of its title, of its first words, of a date beside them, of the date at its end."""
    voice = chinese if is_chinese(text, *title) else english
    for period in _definite(voice.periods(text, *title)):
        if mode == "plan" and "-" in period and int(period[-4:]) - int(period[:4]) >= 2:
            span = period if voice is english else period[-4:]
            return DocumentTime(_dated(document, text), span, int(period[:4]))
        if voice is english and len(period) == 4:
            return DocumentTime(_school_year(text, bodies, int(period)) or period)
        return DocumentTime(period)
    blocks = document.blocks
    early = [
        block
        for block in blocks[1:5]
        if block.end - block.start < _LINE and not is_chinese(text, block.start, block.end)
    ]
    for block in early:  # the line of an English report that dates it
        dated = _DATED.search(text, block.start, block.end)
        if dated:
            issued = dated["year"] or dated["year2"]
            return DocumentTime(_school_year(text, bodies, int(issued)) or issued)
    for start, end in bodies[:3]:
        voice = chinese if is_chinese(text, start, end) else english
        for period in _definite(voice.periods(text, start, min(end, start + _LEAD))):
            return DocumentTime(period)
    year = _dated(document, text)
    if year is None and not is_chinese(text, *title):
        year = english.latest_year(text, bodies)
    elif year is None:
        year = chinese.latest_year(text, bodies)
    return DocumentTime(year)


def _school_year(text: str, bodies: list[Span], issued: int) -> str | None:
    """Return the school year that an English report opens with, where it ended at most a year before its issue."""
    for start, end in bodies[:4]:
        for period in english.periods(text, start, min(end, start + 2 * _LEAD)):
            if len(period) == 7 and period[4] == "/":
                return period if 0 <= issued - int(period[:4]) <= 2 else None
    return None


def _dated(document: Document, text: str) -> str | None:
    """Return the year of a date printed near the head or at the foot of a document."""
    blocks = document.blocks
    for block in (*blocks[:6], *blocks[:-5:-1]):
        dated = _DATED.search(text, block.start, min(block.end, block.start + 200))
        if dated:
            return dated["year"] or dated["year2"]
    return None


def _definite(periods: list[str]) -> Iterator[str]:
    return (period for period in periods if period[0].isdigit() and period[-1] != "-")
