"""Working days: weekends, holidays and make-up days as announced, year by year; nothing is guessed in silence.

The day of an event is not counted: `add(day, 1)` is the first working day after `day`. docs/methods/clocks.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from duxue.cases.problems import joined, tell
from duxue.core.errors import Refused
from duxue.core.text import Text, same

_DAY = timedelta(days=1)
MOST = 3650  # the longest term, in any unit: ten years of days
MOST_FREE = 6  # of the seven days of a week, so that every count ends


@dataclass(frozen=True)
class Calendar:
    """The working days of one country or region, for the years whose holidays are known."""

    weekend: frozenset[int]  # 0 = Monday ... 6 = Sunday
    holidays: Mapping[date, Text] = field(hash=False)
    workdays: Mapping[date, Text] = field(hash=False)  # weekend days on which people work
    years: frozenset[int]
    assume: bool = False  # whether other years are counted with weekends only

    @classmethod
    def of(
        cls,
        weekend: Collection[int] = (5, 6),
        holidays: Mapping[date, Text] | None = None,
        workdays: Mapping[date, Text] | None = None,
        years: Iterable[int] = (),
        *,
        assume: bool = False,
    ) -> Calendar:
        """Return a calendar; Refused (CASE008, CASE022) where its days contradict each other."""
        free, worked = dict(holidays or {}), dict(workdays or {})
        wrong = [tell("CASE008", day.isoformat()) for day in sorted(free.keys() & worked.keys())]
        if len(set(weekend)) > MOST_FREE or not set(weekend) <= set(range(7)):
            wrong.append(tell("CASE022", ", ".join(map(str, weekend))))
        if wrong:
            raise Refused(wrong)
        return cls(
            frozenset(weekend), MappingProxyType(free), MappingProxyType(worked), frozenset(years), assume
        )

    def assuming(self, assume: bool = True) -> Calendar:
        """Return the same calendar that counts unknown years with weekends only; results then say `assumed`."""
        return replace(self, assume=assume)

    def knows(self, year: int) -> bool:
        """Return whether the holidays of a year have been announced and are listed."""
        return year in self.years

    def assumed(self, first: date, last: date) -> bool:
        """Return whether a count over these days rests on a year that the calendar does not know."""
        low, high = sorted((first.year, last.year))
        return any(not self.knows(year) for year in range(low, high + 1))

    def is_working(self, day: date) -> bool:
        """Return whether people work on `day`; Refused (CASE001) in an unknown year unless it may be assumed."""
        if day in self.workdays:
            return True
        if not (self.assume or self.knows(day.year)):
            known = joined([same(str(year)) for year in sorted(self.years)])
            raise Refused([tell("CASE001", day.year, known=known)])
        return day not in self.holidays and day.weekday() not in self.weekend

    def title(self, day: date) -> Text | None:
        """Return the name of the holiday, or of the one for which `day` is worked; None on an ordinary day."""
        return self.holidays.get(day) or self.workdays.get(day)

    def add(self, day: date, n: int) -> date:
        """Return the n-th working day after `day`, which is itself not counted; `day` for 0."""
        return self.nth_working(day, n)

    def nth_working(self, day: date, n: int, skip: Collection[date] = ()) -> date:
        """Return the n-th working day after `day` that is not in `skip`; Refused for n below 0 or past the last year."""
        if n < 0:
            raise Refused([tell("CASE003", n, most=MOST)])
        try:
            while n:
                day += _DAY
                n -= self.is_working(day) and day not in skip
        except OverflowError:
            raise Refused([tell("CASE007")]) from None
        return day

    def next_working(self, day: date) -> date:
        """Return `day` where it is a working day, else the first one after it."""
        return day if self.is_working(day) else self.add(day, 1)

    def working_days_between(self, a: date, b: date) -> int:
        """Return how many working days follow `a` up to and including `b`; negative when `b` lies before `a`."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working(a + _DAY * n) for n in range(1, (b - a).days + 1))
