"""A second look at a plan: every constraint checked one by one from the lists alone.

Nothing of the solver is used here, neither masks nor flow nor seed, so that a mistake there cannot hide itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from duxue.core.errors import Problem
from duxue.draws.inspection.constraints import title_of
from duxue.draws.inspection.model import Case, Inspector, Plan, School, Team, years_after
from duxue.draws.inspection.problems import at, tell


def check_plan(plan: Plan, case: Case) -> list[Problem]:
    """Return every breach of a declared constraint by `plan`; an empty list means that it keeps them all."""
    schools = {s.id: s for s in case.schools}
    people = {i.id: i for i in case.inspectors}
    problems = []
    for n, team in enumerate(plan.teams, 1):
        if team.school not in schools:
            problems.append(tell("INSP006", at("school", table="teams", row=n), team.school))
        problems += [
            tell("INSP007", at("members", table="teams", row=n), m.inspector)
            for m in team.members
            if m.inspector not in people
        ]
    if problems:
        return problems
    problems += _check_schools(plan, case, schools)
    apart = {
        "recusal.granted": {(r.school, r.inspector) for r in case.recusals},
        "rotation.inspector": _list_meetings(case),
    }
    for n, team in enumerate(plan.teams, 1):
        for constraint, found, wanted in _check_team(case, schools[team.school], team, people, apart):
            problems.append(_breach(case, constraint, found, wanted, n))
    for constraint, found, wanted in _check_loads(plan, case):
        problems.append(_breach(case, constraint, found, wanted, None))
    return problems


Breach = tuple[str, str, str]  # constraint, what was found, what was expected


def _breach(case: Case, constraint: str, found: str, wanted: str, row: int | None) -> Problem:
    title = title_of(constraint, case)
    return tell(
        "INSP031", at(constraint, table="teams" if row else "", row=row), found, wanted=wanted, title=title
    )


def _check_schools(plan: Plan, case: Case, schools: dict[str, School]) -> Iterator[Problem]:
    rules = case.rules
    drawn = Counter(team.school for team in plan.teams)
    if len(plan.teams) != rules.schools:
        yield _breach(case, "schools.number", str(len(plan.teams)), str(rules.schools), None)
    for name, times in sorted(drawn.items()):
        if times > 1:
            yield _breach(case, "schools.number", f"{name} × {times}", f"{name} × 1", None)
    has = Counter(rules.stratum_of(schools[name]) for name in drawn)
    least = {rules.stratum_of(s): rules.least_per_stratum for s in case.schools}
    for minimum in rules.minima:
        least[minimum.stratum] = minimum.least
    for stratum, n in sorted(least.items()):
        if has[stratum] < n:
            yield _breach(case, "schools.minimum", f"{' / '.join(stratum)}: {has[stratum]}", f">= {n}", None)
    if rules.school_years is not None:
        for visit in case.visits:
            free = years_after(visit.date, rules.school_years)
            if visit.school in drawn and free > rules.on:
                yield _breach(case, "rotation.school", f"{visit.school} {visit.date}", f">= {free}", None)


def _list_meetings(case: Case) -> set[tuple[str, str]]:
    """Return the pairs of school and inspector that rotation keeps apart."""
    years = case.rules.inspector_years
    if years is None:
        return set()
    return {
        (visit.school, name)
        for visit in case.visits
        if years_after(visit.date, years) > case.rules.on
        for name in visit.inspectors
    }


def _check_team(
    case: Case,
    school: School,
    team: Team,
    people: dict[str, Inspector],
    apart: dict[str, set[tuple[str, str]]],
) -> Iterator[Breach]:
    rules = case.rules
    size = rules.team_size
    for larger in sorted(rules.larger_teams, key=lambda t: t.from_size):
        if school.size >= larger.from_size:
            size = larger.members
    if len(team.members) != size:
        yield "team.size", f"{school.id}: {len(team.members)}", str(size)
    for name, times in sorted(Counter(m.inspector for m in team.members).items()):
        if times > 1:
            yield "team.distinct", f"{school.id}: {name} × {times}", "1"
    asked: Counter[str] = Counter()
    for need in rules.skills:
        if not need.stages or school.stage in need.stages:
            asked[need.skill] += need.members
    given = Counter(m.skill for m in team.members if m.skill)
    for skill in sorted(asked | given):
        if given[skill] != asked[skill]:
            yield f"team.skill:{skill}", f"{school.id}: {given[skill]}", str(asked[skill])
    for member in team.members:
        person = people[member.inspector]
        pair = f"{person.id} → {school.id}"
        if member.skill and member.skill not in person.skills:
            yield f"team.skill:{member.skill}", pair, member.skill
        if rules.home_county and person.home == school.county:
            yield "recusal.home_county", pair, f"≠ {school.county}"
        if rules.relatives and school.id in person.relatives:
            yield "recusal.relatives", pair, "-"
        if rules.tenure_years is not None:
            for tenure in person.tenures:
                here = tenure.place in (school.id, school.county)
                if here and (
                    tenure.until is None or years_after(tenure.until, rules.tenure_years) > rules.on
                ):
                    yield "recusal.tenures", f"{pair} ({tenure.place} .. {tenure.until or ''})", "-"
        for constraint, pairs in apart.items():
            if (school.id, person.id) in pairs:
                yield constraint, pair, "-"


def _check_loads(plan: Plan, case: Case) -> Iterator[Breach]:
    rules = case.rules
    loads = plan.loads()
    free: list[int] = []
    for person in sorted(case.inspectors, key=lambda i: i.id):
        load = loads.get(person.id, 0)
        full = load >= len(plan.teams)
        if person.visits is not None:
            full = full or load >= person.visits
            if load > person.visits:
                yield "capacity.visits", f"{person.id}: {load}", f"<= {person.visits}"
        if person.days is not None:
            full = full or (load + 1) * rules.days_per_visit > person.days
            if load * rules.days_per_visit > person.days:
                yield "capacity.visits", f"{person.id}: {load} × {rules.days_per_visit}", f"<= {person.days}"
        if not full:
            free.append(load)
        if rules.least_visits is not None and load < rules.least_visits:
            yield "balance.least", f"{person.id}: {load}", f">= {rules.least_visits}"
        if rules.most_visits is not None and load > rules.most_visits:
            yield "balance.most", f"{person.id}: {load}", f"<= {rules.most_visits}"
    most = max(loads.values(), default=0)
    if rules.gap is not None and free and most - min(free) > rules.gap:
        yield "balance.gap", f"{min(free)} .. {most}", f"<= {rules.gap}"
