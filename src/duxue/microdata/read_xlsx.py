"""Read workbooks (.xlsx, .xlsm, .xls, .ods) with calamine: values only, macros and formulas are never run.

Two things calamine does not do are done before it opens a file: what would unpack or unfold beyond the limits is
refused, and the cells that hold a formula error (#REF! and its kin) or a formula that was never calculated are noted, for
calamine hands them over as empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import python_calamine as calamine

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.core.workbook import Area, Limits, Unfit, column_letter, inspect_ods, inspect_xlsx
from duxue.microdata import problems as say
from duxue.microdata.tables import FindHeader, Grid, Reading, Row, TableBuilder, cell_text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK = Text("Excel 或 ODS 工作簿", "an Excel or ODS workbook")
_ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")
# Excel keeps line breaks and other control characters as _x000A_
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_xlsx(path: Path, name: str, find_header: FindHeader, limits: Limits | None = None) -> Reading:
    """Read each visible sheet of a workbook as one table; `name` is how messages call the file."""
    limits = limits or Limits()
    reading = Reading()
    size = path.stat().st_size
    if size > limits.file_bytes:
        reading.problems.append(say.too_large(name, f"{size:,} bytes", f"{limits.file_bytes:,} bytes"))
        return reading
    with path.open("rb") as stream:
        start = stream.read(8)
    areas: dict[str, Area] = {}
    try:
        if start.startswith(b"PK"):
            inspect = inspect_ods if path.suffix.lower() == ".ods" else inspect_xlsx
            areas = inspect(path, limits)
        elif start == _OLE:
            if _ENCRYPTED_MARK in path.read_bytes():
                reading.problems.append(say.encrypted(name))
                return reading
            reading.problems.append(say.old_workbook(name))
        else:
            reading.problems.append(say.damaged(name, start.hex(" ") or "0 bytes", _WORKBOOK))
            return reading
        _read_sheets(path, name, find_header, limits, areas, reading)
    except Unfit as unfit:
        reading.problems.append(_tell(unfit, name))
    except calamine.PasswordError:
        reading.problems.append(say.encrypted(name))
    except (calamine.CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        reading.problems.append(say.damaged(name, str(error), _WORKBOOK))
    except BaseException as error:
        # A panic of the Rust library arrives as a BaseException of its own; anything else goes on.
        if type(error).__name__ != "PanicException":
            raise
        reading.problems.append(say.damaged(name, "unreadable", _WORKBOOK))
    return reading


def _tell(unfit: Unfit, name: str) -> Problem:
    match unfit.why:
        case "encrypted":
            return say.encrypted(name)
        case "too large":
            return say.too_large(name, unfit.found, unfit.limit)
        case "far cell":
            assert unfit.far is not None
            far = unfit.far
            return say.far_cell(name, unfit.sheet, far.ref, far.row, far.letters, far.area, far.limit)
        case "too wide":
            return say.too_wide(name, unfit.sheet, unfit.found, unfit.limit)
        case _:
            return say.damaged(name, unfit.found, _WORKBOOK, sheet=unfit.sheet)


def _read_sheets(
    path: Path, name: str, find_header: FindHeader, limits: Limits, areas: dict[str, Area], reading: Reading
) -> None:
    with calamine.CalamineWorkbook.from_path(path) as workbook:
        for sheet in workbook.sheets_metadata:
            if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != calamine.SheetVisibleEnum.Visible:
                reading.problems.append(say.hidden_sheet(name, sheet.name))
                continue
            _read_sheet(workbook, sheet.name, name, find_header, limits, areas.get(sheet.name), reading)


def _rows(sheet: calamine.CalamineSheet, area: Area | None) -> Iterator[Row]:
    pad = [None] * (sheet.start[1] if sheet.start else 0)
    errors = area.errors if area else {}
    line = 0
    for line, values in enumerate(sheet.iter_rows(), start=1):
        yield _with_errors([*pad, *map(cell_text, values)], errors.get(line, ()))
    for below in range(
        line + 1, max(errors, default=0) + 1
    ):  # rows that hold nothing else are not handed over
        yield _with_errors([], errors.get(below, ()))


def _with_errors(row: list[str | None], errors: Iterable[tuple[int, str]]) -> Row:
    for column, text in errors:
        row.extend([None] * (column + 1 - len(row)))
        row[column] = text
    return row


def _read_sheet(
    workbook: calamine.CalamineWorkbook,
    sheet_name: str,
    name: str,
    find_header: FindHeader,
    limits: Limits,
    area: Area | None,
    reading: Reading,
) -> None:
    grid = Grid.of(_rows(workbook.get_sheet_by_name(sheet_name), area))
    if not any(any(cell for cell in row) for row in grid.head):
        return
    index = find_header(grid.head, sheet_name)
    if index < 0:
        index = next(i for i, row in enumerate(grid.head) if any(row))
    builder = TableBuilder([_unescape(cell) for cell in grid.head[index]])
    if builder.width > limits.columns:
        found, limit = f"{builder.width:,} columns", f"{limits.columns:,} columns"
        reading.problems.append(say.too_wide(name, sheet_name, found, limit))
        return
    for line, row in grid.below(index):
        builder.add(line, row)  # notes to the right of a table are common in workbooks and do no harm
    if area and area.stale and area.formula:
        line, column = area.formula
        reading.problems.append(say.not_calculated(name, sheet_name, line, column_letter(column)))
    table = builder.finish(name, sheet_name, index + 1)
    if not table.rows:
        reading.problems.append(say.no_rows(name, sheet_name))
    reading.tables.append(table)


def _unescape(cell: str | None) -> str | None:
    return _ESCAPED.sub(_character, cell) if cell and "_x" in cell else cell


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return (
        match[0] if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)
    )  # halves of a pair are no characters
