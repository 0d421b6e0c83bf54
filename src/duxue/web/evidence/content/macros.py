"""Name in plain words what in a file would run, connect or hide something when it is opened."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.documents.decode import decode
from duxue.web.evidence.content import ole, pdf
from duxue.web.evidence.content import problems as say
from duxue.web.evidence.content.kinds import Kind, outside_streams

What = Literal["vba", "xlm", "activex", "template", "external", "dde", "object", "chunk", "javascript", "launch", "connect", "unreadable", "attachment", "xfa", "media"]  # fmt: skip
Policy = Literal["refuse", "warn"]

WORDS: dict[What, Text] = {
    "vba": Text("VBA 宏（打开后可运行程序）", "VBA macros, which can run programs"),
    "xlm": Text("Excel 4.0 宏表", "sheets of Excel 4.0 macros"),
    "activex": Text("ActiveX 控件", "ActiveX controls"),
    "template": Text("从网络加载的模板", "a template that is loaded from the network"),
    "external": Text("打开时从网络加载的内容", "content that is loaded from the network on opening"),
    "dde": Text("DDE 命令（可启动其他程序）", "DDE commands, which can start other programs"),
    "object": Text("嵌入的 OLE 对象", "embedded OLE objects"),
    "chunk": Text("嵌入的网页或其他文档", "an embedded web page or other document"),
    "javascript": Text("JavaScript 脚本", "JavaScript"),
    "launch": Text("启动其他程序的动作", "an action that starts a program"),
    "connect": Text(
        "打开时自动连网或打开其他文件的动作", "an action that connects or opens another file by itself"
    ),
    "unreadable": Text("打包方式特殊、无法检查的内容", "content packed in a way that cannot be checked"),
    "attachment": Text("附带的其他文件", "other files attached to it"),
    "xfa": Text("XFA 动态表单", "an XFA form"),
    "media": Text("嵌入的音视频或 Flash", "embedded media or Flash"),
}
_PART = 64 << 20  # bytes read of one part
_OBJECTS = 64 << 20  # bytes of PDF objects unpacked
_REMOTE = re.compile(
    r"\s*(?:https?:|ftp:|mhtml:|ms-\w+:|javascript:|file:/*[^/\\:]{2,}[/\\]|[\\/]{2}(?![A-Za-z]:))",
    re.IGNORECASE,
)
_LOCAL_FILE = re.compile(r"\s*file:/{0,3}(?:[A-Za-z]:|[A-Za-z]%3A)", re.IGNORECASE)
_DDE_FIELD = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
_DDE_CELL = re.compile(r"(?:^|[,;\t\"'])[ ]{0,9}[=+\-@][^\n,;\t]{0,200}?\|[^\n]{0,200}?!", re.MULTILINE)
_RELATIONS: dict[str, What] = {
    "attachedTemplate": "template",
    "oleObject": "object",
    "aFChunk": "chunk",
    "control": "activex",
}
_PDF_NAMES: dict[What, re.Pattern[bytes]] = {
    "javascript": re.compile(rb"/(?:JavaScript|JS)(?![A-Za-z0-9])"),
    "launch": re.compile(rb"/Launch(?![A-Za-z0-9])"),
    "attachment": re.compile(rb"/(?:EmbeddedFiles?|FileAttachment)(?![A-Za-z0-9])"),
    "xfa": re.compile(rb"/XFA(?![A-Za-z0-9])"),
    "media": re.compile(rb"/(?:RichMedia|Rendition|Movie)(?![A-Za-z0-9])"),
}
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Macro:
    """One thing that runs, connects or hides: what it is, the part it stands in, and in words."""

    kind: What
    where: str
    text: Text


def find(path: Path, kind: Kind) -> tuple[Macro, ...]:
    """Return what was found, once for each kind of thing; nothing for pictures, archives and video.

    A file too damaged to be searched has nothing to run; reading it tells the damage.
    """
    found: dict[What, str] = {}
    try:
        match kind.family:
            case "docx" | "xlsx" | "pptx":
                _office(path, found)
            case "ods":
                _open_document(path, found)
            case "xls":
                _workbook(path, found)
            case "pdf":
                _pdf(path, found)
            case "csv" | "text":
                if match := _DDE_CELL.search(decode(path.read_bytes(), path.name)[: 1 << 22]):
                    found["dde"] = match[0].strip()[:60]
            case _:
                pass
    except _DAMAGED:
        pass
    return tuple(Macro(what, where, WORDS[what]) for what, where in found.items())


_DAMAGED = (zipfile.BadZipFile, zlib.error, ole.NotOle, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, LookupError, ElementTree.ParseError, struct.error)  # fmt: skip


def judge(found: tuple[Macro, ...], name: str, policy: Policy = "refuse") -> tuple[Problem, ...]:
    """Return one problem EVID020 for each finding: an error under `refuse`, under `warn` a warning for the download.

    Under `warn` the file is kept and shown without its preview.
    """
    return tuple(
        say.make(
            "EVID020",
            name,
            what=Text(f"文件含{m.text.zh}", f"the file holds {m.text.en}"),
            found=m.where,
            severity="error" if policy == "refuse" else "warning",
        )
        for m in found
    )


def _office(path: Path, found: dict[What, str]) -> None:
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            low = part.lower()
            if low.endswith(("vbaproject.bin", "vbadata.xml")):
                found.setdefault("vba", part)
            elif "/macrosheets/" in low or "/intlmacrosheets/" in low:
                found.setdefault("xlm", part)
            elif "/activex/" in low:
                found.setdefault("activex", part)
            elif "/embeddings/" in low and low.endswith(".bin"):
                found.setdefault("object", part)
            elif low.endswith(".rels"):
                _relations(_read(archive, part), part, found)
            elif low == "[content_types].xml":
                if b"vbaProject" in _read(archive, part):
                    found.setdefault("vba", part)
            elif low.startswith("xl/externallinks/") and low.endswith(".xml"):
                if b"ddeLink" in _read(archive, part):
                    found.setdefault("dde", part)
            elif low.startswith("word/") and low.endswith(".xml"):
                _fields(_read(archive, part), part, found)


def _relations(data: bytes, part: str, found: dict[What, str]) -> None:
    for relation in _parse(data).iter():
        kind = relation.get("Type", "").rpartition("/")[2]
        target = relation.get("Target", "")
        if relation.get("TargetMode", "").lower() == "external":
            # Templates and linked books on the author's own disk are everyday remains; they load nothing here.
            if kind != "hyperlink" and _REMOTE.match(target) and not _LOCAL_FILE.match(target):
                found.setdefault(
                    "template" if kind == "attachedTemplate" else "external", f"{part}: {target}"
                )
        elif kind in _RELATIONS and kind != "attachedTemplate":
            found.setdefault(_RELATIONS[kind], f"{part}: {target}")


def _fields(data: bytes, part: str, found: dict[What, str]) -> None:
    """Join the pieces into which Word, or somebody who hides it, breaks the instruction of a field."""
    if b"instr" not in data:
        return
    text = []
    for element in _parse(data).iter():
        if element.tag.endswith("}instrText"):
            text.append(element.text or "")
        elif element.tag.endswith("}p"):
            text.append(" ")
        text += [v for k, v in element.attrib.items() if k.endswith("}instr")]
    if _DDE_FIELD.search("".join(text)):
        found.setdefault("dde", part)


def _open_document(path: Path, found: dict[What, str]) -> None:
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if part.startswith(("Basic/", "Scripts/")):
                found.setdefault("vba", part)
            elif part.lower().startswith("object ") and part.endswith(".bin"):
                found.setdefault("object", part)


def _workbook(path: Path, found: dict[What, str]) -> None:
    file = ole.CompoundFile(path)
    for entry in file.entries:
        if entry.name.lower() in ("_vba_project_cur", "vba", "_vba_project"):
            found.setdefault("vba", entry.name)
        elif entry.name.startswith("MBD") or entry.name.lower() == "\x01ole10native":
            found.setdefault("object", entry.name.strip("\x01"))
    book, at = file.read("Workbook") or file.read("Book"), 0
    while at + 4 <= len(book):  # up to the end of the part that lists the sheets
        kind, length = (
            int.from_bytes(book[at : at + 2], "little"),
            int.from_bytes(book[at + 2 : at + 4], "little"),
        )
        # BOUNDSHEET8: byte 5 tells the type of the sheet, 1 is a macro sheet ([MS-XLS] 2.4.28).
        if kind == 0x85 and length > 6 and book[at + 9] == 1:
            found.setdefault("xlm", "BOUNDSHEET8")
        if kind == 0x0A:
            break
        at += 4 + length


def _pdf(path: Path, found: dict[What, str]) -> None:
    data = path.read_bytes()
    outside = outside_streams(data)
    _names(outside, "PDF", found)
    packed = []
    try:
        for stream in pdf.object_streams(data, _OBJECTS):
            _names(stream.text, "PDF /ObjStm", found)
            packed.append(stream)
    except pdf.UnreadableError as error:
        found.setdefault("unreadable", f"PDF /ObjStm {error}")
    if action := pdf.automatic(data, outside, packed):
        found.setdefault("connect", f"PDF {action}")


def _names(data: bytes, where: str, found: dict[What, str]) -> None:
    plain = _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), data)  # /J#61vaScript is the same name
    for what, pattern in _PDF_NAMES.items():
        if match := pattern.search(plain):
            found.setdefault(what, f"{where} {match[0].decode()}")


def _read(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(_PART)


def _parse(data: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ValueError("DOCTYPE")
    return ElementTree.fromstring(data)  # noqa: S314 - no DOCTYPE, so no entities; size bounded
