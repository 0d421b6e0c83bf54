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
from pathlib import Path
from xml.etree import ElementTree

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.microdata import problems as say
from duxue.microdata.ods_area import measure_ods
from duxue.microdata.sheet_area import Area, FarCell, NotASheet, measure
from duxue.microdata.tables import Limits

_PIECE = 1 << 22
_SMALL = 1 << 24  # parts that list sheets
_RATIO_FROM = 1 << 20  # parts below one MiB may shrink as well as they like
_TEXT_CHARACTERS = 1 << 31  # text that repeated references to shared strings may unfold to
_LONGEST_STRING = 32_767 * 8  # a cell of Excel holds 32,767 characters; up to six bytes each when escaped

_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]*)<")
_STRING_END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>")
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
_WORKBOOK = Text("Excel 或 ODS 工作簿", "an Excel or ODS workbook")


class Refusal(Exception):  # noqa: N818 - carries a problem out of the inspection
    """The file is not to be opened."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem."""
        self.problem = problem
        super().__init__(problem.code)


def _open(path: Path, name: str, limits: Limits) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refusal(say.damaged(name, str(error), _WORKBOOK)) from error
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > 10_000 or total > limits.unpacked_bytes:
        archive.close()
        raise Refusal(
            say.too_large(
                name, f"{total:,} bytes, {len(entries):,} parts", f"{limits.unpacked_bytes:,} bytes"
            )
        )
    for entry in entries:
        if entry.flag_bits & 1:
            archive.close()
            raise Refusal(say.encrypted(name))
        if entry.file_size > _RATIO_FROM and entry.file_size > entry.compress_size * limits.unpacked_ratio:
            archive.close()
            ratio = entry.file_size // max(entry.compress_size, 1)
            raise Refusal(say.too_large(name, f"1 : {ratio:,}", f"1 : {limits.unpacked_ratio}"))
    return archive


def _pieces(archive: zipfile.ZipFile, part: str, name: str, limits: Limits) -> Iterator[bytes]:
    # The directory may lie about sizes, so the bytes are counted too.
    read = 0
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                read += len(piece)
                if read > limits.unpacked_bytes:
                    raise Refusal(
                        say.too_large(name, f"> {read:,} bytes", f"{limits.unpacked_bytes:,} bytes")
                    )
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
        raise Refusal(say.damaged(name, f"{part}: {error}", _WORKBOOK)) from error


def _records(pieces: Iterator[bytes], start: re.Pattern[bytes], name: str) -> Iterator[bytes]:
    """Yield what stands from one start tag to the next."""
    rest = b""
    for piece in _in_utf8(pieces, name):
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


def _sheet_parts(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, str], bool]:
    """Return sheet name -> part, as the workbook lists them, and whether it asks to be calculated when opened."""
    names = {n.lower(): n for n in archive.namelist()}
    book = names.get("xl/workbook.xml")
    links = names.get("xl/_rels/workbook.xml.rels")
    if not book or not links:
        raise Refusal(say.damaged(name, "xl/workbook.xml", _WORKBOOK))
    roots = []
    for part in (book, links):
        if archive.getinfo(part).file_size > _SMALL:
            raise Refusal(say.damaged(name, part, _WORKBOOK))
        try:
            data = archive.read(part)
            if b"<!DOCTYPE" in data:
                raise Refusal(say.damaged(name, f"{part}: DOCTYPE", _WORKBOOK))
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
            raise Refusal(say.damaged(name, f"{part}: {error}", _WORKBOOK)) from error
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


def inspect_xlsx(path: Path, name: str, limits: Limits) -> dict[str, Area]:
    """Return the area of each sheet; Refusal when the file would unpack or unfold beyond the limits."""
    with _open(path, name, limits) as archive:
        names = {n.lower(): n for n in archive.namelist()}
        longest = 0
        if shared := names.get("xl/sharedstrings.xml"):
            longest = _longest_string(_pieces(archive, shared, name, limits), name)
        areas = {}
        parts, uncalculated = _sheet_parts(archive, name)
        for sheet, part in parts.items():
            areas[sheet] = _measure(archive, part, name, sheet, longest, limits)
            areas[sheet].stale = uncalculated
        return areas


def _longest_string(pieces: Iterator[bytes], name: str) -> int:
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
            raise Refusal(say.too_large(name, f"> {rest:,}", f"{_LONGEST_STRING:,}"))
    if longest > _LONGEST_STRING * 8:  # fonts and colours inside a cell take room too
        raise Refusal(say.too_large(name, f"{longest:,}", f"{_LONGEST_STRING:,}"))
    return longest


def _measure(
    archive: zipfile.ZipFile, part: str, name: str, sheet: str, longest: int, limits: Limits
) -> Area:
    try:
        area = measure(_in_utf8(_pieces(archive, part, name, limits), name), limits.cells)
    except NotASheet as error:
        raise Refusal(say.damaged(name, str(error), _WORKBOOK, sheet=sheet)) from error
    except FarCell as far:
        raise Refusal(say.far_cell(name, sheet, far.ref, far.row, far.letters, far.area, far.limit)) from far
    if (
        area.shared * longest > _TEXT_CHARACTERS
        and _unfolded(archive, part, name, longest, limits) > _TEXT_CHARACTERS
    ):
        raise Refusal(say.too_large(name, f"> {_TEXT_CHARACTERS:,}", f"{_TEXT_CHARACTERS:,}"))
    return area


def _in_utf8(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    # The strict parser reads UTF-16 as well; the library takes the bytes as they stand.
    for index, piece in enumerate(pieces):
        if not index and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
            raise Refusal(say.damaged(name, "UTF-16", _WORKBOOK))
        yield piece


def _unfolded(archive: zipfile.ZipFile, part: str, name: str, longest: int, limits: Limits) -> int:
    """Return how many bytes of text the references to shared strings add up to."""
    shared = next(n for n in archive.namelist() if n.lower() == "xl/sharedstrings.xml")
    strings = _records(_pieces(archive, shared, name, limits), _STRING, name)
    lengths = [len(string) for string in strings]
    total = 0
    for row in _records(_pieces(archive, part, name, limits), _ROW, name):
        for value in _VALUE.findall(row):
            number = int(value) if value.isdigit() else -1
            total += lengths[number] if 0 <= number < len(lengths) else longest
    return total


def inspect_ods(path: Path, name: str, limits: Limits) -> dict[str, Area]:
    """Return the area of each sheet of an ODS file; Refusal when its repeated rows and cells unfold beyond the limits."""
    with _open(path, name, limits) as archive:
        if "content.xml" not in archive.namelist():
            raise Refusal(say.damaged(name, "content.xml", _WORKBOOK))
        try:
            return measure_ods(_in_utf8(_pieces(archive, "content.xml", name, limits), name), limits.cells)
        except NotASheet as error:
            raise Refusal(say.damaged(name, f"content.xml: {error}", _WORKBOOK)) from error
        except FarCell as far:
            raise Refusal(say.too_wide(name, "", far.area, far.limit)) from far
