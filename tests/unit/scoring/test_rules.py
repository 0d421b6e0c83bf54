"""Worked cases for each type of rule, with wrong figures beside right ones."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from duxue.core.errors import Refused
from duxue.scoring import rules
from tests.unit.scoring.worlds import figures, pack

HEAD = """
scoring:
  level: city
  review: {{}}
  credibility: {{method: M1}}
  items:
    - id: A
      title: {{zh: 甲, en: A}}
      points: {points}
      rule: {rule}
"""


def points(rule: str, values: dict[tuple[Any, ...], Any], *, full: int = 4, unit: str = "A") -> rules.Outcome:
    made = pack(HEAD.format(points=full, rule=rule))
    assert made.scoring is not None
    item = made.scoring.items[0]
    assert item.rule is not None
    return rules.apply(item.rule, item.points, rules.Place(item, unit, figures(made, values)))


@pytest.mark.parametrize(("value", "expected"), [("84.99", 0), ("85", 4), ("85.01", 4)])
def test_gate(value: str, expected: int) -> None:
    assert points('{type: gate, of: X, meets: ">= 85"}', {("A", "X", 2023): value}).points == expected


def test_gate_shows_a_near_miss_as_a_miss() -> None:
    found = points('{type: gate, of: X, meets: ">= 85"}', {("A", "X", 2023): "84.999"})
    assert "84.999" in found.reason.en
    assert "85.0 " not in found.reason.en


def test_gate_for_every_county() -> None:
    rule = '{type: gate, of: X, meets: ">= 0", each: county}'
    good = {("A1", "X", 2023): 1, ("A2", "X", 2023): 0, ("A3", "X", 2023): 5}
    assert points(rule, good).points == 4
    bad = points(rule, good | {("A2", "X", 2023): "-0.01"})
    assert bad.points == 0
    assert bad.failing == ("A2",)
    assert "County A2" in bad.reason.en
    assert "A2县" in bad.reason.zh


@pytest.mark.parametrize(
    ("value", "whole", "expected"),
    [("95", False, 4), ("96", False, 4), ("94", False, "3"), ("93.5", False, "2.5"), ("93.5", True, "3"), ("80", False, 0)],
)  # fmt: skip
def test_shortfall(value: str, whole: bool, expected: Any) -> None:
    rule = f'{{type: shortfall, of: X, meets: ">= 95", deduct: 1, whole_steps: {str(whole).lower()}}}'
    assert points(rule, {("A", "X", 2023): value}).points == Fraction(str(expected))


def test_shortfall_above_a_limit() -> None:
    rule = '{type: shortfall, of: X, meets: "<= 10", deduct: 0.5, step: 2}'
    assert points(rule, {("A", "X", 2023): 14}).points == 3


def test_per_unit_has_a_most() -> None:
    counties = {("A1", "X", 2023): 1, ("A2", "X", 2023): -1, ("A3", "X", 2023): -2}
    rule = '{type: per_unit, of: X, each: county, meets: ">= 0", deduct: 1.5}'
    assert points(rule, counties).points == 1
    assert points(rule.replace("1.5}", "1.5, most: 2}"), counties).points == 2


def test_occurrence_never_goes_below_zero() -> None:
    rule = "{type: occurrence, of: X, deduct: 1.5}"
    assert [points(rule, {("A", "X", 2023): n}).points for n in (0, 1, 3)] == [4, Fraction("2.5"), 0]


def test_elements() -> None:
    rule = """{type: elements, elements: [
        {id: a, title: {zh: 甲, en: a}, points: 3, of: X, meets: ">= 1"},
        {id: b, title: {zh: 乙, en: b}, points: 1, of: Y, meets: ">= 1"}]}"""
    assert points(rule, {("A", "X", 2023): 1, ("A", "Y", 2023): 0}).points == 3
    judged = rule.replace(', of: Y, meets: ">= 1"', "")
    assert points(judged, {("A", "X", 2023): 1}).points is None


@pytest.mark.parametrize(("value", "expected"), [("59.999", 0), ("60", 2), ("79.999", 2), ("80", 4)])
def test_bands_are_half_open(value: str, expected: int) -> None:
    rule = "{type: bands, of: X, bands: [{points: 0}, {from: 60, points: 2}, {from: 80, points: 4}]}"
    assert points(rule, {("A", "X", 2023): value}).points == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [((5, 6, 7, 8), 4), ((5, 6, 7, 7), 2), ((5, 8, 7, 6), 1), ((9, 8, 7, 6), 0), ((9, 9, 7, 6), 1)],
)
def test_trend(run: tuple[int, ...], expected: int) -> None:
    rule = "{type: trend, of: X, improved: 4, held: 2, worse: 1, three_years: 0}"
    values = {("A", "X", year): value for year, value in zip(range(2020, 2024), run, strict=True)}
    assert points(rule, values).points == expected


def test_a_change_is_printed_with_the_digits_that_show_it() -> None:
    """18.655 and 18.664 both round to 18.66: "18.66 became 18.66, better" would be read as a mistake."""
    rule = "{type: trend, of: X, improved: 4, held: 2}"
    said = points(rule, {("A", "X", 2022): "18.6554", ("A", "X", 2023): "18.6637"}).reason
    before, after = re.findall(r"18\.\d+", said.en)
    assert Fraction(before) < Fraction(after)


@pytest.mark.parametrize(
    ("cases", "words"), [(1, "1 case, 1 off for each: 3 points"), (3, "3 cases, 1 off for each: 1 point")]
)
def test_english_reasons_count_in_plain_words(cases: int, words: str) -> None:
    said = points("{type: occurrence, of: X, deduct: 1}", {("A", "X", 2023): cases}).reason
    assert said.en.endswith(words)


def test_trend_with_a_least_change_where_less_is_better() -> None:
    rule = "{type: trend, of: X, better: less, least: 0.5, improved: 4, held: 2}"
    found = [points(rule, {("A", "X", 2022): 50, ("A", "X", 2023): now}).points for now in ("49.5", "49.6", "50", "50.1")]  # fmt: skip
    assert found == [4, 2, 2, 0]


@pytest.mark.parametrize(("ties", "expected"), [("best", 4), ("worst", 2), ("mean", 3)])
def test_rank_with_ties(ties: str, expected: int) -> None:
    rule = f"{{type: rank, of: X, ties: {ties}, places: [{{to: 1, points: 4}}, {{to: 2, points: 2}}, {{to: 3, points: 1}}]}}"
    values = {("A", "X", 2023): 7, ("B", "X", 2023): 7, ("C", "X", 2023): 3}
    assert points(rule, values).points == expected
    assert points(rule, values, unit="C").points == 1


def test_mean_of_the_whole_is_not_the_mean_of_the_units() -> None:
    rule = "{type: mean, of: X, below: [{to: 1, points: 3}, {to: 2, points: 2}]}"
    values = {("A", "X", 2023): 20, ("B", "X", 2023): 22, ("C", "X", 2023): 30, ("9", "X", 2023): 21}
    assert [points(rule, values, unit=u).points for u in "ABC"] == [3, 4, 4]
    simple = rule.replace("of: X", "of: X, mean: simple")  # 24
    assert [points(simple, values, unit=u).points for u in "ABC"] == [2, 3, 4]


def test_composite() -> None:
    rule = """{type: composite, parts: [
        {weight: 0.75, rule: {type: gate, of: X, meets: ">= 1"}},
        {weight: 0.25, rule: {type: gate, of: Y, meets: ">= 1"}}]}"""
    assert points(rule, {("A", "X", 2023): 1, ("A", "Y", 2023): 0}).points == 3


def test_by_class() -> None:
    rule = """{type: by_class, classes: {one: [A], two: [B, C]}, rules: [
        {class: one, rule: {type: gate, of: X, meets: ">= 10"}}, {class: two, rule: {type: gate, of: X, meets: ">= 5"}}]}"""
    values = {("A", "X", 2023): 7, ("B", "X", 2023): 7}
    assert points(rule, values).points == 0
    assert points(rule, values, unit="B").points == 4


def test_a_figure_without_a_value_is_refused_by_name() -> None:
    for values in ({}, {("A", "X", 2023): None}):
        with pytest.raises(Refused) as refused:
            points('{type: gate, of: X, meets: ">= 1"}', values)
        (problem,) = refused.value.problems
        assert problem.code == "SCO001"
        assert "City A" in problem.what.en
        assert "A市" in problem.what.zh


def test_a_missing_year_is_named() -> None:
    with pytest.raises(Refused) as refused:
        points("{type: trend, of: X, improved: 4, held: 2}", {("A", "X", 2023): 1})
    assert "2022" in refused.value.problems[0].what.en
