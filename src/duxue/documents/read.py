"""Read a file of any supported kind, told by its first bytes and then by its ending."""

from __future__ import annotations

from pathlib import Path

from duxue.core.digest import of_file
from duxue.core.text import Text
from duxue.core.workbook import Unfit, open_zip
from duxue.documents import problems as say
from duxue.documents.decode import decode
from duxue.documents.model import Block, Document
from duxue.documents.structure import find_blocks

TEXT_BYTES = 50_000_000
FILE_BYTES = 200 << 20
ENDINGS = (".txt", ".text", ".md", ".csv", ".tsv", ".html", ".htm", ".xhtml", ".docx", ".pdf", ".xlsx", ".xlsm", ".xls", ".ods")  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER = (
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"{\\rtf", "RTF"), (b"\x1f\x8b", "gzip"),
    (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"PAR1", "Parquet"), (b"\x7fELF", "ELF"), (b"MZ\x90", "EXE"), (b"SQLite format", "SQLite"),
)  # fmt: skip
_ARCHIVE = Text("docx、xlsx 或 ods 文件", "a docx, xlsx or ods file")


def read(path: Path, name: str | None = None) -> Document:
    """Read one file; `name` is how claims and messages call it, by default the file's own name.

    Raises:
        Refused: DOC001 to DOC009, with what was found and how to mend it.
    """
    name = name or path.name
    try:
        size = path.stat().st_size
        if size > FILE_BYTES:
            raise say.too_large(name, f"{size:,} bytes", f"{FILE_BYTES:,} bytes")
        with path.open("rb") as stream:
            head = stream.read(1024)
        source, text, blocks = _read(path, name, head, size)
        return Document(name, text, blocks, source, of_file(path))
    except Unfit as unfit:
        raise _tell(unfit, name) from None
    except OSError as error:
        raise say.unreadable(name, error.strerror or type(error).__name__) from None


def _read(path: Path, name: str, head: bytes, size: int) -> tuple[str, str, tuple[Block, ...]]:
    if b"%PDF-" in head:
        from duxue.documents.read_pdf import read_pdf

        return "pdf", *read_pdf(path, name)
    if head.startswith(b"PK\x03\x04"):
        return _read_zip(path, name)
    if head.startswith(_OLE):
        return _read_ole(path, name)
    for signature, kind in _OTHER:
        if head.startswith(signature):
            raise say.unsupported(name, kind)
    if size > TEXT_BYTES:
        raise say.too_large(name, f"{size:,} bytes", f"{TEXT_BYTES:,} bytes")
    data = path.read_bytes()
    if path.suffix.lower() in (".html", ".htm", ".xhtml") or _is_html(head):
        from duxue.documents.read_html import read_html

        return "html", *read_html(data, name)
    text = decode(data, name)
    return "txt", text, tuple(find_blocks(text))


def _is_html(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def _read_zip(path: Path, name: str) -> tuple[str, str, tuple[Block, ...]]:
    from duxue.documents.read_docx import LIMITS, read_docx

    with open_zip(path, LIMITS) as archive:
        parts = {part.lower() for part in archive.namelist()}
    if "word/document.xml" in parts:
        return "docx", *read_docx(path, name)
    if "xl/workbook.xml" in parts or ("content.xml" in parts and path.suffix.lower() == ".ods"):
        from duxue.documents.read_xlsx import read_xlsx

        return "xlsx", *read_xlsx(path, name, zipped=True)
    raise say.unsupported(name, ", ".join(sorted(parts)[:3]) or "zip")


def _read_ole(path: Path, name: str) -> tuple[str, str, tuple[Block, ...]]:
    data = path.read_bytes()
    if _ENCRYPTED in data:
        raise say.encrypted(name)
    if "WordDocument".encode("utf-16-le") in data:
        raise say.unsupported(name, "Word 97-2003 (.doc)")
    if "Workbook".encode("utf-16-le") not in data and "Book".encode("utf-16-le") not in data:
        raise say.unsupported(name, "OLE")
    from duxue.documents.read_xlsx import read_xlsx

    return "xlsx", *read_xlsx(path, name, zipped=False)


def _tell(unfit: Unfit, name: str) -> Exception:
    match unfit.why:
        case "encrypted":
            return say.encrypted(name)
        case "too large" | "too wide" | "far cell":
            return say.too_large(name, unfit.found, unfit.limit)
        case _:
            return say.damaged(name, unfit.found, _ARCHIVE)
