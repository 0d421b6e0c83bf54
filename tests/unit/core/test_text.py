"""Text: what counts as the same header, and what is never changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.core.text import Text, clean, count_of, match_key, same


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("在校学生数", " 在校 学生数 "),
        ("ＰＵＰＩＬＳ", "pupils"),
        ("School_Code", "school code"),
        ("面积（平方米）", "面积(平方米)"),
        ("面积㎡", "面积m2"),
        ("学校\u200b代码", "学校代码"),
        ("\ufeff年度", "年度"),
        ("Straße", "STRASSE"),
        ("教学、辅助用房", "教学辅助用房"),
    ],
)
def test_headers_that_read_the_same_match(a: str, b: str) -> None:
    """Width, case, blanks, marks and invisible characters do not matter."""
    assert match_key(a) == match_key(b)


@pytest.mark.parametrize(
    ("a", "b"), [("在校学生数", "招生数"), ("师生比", "生师比"), ("1-2年级", "1-3年级"), ("é", "e")]
)
def test_headers_that_differ_do_not_match(a: str, b: str) -> None:
    """The order and the letters matter."""
    assert match_key(a) != match_key(b)


@given(st.text())
def test_match_key_of_a_match_key_is_itself(text: str) -> None:
    """Folding again changes nothing, so keys may be compared with keys."""
    assert match_key(match_key(text)) == match_key(text)


@given(st.text())
def test_clean_text_stays_as_it_is(text: str) -> None:
    """Cleaning again changes nothing."""
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  济南市 ", "济南市"),
        ("济\u200b南\u202e市", "济南市"),
        ("e\u0301cole", "\u00e9cole"),
        ("e\u200b\u0301cole", "\u00e9cole"),
        ("（一）", "（一）"),
        ("Ａ校", "Ａ校"),
        ("a b", "a b"),
    ],
)
def test_clean_removes_only_what_cannot_be_seen(raw: str, expected: str) -> None:
    """Full-width characters and inner blanks stay."""
    assert clean(raw) == expected


def test_text_falls_back_to_the_other_language() -> None:
    """An empty language is answered by the other."""
    assert Text("", "county").say("zh") == "county"
    assert Text("县", "").say("en") == "县"


def test_format_says_inner_texts_in_the_matching_language() -> None:
    """A Text put into a Text keeps both languages apart."""
    told = Text("单位：{u}，{n}", "unit: {u}, {n}").format(u=Text("县", "county"), n=3)
    assert (told.zh, told.en) == ("单位：县，3", "unit: county, 3")


def test_same_reads_equal_in_both_languages() -> None:
    """Codes and names of files are not translated."""
    assert same("370000") == Text("370000", "370000")


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 counties"), (1, "1 county"), (2, "2 counties"), (1200, "1,200 counties")]
)
def test_a_number_stands_with_its_noun(number: int, words: str) -> None:
    assert count_of(number, "county", "counties") == words
    assert count_of(1, "row") == "1 row"
    assert count_of(3, "row") == "3 rows"
