"""Standards are said in words."""

from __future__ import annotations

import pytest

from duxue.web.common.templatetags.duxue import compared, measured


@pytest.mark.parametrize(
    ("standard", "zh", "en"),
    [
        (">= 4", "不低于 4", "at least 4"),
        ("<= 0.50", "不高于 0.5", "at most 0.5"),
        ("< -1.25", "低于 -1.25", "below -1.25"),
        ("== 100", "等于 100", "equal to 100"),
        ("2 of 3 standards", "2 of 3 standards", "2 of 3 standards"),
        ("", "", ""),
    ],
)
def test_a_comparison_is_said_in_words(standard: str, zh: str, en: str) -> None:
    said = compared(standard)
    assert (said.zh, said.en) == (zh, en)


def test_a_comparison_and_a_value_carry_their_unit() -> None:
    cases = {"zh": "起", "en": "cases"}
    assert (compared("<= 1", cases).zh, compared("<= 1", cases).en) == ("不高于 1 起", "at most 1 case")
    assert compared(">= 94", {"zh": "%", "en": "%"}).en == "at least 94%"
    assert (measured("1", cases).en, measured("12", cases).en, measured("–", cases).zh) == (
        "1 case",
        "12 cases",
        "–",
    )
    assert measured("7", {}).en == "7"
