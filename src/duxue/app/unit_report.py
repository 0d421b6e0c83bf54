"""Check one unit's report against what is known of that unit: counts, the claims that need a look, the marked-up page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from duxue.app.checking import Comparison, Tables, check_with, link_views
from duxue.app.reading_page import write_end, write_start, write_view
from duxue.app.reading_view import STATES, FindingView, ReadingView, State
from duxue.claims import extract
from duxue.claims.compare import Facts
from duxue.claims.decisions import Decisions
from duxue.claims.link import Linker, targets_of
from duxue.claims.territory import territory_key
from duxue.core.errors import Refused
from duxue.core.text import Lang, Text
from duxue.documents import Document, read
from duxue.documents.problems import no_text
from duxue.packs.schema import Pack

# How a report calls the unit that writes it.
_SELF = ("", "全市", "我市", "本市", "全县", "我县", "本县", "全区", "我区", "本区", "全省", "我省", "本省")
_STOP = re.compile(r"[。！？；\n]|[.!?](?=\s)")
_SENTENCE = 240  # characters of a sentence that is shown
_DATA = frozenset({"data-follows", "data-differs", "data-scope"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is known of the unit; `stage` is empty where it holds for all."""

    indicator: str
    year: int
    stage: str
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """One claim with what was found: texts ready to show. `key` names the finding for a remark, empty where nothing was found."""

    number: int
    state: State
    sentence: str
    quote: str
    section: str
    page: int | None
    reason: Text | None = None
    code: str = ""
    key: str = ""
    data: str = ""  # the figure that the data give
    indicator: str = ""  # id, where the claim was linked to one
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class UnitReport:
    """A report that was checked: claims by state, the lines in the order of the text, and what the page shows."""

    counts: Mapping[State, int]
    lines: tuple[Line, ...]
    view: ReadingView

    def write(self, path: Path, lang: Lang) -> None:
        """Write the page in which the text is checked claim by claim."""
        page = write_start(lang) + write_view(self.view, 1, lang) + write_end()
        path.write_text(page, encoding="utf-8", errors="replace")


def check_unit_report(
    path: Path,
    name: str,
    pack: Pack,
    figures: Iterable[Figure],
    unit: str,
    names: Iterable[str],
    year: int,
    tell: Callable[[int], None] = lambda _: None,
) -> UnitReport:
    """Read a report and hold its claims against the figures of the unit that wrote it.

    Args:
        path: of the document.
        name: how it is called; its ending says what it is.
        pack: whose indicators its claims are linked to.
        figures: what is known of the unit.
        unit: its code.
        names: of the unit, in both languages; 全市 and the like mean it too.
        year: that the report is about; a number that names no time is of that year.
        tell: told 1 when the text was read, 2 when the claims were found.

    Raises:
        Refused: DOC001 to DOC010 for a document that cannot be read or holds no text.
    """
    document = read(path, name)
    if not document.blocks:
        raise Refused([no_text(name)])
    tell(1)
    claims = tuple(claim if claim.period else replace(claim, period=str(year)) for claim in extract(document))
    tell(2)
    facts = Facts(pack, name)
    for figure in figures:
        facts.values.setdefault((figure.indicator, unit, figure.year), {})[figure.stage] = figure.value
    facts.units = {territory_key(said): unit for said in (*_SELF, *names)}
    checked = check_with(
        document, claims, Tables(Linker(targets_of([pack]), Decisions()), (facts,), Decisions())
    )
    comparison = Comparison(Decisions())
    found = comparison.views(claims, checked, comparison.findings(checked))
    view = ReadingView(document, claims, link_views(checked), found, checked.notes)
    lines = tuple(_line(view, index) for index in range(len(claims)))
    counts = {state: sum(line.state == state for line in lines) for state in STATES}
    return UnitReport(counts, lines, view)


def _line(view: ReadingView, index: int) -> Line:
    claim, state = view.claims[index], view.state(index)
    finding = next((f for f in view.findings.get(index, ()) if f.state == state), None)
    link = next(iter(view.links.get(index, ())), None)
    block = next((b for b in view.document.blocks if b.start <= claim.start < b.end), None)
    return Line(
        number=index + 1,
        state=state,
        sentence=_sentence(view.document, claim.start, claim.end),
        quote=claim.quote,
        section=claim.section,
        page=block.page if block else None,
        reason=finding.reason if finding else _damage(claim.reasons),
        code=finding.code if finding else "",
        key=_key(finding, claim.quote, index) if state != "supported" else "",
        data=finding.places[1].quote if finding and finding.code in _DATA and len(finding.places) > 1 else "",
        indicator=link.target.partition(":")[2] if link else "",
        title=link.title if link else None,
    )


def _key(finding: FindingView | None, quote: str, index: int) -> str:
    if finding is not None:
        return finding.key or f"{finding.code}:{quote}"[:100]
    return f"claim:{index}:{quote}"[:100]


def _damage(reasons: Iterable[str]) -> Text | None:
    told = ", ".join(reasons)
    return Text(f"数字疑有损坏（{told}）", f"the number seems damaged as printed ({told})") if told else None


def _sentence(document: Document, start: int, end: int) -> str:
    text = document.text
    begin = max(
        (m.end() for m in _STOP.finditer(text, max(0, start - _SENTENCE), start)),
        default=max(0, start - _SENTENCE),
    )
    stop = _STOP.search(text, end, end + _SENTENCE)
    return " ".join(text[begin : stop.end() if stop else min(len(text), end + _SENTENCE)].split())


def describe(line: Line) -> dict[str, Any]:
    """Return a line as plain JSON values."""
    return {
        "number": line.number, "state": line.state, "sentence": line.sentence, "quote": line.quote, "section": line.section,
        "page": line.page, "code": line.code, "key": line.key, "data": line.data, "indicator": line.indicator,
        "reason": {"zh": line.reason.zh, "en": line.reason.en} if line.reason else {},
        "title": {"zh": line.title.zh, "en": line.title.en} if line.title else {},
    }  # fmt: skip
