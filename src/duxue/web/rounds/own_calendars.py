"""Calendars of the site's own: files below HOME/calendars, which come before the shipped ones of the same name.

A round that is made keeps a copy below HOME/rules/calendars, under the name and the digest of the file: a newer file counts
for the rounds made from then on, and for those whose organiser chooses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from duxue.app.folders import fresh_file
from duxue.cases.calendar import Calendar
from duxue.cases.calendar_file import calendar_title, load_calendar, read_calendar
from duxue.core import digest
from duxue.core.errors import Refused
from duxue.core.text import Text

_SHOWN = 16  # digits of the digest in a name


@dataclass(frozen=True)
class OwnCalendar:
    """A file below HOME/calendars."""

    name: str  # of the file without its ending: cn stands in place of the shipped cn
    ref: str  # the same with the digest, which a round keeps
    data: bytes


def calendars_home() -> Path:
    """Return the folder below HOME in which the site's own calendars lie."""
    return Path(settings.HOME) / "calendars"


def own_calendars() -> list[OwnCalendar]:
    """Return the files below HOME/calendars, by name."""
    files = [f for f in sorted(calendars_home().glob("*.yaml")) if f.is_file() and "@" not in f.stem]
    read = [(f.stem, f.read_bytes()) for f in files]
    return [OwnCalendar(name, f"{name}@{digest.of_bytes(data)[:_SHOWN]}", data) for name, data in read]


def choices() -> list[tuple[str, Text]]:
    """Return the own calendars that can be read, each with its last year."""
    found = []
    for own in own_calendars():
        try:
            last = max(_calendar(own.data, own.name).years)
        except Refused:
            continue
        title = calendar_title(own.name)
        found.append(
            (own.ref, Text(f"{title.zh}（本站，至{last}年）", f"{title.en} (this site's, to {last})"))
        )
    return found


def keep(name: str) -> str:
    """Return what a round that goes by the calendar `name` keeps; the site's own file is copied for it.

    Refused: all that is wrong with the file.
    """
    own = next((one for one in own_calendars() if name in (one.name, one.ref)), None)
    if own is None:
        return name
    _calendar(own.data, own.name)
    target = _kept(own.ref)
    if not target.is_file():
        with fresh_file(target) as partial:
            partial.write_bytes(own.data)
    return own.ref


def calendar_named(name: str) -> Calendar:
    """Return the calendar that a round keeps by its name: a copy of the site's own, else the shipped one."""
    if "@" in name and (file := _kept(name)).is_file():
        return _calendar(file.read_bytes(), name)
    return load_calendar(name)


def newest(name: str) -> Calendar:
    """Return the calendar of that name by which a round made now would go: the site's own when it can be read."""
    for own in own_calendars():
        if own.name == name:
            try:
                return _calendar(own.data, own.name)
            except Refused:
                break
    return load_calendar(name)


def _kept(ref: str) -> Path:
    return Path(settings.HOME) / "rules" / "calendars" / f"{Path(ref).name}.yaml"


@lru_cache(maxsize=16)
def _calendar(data: bytes, name: str) -> Calendar:
    return read_calendar(data, f"calendars/{name}.yaml")
