"""How a number with a counter is read, in digits and in Chinese numerals, and one that stands bare."""

from __future__ import annotations

import re

from duxue.claims.chinese import cues, nouns
from duxue.claims.chinese.readers import bound, reach, read
from duxue.claims.chinese.sentence import Sentence
from duxue.claims.chinese.words import FIXED_COUNTERS, OPEN_COUNTERS
from duxue.claims.model import Comparator, Found
from duxue.claims.numerals import Number, scale
from duxue.claims.script import words
from duxue.claims.units import PERCENT, POINT, RATIO, is_count

Match = re.Match[str]

_IN_BRACKETS = re.compile(r"\(([^()\s\d]{1,7})\)\s?[::为]?\s?$")
_AGES = "岁学期月日号章条级届版时"
# Units of everyday things count only where the words in front say so.
_NEEDS = {
    "year_count": re.compile("年限|连续|教龄|学龄|平均受教育|工龄|任教"),
    "day": re.compile("压缩|缩短|减[至少到]|办理|时限|提速|不少于|不超过|不低于|平均|累计|共"),
    "other:hour": re.compile("每[天日周年学人]|平均|累计|不少于|不低于|达|完成|总|保证|服务|不超过"),
    "other:minute": re.compile("每[天日周节]|平均|不少于|不超过|不低于|控制"),
    "other:week": re.compile("不少于|不超过|不低于|共|累计"),
    "other:point": re.compile("平均|得分|总分|均分|成绩|提高|评分|分数|测评|满意|高出|分为"),
    "other:m": re.compile("总长|全长|长度|距离|延伸|铺设|管[道网线]|围墙|道路|面积|宽"),
    "other:issue": re.compile("举办|培训|编[发印]|印发|推[出送]|开办|刊发|共|专题|简报"),
    "other:pair": re.compile("结对|帮扶|师徒|结成"),
    "class": re.compile("开设|设|增|办|共|有|班额|编|招|消除|化解|大班|新"),
    "other:copy": re.compile("教材|书|册|出版|著|发放|编"),
}
# A list that names its unit once, at its end: 5.6个和8.2个百分点, 12、15、18所.
_SHARED = re.compile(
    r"(?:(?:、|和|及|以及|与)\d+(?:\.\d+)?个?){1,6}(?P<unit>百分点|个百分点|%|所|人|名|万人|亿元|万元|元|项|家|个)"
)
# 66人以上超大班额 says what such a class is, 8个试点城市之一 that there are others.
_DEFINED = re.compile("的?超?大班|[^,，。;:\\d]{0,20}之一")
_BRACKETED = re.compile(r"\([^()\d]{0,4}$")
_NO_RESULT = re.compile("[每某同另任这那哪各其唯统逐第几多单整半满前后仅为]$|[一]$")
_POINTING = re.compile("(?:以|如|像|这|那|该|上述|另外?|其他|其余|哪)$")


def arabic(match: Match, sentence: Sentence) -> list[Found]:
    """Read 3.3万余节, 12-15所, 22,510元, 比上年少294所; nothing where the digits belong to a name or a date."""
    text, start, end = sentence.text, match.start(), match.end()
    if _embedded(text, start, match.end("number")):
        return []
    counter = match["unit"]
    if counter is None:
        return _bare(match, sentence)
    shared = _SHARED.match(text, end) if counter == "个" else None
    unit = POINT if shared else _unit(counter, end, start, sentence)
    if unit is None or _DEFINED.match(text, end) or not _told(unit, counter, start, sentence):
        return []
    value: Number | None = _value(match)
    begin, comparator = reach(sentence, start)
    comparator = _or_more(bound(sentence, start, match["tail"], comparator), match["more"])
    reasons: tuple[str, ...] = ()
    if match["lost"]:
        value, reasons = None, ("digits_lost",)
    elif isinstance(value, float) and is_count(unit) and _parts(text, begin, sentence):
        reasons = ("part_of_whole",)
    if match["number2"] is None:
        return [Found(begin, end, value, unit, comparator=comparator, reasons=reasons)]
    return _range(match, sentence, Found(begin, end, value, unit, comparator=comparator, reasons=reasons))


def _value(match: Match) -> Number:
    """Return what the digits and their magnitudes say; 8亿5,000万 and 5万2,471 are sums."""
    magnitude, late = match["magnitude"] or "", match["late"] or ""
    if match["rest"]:
        return scale(match["number"], magnitude) + scale(match["rest"], late)
    return scale(match["number"], magnitude + late)


def _range(match: Match, sentence: Sentence, low: Found) -> list[Found]:
    """Read 3-5所 as one claim; from 50所 to 80所 is two."""
    magnitude = (match["magnitude"] or "") + (match["late"] or "")
    high = scale(match["number2"], match["magnitude2"] or magnitude)
    if match["magnitude2"] and not magnitude and (low.value or 0) < high / 1000:
        low.value = scale(match["number"], match["magnitude2"])
    if match["mid"] and sentence.text[low.start - 1 : low.start] in ("从", "由", "自"):
        tail = Found(match.start("number2"), match.end(), high, low.unit)
        low.end = match.end("mid")
        return [low, tail]
    low.value_high = high
    return [low]


def _or_more(comparator: Comparator, more: str | None) -> Comparator:
    if not more or comparator != "=":
        return comparator
    return "~" if more == "来" else ">"


def _embedded(text: str, start: int, end: int) -> bool:
    """Tell whether digits are part of something else: G20, 6+3, 每100名, 第3, COVID-19, 5G."""
    before = text[start - 1] if start else " "
    behind = text[end] if end < len(text) else " "
    return (
        before in "每第+#№·/_.逢" or (before.isascii() and before.isalpha()) or behind in "+·/"
        or (before == "-" and start > 1 and (text[start - 2].isascii() and text[start - 2].isalnum()))
        or (behind.isascii() and behind.isalpha() and not text.startswith(("m2", "m²", "km"), end))
    )  # fmt: skip


def _unit(counter: str, end: int, start: int, sentence: Sentence) -> str | None:
    """Return what a counter counts that ends here, None for rhetoric."""
    fixed = FIXED_COUNTERS.get(counter)
    if fixed is not None:
        return fixed
    default = OPEN_COUNTERS[counter]
    unit, place, slogan = nouns.after(sentence.text, end, sentence.end)
    if slogan:
        return None
    spoken = place > end
    if unit is None:
        unit = _from_before(counter, default, start, sentence, near=spoken)
    unit = _fit(unit, default)
    sentence.counted[counter] = unit, end
    return unit


_PEOPLE = frozenset({"person", "person_time"})
# What each counter may count, by the unit it has where no noun tells; 个 and 处 count anything but people.
_FITS = {
    "school": "school kindergarten institution other:canteen other:bathroom other:toilet other:site other:centre",
    "institution": "institution enterprise organization school kindergarten group base studio other:site other:centre",
    "set": "set computer dormitory other:vehicle other:camera other:toilet",
    "team": "team",
    "other:building": "other:building dormitory other:canteen other:toilet institution sports_ground school kindergarten",
    "other:room": "classroom dormitory other:room other:canteen other:toilet other:bathroom studio school",
    "other:copy": "other:book",
}
_FITTING = {default: frozenset(units.split()) for default, units in _FITS.items()}
_ABSTRACT = frozenset(
    words("project award measure item standard course case major other:pilot other:championship lesson")
)
_OF_ABSTRACTS = frozenset(words("项 条 款 则 例 起 宗"))


def _fit(unit: str | None, default: str) -> str:
    """Return the noun's unit where its counter can count it: 所 counts schools, never people."""
    if unit is None or unit in _PEOPLE or unit not in _FITTING.get(default, (unit,)):
        return default
    return unit


def _from_before(counter: str, default: str, start: int, sentence: Sentence, *, near: bool) -> str | None:
    """Return the unit that words in front tell: the noun of the phrase, the last claim with this counter, any noun.

    `near` asks for a noun that touches the number, because there is another phrase behind it.
    """
    text = sentence.text
    left = sentence.left(start)
    unit: str | None

    def fits(noun: str) -> bool:
        if counter in _OF_ABSTRACTS:
            return noun in _ABSTRACT or (counter == "条" and noun == "hotline")
        return noun not in _PEOPLE and _fit(noun, default) == noun

    listed = text[start - 1] == "等" or text[start - 2 : start] in ("等共", "等的")
    inherited = _inherited(counter, sentence)
    if listed and inherited and not near:
        return inherited
    unit, place = nouns.last(text, left, start, fits)
    if near:
        return unit if place == start else None
    if unit is not None:
        return unit
    place = sentence.counted.get(counter, (None, sentence.start))[1]
    unit, _ = nouns.last(text, max(place, start - 40), start, fits)
    return unit or inherited


def _inherited(counter: str, sentence: Sentence) -> str | None:
    if counter in sentence.counted:
        return sentence.counted[counter][0]
    if sentence.before is not None and counter in sentence.before.counted:
        return sentence.before.counted[counter][0]
    return None


def _told(unit: str, counter: str, start: int, sentence: Sentence) -> bool:
    """Tell whether a number of an everyday unit says something here: 每天1小时 does, (3小时) and 用了3天 do not."""
    text = sentence.text
    need = _NEEDS.get(unit)
    if need is None or (unit == "class" and counter != "班"):
        return True
    if _BRACKETED.search(text, max(sentence.start, start - 6), start):
        return False
    clause = sentence.clause(start)
    if unit == "year_count" and any(claim.unit == unit for claim in sentence.found[-6:]):
        return True
    return bool(need.search(text, clause, start)) or bool(cues.BEFORE.search(text, max(clause, start - 10), start) and unit not in {"year_count", "other:m", "day"})  # fmt: skip


def _parts(text: str, start: int, sentence: Sentence) -> bool:
    """Tell whether a broken number cannot be right: 2.5名 is not, 平均2.5名 may be."""
    clause = sentence.clause(start)
    return not any(word in text[clause:start] for word in ("均", "每", "比"))


def _bare(match: Match, sentence: Sentence) -> list[Found]:
    """Read a number without counter: a rate (入学率99.73), money (120万), a unit in brackets (教师(人):386)."""
    text, start = sentence.text, match.start()
    end = (
        match.end("late")
        if match["late"]
        else max(match.end("number"), match.end("magnitude"), match.end("more"))
    )
    if match["number2"] is not None:
        return []
    left = sentence.left(start)
    magnitude = (match["magnitude"] or "") + (match["late"] or "")
    value = _value(match)
    begin, comparator = reach(sentence, start)
    comparator = _or_more(bound(sentence, start, match["tail"], comparator), match["more"])
    unit: str | None = None
    bracket = _IN_BRACKETS.search(text, max(sentence.start, start - 12), start)
    if bracket:
        word = bracket[1].lstrip("万亿千")
        unit = FIXED_COUNTERS.get(word) or OPEN_COUNTERS.get(word)
        value = (
            scale(match["number"], magnitude + bracket[1][: len(bracket[1]) - len(word)]) if unit else value
        )
    elif magnitude:
        unit = nouns.after(text, end, sentence.end)[0] if text[end : end + 1] not in ("", " ") else None
        if unit is None and cues.MONEY.search(text, max(sentence.start, start - 24), start):
            unit = "yuan"
    elif (shared := _SHARED.match(text, end)) and "分别" in text[
        max(sentence.clause(start), start - 40) : start
    ]:
        word = shared["unit"].lstrip("万亿")
        value = scale(match["number"], shared["unit"][: -len(word)])
        unit = (
            FIXED_COUNTERS.get(word)
            or _from_before(word, OPEN_COUNTERS[word], start, sentence, near=False)
            or OPEN_COUNTERS[word]
        )
    elif _coefficient(sentence, left, start):
        unit = RATIO
    elif cues.RATE.search(text, max(left, start - 16), begin) and not text.startswith(tuple(_AGES), end):
        unit = PERCENT
    return (
        [Found(begin, match.end() if match["tail"] else end, value, unit, comparator=comparator)]
        if unit
        else []
    )


def _coefficient(sentence: Sentence, left: int, start: int) -> bool:
    """Tell whether a bare number is a coefficient: 差异系数分别为0.42和0.38, 低于规定的0.65."""
    text = sentence.text
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
        or before in "第每+·"
        or numeral[0] in "零〇○"
        or _POINTING.search(text, max(0, start - 2), start)
    ):
        return []
    begin, comparator = reach(sentence, start)
    if before == "上" and numeral[0] in "百千万亿":  # 上百所
        begin, comparator = start - 1, ">"
    comparator = _or_more(bound(sentence, start, match["hantail"], comparator), match["hanmore"])
    money = counter.endswith("元")
    if money:
        counter = counter[-1] if counter not in {"美元", "港元"} else counter
        value = read(numeral + (match["hanlate"] or "") + match["hanunit"][: -len(counter)])
        if value is None or not (
            set("十百千万亿") & set(match[0]) or cues.MONEY.search(text, sentence.left(start), start)
        ):
            return []
    unit = _unit(counter, match.end(), start, sentence)
    if unit is None or (numeral in {"百", "千", "万", "亿"} and begin == start):
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
