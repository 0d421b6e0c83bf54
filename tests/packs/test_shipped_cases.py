"""Every shipped pack reproduces its published tables, names the published errors, and would fail with a wrong formula."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from duxue.app.cases import CaseResult, run_cases
from duxue.packs import catalogue
from duxue.packs.loader import LoadedPack, load, load_text

BALANCE, BASIC, STATISTICS = "cn-compulsory-balance", "cn-compulsory-basic-balance", "cn-education-statistics"


@cache
def results(ref: str) -> tuple[CaseResult, ...]:
    """Return the recomputed cases of a shipped pack."""
    return tuple(run_cases(load(ref)))


@pytest.mark.parametrize("ref", [entry.ref for entry in catalogue.list_entries()])
def test_every_case_of_a_shipped_pack_comes_out_as_published(ref: str) -> None:
    """No figure differs, and every published error is found."""
    wrong = [(r.id, o) for r in results(ref) for o in (*r.outcomes, *r.mistakes) if not o.ok]
    assert wrong == []
    assert all(r.ok for r in results(ref))


def test_the_published_tables_are_there_in_full() -> None:
    """372 pupil-teacher ratios of 31 provinces, and the composites of twelve counties."""
    statistics = {r.id: len(r.outcomes) + len(r.mistakes) for r in results(STATISTICS)}
    assert statistics["province_pupil_teacher"] == 372
    assert statistics["province_pupils_per_100k"] == 124
    composites = [
        o
        for r in results(BASIC)
        if r.id == "county_composites"
        for o in r.outcomes
        if o.what == "composite_cv"
    ]
    assert len({o.unit for o in composites}) == 12


def test_the_published_errors_found_are_exactly_the_known_ones() -> None:
    """Printed figures that do not follow from the data printed beside them."""
    found = {
        (m.indicator, m.unit, m.year, str(float(m.published)), m.recomputed)
        for entry in catalogue.list_entries()
        for r in results(entry.ref)
        for m in r.mistakes
    }
    assert found == {
        ("pupils_per_100k", "110000", 2018, "4206.0", "4207"),
        ("pupil_teacher_ratio", "100000", 2002, "19.25", "19.28"),
        ("promotion_primary", "100000", 2012, "98.3", "95.7"),
        ("promotion_primary", "100000", 2013, "98.3", "94.6"),
        ("pupils_all", "370781", 2022, "144800.0", "144868"),
        ("institutions_all", "370781", 2022, "442.0", "439"),
    }


def test_each_published_error_says_why_in_both_languages() -> None:
    """A reader can check our accusation."""
    reasons = [m.reason for r in results(STATISTICS) for m in r.mistakes]
    assert len(reasons) == 6
    assert all(t.zh and t.en for t in reasons)


def altered(pack_id: str, change: Callable[[str], str]) -> LoadedPack:
    """Return a shipped pack with its rules changed and its cases as they are."""
    shipped = load(pack_id)
    text = (shipped.folder / "pack.yaml").read_text(encoding="utf-8")
    other = change(text)
    assert other != text
    return load_text(other, folder=shipped.folder)


def failing(loaded: LoadedPack) -> set[tuple[str, str, str]]:
    """Return (case, indicator or verdict, unit) of every outcome that is not as published."""
    cases = run_cases(loaded)
    found = {(r.id, o.what, o.unit) for r in cases for o in r.outcomes if not o.ok}
    return found | {(r.id, m.indicator, m.unit) for r in cases for m in r.mistakes if not m.ok}


def swap(old: str, new: str) -> Callable[[str], str]:
    """Return a change of the rules, plain text by plain text."""
    return lambda text: text.replace(old, new)


def within(id: str, pattern: str, new: str) -> Callable[[str], str]:
    """Return a change of one element that is written below `id: ...`."""
    return lambda text: re.sub(rf"(- id: {id}\n(?:    .*\n)*?    formula: ){pattern}", rf"\g<1>{new}", text)


WRONG: dict[str, tuple[str, Callable[[str], str], tuple[str, str, str]]] = {
    "mean of ratios instead of ratio of totals": (
        BASIC,
        swap('"sum(school.books * stage_share) / sum(pupils)"', '"mean(school.books * stage_share / pupils)"'),
        ("five_schools_books", "B5", "111"),
    ),
    "unweighted coefficient of variation": (
        BASIC,
        swap('"cv(school.books * stage_share, per: pupils)"', '"cv(school.books * stage_share / pupils)"'),
        ("five_schools_books", "B5_cv", "111"),
    ),
    "sample instead of population form": (
        BASIC,
        # n - 1 for n: the plain form times the root of 5/4, as STDEV does for five schools
        swap('"cv(school.books * stage_share, per: pupils)"', '"cv(school.books * stage_share / pupils) * 1.118033988749895"'),
        ("five_schools_books", "B5_cv", "111"),
    ),
    "composite judged against 0.50 of the later rule": (
        BASIC,
        swap("meets: '<= 0.65'", "meets: '<= 0.50'"),
        ("county_composites", "stage_balance", "340103"),
    ),
    "sum instead of mean of the eight coefficients": (
        BASIC,
        swap("+ B8_cv) / 8", "+ B8_cv)"),
        ("county_composites", "composite_cv", "340103"),
    ),
    "limit of 0.65 for the single coefficients of 2017": (
        BALANCE,
        swap("meets: '<= 0.50'", "meets: '<= 0.65'"),
        ("ningguo_2022", "L3_cv", "341881"),
    ),
    "indoor sports rooms left in the teaching area": (
        BALANCE,
        swap("greatest(school.teaching_area - school.indoor_sports_area, 0)", "school.teaching_area"),
        ("split_and_merge", "L4", "S1"),
    ),
    "shared resources not split by stage": (
        BALANCE,
        swap("school.equipment_value * stage_share", "school.equipment_value"),
        ("split_and_merge", "L6", "S1"),
    ),
    "points of fewer than 50 pupils kept in": (
        BALANCE,
        swap("school.compulsory_pupils < point_least", "school.compulsory_pupils < 49"),
        ("split_and_merge", "L4", "S4"),
    ),
    "larger size for every combined school": (
        BALANCE,
        swap("if(kind == twelve_year, size_combined, ", "if(kind == twelve_year, size_nine_year_relaxed, "),
        ("exceptions", "size_over", "T3"),
    ),
    "training judged on the county's total": (
        BALANCE,
        swap("all_met(retention, disabled_share) and every(school_training)", "all_met(retention, disabled_share)"),
        ("exceptions", "county_quality", "111"),
    ),
    "retention asked of a county without junior schools": (
        BALANCE,
        swap("- {when: stage == primary, reason: {zh: 不办初中", "- {when: stage == senior, reason: {zh: 不办初中"),
        ("exceptions", "county_quality", "112"),
    ),
    "shared teachers in schools of any size": (
        BALANCE,
        swap(" and school.compulsory_pupils < shared_below", ""),
        ("exceptions", "L3", "T5"),
    ),
    "one degree bar for both stages": (
        BALANCE,
        swap("teachers_doctor, teachers_bachelor + teachers_master", "teachers_doctor, teachers_associate + teachers_bachelor + teachers_master"),
        ("split_and_merge", "L1", "S1"),
    ),
    "this year's residents instead of last year's": (
        STATISTICS,
        swap("sum(pupils) / previous(sum(residents.residents))", "sum(pupils) / sum(residents.residents)"),
        ("province_pupils_per_100k", "pupils_per_100k", "110000"),
    ),
    "oversize classes left out of the large ones": (
        STATISTICS,
        within("large_class_share", r'"sum\(large_classes', '"sum(large_classes - oversize_classes'),
        ("class_size_2018", "large_class_share", "100000"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rule_makes_its_case_fail(name: str) -> None:
    """The cases tell right from wrong: each mistake seen in public systems changes a published figure."""
    pack_id, change, expected = WRONG[name]
    assert expected in failing(altered(pack_id, change))


def test_an_unaltered_pack_fails_nowhere(tmp_path: Path) -> None:
    """So the failures above come from the alterations alone."""
    assert failing(altered(BASIC, lambda text: text + "\n# a comment\n")) == set()
