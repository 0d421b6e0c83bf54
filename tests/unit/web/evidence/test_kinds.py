"""A file is what its bytes are: real files are recognised, and each way of being something else has its code."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from duxue.core.errors import Refused
from duxue.web.evidence.content import archives
from duxue.web.evidence.content.examine import examine, examine_here
from duxue.web.evidence.content.kinds import ACCEPTED as ACCEPTED_FAMILIES
from duxue.web.evidence.content.kinds import recognise
from duxue.web.evidence.content.names import LONGEST, ending, safe_name
from duxue.web.evidence.content.problems import _ADVICE, ACCEPTED, CODES
from tests.unit.web.evidence import kit

REAL = {
    "a.docx": (kit.docx_bytes, "docx"),
    "a.xlsx": (kit.xlsx_bytes, "xlsx"),
    "a.xls": (kit.xls_bytes, "xls"),
    "a.ods": (kit.ods_bytes, "ods"),
    "a.pptx": (kit.pptx_bytes, "pptx"),
    "a.pdf": (kit.pdf_bytes, "pdf"),
    "a.JPG": (kit.jpeg_bytes, "image"),
    "a.jpeg": (kit.jpeg_bytes, "image"),
    "a.png": (lambda: kit.picture_bytes("PNG"), "image"),
    "a.webp": (lambda: kit.picture_bytes("WEBP"), "image"),
    "a.txt": (lambda: "MZ中学2031年新建校舍。".encode("gb18030"), "text"),
    "a.csv": ("BM,学校\n1,云溪一小\n".encode, "csv"),
    "a.zip": (lambda: kit.zipped({"报告.docx": kit.docx_bytes(), "b.txt": b"text"}), "zip"),
    "no ending": (kit.pdf_bytes, "pdf"),
    "报告第1.2版": (kit.pdf_bytes, "pdf"),
}


def codes(path: Path, name: str = "") -> set[str]:
    """Return the codes with which a file is refused; every refusal speaks both languages and says how to mend it."""
    with pytest.raises(Refused) as caught:
        examine_here(path, name or path.name, "refuse", ACCEPTED_FAMILIES)
    for problem in caught.value.problems:
        assert all((problem.what.zh, problem.what.en, problem.advice.zh, problem.advice.en))
        assert problem.place.file == (name or path.name)
    return {p.code for p in caught.value.problems}


def test_every_code_has_both_languages_and_advice() -> None:
    assert set(_ADVICE) == set(CODES)
    assert all(t.zh and t.en for t in (*CODES.values(), *_ADVICE.values(), ACCEPTED))


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_recognised_and_accepted(tmp_path: Path, name: str) -> None:
    make, family = REAL[name]
    examined = examine(kit.write(tmp_path / "stored", make()), name)
    assert examined.kind.family == family
    assert examined.name.endswith("." + examined.kind.extension)
    assert not examined.warnings


def test_a_file_is_not_what_its_name_says(tmp_path: Path) -> None:
    path = kit.write(tmp_path / "x", kit.jpeg_bytes())
    with pytest.raises(Refused) as caught:
        recognise(path, "账目.pdf")
    (problem,) = caught.value.problems
    assert problem.code == "EVID004"
    assert problem.found == ".pdf ≠ jpg (image/jpeg)"
    assert codes(kit.write(tmp_path / "y", kit.docx_bytes()), "a.pdf.exe") == {"EVID004"}


def test_video_only_where_it_is_asked_for(tmp_path: Path) -> None:
    path = kit.write(tmp_path / "a.mp4", b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2")
    assert codes(path) == {"EVID003"}
    assert recognise(path, "a.mp4", accepted={"video"}).media_type == "video/mp4"


ENCRYPTED_ZIP = bytearray(kit.zipped({"a.txt": b"text"}))
ENCRYPTED_ZIP[6] |= 1
ENCRYPTED_ZIP[ENCRYPTED_ZIP.rfind(b"PK\x01\x02") + 8] |= 1
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
JAR = kit.zipped({"META-INF/MANIFEST.MF": b"", "a/Main.class": b"\xca\xfe\xba\xbe"})
MSI = chr(0x4840) + chr(0x3B3F)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"", "EVID001"),
        ("a.txt", b"\xef\xbb\xbf \r\n", "EVID001"),
        ("a.zip", kit.zipped({}), "EVID001"),
        ("a.gif", GIF, "EVID003"),
        ("a.doc", kit.ole_bytes({"WordDocument": b"x"}), "EVID003"),
        ("a.rar", b"Rar!\x1a\x07\x00", "EVID003"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "EVID003"),
        ("a.rtf", b"{\\rtf1 text}", "EVID003"),
        ("a.odt", kit.zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "EVID003"),
        ("a.dat", bytes(range(256)) * 4, "EVID003"),
        ("a.pdf", b"MZ\x90\x00\x03\x00\x00\x00", "EVID005"),
        ("a.txt", b"#!/bin/sh\nrm -r x\n", "EVID005"),
        ("a.bat", b"start calc\r\n", "EVID005"),
        ("a.zip", JAR, "EVID005"),
        ("a.xls", kit.ole_bytes({MSI: b"x"}), "EVID005"),
        ("a.txt", b"<!DOCTYPE html><p>x", "EVID006"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "EVID006"),
        ("a.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "EVID006"),
        ("a.txt", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\nx", "EVID006"),
        ("a.zip", bytes(ENCRYPTED_ZIP), "EVID007"),
        ("a.docx", kit.ole_bytes({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "EVID007"),
        ("a.xls", kit.ole_bytes({"Workbook": kit.book_stream(kit.record(0x2F, bytes(6)))}), "EVID007"),
        ("a.pdf", kit.pdf_bytes().replace(b"startxref", b"/Encrypt 7 0 R\nstartxref"), "EVID007"),
        ("a.pdf", b"MZ\x00" + kit.pdf_bytes(), "EVID008"),
        ("a.jpg", kit.jpeg_bytes() + kit.zipped({"x.class": b"x"}), "EVID008"),
        ("a.gif", GIF + JAR, "EVID008"),
        ("a.pdf", kit.pdf_bytes() + kit.zipped({"x.txt": b"x"}), "EVID008"),
        ("a.jpg", kit.jpeg_bytes() + b"<script>alert(1)</script>", "EVID008"),
        ("a.pdf", kit.pdf_bytes() + b"<html><script>x</script>", "EVID008"),
        ("a.pdf", kit.pdf_bytes()[:4000], "EVID009"),
        ("a.pdf", b"%PDF-1.5\nstartxref\n%%EOF", "EVID009"),
        ("a.docx", kit.docx_bytes()[:5000], "EVID009"),
        ("a.xls", kit.xls_bytes()[:2000], "EVID009"),
        ("a.jpg", kit.jpeg_bytes((600, 400))[:-400], "EVID031"),
    ],
)  # fmt: skip
def test_what_is_no_evidence_is_refused(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    assert codes(kit.write(tmp_path / "stored", data), name) == {code}


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as stream:
        stream.truncate((200 << 20) + 1)
    assert codes(path) == {"EVID002"}


# --- archives -----------------------------------------------------------------------------------------------------------
def inspect(tmp_path: Path, data: bytes, **bounds: int) -> set[str]:
    """Return the codes with which an archive is refused."""
    with pytest.raises(Refused) as caught:
        archives.inspect(kit.write(tmp_path / "a.zip", data), "a.zip", archives.Bounds(**bounds))
    return {p.code for p in caught.value.problems}


def linked() -> bytes:
    """Return an archive that holds a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def twice(first: str, second: str) -> bytes:
    """Return an archive with two members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)
        archive.writestr(first, "1")
        archive.writestr(second, "2")
    return out.getvalue()


def nested(depth: int) -> bytes:
    """Return a text inside so many archives."""
    data = kit.zipped({"a.txt": b"text"})
    for _ in range(depth):
        data = kit.zipped({"a.zip": data})
    return data


def test_archives_stay_within_bounds(tmp_path: Path) -> None:
    many = kit.zipped({f"{n}.txt": b"x" for n in range(30)})
    assert inspect(tmp_path, many, members=29) == {"EVID010"}
    assert inspect(tmp_path, kit.zipped({"a.txt": bytes(3000), "b.txt": bytes(3000)}), unpacked=5000) == {
        "EVID011"
    }
    assert inspect(tmp_path, kit.zipped({"a.txt": bytes(3_000_000)})) == {"EVID012"}
    assert inspect(tmp_path, nested(3)) == {"EVID013"}
    assert inspect(
        tmp_path, kit.zipped({"x.zip": kit.zipped({"big.txt": bytes(9000)}, 0)}, 0), inner=5000
    ) == {"EVID011"}
    shallow = archives.inspect(kit.write(tmp_path / "b.zip", nested(2)), "b.zip")
    assert [(m.name, m.depth) for m in shallow][-1] == ("a.zip/a.zip/a.txt", 2)


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a", "C:\\a.txt", "a\\..\\..\\b", "\\\\server\\a"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    assert inspect(tmp_path, kit.zipped({name: b"x"})) == {"EVID014"}


def test_a_name_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    assert inspect(tmp_path, kit.zipped({"QQQ": b"x"}).replace(b"QQQ", b"\x00QQ")) == {"EVID014"}


def test_links_overlaps_twins_and_programs_are_refused(tmp_path: Path) -> None:
    assert inspect(tmp_path, linked()) == {"EVID015"}
    assert "EVID016" in inspect(tmp_path, kit.overlapping_zip())
    assert inspect(tmp_path, twice("a.txt", "a.txt")) == {"EVID017"}
    assert inspect(tmp_path, twice("a.txt", "A.TXT")) == {"EVID017"}
    assert inspect(tmp_path, kit.zipped({"说明.pdf.exe": b"MZ"})) == {"EVID018"}
    archives.inspect(kit.write(tmp_path / "b.zip", twice("表1-1.txt", "表11.txt")), "b.zip")


def test_a_directory_that_lies_is_refused(tmp_path: Path) -> None:
    data = bytearray(kit.zipped({"a.txt": bytes(200_000)}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")  # the size it claims to unpack to
    assert inspect(tmp_path, bytes(data)) == {"EVID009"}
    data = bytearray(kit.zipped({"a.txt": b"text"}))
    at = data.rfind(b"a.txt")
    data[at : at + 5] = b"b.exe"  # one name in the directory, another at the member
    assert inspect(tmp_path, bytes(data)) == {"EVID009", "EVID018"}


def test_all_that_is_wrong_with_an_archive_is_told_at_once(tmp_path: Path) -> None:
    assert inspect(tmp_path, kit.zipped({"../a.txt": b"1", "b.exe": b"2"})) == {"EVID014", "EVID018"}


def test_names_in_gb18030_are_read(tmp_path: Path) -> None:
    raw = "一小校舍.txt".encode("gb18030")
    data = kit.zipped({"x" * len(raw): b"text"}).replace(b"x" * len(raw), raw)
    (member,) = archives.inspect(kit.write(tmp_path / "a.zip", data), "a.zip")
    assert member.name == "一小校舍.txt"


# --- names --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("claimed", "stored"),
    [
        ("../../etc/报告.pdf", "报告.pdf"),
        ("C:\\fakepath\\a.pdf", "a.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ('<img src=x>:"|?*.pdf', "_img src=x______.pdf"),
        ("report. .pdf ", "report.pdf"),
        ("第1.2版", "第1.2版.pdf"),
        ("\ud800.pdf", "_.pdf"),
    ],
)
def test_names_are_made_safe(claimed: str, stored: str) -> None:
    assert safe_name(claimed, "pdf") == stored


def test_long_names_are_cut_between_characters() -> None:
    name = safe_name("督" * 300 + ".pdf", "pdf")
    assert name.endswith("督.pdf")
    assert len(name.encode()) <= LONGEST
    assert ending("A.Tar.GZ ") == "gz"
