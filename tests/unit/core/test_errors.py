"""Problems: told in both languages with place, caret, found, expected and advice."""

from __future__ import annotations

import json

import pytest

from duxue.core.errors import Place, Problem, Refused, caret
from duxue.core.text import Text

PROBLEM = Problem(
    "TST001",
    Text("单位不符", "units differ"),
    Place(file="pack.yaml", line=3, column=10, snippet="formula: 面积 + sum(x)", length=2),
    found="m2 + yuan",
    expected=Text("同一单位", "one unit"),
    advice=Text("改正公式", "mend the formula"),
)


def test_problem_reads_in_chinese() -> None:
    """Every label is Chinese."""
    assert PROBLEM.render("zh").splitlines() == [
        "错误 TST001: 单位不符",
        "  --> pack.yaml，第3行，第10列",
        "   | formula: 面积 + sum(x)",
        "   |          ^^^^",
        "  实际：m2 + yuan",
        "  应为：同一单位",
        "  处理办法：改正公式",
    ]


def test_problem_reads_in_english() -> None:
    """Every label is English."""
    assert PROBLEM.render("en").splitlines() == [
        "error TST001: units differ",
        "  --> pack.yaml, line 3, column 10",
        "   | formula: 面积 + sum(x)",
        "   |          ^^^^",
        "  found: m2 + yuan",
        "  expected: one unit",
        "  how to mend: mend the formula",
    ]


def test_place_in_a_table_names_sheet_row_column_and_field() -> None:
    """A cell is named as the spreadsheet names it."""
    place = Place(file="学校.xlsx", sheet="2023", row=17, cell_column="F", field="pupils")
    assert place.say("zh") == "学校.xlsx，工作表 2023，第17行，第F列，字段 pupils"
    assert place.say("en") == "学校.xlsx, sheet 2023, row 17, column F, field pupils"


def test_what_is_not_known_is_not_printed() -> None:
    """A problem without place, finding or advice is one line."""
    assert Problem("TST002", Text("无", "none"), severity="warning").render("en") == "warning TST002: none"


@pytest.mark.parametrize(
    ("line", "column", "length", "marks"),
    [
        ("abc", 2, 1, " ^"),
        ("面积x", 3, 1, "    ^"),
        ("a面积", 2, 2, " ^^^^"),
        ("Ａb", 2, 1, "  ^"),
        ("abc", 4, 1, "   ^"),
        ("", 1, 5, "^"),
        ("abc", 0, 1, "^"),
    ],
)
def test_caret_stands_below_its_character(line: str, column: int, length: int, marks: str) -> None:
    """Wide characters take two places."""
    assert caret(line, column, length) == marks


def test_problem_as_json_keeps_both_languages_and_only_known_places() -> None:
    """Programs read the same as people."""
    told = PROBLEM.to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["what"] == {"zh": "单位不符", "en": "units differ"}
    assert told["place"] == {
        "file": "pack.yaml",
        "line": 3,
        "column": 10,
        "snippet": "formula: 面积 + sum(x)",
    }
    assert (told["code"], told["severity"], told["found"]) == ("TST001", "error", "m2 + yuan")


def test_row_zero_is_a_place_too() -> None:
    """Zero is a known number, not an unknown one."""
    assert Problem("T", Text("a", "a"), Place(row=0)).to_dict()["place"] == {"row": 0}


def test_at_fills_in_the_place_and_keeps_the_rest() -> None:
    """A caller that knows the file adds it."""
    moved = PROBLEM.at(file="other.yaml")
    assert (moved.place.file, moved.place.line, moved.code) == ("other.yaml", 3, "TST001")


def test_refusal_tells_all_problems() -> None:
    """Nobody mends one error after the other."""
    refused = Refused([PROBLEM, PROBLEM.at(line=9)])
    assert str(refused).count("TST001") == 2
    assert len(refused.problems) == 2


def test_refusal_without_problem_is_a_mistake() -> None:
    """Something is always said."""
    with pytest.raises(ValueError, match="at least one"):
        Refused([])
