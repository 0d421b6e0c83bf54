"""Read PDF files by their text layer; pages that are pictures need the optional text recognition."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
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
    Line,
    Paragraph,
    Segment,
    find_paragraphs,
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
_BREAKS = re.compile(r"[\r\n\x00]+")
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
    """Return the words of a page as pdfium groups them: runs of one font on one line."""
    text = page.get_textpage()
    try:
        if text.count_chars() > _PAGE_CHARACTERS:
            raise say.too_large(name, f"{text.count_chars():,} characters on a page", f"{_PAGE_CHARACTERS:,}")
        found = []
        count = pdfium.FPDFText_CountRects(text, 0, -1)
        left, top, right, bottom = (ctypes.c_double() for _ in range(4))
        for index in range(max(count, 0)):
            if pdfium.FPDFText_GetRect(text, index, left, top, right, bottom):
                box = (left.value, bottom.value, right.value, top.value)
                found.append(Segment(*box, _clean(text.get_text_bounded(*box))))
        return [s for s in found if s.text.strip()]
    finally:
        text.close()


def _clean(text: str) -> str:
    # Typesetters leave a little room between Chinese and figures; it comes as a blank that nobody typed.
    return _ROOM.sub("", _BREAKS.sub(" ", text))


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
