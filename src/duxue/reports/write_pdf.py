"""The report as a tagged PDF (PDF/UA-1), set by typst with the fonts of a package: no system font, no network.

Every text reaches typst as a quoted string, never as markup, so that a name cannot become a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from duxue.core.text import LANGS, Lang, Text
from duxue.reports import charts
from duxue.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Code,
    Entry,
    Facts,
    Figure,
    KeyFigures,
    Paragraph,
    Report,
    Section,
    Sentence,
    Table,
    numbers_in,
)
from duxue.reports.texts import MARKS, printable, t

_TONES = {"met": "v_", "not_met": "w_", "not_computable": "u_"}
_NOT_REGISTERED = ("all-", "failing", "gaps")  # long tables: their rows name unit and indicator themselves
_WIDTH = 493.0  # points between the margins
_SIZE = 7.6  # of letters in a table
_INSET = 6.0
_WHOLE = 6  # letters of a word in a head that is not hyphenated
_LETTERS = (  # widths in the sans font, as parts of its size
    (" iljI.,:;'|!", 0.28),
    ("ftr()/", 0.39),
    ("mwMW%⚑", 0.93),
    ("ABCDEFGHKLNOPQRSTUVXYZ✓✗", 0.66),
)
_REGISTER = 14.0  # of the small register number behind a figure
_fonts: list[typst.Fonts] = []


def write_pdf(
    report: Report, folder: Path, langs: Sequence[Lang] = LANGS, *, created: datetime | None = None
) -> list[Path]:
    """Write report.<lang>.pdf; with `created` the same report gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for lang in langs:
        path = folder / f"report.{lang}.pdf"
        path.write_bytes(render_pdf(report, lang, created=created))
        out.append(path)
    return out


def render_pdf(report: Report, lang: Lang, *, created: datetime | None = None) -> bytes:
    """Return the PDF of one language; its creation date is the day of the data unless given."""
    source = _Writer(report, lang).document()
    stamp = created or datetime(report.year, 1, 1, tzinfo=UTC)
    try:
        made = typst.compile(
            source.encode(), format="pdf", font_paths=fonts(), pdf_standards=["ua-1"], timestamp=stamp
        )
    except typst.TypstError as error:
        # A rare character that no font holds: PDF/UA forbids a blank box, but a report with one beats none at all.
        if "could not be displayed" not in f"{error}{error.diagnostic}":
            raise
        made = typst.compile(source.encode(), format="pdf", font_paths=fonts(), timestamp=stamp)
    assert isinstance(made, bytes)  # one document in, one file out
    return made


def render_png(svg: str, *, ppi: float = 144) -> bytes:
    """Return an SVG as PNG on white, for formats that cannot show SVG."""
    source = f'#set page(width: auto, height: auto, margin: 2pt, fill: white)\n#image(bytes({quote(svg)}), format: "svg")\n'
    made = typst.compile(source.encode(), format="png", font_paths=fonts(), ppi=ppi)
    return made if isinstance(made, bytes) else made[0]


def fonts() -> typst.Fonts:
    """Return the fonts, loaded once: those of the package and the few inside typst; none of the system."""
    if not _fonts:
        folder = Path(pylopdf_fonts_zh_cn.sans_path()).parent
        _fonts.append(
            typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])
        )
    return _fonts[0]


def quote(text: str) -> str:
    """Return a text as a typst string: nothing in it can end the string or start a command."""
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


class _Writer:
    """One language, written from cover to register."""

    def __init__(self, report: Report, lang: Lang) -> None:
        self.report, self.lang = report, lang
        self.out: list[str] = []
        self.registered = {n: None for s in _registered_sections(report) for n in numbers_in(s)}
        self.plain_numbers = False
        self.depth = 1

    def say(self, text: Text) -> str:
        """Return a text of the page's language as a typst string."""
        return quote(text.say(self.lang))

    def document(self) -> str:
        report = self.report
        subject = t("subtitle").format(unit=report.subject, year=report.year)
        label = self.say(report.label) if report.label else '""'
        pages = t("page").say(self.lang).replace("{n}", '" + str(n) + "').replace("{m}", '" + str(m) + "')
        theme = files("duxue.reports").joinpath("themes/report.typ").read_text(encoding="utf-8")
        official = report.cover
        facts = [
            (t("data_date"), report.date.say(self.lang)),
            (t("pack"), report.pack),
            (t("run"), report.run_id),
            (t("note"), t("marks").say(self.lang)),
        ]
        if official:
            facts = [
                (name, value.say(self.lang)) for name, value in (*official.facts, (t("note"), official.note))
            ]
            subject = official.edition
        rows = "".join(f"({self.say(name)}, {quote(value)})," for name, value in facts)
        frame = (
            f"lang: {quote(self.lang)}, title: {self.say(report.title)}, subject: {self.say(subject)}, label: {label}, "
            f'pack: {quote(report.pack)}, run: {quote(report.run_id)}, of-page: (n, m) => "{pages}"'
        )
        cover = f"title: {self.say(report.title)}, subject: {self.say(subject)}, facts: ({rows}), contents: {self.say(t('toc'))}"
        call = "cover"
        if official:
            call = "official-cover"
            cover += f", issuer: {self.say(official.issuer)}, number: {quote(official.number)}"
        self.out = [theme, f"#show: report.with({frame})\n", f"#{call}({cover})\n"]
        for page in report.pages:
            self.plain_numbers = False
            for i, section in enumerate(page.sections):
                first = page is not report.front and i == 0
                if first or section.opens or section.anchor in ("summary", "methods"):
                    self.out.append("#pagebreak(weak: true)\n")
                self.plain_numbers = bool(section.search) or section.anchor.startswith(_NOT_REGISTERED)
                self._section(
                    section,
                    1 if first else section.depth,
                    twins=page is report.front and section.anchor != "summary",
                )
                if section.anchor == "summary":  # one sheet; the table of its map follows on the next
                    self.out.append("#pagebreak(weak: true)\n")
                    for block in section.blocks:
                        if isinstance(block, Chart) and block.table:
                            self._table(block.table)
        self._register()
        return "".join(self.out)

    def _section(self, section: Section, depth: int, *, twins: bool) -> None:
        self.depth = depth
        self.out.append(f"#heading(level: {depth}, {self.say(section.title)})\n")
        blocks = list(section.blocks)
        while blocks:
            block = blocks.pop(0)
            if isinstance(block, Chart):
                row = [block]
                while blocks and isinstance(blocks[0], Chart):
                    row.append(blocks.pop(0))  # type: ignore[arg-type]
                self._charts(row, twins=twins)
            else:
                self._block(block)

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            text = self._sentence(block.sentence)
            calls = {
                "heading": f"#heading(level: {self.depth + 1}, outlined: false, {text})",
                "note": f"#note({text})",
                "lead": f"#lead({text})",
            }
            body = f"#prose({quote(self.lang)}, {text})" if self.report.cover else f"#par({text})"
            self.out.append(calls.get(block.role, body) + "\n")
        elif isinstance(block, Bullets):
            self.out.append("#list(" + ", ".join(self._sentence(s) for s in block.items) + ")\n")
        elif isinstance(block, KeyFigures):
            items = []
            for key in block.items:
                of = self._figure(key.of) if key.of else "none"
                mark = f"{MARKS[key.tone]} " if key.tone else ""
                items.append(
                    f"key({self._figure(key.figure)}, {of}, {self.say(key.label)}, [#{quote(mark)}#{self._sentence(key.detail)}], {quote(key.tone)})"
                )
            self.out.append("#keys(" + ", ".join(items) + ")\n")
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Facts):
            rows = ", ".join(f"{self.say(name)}, {self._sentence(s)}" for name, s in block.items)
            self.out.append(f"#facts({rows})\n")
        elif isinstance(block, Code):
            self.out.append(f"#code({quote(block.line)})\n")

    def _sentence(self, sentence: Sentence) -> str:
        """Return a sentence as a sum of strings and figures; each operand is quoted."""
        parts = [quote(p) if isinstance(p, str) else self._figure(p) for p in sentence.parts(self.lang)]
        return "{" + "; ".join(parts or ['""']) + "}"

    def _figure(self, figure: Figure) -> str:
        return f"num({self._number(figure.number)}, {quote(figure.shown)})"

    def _number(self, number: int) -> int:
        return number if number in self.registered and not self.plain_numbers else 0

    def _charts(self, row: Sequence[Chart], *, twins: bool) -> None:
        pictures = []
        for chart in row:
            svg = charts.draw(chart.spec, self.lang, charts.PAPER)
            wide = "true" if len(row) == 1 else "false"
            alt = quote(f"{chart.spec.title.say(self.lang)}. {chart.sentence.plain(self.lang)}")
            pictures.append(
                f"picture({quote(svg)}, {alt}, {self.say(chart.spec.title)}, {self._sentence(chart.sentence)}, wide: {wide})"
            )
        self.out.append(f"#{pictures[0]}\n" if len(pictures) == 1 else "#pair(" + ", ".join(pictures) + ")\n")
        if twins:
            for chart in row:
                if chart.table:
                    self._table(chart.table)

    def _table(self, table: Table) -> None:
        widths = self._widths(table)
        columns = ", ".join(f"{w:.2f}fr" for w in widths)
        aligns = ", ".join("right" if c.kind == "number" else "left" for c in table.columns)
        heads = []
        for column in table.columns:
            unit = column.unit.say(self.lang)
            heads.append(quote(column.title.say(self.lang) + (f"\n{unit}" if unit else "")))
        rows = [row for i, row in enumerate(table.rows) if i not in table.paper_skip]
        note = self._sentence(table.note) if table.note else "none"
        cells = ",\n".join(", ".join(self._cell(cell) for cell in row) for row in rows)
        call = f"#grid-table({self.say(table.title)}, ({columns},), ({aligns},), ({', '.join(heads)},), {note}, {cells})\n"
        # words that cannot be broken need more than the sheet has: smaller letters, for words must not overlap
        over = sum(widths) / _WIDTH
        self.out.append(
            f"#[#show table: set text(size: {_SIZE / over:.2f}pt)\n{call}]\n" if over > 1 else call
        )
        if table.paper_skip:
            self.out.append(f"#note({self.say(t('rest').format(n=len(table.paper_skip)))})\n")

    def _widths(self, table: Table) -> list[float]:
        """Return the width of each column in points: by weight, but never narrower than its longest word.

        The sum is above the width of the sheet when not even the words fit.
        """
        total = sum(c.weight for c in table.columns)
        widths = [c.weight / total * _WIDTH for c in table.columns]
        hard = []  # what the cells and the short words of heads need
        needs = []  # what the long words of heads need too, which can be hyphenated
        for i, column in enumerate(table.columns):
            cells = [row[i] for row in table.rows if not row[i].note]
            if column.kind == "number" or (column.kind == "status" and self.lang == "en"):
                # neither a number nor mark and word are broken; the register number stands behind
                wide = [
                    _word_width(self._shown(c)) + (_REGISTER if self._number(c.figure) else 0.0)
                    for c in cells
                ]
            else:  # a name is broken only between its words
                wide = [
                    _word_width(w) for c in cells if column.kind == "text" for w in _words(self._shown(c))
                ]
            heads = [*_words(column.title.say(self.lang)), *column.unit.say(self.lang).split()]
            wide += [_word_width(w) for w in heads if len(w) <= _WHOLE]
            hard.append(max(wide, default=0.0) + _INSET)
            needs.append(max(hard[-1], *(_word_width(w) + _INSET for w in heads)))
        if sum(needs) > _WIDTH:  # the cells keep their words, the heads share what is left
            left = max(_WIDTH - sum(hard), 0.0)
            wanted = sum(n - h for n, h in zip(needs, hard, strict=True)) or 1.0
            return [h + left * (n - h) / wanted for n, h in zip(needs, hard, strict=True)]
        for _ in widths:
            short = {i for i, w in enumerate(widths) if w <= needs[i]}
            rest = sum(widths[i] for i in range(len(widths)) if i not in short)
            room = _WIDTH - sum(needs[i] for i in short)
            new = [needs[i] if i in short else w * room / rest for i, w in enumerate(widths)]
            if new == widths:
                break
            widths = new
        return widths

    def _shown(self, cell: Cell) -> str:
        """Return the text of a cell as it is printed, without its register number."""
        text = cell.text.say(self.lang)
        if cell.mark and cell.tone:
            text = f"{MARKS[cell.tone]} {text}"
        if cell.note and cell.tone == "not_computable" and cell.mark:
            text += f"：{cell.note.zh}" if self.lang == "zh" else f": {cell.note.en}"
        return text + " ⚑" if cell.flag else text

    def _cell(self, cell: Cell) -> str:
        text = self._shown(cell)
        number = self._number(cell.figure)
        body = f"num({number}, {quote(text)})" if number else quote(text)
        return f"{_TONES[cell.tone]}({body})" if cell.tone else body

    def _register(self) -> None:
        if not self.registered:
            return
        self.out.append(
            f"#pagebreak(weak: true)\n#heading(level: 1, {self.say(t('register'))})\n#note({self.say(t('register_paper'))})\n"
        )
        columns = "(1fr, 4.4fr, 4.6fr)"
        heads = ", ".join(
            (
                quote(f"{t('number').say(self.lang)} · {t('shown').say(self.lang)}"),
                self.say(t("what")),
                self.say(t("how")),
            )
        )
        rows = ",\n".join(self._entry(self.report.register[n]) for n in sorted(self.registered))
        self.out.append(
            f"#[#show table: set text(size: 6pt)\n#grid-table({self.say(t('register'))}, {columns}, (left, left, left), ({heads}), none, {rows})]\n"
        )

    def _entry(self, e: Entry) -> str:
        shown = t(e.status).say(self.lang) if e.shown == "–" and e.status else e.shown
        by = e.by.say(self.lang)
        what = " · ".join(
            x for x in (e.unit_name.say(self.lang), e.what.say(self.lang), by, str(e.year or "")) if x
        )
        extra = " ".join(
            x
            for x in (
                e.standard,
                MARKS[e.status],
                e.clause.say(self.lang) if e.standard else "",
                e.reason.say(self.lang),
                f"⚑ {e.flag_words.say(self.lang)}" if e.flags else "",
            )
            if x
        )
        fraction = " / ".join(x for x in (e.numerator, e.denominator) if x)
        how = e.command or e.how.say(self.lang)
        facts = "; ".join(x for x in (e.unrounded, fraction, how) if x)
        return ", ".join(
            quote(x) for x in (f"N{e.number}  {shown}", f"{what}\n{extra}" if extra else what, facts)
        )


def _words(text: str) -> list[str]:
    return re.split(r"[\s-]+", text)


def _word_width(word: str) -> float:
    """Return how wide the longest piece is that cannot be broken: a Chinese text breaks after each letter."""
    pieces = re.split(r"[\u2e80-\uffef]", word)
    return max(*(_text_width(p) for p in pieces), 2 * _SIZE if len(pieces) > 1 else 0.0)


def _text_width(text: str) -> float:
    """Return how wide a text of a table is, seldom less: by the kinds of letters of its font."""
    return sum(next((w for letters, w in _LETTERS if c in letters), 0.58) for c in text) * _SIZE


def _registered_sections(report: Report) -> Iterator[Section]:
    for page in report.pages:
        if page is report.front:
            yield from (s for s in page.sections if not s.search and not s.anchor.startswith(_NOT_REGISTERED))
        else:
            yield from page.sections[:1]
