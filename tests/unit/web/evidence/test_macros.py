"""Whatever runs, connects or hides is named; the policy decides whether it is refused or only warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from duxue.core.errors import Refused
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
