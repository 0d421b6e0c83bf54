"""Whether the holidays of a year are announced: beyond the last year of a calendar, only weekends are counted as free."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from duxue.web.common.lang import Words, say
from duxue.web.common.memo import remembered

_LAST: list[Callable[[Any], int]] = []


def last_year_by(ask: Callable[[Any], int]) -> None:
    """Let the app that keeps calendars say the last year that a round's (None: the site's) knows."""
    _LAST[:] = [ask]


def unannounced(due: datetime | None, round: Any = None) -> Words | None:
    """Return what a due date beyond the calendar of a round rests on, in words; None where its holidays are known."""
    if due is None or not _LAST:
        return None
    year = timezone.localtime(due).year
    last = remembered(("last year", round and round.pk), lambda: _LAST[0](round))  # a page has many clocks
    return said_of(year) if year > last else None


def said_of(year: int) -> Words:
    """Return the sentence for a year that is not announced."""
    return say(
        "{year}年节假日尚未公布，工作日只按周末推算", "holidays of {year} are not announced yet: weekends only",
        year=year,
    )  # fmt: skip
