"""The constraints of a double-random draw: each has an id and a title, and is compiled to bit masks over inspectors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from duxue.core.text import Text
from duxue.draws.inspection.model import Case, Inspector, School, capacity_of, years_after

TITLES: dict[str, Text] = {
    "schools.number": Text("抽取学校数", "number of schools"),
    "schools.minimum": Text("每层最少学校数", "least number of schools per stratum"),
    "rotation.school": Text("{years}年内不重复检查同一学校", "no school twice within {years} years"),
    "team.size": Text("督导组人数", "team size"),
    "team.distinct": Text("同一督导组内一人一岗", "one place of a team per inspector"),
    "team.skill": Text("每组须有专长：{skill}", "skill required in each team: {skill}"),
    "recusal.home_county": Text("本县籍回避", "recusal: home county"),
    "recusal.relatives": Text("亲属所在学校回避", "recusal: relatives at the school"),
    "recusal.tenures": Text("现任职或离任未满{years}年回避", "recusal: post held now or within {years} years"),
    "recusal.granted": Text("经批准的回避", "recusal granted on request"),
    "rotation.inspector": Text("同一督学{years}年内不重复检查同一学校", "no inspector twice at a school within {years} years"),
    "capacity.visits": Text("督学可承担次数和天数", "visits and days that an inspector can give"),
    "balance.gap": Text("工作量之差不超过{gap}次", "visits of two inspectors differ by at most {gap}"),
    "balance.least": Text("每名督学至少{least}次", "at least {least} visits for each inspector"),
    "balance.most": Text("每名督学至多{most}次", "at most {most} visits for each inspector"),
}  # fmt: skip
_SKILL = "team.skill:"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One declared constraint, ready to be published before the draw."""

    id: str
    title: Text


def title_of(constraint: str, case: Case) -> Text:
    """Return the title of a constraint id with the numbers that `case` declares."""
    rules = case.rules
    base, _, skill = constraint.partition(":")
    years = {
        "rotation.school": rules.school_years,
        "rotation.inspector": rules.inspector_years,
        "recusal.tenures": rules.tenure_years,
    }.get(base)
    return TITLES[base].format(
        skill=skill, years=years, gap=rules.gap, least=rules.least_visits, most=rules.most_visits
    )


def list_declared(case: Case) -> list[Constraint]:
    """Return the constraints that bind this case, in the order of the catalogue."""
    rules = case.rules
    bound = {
        "schools.minimum": bool(rules.least_per_stratum or rules.minima),
        "rotation.school": rules.school_years is not None,
        "team.skill": False,
        "recusal.home_county": rules.home_county,
        "recusal.relatives": rules.relatives,
        "recusal.tenures": rules.tenure_years is not None,
        "recusal.granted": bool(case.recusals),
        "rotation.inspector": rules.inspector_years is not None,
        "capacity.visits": any(capacity_of(i, rules) is not None for i in case.inspectors),
        "balance.gap": rules.gap is not None,
        "balance.least": rules.least_visits is not None,
        "balance.most": rules.most_visits is not None,
    }
    ids: list[str] = []
    for name in TITLES:
        if name == "team.skill":
            ids += sorted({_SKILL + need.skill for need in rules.skills})
        elif bound.get(name, True):
            ids.append(name)
    return [Constraint(name, title_of(name, case)) for name in ids]


@dataclass(frozen=True, slots=True)
class Ground:
    """A drawn set of schools and the inspectors, compiled: bit j of a mask stands for `inspectors[j]`."""

    case: Case
    schools: tuple[School, ...]
    inspectors: tuple[Inspector, ...]
    owner: tuple[int, ...]  # place -> school
    skill: tuple[str, ...]  # place -> skill asked for, '' for none
    blocks: dict[str, list[int]]  # constraint -> school -> inspectors whom it forbids
    skilled: dict[str, int]  # skill -> inspectors who have it
    caps: tuple[int, ...]  # inspector -> visits at most, by their own capacity and the number of schools

    @property
    def everyone(self) -> int:
        """Return the mask of all inspectors."""
        return (1 << len(self.inspectors)) - 1

    def relaxable(self) -> list[str]:
        """Return the ids of the constraints that forbid single inspectors, in the order in which causes are told."""
        return [*(_SKILL + s for s in sorted(self.skilled)), *self.blocks]

    def mask(self, place: int, active: Collection[str]) -> int:
        """Return who may hold `place` when only the constraints in `active` are kept."""
        mask = self.everyone
        if (skill := self.skill[place]) and _SKILL + skill in active:
            mask = self.skilled[skill]
        for name, forbidden in self.blocks.items():
            if name in active:
                mask &= ~forbidden[self.owner[place]]
        return mask

    def masks(self, places: Sequence[int] | None = None, active: Collection[str] | None = None) -> list[int]:
        """Return `mask` for each of `places`, all by default, under all constraints by default."""
        kept = set(self.relaxable() if active is None else active)
        return [self.mask(p, kept) for p in (range(len(self.owner)) if places is None else places)]

    def cause(self, place: int, inspector: int, active: Collection[str]) -> str | None:
        """Return the first constraint in `active` that keeps `inspector` from `place`."""
        skill = self.skill[place]
        for name in self.relaxable():
            if name not in active:
                continue
            if name.startswith(_SKILL):
                if name == _SKILL + skill and not self.skilled[skill] >> inspector & 1:
                    return name
            elif self.blocks[name][self.owner[place]] >> inspector & 1:
                return name
        return None


def compile_ground(case: Case, schools: Sequence[School], inspectors: Sequence[Inspector]) -> Ground:
    """Return the ground of `case` for the drawn `schools`; bits follow the order of `inspectors`."""
    rules = case.rules
    bit = {person.id: 1 << j for j, person in enumerate(inspectors)}
    index = {school.id: i for i, school in enumerate(schools)}
    by_county: dict[str, list[int]] = {}
    for i, school in enumerate(schools):
        by_county.setdefault(school.county, []).append(i)
    blocks: dict[str, list[int]] = {}

    def forbid(name: str, person: str, places: Collection[int]) -> None:
        masks = blocks.setdefault(name, [0] * len(schools))
        for i in places:
            masks[i] |= bit[person]

    for person in inspectors:
        if rules.home_county:
            forbid("recusal.home_county", person.id, by_county.get(person.home, ()))
        if rules.relatives:
            forbid("recusal.relatives", person.id, [index[s] for s in person.relatives if s in index])
        if rules.tenure_years is not None:
            for tenure in person.tenures:
                if tenure.until is None or years_after(tenure.until, rules.tenure_years) > rules.on:
                    places = by_county.get(tenure.place, ())
                    forbid(
                        "recusal.tenures",
                        person.id,
                        [index[tenure.place]] if tenure.place in index else places,
                    )
    for recusal in case.recusals:
        if recusal.school in index:
            forbid("recusal.granted", recusal.inspector, [index[recusal.school]])
    if rules.inspector_years is not None:
        for visit in case.visits:
            if visit.school in index and years_after(visit.date, rules.inspector_years) > rules.on:
                for name in visit.inspectors:
                    if name in bit:
                        forbid("rotation.inspector", name, [index[visit.school]])
    owner: list[int] = []
    skill: list[str] = []
    for i, school in enumerate(schools):
        places_of = rules.places_of(school)
        owner += [i] * len(places_of)
        skill += places_of
    caps = []
    for person in inspectors:
        own = capacity_of(person, rules)
        caps.append(len(schools) if own is None else min(own, len(schools)))
    return Ground(
        case=case,
        schools=tuple(schools),
        inspectors=tuple(inspectors),
        owner=tuple(owner),
        skill=tuple(skill),
        blocks=dict(sorted(blocks.items())),
        skilled={
            need.skill: sum(bit[p.id] for p in inspectors if need.skill in p.skills) for need in rules.skills
        },
        caps=tuple(caps),
    )
