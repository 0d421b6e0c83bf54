"""Results as files: numbers stay numbers, text never becomes a formula, the same results are the same bytes."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duxue.core.text import Text, safe_cell, same
from duxue.packs.loader import load_text
from duxue.results.export import (
    COLUMNS,
    columns,
    csv_text,
    number_text,
    write_csv,
    write_json,
    write_parquet,
    write_xlsx,
)
from duxue.results.model import Result, Run
from tests.unit.results.courts import pack

AGREED = (
    "unit", "unit_name", "level", "stage", "year", "indicator", "value", "status", "reason", "numerator", "denominator",
    "standard", "verdict", "margin",
)  # fmt: skip


def result(name: str = "第一小学", **changes: Any) -> Result:
    """Return a computed result with some parts changed."""
    parts: dict[str, Any] = {
        "unit": "S1", "unit_name": Text(name, ""), "level": "school", "year": 2023, "by": (("stage", "primary"),),
        "indicator": "A", "kind": "indicator", "value": Fraction(1, 4), "status": "computed", "numerator": Fraction(1),
        "denominator": Fraction(4), "rows": 1, "standard": ">= 10", "verdict": "not_met", "margin": Fraction(-39, 4),
        "attainment": Fraction(1, 40),
    }  # fmt: skip
    return Result(**{**parts, **changes})


EMPTY = result(
    value=None, status="not_computable", reason="missing", numerator=None, denominator=None, margin=None, attainment=None,
    verdict="not_computable",
)  # fmt: skip


def run(*results: Result) -> Run:
    """Return a run."""
    return Run(
        "id",
        "court",
        "1.0.0",
        "digest",
        {"schools": "d"},
        "reference",
        "duxue 0",
        [2023],
        results,
        [same("note")],
    )


def read_csv(text: str) -> list[dict[str, str]]:
    """Return the rows as any program would read them."""
    return list(csv.DictReader(io.StringIO(text)))


def read_xlsx(path: Path, sheet: str = "school") -> list[dict[str, Any]]:
    """Return the rows of a sheet, with the type of each cell kept."""
    head, *rows = openpyxl.load_workbook(path)[sheet].iter_rows()
    return [dict(zip([c.value for c in head], row, strict=True)) for row in rows]


OF = pack("")


def test_agreed_columns_come_first_in_their_order() -> None:
    """Programs of other people read these."""
    assert COLUMNS[: len(AGREED)] == AGREED
    assert csv_text(OF, []).splitlines()[0].startswith(",".join(AGREED))


def test_every_further_dimension_has_a_column() -> None:
    """Stage is an agreed column; sex is not, and comes last."""
    text = """
    id: two
    version: 1.0.0
    title: {zh: 二, en: Two}
    source: {status: proposal, name: {zh: 自, en: Own}}
    levels: [{id: school, title: {zh: 校, en: School}}]
    dimensions:
      - {id: stage, title: {zh: 学段, en: Stage}, values: [{id: primary, title: {zh: 小学, en: Primary}}]}
      - {id: sex, title: {zh: 性别, en: Sex}, values: [{id: girls, title: {zh: 女, en: Girls}}]}
    forms: [{id: f, title: {zh: 表, en: Form}, key: [c], unit_field: c, fields: [{id: c, type: code, title: {zh: 码, en: Code}}]}]
    """
    of = load_text("\n".join(line[4:] for line in text.splitlines())).pack
    assert columns(of)[-1] == "sex"
    (row,) = read_csv(csv_text(of, [result(by=(("sex", "girls"),))]))
    assert (row["sex"], row["stage"]) == ("girls", "")


RISKY = ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x")


@pytest.mark.parametrize("name", RISKY)
def test_text_that_a_spreadsheet_would_run_is_quoted_in_csv(name: str) -> None:
    """A school may be called anything."""
    (row,) = read_csv(csv_text(OF, [result(name)]))
    assert row["unit_name"] == "'" + name.replace("\r", "\n")
    (row,) = read_csv(csv_text(OF, [result(unit=name, standard="== 3")]))
    assert (row["unit"], row["standard"]) == ("'" + name.replace("\r", "\n"), "'== 3")


def test_a_line_break_inside_a_name_does_not_break_the_row() -> None:
    """Whatever the kind of break, one result is one row."""
    for name in ("a\rb", "a\r\nb", "a\nb"):
        (row,) = read_csv(csv_text(OF, [result(name)]))
        assert (row["unit_name"], row["verdict"]) == ("a\nb", "not_met")


@pytest.mark.parametrize(
    "name", [*RISKY[:5], "{=1}", "https://example.org", "mailto:a@example.org", "0123", "'x"]
)
def test_text_is_text_in_a_workbook(tmp_path: Path, name: str) -> None:
    """No formula, no link, no number made of a code, and nothing added to it."""
    write_xlsx(tmp_path / "r.xlsx", run(result(name)), OF)
    (row,) = read_xlsx(tmp_path / "r.xlsx")
    cell = row["unit_name"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)


def test_harmless_text_is_untouched() -> None:
    """Signs inside a name are no danger."""
    for name in ("第一小学", "A=B", "a-1", " =1 x", ""):
        assert safe_cell(name) == name


def test_negative_margins_stay_numbers(tmp_path: Path) -> None:
    """Only text is quoted: a margin of -9.75 is a number in every format."""
    assert read_csv(csv_text(OF, [result()]))[0]["margin"] == "-9.75"
    write_xlsx(tmp_path / "r.xlsx", run(result()), OF)
    write_parquet(tmp_path / "r.parquet", run(result()), OF)
    write_json(tmp_path / "r.json", run(result()), OF)
    cell = read_xlsx(tmp_path / "r.xlsx")[0]["margin"]
    assert (cell.value, cell.data_type) == (-9.75, "n")
    assert pq.read_table(tmp_path / "r.parquet").column("margin").to_pylist() == [-9.75]
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["results"][0]["margin"] == -9.75


def test_not_computable_is_an_empty_cell_and_never_zero(tmp_path: Path) -> None:
    """In every format, with the reason beside it."""
    write_xlsx(tmp_path / "r.xlsx", run(EMPTY), OF)
    write_parquet(tmp_path / "r.parquet", run(EMPTY), OF)
    write_json(tmp_path / "r.json", run(EMPTY), OF)
    (row,) = read_csv(csv_text(OF, [EMPTY]))
    (sheet,) = read_xlsx(tmp_path / "r.xlsx")
    (arrow,) = pq.read_table(tmp_path / "r.parquet").to_pylist()
    (plain,) = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["results"]
    for name in ("value", "numerator", "denominator", "margin", "attainment"):
        assert (row[name], sheet[name].value, arrow[name], plain[name]) == ("", None, None, None)
    assert {row["reason"], sheet["reason"].value, arrow["reason"], plain["reason"]} == {"missing"}


def test_a_computed_zero_is_a_zero(tmp_path: Path) -> None:
    """Zero is not missing."""
    zero = result(value=Fraction(0), margin=0.0)
    write_xlsx(tmp_path / "r.xlsx", run(zero), OF)
    row = read_csv(csv_text(OF, [zero]))[0]
    assert (row["value"], row["margin"]) == ("0", "0")
    assert read_xlsx(tmp_path / "r.xlsx")[0]["value"].value == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "0.3333333333333333"), (0.1, "0.1"), (Fraction(1, 10), "0.1"), (5.0, "5"), (-0.0, "0"),
        (1e17, "100000000000000000"), (Fraction(10**17), "100000000000000000"), (-2.5, "-2.5"), (None, ""),
    ],
)  # fmt: skip
def test_numbers_are_the_shortest_text_of_their_double(value: Fraction | float | None, text: str) -> None:
    """Whole numbers have no point, and no exponent."""
    assert number_text(value) == text


@given(st.floats(-1e20, 1e20))
def test_a_fraction_and_an_equal_double_give_the_same_text(value: float) -> None:
    """The reference engine's csv can be compared with a fast engine's."""
    assert number_text(Fraction(value)) == number_text(value)
    assert float(number_text(value)) == value


MANY = [
    result(unit=f"S{i}", value=Fraction(i, 7), flags=("odd", "left_out"), by=(("stage", "junior"),))
    for i in range(50)
]


@pytest.mark.parametrize(("synthetic", "word"), [(True, "synthetic"), (False, "reported")])
def test_every_row_says_whether_its_data_are_made_up(tmp_path: Path, synthetic: bool, word: str) -> None:
    """In each format, so that a copied row says it too; the workbook and JSON also say it of the whole."""
    of_run = dataclasses.replace(run(result()), synthetic=synthetic)
    assert read_csv(csv_text(OF, of_run.results, synthetic=synthetic))[0]["data"] == word
    write_xlsx(tmp_path / "r.xlsx", of_run, OF)
    write_parquet(tmp_path / "r.parquet", of_run, OF)
    write_json(tmp_path / "r.json", of_run, OF)
    assert read_xlsx(tmp_path / "r.xlsx")[0]["data"].value == word
    assert pq.read_table(tmp_path / "r.parquet").to_pylist()[0]["data"] == word
    plain = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert plain["results"][0]["data"] == word
    assert plain["run"]["synthetic"] is synthetic


def write_all(folder: Path, results: Sequence[Result]) -> dict[str, bytes]:
    """Write every format and return its bytes."""
    folder.mkdir()
    write_csv(folder / "r.csv", csv_text(OF, results))
    write_xlsx(folder / "r.xlsx", run(*results), OF)
    write_parquet(folder / "r.parquet", run(*results), OF)
    write_json(folder / "r.json", run(*results), OF)
    return {f.name: f.read_bytes() for f in sorted(folder.iterdir())}


def test_the_same_results_are_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every format, on another day too."""
    first = write_all(tmp_path / "a", MANY)
    time.sleep(1.1)  # a workbook would note the second in which it was made
    assert write_all(tmp_path / "b", MANY) == first


def test_every_format_reads_back_the_same(tmp_path: Path) -> None:
    """csv, workbook, Parquet and JSON tell one story."""
    write_all(tmp_path / "a", [*MANY, EMPTY])
    plain = json.loads((tmp_path / "a" / "r.json").read_text(encoding="utf-8"))["results"]
    arrow = pq.read_table(tmp_path / "a" / "r.parquet").to_pylist()
    sheet = [{k: c.value for k, c in row.items()} for row in read_xlsx(tmp_path / "a" / "r.xlsx")]
    with (tmp_path / "a" / "r.csv").open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert arrow == plain
    assert len(plain) == len(sheet) == len(table) == 51
    for row, cells, line in zip(plain, sheet, table, strict=True):
        for name in columns(OF):
            value = row[name]
            cell = cells[name] if cells[name] is not None else ""  # a workbook keeps sixteen digits
            assert cell == (
                ""
                if value is None
                else pytest.approx(value, rel=1e-15)
                if isinstance(value, float)
                else value
            )
            assert line[name] == (
                "" if value is None else number_text(value) if isinstance(value, float) else str(value)
            )


def test_csv_begins_with_the_mark_that_excel_needs(tmp_path: Path) -> None:
    """Without it Excel reads Chinese as nonsense."""
    write_csv(tmp_path / "r.csv", csv_text(OF, [result()]))
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbfunit,")


def test_results_of_no_unit_are_valid_files(tmp_path: Path) -> None:
    """An empty run has headers and no rows."""
    files = write_all(tmp_path / "a", [])
    assert files["r.csv"].count(b"\n") == 1
    assert pq.read_table(tmp_path / "a" / "r.parquet").num_rows == 0


def test_a_workbook_has_a_sheet_for_each_level_and_one_for_the_run(tmp_path: Path) -> None:
    """Coarsest level first, and what made the results before it."""
    write_xlsx(tmp_path / "r.xlsx", run(result(), result(level="county", unit="K")), OF)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == ["run", "county", "school"]
    assert {row[0].value: row[1].value for row in book["run"].iter_rows()}["pack"] == "court@1.0.0"


@pytest.mark.parametrize("level", ["run", "Run", "history", "a" * 60])
def test_a_level_of_any_name_has_a_sheet(tmp_path: Path, level: str) -> None:
    """Excel keeps some names for itself and cuts long ones."""
    of = OF.model_copy(update={"levels": (OF.levels[0].model_copy(update={"id": level}),)})
    write_xlsx(tmp_path / "r.xlsx", run(result(level=level)), of)
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["run", "level 1"]
