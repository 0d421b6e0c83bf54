"""What is wrong with the lists and rules of a case, whoever wrote them: all of it at once, with row and field."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Protocol

from duxue.core.errors import Place, Problem
from duxue.core.text import Text, clean
from duxue.draws.inspection.model import STRATUM_FIELDS, Case, Inspector, Rules, capacity_of
from duxue.draws.inspection.problems import at, tell
from duxue.draws.lookalike import find_fault, keys_of

MOST_YEARS = 100
_RULES = {f.name for f in dataclasses.fields(Rules)}


class Row(Protocol):
    """Anything with an id that came from a row of a table."""

    @property
    def id(self) -> str:
        """The id."""

    @property
    def row(self) -> int:
        """The row as the spreadsheet shows it, 0 when there is none."""


def check_case(case: Case, *, contradictions: bool = True) -> list[Problem]:
    """Return every problem of `case`: ids, references, numbers, dates; then contradictions, once these are right."""
    problems = [
        *_check_ids("counties", case.counties),
        *_check_ids("schools", case.schools),
        *_check_ids("inspectors", case.inspectors),
        *_check_schools(case),
        *_check_inspectors(case),
        *_check_history(case),
        *_check_numbers(case),
    ]
    if contradictions and not any(p.place.field in _RULES and not p.place.sheet for p in problems):
        problems += _check_contradictions(case)
    return problems


def _check_ids(table: str, rows: Sequence[Row]) -> Iterator[Problem]:
    exact: dict[str, int] = {}
    alike: dict[tuple[int, str], tuple[str, int]] = {}
    for row in rows:
        place = at("id", table=table, row=row.row)
        if not row.id.strip():
            yield tell("INSP013", place)
            continue
        if fault := find_fault(row.id):
            yield tell("INSP012", place, ascii(row.id), fault=fault)
        keys = [*enumerate(keys_of(clean(row.id)))]
        other = next((alike[key] for key in keys if key in alike), None)
        if row.id in exact:
            yield tell("INSP004", place, row.id, first=exact[row.id])
        elif other:
            yield tell("INSP005", place, row.id, first=other[1], wanted=other[0])
        exact.setdefault(row.id, row.row)
        for key in keys:
            alike.setdefault(key, (row.id, row.row))


def _check_schools(case: Case) -> Iterator[Problem]:
    counties = {c.id for c in case.counties}
    if not case.schools:
        yield tell("INSP001", at("schools"), "schools", wanted=Text("至少一所学校", "at least one school"))
    for school in case.schools:
        if school.county not in counties:
            yield tell("INSP008", at("county", table="schools", row=school.row), school.county)
        if school.size < 0:
            yield _range("size", school.size, 0, None, table="schools", row=school.row)


def _check_inspectors(case: Case) -> Iterator[Problem]:
    counties, schools = {c.id for c in case.counties}, {s.id for s in case.schools}
    if not case.inspectors:
        yield tell(
            "INSP001", at("inspectors"), "inspectors", wanted=Text("至少一名督学", "at least one inspector")
        )
    for name in sorted(counties & schools):
        yield tell(
            "INSP011",
            at("id", table="counties"),
            Text(f"{name} 既是县又是学校", f"{name} is both a county and a school"),
            wanted=Text("编号各不相同", "different ids"),
        )
    for person in case.inspectors:

        def place(field: str, person: Inspector = person) -> Place:
            return at(field, table="inspectors", row=person.row)

        if person.home and person.home not in counties:
            yield tell("INSP008", place("home"), person.home)
        elif not person.home and case.rules.home_county:
            yield tell(
                "INSP001",
                place("home"),
                "home",
                wanted=Text("籍贯县，用于回避", "the home county, for recusal"),
            )
        for name in sorted(person.relatives - schools):
            yield tell("INSP006", place("relatives"), name)
        for tenure in person.tenures:
            if tenure.place not in schools and tenure.place not in counties:
                yield tell("INSP006", place("tenures"), tenure.place)
            if tenure.since and tenure.until and tenure.since > tenure.until:
                yield tell(
                    "INSP010",
                    place("tenures"),
                    f"{tenure.since.isoformat()} > {tenure.until.isoformat()}",
                    wanted=Text("任职起始不晚于结束", "the post begins before it ends"),
                )
            if tenure.since and tenure.since > case.rules.on:
                yield tell(
                    "INSP010",
                    place("tenures"),
                    tenure.since.isoformat(),
                    wanted=Text(
                        f"不晚于抽取日 {case.rules.on}", f"not after the day of the draw, {case.rules.on}"
                    ),
                )
        for field, value in (("visits", person.visits), ("days", person.days)):
            if value is not None and value < 0:
                yield _range(field, value, 0, None, table="inspectors", row=person.row)


def _check_history(case: Case) -> Iterator[Problem]:
    schools, people = {s.id for s in case.schools}, {i.id for i in case.inspectors}
    for visit in case.visits:
        if visit.school not in schools:
            yield tell("INSP006", at("school", table="visits", row=visit.row), visit.school)
        # Who went may have left since: names that are on no list forbid nobody, and are told only when malformed.
        for name in visit.inspectors:
            if not name.strip():
                yield tell("INSP013", at("inspectors", table="visits", row=visit.row))
        if visit.date > case.rules.on:
            yield tell(
                "INSP010",
                at("date", table="visits", row=visit.row),
                visit.date.isoformat(),
                wanted=Text(
                    f"不晚于抽取日 {case.rules.on}", f"not after the day of the draw, {case.rules.on}"
                ),
            )
    for recusal in case.recusals:
        if recusal.school not in schools:
            yield tell("INSP006", at("school", table="recusals", row=recusal.row), recusal.school)
        if recusal.inspector not in people:
            yield tell("INSP007", at("inspector", table="recusals", row=recusal.row), recusal.inspector)


def _check_numbers(case: Case) -> Iterator[Problem]:
    rules = case.rules
    limits: list[tuple[str, int | None, int, int | None]] = [
        ("schools", rules.schools, 1, len(case.schools)),
        ("team_size", rules.team_size, 1, len(case.inspectors)),
        ("least_per_stratum", rules.least_per_stratum, 0, None),
        ("tenure_years", rules.tenure_years, 0, MOST_YEARS),
        ("school_years", rules.school_years, 0, MOST_YEARS),
        ("inspector_years", rules.inspector_years, 0, MOST_YEARS),
        ("gap", rules.gap, 0, None),
        ("least_visits", rules.least_visits, 0, None),
        ("most_visits", rules.most_visits, 0, None),
        ("days_per_visit", rules.days_per_visit, 1, None),
        *(("minima", m.least, 0, None) for m in rules.minima),
        *(("skills", n.members, 1, None) for n in rules.skills),
    ]
    for team in rules.larger_teams:
        limits += [
            ("larger_teams", team.from_size, 0, None),
            ("larger_teams", team.members, 1, len(case.inspectors)),
        ]
    for field, value, low, high in limits:
        if value is not None and (value < low or (high is not None and value > high)):
            yield _range(field, value, low, high)
    for name in rules.strata:
        if name not in STRATUM_FIELDS:
            yield tell("INSP002", at("strata"), name, wanted=", ".join(STRATUM_FIELDS))
    for need in rules.skills:
        if not need.skill.strip():
            yield tell("INSP001", at("skills"), "skill", wanted=Text("专长名称", "the name of a skill"))
    for field, keys in (
        ("strata", list(rules.strata)),
        ("minima", [" / ".join(m.stratum) for m in rules.minima]),
        ("larger_teams", [str(t.from_size) for t in rules.larger_teams]),
    ):
        for key in sorted({k for k in keys if keys.count(k) > 1}):
            yield tell("INSP004", at(field), key, first="-")
    seen: set[tuple[str, str]] = set()
    stages = sorted({s.stage for s in case.schools})
    for need in rules.skills:
        for stage in sorted(need.stages - set(stages)):
            yield tell("INSP003", at("skills"), stage, wanted=", ".join(stages))
        pairs = {(need.skill, stage) for stage in need.stages or stages}
        for skill, stage in sorted(pairs & seen):
            yield tell("INSP004", at("skills"), f"{skill} {stage}".strip(), first="-")
        seen |= pairs


def _check_contradictions(case: Case) -> Iterator[Problem]:
    rules = case.rules

    def clash(field: str, zh: str, en: str, wanted_zh: str, wanted_en: str) -> Problem:
        return tell("INSP011", at(field), Text(zh, en), wanted=Text(wanted_zh, wanted_en))

    strata = {rules.stratum_of(s) for s in case.schools}
    least = dict.fromkeys(strata, rules.least_per_stratum)
    for minimum in rules.minima:
        if minimum.stratum not in strata:
            name = " / ".join(minimum.stratum)
            yield tell("INSP003", at("minima"), name, wanted=Text("名单中有的分层", "a stratum of the list"))
        least[minimum.stratum] = minimum.least
    if (total := sum(least.values())) > rules.schools:
        yield clash(
            "schools",
            f"各层最少数合计 {total}，只抽 {rules.schools} 所",
            f"the strata ask for {total} schools, {rules.schools} are drawn",
            f"不少于 {total}",
            f"at least {total}",
        )
    told: set[tuple[str, int]] = set()
    for school in case.schools:
        size = rules.team_of(school)
        asked = sum(n.members for n in rules.skills if not n.stages or school.stage in n.stages)
        if asked > size and (school.stage, size) not in told:
            told.add((school.stage, size))
            yield clash(
                "skills",
                f"学段“{school.stage}”要求 {asked} 个专长岗位，督导组只有 {size} 人",
                f"stage '{school.stage}' asks for {asked} skilled places in a team of {size}",
                f"不超过 {size}",
                f"at most {size}",
            )
    if rules.gap is not None and (rules.least_visits is not None or rules.most_visits is not None):
        yield clash(
            "gap",
            "同时规定了工作量之差和上下限",
            "both a gap and bounds are declared for the workload",
            "只写 gap，或只写 least_visits、most_visits",
            "either gap, or least_visits and most_visits",
        )
    if (
        rules.least_visits is not None
        and rules.most_visits is not None
        and rules.least_visits > rules.most_visits
    ):
        yield clash(
            "least_visits",
            f"最少 {rules.least_visits} 次多于最多 {rules.most_visits} 次",
            f"least {rules.least_visits} is more than most {rules.most_visits}",
            f"不超过 {rules.most_visits}",
            f"at most {rules.most_visits}",
        )
    for person in case.inspectors:
        own = capacity_of(person, rules)
        if rules.least_visits is not None and own is not None and own < rules.least_visits:
            yield tell(
                "INSP011",
                at("days" if person.visits is None else "visits", table="inspectors", row=person.row),
                Text(f"{person.id} 只能承担 {own} 次", f"{person.id} can make only {own} visits"),
                wanted=Text(
                    f"不少于 least_visits = {rules.least_visits}",
                    f"at least least_visits = {rules.least_visits}",
                ),
            )


def _range(field: str, value: int, low: int, high: int | None, *, table: str = "", row: int = 0) -> Problem:
    wanted = (
        Text(f"不小于 {low}", f"at least {low}")
        if high is None
        else Text(f"{low} 至 {high}", f"from {low} to {high}")
    )
    return tell("INSP009", at(field, table=table, row=row), value, wanted=wanted)
