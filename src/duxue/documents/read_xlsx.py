"""Read workbooks as text: each sheet a heading, each filled cell a block that knows its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import python_calamine as calamine

from duxue.core.text import Text
from duxue.core.workbook import Limits, column_letter, inspect_ods, inspect_xlsx
from duxue.documents import problems as say
from duxue.documents.build import Builder
from duxue.documents.model import Block

LIMITS = Limits(file_bytes=200 << 20, unpacked_bytes=1 << 30, cells=20_000_000)
_KIND = Text("Excel 或 ODS 工作簿", "an Excel or ODS workbook")
_TITLE = 200  # characters of a title line; a row of one cell is a title, a note or a unit line


def read_xlsx(path: Path, name: str, *, zipped: bool) -> tuple[str, tuple[Block, ...]]:
    """Return text and blocks of a workbook; Unfit when it would unpack or unfold beyond the limits."""
    if zipped:
        inspect: Callable[[Path, Limits], object] = (
            inspect_ods if path.suffix.lower() == ".ods" else inspect_xlsx
        )
        inspect(path, LIMITS)
    builder = Builder(name)
    try:
        with calamine.CalamineWorkbook.from_path(path) as workbook:
            for sheet in workbook.sheets_metadata:
                if (
                    sheet.typ == calamine.SheetTypeEnum.WorkSheet
                    and sheet.visible == calamine.SheetVisibleEnum.Visible
                ):
                    _read_sheet(workbook.get_sheet_by_name(sheet.name), sheet.name, builder)
    except calamine.PasswordError:
        raise say.encrypted(name) from None
    except (calamine.CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise say.damaged(name, str(error), _KIND) from None
    except BaseException as error:
        # A panic of the Rust library arrives as a BaseException of its own; anything else goes on.
        if type(error).__name__ != "PanicException":
            raise
        raise say.damaged(name, "unreadable", _KIND) from None
    return builder.finish()


def _read_sheet(sheet: calamine.CalamineSheet, title: str, builder: Builder) -> None:
    left = sheet.start[1] if sheet.start else 0
    started = False
    for line, values in enumerate(sheet.iter_rows(), start=1):
        cells = [
            (text, f"{title}!{column_letter(left + column)}{line}")
            for column, value in enumerate(values)
            if (text := _say(value))
        ]
        if not cells:
            continue
        if not started:
            builder.add(title, "heading", 2, place=title)
            started = True
        if len(cells) == 1 and 4 < len(cells[0][0]) <= _TITLE and not _is_number(cells[0][0]):
            builder.add(cells[0][0], "paragraph", place=cells[0][1])
        else:
            builder.add_row(cells)


def _say(value: Any) -> str:
    """Return a cell as a person reads it; whole numbers without a decimal point."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    return str(value).strip()


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()
