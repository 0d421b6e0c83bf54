"""Real files of every kind, made here, and hostile ones made of them. All content is invented."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import docx
import typst
import xlsxwriter
from PIL import Image

TITLE = "云溪县2031年学校建设情况"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@cache
def docx_bytes() -> bytes:
    document = docx.Document()
    document.add_heading(TITLE, 1)
    document.add_paragraph("新建学校12所 <script>alert(1)</script> & 完工9所。")
    table = document.add_table(2, 2)
    for row, cells in enumerate((("学校", "学位"), ("云溪一小", "1080"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@cache
def xlsx_bytes(rows: int = 3) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("投入")
        sheet.write_row(0, 0, ["学校", "金额<万元>"])
        for row in range(1, rows):
            sheet.write_row(row, 0, [f"第{row}小学", row * 1.5])
        book.add_worksheet("草稿").hide()
    return out.getvalue()


@cache
def pdf_bytes(pages: int = 2) -> bytes:
    text = "\n#pagebreak()\n".join(f"= Page {n}\nBuilt 12 schools." for n in range(1, pages + 1))
    return typst.compile(text.encode(), format="pdf")


@cache
def jpeg_bytes(size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a picture that lies on its side, made at a place and a time, with a comment and a thumbnail's worth of XMP."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8769)[0x9003] = "2031:05:06 07:08:09"
    exif.get_ifd(0x8769)[0x9011] = "+08:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 40.0, 0.0), 3: "E", 4: (117.0, 0.0, 0.0)})
    out = io.BytesIO()
    picture.save(
        out, "JPEG", exif=exif, comment=b"SECRETCOMMENT", xmp=b"<x:xmpmeta>SECRETXMP</x:xmpmeta>", quality=95
    )
    return out.getvalue()


def picture_bytes(form: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "blue").save(out, form)
    return out.getvalue()


@cache
def pptx_bytes() -> bytes:
    main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    slide = '<p:sld xmlns:p="p" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:t>学校&lt;b&gt;{}</a:t></a:r></a:p></p:sld>'
    return zipped(
        {
            "[Content_Types].xml": types("/ppt/presentation.xml", main),
            "ppt/presentation.xml": b"<p/>",
            "ppt/slides/slide2.xml": slide.format("乙").encode(),
            "ppt/slides/slide1.xml": slide.format("甲").encode(),
        }
    )


@cache
def ods_bytes() -> bytes:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="S"><table:table-row><table:table-cell office:value-type="string">'
        "<text:p>云溪</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        }
    )


def types(part: str, kind: str) -> bytes:
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="{part}" ContentType="{kind}"/></Types>'.encode()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def replaced(archive: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return an archive in whose part the bytes are replaced; they must be there."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    assert old in members[part]
    members[part] = members[part].replace(old, new)
    return zipped(members)


def with_parts(archive: bytes, parts: dict[str, bytes]) -> bytes:
    """Return an archive with parts added."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return zipped({**{name: source.read(name) for name in source.namelist()}, **parts})


def relation(kind: str, target: str, *, external: bool) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    return (
        f'<Relationship Id="rId900" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'.encode()
    )


def related(kind: str, target: str, *, external: bool = True) -> bytes:
    """Return the Word document with one more relationship."""
    return replaced(
        docx_bytes(),
        "word/_rels/document.xml.rels",
        b"</Relationships>",
        relation(kind, target, external=external),
    )


def ole_bytes(streams: dict[str, bytes]) -> bytes:
    """Return a compound file with these streams, each padded to the size from which sectors of 512 bytes are used."""
    directory = -(-(len(streams) + 1) // 4)
    sectors: list[bytes] = []
    table = [0xFFFFFFFD]
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, 1 if streams else 0xFFFFFFFF)]
    table += [*range(2, directory + 1), 0xFFFFFFFE]
    at = 1 + directory
    for number, (name, data) in enumerate(streams.items(), 1):
        padded = data.ljust(4096, b"\x00")
        padded += bytes(-len(padded) % 512)
        count = len(padded) // 512
        following = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(_entry(name, 2, at, len(padded), 0xFFFFFFFF, following))
        sectors += [padded[i : i + 512] for i in range(0, len(padded), 512)]
        table += [*range(at + 1, at + count), 0xFFFFFFFE]
        at += count
    assert len(table) <= 128
    fat = struct.pack("<128L", *table, *[0xFFFFFFFF] * (128 - len(table)))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
    return head + fat + b"".join(entries).ljust(directory * 512, b"\x00") + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, child: int, following: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le") + b"\x00\x00"
    head = raw.ljust(64, b"\x00") + struct.pack("<HBB", len(raw), kind, 1)
    return (
        head + struct.pack("<LLL", 0xFFFFFFFF, following, child) + bytes(36) + struct.pack("<LQ", start, size)
    )


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def book_stream(*extra: bytes, text: str = "Yunxi", macro: bool = False) -> bytes:
    """Return the stream of a workbook of Excel 97 with one sheet and one cell."""
    begin = record(0x809, struct.pack("<HHHHLL", 0x600, 5, 0, 0, 0, 6))
    name = b"S1"
    sheet = lambda at: record(0x85, struct.pack("<LBBBB", at, 0, int(macro), len(name), 0) + name)  # noqa: E731
    end = record(0x0A)
    at = len(begin) + sum(map(len, extra)) + len(sheet(0)) + len(end)
    label = struct.pack("<HHHHB", 0, 0, 0, len(text), 0) + text.encode("ascii")
    page = record(0x809, struct.pack("<HHHHLL", 0x600, 0x10, 0, 0, 0, 6)) + record(0x204, label) + end
    return begin + b"".join(extra) + sheet(at) + end + page


def xls_bytes() -> bytes:
    return ole_bytes({"Workbook": book_stream()})


def pdf_with(
    dictionary: str,
    hidden: str = "",
    info: str = "",
    *,
    told: str = "/Filter /FlateDecode",
    pack: Callable[[bytes], bytes] = zlib.compress,
) -> bytes:
    """Return a small PDF whose catalogue holds more, its `info`, and `hidden` in an object stream, packed as is told."""
    objects = [f"<< /Type /Catalog /Pages 2 0 R {dictionary} >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>", f"<< {info} >>"]  # fmt: skip
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    if hidden:
        data = pack(b"9 0 " + hidden.encode())
        out += (
            f"8 0 obj\n<< /Type /ObjStm /N 1 /First 4 {told} /Length {len(data)} >>\nstream\n".encode() + data
        )
        out += b"\nendstream\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = f"xref\n0 5\n0000000000 65535 f \n{table}trailer\n<< /Size 5 /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + tail.encode()


def overlapping_zip(count: int = 20) -> bytes:
    """Return an archive whose members all name the same compressed bytes (after Fifield, A better zip bomb, 2019)."""
    data = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = data.compress(bytes(100_000)) + data.flush()
    crc = zlib.crc32(bytes(100_000))
    local = (
        struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 20, 0, 8, 0, 0x21, crc, len(body), 100_000, 5, 0)
        + b"a.txt"
        + body
    )
    entry = b"".join(
        struct.pack(
            "<4sHHHHHHLLLHHHHHLL",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            0x21,
            crc,
            len(body),
            100_000,
            5,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + b"a.txt"
        for _ in range(count)
    )
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, len(entry), len(local), 0)
    return local + entry + end
