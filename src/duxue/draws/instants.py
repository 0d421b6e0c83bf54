"""Points in time as documents hold them: UTC to the second, `2026-11-22T01:50:00Z`."""

from __future__ import annotations

from datetime import UTC, datetime

from duxue.core.errors import Place
from duxue.core.text import Text
from duxue.draws.problems import refuse

CLOCKS = ("machine", "typed")  # where the time of a document came from
_FORM = "%Y-%m-%dT%H:%M:%SZ"


def write_instant(moment: datetime) -> str:
    """Return an aware moment in the form of documents."""
    return moment.astimezone(UTC).strftime(_FORM)


def read_instant(text: str, place: Place) -> str:
    """Return a time with offset (`2026-11-22T09:50:00+08:00`) in the form of documents."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise refuse(
            "DRAW041",
            place=place,
            found=text,
            expected=Text(
                "带时区的时间，如 2026-11-22T09:50:00+08:00",
                "a time with its offset, for instance 2026-11-22T09:50:00+08:00",
            ),
        )
    return write_instant(moment)


def read_seconds(text: str) -> int:
    """Return a time in the form of documents as seconds since 1970; ValueError when it is not in that form."""
    moment = datetime.strptime(text, _FORM).replace(tzinfo=UTC)
    if moment.strftime(_FORM) != text:  # strptime takes 2026-1-2 too, which sorts wrongly as text
        raise ValueError(text)
    return int(moment.timestamp())


def from_seconds(seconds: int) -> str:
    """Return seconds since 1970 in the form of documents."""
    return datetime.fromtimestamp(seconds, UTC).strftime(_FORM)
