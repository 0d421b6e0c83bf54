"""Units that the tables name are the canonical ones, or other: and a word."""

from __future__ import annotations

import pytest

from duxue.claims.chinese.words import FIXED_COUNTERS, NOUNS, OPEN_COUNTERS
from duxue.claims.units import UNITS, currency, is_count


@pytest.mark.parametrize("table", [FIXED_COUNTERS, OPEN_COUNTERS, NOUNS])
def test_tables_name_known_units(table: dict[str, str]) -> None:
    assert {unit for unit in table.values() if unit not in UNITS and not unit.startswith("other:")} == set()


@pytest.mark.parametrize(
    ("place", "unit"),
    [("香港", "other:hkd"), ("澳门", "other:mop"), ("高雄市", "other:twd"), ("青岛", "yuan"), ("", "yuan")],
)
def test_currency(place: str, unit: str) -> None:
    assert currency(place) == unit


@pytest.mark.parametrize(
    ("unit", "whole"),
    [("school", True), ("person", True), ("percent", False), ("yuan", False), ("other:mu", False)],
)
def test_things_that_come_whole(unit: str, whole: bool) -> None:
    assert is_count(unit) is whole
