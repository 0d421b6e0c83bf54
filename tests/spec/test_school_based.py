"""The yearly ratios where the data come from schools: figures that no row gives follow from the school's own register row."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from tests.spec.shipped import COUNTY, STATISTICS, Outcome, run

ENGINES = pytest.mark.parametrize("engine", ["reference", "duckdb"])
DEGREES = {"teachers_doctor": 1, "teachers_master": 2, "teachers_bachelor": 3, "teachers_associate": 4}


def register(code: str, kind: str, **cells: object) -> Mapping[str, object]:
    """Return a school's row of the register."""
    return {
        "year": 2023,
        "unit_code": code,
        "school_name": code,
        "county_code": COUNTY,
        "kind": kind,
        **cells,
    }


def row(code: str, stage: str, **cells: object) -> Mapping[str, object]:
    """Return a row by stage."""
    return {"year": 2023, "unit_code": code, "stage": stage, **cells}


def near(found: Outcome, *key: str) -> object:
    """Return a value as a reader sees it, or the reason why there is none."""
    value = found.value(*key)
    return value if isinstance(value, str) else pytest.approx(float(value))


@ENGINES
def test_coverage_follows_from_owner_and_flag(engine: str) -> None:
    """A public kindergarten is inclusive whatever its flag says; a private one only by its flag."""
    found = run(
        STATISTICS,
        engine=engine,
        school=[
            register("A", "kindergarten", ownership="public"),
            register("B", "kindergarten", ownership="private", inclusive=True),
            register("C", "kindergarten", ownership="private", inclusive=False),
            register("D", "primary", ownership="public"),
        ],
        enrolment=[
            row("A", "kindergarten", pupils=50), row("B", "kindergarten", pupils=30),
            row("C", "kindergarten", pupils=20), row("D", "primary", pupils=900),
        ],
    )  # fmt: skip
    assert near(found, "public_coverage", COUNTY) == 50
    assert near(found, "inclusive_coverage", COUNTY) == 80
    assert near(found, "inclusive_institutions", COUNTY) == Fraction(200, 3)


@ENGINES
def test_a_private_kindergarten_without_a_flag_leaves_coverage_open(engine: str) -> None:
    """An empty flag is not read as no; the share of public ones needs no flag."""
    found = run(
        STATISTICS,
        engine=engine,
        school=[register("A", "kindergarten", ownership="public"), register("B", "kindergarten", ownership="private")],
        enrolment=[row("A", "kindergarten", pupils=50), row("B", "kindergarten", pupils=50)],
    )  # fmt: skip
    assert found.value("inclusive_coverage", COUNTY) == "missing"
    assert near(found, "public_coverage", COUNTY) == 50


@ENGINES
def test_schools_and_staff_are_counted_once_under_the_highest_stage_that_counts(engine: str) -> None:
    """A nine-year school is a junior school, a twelve-year school a senior one; a point has staff but is no school."""
    found = run(
        STATISTICS,
        engine=engine,
        school=[
            register("A", "nine_year", staff=100),
            register("B", "twelve_year", staff=60),
            register("C", "teaching_point", staff=5),
            register("D", "primary", staff=40),
        ],
        enrolment=[
            *(row("A", stage, pupils=500) for stage in ("primary", "junior")),
            *(row("B", stage, pupils=200) for stage in ("primary", "junior", "senior")),
            row("C", "primary", pupils=20),
            row("D", "primary", pupils=400),
        ],
    )
    schools = {s: near(found, "institutions_total", COUNTY, s) for s in ("primary", "junior", "senior")}
    staff = {s: near(found, "staff_total", COUNTY, s) for s in ("primary", "junior", "senior")}
    assert schools == {"primary": 1, "junior": 1, "senior": 1}
    assert staff == {"primary": 45, "junior": 100, "senior": 60}
    assert near(found, "institutions_all", COUNTY) == 3
    assert near(found, "staff_all", COUNTY) == 205


@ENGINES
@pytest.mark.parametrize(("stage", "share"), [("kindergarten", 50), ("primary", 50), ("junior", 30), ("senior", 15)])  # fmt: skip
def test_the_bar_of_degrees_depends_on_the_stage(engine: str, stage: str, share: int) -> None:
    """Of 20 teachers 1 doctor, 2 masters, 3 bachelors and 4 associates."""
    found = run(STATISTICS, engine=engine, enrolment=[row(COUNTY, stage, teachers=20, **DEGREES)])
    assert near(found, "degree_share", COUNTY, stage) == share


@ENGINES
def test_no_bar_is_invented_for_special_schools_and_mixed_stages(engine: str) -> None:
    """Degrees alone say nothing where no degree is required or several are."""
    stages = ("special", "compulsory", "general_secondary")
    found = run(STATISTICS, engine=engine, enrolment=[row(COUNTY, s, teachers=20, **DEGREES) for s in stages])
    assert {found.value("degree_share", COUNTY, s) for s in stages} == {"missing"}


@ENGINES
def test_a_figure_that_is_given_goes_first(engine: str) -> None:
    """Whoever reports ready figures is not overruled, and a unit without a register gets none made up."""
    given = {"institutions": 7, "staff": 90, "pupils": 100, "pupils_inclusive": 60, "pupils_public": 10}
    found = run(
        STATISTICS,
        engine=engine,
        school=[register("A", "kindergarten", ownership="public", inclusive=True, staff=8)],
        enrolment=[row("A", "kindergarten", **given), row("A", "primary", pupils=5)],
    )
    assert near(found, "institutions_total", COUNTY, "kindergarten") == 7
    assert near(found, "staff_total", COUNTY, "kindergarten") == 90
    assert (near(found, "inclusive_coverage", COUNTY), near(found, "public_coverage", COUNTY)) == (60, 10)
    bare = run(STATISTICS, engine=engine, enrolment=[row(COUNTY, "kindergarten", pupils=100)])
    open_ = ("institutions_total", "staff_total")
    assert {bare.value(i, COUNTY, "kindergarten") for i in open_} == {"missing"}
    assert {bare.value(i, COUNTY) for i in ("inclusive_coverage", "public_coverage")} == {"missing"}
