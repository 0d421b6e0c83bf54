"""The report as HTML: self-contained pages that ask nothing of the network and are readable without scripts.

A front page per language, and one page per area beside it: a province in one file would be several megabytes that a
phone on a slow line must load before the first sentence, while the front alone opens at once and can be mailed alone.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from duxue.core import digest
from duxue.core.text import LANGS, Lang, Text, same
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
    Page,
    Paragraph,
    Report,
    Section,
    Sentence,
    Table,
    numbers_in,
)
from duxue.reports.texts import MARKS, t

_TONES = {"": "", "met": "v", "not_met": "w", "not_computable": "u"}
_KINDS = {"text": "x", "number": "n", "status": "s", "code": "m"}
_HTML_LANG = {"zh": "zh-Hans", "en": "en"}
_LONG = 7  # letters from which a key figure is set smaller, so that it fits a phone
_LONG_CELL = 40  # letters from which a cell of text is kept wide enough to be read on a phone
_LONGEST_NAME = 80
_DIGEST = 16  # letters of a digest that tell two long names apart
_FILTER_FROM = 3  # sections of units from which a filter helps


def write_html(report: Report, folder: Path, langs: Sequence[Lang] = LANGS) -> list[Path]:
    """Write report.<lang>.html and the pages of its areas below report.<lang>/; return the files, fronts first."""
    folder.mkdir(parents=True, exist_ok=True)
    fronts: list[Path] = []
    others: list[Path] = []
    for lang in langs:
        site = _Site(report, lang, langs)
        for page in report.pages:
            path = folder / site.path_of(page)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(site.write(page).encode("utf-8", "replace"))
            (fronts if page is report.front else others).append(path)
    return fronts + others


class _Site:
    """All pages of one language and the addresses between them."""

    def __init__(self, report: Report, lang: Lang, langs: Sequence[Lang]) -> None:
        self.report, self.lang, self.langs = report, lang, langs
        self.names = _file_names(report.pages[1:])
        self.home = {s.anchor: page for page in report.pages for s in page.sections}
        self.css = files("duxue.reports").joinpath("themes/report.css").read_text(encoding="utf-8")
        self.js = files("duxue.reports").joinpath("themes/report.js").read_text(encoding="utf-8")

    def path_of(self, page: Page, lang: Lang | None = None) -> str:
        """Return where a page lies below the report's folder."""
        lang = lang or self.lang
        return (
            f"report.{lang}.html"
            if page is self.report.front
            else f"report.{lang}/{self.names[page.anchor]}.html"
        )

    def href(self, here: Page, anchor: str) -> str:
        """Return the address of an anchor as seen from a page; empty when nothing has it."""
        page = self.home.get(anchor)
        if page is None:
            return ""
        return f"#{anchor_id(anchor)}" if page is here else f"{self.between(here, page)}#{anchor_id(anchor)}"

    def between(self, here: Page, there: Page, lang: Lang | None = None) -> str:
        """Return the relative address of a page."""
        up = "" if here is self.report.front else "../"
        return up + self.path_of(there, lang)

    def write(self, page: Page) -> str:
        """Return one page."""
        return _Writer(self, page).page()


def anchor_id(anchor: str) -> str:
    """Return an anchor as an id of letters, digits and dashes; others become their code points."""
    return re.sub(r"[^A-Za-z0-9_-]", lambda m: f"_{ord(m[0]):x}_", anchor)


def _file_names(pages: Iterable[Page]) -> dict[str, str]:
    """Return anchor -> name of a file; a name that is long, or another's but for its case, ends in a digest."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for page in pages:
        name = anchor_id(page.anchor.removeprefix("u-")) or "page"
        if len(name) > _LONGEST_NAME or name.casefold() in taken:
            tail = digest.of_bytes(page.anchor.encode("utf-8", "replace"))[:_DIGEST]
            name = f"{name[: _LONGEST_NAME - _DIGEST - 1]}-{tail}"
        taken.add(name.casefold())
        names[page.anchor] = name
    return names


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _Writer:
    """One page, written from top to bottom."""

    def __init__(self, site: _Site, page: Page) -> None:
        self.site, self.report, self.page_, self.lang = site, site.report, page, site.lang
        self.out: list[str] = []
        self.tables = 0
        self.minor = "h3"  # headings inside the section
        self.used: dict[int, None] = {}
        self.clauses: dict[Text, int] = {}  # printed once below the register, for they are long and few

    def say(self, text: Text) -> str:
        """Return a text in the page's language, escaped."""
        return escape(text.say(self.lang))

    def page(self) -> str:
        report, page = self.report, self.page_
        front = page is report.front
        for section in page.sections:
            self.used.update(dict.fromkeys(numbers_in(section)))
        title = f"{report.title.say(self.lang)} · {(report.subject if front else page.title).say(self.lang)} · {report.year}"
        css, js = self.site.css, self.site.js
        policy = f"default-src 'none'; style-src '{_hash(css)}'; script-src '{_hash(js)}'; img-src data:; base-uri 'none'; form-action 'none'"
        self.out = [
            f'<!doctype html>\n<html lang="{_HTML_LANG[self.lang]}">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n',
            f"<title>{escape(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n",
            f'<a class="skip" href="#main">{self.say(t("skip"))}</a>\n',
        ]
        if report.label:
            self.out.append(f'<div class="band" role="note">{self.say(report.label)}</div>\n')
        self._top(front)
        self._cover(front)
        self.out.append('<div class="frame">\n')
        self._toc(front)
        self.out.append('<main id="main">\n')
        units = [s for s in page.sections if s.search]
        for section in page.sections:
            if units and section is units[0] and len(units) >= _FILTER_FROM:
                self._filter("units", "q")
            self._section(section)
        self._register()
        self.out.append("</main>\n</div>\n")
        self.out.append(
            f'<dialog id="door" aria-labelledby="door-h"><h2 id="door-h"></h2><dl></dl><button class="main" data-close>{self.say(t("close"))}</button>'
            f'<button data-copy="{self.say(t("copy"))}" data-done="{self.say(t("copied"))}" hidden></button></dialog>\n'
            f"<script>{js}</script>\n</body>\n</html>\n"
        )
        return "".join(self.out)

    def _top(self, front: bool) -> None:
        links = []
        if not front:
            links.append(
                f'<a href="{self.site.between(self.page_, self.report.front)}">← {self.say(t("back"))}</a>'
            )
        for lang in self.site.langs:
            if lang != self.lang:
                href = self.site.between(self.page_, self.page_, lang)
                links.append(
                    f'<a href="{href}" lang="{_HTML_LANG[lang]}" hreflang="{_HTML_LANG[lang]}">{self.say(t("other_language"))}</a>'
                )
        self.out.append(f'<div class="top">{"".join(links)}</div>\n')

    def _cover(self, front: bool) -> None:
        report = self.report
        subject = t("subtitle").format(unit=report.subject, year=report.year)
        heading = report.title if front else self.page_.title
        official = report.cover
        if official and front:
            number = f"<p class=number>{escape(official.number)}</p>" if official.number else ""
            self.out.append(
                f'<header class="cover official"><p class="issuer">{self.say(official.issuer)}</p>{number}<h1>{self.say(heading)}</h1>'
                f'<p class="subject">{self.say(official.edition)}</p>'
            )
        else:
            self.out.append(
                f'<header class="cover"><h1>{self.say(heading)}</h1><p class="subject">{self.say(subject)}</p>'
            )
        if not front:
            self.out.append(f"<p>{self.say(report.title)}</p>")
        notes = [official.note] if official else [t("figure_note"), t("marks")]
        self.out.append("".join(f"<p>{self.say(note)}</p>" for note in notes) + '<dl class="meta">')
        facts = official.facts if official else [
            (t("data_date"), report.date),
            (t("pack"), same(report.pack)),
            (t("run"), same(report.run_id)),
        ]  # fmt: skip
        for name, value in facts:
            self.out.append(f"<div><dt>{self.say(name)}</dt><dd>{self.say(value)}</dd></div>")
        self.out.append("</dl></header>\n")

    def _toc(self, front: bool) -> None:
        self.out.append(
            f'<nav class="toc" aria-label="{self.say(t("toc"))}"><h2>{self.say(t("toc"))}</h2><ul>'
        )
        for section in self.page_.sections:
            self.out.append(f'<li><a href="#{anchor_id(section.anchor)}">{self.say(section.title)}</a></li>')
        register = f'<li><a href="#register">{self.say(t("register"))}</a></li>' if self.used else ""
        self.out.append(f"{register}</ul>")
        if front and len(self.report.pages) > 1:
            self.out.append(f"<h2>{self.say(t('places'))}</h2><ul class=cols>")
            for page in self.report.pages[1:]:
                self.out.append(
                    f'<li><a href="{self.site.between(self.page_, page)}">{self.say(page.title)}</a></li>'
                )
            self.out.append("</ul>")
        self.out.append("</nav>\n")

    # --- sections ---------------------------------------------------------------------------------------------------
    def _section(self, section: Section) -> None:
        heading, self.minor = f"h{section.depth + 1}", f"h{section.depth + 2}"
        more = f' class="unit" data-k="{escape(section.search)}"' if section.search else ""
        self.out.append(
            f'<section id="{anchor_id(section.anchor)}"{more}>\n<{heading}>{self.say(section.title)}</{heading}>\n'
        )
        in_charts = beside = False
        for block in section.blocks:
            is_chart = isinstance(block, Chart)
            if is_chart != in_charts and not beside:
                self.out.append('<div class="charts">\n' if is_chart else "</div>\n")
                in_charts = is_chart
            self._block(block)
            if is_chart and section.anchor == "summary":  # the findings stand beside the picture
                self.out.append("<div>\n")
                in_charts = beside = True
        if beside:
            self.out.append("</div>\n")
        self.out.append("</div>\n</section>\n" if in_charts else "</section>\n")

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            text = self._sentence(block.sentence)
            self.out.append(
                f"<{self.minor}>{text}</{self.minor}>\n"
                if block.role == "heading"
                else f'<p class="{block.role}">{text}</p>\n'
            )
        elif isinstance(block, Bullets):
            self.out.append(
                '<ul class="findings">'
                + "".join(f"<li>{self._sentence(s)}</li>" for s in block.items)
                + "</ul>\n"
            )
        elif isinstance(block, KeyFigures):
            self._keys(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Chart):
            self._chart(block)
        elif isinstance(block, Facts):
            items = "".join(
                f"<dt>{self.say(name)}</dt><dd>{self._sentence(s)}</dd>" for name, s in block.items
            )
            self.out.append(f'<dl class="facts">{items}</dl>\n')
        else:
            self.out.append(
                f"<pre><code>{escape(block.line)}</code></pre>\n" if isinstance(block, Code) else ""
            )

    def _sentence(self, sentence: Sentence) -> str:
        return "".join(
            escape(p) if isinstance(p, str) else self._figure(p) for p in sentence.parts(self.lang)
        )

    def _figure(self, figure: Figure) -> str:
        return f'<a href="#n{figure.number}">{escape(figure.shown)}</a>'

    def _keys(self, keys: KeyFigures) -> None:
        self.out.append('<div class="keys">')
        for key in keys.items:
            of = f"<span> / {self._figure(key.of)}</span>" if key.of else ""
            mark = f"{MARKS[key.tone]} " if key.tone else ""
            long = ' class="long"' if len(key.figure.shown) > _LONG else ""
            self.out.append(
                f'<div class="key {key.tone}"><b{long}>{self._figure(key.figure)}</b>{of}<p>{self.say(key.label)}</p>'
                f'<p class="d">{mark}{self._sentence(key.detail)}</p></div>'
            )
        self.out.append("</div>\n")

    def _chart(self, chart: Chart) -> None:
        svg = charts.draw(chart.spec, self.lang)
        self.out.append(
            f"<figure><figcaption>{self.say(chart.spec.title)}<span>{self._sentence(chart.sentence)}</span></figcaption>{svg}"
        )
        if chart.table:
            self.out.append(f"<details><summary>{self.say(t('table_twin'))}</summary>")
            self._table(chart.table)
            self.out.append("</details>")
        self.out.append("</figure>\n")

    def _filter(self, scope: str, name: str) -> None:
        self.out.append(
            f'<div class="filter" hidden><label for="{name}">{self.say(t("filter"))}</label><input id="{name}" type="search" data-filter="{scope}">'
            f"<output hidden>{self.say(t('filter_none'))}</output></div>\n"
        )

    def _table(self, table: Table) -> None:
        self.tables += 1
        name = f"t{self.tables}"
        if table.can_filter:
            self._filter(name, f"q{self.tables}")
        self.out.append(
            f'<div class="scroll" tabindex="0" role="region" aria-label="{self.say(table.title)}"><table id="{name}"><caption>{self.say(table.title)}</caption><thead><tr>'
        )
        for column in table.columns:
            unit = column.unit.say(self.lang)
            small = f"<small>{escape(unit)}</small>" if unit else ""
            hint = f' title="{self.say(column.hint)}"' if column.hint else ""
            kind = ' class="n"' if column.kind == "number" else ""
            self.out.append(f'<th scope="col"{kind}{hint}>{self.say(column.title)}{small}</th>')
        self.out.append("</tr></thead><tbody>\n")
        kinds = [_KINDS[c.kind] for c in table.columns]
        for row in table.rows:
            first, rest = row[0], row[1:]
            cells = [f'<th scope="row">{self._content(first, "x")}</th>']
            cells += [self._cell(cell, kind) for cell, kind in zip(rest, kinds[1:], strict=True)]
            self.out.append("<tr>" + "".join(cells) + "\n")
        self.out.append("</tbody></table></div>\n")
        if table.note:
            self.out.append(f'<p class="note">{self._sentence(table.note)}</p>\n')

    def _cell(self, cell: Cell, kind: str) -> str:
        long = "l" if kind == "x" and len(cell.text.say(self.lang)) > _LONG_CELL else ""
        names = " ".join(x for x in (kind, long, _TONES[cell.tone]) if x)
        title = f' title="{self.say(cell.note)}"' if cell.note and kind != "s" else ""
        return f'<td class="{names}"{title}>{self._content(cell, kind)}'

    def _content(self, cell: Cell, kind: str) -> str:
        text = self.say(cell.text)
        if cell.mark and cell.tone:
            text = f"{MARKS[cell.tone]} {text}"
        if cell.figure:
            text = f'<a href="#n{cell.figure}">{text}</a>'
        elif cell.link:
            href = self.site.href(self.page_, cell.link)
            text = f'<a href="{href}">{text}</a>' if href else text
        if cell.flag:
            words = self.say(cell.flag)
            text += f' <span class="f" role="img" title="{words}" aria-label="{words}">⚑</span>'
        if cell.note and kind == "s":
            text += f"<small>{self.say(cell.note)}</small>"
        if cell.spark:
            text = f"{charts.draw(cell.spark, self.lang)} {text}"
        return text

    # --- register -----------------------------------------------------------------------------------------------------
    def _register(self) -> None:
        if not self.used:
            return
        heads = (
            "number",
            "shown",
            "unit",
            "what",
            "year",
            "unrounded",
            "fraction",
            "rows",
            "standard",
            "status",
            "clause",
            "how",
        )
        self.out.append(
            f'<section id="register">\n<h2>{self.say(t("register"))}</h2>\n<p>{self.say(t("register_sentence"))}</p>\n'
        )
        self._filter("register-table", "qn")
        self.out.append(
            f'<div class="scroll" tabindex="0" role="region" aria-label="{self.say(t("register"))}"><table id="register-table"><thead><tr>'
        )
        self.out.append(
            "".join(f'<th scope="col">{self.say(t(h))}</th>' for h in heads) + "</tr></thead><tbody>\n"
        )
        for number in sorted(self.used):
            self.out.append(self._entry(self.report.register[number]))
        self.out.append("</tbody></table></div>\n")
        if self.clauses:
            items = "".join(f'<dt>§{i}</dt><dd id="c{i}">{self.say(c)}</dd>' for c, i in self.clauses.items())
            self.out.append(f'<p>{self.say(t("clauses"))}</p><dl class="facts">{items}</dl>\n')
        self.out.append("</section>\n")

    def _entry(self, e: Entry) -> str:
        what = (
            f"{e.indicator} {self.say(e.what)}" if e.indicator and len(e.indicator) <= 6 else self.say(e.what)
        )
        by = e.by.say(self.lang)
        what += f" · {escape(by)}" if by else ""
        fraction = " / ".join(x for x in (e.numerator, e.denominator) if x)
        status = self.say(t(e.status)) if e.status else ""
        why = self.say(e.reason)
        status = f"{MARKS[e.status]} {status}{': ' if why else ''}{why}" if status else ""
        if e.flags:
            status += f" ⚑ {self.say(e.flag_words)}"
        rows = f"{e.rows}" if e.rows else ""
        if e.left_out:
            rows += f" (−{e.left_out})"
        how = f"<code>{escape(e.command)}</code>" if e.command else self.say(e.how)
        unit = self.say(e.unit_name) if e.command else f"{self.say(e.unit_name)} {escape(e.unit)}".strip()
        shown = self.say(t(e.status)) if e.shown == "–" and e.status else escape(e.shown)
        cells = (
            shown,
            unit,
            what,
            str(e.year or ""),
            escape(e.unrounded),
            escape(fraction),
            rows,
            escape(e.standard),
            status,
            self.say(e.clause),
            how,
        )
        return f'<tr id="n{e.number}"><th>N{e.number}</th>' + "".join(f"<td>{c}" for c in cells) + "\n"
