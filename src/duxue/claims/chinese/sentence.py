"""A sentence while it is read: where its clauses begin, what it promises, and what its claims leave to the next."""

from __future__ import annotations

import re
from bisect import bisect_right

from duxue.claims.chinese import cues
from duxue.claims.model import Found, Span

_CLAUSE = re.compile("[,，:;()“”]")
_FAR = 1 << 60
_CLAUSE_LENGTH, _SENTENCE_LENGTH = 160, 400  # looked back at most, whatever stops are missing


class Sentence:
    """One sentence of plain text and the claims read from it so far.

    `counted` keeps for each open counter the unit it was last given and where that claim ended, so that 已完工30个
    counts what 运动场39个 counted. `opening` is the year that a sentence begins with, which holds on behind its semicolon,
    as does what it promises. `before` is the sentence in front of it within the same block.
    """

    __slots__ = (
        "asked",
        "before",
        "clauses",
        "counted",
        "end",
        "found",
        "letters",
        "opening",
        "start",
        "subject",
        "target",
        "text",
    )

    def __init__(self, text: str, start: int, end: int, before: Sentence | None) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.before = before
        self.found: list[Found] = []
        self.counted: dict[str, tuple[str, int]] = {}
        self.clauses = [start, *[mark.end() for mark in _CLAUSE.finditer(text, start, end)]]
        self.asked = (-1, start)
        self.letters = frozenset(text[start:end])
        promise = cues.TARGET.search(text, start, end)
        self.target = promise.start() if promise else _FAR
        self.subject: Span | None = None
        self.opening: str | None = None
        if before is not None and before.end == start - 1 and text[before.end] == ";":
            self.opening = before.opening
            if before.target < _FAR and not promise and not cues.DONE.search(text, start, end):
                self.target = start - 1

    def has(self, signs: frozenset[str]) -> bool:
        """Tell whether one of some characters stands anywhere in the sentence; most cues need not be tried."""
        return not self.letters.isdisjoint(signs)

    def clause(self, place: int) -> int:
        """Return where the clause begins that holds a place."""
        if place != self.asked[0]:  # each claim asks several times for its own clause
            opens = self.clauses[bisect_right(self.clauses, place) - 1]
            self.asked = place, max(place - _CLAUSE_LENGTH, opens)
        return self.asked[1]

    def clause_end(self, place: int) -> int:
        """Return where the clause ends that holds a place."""
        number = bisect_right(self.clauses, place)
        return min(self.clauses[number] if number < len(self.clauses) else self.end, place + _CLAUSE_LENGTH)

    def back(self, place: int) -> int:
        """Return where the words of the sentence begin that may bear on a place."""
        return max(self.start, place - _SENTENCE_LENGTH)

    def left(self, place: int) -> int:
        """Return where the words begin that belong to a number at a place: at its clause, or behind the last claim."""
        opens = self.clause(place)
        return max(opens, self.found[-1].end) if self.found else opens

    def take(self, found: list[Found]) -> list[Found]:
        """Keep new claims and hand them on."""
        self.found += found
        return found
