"""Read web pages, broken ones too: what a reader would see, scripts and comments left out, navigation set apart.

The parser reports events, so neither deep nesting nor tags that never close cost more than their own length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from duxue.core.workbook import column_letter
from duxue.documents.build import Builder, squeeze
from duxue.documents.decode import decode
from duxue.documents.model import Block

_PIECE = 1 << 20
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "math", "title", "iframe", "object", "select", "option", "textarea", "canvas", "audio", "video", "button", "del", "s", "strike"})  # fmt: skip
_FURNITURE = frozenset({"nav", "footer", "aside", "form", "menu", "dialog"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|footer|foot|copyright|sidebar|share|sharing|social|related|"
    r"recommend(?:ed|ations?)?|comments?|advert(?:s|isement)?|ads?|banner|cookies?|pagination|pager|toolbar|topbar|hotlist|toplinks?|sitemap|skip)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s{0,3}=\s{0,3}[\"']?\s{0,3}([\w-]{2,20})", re.IGNORECASE)


def read_html(data: bytes, name: str) -> tuple[str, tuple[Block, ...]]:
    """Return text and blocks of a web page."""
    builder = Builder(name)
    page = _Page(builder)
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True)
    source = _decode(data, name).encode("utf-8", "replace")
    for start in range(0, len(source), _PIECE):
        parser.feed(source[start : start + _PIECE])
    if source:
        parser.close()
    page.flush()
    return builder.finish()


def _decode(data: bytes, name: str) -> str:
    found = _META.search(data[:4096])
    declared = found[1].decode("ascii").lower() if found else ""
    declared = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252"}.get(
        declared, declared
    )
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(declared)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, name)


class _Page:
    """Takes the events of the parser; `_open` holds the tags that change how text is taken."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._text: list[str] = []
        self._linked = 0  # characters of the text inside links
        self._links = 0
        self._silent = 0
        self._open: list[tuple[str, str]] = []  # tag, what it switched on
        self._counts = {"silent": 0, "furniture": 0, "marked": 0}
        self._cells: list[list[tuple[str, str]]] = []  # rows being read, the innermost last
        self._tables: list[list[int]] = []  # number of the table, row, column
        self._table = 0
        self._tag = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BLOCKS:
            self.flush()
            self._enter(tag)
        if tag in _VOID:
            return
        if tag == "a":
            self._links += 1
        switched = _switch(tag, attributes)
        if switched:
            self._counts[switched] += 1
        if switched or tag in _BLOCKS or tag == "a":
            self._open.append((tag, switched))

    def end(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag in _BLOCKS:
            self.flush()
            self._leave(tag)
        if tag == "a":
            self._links = max(self._links - 1, 0)
        if self._open and self._open[-1][0] == tag:
            _, switched = self._open.pop()
            if switched:
                self._counts[switched] -= 1

    def data(self, text: str) -> None:
        if self._counts["silent"]:
            return
        self._text.append(text)
        if self._links:
            self._linked += len(text.strip())

    def comment(self, text: str) -> None:
        """Leave comments out."""

    def close(self) -> None:
        """The end of the page."""

    def flush(self) -> None:
        """Hand the text since the last block over."""
        text, linked = squeeze("".join(self._text)), self._linked
        self._text.clear()
        self._linked = 0
        if not text:
            return
        if self._cells and not self._counts["furniture"]:
            number, row, column = self._tables[-1]
            self._cells[-1].append((text, f"T{number}!{_letter(column)}{row}"))
            return
        if self._counts["furniture"] or (linked * 10 > len(text) * 9 and self._tag == "li"):
            self._builder.add(text, "furniture")
        elif self._tag[:1] == "h" and self._tag[1:].isdigit():
            self._builder.add(text, "heading", int(self._tag[1]))
        elif self._counts["marked"]:
            self._builder.add(text, "furniture")
            self._builder.mark()
        else:
            self._builder.add(text, "item" if self._tag == "li" else None)

    def _enter(self, tag: str) -> None:
        self._tag = tag
        if tag == "table":
            self._table += 1
            self._tables.append([self._table, 0, -1])
        elif tag == "tr" and self._tables:
            self._tables[-1][1] += 1
            self._tables[-1][2] = -1
            self._end_row()
            self._cells.append([])
        elif tag in ("td", "th") and self._tables:
            self._tables[-1][2] += 1

    def _leave(self, tag: str) -> None:
        self._tag = ""
        if tag in ("tr", "table"):
            self._end_row()
        if tag == "table" and self._tables:
            self._tables.pop()

    def _end_row(self) -> None:
        if not self._cells:
            return
        cells = self._cells.pop()
        places = [place for _, place in cells]
        if len(places) > len(set(places)) or len(cells) == 1:  # tables that lay out a page hold paragraphs
            for text, place in cells:
                self._builder.add(text, place=place)
        else:
            self._builder.add_row(cells)


def _switch(tag: str, attributes: Mapping[str, str]) -> str:
    if tag in _SILENT or "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")[:500]):
        return "silent"
    if tag in _FURNITURE or attributes.get("role") in ("navigation", "banner", "contentinfo", "search"):
        return "furniture"
    if tag in ("div", "section", "ul", "ol", "p", "table", "header"):
        names = f"{attributes.get('class', '')[:200]} {attributes.get('id', '')[:100]}"
        if names != " " and _CLASS.search(names):
            return "marked"
    return ""


def _letter(column: int) -> str:
    return column_letter(max(column, 0))
