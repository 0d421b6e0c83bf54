"""Numbers in tables: what the head of the column, the name of the row and the caption make of a bare cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from duxue.claims.chinese import nouns
from duxue.claims.chinese.periods import named_periods
from duxue.claims.chinese.territories import leading
from duxue.claims.chinese.words import FIXED_COUNTERS, OPEN_COUNTERS
from duxue.claims.model import Found, Span
from duxue.claims.numerals import scale
from duxue.claims.units import PERCENT, POINT

Row = Sequence[Span]

_NUMBER = re.compile(
    r"\s*(?P<sign>[-+−])?(?P<digits>\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?)\s*(?P<percent>%)?\s*"
)
_UNIT = re.compile(
    r"\((?:单位[:：]?)?(?P<inner>[^()\d]{1,6})\)|单位[:：]\s?(?P<caption>[^\s()、,，;；]{1,6})"
)
_NO_COLUMN = re.compile("序号|编号|代码|电话|邮编|备注|名次|日期|文号|页码|届")
_YEARLIKE = re.compile(r"(?:19|20)\d\d")
_RATE = re.compile(r"(?:率|占比|比例|比重)(?:\([^()]*\))?$")
_CHANGED = re.compile("增长|增加|增减|增幅|同比|比上年|较上年")
_PLANNED = re.compile("目标|计划|规划|预期")
_MOST = 40  # characters of a cell that names something


def read_table(text: str, rows: Sequence[Row], caption: Span) -> dict[int, Found]:
    """Return the claims of bare cells by where their cell starts; rows and caption are spans of plain text."""
    found: dict[int, Found] = {}
    head: Row = ()
    for row in rows:
        numbers = [_NUMBER.fullmatch(text, *cell) for cell in row]
        if not any(number and not _is_year(number) for number in numbers):
            head = row
            continue
        names = [cell for cell, number in zip(row, numbers, strict=True) if not number]
        if not names:
            continue
        label = names[0]
        counter = next((c for c in names[1:] if _counted(text[c[0] : c[1]].strip())), None)
        for column, (cell, number) in enumerate(zip(row, numbers, strict=True)):
            above = head[column] if len(head) == len(row) else None
            # Digits in front of the row's name number the rows.
            if number is None or cell < label or _is_ordinal(text, above):
                continue
            claim = _read(text, number, above, label, counter or caption)
            if claim:
                found[cell[0]] = claim
    return found


def _is_year(number: re.Match[str]) -> bool:
    return bool(_YEARLIKE.fullmatch(number["digits"])) and not number["percent"]


def _is_ordinal(text: str, above: Span | None) -> bool:
    return above is not None and bool(_NO_COLUMN.search(text, *above))


def _read(text: str, number: re.Match[str], above: Span | None, label: Span, aside: Span) -> Found | None:
    names = [span for span in (above, label) if span and span[1] - span[0] <= _MOST]
    unit, magnitude = _unit(text, number, [*names, aside])
    if unit is None:
        return None
    claim = Found(
        number.start("sign") if number["sign"] else number.start("digits"),
        number.end("percent") if number["percent"] else number.end("digits"),
        scale(number["digits"], magnitude),
        unit,
        measure=tuple(sorted(names)),
    )
    if any(_CHANGED.search(text, *span) for span in names):
        claim.kind, claim.direction = "change", "-" if number["sign"] in ("-", "−") else "+"
    elif any(_PLANNED.search(text, *span) for span in names):
        claim.kind, claim.firm = "target", True
    for span in names:
        named = named_periods(text, *span)
        if named:
            claim.period = named[-1][1]
            break
    claim.org = leading(text, *label) if label in names else None
    return claim


def _unit(text: str, number: re.Match[str], spans: Sequence[Span]) -> tuple[str | None, str]:
    """Return the unit of a cell and the magnitude that goes with it: of its sign, of brackets, of the nouns named."""
    if number["percent"]:
        return PERCENT, ""
    for start, end in spans:
        for stated in _UNIT.finditer(text, start, end):
            told = _counted((stated["inner"] or stated["caption"]).strip())
            if told:
                return told
        told = _counted(text[start:end].strip())
        if told:
            return told
    for start, end in spans[:-1]:
        if _RATE.search(text, start, end):
            return (POINT if number["sign"] else PERCENT), ""
        unit, place = nouns.last(text, start, end)
        if unit and (place == end or text.startswith(("数", "总数", "人数"), place)):
            return unit, ""
    return None, ""


def _counted(word: str) -> tuple[str, str] | None:
    """Return the unit and magnitude of a bare counter: 万人, 所, %."""
    bare = word.lstrip("十百千万亿")
    unit = FIXED_COUNTERS.get(bare) or OPEN_COUNTERS.get(bare)
    return (unit, word[: len(word) - len(bare)]) if unit else None
