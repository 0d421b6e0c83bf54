"""How long a double-random plan takes, how that grows, and what a greedy assignment with restarts would do instead.

`python -m bench.inspection` prints a table. The province is made up, from a fixed seed: every school is drawn, teams of
three with a finance and a safety inspector, all recusals and rotations in force, workloads that differ by at most one.
The rival gives each place in random order to the least busy inspector who may take it and starts again when none may.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import resource
import time
from dataclasses import dataclass

from duxue.draws.inspection import (
    Case,
    County,
    Inspector,
    LargerTeam,
    Recusal,
    Rules,
    School,
    SkillNeed,
    Tenure,
    Visit,
    check_plan,
    draw_plan,
)
from duxue.draws.inspection.constraints import Ground, compile_ground
from duxue.draws.inspection.keyed import Stream

SIZES = (500, 1_000, 2_000, 5_000)
LIMIT_SECONDS = 10.0  # what issue 5 allows for the largest size
RESTARTS = 20
RIVAL_SECONDS = 10.0
SEED = hashlib.sha256(b"bench/inspection").digest()
ON = dt.date(2026, 9, 1)
SKILLS = {"finance": 0, "safety": 3, "teaching": 6}  # five of every twelve inspectors, with some overlap
STAGES = ("kindergarten", "primary", "junior", "senior")


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured at one size."""

    schools: int
    inspectors: int
    places: int
    seconds: float
    cpu_seconds: float
    megabytes: float
    breaches: int
    rival_tries: int
    rival_failures: int
    rival_seconds: float
    rival_gap: int | None


def make_case(schools: int, drawn: int | None = None) -> Case:
    """Return a province with `schools` schools and an inspector for every 12.5 of them."""
    chance = Stream(SEED, f"province {schools}")
    counties = [f"C{n:03d}" for n in range(max(4, schools // 50))]
    people = [f"I{n:04d}" for n in range(max(24, schools * 2 // 25))]
    units = [
        School(
            f"S{n:05d}",
            counties[n % len(counties)],
            stage=STAGES[chance.below(4)],
            kind=("public", "private")[chance.below(5) == 0],
            size=100 + chance.below(3_000),
        )
        for n in range(schools)
    ]
    inspectors = [
        Inspector(
            name,
            home=counties[chance.below(len(counties))],
            skills=frozenset(s for s, first in SKILLS.items() if first <= n % 12 < first + 5),
            relatives=frozenset(units[chance.below(schools)].id for _ in range(chance.below(4))),
            tenures=tuple(
                Tenure(units[chance.below(schools)].id, dt.date(2019 + chance.below(8), 7, 31))
                for _ in range(chance.below(4))
            )
            + ((Tenure(counties[chance.below(len(counties))], dt.date(2025, 1, 31)),) if n % 10 == 0 else ()),
            visits=60,
            days=110,
        )
        for n, name in enumerate(people)
    ]
    visits = [
        Visit(
            school.id,
            dt.date(2021 + chance.below(4), 4, 1),
            tuple(people[chance.below(len(people))] for _ in range(3)),
        )
        for school in units
    ]
    return Case(
        counties=tuple(County(c) for c in counties),
        schools=tuple(units),
        inspectors=tuple(inspectors),
        visits=tuple(visits),
        recusals=tuple(
            Recusal(people[chance.below(len(people))], units[chance.below(schools)].id)
            for _ in range(schools // 50)
        ),
        rules=Rules(
            on=ON,
            schools=drawn or schools,
            team_size=3,
            strata=("county", "stage"),
            least_per_stratum=1,
            larger_teams=(LargerTeam(2_500, 4),),
            skills=(
                SkillNeed("finance"),
                SkillNeed("safety"),
                SkillNeed("teaching", 1, frozenset({"junior", "senior"})),
            ),
            tenure_years=3,
            school_years=1,
            inspector_years=5,
            gap=1,
            days_per_visit=2,
        ),
    )


def try_greedy(ground: Ground, chance: Stream) -> list[int] | None:
    """Return loads of a greedy assignment, or None when some place found nobody."""
    masks, load = ground.masks(), [0] * len(ground.inspectors)
    team = [0] * len(ground.schools)
    free = ground.everyone
    for place in chance.shuffled(len(masks)):
        choices = masks[place] & free & ~team[ground.owner[place]]
        if not choices:
            return None
        people = [j for j in range(len(load)) if choices >> j & 1]
        fewest = min(load[j] for j in people)
        best = [j for j in people if load[j] == fewest]
        person = best[chance.below(len(best))]
        load[person] += 1
        team[ground.owner[place]] |= 1 << person
        if load[person] >= ground.caps[person]:
            free &= ~(1 << person)
    return load


def measure(schools: int) -> Row:
    """Return the row of one size: our plan, checked, and the rival on the same schools."""
    case = make_case(schools)
    started, started_cpu = time.perf_counter(), time.process_time()
    plan = draw_plan(case, SEED)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - started_cpu
    breaches = len(check_plan(plan, case))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux; sizes grow
    drawn = {t.school for t in plan.teams}
    ground = compile_ground(case, [s for s in case.schools if s.id in drawn], case.inspectors)
    chance = Stream(SEED, "rival")
    tries = failures = 0
    best: int | None = None
    started = time.perf_counter()
    while tries < RESTARTS and time.perf_counter() - started < RIVAL_SECONDS:
        tries += 1
        load = try_greedy(ground, chance)
        gap = None if load is None else max(load) - min(load)
        if gap is None or gap > (case.rules.gap or 0):
            failures += 1
        if gap is not None:
            best = gap if best is None else min(best, gap)
        if failures < tries:
            break
    return Row(
        schools=schools,
        inspectors=len(case.inspectors),
        places=len(ground.owner),
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        megabytes=memory,
        breaches=breaches,
        rival_tries=tries,
        rival_failures=failures,
        rival_seconds=time.perf_counter() - started,
        rival_gap=best,
    )


def run() -> list[Row]:
    """Measure every size, print the table and return it."""
    print(
        "schools inspectors places   plan s   cpu s  us/place  MB process breaches | greedy: tries failed  best gap  s"
    )
    rows = []
    for schools in SIZES:
        row = measure(schools)
        rows.append(row)
        gap = "-" if row.rival_gap is None else str(row.rival_gap)
        print(
            f"{row.schools:7} {row.inspectors:10} {row.places:6} {row.seconds:8.2f} {row.cpu_seconds:7.2f} "
            f"{row.cpu_seconds / row.places * 1e6:9.0f} {row.megabytes:10.0f} {row.breaches:9} |"
            f" {row.rival_tries:13} {row.rival_failures:6} {gap:>9} {row.rival_seconds:5.1f}",
            flush=True,
        )
    verdict = "within" if rows[-1].seconds <= LIMIT_SECONDS else "ABOVE"
    print(
        f"{rows[-1].schools} schools: {rows[-1].seconds:.2f} s, {verdict} the limit of {LIMIT_SECONDS:.0f} s"
    )
    return rows


if __name__ == "__main__":
    run()
