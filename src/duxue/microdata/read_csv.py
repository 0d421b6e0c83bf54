"""Read delimited text: the encoding is decided strictly, the separator from the first lines, and both are told."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
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
        wide = _strict(data, "utf-16", name)
        if not isinstance(wide, Problem) and "\0" in wide[0]:
            return say.damaged(name, "0x00 (UTF-32?)", _TEXT)
        return wide
    if b"\x00" in data:
        return say.damaged(name, f"0x00 @ {data.index(0)}", _TEXT)
    marked = data.startswith(codecs.BOM_UTF8)
    utf8 = _strict(data, "utf-8-sig" if marked else "utf-8", name)
    if not isinstance(utf8, Problem):
        return utf8
    lines = data.split(b"\n")
    chinese = [number for number, line in enumerate(lines, 1) if _is_chinese_utf8(line)]
    if chinese or marked:
        return _mixed(lines, chinese, name)
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
    likely = min(("utf-8", "gb18030", "big5"), key=lambda encoding: len(_misfits(lines, encoding)))
    return _strict(data, likely, name)


def _strict(data: bytes, encoding: str, name: str) -> tuple[str, str] | Problem:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return say.undecodable(name, line, data[min(error.start, len(data) - 1)], error.start)


def _is_chinese_utf8(line: bytes) -> bool:
    # Text of GB18030 or Big5 may pass for Latin or Greek in UTF-8, but hardly ever for a whole line with Chinese.
    try:
        return any(c >= "\u2e80" for c in line.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _misfits(lines: Sequence[bytes], encoding: str) -> list[int]:
    """Return the numbers, from 1, of the lines that are not written in an encoding."""
    found = []
    for number, line in enumerate(lines, 1):
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            found.append(number)
    return found


def _mixed(lines: Sequence[bytes], chinese: Sequence[int], name: str) -> Problem:
    """Return what is wrong with text that is UTF-8 in the lines `chinese`, and in others is not."""
    others = _misfits(lines, "utf-8")
    for encoding in ("gb18030", "big5"):
        if not _misfits([lines[number - 1] for number in others], encoding):
            utf8 = ("UTF-8", chinese)
            other = (encoding.upper(), others)
            few, most = (utf8, other) if 0 < len(chinese) < len(others) else (other, utf8)
            return say.two_encodings(name, few[1][0], few[0], len(few[1]), most[0])
    wrong = _strict(b"\n".join(lines), "utf-8", name)
    assert isinstance(wrong, Problem)  # other lines are none of UTF-8
    return wrong


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
