"""One scanner for all that looks like a number in plain Chinese text: one pass finds, splits and names the parts."""

from __future__ import annotations

import re

from duxue.claims.chinese.words import FIXED_COUNTERS, NOT_AFTER, OPEN_COUNTERS
from duxue.claims.script import words

_HAN_DIGITS = "零〇○一二三四五六七八九十百千万亿两廿卅"
# No number of a report has more digits; longer runs are codes, and bounds keep the time per line bounded.
_ARABIC = r"(?<!\d)\d{1,3}(?:,\d{3}){1,5}(?!\d)(?:\.\d{1,9})?|(?<!\d)\d{1,3}(?:[ \u2009\u00a0]\d{3}){1,4}(?![\d.])|(?<!\d)\d{1,15}(?!\d)(?:\.\d{1,9})?"
_HAN = f"[{_HAN_DIGITS}]{{1,16}}(?:点[零〇一二三四五六七八九]{{1,9}}[万亿]?)?"
_YEAR = r"(?:19|20)\d\d"
_TO = "[-~—–─]{1,2}|至|到"
_MAGNITUDE = r"[十百千]?万亿?|[十百千]?亿|[百千](?![分米瓦克公])"
_TAIL = r"(?:\s?(?P<tail>(?:及|或|\()?以[上下内](?:\))?|之内|左右|上下|之多|有余|多|余|强(?![校县市省国化调]))(?![地学]))?"


def _counters(words: list[str]) -> str:
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        groups.setdefault(word[0], []).append(word)
    return "|".join(
        f"{re.escape(first)}(?:{'|'.join(re.escape(w[1:]) + _ban(w) for w in members)})"
        if len(members) > 1
        else re.escape(members[0]) + _ban(members[0])
        for first, members in groups.items()
    )


def _ban(word: str) -> str:
    banned = NOT_AFTER.get(word, "")
    return f"(?![{banned}])" if banned else ""


_ALL = _counters([*FIXED_COUNTERS, *OPEN_COUNTERS])
_SPELLED = _counters(
    words("""所 个 家 名 位 人 人次 元 亿元 美元 港元 项 处 座 栋 幢 间 台 套 支 枚 件 亩 平方米 公里 节 门 次 场 学位 个学位 条 个百分点
    倍 户 年 个县 个区县 个县(市、区) 个乡镇 个市 班 个班 学生 教师""")
)

# What is read over: titles in book marks, quoted slogans, dates, document numbers, ages, hours of the clock.
_SKIP = "|".join(
    (
        r"《[^《》\n]{0,60}》",
        r"[“「『〝][^”」』%。\n]{0,16}[”」』〞](?!\s?[:为])",
        rf'"[\d{_HAN_DIGITS}][^"\n%]{{0,8}}"',
        rf"{_YEAR}\s?年?\s?(?:{_TO}|/)\s?(?:{_YEAR}|\d\d?)\s?(?:学年度?|年|级|届)",
        rf"{_YEAR}\s?[-./]\s?\d{{1,2}}\s?[-./]\s?\d{{1,2}}(?:\s?\d{{1,2}}:\d\d(?::\d\d)?)?",
        rf"{_YEAR}\s?(?:学?年度?|级|届)",
        r"[\[〔【(]\s?(?:19|20)\d\d\s?[\]〕】)]\s?第?\s?\d*\s?号?",
        r"\d{2,3}学年度?",
        r"(?<![\d.建校办历时近])1[01]\d年(?!历史|来|前|间|以|的历史|华诞|校庆)",
        rf"\d{{1,2}}(?:(?:{_TO})\d{{1,2}})?月(?:份|\s?\d{{1,2}}(?:(?:{_TO})\d{{1,2}})?[日号]?(?:\s?\d{{1,2}}:\d\d)?)?",
        r"\d{1,2}[日号]",
        rf"\d{{1,3}}(?:\.\d)?(?:\s?(?:{_TO})\s?\d{{1,3}}(?:\.\d)?)?\s?周?岁",
        r"(?<!\d)(?<![比例])(?<![比例率][为是达约])(?:[01]?\d|2[0-4])[:时点][0-5]\d分?(?=[,。至\-—前后开召])",
        rf"\d(?:(?:{_TO})\d)?年级",
        r"(?<!\d)\d{4,6}(?=热线|平台|号|工程项目|体系)",
        rf"[{_HAN_DIGITS}]{{1,6}}(?:年级|周?岁|月份?|等奖?|一五|二五|三五|四五|五五|五规划|五期)",
    )
)

SCAN = re.compile(
    rf"""(?=[\d{_HAN_DIGITS}《“「『〝"\[〔【(第前首榜头半过清翻零])(?:(?P<skip>{_SKIP})
    |(?<!\d)(?P<one>\d{{1,6}}(?:\.\d{{1,4}})?)\s?(?P<colon>[:比])\s?(?P<other>\d{{1,6}}(?:\.\d{{1,4}})?)(?!\d)(?P<clock>:\d\d)?
    |(?P<below>百|千|万|[二三四五六七八九十]{{1,4}}|(?<!\d)\d{{1,5}})分之(?P<above>{_ARABIC}|{_HAN})(?:[、至到,\-—~](?:百分之)?(?P<above2>{_ARABIC}|{_HAN}))?(?P<fmore>多|余|强)?(?P<ftail>以[上下内]|左右)?
    |(?P<tenths>[一二三四五六七八九两]|\d(?:\.\d)?)(?:[、,至到\-—](?P<tenths2>[一二三四五六七八九]))?成(?P<halftenth>[半一二三四五六七八九])?(?P<ttail>以[上下]|左右|多)?(?![员立果为功绩都本长人才效熟分份就品型套批年交色语因片千百])
    |(?<![\d/])(?P<upper>\d)/(?P<lower>\d{{1,2}})(?![\d/年月])(?P<utail>以[上下])?
    |第(?P<ordinal>[{_HAN_DIGITS}]{{1,9}}|\d{{1,6}})(?P<place>名|位)?
    |前(?P<top>[二三四五六七八九十]{{1,3}}|百|\d{{1,4}}(?![\d.%‰]))(?:名|位|强|列)?(?![年期半次个三后届天])
    |(?P<first>首位|榜首|头名)
    |(?P<half>一半|半数|过半(?!年))
    |(?P<zero>清零|零(?=辍学|失学|流失生))
    |翻(?:了)?(?P<double>[一两二三]?番)
    |(?P<number>{_ARABIC})(?P<lost>,\d{{0,2}}(?=\s?[所个名人家项]))?\s?(?P<magnitude>{_MAGNITUDE})?(?P<rest>(?<=[万亿])(?:\d,\d{{3}}|\d{{1,4}})(?![\d.,%]))?\s?(?P<more>余|多|几|来)?(?P<late>[十百千]?万|亿|(?<=\d)[百千](?![分米瓦克公]))?(?P<more3>余|多)?
        (?:\s?(?P<mid>%|元|所|个(?!百)|人|名|项|个百分点|小时)?\s?(?P<to>{_TO})\s?(?P<number2>{_ARABIC})\s?(?P<magnitude2>{_MAGNITUDE})?(?P<more2>余|多)?)?
        \s?(?P<unit>{_ALL})?{_TAIL}
    |(?P<han>{_HAN})(?P<hanmore>余|多|几|来)?(?P<hanlate>[万亿])?(?:(?P<hanto>、|,|{_TO})(?P<han2>{_HAN}))?(?P<hanunit>{_SPELLED}|(?<=[万亿多余])(?=[\u4e00-\u9fff]{{0,5}}(?:学生|师生|教师|幼儿|儿童|学子|家长|群众|考生|毕业生))){_TAIL.replace("<tail>", "<hantail>")})
    """,
    re.VERBOSE,
)
