"""Find the claims of a stretch of plain English text."""

from __future__ import annotations

import re

from duxue.claims.english import (
    comparators,
    counting,
    dates,
    kinds,
    limits,
    nonclaims,
    nouns,
    phrase,
    ranks,
    suspects,
)
from duxue.claims.english.numbers import Number, read
from duxue.claims.english.sentence import Sentence, Sentences, Words
from duxue.claims.english.words import CARDINALS, ORDINALS, WORD_MAGNITUDES
from duxue.claims.model import Found, Kind
from duxue.claims.script import alternatives

_CANDIDATE = re.compile(
    rf"\d|\b{alternatives([*CARDINALS, *ORDINALS, *WORD_MAGNITUDES, 'half', 'quarter'])}\b"
)
_PER_TEACHER = re.compile(
    r"\s(?:pupils?|students?|children|learners)\s(?:per|for\severy|to\severy|to\seach|for\seach|to\sone)\s(?:\w+\s)?(?:teacher|staff|adult|counsell?or|computer|device|nurse|book|textbook|desk|toilet|latrine|seat)"
)
_SHARES = re.compile(r"%|per ?cent|\brates?\b")
_TO_ONE = re.compile(r"\s?(?:to|-to-)\s?(?:1|one)\b(?![,.]\d|%)")
_RATIO = re.compile(r"\bratios?\b")
_ENUMERATED = re.compile(r"(?:,| and| or)\s?\d\b")  # "1,2 and 3 year olds"
_PIECES = {"units", "pieces", "sets", "copies", "heads"}
_TO_NUMBER = re.compile(r"\s(?:in\s\d{4}\s)?to\s(?:[a-z]+\s){0,2}(?:[a-z]{1,4}\s?)?[$£€₹¥₦]?\d")
_MOVED = {"up", "down", "rising", "falling", "climbing", "dropping"}
_ASIDE = re.compile(r"(?:\s[a-z]+){0,3}\s?\([^()]{1,25}\)")
_OF_WHAT = re.compile(
    r"\sof\s((?!the total|which|whom|these)[^,.;:()\d]{3,70}?)(?=\s?[,.;:()\d]|\sand\s\d|$)"
)
_QUOTED_MOST = 90  # characters of a noun phrase that a quote takes in
_FOLD = re.compile(r"\s(?:the|as|higher|more|that|larger|greater|bigger|what|likelier)\b")
_CHAINED = re.compile(
    r"(?: place)?(?:,? (?:in|for|among) [^,.;]{3,40}?)?,? (?:to|and|up from|down from|from|and the) |, "
)


def find(text: str, start: int, end: int, issued: int | None = None) -> list[Found]:
    """Return the claims of `text[start:end]`, ascending; the text is plain (see `duxue.claims.script`).

    `issued` is the year of the document where it is known: a year beyond it sets a target.
    """
    raw = text[start:end]
    low = raw.lower()
    if len(low) != len(raw):  # a few letters of other alphabets grow when lower-cased
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in raw)
    found = _Reader(raw, low, issued).read()
    for claim in found:
        claim.start += start
        claim.end += start
        claim.measure = tuple((a + start, b + start) for a, b in claim.measure)
        if claim.org:
            claim.org = (claim.org[0] + start, claim.org[1] + start)
    return found


def _disagrees(number: Number, counted: phrase.Phrase) -> bool:
    """Tell whether a single figure 1 counts a plural noun, as where zeros were lost."""
    single = number.value == 1 and number.high is None and number.form == "figure"
    return single and counted.plural and counted.noun not in nouns.ALWAYS_PLURAL


class _Reader:
    """Reads one block from its first number to its last."""

    def __init__(self, raw: str, low: str, issued: int | None) -> None:
        self.raw, self.low, self.issued = raw, low, issued
        self.found: list[Found] = []
        self.sentences = Sentences(raw, low, dated=issued is not None)
        self.name_end = -1  # where a chain of names ("Grades 7 and 8") has come to
        self.rank_end = -1
        self.translated: bool | None = None
        self.next_step = -1  # where the block turns to what comes next; -1 as long as nobody asked
        self.quotes = (0, 0)  # how far straight quotation marks were counted, and how many in the line

    def read(self) -> list[Found]:
        position = 0
        while match := _CANDIDATE.search(self.low, position):
            at = match.start()
            position = match.end()
            noise = nonclaims.NOISE.match(self.low, at) if match[0].isdigit() else None
            if noise:
                position = max(position, noise.end())
                continue
            number = self._number(at)
            if number is None:
                position = max(position, self._skip(at))
                continue
            claim = self._claim(number)
            position = max(position, number.end)
            if claim is not None:
                self.found.append(claim)
                self.sentences.at(number.start).found.append(claim)
        suspects.mark(self.low, self.found)
        return self.found

    def _skip(self, at: int) -> int:
        while at < len(self.low) and (self.low[at].isdigit() or self.low[at] in ",."):
            at += 1
        return at

    def _number(self, at: int) -> Number | None:
        if self.low[at - 2 : at] == "a " and not self.low[at].isdigit():
            return read(self.low, at - 2)
        return read(self.low, at)

    def _claim(self, number: Number) -> Found | None:
        low, raw = self.low, self.raw
        sentence = self.sentences.at(number.start)
        if number.form == "ordinal":
            return self._ordinal(number, sentence)
        words = sentence.words_before(number.start)
        if nonclaims.is_glued(low, number) or nonclaims.is_enumerator(raw, number):
            return None
        if rank := ranks.of_figure(low, number, sentence.start):
            return self._ranked(number, rank, sentence)
        if words and words[-1][0] == "top" and not number.unit:
            rank = ranks.of_top(low, number, sentence.start)
            return self._ranked(number, rank, sentence) if rank else None
        if nonclaims.is_named(low, raw, number, words) or (
            self.name_end >= 0 and nonclaims.is_chained(low, self.name_end, number)
        ):
            self.name_end = number.end
            return None
        signed = number.unit or (number.scaled and number.form != "word")
        if (
            not signed
            and nonclaims.is_slogan(raw, number, self._quoted(number.start))
            and not self._honours(number)
        ):
            return None
        return self._counted(number, words, sentence)

    def _quoted(self, at: int) -> bool:
        """Tell whether straight quotation marks are open at a place: an odd number of them since the line began."""
        seen, count = self.quotes
        count += self.raw.count('"', seen, at)
        self.quotes = (at, count)
        line = self.raw.rfind("\n", seen, at)
        if line >= 0:
            self.quotes = (at, self.raw.count('"', line, at))
        return bool(self.quotes[1] % 2)

    def _honours(self, number: Number) -> bool:
        counted = phrase.after(self.low, number.end, number.end + 60, number.value)
        return nouns.singular(counted.noun) in nouns.HONOURS

    def _ordinal(self, number: Number, sentence: Sentence) -> Found | None:
        chained = self.rank_end >= sentence.start and bool(
            _CHAINED.fullmatch(self.low, self.rank_end, number.start)
        )
        rank = ranks.of_ordinal(self.low, number, sentence.start, sentence.end, chained=chained)
        return self._ranked(number, rank, sentence) if rank else None

    def _ranked(self, number: Number, rank: ranks.Rank, sentence: Sentence) -> Found:
        self.rank_end = rank.end
        claim = Found(rank.start, rank.end, number.value, rank.unit, comparator=rank.comparator)
        claim.kind = "rank" if rank.unit == "rank" else None
        if rank.orphan:
            claim.reasons = ("orphan-rank",)
        claim.measure = self._subject(rank.start, sentence)
        self._place(claim, number, sentence)
        return claim

    def _counted(self, number: Number, words: Words, sentence: Sentence) -> Found | None:
        low = self.low
        comparator, start = comparators.before(words)
        to_one = _TO_ONE.match(low, number.end)
        if to_one and _RATIO.search(low, max(sentence.start, number.start - 90), number.start):
            number.unit, number.end = "ratio", to_one.end()
        tail = comparators.AFTER.match(low, number.end)
        end = number.end
        if tail:
            end = tail.end()
            comparator = comparators.after(tail)
        lead = words[-1][0] if words else ""
        counted = phrase.after(low, end, sentence.end, number.value)
        behind = comparators.AFTER.match(low, counted.end) if counted.known and not tail else None
        if behind and comparator == "=" and behind["plain"] is None:  # "56 pupils and above"
            comparator = comparators.after(behind)
        if counted.noun == "times" and _FOLD.match(low, counted.end):
            counted.unit = "other:fold"
        reasons: tuple[str, ...] = ()
        if number.form == "damaged":
            reasons = ("digit-group",)
            if lead in nonclaims.NAMES or _ENUMERATED.match(low, number.end):
                return None
        elif lost := counting.lost_group(number, words, sentence):
            counted, reasons = lost, ("digit-group",)
            number.value = None
        if number.unit == "" and not counting.counts(number, counted, words, sentence, comparator):
            return None
        if number.form == "fraction" and not counting.is_share(number, words, sentence):
            return None
        unit = self._unit(number, counted, words, sentence, end)
        if not unit:
            return None
        if not number.unit and not reasons and _disagrees(number, counted):
            reasons = ("noun-number",)
        named = not number.unit and counted.end > end
        stop = counted.end if named and counted.end - end <= _QUOTED_MOST else end
        begin = number.start if start is None else start
        claim = Found(begin, stop, number.value, unit, number.high, comparator, reasons=reasons)
        if named:
            claim.measure = ((self._trim(end), counted.end),)
        elif of_what := _OF_WHAT.match(low, end, sentence.end):
            claim.measure = (of_what.span(1),)
        else:
            claim.measure = self._subject(claim.start, sentence)
        self._kind(claim, number, sentence)
        self._place(claim, number, sentence)
        return claim

    def _unit(
        self, number: Number, counted: phrase.Phrase, words: Words, sentence: Sentence, end: int
    ) -> str:
        """Return the unit of a number from its sign, its noun, or what stands around it; "" where nothing tells."""
        if number.unit == "" and _PER_TEACHER.match(self.low, end):
            return "ratio"
        if counted.unit == "person" and limits.is_one_for(
            self.low[max(sentence.start, number.start - 60) : number.start]
        ):
            return "ratio"
        unit = number.unit or counted.unit or counting.unit_shared(end, sentence)
        if unit and counted.noun in _PIECES:  # "the number of computers is 460 units"
            unit = phrase.subject(self.low, sentence.start, number.start) or unit
        unit = unit or counting.unit_before(number, words, sentence)
        before = sentence.found[-1].unit if sentence.found else ""
        if unit == "other:other":  # "renovated 35 others"
            return before or unit
        if unit == "place" and before == "rank" and words and words[-1][0] in _MOVED:
            return "rank"  # "ranked second, up 3 places"
        if unit == "other:point" and _SHARES.search(self.low, sentence.start, sentence.end):
            return "percentage_point"
        return unit

    def _trim(self, at: int) -> int:
        while at < len(self.low) and self.low[at] in ' -“"”':
            at += 1
        return at

    def _kind(self, claim: Found, number: Number, sentence: Sentence) -> None:
        low = self.low
        clause = max(sentence.start, low.rfind(";", sentence.start, number.start) + 1)
        before = low[max(clause, number.start - 240) : number.start]
        after = low[number.end : min(sentence.end, number.end + 120)]
        near = before[-100:]
        share = claim.unit in ("percent", "percentage_point", "ratio") or claim.unit == number.unit != ""
        money = number.unit not in ("", "percent", "percentage_point", "ratio")
        threshold = limits.is_threshold(before, after, money=money) or limits.binds(
            before, claim.unit, claim.comparator
        )
        claim.direction = kinds.change(
            near[: claim.start - number.start] if claim.start < number.start else near,
            after,
            counted=not share,
        )
        if claim.direction is None and self._continues(claim, sentence, share=share):
            claim.direction = sentence.found[-1].direction
        baseline = low.startswith("from ", claim.start - 5) and _TO_NUMBER.match(low, claim.end) is not None
        aimed, claim.firm = kinds.target(before, after, self.issued, translated=self._translated())
        kind: Kind | None = None
        if threshold and money and claim.direction:  # "the standard was raised by 80 yuan"
            threshold = False
        if threshold:
            kind = "threshold"
            claim.firm = True
            if claim.comparator == "=":
                claim.comparator = limits.bound(before)
            elif claim.comparator == ">" and limits.is_denied(near):
                claim.comparator = "<="
        elif aimed and baseline:  # "will fall from 35% to 25%"
            kind, claim.firm = "actual", True
        elif aimed or self._planned(number.start):
            kind = "target"
            claim.firm = claim.firm or not aimed
        elif claim.direction:
            kind = "change"
        elif kinds.is_present(before):
            kind = "actual"
            claim.firm = True
        claim.kind = kind

    def _planned(self, at: int) -> bool:
        """Tell whether a place lies behind the words "in the next step" of its block."""
        if self.next_step < 0:
            cue = kinds.next_step(self.low)
            self.next_step = cue if cue >= 0 else len(self.low)
        return at > self.next_step

    def _translated(self) -> bool:
        if self.translated is None:
            self.translated = kinds.is_translated(self.low)
        return self.translated

    def _continues(self, claim: Found, sentence: Sentence, *, share: bool) -> bool:
        """Tell whether a claim only goes on a list that the claim before it began ("19,000 places and 23,000 meals")."""
        if not sentence.found or sentence.found[-1].kind != "change":
            return False
        gap = self.low[sentence.found[-1].end : claim.start].strip()
        if share and gap == "and":
            return self.low.find("respectively", claim.end, sentence.end) >= 0
        return gap in ("(", "or", ", or") if share else gap in ("and", ",", ", and", "")

    def _place(self, claim: Found, number: Number, sentence: Sentence) -> None:
        """Give a claim the time and the territory that its sentence names."""
        if sentence.times:
            aside = _ASIDE.match(self.low, number.end, sentence.end)  # "2.1 million pupils (24.6%) in 2024"
            number_end = aside.end() if aside else number.end
            following = _CANDIDATE.search(self.low, number_end, sentence.end)
            while following and any(time.start <= following.start() < time.end for time in sentence.times):
                following = _CANDIDATE.search(self.low, following.end(), sentence.end)
            limit = following.start() if following else sentence.end
            time = dates.attached(sentence.times, number.start, number_end, self.low, limit)
            if time is not None and not (claim.kind == "actual" and self._is_to_come(time.period)):
                claim.period = time.period
            if (
                claim.kind == "change"
                and time is not None
                and self.low.startswith("from ", time.start)
                and "-" not in time.period
            ):
                claim.period = None  # "up 1.1 points from 2022": where the change began
            if claim.kind == "change" and time is not None and time.end <= number.start:
                time = dates.latest(sentence.times, number.start) or time
                claim.period = time.period
            base = [time.period for time in sentence.times if time.base and time.start > number.end]
            if claim.kind == "change" and base and base[0].isdigit() and (claim.period or "").isdigit():
                claim.period = f"{base[0]}-{claim.period}"
            self._from_to(claim, number, sentence)
        if sentence.org is not None and sentence.org[0] < claim.start:
            claim.org = sentence.org

    def _is_to_come(self, period: str) -> bool:
        return self.issued is not None and period[:4].isdigit() and int(period[:4]) > self.issued

    def _from_to(self, claim: Found, number: Number, sentence: Sentence) -> None:
        """Give "from 18.0 to 17.6 between 2019 and 2023" its two times, one each."""
        if sentence.found and self.low[sentence.found[-1].end : claim.start].strip() == "to":
            pair = dates.spans(self.low, number.end, sentence.end)
            if pair:
                sentence.found[-1].period, claim.period = pair

    def _subject(self, at: int, sentence: Sentence) -> tuple[tuple[int, int], ...]:
        """Return the words of the clause before a share or a rank, as its measure."""
        start = max(sentence.start, at - 90)
        for mark in (", ", "; ", ": ", ";"):
            start = max(start, self.low.rfind(mark, start, max(start, at - 2)) + 1)
        while start < at and not self.low[start].isalnum():
            start += 1
        if start > sentence.start and start == at - 90:
            start = self.low.find(" ", start, at) + 1
        text = self.low[start:at].rstrip()
        return ((start, start + len(text)),) if text else ()
