"""The verdict rules of 教督〔2017〕6号 and 教督〔2012〕3号 with their exceptions, each on numbers worked by hand.

Items are numbered as in the regulation: G for 政府保障程度, Q for 教育质量.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.spec.shipped import BALANCE, BASIC, COUNTY, Outcome, run, school, stage

BANDS = ("25", "26_30", "31_35", "36_40", "41_45", "46_50", "51_55", "56_60", "61_65", "66")


def classes(**counts: int) -> dict[str, int]:
    """Return the classes of a stage by size, 0 unless said (b46_50=1)."""
    return {f"classes_{band}": counts.get(f"b{band}", 0) for band in BANDS}


# G3: 每12个班级配备音乐、美术专用教室1间以上 -----------------------------------------------------------------------------
ROOMS_BELOW = {"music": ("96", "73", "61", "54"), "art": ("90", "67", "61", "54")}


@pytest.mark.parametrize("room", ["music", "art"])
@pytest.mark.parametrize(
    ("kind", "locale", "built", "largest", "number", "rooms", "short"),
    [
        ("primary", "town", 2017, 45, 12, (1, 0, 0, 0), 0),  # one full-size room for twelve classes
        ("primary", "town", 2017, 45, 13, (1, 0, 0, 0), 1),  # thirteen classes need two
        ("primary", "town", 2017, 45, 24, (2, 0, 0, 0), 0),
        ("primary", "town", 2017, 45, 25, (2, 0, 0, 0), 1),
        ("primary", "town", 2017, 45, 6, (0, 1, 0, 0), 1),  # the smaller bar is for schools built by 2016
        ("primary", "town", 2016, 45, 6, (0, 1, 0, 0), 0),
        ("primary", "town", 2016, 45, 6, (0, 0, 1, 1), 1),  # and goes no lower
        (
            "primary",
            "rural",
            2020,
            29,
            6,
            (0, 0, 0, 1),
            0,
        ),  # rural with at most 29 in a class: 54 m2 in primary
        ("primary", "rural", 2020, 30, 6, (0, 0, 0, 1), 1),
        ("primary", "town", 2020, 29, 6, (0, 0, 0, 1), 1),
        ("teaching_point", "rural", 2020, 29, 6, (0, 0, 0, 1), 0),
        ("nine_year", "rural", 2020, 29, 6, (0, 0, 0, 1), 1),  # 61 m2 where there is a junior stage
        ("nine_year", "rural", 2020, 29, 6, (0, 0, 1, 0), 0),
        ("primary", "rural", 2020, 29, 6, (0, 1, 0, 0), 0),
    ],
)
def test_music_and_art_rooms(
    room: str, kind: str, locale: str, built: int, largest: int, number: int, rooms: tuple[int, ...], short: int
) -> None:  # fmt: skip
    """G3: one room of each kind for every twelve classes or part of them, of the size that the school must have."""
    cells = {f"{room}_rooms_{size}": n for size, n in zip(ROOMS_BELOW[room], rooms, strict=True)}
    stage_id = "junior" if kind == "nine_year" else "primary"
    found = run(
        BALANCE,
        school=[school("A", kind, locale=locale, built_year=built, **cells)],
        school_stage=[stage("A", 100, stage_id, classes=number, largest_class=largest)],
    )
    result = found[f"{room}_short", "A"]
    assert (result.value, result.verdict) == (short, "not_met" if short else "met")


# G4: 规模 ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "built", "migrants", "limit"),
    [
        ("primary", 2011, 0, 2000),
        ("junior", 2011, 0, 2000),
        ("complete_secondary", 2011, 0, 2000),
        ("nine_year", 2011, 0, 2500),
        ("twelve_year", 2011, 0, 2500),
        ("primary", 2010, 0, 2400),  # built by 2010
        ("nine_year", 2010, 0, 3000),
        ("twelve_year", 2010, 0, 2500),  # the text relaxes nine-year schools only
        ("primary", 2011, 0.51, 2400),  # more than half migrant children
        ("nine_year", 2011, 0.51, 3000),
        ("twelve_year", 2011, 0.51, 2500),
        ("primary", 2011, 0.5, 2000),  # half is not more than half
    ],
)
def test_size_limits(kind: str, built: int, migrants: float, limit: int) -> None:
    """G4: the limit is kept, one pupil more is not."""
    stage_id = "junior" if kind in ("junior", "complete_secondary") else "primary"
    for pupils, over in ((limit, 0), (limit + 1, 1)):
        found = run(
            BALANCE,
            school=[school("A", kind, built_year=built, migrant_pupils=int(pupils * migrants))],
            school_stage=[stage("A", pupils, stage_id)],
        )
        result = found["size_over", "A"]
        assert (result.value, result.verdict) == (over, "not_met" if over else "met")


def test_size_counts_the_compulsory_part_alone() -> None:
    """G4: 2,500 in nine grades beside 3,000 in the senior stage are within the limit of a twelve-year school."""
    found = run(
        BALANCE,
        school=[school("A", "twelve_year", built_year=2015, migrant_pupils=0)],
        school_stage=[stage("A", 1250), stage("A", 1250, "junior"), stage("A", 3000, "senior")],
    )
    assert found.value("size_over", "A") == 0


# G5: 班额 ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stage_id", "bands", "over"),
    [
        ("primary", {"b41_45": 3}, 0),
        ("primary", {"b41_45": 3, "b46_50": 1}, 1),
        ("junior", {"b46_50": 4}, 0),
        ("junior", {"b46_50": 4, "b51_55": 2}, 2),
        ("primary", {"b46_50": 1, "b51_55": 1, "b56_60": 1, "b61_65": 1, "b66": 1}, 5),
        ("junior", {"b46_50": 1, "b51_55": 1, "b56_60": 1, "b61_65": 1, "b66": 1}, 4),
    ],
)
def test_class_size_limits(stage_id: str, bands: dict[str, int], over: int) -> None:
    """G5: at most 45 in every primary class and 50 in every junior class."""
    found = run(
        BALANCE,
        school=[school("A", "nine_year")],
        school_stage=[stage("A", 100, stage_id, **classes(**bands))],
    )
    result = found["class_over", COUNTY, stage_id]
    assert (result.value, result.verdict) == (over, "not_met" if over else "met")


# 资源配置 3: 乡村小规模学校和教学点 ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("locale", "pupils", "teachers"),
    [("rural", 49, 0), ("rural", 50, 1), ("rural", 99, 1), ("rural", 100, 0), ("town", 80, 0)],
)
def test_shared_teachers_count_in_rural_schools_of_50_to_99(locale: str, pupils: int, teachers: int) -> None:
    """资源配置 3: one travelling teacher counts in small rural schools, in value and in variation alike."""
    found = run(
        BALANCE,
        school=[school("A", locale=locale), school("B", locale="town")],
        school_stage=[stage("A", pupils, teachers_shared=1), stage("B", pupils, teachers_pe=1)],
    )
    assert found.value("L3", "A", "primary") == pytest.approx(teachers * 100 / pupils)
    # alike when both have one teacher, 1 when one school has all
    assert found.value("L3_cv", COUNTY, "primary") == (0 if teachers else 1)


@pytest.mark.parametrize(("dense", "area"), [(True, 8), (False, 7)])
def test_converted_and_leased_venues_count_in_dense_inner_cities(dense: bool, area: int) -> None:
    """资源配置 5: 100 m2 of leased venues for 100 pupils."""
    cells = {
        "sports_ground_area": 700,
        "indoor_sports_area": 0,
        "extra_sports_area": 100,
        "dense_inner_city": dense,
    }
    found = run(BALANCE, school=[school("A", **cells)], school_stage=[stage("A", 100)])
    assert found.value("L5", "A", "primary") == area


# G13: 就近入学 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "left_aside"),
    [({"locale": "rural"}, True), ({"ownership": "private"}, True), ({"boarding": True}, True), ({}, False)],
)
def test_nearby_enrolment_is_about_urban_and_town_public_day_schools(
    cells: dict[str, object], left_aside: bool
) -> None:
    """G13: a school that is not meant neither spoils the share nor gives the county one."""
    far = stage("B", 100, in_zone_entrants=0, zone_entrants_due=50)
    near = stage("A", 100, in_zone_entrants=50, zone_entrants_due=50)
    schools = [school("A", boarding=False), school("B", **{"boarding": False, **cells})]
    both = run(BALANCE, school=schools, school_stage=[near, far])
    assert both.value("nearby_share", COUNTY, "primary") == (100 if left_aside else 50)
    alone = run(BALANCE, school=schools[1:], school_stage=[far])
    assert alone.verdict("nearby_share", COUNTY, "primary") == ("out_of_scope" if left_aside else "not_met")


# the whole county -------------------------------------------------------------------------------------------------------
GOOD_SCHOOL = {
    "teaching_area": 10000, "indoor_sports_area": 0, "sports_ground_area": 20000, "equipment_value": 500,
    "multimedia_rooms": 50, "built_year": 2018, "migrant_pupils": 0, "boarding": False, "music_rooms_96": 4,
    "music_rooms_73": 0, "music_rooms_61": 0, "music_rooms_54": 0, "art_rooms_90": 4, "art_rooms_67": 0,
    "art_rooms_61": 0, "art_rooms_54": 0, "public_funds_budget": 100, "training_budget": 5, "rotation_eligible": 20,
    "rotated": 5, "rotated_backbone": 1,
}  # fmt: skip
GOOD_STAGE = {
    "classes": 24, "largest_class": 45, "teachers": 80, "teachers_bachelor": 80, "teachers_backbone": 20,
    "teachers_pe": 20, "teachers_certified": 80, "teachers_360h": 80, "in_zone_entrants": 200,
    "zone_entrants_due": 200, **classes(b41_45=24),
}  # fmt: skip
GOOD_COHORT = {
    "graduates": 95,
    "cohort_entrants": 100,
    "cohort_in": 2,
    "cohort_out": 1,
    "cohort_deaths": 1,
}
GOOD_COUNTY = {
    "year": 2023, "county_code": COUNTY, "residents": 500000, "special_funds": 60, "special_pupils": 100,
    "teacher_pay": 1000, "teacher_paid": 100, "civil_pay": 1000, "civil_paid": 100, "quality_places": 100,
    "quality_allotted": 50, "migrant_due": 100, "migrant_public": 80, "migrant_bought": 5, "disabled_due": 100,
    "disabled_enrolled": 95, "recognition_valid": 100, "recognition_positive": 85,
}  # fmt: skip
MONITORED = {
    "monitored_year": 2023,
    "monitored_county": COUNTY,
    "stage": "primary",
    "subject": "chinese",
    "level": 3,
    "school_difference": "0.14",
}
ROOMIER = {
    "teaching_area": 14000,
    "sports_ground_area": 27000,
    "equipment_value": 700,
    "multimedia_rooms": 70,
}
AS_IT_IS: dict[str, Any] = {}


def county(
    at_school: Mapping[str, Any] = AS_IT_IS,
    at_primary: Mapping[str, Any] = AS_IT_IS,
    at_junior: Mapping[str, Any] | None = AS_IT_IS,
    at_county: Mapping[str, Any] = AS_IT_IS,
    monitored: Mapping[str, Any] | None = AS_IT_IS,
) -> Outcome:
    """Return a county of two nine-year schools that meets every computable item, but for changes to the first school."""
    schools = [
        school("A", "nine_year", **{**GOOD_SCHOOL, **at_school}),
        school("B", "nine_year", **GOOD_SCHOOL),
    ]
    stages = [
        stage("A", **{"pupils": 1000, **GOOD_STAGE, **at_primary}),
        stage("B", 1000, **GOOD_STAGE),
    ]
    if at_junior is not None:
        stages += [
            stage("A", 1000, "junior", **{**GOOD_STAGE, **GOOD_COHORT, **at_junior}),
            stage("B", 1000, "junior", **{**GOOD_STAGE, **GOOD_COHORT}),
        ]
    rows = [] if monitored is None else [{**MONITORED, "subject": "science"}, {**MONITORED, **monitored}]
    return run(
        BALANCE,
        school=schools,
        school_stage=stages,
        county_year=[{**GOOD_COUNTY, **at_county}],
        monitoring=rows,
    )


def test_a_county_that_meets_every_computable_item() -> None:
    """So every failure below comes from its one change."""
    found = county()
    for verdict in (
        "county_resources",
        "county_guarantee",
        "county_quality",
        "county_monitoring",
        "county_recognition",
    ):
        assert (verdict, found.verdict(verdict, COUNTY)) == (verdict, "met")
    assert found.verdict("county_balance", COUNTY) == "met"


FAULTS: list[tuple[str, str, dict[str, dict[str, Any]]]] = [
    ("资源配置 two resources short", "county_resources", {"at_school": {"teaching_area": 9000, "multimedia_rooms": 45}}),
    ("资源配置 one below 85%", "county_resources", {"at_school": {"teaching_area": 7000}}),
    ("G3 rooms", "county_guarantee", {"at_school": {"art_rooms_90": 3}}),
    ("G4 size", "county_guarantee", {"at_school": ROOMIER, "at_primary": {"pupils": 1501}}),
    ("G5 class size", "county_guarantee", {"at_primary": {"classes_46_50": 1, "classes_41_45": 23}}),
    ("G7 special schools", "county_guarantee", {"at_county": {"special_funds": "59.9999"}}),
    ("G8 pay", "county_guarantee", {"at_county": {"teacher_pay": "999.9999"}}),
    ("G9 360 hours", "county_guarantee", {"at_primary": {"teachers_360h": 79}}),
    ("G11 rotation", "county_guarantee", {"at_school": {"rotation_eligible": 81}}),
    ("G11 backbone", "county_guarantee", {"at_school": {"rotated_backbone": 0}}),
    ("G12 certificates", "county_guarantee", {"at_junior": {"teachers_certified": 79}}),
    ("G13 nearby, primary 100%", "county_guarantee", {"at_primary": {"in_zone_entrants": 199}}),
    ("G13 nearby, junior 95%", "county_guarantee", {"at_junior": {"in_zone_entrants": 179}}),
    ("G14 quality places", "county_guarantee", {"at_county": {"quality_allotted": 49}}),
    ("G15 migrant children", "county_guarantee", {"at_county": {"migrant_bought": 4}}),
    ("Q1 retention", "county_quality", {"at_junior": {"graduates": 94}}),
    ("Q2 disabled children", "county_quality", {"at_county": {"disabled_enrolled": 94}}),
    ("Q4 training in each school", "county_quality", {"at_school": {"training_budget": "4.9999"}}),
    ("Q9 level in each subject", "county_monitoring", {"monitored": {"level": 2}}),
    ("Q9 difference in each subject", "county_monitoring", {"monitored": {"school_difference": "0.15"}}),
    ("社会认可度", "county_recognition", {"at_county": {"recognition_positive": 84}}),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "changes"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_one_item_that_is_missed_fails_its_part_and_the_county(
    verdict: str, changes: dict[str, dict[str, Any]]
) -> None:
    """Every item must be met; one that is missed fails its own part alone, and the county."""
    found = county(**changes)
    parts = (
        "county_resources",
        "county_guarantee",
        "county_quality",
        "county_monitoring",
        "county_recognition",
    )
    assert {p: found.verdict(p, COUNTY) for p in parts} == {
        p: "not_met" if p == verdict else "met" for p in parts
    }
    assert found.verdict("county_balance", COUNTY) == "not_met"


def test_training_is_judged_school_by_school() -> None:
    """Q4: 4% in one school and 10% in the other are 7% of the county's funds, and one school still misses 5%."""
    found = county(at_school={"training_budget": 4})
    assert found["school_training", "A"].verdict == "not_met"
    assert found["school_training", "B"].verdict == "met"
    richer = run(
        BALANCE,
        school=[school("A", training_budget=4, public_funds_budget=100), school("B", training_budget=10, public_funds_budget=100)],
        school_stage=[stage("A", 100), stage("B", 100)],
    )  # fmt: skip
    result = richer["training_share", COUNTY]
    assert (result.value, result.standard, result.verdict) == (7, "", "")
    assert richer.verdict("county_quality", COUNTY) == "not_met"


def test_a_county_without_junior_stages_can_be_judged() -> None:
    """Q1: retention does not apply; the other items decide. It is not taken for met, and says why."""
    found = county(at_junior=None)
    assert found["retention", COUNTY].verdict == "not_computable"
    assert found.value("retention", COUNTY) == "out_of_scope"
    assert "no junior stage" in str(found["retention", COUNTY].reason_text)
    assert found.verdict("county_quality", COUNTY) == "met"
    assert (
        found["county_quality", COUNTY].denominator == 1 + 2
    )  # disabled children, and training of two schools
    assert found.verdict("county_balance", COUNTY) == "met"


def test_a_junior_stage_without_a_cohort_is_not_taken_for_one_that_does_not_exist() -> None:
    """Q1: where the cohort was not reported nothing is concluded."""
    found = run(
        BALANCE,
        school=[school("A", "junior", training_budget=5, public_funds_budget=100)],
        school_stage=[stage("A", 100, "junior", graduates=90)],
        county_year=[GOOD_COUNTY],
    )
    assert found.verdict("county_quality", COUNTY) == "missing"


@pytest.mark.parametrize(
    ("indicator", "part", "nothing"),
    [
        ("special_funds_per_pupil", "county_guarantee", {"special_pupils": 0, "special_funds": 0}),
        ("migrant_share", "county_guarantee", {"migrant_due": 0, "migrant_public": 0, "migrant_bought": 0}),
        ("disabled_share", "county_quality", {"disabled_due": 0, "disabled_enrolled": 0}),
    ],
)
def test_an_item_with_nothing_to_judge_does_not_apply(
    indicator: str, part: str, nothing: dict[str, object]
) -> None:
    """G7, G15, Q2: nobody is concerned; a number that was not reported is another matter."""
    found = county(at_county=nothing)
    assert found.value(indicator, COUNTY) == "out_of_scope"
    assert found.verdict(part, COUNTY) == "met"
    unknown = county(at_county=dict.fromkeys(nothing))
    assert unknown.value(indicator, COUNTY) == "missing"
    assert unknown.verdict(part, COUNTY) == "missing"


def test_no_conclusion_without_results_of_national_monitoring() -> None:
    """Q9: what was not handed in is neither met nor missed, and a miss elsewhere still decides."""
    found = county(monitored=None)
    assert ("county_monitoring", COUNTY) not in found.results
    assert found["county_quality", COUNTY].verdict == "met"
    assert found["county_balance", COUNTY].verdict == "not_computable"
    failing = county(monitored=None, at_county={"recognition_positive": 84})
    assert failing["county_balance", COUNTY].verdict == "not_met"


# 教督〔2012〕3号 ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("primary", "junior", "satisfied", "verdict"),
    [
        ("0.65", "0.55", 85, "met"),
        ("0.66", "0.55", 85, "not_met"),
        ("0.65", "0.56", 85, "not_met"),
        ("0.65", "0.55", 84, "not_met"),
    ],
)
def test_basic_balance_needs_both_stages_and_the_public(
    primary: str, junior: str, satisfied: int, verdict: str
) -> None:
    """Both composites within their limits, and satisfaction of 85%."""
    found = run(
        BASIC,
        given={("composite_cv", COUNTY, "primary"): primary, ("composite_cv", COUNTY, "junior"): junior},
        county_year=[
            {"year": 2023, "county_code": COUNTY, "residents": 1, "recognition_valid": 100, "recognition_positive": satisfied}
        ],
    )  # fmt: skip
    assert found.verdict("county_basic_balance", COUNTY) == verdict
