"""What a printed number allows the true one to be."""

from __future__ import annotations

import pytest

from duxue.claims.printed import follows, significant, step
from tests.unit.claims.claim_maker import make


@pytest.mark.parametrize(
    ("quote", "value", "expected"),
    [
        ("3.3万余节", 33_000, 1000),
        ("97.1%", 97.1, 0.1),
        ("16.48亿元", 1_648_000_000, 1_000_000),
        ("３.3萬", 33_000, 1000),
        ("12,700 places", 12_700, 1),
        ("640,000", 640_000, 10_000),
        ("三所", 3, 1),
        ("5 million yuan", 5_000_000, 1_000_000),
    ],
)
def test_one_unit_of_the_last_digit_printed(quote: str, value: float, expected: float) -> None:
    assert step(make(quote, value, "person")) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("quote", "value", "comparator", "true", "expected"),
    [
        ("超过3.3万", 33_000, ">", 33_412, True),
        ("超过3.3万", 33_000, ">", 32_990, False),
        ("超过3.3万", 33_000, ">", 90_000, None),
        ("97.1%", 97.1, "=", 97.14, True),
        ("97.2%", 97.2, "=", 97.14, False),
        ("97.14%", 97.14, "=", 97.1, False),
        ("95%以上", 95, ">=", 95.0, True),
        ("95%以上", 95, ">=", 94.2, False),
        ("3%以内", 3, "<=", 2.9, True),
        ("3%以内", 3, "<=", 3.6, False),
        ("近400万", 4_000_000, "~", 3_870_000, True),
        ("近400万", 4_000_000, "~", 3_000_000, False),
        ("不到90%", 90, "<", 90.0, False),
        ("1,", None, "=", 12, None),
    ],
)
def test_a_printed_number_follows_to_its_precision_and_comparator(
    quote: str, value: float | None, comparator: str, true: float, expected: bool | None
) -> None:
    assert follows(make(quote, value, "percent", comparator=comparator), true) is expected


def test_a_range_holds_what_lies_in_it() -> None:
    claim = make("1-3", 1, "item", value_high=3)
    assert follows(claim, 2)
    assert follows(claim, 5) is False


@pytest.mark.parametrize(("value", "digits"), [(12_700, 3), (5_000, 1), (97.14, 4), (0.25, 2), (100, 1)])
def test_digits_that_carry_meaning(value: float, digits: int) -> None:
    assert significant(value) == digits
