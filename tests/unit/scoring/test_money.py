"""Money rules: falls are explained, and amounts are compared over the same units."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from duxue.core.errors import Problem
from duxue.packs.scoring import Scoring
from duxue.scoring import money
from duxue.scoring.figures import Figures
from duxue.scoring.model import Explanation
from tests.unit.scoring.worlds import figures, pack

SCORING = """
scoring:
  level: city
  review: {reviewers: 1}
  credibility: {method: M1}
  items:
    - id: A
      title: {zh: 甲, en: Block A}
      points: 10
      items: [{id: A1, title: {zh: 甲一, en: A one}, points: 10, rule: {type: gate, of: growth, meets: '>= 0'}}]
  explained:
    - {of: growth, meets: '>= 0'}
    - {of: growth, meets: '>= 0', each: county}
    - {of: level_by, by: {stage: primary}, meets: '>= 0'}
  same_scope:
    - {of: total, each: county, adjustment: moved}
"""
COUNTIES = ("A1", "A2", "A3", "B1", "B2", "C1")
PACK = pack(SCORING, {"growth": 2, "level_by": 2, "total": 0, "moved": 0})


def scoring() -> Scoring:
    assert PACK.scoring is not None
    return PACK.scoring


def world(changes: Mapping[tuple[Any, ...], Any] | None = None) -> Figures:
    """Nothing falls and no unit changes, but for `changes`; a value of None takes a figure away."""
    values: dict[tuple[Any, ...], Any] = {}
    for unit in ("A", "B", "C", *COUNTIES):
        values[unit, "growth", 2023] = 1
        values[unit, "level_by", 2023, "primary"] = 1
        values[unit, "moved", 2023] = 0
        for year in (2022, 2023):
            values[unit, "total", year] = 100
    values.update(changes or {})
    return figures(PACK, {k: v for k, v in values.items() if v is not None})


def problems(of: Figures, *explanations: Explanation) -> list[Problem]:
    rules = scoring()
    return money.inspect(rules, explanations, money.falls(rules, explanations, of), of)


def explain(unit: str, indicator: str = "growth", **by: str) -> Explanation:
    return Explanation(unit, indicator, tuple(by.items()), "项目竣工", Fraction(5))


def test_nothing_to_explain() -> None:
    assert problems(world()) == []


def test_each_fall_is_asked_for_at_its_level_and_breakdown() -> None:
    fallen = world(
        {("A", "growth", 2023): "-0.001", ("A2", "growth", 2023): -3, ("B", "level_by", 2023, "primary"): -1}
    )
    found = problems(fallen)
    assert [p.code for p in found] == ["SCO019"] * 3
    assert [p.what.en.split(" of ")[-1].split(" fell")[0] for p in found] == ["City A", "County A2", "City B"]
    given = [explain("A"), explain("A2"), explain("B", "level_by", stage="primary")]
    assert problems(fallen, *given) == []
    assert all(f.explanation is not None for f in money.falls(scoring(), given, fallen))


def test_no_change_is_no_fall_and_no_figure_is_none() -> None:
    assert problems(world({("A", "growth", 2023): 0, ("B1", "growth", 2023): None})) == []


@pytest.mark.parametrize(
    "row", [explain("A"), explain("B2"), explain("A2", "level_by", stage="primary"), explain("X9")]
)
def test_an_explanation_of_nothing_is_told(row: Explanation) -> None:
    """A mistyped unit, indicator or breakdown would otherwise look like an explanation."""
    assert [p.code for p in problems(world(), row)] == ["SCO024"]


def test_a_new_unit_without_a_restated_base_is_told() -> None:
    found = problems(world({("A3", "total", 2022): None}))
    assert [p.code for p in found] == ["SCO022"]
    assert "County A3" in found[0].what.en


def test_a_split_that_balances_is_the_same_scope() -> None:
    """A3 took 40 of A1's amount: +40 there, -40 here, 0 for the city."""
    moved = {("A3", "total", 2022): None, ("A3", "moved", 2023): 40, ("A1", "moved", 2023): -40}
    assert problems(world(moved)) == []


def test_what_is_taken_over_must_be_given() -> None:
    moved = {("A3", "total", 2022): None, ("A3", "moved", 2023): 40, ("A", "moved", 2023): 40}
    found = problems(world(moved))
    assert [(p.code, p.found) for p in found] == [("SCO023", "40.00")]
    assert found[0].expected.en == "0.00 in all"


def test_a_unit_that_ended_leaves_its_amount_to_others() -> None:
    """B3 had 60 and is no more: B must take it over, or last year's base is too small."""
    gone = {("B3", "total", 2022): 60}
    found = problems(world(gone))
    assert [p.code for p in found] == ["SCO023"]
    assert "B3" in found[0].what.en
    assert problems(world({**gone, ("B1", "moved", 2023): 60, ("B", "moved", 2023): 60})) == []


def test_without_a_year_before_there_is_nothing_to_hold_against() -> None:
    first = {(unit, "total", 2022): None for unit in COUNTIES}
    assert problems(world(first)) == []
