"""Whole numbers that come as text: what `int` would read otherwise, or not at all, is none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from duxue.web.common.numbers import number_in, trimmed, trimmed_or_none


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    "text", ["", " 1", "-1", "+1", "1.0", "1e3", "²", "١٢٣", "1_0", "9" * 19, "9" * 5000]
)
def test_anything_else_is_none(text: str) -> None:
    assert number_in(text) is None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("4.500", "4.5"),
        ("100", "100"),
        ("1E+2", "100"),
        ("0.000", "0"),
        ("-0.50", "-0.5"),
        ("1E-7", "0.0000001"),
    ],
)
def test_a_number_is_written_in_digits(value: str, told: str) -> None:
    assert trimmed(Decimal(value)) == trimmed_or_none(Decimal(value)) == told
    assert trimmed_or_none(None) is None
