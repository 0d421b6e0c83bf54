"""The report as docx for those who go on writing in it: real headings, repeated header rows, pictures with words.

Tables are built as XML at once: a province has tens of thousands of cells, and python-docx makes each from a template.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from duxue.core.text import LANGS, Lang, Text
from duxue.reports import charts
from duxue.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Code,
    Cover,
    Facts,
    KeyFigures,
    Paragraph,
    Report,
    Section,
    Sentence,
    Table,
    numbers_in,
)
from duxue.reports.texts import MARKS, printable, t
from duxue.reports.write_pdf import render_png

_COLOURS = {"met": "0B6B50", "not_met": "A82F16", "not_computable": "5F6875"}
_FILLS = {"not_met": "FCEBE6", "not_computable": "EEF0F3"}
_WIDTH_MM = 174
_TWIPS_PER_MM = 56.7
_EPOCH = (1980, 1, 1, 0, 0, 0)  # zip's first day: archives of the same report are the same bytes


def write_docx(report: Report, folder: Path, langs: Sequence[Lang] = LANGS) -> list[Path]:
    """Write report.<lang>.docx: all pages, with the number register of the summary and the whole."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures: dict[tuple[int, Lang], bytes] = {}
    out = []
    for lang in langs:
        path = folder / f"report.{lang}.docx"
        path.write_bytes(_Writer(report, lang, pictures).document())
        out.append(path)
    return out


class _Writer:
    def __init__(self, report: Report, lang: Lang, pictures: dict[tuple[int, Lang], bytes]) -> None:
        self.report, self.lang, self.pictures = report, lang, pictures
        self.doc: Any = docx.Document()

    def say(self, text: Text) -> str:
        """Return a text of the document's language without characters that XML forbids."""
        return printable(text.say(self.lang))

    def document(self) -> bytes:
        self._styles()
        self._frame()
        self._cover()
        front = self.report.front
        for page in self.report.pages:
            for i, section in enumerate(page.sections):
                opens = (
                    (page is not front and i == 0)
                    or section.opens
                    or section.anchor in ("summary", "methods")
                )
                depth = 1 if page is not front and i == 0 else section.depth
                self._section(section, depth, opens, pictures=page is front or i == 0)
        self._register()
        buffer = io.BytesIO()
        self.doc.save(buffer)
        return _same_bytes(buffer.getvalue())

    # --- frame ------------------------------------------------------------------------------------------------------
    def _styles(self) -> None:
        sizes = {"Normal": 10.5, "Title": 26, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11}
        for name, size in sizes.items():
            style = self.doc.styles[name]
            style.font.size = Pt(size)
            heading = name != "Normal"
            style.font.name = "Arial" if heading else "Times New Roman"
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(attribute), None)
            fonts.set(qn("w:eastAsia"), "黑体" if heading else "宋体")
            style.font.color.rgb = RGBColor(0x1B, 0x1F, 0x24)
        core = self.doc.core_properties
        core.title = printable(
            f"{self.report.title.say(self.lang)} {self.report.subject.say(self.lang)} {self.report.year}"
        )
        core.author, core.comments, core.language = "", "", "zh-CN" if self.lang == "zh" else "en-GB"
        core.keywords = printable(f"{self.report.pack} {self.report.run_id}")
        core.created = core.modified = datetime(self.report.year, 1, 1, tzinfo=UTC).replace(tzinfo=None)

    def _frame(self) -> None:
        page = self.doc.sections[0]
        page.orientation = WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(18)
        page.top_margin, page.bottom_margin = Mm(24), Mm(19)
        header = page.header.paragraphs[0]
        if self.report.label:
            run = header.add_run(self.say(self.report.label) + "    ")
            run.bold = True
            run.font.color.rgb = RGBColor(0x8A, 0x5A, 0x00)
        header.add_run(
            f"{printable(self.report.pack)} · {printable(self.report.run_id)[:16]}"
        ).font.size = Pt(8)
        footer = page.footer.paragraphs[0]
        footer.alignment = 1
        footer._p.append(
            parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
        )

    def _cover(self) -> None:
        report, official = self.report, self.report.cover
        self.doc.add_paragraph().paragraph_format.space_before = Pt(100 if official else 140)
        if official:
            self._issuer(official)
        title = self.doc.add_heading(self.say(report.title), 0)
        subject = self.doc.add_paragraph(
            self.say(
                official.edition if official else t("subtitle").format(unit=report.subject, year=report.year)
            )
        )
        subject.runs[0].font.size = Pt(16)
        if official:
            title.alignment = subject.alignment = 1
        if report.label:
            run = self.doc.add_paragraph().add_run(self.say(report.label))
            run.bold = True
        facts = [
            (t("data_date"), report.date),
            (t("pack"), Text(report.pack, report.pack)),
            (t("run"), Text(report.run_id, report.run_id)),
            (t("note"), t("marks")),
        ]
        for name, value in (*official.facts, (t("note"), official.note)) if official else facts:
            self.doc.add_paragraph(f"{self.say(name)}  {self.say(value)}")
        self.doc.add_page_break()
        toc = f'<w:p {nsdecls("w")}><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" \\h </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        titles = [s.title for p in report.pages for s in p.sections if s.depth == 1 or s is p.sections[0]]
        body = "".join(f"<w:r><w:t>{escape(self.say(title))}</w:t><w:br/></w:r>" for title in titles)
        self._append(f'{toc}{body}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')

    def _issuer(self, official: Cover) -> None:
        for text, size in ((self.say(official.issuer), 26), (printable(official.number), 12)):
            if text:
                paragraph = self.doc.add_paragraph()
                paragraph.alignment = 1
                run = paragraph.add_run(text)
                run.font.size, run.font.color.rgb = Pt(size), RGBColor(0xB0, 0x1E, 0x1E)

    # --- sections ---------------------------------------------------------------------------------------------------
    def _section(self, section: Section, depth: int, opens: bool, *, pictures: bool) -> None:
        heading = self.doc.add_heading(self.say(section.title), depth)
        heading.paragraph_format.page_break_before = opens
        for block in section.blocks:
            self._block(block, depth, pictures=pictures)

    def _block(self, block: Block, depth: int, *, pictures: bool) -> None:
        if isinstance(block, Paragraph):
            if block.role == "heading":
                self.doc.add_heading(self._plain(block.sentence), min(depth + 1, 3))
            else:
                paragraph = self.doc.add_paragraph(self._plain(block.sentence))
                if self.report.cover and self.lang == "zh":
                    paragraph.paragraph_format.first_line_indent = Pt(21)  # two characters
                if block.role == "note":
                    paragraph.runs[0].font.size = Pt(9)
        elif isinstance(block, Bullets):
            for item in block.items:
                self.doc.add_paragraph(self._plain(item), style="List Bullet")
        elif isinstance(block, KeyFigures):
            self._keys(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Chart):
            if pictures:
                self._picture(block)
            if block.table:
                self._table(block.table)
        elif isinstance(block, Facts):
            for name, sentence in block.items:
                paragraph = self.doc.add_paragraph()
                paragraph.add_run(f"{self.say(name)}  ").bold = True
                paragraph.add_run(self._plain(sentence))
        elif isinstance(block, Code):
            self.doc.add_paragraph(printable(block.line)).runs[0].font.name = "Consolas"

    def _plain(self, sentence: Sentence) -> str:
        return printable(sentence.plain(self.lang))

    def _keys(self, keys: KeyFigures) -> None:
        for key in keys.items:
            paragraph = self.doc.add_paragraph()
            run = paragraph.add_run(printable(key.figure.shown + (f" / {key.of.shown}" if key.of else "")))
            run.bold = True
            run.font.size = Pt(18)
            mark = f"{MARKS[key.tone]} " if key.tone else ""
            paragraph.add_run(f"  {self.say(key.label)}  {mark}{self._plain(key.detail)}")

    def _picture(self, chart: Chart) -> None:
        key = (id(chart.spec), self.lang)
        png = self.pictures.get(key)
        if png is None:
            png = self.pictures[key] = render_png(charts.draw(chart.spec, self.lang, charts.PAPER))
        title = self.doc.add_paragraph()
        title.add_run(self.say(chart.spec.title)).bold = True
        title.paragraph_format.keep_with_next = True
        says = self.doc.add_paragraph(self._plain(chart.sentence))
        says.paragraph_format.keep_with_next = True
        shape = self.doc.add_picture(io.BytesIO(png), width=Mm(120))
        words = shape._inline.docPr
        words.set("descr", f"{self.say(chart.spec.title)}. {self._plain(chart.sentence)}")
        words.set("title", self.say(chart.spec.title))

    # --- tables -----------------------------------------------------------------------------------------------------
    def _table(self, table: Table) -> None:
        caption = self.doc.add_paragraph()
        caption.add_run(self.say(table.title)).bold = True
        caption.paragraph_format.keep_with_next = True
        heads = [
            self.say(c.title) + (f" ({self.say(c.unit)})" if self.say(c.unit) else "") for c in table.columns
        ]
        rows = [row for i, row in enumerate(table.rows) if i not in table.paper_skip]
        widths = [c.weight for c in table.columns]
        numbers = [c.kind == "number" for c in table.columns]
        body = [
            "".join(self._cell(cell, number) for cell, number in zip(row, numbers, strict=True))
            for row in rows
        ]
        self._xml_table(heads, body, widths, numbers, self.say(table.title))
        if table.paper_skip:
            self.doc.add_paragraph(self.say(t("rest").format(n=len(table.paper_skip))))
        if table.note:
            self.doc.add_paragraph(self._plain(table.note)).runs[0].font.size = Pt(9)

    def _xml_table(
        self,
        heads: Sequence[str],
        rows: Sequence[str],
        widths: Sequence[float],
        numbers: Sequence[bool],
        title: str,
    ) -> None:
        total = sum(widths)
        grid = "".join(f'<w:gridCol w:w="{int(w / total * _WIDTH_MM * _TWIPS_PER_MM)}"/>' for w in widths)
        head = "".join(
            _tc(text, number, "", "F1F4F8", bold=True) for text, number in zip(heads, numbers, strict=True)
        )
        lines = '<w:top w:val="single" w:sz="6" w:color="1D4F91"/><w:bottom w:val="single" w:sz="6" w:color="C9CED6"/><w:insideH w:val="single" w:sz="4" w:color="C9CED6"/>'
        self._append(
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/>'
            f'<w:tblCellMar><w:left w:w="50" w:type="dxa"/><w:right w:w="50" w:type="dxa"/></w:tblCellMar><w:tblCaption w:val={quoteattr(title)}/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
            + "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr>" for row in rows)
            + "</w:tbl>"
        )
        self.doc.add_paragraph().paragraph_format.space_after = Pt(2)

    def _cell(self, cell: Cell, number: bool) -> str:
        text = self.say(cell.text)
        if cell.mark and cell.tone:
            text = f"{MARKS[cell.tone]} {text}"
        if cell.note and cell.tone == "not_computable" and cell.mark:
            text += f": {self.say(cell.note)}"
        if cell.flag:
            text += " ⚑"
        return _tc(text, number, _COLOURS.get(cell.tone, ""), _FILLS.get(cell.tone, ""))

    def _register(self) -> None:
        """Append the register of the summary and the whole; the web version has all numbers."""
        if not self.report.register:
            return
        self.doc.add_heading(self.say(t("register")), 1).paragraph_format.page_break_before = True
        self.doc.add_paragraph(self.say(t("register_docx")))
        wanted = {
            n
            for s in self.report.front.sections[:4]
            if not s.anchor.startswith("all-")
            for n in numbers_in(s)
        }
        rows = []
        for n in sorted(wanted):
            e = self.report.register[n]
            what = " · ".join(
                x for x in (self.say(e.unit_name), self.say(e.what), self.say(e.by), str(e.year or "")) if x
            )
            fraction = " / ".join(x for x in (e.numerator, e.denominator) if x)
            facts = "; ".join(
                x for x in (e.unrounded, fraction, e.standard, e.command or self.say(e.how)) if x
            )
            rows.append("".join(_tc(printable(x), False, "", "") for x in (f"N{n}", e.shown, what, facts)))
        heads = [self.say(t(k)) for k in ("number", "shown", "what", "how")]
        self._xml_table(heads, rows, (0.7, 1, 4, 4), (False,) * 4, self.say(t("register")))

    def _append(self, xml: str) -> None:
        body = self.doc.element.body
        body.insert(len(body) - 1, parse_xml(xml))  # before the section properties, which stand last


def _tc(text: str, number: bool, colour: str, fill: str, *, bold: bool = False) -> str:
    shade = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/></w:tcPr>' if fill else ""
    right = '<w:jc w:val="right"/>' if number else ""
    look = ("<w:b/>" if bold else "") + (f'<w:color w:val="{colour}"/>' if colour else "")
    fonts = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="黑体"/>'
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return (
        f'<w:tc>{shade}<w:p><w:pPr><w:spacing w:before="10" w:after="10" w:line="220" w:lineRule="auto"/>{right}</w:pPr>'
        f'<w:r><w:rPr>{fonts}{look}<w:sz w:val="15"/></w:rPr>{lines}</w:r></w:p></w:tc>'
    )


def _same_bytes(data: bytes) -> bytes:
    """Return the archive with fixed dates, so that the same report is the same file."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
