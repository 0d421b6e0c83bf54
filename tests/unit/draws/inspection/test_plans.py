"""Plans against the plain truth: found exactly when one exists, within every constraint, the same for the same seed."""

from __future__ import annotations

import dataclasses
import hashlib
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from duxue.core.errors import Refused
from duxue.draws.inspection import (
    Case,
    County,
    InfeasibleError,
    Inspector,
    Member,
    Plan,
    Reason,
    Recusal,
    Rules,
    School,
    SkillNeed,
    Team,
    Visit,
    check_plan,
    draw_plan,
    list_declared,
    verify_plan,
)
from duxue.draws.inspection.checking import check_case
from duxue.draws.inspection.sampling import build_frame, draw_schools
from duxue.draws.inspection.telling import tell_reason
from tests.unit.draws.inspection.provinces import (
    ON,
    cases,
    enumerate_plans,
    fill_places,
    is_barred,
    list_places,
    room_of,
)

SEED = bytes(range(32))
seeds = st.binary(min_size=32, max_size=32)
thorough = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def plan_key(plan: Plan) -> frozenset[tuple[str, str, str]]:
    """A plan as the enumeration writes it."""
    return frozenset((t.school, m.inspector, m.skill) for t in plan.teams for m in t.members)


def draw_or_reasons(case: Case, seed: bytes) -> Plan | tuple[Reason, ...]:
    """The plan, or why there is none."""
    try:
        return draw_plan(case, seed)
    except InfeasibleError as error:
        return error.reasons


@thorough
@given(cases(), seeds)
def test_a_plan_is_found_exactly_when_one_exists(case: Case, seed: bytes) -> None:
    """Enumeration over all assignments agrees, and the plan is one of those enumerated."""
    assume(not check_case(case))
    outcome = draw_or_reasons(case, seed)
    if not isinstance(outcome, Plan) and outcome[0].kind == "schools":
        event("too few schools")
        return
    plans = enumerate_plans(case, draw_schools(case, build_frame(case), seed))
    event("feasible" if plans else "infeasible")
    if isinstance(outcome, Plan):
        assert plan_key(outcome) in plans
        assert check_plan(outcome, case) == []
        assert verify_plan(outcome, case, seed) == []
    else:
        assert not plans


@thorough
@given(cases(), seeds)
def test_reasons_are_conflicts_with_nothing_to_spare(case: Case, seed: bytes) -> None:
    """What a reason names cannot be kept together; without any one place, inspector or constraint it could be."""
    assume(not check_case(case))
    outcome = draw_or_reasons(case, seed)
    assume(not isinstance(outcome, Plan))
    assert not isinstance(outcome, Plan)
    event(" + ".join(r.kind for r in outcome))
    for reason in outcome:
        told = tell_reason(case, reason)
        assert told.what.zh
        assert told.what.en
        assert reason.available < reason.needed
        if reason.kind == "places":
            check_places_reason(case, reason)
        elif reason.kind == "visits":
            check_visits_reason(case, draw_schools(case, build_frame(case), seed), reason)
    if {"balance.gap"} <= set(outcome[0].constraints) and outcome[0].kind == "places":
        # One reason is enough where somebody's own limit keeps the level down; else the other side is told too.
        first, *others = outcome
        assert first.level is not None
        for second in others:
            assert second.level is not None
            assert first.level == second.level - 1 + (case.rules.gap or 0)


def check_places_reason(case: Case, reason: Reason) -> None:
    """The places cannot all be filled under the constraints named; they can without any one of either."""
    schools = {s.id: s for s in case.schools}
    places = [(schools[name], skill) for name, skill in reason.places]

    def can_fill(chosen: list[tuple[School, str]], active: set[str]) -> bool:
        level = reason.level if "balance.gap" in active and reason.level is not None else len(case.schools)
        room = {p.id: min(level, room_of(case, p, len(case.schools), active)) for p in case.inspectors}
        return any(
            all(n <= room[str(p)] for p, n in Counter(filling).items())
            for filling in fill_places(case, chosen, active)
        )

    kept = set(reason.constraints)
    assert not can_fill(places, kept)
    assert all(can_fill(places[:n] + places[n + 1 :], kept) for n in range(len(places)))
    # a skill that is no longer asked for frees its places
    assert all(can_fill(places, kept - {name}) for name in kept)
    assert len(places) == reason.needed


def check_visits_reason(case: Case, drawn: list[School], reason: Reason) -> None:
    """The inspectors cannot all have their visits under the constraints named; they can without any one of either."""
    places = list_places(case, drawn)
    people = {p.id: p for p in case.inspectors}
    assert reason.level is not None
    level = reason.level
    claims = {
        p: min(level, room_of(case, people[p], len(drawn), {"capacity.visits"})) for p in reason.inspectors
    }

    def can_claim(active: set[str], chosen: set[str]) -> bool:
        return any(
            all(filling.count(p) >= claims[p] for p in chosen)
            for filling in fill_places(case, places, active, optional=True)
        )

    kept = {c for c in reason.constraints if not c.startswith("balance")}
    assert not can_claim(kept, set(claims))
    assert all(can_claim(kept, set(claims) - {p}) for p in claims)
    assert all(can_claim(kept - {c}, set(claims)) for c in kept)
    assert sum(claims.values()) == reason.needed


def make_county(n_schools: int = 12, n_people: int = 12, **rules: object) -> Case:
    """A county and its neighbour in which plans are easy."""
    declared: dict[str, object] = {"on": ON, "schools": n_schools, "team_size": 2, "gap": 1}
    return Case(
        counties=(County("C1", "甲县"), County("C2", "乙县")),
        schools=tuple(
            School(f"S{n:02d}", f"C{n % 2 + 1}", "primary" if n % 3 else "junior") for n in range(n_schools)
        ),
        inspectors=tuple(
            Inspector(f"I{n:02d}", f"C{n % 2 + 1}", frozenset({"mathematics"}) if n < 6 else frozenset())
            for n in range(n_people)
        ),
        rules=Rules(**{**declared, **rules}),  # type: ignore[arg-type]
    )


def test_the_same_seed_and_lists_give_the_same_bytes_in_any_order_of_rows() -> None:
    """Rows may stand in any order; the digest below is the same on every machine and Python version."""
    case = make_county(skills=(SkillNeed("mathematics"),), schools=8, strata=("county",), least_per_stratum=2)
    first = draw_plan(case, SEED).to_bytes()
    shuffler = random.Random(1)
    for _ in range(5):
        schools, people = list(case.schools), list(case.inspectors)
        shuffler.shuffle(schools)
        shuffler.shuffle(people)
        again = dataclasses.replace(case, schools=tuple(schools), inspectors=tuple(people))
        assert draw_plan(again, SEED).to_bytes() == first
    assert draw_plan(case, bytes(32)).to_bytes() != first
    assert (
        hashlib.sha256(first).hexdigest()
        == "ab171e71f29f0ee88a7ff67cba28a90deb9ba1e2780b79490368adece57d442b"
    )


def test_a_plan_survives_writing_and_reading() -> None:
    """What `to_dict` writes `from_dict` reads."""
    plan = draw_plan(make_county(), SEED)
    assert Plan.from_dict(plan.to_dict()) == plan


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_recusal_holds_and_workload_is_balanced(seed: bytes) -> None:
    """Nobody goes to the home county; loads differ by at most the declared gap."""
    case = make_county()
    plan = draw_plan(case, seed)
    schools, people = {s.id: s for s in case.schools}, {i.id: i for i in case.inspectors}
    for team in plan.teams:
        assert not any(is_barred(case, people[m.inspector], schools[team.school]) for m in team.members)
    loads = [plan.loads().get(i.id, 0) for i in case.inspectors]
    assert max(loads) - min(loads) <= 1


def test_strata_get_their_minimum_and_rotation_keeps_schools_out() -> None:
    """A county with few schools still gets its minimum; schools visited lately are never drawn."""
    case = make_county(schools=6, strata=("county",), least_per_stratum=3, school_years=3)
    case = dataclasses.replace(
        case, visits=(Visit("S00", ON.replace(year=2024)), Visit("S02", ON.replace(year=2023)))
    )
    seen: Counter[str] = Counter()
    for n in range(40):
        plan = draw_plan(case, n.to_bytes(32, "big"))
        drawn = [t.school for t in plan.teams]
        assert sum(int(s[1:]) % 2 for s in drawn) == 3
        seen.update(drawn)
        assert plan.excluded == (("S00", "2027-09-01"),)
    assert "S00" not in seen
    assert seen["S02"] > 0


def tamper(plan: Plan, n: int, *members: Member) -> Plan:
    """The plan with another team at its n-th school."""
    teams = list(plan.teams)
    teams[n] = Team(teams[n].school, members)
    return dataclasses.replace(plan, teams=tuple(teams))


def test_an_altered_plan_is_found_by_both_looks() -> None:
    """Repetition names the team; the second look names the constraint."""
    case = make_county(skills=(SkillNeed("mathematics"),))
    plan = draw_plan(case, SEED)
    school = plan.teams[0].school
    county = next(s.county for s in case.schools if s.id == school)
    local = [i for i in case.inspectors if i.home == county and "mathematics" not in i.skills]
    altered = tamper(plan, 0, Member(local[0].id, "mathematics"), Member(local[0].id))
    assert [p.code for p in verify_plan(altered, case, SEED)] == ["INSP045"]
    broken = {p.place.field for p in check_plan(altered, case)}
    assert broken >= {"recusal.home_county", "team.distinct", "team.skill:mathematics"}
    short = dataclasses.replace(plan, teams=plan.teams[:-1])
    assert "schools.number" in {p.place.field for p in check_plan(short, case)}
    assert {p.code for p in verify_plan(plan, make_county(), SEED)} == {"INSP042"}
    assert {p.code for p in verify_plan(plan, case, bytes(32))} == {"INSP043"}
    stranger = tamper(plan, 0, Member("I99"), Member("I98"))
    assert [p.code for p in check_plan(stranger, case)] == ["INSP007", "INSP007"]


def test_a_reason_counts_who_is_kept_out_and_why() -> None:
    """The text names the county, the places, who can go and what keeps the others away."""
    case = make_county(skills=(SkillNeed("mathematics"),), gap=None)
    case = dataclasses.replace(
        case,
        inspectors=tuple(dataclasses.replace(i, visits=1) for i in case.inspectors),
        recusals=(Recusal("I01", "S00"),),
    )
    with pytest.raises(InfeasibleError) as caught:
        draw_plan(case, SEED)
    (reason,) = caught.value.reasons
    assert reason.kind == "places"
    assert (reason.needed, reason.available) == (4, 3)
    assert set(reason.constraints) == {"team.skill:mathematics", "recusal.home_county", "capacity.visits"}
    assert dict(reason.blocked)[("recusal.home_county",)] in {("I00", "I02", "I04"), ("I01", "I03", "I05")}
    text = caught.value.problems[0].what
    assert "4 mathematics places, only 3 inspectors can go" in text.en
    assert "3 by 'recusal: home county'" in text.en
    assert "3 人因“本县籍回避”" in text.zh


def test_the_seed_must_be_32_bytes() -> None:
    """A short seed is refused before anything is drawn."""
    with pytest.raises(Refused) as caught:
        draw_plan(make_county(), b"short")
    assert [p.code for p in caught.value.problems] == ["INSP014"]


def test_declared_constraints_are_listed_in_both_languages() -> None:
    """What is published before the draw carries ids, titles and numbers."""
    declared = {
        c.id: c.title for c in list_declared(make_county(skills=(SkillNeed("law"),), inspector_years=2))
    }
    assert declared["rotation.inspector"].zh == "同一督学2年内不重复检查同一学校"
    assert declared["team.skill:law"].en == "skill required in each team: law"
    assert declared["balance.gap"].en == "visits of two inspectors differ by at most 1"
    assert "recusal.tenures" not in declared


def test_the_worked_example_of_the_method_page() -> None:
    """The teams and the reason that docs/methods/double-random.md prints."""
    case = make_county(
        6, 6, skills=(SkillNeed("mathematics"),), schools=4, strata=("county",), least_per_stratum=2
    )
    people = tuple(
        dataclasses.replace(i, skills=frozenset({"mathematics"}) if n < 4 else frozenset())
        for n, i in enumerate(case.inspectors)
    )
    case = dataclasses.replace(case, inspectors=people)
    teams = {t.school: [m.inspector for m in t.members] for t in draw_plan(case, SEED).teams}
    assert teams == {
        "S02": ["I01", "I05"],
        "S03": ["I00", "I04"],
        "S04": ["I01", "I03"],
        "S05": ["I02", "I00"],
    }
    case = dataclasses.replace(
        case,
        inspectors=tuple(dataclasses.replace(i, visits=1 if i.skills else None) for i in people),
        rules=dataclasses.replace(case.rules, schools=6, gap=None),
    )
    with pytest.raises(InfeasibleError) as caught:
        draw_plan(case, SEED)
    (problem,) = caught.value.problems
    page = "".join(
        (Path(__file__).parents[4] / "docs/methods/double-random.md").read_text(encoding="utf-8").split()
    )
    assert "".join(problem.what.zh.split()) in page
    assert "".join(problem.what.en.split()) in page
