"""Previews are plain and bounded; a file that crashes, hangs or swells its reader becomes a problem that is told."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from duxue.core.errors import Refused
from duxue.web.evidence.content import bounded, macros, render
from duxue.web.evidence.content.bounded import Limits, run_bounded
from duxue.web.evidence.content.examine import examine_here
from duxue.web.evidence.content.kinds import ACCEPTED, Kind, recognise
from duxue.web.evidence.content.previews import Preview, preview
from duxue.web.evidence.content.problems import CODES
from tests.unit.web.evidence import kit

_TAG = re.compile(r"<[^>]*>")


def show(folder: Path, name: str, data: bytes, **options: object) -> Preview:
    """Return the preview of a file that is stored without its name; its HTML has only plain tags."""
    path = kit.write(folder / "stored", data)
    shown = preview(path, recognise(path, name), folder / "pages", name=name, **options)  # type: ignore[arg-type]
    assert all(re.fullmatch(r"</?[a-z]+[1-6]?>", tag) for tag in _TAG.findall(shown.html))
    return shown


def test_pages_of_a_pdf_become_pictures_of_readable_width(tmp_path: Path) -> None:
    shown = show(tmp_path, "a.pdf", kit.pdf_bytes(3), pages=2)
    assert [p.name for p in shown.pages] == ["page-001.webp", "page-002.webp"]
    with Image.open(shown.pages[0]) as page:
        assert abs(page.width - render.WIDTH) <= 1
        assert page.convert("L").getextrema()[0] < 100  # ink
    assert "Built 12 schools" in shown.text
    assert (shown.note.zh, shown.note.en) == ("共3页，显示前2。", "3 pages; the first 2 are shown.")


def test_a_word_document_becomes_plain_escaped_blocks(tmp_path: Path) -> None:
    shown = show(tmp_path, "a.docx", kit.docx_bytes())
    assert f"{kit.TITLE}</h" in shown.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 完工9所。</p>" in shown.html
    assert "<tr><td>学校</td><td>学位</td></tr><tr><td>云溪一小</td><td>1080</td></tr>" in shown.html
    assert "云溪一小" in shown.text


def test_workbooks_become_tables_with_letters_and_numbers(tmp_path: Path) -> None:
    shown = show(tmp_path, "a.xlsx", kit.xlsx_bytes())
    assert "<caption>投入</caption><tr><th></th><th>A</th><th>B</th></tr>" in shown.html
    assert "<tr><th>2</th><td>第1小学</td><td>1.5</td></tr>" in shown.html
    assert "金额&lt;万元&gt;" in shown.html
    assert shown.note.en == "1 hidden sheet not shown."
    long = show(tmp_path, "b.xlsx", kit.xlsx_bytes(500))
    assert long.html.count("<tr>") == render.ROWS + 1
    assert "500 rows" in long.note.en
    assert "Yunxi" in show(tmp_path, "a.xls", kit.xls_bytes()).html
    assert "云溪" in show(tmp_path, "a.ods", kit.ods_bytes()).html


def test_lists_texts_slides_and_archives_are_shown(tmp_path: Path) -> None:
    shown = show(tmp_path, "a.csv", "学校;人数\n<b>一小</b>;12\n".encode("gb18030"))
    assert "<td>&lt;b&gt;一小&lt;/b&gt;</td><td>12</td>" in shown.html
    assert show(tmp_path, "a.txt", "一小 & 二小".encode()).html == "<pre>一小 &amp; 二小</pre>"
    slides = show(tmp_path, "a.pptx", kit.pptx_bytes())
    assert slides.html == "<h3>1</h3><p>学校&lt;b&gt;甲</p><h3>2</h3><p>学校&lt;b&gt;乙</p>"
    listed = show(tmp_path, "a.zip", kit.zipped({"a<b>.txt": b"1234"}))
    assert "<td>a&lt;b&gt;.txt</td><td>4</td>" in listed.html


def test_a_picture_is_scaled_turned_and_stripped(tmp_path: Path) -> None:
    shown = show(tmp_path, "a.jpg", kit.jpeg_bytes((3200, 1000)))
    with Image.open(shown.pages[0]) as page:
        assert page.size == (500, 1600)
        red, green, _ = page.getpixel((480, 20))
        assert (red > 200, green < 60) == (True, True)
    assert b"SECRET" not in shown.pages[0].read_bytes()


def test_an_empty_document_says_so(tmp_path: Path) -> None:
    assert show(
        tmp_path,
        "a.pptx",
        kit.with_parts(
            kit.pptx_bytes(), {"ppt/slides/slide1.xml": b"<x/>", "ppt/slides/slide2.xml": b"<x/>"}
        ),
    ).html
    video = preview(tmp_path, Kind("video/mp4", "video", "mp4"), tmp_path)
    assert video.note.zh
    assert not video.problems


def test_no_time_no_memory_and_damage_are_told(tmp_path: Path) -> None:
    path = kit.write(tmp_path / "a.pdf", kit.pdf_bytes())
    kind = recognise(path, "a.pdf")
    late = preview(path, kind, tmp_path / "p", limits=Limits(seconds=0.001))
    assert [p.code for p in late.problems] == ["EVID040"]
    tight = preview(path, kind, tmp_path / "p", limits=Limits(memory=40 << 20))
    assert [p.code for p in tight.problems] == ["EVID041"]
    broken = preview(kit.write(tmp_path / "b", b"%PDF-1.5\nstartxref\n"), kind, tmp_path / "p")
    assert [p.code for p in broken.problems] == ["EVID042"]
    locked = preview(path, kind, path / "p")
    assert [p.code for p in locked.problems] == ["EVID041"]
    for shown in (late, tight, broken, locked):
        assert not shown.pages
        assert all(p.what.zh and p.advice.zh and p.place.file for p in shown.problems)
    assert not list((tmp_path / "p").iterdir())


def stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> None:
    """Put a program of ours in the place of the reader of previews."""
    (folder / "stand_in.py").write_text(f"import json, os, sys\norder = json.load(sys.stdin)\n{body}\n")
    monkeypatch.setattr(bounded, "_MODULE", "stand_in")
    monkeypatch.setattr(bounded, "_environment", lambda: {"PYTHONPATH": str(folder)})


def test_a_reader_that_dies_or_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, tmp_path, "os.kill(os.getpid(), 11)")
    with pytest.raises(Refused) as caught:
        run_bounded("preview", {}, "a.pdf")
    assert (caught.value.problems[0].code, caught.value.problems[0].found) == ("EVID041", "SIGSEGV")
    pid = tmp_path / "pid"
    stand_in(
        monkeypatch, tmp_path, f"open({str(pid)!r}, 'w').write(str(os.getpid()))\nimport time\ntime.sleep(60)"
    )
    with pytest.raises(Refused) as caught:
        run_bounded("preview", {}, "a.pdf", Limits(seconds=1.5))
    assert caught.value.problems[0].code == "EVID040"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_the_reader_has_no_secrets_and_keeps_its_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    assert "DATABASE_PASSWORD" not in bounded._environment()
    monkeypatch.setattr(bounded, "_MODULE", "stand_in")
    environment = bounded._environment()
    (tmp_path / "stand_in.py").write_text(
        "import json, sys\nfrom duxue.web.evidence.content.child import limit\nlimit(**json.load(sys.stdin)['limits'])\n"
        'try:\n    bytearray(300 << 20)\nexcept MemoryError:\n    print(\'{"ended": "memory"}\')\n'
    )
    monkeypatch.setattr(
        bounded,
        "_environment",
        lambda: {**environment, "PYTHONPATH": os.pathsep.join((environment["PYTHONPATH"], str(tmp_path)))},
    )
    assert run_bounded("x", {}, "a", Limits(memory=256 << 20)) == {"ended": "memory"}


# --- whatever the bytes -------------------------------------------------------------------------------------------------
SEEDS = {
    "a.docx": kit.docx_bytes(), "a.xlsx": kit.xlsx_bytes(), "a.xls": kit.xls_bytes(), "a.ods": kit.ods_bytes(), "a.pptx": kit.pptx_bytes(),
    "a.pdf": kit.pdf_bytes(), "a.jpg": kit.jpeg_bytes(), "a.png": kit.picture_bytes("PNG"), "a.webp": kit.picture_bytes("WEBP"),
    "a.zip": kit.zipped({"a.txt": b"text"}, 0), "a.csv": "甲,乙\n1,2\n".encode(),
}  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a real file in which bytes were changed, cut out, doubled or cut off."""
    name = draw(st.sampled_from(sorted(SEEDS)))
    data = bytearray(SEEDS[name])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(1, 64))
        act = draw(st.sampled_from(("change", "cut", "double", "end")))
        if act == "change":
            data[at : at + length] = draw(st.binary(min_size=1, max_size=length))
        elif act == "cut":
            del data[at : at + length]
        elif act == "double":
            data[at:at] = data[at : at + length]
        elif draw(st.booleans()):
            del data[at:]
    return name, bytes(data)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(mutated())
def test_mutated_files_are_recognised_or_refused(tmp_path: Path, drawn: tuple[str, bytes]) -> None:
    name, data = drawn
    path = kit.write(tmp_path / "stored", data)
    codes = []
    try:
        kind = recognise(path, name)
        macros.find(path, kind)
        if kind.family != "pdf":  # pdfium may only be called where it may crash
            examine_here(path, name, "warn", ACCEPTED)
    except Refused as refused:
        codes = [p.code for p in refused.problems]
    assert all(code in CODES for code in codes)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(mutated())
def test_mutated_files_are_shown_or_told_of(tmp_path: Path, drawn: tuple[str, bytes]) -> None:
    name, data = drawn
    original = kit.write(tmp_path / "original", SEEDS[name])
    path = kit.write(tmp_path / "stored", data)
    shown = preview(path, recognise(original, name), tmp_path / "pages", name=name, limits=Limits(seconds=20))
    assert shown.pages or shown.html or shown.note.zh or shown.problems
    assert all(page.is_file() for page in shown.pages)
