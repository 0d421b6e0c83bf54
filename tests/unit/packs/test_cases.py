"""Reading worked cases."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from duxue.core.errors import Refused
from duxue.packs import catalogue
from duxue.packs.cases import CaseFile, load_cases
from duxue.packs.loader import load
from duxue.packs.new import new

HEAD = "cases:\n  - id: c\n    title: {zh: 甲, en: C}\n    source: {name: {zh: 自拟, en: Our own}, status: proposal}\n"
VALID = "    expect: [{indicator: pupils_per_teacher, unit: N, year: 2024, cycle: lower, value: 1}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a new pack."""
    new(tmp_path / "p", "p")
    return tmp_path / "p"


def read(folder: Path, body: str, table: str = "") -> CaseFile:
    """Return the cases written in `body`, with a table beside them."""
    (folder / "cases.yaml").write_text(HEAD + body, encoding="utf-8")
    if table:
        (folder / "t.csv").write_text(table, encoding="utf-8")
    return load_cases(load(folder))


@pytest.mark.parametrize("ref", [entry.ref for entry in catalogue.list_entries()])
def test_shipped_cases_can_be_read(ref: str) -> None:
    """Every shipped pack's cases name what exists."""
    loaded = load(ref)
    assert all(case.expected or case.case.published_wrong for case in load_cases(loaded).cases)


def test_pack_without_cases_has_none(folder: Path) -> None:
    """A missing file is no error."""
    (folder / "cases.yaml").unlink()
    assert load_cases(load(folder)).cases == ()


def test_rows_are_read_inline_and_from_files(folder: Path) -> None:
    """Cells are text, empty cells nothing; numbers of expectations are exact."""
    body = "    data:\n      units: data/units.csv\n      school_cycle: [{year: 2024, school: N1, pupils: 010, spending: }]\n"
    (case,) = read(folder, body + VALID.replace("value: 1", "value: 0.1")).cases
    assert case.rows["units"][0] == {"code": "N", "name": "North", "level": "district", "parent": None}
    assert case.rows["school_cycle"][0] == {"year": "2024", "school": "N1", "pupils": "010", "spending": None}
    assert case.expected[0].value == Fraction(1, 10)
    assert case.expected[0].by == {"cycle": "lower"}


def test_columns_and_values_may_be_written_as_printed(folder: Path) -> None:
    """Titles are recognised as data check does; a misspelt column is told with the nearest header."""
    pack = load(folder).pack
    form = next(f for f in pack.forms if f.id == "school_cycle")
    pupils = next(f for f in form.fields if f.id == "pupils")
    school = next(f for f in form.fields if f.id == "school")
    cycle = next(d for d in pack.dimensions if d.id == "cycle").values[0]
    body = "    data: {school_cycle: t.csv}\n" + VALID
    table = f"year,{school.title.zh},cycle,{pupils.title.en.upper()}\n2024,N1,{cycle.title.zh},10\n"
    (case,) = read(folder, body, table).cases
    assert case.rows["school_cycle"] == [{"year": "2024", "school": "N1", "cycle": cycle.id, "pupils": "10"}]
    with pytest.raises(Refused) as refused:
        read(folder, body, "year,school,cycle,pupisl\n2024,N1,lower,10\n")
    (problem,) = refused.value.problems
    assert problem.code == "PACK051"
    assert "pupisl" in problem.advice.en


TABLE = "code,year,cycle,ratio\nN,2024,lower,18.8\nN,2024,upper,26.7\nN1,2024,lower,\n"
EXPECT = "    expect_table: {file: t.csv, indicator: pupils_per_teacher, columns: {unit: code, value: ratio}, decimals: 1}\n"


def test_table_gives_one_expectation_a_row(folder: Path) -> None:
    """Rows without a value are passed over; columns named like their use need no mention."""
    (case,) = read(folder, EXPECT, TABLE).cases
    assert [(e.unit, e.year, e.by, e.value, e.decimals) for e in case.expected] == [
        ("N", 2024, {"cycle": "lower"}, Fraction("18.8"), 1),
        ("N", 2024, {"cycle": "upper"}, Fraction("26.7"), 1),
    ]


def test_wrong_figures_are_left_out_of_the_table(folder: Path) -> None:
    """A row under published_wrong is not expected; it is kept to be shown as wrong."""
    wrong = (
        "    published_wrong: [{indicator: pupils_per_teacher, unit: N, year: 2024, cycle: upper, published: 26.7, "
        "recomputed: 26.8, reason: {zh: 误, en: wrong}}]\n"
    )
    (case,) = read(folder, EXPECT + wrong, TABLE).cases
    assert [e.by["cycle"] for e in case.expected] == ["lower"]
    assert case.case.published_wrong[0].recomputed == Fraction("26.8")


def test_given_values_come_from_a_table_with_its_own_indicators(folder: Path) -> None:
    """A column `indicator` names the indicator of each row."""
    table = "unit,year,cycle,indicator,value\nN,2024,lower,spending_per_pupil,1550\n"
    (case,) = read(folder, "    given_table: {file: t.csv}\n" + VALID, table).cases
    assert [(g.indicator, g.value) for g in case.given] == [("spending_per_pupil", 1550)]


SAME = "{indicator: pupils_per_teacher, unit: N, published: 1, recomputed: 1.0, reason: {zh: 误, en: wrong}}"
ENTRY = "{indicator: pupils_per_teacher, unit: N, value: 1}"


@pytest.mark.parametrize(
    ("code", "body", "table"),
    [
        ("PACK050", "    data: {units: data/nothing.csv}\n" + VALID, ""),
        ("PACK050", "    data: {units: ../../etc/passwd.csv}\n" + VALID, ""),
        ("PACK051", EXPECT.replace("ratio", "rate"), TABLE),
        ("PACK052", "    expect: [{unit: N, value: 1}]\n", ""),
        ("PACK053", "    expect: [{indicator: pupils_per_teacher, unit: N}]\n", ""),
        ("PACK054", f"    expect: [{ENTRY.replace('}', ', tolerance: 1}')}]\n", ""),
        ("PACK055", EXPECT.replace("decimals: 1", "decimals: 1, tolerance: 1, reason: {zh: 舍入, en: rounded}"), TABLE),
        ("PACK056", f"    published_wrong: [{SAME}]\n", ""),
        ("PACK057", "    data: {units: data/units.csv}\n", ""),
        ("PACK058", EXPECT, TABLE.replace("18.8", "18,8").replace(",18,8", ',"18,8"')),
        ("PACK020", "    data: {school: data/units.csv}\n" + VALID, ""),
        ("PACK020", VALID.replace("pupils_per_teacher", "pupils_per_techer"), ""),
        ("PACK010", VALID.replace("value", "valeu"), ""),
    ],
)  # fmt: skip
def test_wrong_case_is_told(folder: Path, code: str, body: str, table: str) -> None:
    """One fault, one problem, with its line and both languages."""
    with pytest.raises(Refused) as refused:
        read(folder, body, table)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert problem.place.line is not None
    assert problem.place.file.endswith("cases.yaml")
    assert problem.advice.zh != problem.advice.en


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("pupils=4x20", "a whole number of at most 18 digits"),
        ("pupils=12.5", "a whole number of at most 18 digits"),
        ("pupils=" + "9" * 5000, "a whole number of at most 18 digits"),
        ("pupils=" + "9" * 19, "a whole number of at most 18 digits"),
        ("spending=0.125", "a number of at most 18 digits and 2 decimal places"),
        ("year=24", "a year"),
        ("cycle=middle", "lower, upper"),
        ("open=perhaps", "true or false"),
    ],
)
def test_cell_of_another_type_is_told_with_its_row(folder: Path, cell: str, wanted: str) -> None:
    """A cell that the form's type cannot hold is told instead of ending the run or being taken for something else."""
    with_boolean(folder)
    column, _, value = cell.partition("=")
    rows = {
        "year": "2024",
        "school": "N1",
        "cycle": "lower",
        "pupils": "10",
        "spending": "1.25",
        "open": "yes",
    }
    table = f"{','.join(rows)}\n{','.join(rows.values())}\n{','.join({**rows, column: value}.values())}\n"
    with pytest.raises(Refused) as refused:
        read(folder, "    data: {school_cycle: t.csv}\n" + VALID, table)
    (problem,) = refused.value.problems
    assert (problem.code, problem.expected.en) == ("PACK058", wanted)
    assert f"{column} in row 3" in problem.what.en


def test_wrong_cell_among_written_rows_is_told_where_it_stands(folder: Path) -> None:
    """Rows written in cases.yaml have lines of their own."""
    row = "{year: 2024, school: N1, cycle: lower, pupils: many}"
    with pytest.raises(Refused) as refused:
        read(folder, f"    data:\n      school_cycle:\n        - {row}\n" + VALID)
    (problem,) = refused.value.problems
    assert problem.place.snippet.strip() == f"- {row}"
    assert problem.place.snippet[(problem.place.column or 0) - 1 :].startswith("many")


@pytest.mark.parametrize(
    ("cell", "read_as"), [("yes", "true"), ("No", "false"), ("是", "true"), ("0", "false")]
)
def test_yes_and_no_are_understood(folder: Path, cell: str, read_as: str) -> None:
    """Truth values may be written as people write them; yes is never taken for false."""
    with_boolean(folder)
    table = f"year,school,cycle,pupils,open\n2024,N1,lower,10,{cell}\n"
    (case,) = read(folder, "    data: {school_cycle: t.csv}\n" + VALID, table).cases
    assert case.rows["school_cycle"][0]["open"] == read_as


def with_boolean(folder: Path) -> None:
    """Add a column of type boolean to the form school_cycle."""
    text = (folder / "pack.yaml").read_text(encoding="utf-8")
    pupils = "      - {id: pupils, type: integer"
    assert text.count(pupils) == 1
    column = "      - {id: open, type: boolean, title: {zh: 开办, en: Open}}\n"
    (folder / "pack.yaml").write_text(text.replace(pupils, column + pupils), encoding="utf-8")


def test_year_must_be_told_somewhere(folder: Path) -> None:
    """A case of given values alone has no data that tell its year."""
    given = "    given: [{indicator: pupils_per_teacher, unit: N, value: 1}]\n"
    for body in (
        given + f"    expect: [{ENTRY.replace('}', ', year: 2024}')}]\n",
        f"    expect: [{ENTRY}]\n",
    ):
        with pytest.raises(Refused) as refused:
            read(folder, body)
        assert [p.code for p in refused.value.problems] == ["PACK011"]
    assert "year is missing" in refused.value.problems[0].what.en
