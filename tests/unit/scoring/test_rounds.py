"""Whole rounds: layers, credibility, grades, vetoes, and everything that is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from duxue.core.errors import Refused
from duxue.scoring.model import ReviewScore, SelfScore, VetoEvent
from duxue.scoring.rounds import Outcome, RoundInputs, score_round
from tests.unit.scoring.worlds import figures, pack

SCORING = """
scoring:
  level: city
  review: {reviewers: 1, tolerance: 0.1}
  credibility: METHOD
  items:
    - id: A
      title: {zh: 甲, en: Block A}
      points: 50
      items:
        - {id: A1, title: {zh: 甲一, en: A one}, points: 30, rule: {type: judged}, verified: [online, field]}
        - {id: A2, title: {zh: 甲二, en: A two}, points: 20, rule: {type: judged}, verified: []}
    - id: B
      title: {zh: 乙, en: Block B}
      points: 50
      items:
        - {id: B1, title: {zh: 乙一, en: B one}, points: 50, rule: {type: judged}, verified: []}
  grades:
    - {id: excellent, title: {zh: 优秀, en: excellent}, from: 90}
    - {id: good, title: {zh: 良好, en: good}, from: 80}
    - {id: fair, title: {zh: 合格, en: fair}, from: 65}
    - {id: poor, title: {zh: 不合格, en: poor}, from: 0}
  vetoes:
    - {id: accident, title: {zh: 事故, en: accident}, kind: drop}
    - {id: fraud, title: {zh: 造假, en: fraud}, kind: cap, grade: fair}
"""
NAMES = ("A1", "A2", "B1")
CLAIMS = {"A1": 28, "A2": 18, "B1": 50}  # 96 in all


def claims(unit: str, **changed: Any) -> list[SelfScore]:
    return [SelfScore(unit, name, Fraction(str(changed.get(name, CLAIMS[name])))) for name in NAMES]


def review(
    unit: str, score: Any, *, item: str = "A1", layer: Any = "online", who: str = "R1", **more: Any
) -> ReviewScore:
    return ReviewScore(layer, unit, item, who, Fraction(str(score)), more.pop("reason", "seen"), **more)


def inputs(**changed: Any) -> RoundInputs:
    """Three cities claim 96; A1 is verified at 25.2 for A, as claimed for B, and higher for C."""
    base: dict[str, Any] = {
        "self_scores": [c for unit in "ABC" for c in claims(unit)],
        "reviews": [review("A", "25.2"), review("B", 28), review("C", 30)],
        "reviewers": {"R1": "", "R2": "A", "R3": ""},
        "evidence": {"E1": "B"},
    }
    return RoundInputs(**(base | changed))


def run(given: RoundInputs, method: str = "{method: M1}", scoring: str = SCORING) -> Outcome:
    made = pack(scoring.replace("METHOD", method))
    assert made.scoring is not None
    return score_round(made.scoring, given, figures(made, {}))


def codes(given: RoundInputs, **more: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        run(given, **more)
    return sorted({p.code for p in refused.value.problems})


def finals(outcome: Outcome) -> dict[str, Fraction]:
    return {u.unit: u.final for u in outcome.scored.units}


def test_ratio_as_in_the_worked_case() -> None:
    found = finals(run(inputs()))
    assert found == {"A": Fraction("86.4"), "B": Fraction(96), "C": Fraction(96)}  # C is capped at 1


def test_ratio_without_cap_rewards_modesty_and_with_floor_is_bounded() -> None:
    assert finals(run(inputs(), "{method: M1, cap: false}"))["C"] == Fraction(96) * 30 / 28
    assert finals(run(inputs(), "{method: M1, floor: 0.95}"))["A"] == Fraction("91.2")


def test_all_verified_by_ratio_is_the_verified_score() -> None:
    scoring = SCORING.replace("verified: []", "verified: [online]")
    every = [review(u, s, item=i) for u in "ABC" for i, s in {"A1": 20, "A2": 10, "B1": 40}.items()]
    assert set(finals(run(inputs(reviews=every), scoring=scoring)).values()) == {Fraction(70)}


def test_agreement_counts_items() -> None:
    assert finals(run(inputs(), "{method: M2}")) == {"A": 0, "B": 96, "C": 0}
    found = finals(run(inputs(), "{method: M2, tolerance: 0.1}"))  # 0.1 of 30 points
    assert found == {"A": 96, "B": 96, "C": 96}


def test_deviation() -> None:
    found = finals(run(inputs(), "{method: M3}"))
    assert found["A"] == 96 * (1 - Fraction("2.8") / 30)
    assert found["C"] == 96 * (1 - Fraction(2, 30))


def test_replace_verified_multiplies_only_the_rest() -> None:
    found = finals(run(inputs(), "{method: M1, replace_verified: true}"))
    assert found["A"] == Fraction("25.2") + Fraction("0.9") * 68


def test_credibility_by_block_leaves_unverified_blocks_to_the_whole() -> None:
    outcome = run(inputs(), "{method: M1, by_block: true}")
    blocks = {(c.unit, c.block): c.value for c in outcome.scored.credibility}
    assert blocks["A", "A"] == Fraction("0.9")
    assert blocks["A", "B"] is None
    assert finals(outcome)["A"] == Fraction("86.4")


def test_field_outweighs_online() -> None:
    more = [*inputs().reviews, review("B", 14, layer="field")]
    item = next(i for i in run(inputs(reviews=more)).scored.items if (i.unit, i.item) == ("B", "A1"))
    assert (item.online, item.field, item.verified, item.gap) == (28, 14, 14, 14)


def test_two_reviewers_meet_or_a_third_decides() -> None:
    scoring = SCORING.replace("reviewers: 1", "reviewers: 2")
    near = [review(u, 26, who="R1") for u in "ABC"] + [review(u, 28, who="R3") for u in "ABC"]
    item = run(inputs(reviews=near), scoring=scoring).scored.items[0]
    assert item.online == 27
    far = [replace(r, score=Fraction(10)) if r.reviewer == "R3" and r.unit == "B" else r for r in near]
    assert codes(inputs(reviews=far), scoring=scoring) == ["SCO013"]
    third = [*far, review("B", 20, who="R4", role="reconcile")]
    decided = run(inputs(reviews=third, reviewers={"R1": "", "R3": "", "R4": ""}), scoring=scoring)
    item = next(i for i in decided.scored.items if (i.unit, i.item) == ("B", "A1"))
    assert item.online == 20
    assert decided.spreads["B", "A1"] == (10, 26)


@pytest.mark.parametrize(("claim", "grade"), [("50", "excellent"), ("44", "excellent"), ("43.999", "good")])
def test_grades_use_unrounded_scores(claim: str, grade: str) -> None:
    scores = [*claims("A"), *claims("B", B1=claim), *claims("C")]
    unit = next(u for u in run(inputs(self_scores=scores)).scored.units if u.unit == "B")
    assert unit.grade == grade


def event(veto: str, **more: Any) -> VetoEvent:
    return VetoEvent(
        "B", veto, more.pop("evidence", ("E1",)), more.pop("who", "office"), more.pop("why", "seen"), **more
    )


def graded(*events: VetoEvent) -> tuple[str, str]:
    unit = next(u for u in run(inputs(vetoes=events)).scored.units if u.unit == "B")
    return unit.score_grade, unit.grade


def test_vetoes() -> None:
    assert graded() == ("excellent", "excellent")
    assert graded(event("accident")) == ("excellent", "good")
    assert graded(event("fraud")) == ("excellent", "fair")
    assert graded(event("accident", appeal="pending")) == ("excellent", "good")
    assert graded(event("accident", appeal="withdrawn")) == ("excellent", "excellent")
    assert graded(event("accident"), event("fraud")) == ("excellent", "fair")


def test_ranks_share_ties() -> None:
    ranks = {u.unit: u.rank for u in run(inputs()).scored.units}
    assert ranks == {"B": 1, "C": 1, "A": 3}


WRONG: dict[str, tuple[str, Any]] = {
    "nobody claims": ("SCO002", lambda: inputs(self_scores=[*claims("A"), *claims("B")[:2], *claims("C")])),
    "nobody judges": ("SCO003", lambda: inputs(reviews=[review("A", 25), review("B", 25)])),
    "above full": ("SCO004", lambda: inputs(self_scores=[*claims("A", A1=31), *claims("B"), *claims("C")])),
    "below zero": ("SCO004", lambda: inputs(reviews=[review("A", -1), review("B", 28), review("C", 28)])),
    "twice by one": ("SCO005", lambda: inputs(reviews=[*inputs().reviews, review("A", 25)])),
    "claimed twice": ("SCO006", lambda: inputs(self_scores=[*inputs().self_scores, claims("A")[0]])),
    "no such city": ("SCO007", lambda: inputs(self_scores=[*inputs().self_scores, *claims("D")])),
    "no such item": ("SCO008", lambda: inputs(reviews=[*inputs().reviews, review("A", 1, item="A")])),
    "no such reviewer": ("SCO009", lambda: inputs(reviews=[*inputs().reviews[:2], review("C", 28, who="R9")])),
    "home city": ("SCO010", lambda: inputs(reviews=[review("A", 25, who="R2"), *inputs().reviews[1:]])),
    "no such evidence": ("SCO011", lambda: inputs(reviews=[review("A", 25, evidence=("E9",)), *inputs().reviews[1:]])),
    "veto without evidence": ("SCO012", lambda: inputs(vetoes=[event("fraud", evidence=())])),
    "veto without decider": ("SCO012", lambda: inputs(vetoes=[event("fraud", who=" ")])),
    "not for the field": ("SCO014", lambda: inputs(reviews=[*inputs().reviews, review("A", 9, item="A2", layer="field")])),
    "claims of zero": ("SCO015", lambda: inputs(self_scores=[*claims("A", A1=0), *claims("B"), *claims("C")])),
    "no reason": ("SCO016", lambda: inputs(reviews=[review("A", 25, reason=" "), *inputs().reviews[1:]])),
    "too many reviewers": ("SCO020", lambda: inputs(reviews=[*inputs().reviews, review("A", 25, who="R3")])),
    "no such veto": ("SCO021", lambda: inputs(vetoes=[event("nothing")])),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_rounds_are_refused(name: str) -> None:
    code, make = WRONG[name]
    assert code in codes(make())


def test_everything_wrong_is_told_at_once() -> None:
    bad = inputs(
        self_scores=[*claims("A", A1=31), *claims("B")[:2], *claims("C")],
        reviews=[review("A", 25, who="R2"), review("B", 28, reason="")],
        vetoes=[event("fraud", evidence=())],
    )
    assert {"SCO002", "SCO003", "SCO004", "SCO010", "SCO012", "SCO016"} <= set(codes(bad))
