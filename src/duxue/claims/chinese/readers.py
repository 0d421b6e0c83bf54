"""How each form of number is read: ratio, fraction, tenths, ordinal, the words for half and none."""

from __future__ import annotations

import re
from fractions import Fraction

from duxue.claims.chinese import cues, nouns
from duxue.claims.chinese.sentence import Sentence
from duxue.claims.model import Comparator, Found
from duxue.claims.numerals import DIGITS, Number, chinese, scale, whole
from duxue.claims.units import FOLD, PERCENT, PERMILLE, RANK, RATIO

_STOP = re.compile(r"[,，。;:!?、\n)”」]|的?好?成绩|和|上?升|跃|下?降|提升|前进|$")
_SPLIT = re.compile("的?(?:比例|比率|配比|比重)")
_OF_THE_SEXES = re.compile("[男女]")
_ONES = {"一": 1, "两": 2, "二": 2, "三": 3}


def read(numeral: str) -> Number | None:
    """Return the value of digits or of a Chinese numeral."""
    return scale(numeral) if numeral[0].isdigit() else chinese(numeral)


def reach(sentence: Sentence, start: int) -> tuple[int, Comparator]:
    """Return where a number begins with the comparator in front of it, and what that says."""
    word = cues.BEFORE.search(sentence.text, max(sentence.start, start - 10), start)
    if word is None:
        return start, "="
    return start if word["verb"] else word.start(), cues.COMPARATORS[word["word"]]


def bound(sentence: Sentence, start: int, tail: str | None, comparator: Comparator) -> Comparator:
    """Return the comparator with the words behind the number taken in: 达80%以上 is at least, 80%以上 is more."""
    if not tail or tail == "之多":
        return comparator
    if "上" in tail and "下" not in tail:
        reached = cues.REACH.search(sentence.text, max(sentence.start, start - 4), start)
        return ">=" if reached or comparator == ">=" or tail[0] in "及或" else ">"
    if tail in {"左右", "上下"}:
        return "~"
    if "下" in tail or "内" in tail:
        return "<="
    return ">"


def value_of(match: re.Match[str]) -> Number:
    """Return what the digits and their magnitudes say; 8亿5,000万 and 5万2,471 are sums."""
    magnitude, late = match["magnitude"] or "", match["late"] or ""
    if match["rest"]:
        return scale(match["number"], magnitude) + scale(match["rest"], late)
    return scale(match["number"], magnitude + late)


def or_more(comparator: Comparator, more: str | None) -> Comparator:
    """Return the comparator with 余, 多, 几 and 来 behind the digits taken in."""
    if not more or comparator != "=":
        return comparator
    return "~" if more == "来" else ">"


def ratio(match: re.Match[str], sentence: Sentence) -> list[Found]:
    """Read `师生比1:19` as 19 pupils for a teacher; `16:30` is the hour and nothing."""
    one, other = scale(match["one"]), scale(match["other"])
    start = match.start()
    opens = max(sentence.start, start - 16)
    named = cues.RATIO.search(sentence.text, opens, start) or _SPLIT.match(sentence.text, match.end())
    if (
        match["clock"]
        or (match["colon"] == "比" and not named)
        or (not named and 1 not in (one, other))
        or (not named and len(match["other"]) == 2)
    ):
        return []
    begin, comparator = reach(sentence, start)
    value = other if one == 1 and not _OF_THE_SEXES.search(sentence.text, opens, start) else one
    return [Found(begin, match.end(), value, RATIO, comparator=comparator)]


def fraction(match: re.Match[str], sentence: Sentence) -> list[Found]:
    """Read 百分之九十五, 千分之三 and 三分之二."""
    if match["upper"] is not None:
        value: Number | None = whole(Fraction(int(match["upper"]), int(match["lower"]) or 1))
        below, high, tail = match["lower"], None, match["utail"]
        if int(below) <= int(match["upper"]):
            return []
        unit = RATIO
    else:
        below, tail = match["below"], match["ftail"] or match["fmore"]
        value = read(match["above"])
        high = read(match["above2"]) if match["above2"] else None
        unit = {"百": PERCENT, "100": PERCENT, "千": PERMILLE, "1000": PERMILLE}.get(below, RATIO)
        if unit == RATIO and value is not None:
            value = whole(Fraction(value) / Fraction(read(below) or 1))
    begin, comparator = reach(sentence, match.start())
    comparator = bound(sentence, match.start(), tail, comparator)
    return [Found(begin, match.end(), value, unit, value_high=high, comparator=comparator)]


def tenths(match: re.Match[str], sentence: Sentence) -> list[Found]:
    """Read 九成 as 90 percent, 七、八成 as a range."""
    if match.start() and sentence.text[match.start() - 1] in "第零一二三四五六七八九十百千万多":
        return []
    value = (read(match["tenths"]) or 0) * 10 + (
        5 if match["halftenth"] == "半" else DIGITS.get(match["halftenth"], 0)
    )
    high = (read(match["tenths2"]) or 0) * 10 if match["tenths2"] else None
    begin, comparator = reach(sentence, match.start())
    comparator = bound(sentence, match.start(), match["ttail"], comparator)
    value = whole(Fraction(value).limit_denominator(100))
    return [Found(begin, match.end(), value, PERCENT, value_high=high, comparator=comparator)]


def ordinal(match: re.Match[str], sentence: Sentence) -> list[Found]:
    """Read a place in an order: 第二名, 居全省第三, 进入前十, 列首位; 第一中学 and 第3条 are names."""
    text, start = sentence.text, match.start()
    ranked = cues.RANKED.search(text, sentence.left(start), start)
    if match["first"]:
        value: Number | None = 1 if ranked else None
    elif match["top"]:
        value = read(match["top"]) if ranked else None
    elif match["place"] == "名":
        value = read(match["ordinal"]) if not _named(text, match.end()) else None
    else:
        free = ranked and _STOP.match(text, match.end())
        value = read(match["ordinal"]) if free else None
    if value is None:
        return []
    return [Found(start, match.end(), value, RANK, comparator="<=" if match["top"] else "=", kind="rank")]


def _named(text: str, end: int) -> bool:
    """Tell whether a place is only the label of somebody: 第一名学生, 第二名专家."""
    return text[end : end + 2] in {"学生", "教师", "校长", "专家", "书记", "患者", "同学"}


def word(match: re.Match[str], sentence: Sentence) -> list[Found]:
    """Read 一半 as a half, 清零 as none and 翻一番 as twice as much."""
    start, end = match.start(), match.end()
    if match["half"]:
        above = sentence.text.startswith("以上", end)
        over = match["half"] == "过半" or above
        begin, comparator = reach(sentence, start)
        return [Found(begin, end + 2 * above, 0.5, RATIO, comparator=">" if over else comparator)]
    if match["zero"]:
        unit, _ = nouns.last(sentence.text, sentence.left(start), start)
        return [Found(start, end, 0, unit or "person")]
    doubled = 2 ** _ONES.get(match["double"][0], 1)
    return [Found(start, end, doubled, FOLD, kind="change", direction="+")]
