"""From values to verdicts: what is unknown stays unknown unless it cannot matter."""

from __future__ import annotations

from fractions import Fraction

import pytest

from duxue.core.text import same
from duxue.core.units import Unit, UnitTree
from duxue.results.model import Value
from tests.unit.results.courts import judged, pack, values, verdicts

STANDARDS = """
    standards:
      - {indicator: A, meets: '>= 10', from: 2017-01-01}
      - {indicator: B, meets: '>= 10', from: 2017-01-01}
      - {indicator: C, meets: '>= 10', from: 2017-01-01}
    verdicts:
"""


def rule(text: str, *more: str, by: str = "by: [stage]", level: str = "school") -> str:
    """Return the standards and one verdict v."""
    lines = [f"      - {{id: v, title: {{zh: 判, en: V}}, level: {level}, {by}, rule: '{text}'}}", *more]
    return STANDARDS + "\n".join(lines)


def truth(text: str, cells: str) -> str:
    """Return the verdict on school S1 whose A, B, C are given."""
    return verdicts(pack(rule(text)), f"S1 primary {cells}")["v", "S1", "primary"]


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        # two of three, and none below 85 %: the school rule in small
        ("met(A..C) >= 2 and lowest_attainment(A..C) >= 0.85", "10 10 8.5", "met"),
        ("met(A..C) >= 2 and lowest_attainment(A..C) >= 0.85", "10 10 8.4", "not_met"),
        ("met(A..C) >= 2 and lowest_attainment(A..C) >= 0.85", "10 9 9", "not_met"),
        # one unknown: it may not turn what is settled
        ("met(A..C) >= 2", "10 10 missing", "met"),
        ("met(A..C) >= 2", "9 9 missing", "not_met"),
        ("met(A..C) >= 2", "10 9 missing", "missing"),
        ("met(A..C) >= 2 and lowest_attainment(A..C) >= 0.85", "10 10 missing", "missing"),
        ("met(A..C) >= 2 and lowest_attainment(A..C) >= 0.85", "10 8 missing", "not_met"),
        ("lowest_attainment(A..C) >= 0.85", "8 missing missing", "not_met"),
        ("lowest_attainment(A..C) >= 0.85", "9 9 zero_division", "zero_division"),
        ("lowest_attainment(A..C) < 0.85", "8 9 missing", "met"),
        ("all_met(A..C)", "10 10 10", "met"),
        ("all_met(A..C)", "10 9 missing", "not_met"),
        ("all_met(A..C)", "10 10 missing", "missing"),
        ("not all_met(A..C)", "10 9 missing", "met"),
        ("met(A) == 1 or met(B) == 1", "10 missing 0", "met"),
        ("met(A) == 1 or met(B) == 1", "9 missing 0", "missing"),
        ("met(A) == 1 and met(B) == 1", "9 missing 0", "not_met"),
        ("met(A..C) != 2", "10 10 10", "met"),
        ("met(A..C) / 3 >= 0.6", "10 10 0", "met"),
        ("-met(A..C) <= -2", "10 10 0", "met"),
        ("A >= 7", "7 0 0", "met"),
        ("A >= 7", "missing 0 0", "depends"),
        ("if(met(A) == 1, met(B) == 1, met(C) == 1)", "missing 10 10", "met"),
        ("if(met(A) == 1, met(B) == 1, met(C) == 1)", "missing 10 9", "missing"),
    ],
)
def test_unknown_standards_leave_a_rule_open_only_where_they_matter(
    text: str, cells: str, expected: str
) -> None:
    """Each line: rule, the values of A, B, C against 10, the verdict or why it is open."""
    assert truth(text, cells) == expected


def test_an_indicator_without_any_value_counts_as_unknown() -> None:
    """The engine gave nothing for C, so nothing is concluded from its absence."""
    assert truth("all_met(A..C)", "10 10 -") == "no_rows"


def test_a_school_out_of_scope_gets_no_verdict_but_the_reason() -> None:
    """It neither passes nor fails, whatever the rule counts."""
    for text in ("met(A..C) >= 2 and lowest_attainment(A..C) >= 0.85", "all_met(A..C)", "met(A..C) < 2"):
        assert truth(text, "out_of_scope out_of_scope out_of_scope") == "out_of_scope"


EVERY = (
    "      - {id: all, title: {zh: 全, en: All}, level: county, rule: every(v)}",
    "      - {id: some, title: {zh: 有, en: Some}, level: county, rule: any(v)}",
    "      - {id: half, title: {zh: 半, en: Half}, level: county, rule: 'share_met(v) >= 0.5'}",
    "      - {id: two, title: {zh: 两, en: Two}, level: county, rule: 'count_met(v) >= 2'}",
)
SCOPE = "out_of_scope out_of_scope out_of_scope"


@pytest.mark.parametrize(
    ("table", "every", "some", "half", "two"),
    [
        ("S1 primary 10 10 10\nS2 primary 10 10 10", "met", "met", "met", "met"),
        ("S1 primary 10 10 10\nS2 primary 9 9 9", "not_met", "met", "met", "not_met"),
        (f"S1 primary 10 10 10\nS2 primary {SCOPE}", "met", "met", "met", "not_met"),
        (f"S1 primary 9 9 9\nS2 primary {SCOPE}", "not_met", "not_met", "not_met", "not_met"),
        ("S1 primary 10 10 10\nS2 primary 10 missing 10", "missing", "met", "met", "missing"),
        ("S1 primary 9 9 9\nS2 primary 10 missing 10", "not_met", "missing", "missing", "not_met"),
        (
            f"S1 primary {SCOPE}\nS2 primary {SCOPE}",
            "out_of_scope",
            "out_of_scope",
            "out_of_scope",
            "out_of_scope",
        ),
    ],
)
def test_units_out_of_scope_are_ignored_above(table: str, every: str, some: str, half: str, two: str) -> None:
    """Each line: schools, then every, any, share and count of them at the county."""
    found = verdicts(pack(rule("all_met(A..C)", *EVERY)), table)
    assert [found.get((id, "K")) for id in ("all", "some", "half", "two")] == [every, some, half, two]


def test_every_looks_at_all_stages_of_all_schools() -> None:
    """A failing junior part of one school fails the county, and the numbers say one of three."""
    of = pack(rule("all_met(A)", *EVERY[:1]))
    made = values("S1 primary 10 - -\nS1 junior 9 - -\nS2 primary 10 - -")
    (county,) = [r for r in judged(of, made) if r.indicator == "all"]
    assert (county.verdict, county.numerator, county.denominator, county.by) == ("not_met", 2, 3, ())


def test_a_verdict_by_stage_sees_only_its_stage() -> None:
    """The junior part does not spoil the primary part."""
    of = pack(
        rule(
            "all_met(A)",
            "      - {id: k, title: {zh: 县, en: K}, level: county, by: [stage], rule: every(v)}",
        )
    )
    found = verdicts(of, "S1 primary 10 - -\nS1 junior 9 - -\nS2 primary 10 - -")
    assert (found["k", "K", "primary"], found["k", "K", "junior"]) == ("met", "not_met")


def test_a_verdict_without_breakdown_sees_every_stage() -> None:
    """Two of two stages must reach the standard."""
    of = pack(rule("all_met(A)", by="by: []"))
    assert verdicts(of, "S1 primary 10 - -\nS1 junior 9 - -")["v", "S1"] == "not_met"


def test_verdicts_come_in_pack_order_though_computed_in_theirs() -> None:
    """A verdict may stand before the one it looks at."""
    of = pack(
        STANDARDS
        + "      - {id: all, title: {zh: 全, en: All}, level: county, rule: every(v)}\n"
        + "      - {id: v, title: {zh: 判, en: V}, level: school, by: [stage], rule: all_met(A)}"
    )
    results = judged(of, values("S1 primary 10 - -"))
    assert [(r.kind, r.indicator) for r in results] == [
        ("indicator", "A"),
        ("verdict", "all"),
        ("verdict", "v"),
    ]
    assert results[1].verdict == "met"


def test_no_verdict_is_given_for_a_day_before_its_standards() -> None:
    """2016 is not judged by the rules of 2017: neither met nor not met."""
    of = pack(rule("met(A..C) >= 2 and lowest_attainment(A..C) >= 0.85", *EVERY))
    assert verdicts(of, "S1 primary 1 1 1", year=2016) == {}
    assert verdicts(of, "S1 primary 1 1 -", year=2016) == {}
    assert verdicts(of, "S1 primary 1 1 1", year=2017)["v", "S1", "primary"] == "not_met"


def test_results_before_any_standard_have_no_judgement() -> None:
    """The value is there; there is nothing to compare it with."""
    (result,) = judged(pack(rule("all_met(A)")), values("S1 primary 7 - -", year=2016))
    assert (result.value, result.standard, result.verdict, result.margin) == (7, "", "", None)


SHENYANG = """
    standards:
      - {indicator: A, meets: '>= 6000', from: 2017-04-26}
      - {indicator: A, meets: '>= 8000', region: '210100', from: 2024-01-01}
      - {indicator: A, stage: junior, meets: '>= 9000', region: '210100', from: 2024-01-01}
"""
LIAONING = UnitTree.build(
    ("school", "county", "city"),
    [
        Unit("210100", same("沈阳"), "city"),
        Unit("210102", same("和平区"), "county", "210100"),
        Unit("210200", same("大连"), "city"),
        Unit("210202", same("中山区"), "county", "210200"),
    ],
)


@pytest.mark.parametrize(
    ("unit", "year", "stage", "standard", "verdict"),
    [
        ("210102", 2023, "primary", ">= 6000", "met"),
        ("210102", 2024, "primary", ">= 8000", "not_met"),
        ("210102", 2024, "junior", ">= 9000", "not_met"),
        ("210202", 2024, "primary", ">= 6000", "met"),
        ("210100", 2024, "primary", ">= 8000", "not_met"),
        ("210102", 2016, "primary", "", ""),
    ],
)
def test_local_standard_holds_in_its_region_from_its_date(
    unit: str, year: int, stage: str, standard: str, verdict: str
) -> None:
    """7000 yuan pass the national 6000 and miss Shenyang's 8000."""
    value = Value("A", unit, LIAONING.units[unit].level, year, (("stage", stage),), Fraction(7000))
    (result,) = judged(pack(SHENYANG), [value], tree=LIAONING)
    assert (result.standard, result.verdict) == (standard, verdict)


def test_a_standard_of_one_level_leaves_the_others_unjudged() -> None:
    """A threshold for schools says nothing about the county's mean."""
    of = pack("standards: [{indicator: A, level: school, meets: '>= 10'}]")
    school, county = judged(of, values("S1 primary 9 - -\nK primary 9 - -"))
    assert (school.verdict, county.verdict) == ("not_met", "")


def test_what_is_not_computable_is_judged_so() -> None:
    """No value: no margin, no attainment, and a reason in both languages."""
    (result,) = judged(pack(rule("all_met(B)")), values("S1 primary missing - -"))[:1]
    assert (result.status, result.verdict, result.margin, result.attainment) == (
        "not_computable",
        "not_computable",
        None,
        None,
    )
    assert result.reason_text is not None
    assert (result.reason_text.zh, result.reason_text.en) == ("缺少数据", "data are missing")


def test_flags_and_left_out_rows_travel_to_the_result() -> None:
    """A reader of the figure sees what a reader of the cells saw."""
    made = Value("A", "S1", "school", 2023, (("stage", "primary"),), Fraction(9), left_out=2)
    (flagged,) = judged(pack(""), [made], flags={("A", "S1", 2023, (("stage", "primary"),)): ("odd_cell",)})
    assert flagged.flags == ("odd_cell", "left_out")
    (other,) = judged(pack(""), [made], flags={("A", "S1", 2022, (("stage", "primary"),)): ("odd_cell",)})
    assert other.flags == ("left_out",)


def test_a_near_tie_is_decided_once_by_the_exact_value() -> None:
    """The double says 10, the exact value a little less."""
    asked: list[str] = []

    def decide(value: Value) -> Fraction:
        asked.append(value.unit)
        return Fraction(10) - Fraction(1, 10**20)

    near = Value("A", "S1", "school", 2023, (("stage", "primary"),), 10.0)
    clear = Value("A", "S2", "school", 2023, (("stage", "primary"),), 10.1)
    first, second = judged(pack(rule("all_met(B)")), [near, clear], decide=decide)[:2]
    assert (asked, first.verdict, second.verdict) == (["S1"], "not_met", "met")


def test_units_are_named_in_both_languages() -> None:
    """A unit that the tree does not know goes by its code."""
    known, unknown = judged(
        pack(""), [*values("K primary 9 - -"), Value("A", "Z", "county", 2023, (), Fraction(1))]
    )
    assert (known.unit_name.zh, known.unit_name.en) == ("甲县", "K county")
    assert unknown.unit_name == same("Z")
