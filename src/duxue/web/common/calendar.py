"""Calendars of what falls on days, one for all apps: how much on which day, the picture, and which days a list shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from duxue.web.common.clock import day_of, today
from duxue.web.common.lang import Words

BACK, AHEAD = 60, 120  # days of a calendar before and after today
LISTED = 30  # days ahead that the list below it shows


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something falls: how much, and how much of it is late."""

    day: date
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days the list below a calendar shows: the one asked for, else those that come."""

    day: date | None
    first: date
    last: date


def asked_days(values: Mapping[str, str]) -> Asked:
    """Return what `?day=2026-11-06` asks for; anything else asks for the days from today on."""
    day, at = day_of(values.get("day", "")), today()
    return Asked(day, day, day) if day else Asked(None, at, at + timedelta(days=LISTED))


def span() -> tuple[date, date]:
    """Return the first and the last day of a calendar."""
    return today() - timedelta(days=BACK), today() + timedelta(days=AHEAD)


def days_of(rows: QuerySet[Any], on: str, late: Q) -> list[Day]:
    """Return the days on which `rows` fall, in order; the field `on` is the day of a row, `late` holds for what is late."""
    counted = rows.values(on).annotate(n=Count("pk"), late=Count("pk", filter=late)).order_by(on)
    return [Day(row[on], row["n"], row["late"]) for row in counted]


def calendar_chart(
    days: Sequence[Day],
    *,
    address: str,
    sentence: Words,
    head: Words,
    told: Mapping[date, Words] | None = None,
) -> dict[str, Any]:
    """Return the picture of a calendar with its table; each day leads to its list at `address`.

    Args:
        days: with something on them.
        address: of the page, which takes `?day=` and has its list at `#day`.
        sentence: what the picture says.
        head: of the column that counts.
        told: what is said of a day in place of how many are due.
    """
    data: dict[str, Any] = {"days": []}
    if told is not None:
        data["counted"] = str(head)
    for one in days:
        iso = one.day.isoformat()
        entry = {"date": iso, "count": one.count, "overdue": one.late, "href": f"{address}?day={iso}#day"}
        data["days"].append(entry if told is None else {**entry, "told": str(told[one.day])})
    table = {"head": [_DAY, head], "rows": [[one.day.isoformat(), one.count] for one in days]}
    return {"kind": "calendar", "data": data, "sentence": sentence, "table": table}


_DAY = Words("日期", "Day")
