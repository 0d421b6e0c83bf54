"""The report before it is HTML, docx or PDF: pages, sections, sentences, tables, charts and the number register."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Literal

from duxue.core.text import Lang, Text, same
from duxue.reports.chartspecs import ChartSpec, Spark

Tone = Literal["", "met", "not_met", "not_computable"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number: what is read, and the entry of the number register that tells where it comes from."""

    number: int
    shown: str


@dataclass(frozen=True)
class Sentence:
    """A sentence in both languages whose `{places}` hold names and figures."""

    template: Text
    values: Mapping[str, Figure | Text] = field(default_factory=dict)

    def parts(self, lang: Lang) -> Iterator[str | Figure]:
        """Yield the sentence piece by piece; what fills a place is never read as a template again."""
        if not self.values:
            yield self.template.say(lang)
            return
        for literal, name, _, _ in Formatter().parse(self.template.say(lang)):
            if literal:
                yield literal
            if name is not None:
                value = self.values[name]
                yield value if isinstance(value, Figure) else value.say(lang)

    def plain(self, lang: Lang) -> str:
        """Return the sentence without links."""
        return "".join(p if isinstance(p, str) else p.shown for p in self.parts(lang))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: text, and where it is a figure its number in the register."""

    text: Text
    figure: int = 0  # register number; 0: not a figure
    tone: Tone = ""
    mark: bool = False  # print the tone's mark (and, in a status column, its word)
    link: str = ""  # anchor of the place in the report that tells more
    note: Text | None = None  # the reason why there is no value, or a longer name
    spark: Spark | None = None  # a small picture of the years; the text says the same
    flag: Text | None = None  # what is doubtful about the figure, in words; printed as a small flag


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the unit of measure of its numbers, and how it is set."""

    title: Text
    unit: Text = field(default_factory=lambda: same(""))
    kind: Literal["text", "number", "status", "code"] = "text"
    weight: float = 1.0  # share of the width on paper
    hint: Text | None = None  # the full name behind a short heading


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows; rows in `paper_skip` are left out on paper and counted there."""

    title: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: Sentence | None = None
    paper_skip: frozenset[int] = frozenset()
    can_filter: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; the role says how it is set."""

    sentence: Sentence
    role: Literal["body", "lead", "note", "rule", "heading"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences, in order of weight."""

    items: Sequence[Sentence]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A large number with what it counts and what stands beside it."""

    figure: Figure
    of: Figure | None
    label: Text
    detail: Sentence
    tone: Tone = ""


@dataclass(frozen=True)
class KeyFigures:
    """Key figures side by side."""

    items: Sequence[KeyFigure]


@dataclass(frozen=True)
class Chart:
    """A picture with the sentence that says what it shows and, when not printed beside it, its table."""

    spec: ChartSpec
    sentence: Sentence
    table: Table | None = None
    wide: bool = False


@dataclass(frozen=True)
class Facts:
    """Terms with what holds for them, as in the methods section."""

    items: Sequence[tuple[Text, Sentence]]


@dataclass(frozen=True, slots=True)
class Code:
    """A line to type."""

    line: str


Block = Paragraph | Bullets | KeyFigures | Table | Chart | Facts | Code


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it."""

    anchor: str
    title: Text
    depth: int
    blocks: Sequence[Block]
    search: str = ""  # words by which a filter finds it
    opens: bool = False  # begins a new sheet on paper
    unit: str = ""  # code of the unit that it is about


@dataclass(frozen=True)
class Page:
    """A part of the report that can stand in a file of its own; the first one is the report's front."""

    anchor: str
    title: Text
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the number register."""

    number: int
    unit: str
    unit_name: Text
    what: Text
    indicator: str
    by: Text
    year: int | None
    shown: str
    unrounded: str
    numerator: str
    denominator: str
    rows: int
    left_out: int
    standard: str
    clause: Text
    status: Tone
    reason: Text
    flags: tuple[str, ...]
    how: Text
    flag_words: Text = field(default_factory=lambda: same(""))
    parts: tuple[tuple[str, str], ...] = ()  # the breakdown as (dimension, value), for the command
    ask_year: bool = False  # the run holds several years, so that the command must name this one

    @property
    def command(self) -> str:
        """What to type in the folder of the results to see the figure's formula, inputs and source cells."""
        if not self.indicator:
            return ""
        words = ["duxue", "explain", self.unit, self.indicator, "--run", "."]
        for dimension, value in self.parts:
            words += ["--by", f"{dimension}={value}"]
        if self.ask_year and self.year is not None:
            words += ["--year", str(self.year)]
        return shlex.join(words)


@dataclass(frozen=True)
class Cover:
    """The first page of an official document: who issues it, its number, its edition and what stands at its foot."""

    issuer: Text
    number: str
    edition: Text
    facts: Sequence[tuple[Text, Text]]
    note: Text  # how to read the document


@dataclass(frozen=True)
class Report:
    """The whole report, in both languages; without a register its figures are traced by other means."""

    title: Text
    subject: Text  # the unit it is about
    year: int
    label: Text | None  # warning printed on every page
    date: Text  # day of the data
    pack: str  # id@version
    run_id: str
    pages: Sequence[Page]
    register: Mapping[int, Entry]
    cover: Cover | None = None  # absent: the cover of an evaluation of data

    @property
    def front(self) -> Page:
        """The first page: summary, whole unit, methods."""
        return self.pages[0]


def numbers_in(section: Section) -> Iterator[int]:
    """Yield the register numbers printed in a section, in order, possibly more than once."""
    for block in section.blocks:
        yield from _numbers(block)


def _numbers(block: Block) -> Iterator[int]:
    if isinstance(block, Paragraph):
        yield from _of(block.sentence)
    elif isinstance(block, Bullets):
        for item in block.items:
            yield from _of(item)
    elif isinstance(block, Facts):
        for _, sentence in block.items:
            yield from _of(sentence)
    elif isinstance(block, KeyFigures):
        for key in block.items:
            yield key.figure.number
            if key.of:
                yield key.of.number
            yield from _of(key.detail)
    elif isinstance(block, Chart):
        yield from _of(block.sentence)
        if block.table:
            yield from _numbers(block.table)
    elif isinstance(block, Table):
        if block.note:
            yield from _of(block.note)
        for row in block.rows:
            for cell in row:
                if cell.figure:
                    yield cell.figure


def _of(sentence: Sentence) -> Iterator[int]:
    return (v.number for v in sentence.values.values() if isinstance(v, Figure))
