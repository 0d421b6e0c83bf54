"""The time of the site: asked here only, so that a test or a demonstration can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time

from django.utils import timezone

# Of days that anybody asks for: at the ends of the calendar no zone can be reckoned.
YEARS = range(1900, 2200)
_SET: ContextVar[datetime | None] = ContextVar("duxue_now", default=None)


def now() -> datetime:
    """Return the present moment, with its zone."""
    return _SET.get() or timezone.now()


def today() -> date:
    """Return the present day in the authority's time zone."""
    return timezone.localtime(now()).date()


def begin_of(day: date) -> datetime:
    """Return the moment at which a day begins in the authority's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def day_of(text: str) -> date | None:
    """Return the day written 2024-03-01, 2024/03/01 or 2024/3/1, None for anything else and for years beyond YEARS."""
    try:
        day = date.fromisoformat("-".join(part.zfill(2) for part in text.replace("/", "-").split("-")))
    except ValueError:
        return None
    return day if day.year in YEARS else None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now` be `moment` inside the block."""
    token = _SET.set(moment)
    try:
        yield
    finally:
        _SET.reset(token)
