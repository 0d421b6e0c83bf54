"""Find the claims of a stretch of plain Chinese text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from duxue.claims.chinese import counted, readers
from duxue.claims.chinese.kinds import settle
from duxue.claims.chinese.measures import measure
from duxue.claims.chinese.periods import (
    YEAR_SIGNS,
    Named,
    named_periods,
    period_at,
    period_in,
    period_of,
    place_at,
)
from duxue.claims.chinese.scan import SCAN
from duxue.claims.chinese.sentence import Sentence
from duxue.claims.chinese.territories import in_front, leading, school
from duxue.claims.model import Found, Span
from duxue.claims.units import PERCENT

_SENTENCE = re.compile("[。;!?\n]")
_GROUPS: dict[Callable[[re.Match[str], Sentence], list[Found]], str] = {
    readers.ratio: "one colon other clock",
    readers.fraction: "below above above2 fmore ftail upper lower utail",
    readers.tenths: "tenths tenths2 halftenth ttail",
    readers.ordinal: "ordinal place top first",
    readers.word: "half zero double",
    counted.arabic: "number lost magnitude rest more late more3 mid to number2 magnitude2 more2 unit tail",
    counted.spelled: "han hanmore hanlate hanto han2 hanunit hantail",
}
_READERS = {group: reader for reader, groups in _GROUPS.items() for group in groups.split()}
_FROM = re.compile(r"[从由自](?:\d{4}年|1[01]\d学?年度?|上年|去年)[底末]?的?$")
_THAN = re.compile(r"[比较](?P<when>上年|去年|前年|上一年|(?:19|20)\d\d年)度?(?:同期|底|末)?的$")
_HEAD = 30  # characters at the beginning of a sentence in which it names its territory
_LONG, _FEW = (
    1000,
    40,
)  # characters of a long block, and different ones that prose of that length has at least
_OPENING = 12  # characters at the beginning of a sentence whose year holds beyond its semicolon
_MAY_EXCEED = re.compile("毛|完成|增|升学|超|相当于|达标|计划|达成|执行")


def find(text: str, start: int, end: int) -> list[Found]:
    """Return the claims of `text[start:end]`, ascending; the text is plain (see `duxue.claims.script`)."""
    if end - start > _LONG and len(set(text[start:end])) < _FEW:
        return []  # a heap of numbers, no prose
    claims: list[Found] = []
    ends: list[int] = []
    sentence: Sentence | None = None
    for match in SCAN.finditer(text, start, end):
        reader = _READERS.get(match.lastgroup or "")
        if reader is None:
            continue
        if not ends:
            ends = [*(stop.start() for stop in _SENTENCE.finditer(text, start, end)), end]
        place = match.start()
        if sentence is None or place >= sentence.end:
            if sentence is not None:
                claims += _finish(sentence)
            number = bisect_right(ends, place)
            opens = ends[number - 1] + 1 if number else start
            sentence = Sentence(text, opens, ends[min(number, len(ends) - 1)], before=_forget(sentence))
        sentence.take(reader(match, sentence))
    if sentence is not None:
        claims += _finish(sentence)
    return claims


def _start(claim: Found) -> int:
    return claim.start


def _forget(sentence: Sentence | None) -> Sentence | None:
    """Return the sentence without the one before it, so that a long block keeps only two."""
    if sentence is not None:
        sentence.before = None
    return sentence


def _builder(sentence: Sentence, claim: Found) -> Span | None:
    """Return the school whose works a claim states, named at the head of its sentence."""
    if not claim.unit.startswith(("yuan", "other:mu", "m2", "percent")):
        return None
    return school(sentence.text, sentence.start, claim.start)


def _period(sentence: Sentence, named: list[Named], number: int) -> str | None:
    """Return the year of one claim: the last named before it, else one named behind it in its clause.

    The year of 由2012年的2.1%提升至8.7% is that of the first number alone.
    """
    claim = sentence.found[number]
    than = _THAN.search(sentence.text, sentence.clause(claim.start), claim.start)
    if than:
        return period_of(than["when"])
    period = period_at(named, claim.start)
    if period is None:
        return period_in(named, claim.end, sentence.clause_end(claim.end))
    first = sentence.found[bisect_left(sentence.found, place_at(named, claim.start), key=_start)]
    if first is not claim and _FROM.search(sentence.text, sentence.back(first.start), first.start):
        return None
    return period


def _respective(sentence: Sentence, named: list[Named]) -> bool:
    """Tell whether years and numbers are listed one for one: 2020年、2021年分别为120亿元和128亿元."""
    found = sentence.found
    if len(named) < 2 or len(named) > len(found) or named[-1][0] > found[0].start:
        return False
    if any(one.unit != found[0].unit for one in found[: len(named)]):
        return False
    return sentence.text.find("分别", named[-1][0], found[0].start) > 0


def _each_year(sentence: Sentence, span: Named) -> list[Named]:
    """Return the single years of a span where as many numbers are listed for it: 2020-2022年分别为45亿元、48亿元、51亿元."""
    place, period = span
    if len(period) != 9 or period[4] != "-":
        return [span]
    years = [(place, str(year)) for year in range(int(period[:4]), int(period[5:]) + 1)]
    listed = len(years) <= len(sentence.found) and _respective(sentence, years)
    return years if listed else [span]


def _finish(sentence: Sentence) -> list[Found]:
    """Return the claims of a sentence with kind, period and measure."""
    if not sentence.found:
        return []
    settle(sentence)
    named = named_periods(sentence.text, sentence.start, sentence.end) if sentence.has(YEAR_SIGNS) else []
    if named and named[0][0] - sentence.start < _OPENING and named[0][1] == named[-1][1]:
        sentence.opening = named[0][1]
    elif not named and sentence.opening:
        named = [(sentence.start - 1, sentence.opening)]
    behind = sentence.start
    if len(named) == 1:
        named = _each_year(sentence, named[0])
    respective = _respective(sentence, named)
    place = leading(sentence.text, sentence.start, min(sentence.end, sentence.start + _HEAD))
    for number, claim in enumerate(sentence.found):
        if respective and number < len(named):
            claim.period = named[number][1]
        elif named or "比" in sentence.letters or "较" in sentence.letters:
            claim.period = _period(sentence, named, number)
        opens = max(behind, sentence.clause(claim.start))
        claim.measure = measure(claim, sentence, opens)
        claim.org = in_front(sentence.text, opens, claim.start) or _builder(sentence, claim) or place
        if (
            claim.unit == PERCENT
            and claim.kind != "change"
            and isinstance(claim.value, float | int)
            and claim.value > 100
        ):
            words = sentence.text[opens : claim.start]
            if ("率" in words or "占" in words) and not _MAY_EXCEED.search(words):
                claim.reasons = (*claim.reasons, "share_above_100")
        behind = claim.end
    return sentence.found
