"""Read Word documents: paragraphs and tables in order, headings by style and outline level, footnotes at the end.

The XML is read directly, so that inserted revisions and text boxes are kept and deleted revisions are not, and so that
no part is opened before its size is known.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from duxue.core.text import Text
from duxue.core.workbook import Limits, column_letter, open_zip
from duxue.documents import problems as say
from duxue.documents.build import Builder
from duxue.documents.model import Block

LIMITS = Limits(file_bytes=200 << 20, unpacked_bytes=1 << 30, unpacked_ratio=400)
_PART_BYTES = 100 << 20
_KIND = Text("Word 文档（.docx）", "a Word document (.docx)")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING = re.compile(r"(?:heading|标题|標題)\s?([1-9])$", re.IGNORECASE)
_TITLES = frozenset({"title", "标题", "標題"})
_LIST = -1
_PROSE = 2  # a table cell of more paragraphs than this lays out a page


def read_docx(path: Path, name: str) -> tuple[str, tuple[Block, ...]]:
    """Return text and blocks of a Word document; Unfit when it would unpack beyond the limits."""
    with open_zip(path, LIMITS) as archive:
        parts = {n.lower(): n for n in archive.namelist()}
        body = _parse(archive, parts.get("word/document.xml", ""), name)
        styles = (
            _styles(_parse(archive, parts["word/styles.xml"], name)) if "word/styles.xml" in parts else {}
        )
        notes = [
            _parse(archive, parts[p], name) for p in ("word/footnotes.xml", "word/endnotes.xml") if p in parts
        ]
    reader = _Reader(Builder(name), styles)
    for top in body.iterfind(f"{_W}body"):
        reader.read(top)
    for root in notes:
        reader.read_notes(root)
    return reader.builder.finish()


def _parse(archive: zipfile.ZipFile, part: str, name: str) -> etree._Element:
    try:
        if archive.getinfo(part).file_size > _PART_BYTES:
            raise say.too_large(
                name, f"{part}: {archive.getinfo(part).file_size:,} bytes", f"{_PART_BYTES:,} bytes"
            )
        with archive.open(part) as stream:
            data = stream.read(_PART_BYTES + 1)
        if len(data) > _PART_BYTES:
            raise say.too_large(name, f"{part}: > {_PART_BYTES:,} bytes", f"{_PART_BYTES:,} bytes")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, NotImplementedError, RuntimeError, ValueError) as error:  # fmt: skip
        raise say.damaged(name, f"{part or 'word/document.xml'}: {error}", _KIND) from None


def _styles(root: etree._Element) -> dict[str, int]:
    """Return style id -> heading level, 1 for a title, _LIST for lists; a style inherits from the one it is based on."""
    levels: dict[str, int] = {}
    bases: dict[str, str] = {}
    for style in root.iterfind(f"{_W}style"):
        identity = style.get(f"{_W}styleId", "")
        title = _value(style.find(f"{_W}name")).strip()
        outline = _value(style.find(f"{_W}pPr/{_W}outlineLvl"))
        if found := _HEADING.match(title):
            levels[identity] = int(found[1]) + 1
        elif title.lower() in _TITLES:
            levels[identity] = 1
        elif outline.isdigit() and int(outline) < 9:
            levels[identity] = int(outline) + 2
        elif style.find(f"{_W}pPr/{_W}numPr") is not None:
            levels[identity] = _LIST
        bases[identity] = _value(style.find(f"{_W}basedOn"))
    for identity, first in bases.items():
        base, steps = first, 0
        while identity not in levels and base and steps < 20:
            if base in levels:
                levels[identity] = levels[base]
            base, steps = bases.get(base, ""), steps + 1
    return levels


def _value(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(f"{_W}val", ""))


class _Reader:
    """Walks the body; `_tables` counts tables for the places of their cells."""

    def __init__(self, builder: Builder, styles: dict[str, int]) -> None:
        self.builder = builder
        self._styles = styles
        self._tables = 0

    def read(self, parent: etree._Element) -> None:
        """Read the paragraphs and tables below an element, those in content controls and revisions too."""
        for element in parent:
            if element.tag == f"{_W}p":
                self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                self._table(element)
            elif element.tag in (
                f"{_W}sdt",
                f"{_W}sdtContent",
                f"{_W}ins",
                f"{_W}customXml",
                f"{_W}smartTag",
            ):
                self.read(element)

    def read_notes(self, root: etree._Element) -> None:
        """Read footnotes or endnotes, each a paragraph with the number of its note."""
        for note in root:
            number = note.get(f"{_W}id", "")
            if note.get(f"{_W}type") is None and number.isdigit():
                text = " ".join(_text(p) for p in note.iter(f"{_W}p"))
                self.builder.add(text, "paragraph", place=f"note {number}")

    def _paragraph(self, element: etree._Element, place: str = "") -> None:
        text = _text(element)
        level = self._level(element)
        if level > 0 and len(text) <= 300:
            self.builder.add(text, "heading", level, place=place)
        elif level == _LIST or (not level and element.find(f"{_W}pPr/{_W}numPr") is not None):
            self.builder.add(text, "item", place=place)
        else:
            for line in text.split("\n"):
                self.builder.add(line, place=place)
        for box in _boxes(element):
            self.read(box)

    def _level(self, element: etree._Element) -> int:
        outline = _value(element.find(f"{_W}pPr/{_W}outlineLvl"))
        if outline.isdigit() and int(outline) < 9:
            return int(outline) + 2
        return self._styles.get(_value(element.find(f"{_W}pPr/{_W}pStyle")), 0)

    def _table(self, table: etree._Element) -> None:
        self._tables += 1
        number = self._tables
        for line, row in enumerate(table.iter(f"{_W}tr"), 1):
            if next(row.iterancestors(f"{_W}tbl")) is not table:
                continue
            column = 0
            cells: list[tuple[str, str]] = []
            for cell in row.iterchildren(f"{_W}tc"):
                place = f"T{number}!{column_letter(column)}{line}"
                span = _value(cell.find(f"{_W}tcPr/{_W}gridSpan"))
                column += int(span) if span.isdigit() and len(span) < 4 else 1
                paragraphs = [p for p in cell.iterchildren(f"{_W}p") if _text(p)]
                if len(paragraphs) > _PROSE or cell.find(f"{_W}tbl") is not None:
                    self.builder.add_row(cells)
                    cells = []
                    self._cell(cell, place)
                else:
                    cells.append((" ".join(_text(p) for p in paragraphs), place))
            self.builder.add_row(cells)

    def _cell(self, cell: etree._Element, place: str) -> None:
        for element in cell:
            if element.tag == f"{_W}p":
                self._paragraph(element, place)
            elif element.tag == f"{_W}tbl":
                self._table(element)


def _text(paragraph: etree._Element) -> str:
    return "".join(_runs(paragraph))


def _runs(element: etree._Element) -> Iterator[str]:
    """Yield the visible text of a paragraph; text boxes and deleted revisions stand apart."""
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield " "
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag not in (
            f"{_W}txbxContent",
            f"{_MC}Fallback",
            f"{_W}del",
            f"{_W}pPr",
            f"{_W}rPr",
            f"{_W}moveFrom",
        ) and not _is_hidden(child):
            stack.append(iter(child))


def _is_hidden(run: etree._Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and _value(mark) not in ("0", "false", "off")


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        owner = next(box.iterancestors(f"{_W}p"), None)
        if owner is paragraph and next(box.iterancestors(f"{_MC}Fallback"), None) is None:
            yield box
