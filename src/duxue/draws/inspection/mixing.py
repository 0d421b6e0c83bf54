"""A long random walk over the plans that keep every constraint, so that no feasible plan is favoured.

A step proposes to pass inspectors along a ring of places, or along a chain of places at whose start an inspector joins
and at whose end one leaves. A proposal and its reverse are equally likely, a proposal that breaks a constraint is thrown
away, and every two plans are joined by such steps: the walk tends to the uniform distribution over all feasible plans.
"""

from __future__ import annotations

from collections.abc import Sequence

from duxue.draws.inspection.keyed import Stream
from duxue.draws.inspection.roster import Roster

STEPS_PER_PLACE = 40
LEAST_STEPS = 1_000


class Workload:
    """The visits of each inspector and what the balance rules allow to change."""

    def __init__(
        self, load: list[int], lowers: Sequence[int], uppers: Sequence[int], gap: int | None
    ) -> None:
        """Start from loads that keep the rules; whoever is at their upper limit counts as full."""
        self.load, self._lowers, self._uppers, self._gap = load, lowers, uppers, gap
        size = max(uppers, default=0) + 2
        self._all = [0] * size  # visits -> inspectors
        self._free = [0] * size  # visits -> inspectors who are not full
        for j in range(len(load)):
            self._count(j, 1)

    def shift(self, gains: int, loses: int) -> bool:
        """Move one visit from `loses` to `gains`; False, and nothing changed, where a rule forbids it."""
        load = self.load
        if load[gains] >= self._uppers[gains] or load[loses] <= self._lowers[loses]:
            return False
        self._apply(gains, loses)
        if self._gap is not None and self._spread() > self._gap:
            self._apply(loses, gains)
            return False
        return True

    def _apply(self, gains: int, loses: int) -> None:
        for j, change in ((gains, 1), (loses, -1)):
            self._count(j, -1)
            self.load[j] += change
            self._count(j, 1)

    def _count(self, j: int, change: int) -> None:
        n = self.load[j]
        self._all[n] += change
        if n < self._uppers[j]:
            self._free[n] += change

    def _spread(self) -> int:
        most = len(self._all) - 1
        while most and not self._all[most]:
            most -= 1
        fewest = 0
        while fewest < most and not self._free[fewest]:
            fewest += 1
        return most - fewest


def mix(
    roster: Roster, stream: Stream, lowers: Sequence[int], uppers: Sequence[int], gap: int | None
) -> list[int]:
    """Return who holds each place after the walk that starts at `roster`, which stays as it is."""
    who, team = list(roster.who), list(roster.team)
    owner, masks = roster.owner, roster.masks
    workload = Workload(list(roster.load), lowers, uppers, gap)
    places, people = len(who), len(roster.load)
    if not places:
        return who
    below, word = stream.below, stream.word
    shift = 32 - (places - 1).bit_length()  # `below(places)` written out: it is most of the work of a step
    for _ in range(max(LEAST_STEPS, STEPS_PER_PLACE * places)):
        coin = word()
        ring = coin >> 31
        extra = (~coin & (coin + 1)).bit_length() - 1  # n further places with odds 1 in 2**(n + 1)
        if ring and not extra:
            a = word() >> shift
            while a >= places:
                a = word() >> shift
            b = word() >> shift
            while b >= places:
                b = word() >> shift
            i, k, x, y = owner[a], owner[b], who[a], who[b]
            if x == y or not masks[a] >> y & 1 or not masks[b] >> x & 1:
                continue
            if i != k:
                if team[i] >> y & 1 or team[k] >> x & 1:
                    continue
                flip = 1 << x | 1 << y
                team[i] ^= flip
                team[k] ^= flip
            who[a], who[b] = y, x
            continue
        if not ring and not extra:
            a = word() >> shift
            while a >= places:
                a = word() >> shift
            person = below(people)
            if (masks[a] & ~team[owner[a]]) >> person & 1 and workload.shift(person, who[a]):
                team[owner[a]] ^= 1 << person | 1 << who[a]
                who[a] = person
            continue
        length = extra + 1 + ring
        if length > places or extra > 30:
            continue
        chain = [below(places) for _ in range(length)]
        first = who[chain[-1]] if ring else below(people)
        _pass_along(chain, first, ring == 1, who, team, owner, masks, workload)
    return who


def _pass_along(
    chain: list[int],
    first: int,
    ring: bool,
    who: list[int],
    team: list[int],
    owner: list[int],
    masks: list[int],
    workload: Workload,
) -> None:
    """Give the first place to `first` and each further one to the holder before it, if every rule allows it."""
    if len(set(chain)) < len(chain):
        return
    old = [who[place] for place in chain]
    new = [first, *old[:-1]]
    if not all(masks[place] >> person & 1 for place, person in zip(chain, new, strict=True)):
        return
    teams: dict[int, int] = {}
    for place, person in zip(chain, old, strict=True):
        school = owner[place]
        teams[school] = teams.get(school, team[school]) & ~(1 << person)
    for place, person in zip(chain, new, strict=True):
        school = owner[place]
        if teams[school] >> person & 1:
            return
        teams[school] |= 1 << person
    if not ring and first != old[-1] and not workload.shift(first, old[-1]):
        return
    for place, person in zip(chain, new, strict=True):
        who[place] = person
    for school, mask in teams.items():
        team[school] = mask
