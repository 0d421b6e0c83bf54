"""Numbers in tables: what the head of the column, the name of the row and the caption make of a bare cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from duxue.claims.english import currency, dates, nouns, numbers, phrase, territories
from duxue.claims.english.numbers import Number
from duxue.claims.english.words import MAGNITUDES
from duxue.claims.model import Found, Span

Row = Mapping[int, Span]  # the cells of a row by their column, empty ones left out

_NO_COLUMN = re.compile(
    r"\s*(?:no\.?|nos\.?|s/?n\.?|s/no\.?|#|code|id|urn|emis(?:\scode)?|rank(?:ing)?|year|date|phone|tel\.?|page|ref\.?|grade|serial(?:\sno\.?)?)\s*"
)
_BRACKET = re.compile(r"\(([^()]{1,30})\)|,\s(%|per\s?cent)\s*$")
_RATE = re.compile(r"%|\bper\s?cent|\b(?:rates?|percentages?|shares?|proportions?|coverage|ger|ner)\b")
_RATIO = re.compile(r"\b(?:ratios?|index|gpi|ptr)\b")
_CHANGED = re.compile(
    r"\b(?:change|increase|decrease|growth|difference|rise|fall|variation)s?\b|\+/-|±|\byoy\b"
)
_PLANNED = re.compile(r"\b(?:targets?|planned|plan|forecasts?|projected|projections?|goals?|budgeted)\b")
_WORD = re.compile(r"[a-z²][a-z²'’-]*")
_UNSIGNED = re.compile(r"[-+−–]?\s*")
_MOST = 80  # characters of a cell that names something


def read_table(text: str, rows: Sequence[Row], caption: Span) -> dict[int, Found | None]:
    """Return the claims of bare cells by where their cell starts, None where nothing tells what they count.

    Rows and caption are spans of plain text; a row without numbers heads the rows after it.
    """
    found: dict[int, Found | None] = {}
    head: Row = {}
    for row in rows:
        read = {column: _number(text, cell) for column, cell in row.items()}
        if not any(number and not _is_year(number) for number in read.values()):
            head = row
            continue
        label = next((cell for column, cell in row.items() if not read[column]), next(iter(row.values())))
        beside = ""  # the unit of the cell to the left, which a column headed "Change" shares
        corner = (
            len(head) == len(row) - 1 and max(row) == max(head, default=0) + 1
        )  # left empty above the names
        for column, cell in row.items():
            number, above = read[column], head.get(column - corner)
            if number is None or cell == label:
                continue
            claim = found[cell[0]] = _read(text, number, above, label, caption, beside)
            beside = claim.unit if claim else beside
    return found


def _number(text: str, cell: Span) -> Number | None:
    """Return the number that fills a cell, None where it holds anything else."""
    start, end = cell
    if end - start > 30:
        return None
    low = text[start:end].lower()
    at = _first_digit(low)
    number = numbers.read(low, at) if at >= 0 else None
    if number is None or number.form not in ("figure", "ratio") or low[number.end :].strip(" *"):
        return None
    if not _UNSIGNED.fullmatch(low, 0, number.start):
        return None
    number.start, number.end = start + number.start, start + number.end
    return number


def _first_digit(low: str) -> int:
    return next((index for index, char in enumerate(low) if char in "0123456789"), -1)


def _is_year(number: Number) -> bool:
    year = len(number.digits) == 4 and number.digits.isdigit() and not number.unit and not number.scaled
    return year and number.digits.startswith(("19", "20"))


def _read(
    text: str, number: Number, above: Span | None, label: Span, caption: Span, beside: str
) -> Found | None:
    names = [span for span in (above, label) if span and span[1] - span[0] <= _MOST]
    words = [text[a:b].lower() for a, b in names]
    if (above and _NO_COLUMN.fullmatch(text[above[0] : above[1]].lower())) or (
        _is_year(number) and not words
    ):
        return None
    org = territories.subject(text, *label)
    telling = words[:-1] if org and label in names else words  # "Kisumu County" counts no counties
    unit, factor = _unit(number, telling)
    if not unit and beside and any(_CHANGED.search(word) for word in words):
        unit = beside
    if not unit:
        unit, factor = _of_caption(number, text[caption[0] : caption[1]].lower())
    if not unit:
        return None
    negative = text[: number.start].endswith(("-", "−", "–")) and number.unit != "ratio"
    value = numbers.scale(number.value, factor)
    claim = Found(number.start - negative, number.end, value, unit, number.high, measure=tuple(sorted(names)))
    if any(_CHANGED.search(word) for word in words):
        claim.kind, claim.direction = "change", "-" if negative else "+"
    elif any(_PLANNED.search(word) for word in words):
        claim.kind, claim.firm = "target", True
    elif negative and value is not None:
        claim.value = -value
    for word in words:
        if named := dates.times(word, 0, len(word)):
            claim.period = named[0].period
            break
    claim.org = org
    return claim


def _unit(number: Number, names: Sequence[str]) -> tuple[str, int]:
    """Return the unit of a cell and what its value is to be multiplied by: of its sign, of brackets, of the nouns."""
    if number.unit:
        return number.unit, 1
    factor = 1
    for name in names:
        for bracket in _BRACKET.finditer(name):
            unit, times = _stated(bracket[1] or bracket[2])
            factor = max(factor, times)
            if unit:
                return unit, factor
    for name in names:
        if _RATE.search(name):
            return "percent", 1
        if _RATIO.search(name):
            return "ratio", 1
        unit = phrase.ahead_of([(word[0], word.start()) for word in _WORD.finditer(name)])
        if unit:
            return unit, factor
    return "", 1


def _of_caption(number: Number, caption: str) -> tuple[str, int]:
    """Return what a caption makes of a cell: its bracket, its rate, or the one thing that it names in the plural."""
    named = {nouns.PLURAL[word[0]] for word in _WORD.finditer(caption) if word[0] in nouns.PLURAL}
    if len(named) == 1 or _BRACKET.search(caption) or _RATE.search(caption):
        return _unit(number, [caption])
    return "", 1


def _stated(inner: str) -> tuple[str, int]:
    """Return what a bracket states: "%", "KSh million", "thousands", "m2"."""
    unit, factor = "", 1
    if _RATE.search(inner):
        return "percent", 1
    for word in inner.replace("'", "").split():
        factor = max(factor, MAGNITUDES.get(word.rstrip("s"), 1) if word != "000" else 1000)
        unit = unit or currency.SIGNS.get(word, "") or currency.NAMES.get(word, "")
    return unit or phrase.ahead_of([(word[0], word.start()) for word in _WORD.finditer(inner)]), factor
