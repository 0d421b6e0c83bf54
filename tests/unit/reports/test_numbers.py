"""Numbers in written text: found in every spelling, held against figures, marked when nothing supports them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from duxue.core.text import Lang, Text
from duxue.reports.duty_words import SENTENCES, Words, places
from duxue.reports.numbers import Offered, find_numbers, mark

OFFERED = [
    Offered(Fraction(987)),
    Offered(Fraction("84.32"), True),
    Offered(Fraction(16_450)),
    Offered(Fraction(36)),
]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("新建987所", [987]),
        ("新建９８７所", [987]),
        ("共1,234.5万元", [Fraction("1234.5")]),
        ("百分之九十五点三", [Fraction("95.3")]),
        ("三十六所，二千零一十人", [36, 2010]),
        ("两万三千人", [23_000]),
        ("二〇二三年", [2023]),
        ("三个中心、五项措施", [3, 5]),
        ("统一部署，十分重视，一是落实，千方百计", []),
        ("一二年级", []),
        ("twelve schools and thirty-six more", [12, 30, 6]),
        ("one of them often", []),
        ("1.2 million pupils", [Fraction("1.2")]),
    ],
)
def test_numbers_are_found_in_every_spelling(text: str, values: list[Fraction]) -> None:
    assert [f.value for f in find_numbers(text)] == values


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("新建987所", "新建987所"),
        ("新建988所", "新建〔待核：988〕所"),
        ("占84.3%", "占84.3%"),
        ("占84.4%", "占〔待核：84.4%〕"),
        ("占84.3", "占〔待核：84.3〕"),
        ("占36%", "占〔待核：36%〕"),
        ("投入1.6万元", "投入1.6万元"),
        ("投入1.7万元", "投入〔待核：1.7万〕元"),
        ("三十六所、三十七所", "三十六所、〔待核：三十七〕所"),
        ("共９８８所", "共〔待核：９８８〕所"),
    ],
)
def test_only_numbers_that_a_figure_rounds_to_stay_unmarked(text: str, marked: str) -> None:
    assert mark(text, "zh", OFFERED) == marked


def test_english_marks_are_english() -> None:
    lang: Lang = "en"
    assert mark("84.3% and 12", lang, OFFERED) == "84.3% and [not supported by data: 12]"
    assert mark("16.45 thousand", lang, OFFERED) == "16.45 thousand"


def test_every_sentence_has_the_same_places_in_both_languages() -> None:
    for name, text in SENTENCES.items():
        filled = text.format(**dict.fromkeys(places(name), "X"))
        assert filled.zh.count("X") >= len(places(name))
        assert filled.en.count("X") >= len(places(name))


def test_a_reworded_sentence_keeps_what_data_fill_and_marks_the_rest() -> None:
    words = Words(
        {"result_grade": Text("{grade}等{n}个，占全部16个：{units}", "{n} of 16: {units}, {grade}")}, []
    )
    said = words.text("result_grade", grade="甲", n=3, units="乙12市")
    assert said.zh == "甲等3个，占全部〔待核：16〕个：乙12市"
    assert said.en == "3 of [not supported by data: 16]: 乙12市, 甲"
    again = Words({"result_grade": Text("三个：{units}", "three: {units}")}, []).text(
        "result_grade", grade="甲", n=3, units=""
    )
    assert again == Text("三个：", "three: ")
