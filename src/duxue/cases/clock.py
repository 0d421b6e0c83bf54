"""Terms and clocks: when something is due, how much time is left, and whether it was done in time.

Time and zone are arguments. The day of the event is not counted and a term ends with the last second of its last day,
as in the Civil Code, articles 201 to 203. docs/methods/clocks.md has the rules with worked examples.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from typing import Literal, NamedTuple

from duxue.cases.calendar import MOST, Calendar
from duxue.cases.problems import tell
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, count_of

Unit = Literal["working_day", "day", "month"]
Roll = Literal["none", "next_working"]
ClockState = Literal["running", "at_risk", "overdue", "stopped_in_time", "stopped_late", "paused"]

_TERM = re.compile(r"\s*([0-9]{1,9})\s+(working day|day|month)s?\s*", re.ASCII)
_END = time(23, 59, 59)
_WORDS: dict[Unit, tuple[str, str]] = {
    "working_day": ("个工作日", "working day"),
    "day": ("日", "day"),
    "month": ("个月", "month"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as rules give it: `15 days`, `10 working days`, `1 month`."""

    amount: int
    unit: Unit
    roll: Roll = (
        "none"  # whether a term in days or months that ends on a day off ends on the next working day
    )

    def __post_init__(self) -> None:
        """Refuse (CASE003) an amount below 1 or above ten years of days."""
        if not 1 <= self.amount <= MOST:
            raise Refused([tell("CASE003", f"{self.amount}", most=MOST)])

    @classmethod
    def parse(cls, text: str, roll: Roll = "none") -> Term:
        """Return the term written in `text`; Refused (CASE002) when it cannot be read."""
        match = _TERM.fullmatch(text)
        if match is None:
            raise Refused([tell("CASE002", text)])
        unit: Unit = "working_day" if match[2] == "working day" else "day" if match[2] == "day" else "month"
        return cls(int(match[1]), unit, roll)

    @property
    def text(self) -> Text:
        """The term in words: 15日, 15 days."""
        zh, en = _WORDS[self.unit]
        return Text(f"{self.amount}{zh}", count_of(self.amount, en))

    def __str__(self) -> str:
        """Return the term as packs write it."""
        return count_of(self.amount, _WORDS[self.unit][1]).replace(",", "")


class Pause(NamedTuple):
    """A time in which a clock stood still; without `to` it still does."""

    from_: datetime
    to: datetime | None = None


class Extension(NamedTuple):
    """A later end granted with a reason; an earlier one only where `shortens` says so."""

    due: datetime
    reason: str
    shortens: bool = False


class Left(NamedTuple):
    """What is left of a term: whole days after today up to the last day, negative when overdue."""

    days: int
    unit: Literal["working_day", "day"]
    time: timedelta  # to the second; negative when overdue

    @property
    def text(self) -> Text:
        """The same in words."""
        zh, en = _WORDS[self.unit]
        if self.time < timedelta():
            return Text(f"超期{-self.days}{zh}", f"overdue by {count_of(-self.days, en)}")
        return Text(f"还剩{self.days}{zh}", f"{count_of(self.days, en)} left") if self.days else _TODAY


_TODAY = Text("今天到期", "due today")


def due(start: datetime, term: Term, calendar: Calendar, tz: tzinfo) -> datetime:
    """Return the last second of the last day of a term that begins with `start`, in the zone `tz`.

    Refused: `start` without a zone (CASE004), a year without holidays (CASE001), a day after the year 9999 (CASE007).
    """
    _refuse(_zoned(start))
    return _end_of(_last_day(_day(start, tz), term, calendar, frozenset()), tz)


@dataclass(frozen=True)
class Clock:
    """A term that runs from `started`; stands still in pauses, ends later by extensions, is stopped once.

    A day on which a pause is in force at its end is not counted; the day on which it is lifted is. An extension names
    the new end itself and is not moved by pauses.
    """

    started: datetime
    term: Term
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped: datetime | None = None
    zone: tzinfo | None = None  # where the days are counted; absent: the zone of `started`

    def __post_init__(self) -> None:
        """Take plain tuples for pauses and extensions; Refused tells every time that has no zone or is out of order."""
        object.__setattr__(self, "pauses", tuple(Pause(*pause) for pause in self.pauses))
        object.__setattr__(self, "extensions", tuple(Extension(*extension) for extension in self.extensions))
        times = [self.started, self.stopped, *(t for p in self.pauses for t in p)]
        times += [extension.due for extension in self.extensions]
        _refuse(problem for moment in times if moment is not None for problem in _zoned(moment))
        _refuse(self._disorder())

    def _disorder(self) -> Iterable[Problem]:
        if self.stopped is not None:
            yield from _ordered(self.started, _START, self.stopped, _STOP)
        for extension in self.extensions:
            yield from _ordered(self.started, _START, extension.due, _EXTENDED)
        for pause in self.pauses:
            yield from _ordered(self.started, _START, pause.from_, _PAUSE)
            if pause.to is not None:
                yield from _ordered(pause.from_, _PAUSE, pause.to, _RESUMED)

    @property
    def tz(self) -> tzinfo:
        """The zone in which the days are counted."""
        tz = self.zone or self.started.tzinfo
        assert tz is not None  # a time without a zone was refused
        return tz

    def due(self, calendar: Calendar, now: datetime | None = None) -> datetime:
        """Return when the clock runs out; a pause that still lasts counts up to `now` (without it, not at all)."""
        start = _day(self.started, self.tz)
        last = _last_day(start, self.term, calendar, self._still(now))
        end = _end_of(last, self.tz)
        for extension in self.extensions:
            end = extension.due if extension.shortens else max(end, extension.due)
        return end.astimezone(self.tz)

    def assumed(self, calendar: Calendar, now: datetime | None = None) -> bool:
        """Return whether the end rests on a year whose holidays are not known; calendar days rest on none."""
        if self.term.unit != "working_day" and self.term.roll == "none":
            return False
        return calendar.assumed(_day(self.started, self.tz), _day(self.due(calendar, now), self.tz))

    def state(
        self, now: datetime, calendar: Calendar, at_risk: Fraction | float = Fraction(1, 5)
    ) -> ClockState:
        """Return how the clock stands at `now`; at risk when less than the share `at_risk` of its days is left."""
        _refuse(_zoned(now))
        end = self.due(calendar, now)
        if self.stopped is not None and self.stopped <= now:
            return "stopped_in_time" if _whole(self.stopped) <= end else "stopped_late"
        if self.is_paused(now):
            return "paused"
        if _whole(now) > end:
            return "overdue"
        first, last = _day(self.started, self.tz), _day(end, self.tz)
        still = {day for day in self._still(now) if first < day <= last}
        if self.term.unit == "working_day":
            still = {day for day in still if calendar.is_working(day)}
        whole = self._count(first, last, calendar) - len(still)
        return "at_risk" if self.left(now, calendar).days < at_risk * whole else "running"

    def left(self, now: datetime, calendar: Calendar) -> Left:
        """Return what is left at `now`, or was left when the clock was stopped."""
        _refuse(_zoned(now))
        moment = min(now, self.stopped) if self.stopped is not None else now
        end = self.due(calendar, moment)
        days = self._count(_day(moment, self.tz), _day(end, self.tz), calendar)
        unit: Literal["working_day", "day"] = "working_day" if self.term.unit == "working_day" else "day"
        return Left(days, unit, end - _whole(moment))

    def is_paused(self, now: datetime) -> bool:
        """Return whether the clock stands still at `now`."""
        return any(p.from_ <= now and (p.to is None or now < p.to) for p in self.pauses)

    def pause(self, at: datetime) -> Clock:
        """Return the clock standing still from `at` on."""
        return replace(self, pauses=(*self.pauses, Pause(at)))

    def resume(self, at: datetime) -> Clock:
        """Return the clock running again from `at` on."""
        return replace(self, pauses=tuple(p if p.to is not None else Pause(p.from_, at) for p in self.pauses))

    def stop(self, at: datetime) -> Clock:
        """Return the clock stopped at `at`."""
        return replace(self, stopped=at)

    def extend(self, due: datetime, reason: str, calendar: Calendar, *, shorten: bool = False) -> Clock:
        """Return the clock with a new end; Refused when it is earlier than the present one (CASE006) unless `shorten`,
        or when no reason is given (CASE021)."""
        _refuse(_zoned(due))
        now = self.due(calendar)
        wrong = []
        if due < now and not shorten:
            wrong.append(tell("CASE006", _say(due, self.tz), other=_say(now, self.tz)))
        if not reason.strip():
            wrong.append(tell("CASE021", title=Text("延期", "extend")))
        _refuse(wrong)
        return replace(self, extensions=(*self.extensions, Extension(due, reason, due < now)))

    def _still(self, now: datetime | None) -> frozenset[date]:
        # The days that do not count. Paused and resumed on one day: that day counts.
        days = set()
        for pause in self.pauses:
            to = pause.to or (max(now, pause.from_) if now is not None else pause.from_)
            day, end = _day(pause.from_, self.tz), _day(to, self.tz)
            while day < end:
                days.add(day)
                day += timedelta(days=1)
        return frozenset(days)

    def _count(self, a: date, b: date, calendar: Calendar) -> int:
        return calendar.working_days_between(a, b) if self.term.unit == "working_day" else (b - a).days


_START, _STOP = Text("起算时间", "the start"), Text("办结时间", "the end")
_PAUSE, _RESUMED = Text("中止时间", "the pause"), Text("恢复时间", "the resumption")
_EXTENDED = Text("延期后的期限", "the extended term")


def _last_day(start: date, term: Term, calendar: Calendar, still: frozenset[date]) -> date:
    if term.unit == "working_day":
        return calendar.nth_working(start, term.amount, still)
    try:
        last = start + timedelta(days=term.amount) if term.unit == "day" else _months(start, term.amount)
        # Each day without counting moves the end by one, and may bring further such days within the term.
        passed = start if still else last
        while passed < last:
            passed += timedelta(days=1)
            if passed in still:
                last += timedelta(days=1)
    except (OverflowError, ValueError):
        raise Refused([tell("CASE007")]) from None
    return calendar.next_working(last) if term.roll == "next_working" else last


def _months(start: date, amount: int) -> date:
    # The same day of the later month, or its last day where there is no such day.
    year, month = divmod(start.year * 12 + start.month - 1 + amount, 12)
    if year > date.max.year:
        raise OverflowError
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _day(moment: datetime, tz: tzinfo) -> date:
    try:
        return moment.astimezone(tz).date()
    except OverflowError:
        raise Refused([tell("CASE007")]) from None


def _end_of(day: date, tz: tzinfo) -> datetime:
    return datetime.combine(day, _END, tz)


def _whole(moment: datetime) -> datetime:
    # The last second of a term belongs to it as a whole.
    return moment.replace(microsecond=0)


def _say(moment: datetime, tz: tzinfo) -> str:
    return moment.astimezone(tz).strftime("%Y-%m-%d %H:%M")


def _zoned(moment: datetime) -> list[Problem]:
    return [] if moment.utcoffset() is not None else [tell("CASE004", moment.isoformat())]


def _ordered(earlier: datetime, first: Text, later: datetime, second: Text) -> list[Problem]:
    if earlier <= later:
        return []
    return [tell("CASE005", later.isoformat(" "), later=second, earlier=first, other=earlier.isoformat(" "))]


def _refuse(problems: Iterable[Problem]) -> None:
    if found := list(problems):
        raise Refused(found)
