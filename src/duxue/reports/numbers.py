"""Numbers in text that people wrote, held against the figures that the data offer: what nothing supports is marked.

Found are digits (half and full width, with decimals, thousands marks, percent signs and 万 or 亿 behind them), Chinese
numerals and, in English, number words from two on. A number is supported when a figure that belongs to the sentence
rounds to it at the places that it is written with, and both or neither are percentages. Everything else is printed
between marks, so that it cannot pass for a computed figure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from duxue.core.quantity import round_half_up
from duxue.core.text import Lang, Text

_MARKS = {"zh": ("〔待核：", "〕"), "en": ("[not supported by data: ", "]")}
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_SIGNS = "零〇一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
# One sign alone is part of many words (统一, 三好); it counts as a number only before a counter.
_COUNTERS = "个所名人县市区校家项次亿元成倍年位起件套座间万岁册条"
_CHINESE = re.compile(
    rf"百分之(?P<percent>[{_SIGNS}两十百]+(?:点[{_SIGNS}]+)?)"
    rf"|(?P<number>[{_SIGNS}两十百千万亿]{{2,}}|[二两三四五六七八九十](?=[{_COUNTERS}]))"
)
_IDIOMS = ("十分", "万一", "千万", "百年", "千家万户", "万千", "百花", "一一", "千秋", "三三两两")
_WORDS = {
    word: n
    for n, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"],
        2,
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
     "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000, "million": 10**6, "millions": 10**6, "billion": 10**9}  # fmt: skip
_ENGLISH = re.compile(r"(?<![A-Za-z])(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")(?![A-Za-z])", re.IGNORECASE)  # fmt: skip
_SCALE = re.compile(r" (thousand|million|billion)(?![A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offered:
    """A figure of the data that a sentence may state."""

    value: Fraction
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text: where it stands, its value, the places it is written with, whether it is a percentage."""

    start: int
    end: int
    value: Fraction
    places: int
    percent: bool
    times: int = 1  # 10 000 where 万 stands behind it


def find_numbers(text: str) -> list[Found]:
    """Return the numbers in a text, in order."""
    # Full-width digits become half-width, letter for letter, so that positions stay.
    plain = "".join(
        n if len(n := unicodedata.normalize("NFKC", c)) == 1 and (c.isdigit() or c in "．，％") else c
        for c in text
    )
    found = [*_written(plain), *_chinese(plain), *_english(plain)]
    found.sort(key=lambda f: f.start)
    return [f for i, f in enumerate(found) if i == 0 or f.start >= found[i - 1].end]


def mark(text: str, lang: Lang, offered: Iterable[Offered]) -> str:
    """Return the text with every number that nothing offered supports between marks."""
    known = list(offered)
    before, after = _MARKS[lang]
    out, at = [], 0
    for found in find_numbers(text):
        if _supported(found, known):
            continue
        out += [text[at : found.start], before, text[found.start : found.end], after]
        at = found.end
    return "".join([*out, text[at:]])


def mark_both(text: Text, offered: Iterable[Offered]) -> Text:
    """Return a text with the unsupported numbers of both languages marked."""
    known = list(offered)
    return Text(mark(text.zh, "zh", known), mark(text.en, "en", known))


def _supported(found: Found, offered: Iterable[Offered]) -> bool:
    return any(
        o.percent == found.percent
        and Fraction(round_half_up(o.value / found.times, found.places)) == found.value
        for o in offered
    )


def _written(text: str) -> Iterator[Found]:
    for match in _DIGITS.finditer(text):
        number = match[0].replace(",", "")
        end = match.end()
        percent = text[end : end + 1] == "%" or text[end:].lstrip().startswith(("per cent", "percent"))
        times = _LARGE.get(text[end : end + 1], 1)
        end += times > 1 or text[end : end + 1] == "%"
        scale = _SCALE.match(text, end)
        if scale:
            end, times = scale.end(), _WORDS[scale[1].lower()]
        places = len(number.partition(".")[2])
        yield Found(match.start(), end, Fraction(number), places, percent, times)


def _chinese(text: str) -> Iterator[Found]:
    for match in _CHINESE.finditer(text):
        percent = match["percent"]
        word = percent or match["number"]
        if not percent and (word in _IDIOMS or any(text.startswith(i, match.start()) for i in _IDIOMS)):
            continue
        whole, _, decimals = word.partition("点")
        value = _chinese_value(whole)
        if value is None:
            continue
        tail = "".join(str(max(_SIGNS.index(c) - 1, 0)) for c in decimals)
        exact = value + Fraction(int(tail), 10 ** len(tail)) if tail else Fraction(value)
        yield Found(match.start(), match.end(), exact, len(tail), bool(percent))


def _chinese_value(word: str) -> int | None:
    """Return the value of a Chinese numeral; None where the signs are none, as 一二 in 一二年级."""
    if not set(word) & {*_UNITS, *_LARGE}:
        digits = "".join(str(max(_SIGNS.replace("〇", "").find(c), 0)) for c in word.replace("两", "二"))
        return int(digits) if len(word) == 1 or "〇" in word or len(word) > 3 else None
    total = section = digit = 0
    for sign in word.replace("两", "二"):
        if sign in _LARGE:
            total = (total + section + digit or 1) * _LARGE[sign]
            section = digit = 0
        elif sign in _UNITS:
            section += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            digit = max(_SIGNS.replace("〇", "").find(sign), 0)
    return total + section + digit


def _english(text: str) -> Iterator[Found]:
    for match in _ENGLISH.finditer(text):
        end = match.end()
        percent = text[end:].lstrip().lower().startswith(("per cent", "percent"))
        yield Found(match.start(), end, Fraction(_WORDS[match[0].lower()]), 0, percent)
