"""Which of several dated, regional values holds: for constants and standards alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A value that holds for some breakdown, region and time."""

    @property
    def by(self) -> Mapping[str, str]: ...
    @property
    def region(self) -> str | None: ...
    @property
    def from_(self) -> date | None: ...
    @property
    def to(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def day_of(year: int, as_of: str) -> date:
    """Return the day of a year's data: `as_of` is the pack's month and day (MM-DD)."""
    month, day = as_of.split("-")
    return date(year, int(month), int(day))


def holding(values: Iterable[D], by: Mapping[str, str], chain: Sequence[str], on: date) -> D | None:
    """Return the value that holds on a day for a breakdown and a unit, or None.

    `chain` lists the unit's own code and those above it, nearest first. The nearest region wins over the whole
    country, then the value that names more dimensions, then the one that came into force last.
    """
    best: D | None = None
    best_rank: tuple[int, int, date] | None = None
    for value in values:
        if any(by.get(d) != v for d, v in value.by.items()):
            continue
        if (value.from_ and on < value.from_) or (value.to and on > value.to):
            continue
        if value.region is not None and value.region not in chain:
            continue
        near = len(chain) - chain.index(value.region) if value.region is not None else 0
        rank = (near, len(value.by), value.from_ or date.min)
        if best_rank is None or rank > best_rank:
            best, best_rank = value, rank
    return best
