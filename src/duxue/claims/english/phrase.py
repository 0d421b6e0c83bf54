"""The noun phrase after a number: the noun that is counted, its unit, and where the phrase ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duxue.claims.english import nouns


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
_REACH = 14
_NUMBER_OF = {"number", "total", "pair", "pairs", "types", "kinds", "members", "cohort", "class"}


def after(low: str, start: int, end: int, value: float | int | None) -> Phrase:
    """Read the noun phrase that begins at `start`, not beyond `end`; `value` tells whether a plural is awaited."""
    phrase = Phrase(start=start, end=start)
    words: list[str] = []
    last = ""
    guess: tuple[str, int, int] | None = None
    bracket = 0
    counted_of = False
    for token in _TOKEN.finditer(low, start, min(end, start + 160)):
        word = token[0]
        if word in _SKIPPED:
            continue
        if bracket:
            bracket = 0 if word == ")" else bracket + 1
            if bracket > 4:
                break
            continue
        if word == "," and words and not phrase.known and _LISTED.match(low, token.start()):
            continue
        if counted_of and (word.isdigit() or word == ","):
            continue
        if not (word[0].isalpha() or word[0] in "²°"):
            if word == "(" and words and not phrase.plural:
                bracket = 1
                continue
            if word == "/" and words:
                continue
            break
        if word in nouns.NOT_COUNTED and not phrase.known:
            phrase.refused = True
            if (singular_pair(last, word)) in nouns.PAIRS:
                phrase.refused = False
                _take(phrase, nouns.PAIRS[singular_pair(last, word)], token, plural=True)
            break
        if word == "of":
            if not words or words[-1] in _NUMBER_OF:
                counted_of = not words
                continue
            if phrase.unit == "set" and "dormitory" in low[token.end() : token.end() + 40]:
                phrase.unit = "dormitory"
            break
        if word in ("and", "or", "&"):
            if phrase.known and (phrase.plural or value == 1):
                break
            if not words:
                break
            last = word
            continue
        if word in nouns.STOPS and not last.endswith("ly"):
            if not words and word in (
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
            ):
                continue
            break
        words.append(word)
        unit = _lookup(last, word)
        if unit:
            name, plural, paired = unit
            if phrase.plural and phrase.known and not plural:
                break
            _take(phrase, name, token, plural=plural)
            if paired:
                phrase.noun = f"{last} {word}"
        elif (phrase.known and (phrase.plural or value == 1)) or (word.endswith("ed") and phrase.known):
            break
        elif (
            guess is None and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s", "ous"))
        ):
            guess = (word, token.start(), token.end())
        last = word
        if len(words) >= _REACH:
            break
    phrase.words = tuple(words)
    if not phrase.unit and not phrase.refused and guess:
        noun = nouns.singular(guess[0].rpartition("-")[2])
        phrase.unit, phrase.noun, phrase.plural, phrase.end = f"other:{noun}", noun, True, guess[2]
    return phrase


def singular_pair(last: str, word: str) -> tuple[str, str]:
    """Return the key under which two words stand in the table of pairs."""
    return last.removesuffix("'s").removesuffix("’s").rstrip("'’"), nouns.singular(word)


def _lookup(last: str, word: str) -> tuple[str, bool, bool] | None:
    if word.endswith(("'s", "’s", "s'", "s’")):
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


def _take(phrase: Phrase, unit: str, token: re.Match[str], *, plural: bool) -> None:
    if phrase.known and phrase.plural and not plural:
        return
    phrase.unit, phrase.noun, phrase.plural, phrase.known, phrase.end = (
        unit,
        token[0],
        plural,
        True,
        token.end(),
    )


_WORD = re.compile(r"[a-z][a-z'’-]*")


_NUMBER_OF_X = re.compile(
    r"\bnumbers? of ((?:[a-z’'-]+ ){0,5}?[a-z’'-]+)(?= (?:with|in|who|that|at|from|on|for|is|was|has|had|have|rose|fell|grew|increased|decreased|declined|dropped|reached|exceeded|stood|to)\b)"
)


def subject(low: str, start: int, end: int) -> str:
    """Return the unit of the noun after "number of" in a stretch, "" where there is none."""
    unit = ""
    for match in _NUMBER_OF_X.finditer(low, start, end):
        unit = after(low, match.start(1), match.end(1), None).unit
    return unit


def ahead_of(words: list[tuple[str, int]]) -> str:
    """Return the unit of the nearest known noun among the words before a number, "" where there is none."""
    for index in range(len(words) - 1, -1, -1):
        last = words[index - 1][0] if index else ""
        unit = _lookup(last, words[index][0])
        if unit and unit[0] not in nouns.DURATIONS and words[index][0] not in ("total", "time", "point"):
            return unit[0]
    return ""
