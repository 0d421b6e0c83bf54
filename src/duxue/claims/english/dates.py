"""The time that an English sentence speaks of: years, school years, spans, and words relative to the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from duxue.claims.script import words

_YEAR = r"(?:19|20)\d{2}"
_MONTHS = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_TIME = re.compile(
    rf"(?P<lead>\b(?:since(?:\s[a-z]+){{0,2}}?(?:\sin)?|from|between|than in|than that (?:of|in)|than|on|compared with|compared to|versus|over|by|until)\s(?:the\s)?)?"
    rf"(?:(?:{_MONTHS}|spring|summer|autumn|early|late|mid|the end of|end of|the year|fy|financial year)[\s-])?(?P<m>the\s)?"
    rf"(?:(?P<iso>{_YEAR})[-/.]\d{{1,2}}[-/.]\d{{1,2}}\b|(?<![\d,.\w\[〔【［])(?P<first>{_YEAR})(?:\s?(?P<joint>-|–|—|/|\bto\b|\band\b)\s?(?P<second>{_YEAR}|\d\d)(?![\d,.]\d|\d|%|\sper))?"
    rf"(?P<school>\s(?:academic|school|financial|fiscal)\s(?:year|session))?(?![\d%]|,\d{{3}}|\.\d)"
    rf"|(?P<torn>\b20\s\d\d)\b|p>(?P<lost>[12]\d\d)\b"
    rf"|[“\"]?(?P<plan>1[0-9])th\s(?:five|5)[\s-]*year[\s-]*plan"
    rf"|(?P<last>\blast\s(?:academic\s|school\s|calendar\s)?year\b|\bthe\s(?:previous\syear|year\sbefore)\b|\ba\syear\s(?:earlier|ago|before)\b)|(?P<this>\bthis\syear\b)|(?P<next>\bnext\syear\b)"
    rf"|\b(?:past|last|previous|recent)\s(?P<span>two|three|four|five|six|seven|eight|nine|ten|\d{{1,2}})\s(?:consecutive\s)?years\b)"
)
_BROKEN = re.compile(r"\d{5,}\sto\s$")  # "from 2065438 to 2008"
_LAWS = ("act ", "acts ", "regulations ", "code ", "law ", "order ", "bill ", "ordinance ")
_BETWEEN = re.compile(
    rf"[^.;,]{{0,40}}?\b(?:between|from|over|during)\s({_YEAR}(?:[-–/]\d\d)?)\s(?:and|to)\s({_YEAR}(?:[-–/]\d\d)?)(?!\d)"
)
_ORIGIN = re.compile(
    r"\b(?:opened|founded|established|launched|began|started|created|introduced) in $|\b(?:opened|founded|established|launched|began|started|created|introduced) $"
)  # "which opened in 2015, has"
_FROM = re.compile(
    r"\b(?:from|compared (?:with|to)|against|than)\s(?:about\s|just\s|only\s|over\s|under\s|the\s)?(?:[a-z]{1,4}\.?\s?)?[$£€₹₦¥]?\d[\d,.:]*[^,;.:\d]{0,28}\bin\s(?:the\s)?$"
)
_HINT = re.compile(
    r"19\d\d|20\d\d|20 \d\d|p>\d|last (?:\w+ )?year|this year|next year|previous year|years|year before|a year [eab]|year[\s-]*plan|[1-9]th 5"
)
_BEFORE, _BEHIND = 48, 48  # characters that a time may take before and after its hint
_SPANS = dict(zip(words("two three four five six seven eight nine ten"), range(2, 11), strict=True))
_BASES = ("than", "on", "compared", "versus", "over")


@dataclass(frozen=True, slots=True)
class Time:
    """A time named in a sentence: where, the period it gives, and whether it is only what another is compared with."""

    start: int
    end: int
    period: str
    base: bool = False
    origin: bool = False  # of the number it stands by alone: "from 68% in 2015 to 73%"


def times(low: str, start: int, end: int) -> list[Time]:
    """Return the times that a stretch of lower-cased text names, in order."""
    found: list[Time] = []
    for match in _matches(low, start, end):
        lead = match["lead"] or ""
        if match["first"] and low.endswith(_LAWS, start, match.start("first")):
            continue
        if match["first"] and _BROKEN.search(low, max(start, match.start() - 12), match.start("first")):
            continue
        if lead.startswith("since") and low.startswith((", when", " when"), match.end()):
            lead = ""
        period = _period(match, lead)
        if period:
            since = lead.startswith("since") and "/" in period  # "up 0.2% since 2022/23"
            origin = low.startswith(",", match.end()) and _ORIGIN.search(
                low, max(start, match.start() - 16), match.start()
            )
            base = bool(origin) or (
                (since or lead.startswith(_BASES)) and not (lead.startswith("over") and match["span"])
            )
            aside = not lead and bool(_FROM.search(low, max(start, match.start() - 60), match.start()))
            found.append(Time(match.start(), match.end(), period, base, aside))
    return found


def _matches(low: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the matches of _TIME, which is sought only around what every time holds: a year's digits or the word."""
    done = start
    for hint in _HINT.finditer(low, start, end):
        if hint.start() < done:
            continue
        match = _TIME.search(low, max(done, hint.start() - _BEFORE), min(end, hint.end() + _BEHIND))
        while match:
            yield match
            done = match.end()
            if done > hint.start():
                break
            match = _TIME.search(low, done, min(end, hint.end() + _BEHIND))


def _period(match: re.Match[str], lead: str) -> str:
    if match["iso"]:
        return match["iso"]
    if match["first"]:
        return _years(match, lead)
    if match["torn"]:
        return match["torn"].replace(" ", "")
    if match["lost"]:  # "<p>2022" that lost its zero with the mark-up
        return f"{match['lost'][0]}0{match['lost'][1:]}"
    if match["plan"]:
        first = 2001 + 5 * (int(match["plan"]) - 10)
        return f"{first}-" if lead.startswith("since") else f"{first}-{first + 4}"
    if match["last"]:
        return "last"
    if match["span"]:
        count = _SPANS.get(match["span"]) or int(match["span"])
        return f"last {count}"
    return "next" if match["next"] else "this"


def _years(match: re.Match[str], lead: str) -> str:
    first, second, joint = match["first"], match["second"], match["joint"]
    if not second:
        return f"{first}-" if lead.startswith("since") else first
    if len(second) == 2:
        follows = int(second) == (int(first) + 1) % 100
        return (
            f"{first}/{second}"
            if follows and joint != "to"
            else first
            if joint in ("to", "and")
            else f"{first}-{first[:2]}{second}"
        )
    if match["school"] or joint == "/":
        return f"{first}/{second[2:]}"
    if joint == "and" and not lead.startswith("between"):
        return second
    return f"{first}-{second}" if int(second) > int(first) else first


def spans(low: str, start: int, end: int) -> tuple[str, str] | None:
    """Return the two times of "from A to B between 2019 and 2023" that stand right after the second number."""
    match = _BETWEEN.match(low, start, end)
    if match is None:
        return None
    first, second = (re.sub(r"[-–]", "/", match[group]) for group in (1, 2))
    return first, second


def latest(found: list[Time], before: int) -> Time | None:
    """Return the latest time named before a place: what a change has come to, not what it started from."""
    years = [time for time in found if time.end <= before and time.period[:4].isdigit() and not time.base]
    return max(
        years, key=lambda time: time.period[-4:] if "/" not in time.period else time.period[:4], default=None
    )


def attached(
    found: list[Time], number_start: int, number_end: int, low: str, next_number: int
) -> Time | None:
    """Return the time that a number belongs to: one that follows it closely, else the last one before it.

    `next_number` is where the next number of the sentence begins (or the end of the sentence).
    """
    behind = None
    for time in found:
        if time.base:
            continue
        if time.end <= number_start:
            if not time.origin:
                behind = time
        elif number_end <= time.start < next_number:
            gap = low[number_end : time.start]
            if len(gap) < 70 and not any(mark in gap for mark in ",;:("):
                return time
            if behind is None and ";" not in gap:
                return time
            break
    return behind
