"""A plan that keeps every constraint, or the proof that there is none: fill, then level, along augmenting paths only.

Filling raises the most visits that anyone makes step by step from the least that the totals allow; levelling lowers
the fewest visits likewise. The load vectors of a flow form an M-convex set, whose most even member has the smallest
most and the largest least at once, so the gap of the two is the smallest that any plan has.
"""

from __future__ import annotations

from dataclasses import dataclass

from duxue.draws.inspection.constraints import Ground
from duxue.draws.inspection.keyed import Stream
from duxue.draws.inspection.reasons import InfeasibleError, explain_places, explain_visits, uppers_of
from duxue.draws.inspection.roster import Roster, Stuck


@dataclass(frozen=True, slots=True)
class Stopped:
    """A place that cannot be filled, as the search left it, and the level at which that was found."""

    stuck: Stuck
    level: int | None


def assign(ground: Ground, stream: Stream) -> Roster:
    """Return a full roster within all constraints, as level as possible; InfeasibleError with a minimal reason if none."""
    case, rules = ground.case, ground.case.rules
    seats = len(ground.owner)
    level = _water_level(ground.caps, seats)[1] if rules.gap is not None else None
    roster = Roster(ground.owner, ground.masks(), uppers_of(ground, level))
    stopped, level = _fill(ground, roster, stream, level, rises=True)
    if stopped:
        raise InfeasibleError(case, [explain_places(ground, roster, stopped.stuck, stopped.level)])
    if rules.gap is not None and level is not None:
        floor = _level(roster, ground.caps, _water_level(ground.caps, seats)[0])
        if level - floor > rules.gap:
            strict = Roster(ground.owner, ground.masks(), uppers_of(ground, floor + rules.gap))
            stopped, _ = _fill(ground, strict, stream, floor + rules.gap, rises=False)
            assert stopped, "the level below the smallest feasible one must fail"
            upper = explain_places(ground, strict, stopped.stuck, stopped.level)
            raise InfeasibleError(case, [upper, explain_visits(ground, roster, floor + 1)])
        roster.set_uppers(ground.caps)
    elif least := rules.least_visits:
        floor = _level(roster, ground.caps, least, lowest=least)
        if floor < least:
            raise InfeasibleError(case, [explain_visits(ground, roster, least)])
    return roster


def _fill(
    ground: Ground, roster: Roster, stream: Stream, level: int | None, *, rises: bool
) -> tuple[Stopped | None, int | None]:
    """Fill every place; where none is free raise the level while that can help. Returns the failure and the level."""
    supply = {mask: _supply(mask, ground.caps) for mask in set(ground.skilled.values())}
    everyone = _supply(ground.everyone, ground.caps)
    demand: dict[str, int] = {}
    for skill in ground.skill:
        demand[skill] = demand.get(skill, 0) + 1
    shuffled = stream.shuffled(len(ground.owner))
    # Places of a scarce skill come first: fewer of them have to be moved later. Only speed depends on it.
    scarcity = {
        s: n * 1_000_000 // max(1, supply[ground.skilled[s]] if s else everyone) for s, n in demand.items()
    }
    for place in sorted(shuffled, key=lambda p: -scarcity[ground.skill[p]]):
        choices = roster.masks[place] & roster.open & ~roster.team[roster.owner[place]]
        if choices:
            roster.put(place, stream.bit_of(choices))
            continue
        while stuck := roster.reroute((place,), roster.open):
            more = level is not None and any(
                ground.caps[j] > level for j in range(len(ground.caps)) if stuck.reached >> j & 1
            )
            if level is None or not rises or not more:
                return Stopped(stuck, level), level
            level += 1
            roster.set_uppers(uppers_of(ground, level))
    return None, level


def _level(roster: Roster, caps: tuple[int, ...], floor: int, lowest: int = 0) -> int:
    """Move visits to whoever has fewer than `floor` or their own capacity; lower the floor when that is impossible."""
    while True:
        lowers = [min(floor, cap) for cap in caps]
        needy = roster.below(lowers)
        if not needy:
            return floor
        richer = sum(1 << j for j, (n, low) in enumerate(zip(roster.load, lowers, strict=True)) if n > low)
        if roster.reroute(roster.held_by(richer), needy):
            floor -= 1
            if floor < lowest:
                return floor


def _water_level(caps: tuple[int, ...], seats: int) -> tuple[int, int]:
    """Return the highest level that `seats` fill and the lowest level that holds them, everyone up to their capacity."""
    floor = 0
    most = max(caps, default=0)
    while floor < most and sum(min(cap, floor + 1) for cap in caps) <= seats:
        floor += 1
    return floor, floor if sum(min(cap, floor) for cap in caps) >= seats else min(floor + 1, most)


def _supply(mask: int, caps: tuple[int, ...]) -> int:
    return sum(cap for j, cap in enumerate(caps) if mask >> j & 1)
