"""Numbers in a unit's own text, held against what is known."""

from __future__ import annotations

from decimal import Decimal

import pytest

from duxue.web.rounds.models import Known
from duxue.web.rounds.selectors.numbers import pointed

PACK = "cn-duty-province-demo@1.0.0"


def known(indicator: str, value: str | None, zh: str, year: int = 2024, **by: str) -> Known:
    return Known(
        indicator=indicator, value=None if value is None else Decimal(value), text=value or "–", year=year,
        title_zh=zh, title_en=zh, measure={"zh": "万元" if indicator == "education_total" else "%", "en": "%"}, by=by,
    )  # fmt: skip


KNOWN = [
    known("kg_gross", "88.7654", "学前三年毛入园率"), known("kg_gross", "85.1", "学前三年毛入园率", 2023),
    known("education_growth", "5.64", "一般公共预算教育支出比上年增长"),
    known("education_total", "123000", "一般公共预算教育支出"), known("retention", None, "初中三年巩固率"),
    known("other", "10645", "其他"),
]  # fmt: skip


def told(text: str) -> list[tuple[str, str | None]]:
    return [(p.quote, p.known.text if p.known else None) for p in pointed(text, KNOWN, pack=PACK, year=2024)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("学前三年毛入园率达到88.8%。", []),
        ("学前三年毛入园率达到88.77%。", []),
        ("学前三年毛入园率达到95.2%，比上年提高。", [("95.2%", "88.7654")]),
        ("2023年学前三年毛入园率为85.1%。", []),
        ("2023年学前三年毛入园率为88.8%。", [("88.8%", "85.1")]),
        ("一般公共预算教育支出增长5.6%。", []),
        ("一般公共预算教育支出增长6.5%。", [("6.5%", "5.64")]),
        ("一般公共预算教育支出12.3亿元。", []),
        ("共有党组织10,645个。", []),
        ("共有党组织10,646个。", [("10,646个", None)]),
        ("2024年3月，第12条，鲁政办发〔2018〕29号，3所学校。", []),
        ("计划到2027年学前三年毛入园率达到95%。", []),
        ("", []),
    ],
)
def test_a_number_is_held_against_the_figure_that_its_words_name(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert told(text) == expected


def test_the_sentence_is_given_with_the_number() -> None:
    text = "制度健全。学前三年毛入园率达到95.2%，全省领先。下一步继续。"
    (found,) = pointed(text, KNOWN, pack=PACK, year=2024)
    assert (found.before, found.quote, found.after) == ("学前三年毛入园率达到", "95.2%", "，全省领先。")
    assert found.said.say("en") == "The known figure: 学前三年毛入园率 (2024) is 88.7654%."


def test_figures_of_a_pack_that_is_not_at_hand_are_compared_by_value() -> None:
    found = pointed("毛入园率88.8%，巩固率77.7%。", KNOWN, pack="gone@1.0.0", year=2024)
    assert [(p.quote, p.known) for p in found] == [("77.7%", None)]
