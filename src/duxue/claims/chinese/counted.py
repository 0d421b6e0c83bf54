"""How a number with a counter is read, in digits and in Chinese numerals."""

from __future__ import annotations

import re

from duxue.claims.chinese import cues
from duxue.claims.chinese.bare import SHARED, bare
from duxue.claims.chinese.counters import is_told, unit_of
from duxue.claims.chinese.readers import bound, or_more, reach, read, value_of
from duxue.claims.chinese.sentence import Sentence
from duxue.claims.chinese.words import FIXED_COUNTERS
from duxue.claims.model import Found
from duxue.claims.numerals import Number, scale
from duxue.claims.script import words
from duxue.claims.units import PERCENT, POINT, is_count

Match = re.Match[str]

# 66人以上超大班额 says what such a class is, 8个试点城市之一 and 9个县区第一 that there are others.
_DEFINED = re.compile(
    "的?超?大班|(?:中|里)?(?:排名?|位列|位居|名列)?第[一二三四五六七八九十\\d]|[^,，。;:\\d]{0,20}之一"
)
_NO_RESULT = re.compile("[每某同另任这那哪各其唯统逐第几多单整半满前后仅为]$|[一]$")
_POINTING = re.compile("(?:以|如|像|这|那|该|上述|另外?|其他|其余|哪)$")


def arabic(match: Match, sentence: Sentence) -> list[Found]:
    """Read 3.3万余节, 12-15所, 22,510元, 比上年少294所; nothing where the digits belong to a name or a date."""
    text, start, end = sentence.text, match.start(), match.end()
    if _embedded(text, start, match.end("number")):
        return []
    counter = match["unit"]
    if counter is None:
        return bare(match, sentence)
    shared = SHARED.match(text, end) if counter == "个" else None
    unit = POINT if shared else unit_of(counter, end, start, sentence)
    if unit is None or _DEFINED.match(text, end) or not is_told(unit, counter, start, end, sentence):
        return []
    value: Number | None = value_of(match)
    begin, comparator = reach(sentence, start)
    comparator = or_more(bound(sentence, start, match["tail"], comparator), match["more"] or match["more3"])
    if unit == PERCENT and comparator == "=":
        distant = cues.DISTANT.search(text, sentence.clause(start), start)
        comparator = cues.COMPARATORS[distant["word"]] if distant else comparator
    reasons: tuple[str, ...] = ()
    if match["lost"]:
        value, reasons = None, ("digits_lost",)
    elif isinstance(value, float) and is_count(unit) and _parts(text, begin, sentence):
        reasons = ("part_of_whole",)
    if match["number2"] is None:
        return [Found(begin, end, value, unit, comparator=comparator, reasons=reasons)]
    return _range(match, sentence, Found(begin, end, value, unit, comparator=comparator, reasons=reasons))


def _range(match: Match, sentence: Sentence, low: Found) -> list[Found]:
    """Read 3-5所 as one claim; from 50所 to 80所 is two."""
    magnitude = (match["magnitude"] or "") + (match["late"] or "")
    high = scale(match["number2"], match["magnitude2"] or magnitude)
    if match["magnitude2"] and not magnitude and (low.value or 0) < high / 1000:
        low.value = scale(match["number"], match["magnitude2"])
    between = FIXED_COUNTERS.get(match["mid"] or "")  # 下降1.2个百分点至48.7% says a change and a level
    other = between is not None and between != FIXED_COUNTERS.get(match["unit"])
    if match["mid"] and (other or sentence.text[low.start - 1 : low.start] in ("从", "由", "自")):
        tail = Found(match.start("number2"), match.end(), high, low.unit)
        low.end = match.end("mid")
        if between is not None and other:
            low.unit = between
        return [low, tail]
    low.value_high = high
    return [low]


def _embedded(text: str, start: int, end: int) -> bool:
    """Tell whether digits are part of something else: G20, 6+3, 每100名, 第3, COVID-19, 5G."""
    before = text[start - 1] if start else " "
    behind = text[end] if end < len(text) else " "
    return (
        before in "每第+#№·/_.逢" or (before.isascii() and before.isalpha()) or behind in "+·/"
        or (before == "-" and start > 1 and (text[start - 2].isascii() and text[start - 2].isalnum()))
        or (behind.isascii() and behind.isalpha() and not text.startswith(("m2", "m²", "km"), end))
    )  # fmt: skip


def _parts(text: str, start: int, sentence: Sentence) -> bool:
    """Tell whether a broken number cannot be right: 2.5名 is not, 平均2.5名 may be."""
    words_ = text[max(sentence.start, start - 120) : start]
    return not any(word in words_ for word in ("均", "每", "比"))


# Spelled numerals count only what can be a result; 三项制度, 五个方面, 一次 are rhetoric.
_RHETORICAL = frozenset(
    words("item measure time project team other:kind other:session standard lesson course year_count")
)


def spelled(match: Match, sentence: Sentence) -> list[Found]:
    """Read 三所高职院校, 十三所, 近千名, 超过十亿元; one thing only where a verb makes it a result."""
    text, start, counter = sentence.text, match.start(), match["hanunit"]
    before = text[start - 1] if start else " "
    numeral = match["han"]
    value = read(numeral + (match["hanlate"] or ""))
    if (
        value is None
        or before in "第每+·数几"
        or numeral[0] in "零〇○"
        or _POINTING.search(text, max(0, start - 2), start)
    ):
        return []
    begin, comparator = reach(sentence, start)
    if before == "上" and numeral[0] in "百千万亿":  # 上百所
        begin, comparator = start - 1, ">"
    comparator = or_more(bound(sentence, start, match["hantail"], comparator), match["hanmore"])
    money = counter.endswith("元")
    if money:
        counter = counter[-1] if counter not in {"美元", "港元"} else counter
        value = read(numeral + (match["hanlate"] or "") + match["hanunit"][: -len(counter)])
        if value is None or not (
            set("十百千万亿") & set(match[0]) or cues.MONEY.search(text, sentence.left(start), start)
        ):
            return []
    unit = unit_of(counter, match.end(), start, sentence) if counter else "person"
    if unit is None or (numeral in {"百", "千", "万", "亿"} and begin == start and not match["hanmore"]):
        return []
    small = value < 10 and not match["hanmore"]
    if unit == "year_count":
        if text[start - 2 : start] != "连续":
            return []
    elif (small or unit == "item") and unit in _RHETORICAL:
        return []
    if value == 1 and not _one_counts(unit, start, match.end(), sentence):
        return []
    high = None
    if match["han2"]:
        high = read(match["han2"] + (match["hanlate"] or ""))
    elif len(numeral) == 2 and numeral in _NEIGHBOURS:
        value, high = _NEIGHBOURS[numeral]
    return [Found(begin, match.end(), value, unit, value_high=high, comparator=comparator)]


_NEIGHBOURS = {f"{a}{b}": (i + 1, i + 2) for i, (a, b) in enumerate(zip("一二三四五六七八", "二三四五六七八九", strict=True))} | {"两三": (2, 3)}  # fmt: skip


def _one_counts(unit: str, start: int, end: int, sentence: Sentence) -> bool:
    """Tell whether `one` is a count: 建成一所幼儿园 is; 每一所, 一名教师, 一人一案 are not."""
    text = sentence.text
    if (
        _NO_RESULT.search(text, max(0, start - 1), start)
        or text[end : end + 1] == "一"
        or unit in {"item", POINT}
    ):
        return False
    return bool(cues.MADE.search(text, max(sentence.left(start), start - 6), start))
