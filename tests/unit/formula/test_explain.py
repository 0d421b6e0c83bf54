"""Formulas in words and with numbers."""

from __future__ import annotations

import pytest

from duxue.formula import nodes as n
from duxue.formula.explain import clause, substitute, to_source
from duxue.formula.infer import infer
from duxue.formula.scope import Scope
from tests.unit.formula.scopes import GROUP, MEASURES, ROW, RULE

TITLES = {
    "zh": {
        "stage_rows.teachers": "教师数",
        "pupils": "学生数",
        "primary": "小学",
        "stage": "学段",
        "L1": "师资",
        "limit": "上限",
    },
    "en": {
        "stage_rows.teachers": "teachers",
        "pupils": "pupils",
        "primary": "primary",
        "L1": "teaching staff",
    },
}
L1 = infer("sum(teachers) / sum(pupils)", GROUP, measure=MEASURES.parse("teacher / 100 pupil"))


@pytest.mark.parametrize(
    ("source", "scope", "zh", "en"),
    [
        ("sum(teachers) / sum(pupils)", GROUP, "教师数合计 ÷ 学生数合计", "total teachers ÷ total pupils"),
        (
            "count_if(stage == primary)",
            GROUP,
            "记录数（仅限学段 = 小学）",
            "number of records (where stage = primary)",
        ),
        (
            "cv(books, per: pupils)",
            GROUP,
            "books的差异系数（以学生数加权）",
            "coefficient of variation of books (weighted by pupils)",
        ),
        (
            "to(equipment, yuan) / pupils",
            ROW,
            "equipment × 10000 ÷ 学生数",
            "equipment × 10000 ÷ pupils",
        ),
        (
            "met(L1, L3) >= 2 and not any(veto)",
            RULE,
            "师资、L3中达标的个数 ≥ 2 且 并非至少一个单位的veto成立",
            "number of indicators that meet their standard among teaching staff, L3 ≥ 2 and not veto holds for at least one unit",
        ),
        ("previous(pupils)", ROW, "上一年的学生数", "pupils one year earlier"),
        ("previous(pupils, 3)", ROW, "3年前的学生数", "pupils 3 years earlier"),
        ("median(pupils)", GROUP, "学生数的中位数", "median of pupils"),
        (
            "if(pupils > limit, 1, 0) * (weight + 1)",
            ROW,
            "（若学生数 > 上限，则为1；否则为0） × （weight + 1）",
            "(1 if pupils > limit; otherwise 0) × (weight + 1)",
        ),
        (
            "greatest(pupils - 1, 0) * weight",
            ROW,
            "（学生数 − 1、0）中的最大者 × weight",
            "the greatest of (pupils − 1, 0) × weight",
        ),
        (
            "count_if(stage in (primary, junior))",
            GROUP,
            "记录数（仅限学段属于（小学、junior））",
            "number of records (where stage is one of (primary, junior))",
        ),
    ],
)
def test_clause_says_the_formula_in_words(source: str, scope: Scope, zh: str, en: str) -> None:
    node = infer(source, scope)
    assert clause(node, "zh", TITLES["zh"]) == zh
    assert clause(node, "en", TITLES["en"]) == en


@pytest.mark.parametrize(
    ("source", "zh"),
    [
        ("count_if(small)", "记录数（仅限是小规模学校）"),
        ("count_if(not small and pupils > 3)", "记录数（仅限不是小规模学校 且 学生数 > 3）"),
        ("sum(if(small, pupils, 0))", "（若是小规模学校，则为学生数；否则为0）合计"),
        ("count_if(small == false)", "记录数（仅限是否小规模学校 = 否）"),
        ("count_if(not is_missing(small))", "记录数（仅限并非是否小规模学校缺失）"),
    ],
)
@pytest.mark.parametrize("title", ["是否小规模学校", "是否为小规模学校"])
def test_a_condition_on_a_yes_no_column_reads_as_a_statement(source: str, zh: str, title: str) -> None:
    whole = zh.replace("是否小规模学校", title)
    assert clause(infer(source, GROUP), "zh", {"pupils": "学生数", "stage_rows.small": title}) == whole


def test_substituted_numbers_show_the_calculation() -> None:
    def number(node: n.Typed) -> str:
        if isinstance(node, n.Aggregate) and isinstance(node.x, n.Column):
            return {"teachers": "27", "pupils": "512"}[node.x.name]
        return "5.27"

    assert substitute(L1, "zh", number) == "27 / 512 × 100 = 5.27"


def test_negative_numbers_are_put_in_parentheses() -> None:
    node = infer("sum(pupils) - sum(weight * pupils)", GROUP)
    assert substitute(node, "en", lambda x: "8" if x is node else "-3") == "-3 − (-3) = 8"


def test_a_lone_value_is_its_own_result() -> None:
    assert substitute(infer("sum(pupils)", GROUP), "en", lambda _: "512") == "512"


def test_source_for_people_leaves_the_home_out() -> None:
    assert to_source(L1, "resource_schools") == "to(sum(teachers) / sum(pupils), 'teacher / 100 pupil')"
    assert to_source(L1).startswith("to(sum(resource_schools.teachers) / ")


@pytest.mark.parametrize(
    "source", [f"{fn}(school_resources)" for fn in ("every", "any")] + ["all_met(L1, L3)"]
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_function_has_words(source: str, lang: str) -> None:
    assert clause(infer(source, RULE), "zh" if lang == "zh" else "en", {})


def test_a_portion_is_written_as_its_part_over_the_whole() -> None:
    """With `whole`, the sum is shown by its terms, and of a condition the branch that was taken."""
    column = n.Column(kind="number", shape="row", form="f", name="pupils")
    node = n.Portion(kind="number", shape="row", x=column, within="code", form="f")
    text = substitute(node, "en", lambda x: "40" if x is column else "0.4", lambda _: "40 + 60")
    assert text == "40 / (40 + 60) = 0.4"
    chosen = infer("if(pupils > limit, 1, 0) * weight", ROW)
    assert (
        substitute(chosen, "en", lambda x: "0" if isinstance(x, n.If) else "3", lambda _: "") == "0 × 3 = 3"
    )
