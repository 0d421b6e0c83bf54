"""Why there is no figure, in words."""

from __future__ import annotations

import pytest

from duxue.formula.nodes import NA
from duxue.results.model import Value
from duxue.results.reasons import REASONS, reason_text
from tests.unit.results.courts import pack


def value(reason: str, detail: str = "") -> Value:
    """Return a figure that could not be computed."""
    return Value("A", "S1", "school", 2023, (), None, reason, detail)


def test_every_reason_reads_in_both_languages() -> None:
    """No code is shown bare."""
    assert set(REASONS) == set(NA)
    assert all(text.zh and text.en and text.zh != text.en for text in REASONS.values())


@pytest.mark.parametrize(
    ("detail", "zh", "en"),
    [
        ("schools.books", "缺少数据：图书册数", "data are missing: Books"),
        (
            "schools.books schools.pupils",
            "缺少数据：图书册数、在校学生数中至少一项",
            "data are missing: at least one of Books, Pupils",
        ),
        ("schools.thick", "缺少数据：厚书", "data are missing: Thick books"),
        ("other.thing", "缺少数据：other.thing", "data are missing: other.thing"),
        ("", "缺少数据", "data are missing"),
    ],
)
def test_missing_data_are_named_by_their_titles(detail: str, zh: str, en: str) -> None:
    """The reader sees the column as it is printed on the form."""
    text = reason_text(pack(""), value("missing", detail))
    assert (text.zh, text.en) == (zh, en)


def test_the_rule_that_excluded_a_unit_is_named() -> None:
    """The second exclusion, not just any."""
    text = reason_text(pack(""), value("out_of_scope", "1"))
    assert text.zh == "不在评估范围：不足50人的教学点不计入"
    assert text.en == "out of scope: points under 50 pupils are left out"


@pytest.mark.parametrize("detail", ["", "7", "x"])
def test_an_unknown_rule_is_not_made_up(detail: str) -> None:
    """Only the general words stay."""
    assert reason_text(pack(""), value("out_of_scope", detail)) == REASONS[NA.OUT_OF_SCOPE]


def test_the_reason_of_a_verdict_is_a_code_alone() -> None:
    """Verdicts have no cells of their own."""
    assert reason_text(pack(""), "zero_division").en == "the denominator is 0"
