"""Numbers in tables: what the head of the column, the name of the row and the caption make of a bare cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from duxue.claims.chinese import nouns
from duxue.claims.chinese.periods import named_periods
from duxue.claims.chinese.territories import leading
from duxue.claims.chinese.words import FIXED_COUNTERS, OPEN_COUNTERS
from duxue.claims.model import Comparator, Found, Span
from duxue.claims.numerals import scale
from duxue.claims.units import PERCENT, POINT

Row = Mapping[int, Span]  # the cells of a row by their column, empty ones left out
_Told = tuple[str, str]  # a unit, and the magnitude words that go with it

_NUMBER = re.compile(
    r"\s*(?P<bound>[≥≤≧≦<>]|不低于|不少于|不超过|约)?\s*(?P<sign>[-+−])?"
    r"(?P<digits>\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?)\s*(?P<percent>%)?\s*(?P<tail>以[上下内]|左右)?\s*"
)
_BOUNDS: Mapping[str, Comparator] = {
    "≥": ">=", "≧": ">=", "不低于": ">=", "不少于": ">=", "≤": "<=", "≦": "<=", "不超过": "<=", "以下": "<=", "以内": "<=",
    ">": ">", "以上": ">", "<": "<", "约": "~", "左右": "~",
}  # fmt: skip
_UNIT = re.compile(r"\((?:单位:?)?(?P<inner>[^()\d]{1,6})\)|单位:\s?(?P<caption>[^\s()、,;]{1,6})")
_NO_COLUMN = re.compile("序号|编号|代码|电话|邮编|备注|名次|日期|文号|页码|届")
_YEARLIKE = re.compile(r"(?:19|20)\d\d")
_RATE = re.compile(r"(?:率|占比|比例|比重)(?:\([^()]*\))?\s*$")
_COUNT = re.compile(r"(?:总|人|个)?数(?:量)?\s*$")
_CHANGED = re.compile("增长|增加|增减|增幅|同比|比上年|较上年")
_PLANNED = re.compile("目标|计划|规划|预期")
# Heads that say when or how, and leave it to the name of the row what is counted.
_GENERAL = re.compile("年|数量|数值|实际|目标|完成|计划|规划|预期|合计|总计|指标值|情况")
_MOST = 40  # characters of a cell that names something


def read_table(text: str, rows: Sequence[Row], caption: Span) -> dict[int, Found]:
    """Return the claims of bare cells by where their cell starts; rows and caption are spans of plain text."""
    found: dict[int, Found] = {}
    head: Row = {}
    for row in rows:
        numbers = {column: _NUMBER.fullmatch(text, *cell) for column, cell in row.items()}
        if not any(number and not (_is_year(number) and not head) for number in numbers.values()):
            head = row
            continue
        names = [cell for column, cell in row.items() if not numbers[column]]
        if not names:
            continue
        label = names[0]
        aside = next((cell for cell in names[1:] if _counter(text[cell[0] : cell[1]])), caption)
        corner = (
            len(head) == len(row) - 1 and max(row) == max(head, default=0) + 1
        )  # left empty above the names
        for column, cell in row.items():
            number, above = numbers[column], head.get(column - corner)
            # Digits in front of the name of a row number the rows.
            if number is None or cell < label or (above and _NO_COLUMN.search(text, *above)):
                continue
            claim = _read(text, number, above, label, aside)
            if claim:
                found[cell[0]] = claim
    return found


def _is_year(number: re.Match[str]) -> bool:
    return bool(_YEARLIKE.fullmatch(number["digits"])) and not number["percent"]


def _read(text: str, number: re.Match[str], above: Span | None, label: Span, aside: Span) -> Found | None:
    names = [span for span in (above, label) if span and span[1] - span[0] <= _MOST]
    told = (PERCENT, "") if number["percent"] else _unit(text, above, label, aside)
    if told is None:
        return None
    unit = (
        POINT
        if told[0] == PERCENT and number["sign"] and not number["percent"] and _is_rate(text, label)
        else told[0]
    )
    claim = Found(
        number.start("sign") if number["sign"] else number.start("digits"),
        max(number.end(group) for group in ("digits", "percent", "tail")),
        scale(number["digits"], told[1]),
        unit,
        comparator=_BOUNDS.get(number["bound"] or number["tail"] or "", "="),
        measure=tuple(sorted(names)),
    )
    if any(_CHANGED.search(text, *span) for span in names):
        claim.kind, claim.direction = "change", "-" if number["sign"] in ("-", "−") else "+"
    elif any(_PLANNED.search(text, *span) for span in names):
        claim.kind, claim.firm = "target", True
    claim.period = next((named[-1][1] for span in names if (named := named_periods(text, *span))), None)
    claim.org = leading(text, *label)
    return claim


def _unit(text: str, above: Span | None, label: Span, aside: Span) -> _Told | None:
    """Return the unit of a cell: what brackets or a count in its head or row say, the caption, the nouns they end in."""
    general = above is None or bool(_GENERAL.search(text, *above))
    spans = [span for span in (above, label if general else None) if span and span[1] - span[0] <= _MOST]
    for span in spans:
        told = _stated(text, span)
        if told:
            return told
        if _is_rate(text, span):
            return PERCENT, ""
        noun = _noun(text, span) if _COUNT.search(text, *span) else None
        if noun:
            return noun, ""
    told = _stated(text, aside)
    if told:
        noun = _noun(text, label) if general and told[0] in _OPEN else None
        return noun or told[0], told[1]
    return next(((noun, "") for span in spans if (noun := _noun(text, span))), None)


_OPEN = frozenset(OPEN_COUNTERS.values())


def _is_rate(text: str, span: Span) -> bool:
    return bool(_RATE.search(text, *span))


def _stated(text: str, span: Span) -> _Told | None:
    """Return the unit that a span states in brackets, as 单位:人, or by being nothing else."""
    for stated in _UNIT.finditer(text, *span):
        told = _counter(stated["inner"] or stated["caption"])
        if told:
            noun = _noun(text, (span[0], stated.start())) if told[0] in _OPEN and stated["inner"] else None
            return noun or told[0], told[1]
    return _counter(text[span[0] : span[1]])


def _noun(text: str, span: Span) -> str | None:
    """Return the unit of the noun that a span ends in: 班级数, 普通高中在校生."""
    start, stop = span
    count = _COUNT.search(text, start, stop)
    unit, place = nouns.last(text, start, count.start() if count else stop)
    return unit if place == (count.start() if count else stop) else None


def _counter(word: str) -> _Told | None:
    """Return the unit and magnitude of a bare counter: 万人, 所, %."""
    word = word.strip()
    bare = word.lstrip("十百千万亿")
    unit = FIXED_COUNTERS.get(bare) or OPEN_COUNTERS.get(bare)
    return (unit, word[: len(word) - len(bare)]) if unit else None
