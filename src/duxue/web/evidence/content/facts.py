"""What a file says about its own making: dates, and whether a picture tells where it was taken.

All of it can be set by anyone, so it is shown beside the time of the upload and never counts as proof.
"""

from __future__ import annotations

import datetime as dt
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from xml.etree import ElementTree

from duxue.core.errors import Refused
from duxue.web.evidence.content import ole
from duxue.web.evidence.content.kinds import Kind

if TYPE_CHECKING:
    from PIL.Image import Exif

Source = Literal["EXIF", "document created", "document modified", "PDF created", "PDF modified"]

_GPS, _EXIF = 0x8825, 0x8769
_EXIF_DATES = (
    (0x9003, 0x9011),
    (0x9004, 0x9012),
    (0x0132, 0x9010),
)  # original, digitised, changed; each with its zone
_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-])(\d\d)'?(\d\d)?)?")
_ZONE = re.compile(r"([+-])(\d\d):(\d\d)")
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)  # of FILETIME, in units of 100 ns
_CORE = 1 << 20


@dataclass(frozen=True, slots=True)
class OriginalDate:
    """A date that the file claims; without a zone where the file names none."""

    at: dt.datetime
    source: Source
    trusted: Literal[False] = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says about its making: its dates, and whether it holds a place on earth."""

    dates: tuple[OriginalDate, ...] = ()
    location: bool = False


def facts(path: Path, kind: Kind) -> Facts:
    """Return what the file says; what cannot be read is left out, for nothing depends on it.

    Parses what strangers wrote: the site asks `examine`, which calls this in a process of its own.
    """
    try:
        match kind.family:
            case "image":
                return _picture(path)
            case "docx" | "xlsx" | "pptx":
                return Facts(_office(path))
            case "xls":
                return Facts(_summary(ole.CompoundFile(path).read("\x05SummaryInformation")))
            case "pdf":
                return Facts(_pdf(path))
            case _:
                return Facts()
    except (Refused, zipfile.BadZipFile, zlib.error, ElementTree.ParseError, ole.NotOle, OSError, EOFError, ValueError, LookupError, NotImplementedError, RuntimeError, struct.error):  # fmt: skip
        return Facts()


def _picture(path: Path) -> Facts:
    from duxue.web.evidence.content.pictures import opened

    with opened(path, path.name) as picture:
        exif = picture.getexif()
        located = bool(exif.get_ifd(_GPS)) or b"exif:GPS" in _xmp(picture.info)
        return Facts(tuple(_exif_dates(exif)), located)


def _xmp(info: dict[str | tuple[int, int], object]) -> bytes:
    found = info.get("xmp") or info.get("XML:com.adobe.xmp") or b""
    return found if isinstance(found, bytes) else str(found).encode()


def _exif_dates(exif: Exif) -> list[OriginalDate]:
    inner = exif.get_ifd(_EXIF)
    for tag, zone in _EXIF_DATES:
        value, offset = inner.get(tag) or exif.get(tag), inner.get(zone)
        try:
            at = dt.datetime.strptime(str(value).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
        except ValueError:
            continue
        if match := _ZONE.fullmatch(str(offset).strip("\x00 ")):
            at = at.replace(tzinfo=_zone(*match.groups()))
        return [OriginalDate(at, "EXIF")]
    return []


def _office(path: Path) -> tuple[OriginalDate, ...]:
    with zipfile.ZipFile(path) as archive, archive.open("docProps/core.xml") as stream:
        data = stream.read(_CORE)
    if b"<!DOCTYPE" in data:
        return ()
    root = ElementTree.fromstring(data)  # noqa: S314 - no DOCTYPE, so no entities; size bounded
    dates = []
    for name, source in (("created", "document created"), ("modified", "document modified")):
        text = next((e.text for e in root.iter() if e.tag.endswith("}" + name)), None)
        if text:
            dates.append(OriginalDate(dt.datetime.fromisoformat(text.strip()), source))  # type: ignore[arg-type]
    return tuple(dates)


def _summary(data: bytes) -> tuple[OriginalDate, ...]:
    """Read created and saved from the property set of an OLE file ([MS-OLEPS] 2.21; properties 12 and 13)."""
    (start,) = struct.unpack_from("<L", data, 44)
    _, count = struct.unpack_from("<LL", data, start)
    dates: list[OriginalDate] = []
    for index in range(min(count, 100)):
        number, offset = struct.unpack_from("<LL", data, start + 8 + 8 * index)
        if number in (12, 13):
            kind, ticks = struct.unpack_from("<LQ", data, start + offset)
            if kind == 64 and ticks:
                at = _EPOCH + dt.timedelta(microseconds=min(ticks // 10, 1 << 58))
                dates.append(OriginalDate(at, "document created" if number == 12 else "document modified"))
    return tuple(dates)


def _pdf(path: Path) -> tuple[OriginalDate, ...]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            created, changed = (document.get_metadata_value(key) for key in ("CreationDate", "ModDate"))
    except pypdfium2.PdfiumError:
        return ()
    found: tuple[tuple[Source, dt.datetime | None], ...] = (
        ("PDF created", read_pdf_date(created)),
        ("PDF modified", read_pdf_date(changed)),
    )
    return tuple(OriginalDate(at, source) for source, at in found if at)


def read_pdf_date(text: str) -> dt.datetime | None:
    """Return the date of a PDF (ISO 32000-1, 7.9.4) with its zone when it has one; None when it is no date."""
    match = _PDF_DATE.match(text.strip())
    if not match:
        return None
    year, *rest = match.groups()[:6]
    month, day, hour, minute, second = (
        int(v) if v else d for v, d in zip(rest, (1, 1, 0, 0, 0), strict=True)
    )
    try:
        zone = dt.UTC if match[7] else _zone(match[8], match[9], match[10] or "00") if match[8] else None
        return dt.datetime(int(year), month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def _zone(sign: str, hours: str, minutes: str) -> dt.timezone:
    distance = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return dt.timezone(-distance if sign == "-" else distance)
