"""The worked examples of the methods are computed, and the pages print what comes out."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest

from duxue.app.cases import run_cases
from duxue.core.quantity import round_half_up
from duxue.microdata.synthetic.apportion import settle
from duxue.packs.loader import load
from tests.spec.shipped import BALANCE, BASIC, COUNTY, STATISTICS, run, school, stage

METHODS = Path(__file__).resolve().parents[2] / "docs" / "methods"
F = Fraction


def page(name: str) -> str:
    """Return the text of a method page without its line breaks."""
    return " ".join((METHODS / f"{name}.md").read_text(encoding="utf-8").split())


def printed(value: object, decimals: int) -> str:
    """Return a value as a page prints it."""
    return str(round_half_up(F(str(value)), decimals))


def test_split_of_a_combined_school() -> None:
    """The nine-year school of the page: shares of 500 and 550 in 1050."""
    text = page("split-and-merge")
    found = run(
        BALANCE,
        school=[school("A", "nine_year", teaching_area=5500, indoor_sports_area=250)],
        school_stage=[stage("A", 500), stage("A", 500, "junior")],
    )
    assert "| primary | 500 | 500 / 1050 | 2500 | 5.0 |" in text
    assert "| junior | 550 | 550 / 1050 | 2750 | 5.5 |" in text
    assert [found.value("L4", "A", s) for s in ("primary", "junior")] == [5, F("5.5")]
    point = school(
        "P",
        "teaching_point",
        counts_as_school=False,
        parent_school="B",
        teaching_area=200,
        indoor_sports_area=0,
    )
    merged = run(
        BALANCE,
        school=[school("B", teaching_area=900, indoor_sports_area=0), point],
        school_stage=[stage("B", 180), stage("P", 20)],
    )  # fmt: skip
    assert "1,100 m² for 200 pupils, 5.5 m² each" in text
    assert merged.value("L4", "B", "primary") == F("5.5")


def test_change_growth_and_trend() -> None:
    """1000, 1100, 1260 pupils."""
    text = page("growth-and-trend")
    rows = [
        {"year": year, "unit_code": COUNTY, "stage": "primary", "pupils": pupils}
        for year, pupils in ((2021, 1000), (2022, 1100), (2023, 1260))
    ]
    found = run(STATISTICS, enrolment=rows)
    growth = found.value("pupils_growth", COUNTY, "primary")
    assert f"| growth | 1260 / 1100 − 1 | {printed(growth, 2)} % |" in text
    trend = found.value("pupils_trend", COUNTY, "primary")
    assert f"| trend over three years | (1260 − 1000) / 2 | {trend} a year |" in text
    # the general formula of the page against the least-squares slope from its definition
    for values in ((1260, 1100, 1000), (7, 5, 3, 11), (2, 9), (1, 1, 4, 4, 10)):
        n = len(values)
        years = [F(-k) for k in range(n)]
        middle, mean = sum(years) / n, F(sum(values), n)
        slope = sum((t - middle) * (x - mean) for t, x in zip(years, values, strict=True)) / sum(
            (t - middle) ** 2 for t in years
        )
        assert slope == sum(F(n - 1 - 2 * k) * x for k, x in enumerate(values)) / F(n * (n * n - 1), 6)
    gap = run(STATISTICS, enrolment=[rows[0], rows[2]])
    assert gap.value("pupils_trend", COUNTY, "primary") == "no_previous"


@pytest.mark.parametrize(
    ("key", "value", "margin", "attained", "line"),
    [
        (("L1", "A", "primary"), "3.57", "-0.63", "0.85", "| 3.57 | `>= 4.2` | −0.63 | 0.85 |"),
        (("L1_cv", COUNTY, "primary"), "0.625", "-0.125", "0.8", "| 0.625 | `<= 0.5` | −0.125 | 0.8 |"),
        (("L1_cv", COUNTY, "primary"), "0", "0.5", "1", "| 0 | `<= 0.5` | 0.5 | 1 |"),
        (("size_over", COUNTY), "0", "0", "1", "| 0 | `<= 0` | 0 | 1 |"),
        (("size_over", COUNTY), "2", "-2", "0", "| 2 | `<= 0` | −2 | 0 |"),
    ],
)
def test_margin_and_attainment(
    key: tuple[str, ...], value: str, margin: str, attained: str, line: str
) -> None:
    """Each line of the page."""
    assert line in page("attainment")
    result = run(BALANCE, given={key: value}, school=[school("A")])[key]
    assert (result.margin, result.attainment) == (F(margin), F(attained))


@pytest.mark.parametrize(
    ("short", "verdict", "line"),
    [
        ({}, "missing", "| all met | 6 to 7 | at most 1 | not computable"),
        ({"L1": "0.9"}, "missing", "| one at 90 % | 5 to 6 | at most 0.9 | not computable |"),
        ({"L1": "0.8"}, "not_met", "| one at 80 % | 5 to 6 | at most 0.8 | not met"),
        ({"L1": "0.9", "L2": "0.9"}, "not_met", "| two at 90 % | 4 to 5 | at most 0.9 | not met"),
    ],
)
def test_verdict_over_what_is_unknown(short: dict[str, str], verdict: str, line: str) -> None:
    """A school of 1000 pupils without its equipment value."""
    assert line in page("unknowns")
    cells = {"teachers_bachelor": 42, "teachers_backbone": 10, "teachers_pe": 9}
    changed = {"L1": "teachers_bachelor", "L2": "teachers_backbone"}
    for indicator, part in short.items():
        cells[changed[indicator]] = math.floor(cells[changed[indicator]] * F(part) + F(1, 2))
    found = run(
        BALANCE,
        school=[
            school("A", teaching_area=4500, indoor_sports_area=0, sports_ground_area=7500, multimedia_rooms=23)
        ],
        school_stage=[stage("A", 1000, **cells)],
    )  # fmt: skip
    assert found.verdict("school_resources", "A", "primary") == verdict


def test_composite_of_2012() -> None:
    """Luyang's eight coefficients, and how many published composites follow from theirs."""
    text = page("composite-2012")
    printed_cvs = ("0.881", "1.299", "0.977", "0.379", "0.170", "0.334", "0.286", "0.408")
    given = {(f"B{i}_cv", COUNTY, "primary"): v for i, v in enumerate(printed_cvs, 1)}
    found = run(BASIC, given=given, school=[school("A")], school_stage=[stage("A", 100)])
    mean = found.value("composite_cv", COUNTY, "primary")
    assert f"| {' | '.join(printed_cvs)} | {printed(mean, 5)} |" in text
    assert found.verdict("stage_balance", COUNTY, "primary") == "met"
    (case,) = [c for c in run_cases(load(BASIC)) if c.id == "county_composites"]
    composites = [o for o in case.outcomes if o.what == "composite_cv"]
    assert len({(o.unit, o.by) for o in composites}) == 23
    assert "Of 23 published composites 22 follow" in text


@pytest.mark.parametrize(
    ("total", "weights", "low", "high", "shares"),
    [
        (10, (1, 1, 1), 0, None, "| 10 | 1, 1, 1 | none | 3.33, 3.33, 3.33 | 4, 3, 3 |"),
        (10, (5, 3, 1), 2, None, "| 10 | 5, 3, 1 | at least 2 | 5, 3, 2 | 5, 3, 2 |"),
        (101, (6, 3, 1), 0, 50, "| 101 | 6, 3, 1 | at most 50 | 50, 38.25, 12.75 | 50, 38, 13 |"),
    ],
)
def test_apportionment(total: int, weights: tuple[int, ...], low: int, high: int | None, shares: str) -> None:
    """Each line of the page."""
    assert shares in page("apportionment")
    found = settle(total, weights, low, high)
    assert ", ".join(map(str, found)) == shares.split("|")[-2].strip()
    assert sum(found) == total


def test_terms_of_the_official_worked_example() -> None:
    """Each printed term, their sum and its root, from pupils and books alone."""
    text = page("coefficient-of-variation")
    rows = [(45, 279), (37, 137), (89, 935), (76, 160), (55, 402)]
    pupils, books = sum(p for p, _ in rows), sum(b for _, b in rows)
    mean = F(books, pupils)
    terms = [F(p, pupils) * (F(b, p) - mean) ** 2 for p, b in rows]
    # as the hand-out prints them: 0.003, 0.85, 5.13, 4.50, 0.17, sum 10.65, root 3.26, CV 0.52
    for number, (p, b), term, places in zip(range(1, 6), rows, terms, (3, 2, 2, 2, 2), strict=True):
        assert f"| {number} | {p} | {b} | {printed(F(b, p), 2)} | {printed(term, places)} |" in text
    assert f"| county | 302 | 1913 | 6.33 | {printed(sum(terms), 2)} |" in text
    found = run(
        BASIC,
        school=[school(f"P{i}", books=b) for i, (_, b) in enumerate(rows)],
        school_stage=[stage(f"P{i}", p) for i, (p, _) in enumerate(rows)],
    )
    value = F(found.value("B5_cv", COUNTY, "primary"))
    assert (value * mean) ** 2 == pytest.approx(sum(terms), rel=1e-12)
    assert printed(value * mean, 2) == "3.26"
    assert printed(value, 2) == "0.52"
