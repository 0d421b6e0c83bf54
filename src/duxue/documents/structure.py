"""Find the structure of plain text: title, headings, list items, paragraphs and page furniture.

Chinese official texts number their parts 第一章, 第一节, 一、, （一）, 1., （1）, ①; English ones Chapter 1, First,
1., 1.1, (1), (a). A heading may stand on a line of its own or run into its paragraph ("一、扩优提质。投入……").
One pass over the lines; only the first characters of a line are looked at, so time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from duxue.core.digest import of_bytes
from duxue.documents.furniture import is_furniture, opens_list
from duxue.documents.model import Block, Document, Kind

_LINE = re.compile(r"[^\r\n\f\v\x85\u2028\u2029]+")
_OUTER = " \t\u00a0\u2002\u2003\u2009\u200b\u3000\ufeff"
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_YEAR = re.compile(
    r"(?:19|20)\d\d(?:\s?[-–—～~至到]\s?(?:19|20)?\d\d)?\s?(?:年度?|学年度?|學年度?)?(?!\d)|[“\"]?十[一二三四五六七八九]五[”\"]?"
)
_DIGIT = re.compile(r"[0-9０-９]")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

_ZH = "一二三四五六七八九十百〇零○壹贰叁肆伍陆柒捌玖拾"
_ORDINAL = (
    "first(?:ly)?|second(?:ly)?|third(?:ly)?|fourth(?:ly)?|fifth(?:ly)?|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    "(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|last(?:ly)?|finally|"
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty"
)
# Marker, heading level, and the level when the heading is English and stands on its own line.
_MARKERS: tuple[tuple[re.Pattern[str], int, int], ...] = (
    (re.compile(rf"第[{_ZH}\d]{{1,4}}\s?(?:编|編|章|部分|篇)[\s:：、，]?\s{{0,4}}"), 2, 2),
    (re.compile(r"(?:chapter|part)\s(?:\d{1,3}|[ivxlc]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten)\b[\s:.,—–-]{0,4}", re.IGNORECASE), 2, 2),
    (re.compile(r"(?:附件|附表|附录|附錄|附)\s?[\d一二三四五六七八九十]{0,3}\s?[:：]|(?:attachments?|annex(?:es)?|appendix)\s?(?:[\dA-Z]{1,2}\b)?\s?[:.：]", re.IGNORECASE), 2, 2),
    (re.compile(rf"第[{_ZH}\d]{{1,4}}\s?[节節][\s:：、，]?\s{{0,4}}"), 3, 3),
    (re.compile(r"section\s(?:\d{1,3}(?:\.\d{1,3})?|[ivxlc]{1,6})\b[\s:.,—–-]{0,4}", re.IGNORECASE), 3, 3),
    (re.compile(rf"[{_ZH}]{{1,4}}\s?[、，.．：]\s{{0,3}}"), 4, 4),
    (re.compile(rf"(?:the\s)?(?:{_ORDINAL})\s?[,:，：]\s{{0,3}}", re.IGNORECASE), 4, 4),
    (re.compile(r"[IVX]{1,5}\s?[.、．]\s{1,3}"), 4, 4),
    (re.compile(rf"[（(]\s?[{_ZH}]{{1,4}}\s?[）)]\s?[、，.]?\s{{0,3}}"), 5, 5),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}\.?(?:\s{1,3}|(?=[\u3400-\u9fff]))"), 7, 6),
    (re.compile(r"\d{1,2}\.\d{1,2}\.?(?:\s{1,3}|、)"), 7, 5),
    (re.compile(r"\d{1,3}\s?(?:、|[.．](?!\d)|[.．](?=\d{4}\s?年))\s{0,3}"), 6, 4),
    (re.compile(r"\d{1,2}\s?[)）]\s{0,3}"), 7, 6),
    (re.compile(r"[（(]\s?\d{1,3}\s?[）)]\s?[、.]?\s{0,3}"), 7, 5),
    (re.compile(r"【(?=[^】\n]{1,30}】)"), 6, 6),
    (re.compile(r"[①-⑳⑴-⒇㈠-㈩]\s{0,3}"), 8, 8),
    (re.compile(r"[（(]\s?[a-zA-Z]\s?[）)]\s{0,3}|[a-zA-Z]\)\s{1,3}"), 8, 8),
)  # fmt: skip
_MARKER_START = re.compile(rf"[{_ZH}第附（(\d【①-⑳⑴-⒇㈠-㈩IVX]|[a-zA-Z]\)|(?:{_ORDINAL}|the|chapter|part|section|att|ann|app)", re.IGNORECASE)  # fmt: skip
_ARTICLE = re.compile(rf"第[{_ZH}\d]{{1,5}}\s?条[\s　]|article\s\d{{1,3}}\b", re.IGNORECASE)
_BULLET = re.compile(r"[•●■◆◇○▪►▶※★☆‣⁃∙]\s{0,4}|[-–—*·]\s{1,4}")
# The end of a heading that runs into its paragraph.
_RUN_IN_ZH = re.compile(r"[。！？：:】]")
_RUN_IN_EN = re.compile(r"[.!?](?=\s|[A-Z“\"])|[:：。]")
_STOP = ("。", "！", "？", "；", ".", "!", "?", ";", "，", ",", "、", "：", ":", "……", "…")
_DATE = re.compile(
    r"(?:published|updated|posted|dated?|issued|released)?:?\s?(?:on\s)?(?:[（(]?[\d〇○零一二三四五六七八九十xX]{2,4}\s?年.{0,30}[日月期度年][）)]?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?|"
    r"(?:[A-Z][a-z]+day,?\s)?(?:\d{1,2}(?:st|nd|rd|th)?\s)?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s(?:\d{1,2}(?:st|nd|rd|th)?,?\s)?\d{4})",
    re.IGNORECASE,
)
_HEADING_ZH = 45  # characters; ministries keep headings to one line
_HEADING_EN = 120
_TITLE_ZH = 80
_TITLE_EN = 220
_LONGEST = 8000  # characters of a block; no paragraph of a report has as many
_NOISE = 400  # characters, from which a block of figures and marks without words is no part of a report
_SENTENCE = re.compile(r"[。！？；]|[.!?;] ")
_LETTER = re.compile(r"[^\W\d_]")
_LOOK = 400  # characters of a line that decide what it is


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    head: str  # the first characters, enough to decide
    last: str  # the last two characters
    chinese: bool

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that a reader has found; `kind` is None where its words must tell what it is."""

    start: int
    end: int
    kind: Kind | None = None
    level: int = 0
    page: int | None = None
    place: str = ""


def from_text(name: str, text: str) -> Document:
    """Return plain text as a document; offsets count characters of `text` as given."""
    digest = of_bytes(text.encode("utf-8", "surrogatepass"))
    return Document(name, text, tuple(find_blocks(text)), "txt", digest)


def find_blocks(text: str) -> list[Block]:
    """Return the blocks of plain text in ascending order."""
    lines = _join_wrapped(text, list(_lines(text)))
    return settle(text, [Piece(line.start, line.end) for line in lines])


def settle(text: str, pieces: Sequence[Piece]) -> list[Block]:
    """Return pieces as blocks: what their words must tell is told by the rules for plain text, in their order."""
    lines = [_line(text, piece.start, piece.end) for piece in pieces]
    short = [p.kind is None and _is_short(line) for p, line in zip(pieces, lines, strict=True)]
    blocks: list[Block] = []
    seen = _Seen()
    in_links = False
    for index, (piece, line) in enumerate(zip(pieces, lines, strict=True)):
        kind = piece.kind
        if kind is None or kind == "item":
            if is_furniture(_whole(text, line)):
                in_links = opens_list(line.head) or (in_links and short[index])
                kind = "furniture"
            elif in_links and short[index]:
                kind = "furniture"
            else:
                in_links = False
        if kind == "heading":
            seen.title = True
        if kind is not None:
            blocks.append(Block(piece.start, piece.end, kind, piece.level, piece.page, piece.place))
            continue
        found = _read_line(text, line, short, index, seen)
        blocks.extend(replace(b, page=piece.page, place=piece.place) for b in found)
    return [part for block in blocks for part in _bound(text, block)]


def _bound(text: str, block: Block) -> Iterator[Block]:
    """Yield a block in parts of bounded length, those without words as furniture: what reads them stays in time."""
    if block.end - block.start <= _NOISE:
        yield block
        return
    start = block.start
    while start < block.end:
        end = min(start + _LONGEST, block.end)
        if end < block.end:
            ends = [m.end() for m in _SENTENCE.finditer(text, start + _LONGEST // 2, end)]
            end = ends[-1] if ends else end
        words = len(_LETTER.findall(text, start, end))
        kind: Kind = "furniture" if words * 10 < end - start else block.kind
        yield replace(block, start=start, end=end, kind=kind)
        start = end
        while start < block.end and text[start] in _OUTER:
            start += 1


@dataclass(slots=True)
class _Seen:
    """What earlier lines tell about a heading that carries no number."""

    title: bool = False
    numbered: int = 0  # level of the last numbered heading
    plain: int = 0  # level given to headings without number


def _whole(text: str, line: _Line) -> str:
    return line.head if line.length <= _LOOK else text[line.start : min(line.end, line.start + 1501)]


def _lines(text: str) -> Iterator[_Line]:
    for match in _LINE.finditer(text):
        start, end = match.span()
        while start < end and text[start] in _OUTER:
            start += 1
        while end > start and text[end - 1] in _OUTER:
            end -= 1
        if start < end:
            yield _line(text, start, end)


def _line(text: str, start: int, end: int) -> _Line:
    head = text[start : min(end, start + _LOOK)]
    han = len(_HAN.findall(head[:80]))
    return _Line(start, end, head, text[max(start, end - 2) : end], han * 4 >= min(len(head), 80))


def _width(line: _Line) -> int:
    return line.length * 2 if line.chinese else line.length


def _join_wrapped(text: str, lines: list[_Line]) -> list[_Line]:
    """Join the lines of text that was broken at a fixed width; such text has many full lines and none longer."""
    if len(lines) < 8:
        return lines
    widths = sorted(_width(line) for line in lines)
    full = widths[len(widths) * 9 // 10]
    near = sum(full * 4 // 5 <= w <= full * 5 // 4 for w in widths)
    if not 30 <= full <= 130 or widths[-1] > full * 3 // 2 or near * 5 < len(widths) * 2:
        return lines
    joined: list[_Line] = []
    open_end = False
    for line in lines:
        fresh = _starts_anew(line) or (
            len(joined) == 1 and _BLANK_LINE.search(text, joined[0].end, line.start)
        )
        if joined and open_end and not fresh:
            first = joined[-1]
            joined[-1] = _Line(
                first.start, line.end, (first.head + " " + line.head)[:_LOOK], line.last, first.chinese
            )
        else:
            joined.append(line)
        open_end = _width(line) * 4 >= full * 3 and not line.last.endswith(
            ("。", "！", "？", ".", "!", "?", "：", ":", "；")
        )
    return joined


def _starts_anew(line: _Line) -> bool:
    return bool(_BULLET.match(line.head) or _find_marker(line.head) or is_furniture(line.head))


def _is_short(line: _Line) -> bool:
    """Return whether a line could be a heading without number: short, with no stop and no figure."""
    head = line.head
    if line.length > (_HEADING_ZH if line.chinese else _HEADING_EN) or line.last.endswith(_STOP):
        return False
    if _DATE.fullmatch(head) or "\t" in head:
        return False
    if _has_figures(head):
        return False
    if line.chinese:
        return "。" not in head and head.count("，") + head.count(",") <= 2 and line.length >= 2
    return line.length >= 3 and head[0].isupper() and len(head.split()) <= 18


def is_numbered(text: str) -> bool:
    """Return whether a text begins with the number of a part or with a bullet."""
    return bool(_BULLET.match(text) or _find_marker(text[:_LOOK]))


def _find_marker(head: str) -> tuple[int, int, int] | None:
    """Return the end of a numbering mark, its level, and its level in English standing alone."""
    if not _MARKER_START.match(head):
        return None
    for pattern, level, alone in _MARKERS:
        if match := pattern.match(head):
            return match.end(), level, alone
    return None


def _read_line(text: str, line: _Line, short: list[bool], index: int, seen: _Seen) -> Iterator[Block]:
    if "\t" in line.head:
        yield from _read_cells(text, line)
        return
    if not seen.title:
        seen.title = True
        most = _TITLE_ZH if line.chinese else _TITLE_EN
        if (
            line.length <= most
            and not line.last.endswith(("。", "；", ".", ";", "，", ","))
            and not _DATE.fullmatch(line.head)
        ):
            marker = _find_marker(line.head)
            if marker is None or marker[1] > 4:
                yield Block(line.start, line.end, "heading", 1)
                return
    if marker := _find_marker(line.head):
        yield from _read_numbered(line, marker, seen)
    elif _BULLET.match(line.head) or _ARTICLE.match(line.head):
        yield Block(line.start, line.end, "item")
    elif short[index] and not _in_run(short, index) and index + 1 < len(short):
        seen.plain = seen.plain or (seen.numbered + 1 if seen.numbered else 2)
        yield Block(line.start, line.end, "heading", seen.plain)
    else:
        yield Block(line.start, line.end, "paragraph")


def _in_run(short: list[bool], index: int) -> bool:
    """Return whether three short lines stand together: a letterhead, an address or a list, not headings."""
    return any(all(short[i : i + 3]) for i in range(max(index - 2, 0), index + 1) if i + 3 <= len(short))


def _read_numbered(line: _Line, marker: tuple[int, int, int], seen: _Seen) -> Iterator[Block]:
    after, level, alone = marker
    most = _HEADING_ZH if line.chinese else _HEADING_EN
    body = line.head[after:]
    if line.length <= most and not line.last.endswith(("；", ";", "，", ",")) and not _has_figures(body):
        whole = line.length - after >= 2 and (not line.last.endswith(("。", ".")) or line.chinese)
        if whole and not (line.chinese and "。" in body[:-1]):
            seen.numbered = level if line.chinese else alone
            yield Block(line.start, line.end, "heading", seen.numbered)
            return
    stop = (_RUN_IN_ZH if line.chinese else _RUN_IN_EN).search(line.head, after, after + most)
    if (
        stop
        and stop.end() < line.length
        and stop.start() > after
        and not _has_figures(line.head[after : stop.end()])
    ):
        end = line.start + stop.end()
        seen.numbered = level
        yield Block(line.start, end, "heading", level)
        while end < line.end and _gap(line.head, end - line.start):
            end += 1
        if end < line.end:
            yield Block(end, line.end, "paragraph")
        return
    yield Block(line.start, line.end, "item")


def _has_figures(body: str) -> bool:
    """Return whether a would-be heading states a figure; years are none."""
    return _DIGIT.search(_YEAR.sub("", body)) is not None


def _gap(head: str, at: int) -> bool:
    return at < len(head) and head[at] in _OUTER


def _read_cells(text: str, line: _Line) -> Iterator[Block]:
    """Yield the pieces between tabs: a row of a table that was pasted as text."""
    start = line.start
    kind: Kind = "cell"
    while start < line.end:
        tab = text.find("\t", start, line.end)
        stop = tab if tab >= 0 else line.end
        left, right = start, stop
        while left < right and text[left] in _OUTER:
            left += 1
        while right > left and text[right - 1] in _OUTER:
            right -= 1
        if left < right:
            yield Block(left, right, kind)
        start = stop + 1
