"""Raw tables: what stands in a sheet before anything is known about it. Every cell is text; None is an empty cell.

Text is the common ground of csv, workbooks and parquet: a number cell 370102 is '370102', a true cell 'TRUE', a date
its ISO form, a formula error '#REF!'. `duxue.microdata.values` turns text into typed values in one place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from duxue.core.errors import Problem

HEADER_WITHIN = 10  # a title, a year and a unit line may stand above the header; more is not a table
HEADER_CHARACTERS = 200  # a longer text in the header row is no name
CHUNK_ROWS = 8192  # rows held as Python objects at one time

Row = Sequence[str | None]
FindHeader = Callable[
    [Sequence[Row], str], int
]  # first rows and sheet name -> index of the header row, -1 if none


@dataclass(frozen=True)
class RawTable:
    """One sheet: its header and its columns of text; `lines` holds each row's 1-based place in the sheet."""

    file: str
    sheet: str
    header_row: int  # 1-based; 0: names are not a row of the sheet (parquet)
    header: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]  # of string, as many as header
    lines: pa.Array  # int32
    encoding: str = ""

    @property
    def rows(self) -> int:
        """Number of rows below the header."""
        return len(self.lines)


@dataclass
class Reading:
    """What came out of one file: its tables and what is wrong with it."""

    tables: list[RawTable] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    encoding: str = ""


def cell_text(value: Any) -> str | None:
    """Return a workbook cell as text: whole numbers without `.0`, doubles by their shortest form, dates as ISO."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def is_blank(row: Row) -> bool:
    """Whether no cell of a row holds anything to see."""
    return not any(cell is not None and (cell and not cell.isspace()) for cell in row)


class TableBuilder:
    """Collects rows in chunks of columns, so that only one chunk at a time lives as Python objects."""

    def __init__(self, header: Sequence[str | None]) -> None:
        """Start a table with these headers; empty headers at the right end are no columns."""
        names = [" ".join((name or "")[:HEADER_CHARACTERS].replace("\0", "").split()) for name in header]
        while names and not names[-1]:
            names.pop()
        self.header = tuple(names)
        self.width = len(names)
        self._rows: list[tuple[str | None, ...]] = []
        self._lines: list[int] = []
        self._chunks: list[list[pa.Array]] = [[] for _ in names]
        self._line_chunks: list[pa.Array] = []

    def add(self, line: int, row: Row) -> Sequence[str | None]:
        """Add a row; return the cells that stand right of the header's last column and are not blank."""
        width = self.width
        beyond: Sequence[str | None] = ()
        if len(row) > width:
            beyond = [cell for cell in row[width:] if cell and not cell.isspace()]
            row = row[:width]
        elif len(row) < width:
            row = (*row, *([None] * (width - len(row))))
        self._rows.append(tuple(row))
        self._lines.append(line)
        if len(self._rows) >= CHUNK_ROWS:
            self._flush()
        return beyond

    def _flush(self) -> None:
        if not self._rows:
            return
        for chunks, column in zip(self._chunks, zip(*self._rows, strict=True), strict=True):
            chunks.append(pa.array(column, pa.string()))
        self._line_chunks.append(pa.array(self._lines, pa.int32()))
        self._rows, self._lines = [], []

    def finish(self, file: str, sheet: str, header_row: int, encoding: str = "") -> RawTable:
        """Return the table."""
        self._flush()
        columns = tuple(pa.chunked_array(chunks, pa.string()) for chunks in self._chunks)
        lines = pa.concat_arrays(self._line_chunks) if self._line_chunks else pa.array([], pa.int32())
        return RawTable(file, sheet, header_row, self.header, columns, lines, encoding)


@dataclass
class Grid:
    """A sheet as a stream of rows, of which the first few have been looked at."""

    head: list[Row]
    rest: Iterator[Row]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Grid:
        """Take the first rows off a stream."""
        stream = iter(rows)
        head: list[Row] = []
        for row in stream:
            head.append(row)
            if len(head) >= HEADER_WITHIN:
                break
        return cls(head, stream)

    def below(self, header_index: int) -> Iterator[tuple[int, Row]]:
        """Yield (1-based line, row) of what stands below the header, blank rows left out."""
        line = header_index + 2
        for part in (self.head[header_index + 1 :], self.rest):
            for row in part:
                if not is_blank(row):
                    yield line, row
                line += 1
