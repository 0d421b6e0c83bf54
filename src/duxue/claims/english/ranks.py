"""Ordinals that are claims: ranks ("ranks first", "the third highest in the country") and times ("for the seventh time")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duxue.claims.english.numbers import Number
from duxue.claims.model import Comparator

_STRONG = re.compile(
    r"\b(?:rank(?:s|ed|ing)?|placed|placing|came|comes|coming|finish(?:ed|es|ing)|won|listed|top|seeded)\b"
    r"(?:\s(?:in|at|the|as|still|firmly|again|joint|joint-|equal|a|to|from|nationally|province|city|overall|number|no\.?|an?|average))*\s?$"
)
_WEAK = re.compile(
    r"\b(?:is|was|were|are|be|being|remain(?:s|ed|ing)?|stand(?:s|ing)?|stood|took|takes|taking|sit(?:s|ting)?|lies|climb(?:ed|ing)?\sto|ris(?:e|en|ing)\sto|rose\sto|moved?\s(?:up\s)?to|fell\sto|dropped\sto|up\sto|down\sto|up\sfrom|down\sfrom|from)"
    r"(?:\s(?:the|in|at|still|joint|now|also))*\s?$"
)
_AMONG = re.compile(
    r"\s(?:place\b|position\b|in\sthe\s(?:province|country|city|county|nation|state|region|world|district|whole)|nationally\b|nationwide\b|among\b|amongst\b|out\sof\b|of\s\d|in\sthe\s[\w’'-]+\s(?:ranking|table|league))"
)
_RANKED = re.compile(r"\brank(?:s|ed|ing)?(?:\s(?:at|in|as|the|number|no\.?))*\s?$")
_BEST = re.compile(
    r"[\s-](?:highest|lowest|largest|biggest|smallest|best|worst|most|fastest|lowest-|highest-)\b"
)
_OTHER = re.compile(
    r"\s(?:prizes?|class|batch|grade|phase|stage|step|year|term|semester|half|quarter|round|day|generation|choice|lesson|line|echelon|tier|group|team)\b"
)
_TO_DO = re.compile(r"\s(?:in\sthe\s\w+\s)?to\s")
_TIME = re.compile(r"\s(?:consecutive\s|successive\s|straight\s)?time\b")
_TOP = re.compile(
    r"\b(?:in|into|among|amongst|within|enter(?:ed|ing)?|rank(?:ed|s|ing)?|make|made|reach(?:ed)?)\s(?:(?:in|among|the|a|world|world's|world’s|national|nation's|province's|country's|provincial)\s){0,4}top\s$"
)


@dataclass(frozen=True, slots=True)
class Rank:
    """A rank or a count of times: its unit, its comparator and where its quote begins and ends."""

    unit: str
    start: int
    end: int
    comparator: Comparator = "="
    orphan: bool = False


def of_ordinal(low: str, number: Number, begin: int, end: int, *, chained: bool) -> Rank | None:
    """Return the rank that an ordinal states within the sentence `low[begin:end]`, None where it merely counts off.

    `chained` tells that a rank stands just before it ("from 12th to 8th").
    """
    before = low[max(begin, number.start - 60) : number.start]
    after = low[number.end : min(end, number.end + 60)]
    time = _TIME.match(after)
    if time:
        counted = number.value is not None and number.value > 1
        return Rank("time", number.start, number.end + time.end()) if counted else None
    if low[begin:end].strip(" .,") in (
        f"the {low[number.start : number.end]}",
        low[number.start : number.end],
    ):
        return Rank("rank", begin, number.end, orphan=True) if "the " in before else None
    strong = _STRONG.search(before)
    if strong and not _OTHER.match(after) and (strong[0].startswith("rank") or not _TO_DO.match(after)):
        return Rank("rank", number.start - len(before) + strong.start(), number.end)
    if before.endswith("in the ") and after.startswith(" place,"):
        return None
    if chained or (
        _WEAK.search(before)
        and _AMONG.match(after)
        and not _TO_DO.search(after)
        and not before.endswith(("the ",))
    ):
        return Rank("rank", number.start, number.end)
    if number.value != 1 and (_BEST.match(after) or (_AMONG.match(after) and not before.endswith("the "))):
        return Rank("rank", number.start, number.end)
    return None


def of_top(low: str, number: Number, begin: int) -> Rank | None:
    """Return the rank of "among the top ten": at most the number; None where "top" only belongs to a name."""
    before = low[max(begin, number.start - 60) : number.start]
    match = _TOP.search(before)
    return Rank("rank", number.start - 4, number.end, "<=") if match else None


def of_figure(low: str, number: Number, begin: int) -> Rank | None:
    """Return the rank of "ranked No. 1", "ranks 5 in the province"."""
    before = low[max(begin, number.start - 40) : number.start]
    match = _RANKED.search(before) if "rank" in before else None
    return Rank("rank", number.start - len(before) + match.start(), number.end) if match else None
