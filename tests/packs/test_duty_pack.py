"""The sample of the yearly evaluation: its 43 indicators and weights, its rules, and cases that tell right from wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest

from duxue.app.cases import run_cases
from duxue.packs import scoring as shape
from duxue.packs.lint import check, lint
from duxue.packs.loader import load, load_text
from duxue.packs.scoring import Scoring
from duxue.scoring import satisfaction, tree

LOADED = load("cn-duty-province-demo")
PACK = LOADED.pack
# The demo weights: block -> indicator -> points. E3 is a veto and has none.
WEIGHTS = {
    "policy": (15, "A1 3, A2 3, A3 4, A4 3, A5 2"),
    "guarantee": (20, "B1 4, B2 4, B3 2, B4 3, B5 2, B6 2, B7 2, B8 1"),
    "development": (20, "C1 2, C2 2, C3 2, C4 3, C5 3, C6 2, C7 2, C8 2, C9 1, C10 1"),
    "teachers": (15, "D1 4, D2 2, D3 2, D4 2, D5 2, D6 2, D7 1"),
    "order": (15, "E1 2, E2 3, E4 2, E5 2, F3 2, F5 2, F6 2"),
    "quality": (15, "F1 3, F2 2, F4 2, G1 5, G2 3"),
}


def scoring() -> Scoring:
    assert PACK.scoring is not None
    return PACK.scoring


def rules(rule: shape.Rule) -> Iterator[shape.Rule]:
    """Yield a rule and the rules in it."""
    yield rule
    if isinstance(rule, shape.Composite):
        for part in rule.parts:
            yield from rules(part.rule)
    if isinstance(rule, shape.ByClass):
        for option in rule.rules:
            yield from rules(option.rule)


def test_it_is_labelled_wherever_it_shows() -> None:
    assert PACK.label is not None
    assert (PACK.label.zh, PACK.label.en) == ("示例，非官方", "sample, not official")
    assert PACK.source.status == "proposal"


def test_nothing_is_wrong_with_it() -> None:
    assert check(LOADED) == []


def test_blocks_and_points_are_the_demo_weights() -> None:
    found = {
        block.id: (block.points, ", ".join(f"{item.id} {item.points}" for item in block.items))
        for block in scoring().items
    }
    assert found == {name: (Fraction(points), text) for name, (points, text) in WEIGHTS.items()}
    assert sum(block.points for block in scoring().items) == 100


def test_all_43_indicators_are_there() -> None:
    names = {leaf.item.id for leaf in tree.leaves(scoring())} | {veto.id for veto in scoring().vetoes}
    wanted = {f"{letter}{n}" for letter, last in zip("ABCDEFG", (5, 8, 10, 7, 5, 6, 2), strict=True) for n in range(1, last + 1)}  # fmt: skip
    assert len(wanted) == 43
    assert wanted <= names


def test_every_type_of_rule_is_used() -> None:
    used = {r.type for leaf in tree.leaves(scoring()) if leaf.item.rule for r in rules(leaf.item.rule)}
    assert used == {"gate", "shortfall", "per_unit", "occurrence", "elements", "stepwise", "bands", "trend", "rank", "mean",
                    "composite", "by_class", "judged", "rectified"}  # fmt: skip


def test_each_item_says_who_answers_what_is_asked_and_what_is_wrong() -> None:
    for leaf in tree.leaves(scoring()):
        item = leaf.item
        assert item.responsible, item.id
        assert item.evidence, item.id
        assert item.advice, item.id
        assert leaf.window in {"last_round", "last_year", "this_year"}
        assert item.problem is not None
        assert item.problem.zh.count("{who}") == 1
        assert item.problem.en.count("{who}") == 1


def test_what_asks_for_an_average_says_so_in_both_languages() -> None:
    items = [leaf.item for leaf in tree.leaves(scoring())]
    said = [item.title for item in items] + [i.title.text for i in PACK.indicators]
    said += [text for item in items for text in (item.problem, item.advice, item.achievement) if text]
    said += [
        e.title for item in items if item.rule for r in rules(item.rule) if isinstance(r, shape.Elements) for e in r.elements
    ]  # fmt: skip
    averages = [text for text in said if "平均" in text.zh]
    assert len(averages) > 5
    assert [text.en for text in averages if not re.search("average|mean", text.en, re.IGNORECASE)] == []


def test_grades_are_ningxia_s_and_say_so() -> None:
    assert [(g.id, g.from_) for g in scoring().grades] == [
        ("excellent", 90),
        ("good", 80),
        ("pass", 65),
        ("fail", 0),
    ]
    assert {v.id: v.kind for v in scoring().vetoes} == {
        "E3": "drop", "fraud": "drop", "physique": "drop", "difference": "drop", "unsafe": "cap", "case": "cap",
        "diverted": "force",
    }  # fmt: skip
    note = PACK.sources["ningxia"].note
    assert note is not None
    assert "不是山东" in note.zh
    assert "not Shandong's" in note.en


def test_survey_values_and_weights_are_those_of_scoring() -> None:
    values = {c.id: c.values for c in PACK.constants}
    worth = {v.by["answer"]: v.value for v in values["answer_value"] if v.by["answer"] != "unknown"}
    assert worth == dict(satisfaction.VALUES)
    for group, share in satisfaction.SHARES["table"].items():
        assert values[f"{group}_weight"][0].value == share


def failing(change: Callable[[str], str]) -> set[tuple[str, str]]:
    """Return case and indicator of every outcome that a changed pack no longer gives."""
    text = (LOADED.folder / "pack.yaml").read_text(encoding="utf-8")
    other = change(text)
    assert other != text
    return {
        (r.id, o.what)
        for r in run_cases(load_text(other, folder=LOADED.folder))
        for o in r.outcomes
        if not o.ok
    }


WRONG = {
    "mean of county growth instead of growth of sums": (
        ("sum(education_spending) / education_base - 1", "mean(education_spending / previous(education_spending)) - 1"),
        ("sums_not_means", "education_growth"),
    ),
    "last year's spending in last year's scope": (
        (" + sum(coalesce(spending_adjustment, 0))\"", "\""),
        ("sums_not_means", "education_growth"),
    ),
    "mean of per-pupil amounts": (
        ('"sum(stage_spending) / sum(pupils_mean)"', '"mean(stage_spending / pupils_mean)"'),
        ("sums_not_means", "pupil_spending_growth"),
    ),
    "growth of the share instead of its change": (
        ("change(spending_share)", "growth(spending_share)"),
        ("national_share_2017", "spending_share_change"),
    ),
    "no floor of 100 pupils": (
        ("if(school.compulsory_pupils < funded_least, funded_least * pupils / school.compulsory_pupils, pupils)", "pupils"),
        ("floor_of_100", "public_funds_due"),
    ),
    "boarders forgotten": (
        (" + sum(duty_finance.boarders) * boarding_fund", ""),
        ("floor_of_100", "public_funds_due"),
    ),
    "mean of county pay ratios": (
        ("(sum(teacher_pay) / sum(teacher_paid)) / (sum(civil_pay) / sum(civil_paid))",
         "mean((teacher_pay / teacher_paid) / (civil_pay / civil_paid))"),
        ("pay_gate", "pay_ratio"),
    ),
    "don't-know counted as dissatisfied": (
        ("sum(answers, where: respondent == parent and answer != unknown)", "sum(answers, where: respondent == parent)"),
        ("satisfaction_by_group", "satisfaction"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rule_makes_its_case_fail(name: str) -> None:
    (old, new), expected = WRONG[name]
    assert expected in failing(lambda text: text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("- {of: education_growth, meets: '>= 0', each: county}", "- {of: growth_of_all, meets: '>= 0', each: county}", "PACK020"),
        ("- {of: education_growth, meets: '>= 0', each: county}", "- {of: education_growth, meets: '>= 0', each: village}", "PACK020"),
        ("adjustment: education_scope}", "adjustment: scope}", "PACK020"),
        ("each: county, adjustment", "each: school, adjustment", "PACK029"),
        ("answers: survey_answers,", "answers: survey_counts,", "PACK020"),
        ("group: respondent, answer: answer,", "group: stage, answer: answer,", "PACK029"),
        ("by: {spending_level: senior}, meets", "by: {spending_level: doctoral}, meets", "PACK020"),
    ],
)  # fmt: skip
def test_names_of_money_and_survey_rules_are_checked(old: str, new: str, code: str) -> None:
    text = (LOADED.folder / "pack.yaml").read_text(encoding="utf-8")
    assert old in text
    assert code in {p.code for p in lint(load_text(text.replace(old, new)))}
