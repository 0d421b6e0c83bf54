"""Files that people of a test upload, made on the fly: minutes as PDF, a picture, a filled form, a report."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import openpyxl
from PIL import Image, ImageDraw

from duxue.web.demo.files import MARK, write_files

SCORE, NARRATIVE, READY, POINTS = 7, 8, 9, 4  # columns of the self-evaluation form, from 1


def pdf_and_picture(folder: Path, code: str) -> list[Path]:
    """Write minutes and a picture of a unit to `folder` and return both."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [path for path, _ in write_files(folder, code, "合成市") if path.suffix == ".pdf"]
    picture = folder / f"{code}.png"
    image = Image.new("RGB", (640, 400), (200, 215, 235))
    ImageDraw.Draw(image).text((40, 180), f"SYNTHETIC {code}", fill=(40, 40, 40), font_size=40)
    image.save(picture)
    return [*wanted, picture]


def filled(form: bytes, narrative: str, yes: str) -> bytes:
    """Return the form with a score, a narrative and `yes` in every row that still wants them."""
    book = openpyxl.load_workbook(BytesIO(form))
    sheet = book.worksheets[0]
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, SCORE).value in {None, ""}:
            sheet.cell(row, SCORE, sheet.cell(row, POINTS).value)
            sheet.cell(row, NARRATIVE, narrative)
            sheet.cell(row, READY, yes)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def report(folder: Path, name: str, *sentences: str) -> Path:
    """Write a unit's report of these sentences to `folder` and return it."""
    book = docx.Document()
    for text in (f"{name}（合成）", MARK, *sentences):
        book.add_paragraph(text)
    path = folder / f"{name}.docx"
    book.save(str(path))
    return path
