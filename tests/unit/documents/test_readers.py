"""Every kind of file gives the same report: text, structure and places; bad files give a clear refusal."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import docx
import pylopdf_fonts_zh_cn
import pytest
import typst
import xlsxwriter
from docx.oxml import OxmlElement

from duxue.core.errors import Refused
from duxue.documents import CODES, Document, read

TITLE = "云溪县2031年教育工作报告"
SENTENCE = "2031年，全县投入教育经费16.48亿元，新建改扩建幼儿园50所，新增学位1.27万个，公办和普惠性民办学位占比达到90%，比要求高出10个百分点。"
FONTS = next(Path(pylopdf_fonts_zh_cn.__file__).parent.rglob("*.[ot]t[fc]")).parent


def blocks(document: Document, *kinds: str) -> list[str]:
    """Return the texts of the blocks of these kinds."""
    return [document.text[b.start : b.end] for b in document.blocks if not kinds or b.kind in kinds]


def refusal(path: Path) -> str:
    """Return the code with which a file is refused; every refusal speaks both languages."""
    with pytest.raises(Refused) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.code in CODES
    assert all((problem.what.zh, problem.what.en, problem.advice.zh, problem.advice.en))
    assert problem.place.file == path.name
    return problem.code


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


# --- text ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]
)
def test_simplified_text_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = f"{TITLE}\r\n{SENTENCE}\r\n"
    assert read(write(tmp_path / "a.txt", text.encode(encoding))).text.lstrip("\ufeff") == text


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "big5hkscs", "gb18030"])
def test_traditional_text_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = "教育局工作報告\n全市新建學校12所，投入經費3億元，學位佔比達到九成。\n"
    assert read(write(tmp_path / "a.txt", text.encode(encoding))).text == text


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030", "utf-16"])
def test_english_with_printers_quotes_is_read(tmp_path: Path, encoding: str) -> None:
    text = "The county’s budget\nThe county’s “new” schools number 35, and the budget rose by 4 per cent – as planned.\n"
    assert read(write(tmp_path / "a.txt", text.encode(encoding))).text == text


def test_offsets_count_the_mark_at_the_start(tmp_path: Path) -> None:
    """As a program that opens the file as UTF-8 would count."""
    path = write(tmp_path / "a.txt", b"\xef\xbb\xbf" + "标题\r\n12所".encode())
    document = read(path)
    with path.open(encoding="utf-8", newline="") as stream:
        assert document.text == stream.read()
    assert blocks(document)[0] == "标题"


# --- web pages ----------------------------------------------------------------------------------------------------------
def test_a_web_page_is_read_as_a_person_sees_it(tmp_path: Path) -> None:
    page = (
        f"<!doctype html><meta charset=gb2312><title>x</title><style>p{{}}</style><nav><a>首页</a> 共99条</nav><h1>{TITLE}</h1>"
        f"<p>来源：某网<p>一、主要成绩<p>{SENTENCE[:20]}<b>{SENTENCE[20:]}</b><!-- 77 --><script>n=88</script>"
        "<div style='display:none'>66所</div><table><tr><th>地区<th>学校<tr><td>甲县<td>12</table><ul><li>建成食堂9个</ul>"
        "<div class='share-box'>分享 55 次</div><footer>2031 版权</footer>"
    )
    document = read(write(tmp_path / "a.html", page.encode("gb18030")))
    assert blocks(document, "heading") == [TITLE, "一、主要成绩"]
    assert blocks(document, "paragraph") == [SENTENCE]
    assert blocks(document, "item") == ["建成食堂9个"]
    assert [(b.place, document.text[b.start : b.end]) for b in document.blocks if b.kind == "cell"] == [
        ("T1!A1", "地区"), ("T1!B1", "学校"), ("T1!A2", "甲县"), ("T1!B2", "12"),
    ]  # fmt: skip
    for hidden in ("77", "88", "66"):
        assert hidden not in document.text
    assert {"首页 共99条", "分享 55 次"} <= set(blocks(document, "furniture"))


def test_struck_and_hidden_words_are_not_read(tmp_path: Path) -> None:
    page = "<p>全市有小学<del>11</del><s>13</s>12所</p>"
    assert read(write(tmp_path / "a.html", page.encode())).text.strip() == "全市有小学12所"
    report = docx.Document()
    paragraph = report.add_paragraph("全市有小学")
    paragraph.add_run("11所、").font.hidden = True
    paragraph.add_run("12所").font.hidden = False
    report.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx").text.strip() == "全市有小学12所"


def test_a_page_whose_article_is_named_like_furniture_is_still_read(tmp_path: Path) -> None:
    page = f"<div id='related'><p>{SENTENCE}</p></div>"
    assert blocks(read(write(tmp_path / "a.htm", page.encode())), "paragraph") == [SENTENCE]


@pytest.mark.parametrize(
    "unit",
    ["<div>", "<table><tr><td>1", "<p>1", "<!--", "<", "<a ", "<a href='", "&#", "</p>", "<td>", "<script>"],
)
def test_broken_pages_end(tmp_path: Path, unit: str) -> None:
    """Deep nesting, tags that never close: half a megabyte of each is read at once."""
    assert read(write(tmp_path / "a.html", (unit * (500_000 // len(unit))).encode())).source == "html"


# --- Word ---------------------------------------------------------------------------------------------------------------
def make_docx(path: Path) -> Path:
    report = docx.Document()
    report.add_heading(TITLE, 0)
    report.add_heading("主要成绩", 1)
    report.add_paragraph(SENTENCE)
    report.add_paragraph("（一）教师队伍。招聘教师300名。")
    report.add_paragraph("建成食堂9个", style="List Bullet")
    table = report.add_table(2, 3)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells],
        ["地区", "学校", "学生", "甲县", "12", "3,400"],
        strict=True,
    ):
        cell.text = text
    inserted, run, text = OxmlElement("w:ins"), OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "修订新增学校7所。"
    run.append(text)
    inserted.append(run)
    report.add_paragraph("")._p.append(inserted)
    report.save(str(path))
    return path


def test_a_word_document_keeps_styles_tables_and_revisions(tmp_path: Path) -> None:
    document = read(make_docx(tmp_path / "a.docx"))
    assert [(b.level, document.text[b.start : b.end]) for b in document.blocks if b.kind == "heading"] == [
        (1, TITLE), (2, "主要成绩"), (5, "（一）教师队伍。"),
    ]  # fmt: skip
    assert blocks(document, "paragraph") == [SENTENCE, "招聘教师300名。", "修订新增学校7所。"]
    assert blocks(document, "item") == ["建成食堂9个"]
    assert [b.place for b in document.blocks if b.kind == "cell"] == [
        "T1!A1",
        "T1!B1",
        "T1!C1",
        "T1!A2",
        "T1!B2",
        "T1!C2",
    ]


def test_footnotes_stand_at_the_end(tmp_path: Path) -> None:
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:type="separator" w:id="0"/>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>含民办学校3所。</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    path = make_docx(tmp_path / "a.docx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
    last = read(path).blocks[-1]
    assert (last.kind, last.place) == ("paragraph", "note 2")


def test_a_damaged_word_document_is_refused(tmp_path: Path) -> None:
    data = make_docx(tmp_path / "a.docx").read_bytes()
    assert refusal(write(tmp_path / "b.docx", data[: len(data) // 2])) == "DOC005"
    assert refusal(write(tmp_path / "c.docx", _zip({"word/document.xml": b"<w:document"}))) == "DOC005"
    entities = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
    assert read(write(tmp_path / "d.docx", _zip({"word/document.xml": entities}))).text == ""


# --- workbooks ----------------------------------------------------------------------------------------------------------
def test_a_workbook_is_read_cell_by_cell(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("投入")
        sheet.write_row(0, 0, [TITLE])
        sheet.write_row(2, 1, ["地区", "经费（万元）"])
        sheet.write_row(3, 1, ["甲县", 1234.0])
        book.add_worksheet("暗").hide()
    document = read(tmp_path / "a.xlsx")
    found = {b.place: document.text[b.start : b.end] for b in document.blocks}
    assert found == {
        "投入": "投入",
        "投入!A1": TITLE,
        "投入!B3": "地区",
        "投入!C3": "经费（万元）",
        "投入!B4": "甲县",
        "投入!C4": "1234",
    }


def test_a_workbook_that_unfolds_too_far_is_refused(tmp_path: Path) -> None:
    """Two cells in opposite corners span sixteen thousand million."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "12")
        sheet.write(1_048_575, 16_383, "12")
    assert refusal(tmp_path / "a.xlsx") == "DOC003"


# --- PDF ----------------------------------------------------------------------------------------------------------------
def make_pdf(path: Path, body: str) -> Path:
    head = (
        '#set page(paper: "a4", header: [云溪县教育局年度报告], footer: context [#align(center)[#counter(page).display("1")]])\n'
        '#set text(font: ("Noto Sans SC", "Noto Serif SC"), size: 10.5pt, lang: "zh")\n#set par(justify: true)\n'
    )
    path.write_bytes(typst.compile((head + body).encode(), font_paths=[str(FONTS)]))
    return path


def test_a_pdf_has_its_headings_lines_and_furniture(tmp_path: Path) -> None:
    """Lines are joined to paragraphs, across pages too; running heads and page numbers are set apart."""
    body = f"#text(20pt)[{TITLE}]\n\n{SENTENCE * 30}\n\n= 二、下一步打算\n\n招聘教师300名。"
    document = read(make_pdf(tmp_path / "a.pdf", body))
    assert blocks(document, "heading") == [TITLE, "二、下一步打算"]
    assert blocks(document, "paragraph") == [SENTENCE * 30, "招聘教师300名。"]
    assert blocks(document, "furniture") == ["云溪县教育局年度报告", "1", "云溪县教育局年度报告", "2"]
    assert [b.page for b in document.blocks][-1] == 2


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    words = " ".join(f"left{i}" for i in range(120)), " ".join(f"right{i}" for i in range(120))
    body = f"#text(20pt)[Report]\n\n#grid(columns: (1fr, 1fr), gutter: 16pt)[{words[0]}][{words[1]}]\n\n"
    text = read(make_pdf(tmp_path / "a.pdf", body)).text
    numbers = [w for w in text.split() if w.startswith(("left", "right"))]
    assert numbers == " ".join(words).split()


def test_a_printed_table_gives_cells(tmp_path: Path) -> None:
    body = f"#text(20pt)[{TITLE}]\n\n#table(columns: 3)[地区][学校数][学生数][甲县][12][3,400][乙县][34][5,600]\n\n{SENTENCE}"
    document = read(make_pdf(tmp_path / "a.pdf", body))
    assert blocks(document, "cell") == [
        "地区",
        "学校数",
        "学生数",
        "甲县",
        "12",
        "3,400",
        "乙县",
        "34",
        "5,600",
    ]


def test_a_protected_pdf_is_refused(tmp_path: Path) -> None:
    data = make_pdf(tmp_path / "a.pdf", SENTENCE).read_bytes()
    lock = (
        b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O("
        + b"o" * 32
        + b")/U("
        + b"u" * 32
        + b")>>/ID[(aaaaaaaaaaaaaaaa)(aaaaaaaaaaaaaaaa)]"
    )
    simple = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R"
        + lock
        + b">>\n%%EOF\n"
    )
    assert refusal(write(tmp_path / "b.pdf", simple)) == "DOC006"
    assert refusal(write(tmp_path / "c.pdf", data[:200])) == "DOC005"
    assert refusal(write(tmp_path / "d.pdf", b"%PDF-1.7\n" + b"\xff" * 5000)) == "DOC005"


def make_scan(path: Path) -> Path:
    """A page that is one picture."""
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    picture = f"#image(bytes(({', '.join(map(str, base64.b64decode(dot)))})))"
    path.write_bytes(typst.compile(picture.encode()))
    return path


def test_a_scan_says_how_to_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the refusal names the command that installs it."""
    monkeypatch.setattr("duxue.documents.ocr.find_spec", lambda _: None)
    with pytest.raises(Refused, match=r"DOC009.*[\s\S]*pip install 'duxue\[ocr\]'"):
        read(make_scan(tmp_path / "a.pdf"))


def test_a_scan_is_read_by_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words that text recognition finds take the same way as printed ones; here a stand-in finds two lines."""
    boxes = [
        [[200, 200], [700, 200], [700, 240], [200, 240]],
        [[200, 400], [900, 400], [900, 440], [200, 440]],
    ]
    found = SimpleNamespace(boxes=boxes, txts=("一、主要成绩", "全县新建学校12所。"))
    engine = SimpleNamespace(RapidOCR=lambda **_: lambda _picture: found)
    monkeypatch.setattr("duxue.documents.ocr.find_spec", lambda _: True)
    monkeypatch.setattr("duxue.documents.ocr.import_module", lambda _: engine)
    monkeypatch.setattr("pypdfium2.PdfBitmap.to_numpy", lambda bitmap: bitmap)
    document = read(make_scan(tmp_path / "a.pdf"))
    assert blocks(document) == ["一、主要成绩", "全县新建学校12所。"]
    assert {b.page for b in document.blocks} == {1}


# --- hostile ------------------------------------------------------------------------------------------------------------
def _zip(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.txt", bytes(range(256)) * 40, "DOC004"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "DOC008"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "DOC008"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "DOC006"),
        ("a.zip", _zip({"b.txt": b"12"}), "DOC008"),
        ("a.docx", _zip({"word/document.xml": b"<a>" + b" " * 40_000_000}), "DOC003"),
        ("a.txt", "新建学校12所。".encode() * 100 + b"\xff\xfe\xfd" + "学校".encode() * 100, "DOC007"),
        ("a.docx", b"PK\x03\x04" + b"\x00" * 50, "DOC005"),
        ("a.docx", _zip({"word/document.xml": b"<a>" * 100_000 + b"</a>" * 100_000}), "DOC005"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    assert refusal(write(tmp_path / name, data)) == code


def test_a_missing_file_and_a_hundred_megabytes_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.txt") == "DOC001"
    big = tmp_path / "big.txt"
    with big.open("wb") as stream:
        stream.truncate(100_000_000)
    assert refusal(big) == "DOC003"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_blocks(tmp_path: Path, data: bytes) -> None:
    assert read(write(tmp_path / "a.txt", data)).blocks == ()


def test_a_few_invisible_characters_do_no_harm(tmp_path: Path) -> None:
    """NUL, zero-width and bidirectional characters stay where they are: offsets still count."""
    text = "标题\n新建\u200b学校\u202e12\u202c所，\x00学位300个。\n"
    assert read(write(tmp_path / "a.txt", text.encode())).text == text


@pytest.mark.parametrize("unit", ["(1(1(1", "1,1,1,", "一一一", "1.1.", "<p><", "第"])
def test_ten_megabytes_of_repetition_end(tmp_path: Path, unit: str) -> None:
    data = (unit * (10_000_000 // len(unit.encode()))).encode()
    document = read(write(tmp_path / "a.txt", data))
    assert max(b.end - b.start for b in document.blocks) <= 8000
