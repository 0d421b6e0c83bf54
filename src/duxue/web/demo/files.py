"""Evidence of the demonstration, made on the fly: a report, a record, a table and a picture, each labelled as synthetic."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final

import xlsxwriter
from docx import Document
from PIL import Image, ImageDraw

MARK: Final = "SYNTHETIC / 合成数据，非真实材料"
Maker = Callable[[str, str], bytes]


def write_files(folder: Path, code: str, name: str) -> list[tuple[Path, str]]:
    """Write the evidence of one unit to `folder` and return each file with its title; the same unit gives the same files."""
    made = []
    for ending, title, maker in _KINDS:
        path = folder / f"{code}-{title}.{ending}"
        path.write_bytes(maker(code, name))
        made.append((path, f"{title}（合成）"))
    return made


def _pdf(code: str, name: str) -> bytes:
    """Return a one-page PDF in a font that every reader has; its Chinese name stands in the document's title."""
    lines = [
        "SYNTHETIC - NOT A REAL DOCUMENT",
        f"Minutes on education, unit {code}",
        "1. Funds for 2024: agreed.",
        "2. School safety: reported.",
    ]
    draw = "BT /F1 16 Tf 60 780 Td 22 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    content = zlib.compress(draw.encode("ascii"))
    title = f"{MARK} {name}".encode("utf-16-be")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title <FEFF%s> /CreationDate (D:20241118090000+08'00') >>" % title.hex().upper().encode(),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def _docx(code: str, name: str) -> bytes:
    book = Document()
    book.add_heading(f"{name}教育工作制度落实情况", 1)
    book.add_paragraph(MARK)
    for number, text in enumerate(
        ("党委政府定期研究教育工作。", "教育经费按时足额拨付。", "校园安全三个100%全部落实。"), 1
    ):
        book.add_paragraph(f"{number}. {text}（{code}）")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx(code: str, name: str) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("台账")
    rng = Random(code)  # noqa: S311 - a sample, not a secret
    sheet.write_row(0, 0, [MARK])
    sheet.write_row(1, 0, ["序号", "单位", "事项", "数量"])
    for row, what in enumerate(("研究教育会议", "联系学校", "督导检查", "办结来信"), 2):
        sheet.write_row(row, 0, [row - 1, name, what, rng.randint(4, 60)])
    book.close()
    return out.getvalue()


def _png(code: str, name: str) -> bytes:  # noqa: ARG001 - pictures carry no Chinese: the font may not be there
    rng = Random(f"{code}/picture")  # noqa: S311 - a sample, not a secret
    sky = (rng.randint(150, 200), rng.randint(190, 220), rng.randint(225, 250))
    image = Image.new("RGB", (960, 640), sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 470, 960, 640), fill=(120, 160, 110))
    draw.rectangle((180, 220, 780, 470), fill=(225, 215, 200), outline=(120, 110, 100), width=4)
    for left in range(220, 740, 90):
        for top in (260, 350):
            draw.rectangle((left, top, left + 55, top + 55), fill=(90, 130, 170))
    draw.text((200, 580), f"SYNTHETIC PICTURE - NO REAL SCHOOL - {code}", fill=(40, 40, 40), font_size=28)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


_KINDS: Final[tuple[tuple[str, str, Maker], ...]] = (
    ("pdf", "会议纪要", _pdf),
    ("docx", "制度文件", _docx),
    ("xlsx", "工作台账", _xlsx),
    ("png", "现场照片", _png),
)
