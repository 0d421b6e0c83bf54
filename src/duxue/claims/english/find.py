"""Find the claims of a stretch of plain English text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from duxue.claims.english import (
    comparators,
    dates,
    kinds,
    nonclaims,
    nouns,
    phrase,
    ranks,
    suspects,
    territories,
)
from duxue.claims.english.numbers import Number, read
from duxue.claims.english.words import CARDINALS, ORDINALS, WORD_MAGNITUDES
from duxue.claims.model import Comparator, Found, Kind
from duxue.claims.script import alternatives, words

_LONGEST = 1200  # characters of a sentence
_CANDIDATE = re.compile(
    rf"\d|\b{alternatives([*CARDINALS, *ORDINALS, *WORD_MAGNITUDES, 'half', 'quarter'])}\b"
)
_SENTENCE = re.compile(
    r"[.!?\n\r](?:(?<=[\n\r])|(?=[\s”\"’)]|[A-Z“]|$)|(?<=[a-z]{3}\.)(?=\d|[a-z]{3}))"
    r"(?<!\bNo\.)(?<!\bRs\.)(?<!\bMr\.)(?<!\bDr\.)(?<!\bMs\.)(?<!\bSt\.)(?<!Ksh\.)(?<!Kshs\.)(?<!\bvs\.)"
    r"(?<!approx\.)(?<!\b[A-Z]\.)"
)
_BACK = re.compile(r"[^\W\d_]+(?:[.’'-][^\W\d_]+)*\.?|\d[\d,.]*|[^\w\s]")
_RESULT = re.compile(
    r"\b(?:creat(?:e|ed)|select(?:ed)?|establish(?:ed)?|buil[dt]|w[oi]n|add(?:ed)?|open(?:ed)?|clos(?:e|ed)|rated|approv(?:e|ed)|recruit(?:ed)?|complet(?:e|ed)|award(?:ed)?|named|recogni[sz]ed|identified|evaluated|honou?red|expand(?:ed)?|introduc(?:e|ed)|appointed|hired|reached|finished|accredited|merged|suspended|expelled|died|injured)\b"
)
_RATED = re.compile(
    r"[^.;]{0,150}?\b(?:were|was|been|are)\s(?:all\s|also\s|successfully\s)?(?:rated|selected|awarded|named|recogni[sz]ed|approved|completed|identified|evaluated|honou?red|won|accredited|closed|opened)\b"
)
_POINTING = set(words("the these those our its their all both other your his her remaining such"))
_WHEN = set(
    words(
        "in over within for during past last next after every since by previous recent coming first than then another under of about"
    )
)
_ASSERTS = set(
    words(
        "to reached reaches reach exceeded exceeds exceed total totaled totaled totalled totalling is was are were at of only stood has with by"
    )
)
_PER_TEACHER = re.compile(
    r"\s(?:pupils?|students?|children|learners)\s(?:per|for\severy|to\severy|to\seach|for\seach|to\sone)\s(?:\w+\s)?(?:teacher|staff|adult|counsell?or|computer|device|nurse)"
)
_SHARES = re.compile(r"%|per ?cent|\brates?\b")
_DAILY = re.compile(r"\s(?:of|per|a|an|each|every|daily|weekly)\b")
_AGO = re.compile(r"\s(?:ago|later|earlier|old|after|before)\b")
_NEXT_NUMBER = re.compile(r"\s(?:and|or|to)\s\d[\d,]*(?:\.\d+)?(?=\s[a-z])")
_SIZE = re.compile(r"\b(?:class|group|cohort|ward) sizes?\b|\bclasses of\b")
_COMPARED = re.compile(r"\s(?:more|fewer|less|higher|lower)\sthan\b")
_TO_ONE = re.compile(r"\s?(?:to|-to-)\s?(?:1|one)\b(?![,.]\d|%)")
_RATIO = re.compile(r"\bratios?\b")
_CHAINED = re.compile(
    r"(?: place)?(?:,? (?:in|for|among) [^,.;]{3,40}?)?,? (?:to|and|up from|down from|from|and the) "
)
_COHESIVE = re.compile(
    r"\s*(?:among|another|of (?:these|those|which|them)|these|they|it\b|its\b|also|in addition|in total|a further|the remaining|the rest|this (?:is|was|included|compares))\b"
)
_ONE_OF = re.compile(
    r" of (?:the|china's|china’s) [^,.;]{3,70}?\b(?P<noun>[a-z]+?)s?[”\"’]?,? (?:and )?\d+ (?:[a-z-]+ ){0,2}(?P=noun)"
)


@dataclass(slots=True)
class _Sentence:
    """A sentence with what is read of it once: its times, its territory, and the claims found in it so far."""

    start: int
    end: int
    times: list[dates.Time]
    org: tuple[int, int] | None
    found: list[Found] = field(default_factory=list)


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


def _sentence_ends(raw: str) -> list[int]:
    """Return where the sentences of a block end; what runs on without end is cut, so that time stays linear."""
    ends = [match.end() for match in _SENTENCE.finditer(raw)]
    if len(raw) > _LONGEST:
        bounds = [0, *ends, len(raw)]
        cuts = [
            cut for a, b in pairwise(bounds) if b - a > _LONGEST for cut in range(a + _LONGEST, b, _LONGEST)
        ]
        ends = sorted(ends + cuts)
    return ends


class _Reader:
    """Reads one block from its first number to its last."""

    def __init__(self, raw: str, low: str, issued: int | None) -> None:
        self.raw, self.low, self.issued = raw, low, issued
        self.found: list[Found] = []
        self.ends: list[int] | None = None
        self.sentence: _Sentence | None = None
        self.name_end = -1  # where a chain of names ("Grades 7 and 8") has come to
        self.rank_end = -1
        self.translated: bool | None = None
        self.quotes = (
            0,
            0,
        )  # how far straight quotation marks were counted, and how many since the line began

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
                if self.sentence is not None:
                    self.sentence.found.append(claim)
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
        sentence = self._sentence_of(number.start)
        if number.form == "ordinal":
            return self._ordinal(number, sentence)
        words = [
            (token[0], token.start())
            for token in _BACK.finditer(low, max(sentence.start, number.start - 80), number.start)
        ]
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

    def _ordinal(self, number: Number, sentence: _Sentence) -> Found | None:
        chained = self.rank_end >= sentence.start and bool(
            _CHAINED.fullmatch(self.low, self.rank_end, number.start)
        )
        rank = ranks.of_ordinal(self.low, number, sentence.start, sentence.end, chained=chained)
        return self._ranked(number, rank, sentence) if rank else None

    def _ranked(self, number: Number, rank: ranks.Rank, sentence: _Sentence) -> Found:
        self.rank_end = rank.end
        claim = Found(rank.start, rank.end, number.value, rank.unit, comparator=rank.comparator)
        claim.kind = "rank" if rank.unit == "rank" else None
        if rank.orphan:
            claim.reasons = ("orphan-rank",)
        claim.measure = self._subject(rank.start, sentence)
        self._place(claim, number, sentence)
        return claim

    def _counted(self, number: Number, words: list[tuple[str, int]], sentence: _Sentence) -> Found | None:
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
        reasons: tuple[str, ...] = ()
        if number.form == "damaged":
            reasons = ("digit-group",)
            if lead in nonclaims.NAMES:
                return None
        elif lost := self._lost_group(number, words, sentence):
            counted, reasons = lost, ("digit-group",)
            number.value = None
        unit = number.unit or counted.unit or self._unit_shared(end)
        if number.unit == "" and not self._counts(number, counted, words, sentence, comparator):
            return None
        if number.form == "fraction" and not self._is_share(number, words):
            return None
        if not unit:
            unit = self._unit_before(number, words, sentence)
            if not unit:
                return None
        if unit == "other:other":
            previous = [claim.unit for claim in sentence.found]
            unit = previous[-1] if previous else unit
        if unit == "other:point" and _SHARES.search(low, sentence.start, sentence.end):
            unit = "percentage_point"
        if number.unit == "" and _PER_TEACHER.match(low, end):
            unit = "ratio"
        stop = counted.end if counted.end > end and not number.unit and counted.end - end <= 90 else end
        claim = Found(
            start if start is not None else number.start,
            stop,
            number.value,
            unit,
            value_high=number.high,
            comparator=comparator,
            reasons=reasons,
        )
        if (
            number.value == 1
            and number.high is None
            and number.form == "figure"
            and counted.plural
            and counted.noun not in nouns.ALWAYS_PLURAL
            and not number.unit
            and not reasons
        ):
            claim.reasons = ("noun-number",)
        if not number.unit and counted.end > end:
            claim.measure = ((self._trim(end), counted.end),)
        else:
            claim.measure = self._subject(claim.start, sentence)
        self._kind(claim, number, sentence)
        self._place(claim, number, sentence)
        return claim

    def _unit_shared(self, end: int) -> str:
        """Return the unit of "341,000 and 331,000 places" for the first of the two numbers."""
        match = _NEXT_NUMBER.match(self.low, end)
        return phrase.after(self.low, match.end(), match.end() + 80, None).unit if match else ""

    def _trim(self, at: int) -> int:
        while at < len(self.low) and self.low[at] in ' -“"”':
            at += 1
        return at

    def _counts(
        self,
        number: Number,
        counted: phrase.Phrase,
        words: list[tuple[str, int]],
        sentence: _Sentence,
        comparator: Comparator,
    ) -> bool:
        """Tell whether a number without a unit sign counts something of substance."""
        lead = words[-1][0] if words else ""
        if counted.refused or (lead in ("per", "every") and not number.unit):
            return False
        if counted.unit in nouns.DURATIONS:
            recent = {word for word, _ in words[-3:]} - ({"than"} if comparator in ("<=", ">=") else set())
            daily = bool(_DAILY.match(self.low, counted.end))
            if counted.unit == "other:month" or (number.form == "word" and not daily):
                return False
            if (recent & _WHEN and (number.value or 0) < 1000) or _AGO.match(self.low, counted.end):
                return False
            if daily:
                return True
        near = counted.known and counted.plural and len(counted.words) <= 4
        if nonclaims.is_year(number, lead, near):
            return False
        if number.form != "word" or number.scaled:
            return True
        return self._word_counts(number, counted, lead, sentence)

    def _word_counts(self, number: Number, counted: phrase.Phrase, lead: str, sentence: _Sentence) -> bool:
        noun = nouns.singular(counted.noun.rpartition("-")[2])
        low = self.low
        if any(mark in low[number.end : counted.end] for mark in '”"') and noun not in nouns.HONOURS:
            return False
        if number.value == 1 and number.high is None:
            if _ONE_OF.match(low, number.end):
                return True
            singular = counted.known and not counted.plural and noun not in nouns.RHETORICAL - {"person"}
            return (
                singular
                and lead not in _POINTING
                and bool(_RESULT.search(low, sentence.start, sentence.end))
                and len(counted.words) <= 4
            )
        if not counted.known or noun in nouns.RHETORICAL or counted.unit in nouns.DURATIONS:
            return False
        if nouns.GRAND & set(counted.words) and noun in nouns.GRAND_NOUNS:
            return False
        if lead in _POINTING:
            return bool(_RATED.match(low, number.end))
        return True

    def _is_share(self, number: Number, words: list[tuple[str, int]]) -> bool:
        low, text = self.low, self.low[number.start : number.end]
        follows = low[number.end : number.end + 12]
        lead = words[-1][0] if words else ""
        if text == "half":
            return (
                (
                    follows.startswith((" of ", " the ", " a million"))
                    and lead not in ("first", "second", "other", "last")
                )
                or lead in comparators.BEFORE
                or lead == "than"
            )
        if follows.startswith(("-", "’s", "'s")) or lead in ("the", "first", "second", "last"):
            return follows.startswith(" of ") and not text.endswith("half")
        if text.startswith(("a ", "an ")):
            return follows.startswith((" of", ".", ",", " are", " were", " in", " have", " had")) or lead in (
                "than",
                "nearly",
                "about",
                "almost",
                "over",
            )
        return not (text.endswith(("half",)) and text != "one half")

    def _lost_group(
        self, number: Number, words: list[tuple[str, int]], sentence: _Sentence
    ) -> phrase.Phrase | None:
        """Return the phrase of "benefiting 1, students": a comma where a digit group was lost."""
        low = self.low
        if number.form != "figure" or number.unit or not number.digits.isdigit() or len(number.digits) > 3:
            return None
        if not low.startswith(", ", number.end):
            return None
        lead = words[-1][0] if words else ""
        opens = lead == ";" or (lead == "," and len(words) == 2 and words[-2][0] in ORDINALS)
        if not (opens or lead.endswith(("ing", "ed")) or lead in ("nearly", "about")):
            return None
        counted = phrase.after(low, number.end + 2, sentence.end, number.value)
        return counted if counted.known and counted.plural and len(counted.words) <= 4 else None

    def _unit_before(self, number: Number, words: list[tuple[str, int]], sentence: _Sentence) -> str:
        """Return the unit of a bare number from the nouns before it, or from the claim before it."""
        if _SIZE.search(self.low, max(sentence.start, number.start - 90), number.start):
            return "person"
        near = {word for word, _ in words[-12:]}
        if near & {"ratio", "ratios", "rate", "rates", "percentage", "proportion", "share"}:
            pupils = "ratio" in near and not near & {"enrolment", "enrollment", "ger", "ner", "attendance"}
            return "ratio" if pupils or number.scaled else "percent"
        unit = phrase.subject(self.low, sentence.start, number.start) or phrase.ahead_of(words[-4:])
        if unit:
            return unit
        unit = phrase.ahead_of(words)
        total = any(
            word in ("total", "which", "these", "them", ",", "or", "and", "from") for word, _ in words[-4:]
        )
        previous = [
            claim
            for claim in sentence.found
            if claim.unit not in ("percent", "rank", "ratio", "percentage_point")
        ]
        if previous and (total or not unit):
            return previous[-1].unit
        if unit:
            return unit
        for claim in reversed(self.found[-4:]):
            if claim.unit not in ("percent", "rank", "ratio", "percentage_point"):
                return claim.unit if number.scaled or total or _COMPARED.match(self.low, number.end) else ""
        lead = words[-1][0] if words else ""
        large = number.value is None or number.scaled or number.value >= 100
        return "other:number" if large or lead in _ASSERTS else ""

    def _kind(self, claim: Found, number: Number, sentence: _Sentence) -> None:
        low = self.low
        clause = max(sentence.start, low.rfind(";", sentence.start, number.start) + 1)
        before = low[max(clause, number.start - 240) : number.start]
        after = low[number.end : min(sentence.end, number.end + 120)]
        near = before[-100:]
        share = claim.unit in ("percent", "percentage_point", "ratio") or claim.unit == number.unit != ""
        threshold = kinds.is_threshold(
            before, money=number.unit not in ("", "percent", "percentage_point", "ratio")
        )
        claim.direction = kinds.change(
            near[: claim.start - number.start] if claim.start < number.start else near,
            after,
            counted=not share,
        )
        if claim.direction is None and self._continues(claim, sentence, share=share):
            claim.direction = sentence.found[-1].direction
        aimed, claim.firm = kinds.target(before, after, self.issued, translated=self._translated())
        kind: Kind | None = None
        if threshold:
            kind = "threshold"
            claim.firm = True
            if claim.comparator == "=":
                claim.comparator = kinds.bound(before)
        elif aimed:
            kind = "target"
        elif claim.direction:
            kind = "change"
        claim.kind = kind

    def _translated(self) -> bool:
        if self.translated is None:
            self.translated = kinds.is_translated(self.low)
        return self.translated

    def _continues(self, claim: Found, sentence: _Sentence, *, share: bool) -> bool:
        """Tell whether a claim only goes on a list that the claim before it began ("19,000 places and 23,000 meals")."""
        if not sentence.found or sentence.found[-1].kind != "change":
            return False
        gap = self.low[sentence.found[-1].end : claim.start].strip()
        return gap == "(" if share else gap in ("and", ",", ", and", "")

    def _place(self, claim: Found, number: Number, sentence: _Sentence) -> None:
        """Give a claim the time and the territory that its sentence names."""
        if sentence.times:
            following = _CANDIDATE.search(self.low, number.end, sentence.end)
            while following and any(time.start <= following.start() < time.end for time in sentence.times):
                following = _CANDIDATE.search(self.low, following.end(), sentence.end)
            limit = following.start() if following else sentence.end
            time = dates.attached(sentence.times, number.start, number.end, self.low, limit)
            if time is not None:
                claim.period = time.period
            if claim.kind == "change" and time is not None and time.end <= number.start:
                time = dates.latest(sentence.times, number.start) or time
                claim.period = time.period
            base = [time.period for time in sentence.times if time.base and time.start > number.end]
            if claim.kind == "change" and base and base[0].isdigit() and (claim.period or "").isdigit():
                claim.period = f"{base[0]}-{claim.period}"
            self._from_to(claim, number, sentence)
        if sentence.org is not None and sentence.org[0] < claim.start:
            claim.org = sentence.org

    def _from_to(self, claim: Found, number: Number, sentence: _Sentence) -> None:
        """Give "from 18.0 to 17.6 between 2019 and 2023" its two times, one each."""
        if sentence.found and self.low[sentence.found[-1].end : claim.start].strip() == "to":
            pair = dates.spans(self.low, number.end, sentence.end)
            if pair:
                sentence.found[-1].period, claim.period = pair

    def _subject(self, at: int, sentence: _Sentence) -> tuple[tuple[int, int], ...]:
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

    def _sentence_of(self, at: int) -> _Sentence:
        if self.sentence is not None and self.sentence.start <= at < self.sentence.end:
            return self.sentence
        if self.ends is None:
            self.ends = _sentence_ends(self.raw)
        index = bisect_right(self.ends, at)
        start = self.ends[index - 1] if index else 0
        end = self.ends[index] if index < len(self.ends) else len(self.raw)
        times = dates.times(self.low, start, end)
        org = territories.subject(self.raw, start, end)
        if index and (self.issued is None or _COHESIVE.match(self.low, start)):
            before = self._lead(self.ends[index - 2] if index > 1 else 0, start)
            times = [dates.Time(start, start, time.period) for time in before[-1:]] + times
        self.sentence = _Sentence(start, end, times, org)
        return self.sentence

    def _lead(self, start: int, end: int) -> list[dates.Time]:
        """Return the time that the sentence before opens with, which a sentence that follows on from it keeps."""
        return [
            time
            for time in dates.times(self.low, start, min(end, start + 60))
            if not time.base and time.start < start + 12
        ]
