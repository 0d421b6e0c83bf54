"""Calendars as data: a YAML file with the holidays and make-up days of each year, and the notice they come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from duxue.cases.calendar import Calendar
from duxue.cases.problems import joined, tell
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, same
from duxue.packs import shape, yamltree
from duxue.packs.base import Bilingual, Id, Model, Source

_FOLDER = Path(__file__).parent / "calendars"
_LONGEST = 60  # days of one holiday; more is a slip of the pen


class Holiday(Model):
    """Days off, first to last; weekends within them may be included."""

    title: Bilingual = Field(description="Name of the holiday.")
    from_: date = Field(alias="from", description="First day.")
    to: date | None = Field(None, description="Last day; absent: one day.")
    workdays: tuple[date, ...] = Field((), description="Weekend days on which people work for it.")


class Year(Model):
    """One year as announced."""

    year: int = Field(ge=1900, le=9998, description="Year.")
    source: Source = Field(description="Notice that announced it.")
    holidays: tuple[Holiday, ...] = Field(description="Holidays; the first may begin in the year before.")


class CalendarFile(Model):
    """The working days of a country or region."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="Printed name.")
    weekend: tuple[int, ...] = Field(
        (5, 6), description="Days of the week that are free: 0 Monday to 6 Sunday."
    )
    years: tuple[Year, ...] = Field(min_length=1, description="Years whose holidays are known.")


@cache
def list_calendars() -> tuple[str, ...]:
    """Return the names of the calendars that come with the program."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


@cache
def calendar_title(name: str) -> Text:
    """Return the printed name of a calendar that comes with the program; of any other what it is called by."""
    if name not in list_calendars():
        return same(name)
    told: dict[str, str] = yamltree.read((_FOLDER / f"{name}.yaml").read_bytes(), name).root.plain()["title"]
    return Text(told["zh"], told["en"])


def load_calendar(name: str | Path) -> Calendar:
    """Return the calendar called `name` (for instance cn), or the one in a file; Refused tells all that is wrong."""
    return _shipped(str(name)) if str(name) in list_calendars() else _read(Path(name), str(name))


@cache
def _shipped(name: str) -> Calendar:
    return _read(_FOLDER / f"{name}.yaml", f"{name}.yaml")


def _read(file: Path, name: str) -> Calendar:
    try:
        with file.open("rb") as stream:
            data = stream.read(yamltree.MOST_BYTES + 1)
    except (OSError, ValueError):
        known = joined([same(one) for one in list_calendars()])
        raise Refused([tell("CASE009", name, known=known)]) from None
    return read_calendar(data, name)


def read_calendar(data: bytes, name: str) -> Calendar:
    """Return the calendar written in YAML; `name` stands in messages."""
    document = yamltree.read(data, name)
    spots, found = shape.list_spots(document), list[Problem]()
    spec = shape.check(CalendarFile, document.root.plain(), spots, found)
    if spec is None:
        raise Refused(found)
    holidays: dict[date, Text] = {}
    workdays: dict[date, Text] = {}
    for number, year in enumerate(spec.years):
        for place, holiday in enumerate(year.holidays):
            path = ("years", number, "holidays", place)
            found.extend(problem.at(file=name, line=spots[path].place().line) for problem in _wrong(holiday))
            title = holiday.title.text
            holidays.update(dict.fromkeys(_days(holiday), title))
            workdays.update(dict.fromkeys(holiday.workdays, title))
    if found:
        raise Refused(found)
    return Calendar.of(spec.weekend, holidays, workdays, (year.year for year in spec.years))


def _wrong(holiday: Holiday) -> Iterator[Problem]:
    last = holiday.to or holiday.from_
    if last < holiday.from_:
        yield tell("CASE005", last.isoformat(), later=_LAST, earlier=_FIRST, other=holiday.from_.isoformat())
    elif (last - holiday.from_).days >= _LONGEST:
        yield tell("CASE003", f"{(last - holiday.from_).days + 1} days", most=_LONGEST)


_FIRST, _LAST = Text("放假第一天", "the first day"), Text("放假最后一天", "the last day")


def _days(holiday: Holiday) -> Iterator[date]:
    for n in range(min(((holiday.to or holiday.from_) - holiday.from_).days + 1, _LONGEST)):
        yield holiday.from_ + timedelta(days=n)
