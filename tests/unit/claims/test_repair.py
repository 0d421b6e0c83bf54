"""Damage in a whole document: what is marked, what is proposed, and what is left alone. The sentences are ours."""

from __future__ import annotations

import pytest

from duxue.claims import extract
from duxue.claims.lexicon import TERMS, VERSION
from duxue.claims.marks import CODES, Mark
from duxue.claims.repair import find_damage, lost_zeros
from duxue.documents import from_text

MT = "Report of the Municipal Education Bureau, 2022\n\n"  # tells that a text was translated from Chinese


def marks(text: str) -> list[Mark]:
    """Return the marks of a text."""
    document = from_text("t.txt", text)
    return find_damage(document, extract(document))


def shown(text: str) -> list[tuple[str, str, str]]:
    """Return code, words as printed and the English proposal of each mark."""
    return [(m.code, text[m.start : m.end], m.proposal.en if m.proposal else "") for m in marks(text)]


WITHOUT_ZEROS = (
    "Half-year report of Linhe City\n\nThe city built 12 schools with 345 million yuan and 67 classrooms for 8,912 pupils. "
    "It trained 345 teachers in 16 courses, opened 78 clubs and 91 reading rooms, gave 234 prizes and 567 books to 12 towns, "
    "and achieved 1% coverage of after-class care. In 23 schools 45 halls were repaired, 678 desks and 912 chairs bought.\n"
)


def test_a_text_that_has_lost_its_zeros_is_told_as_a_whole() -> None:
    document = from_text("t.txt", WITHOUT_ZEROS * 2)
    assert lost_zeros(document) > 0.99
    first = marks(WITHOUT_ZEROS * 2)[0]
    assert (first.code, first.start) == ("no-zero", 0)


def test_one_percent_of_coverage_is_most_likely_all() -> None:
    assert ("one-for-hundred", "1%", "100%") in shown(WITHOUT_ZEROS)


def test_a_text_with_zeros_or_with_few_digits_is_not_doubted() -> None:
    assert lost_zeros(from_text("t.txt", WITHOUT_ZEROS * 2 + "In 2022 it went on.")) == 0
    assert lost_zeros(from_text("t.txt", "The city has 12 schools.")) == 0


def test_one_percent_of_growth_stays() -> None:
    assert not [
        m for m in marks("In 2022 enrolment in the city grew by 1%.\n") if m.code == "one-for-hundred"
    ]


@pytest.mark.parametrize(
    ("printed", "proposal"),
    [("p>222", "2022"), ("p>2021", "2021"), ("br>199", "1990"), ("br>333", ""), ("p>215", "2015")],
)
def test_a_tag_left_in_and_the_year_it_hides(printed: str, proposal: str) -> None:
    assert ("tag", printed, proposal) in shown(f"In {printed}, the bureau went on.\n")


def test_a_comparison_is_no_tag() -> None:
    assert not [
        m for m in marks("The share is > 20 where A > B and x>y.\n") if m.code == "tag" and m.proposal
    ]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("全县投入XX万元，新建学校3所。\n", "XX"),
        ("全镇共有幼儿园（）所，在园幼儿5人。\n", "（）"),
        ("全縣投入××萬元。\n", "××"),
        ("The county invested XX million yuan in 2022.\n", "XX"),
        ("Guided by the thinking of “xxxx”, the county went on.\n", "xxxx"),
        ("小学入学率____，初中入学率99%。\n", "____"),
    ],
)
def test_values_blanked_or_left_empty(text: str, printed: str) -> None:
    assert [s for c, s, _ in shown(text) if c == "blank"] == [printed]


def test_a_roman_number_and_a_sign_of_times_are_no_blanks() -> None:
    assert not [
        m for m in marks("A XX century hall of 20×30 metres was built in 2022.\n") if m.code == "blank"
    ]


def test_the_year_of_the_title_and_the_date_at_the_end() -> None:
    text = "2019 Education Bureau Work Plan\n\nTwo schools are to be built.\n\nNovember 29, 2004\n"
    (mark,) = [m for m in marks(text) if m.code == "dates-apart"]
    assert text[mark.start : mark.end] == "2019"
    assert mark.other is not None
    assert text[mark.other[0] : mark.other[1]] == "November 29, 2004"


@pytest.mark.parametrize(
    "text",
    [
        "2021年工作总结\n\n全县新建学校3所。\n\n2022年1月5日\n",
        "市教育局2019年工作计划\n\n新建学校3所。\n\n二〇一九年一月五日\n",
        "School places since 2011\n\nThree schools were built since 2011.\n\nMay 3, 2012\n",
    ],
)
def test_a_report_dated_early_in_the_next_year_is_sound(text: str) -> None:
    assert not [m for m in marks(text) if m.code == "dates-apart"]


def test_an_authority_that_lies_elsewhere() -> None:
    text = (
        MT
        + "The opinions of the Chongqing Municipal Committee hold. Schools lead in Hebei and strive in Hebei.\n"
    )
    assert ("authority-elsewhere", "Chongqing Municipal Committee", "") in shown(text)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("4,000 new degrees", "school places"),
        ("the hair garden rate of three years", "gross kindergarten enrolment rate"),
        ("Texas City", "Dezhou"),
        ("Liao City", "Liaocheng"),
        ("the governance of the “Gongshen” school", "private schools run with public ones"),
        ("ten nots, one strict ban", "ten must-nots and one ban"),
        ("supervision with charged long teeth", "supervision with teeth"),
        ("strive for overall weeks of the province", "provincial turnover posts"),
        ("a “two increase” in expenditure", "the two that may only grow (or the two education surcharges)"),
        ("22 professional clothing points", "programmes offered"),
        ("turnover dormitories", "staff flats"),
        ("the big class quota fell", "oversized classes"),
        ("the county tube school hiring reform", "county-managed, school-hired (teachers)"),
        ("follow the relocated children", "children of migrant workers"),
        ("high -quality parks", "kindergartens (quality, model, inclusive)"),
    ],
)
def test_the_meant_term_is_proposed_beside_the_printed_one(printed: str, meant: str) -> None:
    text = MT + f"In the year the bureau saw {printed} again.\n"
    found = [proposal for code, _, proposal in shown(text) if code in ("term", "territory")]
    assert meant in found
    assert text == MT + f"In the year the bureau saw {printed} again.\n"  # nothing is mended


def test_degrees_of_universities_and_of_heat_are_left_alone() -> None:
    for words in ("28 degrees Celsius", "a degree of trust", "master's degrees"):
        assert not [s for s in shown(MT + f"The report mentions {words}.\n") if s[0] == "term"], words


def test_a_text_from_elsewhere_is_not_read_as_translated_chinese() -> None:
    assert not shown("Schools in Texas\n\nTexas has 9 universities that grant degrees.\n")


def test_letters_that_grow_when_lowered_move_no_mark() -> None:
    assert ("territory", "Texas City", "Dezhou") in shown(MT + "İİİİ İİİ and 3 schools in Texas City.\n")


def test_slogans_stay_names() -> None:
    found = shown(MT + "The reform of “three hires, four evaluations” went on in 30 schools.\n")
    assert ("name", "three hires, four evaluations", "") in found


def test_an_advertisement_is_set_apart() -> None:
    text = (
        MT
        + "The city has 12 schools.\n\nFor any question click the bottom to consult our site and get the review materials for free.\n"
    )
    assert [c for c, _, _ in shown(text)] == ["advert"]


def test_every_reason_of_extraction_and_every_mark_is_explained_in_both_languages() -> None:
    assert all(text.zh and text.en for text in CODES.values())
    assert {m.code for m in marks(WITHOUT_ZEROS * 2)} <= CODES.keys()
    assert VERSION.count(".") == 2
    assert all(t.zh and t.en and 0 < t.confidence < 1 and t.anchor for t in TERMS)


def test_a_mark_tells_its_words_and_why() -> None:
    text = "In p>222, the bureau went on.\n"
    row = marks(text)[0].as_row("t.txt", text)
    assert row["quote"] == "p>222"
    assert row["proposal"] == {"zh": "2022年", "en": "2022"}
    assert row["why"]["zh"]
    assert row["confidence"] > 0.9


def test_long_runs_of_hostile_text_take_little_time() -> None:
    import time

    began = time.process_time()
    for piece in ("two ", "x" * 50, "<p", "“three ", "degrees ", "()", "new public " * 5):
        marks(MT + piece * 20_000)
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("printed", "marked"),
    [("2\u200b000", "2\u200b000"), ("9\u00ad9.5", "9\u00ad9.5"), ("\u202e500", ""), ("2\u200b 000", "")],
)
def test_characters_that_are_not_seen_inside_a_number_are_told(printed: str, marked: str) -> None:
    text = f"全市新增学位{printed}个。"
    assert [text[m.start : m.end] for m in marks(text) if m.code == "unseen"] == [m for m in (marked,) if m]
