"""The walk over a document: each block is read by the grammar of its language and inherits from what stands above."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from duxue.claims import chinese, english
from duxue.claims.model import Claim, Found, Kind, Mode, Span
from duxue.claims.period import DocumentTime, last_year, resolve
from duxue.claims.script import is_chinese, plain
from duxue.claims.setting import Setting, read_setting
from duxue.claims.units import currency, document_currency
from duxue.documents.model import Block, Document

_SHARES = ("percent", "percentage_point")  # of which a target may state the change: reduce by 10 points
_LETTER = re.compile("[A-Za-z]")
_TRADITIONAL = re.compile("[學國縣萬億個園與為區]")
_LETTERS = re.compile(r"([A-Z]{1,3})\d")
_CAPTION = 80  # characters above a table that may name its unit


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    mode: Mode | None
    period: str | None
    org: Span | None


class _Above(NamedTuple):
    """What the claims of a block inherit; `led` says that the block itself names its period."""

    mode: Mode
    period: str | None
    led: bool
    org: Span | None
    chinese: bool


def extract(document: Document) -> list[Claim]:
    """Return the claims of a document, ascending; furniture is not read."""
    text = plain(document.text)
    walk = _Walk(document, text, read_setting(document, text))
    return [claim for block in document.blocks if block.kind != "furniture" for claim in walk.read(block)]


class _Walk:
    """What stands above the block being read: headings, and what a line ending in a colon opens."""

    def __init__(self, document: Document, text: str, setting: Setting) -> None:
        self.document, self.text, self.setting = document, text, setting
        self.chinese = is_chinese(text, 0, len(text))
        self.headings: list[_Heading] = []
        self.section = ""
        self.opened: tuple[Mode | None, str | None] = (None, None)
        self.money: dict[Span | None, str] = {}
        self.traditional = _TRADITIONAL.search(document.text) is not None
        self.cells = dict(_tables(document, text, zh=self.chinese))

    def read(self, block: Block) -> Iterator[Claim]:
        """Yield the claims of one block."""
        text, start, end = self.text, block.start, block.end
        zh = is_chinese(text, start, end) or (self.chinese and not _LETTER.search(text, start, end))
        voice = chinese if zh else english
        if block.kind == "heading":
            self._enter(block, zh)
        if block.start in self.cells:
            cell = self.cells[block.start]
            found = [cell] if cell else []
        else:
            found = (
                voice.find(text, start, end) if zh else english.find(text, start, end, self.setting.time.year)
            )
        lead = voice.lead_period(text, start, end)
        if (
            lead
            and "-" in lead[:-1]
            and block.kind != "heading"
            and self.headings
            and not self.headings[-1].period
            and self.headings[-1].level > 1
        ):
            self.headings[-1] = replace(self.headings[-1], period=lead)
        lead_org = voice.lead_org(text, start, end) if found and block.kind != "heading" else None
        if found:
            above = self._above(lead, lead_org, zh)
            for claim in found:
                yield self._claim(claim, above)
        colon = text[end - 1] == ":"
        opened = voice.opened_mode(text, start, end) if colon or not zh else None
        if colon or (opened and not any(claim.kind == "target" for claim in found)):
            self.opened = (opened, lead if colon else None)

    def _enter(self, block: Block, zh: bool) -> None:
        voice = chinese if zh else english
        words = self.text[block.start : block.end]
        while self.headings and self.headings[-1].level >= block.level:
            self.headings.pop()
        self.opened = (None, None)
        title = block.level == 1
        self.headings.append(
            _Heading(
                block.level,
                self.document.text[block.start : block.end].strip(),
                None if title else voice.section_mode(words),
                None if title else voice.lead_period(self.text, block.start, block.end),
                None if title else voice.heading_org(self.text, block.start, block.end),
            )
        )
        self.section = " / ".join(heading.text for heading in self.headings)

    def _above(self, lead: str | None, lead_org: Span | None, zh: bool) -> _Above:
        """Return what all claims of a block inherit, nearest first."""
        headings = self.headings[::-1]
        inherited = next((h.mode for h in headings if h.mode), self.setting.mode)
        period = lead or self.opened[1] or next((h.period for h in headings if h.period), None)
        org = lead_org or next((h.org for h in headings if h.org), None) or self.setting.org
        return _Above(self.opened[0] or inherited, period, lead is not None, org, zh)

    def _claim(self, found: Found, above: _Above) -> Claim:
        document, setting, zh = self.document, self.setting, above.chinese
        named = found.period or above.period
        named = (
            resolve(named, setting.time.year, school="/" in (setting.time.period or "")) if named else None
        )
        kind = _settle_kind(found, above.mode, named, setting.time)
        period = named or _default_period(kind, setting.time)
        if kind == "target" and found.period is None and not above.led and period and period.endswith("-"):
            period = setting.time.period
        org = found.org or above.org
        return Claim(
            doc=document.name,
            start=found.start,
            end=found.end,
            quote=document.text[found.start : found.end],
            value=found.value,
            value_high=found.value_high,
            comparator=found.comparator,
            unit=self._currency(org) if zh and found.unit == "yuan" else found.unit,
            kind=kind,
            direction=found.direction
            if kind == "change" or (kind == "target" and not zh and found.unit in _SHARES)
            else None,
            measure=("" if zh else " ").join(document.text[a:b] for a, b in found.measure),
            org=document.text[org[0] : org[1]] if org else None,
            period=period,
            suspect=bool(found.reasons),
            reasons=found.reasons,
            section=self.section,
            language="zh" if zh else "en",
        )

    def _currency(self, org: Span | None) -> str:
        """Return what 元 is where the claim's territory, or the document's, lies."""
        if org not in self.money:
            own = currency(self.text[org[0] : org[1]]) if org else "yuan"
            whole = self.setting.org
            self.money[org] = own if own != "yuan" or not whole else currency(self.text[whole[0] : whole[1]])
            if self.money[org] == "yuan" and self.traditional:
                self.money[org] = document_currency(self.text)
        return self.money[org]


def _tables(document: Document, text: str, *, zh: bool) -> Iterator[tuple[int, Found | None]]:
    """Yield the claims of bare cells by where their cell starts; cells of one table follow each other."""
    read_table = chinese.read_table if zh else english.read_table
    rows: list[dict[int, Span]] = []
    column = 0
    caption = (0, 0)
    before: Block | None = None
    for block in (*document.blocks, None):
        if block is not None and block.kind == "cell":
            if before is None or before.kind != "cell" or "\n" in text[before.end : block.start]:
                rows.append({})
                column = -1
            tabs = text.count("\t", before.end, block.start) if before is not None and column >= 0 else 1
            column = max(_column(block.place), column + max(tabs, 1))
            rows[-1][column] = block.start, block.end
        else:
            if rows:
                yield from read_table(text, rows, caption).items()
                rows = []
            if block is not None:
                caption = (block.start, min(block.end, block.start + _CAPTION))
        before = block


def _column(place: str | None) -> int:
    """Return the column that a place names (`T1!B3` is 1), -1 where it names none."""
    letters = _LETTERS.match((place or "").rpartition("!")[2])
    if letters is None:
        return -1
    number = 0
    for letter in letters[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _settle_kind(found: Found, mode: Mode, named: str | None, time: DocumentTime) -> Kind:
    """Return the kind of a claim: its own firm word, else the section's; a year to come makes a target."""
    year = last_year(named) if found.period else None
    if year is not None and named and named[4:5] == "/":  # a school year is under way when it has begun
        year -= 1
    if found.kind == "rank" or (found.kind == "threshold" and (found.firm or mode == "report")):
        return found.kind
    if year is not None and time.year is not None and mode == "report":
        if year > time.year and not (found.firm and found.kind in ("actual", "change")):
            return "target"
        if found.kind == "target" and year < time.now:
            return "change" if found.direction else "actual"
    if year is not None and mode == "plan" and year < time.first:
        return "change" if found.direction else "actual"
    if mode == "plan":
        return "actual" if found.firm and found.kind == "actual" else "target"
    if found.kind == "target" and not found.firm:
        return "change" if found.direction else "actual"
    return found.kind or "actual"


def _default_period(kind: Kind, time: DocumentTime) -> str | None:
    return time.planned if kind in ("target", "threshold") and time.planned else time.period
