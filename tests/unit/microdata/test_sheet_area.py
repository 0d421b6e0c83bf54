"""Worksheets written by hand: cells where no table reaches, errors and formulas without a value, broken numbering."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from duxue.core import workbook
from duxue.core.sheet_area import Area, FarCell, NotASheet, measure
from duxue.microdata.read_xlsx import read_xlsx

from .conftest import HEADER, UNITS, Read, only

MOST = 200_000_000
FIRST = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'


def sheet(rows: str, before: str = "") -> bytes:
    """A worksheet with these rows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return (
        f'<?xml version="1.0"?><worksheet {space}>{before}<sheetData>{rows}</sheetData></worksheet>'.encode()
    )


def scan(rows: str, before: str = "") -> Area:
    """The area of a worksheet, read in small pieces."""
    data = sheet(rows, before)
    return measure((data[i : i + 7] for i in range(0, len(data), 7)), MOST)


def with_sheet(rows: str, before: str = "") -> bytes:
    """A workbook whose one sheet, called school, holds these rows."""
    plain = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "school"
    book.save(plain)
    made = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            new.writestr(name, sheet(rows, before) if is_sheet else old.read(name))
    return made.getvalue()


# rows of the sheet -> the cell named, or part of what is told
FAR = {
    "the last cell of Excel": (FIRST + '<row r="2"><c r="XFD1048576"><v>1</v></c></row>', "XFD1048576"),
    "a column beyond Excel": (FIRST + '<row r="2"><c r="ZZZZZZ2"><v>1</v></c></row>', "ZZZZZZ2"),
    "one column beyond Excel": (FIRST + '<row r="2"><c r="XFE2"><v>1</v></c></row>', "XFE2"),
    "a row beyond Excel": (FIRST + '<row r="2"><c r="O4294967295"><v>1</v></c></row>', "O4294967295"),
    "a row number beyond Excel": (FIRST + '<row r="9999999999"><c><v>1</v></c></row>', "9999999999"),
    "no row at all": ('<c r="XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c>', "XFD1048576"),
    "a quoted > before the reference": ('<row r="1"><c s=">" r="XFD1048576"><v>1</v></c></row>', "XFD1048576"),
    "a prefix": ('<x:row xmlns:x="y"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>', "XFD1048576"),
    "behind a comment": ('<!-- <c x=" --><row r="1"><c r="XFD1048576" s="1"><v>1</v></c></row>', "XFD1048576"),
    "inline text": (FIRST + '<row r="2"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>', "XFD1048576"),
    "a formula without a value": (FIRST + '<row r="2"><c r="XFD1048576"><f>A1</f></c></row>', "XFD1048576"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAR)
def test_a_cell_where_no_table_reaches_is_named_before_anything_is_allocated(
    case: str, tmp_path: Path
) -> None:
    rows, ref = FAR[case]
    with pytest.raises(FarCell) as far:
        scan(rows)
    assert ref in far.value.ref
    path = tmp_path / "school.xlsx"
    path.write_bytes(with_sheet(rows))
    (problem,) = read_xlsx(path, "school.xlsx", lambda *_: 0).problems
    assert problem.code == "DATA011"
    assert ref in problem.what.zh
    assert ref in problem.what.en
    assert problem.place.sheet == "school"


def test_reading_a_far_cell_takes_little_memory(tmp_path: Path) -> None:
    """Under a limit that the empty rectangle would pass many times over; without the refusal the process is killed."""
    pytest.importorskip("resource")
    path = tmp_path / "school.xlsx"
    path.write_bytes(with_sheet(FAR["the last cell of Excel"][0]))
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from duxue.microdata.read_xlsx import read_xlsx\n"
        "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "print(read_xlsx(Path(sys.argv[1]), 'x', lambda *_: 0).problems[0].code)\n"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "DATA011", done.stderr


def test_empty_formatted_cells_and_a_lying_dimension_take_no_room() -> None:
    area = scan(
        FIRST + '<row r="1048576"><c r="XFD1048576" s="1"/></row>', '<dimension ref="A1:XFD1048576"/>'
    )
    assert (area.rows, area.columns, area.filled) == (1, 2, 2)


def test_a_long_column_and_a_wide_row_are_no_fault() -> None:
    """A stray note far down or far right is common; only an almost empty rectangle beyond reason is refused."""
    assert scan(FIRST + '<row r="1048576"><c r="B1048576"><v>1</v></c></row>').rows == 1_048_576
    assert scan(FIRST + '<row r="2"><c r="XFD2"><v>1</v></c></row>').columns == 16_384


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="0"><c><v>1</v></c></row>',
        '<row r="x"><c><v>1</v></c></row>',
        '<row r="1"><c r="$A$1"><v>1</v></c></row>',
        '<row r="1"><c r="12"><v>1</v></c></row>',
        '<row r="1"><c r="A"><v>1</v></c></row>',
        '<row r="1"><c s="<row >" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1">',
    ],
)
def test_wrong_numbering_and_broken_xml_are_refused(rows: str) -> None:
    with pytest.raises(NotASheet):
        scan(rows)


def test_a_document_type_is_refused() -> None:
    bomb = b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    with pytest.raises(NotASheet, match="DOCTYPE"):
        measure([bomb], MOST)


ERROR_CELLS = (
    '<row r="1"><c t="inlineStr"><is><t>年份</t></is></c><c t="inlineStr"><is><t>学校代码</t></is></c>'
    '<c t="inlineStr"><is><t>学段</t></is></c><c t="inlineStr"><is><t>在校生数</t></is></c>'
    '<c t="inlineStr"><is><t>教学仪器设备值</t></is></c></row>'
    '<row r="2"><c><v>2023</v></c><c t="inlineStr"><is><t>S1</t></is></c><c t="inlineStr"><is><t>小学</t></is></c>'
    "{pupils}{equipment}</row>"
)


@pytest.mark.parametrize(
    ("pupils", "equipment", "code", "letter", "found"),
    [
        ("<c><v>12</v></c>", '<c t="e"><v>#DIV/0!</v></c>', "DATA037", "E", "#DIV/0!"),
        ("<c><v>12</v></c>", '<c r="E2" t="e"><v>#REF!</v></c>', "DATA037", "E", "#REF!"),
        ('<c t="e"/>', "<c><v>1</v></c>", "DATA037", "D", "#VALUE!"),
        ("<c><v>12</v></c>", "<c><f>SUM(A1:B1)</f></c>", "DATA039", "E", "=SUM(A1:B1)"),
        ("<c><v>12</v></c>", "<c><f>SUM(A1:B1)</f><v></v></c>", "DATA039", "E", "=SUM(A1:B1)"),
        ('<c><f t="shared" si="0"/><v/></c>', "<c><v>1</v></c>", "DATA039", "D", "="),
    ],
)
def test_cells_without_a_usable_value_are_told(
    pupils: str, equipment: str, code: str, letter: str, found: str, read: Read
) -> None:
    """With or without references of their own; none passes for an empty cell."""
    book = with_sheet(ERROR_CELLS.format(pupils=pupils, equipment=equipment))
    problem = only(read({"unit.csv": UNITS, "school.xlsx": book}), code)
    assert problem.severity == "error"
    assert (problem.place.row, problem.place.cell_column[0], problem.found) == (2, letter, found)


def test_a_row_of_nothing_but_uncalculated_formulas_is_not_lost(read: Read) -> None:
    """The library does not hand such rows over at the end of a sheet."""
    rows = ERROR_CELLS.format(pupils="<c><v>12</v></c>", equipment="<c><v>1</v></c>")
    rows += '<row r="5"><c r="D5"><f>D2*2</f></c></row>'
    problem = only(read({"unit.csv": UNITS, "school.xlsx": with_sheet(rows)}), "DATA039")
    assert problem.place.row == 5


def test_a_formula_whose_stored_result_is_an_empty_text_is_empty(read: Read) -> None:
    rows = ERROR_CELLS.format(pupils="<c><v>12</v></c>", equipment='<c t="str"><f>IF(1,"")</f><v></v></c>')
    draft = read({"unit.csv": UNITS, "school.xlsx": with_sheet(rows)})
    assert draft.ok
    assert draft.tables["school"].column("equipment").to_pylist() == [None]


def test_formulas_that_openpyxl_wrote_are_told(read: Read) -> None:
    """It stores formulas without their results."""
    row = ["2023", "S1", "小学", "=6+6", 1, "是", None]
    draft = read({"unit.csv": UNITS, "school.xlsx": {"S": [HEADER.strip().split(","), row]}})
    assert only(draft, "DATA039").found == "=6+6"


# --- ODS ----------------------------------------------------------------------------------------------------------------
SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ("office", "table", "text")
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
HEAD = "".join(
    f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>'
    for name in HEADER.strip().split(",")[:5]
)
CELLS = "".join(
    f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    for text in ("2023", "S1", "小学")
)


def ods(rows: str) -> bytes:
    """An ODS workbook whose one sheet, called school, holds these rows below the header."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {SPACES} {CALC}><office:body><office:spreadsheet>'
            f'<table:table table:name="school"><table:table-row>{HEAD}</table:table-row>{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("cell", "code", "found"),
    [
        ('table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"',
         "DATA037", "#DIV/0!"),
        ('table:formula="of:=1/0" office:value-type="float" office:value="0"', "DATA037", "#DIV/0!"),
        ('table:formula="of:=A1*2"', "DATA039", "=A1*2"),
    ],
)  # fmt: skip
def test_an_ods_cell_without_a_usable_value_is_told(cell: str, code: str, found: str, read: Read) -> None:
    """The library hands such a cell over as empty, or as the 0 that is stored with the error."""
    shown = "<text:p>#DIV/0!</text:p>" if code == "DATA037" else ""
    row = f"<table:table-row>{CELLS}<table:table-cell {cell}>{shown}</table:table-cell></table:table-row>"
    problem = only(read({"unit.csv": UNITS, "school.ods": ods(row)}), code)
    assert (problem.place.sheet, problem.place.row, problem.place.cell_column[0]) == ("school", 2, "D")
    assert problem.found == found


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row table:number-rows-repeated="99999999">{}</table:table-row>',
        "<table:table-row x='>' table:number-rows-repeated='99999999'>{}</table:table-row>",
        '<t:table-row xmlns:t="u" t:number-rows-repeated="99999999">{}</t:table-row>',
        '<table:table-row><table:table-cell table:number-columns-repeated="4000000000"/>{}</table:table-row>',
    ],
)
def test_ods_rows_and_cells_that_repeat_without_end_are_refused(row: str, read: Read) -> None:
    full = (
        '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
    )
    assert (
        only(read({"unit.csv": UNITS, "school.ods": ods(row.format(full))}), "DATA011").place.file
        == "school.ods"
    )


def test_empty_ods_rows_that_repeat_to_the_end_are_no_fault(read: Read) -> None:
    """Every ODS sheet ends with them."""
    twelve = (
        '<table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>'
    )
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = (
        f"<table:table-row>{CELLS}{twelve}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048570">{empty}</table:table-row>'
    )
    draft = read({"unit.csv": UNITS, "school.ods": ods(rows)})
    assert draft.ok
    assert draft.tables["school"].column("pupils").to_pylist() == [12]


def test_an_old_workbook_is_read_with_a_warning(read: Read) -> None:
    """Its error cells cannot be told from empty ones."""
    draft = read({"unit.csv": UNITS, "school.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600})
    assert only(draft, "DATA017").severity == "warning"


def test_many_references_to_one_text_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of 900 characters, told 2,500 times, unfolds to more than a limit of two million characters."""
    monkeypatch.setattr(workbook, "_TEXT_CHARACTERS", 2_000_000)
    path = tmp_path / "school.xlsx"
    one_row = "<row>" + '<c t="s"><v>0</v></c>' * 500 + "</row>"
    text = '<?xml version="1.0"?><sst xmlns="x"><si><t>' + "x" * 900 + "</t></si></sst>"
    book = with_sheet(one_row * 5)
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "xl/sharedStrings.xml":
                new.writestr(name, old.read(name))
        new.writestr("xl/sharedStrings.xml", text)
    (problem,) = read_xlsx(path, "school.xlsx", lambda *_: 0).problems
    assert problem.code == "DATA004"


def test_formulas_that_a_program_exported_are_warned_of(read: Read, tmp_path: Path) -> None:
    """It stores 0 with each formula and asks the spreadsheet program to calculate; without formulas nothing is said."""
    path = tmp_path / "made.xlsx"
    for formula in (True, False):
        book = xlsxwriter.Workbook(path)
        sheet_ = book.add_worksheet("school")
        sheet_.write_row(0, 0, HEADER.strip().split(","))
        sheet_.write_row(1, 0, ["2023", "S1", "小学"])
        if formula:
            sheet_.write_formula(1, 3, "=6+6")
        else:
            sheet_.write_number(1, 3, 12)
        book.close()
        draft = read({"unit.csv": UNITS, "school.xlsx": path.read_bytes()})
        if formula:
            problem = only(draft, "DATA018")
            assert (problem.severity, problem.place.row, problem.place.cell_column) == ("warning", 2, "D")
        else:
            assert draft.problems == ()
