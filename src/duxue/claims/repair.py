"""Damage over a whole document: recognised, explained and marked, with a proposal beside it; the text stays as it is.

Sources: the kinds of damage are those of machine-translated and scraped reports (lost zeros and digit groups, tags left
in, blanked values, vocabulary); the vocabulary is the versioned table of `duxue.claims.lexicon`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from duxue.claims import lexicon, marks
from duxue.claims.marks import Mark
from duxue.claims.model import Claim
from duxue.claims.script import is_chinese, plain
from duxue.claims.terms import lowered
from duxue.core.text import Text
from duxue.documents.model import Block, Document

_REACH = 90  # characters around an anchor in which a phrase of the lexicon lies
_ENOUGH_DIGITS = (
    60  # so many digits without a zero happen by chance once in 500 documents, at one zero in ten
)
_YEARS_APART = 2
_CERTAIN = {
    "digit-group": 0.95,
    "digits_lost": 0.95,
    "share_above_100": 0.9,
    "pupils-per-staff": 0.85,
    "glued": 0.9,
}


def _spaced(printed: str) -> str:
    """Let the blanks of a pattern match the ` -` that broken typesetting leaves."""
    pieces = printed.replace("[- ]", " ").split(" ?")
    return "[ -]{0,3}".join(piece.replace(" ", "[ -]{1,3}") for piece in pieces)


_TERMS = tuple(
    (
        [max(re.split("[ -]", piece), key=len) for piece in t.anchor.split("|")],
        re.compile(rf"(?<![a-z])(?:{_spaced(t.printed)})(?![a-z])"),
        t,
    )
    for t in lexicon.TERMS
)
_TAG = re.compile(
    r"(?<![A-Za-z0-9<=])</?[a-z]{1,4}\d?/?>|(?<![A-Za-z0-9<])[a-z]{1,4}>(?P<year>\d{2,4})?(?!\d)"
)
_COUNTED = "万|亿|元|%|所|人|名|个|家|年|月|项|套|间|台|平方米|亩|镇|县|市|区|次"
_BLANK = re.compile(
    rf"(?<![0-9A-Za-z])(?:[Xx×]{{2,6}})(?=\s?(?:{_COUNTED}|million|billion|thousand|yuan|percent|per cent|students|teachers|schools|people))"
    r"|(?<=[\"“‘'])[Xx×]{3,8}(?=[\"”’'])|(?<=[\u4e00-\u9fff]),?\(\s{0,8}\)(?=[所人名个万元平方家,。.;\n])|_{3,20}|(?<=[\u4e00-\u9fff])[*＊]{2,8}(?=[\u4e00-\u9fff%])"
)
_BLANK_PIECES = ("XX", "xx", "××", "xX", "Xx", "()", "( ", "__", "**", "＊＊")  # one of them is in any blank
_WHOLE_RATE = re.compile(
    r"coverage|cover|rate|reach|achiev|all |every|licen|pass|enrol|满|全|覆盖|率", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_END_DATE = re.compile(
    r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d{1,2},?\s(?P<a>(?:19|20)\d\d)"
    r"|\d{1,2}\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?,?\s(?P<b>(?:19|20)\d\d)"
    r"|(?P<c>(?:19|20)\d\d)\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2})"
)
_CHINESE_DATE = re.compile(
    r"(?P<y>[二一][〇○零0九oO][〇○零一二三四五六七八九0]{2})年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
)
_DIGITS = {
    c: d
    for d, chars in enumerate(("〇○零0oO", "一", "二", "三", "四", "五", "六", "七", "八", "九"))
    for c in chars
}
_LONELY = 60  # characters of a line that holds little but a date
_SLOGAN = re.compile(r"[\"“]([^\"“”\n]{3,60})[\"”]")
_COUNT_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,5})\b|[一二三四五六七八九十]"
)
_LONG_LIST = re.compile(r"\b(?:\w+ ){0,2}degrees integration\b")
_ADVERT = re.compile(
    r"click (?:the |here|on |below)|consult (?:mr|us|our)|free of charge|for free|review materials|add (?:our )?wechat|scan the (?:qr|code)|subscribe|hotline for (?:admission|enrol)"
    r"|点击(?:底部|下方|咨询|查看|领取)|扫(?:码|描二维码)|免费(?:领取|获取|试听)|加微信|报名热线|咨询老师|关注公众号",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"(Beijing|Shanghai|Tianjin|Chongqing) Municipal (?:Committee|Government|People)")
_ELSEWHERE = re.compile(
    r"\b(Hebei|Shanxi|Liaoning|Jilin|Heilongjiang|Jiangsu|Zhejiang|Anhui|Fujian|Jiangxi|Shandong|Henan|Hubei|Hunan|Guangdong|Hainan|Sichuan|Guizhou|Yunnan|Shaanxi|Gansu|Qinghai)\b"
)


# Zero-width characters, soft hyphens and those that turn the direction of text; and numbers with one of them inside.
_HIDDEN = "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_IS_HIDDEN = re.compile(_HIDDEN)
_UNSEEN = re.compile(rf"(?<![\d,.])\d[\d,.]{{0,30}}(?:{_HIDDEN}{{1,30}}[\d,.]{{1,30}}){{1,8}}")


def find_damage(document: Document, claims: Sequence[Claim]) -> list[Mark]:
    """Return the marks of a document in the order of the text; `claims` are its claims, as extracted."""
    text = plain(document.text)
    found = [
        *_unseen(document.text),
        *_zeros(document, text, claims),
        *_claims(claims),
        *_tags(text),
        *_blanks(text),
        *_dates(document, text),
        *_authority(document),
        *_adverts(document),
    ]
    if not is_chinese(text, 0, min(len(text), 4000)):
        low = lowered(text)
        if any(sign in low for sign in lexicon.SIGNS):
            found += _vocabulary(low)
            found += _names(text, claims)
    return sorted(_once(found), key=lambda m: (m.start, m.end, m.code))


def _unseen(text: str) -> Iterator[Mark]:
    if _IS_HIDDEN.search(text) is None:
        return
    for match in _UNSEEN.finditer(text):
        yield Mark(match.start(), match.end(), marks.UNSEEN, 0.9)


def lost_zeros(document: Document) -> float:
    """Return how sure it is that a document has lost all its zeros: 0 where it has one or too few digits."""
    digits = sum(document.text.count(d) for d in "123456789")
    if "0" in document.text or "０" in document.text or digits < _ENOUGH_DIGITS:
        return 0.0
    return float(1 - 0.9**digits)


def _zeros(document: Document, text: str, claims: Sequence[Claim]) -> Iterator[Mark]:
    sure = lost_zeros(document)
    first = next((b for b in document.blocks if b.kind != "furniture"), None)
    if sure and first is not None:
        count = sum(c.isdigit() for c in document.text)
        detail = Text(f"共{count}个数字", f"{count} digits in all")
        yield Mark(first.start, first.end, marks.NO_ZERO, round(sure, 3), None, detail)
    for claim in claims:
        if claim.unit != "percent" or claim.value != 1 or claim.comparator != "=" or claim.kind == "change":
            continue
        # 1% of growth is a number like any other; 1% of coverage is not, least of all where every zero is gone.
        around = text[max(claim.start - 40, 0) : claim.end + 40]
        if sure or re.search(r"coverage|full|覆盖|全部", around, re.IGNORECASE):
            proposal = Text("100%", "100%")
            yield Mark(
                claim.start,
                claim.end,
                marks.ONE_FOR_HUNDRED,
                0.9 if sure and _WHOLE_RATE.search(around) else 0.6,
                proposal,
            )


def _claims(claims: Sequence[Claim]) -> Iterator[Mark]:
    """Yield what extraction found wrong with single numbers."""
    for claim in claims:
        for reason in claim.reasons:
            if reason in marks.CODES:
                yield Mark(
                    claim.start, claim.end, reason, _CERTAIN.get(reason, 0.75), _proposal(claim, reason)
                )


def _proposal(claim: Claim, reason: str) -> Text | None:
    if reason == "pupils-per-staff" and isinstance(claim.value, int) and claim.value % 10 == 0:
        tenth = f"{claim.value // 10:,}"
        return Text(f"可能是 {tenth}（“万”换算时多了一位）", f"perhaps {tenth} (a slip in converting 万)")
    if reason == "no-denominator" and claim.value is not None:
        return Text(f"{claim.value:,}分之一以下", f"below one in {claim.value:,}")
    return None


def _tags(text: str) -> Iterator[Mark]:
    if ">" not in text:
        return
    for match in _TAG.finditer(text):
        year = match["year"]
        proposal = _year_of(year) if year else None
        yield Mark(match.start(), match.end(), marks.TAG, 0.95 if proposal or not year else 0.7, proposal)


def _year_of(digits: str) -> Text | None:
    """Return the one year near our time that digits become when zeros are put back."""
    if len(digits) == 4:
        return Text(f"{digits}年", digits) if digits[:2] in ("19", "20") else None
    years = [
        str(y)
        for y in range(1990, 2040)
        if str(y).replace("0", "") == digits.replace("0", "") and "0" in str(y)
    ]
    return Text(f"{years[0]}年", years[0]) if len(years) == 1 else None


def _blanks(text: str) -> Iterator[Mark]:
    if not any(piece in text for piece in _BLANK_PIECES):
        return
    for match in _BLANK.finditer(text):
        yield Mark(match.start(), match.end(), marks.BLANK, 0.9)


def _dates(document: Document, text: str) -> Iterator[Mark]:
    """Compare the year of the title with the date that closes the text."""
    blocks = [b for b in document.blocks if b.kind != "furniture"] or list(document.blocks)
    if len(blocks) < 2:
        return
    named = (b for b in blocks[:4] if b.kind == "heading" or b.end - b.start <= _LONELY)
    title = next((b for b in named if _YEAR.search(text, b.start, b.end)), None)
    if title is None:
        return
    years = [(m.start(), m.end(), int(m[0])) for m in _YEAR.finditer(text, title.start, title.end)]
    closing = _closing_date(text, blocks, document.blocks)
    if (
        closing is None
        or any(abs(closing[2] - year) < _YEARS_APART for _, _, year in years)
        or len(years) > 2
    ):
        return
    start, end, year = years[-1]
    if year - closing[2] >= _YEARS_APART or closing[2] - year > 3:
        detail = Text(f"标题{year}年，文末{closing[2]}年", f"title {year}, end {closing[2]}")
        proposal = Text(f"{closing[2]}年前后", f"about {closing[2]}")
        yield Mark(start, end, marks.DATES, 0.95, proposal, detail, (closing[0], closing[1]))


def _closing_date(text: str, blocks: Sequence[Block], every: Sequence[Block]) -> tuple[int, int, int] | None:
    tail = {(b.start, b.end): b for b in (*blocks[-3:], *every[-5:])}
    for block in sorted(tail.values(), key=lambda b: b.start):
        if block.end - block.start > _LONELY or block is every[0]:
            continue
        if match := _END_DATE.search(text, block.start, block.end):
            return match.start(), match.end(), int(match["a"] or match["b"] or match["c"])
        if match := _CHINESE_DATE.search(text, block.start, block.end):
            year = int("".join(str(_DIGITS[c]) for c in match["y"]))
            return match.start(), match.end(), year
    return None


def _authority(document: Document) -> Iterator[Mark]:
    """Yield a municipality named once as the authority in a text whose other places lie in a province."""
    found = list(_AUTHORITY.finditer(document.text))
    if len(found) != 1 or document.text.count(found[0][1]) > 1:
        return
    others = _ELSEWHERE.findall(document.text)
    if others:
        name = max(set(others), key=others.count)
        detail = Text(f"其他地名在{name}", f"the other places lie in {name}")
        yield Mark(found[0].start(), found[0].end(), "authority-elsewhere", 0.7, None, detail)


def _vocabulary(low: str) -> Iterator[Mark]:
    for anchors, pattern, term in _TERMS:
        code = marks.TERRITORY if term.note else marks.TERM
        for start, end in _around(low, anchors):
            for match in pattern.finditer(low, start, end):
                yield Mark(match.start(), match.end(), code, term.confidence, Text(term.zh, term.en))


def _around(low: str, anchors: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches around the anchors of a term, none twice."""
    found = sorted({at for anchor in anchors for at in _find_all(low, anchor)})
    begin = end = -1
    for at in found:
        if at - _REACH > end:
            if end >= 0:
                yield begin, end
            begin = max(at - _REACH, 0)
        end = at + _REACH
    if end >= 0:
        yield begin, end


def _find_all(text: str, piece: str) -> Iterator[int]:
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


def _names(text: str, claims: Sequence[Claim]) -> Iterator[Mark]:
    """Yield quoted words that hold a number but no claim: slogans and names of programmes."""
    held = [(c.start, c.end) for c in claims]
    at = 0
    for match in _SLOGAN.finditer(text):
        while at < len(held) and held[at][1] <= match.start():
            at += 1
        inside = at < len(held) and held[at][0] < match.end()
        if not inside and _COUNT_WORD.search(match[1].lower()) and len(match[1].split()) <= 8:
            yield Mark(match.start(1), match.end(1), marks.NAME, 0.7)
    for match in _LONG_LIST.finditer(text):
        yield Mark(match.start(), match.end(), marks.NAME, 0.6)


def _adverts(document: Document) -> Iterator[Mark]:
    places = [m.start() for m in _ADVERT.finditer(document.text)]
    for block in document.blocks if len(places) >= 2 else ():
        inside = bisect_left(places, block.end) - bisect_left(places, block.start)
        if inside >= 2 and block.kind in ("furniture", "paragraph"):
            yield Mark(block.start, block.end, marks.ADVERT, 0.9 if block.kind == "furniture" else 0.7)


def _once(found: list[Mark]) -> list[Mark]:
    """Drop a mark that lies inside another of the same code, and keep the surer of two at one place."""
    kept: list[Mark] = []
    reached: dict[str, int] = {}  # how far the marks of a code go
    for mark in sorted(found, key=lambda m: (m.start, -m.end, -m.confidence)):
        if mark.end > reached.get(mark.code, -1):
            kept.append(mark)
            reached[mark.code] = mark.end
    return kept
