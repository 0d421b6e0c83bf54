"""Why there is no plan: a set of places or inspectors and of constraints that cannot be kept together, none to spare.

A failed search is a minimum cut. Its places lack exactly one visit, so leaving out any of them makes the rest fillable:
the set of places is irreducible as found. Constraints are then tried one by one: one without which the search still
fails is left out for good. For visits that someone lacks, claims of inspectors are left out in the same way first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from duxue.core.errors import Refused
from duxue.draws.inspection.constraints import Ground
from duxue.draws.inspection.model import Case
from duxue.draws.inspection.roster import NOBODY, Roster, Stuck
from duxue.draws.inspection.telling import tell_reason


@dataclass(frozen=True, slots=True)
class Reason:
    """One irreducible conflict; ids only, `telling` says it in words.

    `schools`: a stratum (or the whole) has `available` schools of `needed`. `places`: of `needed` places at most
    `available` can be filled, by `inspectors`. `visits`: `inspectors` need `needed` visits together and can get
    `available`. `blocked` gives whom the constraints keep out: schools, inspectors, or schools again. `level` is the
    most (for places) or the fewest (for visits) visits per inspector that the conflict is about.
    """

    kind: Literal["schools", "places", "visits"]
    constraints: tuple[str, ...]
    needed: int
    available: int
    blocked: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()  # constraints together -> ids
    places: tuple[tuple[str, str], ...] = ()  # school, skill asked for
    inspectors: tuple[str, ...] = ()
    stratum: tuple[str, ...] = ()
    level: int | None = None


class InfeasibleError(Refused):
    """No plan keeps every declared constraint; `reasons` say why, and each is a proof."""

    def __init__(self, case: Case, reasons: list[Reason]) -> None:
        """Keep the reasons; their texts are the problems."""
        self.reasons = tuple(reasons)
        super().__init__(tell_reason(case, reason) for reason in reasons)


def uppers_of(
    ground: Ground, level: int | None, active: Collection[str] = ("capacity.visits", "balance.most")
) -> list[int]:
    """Return the most visits of each inspector under the constraints in `active` and, if given, a common `level`."""
    most = ground.case.rules.most_visits
    bounds = [len(ground.schools)]
    if most is not None and "balance.most" in active:
        bounds.append(most)
    if level is not None:
        bounds.append(level)
    return [min(*bounds, cap) if "capacity.visits" in active else min(bounds) for cap in ground.caps]


def explain_places(ground: Ground, roster: Roster, stuck: Stuck, level: int | None) -> Reason:
    """Return why the first place of `stuck` cannot be filled: the places of the cut and the constraints it needs."""
    places = stuck.places
    part = roster.restricted(places)
    kept = [*_order(ground), "balance.gap", "balance.most", "capacity.visits"]
    if level is None:
        kept.remove("balance.gap")
    for name in list(kept):
        trial = [c for c in kept if c != name]
        part.masks = ground.masks(places, trial)
        part.set_uppers(uppers_of(ground, level if "balance.gap" in trial else None, trial))
        if part.copy().reroute((0,), part.open):
            kept = trial
    part.masks = ground.masks(places, kept)
    part.set_uppers(uppers_of(ground, level if "balance.gap" in kept else None, kept))
    final = part.reroute((0,), part.open)
    assert final, "the constraints that were kept must still conflict"
    blocked: dict[tuple[str, ...], list[str]] = {}
    able = final.reached
    for p in range(len(places)):
        able |= part.masks[p]
    for j in _bits(ground.everyone & ~able):
        causes = {c for p in places if (c := ground.cause(p, j, kept))}
        blocked.setdefault(tuple(sorted(causes)), []).append(ground.inspectors[j].id)
    return Reason(
        kind="places",
        constraints=tuple(c for c in _catalogue(ground) if c in kept),
        needed=len(places),
        available=len(places) - 1,
        blocked=tuple((c, tuple(sorted(ids))) for c, ids in sorted(blocked.items())),
        places=tuple(
            sorted(
                (
                    ground.schools[ground.owner[p]].id,
                    ground.skill[p] if f"team.skill:{ground.skill[p]}" in kept else "",
                )
                for p in places
            )
        ),
        inspectors=tuple(sorted(ground.inspectors[j].id for j in _bits(able))),
        level=level if "balance.gap" in kept else None,
    )


def explain_visits(ground: Ground, roster: Roster, level: int) -> Reason:
    """Return why not everyone can make `level` visits or all that they can: a smallest set of inspectors, and why."""
    claims = [min(level, cap) for cap in ground.caps]
    state = roster.copy()
    lowers = [claim if n >= claim else 0 for n, claim in zip(state.load, claims, strict=True)]
    root = NOBODY
    for j, claim in enumerate(claims):
        if state.load[j] < claim:
            lowers[j] = claim
            if not _lift(state, j, lowers):
                root = j
                break
    rivals = _rivals(state, root, lowers)
    lowers = [claim if rivals >> j & 1 else 0 for j, claim in enumerate(claims)]
    for j in list(_bits(rivals & ~(1 << root))):
        if not lowers[j]:
            continue
        twin, fewer = state.copy(), list(lowers)
        fewer[j] = 0
        if not _lift(twin, root, fewer):
            found = _rivals(twin, root, fewer)
            state, lowers = twin, [low if found >> n & 1 else 0 for n, low in enumerate(fewer)]
    kept = _order(ground)
    for name in list(kept):
        trial = [c for c in kept if c != name]
        twin = state.copy()
        twin.masks = ground.masks(active=trial)
        if not _lift(twin, root, lowers):
            kept, state = trial, twin
    state.masks = ground.masks(active=kept)
    who = [j for j, low in enumerate(lowers) if low]
    found_rivals = state.find_rivals(root, lowers)
    assert found_rivals, "the claims that were kept must still conflict"
    open_schools = {ground.owner[p] for p in found_rivals[1]}
    blocked: dict[tuple[str, ...], list[str]] = {}
    for i, siblings in enumerate(state.siblings):
        if i not in open_schools:
            causes = {c for p in siblings for j in who if (c := ground.cause(p, j, kept))}
            if causes:
                blocked.setdefault(tuple(sorted(causes)), []).append(ground.schools[i].id)
    balance = "balance.gap" if ground.case.rules.gap is not None else "balance.least"
    return Reason(
        kind="visits",
        constraints=tuple(c for c in _catalogue(ground) if c in kept or c == balance),
        needed=sum(lowers),
        available=sum(state.load[j] for j in who),
        blocked=tuple((c, tuple(sorted(ids))) for c, ids in sorted(blocked.items())),
        places=tuple(sorted((ground.schools[ground.owner[p]].id, ground.skill[p]) for p in found_rivals[1])),
        inspectors=tuple(sorted(ground.inspectors[j].id for j in who)),
        level=level,
    )


def _lift(roster: Roster, inspector: int, lowers: list[int]) -> bool:
    """Give `inspector` visits from whoever has more than their claim until the own claim is met."""
    while roster.load[inspector] < lowers[inspector]:
        richer = sum(
            1 << j
            for j, (n, low) in enumerate(zip(roster.load, lowers, strict=True))
            if n > low and j != inspector
        )
        if roster.reroute(roster.held_by(richer), 1 << inspector):
            return False
    return True


def _rivals(roster: Roster, inspector: int, lowers: list[int]) -> int:
    found = roster.find_rivals(inspector, lowers)
    assert found, "a search that failed forwards must fail backwards"
    return found[0]


def _order(ground: Ground) -> list[str]:
    """Return the constraints on single inspectors, those first that are rather left out of a reason."""
    rank = {
        "recusal.granted": 0,
        "recusal.relatives": 1,
        "recusal.tenures": 2,
        "rotation.inspector": 3,
        "recusal.home_county": 4,
    }
    return sorted(ground.relaxable(), key=lambda c: (rank.get(c, 5), c))


def _catalogue(ground: Ground) -> list[str]:
    return [*ground.relaxable(), "capacity.visits", "balance.gap", "balance.least", "balance.most"]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        mask ^= low
        yield low.bit_length() - 1
