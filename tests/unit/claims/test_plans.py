"""Targets of a plan, and what a report says of them."""

from __future__ import annotations

import pytest

from duxue.claims.plans import OUTCOME_FIELDS, TARGET_FIELDS, Target, compare_plan, read_targets
from tests.unit.claims.claim_maker import read

PLAN = """临河市教育局2022年工作计划

一、主要目标
1.新增学位5000个，新建幼儿园12所。责任单位：规划科。
2.学前三年毛入园率达到95%以上，普惠性幼儿园覆盖率达到88%。（学前科负责）
3.年底前培训班主任600人。
4.大班额比例控制在3%以内。
"""
DONE = """临河市教育局2022年工作总结

一、主要工作
全年新建幼儿园9所，新增学位5200个。学前三年毛入园率达到95.4%，普惠性幼儿园覆盖率为86.5%。大班额比例降到2.1%。
"""


def targets(text: str) -> list[Target]:
    """Return the targets of a text."""
    return read_targets(*read(text))


def test_targets_with_who_and_when() -> None:
    found = targets(PLAN)
    assert [(t.claim.value, t.claim.comparator, t.due, t.responsible) for t in found] == [
        (5000, "=", "2022", "规划科"),
        (12, "=", "2022", "规划科"),
        (95, ">=", "2022", "学前科"),
        (88, "=", "2022", "学前科"),
        (600, "=", "2022-12", ""),
        (3, "<=", "2022", ""),
    ]
    assert tuple(found[0].as_row()) == TARGET_FIELDS
    assert found[0].claim.org == "临河市"


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("2025年底前新建学校12所。", "2025"),
        ("6月底前新建学校12所。", "2022-06"),
        ("2023年9月前新建学校12所。", "2023-09"),
        ("年内新建学校12所。", "2022"),
    ],
)
def test_due_dates(sentence: str, due: str) -> None:
    (target,) = targets(f"临河市2022年工作计划\n\n{sentence}\n")
    assert target.due == due


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Build 12 schools. Responsible unit: Planning Office.", "Planning Office"),
        ("Build 12 schools, led by the Works Department.", "the Works Department"),
        ("Build 12 schools.", ""),
    ],
)
def test_who_answers_in_english(text: str, who: str) -> None:
    (target,) = targets(f"Linhe County Work Plan 2022\n\n{text}\n")
    assert target.responsible == who


def test_a_line_of_its_own_names_who_answers_for_what_stands_above() -> None:
    found = targets("临河市2022年工作计划\n\n1.新建学校12所。\n责任单位：基建科\n2.招聘教师60名。\n")
    assert [t.responsible for t in found] == ["基建科", ""]


def test_a_report_has_no_targets_but_what_it_plans() -> None:
    assert [t.claim.quote for t in targets(DONE)] == []


def test_met_missed_and_unreported() -> None:
    outcomes = compare_plan(targets(PLAN), read(DONE)[1])
    assert [(o.target.claim.quote, o.state, o.short_by) for o in outcomes] == [
        ("5000个", "met", 0.0),
        ("12所", "missed", 3.0),
        ("95%以上", "met", 0.0),
        ("88%", "missed", 1.5),
        ("600人", "unreported", None),
        ("3%以内", "met", 0.0),
    ]
    assert tuple(outcomes[0].as_row()) == OUTCOME_FIELDS
    assert outcomes[1].achieved is not None
    assert outcomes[1].achieved.quote == "9所"


def test_an_upper_limit_that_was_passed_is_missed() -> None:
    report = "临河市2022年工作总结\n\n大班额比例为4.5%。\n"
    (outcome,) = compare_plan(targets("临河市2022年工作计划\n\n大班额比例控制在3%以内。\n"), read(report)[1])
    assert (outcome.state, outcome.short_by) == ("missed", 1.5)


@pytest.mark.parametrize(
    "report",
    [
        "高山市2022年工作总结\n\n新增学位5200个。\n",  # another city
        "临河市2020年工作总结\n\n新增学位5200个。\n",  # before the plan
        "临河市2022年工作总结\n\n新增图书5200册。\n",  # another thing
    ],
)
def test_another_place_year_or_thing_reports_nothing(report: str) -> None:
    (outcome,) = compare_plan(targets("临河市2022年工作计划\n\n新增学位5000个。\n"), read(report)[1])
    assert outcome.state == "unreported"


def test_a_number_answers_one_target() -> None:
    plan = "临河市2022年工作计划\n\n新建幼儿园12所。新建幼儿园15所。\n"
    outcomes = compare_plan(targets(plan), read("临河市2022年工作总结\n\n新建幼儿园15所。\n")[1])
    assert sorted(o.state for o in outcomes) == ["met", "unreported"]


def test_a_plan_in_chinese_and_a_report_in_english() -> None:
    plan = "青岛市2022年工作计划\n\n高中阶段毛入学率达到98%。\n"
    report = "Qingdao City in 2022\n\nThe gross senior secondary enrolment rate was 97.2%.\n"
    (outcome,) = compare_plan(targets(plan), read(report)[1])
    assert outcome.state == "missed"
    assert outcome.short_by == pytest.approx(0.8)


def test_a_plan_and_a_report_in_english() -> None:
    plan = "Huaihe County Education Bureau Work Plan for 2023\n\nRecruit 150 teachers by the end of August 2023. Build 6 kindergartens and add 2,400 new school places.\n"
    report = "Huaihe County 2023 education work summary\n\nThe county built 7 kindergartens, adding 2,150 new school places. 162 teachers were recruited.\n"
    found = targets(plan)
    assert found[0].due == "2023-08"
    assert [o.state for o in compare_plan(found, read(report)[1])] == ["met", "met", "missed"]
