"""The draw of schools: one keyed order; first the least number of each stratum, then the rest from all that remain."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from duxue.draws.inspection.keyed import keyed_order
from duxue.draws.inspection.model import Case, School, years_after
from duxue.draws.inspection.reasons import InfeasibleError, Reason

LABEL = "schools"


@dataclass(frozen=True, slots=True)
class Frame:
    """The schools that may be drawn, those that rotation keeps out and until when, and the least of each stratum."""

    eligible: tuple[School, ...]
    excluded: tuple[tuple[School, dt.date], ...]
    least: dict[tuple[str, ...], int]


def build_frame(case: Case) -> Frame:
    """Return the frame of the draw; InfeasibleError names every stratum that is too small, whatever the seed."""
    rules = case.rules
    free_from: dict[str, dt.date] = {}
    if rules.school_years is not None:
        for visit in case.visits:
            until = years_after(visit.date, rules.school_years)
            if until > rules.on:
                free_from[visit.school] = max(until, free_from.get(visit.school, until))
    schools = sorted(case.schools, key=lambda s: s.id)
    eligible = tuple(s for s in schools if s.id not in free_from)
    excluded = tuple((s, free_from[s.id]) for s in schools if s.id in free_from)
    least = {rules.stratum_of(s): rules.least_per_stratum for s in schools}
    least.update({m.stratum: m.least for m in rules.minima})
    has = Counter(rules.stratum_of(s) for s in eligible)
    barred: dict[tuple[str, ...], list[str]] = {}
    for school, _ in excluded:
        barred.setdefault(rules.stratum_of(school), []).append(school.id)
    reasons = [
        _short("schools.minimum", n, has[stratum], barred.get(stratum, []), stratum)
        for stratum, n in sorted(least.items())
        if has[stratum] < n
    ]
    if len(eligible) < rules.schools:
        reasons.append(
            _short("schools.number", rules.schools, len(eligible), [s.id for s, _ in excluded], ())
        )
    if reasons:
        raise InfeasibleError(case, reasons)
    return Frame(eligible, excluded, least)


def draw_schools(case: Case, frame: Frame, seed: bytes) -> list[School]:
    """Return the drawn schools in the order of their keys; within a stratum every school has the same odds."""
    rules = case.rules
    by_id = {s.id: s for s in frame.eligible}
    order = keyed_order(seed, LABEL, by_id)
    taken: set[str] = set()
    quota = Counter(frame.least)
    for name in order:
        stratum = rules.stratum_of(by_id[name])
        if quota[stratum] > 0:
            quota[stratum] -= 1
            taken.add(name)
    for name in order:
        if len(taken) >= rules.schools:
            break
        taken.add(name)
    return [by_id[name] for name in order if name in taken]


def _short(
    constraint: str, needed: int, available: int, barred: list[str], stratum: tuple[str, ...]
) -> Reason:
    # Without rotation the schools that it bars come back: it belongs to the reason only if they would be enough.
    matters = available + len(barred) >= needed
    return Reason(
        kind="schools",
        constraints=(constraint, "rotation.school") if matters else (constraint,),
        needed=needed,
        available=available if matters else available + len(barred),
        blocked=((("rotation.school",), tuple(barred)),) if matters else (),
        stratum=stratum,
    )
