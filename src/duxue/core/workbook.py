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
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from duxue.core.ods_area import measure_ods
from duxue.core.sheet_area import Area, FarCell, NotASheet, column_index, column_letter, measure

__all__ = [
    "Area", "Limits", "Unfit", "column_index", "column_letter", "inspect_ods", "inspect_xlsx", "open_zip",
]  # fmt: skip

MAX_COLUMNS = 2000  # the widest official form has some hundred
MAX_CELLS = 200_000_000  # used area of one sheet

_PIECE = 1 << 22
_SMALL = 1 << 24  # parts that list sheets
_RATIO_FROM = 1 << 20  # parts below one MiB may shrink as well as they like
_TEXT_CHARACTERS = 1 << 31  # text that repeated references to shared strings may unfold to
_LONGEST_STRING = 32_767 * 8  # a cell of Excel holds 32,767 characters; up to six bytes each when escaped

_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]*)<")
_STRING_END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>")
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold before it is refused unread."""

    file_bytes: int = 1 << 30
    unpacked_bytes: int = 1 << 30
    unpacked_ratio: int = 200
    cells: int = MAX_CELLS
    columns: int = MAX_COLUMNS


class Unfit(Exception):  # noqa: N818 - carries a finding out of the inspection; a room says it in its own words
    """The file is not to be opened: why, what was found, and the limit, `sheet` or cell that it concerns."""

    def __init__(
        self,
        why: Literal["damaged", "encrypted", "too large", "too wide", "far cell"],
        found: str = "",
        limit: str = "",
        sheet: str = "",
        far: FarCell | None = None,
    ) -> None:
        """Keep the finding."""
        self.why, self.found, self.limit, self.sheet, self.far = why, found, limit, sheet, far
        super().__init__(why, found)


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
    for piece in _in_utf8(pieces):
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


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Return sheet name -> part, as the workbook lists them, and whether it asks to be calculated when opened."""
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
    settings = (e for e in roots[0].iter() if e.tag.endswith("}calcPr"))
    return parts, any(e.get("fullCalcOnLoad") in ("1", "true") for e in settings)


def inspect_xlsx(path: Path, limits: Limits) -> dict[str, Area]:
    """Return the area of each sheet; Unfit when the file would unpack or unfold beyond the limits."""
    with open_zip(path, limits) as archive:
        names = {n.lower(): n for n in archive.namelist()}
        longest = 0
        if shared := names.get("xl/sharedstrings.xml"):
            longest = _longest_string(_pieces(archive, shared, limits))
        areas = {}
        parts, uncalculated = _sheet_parts(archive)
        for sheet, part in parts.items():
            areas[sheet] = _measure(archive, part, sheet, longest, limits)
            areas[sheet].stale = uncalculated
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
    try:
        area = measure(_in_utf8(_pieces(archive, part, limits)), limits.cells)
    except NotASheet as error:
        raise Unfit("damaged", str(error), sheet=sheet) from error
    except FarCell as far:
        raise Unfit("far cell", far.area, far.limit, sheet, far) from far
    if (
        area.shared * longest > _TEXT_CHARACTERS
        and _unfolded(archive, part, longest, limits) > _TEXT_CHARACTERS
    ):
        raise Unfit("too large", f"> {_TEXT_CHARACTERS:,}", f"{_TEXT_CHARACTERS:,}")
    return area


def _in_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    # The strict parser reads UTF-16 as well; the library takes the bytes as they stand.
    for index, piece in enumerate(pieces):
        if not index and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
            raise Unfit("damaged", "UTF-16")
        yield piece


def _unfolded(archive: zipfile.ZipFile, part: str, longest: int, limits: Limits) -> int:
    """Return how many bytes of text the references to shared strings add up to."""
    shared = next(n for n in archive.namelist() if n.lower() == "xl/sharedstrings.xml")
    strings = _records(_pieces(archive, shared, limits), _STRING)
    lengths = [len(string) for string in strings]
    total = 0
    for row in _records(_pieces(archive, part, limits), _ROW):
        for value in _VALUE.findall(row):
            number = int(value) if value.isdigit() else -1
            total += lengths[number] if 0 <= number < len(lengths) else longest
    return total


def inspect_ods(path: Path, limits: Limits) -> dict[str, Area]:
    """Return the area of each sheet of an ODS file; Unfit when its repeated rows and cells unfold beyond the limits."""
    with open_zip(path, limits) as archive:
        if "content.xml" not in archive.namelist():
            raise Unfit("damaged", "content.xml")
        try:
            return measure_ods(_in_utf8(_pieces(archive, "content.xml", limits)), limits.cells)
        except NotASheet as error:
            raise Unfit("damaged", f"content.xml: {error}") from error
        except FarCell as far:
            raise Unfit("too wide", far.area, far.limit) from far
