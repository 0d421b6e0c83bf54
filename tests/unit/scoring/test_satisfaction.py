"""Satisfaction: sizes, quotas, scores with their intervals, marked sheets, hidden cells."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from duxue.core.errors import Problem, Refused
from duxue.scoring.inputs import SURVEY, sheets_of
from duxue.scoring.satisfaction import (
    ANSWERS,
    GROUPS,
    SHARES,
    VALUES,
    Sheet,
    SizeRule,
    Suspicion,
    count,
    form_rows,
    hide_small,
    marks,
    quotas,
    sample_size,
    score,
)
from duxue.scoring.table import read_table

# The 1 per mille table: residents -> sheets, and deputies, heads, teachers, parents.
PUBLISHED = [
    (199_999, 200, (10, 10, 40, 140)),
    (200_000, 300, (15, 15, 60, 210)),
    (599_999, 500, (25, 25, 100, 350)),
    (600_000, 700, (35, 35, 140, 490)),
    (999_999, 900, (45, 45, 180, 630)),
    (1_000_000, 1000, (50, 50, 200, 700)),
    (9_000_000, 1000, (50, 50, 200, 700)),
]


@pytest.mark.parametrize(("residents", "sheets", "groups"), PUBLISHED)
def test_the_published_table(residents: int, sheets: int, groups: tuple[int, ...]) -> None:
    assert sample_size(residents) == sheets
    assert tuple(quotas(sheets).values()) == groups


@pytest.mark.parametrize(
    ("residents", "sheets"), [(0, 300), (199_999, 300), (200_000, 300), (200_001, 301), (1_000_000, 1500)]
)
def test_the_newer_rate(residents: int, sheets: int) -> None:
    assert sample_size(residents, "rate") == sheets


def test_residents_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 residents"):
        sample_size(-1)


@pytest.mark.parametrize("rule", ["table", "rate"])
def test_quotas_add_up_for_every_size(rule: SizeRule) -> None:
    for sheets in range(0, 400, 7):
        given = quotas(sheets, rule)
        assert sum(given.values()) == sheets
        assert all(abs(given[g] - sheets * share) < 1 for g, share in SHARES[rule].items())


def cells(**groups: tuple[int, int, int, int, int]) -> dict[tuple[str, str, str], int]:
    return {("1", g, a): n for g, row in groups.items() for a, n in zip(ANSWERS, row, strict=True)}


def test_groups_are_weighted_and_unknown_stands_apart() -> None:
    """0.05 x 1 + 0.05 x 0.8 + 0.2 x 0.5 + 0.7 x 0.8 = 0.75, as in the pack's worked case."""
    found = score("1", cells(deputy=(50, 0, 0, 0, 0), head=(0, 50, 0, 0, 0), teacher=(100, 0, 0, 100, 0),
                             parent=(300, 0, 300, 0, 100)))  # fmt: skip
    assert found.value == Fraction(3, 4)
    assert (found.valid, found.unknown) == (900, 100)
    assert found.best == Fraction(1, 20) + Fraction(1, 5) / 2 + Fraction(7, 10) / 2


def test_the_interval_is_that_of_a_stratified_sample() -> None:
    """One group alone: value 0.5, variance 0.25 x 200 / 199 / 200."""
    found = score("1", cells(parent=(100, 0, 0, 100, 0)), {"parent": Fraction(1)})
    half = 1.959964 * math.sqrt(0.25 / 199)
    assert found.low == pytest.approx(0.5 - half)
    assert found.high == pytest.approx(0.5 + half)


def test_the_interval_holds_the_truth_about_95_times_in_100() -> None:
    rng = Random(7)
    odds = {
        "deputy": (5, 2, 1, 1, 1),
        "head": (4, 3, 2, 1, 0),
        "teacher": (3, 3, 3, 2, 1),
        "parent": (5, 3, 2, 2, 1),
    }
    truth = sum(
        (SHARES["table"][g] * sum((VALUES[a] * w for a, w in zip(VALUES, o, strict=False)), Fraction(0)) / sum(o[:4]) for g, o in odds.items()),
        Fraction(0),
    )  # fmt: skip
    held = 0
    for _ in range(400):
        made = {}
        for group, n in quotas(1000).items():
            drawn = rng.choices(ANSWERS, odds[group], k=n)
            made |= {("1", group, a): drawn.count(a) for a in ANSWERS}
        found = score("1", made)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert 365 <= held <= 395  # 380 in the mean; five standard deviations are 22


def test_a_group_without_valid_answers_leaves_no_value() -> None:
    found = score("1", cells(parent=(1, 0, 0, 0, 0), head=(0, 0, 0, 0, 3)))
    assert (found.value, found.low, found.valid, found.unknown) == (None, None, 1, 3)


def sheet(number: str, *answers: str, seconds: int = 100, device: str = "") -> Sheet:
    return Sheet("1", "parent", number, {f"q{n}": a for n, a in enumerate(answers)}, seconds, device)


def test_marks() -> None:
    rule = Suspicion(quick=15, device=2, straight=40)
    many = [sheet(f"d{n}", "satisfied", "mostly", device="x") for n in range(3)]
    found = marks(
        [
            sheet("quick", "satisfied", "mostly", seconds=14),
            sheet("slow", "satisfied", "mostly", seconds=15),
            sheet("straight", "mostly", "mostly", seconds=39),
            sheet("alike", "mostly", "mostly", seconds=40),
            sheet("one", "mostly", seconds=20),
            *many,
        ],
        rule,
    )
    assert found == {
        "quick": {"quick"},
        "straight": {"straight"},
        **{f"d{n}": {"device"} for n in range(3)},
    }


def test_marked_sheets_are_counted_and_told_apart_not_dropped() -> None:
    sheets = [sheet("a", "satisfied", "mostly"), sheet("b", "satisfied", "satisfied", seconds=3)]
    survey = count(sheets, "q0")
    assert survey.counts == {("1", "parent", "satisfied"): 2}
    assert survey.without_marked[("1", "parent", "satisfied")] == 1
    assert survey.marked == {"1": 1}
    assert survey.flags == {"1": {"quick": 1, "straight": 1}}


def test_the_form_has_every_cell() -> None:
    rows = form_rows(count([sheet("a", "mostly")], "q0"), 2023)
    assert len(rows) == len(GROUPS) * len(ANSWERS)
    assert [r for r in rows if r[4]] == [(2023, "1", "parent", "mostly", 1)]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"a": 9, "b": 5, "c": 0}, {"a": 9, "b": 5, "c": 0}),
        ({"a": 9, "b": 4, "c": 7}, {"a": 9, "b": None, "c": None}),
        ({"a": 1, "b": 4, "c": 7}, {"a": None, "b": None, "c": 7}),
        ({"a": 3}, {"a": None}),
    ],
)
def test_small_cells_are_hidden_and_cannot_be_worked_out(
    given: dict[str, int], shown: dict[str, int | None]
) -> None:
    assert hide_small(given) == shown


def read(folder: Path, *rows: str) -> list[Sheet]:
    path = folder / "survey.csv"
    path.write_text("\n".join(("unit,group,sheet,question,answer,seconds,device", *rows)), encoding="utf-8")
    found: list[Problem] = []
    sheets = sheets_of(read_table(path, SURVEY, found), found)
    if found:
        raise Refused(found)
    return sheets


def test_rows_become_sheets(tmp_path: Path) -> None:
    made = read(
        tmp_path, "1,parent,s1,q,mostly,60,x", "1,parent,s1,overall,unknown,60,x", "1,head,s2,q,mostly,50,"
    )
    assert made == [
        Sheet("1", "parent", "s1", {"q": "mostly", "overall": "unknown"}, 60, "x"),
        Sheet("1", "head", "s2", {"q": "mostly"}, 50, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1,parent,s1,q,mostly,60,x", "SCO025"),  # answered twice
        ("2,parent,s1,overall,mostly,60,x", "SCO025"),  # another unit
        ("1,child,s9,q,mostly,60,x", "SCO036"),
        ("1,parent,s9,q,maybe,60,x", "SCO036"),
        ("1,parent,s9,q,mostly,soon,x", "SCO037"),
        ("1,parent,,q,mostly,60,x", "SCO035"),
    ],
)
def test_wrong_rows_are_told(tmp_path: Path, row: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read(tmp_path, "1,parent,s1,q,mostly,60,x", row)
    assert [p.code for p in caught.value.problems] == [code]
