"""Numbers in a unit's own text, held against what is known."""

from __future__ import annotations

from decimal import Decimal

import pytest

from duxue.web.rounds.models import Known
from duxue.web.rounds.selectors.numbers import unbacked

KNOWN = [Known(value=Decimal("88.7654")), Known(value=Decimal(10645)), Known(value=None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("比例达88.8%，共10,645个党组织。", []),
        ("比例达88.77%，共10645个。", []),
        ("比例达89.8%，共10,646个。", ["89.8", "10,646"]),
        ("2024年3月，第12条，鲁政办发〔2018〕29号，3所学校。", []),
        ("in 2024, 3 schools", []),
        ("增加123人，又增加123人", ["123"]),
        ("", []),
    ],
)
def test_only_what_no_figure_bears_out_is_named(text: str, expected: list[str]) -> None:
    assert unbacked(text, KNOWN) == expected
