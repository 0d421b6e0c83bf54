"""Read delimited text: the encoding is decided strictly, the separator from the first lines, and both are told."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

import charset_normalizer

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.core.workbook import Limits
from duxue.microdata import problems as say
from duxue.microdata.tables import FindHeader, Grid, Reading, Row, TableBuilder

CELL_CHARACTERS = 131_072  # longer cells come from a quotation mark that is never closed
DETECT_BYTES = 200_000  # enough text to tell GB18030 from Big5
MANY_PROBLEMS = 1000  # rows of wrong length told one by one; then the file is plainly not a table
_SIGNATURES = (
    (b"PK\x03\x04", Text("Excel 工作簿（.xlsx）或压缩包", "an Excel workbook (.xlsx) or a zip archive")),
    (
        b"\xd0\xcf\x11\xe0",
        Text("旧版 Excel（.xls）或加密的工作簿", "an old Excel file (.xls) or an encrypted workbook"),
    ),
    (b"%PDF", Text("PDF", "a PDF")),
    (b"PAR1", Text("Parquet", "a Parquet file")),
    (b"\x1f\x8b", Text("压缩文件（gzip）", "a compressed file (gzip)")),
)
_TEXT = Text("文本文件", "a text file")


def read_csv(path: Path, name: str, find_header: FindHeader, limits: Limits | None = None) -> Reading:
    """Read one file as one table; `name` is how messages call it."""
    limits = limits or Limits()
    reading = Reading()
    size = path.stat().st_size
    if size > limits.file_bytes:
        reading.problems.append(say.too_large(name, f"{size:,} bytes", f"{limits.file_bytes:,} bytes"))
        return reading
    data = path.read_bytes()
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            advice = Text(
                "请改用正确的扩展名，或另存为 CSV UTF-8。",
                "Give it its right ending, or save it as CSV UTF-8.",
            )
            reading.problems.append(say.damaged(name, kind.say("en"), _TEXT, advice))
            return reading
    decoded = decode(data, name)
    if isinstance(decoded, Problem):
        reading.problems.append(decoded)
        return reading
    text, encoding = decoded
    del data
    reading.encoding = encoding
    if encoding not in ("utf-8", "utf-8-sig"):
        reading.problems.append(say.encoding_used(name, encoding))
    if not text.strip():
        reading.problems.append(say.no_rows(name, ""))
        return reading
    _read_rows(text, name, encoding, find_header, limits, reading)
    return reading


def decode(data: bytes, name: str) -> tuple[str, str] | Problem:
    """Return the text and the encoding it was written in, or the problem with its line.

    UTF-8 is certain when it fits. What fits only GB18030 or only Big5 is that; what fits both is decided by
    charset_normalizer, and GB18030 wins when it does not know.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, "utf-16", name)
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data, "utf-8-sig", name)
    if b"\x00" in data:
        return say.damaged(name, f"0x00 @ {data.index(0)}", _TEXT)
    utf8 = _strict(data, "utf-8", name)
    if not isinstance(utf8, Problem):
        return utf8
    fits = [r for r in (_strict(data, e, name) for e in ("gb18030", "big5")) if not isinstance(r, Problem)]
    if len(fits) == 2:
        best = charset_normalizer.from_bytes(
            data[:DETECT_BYTES], cp_isolation=["gb18030", "big5"], enable_fallback=False
        ).best()
        if best is not None and best.encoding in ("big5", "cp950", "big5hkscs"):
            return fits[1]
        return fits[0]
    if fits:
        return fits[0]
    return utf8 if _mostly_utf8(data) else _strict(data, "gb18030", name)


def _strict(data: bytes, encoding: str, name: str) -> tuple[str, str] | Problem:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return say.undecodable(name, line, data[min(error.start, len(data) - 1)], error.start)


def _mostly_utf8(data: bytes) -> bool:
    # Whose byte is at fault? A file with a few broken characters is told where they are in UTF-8, not in GB18030.
    sample = data[:DETECT_BYTES].decode("utf-8", errors="replace")
    wide = sum(1 for c in sample if c > "\x7f")
    return wide > 0 and sample.count("\ufffd") * 10 < wide


def separator_of(text: str) -> str:
    """Return the separator among comma, semicolon and tab that cuts the first lines most often."""
    lines = [line for line in text[:65_536].splitlines()[:20] if line.strip()]
    best, best_score = ",", 0
    for mark in (",", "\t", ";"):
        score = sum(line.count(mark) for line in lines)
        if score > best_score:
            best, best_score = mark, score
    return best


def _lines(text: str) -> Iterator[str]:
    # Not io.StringIO: it would hold the text a second time, four bytes a character.
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


class _Records:
    """The records of a text; `read` is how many came whole, so that the one at fault can be named."""

    def __init__(self, text: str, separator: str) -> None:
        csv.field_size_limit(CELL_CHARACTERS)
        if "\n" not in text:  # line ends of old Macintosh files
            text = text.replace("\r", "\n")
        self._reader = csv.reader(_lines(text), delimiter=separator, strict=True)
        self.read = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._reader:
            self.read += 1
            yield [cell or None for cell in row]


def _read_rows(
    text: str, name: str, encoding: str, find_header: FindHeader, limits: Limits, reading: Reading
) -> None:
    records = _Records(text, separator_of(text))
    try:
        grid = Grid.of(records)
        index = find_header(grid.head, "")
        if index < 0:
            index = next((i for i, row in enumerate(grid.head) if any(row)), 0)
        builder = TableBuilder(grid.head[index])
        if builder.width > limits.columns:
            reading.problems.append(
                say.too_wide(name, "", f"{builder.width:,} columns", f"{limits.columns:,} columns")
            )
            return
        for line, row in grid.below(index):
            beyond = builder.add(line, row)
            if beyond:
                sample = say.shorten(" | ".join(str(cell) for cell in beyond), 40)
                reading.problems.append(say.extra_cells(name, "", line, len(row), builder.width, sample))
            elif len(row) < builder.width:
                reading.problems.append(say.short_row(name, line, len(row), builder.width))
            if len(reading.problems) > MANY_PROBLEMS:
                break
    except csv.Error as error:
        reading.problems.append(say.bad_quotes(name, records.read + 1, str(error)))
        return
    table = builder.finish(name, "", index + 1, encoding)
    if not table.rows:
        reading.problems.append(say.no_rows(name, ""))
    reading.tables.append(table)
