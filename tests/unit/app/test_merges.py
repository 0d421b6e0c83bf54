"""Silent gaps in school data: points merged where nothing can receive them, schools without the stages of their kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from duxue.app.importing import check_folder
from duxue.core.errors import Problem
from duxue.packs.loader import load

UNITS = (
    "单位代码,单位名称,层级,上级单位代码\n370000,山东省,省,\n370100,济南市,市,370000\n"
    "370102,历下区,县,370100\n370103,市中区,县,370100\n"
)
SCHOOLS = "年度,学校代码,学校名称,县级代码,办学类型,举办者,城乡类型,是否计校数,原校点代码\n"
STAGES = "年度,学校代码,学段,在校学生数,班数,专任教师数\n"


def school(
    code: str, parent: str = "", kind: str = "教学点", county: str = "370102", year: int = 2023
) -> str:
    """A row of the table of schools; one that names a parent is not counted as a school."""
    return f"{year},{code},{code}校,{county},{kind},公办,乡村,{'否' if parent else '是'},{parent}\n"


def check(folder: Path, schools: str, stages: str = "", engine: str = "duckdb") -> list[Problem]:
    """The errors and warnings about the structure of these schools, each with primary pupils unless `stages` is given."""
    folder.mkdir(exist_ok=True)
    codes = [line.split(",")[:2] for line in schools.splitlines()]
    given = stages or "".join(f"{year},{code},小学,40,2,4\n" for year, code in codes)
    for name, text in (
        ("units.csv", UNITS),
        ("school.csv", SCHOOLS + schools),
        ("school_stage.csv", STAGES + given),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    found = check_folder(load("cn-school-forms"), folder, engine=engine).problems
    return [p for p in found if p.severity != "note"]


PLAIN = school("S1", kind="小学") + school("S2", kind="小学", county="370103")
CASES = {
    "a school receives two points": (school("P1", "S1") + school("P2", "S1"), []),
    "a chain": (school("P1", "P2") + school("P2", "S1"), [("DATA054", 4, "error")]),
    "a long chain": (
        school("P1", "P2") + school("P2", "P3") + school("P3", "S1"),
        [("DATA054", 4, "error"), ("DATA054", 5, "error")],
    ),
    "a circle of two": (
        school("P1", "P2") + school("P2", "P1"),
        [("DATA053", 4, "error"), ("DATA053", 5, "error")],
    ),
    "a tail that leads into a circle": (
        school("P1", "P2") + school("P2", "P3") + school("P3", "P2"),
        [("DATA053", 5, "error"), ("DATA053", 6, "error"), ("DATA054", 4, "error")],
    ),
    "another county": (school("P1", "S2"), [("DATA055", 4, "warning")]),
    "a point of another year": (
        school("P1", "P2") + school("P2", "S1", year=2022) + school("P2") + school("S1", kind="小学", year=2022),
        [],
    ),
    "itself": (school("P1", "P1"), [("DATA051", 4, "error")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_where_points_are_merged_is_checked(case: str, tmp_path: Path) -> None:
    """At the cell that names the receiver, by both engines."""
    rows, expected = CASES[case]
    for engine in ("duckdb", "reference"):
        found = check(tmp_path / "data", PLAIN + rows, engine=engine)
        assert sorted((p.code, p.place.row, p.severity) for p in found) == expected
        assert all(p.place.field == "parent_school" and p.place.cell_column.startswith("I “") for p in found)
        assert all(p.what.zh != p.what.en and p.advice.zh and p.advice.en and p.expected.en for p in found)


def test_a_counted_point_that_names_a_parent_is_merged_nowhere(tmp_path: Path) -> None:
    counted = school("P2", "P1").replace(",否,", ",是,")
    assert check(tmp_path / "data", PLAIN + school("P1", "P2") + counted) == []


@pytest.mark.parametrize(
    ("kind", "stages", "told"),
    [
        ("小学", ["小学"], False),
        ("小学", [], True),
        ("小学", ["初中"], True),
        ("初级中学", ["小学"], True),
        ("九年一贯制学校", ["小学", "初中"], False),
        ("九年一贯制学校", ["小学"], True),
        ("完全中学", ["初中"], True),
        ("十二年一贯制学校", ["小学", "普通高中"], True),
        ("十二年一贯制学校", ["小学", "初中", "普通高中"], False),
        ("幼儿园", [], True),
        ("中等职业学校", ["中等职业教育"], False),
        ("特殊教育学校", ["小学"], True),
    ],
)
def test_a_school_without_a_stage_of_its_kind_is_told(
    kind: str, stages: list[str], told: bool, tmp_path: Path
) -> None:
    """No row, or a table from which one stage is missing throughout, gives a warning at the kind of each school."""
    rows = (
        "".join(f"2023,A,{stage},40,2,4\n" for stage in stages) + "2023,S1,小学,40,2,4\n2023,S2,小学,40,2,4\n"
    )
    found = check(tmp_path / "data", PLAIN + school("A", kind=kind), rows)
    assert [(p.code, p.severity, p.place.row, p.place.field) for p in found] == (
        [("DATA051", "warning", 4, "kind")] if told else []
    )
