"""A number that stands bare: what words around it make it a claim."""

from __future__ import annotations

import re

from duxue.claims.chinese import cues, nouns
from duxue.claims.chinese.counters import from_before
from duxue.claims.chinese.readers import bound, or_more, reach, value_of
from duxue.claims.chinese.sentence import Sentence
from duxue.claims.chinese.words import FIXED_COUNTERS, OPEN_COUNTERS
from duxue.claims.model import Found
from duxue.claims.numerals import Number, scale
from duxue.claims.units import PERCENT, RATIO

_IN_BRACKETS = re.compile(r"\(([^()\s\d]{1,7})\)\s?[::为]?\s?$")
_AGES = "岁学期月日号章条级届版时"
_LISTED = re.compile(r"\s?(?:[,，。;、)\n]|$)")
_BEING = re.compile(r"(?:(?:人数|总数|数量?)?(?:约|共|达到?)?(?:为|有|是)?[\s:]?)$")
_YEARLIKE = re.compile(r"(?:19|20)\d\d")
# A list that names its unit once, at its end: 5.6个和8.2个百分点, 12、15、18所.
SHARED = re.compile(
    r"(?:(?:、|和|及|以及|与)\d+(?:\.\d+)?个?){1,6}(?P<unit>百分点|个百分点|%|所|人|名|万人|亿元|万元|元|项|家|个)"
)


def bare(match: re.Match[str], sentence: Sentence) -> list[Found]:
    """Read a number without counter: a rate (入学率99.73), money (120万), a unit in brackets (教师(人):386)."""
    if match["number2"] is not None:
        return []
    start = match.start()
    end = (
        match.end("late")
        if match["late"]
        else max(match.end(g) for g in ("number", "magnitude", "rest", "more", "more3"))
    )
    begin, comparator = reach(sentence, start)
    value, unit = _told(match, sentence, begin, end)
    if unit is None:
        return []
    comparator = or_more(bound(sentence, start, match["tail"], comparator), match["more"] or match["more3"])
    return [Found(begin, match.end() if match["tail"] else end, value, unit, comparator=comparator)]


def _told(match: re.Match[str], sentence: Sentence, begin: int, end: int) -> tuple[Number, str | None]:
    """Return the value and the unit that the words around tell, no unit where they tell none."""
    text, start = sentence.text, match.start()
    left = sentence.left(start)
    value = value_of(match)
    bracket = _IN_BRACKETS.search(text, max(sentence.start, start - 12), start)
    if bracket:
        word = bracket[1].lstrip("万亿千")
        unit = FIXED_COUNTERS.get(word) or OPEN_COUNTERS.get(word)
        magnitude = (match["magnitude"] or "") + bracket[1][: len(bracket[1]) - len(word)]
        return (scale(match["number"], magnitude), unit) if unit else (value, None)
    if match["magnitude"] or match["late"]:
        return value, _of_many(text, left, (start, begin, end), sentence)
    shared = SHARED.match(text, end)
    if shared and "分别" in text[max(sentence.clause(start), start - 40) : start]:
        return _shared(match, sentence, shared["unit"])
    if _is_coefficient(sentence, left, start):
        return value, RATIO
    if cues.RATE.search(text, max(left, start - 16), begin) and not text.startswith(tuple(_AGES), end):
        return value, PERCENT
    if _LISTED.match(text, end) and not _YEARLIKE.fullmatch(match["number"]):
        return value, _touching(text, left, begin)
    return value, None


def _of_many(text: str, left: int, place: tuple[int, int, int], sentence: Sentence) -> str | None:
    """Return the unit of a number with a magnitude: of the noun behind, of money, of the noun in front."""
    start, begin, end = place
    if text[end : end + 1] not in ("", " "):
        unit = nouns.after(text, end, sentence.end)[0]
        if unit:
            return unit
    if cues.MONEY.search(text, max(sentence.start, start - 24), start):
        return "yuan"
    return _touching(text, left, begin)


def _shared(match: re.Match[str], sentence: Sentence, named: str) -> tuple[Number, str]:
    """Return the value with the unit at the end of its list: 分别建成12、15、18所."""
    word = named.lstrip("万亿")
    unit = FIXED_COUNTERS.get(word)
    if unit is None:
        default = OPEN_COUNTERS[word]
        unit = from_before(word, default, match.start(), sentence, near=False) or default
    return scale(match["number"], named[: len(named) - len(word)]), unit


def _touching(text: str, left: int, start: int) -> str | None:
    """Return the unit of the noun that a bare number follows: 专任教师(近1800), 在园幼儿约为(2.3万)."""
    being = _BEING.search(text, left, start)
    start = being.start() if being else start
    unit, place = nouns.last(text, left, start)
    return unit if place == start and unit in {"person", "school", "kindergarten", "place"} else None


def _is_coefficient(sentence: Sentence, left: int, start: int) -> bool:
    """Tell whether a bare number is a coefficient: 差异系数分别为0.42和0.38, 低于规定的0.65."""
    text = sentence.text
    if text.startswith("0.", start) and text.find("系数", sentence.back(start), start) >= 0:
        return True
    if cues.COEFFICIENT.search(text, left, start):
        return True
    previous = sentence.found[-1] if sentence.found else None
    if previous is None or previous.unit != RATIO or text[previous.end - 1] == "1":
        return False
    return text[previous.end : start] in ("和", "、", "及", "与") or text[start - 2 : start] in (
        "定的",
        "求的",
        "准的",
    )
