"""Blocks inherit kind, period and territory from headings, title and dates; money is that of the place."""

from __future__ import annotations

import time

import pytest

from duxue.claims import Claim, as_row, extract
from duxue.documents import from_text

PLAN = """江州市“十四五”教育事业发展规划

第一章 发展基础
“十三五”时期,全市教育事业取得显著成就。
(一)普及水平提高。2020年,毛入园率达92.3%。
五年来新建学校126所,新增学位7.8万个。

第二章 主要目标
到2025年,进入全省前三位。
新建学校30所,新增学位3.6万个。
目前已建成智慧校园56所。

江州市教育局
2021年12月30日
"""

REPORT = """云水县教育局2022年工作总结

一、主要成效
新建学校18所,新增学位5600个。其中城关镇3所。
全县高考上线率去年为30%,今年力争达35%。
二、下一步工作打算
投用幼儿园6所,招聘教师260名。
"""


def claims(text: str) -> dict[str, Claim]:
    return {claim.quote: claim for claim in extract(from_text("sample.txt", text))}


def test_a_plan_sets_targets_for_its_last_year() -> None:
    found = claims(PLAN)["30所"]
    assert (found.kind, found.period, found.org) == ("target", "2025", "江州市")


def test_in_a_plan_target_beats_change() -> None:
    assert claims(PLAN)["3.6万个"].kind == "target"
    assert claims(PLAN)["3.6万个"].direction is None


def test_the_section_on_what_was_reached_reports() -> None:
    found = claims(PLAN)
    assert (found["92.3%"].kind, found["92.3%"].period) == ("actual", "2020")
    assert (found["7.8万个"].kind, found["7.8万个"].direction) == ("change", "+")


def test_a_span_named_first_in_a_section_holds_for_it() -> None:
    assert claims(PLAN)["126所"].period == "2016-2020"


def test_a_result_told_in_a_plan_stays_a_result() -> None:
    found = claims(PLAN)["56所"]
    assert (found.kind, found.period) == ("actual", "2021")


def test_a_report_turns_to_its_next_steps() -> None:
    found = claims(REPORT)
    assert [found[quote].kind for quote in ("18所", "5600个", "6所", "260名")] == [
        "actual",
        "change",
        "target",
        "target",
    ]


def test_relative_years_count_from_the_title() -> None:
    found = claims(REPORT)
    assert (found["30%"].period, found["35%"].period) == ("2021", "2022")


def test_a_place_in_front_of_a_number_is_its_territory() -> None:
    assert claims(REPORT)["3所"].org == "城关镇"


def test_a_heading_names_the_territory_of_its_section() -> None:
    text = "东陵省2023年评价报告\n一、各市做法\n(一)云州市:推进集团化办学\n组建教育集团46个。海安市新建学校12所。\n"
    assert [claim.org for claim in claims(text).values()] == ["云州市", "海安市"]


def test_a_cell_without_letters_is_read_in_the_language_of_its_document() -> None:
    found = claims("学校情况表\n单位\t学校数\n平湖区\t32000\n云水县\t38所\n")
    assert [(claim.quote, claim.language) for claim in found.values()] == [("32000", "zh"), ("38所", "zh")]


def test_section_names_the_headings_above() -> None:
    assert claims(REPORT)["6所"].section == "云水县教育局2022年工作总结 / 二、下一步工作打算"


def test_a_year_to_come_makes_a_target_in_a_report() -> None:
    found = claims("某县2022年工作总结\n2024年,公办园占比达60%。2021年占比为48%。")
    assert [claim.kind for claim in found.values()] == ["target", "actual"]


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("香港教育局公布學券資助", "other:hkd"),
        ("澳門特別行政區教育數據概覽", "other:mop"),
        ("台中老舊校舍整建完工", "other:twd"),
        ("青島市教育工作總結", "yuan"),
    ],
)
def test_money_is_that_of_the_place(title: str, unit: str) -> None:
    (found,) = extract(from_text("sample.txt", f"{title}\n每班撥款1,215,300元。"))
    assert found.unit == unit


def test_territory_is_the_city_named_most_where_the_title_only_says_the_level() -> None:
    text = "市教育局2020年工作总结\n青岛中德职教基地成立,北京大学来访。康复大学来青岛招生16人。"
    (found,) = extract(from_text("sample.txt", text))
    assert found.org == "青岛"


def test_territory_is_the_scope_where_no_place_is_named() -> None:
    (found,) = extract(from_text("sample.txt", "县教育局工作总结\n全县学校12所。"))
    assert found.org == "全县"


def test_quotes_are_the_text_and_claims_ascend() -> None:
    document = from_text("sample.txt", PLAN)
    found = extract(document)
    assert all(document.text[claim.start : claim.end] == claim.quote for claim in found)
    assert [claim.start for claim in found] == sorted({claim.start for claim in found})


def test_row_holds_the_exchanged_fields_in_their_order() -> None:
    row = as_row(claims(REPORT)["18所"])
    assert list(row)[:5] == ["doc", "start", "end", "quote", "value"]
    assert list(row)[-4:] == ["measure", "org", "period", "suspect"]
    assert row["measure"] == "新建学校"


@pytest.mark.parametrize(
    "piece",
    [
        "1,",
        "1",
        "一",
        "第",
        "《",
        "1所",
        "“",
        "1:",
        "百分之",
        "(",
        "1年",
        "5、",
        "5.6个和",
        "1 111 ",
        '"1',
        "比",
    ],
)
def test_time_is_bounded_on_hostile_lines(piece: str) -> None:
    """Twice the text takes about twice the time; a quadratic rule would take four times as much."""
    spent = []
    for size in (20_000, 80_000):
        document = from_text("hostile.txt", "教育" + piece * (size // len(piece)))
        began = time.process_time()
        extract(document)
        spent.append(time.process_time() - began)
    assert spent[1] < 9 * max(spent[0], 0.01)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("竹溪縣112學年度施政成果\n\n補助國中小經費3億元。\n", "other:twd"),
        ("桃源縣智慧校園\n\n縣政府自111年起投入4億8,000萬元。\n", "other:twd"),
        ("立法會十二題\n\n為全港官立學校提供15萬元津貼。\n", "other:hkd"),
        ("教育統計\n\n本澳全年教育開支逾97億元。\n", "other:mop"),
        ("滄浪市教育工作總結\n\n全年投入8億元。\n", "yuan"),
        ("云水县赴台湾学习考察报告\n\n投入资金300万元。\n", "yuan"),
    ],
)
def test_money_is_told_by_the_words_of_a_document_in_traditional_script(text: str, unit: str) -> None:
    assert [claim.unit for claim in claims(text).values()] == [unit]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("臺中市政府教育局112年施政報告\n\n本市國小235校。\n預計113年增設5園。\n", ["2023", "2024"]),
        ("學校教育統計2022/23\n\n2022/2023學年有學校76所。下學年將資助300名教師。\n", ["2022/23", "2023/24"]),
        ("学校简介\n\n学校创办于1956年,占地36亩。2019年秋季有学生1468人。\n", ["2019", "2019"]),
        ("云水县2022年总结\n\n2022-2023学年资助学生120人。\n", ["2022/23"]),
        ("青禾市“十四五”规划\n(2021-2025年)\n\n新建学校45所。\n", ["2025"]),
        ("云水县2022年总结\n\n2020—2022年支出分别为4亿元、5亿元、6亿元。\n", ["2020", "2021", "2022"]),
        ("云水县2020年总结\n\n支出6.2亿元,比上年的5.8亿元增长6.9%。\n", ["2020", "2019", "2020"]),
        ("云水县2023年总结\n\n三年来新建学校5所。\n", ["2021-2023"]),
        ("云水县2023年总结\n\n贫血率由2020年的11.2%降至6.7%,身高增加2厘米。\n", ["2020", "2023", "2023"]),
        ("桃源縣113年新聞稿\n\n自111年起完成128校升級。\n", ["2022-2024"]),
        ("云水县就业报告\n\n学校2023届毕业生5218人。\n", ["2023"]),
        ("教育要闻\n\n全澳学校97所,计划于2026年前再建2所。\n", [None, "2026"]),
        ("云水县2023年总结\n\n2024年新建5所;每班降至26人以下。\n", ["2024", "2024"]),
    ],
)
def test_time_of_documents_elsewhere(text: str, periods: list[str]) -> None:
    assert [claim.period for claim in claims(text).values()] == periods


@pytest.mark.parametrize(
    ("text", "org"),
    [
        ("青岩职业教育集团简介\n\n现有成员单位87家。\n", "青岩职业教育集团"),
        ("大山里的校长\n\n石坳小学离县城很远,有学生214人。\n", "石坳小学"),
        ("反馈意见\n\n请你县补充教师150名,全县共有教师900名。\n", "全县"),
    ],
)
def test_a_text_may_be_about_a_school_or_a_group(text: str, org: str) -> None:
    assert {claim.org for claim in claims(text).values()} == {org}


def test_what_a_school_year_under_way_still_plans_is_a_target() -> None:
    text = "青嵐縣113學年度教育新聞\n\n今年預計增設幼兒園24班。\n"
    assert claims(text)["24班"].kind == "target"


def test_a_school_year_under_way_is_no_target() -> None:
    assert claims("云水县2022年总结\n\n2022-2023学年资助学生120人。\n")["120人"].kind == "actual"


def test_a_bound_is_a_target_in_a_plan_and_a_limit_in_a_report() -> None:
    assert claims("云水县2022年工作计划\n\n大班额比例控制在3%以内。\n")["3%以内"].kind == "target"
    assert claims("云水县2022年工作总结\n\n大班额比例控制在3%以内。\n")["3%以内"].kind == "threshold"
    assert claims("云水县2022年工作计划\n\n小学班额控制在45人以内。\n")["45人以内"].kind == "threshold"


def test_verbs_before_a_word_of_level_are_no_places() -> None:
    assert claims("青禾市2022年总结\n\n发放乡村教师补助3612万元。\n")["3612万元"].org == "青禾市"


def test_a_heap_of_numbers_is_left_unread() -> None:
    assert claims("云水县2022年总结\n\n" + "12所、" * 2000) == {}
