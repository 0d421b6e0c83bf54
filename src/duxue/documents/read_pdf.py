"""Read PDF files by their text layer; pages that are pictures need the optional text recognition."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from duxue.core.text import Text
from duxue.core.workbook import column_letter
from duxue.documents import problems as say
from duxue.documents.build import Builder
from duxue.documents.furniture import is_furniture
from duxue.documents.layout import (
    Glyph,
    Line,
    Paragraph,
    Segment,
    find_paragraphs,
    join_glyphs,
    join_pages,
    read_lines,
    set_apart,
)
from duxue.documents.model import Block
from duxue.documents.structure import is_numbered

PAGES = 3000
_PAGE_CHARACTERS = 200_000  # a page of a newspaper has about thirty thousand
_KIND = Text("PDF 文件", "a PDF")
_LARGER = 1.15  # than the words of paragraphs: a heading
_HEADING = 120  # characters
_SKIPPED = frozenset({0, 0x0A, 0x0D, 0xFFFE, 0xFFFF, 0xFEFF})
# Typesetters leave a little room between Chinese and figures; some programs type it as a blank.
_ROOM = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\d.])|(?<=[\d%]) (?=[\u3400-\u9fff])")
_BARE = 8  # characters on a page, below which it is a picture


def read_pdf(path: Path, name: str) -> tuple[str, tuple[Block, ...]]:
    """Return text and blocks of a PDF, each block with its page."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise say.encrypted(name) from None
        raise say.damaged(name, str(error), _KIND) from None
    try:
        count = len(document)
        if count > PAGES:
            raise say.too_large(name, f"{count:,} p.", f"{PAGES:,} p.")
        if count == 0:
            raise say.damaged(name, "0 p.", _KIND)
        return _build(document, name)
    except pypdfium2.PdfiumError as error:
        raise say.damaged(name, str(error), _KIND) from None
    finally:
        document.close()


def _build(document: pypdfium2.PdfDocument, name: str) -> tuple[str, tuple[Block, ...]]:
    pages, heights, bare = [], [], []
    for number, page in enumerate(_pages(document)):
        segments = _segments(page, name)
        heights.append(page.get_height())
        if sum(len(s.text) for s in segments) < _BARE and _has_picture(page):
            bare.append(number)
            segments = []
        pages.append(read_lines(segments))
    if bare and len(bare) * 2 >= len(pages):
        from duxue.documents.ocr import recognise

        for number, segments in recognise(document, bare, name):
            pages[number] = read_lines(segments)
    return _assemble(pages, heights, name)


def _pages(document: pypdfium2.PdfDocument) -> Iterator[pypdfium2.PdfPage]:
    for index in range(len(document)):
        page = document[index]
        try:
            yield page
        finally:
            page.close()


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def _segments(page: pypdfium2.PdfPage, name: str) -> list[Segment]:
    """Return the words of a page, from the place of each character on its base line."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > _PAGE_CHARACTERS:
            raise say.too_large(name, f"{count:,} characters on a page", f"{_PAGE_CHARACTERS:,}")
        return [replace(s, text=_ROOM.sub("", s.text)) for s in join_glyphs(_glyphs(text, count))]
    finally:
        text.close()


def _glyphs(text: pypdfium2.PdfTextPage, count: int) -> Iterator[Glyph]:
    """Yield the printed characters; blanks and breaks that pdfium adds are left out, for the places tell them."""
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    high = 0
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:  # the first half of a character beyond the basic plane
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        if code in _SKIPPED or 0xD800 <= code < 0xE000 or pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        if pdfium.FPDFText_GetLooseCharBox(text, index, box) and pdfium.FPDFText_GetCharOrigin(
            text, index, x, y
        ):
            yield Glyph(box.left, box.bottom, box.right, box.top, y.value, chr(code))


def _assemble(pages: list[list[Line]], heights: list[float], name: str) -> tuple[str, tuple[Block, ...]]:
    apart = set_apart(pages, heights)
    found: list[list[Paragraph]] = []
    for number, (lines, out) in enumerate(zip(pages, apart, strict=True), 1):
        body = find_paragraphs([x for i, x in enumerate(lines) if i not in out], number)
        edge = [Paragraph(lines[i].text, lines[i].height, number, furniture=True) for i in sorted(out)]
        found.append(body + edge)
    paragraphs = join_pages(found)
    sizes = [p.height for p in paragraphs if not p.furniture and len(p.text) > 30 for _ in range(p.lines)]
    usual = median(sizes or [p.height for p in paragraphs] or [10.0])
    builder = Builder(name)
    titled = False
    table = row = 0
    for paragraph in paragraphs:
        if paragraph.cells:
            table, row = (table + 1, 1) if not row else (table, row + 1)
            cells = [(text, f"T{table}!{column_letter(i)}{row}") for i, text in enumerate(paragraph.cells)]
            builder.add_row(cells, paragraph.page)
            continue
        if paragraph.furniture:
            builder.add(paragraph.text, "furniture", page=paragraph.page)
            continue
        row = 0
        large = paragraph.height > _LARGER * usual and len(paragraph.text) <= _HEADING
        if large and not is_furniture(paragraph.text) and not is_numbered(paragraph.text):
            level = 2 if titled else 1
            titled = True
            builder.add(paragraph.text, "heading", level, page=paragraph.page)
        else:
            builder.add(paragraph.text, page=paragraph.page)
    return builder.finish()
