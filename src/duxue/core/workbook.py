"""Look into a zipped workbook before it is opened: how much it unpacks to, how far its sheets reach, which cells are errors.

A few kilobytes can promise a billion cells. All figures here are read from the zip directory and from one pass over
each sheet in pieces, so that a hostile file costs little and is refused with its reason.
"""

from __future__ import annotations

import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

MAX_COLUMNS = 2000  # the widest official form has some hundred
MAX_CELLS = 200_000_000  # used area of one sheet
_PIECE = 1 << 22
_SMALL = 1 << 24  # parts that list sheets
_RATIO_FROM = 1 << 20  # parts below one MiB may shrink as well as they like
_TEXT_CHARACTERS = 1 << 31  # text that repeated references to shared strings may unfold to
_LONGEST_STRING = 32_767 * 8  # a cell of Excel holds 32,767 characters; up to six bytes each when escaped

_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d{1,9})[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_LETTERS = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,5})\d")
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?=[^>]*\bt\s*=\s*[\"']e[\"'])[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d+)[\"'][^>]*>(.*?)</(?:\w+:)?c>",
    re.DOTALL,
)
_SHARED_CELL = re.compile(rb"\bt\s*=\s*[\"']s[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]*)<")
_STRING_END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>")
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
_REPEATED_ROWS = re.compile(rb"number-rows-repeated\s*=\s*[\"'](\d{1,12})[\"']")
_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_REPEATED_COLUMNS = re.compile(rb"number-columns-repeated\s*=\s*[\"'](\d{1,12})[\"']")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold before it is refused unread."""

    file_bytes: int = 1 << 30
    unpacked_bytes: int = 1 << 30
    unpacked_ratio: int = 200
    cells: int = MAX_CELLS
    columns: int = MAX_COLUMNS


@dataclass
class Area:
    """How far a sheet reaches, and its formula errors by row: (0-based column, text)."""

    rows: int = 0
    columns: int = 0
    errors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)


class Unfit(Exception):  # noqa: N818 - carries a finding out of the inspection; a room says it in its own words
    """The file is not to be opened: why, what was found, and the limit or `sheet` that it concerns."""

    def __init__(
        self,
        why: Literal["damaged", "encrypted", "too large", "too wide"],
        found: str = "",
        limit: str = "",
        sheet: str = "",
    ) -> None:
        """Keep the finding."""
        self.why, self.found, self.limit, self.sheet = why, found, limit, sheet
        super().__init__(why, found)


def column_letter(index: int) -> str:
    """Return the spreadsheet letters of a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the 0-based column of spreadsheet letters."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def open_zip(path: Path, limits: Limits) -> zipfile.ZipFile:
    """Open a zip archive (a workbook, a docx) whose directory stays within the limits; Unfit when it does not."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unfit("damaged", str(error)) from error
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > 10_000 or total > limits.unpacked_bytes:
        archive.close()
        raise Unfit(
            "too large", f"{total:,} bytes, {len(entries):,} parts", f"{limits.unpacked_bytes:,} bytes"
        )
    for entry in entries:
        if entry.flag_bits & 1:
            archive.close()
            raise Unfit("encrypted")
        if entry.file_size > _RATIO_FROM and entry.file_size > entry.compress_size * limits.unpacked_ratio:
            archive.close()
            ratio = entry.file_size // max(entry.compress_size, 1)
            raise Unfit("too large", f"1 : {ratio:,}", f"1 : {limits.unpacked_ratio}")
    return archive


def _pieces(archive: zipfile.ZipFile, part: str, limits: Limits) -> Iterator[bytes]:
    # The directory may lie about sizes, so the bytes are counted too.
    read = 0
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                read += len(piece)
                if read > limits.unpacked_bytes:
                    raise Unfit("too large", f"> {read:,} bytes", f"{limits.unpacked_bytes:,} bytes")
                yield piece
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        KeyError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Unfit("damaged", f"{part}: {error}") from error


def _records(pieces: Iterator[bytes], start: re.Pattern[bytes]) -> Iterator[bytes]:
    """Yield what stands from one start tag to the next."""
    rest = b""
    first = True
    for piece in pieces:
        if first and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
            raise Unfit("damaged", "UTF-16")
        first = False
        rest += piece
        marks = [m.start() for m in start.finditer(rest)]
        for begin, end in itertools.pairwise(marks):
            yield rest[begin:end]
        if marks:
            rest = rest[marks[-1] :]
        elif len(rest) > 1 << 26:
            rest = rest[-64:]
    if start.match(rest):
        yield rest


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet name -> part, as the workbook lists them."""
    names = {n.lower(): n for n in archive.namelist()}
    book = names.get("xl/workbook.xml")
    links = names.get("xl/_rels/workbook.xml.rels")
    if not book or not links:
        raise Unfit("damaged", "xl/workbook.xml")
    roots = []
    for part in (book, links):
        if archive.getinfo(part).file_size > _SMALL:
            raise Unfit("damaged", part)
        try:
            data = archive.read(part)
            if b"<!DOCTYPE" in data:
                raise Unfit("damaged", f"{part}: DOCTYPE")
            roots.append(ElementTree.fromstring(data))  # noqa: S314 - no DOCTYPE, so no entities; size bounded
        except (
            ElementTree.ParseError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            raise Unfit("damaged", f"{part}: {error}") from error
    targets = {
        e.get("Id", ""): e.get("Target", "") for e in roots[1].iter() if e.tag.endswith("}Relationship")
    }
    parts: dict[str, str] = {}
    for sheet in (e for e in roots[0].iter() if e.tag.endswith("}sheet")):
        link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        target = targets.get(link, "")
        full = (
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        )
        if full.lower() in names:
            parts[sheet.get("name", "")] = names[full.lower()]
    return parts


def inspect_xlsx(path: Path, limits: Limits) -> dict[str, Area]:
    """Return the area of each sheet; Unfit when the file would unpack or unfold beyond the limits."""
    with open_zip(path, limits) as archive:
        names = {n.lower(): n for n in archive.namelist()}
        longest = 0
        if shared := names.get("xl/sharedstrings.xml"):
            longest = _longest_string(_pieces(archive, shared, limits))
        areas = {}
        for sheet, part in _sheet_parts(archive).items():
            areas[sheet] = _measure(archive, part, sheet, longest, limits)
        return areas


def _longest_string(pieces: Iterator[bytes]) -> int:
    longest = 0
    rest = 0
    for piece in pieces:
        ends = [m.end() for m in _STRING_END.finditer(piece)]
        if ends:
            longest = max(longest, rest + ends[0], *(b - a for a, b in itertools.pairwise(ends)))
            rest = len(piece) - ends[-1]
        else:
            rest += len(piece)
        if rest > _PIECE * 4:
            raise Unfit("too large", f"> {rest:,}", f"{_LONGEST_STRING:,}")
    if longest > _LONGEST_STRING * 8:  # fonts and colours inside a cell take room too
        raise Unfit("too large", f"{longest:,}", f"{_LONGEST_STRING:,}")
    return longest


def _measure(archive: zipfile.ZipFile, part: str, sheet: str, longest: int, limits: Limits) -> Area:
    area = Area()
    line = 0
    shared = 0
    seen: set[bytes] = set()
    for row in _records(_pieces(archive, part, limits), _ROW):
        head = row[: row.find(b">") + 1]
        number = _ROW_NUMBER.search(head)
        line = int(number[1]) if number else line + 1
        area.rows = max(area.rows, line)
        cells = row.count(b"<c ") or len(_CELL.findall(row))
        letters = _LETTERS.findall(row, len(head))
        if fresh := set(letters) - seen:
            seen |= fresh
            area.columns = max(area.columns, *(column_index(x.decode().upper()) + 1 for x in fresh))
        area.columns = max(area.columns, cells)
        shared += len(_SHARED_CELL.findall(row)) if longest > 1000 else 0
        if b'"e"' in row or b"'e'" in row:
            for column, at, inside in _ERROR_CELL.findall(row):
                value = _VALUE.search(inside)
                text = value[1].decode("utf-8", "replace") if value else "#VALUE!"
                area.errors.setdefault(int(at), []).append((column_index(column.decode()), text))
        if area.rows * area.columns > limits.cells or area.rows > 2_000_000:
            found = f"{area.columns:,} x {area.rows:,}"
            raise Unfit("too wide", found, f"{limits.cells:,}", sheet)
    if shared * longest > _TEXT_CHARACTERS and _unfolded(archive, part, limits) > _TEXT_CHARACTERS:
        raise Unfit("too large", f"> {_TEXT_CHARACTERS:,}", f"{_TEXT_CHARACTERS:,}")
    return area


def _unfolded(archive: zipfile.ZipFile, part: str, limits: Limits) -> int:
    """Return how many bytes of text the references to shared strings add up to."""
    shared = next(n for n in archive.namelist() if n.lower() == "xl/sharedstrings.xml")
    strings = _records(_pieces(archive, shared, limits), _STRING)
    lengths = [len(string) for string in strings]
    total = 0
    for row in _records(_pieces(archive, part, limits), _ROW):
        for value in _VALUE.findall(row):
            if value.isdigit() and int(value) < len(lengths):
                total += lengths[int(value)]
    return total


def inspect_ods(path: Path, limits: Limits) -> dict[str, Area]:
    """Refuse an ODS file whose repeated rows and cells unfold beyond the limits."""
    start = re.compile(rb"<table:table-row\b")
    with open_zip(path, limits) as archive:
        if "content.xml" not in archive.namelist():
            raise Unfit("damaged", "content.xml")
        rows = columns = 0
        for row in _records(_pieces(archive, "content.xml", limits), start):
            width = filled = 0
            for attributes, _ in _ODS_CELL.findall(row):
                repeated = _REPEATED_COLUMNS.search(attributes)
                width += int(repeated[1]) if repeated else 1
                filled = width if b"office:value" in attributes or b"calcext" in attributes else filled
            if not filled and b"<text:p" in row:
                filled = width
            if not filled:
                continue
            repeated = _REPEATED_ROWS.search(row[: row.find(b">") + 1])
            rows += int(repeated[1]) if repeated else 1
            columns = max(columns, filled)
            if rows * columns > limits.cells or rows > 2_000_000:
                raise Unfit("too wide", f"{columns:,} x {rows:,}", f"{limits.cells:,}")
    return {}
