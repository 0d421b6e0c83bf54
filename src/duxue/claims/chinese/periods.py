"""The years that a Chinese sentence names, each with its place: 2020年, 2017/18学年, 十四五以来, 去年, 近三年."""

from __future__ import annotations

import re
from bisect import bisect_left

from duxue.claims.numerals import chinese

Named = tuple[int, str]  # where it stands, and the period

_YEAR = r"(?:19|20)\d\d"
_HAN_YEAR = "[一二][○〇零Oo0九][○〇零0一二三四五六七八九]{2}"
_NAMED = re.compile(
    rf"""(?P<titled>《[^《》\n]{{0,80}}》)
    |(?P<from>{_YEAR})\s?年?\s?(?:[-~—–至到]{{1,2}}|/)\s?(?P<to>{_YEAR}|\d\d)\s?(?P<what>学年|年|级)
    |(?P<hanfrom>{_HAN_YEAR})年?\s?(?:[-~—–至到]{{1,2}}|/)\s?(?P<hanto>{_HAN_YEAR})(?P<hanwhat>学年|年)
    |(?P<since>{_YEAR})\s?年(?:\d+月)?(?:以来|开始|起)
    |(?P<year>{_YEAR})\s?(?P<school>学?年)(?!代|[底末]?的\s?[\d.]{{1,6}}\s?倍)
    |(?P<cohort>{_YEAR})\s?届
    |(?P<hanyear>{_HAN_YEAR})年
    |(?P<taiwan>民国\d{{2,3}}|(?<![\d.建校办历时近])1[01]\d(?=学?年(?!历史|来|前|间|以|的历史|华诞|校庆))|(?:[一][○〇零一][○〇零一二三四五六七八九]))(?P<taiwanschool>学?年)(?P<taiwansince>度?(?:起|以来))?(?P<taiwanto>[到至](?P<taiwan2>1[01]\d|[一][○〇零一][○〇零一二三四五六七八九])学?年)?
    |[“「"]?(?P<plan>十?[一二三四五六七八九十])五[”」"](?:期间|规划)?(?P<planpart>以来|期?末|时期)?
    |(?P<plan2>十[一二三四五六])五(?:期间|规划)?(?P<planpart2>以来|期?末|时期)?
    |(?P<congress>十[六七八九]|二十)大以来
    |(?P<relative>去年|上年|前年|今年|明年|上学年|下年度|明年度|下学年|新学年|(?<!年)来年(?!均))
    |(?P<since_then>(?<![近过去最多几十\d])[两三四六七八九十])年来
    |(?:近|过去|最近)(?P<back>[一二两三四五六七八九十]|\d{{1,2}})年""",
    re.VERBOSE,
)
_HINT = re.compile("[年五届]|大以来")
YEAR_SIGNS = frozenset("年五大届")  # without which a sentence names no time
_COMPARED = re.compile(
    r"(?:比|较|与|同|跟|(?<=[高低多少大小优等当晚早])于|对比|相较|[始新]?[创建设立办]于)\s?$"
)
_RELATIVE = {
    "去": "last",
    "上": "last",
    "前": "before last",
    "今": "this",
    "明": "next",
    "下": "next",
    "来": "next",
}


def named_periods(text: str, start: int, end: int) -> list[Named]:
    """Return the periods a stretch names, ascending; a year that is only compared with (比2019年), or in which something
    was founded (创办于1956年), is none.
    """
    if not _HINT.search(text, start, end):
        return []
    found: list[Named] = []
    for match in _NAMED.finditer(text, start, end):
        if match["titled"] or _COMPARED.search(text, max(start, match.start() - 2), match.start()):
            continue
        period = _read(match)
        if period:
            found.append((match.start(), period))
    return found


def period_of(words: str) -> str | None:
    """Return the period that words name alone: 上年, 2019年."""
    match = _NAMED.fullmatch(words.replace("上一年", "上年"))
    return _read(match) if match else None


def period_at(named: list[Named], place: int) -> str | None:
    """Return the period that governs a place: the last one named before it, else none."""
    number = bisect_left(named, (place, ""))
    return named[number - 1][1] if number else None


def place_at(named: list[Named], place: int) -> int:
    """Return where the period stands that governs a place."""
    return named[bisect_left(named, (place, "")) - 1][0]


def period_in(named: list[Named], start: int, end: int) -> str | None:
    """Return the first period named in a stretch: 其余4所将于(2024年)交付."""
    number = bisect_left(named, (start, ""))
    return named[number][1] if number < len(named) and named[number][0] < end else None


def _read(match: re.Match[str]) -> str | None:
    if match["from"]:
        first, last = match["from"], match["to"]
        if match["what"] == "学年":
            return f"{first}/{last[-2:]}"
        return f"{first}-{last if len(last) == 4 else first[:2] + last}"
    if match["hanfrom"]:
        first, last = _digits(match["hanfrom"]), _digits(match["hanto"])
        return f"{first}/{last[-2:]}" if match["hanwhat"] == "学年" else f"{first}-{last}"
    if match["since"]:
        return f"{match['since']}-"
    if match["year"]:
        year = match["year"]
        return year if match["school"] == "年" else f"{year}/{(int(year) + 1) % 100:02d}"
    if match["cohort"]:
        return match["cohort"]
    if match["hanyear"]:
        return _digits(match["hanyear"])
    if match["taiwan"]:
        return _taiwan(match)
    if match["plan"] or match["plan2"]:
        return five_years(match["plan"] or match["plan2"], match["planpart"] or match["planpart2"])
    if match["congress"]:
        return f"{1922 + 5 * (chinese(match['congress']) or 0)}-"  # the eighteenth met in 2012
    if match["relative"]:
        return "next school" if match["relative"] in {"下学年", "新学年"} else _RELATIVE[match["relative"][0]]
    if match["since_then"]:  # 五年来 is left out: it mostly means the plan that its section speaks of
        return f"last {chinese(match['since_then'])}"
    back = int(match["back"]) if match["back"].isdigit() else chinese(match["back"])
    return f"last {back}" if back != 1 else None


def _digits(year: str) -> str:
    """Return a year spelled digit by digit (二〇二〇, 二0一0) in digits."""
    return str(chinese(year.replace("O", "〇").replace("o", "〇")))


def five_years(ordinal: str, part: str | None) -> str | None:
    """Return the years of a five-year plan (十四 is 2021-2025), its open span since it began, or its last year."""
    number = chinese(ordinal)
    if not isinstance(number, int) or not 6 <= number <= 20:
        return None
    first = 1951 + 5 * number
    if part == "以来":
        return f"{first}-"
    return str(first + 4) if part in {"期末", "末"} else f"{first}-{first + 4}"


def _taiwan(match: re.Match[str]) -> str | None:
    """Return years of the Republic as common years: 一○四年 is 2015."""
    first = _republic(match["taiwan"])
    if match["taiwan2"]:
        return f"{first}-{_republic(match['taiwan2'])}"
    if match["taiwansince"]:
        return f"{first}-"
    return str(first) if match["taiwanschool"] == "年" else f"{first}/{(first + 1) % 100:02d}"


def _republic(numeral: str) -> int:
    numeral = numeral.removeprefix("民国")
    year = int(numeral) if numeral.isdigit() else chinese(numeral)
    return 1911 + int(year or 0)
