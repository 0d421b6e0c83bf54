"""Text to typed values: what is written is what is read, and what is not a value is refused with its reason."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.microdata.columns import arrow_type, convert
from duxue.microdata.values import (
    Fault,
    is_missing,
    parse_boolean,
    parse_code,
    parse_decimal,
    parse_integer,
    parse_text,
    parse_year,
)
from duxue.packs.schema import FieldSpec

NARROW_TO_WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


def _code(value: object) -> str:
    assert isinstance(value, Fault), value
    assert value.expected.zh
    assert value.expected.en
    assert value.advice.zh
    assert value.advice.en
    return value.code


@pytest.mark.parametrize("text", ["12", "12.0", "１２", " 12 ", "+12", "1.2e1", "12.", "\u200b12"])
def test_a_whole_number_may_be_written_in_many_ways(text: str) -> None:
    assert parse_integer(text) == 12


def test_thousands_are_grouped_in_threes_only() -> None:
    assert parse_integer("1,234,567") == 1234567
    assert parse_integer("1，234") == 1234
    assert _code(parse_integer("12,34")) == "DATA030"


@pytest.mark.parametrize(
    "text", ["12.5", "十二", "12人", "--3", "1/2", "0x10", "1e999", "inf", "1_000", "无"]
)
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    assert _code(parse_integer(text)) in {"DATA030", "DATA038"}


def test_zero_is_asked_for_where_none_is_written() -> None:
    fault = parse_integer("无")
    assert isinstance(fault, Fault)
    assert "0" in fault.advice.zh


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.30000000000000004", "0.3"),
        ("16.374999999999996", "16.375"),
        ("0.1", "0.1"),
        (".5", "0.5"),
        ("1,234.50", "1234.5"),
    ],
)
def test_double_noise_is_cleaned_and_decimals_are_exact(text: str, expected: str) -> None:
    assert parse_decimal(text, 4) == Decimal(expected)


def test_more_places_than_kept_are_refused_and_trailing_zeros_are_not_places() -> None:
    assert _code(parse_decimal("1.00001", 4)) == "DATA032"
    assert parse_decimal("1.00000", 4) == Decimal(1)


def test_conversion_is_exact() -> None:
    assert parse_decimal("123456", 4, Fraction(1, 10000)) == Decimal("12.3456")
    assert _code(parse_decimal("123456.7", 4, Fraction(1, 10000))) == "DATA032"
    assert parse_integer("1.5", Fraction(10000)) == 15000


@pytest.mark.parametrize(
    "text",
    [
        "2023",
        "2023年",
        "2023-2024学年",
        "2023—2024学年度",
        "2023-24",
        "２０２３",
        "2023.0",
        "2023-09-01",
        "2023年9月1日",
    ],
)
def test_a_school_year_is_its_first_year(text: str) -> None:
    assert parse_year(text) == 2023


@pytest.mark.parametrize("text", ["23", "2023-2030", "20230", "九月", "2023-2022"])
def test_what_is_no_year_is_refused(text: str) -> None:
    assert _code(parse_year(text)) == "DATA036"


def test_codes_keep_leading_zeros_and_refuse_powers_of_ten() -> None:
    assert parse_code("0370102") == "0370102"
    assert parse_code("'370102") == "370102"
    assert parse_code("370102.0") == "370102"
    assert parse_code("３７０１０２") == "370102"
    assert parse_code("3E10") == "3E10" or _code(parse_code("3E10")) == "DATA035"
    assert _code(parse_code("3.70102E+05")) == "DATA035"


def test_yes_and_no_in_both_languages() -> None:
    assert all(parse_boolean(t) is True for t in ("是", "TRUE", "true", "1", "Y", "yes", "√", "１", "对"))
    assert all(parse_boolean(t) is False for t in ("否", "FALSE", "0", "N", "no", "×", "无"))
    assert _code(parse_boolean("10")) == "DATA033"


def test_texts_lose_only_what_cannot_be_seen() -> None:
    assert parse_text(" 第一\u200b 小学\n分校 ") == "第一 小学 分校"


def test_a_mark_for_nothing_is_not_a_number() -> None:
    assert all(is_missing(t) for t in ("", " ", "-", "—", "n/a", "NA", "无数据", "…", "－", "／"))
    assert not any(is_missing(t) for t in ("0", "无", "0.0", "否"))


@given(st.integers(-(10**15), 10**15), st.sampled_from(["{}", "{}.0", "{:,}", " {} ", "wide"]))
def test_formatting_and_reading_a_whole_number_is_the_identity(value: int, shape: str) -> None:
    text = str(value).translate(NARROW_TO_WIDE) if shape == "wide" else shape.format(value)
    assert parse_integer(text) == value


@given(st.decimals(-(10**12), 10**12, places=4))
def test_formatting_and_reading_a_decimal_is_the_identity(value: Decimal) -> None:
    assert parse_decimal(f"{value:f}", 4) == value
    assert parse_decimal(f"{value:,f}", 4) == value


@given(st.integers(-(10**9), 10**9))
def test_a_double_is_taken_by_its_shortest_form(hundredths: int) -> None:
    assert parse_decimal(repr(hundredths / 100), 2) == Decimal(hundredths) / 100
    assert parse_decimal(repr(hundredths * 0.01), 2) == Decimal(hundredths) / 100


@given(st.text(max_size=30))
def test_no_text_makes_a_parser_raise(text: str) -> None:
    for parse in (parse_integer, parse_boolean, parse_code, parse_year, parse_text):
        parse(text)
    parse_decimal(text, 4)


_TEXTS = st.none() | st.text(alphabet="0123456789.,-+eE ％1２", max_size=12) | st.integers().map(str)


@given(st.lists(_TEXTS, max_size=30), st.sampled_from(["integer", "number", "code"]))
def test_the_fast_path_agrees_with_the_slow_one(texts: list[str | None], kind: str) -> None:
    unit = {"unit": "pupil"} if kind != "code" else {}
    spec = FieldSpec.model_validate(
        {"id": "x", "type": kind, "title": {"zh": "甲", "en": "x"}, "decimals": 2, **unit}
    )
    converted = convert(pa.chunked_array([texts], pa.string()), spec, ())
    bad = {fault.row for fault in converted.faults}
    slow = []
    for row, text in enumerate(texts):
        value: object = None
        if text is not None and not is_missing(text):
            value = {"integer": parse_integer, "number": lambda t: parse_decimal(t, 2), "code": parse_code}[
                kind
            ](text)
            assert isinstance(value, Fault) == (row in bad)
        slow.append(None if isinstance(value, Fault) or value == "" else value)
    assert converted.values.to_pylist() == slow
    assert converted.values.type == arrow_type(spec)
