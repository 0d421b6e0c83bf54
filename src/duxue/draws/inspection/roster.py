"""Places and the inspectors who hold them, changed only along augmenting paths: an integral flow in a small network.

source -> place (1) -> inspector at this school (1) -> inspector (lower .. upper) -> sink. The arc in the middle keeps an
inspector from holding two places of one team. The network is never built: who may hold a place is a bit mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Stuck:
    """A search that failed, and thereby a minimum cut: the places it reached and the inspectors who could hold them."""

    places: tuple[int, ...]
    reached: int


class Roster:
    """Who holds which place. `owner` gives the school of each place; places of a school stand together."""

    def __init__(self, owner: Sequence[int], masks: Sequence[int], uppers: Sequence[int]) -> None:
        """Start with every place empty."""
        self.owner = list(owner)
        self.masks = list(masks)
        self.uppers = list(uppers)
        self.who = [NOBODY] * len(self.owner)
        self.load = [0] * len(self.uppers)
        self.held: list[dict[int, None]] = [{} for _ in self.uppers]
        self.team = [0] * (max(self.owner, default=-1) + 1)
        self.siblings: list[list[int]] = [[] for _ in self.team]
        for place, school in enumerate(self.owner):
            self.siblings[school].append(place)
        self.open = self.below(self.uppers)

    def copy(self) -> Roster:
        """Return a roster that can be changed without changing this one."""
        twin = Roster(self.owner, self.masks, self.uppers)
        twin.who, twin.load, twin.team = list(self.who), list(self.load), list(self.team)
        twin.held = [dict(h) for h in self.held]
        twin.open = self.open
        return twin

    def restricted(self, places: Sequence[int]) -> Roster:
        """Return a roster of only these places, held as they are here."""
        schools = {s: n for n, s in enumerate(dict.fromkeys(self.owner[p] for p in places))}
        part = Roster([schools[self.owner[p]] for p in places], [self.masks[p] for p in places], self.uppers)
        for n, place in enumerate(places):
            if self.who[place] != NOBODY:
                part.put(n, self.who[place])
        return part

    def below(self, limits: Sequence[int]) -> int:
        """Return the mask of inspectors whose load is below their limit."""
        return sum(
            1 << j for j, (load, limit) in enumerate(zip(self.load, limits, strict=True)) if load < limit
        )

    def set_uppers(self, uppers: Sequence[int]) -> None:
        """Change the most visits of each inspector; none may be below what they hold."""
        self.uppers = list(uppers)
        self.open = self.below(self.uppers)

    def put(self, place: int, inspector: int) -> None:
        """Give an empty place to an inspector."""
        self.who[place] = inspector
        self.held[inspector][place] = None
        self.team[self.owner[place]] |= 1 << inspector
        self._count(inspector, 1)

    def reroute(self, roots: Iterable[int], target: int) -> Stuck | None:
        """Free or fill one of `roots` along a path that ends at an inspector of `target`, who takes one visit more.

        A root that is empty is filled; the holder of a root that is held loses it. Every other load stays. Returns
        None when a path was found and applied; otherwise what was reached, and nothing is changed.
        """
        owner, masks, team, held, who = self.owner, self.masks, self.team, self.held, self.who
        before: dict[int, int] = {}  # place -> the place that its holder would move to
        seen = 0
        for root in roots:
            if root in before:
                continue
            before[root] = NOBODY
            queue = [root]
            for place in queue:  # grows while it is read
                school = owner[place]
                reach = masks[place] & ~seen
                inside = reach & team[school]
                outside = reach ^ inside
                hit = outside & target
                if hit:
                    self._move(place, (hit & -hit).bit_length() - 1, before)
                    return None
                seen |= outside
                while outside:
                    low = outside & -outside
                    outside ^= low
                    for other in held[low.bit_length() - 1]:
                        if other not in before:
                            before[other] = place
                            queue.append(other)
                if inside:
                    for other in self.siblings[school]:
                        if other not in before and who[other] != NOBODY and inside >> who[other] & 1:
                            before[other] = place
                            queue.append(other)
        return Stuck(tuple(before), seen)

    def find_rivals(self, inspector: int, lowers: Sequence[int]) -> tuple[int, tuple[int, ...]] | None:
        """Return the inspectors and places that keep `inspector` from one more visit; None when nothing does.

        Nothing does when a chain of moves ends at an empty place or at a holder with more visits than their `lowers`.
        """
        rivals, queue = 1 << inspector, [inspector]
        seen: set[int] = set()
        for person in queue:
            for place, mask in enumerate(self.masks):
                if place in seen or not mask >> person & 1 or self.team[self.owner[place]] >> person & 1:
                    continue
                seen.add(place)
                stack = [place]
                while stack:
                    here = stack.pop()
                    holder = self.who[here]
                    if holder == NOBODY or (self.load[holder] > lowers[holder] and holder != inspector):
                        return None
                    if not rivals >> holder & 1:
                        rivals |= 1 << holder
                        queue.append(holder)
                    for other in self.siblings[self.owner[here]]:
                        if other not in seen and self.masks[other] >> holder & 1:
                            seen.add(other)
                            stack.append(other)
        return rivals, tuple(sorted(seen))

    def held_by(self, inspectors: int) -> Iterable[int]:
        """Yield the places held by the inspectors of a mask."""
        while inspectors:
            low = inspectors & -inspectors
            inspectors ^= low
            yield from self.held[low.bit_length() - 1]

    def _move(self, place: int, newcomer: int, before: dict[int, int]) -> None:
        self._count(newcomer, 1)
        changed = set()
        while place != NOBODY:
            old = self.who[place]
            self.who[place] = newcomer
            self.held[newcomer][place] = None
            if old != NOBODY:
                del self.held[old][place]
            changed.add(self.owner[place])
            newcomer, place = old, before[place]
        if newcomer != NOBODY:
            self._count(newcomer, -1)
        for school in changed:
            team = 0
            for sibling in self.siblings[school]:
                if self.who[sibling] != NOBODY:
                    team |= 1 << self.who[sibling]
            self.team[school] = team

    def _count(self, inspector: int, change: int) -> None:
        self.load[inspector] += change
        if self.load[inspector] < self.uppers[inspector]:
            self.open |= 1 << inspector
        else:
            self.open &= ~(1 << inspector)
