"""Comparisons within a document, across documents, and with data: what is contradicted, what is supported, what is let be."""

from __future__ import annotations

import pytest

from duxue.claims.across import Across, entries
from duxue.claims.compare import Facts, compare_data, gather_facts
from duxue.claims.decisions import Decision, Decisions
from duxue.claims.findings import CODES, as_row, decided
from duxue.claims.link import Linker, targets_of
from duxue.claims.territory import territory_key
from duxue.claims.within import compare_within
from duxue.core.text import Text
from duxue.packs.loader import load
from duxue.results.model import Result
from tests.unit.claims.claim_maker import make, read

REPORT = "临河市2022年工作总结\n\n"


def found(text: str) -> dict[str, tuple[str, str]]:
    """Return what a text says of itself: quote -> code and state."""
    document, claims = read(text)
    return {claims[f.claim].quote: (f.code, f.state) for f in compare_within(document, claims)}


@pytest.mark.parametrize(
    ("text", "quote", "code", "state"),
    [
        # parts and totals
        (
            "全市招生8.8万人，分解如下：甲县9923人，乙县23035人，丙县55042人。",
            "8.8万人",
            "parts-add-up",
            "supported",
        ),
        (
            "全市招生8.8万人，分解如下：甲县9923人，乙县23035人，丙县45042人。",
            "8.8万人",
            "parts-differ",
            "contradicted",
        ),
        ("全市有学校83所，其中小学93所。", "93所", "part-exceeds-total", "contradicted"),
        ("全縣新建學校83所，包括小學30所、初中49所、高中4所。", "83所", "parts-add-up", "supported"),
        (
            "全市共有幼儿园356所。其中公办幼儿园212所，民办幼儿园154所，其他幼儿园20所。",
            "356所",
            "parts-differ",
            "contradicted",
        ),
        (
            "全市共有幼儿园386所。其中公办幼儿园212所，民办幼儿园154所，其他幼儿园20所。",
            "386所",
            "parts-add-up",
            "supported",
        ),
        ("全市共有幼儿园386所。其中公办幼儿园212所，普惠性幼儿园154所，示范幼儿园90所。", "386所", "", ""),
        # shares
        ("普惠性幼儿园4747所，增加510所，占68.08%。全市幼儿园共6973所。", "68.08%", "", ""),
        ("全市幼儿园6973所，普惠性幼儿园4747所，占68.08%。", "68.08%", "share-follows", "supported"),
        ("全市幼儿园6973所，普惠性幼儿园4747所，占86.08%。", "86.08%", "share-differs", "contradicted"),
        ("普惠性幼儿园占比达到108.5%。", "108.5%", "share-above-100", "contradicted"),
        ("高中阶段毛入学率达到108.5%。", "108.5%", "", ""),
        ("九年义务教育巩固率达到101.8%。", "101.8%", "", ""),
        # changes
        ("全市学校15340所，比上年减少294所，降幅1.88%。", "1.88%", "growth-follows", "supported"),
        ("全市学校15340所，比上年减少294所，降幅2.88%。", "2.88%", "growth-differs", "contradicted"),
        (
            "小学在校生由2021年的20.1万人增加到2022年的25.1万人，增长34.9%。",
            "34.9%",
            "growth-differs",
            "contradicted",
        ),
        (
            "小学在校生由2021年的20.1万人增加到2022年的25.1万人，增长24.9%。",
            "24.9%",
            "growth-follows",
            "supported",
        ),
        ("小学在校生由20万人增加到25万人，增长30%。", "30%", "", ""),
        # ratios
        ("全县在校学生132300人，教职工112000人。", "112000人", "pupils-per-staff", "contradicted"),
        ("全县在校学生132300人，教职工11200人。", "11200人", "", ""),
        ("全县在校学生132300人，新招聘教师112人。", "112人", "", ""),
        (
            "全市小学在校学生27.9万人，专任教师1.61万人，师生比1:17.3。",
            "1:17.3",
            "ratio-follows",
            "supported",
        ),
        (
            "全市小学在校学生27.9万人，专任教师1.61万人，师生比1:37.3。",
            "1:37.3",
            "ratio-differs",
            "contradicted",
        ),
        (
            "全市小學在校學生10.2萬人，專任教師0.92萬人，生師比11.1:1。",
            "11.1:1",
            "ratio-follows",
            "supported",
        ),
        ("全市小学在校学生27.9万人，教职工2.4万人，师生比1:17.3。", "1:17.3", "", ""),
        ("全市小学在校学生27.9万人、初中在校学生12万人，专任教师2.4万人，师生比1:19。", "1:19", "", ""),
        # the national line behind a gap
        (
            "公办和普惠性民办学位占比达到90%，比国家要求高出10个百分点。",
            "10个百分点",
            "implied-level",
            "supported",
        ),
        (
            "公办和普惠性民办学位占比达到90%，比国家要求高出20个百分点。",
            "20个百分点",
            "implied-level",
            "unsupported",
        ),
    ],
)
def test_within_a_chinese_report(text: str, quote: str, code: str, state: str) -> None:
    assert found(REPORT + text + "\n").get(quote, ("", "")) == (code, state)


@pytest.mark.parametrize(
    ("text", "quote", "code", "state"),
    [
        ("There are 249 schools with 132,300 students and 112,000 staff.", "112,000 staff", "pupils-per-staff", "contradicted"),
        ("There are 249 schools with 132,300 students and 11,200 staff.", "11,200 staff", "", ""),
        ("The district has 83 schools, of which 93 schools have a library.", "93 schools", "part-exceeds-total", "contradicted"),
        ("Teachers earn 2,400 yuan on average, some of them 6,000 yuan.", "6,000 yuan", "", ""),
        ("9 sets of staff dormitory were built, with an investment of 7.5 million yuan.", "9 sets", "cost-per-dwelling", "contradicted"),
        ("90 sets of staff dormitory were built, with an investment of 7.5 million yuan.", "90 sets", "", ""),
    ],
)  # fmt: skip
def test_within_an_english_report(text: str, quote: str, code: str, state: str) -> None:
    assert found(f"Linhe County in 2022\n\n{text}\n").get(quote, ("", "")) == (code, state)


def test_a_finding_names_both_places_in_both_languages() -> None:
    document, claims = read(REPORT + "全县在校学生132300人，教职工112000人。\n")
    (finding,) = compare_within(document, claims)
    assert [document.text[p.start : p.end] for p in finding.places] == ["112000人", "132300人"]
    assert "1.18" in finding.reason.zh
    assert "1.18" in finding.reason.en
    assert finding.severity == "error"


def across(*texts: str) -> list[str]:
    """Return the codes that the last of several reports gets beside those before."""
    table, codes = Across(), list[str]()
    for number, text in enumerate(texts):
        document, claims = read(text, f"{number}.txt")
        codes = [f.code for f in table.compare(entries(document.text, claims))]
    return codes


def test_the_same_number_in_two_years_and_two_scripts() -> None:
    first = "青島市2020年工作總結\n\n全市新增學位1.27萬個。\n"
    assert across(first, "Qingdao City in 2023\n\nThe city added 12,700 new school places.\n") == [
        "same-number"
    ]
    assert not across(first, "Qingdao City in 2023\n\nThe city added 13,900 new school places.\n")
    assert not across(first, "Yantai City in 2023\n\nThe city added 12,700 new school places.\n")


def test_round_numbers_may_come_twice() -> None:
    assert not across(
        "青岛市2020年总结\n\n全市新增学位5000个。\n", "青岛市2021年总结\n\n全市新增学位5000个。\n"
    )


def test_numbers_ten_times_apart_make_no_series() -> None:
    first = "Binzhou in 2022\n\nThere are 93 school-enterprise cooperation enterprises.\n"
    second = "Binzhou in 2023\n\nThere are {} school-enterprise cooperation enterprises.\n"
    assert across(first, second.format("1,100")) == ["jump"]
    assert not across(first, second.format("110"))


def test_two_documents_on_one_year() -> None:
    first = "青岛市2020年总结\n\n高中阶段毛入学率达到95.1%。\n"
    assert across(first, "青岛市2020年公报\n\n高中阶段毛入学率为91.3%。\n") == ["documents-disagree"]
    assert not across(first, "青岛市2020年公报\n\n高中阶段毛入学率为95.1%。\n")
    assert not across(first, "青岛市2021年公报\n\n高中阶段毛入学率为97.3%。\n")


def test_shares_of_different_wholes() -> None:
    first = "甲市2020年总结\n\n普通高中计划录取比例提高到68%。\n"
    assert across(first, "Linhe in 2021\n\nThe senior secondary enrolment rate reached 75%.\n") == [
        "other-denominator"
    ]
    assert not across(first, "乙市2021年总结\n\n普通高中计划录取比例提高到70%。\n")


def test_the_table_of_documents_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    import duxue.claims.across as module

    monkeypatch.setattr(module, "_KEYS", 5)
    table = Across()
    for number in range(40):
        document, claims = read(
            f"第{number}市2020年总结\n\n全市新增学位{1000 + number}个，幼儿园{number + 7}所。\n",
            f"{number}.txt",
        )
        table.compare(entries(document.text, list(claims)))
    assert len(table._kept) <= 5


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("青島", "qingdao"), ("青岛市", "qingdao"), ("Qingdao City", "qingdao"), ("青岛市教育局", "qingdao"), ("Texas City", "dezhou"),
        ("Tai’an City", "taian"), ("朝阳区", "chaoyang/county"), ("Chaoyang District", "chaoyang/county"), ("朝阳市", "chaoyang"), ("", ""),
    ],
)  # fmt: skip
def test_one_key_for_a_territory(name: str, key: str) -> None:
    assert territory_key(name) == key


# --- with data --------------------------------------------------------------------------------------------------------
PACK = load("cn-education-statistics").pack


def result(unit: str, name: Text, indicator: str, value: float, stage: str = "") -> Result:
    by = (("stage", stage),) if stage else ()
    return Result(unit, name, "city", 2023, by, indicator, "indicator", value, "computed")


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Results of three cities, invented."""
    cities = [
        ("1", Text("青岛市", "Qingdao"), 0.0),
        ("2", Text("烟台市", "Yantai"), 1.0),
        ("3", Text("潍坊市", "Weifang"), -1.0),
    ]
    held = []
    for unit, name, more in cities:
        held += [
            result(unit, name, "gross_senior", 97.14 + more),
            result(unit, name, "teachers_total", 33_412 + more, "primary"),
            result(unit, name, "teachers_total", 11_000, "kindergarten"),
            result(unit, name, "teachers_total", 20_000, "junior"),
        ]
    return gather_facts("run", held, PACK)


def against(text: str, facts: Facts) -> list[tuple[str, str, str]]:
    """Return quote, code and state of what data say of a text."""
    _, claims = read(text)
    linker = Linker(targets_of([PACK]))
    links = {i: linker.link(c) for i, c in enumerate(claims)}
    return [(claims[f.claim].quote, f.code, f.state) for f in compare_data(claims, links, [facts])]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("高中阶段毛入学率达到97.1%。", ("97.1%", "data-follows", "supported")),
        ("高中阶段毛入学率达到97.2%。", ("97.2%", "data-differs", "contradicted")),
        ("高中阶段毛入学率超过97%。", ("超过97%", "data-follows", "supported")),
        ("小学专任教师3.3万余人。", ("3.3万余人", "data-follows", "supported")),
        ("小学专任教师3.5万余人。", ("3.5万余人", "data-differs", "contradicted")),
        ("小学专任教师330人。", ("330人", "data-scope", "unsupported")),
        ("专任教师共64412人。", ("64412人", "data-follows", "supported")),
        ("专任教师共53412人。", ("53412人", "data-follows", "supported")),  # without kindergartens
        ("高中阶段毛入学率居全省第二。", ("第二", "rank-follows", "supported")),
        ("高中阶段毛入学率居全省第一。", ("第一", "rank-differs", "contradicted")),
        ("教研成果居全省第一。", ("第一", "rank-unsupported", "unsupported")),
    ],
)
def test_does_it_follow_from_the_data(sentence: str, expected: tuple[str, str, str], facts: Facts) -> None:
    assert against(f"青岛市2023年工作总结\n\n{sentence}\n", facts) == [expected]


def test_another_city_or_year_is_not_compared(facts: Facts) -> None:
    assert not against("滨州市2023年工作总结\n\n高中阶段毛入学率达到97.2%。\n", facts)
    assert not against("青岛市2021年工作总结\n\n高中阶段毛入学率达到97.2%。\n", facts)


def test_targets_are_not_held_against_data(facts: Facts) -> None:
    assert not against("青岛市2023年工作计划\n\n高中阶段毛入学率达到99%。\n", facts)


def test_a_dismissed_finding_keeps_its_reason_on_record() -> None:
    document, claims = read(REPORT + "全县在校学生132300人，教职工112000人。\n")
    (finding,) = compare_within(document, claims)
    held = Decisions([Decision(finding.key, "dismiss", "王", "2031", "含临时工")])
    row = as_row(finding, "t.txt", decided(finding, held))
    assert row["decision"] == {"choice": "dismiss", "who": "王", "at": "2031", "reason": "含临时工"}
    assert decided(finding, Decisions()) is None


def test_the_same_words_of_another_measure_are_another_finding() -> None:
    document, claims = read("普惠性幼儿园占比达到108.5%。集团化办学覆盖率达到108.5%。")
    first, second = compare_within(document, claims)
    assert first.places[0].quote == second.places[0].quote
    assert first.key != second.key


def test_every_code_is_told_in_both_languages() -> None:
    assert all(text.zh and text.en for text in CODES.values())


def test_many_claims_take_time_in_proportion() -> None:
    import time

    document, claims = read(
        REPORT + "其中小学30所，包括初中49所，占60%，在校学生900人，教师50人。" * 3000 + "\n"
    )
    began = time.process_time()
    compare_within(document, claims)
    assert time.process_time() - began < 10
    assert compare_within(document, []) == []
    assert not compare_within(document, [make("5", 5, "person")])
