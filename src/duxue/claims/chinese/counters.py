"""What a counter counts: the unit it is itself, or that of the noun behind it, before it or in an earlier clause."""

from __future__ import annotations

import re

from duxue.claims.chinese import cues, nouns
from duxue.claims.chinese.sentence import Sentence
from duxue.claims.chinese.words import FIXED_COUNTERS, OPEN_COUNTERS
from duxue.claims.script import words

# Units of everyday things count only where the words in front say so.
_NEEDS = {
    "year_count": re.compile("年限|连续|教龄|学龄|平均受教育|工龄|任教"),
    "day": re.compile("按|压缩|缩短|减[至少到]|办理|时限|提速|不少于|不超过|不低于|平均|累计|共"),
    "other:hour": re.compile("每[天日周年学人]|平均|累计|不少于|不低于|达|完成|总|保证|服务|不超过"),
    "other:minute": re.compile("每[天日周节]|平均|不少于|不超过|不低于|控制"),
    "other:week": re.compile("不少于|不超过|不低于|共|累计"),
    "other:point": re.compile("平均|得分|总分|均分|成绩|提高|评分|分数|测评|满意|高出|分为"),
    "other:m": re.compile("跑道|操场|总长|全长|长度|距离|延伸|铺设|管[道网线]|围墙|道路|面积|宽"),
    "other:issue": re.compile("举办|培训|编[发印]|印发|推[出送]|开办|刊发|共|专题|简报"),
    "other:pair": re.compile("结对|帮扶|师徒|结成"),
    "class": re.compile("班数|级数|减|数为|计|约|达|总|开设|设|增|办|共|有|班额|编|招|消除|化解|大班|新"),
    "other:copy": re.compile("教材|书|册|出版|著|发放|编"),
}
# Visits to the page, and a running track told by its length.
_VISITS = re.compile("(?:浏览|点击|阅读|访问)(?:次数|量|数|率)?[:：]?\\s?$")
_TRACK = re.compile("(?:环形|标准|塑胶|直线|田径)*(?:跑道|操场|田径场|运动场)")
_BRACKETED = re.compile(r"\([^()\d]{0,4}$")


def unit_of(counter: str, end: int, start: int, sentence: Sentence) -> str | None:
    """Return what a counter counts that ends here, None for rhetoric."""
    fixed = FIXED_COUNTERS.get(counter)
    if fixed is not None:
        if fixed == "person" and sentence.text.startswith(_PLACES, start - 2):
            return "place"  # 收托名额1008名
        if fixed == "person" and sentence.text.startswith(_POSTS, start - 2):
            return "position"  # 行政编制46名
        if counter[0] == "个" and counter != "个":
            sentence.counted["个"] = fixed, end  # 20个乡镇,其中12个
        return fixed
    default = OPEN_COUNTERS[counter]
    unit, place, slogan = nouns.after(sentence.text, end, sentence.end)
    if slogan:
        return None
    spoken = place > end
    if unit == "person" and counter == "个" and nouns.closes(sentence.text, place, sentence.end):
        sentence.counted[counter] = unit, end
        return unit  # 27个孩子
    told = from_before(counter, default, start, sentence, near=spoken) if unit is None else None
    unit = told if told == "person" and counter == "个" else _fit(unit or told, default)
    sentence.counted[counter] = unit, end
    return unit


_PLACES = ("名额", "学额", "学位")
_POSTS = ("编制", "岗位", "职数", "空编")
_PEOPLE = frozenset({"person", "person_time"})
# What each counter may count, by the unit it has where no noun tells; 个 and 处 count anything but people.
_FITS = {
    "school": "school kindergarten institution other:canteen other:bathroom other:toilet other:site other:centre",
    "institution": "institution enterprise organization school kindergarten group base studio other:site other:centre other:canteen",
    "set": "set computer dormitory other:vehicle other:camera other:toilet",
    "team": "team other:camera other:fund",
    "other:building": "other:building dormitory other:canteen other:toilet institution sports_ground school kindergarten",
    "other:room": "classroom dormitory other:room other:canteen other:toilet other:bathroom studio school",
    "other:copy": "other:book",
}
_FITTING = {default: frozenset(units.split()) for default, units in _FITS.items()}
_ABSTRACT = frozenset(
    words("project award measure item standard course case major other:pilot other:championship lesson")
)
_OF_ABSTRACTS = frozenset(words("项 条 款 则 例 起 宗 件 批次"))


def _fit(unit: str | None, default: str) -> str:
    """Return the noun's unit where its counter can count it: 所 counts schools, never people."""
    if unit is None or unit in _PEOPLE or unit not in _FITTING.get(default, (unit,)):
        return default
    return unit


def from_before(counter: str, default: str, start: int, sentence: Sentence, *, near: bool) -> str | None:
    """Return the unit that words in front tell: the noun of the phrase, the last claim with this counter, any noun.

    `near` asks for a noun that touches the number, because there is another phrase behind it.
    """
    text = sentence.text
    left = sentence.left(start)
    unit: str | None

    def fits(noun: str) -> bool:
        if counter in _OF_ABSTRACTS:
            return (
                noun in _ABSTRACT
                or (counter, noun) in {("件", "set"), ("项", "medal")}
                or (counter == "条" and noun == "hotline")
            )
        return noun not in _PEOPLE and _fit(noun, default) == noun

    listed = (
        text[start - 1] == "等"
        or text[start - 2 : start] in ("等共", "等的")
        or text[left:start] in ("其中", "其中有")
    )
    inherited = _inherited(counter, sentence)
    if listed and inherited and not near:
        return inherited
    unit, place = nouns.last(text, left, start, fits)
    if near:
        return unit if place == start else None
    if unit is not None:
        return unit
    counted, place = sentence.counted.get(counter, (None, sentence.start))
    if counted == "person":
        return counted  # 4个孩子考上中专,1个考上大学
    unit, _ = nouns.last(text, max(place, start - 40), start, fits)
    return unit or inherited


def _inherited(counter: str, sentence: Sentence) -> str | None:
    if counter in sentence.counted:
        return sentence.counted[counter][0]
    if sentence.before is not None and counter in sentence.before.counted:
        return sentence.before.counted[counter][0]
    return None


def is_told(unit: str, counter: str, start: int, end: int, sentence: Sentence) -> bool:
    """Tell whether a number of an everyday unit says something here: 每天1小时 does, (3小时) and 用了3天 do not."""
    text = sentence.text
    need = _NEEDS.get(unit)
    if unit == "time" and _VISITS.search(text, max(sentence.start, start - 12), start):
        return False
    if need is None or (unit == "class" and counter != "班"):
        return True
    if _BRACKETED.search(text, max(sentence.start, start - 6), start):
        return False
    clause = sentence.clause(start)
    if unit == "other:m" and _TRACK.match(text, end):
        return True
    if unit != "class" and any(claim.unit == unit for claim in sentence.found[-6:]):
        return True
    return bool(need.search(text, clause, start)) or bool(cues.BEFORE.search(text, max(clause, start - 10), start) and unit not in {"year_count", "other:m", "day"})  # fmt: skip
