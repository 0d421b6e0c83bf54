"""Who reviews what: units spread over reviewers as evenly as recusals and limits allow, the same for the same seed.

Each place (one review of one unit) goes to the least loaded reviewer that a chain of exchanges can reach, so the loads
are as even as any allocation can make them: an optimal semi-matching (Harvey, Ladner, Lovász, Tamir, 2006) with several
places for a unit. What cannot be filled is told with the units and the reviewers that block each other (Hall's condition).
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Blocked:
    """Places that cannot be filled: these units together need more reviews than these reviewers may still take."""

    units: tuple[int, ...]
    reviewers: tuple[int, ...]
    needed: int
    room: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """Reviewers of each unit in the order first, second; `blocked` where places stay empty."""

    given: Mapping[int, tuple[int, ...]]
    loads: Mapping[int, int]
    blocked: tuple[Blocked, ...] = field(default=())


def allocate(
    needs: Mapping[int, int],
    reviewers: Collection[int],
    barred: Mapping[int, Collection[int]],
    *,
    seed: str,
    limits: Mapping[int, int] | None = None,
    loads: Mapping[int, int] | None = None,
    standing: Mapping[int, Sequence[int]] | None = None,
) -> Allocation:
    """Return who reviews which unit.

    Args:
        needs: unit -> how many more reviews it needs, each by another person.
        reviewers: who may be asked.
        barred: reviewer -> units that they must not judge.
        seed: decides among equals; the same seed gives the same allocation.
        limits: reviewer -> most units in all, those they already have included.
        loads: reviewer -> units that they already have.
        standing: unit -> who reviews it already; they are not asked again.
    """
    return _Matching(needs, reviewers, barred, seed, limits or {}, loads or {}, standing or {}).run()


def seconds(units: Collection[int], share: float, seed: str) -> frozenset[int]:
    """Return the units that get a blind second review: the share of all, rounded to the nearest, chosen by the seed."""
    wanted = min(len(units), max(0, int(len(units) * share + 0.5)))
    return frozenset(sorted(units, key=lambda unit: _key(seed, "second", unit))[:wanted])


def _key(seed: str, *parts: object) -> bytes:
    return hashlib.sha256("\x1f".join([seed, *map(str, parts)]).encode()).digest()


class _Matching:
    def __init__(
        self,
        needs: Mapping[int, int],
        reviewers: Collection[int],
        barred: Mapping[int, Collection[int]],
        seed: str,
        limits: Mapping[int, int],
        loads: Mapping[int, int],
        standing: Mapping[int, Sequence[int]],
    ) -> None:
        self.needs, self.limits, self.seed = needs, limits, seed
        people = sorted(reviewers, key=lambda r: _key(seed, "reviewer", r))
        self.rank = {reviewer: n for n, reviewer in enumerate(people)}
        self.load = {reviewer: loads.get(reviewer, 0) for reviewer in people}
        self.may = {
            unit: [r for r in people if unit not in barred.get(r, ()) and r not in standing.get(unit, ())]
            for unit in needs
        }
        self.of_unit: dict[int, set[int]] = {unit: set() for unit in needs}
        self.of_reviewer: dict[int, set[int]] = {reviewer: set() for reviewer in people}

    def run(self) -> Allocation:
        blocked: dict[tuple[int, ...], Blocked] = {}
        for unit in sorted(self.needs, key=lambda u: _key(self.seed, "unit", u)):
            for _ in range(self.needs[unit]):
                found = self._place(unit)
                if found is not None:
                    blocked[found.units] = found
        given = {
            unit: tuple(sorted(people, key=lambda r: _key(self.seed, "turn", unit, r)))
            for unit, people in sorted(self.of_unit.items())
        }
        return Allocation(given, dict(sorted(self.load.items())), tuple(blocked.values()))

    def _place(self, unit: int) -> Blocked | None:
        """Give the unit one more reviewer; return what blocks it where nobody can be reached."""
        came: dict[int, tuple[int, int | None]] = {}  # reviewer -> unit that would get them, who gives it up
        waiting: deque[tuple[int, int | None]] = deque([(unit, None)])
        units = {unit}
        while waiting:
            asking, freed = waiting.popleft()
            for reviewer in self.may[asking]:
                if reviewer in came or reviewer in self.of_unit[asking]:
                    continue
                came[reviewer] = (asking, freed)
                for other in sorted(self.of_reviewer[reviewer]):
                    if other not in units:  # it could let this reviewer go and take another
                        units.add(other)
                        waiting.append((other, reviewer))
        free = [r for r in came if self.limits.get(r) is None or self.load[r] < self.limits[r]]
        if not free:
            return self._why(unit, units)
        self._exchange(min(free, key=lambda r: (self.load[r], self.rank[r])), came)
        return None

    def _exchange(self, last: int, came: Mapping[int, tuple[int, int | None]]) -> None:
        self.load[last] += 1
        reviewer: int | None = last
        while reviewer is not None:
            unit, freed = came[reviewer]
            self.of_unit[unit].add(reviewer)
            self.of_reviewer[reviewer].add(unit)
            if freed is not None:
                self.of_unit[unit].discard(freed)
                self.of_reviewer[freed].discard(unit)
            reviewer = freed

    def _why(self, unit: int, units: set[int]) -> Blocked:
        people = sorted({r for u in units for r in self.may[u]}, key=self.rank.__getitem__)
        needed = sum(self.needs[u] for u in units)
        room = needed - (self.needs[unit] - len(self.of_unit[unit]))
        return Blocked(tuple(sorted(units)), tuple(people), needed, room)
