"""The noun phrase after a number: the noun that is counted, its unit, and where the phrase ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duxue.claims.english import nouns
from duxue.claims.script import words as words_of


@dataclass(slots=True)
class Phrase:
    """The counted noun: its unit ("" where there is none), its span, and what was seen on the way to it.

    `words` are the lower-cased words read before and with it; `plural` tells a plural noun; `known` that a table
    names the noun; `refused` that the noun makes the number no claim ("years", "minutes read").
    """

    unit: str = ""
    start: int = 0
    end: int = 0
    noun: str = ""
    plural: bool = False
    known: bool = False
    refused: bool = False
    words: tuple[str, ...] = ()


_TOKEN = re.compile(r"[a-z²°][a-z²'’é]*(?:-[a-z]+)*|[^\sa-z]")
_SKIPPED = {"-", "–", '"', "“", "”", "‘", "'", "’"}
_LISTED = re.compile(
    r", [a-z-]+ (?:or|and) [a-z-]+ [a-z]"
)  # "economic, information or technical service entities"
_POINTING = {
    "the",
    "these",
    "those",
    "its",
    "their",
    "our",
    "all",
    "such",
    "more",
    "fewer",
    "less",
    "this",
    "average",
}
_NO_PLURAL = ("ss", "us", "is", "'s", "’s", "ous")
_REACH = 14  # words of a phrase
_ADJECTIVES = {"junior", "senior", "fellow"}  # in the plural they are persons
_NUMBER_OF = {"number", "total", "pair", "pairs", "types", "kinds", "members", "cohort", "class"}


def after(low: str, start: int, end: int, value: float | int | None) -> Phrase:
    """Read the noun phrase that begins at `start`, not beyond `end`; `value` tells whether a plural is awaited."""
    reader = _Reader(low, Phrase(start=start, end=start), value)
    for token in _TOKEN.finditer(low, start, min(end, start + 160)):
        word = token[0]
        if word in _SKIPPED or reader.in_bracket(word):
            continue
        goes_on = (
            reader.word(word, token) if word[0].isalpha() or word[0] in "²°" else reader.mark(word, token)
        )
        if not goes_on:
            break
    return reader.finish()


class _Reader:
    """Reads a noun phrase word by word; each step tells whether the phrase goes on."""

    def __init__(self, low: str, phrase: Phrase, value: float | int | None) -> None:
        self.low, self.phrase = low, phrase
        self.single = value == 1
        self.words: list[str] = []
        self.last = ""
        self.guess: tuple[str, int] | None = None  # an unknown plural and where it ends
        self.bracket = 0
        self.of_them = False  # "3 of the 14 schools"

    def in_bracket(self, word: str) -> bool:
        """Tell whether a word stands in a short bracket within the phrase, which is passed over."""
        if not self.bracket:
            return False
        self.bracket = 0 if word == ")" or self.bracket > 4 else self.bracket + 1
        return True

    def mark(self, mark: str, token: re.Match[str]) -> bool:
        """Take a figure or a mark: most end the phrase."""
        if self.of_them and (mark.isdigit() or mark in ",."):
            return True
        if mark == "," and self.words and not self.phrase.known:
            return _LISTED.match(self.low, token.start()) is not None
        if mark == "(" and self.words and not self.phrase.plural:
            self.bracket = 1
            return True
        return mark == "/" and bool(self.words)

    def word(self, word: str, token: re.Match[str]) -> bool:
        """Take a word of the phrase: an adjective, a noun, "of", "and", or what ends it."""
        if word in nouns.NOT_COUNTED and not self.phrase.known:
            return self._not_counted(word, token)
        if word == "of":
            return self._of(token)
        if word in ("and", "or", "&"):
            self.last = word
            return bool(self.words) and not self._complete()
        if word in nouns.STOPS and not self.last.endswith("ly"):
            return not self.words and word in _POINTING
        self.words.append(word)
        goes_on = self._noun(word, token)
        self.last = word
        return goes_on and len(self.words) < _REACH

    def _complete(self) -> bool:
        return self.phrase.known and (self.phrase.plural or self.single)

    def _noun(self, word: str, token: re.Match[str]) -> bool:
        found = _lookup(self.last, word)
        if found is None:
            if self._complete() or (word.endswith("ed") and self.phrase.known):
                return False
            if self.guess is None and word.endswith("s") and not word.endswith(_NO_PLURAL):
                self.guess = (word, token.end())
            return True
        unit, plural, paired = found
        if self.phrase.known and self.phrase.plural and not plural:
            return False
        self._take(unit, f"{self.last} {word}" if paired else word, token.end(), plural=plural)
        return True

    def _not_counted(self, word: str, token: re.Match[str]) -> bool:
        pair = singular_pair(self.last, word)
        if pair in nouns.PAIRS:  # "consecutive years"
            self._take(nouns.PAIRS[pair], word, token.end(), plural=True)
        else:
            self.phrase.refused = True
        return False

    def _of(self, token: re.Match[str]) -> bool:
        if not self.words or self.words[-1] in _NUMBER_OF:
            self.of_them = not self.words
            return True
        if self.phrase.unit == "set" and "dormitory" in self.low[token.end() : token.end() + 40]:
            self.phrase.unit = "dormitory"
        return False

    def _take(self, unit: str, noun: str, end: int, *, plural: bool) -> None:
        phrase = self.phrase
        if unit == "institution" and noun.startswith("cent") and nouns.YOUNG.intersection(self.words):
            unit = "kindergarten"
        phrase.unit, phrase.noun, phrase.plural, phrase.known, phrase.end = unit, noun, plural, True, end

    def finish(self) -> Phrase:
        """Return the phrase; an unknown plural is its own unit."""
        phrase = self.phrase
        phrase.words = tuple(self.words)
        if not phrase.unit and not phrase.refused and self.guess:
            word, phrase.end = self.guess
            phrase.noun = nouns.singular(word.rpartition("-")[2])
            phrase.unit, phrase.plural = f"other:{phrase.noun}", True
        return phrase


def singular_pair(last: str, word: str) -> tuple[str, str]:
    """Return the key under which two words stand in the table of pairs."""
    return last.removesuffix("'s").removesuffix("’s").rstrip("'’"), nouns.singular(word)


def _lookup(last: str, word: str) -> tuple[str, bool, bool] | None:
    if word in _ADJECTIVES or word.endswith(("'s", "’s", "s'", "s’")):
        return None
    tail = word if "-" not in word or word in nouns.PLURAL else word.rpartition("-")[2]
    plural = tail in nouns.PLURAL
    if tail != word and not plural:  # "full-time" is no time
        return None
    if not plural and tail not in nouns.SINGULAR:
        pair = nouns.PAIRS.get((last, tail)) or nouns.PAIRS.get(singular_pair(last, tail))
        return (pair, tail.endswith("s") or tail == "feet", True) if pair else None
    pair = nouns.PAIRS.get(singular_pair(last, tail)) or nouns.PAIRS.get((last, tail))
    unit = pair or (nouns.PLURAL[tail] if plural else nouns.SINGULAR[tail])
    return unit, plural, bool(pair)


_PLACES = {
    "city",
    "county",
    "district",
    "town",
    "other:province",
    "other:state",
    "other:country",
    "other:region",
    "other:nation",
}
_AIMS = {"target", "targets", "goal", "plan", "baseline", "norm", "standard", "recommended"}
_VERBS = set(
    words_of(
        "is are was were has have had stood stands reached reaches rose fell grew number numbered numbers totalled totaled exceeded remained"
    )
)
_NUMBER_OF_X = re.compile(
    r"\b(?:numbers?|shortage|shortfall|lack|gap|deficit|surplus|backlog) of ((?:[a-z’'-]+ ){0,5}?[a-z’'-]+)(?= (?:with|in|who|that|at|from|on|for|is|was|has|had|have|rose|fell|grew|increased|decreased|declined|dropped|reached|exceeded|stood|to)\b)"
)


def subject(low: str, start: int, end: int) -> str:
    """Return the unit of the noun after "number of" in a stretch, "" where there is none."""
    unit = ""
    for match in _NUMBER_OF_X.finditer(low, start, end):
        unit = after(low, match.start(1), match.end(1), None).unit
    return unit


def ahead_of(words: list[tuple[str, int]], reach: int | None = None) -> str:
    """Return the unit of the nearest known noun among the last `reach` words before a number, "" where there is none."""
    for index in range(len(words) - 1, max(0, len(words) - reach) - 1 if reach else -1, -1):
        if (
            words[index][0] == "school"
            and words[index + 1 : index + 2]
            and words[index + 1][0].startswith("year")
        ):
            continue
        if words[index][0] in _AIMS and index >= len(words) - 3:
            continue
        last = words[index - 1][0] if index else ""
        unit = _lookup(last, words[index][0])
        place = unit is not None and unit[0] in _PLACES and not unit[1]  # "Henan Province with 1.9 million"
        if (
            unit
            and not place
            and unit[0] not in nouns.DURATIONS
            and words[index][0] not in ("total", "time", "point")
        ):
            unit = _head(words, index) or unit
            return _of_young(unit[0], words, index)
    return ""


def _head(words: list[tuple[str, int]], at: int) -> tuple[str, bool, bool] | None:
    """Return the noun that the noun at a place only describes: the teachers of "teachers in rural schools are 260"."""
    if not any(word in _VERBS for word, _ in words[at + 1 :]):
        return None
    for index in range(at - 1, max(0, at - 5), -1):
        word = words[index][0]
        if word in ("in", "of", "at", "within", "across"):
            last = words[index - 2][0] if index > 1 else ""
            return _lookup(last, words[index - 1][0])
        if not word.isalpha() or word in _VERBS:
            break
    return None


def _of_young(unit: str, words: list[tuple[str, int]], index: int) -> str:
    """Return "kindergarten" for the centres of "early childhood development centres"."""
    young = unit == "institution" and words[index][0].startswith("cent")
    if young and any(word in nouns.YOUNG for word, _ in words[max(0, index - 4) : index]):
        return "kindergarten"
    return unit
