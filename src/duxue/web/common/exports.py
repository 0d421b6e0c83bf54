"""Tables as files, one way for the whole site: csv streamed row by row, workbooks written to disk; nothing in them is a formula.

A csv begins with the byte order mark by which spreadsheets take it for UTF-8, and its lines end as RFC 4180 has them. In a
workbook numbers are numbers and everything else is text.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from math import isfinite
from typing import IO, Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from duxue.core.text import safe_cell
from duxue.web.common.lang import Words, language

FORMATS = ("csv", "xlsx")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 32_000  # characters of a cell, below what spreadsheets take
_A3 = 8  # as workbooks number sizes of paper
Row = Sequence[Any]


class _Echo:
    def write(self, value: str) -> str:
        """Give back what the csv writer writes."""
        return value


def send(
    name: str, kind: str, head: Row, rows: Iterable[Row], *, formats: Sequence[str] = ()
) -> HttpResponseBase:
    """Return a table as a download: `name`.csv or `name`.xlsx, in the reader's language; `formats` as of `workbook`."""
    if kind == "xlsx":
        return send_workbook(name, workbook(head, rows, formats=formats))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    lines = csv_lines(head, rows)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def send_workbook(name: str, file: IO[bytes]) -> FileResponse:
    """Return a workbook as a download named `name`.xlsx."""
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=SHEET)


def csv_lines(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Yield a table as csv, line by line, its words in the language of the moment when it was asked for."""
    return _lines(_cells(language()), head, rows)


def _lines(cell: Callable[[Any], Any], head: Row, rows: Iterable[Row]) -> Iterator[str]:
    write = csv.writer(_Echo(), lineterminator="\r\n").writerow
    yield "\ufeff" + str(write([cell(value) for value in head]))
    for row in rows:
        yield str(write([cell(value) for value in row]))


def workbook(
    head: Row, rows: Iterable[Row], *, sheet: str = "", title: str = "", widths: Sequence[float] = (), formats: Sequence[str] = ()
) -> IO[bytes]:  # fmt: skip
    """Return a table as a workbook; one with a title is laid out to be printed, with borders and numbered pages.

    Args:
        head: of the columns.
        rows: below it; numbers are written as numbers.
        sheet: name of the sheet.
        title: above the table.
        widths: of the first columns, in characters.
        formats: of the numbers of the first columns, as workbooks write them (`0.00`); "" is the general one.
    """
    from xlsxwriter import Workbook

    cell, first = _cells(language()), 1 if title else 0
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response that sends it
    with Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet(sheet or None)
        page.freeze_panes(first + 1, 1)
        for n, width in enumerate(widths):
            page.set_column(n, n, width)
        look = {"border": 1, "text_wrap": True, "valign": "top"} if title else {}
        bold = {"bold": True, "valign": "vcenter", "bg_color": "#e8edf4"} if title else {"bold": True}
        plain, heading = book.add_format(look), book.add_format(look | bold)
        if title:
            page.set_landscape()
            page.set_paper(_A3)
            page.fit_to_pages(1, 0)
            page.repeat_rows(1)
            page.set_footer("&C&P / &N")
            page.write_string(0, 0, safe_cell(title), book.add_format({"bold": True, "font_size": 16}))
        figures = [book.add_format(look | {"num_format": one}) if one else plain for one in formats]
        for n, value in enumerate(head):
            page.write_string(first, n, str(cell(value)), heading)
        for line, row in enumerate(rows, first + 1):
            for n, value in enumerate(map(cell, row)):
                if isinstance(value, str):
                    page.write_string(line, n, value, plain)
                else:
                    page.write_number(line, n, value, figures[n] if n < len(figures) else plain)
    file.seek(0)
    return file


def _cells(spoken: str) -> Callable[[Any], str | int | float | Decimal]:
    """Return what makes a value a cell: a finite number stays one, everything else is disarmed text in the language."""

    def cell(value: Any) -> str | int | float | Decimal:
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and isfinite(value):
            return value
        text = value.say(spoken) if isinstance(value, Words) else "" if value is None else str(value)
        return safe_cell(text.replace("\r\n", "\n").replace("\r", "\n")[:_LONGEST])

    return cell
