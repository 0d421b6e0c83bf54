"""The traps of Chinese education indicators, one by one, on the shipped packs with numbers small enough to check by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from duxue.app.cases import run_cases
from duxue.core.errors import Refused
from duxue.core.quantity import round_half_up, show
from duxue.core.units import UnitTree
from duxue.engines.data import Data
from duxue.engines.reference import Reference
from duxue.microdata.inline import table_of
from duxue.packs.lint import check
from duxue.packs.loader import load, load_text
from duxue.plan.build import build_plan
from tests.spec.shipped import BALANCE, BASIC, COUNTY, STATISTICS, pack_of, plan_of, run, school, stage

F = Fraction
CVS = tuple(f"L{i}_cv" for i in range(1, 8))


# 1 ----------------------------------------------------------------------------------------------------------------------
def test_county_value_is_a_ratio_of_totals() -> None:
    """1000 m2 for 100 and 900 m2 for 300 pupils: 1900 / 400 = 4.75, not the mean of 10 and 3."""
    found = run(
        BALANCE,
        school=[
            school("A", teaching_area=1000, indoor_sports_area=0),
            school("B", teaching_area=900, indoor_sports_area=0),
        ],
        school_stage=[stage("A", 100), stage("B", 300)],
    )
    assert (found.value("L4", "A", "primary"), found.value("L4", "B", "primary")) == (10, 3)
    for unit in (COUNTY, "370100", "370000"):
        assert found.value("L4", unit, "primary") == F(1900, 400)


# 2 ----------------------------------------------------------------------------------------------------------------------
def test_coefficient_of_variation_is_weighted_by_pupils_in_population_form() -> None:
    """The official example of five schools: 0.515, where the plain form gives 0.489 and the sample form 0.546."""
    rows = [("P1", 45, 279), ("P2", 37, 137), ("P3", 89, 935), ("P4", 76, 160), ("P5", 55, 402)]
    found = run(
        BASIC,
        school=[school(code, books=books) for code, _, books in rows],
        school_stage=[stage(code, pupils) for code, pupils, _ in rows],
    )
    assert str(round_half_up(F(found.value("B5_cv", COUNTY, "primary")), 5)) == "0.51526"


def test_school_alone_in_its_county_has_no_variation() -> None:
    """The sample form would divide by zero."""
    found = run(BASIC, school=[school("A", books=100)], school_stage=[stage("A", 50)])
    assert found.value("B5_cv", COUNTY, "primary") == 0


# 3 ----------------------------------------------------------------------------------------------------------------------
def test_rules_of_2017_limit_each_coefficient_and_not_their_mean() -> None:
    """Six times 0.10 and once 0.51: the mean is 0.16, and the county fails."""
    given = {(cv, COUNTY, "primary"): "0.10" for cv in CVS}
    assert run(BALANCE, given=given).verdict("county_cv", COUNTY, "primary") == "met"
    given["L5_cv", COUNTY, "primary"] = "0.51"
    assert run(BALANCE, given=given).verdict("county_cv", COUNTY, "primary") == "not_met"


def test_limits_of_2017_are_half_in_primary_and_less_in_junior() -> None:
    """0.50 passes in primary schools and fails in junior ones; 0.45 passes in both."""
    given = {("L1_cv", COUNTY, s): v for s, v in (("primary", "0.50"), ("junior", "0.50"))}
    found = run(BALANCE, given=given)
    assert [found["L1_cv", COUNTY, s].verdict for s in ("primary", "junior")] == ["met", "not_met"]
    assert (
        run(BALANCE, given={("L1_cv", COUNTY, "junior"): "0.45"})["L1_cv", COUNTY, "junior"].verdict == "met"
    )


def test_rules_of_2012_judge_the_mean_of_eight_and_no_single_one() -> None:
    """One coefficient of 1.299 is no matter while the mean stays within 0.65."""
    given = {(f"B{i}_cv", COUNTY, "primary"): "0.4" for i in range(1, 8)}
    found = run(
        BASIC,
        given={
            **given,
            ("B8_cv", COUNTY, "primary"): "1.299",
            ("composite_cv", COUNTY, "primary"): "0.512375",
        },
    )
    assert found["B8_cv", COUNTY, "primary"].verdict == ""
    assert found.verdict("stage_balance", COUNTY, "primary") == "met"


@pytest.mark.parametrize(("stage_id", "limit"), [("primary", "0.65"), ("junior", "0.55")])
def test_composite_limits_of_2012(stage_id: str, limit: str) -> None:
    """Exactly the limit passes; a millionth more does not."""
    at = run(BASIC, given={("composite_cv", COUNTY, stage_id): limit})
    over = run(BASIC, given={("composite_cv", COUNTY, stage_id): str(float(limit) + 0.000001)})
    assert at.verdict("stage_balance", COUNTY, stage_id) == "met"
    assert over.verdict("stage_balance", COUNTY, stage_id) == "not_met"


# 4 ----------------------------------------------------------------------------------------------------------------------
def seven(**changes: object) -> str:
    """Return the verdict on a primary school of 1000 pupils that reaches all seven standards but for `changes`."""
    schools = {
        "teaching_area": 4500, "indoor_sports_area": 0, "sports_ground_area": 7500, "equipment_value": 200, "multimedia_rooms": 23,
    }  # fmt: skip
    stages = {"teachers_bachelor": 42, "teachers_backbone": 10, "teachers_pe": 9}
    at_school = {k: changes.pop(k, v) for k, v in schools.items()}
    at_stage = {k: changes.pop(k, v) for k, v in stages.items()}
    assert not changes
    found = run(BALANCE, school=[school("A", **at_school)], school_stage=[stage("A", 1000, **at_stage)])
    return found.verdict("school_resources", "A", "primary")


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "met"),
        ({"teaching_area": 3825}, "met"),
        ({"teaching_area": 3824}, "not_met"),
        ({"equipment_value": 170}, "met"),
        ({"equipment_value": "169.9999"}, "not_met"),
        ({"teaching_area": 4499, "equipment_value": "199.9999"}, "not_met"),
    ],
)
def test_one_resource_alone_may_fall_to_85_percent(changes: dict[str, object], verdict: str) -> None:
    """Six reach their standard, and the seventh 85 % of it; two that just miss theirs are too many."""
    assert seven(**changes) == verdict


# 5 ----------------------------------------------------------------------------------------------------------------------
def test_unrounded_value_is_compared_and_shown_so_that_it_looks_as_it_is() -> None:
    """A published 0.501787 is 0.50 when rounded, and still misses 0.50."""
    result = run(BALANCE, given={("L2_cv", COUNTY, "primary"): "0.501787"})["L2_cv", COUNTY, "primary"]
    assert result.value is not None
    assert result.verdict == "not_met"
    assert show(result.value, 2, result.threshold) == "0.502"


# 6 ----------------------------------------------------------------------------------------------------------------------
def combined(
    kind: str, first: str, second: str
) -> tuple[dict[str, Fraction | str], dict[str, Fraction | str]]:
    """Return the seven values of the two stages of a school with 100 pupils each, which owns 2100 or 210 of everything."""
    found = run(
        BALANCE,
        school=[school("A", kind, teaching_area=2100, indoor_sports_area=0, sports_ground_area=2100, equipment_value=210, multimedia_rooms=21)],
        school_stage=[
            stage("A", 100, first, teachers_bachelor=10, teachers_backbone=5, teachers_pe=3),
            stage("A", 100, second, teachers_bachelor=20, teachers_backbone=6, teachers_pe=4),
        ],
    )  # fmt: skip

    def of(stage_id: str) -> dict[str, Fraction | str]:
        keys = [(f"L{i}", "A", stage_id) for i in range(1, 8)]
        return {key[0]: found.value(*key) for key in keys if key in found.results}

    return of(first), of(second)


def test_nine_year_school_shares_four_resources_as_one_to_one_point_one() -> None:
    """2100 m2 over weights 100 and 110: 10 and 11 m2 a pupil. Teachers are counted where they teach."""
    primary, junior = combined("nine_year", "primary", "junior")
    assert [primary[f"L{i}"] for i in (4, 5, 6, 7)] == [10, 10, 10000, 10]
    assert [junior[f"L{i}"] for i in (4, 5, 6, 7)] == [11, 11, 11000, 11]
    assert [primary[f"L{i}"] for i in (1, 2, 3)] == [10, 5, 3]
    assert [junior[f"L{i}"] for i in (1, 2, 3)] == [20, 6, 4]


def test_complete_secondary_school_shares_as_one_to_one_point_two() -> None:
    """The junior part has 1 of 2.2, and the senior part is not judged."""
    junior, senior = combined("complete_secondary", "junior", "senior")
    assert junior["L4"] == F(2100) / F("2.2") / 100
    assert senior == {}


def test_twelve_year_school_shares_among_three_stages() -> None:
    """1 : 1.1 : 1.32, of 342 m2 and 100 pupils each."""
    found = run(
        BALANCE,
        school=[school("A", "twelve_year", teaching_area=342, indoor_sports_area=0)],
        school_stage=[stage("A", 100, s) for s in ("primary", "junior", "senior")],
    )
    assert (found.value("L4", "A", "primary"), found.value("L4", "A", "junior")) == (1, F("1.1"))


# 7 ----------------------------------------------------------------------------------------------------------------------
def test_indoor_sports_rooms_count_for_sports_and_not_for_teaching() -> None:
    """1000 m2 with 200 m2 indoors and 500 m2 of grounds, 100 pupils: 8 and 7 m2."""
    found = run(
        BALANCE,
        school=[school("A", teaching_area=1000, indoor_sports_area=200, sports_ground_area=500)],
        school_stage=[stage("A", 100)],
    )
    assert (found.value("L4", "A", "primary"), found.value("L5", "A", "primary")) == (8, 7)


def test_teaching_area_never_falls_below_zero() -> None:
    """A school that reports more indoor rooms than area has none left."""
    found = run(
        BALANCE,
        school=[school("A", teaching_area=100, indoor_sports_area=200)],
        school_stage=[stage("A", 100)],
    )
    assert found.value("L4", "A", "primary") == 0


# 8 ----------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "pupils", "value"),
    [
        ("teaching_point", 49, "out_of_scope"),
        ("teaching_point", 50, 4),
        ("primary", 49, F(200, 49)),
        ("special", 100, "out_of_scope"),
        ("vocational", 100, "out_of_scope"),
    ],
)
def test_small_points_and_other_kinds_stay_out(kind: str, pupils: int, value: Fraction | str) -> None:
    """Only points are judged by their size; the reason travels with the result."""
    found = run(
        BALANCE,
        school=[school("A", kind, teaching_area=200, indoor_sports_area=0)],
        school_stage=[stage("A", pupils)],
    )
    assert found.value("L4", "A", "primary") == value
    if value == "out_of_scope":
        assert found.verdict("school_resources", "A", "primary") == "out_of_scope"


def test_points_without_school_status_are_merged_before_size_is_looked_at() -> None:
    """A point of 40 pupils with a merged class of 15 has 55 and is in; the merged one has no result of its own."""
    found = run(
        BALANCE,
        school=[
            school("A", "teaching_point", teaching_area=200, indoor_sports_area=0),
            school(
                "B",
                "teaching_point",
                counts_as_school=False,
                parent_school="A",
                teaching_area=20,
                indoor_sports_area=0,
            ),
        ],
        school_stage=[stage("A", 40), stage("B", 15)],
    )
    assert found.value("L4", "A", "primary") == 4
    assert ("L4", "B", "primary") not in found.results


def test_a_point_out_of_scope_does_not_fail_its_county() -> None:
    """Every school must reach the standards; a point of 49 pupils is none of them."""
    good = {
        "teaching_area": 4500,
        "indoor_sports_area": 0,
        "sports_ground_area": 7500,
        "equipment_value": 200,
        "multimedia_rooms": 23,
    }
    found = run(
        BALANCE,
        school=[school("A", **good), school("B", "teaching_point", teaching_area=1, indoor_sports_area=0)],
        school_stage=[
            stage("A", 1000, teachers_bachelor=42, teachers_backbone=10, teachers_pe=9),
            stage("B", 49),
        ],
    )
    assert found.verdict("county_schools", COUNTY) == "met"
    assert found["county_schools", COUNTY].denominator == 1


# 9 ----------------------------------------------------------------------------------------------------------------------
def test_degree_bar_is_higher_in_junior_schools() -> None:
    """An associate degree is above the bar in primary and not in junior."""
    degrees = {"teachers_associate": 4, "teachers_bachelor": 3, "teachers_master": 2, "teachers_doctor": 1}
    found = run(
        BALANCE,
        school=[school("A", "nine_year")],
        school_stage=[stage("A", 100, s, **degrees) for s in ("primary", "junior")],
    )
    assert (found.value("L1", "A", "primary"), found.value("L1", "A", "junior")) == (10, 6)


# 10 ---------------------------------------------------------------------------------------------------------------------
def test_equipment_is_reported_in_wan_yuan_and_judged_in_yuan() -> None:
    """20 万元 for 100 pupils are the 2000 yuan of the standard exactly."""
    found = run(BALANCE, school=[school("A", equipment_value=20)], school_stage=[stage("A", 100)])
    result = found["L6", "A", "primary"]
    assert (result.value, result.verdict, result.margin) == (2000, "met", 0)


# 11 ---------------------------------------------------------------------------------------------------------------------
def test_teachers_per_pupil_are_not_taken_for_pupils_per_teacher() -> None:
    """The 2012 indicator is 0.08, the statistics' ratio 12.5, and a pack that swaps the units is refused."""
    basic = run(BASIC, school=[school("A")], school_stage=[stage("A", 100, teachers=8)])
    yearly = run(
        STATISTICS,
        enrolment=[{"year": 2023, "unit_code": COUNTY, "stage": "primary", "pupils": 100, "teachers": 8}],
    )
    assert basic.value("B6", "A", "primary") == F(8, 100)
    assert yearly.value("pupil_teacher_ratio", COUNTY, "primary") == F(25, 2)
    text = (load(STATISTICS).folder / "pack.yaml").read_text(encoding="utf-8")
    swapped = text.replace('formula: "sum(pupils) / sum(teachers)"', 'formula: "sum(teachers) / sum(pupils)"')
    assert swapped != text
    with pytest.raises(Refused):
        build_plan(load_text(swapped).pack)


# 12 ---------------------------------------------------------------------------------------------------------------------
def test_teachers_counted_by_institution_give_only_the_combined_ratio() -> None:
    """Where teachers are printed for compulsory education together, the stages have no ratio rather than a wrong one."""
    found = run(
        STATISTICS,
        enrolment=[
            {"year": 2023, "unit_code": COUNTY, "stage": "compulsory", "pupils": 84036, "teachers": 7879},
            {"year": 2023, "unit_code": COUNTY, "stage": "junior", "pupils": 23270},
        ],
    )
    assert str(round_half_up(F(found.value("pupil_teacher_ratio", COUNTY, "compulsory")), 2)) == "10.67"
    assert found.value("pupil_teacher_ratio", COUNTY, "junior") == "missing"


# 13 ---------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "classes",
    [{"classes_56_up": 10, "classes_66_up": 3}, {"classes_56_60": 4, "classes_61_65": 3, "classes_66": 3}],
)
def test_large_classes_include_the_oversize_ones(classes: dict[str, int]) -> None:
    """10 of 100 classes have 56 or more, 3 of them 66 or more; both ways of reporting give 10 % and 3 %."""
    found = run(
        STATISTICS,
        enrolment=[{"year": 2023, "unit_code": COUNTY, "stage": "primary", "classes": 100, **classes}],
    )
    assert (found.value("large_class_share", COUNTY), found.value("oversize_class_share", COUNTY)) == (10, 3)


# 14 ---------------------------------------------------------------------------------------------------------------------
def test_pupils_per_100000_residents_use_last_years_residents() -> None:
    """50 pupils over last year's 1000 residents are 5000; this year's 2000 do not matter."""
    residents = [{"year": y, "unit_code": COUNTY, "residents": n} for y, n in ((2022, 1000), (2023, 2000))]
    enrolment = [{"year": 2023, "unit_code": COUNTY, "stage": "primary", "pupils": 50}]
    assert (
        run(STATISTICS, enrolment=enrolment, residents=residents).value("pupils_per_100k", COUNTY, "primary")
        == 5000
    )
    without = run(STATISTICS, enrolment=enrolment, residents=residents[1:])
    assert without.value("pupils_per_100k", COUNTY, "primary") == "no_previous"


# 15 ---------------------------------------------------------------------------------------------------------------------
def test_promotion_may_pass_100_percent() -> None:
    """110 entrants after 100 graduates are 110 %, neither an error nor cut."""
    found = run(
        STATISTICS,
        enrolment=[
            {"year": 2023, "unit_code": COUNTY, "stage": "primary", "graduates": 100},
            {"year": 2023, "unit_code": COUNTY, "stage": "junior", "entrants": 110},
        ],
    )
    assert found.value("promotion_primary", COUNTY) == 110


# 16 ---------------------------------------------------------------------------------------------------------------------
def test_stale_published_figures_are_recomputed_and_listed() -> None:
    """98.3 was printed again in 2012 and 2013; the published head counts give 95.7 and 94.6."""
    (series,) = [r for r in run_cases(load(STATISTICS)) if r.id == "national_series"]
    stale = {
        m.year: (float(m.published), m.recomputed)
        for m in series.mistakes
        if m.indicator == "promotion_primary"
    }
    assert stale == {2012: (98.3, "95.7"), 2013: (98.3, "94.6")}


# 17 ---------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("unit", "year", "standard", "verdict"),
    [
        ("210102", 2024, ">= 8000", "not_met"),
        ("210102", 2023, ">= 6000", "met"),
        (COUNTY, 2024, ">= 6000", "met"),
    ],
)
def test_a_local_threshold_holds_where_and_when_it_was_set(
    unit: str, year: int, standard: str, verdict: str
) -> None:
    """70 万元 for 100 special-school pupils: Shenyang asks 8000 yuan from 2024, the country 6000."""
    found = run(
        BALANCE,
        year,
        county_year=[
            {"year": year, "county_code": unit, "residents": 1, "special_funds": 70, "special_pupils": 100}
        ],
    )
    result = found["special_funds_per_pupil", unit]
    assert (result.value, result.standard, result.verdict) == (7000, standard, verdict)


def test_no_threshold_of_2017_is_applied_to_2016() -> None:
    """An earlier year has values and no verdict."""
    found = run(
        BALANCE, 2016,
        school=[school("A", year=2016, teaching_area=100, indoor_sports_area=0)], school_stage=[stage("A", 100, year=2016)],
    )  # fmt: skip
    assert (found.value("L4", "A", "primary"), found["L4", "A", "primary"].verdict) == (1, "")
    assert not [key for key, r in found.results.items() if r.kind == "verdict"]


# 18 ---------------------------------------------------------------------------------------------------------------------
def test_a_school_without_pupils_or_data_is_left_out_and_said_so() -> None:
    """Neither counts as 0: the county's value and variation come from the others, flagged and counted."""
    found = run(
        BALANCE,
        school=[
            school("A", teaching_area=500, indoor_sports_area=0),
            school("B", teaching_area=700, indoor_sports_area=0),
            school("C", teaching_area=None, indoor_sports_area=0),
            school("D", teaching_area=900, indoor_sports_area=0),
        ],
        school_stage=[stage("A", 100), stage("B", 100), stage("C", 100), stage("D", 0)],
    )
    assert found.value("L4", "C", "primary") == "missing"
    assert found.value("L4", "D", "primary") == "out_of_scope"
    assert "It has no pupils" in str(found["L4", "D", "primary"].reason_text)
    county = found["L4", COUNTY, "primary"]
    assert (county.value, county.rows, county.left_out, county.flags) == (6, 3, 1, ("left_out",))
    cv = found["L4_cv", COUNTY, "primary"]
    assert (cv.value, cv.left_out) == (F(1, 6), 1)
    assert found["L4", "C", "primary"].reason_text is not None
    assert "Teaching and auxiliary area" in str(found["L4", "C", "primary"].reason_text)


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
@pytest.mark.parametrize(("above", "verdict"), [(357, "met"), (356, "not_met")])
def test_exactly_85_percent_of_one_standard_is_enough(engine: str, above: int, verdict: str) -> None:
    """3.57 of 4.2 is 0.85 in fractions and a hair less in doubles; the rule is decided in fractions."""
    found = run(
        BALANCE,
        engine=engine,
        school=[
            school("A", teaching_area=45000, indoor_sports_area=0, sports_ground_area=75000, equipment_value=2000,
                   multimedia_rooms=230, dense_inner_city=False),
        ],
        school_stage=[
            stage("A", 10000, teachers_doctor=0, teachers_master=0, teachers_bachelor=0, teachers_associate=above,
                  teachers_backbone=100, teachers_pe=90, teachers_music=0, teachers_fine_art=0, teachers_arts=0,
                  teachers_shared=0),
        ],
    )  # fmt: skip
    assert found["school_resources", "A", "primary"].verdict == verdict


@pytest.mark.parametrize(
    ("counts", "parent", "broken"),
    [(False, None, True), (False, "B", True), (False, "A", False), (True, None, False)],
)
def test_a_point_that_is_merged_names_another_school(counts: bool, parent: str | None, broken: bool) -> None:
    """Without a parent its pupils would leave every total unseen."""
    pack = pack_of(BALANCE)
    rows = [
        {"year": "2023", "school_code": "B", "counts_as_school": str(counts).lower(), "parent_school": parent}
    ]
    tables = {f.id: table_of(f, rows if f.id == "school" else []) for f in pack.forms}
    data = Data(tables, lambda _: UnitTree.build([], []))
    assert bool(Reference().violations(plan_of(BALANCE), data)["point_has_parent"]) is broken


def test_the_traps_stand_on_packs_that_are_without_fault() -> None:
    """The shipped rules pass their own lint."""
    for id in (BALANCE, BASIC, STATISTICS):
        assert [p for p in check(load(id)) if p.severity == "error"] == []
        assert pack_of(id).id == id
