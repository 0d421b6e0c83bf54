"""The draw itself, and its repetition by anyone who holds the case and the seed."""

from __future__ import annotations

from duxue.core.errors import Problem, Refused
from duxue.draws.inspection.assigning import assign
from duxue.draws.inspection.checking import check_case
from duxue.draws.inspection.constraints import compile_ground
from duxue.draws.inspection.keyed import SEED_BYTES, Stream, keyed_order
from duxue.draws.inspection.mixing import mix
from duxue.draws.inspection.model import METHOD, Case, Member, Plan, Team
from duxue.draws.inspection.problems import at, tell
from duxue.draws.inspection.sampling import build_frame, draw_schools


def draw_plan(case: Case, seed: bytes) -> Plan:
    """Return the plan that `case` and a seed of 32 bytes determine, byte for byte on every machine.

    Raises:
        Refused: the case or the seed is wrong; all problems at once.
        InfeasibleError: no plan keeps every constraint for the schools drawn; with a minimal reason.

    """
    problems = [*check_seed(seed), *check_case(case)]
    if problems:
        raise Refused(problems)
    rules = case.rules
    frame = build_frame(case)
    schools = draw_schools(case, frame, seed)
    by_id = {i.id: i for i in case.inspectors}
    inspectors = [by_id[name] for name in keyed_order(seed, "inspectors", by_id)]
    ground = compile_ground(case, schools, inspectors)
    roster = assign(ground, Stream(seed, "assignment"))
    uppers = [cap if rules.most_visits is None else min(cap, rules.most_visits) for cap in ground.caps]
    lowers = [rules.least_visits or 0] * len(inspectors)
    who = mix(roster, Stream(seed, "walk"), lowers, uppers, rules.gap)
    members: list[list[Member]] = [[] for _ in schools]
    for place, person in enumerate(who):
        members[ground.owner[place]].append(Member(inspectors[person].id, ground.skill[place]))
    return Plan(
        method=METHOD,
        case=case.digest(),
        seed=seed.hex(),
        excluded=tuple((s.id, until.isoformat()) for s, until in frame.excluded),
        teams=tuple(
            # skilled places by skill, places open to anyone last; within these by id
            Team(school.id, tuple(sorted(team, key=lambda m: (not m.skill, m.skill, m.inspector))))
            for school, team in zip(schools, members, strict=True)
        ),
    )


def verify_plan(plan: Plan, case: Case, seed: bytes) -> list[Problem]:
    """Return what speaks against `plan` being the plan of `case` and `seed`: the draw is run again and compared."""
    problems = []
    if plan.method != METHOD:
        problems.append(tell("INSP041", at("method"), plan.method, wanted=METHOD))
    if plan.case != (digest := case.digest()):
        problems.append(tell("INSP042", at("case"), plan.case, wanted=digest))
    if plan.seed != seed.hex():
        problems.append(tell("INSP043", at("seed"), plan.seed, wanted=seed.hex()))
    if problems:
        return problems
    try:
        again = draw_plan(case, seed)
    except Refused as refused:
        return list(refused.problems)
    if again.to_bytes() == plan.to_bytes():
        return []
    if again.excluded != plan.excluded:
        problems.append(tell("INSP044", at("excluded"), len(plan.excluded), wanted=len(again.excluded)))
    for n in range(max(len(plan.teams), len(again.teams))):
        mine = _say(plan.teams[n]) if n < len(plan.teams) else "-"
        wanted = _say(again.teams[n]) if n < len(again.teams) else "-"
        if mine != wanted:
            problems.append(tell("INSP045", at("teams", row=n + 1), mine, wanted=wanted))
    return problems


def check_seed(seed: bytes) -> list[Problem]:
    """Return what is wrong with a seed."""
    if not isinstance(seed, bytes) or len(seed) != SEED_BYTES:
        found = f"{len(seed)} bytes" if isinstance(seed, bytes) else type(seed).__name__
        return [tell("INSP014", at("seed"), found)]
    return []


def _say(team: Team) -> str:
    return f"{team.school}: " + ", ".join(f"{m.inspector}({m.skill or '*'})" for m in team.members)
