"""Words that compare: "more than" before a number, "or more" after it."""

from __future__ import annotations

import re

from duxue.claims.model import Comparator

BEFORE: dict[str, Comparator] = {
    "more than": ">", "greater than": ">", "higher than": ">", "larger than": ">", "over": ">", "well over": ">",
    "just over": ">", "slightly over": ">", "above": ">", "exceeding": ">", "exceeded": ">", "exceeds": ">",
    "exceed": ">", "in excess of": ">", "upwards of": ">", "upward of": ">", "beyond": ">", "surpassed": ">",
    "surpassing": ">", "surpasses": ">", "topped": ">", ">": ">", "better than": ">", "older than": ">",
    "at least": ">=", "no less than": ">=", "not less than": ">=", "no fewer than": ">=", "not fewer than": ">=",
    "no lower than": ">=", "not lower than": ">=", "a minimum of": ">=", "minimum of": ">=", "minimum": ">=",
    "not below": ">=", "≥": ">=", "at or above": ">=", "not be less than": ">=", "not be lower than": ">=",
    "not be below": ">=", "not fall below": ">=", "not be fewer than": ">=",
    "less than": "<", "fewer than": "<", "lower than": "<", "under": "<", "below": "<", "just under": "<",
    "just below": "<", "well below": "<", "well under": "<", "not reached": "<", "not reach": "<", "smaller than": "<", "<": "<",
    "no more than": "<=", "not more than": "<=", "no greater than": "<=", "not greater than": "<=", "up to": "<=",
    "as many as": "<=", "as much as": "<=", "as high as": "<=", "at most": "<=", "a maximum of": "<=", "maximum of": "<=",
    "maximum": "<=", "within": "<=", "no higher than": "<=", "not higher than": "<=", "not exceed": "<=",
    "not exceeding": "<=", "not be more than": "<=", "not be higher than": "<=", "not to exceed": "<=",
    "not over": "<=", "not above": "<=", "not be above": "<=", "not be greater than": "<=", "controlled below": "<=", "controlled under": "<=",
    "controlled within": "<=", "kept below": "<=", "kept under": "<=", "kept within": "<=", "capped at": "<=",
    "limited to": "<=", "≤": "<=", "not surpass": "<=", "no larger than": "<=", "never exceed": "<=",
    "nearly": "~", "almost": "~", "about": "~", "around": "~", "approximately": "~", "approx": "~", "approx.": "~",
    "some": "~", "roughly": "~", "close to": "~", "near": "~", "an estimated": "~", "estimated": "~", "circa": "~",
    "c.": "~", "ca.": "~", "~": "~", "≈": "~", "virtually": "~", "nearing": "~", "approaching": "~", "or so": "~", "just about": "~",
}  # fmt: skip

# What stands in the quote of the claim beside its comparator: "controlled below 5%" is quoted "below 5%".
_OUTSIDE = {"controlled", "kept", "be"}
_GROWN = {"%", "percent", "cent", "points", "point"}  # "5.4% over 144 billion": what it is held against
_LAST_WORDS = {phrase.split()[-1] for phrase in BEFORE}

AFTER = re.compile(
    r"(?:\s?(?P<plus>\+)(?!\d)|\s(?:or|and)\s(?P<up>more|above|over|higher|greater|better)\b(?!\s(?:in|than))|\s(?:or|and)\s(?P<down>less|below|fewer|under|lower)\b"
    r"|\s(?P<plain>plus)\b|\s(?P<so>or so)\b)"
)


def before(words: list[tuple[str, int]]) -> tuple[Comparator, int | None]:
    """Return the comparator that the words before a number end with, and where in the text it begins.

    `words` are the words before the number with their offsets, the nearest last.
    """
    if not words or words[-1][0] not in _LAST_WORDS:
        return "=", None
    for count in (4, 3, 2, 1):
        if count <= len(words):
            tail = words[-count:]
            found = BEFORE.get(" ".join(word for word, _ in tail))
            if found and not (count == 1 and len(words) > 1 and words[-2][0] in _GROWN):
                first = 1 if tail[0][0] in _OUTSIDE else 0
                return found, tail[first][1]
    return "=", None


def after(match: re.Match[str]) -> Comparator:
    """Return the comparator of a phrase after the number."""
    if match["so"]:
        return "~"
    return "<=" if match["down"] else ">=" if match["up"] else ">"
