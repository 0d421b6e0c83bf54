"""Whole numbers that come as text: what `int` would read otherwise, or not at all, is none."""

from __future__ import annotations

import pytest

from duxue.web.common.numbers import number_in


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    "text", ["", " 1", "-1", "+1", "1.0", "1e3", "²", "١٢٣", "1_0", "9" * 19, "9" * 5000]
)
def test_anything_else_is_none(text: str) -> None:
    assert number_in(text) is None
