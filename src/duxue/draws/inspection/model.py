"""What a double-random draw is made from, and the plan that it makes: plain frozen values with one canonical form.

The order of rows never matters: the canonical form sorts every list that has no order of its own, and its digest names
the case in the plan. `row` is the row of a table as the spreadsheet shows it, kept for messages only.
"""

from __future__ import annotations

import calendar
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from duxue.core.digest import of_json

METHOD = "double-random/1"
STRATUM_FIELDS = ("county", "stage", "kind")
FAR_AWAY = dt.date.max


@dataclass(frozen=True, slots=True)
class County:
    """A county that schools lie in or inspectors come from."""

    id: str
    name: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class School:
    """A school that may be drawn; `size` in pupils."""

    id: str
    county: str
    stage: str = ""
    kind: str = ""
    size: int = 0
    name: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Tenure:
    """A post held at a school or in a county's office (`place`: the id of either); no `until` means still held."""

    place: str
    until: dt.date | None = None
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Inspector:
    """An inspector who may be sent; `visits` and `days` are what this plan may ask of them, None is no limit."""

    id: str
    home: str = ""
    skills: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()  # schools where a near relative works or studies
    tenures: tuple[Tenure, ...] = ()
    visits: int | None = None
    days: int | None = None
    name: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """An earlier inspection of a school and who went."""

    school: str
    date: dt.date
    inspectors: tuple[str, ...] = ()
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Recusal:
    """A recusal that was asked for and granted before the draw."""

    inspector: str
    school: str
    reason: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least number of schools of one stratum, in the place of the number for every stratum."""

    stratum: tuple[str, ...]
    least: int


@dataclass(frozen=True, slots=True)
class LargerTeam:
    """Schools of at least `from_size` pupils are visited by `members` inspectors."""

    from_size: int
    members: int


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """`members` places of each team are held by inspectors with `skill`; only at `stages` when these are named."""

    skill: str
    members: int = 1
    stages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """The declared plan: how many schools, what teams, and what is forbidden on the day `on`."""

    on: dt.date
    schools: int
    team_size: int
    strata: tuple[str, ...] = ()
    least_per_stratum: int = 0
    minima: tuple[Minimum, ...] = ()
    larger_teams: tuple[LargerTeam, ...] = ()
    skills: tuple[SkillNeed, ...] = ()
    home_county: bool = True
    relatives: bool = True
    tenure_years: int | None = None
    school_years: int | None = None
    inspector_years: int | None = None
    gap: int | None = None
    least_visits: int | None = None
    most_visits: int | None = None
    days_per_visit: int = 1

    def team_of(self, school: School) -> int:
        """Return how many inspectors visit `school`."""
        fitting = [t for t in self.larger_teams if school.size >= t.from_size]
        return max(fitting, key=lambda t: t.from_size).members if fitting else self.team_size

    def places_of(self, school: School) -> tuple[str, ...]:
        """Return the skill of each place of the school's team in canonical order; '' is a place for anyone."""
        skilled = [
            need.skill
            for need in sorted(self.skills, key=lambda n: n.skill)
            if not need.stages or school.stage in need.stages
            for _ in range(need.members)
        ]
        return (*skilled, *[""] * (self.team_of(school) - len(skilled)))

    def stratum_of(self, school: School) -> tuple[str, ...]:
        """Return the stratum of `school`: the values of the fields that form strata."""
        return tuple(str(getattr(school, name)) for name in self.strata)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a draw reads besides the seed."""

    schools: tuple[School, ...]
    inspectors: tuple[Inspector, ...]
    rules: Rules
    counties: tuple[County, ...] = ()
    visits: tuple[Visit, ...] = ()
    recusals: tuple[Recusal, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return the case as JSON values in canonical order; rows and their order are gone."""
        rules = self.rules
        return {
            "counties": [{"id": c.id, "name": c.name} for c in sorted(self.counties, key=lambda c: c.id)],
            "schools": [
                {
                    "id": s.id,
                    "name": s.name,
                    "county": s.county,
                    "stage": s.stage,
                    "kind": s.kind,
                    "size": s.size,
                }
                for s in sorted(self.schools, key=lambda s: s.id)
            ],
            "inspectors": [
                {
                    "id": i.id,
                    "name": i.name,
                    "home": i.home,
                    "skills": sorted(i.skills),
                    "relatives": sorted(i.relatives),
                    "tenures": sorted([t.place, _day(t.since), _day(t.until)] for t in i.tenures),
                    "visits": i.visits,
                    "days": i.days,
                }
                for i in sorted(self.inspectors, key=lambda i: i.id)
            ],
            "visits": sorted([v.school, v.date.isoformat(), sorted(v.inspectors)] for v in self.visits),
            "recusals": sorted([r.inspector, r.school, r.reason] for r in self.recusals),
            "rules": {
                "on": rules.on.isoformat(),
                "schools": rules.schools,
                "strata": list(rules.strata),
                "least_per_stratum": rules.least_per_stratum,
                "minima": sorted([list(m.stratum), m.least] for m in rules.minima),
                "team_size": rules.team_size,
                "larger_teams": sorted([t.from_size, t.members] for t in rules.larger_teams),
                "skills": sorted([n.skill, n.members, sorted(n.stages)] for n in rules.skills),
                "home_county": rules.home_county,
                "relatives": rules.relatives,
                "tenure_years": rules.tenure_years,
                "school_years": rules.school_years,
                "inspector_years": rules.inspector_years,
                "gap": rules.gap,
                "least_visits": rules.least_visits,
                "most_visits": rules.most_visits,
                "days_per_visit": rules.days_per_visit,
            },
        }

    def digest(self) -> str:
        """Return the name of the case: SHA-256 of its canonical form."""
        return of_json(self.to_dict())


@dataclass(frozen=True, slots=True)
class Member:
    """An inspector of a team and the skill that their place asks for ('' for a place open to anyone)."""

    inspector: str
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """The visit of one drawn school."""

    school: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The result of a draw; teams stand in the order in which their schools were drawn."""

    method: str
    case: str
    seed: str
    teams: tuple[Team, ...]
    excluded: tuple[tuple[str, str], ...] = ()  # school, date until which rotation excludes it

    def to_dict(self) -> dict[str, object]:
        """Return the plan as JSON values."""
        return {
            "method": self.method,
            "case": self.case,
            "seed": self.seed,
            "excluded": [list(pair) for pair in self.excluded],
            "teams": [
                {"school": t.school, "members": [[m.inspector, m.skill] for m in t.members]}
                for t in self.teams
            ],
        }

    def to_bytes(self) -> bytes:
        """Return the plan as canonical JSON in UTF-8: equal plans have equal bytes."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Plan:
        """Return the plan written by `to_dict`; ValueError, KeyError or TypeError when it is not one."""
        return cls(
            method=str(value["method"]),
            case=str(value["case"]),
            seed=str(value["seed"]),
            excluded=tuple((str(school), str(until)) for school, until in value["excluded"]),
            teams=tuple(
                Team(
                    str(team["school"]), tuple(Member(str(who), str(skill)) for who, skill in team["members"])
                )
                for team in value["teams"]
            ),
        )

    def loads(self) -> dict[str, int]:
        """Return how many visits each inspector of the plan makes."""
        counts: dict[str, int] = {}
        for team in self.teams:
            for member in team.members:
                counts[member.inspector] = counts.get(member.inspector, 0) + 1
        return counts


def years_after(day: dt.date, years: int) -> dt.date:
    """Return the same day `years` later; 29 February becomes the 28th where the year has none."""
    year = day.year + years
    if year > dt.MAXYEAR:
        return FAR_AWAY
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def capacity_of(inspector: Inspector, rules: Rules) -> int | None:
    """Return how many visits the inspector can make by visits and days; None when neither is limited."""
    limits = [] if inspector.visits is None else [inspector.visits]
    if inspector.days is not None:
        limits.append(inspector.days // rules.days_per_visit)
    return min(limits) if limits else None


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
