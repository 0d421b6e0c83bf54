"""Plain text keeps every offset, whatever the script."""

from __future__ import annotations

import pytest

from duxue.claims.script import is_chinese, plain
from duxue.claims.traditional import TRADITIONAL


def test_traditional_reads_as_simplified() -> None:
    assert plain("縣教育局為學校購置電腦,達標率１００％") == "县教育局为学校购置电脑,达标率100%"


@pytest.mark.parametrize("text", ["國小１２所，學生3,456人", "𠮷林小学﹪", "a\u3000b\r\nc", "\u202e一\u200b"])
def test_plain_text_is_as_long_as_the_text(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_no_simplified_form_is_itself_traditional() -> None:
    assert not set(TRADITIONAL.values()) & set(TRADITIONAL)


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("全市GDP增长6%", True),
        ("The 双减 policy reached 3 schools in town", False),
        ("在校生12人", True),
        ("12,000", False),
    ],
)
def test_language_of_a_stretch(text: str, chinese: bool) -> None:
    assert is_chinese(text, 0, len(text)) is chinese
