"""Small provinces for the tests, and the plain truth about them by enumeration."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from hypothesis import strategies as st

from duxue.draws.inspection import (
    Case,
    County,
    Inspector,
    LargerTeam,
    Minimum,
    Recusal,
    Rules,
    School,
    SkillNeed,
    Tenure,
    Visit,
)

ON = dt.date(2026, 9, 1)
DATES = [
    dt.date(2020, 9, 1),
    dt.date(2023, 9, 1),
    dt.date(2023, 9, 2),
    dt.date(2024, 2, 29),
    dt.date(2026, 9, 1),
]
BALANCE = {"balance.gap", "balance.least", "balance.most", "capacity.visits"}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Cases small enough to enumerate; about as many are infeasible as feasible."""
    counties = ["C1", "C2"]
    schools = [
        School(
            f"S{n}",
            draw(st.sampled_from(counties)),
            draw(st.sampled_from(["junior", "primary"])),
            size=draw(st.integers(0, 2)),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    people = [f"I{n}" for n in range(draw(st.integers(2, 5)))]
    ids = [s.id for s in schools]
    some_schools = st.frozensets(st.sampled_from(ids), max_size=1)
    inspectors = [
        Inspector(
            name,
            home=draw(st.sampled_from([*counties, "C3", "C3"])),
            skills=draw(st.frozensets(st.sampled_from(["a", "b"]))),
            relatives=draw(some_schools),
            tenures=tuple(
                Tenure(place, draw(st.sampled_from([None, *DATES])))
                for place in draw(st.lists(st.sampled_from([*ids, *counties]), max_size=1))
            ),
            visits=draw(st.sampled_from([None, None, 1, 2])),
            days=draw(st.sampled_from([None, None, 3, 5])),
        )
        for name in people
    ]
    visits = [
        Visit(
            draw(st.sampled_from(ids)),
            draw(st.sampled_from(DATES)),
            draw(st.lists(st.sampled_from(people), unique=True, max_size=2).map(tuple)),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    size = draw(st.integers(1, 2))
    balance = draw(st.sampled_from(["none", "gap", "bounds"]))
    least = draw(st.integers(0, 1)) if all(i.days != 3 or i.visits != 0 for i in inspectors) else 0
    return Case(
        counties=tuple(County(c) for c in [*counties, "C3"]),
        schools=tuple(schools),
        inspectors=tuple(inspectors),
        visits=tuple(visits),
        recusals=tuple(
            Recusal(draw(st.sampled_from(people)), draw(st.sampled_from(ids)))
            for _ in range(draw(st.integers(0, 1)))
        ),
        rules=Rules(
            on=ON,
            schools=draw(st.integers(1, len(schools))),
            team_size=size,
            strata=("county",),
            least_per_stratum=0,
            minima=(Minimum((schools[0].county,), 1),) if draw(st.booleans()) else (),
            larger_teams=(LargerTeam(2, 2),) if draw(st.booleans()) else (),
            skills=tuple(
                SkillNeed(s, 1, frozenset({stage}) & {x.stage for x in schools})
                for s, stage in draw(
                    st.sampled_from([[], [("a", "")], [("a", "junior")], [("a", ""), ("b", "")]])
                )
                if not stage or any(x.stage == stage for x in schools)
            )[:size],
            home_county=draw(st.booleans()),
            relatives=draw(st.booleans()),
            tenure_years=draw(st.sampled_from([None, 0, 3])),
            school_years=draw(st.sampled_from([None, None, 3])),
            inspector_years=draw(st.sampled_from([None, 3])),
            gap=draw(st.integers(0, 2)) if balance == "gap" else None,
            least_visits=least if balance == "bounds" else None,
            most_visits=draw(st.integers(1, 2)) if balance == "bounds" else None,
            days_per_visit=2,
        ),
    )


def is_barred(case: Case, person: Inspector, school: School, active: Collection[str] | None = None) -> bool:
    """Whether a recusal or rotation (of those in `active`) keeps `person` from `school`; counted in whole days."""
    rules = case.rules

    def recent(day: dt.date, years: int) -> bool:
        return (rules.on.year - day.year, rules.on.month, rules.on.day) < (
            years,
            day.month,
            min(day.day, 28) if day.month == 2 else day.day,
        )

    kept = {
        "recusal.home_county": rules.home_county and person.home == school.county,
        "recusal.relatives": rules.relatives and school.id in person.relatives,
        "recusal.tenures": rules.tenure_years is not None
        and any(
            t.place in (school.id, school.county)
            and (t.until is None or t.until > rules.on or recent(t.until, rules.tenure_years))
            for t in person.tenures
        ),
        "recusal.granted": any((r.inspector, r.school) == (person.id, school.id) for r in case.recusals),
        "rotation.inspector": rules.inspector_years is not None
        and any(
            v.school == school.id and person.id in v.inspectors and recent(v.date, rules.inspector_years)
            for v in case.visits
        ),
    }
    return any(bad for name, bad in kept.items() if active is None or name in active)


def room_of(case: Case, person: Inspector, schools: int, active: Collection[str] = BALANCE) -> int:
    """How many visits `person` can make under their own limits and a declared most."""
    limits = [schools]
    if "capacity.visits" in active:
        limits += [] if person.visits is None else [person.visits]
        limits += [] if person.days is None else [person.days // case.rules.days_per_visit]
    if case.rules.most_visits is not None and "balance.most" in active:
        limits.append(case.rules.most_visits)
    return min(limits)


Place = tuple[School, str]


def list_places(case: Case, schools: Sequence[School]) -> list[Place]:
    """Every place of the drawn schools and the skill that it asks for."""
    return [(school, skill) for school in schools for skill in case.rules.places_of(school)]


def fill_places(
    case: Case,
    places: Sequence[Place],
    active: Collection[str] | None = None,
    *,
    optional: bool = False,
) -> Iterator[tuple[str | None, ...]]:
    """Yield every way to fill `places` one inspector a place and no inspector twice at a school; loads are left free."""
    choices = []
    for school, skill in places:
        skilled = skill and (active is None or f"team.skill:{skill}" in active)
        who: list[str | None] = [
            p.id
            for p in case.inspectors
            if not is_barred(case, p, school, active) and (not skilled or skill in p.skills)
        ]
        choices.append([*who, None] if optional else who)
    for filling in itertools.product(*choices):
        pairs = [(s.id, w) for (s, _), w in zip(places, filling, strict=True) if w]
        if len(set(pairs)) == len(pairs):
            yield filling


def enumerate_plans(case: Case, schools: Sequence[School]) -> set[frozenset[tuple[str, str, str]]]:
    """Every plan for the drawn schools that keeps all constraints, as sets of (school, inspector, skill)."""
    places = list_places(case, schools)
    rules = case.rules
    own = {p.id: room_of(case, p, len(schools), {"capacity.visits"}) for p in case.inspectors}
    room = {p.id: room_of(case, p, len(schools)) for p in case.inspectors}
    plans = set()
    for filling in fill_places(case, places):
        load = Counter(filling)
        if any(load[p] > room[p] or load[p] < (rules.least_visits or 0) for p in room):
            continue
        if rules.gap is not None:
            free = [load[p] for p in own if load[p] < own[p]]
            if free and max(load.values()) - min(free) > rules.gap:
                continue
        plans.add(frozenset((s.id, w, skill) for (s, skill), w in zip(places, filling, strict=True) if w))
    return plans
