"""Marks: what looks damaged in a document as printed, why, and what may have stood there. Nothing is ever mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from duxue.core.text import Text

NO_ZERO = "no-zero"
TERM, TERRITORY, NAME = "term", "territory", "name"
BLANK, TAG, DATES, ADVERT = "blank", "tag", "dates-apart", "advert"
ONE_FOR_HUNDRED, GLUED, DIGITS, UNSEEN = "one-for-hundred", "glued", "digit-group", "unseen"

# Why a number or a word is marked. Codes with a claim are those that extraction gives as reasons.
CODES: dict[str, Text] = {
    NO_ZERO: Text("全文没有一个数字0，疑似所有的0都已丢失：凡可能含0的数都不可靠", "no digit 0 in the whole text: all zeros seem lost, and every number that may hold one is doubtful"),
    DIGITS: Text("千分位逗号后少了数字，原数无从知道", "digits are missing after the separator; the number cannot be known"),
    "digits_lost": Text("数字残缺，原数无从知道", "digits are missing; the number cannot be known"),
    ONE_FOR_HUNDRED: Text("覆盖率、达标率等写成1%，疑为100%失去了0", "a coverage or success rate of 1% is most likely 100% without its zeros"),
    "noun-number": Text("数是1，名词却是复数，疑有数字丢失", "the number is one and the noun plural: digits seem lost"),
    "approximate-few": Text("“约、近”后面是个位数，疑有数字丢失", "about or nearly a single digit: digits seem lost"),
    "no-denominator": Text("“N分之一”失去了分子分母的写法", "a rate of one in N has lost its form"),
    "orphan-rank": Text("名次没有主语，句子残缺", "a rank without a subject: the sentence is broken"),
    "repeated-word": Text("同一个词连写两遍，翻译有误", "a word stands twice: the translation is broken"),
    GLUED: Text("数字与后面的词粘连，中间有缺失", "the number is glued to the next word: something between them is lost"),
    UNSEEN: Text("数字之间有看不见的字符，读到的数可能与看到的不同", "a character that is not seen stands between the digits: the number read may not be the number seen"),
    "pupils-per-staff": Text("学生数与教职工数相比不可能成立", "so many staff for so few pupils cannot be"),
    "places-per-school": Text("学位数比学校数还小或相当，不可能成立", "so few places for so many schools cannot be"),
    "floor-per-dwelling": Text("每套面积过大，单位或数字有误", "the floor area per dwelling cannot be"),
    "share_above_100": Text("占比超过100%", "a share above 100%"),
    "part_of_whole": Text("整数单位上出现小数", "a fraction of something that is counted whole"),
    TAG: Text("残留网页标记，年份缺数字", "what is left of a tag, with digits of a year lost"),
    BLANK: Text("数值被隐去或留空", "the value is blanked out or left empty"),
    DATES: Text("标题的年份与文末日期不符，不可放入按标题年份排列的序列", "the year of the title and the date at the end disagree: do not put it in a series by the title"),
    "authority-elsewhere": Text("机关所在地与全文其他地名不符，疑为误译", "this authority lies elsewhere than the other places of the text: probably mistranslated"),
    TERM: Text("机器翻译用语", "words of machine translation"),
    TERRITORY: Text("地名误译", "a mistranslated place name"),
    NAME: Text("口号或专名，保留原样，不作数字解读", "a slogan or name: kept as it is, not read as a number"),
    ADVERT: Text("广告，与报告无关，不读取", "an advertisement, no part of the report; not read"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One place in a document that is not right as printed: `text[start:end]`.

    `proposal` is what may have stood there (None where that cannot be known), `confidence` from 0 to 1 how sure the
    mark is, `detail` says what was seen here, `other` is a second place that belongs to it.
    """

    start: int
    end: int
    code: str
    confidence: float
    proposal: Text | None = None
    detail: Text | None = None
    other: tuple[int, int] | None = None

    @property
    def why(self) -> Text:
        """The explanation in both languages."""
        base = CODES.get(self.code, CODES[GLUED])
        if self.detail is None:
            return base
        return Text(f"{base.zh}（{self.detail.zh}）", f"{base.en} ({self.detail.en})")

    def as_row(self, doc: str, text: str) -> dict[str, Any]:
        """Return the mark as plain values, with the words as printed."""
        return {
            "doc": doc,
            "start": self.start,
            "end": self.end,
            "quote": text[self.start : self.end],
            "code": self.code,
            "confidence": self.confidence,
            "why": {"zh": self.why.zh, "en": self.why.en},
            "proposal": {"zh": self.proposal.zh, "en": self.proposal.en} if self.proposal else None,
            "other": list(self.other) if self.other else None,
        }
