"""Recognise what a file is by its content alone, and refuse what is no evidence, or is not what its name says."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from duxue.core.errors import Refused
from duxue.core.text import Text, same
from duxue.documents.decode import decode
from duxue.web.evidence.content import ole
from duxue.web.evidence.content import problems as say
from duxue.web.evidence.content.archives import PROGRAMS
from duxue.web.evidence.content.names import ending

Family = Literal["pdf", "docx", "xlsx", "xls", "ods", "pptx", "image", "text", "csv", "zip", "video"]

FILE_BYTES = 200 << 20
TEXT_BYTES = 50 << 20
ACCEPTED: frozenset[Family] = frozenset(
    {"pdf", "docx", "xlsx", "xls", "ods", "pptx", "image", "text", "csv", "zip"}
)  # "video" only where a round asks for it


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is: its media type, the family by which it is shown, and the ending its name should have."""

    media_type: str
    family: Family
    extension: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_PDF = Kind("application/pdf", "pdf", "pdf")
_ZIP = Kind("application/zip", "zip", "zip")
_XLS = Kind("application/vnd.ms-excel", "xls", "xls")
_ODS = Kind("application/vnd.oasis.opendocument.spreadsheet", "ods", "ods")
_MP4 = Kind("video/mp4", "video", "mp4")
_TEXT = Kind("text/plain", "text", "txt")
_CSV = Kind("text/csv", "csv", "csv")
_HEIC = Kind("image/heic", "image", "heic")
_PICTURES = (
    (b"\xff\xd8\xff", Kind("image/jpeg", "image", "jpg")),
    (b"\x89PNG\r\n\x1a\n", Kind("image/png", "image", "png")),
)
_WEBP = Kind("image/webp", "image", "webp")
# The type of the main part, as [Content_Types].xml names it, and the ending that goes with it.
_MAIN: dict[str, Kind] = {
    f"{_OFFICE}wordprocessingml.document.main+xml": Kind(f"{_OFFICE}wordprocessingml.document", "docx", "docx"),
    f"{_OFFICE}wordprocessingml.template.main+xml": Kind(f"{_OFFICE}wordprocessingml.template", "docx", "dotx"),
    "application/vnd.ms-word.document.macroEnabled.main+xml": Kind("application/vnd.ms-word.document.macroEnabled.12", "docx", "docm"),
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml": Kind("application/vnd.ms-word.template.macroEnabled.12", "docx", "dotm"),
    f"{_OFFICE}spreadsheetml.sheet.main+xml": Kind(f"{_OFFICE}spreadsheetml.sheet", "xlsx", "xlsx"),
    f"{_OFFICE}spreadsheetml.template.main+xml": Kind(f"{_OFFICE}spreadsheetml.template", "xlsx", "xltx"),
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": Kind("application/vnd.ms-excel.sheet.macroEnabled.12", "xlsx", "xlsm"),
    "application/vnd.ms-excel.template.macroEnabled.main+xml": Kind("application/vnd.ms-excel.template.macroEnabled.12", "xlsx", "xltm"),
    f"{_OFFICE}presentationml.presentation.main+xml": Kind(f"{_OFFICE}presentationml.presentation", "pptx", "pptx"),
    f"{_OFFICE}presentationml.slideshow.main+xml": Kind(f"{_OFFICE}presentationml.slideshow", "pptx", "ppsx"),
    "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml": Kind("application/vnd.ms-powerpoint.presentation.macroEnabled.12", "pptx", "pptm"),
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml": Kind("application/vnd.ms-powerpoint.slideshow.macroEnabled.12", "pptx", "ppsm"),
}  # fmt: skip
_SAME_ENDING = {
    "jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "heif": "heic", "tsv": "csv", "text": "txt", "log": "txt", "md": "txt", "m4v": "mp4",
    "et": "xls", "wps": "docx",
}  # fmt: skip
_PROGRAMS = (
    (b"MZ", "EXE"), (b"\x7fELF", "ELF"), (b"\xfe\xed\xfa\xce", "Mach-O"), (b"\xfe\xed\xfa\xcf", "Mach-O"), (b"\xce\xfa\xed\xfe", "Mach-O"),
    (b"\xcf\xfa\xed\xfe", "Mach-O"), (b"\xca\xfe\xba\xbe", "Java"), (b"dex\n", "DEX"), (b"\x00asm", "WebAssembly"), (b"L\x00\x00\x00\x01\x14\x02\x00", "LNK"),
    (b"#!", "#!"), (b"CWS", "SWF"), (b"FWS", "SWF"), (b"ITSF", "CHM"), (b"MSCF", "CAB"),
)  # fmt: skip
_OTHER = (
    (b"GIF87a", "GIF"), (b"GIF89a", "GIF"), (b"BM", "BMP"), (b"II*\x00", "TIFF"), (b"MM\x00*", "TIFF"), (b"{\\rtf", "RTF"), (b"\x1f\x8b", "gzip"),
    (b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"PAR1", "Parquet"), (b"SQLite format", "SQLite"),
    (b"%!PS", "PostScript"), (b"OggS", "Ogg"), (b"ID3", "MP3"), (b"\x1aE\xdf\xa3", "Matroska"), (b"\x00\x00\x01\x00", "ICO"),
)  # fmt: skip
_PAGE = re.compile(
    rb"<(?:!doctype\s|html[\s>]|head[\s>]|body[\s>]|script[\s>]|iframe[\s>]|\?php\s)", re.IGNORECASE
)
_MARKUP = re.compile(
    r"\s*<(?:\?xml|!--|!doctype|html|head|body|svg|script|\?php|[a-z]+:[a-z]+\s+xmlns)", re.IGNORECASE
)
_MHTML = re.compile(r"(?:mime-version|content-type):[^\n]*\n", re.IGNORECASE)
_SCRIPT = re.compile(
    r"\s*(?:@echo\s|<%|#!|function\s+\w+\s*\(.*\{|\[(?:autorun|internetshortcut)\])", re.IGNORECASE
)
_LOCKED_PDF = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_TAIL = 66_000  # an end record of a zip may be followed by a comment of 65,535 bytes
_HEAD = 4096


def recognise(path: Path, claimed_name: str, *, accepted: AbstractSet[Family] = ACCEPTED) -> Kind:
    """Return what the file is; the claimed name only decides between text and csv, which no byte tells apart.

    Raises:
        Refused: EVID001 to EVID009 with what the name says, what was found and how to mend it.
    """
    try:
        size = path.stat().st_size
        if size == 0:
            raise say.refuse("EVID001", claimed_name)
        if size > FILE_BYTES:
            raise say.refuse(
                "EVID002",
                claimed_name,
                found=f"{size:,} bytes",
                expected=say.at_most(f"{FILE_BYTES:,} bytes"),
            )
        kind = _Recognition(path, claimed_name, size).run()
    except OSError as error:
        raise say.refuse("EVID009", claimed_name, found=error.strerror or "") from None
    if kind.family not in accepted:
        raise say.refuse("EVID003", claimed_name, found=kind.extension, expected=say.ACCEPTED)
    said = ending(claimed_name)
    if said and _SAME_ENDING.get(said, said) != kind.extension and not _also(said, kind):
        raise say.refuse(
            "EVID004",
            claimed_name,
            found=f".{said} ≠ {kind.extension} ({kind.media_type})",
            expected=same(f".{kind.extension}"),
        )
    return kind


def _also(said: str, kind: Kind) -> bool:
    # A workbook with macros under the name of one without is a trap, so only these pairs are the same thing.
    return (said, kind.extension) in {("docx", "dotx"), ("xlsx", "xltx"), ("pptx", "ppsx"), ("xlt", "xls")}


class _Recognition:
    def __init__(self, path: Path, name: str, size: int) -> None:
        self.path, self.name, self.size = path, name, size
        with path.open("rb") as stream:
            self.head = stream.read(_HEAD)
            stream.seek(max(0, size - _TAIL))
            self.tail = stream.read()

    def refused(self, code: str, found: str = "", expected: Text = say.NONE) -> Refused:
        return say.refuse(code, self.name, found=found, expected=expected)

    def run(self) -> Kind:
        if self.head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
            return self.zipped()
        first = self.first_sight()
        if self.ends_as_zip():
            raise self.refused("EVID008", f"{first} + zip")
        if b"%PDF-" in self.head[:1032] and not self.head.startswith(b"%PDF-"):
            raise self.refused("EVID008", f"{first} + PDF")
        if self.head.startswith(b"%PDF-"):
            return self.pdf()
        if self.head.startswith(ole.SIGNATURE):
            return self.compound()
        if picture := self.picture():
            return picture
        # A text may begin with the letters of a signature (MZ, BM); without a NUL it is left to be read as text.
        binary = b"\x00" in self.head
        for signature, found in _PROGRAMS:
            if self.head.startswith(signature) and (binary or signature == b"#!"):
                raise self.refused("EVID005", found)
        for signature, found in _OTHER:
            if self.head.startswith(signature) and (binary or signature in (b"{\\rtf", b"%!PS")):
                raise self.refused("EVID003", found, say.ACCEPTED)
        if self.head[4:8] == b"ftyp":
            return self.media()
        return self.text()

    def first_sight(self) -> str:
        signatures = [
            (b"%PDF-", "PDF"),
            (ole.SIGNATURE, "OLE"),
            *((s, k.extension) for s, k in _PICTURES),
            *_PROGRAMS,
            *_OTHER,
        ]
        return next((found for signature, found in signatures if self.head.startswith(signature)), "?")

    def ends_as_zip(self) -> bool:
        """Whether a zip directory with its end record lies at the end, as programs find that read archives from behind."""
        at = self.tail.rfind(b"PK\x05\x06")
        if at < 0 or len(self.tail) - at < 22:
            return False
        length = int.from_bytes(self.tail[at + 12 : at + 16], "little")
        start = self.size - len(self.tail) + at - length
        if start < 0:
            return False
        with self.path.open("rb") as stream:
            stream.seek(start)
            return stream.read(4) == b"PK\x01\x02" or length == 0

    def pdf(self) -> Kind:
        if _PAGE.search(self.head[:1032]) or _PAGE.search(self.tail[-_HEAD:].rpartition(b"%%EOF")[2]):
            raise self.refused("EVID008", "PDF + HTML")
        if b"startxref" not in self.tail:
            raise self.refused("EVID009", "PDF: startxref ?")
        if _LOCKED_PDF.search(outside_streams(self.path.read_bytes())):
            raise self.refused("EVID007", "/Encrypt")
        return _PDF

    def picture(self) -> Kind | None:
        kind = next((k for signature, k in _PICTURES if self.head.startswith(signature)), None)
        if self.head[:4] == b"RIFF" and self.head[8:12] == b"WEBP":
            kind = _WEBP
        if kind and (page := _PAGE.search(self.path.read_bytes())):
            raise self.refused("EVID008", f"{kind.extension} + {page[0].decode('latin-1')}")
        return kind

    def media(self) -> Kind:
        brand = self.head[8:12]
        if brand in (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc"):
            from PIL import Image

            Image.init()
            if "HEIF" not in Image.OPEN:
                raise self.refused("EVID003", "HEIC", Text("jpg 或 png", "jpg or png"))
            return _HEIC
        if brand in (
            b"isom",
            b"iso2",
            b"iso4",
            b"iso5",
            b"iso6",
            b"mp41",
            b"mp42",
            b"avc1",
            b"M4V ",
            b"MSNV",
        ):
            return _MP4
        raise self.refused("EVID003", brand.decode("latin-1"), say.ACCEPTED)

    def compound(self) -> Kind:
        try:
            file = ole.CompoundFile(self.path)
            names, book = file.names, file.read("Workbook") or file.read("Book")
        except (ole.NotOle, ValueError, IndexError, struct.error) as error:
            raise self.refused("EVID009", f"OLE: {error}") from None
        if "encryptedpackage" in names or (book and b"\x2f\x00" in _record_types(book)):
            raise self.refused("EVID007", "EncryptedPackage" if "encryptedpackage" in names else "FILEPASS")
        if book:
            return _XLS
        known = {
            "worddocument": "doc",
            "powerpoint document": "ppt",
            "visiodocument": "vsd",
            "__properties_version1.0": "msg",
        }
        found = next((short for stream, short in known.items() if stream in names), "")
        # Names of streams in installer packages are packed into characters of this block.
        if not found and any("\u3800" <= c <= "\u4840" for entry in names for c in entry):
            raise self.refused("EVID005", "MSI")
        raise self.refused("EVID003", found or "OLE", say.ACCEPTED)

    def zipped(self) -> Kind:
        try:
            with zipfile.ZipFile(self.path) as archive:
                if not archive.namelist():
                    raise self.refused("EVID001", "zip: 0")
                if any(e.flag_bits & 1 for e in archive.infolist()):
                    raise self.refused("EVID007", "zip")
                return self.contents(archive)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, SyntaxError, LookupError, struct.error) as error:  # fmt: skip
            raise self.refused("EVID009", f"zip: {error}") from None

    def contents(self, archive: zipfile.ZipFile) -> Kind:
        names = {n.lower(): n for n in archive.namelist()}
        if types := names.get("[content_types].xml"):
            return self.office(_small(archive, types), names)
        if kind := names.get("mimetype"):
            found = _small(archive, kind).strip().decode("latin-1")
            if found == _ODS.media_type:
                if b"encryption-data" in _small(archive, names.get("meta-inf/manifest.xml", kind)):
                    raise self.refused("EVID007", "ods")
                return _ODS
            if found.startswith("application/"):
                raise self.refused("EVID003", found, say.ACCEPTED)
        if "androidmanifest.xml" in names or (
            "meta-inf/manifest.mf" in names and any(n.endswith(".class") for n in names)
        ):
            raise self.refused("EVID005", "JAR / APK")
        return _ZIP

    def office(self, types: bytes, names: dict[str, str]) -> Kind:
        if b"<!DOCTYPE" in types:
            raise self.refused("EVID009", "[Content_Types].xml: DOCTYPE")
        root = ElementTree.fromstring(types)  # noqa: S314 - no DOCTYPE, so no entities; size bounded
        found = [
            (kind, e.get("PartName", "").lstrip("/").lower())
            for e in root.iter()
            if (kind := _MAIN.get(e.get("ContentType", "")))
        ]
        if not found:
            raise self.refused("EVID003", "[Content_Types].xml ?", say.ACCEPTED)
        if len({kind.family for kind, _ in found}) > 1:
            raise self.refused("EVID008", " + ".join(sorted({kind.extension for kind, _ in found})))
        kind, part = found[0]
        if part and part not in names:
            raise self.refused("EVID009", f"{part} ?")
        return kind

    def text(self) -> Kind:
        if self.size > TEXT_BYTES:
            raise self.refused(
                "EVID002" if b"\x00" not in self.head else "EVID003",
                f"{self.size:,} bytes",
                say.at_most(f"{TEXT_BYTES:,} bytes"),
            )
        data = self.path.read_bytes()
        try:
            text = decode(data, self.name)
        except Refused as refused:
            raise self.refused(
                "EVID003", refused.problems[0].found or data[:8].hex(" "), say.ACCEPTED
            ) from None
        text = text.lstrip("\ufeff")
        if not text.strip("\x00 \t\r\n"):
            raise self.refused("EVID001", "0 characters")
        said = ending(self.name)
        if _MARKUP.match(text) or _PAGE.search(text[:_HEAD].encode()) or _MHTML.match(text):
            raise self.refused("EVID006", text[:60])
        if _SCRIPT.match(text) or said in PROGRAMS:
            raise self.refused("EVID005", f".{said}" if said in PROGRAMS else text[:60])
        return _CSV if said in ("csv", "tsv") else _TEXT


def _small(archive: zipfile.ZipFile, part: str, limit: int = 1 << 22) -> bytes:
    with archive.open(part) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"{part}: > {limit:,} bytes")
    return data


def _record_types(book: bytes, count: int = 40) -> list[bytes]:
    """Return the types of the first records of a workbook stream ([MS-XLS] 2.1.4)."""
    types: list[bytes] = []
    at = 0
    while at + 4 <= len(book) and len(types) < count:
        types.append(book[at : at + 2])
        at += 4 + int.from_bytes(book[at + 2 : at + 4], "little")
    return types


def outside_streams(data: bytes) -> bytes:
    """Return a PDF without the bytes of its streams, so that no picture is taken for a dictionary."""
    pieces, at = [], 0
    while (start := data.find(b"stream", at)) >= 0:
        if data[max(0, start - 3) : start] == b"end" or data[start + 6 : start + 7] not in (b"\r", b"\n"):
            pieces.append(data[at : start + 6])
            at = start + 6
            continue
        pieces.append(data[at:start])
        end = data.find(b"endstream", start)
        if end < 0:
            break
        at = end + 9
    else:
        pieces.append(data[at:])
    return b"\n".join(pieces)
