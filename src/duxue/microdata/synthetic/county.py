"""One county, both years: its rows of the four tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from duxue.microdata.synthetic.apportion import settle
from duxue.microdata.synthetic.calibration import STAGES, YEARS
from duxue.microdata.synthetic.columns import (
    KIND_TITLES,
    LOCALE_TITLES,
    OWNERSHIP_TITLES,
    STAGE_TITLES,
    YES_NO,
)
from duxue.microdata.synthetic.county_facts import SchoolSums, draw_habits, state_facts
from duxue.microdata.synthetic.enrolment import (
    Classes,
    Flows,
    count_of_age,
    draw_flows,
    form_classes,
    share_pupils,
)
from duxue.microdata.synthetic.monitoring import state_monitoring
from duxue.microdata.synthetic.places import County
from duxue.microdata.synthetic.plan import CountyPlan
from duxue.microdata.synthetic.premises import Premises, draw_premises, furnish, furnish_point
from duxue.microdata.synthetic.register import School, draw_schools
from duxue.microdata.synthetic.staff import Talent, count_staff, draw_talent, share_teachers, staff_stage

Row = list[object]


@dataclass(slots=True)
class CountyRows:
    """The rows of a county, in the order in which they are written."""

    county: County
    school: list[Row] = field(default_factory=list)
    school_stage: list[Row] = field(default_factory=list)
    county_year: list[Row] = field(default_factory=list)
    monitoring: list[Row] = field(default_factory=list)

    def table(self, form: str) -> list[Row]:
        """Return the rows of a form by its id."""
        tables = {
            "school": self.school,
            "school_stage": self.school_stage,
            "county_year": self.county_year,
            "monitoring": self.monitoring,
        }
        return tables[form]


def write_county_rows(plan: CountyPlan, seed: int) -> CountyRows:
    """Return all rows of a county; they depend on the seed and the county alone."""
    county = plan.county
    rng = Random(f"{seed}/{county.code}")  # noqa: S311 - a sample, not a secret
    schools = draw_schools(plan, rng, YEARS)
    share_pupils(plan, schools, rng, YEARS)
    share_teachers(plan, schools, rng, YEARS)
    talents: dict[tuple[str, str], Talent] = {}
    premises: dict[str, Premises] = {}
    for school in schools:
        known = max(school.years)
        merged = school.kind == "teaching_point" and not school.counts
        if not merged:
            premises[school.code] = draw_premises(school, known, county, rng)
        for stage, pupils in school.pupils[known].items():
            talents[school.code, stage] = draw_talent(school, stage, pupils, county, rng)
    habits = draw_habits(rng)
    rows = CountyRows(county)
    for year in YEARS:
        _write_year(plan, schools, talents, premises, habits, year, rows, seed, rng)
        rows.monitoring += state_monitoring(county, year, seed)
    return rows


def _write_year(
    plan: CountyPlan,
    schools: list[School],
    talents: dict[tuple[str, str], Talent],
    premises: dict[str, Premises],
    habits: dict[str, float],
    year: int,
    rows: CountyRows,
    seed: int,
    rng: Random,
) -> None:
    county = plan.county
    living = [s for s in schools if year in s.years]
    entrants = _share_entrants(plan, living, year)
    sums = SchoolSums(dict.fromkeys(STAGES, 0), dict.fromkeys(STAGES, 0))
    # Drawn apart, so that these two columns leave every other figure of a seed as it is.
    apart = Random(f"{seed}/{county.code}/{year}")  # noqa: S311 - a sample, not a secret
    formed: dict[str, dict[str, Classes]] = {
        s.code: {stage: form_classes(s, stage, n, county, rng) for stage, n in s.pupils[year].items()}
        for s in living
    }
    for school in living:
        known = formed[school.code]
        for stage, pupils in school.pupils[year].items():
            previous = school.pupils.get(year - 1, {}).get(stage)
            flows = draw_flows(school, stage, pupils, previous, county, rng)
            if school.code in entrants:
                flows = Flows(entrants[school.code], flows.graduates)
            staff = staff_stage(school, stage, year, talents[school.code, stage], county, rng)
            of_age = count_of_age(pupils, habits["primary"], apart) if stage == "primary" else ""
            rows.school_stage.append(
                _lay_stage(school, stage, year, (pupils, of_age), flows, known[stage], staff)
            )
            sums.pupils[stage] += pupils
            sums.teachers[stage] += staff[0]
            sums.junior_graduates += flows.graduates if stage == "junior" else 0
        staff_all = count_staff(school.teachers[year], apart)
        rows.school.append(_lay_school(school, year, county, premises, formed, sums, staff_all, rng))
    rows.county_year.append(state_facts(county, year, sums, habits, rng))


def _share_entrants(plan: CountyPlan, living: list[School], year: int) -> dict[str, int]:
    kindergartens = [s for s in living if s.kind == "kindergarten"]
    pupils = [s.pupils[year]["kindergarten"] for s in kindergartens]
    shares = settle(
        plan.kindergarten_entrants[year], [float(n) for n in pupils], 0, [int(n * 0.6) + 1 for n in pupils]
    )
    return {s.code: share for s, share in zip(kindergartens, shares, strict=True)}


def _lay_stage(
    school: School,
    stage: str,
    year: int,
    pupils: tuple[object, object],
    flows: Flows,
    classes: Classes,
    staff: list[int],
) -> Row:
    return [
        year,
        school.code,
        STAGE_TITLES[stage],
        *pupils,
        flows.entrants,
        flows.graduates,
        flows.nearby,
        flows.due,
        classes.number,
        *classes.bands,
        classes.largest,
        *staff,
        *flows.cohort,
    ]


def _lay_school(
    school: School,
    year: int,
    county: County,
    premises: dict[str, Premises],
    formed: dict[str, dict[str, Classes]],
    sums: SchoolSums,
    staff: int,
    rng: Random,
) -> Row:
    pupils = sum(school.pupils[year].values())
    young = sum(school.pupils[year].get(s, 0) for s in ("primary", "junior"))
    migrants = 0
    if young:
        share = {"urban": 0.16, "town": 0.09, "rural": 0.02}[school.locale]
        migrants = min(young, int(young * share * rng.uniform(0.3, 1.7)))
    if school.ownership == "public":
        sums.migrants_public += migrants
    else:
        sums.migrants_private += migrants
    teachers = sum(n for s, n in school.teachers[year].items() if s in ("primary", "junior"))
    parent = school.parent
    if school.kind == "teaching_point" and not school.counts and parent is not None:
        given = premises[parent.code].points.get(school.code) or (
            pupils * 4.0,
            pupils * 6.0,
            pupils * 1500.0,
            0,
        )
        goods = furnish_point(school, given, year, teachers, county, rng)
    else:
        members = [school, *(p for p in school.points if year in p.years)]
        own = [c for m in members for s, c in formed[m.code].items() if s in ("primary", "junior")]
        classes, largest = sum(c.number for c in own), max((c.largest for c in own), default=0)
        goods = furnish(
            school, premises[school.code], year, YEARS[-1], classes, largest, teachers, county, rng
        )
    return [
        year,
        school.code,
        school.name,
        county.code,
        KIND_TITLES[school.kind],
        OWNERSHIP_TITLES[school.ownership],
        LOCALE_TITLES[school.locale],
        school.built,
        YES_NO[school.counts],
        parent.code if parent is not None else "",
        YES_NO[school.dense],
        YES_NO[school.boarding],
        YES_NO[school.inclusive],
        staff,
        migrants,
        *goods,
    ]
