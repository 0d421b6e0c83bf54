"""Turn the printed words of a page into lines, columns, tables and paragraphs by where they stand.

Coordinates are those of PDF: points, y grows upwards. A column is told by a gutter that few words cross; words that
cross it part the page into bands. A row of a table is a line with wide gaps. A line goes on in the next one when it
reaches the right edge of its column and does not end a sentence short of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from duxue.documents.structure import is_numbered

_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
# Two characters between which no blank was meant where a line broke.
_JOINT = re.compile(
    rf"{_HAN.pattern}{_HAN.pattern}|{_HAN.pattern}[\d(“‘]|[\d,.;:!?%)”’]{_HAN.pattern}|[-–~]\d|\s.|.\s"
)
_STOP = ("。", "！", "？", ".", "!", "?", "；", "：", ":")
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–—·\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–—·\s]*(?:[/|]\s*\d{1,4})?", re.IGNORECASE)
_WIDE_GAP = 0.75  # of the height of the words: cells of a table stand apart by more
_PROSE = 14  # half-width characters of a segment, above which a column holds prose and not figures
_DEPTH = 4  # columns within columns
_COLUMN_ROWS = 3  # fewer lines side by side are no columns


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character: the box that its font reserves for it, and the height of its base line."""

    left: float
    bottom: float
    right: float
    top: float
    base: float
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Words printed side by side."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        """Height of the box that holds the words, in points."""
        return max(self.top - self.bottom, 0.1)


@dataclass(frozen=True, slots=True)
class Line:
    """Segments on one base line, from left to right, and the edges of the column it stands in."""

    segments: tuple[Segment, ...]
    column: tuple[float, float]

    @property
    def text(self) -> str:
        """The words of the line."""
        return join_words([s.text for s in self.segments])

    @property
    def height(self) -> float:
        """The height of its tallest words."""
        return max(s.height for s in self.segments)

    @property
    def top(self) -> float:
        """The upper edge."""
        return max(s.top for s in self.segments)

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return min(s.bottom for s in self.segments)


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together; `cells` is set for a row of a table."""

    text: str
    height: float
    page: int
    open: bool = False  # the last line runs to the edge and ends no sentence
    cells: tuple[str, ...] = ()
    furniture: bool = False
    lines: int = 1


def join_words(parts: Sequence[str]) -> str:
    """Return pieces of a line or of consecutive lines as one: no blank between Chinese, hyphens at the end closed."""
    text = ""
    for part in parts:
        if not text or not part:
            text += part
        elif (
            text.endswith(("-", "\u2010", "\u00ad", "\x02", "\ufffe"))
            and part[0].islower()
            and text[-2:-1].isalpha()
        ):
            text = text[:-1] + part
        elif _JOINT.fullmatch(text[-1] + part[0]):
            text += part
        else:
            text += " " + part
    return text


def read_lines(segments: Sequence[Segment]) -> list[Line]:
    """Return the lines of a page in reading order."""
    whole = [s for s in segments if s.text.strip()]
    return list(_read_area(whole, 0)) if whole else []


def join_glyphs(glyphs: Iterable[Glyph]) -> list[Segment]:
    """Return characters joined to words side by side; a wide gap parts segments.

    Characters are ordered by their places: programs print fallback fonts after the rest of a line, and print bold by
    printing twice.
    """
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (-g.base, g.left)):
        size = max(glyph.top - glyph.bottom, 1.0)
        if rows and rows[-1][0].base - glyph.base < 0.3 * size:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [segment for row in rows for segment in _words(sorted(row, key=lambda g: g.left))]


def _words(row: Sequence[Glyph]) -> Iterator[Segment]:
    word: list[Glyph] = []
    parts: list[str] = []
    blank = False
    for glyph in row:
        if glyph.text.isspace():
            blank = True
            continue
        last = word[-1] if word else None
        size = max(glyph.top - glyph.bottom, 1.0)
        if last is not None and last.text == glyph.text and abs(last.left - glyph.left) < 0.2 * size:
            continue
        gap = glyph.left - last.right if last is not None else 0.0
        if last is not None and gap >= _WIDE_GAP * size:
            yield _segment(word, parts)
            word, parts = [], []
        elif last is not None and _is_blank(last.text, glyph.text, gap / size, typed=blank):
            parts.append(" ")
        word.append(glyph)
        parts.append(glyph.text)
        blank = False
    if word:
        yield _segment(word, parts)


def _is_blank(before: str, after: str, gap: float, *, typed: bool) -> bool:
    """Return whether a blank stands between two characters: one that was typed, or a gap between Latin letters."""
    if _HAN.match(before) or _HAN.match(after):
        return typed and gap > 0.1
    return typed or gap > 0.17


def _segment(word: Sequence[Glyph], parts: Sequence[str]) -> Segment:
    bottom, top = min(g.bottom for g in word), max(g.top for g in word)
    return Segment(word[0].left, bottom, max(g.right for g in word), top, "".join(parts))


def _same_row(a: Segment, b: Segment) -> bool:
    shared = min(a.top, b.top) - max(a.bottom, b.bottom)
    return shared > 0.5 * min(a.height, b.height)


def _rows(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Return segments grouped by base line, from top to bottom, each row from left to right."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: (-(s.top + s.bottom), s.left)):
        if rows and _same_row(rows[-1][0], segment):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda s: s.left) for row in rows]


def _read_area(segments: Sequence[Segment], depth: int) -> Iterator[Line]:
    column = (min(s.left for s in segments), max(s.right for s in segments))
    gutter = _find_gutter(segments) if depth < _DEPTH else None
    band: list[list[Segment]] = []
    for row in _rows(segments):
        if gutter is None or any(s.left < gutter < s.right for s in row):
            yield from _read_band(band, gutter, column, depth)
            band = []
            yield Line(tuple(row), column)
        else:
            band.append(row)
    yield from _read_band(band, gutter, column, depth)


def _read_band(
    rows: Sequence[Sequence[Segment]], gutter: float | None, column: tuple[float, float], depth: int
) -> Iterator[Line]:
    """Yield the rows between two that cross the gutter: column after column where both sides have some lines."""
    if gutter is None:
        return
    sides = [
        [s for r in rows for s in r if (s.left + s.right < 2 * gutter) is first] for first in (True, False)
    ]
    if min(map(len, sides)) < _COLUMN_ROWS:
        yield from (Line(tuple(row), column) for row in rows)
        return
    for side in sides:
        yield from _read_area(side, depth + 1)


def _find_gutter(segments: Sequence[Segment]) -> float | None:
    """Return x of a gutter between two columns of prose, None where there is none."""
    if len(segments) < 8:
        return None
    left, right = min(s.left for s in segments), max(s.right for s in segments)
    size = median(s.height for s in segments)
    best, fewest = None, len(segments)
    steps = 60
    for step in range(steps // 5, steps - steps // 5 + 1):
        x = left + (right - left) * step / steps
        crossing = sum(s.left - 0.2 * size < x < s.right + 0.2 * size for s in segments)
        if crossing < fewest:
            best, fewest = x, crossing
    if best is None or fewest * 4 > len(segments):
        return None
    sides = [s for s in segments if s.right <= best], [s for s in segments if s.left >= best]
    for side in sides:
        if len(side) < 3 or median(_width(s.text) for s in side) < _PROSE:
            return None
        edge = median(s.right for s in side) - median(s.left for s in side)
        if edge < 0.5 * (max(s.right for s in side) - min(s.left for s in side)):
            return None
    return best


def _width(text: str) -> int:
    return len(text) + len(_HAN.findall(text))


def find_paragraphs(lines: Sequence[Line], page: int) -> list[Paragraph]:
    """Return the paragraphs and table rows that lines of one page make."""
    found: list[Paragraph] = []
    last: Line | None = None
    in_table = False
    for index, line in enumerate(lines):
        cells = _cells(line)
        after = _cells(lines[index + 1]) if index + 1 < len(lines) else ()
        in_table = len(cells) > 1 and (in_table or len(after) > 1 or len(cells) > 2)
        if in_table:
            found.append(Paragraph("", line.height, page, cells=cells))
        elif found and last is not None and not found[-1].cells and found[-1].open and _goes_on(last, line):
            found[-1].text = join_words([found[-1].text, line.text])
            found[-1].open = _runs_on(line)
            found[-1].lines += 1
        else:
            found.append(Paragraph(line.text, line.height, page, _runs_on(line)))
        last = None if in_table else line
    return found


def _cells(line: Line) -> tuple[str, ...]:
    """Return the cells of a line: what wide gaps part."""
    cells: list[list[str]] = []
    right = 0.0
    for segment in line.segments:
        if not cells or segment.left - right >= _WIDE_GAP * line.height:
            cells.append([])
        cells[-1].append(segment.text.strip())
        right = segment.right
    return tuple(join_words(cell) for cell in cells)


def _runs_on(line: Line) -> bool:
    """Return whether a line reaches the edge of its column."""
    room = line.column[1] - line.segments[-1].right
    width = line.column[1] - line.column[0]
    if line.text.endswith(_STOP) and room > 2 * line.height:
        return False
    slack = 5 * line.height if _HAN.search(line.text) else max(0.18 * width, 3 * line.height)
    return room < slack and width > 8 * line.height


def _goes_on(last: Line, line: Line) -> bool:
    """Return whether `line` continues the paragraph of `last`: same size, no indent, no wide gap above."""
    if abs(last.height - line.height) > 0.25 * max(last.height, line.height):
        return False
    if last.column == line.column and not -0.5 * line.height < last.bottom - line.top < 1.3 * line.height:
        return False
    indent = line.segments[0].left - line.column[0]
    first = last.segments[0].left - last.column[0]
    return indent < 1.2 * line.height or abs(indent - first) < 0.5 * line.height


def set_apart(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[set[int]]:
    """Return for each page the indices of its running heads, feet and page numbers.

    They stand in the outer tenth of the page, and are a page number or the same on other pages but for figures.
    """
    edges: list[dict[int, str]] = []
    for lines, height in zip(pages, heights, strict=True):
        edge = {}
        for index, line in enumerate(lines):
            if line.bottom > 0.9 * height or line.top < 0.1 * height:
                edge[index] = _DIGITS.sub("#", line.text.strip())
        edges.append(edge)
    counts: dict[str, int] = {}
    for edge in edges:
        for text in set(edge.values()):
            counts[text] = counts.get(text, 0) + 1
    often = max(2, len(pages) // 3)
    return [
        {
            i
            for i, text in edge.items()
            if counts[text] >= often or _PAGE_NUMBER.fullmatch(lines[i].text.strip())
        }
        for edge, lines in zip(edges, pages, strict=True)
    ]


def join_pages(pages: Sequence[list[Paragraph]]) -> list[Paragraph]:
    """Return the paragraphs of all pages, one that a page break parts made whole; furniture follows its page."""
    whole: list[Paragraph] = []
    open_one: Paragraph | None = None
    for paragraphs in pages:
        body = [p for p in paragraphs if not p.furniture]
        if open_one is not None and body and _continues(open_one, body[0]):
            first = body.pop(0)
            open_one.text = join_words([open_one.text, first.text])
            open_one.open = first.open
        whole.extend(body)
        whole.extend(p for p in paragraphs if p.furniture)
        if body:
            open_one = (
                body[-1]
                if body[-1].open and not body[-1].cells and not body[-1].text.endswith(_STOP)
                else None
            )
        elif open_one is not None and not open_one.open:
            open_one = None
    return whole


def _continues(before: Paragraph, after: Paragraph) -> bool:
    same = abs(before.height - after.height) < 0.25 * before.height
    return before.open and same and not after.cells and not is_numbered(after.text)
