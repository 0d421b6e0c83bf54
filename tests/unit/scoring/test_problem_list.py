"""The problem list names the units that cost points, inside a composite too, and never a smaller share than the true one."""

from __future__ import annotations

from fractions import Fraction

from duxue.scoring.model import Problem, ReviewScore, SelfScore
from duxue.scoring.rounds import RoundInputs, score_round
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
      items:
        - id: A1
          title: {zh: 甲一, en: A one}
          points: 5
          rule:
            type: composite
            parts:
              - {weight: 0.5, rule: {type: gate, of: X, meets: '>= 1'}}
              - {weight: 0.5, rule: {type: per_unit, of: X, each: county, meets: '>= 1', deduct: 1}}
          problem: {zh: '{who}有差距', en: '{who} fell short'}
        - id: A2
          title: {zh: 甲二, en: A two}
          points: 5
          rule: {type: per_unit, of: Y, each: county, meets: '>= 1', deduct: 1}
          problem: {zh: '{who}未达到', en: '{who} missed it'}
"""
COUNTIES = ("A1", "A2", "A3", "B1", "B2", "C1")


def problems(*reviews: ReviewScore, x: str = "", y: str = "") -> dict[tuple[str, str], Problem]:
    """Return the problems by unit and item; the figures of the units named are 0, all others 1."""
    rules = pack(SCORING)
    values = {
        (unit, name, 2023): 0 if unit in low.split() else 1
        for unit in ("A", "B", "C", *COUNTIES)
        for name, low in (("X", x), ("Y", y))
    }
    claims = [SelfScore(unit, item, Fraction(5)) for unit in "ABC" for item in ("A1", "A2")]
    assert rules.scoring is not None
    inputs = RoundInputs(claims, reviews, {"R1": ""})
    scored = score_round(rules.scoring, inputs, figures(rules, values)).scored
    return {(p.unit, p.item): p for p in scored.problems}


def test_units_of_a_rule_about_units_are_the_subject() -> None:
    found = problems(y="A2")
    assert list(found) == [("A", "A2")]
    one = found["A", "A2"]
    assert one.public.en == "Many counties missed it"  # one of three
    assert "(1 of 3: County A2)" in one.internal.en
    assert (one.units_hit, one.units_all) == (("A2",), 3)


def test_a_composite_speaks_of_the_city_and_names_the_counties_inside_only() -> None:
    """The city's own figure cost points as well: a quantifier of counties would make the problem smaller."""
    one = problems(x="A A3")["A", "A1"]
    assert one.public.zh == "该市有差距"
    assert "County" not in one.public.en
    assert "（1/3：A3县）" in one.internal.zh
    assert one.units_hit == ("A",)


def test_points_that_a_reviewer_took_leave_no_empty_subject() -> None:
    """No county misses the line, but the reviewer gave less."""
    one = problems(ReviewScore("online", "B", "A2", "R1", Fraction(3), "seen"))["B", "A2"]
    assert one.public.zh == "该市未达到"
    assert one.lost == 2
