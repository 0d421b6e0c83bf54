"""Rules of scoring in plain words: every type says its numbers, in both languages."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from pydantic import TypeAdapter

from duxue.packs import scoring as shape
from duxue.packs.loader import load
from duxue.scoring import tree
from duxue.scoring.rule_words import Said, rule_words

PACK = load("cn-duty-province-demo").pack
RULE: TypeAdapter[shape.Rule] = TypeAdapter(shape.Rule)


def said(rule: dict[str, Any], points: int = 4) -> Said:
    return rule_words(RULE.validate_python(rule), Fraction(points), PACK)


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ({"type": "gate", "of": "retention", "meets": ">= 95"}, "“初中三年巩固率”不低于 95%，得满分 4 分，否则不得分。", None),
        ({"type": "gate", "of": "retention", "meets": ">= 95", "each": "county"}, "所属每个县（市、区）“初中三年巩固率”不低于 95%，得满分 4 分，否则不得分。", None),
        ({"type": "shortfall", "of": "retention", "meets": ">= 95", "deduct": "0.5", "step": 2, "whole_steps": True}, "“初中三年巩固率”不低于 95%，得满分 4 分；每差 2 个百分点扣 0.5 分，不足一级不扣，扣完为止。", None),
        ({"type": "occurrence", "of": "materials", "deduct": 1, "most": 3}, "“教材教辅读物违规”每查实一起扣 1 分，至多扣 3 分；没有的得满分 4 分。", None),
        ({"type": "stepwise", "step": "0.5"}, "由评审员判定：从满分 4 分起逐级扣减，每级 0.5 分，每级须写明依据。", "Judged by reviewers: from 4 points down in steps of 0.5, each with a note."),
        ({"type": "judged"}, "由评审员在 0 至 4 分之间评定，须写明理由。", "Judged by reviewers between 0 and 4 points, with a reason."),
    ],
)  # fmt: skip
def test_a_rule_says_its_numbers(rule: dict[str, Any], zh: str, en: str | None) -> None:
    text = said(rule).text
    assert text.zh == zh
    if en is not None:
        assert text.en == en


def test_places_and_intervals_are_listed() -> None:
    ranked = said(
        {"type": "rank", "of": "retention", "places": [{"to": 3, "points": 4}, {"to": 8, "points": 2}]}
    )
    assert [part.text.zh for part in ranked.parts] == ["第 1–3 名：4 分", "第 4–8 名：2 分"]
    mean = said({"type": "mean", "of": "retention", "below": [{"to": 1, "points": 3}]})
    assert (mean.text.zh, mean.parts[0].text.en) == (
        "“初中三年巩固率”不低于全体数值，得满分 4 分，其余按名次：",
        "rank 1: 3 points",
    )
    bands = said({"type": "bands", "of": "retention", "bands": [{"points": 0}, {"from": 90, "points": 4}]})
    assert [part.text.en for part in bands.parts] == ["below 90%: 0 points", "from 90%: 4 points"]


def test_parts_are_said_with_their_weight_and_class() -> None:
    gate = {"type": "gate", "of": "retention", "meets": ">= 95"}
    both = said(
        {
            "type": "composite",
            "parts": [{"weight": "0.25", "rule": gate}, {"weight": "0.75", "rule": {"type": "judged"}}],
        }
    )
    assert [part.text.zh.split("：")[0] for part in both.parts] == [
        "占 25%（先按满分 4 分计）",
        "占 75%（先按满分 4 分计）",
    ]
    classed = said({"type": "by_class", "classes": {"x": ["1"]}, "rules": [{"class": "x", "rule": gate}]})
    assert classed.parts[0].text.zh.startswith("x：“初中三年巩固率”")


def test_every_rule_of_the_sample_province_is_said_in_both_languages() -> None:
    assert PACK.scoring is not None
    for leaf in tree.leaves(PACK.scoring):
        assert leaf.item.rule is not None
        text = rule_words(leaf.item.rule, leaf.item.points, PACK).text
        assert text.zh != text.en
        assert not any("\u4e00" <= c <= "\u9fff" for c in text.en)
