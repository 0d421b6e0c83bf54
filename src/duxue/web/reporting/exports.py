"""Tables as files: csv streamed row by row, xlsx written to disk first; nothing in them is run as a formula."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from duxue.core.text import safe_cell

FORMATS = ("csv", "xlsx")


class _Echo:
    def write(self, value: str) -> str:
        """Give back what the csv writer writes."""
        return value


def send(
    name: str, kind: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """Return a table as a download named `name`, as csv or xlsx."""
    plain = ([_cell(value) for value in row] for row in rows)
    if kind == "xlsx":
        return _workbook(name, [_cell(h) for h in head], plain)
    lines = _lines([_cell(h) for h in head], plain)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _cell(value: Any) -> Any:
    return value if isinstance(value, int | float) else safe_cell("" if value is None else str(value))


def _lines(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield "\ufeff"  # spreadsheets take the file for UTF-8 by it
    yield str(writer.writerow(head))
    for row in rows:
        yield str(writer.writerow(row))


def _workbook(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> FileResponse:
    from xlsxwriter import Workbook

    place = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = Workbook(place, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for n, row in enumerate((head, *rows)):
        sheet.write_row(n, 0, row)
    book.close()
    place.seek(0)
    return FileResponse(place, as_attachment=True, filename=f"{name}.xlsx")
