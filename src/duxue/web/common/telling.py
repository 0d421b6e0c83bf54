"""A problem as one sentence for a page or a message."""

from __future__ import annotations

import re
from collections.abc import Iterable

from duxue.core.errors import Problem, Refused
from duxue.web.common.lang import Words, say

# What programs call a state or a role: where a problem is about one, its sentence says so in words.
_NAMED = frozenset({"WEB004", "WEB007", "CASE013"})
_CODE = re.compile("[a-z_]+")


def told(problem: Problem) -> Words:
    """Return where the problem lies, what it is, what was found and how to mend it."""
    zh, en = _parts(problem, "zh"), _parts(problem, "en")
    return Words("".join(zh), _capital("".join(en)))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _parts(problem: Problem, lang: str) -> list[str]:
    chinese = lang == "zh"
    place = problem.place
    where = []
    if place.row is not None:
        where.append(f"第 {place.row} 行" if chinese else f"row {place.row}")
    if place.cell_column:
        where.append(place.cell_column)
    parts = [f"{'，'.join(where)}：" if chinese else f"{', '.join(where)}: "] if where else []
    parts.append(problem.what.say("zh" if chinese else "en"))
    if problem.found and not (problem.code in _NAMED and _CODE.fullmatch(problem.found)):
        parts.append(f"（“{problem.found}”）" if chinese else f" (“{problem.found}”)")
    stop, blank = ("。", "") if chinese else (".", " ")
    for text in (problem.expected, problem.advice):
        more = text.say("zh" if chinese else "en")
        if more:
            parts.append(("；" if chinese else "; ") + more.rstrip("。."))
    return [*parts, stop + blank.strip()]


def refusal(refused: Refused | Iterable[Problem]) -> list[Words]:
    """Return what was refused, one sentence for each problem, for components/error_summary.html."""
    return [told(p) for p in (refused.problems if isinstance(refused, Refused) else refused)]


def first_of(refused: Refused) -> Words:
    """Return the first problem, and how many more there are: for a message after a redirect."""
    more = len(refused.problems) - 1
    if not more:
        return told(refused.problems[0])
    return say("{what} 另有 {n} 个问题。", "{what} And {n} more.", what=told(refused.problems[0]), n=more)
