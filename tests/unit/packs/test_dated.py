"""Which of several dated, regional values holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

import pytest

from duxue.packs.dated import day_of, holding

CHAIN = ("SCHOOL", "COUNTY", "CITY", "PROVINCE")  # nearest first
DAY = date(2020, 9, 1)


@dataclass(frozen=True)
class Value:
    """A named value, so that a test can say which one holds."""

    name: str
    by: dict[str, str] = field(default_factory=dict)
    region: str | None = None
    from_: date | None = None
    to: date | None = None


def held(
    *values: Value, by: dict[str, str] | None = None, on: date = DAY, chain: tuple[str, ...] = CHAIN
) -> str | None:
    """Return the name of the value that holds, the same whatever the order in which the values are listed."""
    names = {
        found.name if (found := holding(order, by or {}, chain, on)) else None
        for order in permutations(values)
    }
    assert len(names) == 1
    return names.pop()


def test_nearest_region_wins() -> None:
    """A city's own threshold beats the province's, and both beat the country's."""
    values = (Value("country"), Value("province", region="PROVINCE"), Value("city", region="CITY"))
    assert held(*values) == "city"
    assert held(*values, chain=("OTHER", "PROVINCE")) == "province"
    assert held(*values, chain=("ELSEWHERE",)) == "country"


def test_other_regions_do_not_count() -> None:
    """Shenyang's rule says nothing about Jinan."""
    assert held(Value("shenyang", region="210100")) is None


def test_first_and_last_day_are_included() -> None:
    """A rule in force from 1 September holds on 1 September."""
    value = Value("v", from_=date(2020, 9, 1), to=date(2021, 8, 31))
    assert held(value, on=date(2020, 9, 1)) == "v"
    assert held(value, on=date(2021, 8, 31)) == "v"
    assert held(value, on=date(2020, 8, 31)) is None
    assert held(value, on=date(2021, 9, 1)) is None


def test_later_start_wins() -> None:
    """A new rule replaces the old one that was never ended."""
    old, new = Value("old"), Value("new", from_=date(2019, 1, 1))
    newest = Value("newest", from_=date(2020, 9, 1))
    assert held(old, new, newest) == "newest"
    assert held(old, new, newest, on=date(2020, 8, 31)) == "new"
    assert held(old, new, newest, on=date(2018, 12, 31)) == "old"


def test_more_specific_breakdown_wins() -> None:
    """A threshold for primary schools beats one for all stages."""
    values = (
        Value("all"),
        Value("primary", by={"stage": "primary"}),
        Value("rural", by={"stage": "primary", "locale": "rural"}),
    )
    assert held(*values, by={"stage": "primary"}) == "primary"
    assert held(*values, by={"stage": "primary", "locale": "rural"}) == "rural"
    assert held(*values, by={"stage": "junior"}) == "all"


def test_a_breakdown_that_is_not_asked_for_does_not_match() -> None:
    """The total of all stages is not judged by the primary threshold."""
    assert held(Value("primary", by={"stage": "primary"})) is None


def test_region_counts_before_breakdown_and_breakdown_before_date() -> None:
    """The order in which rules give way."""
    near = Value("near", region="CITY")
    detailed = Value("detailed", by={"stage": "primary"})
    late = Value("late", from_=date(2020, 1, 1))
    assert held(near, detailed, late, by={"stage": "primary"}) == "near"
    assert held(detailed, late, by={"stage": "primary"}) == "detailed"


def test_a_regional_rule_that_has_ended_gives_way_to_the_country() -> None:
    """After its last day the national rule holds again."""
    local = Value("local", region="CITY", to=date(2020, 8, 31))
    assert held(Value("country"), local) == "country"


def test_nothing_holds_outside_all_dates() -> None:
    """No rule is stretched to a year it does not name."""
    assert held(Value("v", from_=date(2017, 4, 26)), on=date(2016, 9, 1)) is None
    assert holding((), {}, CHAIN, DAY) is None


@pytest.mark.parametrize(("as_of", "day"), [("09-01", date(2023, 9, 1)), ("12-31", date(2023, 12, 31))])
def test_a_year_stands_for_the_day_of_its_data(as_of: str, day: date) -> None:
    """School statistics are as of the start of the school year, residents as of its end."""
    assert day_of(2023, as_of) == day
