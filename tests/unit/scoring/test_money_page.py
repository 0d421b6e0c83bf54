"""The numbers on the pages of money and satisfaction are those that the program gives."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from duxue.scoring.satisfaction import ANSWERS, Suspicion, quotas, sample_size, score

METHODS = Path(__file__).resolve().parents[3] / "docs" / "methods"


def rows(page: str) -> list[list[str]]:
    """Return the cells of all table rows of a page."""
    text = (METHODS / page).read_text(encoding="utf-8")
    return [
        [c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]


def test_sizes_and_quotas_as_printed() -> None:
    printed = [
        row for row in rows("satisfaction.md") if re.match(r"(below|from) [\d,]+", row[0]) and len(row) == 6
    ]
    assert len(printed) == 6
    for first, *numbers in printed:
        bound = int(first.split()[1].replace(",", ""))
        sheets = sample_size(bound - 1 if first.startswith("below") else bound)
        assert [sheets, *quotas(sheets).values()] == [int(n) for n in numbers]


def test_the_worked_survey_as_printed() -> None:
    names = {"deputies": "deputy", "heads": "head", "teachers": "teacher", "parents": "parent"}
    cells, weights = {}, {}
    for row in rows("satisfaction.md"):
        if row[0] in names and len(row) == 8:
            group = names[row[0]]
            weights[group] = Fraction(row[1])
            cells |= {("x", group, answer): int(n or 0) for answer, n in zip(ANSWERS, row[2:7], strict=True)}
            alone = score("x", cells, {group: Fraction(1)})
            assert alone.value == Fraction(row[7])
    found = score("x", cells, weights)
    assert found.value == Fraction("0.75")
    assert found.unknown == 100


def test_the_marks_as_printed() -> None:
    text = (METHODS / "satisfaction.md").read_text(encoding="utf-8")
    rule = Suspicion()
    assert f"below {rule.quick} seconds" in text
    assert f"more than {rule.device} sheets" in text
    assert f"less than {rule.straight} seconds" in " ".join(text.split())


def test_the_restated_growth_as_printed() -> None:
    units = {row[0]: row[1:] for row in rows("money.md") if len(row) == 5 and row[4].endswith("%")}
    assert set(units) == {"city itself", "large county", "small county", "new district", "city"}
    for before, moved, now, growth in units.values():
        base = int(before or 0) + int(moved.replace("−", "-") or 0)
        assert Fraction(int(now), base) - 1 == Fraction(growth.rstrip(" %").replace("−", "-")) / 100
