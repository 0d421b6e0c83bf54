"""The time a claim is about: what its sentence names, made definite by the year of the document.

A grammar names periods as `2022`, `2020-2022`, `2023/24`, or relative to the document: `2021-` (since 2021), `last`,
`before last`, `this`, `next` (year), `next school` (year) and `last 3` (years).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_YEARS = re.compile(r"(?:19|20)\d\d")
_SHIFT = {"before last": -2, "last": -1, "this": 0, "next": 1}


@dataclass(frozen=True, slots=True)
class DocumentTime:
    """What a document says of its own time: `period` as claims inherit it, and the year it speaks from.

    `begins` and `planned` are the first and last year of a plan that spans several; only targets inherit the last.
    """

    period: str | None = None
    planned: str | None = None
    begins: int | None = None

    @property
    def first(self) -> int:
        """The first year of the document's time; what a plan says of earlier years is no target."""
        return self.begins or int((self.period or "0")[:4])

    @property
    def now(self) -> int:
        """The year in which a reported year, or school year, began; what was planned before it has come to pass."""
        return int((self.period or "0")[:4]) if "/" in (self.period or "") else self.year or 0

    @property
    def year(self) -> int | None:
        """The year from which `last year` and `since 2021` count."""
        return last_year(self.period)


def resolve(period: str, year: int | None, *, school: bool = False) -> str | None:
    """Return a named period without reference to the document, whose year is given; None where that is unknown.

    `school` tells that the document speaks of a school year that ended in `year`: last year is then one too.
    """
    if period[-1] == "-":
        first = int(period[:4])
        if year is None or year < first:
            return period
        return f"{first}-{year}" if year > first else str(first)
    if period[0].isdigit():
        return period
    if year is None:
        return None
    if period == "next school":
        return f"{year}/{(year + 1) % 100:02d}"
    if period in _SHIFT:
        last = year + _SHIFT[period]
        return f"{last - 1}/{last % 100:02d}" if school else str(last)
    count = int(period.rpartition(" ")[2])
    return f"{year - count + 1}-{year}" if count > 1 else str(year)


def last_year(period: str | None) -> int | None:
    """Return the last year that a period names, None where it names none."""
    if period is None or not period[0].isdigit() or period[-1] == "-":
        return None
    if len(period) == 7 and period[4] == "/":
        return int(period[:4]) + 1
    return int(_YEARS.findall(period)[-1])
