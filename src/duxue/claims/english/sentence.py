"""Sentences of a block of English text, each with what is read of it once."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from duxue.claims.english import dates, territories
from duxue.claims.model import Found, Span

Words = list[tuple[str, int]]  # the words before a number with their places, the nearest last


@dataclass(slots=True)
class Sentence:
    """A sentence `low[start:end]` of a block: its times, its territory, and the claims found in it so far.

    `low` is the whole block in lower case; `earlier` holds the claims of the block before the sentence.
    """

    low: str
    start: int
    end: int
    times: list[dates.Time]
    org: Span | None
    earlier: list[Found]
    found: list[Found]

    def words_before(self, at: int) -> Words:
        """Return the words of the sentence shortly before a place."""
        return [(word[0], word.start()) for word in _WORD.finditer(self.low, max(self.start, at - _NEAR), at)]


class Sentences:
    """The sentences of a block, made as they are asked for, in ascending order."""

    def __init__(self, raw: str, low: str, *, dated: bool) -> None:
        self.raw, self.low, self.dated = raw, low, dated
        self.ends: list[int] | None = None
        self.current: Sentence | None = None
        self.earlier: list[Found] = []

    def at(self, place: int) -> Sentence:
        """Return the sentence that holds a place."""
        if self.current is not None and place < self.current.end:
            return self.current
        if self.current is not None:
            self.earlier += self.current.found
        if self.ends is None:
            self.ends = _sentence_ends(self.raw)
        index = bisect_right(self.ends, place)
        start = self.ends[index - 1] if index else 0
        end = self.ends[index] if index < len(self.ends) else len(self.raw)
        times = dates.times(self.low, start, end)
        if index and (not self.dated or _COHESIVE.match(self.low, start)):
            kept = self._opening(self.ends[index - 2] if index > 1 else 0, start)
            times = [dates.Time(start, start, time.period) for time in kept[-1:]] + times
        org = territories.subject(self.raw, start, end)
        self.current = Sentence(self.low, start, end, times, org, self.earlier, [])
        return self.current

    def _opening(self, start: int, end: int) -> list[dates.Time]:
        """Return the time that a sentence opens with, which one that follows on from it keeps."""
        named = dates.times(self.low, start, min(end, start + 60))
        return [time for time in named if not time.base and time.start < start + 12]


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


_LONGEST = 1200  # characters of a sentence
_NEAR = 80  # characters before a number whose words tell what it is
_SENTENCE = re.compile(
    r"[.!?\n\r](?:(?<=[\n\r])|(?=[\s”\"’)]|[A-Z“]|$)(?!(?<=\d\.)\s\d{1,2}\s?(?:%|per\s?cent|million|billion))|(?<=[a-z]{3}\.)(?=\d|[a-z]{3}))"
    r"(?<!\bNo\.)(?<!\bRs\.)(?<!\bMr\.)(?<!\bDr\.)(?<!\bMs\.)(?<!\bSt\.)(?<!Ksh\.)(?<!Kshs\.)(?<!\bvs\.)"
    r"(?<!approx\.)(?<!\b[A-Z]\.)"
)
_WORD = re.compile(r"[^\W\d_]+(?:[.’'-][^\W\d_]+)*\.?|\d[\d,.]*|[^\w\s]")
_COHESIVE = re.compile(
    r"\s*(?:among|another|of (?:these|those|which|them)|these|they|it\b|its\b|also|in addition|in total|a further|the remaining|the rest|this (?:is|was|included|compares))\b"
)
