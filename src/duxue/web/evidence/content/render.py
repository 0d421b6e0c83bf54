"""Make the preview of one file. Runs only in `child`, for the libraries used here parse what strangers wrote."""

from __future__ import annotations

import csv
import html
import io
import re
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from duxue.core.text import Text, count_of
from duxue.core.workbook import Limits, Unfit, column_letter, inspect_ods, inspect_xlsx
from duxue.web.evidence.content import problems as say

WIDTH = 1240  # pixels of a page: 150 dots per inch on A4, readable and small
SIDE = 1600  # pixels of the longer side of a picture
ROWS, COLUMNS, SHEETS = 200, 30, 20
CELL = 300  # characters
TEXT = 400_000  # characters shown; as many are kept for searching
_LIMITS = Limits(unpacked_bytes=512 << 20, cells=5_000_000)
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml", re.IGNORECASE)
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(slots=True)
class _Shown:
    """What a preview collects: files of pages, pieces of HTML, of plain text, and of the note."""

    pages: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    def answer(self) -> dict[str, Any]:
        note = {"zh": "".join(n.zh for n in self.notes), "en": " ".join(n.en for n in self.notes)}
        return {
            "pages": self.pages,
            "html": "".join(self.html),
            "text": "\n".join(self.text)[:TEXT],
            "note": note,
        }


def render(path: Path, family: str, folder: Path, pages: int, name: str, seconds: float) -> dict[str, Any]:
    """Return the answer to `preview`: names of the pictures written, html, text and note.

    A PDF stops after half of the time, so that its first pages are shown.
    """
    shown = _Shown()
    makers: dict[str, Callable[[], None]] = {
        "pdf": partial(_pdf, path, folder, pages, name, time.monotonic() + seconds / 2, shown),
        "image": partial(_image, path, folder, name, shown),
        "docx": partial(_document, path, name, shown),
        "pptx": partial(_slides, path, pages, shown),
        "xlsx": partial(_workbook, path, family, name, shown),
        "xls": partial(_workbook, path, family, name, shown),
        "ods": partial(_workbook, path, family, name, shown),
        "csv": partial(_csv, path, name, shown),
        "text": partial(_text, path, name, shown),
        "zip": partial(_zip, path, name, shown),
    }
    try:
        makers[family]()
    except Unfit as unfit:
        raise say.refuse("EVID042", name, found=f"{unfit.why}: {unfit.found}", part=unfit.sheet) from None
    if not (shown.pages or shown.html or shown.notes):
        shown.notes.append(Text("文件没有可显示的文字。", "The file holds no text to show."))
    return shown.answer()


def _pdf(path: Path, folder: Path, pages: int, name: str, until: float, shown: _Shown) -> None:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            count = len(document)
            for index in range(min(count, pages)):
                if index and time.monotonic() > until:
                    break
                page = document[index]
                width, height = page.get_size()
                scale = min(WIDTH / max(width, 1), 4 * WIDTH / max(height, 1))
                file = f"page-{index + 1:03d}.webp"
                page.render(scale=scale).to_pil().convert("RGB").save(
                    folder / file, "WEBP", quality=75, method=2
                )
                shown.pages.append(file)
                text = page.get_textpage()
                shown.text.append(text.get_text_bounded())
                text.close()
                page.close()
    except pypdfium2.PdfiumError as error:
        raise say.refuse("EVID042", name, found=str(error)) from None
    if not shown.pages:
        raise say.refuse("EVID042", name, found="0 p.")
    _left_out(shown, count, len(shown.pages), "页", "page")


def _image(path: Path, folder: Path, name: str, shown: _Shown) -> None:
    from duxue.web.evidence.content.pictures import opened, upright

    with opened(path, name) as picture:
        orientation = picture.getexif().get(0x0112)
        picture.draft("RGB", (SIDE, SIDE))
        profile = picture.info.get("icc_profile")
        picture.thumbnail((SIDE, SIDE))
        if profile:
            picture.info["icc_profile"] = profile
        if orientation:
            picture.getexif()[0x0112] = orientation
        file = "page-001.webp"
        upright(picture).save(folder / file, "WEBP", quality=80, method=2)
    shown.pages.append(file)


def _document(path: Path, name: str, shown: _Shown) -> None:
    from duxue.documents import Block, read

    document = read(path, name)

    def said(block: Block) -> str:
        return html.escape(document.text[block.start : block.end])

    def part(block: Block) -> str:
        """The row of a table, the list, or a piece alone."""
        if block.kind == "cell":
            return "row " + re.sub(r"[A-Z]+(?=\d+$)", "", block.place)
        return block.kind

    blocks = [b for b in document.blocks if b.start < TEXT]
    for kind, group in groupby(blocks, key=lambda b: b.kind):
        if kind == "cell":
            rows = ("".join(f"<td>{said(b)}</td>" for b in row) for _, row in groupby(group, key=part))
            shown.html += ["<table>", *(f"<tr>{row}</tr>" for row in rows), "</table>"]
        elif kind == "item":
            shown.html += ["<ul>", *(f"<li>{said(b)}</li>" for b in group), "</ul>"]
        elif kind == "heading":
            shown.html += [f"<h{min(b.level + 1, 6)}>{said(b)}</h{min(b.level + 1, 6)}>" for b in group]
        else:
            shown.html += [f"<p>{said(b)}</p>" for b in group]
    shown.text.append(document.text[:TEXT])
    _cut(shown, len(document.text))


def _slides(path: Path, pages: int, shown: _Shown) -> None:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with zipfile.ZipFile(path) as archive:
        slides = sorted((int(m[1]), n) for n in archive.namelist() if (m := _SLIDE.fullmatch(n)))
        for number, (_, part) in enumerate(slides[:pages], 1):
            with archive.open(part) as stream:
                root = etree.fromstring(stream.read(32 << 20), parser)
            lines = ["".join(t.text or "" for t in p.iter(f"{_A}t")) for p in root.iter(f"{_A}p")]
            lines = [line for line in lines if line.strip()]
            shown.html += [f"<h3>{number}</h3>", *(f"<p>{html.escape(line)}</p>" for line in lines)]
            shown.text += lines
    _left_out(shown, len(slides), min(len(slides), pages), "张幻灯片", "slide")


def _workbook(path: Path, family: str, name: str, shown: _Shown) -> None:
    import python_calamine as calamine

    if family != "xls":
        (inspect_ods if family == "ods" else inspect_xlsx)(path, _LIMITS)
    hidden = 0
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            sheets = [s for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
            seen = [s for s in sheets if s.visible == calamine.SheetVisibleEnum.Visible]
            hidden = len(sheets) - len(seen)
            for entry in seen[:SHEETS]:
                sheet = book.get_sheet_by_name(entry.name)
                (_, left), (bottom, right) = sheet.start or (0, 0), sheet.end or (-1, -1)
                _table(shown, entry.name, sheet.iter_rows(), bottom + 1, right + 1, left)
    except (calamine.CalamineError, calamine.PasswordError) as error:
        raise say.refuse("EVID042", name, found=str(error)) from None
    _left_out(shown, len(seen), min(len(seen), SHEETS), "张工作表", "sheet")
    if hidden:
        shown.notes.append(
            Text(f"另有{hidden}张隐藏的工作表。", f"{count_of(hidden, 'hidden sheet')} not shown.")
        )


def _csv(path: Path, name: str, shown: _Shown) -> None:
    from duxue.documents.decode import decode

    text = decode(path.read_bytes(), name).lstrip("\ufeff")
    first = text[: text.find("\n") + 1 or len(text)]
    separator = max((",", "\t", ";", "|"), key=first.count)
    csv.field_size_limit(len(text) + 1)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    kept = list(islice(rows, ROWS))
    _table(shown, "", iter(kept), len(kept) + sum(1 for _ in rows), max(map(len, kept), default=0))


def _table(
    shown: _Shown, title: str, rows: Iterator[Sequence[Any]], height: int, width: int, left: int = 0
) -> None:
    """Show the first rows and columns with their numbers and letters, as the spreadsheet shows them."""
    columns = min(width - left, COLUMNS)
    head = "".join(f"<th>{column_letter(left + i)}</th>" for i in range(columns))
    shown.html += [
        "<table>",
        f"<caption>{html.escape(title)}</caption>" if title else "",
        f"<tr><th></th>{head}</tr>",
    ]
    number = 0
    for number, row in enumerate(islice(rows, ROWS), 1):
        cells = [_say(value)[:CELL] for value in row[:columns]]
        if any(cells):
            body = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
            shown.html.append(f"<tr><th>{number}</th>{body}</tr>")
            shown.text.append("\t".join(cells))
    shown.html.append("</table>")
    if height > number or width - left > columns:
        zh = f"{title or '表格'}：共{height:,}行{width:,}列，显示前{number:,}行{columns}列。"
        en = f"{title or 'Table'}: {count_of(height, 'row')}, {count_of(width, 'column')}; the first {number:,} × {columns} are shown."
        shown.notes.append(Text(zh, en))


def _say(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}" if isinstance(value, float) else str(value).strip()


def _text(path: Path, name: str, shown: _Shown) -> None:
    from duxue.documents.decode import decode

    text = decode(path.read_bytes(), name).lstrip("\ufeff")
    shown.html.append(f"<pre>{html.escape(text[:TEXT])}</pre>")
    shown.text.append(text[:TEXT])
    _cut(shown, len(text))


def _zip(path: Path, name: str, shown: _Shown) -> None:
    from duxue.web.evidence.content.archives import inspect

    members = [m for m in inspect(path, name) if m.depth == 0]
    _names(shown, ((m.name, f"{m.size:,}") for m in members[: ROWS * 5]))
    _left_out(shown, len(members), min(len(members), ROWS * 5), "个文件", "file")


def _names(shown: _Shown, rows: Iterable[tuple[str, str]]) -> None:
    shown.html.append("<table>")
    for file, size in rows:
        shown.html.append(f"<tr><td>{html.escape(file)}</td><td>{size}</td></tr>")
        shown.text.append(file)
    shown.html.append("</table>")


def _left_out(shown: _Shown, count: int, seen: int, zh: str, en: str) -> None:
    if count > seen:
        shown.notes.append(
            Text(
                f"共{count:,}{zh}，显示前{seen:,}。", f"{count_of(count, en)}; the first {seen:,} are shown."
            )
        )


def _cut(shown: _Shown, length: int) -> None:
    if length > TEXT:
        _left_out(shown, length, TEXT, "字", "character")
