"""Whatever runs, connects or hides is named; the policy decides whether it is refused or only warned of."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from duxue.core.errors import Refused
from duxue.web.evidence.content import macros
from duxue.web.evidence.content.examine import examine, examine_here
from duxue.web.evidence.content.kinds import ACCEPTED, recognise
from duxue.web.evidence.content.macros import WORDS, find
from tests.unit.web.evidence import kit

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DOCM = kit.with_parts(
    kit.replaced(
        kit.docx_bytes(),
        "[Content_Types].xml",
        MAIN.encode(),
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    ),
    {"word/vbaProject.bin": b"x"},
)
FIELD = "<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>"
DDE_DOCX = kit.replaced(kit.docx_bytes(), "word/document.xml", b"<w:body>", f"<w:body>{FIELD}".encode())
DDE_XLSX = kit.with_parts(
    kit.xlsx_bytes(), {"xl/externalLinks/externalLink1.xml": b"<externalLink><ddeLink/></externalLink>"}
)


def hexed(data: bytes) -> bytes:
    return data.hex().encode() + b">"


CASES = [
    ("a.docm", DOCM, {"vba"}),
    ("a.xlsx", kit.with_parts(kit.xlsx_bytes(), {"xl/vbaProject.bin": b"x"}), {"vba"}),
    ("a.xlsx", kit.with_parts(kit.xlsx_bytes(), {"xl/macrosheets/sheet1.xml": b"<x/>"}), {"xlm"}),
    ("a.docx", kit.with_parts(kit.docx_bytes(), {"word/activeX/activeX1.xml": b"<x/>"}), {"activex"}),
    ("a.xls", kit.ole_bytes({"Workbook": kit.book_stream(), "_VBA_PROJECT": b"x"}), {"vba"}),
    ("a.xls", kit.ole_bytes({"Workbook": kit.book_stream(macro=True)}), {"xlm"}),
    ("a.xls", kit.ole_bytes({"Workbook": kit.book_stream(), "\x01Ole10Native": b"x"}), {"object"}),
    ("a.ods", kit.with_parts(kit.ods_bytes(), {"Basic/Standard/Module1.xml": b"<x/>"}), {"vba"}),
    ("a.docx", kit.related("attachedTemplate", "http://example.invalid/t.dotm"), {"template"}),
    ("a.docx", kit.related("attachedTemplate", "\\\\server\\t.dotm"), {"template"}),
    ("a.docx", kit.related("attachedTemplate", "file://server/t.dotm"), {"template"}),
    ("a.docx", kit.related("image", "https://example.invalid/pixel.png"), {"external"}),
    ("a.docx", kit.related("oleObject", "embeddings/x.bin", external=False), {"object"}),
    ("a.docx", kit.related("aFChunk", "part.htm", external=False), {"chunk"}),
    ("a.docx", DDE_DOCX, {"dde"}),
    ("a.xlsx", DDE_XLSX, {"dde"}),
    ("a.csv", b"name,amount\nx,=cmd|' /C calc'!A0\n", {"dde"}),
    ("a.pdf", kit.pdf_with("/OpenAction << /S /JavaScript /JS (app.alert) >>"), {"javascript"}),
    ("a.pdf", kit.pdf_with("/OpenAction << /S /J#61vaScript >>"), {"javascript"}),
    ("a.pdf", kit.pdf_with("", hidden="<< /S /JavaScript /JS (x) >>"), {"javascript"}),
    ("a.pdf", kit.pdf_with("/OpenAction << /S /Launch /F (cmd.exe) >>"), {"launch"}),
    ("a.pdf", kit.pdf_with("/OpenAction << /S /URI /URI (http://example.invalid/) >>"), {"connect"}),
    ("a.pdf", kit.pdf_with("", hidden="<< /S /JavaScript /JS (x) >>", told="/Filter /AHx", pack=hexed), {"unreadable"}),
    ("a.pdf", kit.pdf_with("/Names << /EmbeddedFiles 7 0 R >>"), {"attachment"}),
    ("a.pdf", kit.pdf_with("/AcroForm << /XFA 7 0 R >>"), {"xfa"}),
    ("a.pdf", kit.pdf_with("/X << /Subtype /RichMedia >>"), {"media"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "expected"), CASES)
def test_active_content_is_named_and_judged_by_policy(
    tmp_path: Path, name: str, data: bytes, expected: set[str]
) -> None:
    path = kit.write(tmp_path / "stored", data)
    found = find(path, recognise(path, name))
    assert {m.kind for m in found} == expected
    assert all(m.where for m in found)
    with pytest.raises(Refused) as caught:
        examine_here(path, name, "refuse", ACCEPTED)
    for problem, macro in zip(caught.value.problems, found, strict=True):
        assert problem.code == "EVID020"
        assert macro.text.zh in problem.what.zh
        assert macro.text.en in problem.what.en
    examined = examine(path, name, policy="warn")
    assert examined.active
    assert [w.severity for w in examined.warnings] == ["warning"] * len(found)


def test_every_kind_of_active_content_is_tried_here() -> None:
    assert set().union(*(expected for _, _, expected in CASES)) == set(WORDS)


def kinds(tmp_path: Path, data: bytes) -> set[str]:
    path = kit.write(tmp_path / "stored", data)
    return {m.kind for m in find(path, recognise(path, "a.pdf"))}


CONNECT = [
    "/S /URI /URI (http://example.invalid/)",
    "/S /SubmitForm /F (http://example.invalid/)",
    "/S /GoToE /F (x.pdf)",
    "/S /ImportData /F (http://example.invalid/)",
    "/S /GoToR /F (\\\\\\\\server\\\\share\\\\x.pdf) /D [0 /Fit]",
    "/S /#55RI /URI (x)",
    "/S /GoTo /D [3 0 R /Fit] /Next << /S /URI /URI (x) >>",
    "/S /GoTo /D [3 0 R /Fit] /Next [<< /S /URI /URI (x) >>]",
    "/S /GoTo /S /URI /URI (x)",
    "/S 77 0 R",
]


@pytest.mark.parametrize("action", CONNECT)
def test_a_pdf_that_connects_by_itself_is_found_wherever_the_action_stands(
    tmp_path: Path, action: str
) -> None:
    catalog = f"/OpenAction << {action} >>"
    for data in (
        kit.pdf_with(catalog),
        kit.pdf_with(catalog.replace("Open", "#4fpen")),
        kit.pdf_with(f"/AA << /WC << {action} >> >>"),
        kit.pdf_with("", hidden=f"<< {catalog} >>"),
        kit.pdf_with("", hidden=f"<< /AA << /O << {action} >> >> >>"),
        kit.pdf_with("/OpenAction 9 0 R", hidden=f"<< {action} >>"),
        kit.pdf_with("/AA << /O 9 0 R >>", hidden=f"<< {action} >>"),
        kit.pdf_with("/OpenAction 4 0 R", info=action),
        kit.pdf_with("/AA 4 0 R", info=f"/WC << {action} >>"),
        kit.pdf_with("/OpenAction 78 0 R"),
    ):
        assert kinds(tmp_path, data) == {"connect"}


@pytest.mark.parametrize(
    "catalog",
    [
        "/OpenAction [3 0 R /Fit]",
        "/OpenAction (first)",
        "/OpenAction 4 0 R",
        "/OpenAction << /S /GoTo /D [3 0 R /XYZ null null 1] /Next << /S /Named /N /Print >> >>",
        "/AA << /O << /S /GoTo /D (a \\( b) >> >>",
        "/X << /A << /S /URI /URI (http://example.invalid/) >> >>",
        "/Font << /AA 3 0 R >> /Differences [1 /A /AA] /AAPL:Keywords []",
    ],
)
def test_links_that_are_clicked_and_the_page_to_begin_with_are_everyday(tmp_path: Path, catalog: str) -> None:
    everyday = "/S /GoTo /D [3 0 R /Fit]"
    assert not kinds(tmp_path, kit.pdf_with(catalog, info=everyday))
    assert not kinds(tmp_path, kit.pdf_with("/OpenAction 4 0 R", info=everyday, hidden=f"<< {catalog} >>"))


SCRIPT = "<< /S /JavaScript /JS (x) >>"


@pytest.mark.parametrize(
    ("told", "pack"),
    [
        ("/Filter /ASCIIHexDecode", hexed),
        ("/Filter [/ASCIIHexDecode /FlateDecode]", lambda data: hexed(zlib.compress(data))),
        ("/Filter /ASCII85Decode", lambda data: base64.a85encode(data) + b"~>"),
        ("/Filter [/ASCII85Decode /FlateDecode]", lambda data: base64.a85encode(zlib.compress(data)) + b"~>"),
        ("/Filter [/FlateDecode /FlateDecode]", lambda data: zlib.compress(zlib.compress(data))),
        ("/Filter /FlateDecode /Filter /AHx", hexed),
        ("/Filter 77 0 R", zlib.compress),
        ("/Filter /FlateDecode", lambda data: zlib.compress(data)[:-4] + bytes(4)),  # a wrong sum at its end
        ("/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 5 >>", zlib.compress),
        ("/Filter /FlateDecode /X (>> stream)", zlib.compress),
        (f"/Filter /FlateDecode /X [{'0 ' * 20_000}]", zlib.compress),
    ],
)
def test_objects_packed_otherwise_than_programs_do_cannot_be_checked(
    tmp_path: Path, told: str, pack: Callable[[bytes], bytes]
) -> None:
    data = kit.pdf_with("", hidden=SCRIPT, told=told, pack=pack)
    assert kinds(tmp_path, data) == {"unreadable"}
    assert kinds(tmp_path, data.replace(b"/ObjStm", b"/Obj#53tm")) == {"unreadable"}


@pytest.mark.parametrize(
    ("told", "pack"),
    [
        ("", bytes),
        ("/Filter /Fl /DecodeParms null", zlib.compress),
        ("/Filter [/FlateDecode] /DecodeParms [<< /Predictor 1 >>]", zlib.compress),
        ("/Filter /FlateDecode", lambda data: zlib.compress(b"9 0 (endstream) " + data[4:], 0)),
    ],
)
def test_objects_packed_as_programs_do_are_read(
    tmp_path: Path, told: str, pack: Callable[[bytes], bytes]
) -> None:
    assert kinds(tmp_path, kit.pdf_with("", hidden=SCRIPT, told=told, pack=pack)) == {"javascript"}
    assert not kinds(tmp_path, kit.pdf_with("", hidden="<< /Type /Page >>", told=told, pack=pack))


def test_more_packed_objects_than_are_read_cannot_be_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = kit.pdf_with("", hidden="<< /Type /Page >>")
    assert not kinds(tmp_path, data)
    monkeypatch.setattr(macros, "_OBJECTS", 20)
    assert kinds(tmp_path, data) == {"unreadable"}


@pytest.mark.parametrize(
    "data",
    [
        kit.related("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm"),
        kit.related("hyperlink", "https://example.invalid/"),
        kit.with_parts(kit.docx_bytes(), {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": kit.xlsx_bytes()}),
    ],
)
def test_everyday_documents_are_not_suspected(tmp_path: Path, data: bytes) -> None:
    assert not examine_here(kit.write(tmp_path / "a.docx", data), "a.docx", "refuse", ACCEPTED).warnings


def test_a_document_with_macros_under_an_innocent_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        recognise(kit.write(tmp_path / "x", DOCM), "a.docx")
    assert caught.value.problems[0].code == "EVID004"
