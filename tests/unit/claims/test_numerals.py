"""Numbers are read exactly, in digits and in Chinese numerals."""

from __future__ import annotations

import pytest

from duxue.claims.numerals import chinese, scale


@pytest.mark.parametrize(
    ("digits", "magnitude", "value"),
    [
        ("22,510", "", 22510),
        ("3 500", "", 3500),
        ("0.64", "", 0.64),
        ("16.48", "亿", 1648000000),
        ("1.27", "万", 12700),
        ("3", "千万", 30000000),
        ("1.2", "万亿", 1200000000000),
        ("85.56", "万", 855600),
    ],
)
def test_digits_times_magnitude_are_exact(digits: str, magnitude: str, value: float) -> None:
    read = scale(digits, magnitude)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("十三", 13),
        ("卅", 30),
        ("两百零五", 205),
        ("一千二百三十", 1230),
        ("一万二", 12000),
        ("三万五千", 35000),
        ("一亿二千万", 120000000),
        ("一万亿", 1000000000000),
        ("十六点四八亿", 1648000000),
        ("九十八点五", 98.5),
        ("二〇二〇", 2020),
        ("一○四", 104),
    ],
)
def test_chinese_numerals(numeral: str, value: float) -> None:
    assert chinese(numeral) == value


@pytest.mark.parametrize("word", ["教", "三民", "点五", "一点"])
def test_words_that_are_no_numerals(word: str) -> None:
    assert chinese(word) is None
