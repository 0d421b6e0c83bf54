"""The page in which a report is checked: one HTML file with text, claims and scripts of our own, no network.

The text is written as HTML, every character of a document escaped, so it reads and prints without scripts too; what
the panel shows of a claim lies beside it as JSON. A content security policy lets only our own style and script run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby

from duxue.app.reading_page.words import COMPARATORS, KINDS, REASONS, STATES, TEXTS, UNITS
from duxue.app.reading_view import ReadingView, State
from duxue.claims import Claim, as_row
from duxue.claims.decisions import link_key
from duxue.core.text import Lang, Text
from duxue.documents import Block

_LANG = {"zh": "zh-Hans", "en": "en"}
_HAN = re.compile(r"[\u3400-\u9fff]{4}")
_AROUND = 120  # characters of the sentence shown beside a claim
_STOP = re.compile(r"[。！？；\r\n]|[.!?](?=\s)")
# Characters that turn the direction of what follows could show a number other than the one that was read.
_TURNS = {
    code: f"⟦U+{code:04X}⟧"
    for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
}
_MARKS: dict[State, str] = {"contradicted": "✗", "damaged": "!", "supported": "✓", "unsupported": "?"}


def write_start(lang: Lang) -> str:
    """Return the page up to the first document."""
    css, js = _asset("page.css"), _asset("page.js")
    words = {
        "texts": TEXTS, "states": STATES, "kinds": KINDS, "comparators": COMPARATORS, "units": UNITS, "reasons": REASONS,
    }  # fmt: skip
    table = {name: {k: [t.zh, t.en] for k, t in part.items()} for name, part in words.items()}
    policy = f"default-src 'none'; style-src '{_hash(css)}'; script-src '{_hash(js)}'; base-uri 'none'; form-action 'none'"
    return _asset("frame.html").format(
        lang=_LANG[lang],
        policy=policy,
        css=css,
        js=js,
        words=_json(table),
        **{f"t_{key}": escape(text.say(lang)) for key, text in TEXTS.items()},
    )


def write_view(view: ReadingView, number: int, lang: Lang) -> str:
    """Return one document: its text with the claims marked, their table, and what the panel shows of them."""
    name = _show(view.document.name)
    data = {
        "name": view.document.name,
        "source": view.document.source,
        "digest": view.document.digest,
        "length": len(view.document.text),
        "claims": [_describe(view, i) for i in range(len(view.claims))],
    }
    return "".join(
        (
            f'<article class="document" id="d{number}" aria-label="{name}">\n<p class="name">{name}</p>\n<div class="text" dir="auto" lang="{_language(view)}">\n',
            *_blocks(view, number, lang),
            "</div>\n",
            *_notes(view, lang),
            *_table(view, number, lang),
            f'<script type="application/json" class="data">{_json(data)}</script>\n</article>\n',
        )
    )


def write_end() -> str:
    """Return the end of the page."""
    return "</main>\n</body>\n</html>\n"


def _show(text: str) -> str:
    """Return document text as HTML: escaped, and with characters that turn the direction of text made visible."""
    return escape(text.translate(_TURNS))


@cache
def _asset(name: str) -> str:
    return files("duxue.app.reading_page").joinpath(name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json(value: object) -> str:
    # Inside a script element no character may end it or start a comment.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")  # fmt: skip


def _both(text: Text) -> list[str]:
    return [text.zh, text.en]


def _describe(view: ReadingView, index: int) -> dict[str, object]:
    claim = view.claims[index]
    row = as_row(claim)
    block = _block_of(view, claim)
    return {
        **row,
        "state": view.state(index),
        "reasons": list(claim.reasons),
        "section": claim.section,
        "page": block.page if block else None,
        "place": block.place if block else "",
        "before": _around(view, max(claim.start - _AROUND, block.start if block else 0), claim.start, cut_left=True),
        "after": _around(view, claim.end, min(claim.end + _AROUND, block.end if block else claim.end), cut_left=False),
        "key": link_key(claim.measure, claim.unit),
        "links": [
            {"target": x.target, "title": _both(x.title), "score": x.score, "reason": _both(x.reason), "decided": x.decided}
            for x in view.links.get(index, ())
        ],
        "findings": [
            {
                "code": f.code, "state": f.state, "severity": f.severity, "reason": _both(f.reason),
                "key": f.key,
                "places": [{"where": p.where, "quote": p.quote, "start": p.start} for p in f.places],
            }
            for f in view.findings.get(index, ())
        ],
    }  # fmt: skip


def _language(view: ReadingView) -> str:
    chinese = _HAN.search(view.document.text[:2000]) is not None
    return "zh" if chinese else "en"


def _around(view: ReadingView, start: int, end: int, *, cut_left: bool) -> str:
    """Return the words beside a claim, from the end of the sentence before or to the end of its own."""
    words = view.document.text[start : max(end, start)]
    stops = [m.end() for m in _STOP.finditer(words)]
    if not stops:
        return _trim(words, cut_left=cut_left) if len(words) == _AROUND else words
    return words[stops[-1] :] if cut_left else words[: stops[0]]


def _trim(words: str, *, cut_left: bool) -> str:
    """Return words cut at a blank, if there is one near, with an ellipsis where they were cut."""
    if cut_left:
        blank = words.find(" ", 0, 24)
        return "…" + words[blank + 1 :]
    blank = words.rfind(" ", len(words) - 24)
    return (words[:blank] if blank > 0 else words) + "…"


def _block_of(view: ReadingView, claim: Claim) -> Block | None:
    blocks = view.document.blocks
    at = bisect_right(blocks, claim.start, key=lambda b: b.start) - 1
    return blocks[at] if at >= 0 else None


def _blocks(view: ReadingView, number: int, lang: Lang) -> Iterator[str]:
    """Yield the blocks as HTML; cells of one row, which tabs part, become a row of a table."""
    text, blocks = view.document.text, view.document.blocks
    marker = _Marker(view, number, lang)
    if not blocks:
        yield f'<p class="furniture">{escape(TEXTS["nothing"].say(lang))}</p>\n'
    page = None
    for is_cell, run in groupby(blocks, key=lambda b: b.kind == "cell"):
        if is_cell:
            yield from _rows(text, list(run), marker)
            continue
        for block in run:
            if block.page is not None and block.page != page:
                page = block.page
                label = TEXTS["page"].format(n=page)
                yield f'<p class="page" data-zh="{label.zh}" data-en="{label.en}">{label.say(lang)}</p>\n'
            yield _block(block, marker)


def _block(block: Block, marker: _Marker) -> str:
    inner = marker.mark(block.start, block.end)
    if block.kind == "heading":
        tag = f"h{min(max(block.level, 1) + 1, 6)}"
        return f"<{tag}>{inner}</{tag}>\n"
    name = {"item": ' class="item"', "furniture": ' class="furniture"'}.get(block.kind, "")
    return f"<p{name}>{inner}</p>\n"


def _rows(text: str, cells: list[Block], marker: _Marker) -> Iterator[str]:
    yield '<div class="over" tabindex="0"><table class="cells"><tbody>'
    last = None
    for cell in cells:
        same_row = last is not None and "\n" not in text[last.end : cell.start]
        if not same_row:
            yield "<tr>" if last is None else "</tr>\n<tr>"
        yield f"<td>{marker.mark(cell.start, cell.end)}</td>"
        last = cell
    yield "</tr></tbody></table></div>\n"


class _Marker:
    """Writes stretches of the text with the claims in them marked; stretches come in ascending order."""

    def __init__(self, view: ReadingView, number: int, lang: Lang) -> None:
        self._text, self._view, self._number, self._lang = view.document.text, view, number, lang
        self._next = 0

    def mark(self, start: int, end: int) -> str:
        claims = self._view.claims
        parts = []
        at = start
        while self._next < len(claims) and claims[self._next].start < end:
            index, claim = self._next, claims[self._next]
            self._next += 1
            first, last = max(claim.start, at), min(claim.end, end)
            if first >= last:
                continue
            state = self._view.state(index)
            label = escape(STATES[state].say(self._lang))
            parts.append(_show(self._text[at:first]))
            parts.append(
                f'<a class="claim {state}" id="d{self._number}c{index}" href="#d{self._number}c{index}" title="{label}">'
                f'{_show(self._text[first:last])}<span class="mark" aria-hidden="true">&#8288;{_MARKS[state]}</span></a>'
            )
            at = last
        parts.append(_show(self._text[at:end]))
        return "".join(parts)


def _notes(view: ReadingView, lang: Lang) -> Iterator[str]:
    """Yield what looks damaged in the text, numbers or words: as printed, why, and what is proposed beside it."""
    if not view.notes:
        return
    yield f'<details class="all"><summary data-t="damage">{escape(TEXTS["damage"].say(lang))}</summary>\n<ul>\n'
    for note in view.notes:
        told = note.reason
        if note.proposal is not None:
            told = Text(f"{told.zh}；可能是：{note.proposal.zh}", f"{told.en}; perhaps: {note.proposal.en}")
        yield (
            f'<li><q dir="auto">{_show(note.quote)}</q> '
            f'<span data-zh="{escape(told.zh)}" data-en="{escape(told.en)}">{escape(told.say(lang))}</span></li>\n'
        )
    yield "</ul></details>\n"


def _table(view: ReadingView, number: int, lang: Lang) -> Iterator[str]:
    """Yield the table of claims, which is what is printed and what a reader without scripts has."""
    if not view.claims:
        return
    heads = ("printed", "value", "unit", "kind", "period", "org", "measure", "state")
    yield f'<details class="all"><summary data-t="table">{escape(TEXTS["table"].say(lang))}</summary>\n<div class="over" tabindex="0"><table>\n<thead><tr>'
    yield "".join(
        f'<th scope="col"{" class=n" * (h == "value")} data-t="{h}">{escape(TEXTS[h].say(lang))}</th>'
        for h in heads
    )
    yield "</tr></thead>\n<tbody>\n"
    for index, claim in enumerate(view.claims):
        state = view.state(index)
        cells = (claim.period or "", claim.org or "", claim.measure)
        yield (
            f'<tr><td><a href="#d{number}c{index}">{_show(claim.quote)}</a></td><td class="n">{say_number(claim)}</td>'
            f"{_word('units', claim.unit, UNITS, lang)}{_word('kinds', claim.kind, KINDS, lang)}"
            + "".join(f"<td>{_show(cell)}</td>" for cell in cells)
            + f'<td class="state {state}"><span class="mark" aria-hidden="true">{_MARKS[state]}</span>'
            f'<span data-g="states" data-k="{state}">{escape(STATES[state].say(lang))}</span>{_why(view, index, lang)}</td></tr>\n'
        )
    yield "</tbody></table></div></details>\n"


def _why(view: ReadingView, index: int, lang: Lang) -> str:
    """Return why a claim has its state, for print and for readers without scripts."""
    told = [f.reason for f in view.findings.get(index, ()) if f.state != "unsupported"]
    told = told or [REASONS[code] for code in view.claims[index].reasons if code in REASONS]
    return "".join(
        f'<small data-zh="{escape(why.zh)}" data-en="{escape(why.en)}">{_show(why.say(lang))}</small>'
        for why in dict.fromkeys(told)
    )


def _word(group: str, key: str, words: dict[str, Text], lang: Lang) -> str:
    text = words[key].say(lang) if key in words else key.removeprefix("other:")
    return f'<td data-g="{group}" data-k="{escape(key)}">{escape(text)}</td>'


def say_number(claim: Claim) -> str:
    """Return the value of a claim with separators, a range with a dash, empty where it cannot be read."""
    parts = [v for v in (claim.value, claim.value_high) if v is not None]
    return "–".join(
        f"{v:,}" if isinstance(v, int) else f"{v:,.6g}" if abs(v) < 1e6 else f"{v:,.0f}" for v in parts
    )
