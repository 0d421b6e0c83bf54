"""The three formats: complete, self-contained, the same every time, and no name becomes a command."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import docx
import pypdfium2
import pytest

from duxue.core.text import LANGS, Lang, Text, same
from duxue.core.units import UnitTree
from duxue.reports import charts
from duxue.reports.chartspecs import Tile, TileMap
from duxue.reports.document import Cell, Chart, Column, KeyFigures, Page, Report, Table, numbers_in
from duxue.reports.model import build_report
from duxue.reports.write_docx import write_docx
from duxue.reports.write_html import _file_names, write_html
from duxue.reports.write_pdf import render_pdf, write_pdf

from .sample import matches, province, tiny_country

HOSTILE = (
    '#panic("x") $x$ [y] \\ <b>&amp;</b> @ref *z* _u_ `c` // "q" \'</script><script>alert(1)</script>{0}'
)
STAMP = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def report() -> Report:
    return build_report(
        *province(counties=16, schools=160, others=3), year=2023, matches=matches(), synthetic=True
    )


@pytest.fixture(scope="module")
def hostile() -> Report:
    run, pack, tree = tiny_country()
    units = [replace(u, name=same(HOSTILE)) for u in tree.units.values()]
    results = [replace(r, unit_name=same(HOSTILE)) for r in run.results]
    return build_report(replace(run, results=results), pack, UnitTree.build(tree.levels, units), year=2023)


class _Page(HTMLParser):
    """Collects what a page refers to, its ids and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.attributes: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if name in ("href", "src", "action", "xlink:href", "data"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    pages = [document[i].get_textpage() for i in range(len(document))]
    text = "\n".join(page.get_text_bounded() for page in pages)
    for page in pages:
        page.close()
    document.close()
    return text


def _docx_text(path: Path) -> str:
    document = docx.Document(str(path))
    return "\n".join(
        t.text or ""
        for t in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")
    )


def test_html_refers_to_nothing_outside(report: Report, tmp_path: Path) -> None:
    files = write_html(report, tmp_path)
    assert len(files) == 2 * 17
    for file in files:
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//|url\(|@import", source)
        page = _Page(source)
        for link in page.links:
            path, _, anchor = link.partition("#")
            target = (file.parent / path).resolve() if path else file
            assert target.is_file(), link
            assert tmp_path.resolve() in target.parents
            if anchor:
                assert f'id="{anchor}"' in (
                    source if target == file else target.read_text(encoding="utf-8")
                ), link
        assert len(page.ids) == len(set(page.ids))
        assert "style" not in page.attributes  # the policy allows no inline style
        assert "Content-Security-Policy" in source
        assert max(len(line) for line in source.splitlines()) < 200_000


def test_every_figure_on_a_page_is_registered_on_that_page(report: Report, tmp_path: Path) -> None:
    for file in write_html(report, tmp_path, ("zh",)):
        page = _Page(file.read_text(encoding="utf-8"))
        wanted = {link[1:] for link in page.links if re.fullmatch(r"#n\d+", link)}
        assert wanted
        assert wanted <= set(page.ids)


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_names_stay_names_in_html(hostile: Report, tmp_path: Path, lang: Lang) -> None:
    source = write_html(hostile, tmp_path, (lang,))[0].read_text(encoding="utf-8")
    page = _Page(source)
    assert page.tags.count("script") == 1
    assert "b" not in page.tags or "alert(1)" not in source.replace("&lt;script&gt;alert(1)", "")
    assert HOSTILE in "".join(page.text)


def test_hostile_names_stay_names_in_pdf(hostile: Report) -> None:
    text = re.sub(r"\s", "", _pdf_text(render_pdf(hostile, "en", created=STAMP)))
    assert re.sub(r"\s", "", '#panic("x") $x$ [y] \\ <b>') in text


def test_hostile_names_stay_names_in_docx(hostile: Report, tmp_path: Path) -> None:
    path = write_docx(hostile, tmp_path, ("en",))[0]
    assert HOSTILE in _docx_text(path)


def test_control_characters_break_no_format(tmp_path: Path) -> None:
    run, pack, tree = tiny_country()
    units = [replace(u, name=same("a\x00b\x0bc\ud800\ufffe")) for u in tree.units.values()]
    results = [replace(r, unit_name=same("a\x00b\x0bc")) for r in run.results]
    report = build_report(replace(run, results=results), pack, UnitTree.build(tree.levels, units), year=2023)
    assert write_html(report, tmp_path)
    assert write_docx(report, tmp_path)
    assert write_pdf(report, tmp_path, created=STAMP)


def test_a_character_that_no_font_holds_does_not_cost_the_pdf() -> None:
    run, pack, tree = tiny_country()
    units = [replace(u, name=same("\U0001f9ff\U00031350")) for u in tree.units.values()]
    report = build_report(run, pack, UnitTree.build(tree.levels, units), year=2023)
    assert render_pdf(report, "zh", created=STAMP).startswith(b"%PDF")


@pytest.mark.parametrize("lang", LANGS)
def test_pdf_holds_the_headline_numbers(report: Report, lang: Lang) -> None:
    data = render_pdf(report, lang, created=STAMP)
    text = _pdf_text(data)
    keys = next(b for s in report.front.sections for b in s.blocks if isinstance(b, KeyFigures))
    for key in keys.items:
        assert key.figure.shown in text
        assert key.label.say(lang).replace(" ", "") in text.replace(" ", "").replace("\n", "").replace(
            "\r", ""
        )
    assert report.label is not None
    assert (
        text.replace(" ", "").count(report.label.say(lang).replace(" ", ""))
        >= len(pypdfium2.PdfDocument(data)) - 1
    )
    assert b"pdfuaid" in data  # declares PDF/UA


def _overlaps(data: bytes) -> list[str]:
    """Return the pairs of letters of a line of which the second begins inside the first; ligatures begin together."""
    found = []
    for page in pypdfium2.PdfDocument(data):
        text = page.get_textpage()
        letters = [(text.get_text_range(i, 1), text.get_charbox(i)) for i in range(text.count_chars())]
        lines: dict[int, list[tuple[str, tuple[float, ...]]]] = {}
        for letter, box in letters:
            if letter.strip():
                lines.setdefault(round((box[1] + box[3]) / 12), []).append((letter, box))
        for line in lines.values():
            line.sort(key=lambda x: x[1][0])
            for (a, left), (b, right) in pairwise(line):
                high = min(left[3], right[3]) - max(left[1], right[1])
                if left[0] + 0.1 < right[0] < left[2] - 1.2 and high > 1.5:
                    found.append(a + b)
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_words_of_a_crowded_table_do_not_overlap_on_paper(report: Report, lang: Lang) -> None:
    """Names, marks and short words of heads that need more than the sheet has are set smaller."""
    titles = [Text("教育质量达标（可计算项目）", "School quality (computable items)")] * 11
    columns = [
        Column(same("Unit")),
        Column(same("City")),
        *(Column(title, kind="status") for title in titles),
        *(Column(Text("达标单位", "Units met: School (Primary)"), kind="number"),) * 2,
    ]
    failed = Cell(Text("未达标", "not met"), tone="not_met", mark=True)
    counted = Cell(same("25/25"))
    rows = [
        [Cell(same(name)), Cell(same("Jinan")), *[failed] * len(titles), counted, counted]
        for name in ("Changqing", "Gangcheng", "Huaiyin")
    ]
    first, *others = report.front.sections
    crowded = replace(first, blocks=[*first.blocks, Table(same("Crowded"), columns, rows)])
    front = replace(report.front, sections=[crowded, *others])
    made = replace(report, pages=[front, *report.pages[1:]])
    assert _overlaps(render_pdf(made, lang, created=STAMP)) == []


@pytest.mark.parametrize("lang", LANGS)
def test_docx_has_headings_repeated_rows_and_words_for_pictures(
    report: Report, tmp_path: Path, lang: Lang
) -> None:
    path = write_docx(report, tmp_path, (lang,))[0]
    document = docx.Document(str(path))
    headings = [
        p.text
        for p in document.paragraphs
        if p.style is not None and (p.style.name or "").startswith("Heading")
    ]
    assert report.front.sections[0].title.say(lang) in headings
    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml").decode()
        styles = archive.read("word/styles.xml").decode()
    assert body.count("<w:tblHeader/>") == body.count("<w:tbl>") + body.count("<w:tbl ")
    assert 'w:eastAsia="宋体"' in styles
    pictures = re.findall(r"<wp:docPr [^>]*>", body)
    assert pictures
    assert all('descr="' in p for p in pictures)


def test_reasons_stand_where_values_are_missing(tmp_path: Path) -> None:
    report = build_report(*tiny_country(), year=2023)
    html = write_html(report, tmp_path, ("zh",))[0].read_text(encoding="utf-8")
    assert "分母为零" in html
    assert "分母为零" in _docx_text(write_docx(report, tmp_path, ("zh",))[0])
    assert "分母为零" in _pdf_text(render_pdf(report, "zh", created=STAMP)).replace(" ", "")


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        report = build_report(
            *province(counties=16, schools=48, others=0), year=2023, matches=matches(), synthetic=True
        )
        folder = tmp_path / name
        files = [
            *write_html(report, folder),
            *write_docx(report, folder),
            *write_pdf(report, folder, created=STAMP),
        ]
        made.append({f.relative_to(folder).as_posix(): f.read_bytes() for f in files})
    assert made[0] == made[1]


def test_charts_name_themselves_and_use_no_inline_style(report: Report) -> None:
    specs = [b for p in report.pages[:2] for s in p.sections for b in s.blocks if isinstance(b, Chart)]
    assert {type(c.spec).__name__ for c in specs} >= {"TileMap", "DistanceBars", "DotPlot", "Spread"}
    for chart in specs:
        for lang in LANGS:
            svg = charts.draw(chart.spec, lang)
            assert f"<title>{chart.spec.title.say(lang)}" in svg.replace("&#x27;", "'")
            assert 'role="img"' in svg
            assert "style=" not in svg
            assert "NaN" not in svg
            assert "inf" not in re.sub(r">[^<]*<", "><", svg)
            assert len(svg) < 120_000


def test_a_wide_text_is_cut_with_an_ellipsis() -> None:
    assert charts.cut("每百名学生", 10, 30) == "每百…"
    assert charts.cut("abc", 10, 30) == "abc"


def test_names_on_tiles_keep_clear_of_the_edge() -> None:
    """Seven tiles beside each other leave 57 px each: a face a sixth wider than reckoned still fits."""
    tile = 400 / 7
    for name in ("Weifang", "Qingdao", "Binzhou", "Dongying", "济南市", "枣庄市"):
        size = charts.fit(name, 13, tile - 12)
        assert 9 <= size <= 13
        assert charts.text_width(name, size) * 7 / 6 < tile - 3
    assert charts.fit("Heze", 13, tile - 12) == 13
    names = ("Weifang", "Qingdao", "Binzhou", "Dongying", "Liaocheng", "Zaozhuang", "Heze")
    tiles = [Tile(code=n, name=same(n), value=1, shown="66.3%", detail=same("1/12")) for n in names]
    spec = TileMap(same("Map"), tiles, same("Share"), (0, 1, 2, 3, 4, 5))
    svg = charts.draw(spec, "en")
    assert all(f">{name}</text>" in svg for name in names)


def test_page_numbers_of_sections_are_unique(report: Report) -> None:
    anchors = [s.anchor for p in report.pages for s in p.sections]
    assert len(anchors) == len(set(anchors))
    assert all(n > 0 for p in report.pages for s in p.sections for n in numbers_in(s))


def test_areas_with_codes_alike_have_pages_of_their_own() -> None:
    """Codes of which only the end differs, or only the case of a letter."""
    codes = ["x" * 90 + "1", "x" * 90 + "2", "abc", "ABC", "济南", "济北"]
    pages = [Page(f"u-{code}", same(code), ()) for code in codes]
    names = _file_names(pages)
    assert list(names) == [page.anchor for page in pages]
    assert len({name.casefold() for name in names.values()}) == len(codes)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name) for name in names.values())


def test_the_pages_of_the_front_are_filled(report: Report) -> None:
    """What was recomputed follows the contents on their page; the summary begins the next."""
    document = pypdfium2.PdfDocument(render_pdf(report, "en", created=STAMP))
    contents, summary = (document[i].get_textpage().get_text_bounded() for i in (1, 2))
    document.close()
    assert "Contents" in contents
    assert contents.count("Published figures reproduced") == 2
    assert "Summary" in summary


def test_no_label_names_its_level_twice(report: Report) -> None:
    """A title that begins with the name of its level stands alone."""
    labels = [
        k.label for s in report.front.sections for b in s.blocks if isinstance(b, KeyFigures) for k in b.items
    ]
    assert labels
    for lang in LANGS:
        for words in (re.split("[:：]", label.say(lang)) for label in labels):
            assert len(words) == 1 or not words[1].strip().startswith(words[0])
