"""Read many documents into claims and write them as one file: jsonl, csv, xlsx or a page.

Documents are read one by one or in two processes, and written in their order as they come, so memory does not grow
with their number. A document that is refused, or that brings its reader down, does not stop the others.
"""

from __future__ import annotations

import csv
import glob
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal, get_args

from duxue.app.checking import Checked, Checks, Comparison, check, link_rows, link_views, tables
from duxue.app.folders import fresh_file
from duxue.app.reading_page import write_end, write_start, write_view
from duxue.app.reading_view import FindingView, LinkView, ReadingView
from duxue.claims import Claim, as_row, extract
from duxue.claims.model import FIELDS
from duxue.core.errors import Problem, Refused
from duxue.core.text import Lang, Text, safe_cell
from duxue.documents import ENDINGS, Document, read
from duxue.documents.problems import damaged, no_text, nothing_to_read, would_replace

Format = Literal["jsonl", "csv", "xlsx", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
SIDES = ("links", "findings", "marks")  # files beside the claims: NAME.links.jsonl and so on
PROCESSES = 2
_ALONE = 4  # so few files are read at once, without further processes
_ALONE_BYTES = 4_000_000
_AHEAD = 16  # documents read before their turn to be written
_COLUMNS = (*FIELDS, "reasons", "section", "language")
_XLSX_ROWS = 1_048_575
_CELL = 32_767  # characters that a cell of a workbook holds
_SIGNS = frozenset("=+-")  # alone, no spreadsheet takes them for a formula
_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - written without a zone; the same claims give the same bytes

Tell = Callable[[int, int, str], None]  # done, all, name of the document


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read and the name that its claims carry."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: a document with claims, or the problems for which it was refused."""

    name: str
    document: Document | None
    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()
    checked: Checked | None = None
    links: Mapping[int, tuple[LinkView, ...]] = field(default_factory=dict)
    findings: Mapping[int, tuple[FindingView, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Summary:
    """What a reading did."""

    documents: int = 0
    claims: int = 0
    suspect: int = 0
    supported: int = 0  # claims with a finding that supports them; counted where documents are checked
    contradicted: int = 0
    without: list[str] = field(default_factory=list)  # documents in which nothing was found
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many problems stopped a document from being read."""
        return sum(p.severity == "error" for p in self.problems)


def find_sources(arguments: Sequence[str]) -> list[Source]:
    """Return the files that names, folders and patterns stand for, each once, in the order given.

    A file is named by its own name; files of the same name by as much of their path as tells them apart.

    Raises:
        Refused: DOC002 for a folder or pattern that holds no document.
    """
    paths: dict[Path, None] = {}
    problems: list[Problem] = []
    for argument in arguments:
        found = list(_expand(argument))
        if not found:
            problems += nothing_to_read(argument).problems
        paths.update(dict.fromkeys(found))
    if problems:
        raise Refused(problems)
    names: dict[str, int] = {}
    for path in paths:
        names[path.name] = names.get(path.name, 0) + 1
    return [Source(p, p.name if names[p.name] == 1 else p.as_posix()) for p in paths]


def keep_sources(paths: Iterable[Path], *outputs: Path) -> None:
    """Make sure that nothing written takes the place of what is read.

    Raises:
        Refused: DOC011 for every output that is one of the paths.
    """
    taken = [out for out in outputs if out.is_file()]
    read = [path for path in paths if path.is_file()] if taken else []
    problems = [
        p
        for out in taken
        if any(out.samefile(path) for path in read)
        for p in would_replace(str(out)).problems
    ]
    if problems:
        raise Refused(problems)


def _expand(argument: str) -> Iterator[Path]:
    path = Path(argument)
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.suffix.lower() in ENDINGS and not inner.name.startswith(("~$", ".")) and inner.is_file():
                yield inner
    elif not path.exists() and any(mark in argument for mark in "*?["):
        yield from (p for p in map(Path, sorted(glob.glob(argument, recursive=True))) if p.is_file())  # noqa: PTH207 - takes absolute patterns too
    else:
        yield path


def read_one(source: Source, checks: Checks | None = None) -> Outcome:
    """Read one file into claims, and check them where `checks` are given."""
    try:
        document = read(source.path, source.name)
    except Refused as refused:
        return Outcome(source.name, None, (), refused.problems)
    notes = () if document.blocks else (no_text(source.name),)
    claims = tuple(extract(document))
    checked = check(document, claims, checks) if checks else None
    return Outcome(source.name, document, claims, notes, checked)


def _read_claims(source: Source, checks: Checks | None = None) -> Outcome:
    # Without its text an outcome is quick to hand from one process to the other; the digest and length stay.
    outcome = read_one(source, checks)
    if outcome.document is None:
        return outcome
    bare = Document(outcome.name, "", (), outcome.document.source, outcome.document.digest)
    return replace(outcome, document=bare)


def read_many(sources: Sequence[Source], *, text: bool, checks: Checks | None = None) -> Iterator[Outcome]:
    """Yield the outcome of each file in order; `text` says whether the documents keep their text and blocks."""
    plain = read_one if text else _read_claims
    work = partial(plain, checks=checks) if checks else plain
    if len(sources) <= _ALONE and sum(map(_size, sources)) <= _ALONE_BYTES:
        yield from map(work, sources)
        return
    waiting = deque(sources)
    running: deque[tuple[Source, Future[Outcome]]] = deque()
    pool = ProcessPoolExecutor(PROCESSES)
    try:
        while waiting or running:
            while waiting and len(running) < _AHEAD:
                source = waiting.popleft()
                running.append((source, pool.submit(work, source)))
            source, future = running.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                # One of the files under way ended its process. Each is tried by itself, so that the others are read.
                pool.shutdown(cancel_futures=True)
                for alone in [source, *(s for s, _ in running)]:
                    yield _read_apart(work, alone)
                running.clear()
                pool = ProcessPoolExecutor(PROCESSES)
    finally:
        pool.shutdown(cancel_futures=True)


def _read_apart(work: Callable[[Source], Outcome], source: Source) -> Outcome:
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(work, source).result()
        except BrokenProcessPool:
            kind = Text("可读取的文件", "a file that can be read")
            return Outcome(source.name, None, (), damaged(source.name, "the reader stopped", kind).problems)


def _size(source: Source) -> int:
    try:
        return source.path.stat().st_size
    except OSError:
        return 0


def read_documents(
    arguments: Sequence[str],
    out: Path | IO[str],
    form: Format,
    lang: Lang,
    tell: Tell = lambda *_: None,
    checks: Checks | None = None,
    beside: bool = True,
) -> Summary:
    """Read files, folders and patterns and write their claims to `out`; nothing is written when none could be read.

    With `checks` the claims are linked and compared, which the page shows; with `beside` too, `.links.jsonl`,
    `.findings.jsonl` and `.marks.jsonl` are written beside a file.

    Raises:
        Refused: every problem, when no document could be read or the place cannot be written.
    """
    sources = find_sources(arguments)
    summary = Summary()
    if isinstance(out, Path):
        made = [checks.decisions] if checks and checks.decisions else []
        keep_sources(
            [*(s.path for s in sources), *made], out, *(_side_paths(out) if checks and beside else ())
        )
    if checks:
        tables(
            checks
        )  # here, so that what is wrong with them is told at once and other processes inherit them
    outcomes = _watch(read_many(sources, text=form == "html", checks=checks), len(sources), summary, tell)
    with ExitStack() as stack:
        if checks:
            sides = stack.enter_context(_sides(out)) if isinstance(out, Path) and beside else ()
            outcomes = _compare(outcomes, checks, sides, summary)
        _write(outcomes, out, form, lang, summary)
    return summary


def _write(
    outcomes: Iterator[Outcome], out: Path | IO[str], form: Format, lang: Lang, summary: Summary
) -> None:
    first = next(outcomes, None)
    if first is None:
        raise Refused(summary.problems)
    if isinstance(out, Path):
        with fresh_file(out) as path:
            _WRITERS[form](path, first, outcomes, lang)
    else:
        _write_stream(out, form, _chain(first, outcomes))


def _side_paths(out: Path) -> list[Path]:
    return [out.with_suffix(f".{name}.jsonl") for name in SIDES]


@contextmanager
def _sides(out: Path) -> Iterator[tuple[IO[str], ...]]:
    """Give the files beside `out` for links, findings and marks; they take their places when the block ends well."""
    with ExitStack() as stack:
        places = [stack.enter_context(fresh_file(path)) for path in _side_paths(out)]
        with ExitStack() as opened:
            yield tuple(
                opened.enter_context(p.open("w", encoding="utf-8", errors="replace", newline="\n"))
                for p in places
            )


def _compare(
    outcomes: Iterable[Outcome], checks: Checks, sides: Sequence[IO[str]], summary: Summary
) -> Iterator[Outcome]:
    """Yield the outcomes with what a reader is shown of them, held against the documents before; write the sides."""
    comparison = Comparison(tables(checks).made)
    for outcome in outcomes:
        checked = outcome.checked
        if checked is None:
            yield outcome
            continue
        findings = comparison.findings(checked)
        shown = comparison.views(outcome.claims, checked, findings)
        states = [{f.state for f in found} for found in shown.values()]
        summary.contradicted += sum("contradicted" in s for s in states)
        summary.supported += sum("supported" in s and "contradicted" not in s for s in states)
        if sides:
            rows = (link_rows(outcome.claims, checked), comparison.rows(outcome.name, findings), checked.rows)
            for stream, lines in zip(sides, rows, strict=True):
                stream.writelines(f"{line}\n" for line in lines)
        yield replace(outcome, links=link_views(checked), findings=shown)


def _watch(outcomes: Iterable[Outcome], count: int, summary: Summary, tell: Tell) -> Iterator[Outcome]:
    """Yield the documents that were read, and keep count of all."""
    for number, outcome in enumerate(outcomes, 1):
        tell(number, count, outcome.name)
        summary.problems += outcome.problems
        if outcome.document is None:
            continue
        summary.documents += 1
        summary.claims += len(outcome.claims)
        summary.suspect += sum(c.suspect for c in outcome.claims)
        if not outcome.claims:
            summary.without.append(outcome.name)
        yield outcome


def _chain(first: Outcome, rest: Iterable[Outcome]) -> Iterator[Outcome]:
    yield first
    yield from rest


def _write_jsonl(path: Path, first: Outcome, rest: Iterable[Outcome], _lang: Lang) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as stream:
        _write_stream(stream, "jsonl", _chain(first, rest))


def _write_csv(path: Path, first: Outcome, rest: Iterable[Outcome], _lang: Lang) -> None:
    with path.open(
        "w", encoding="utf-8-sig", errors="replace", newline=""
    ) as stream:  # Excel needs the mark to read Chinese
        _write_stream(stream, "csv", _chain(first, rest))


def _write_stream(stream: IO[str], form: Format, outcomes: Iterable[Outcome]) -> None:
    if form == "csv":
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for outcome in outcomes:
            writer.writerows([csv_cell(v) for v in _record(c)] for c in outcome.claims)
        return
    for outcome in outcomes:
        for claim in outcome.claims:
            stream.write(json.dumps(as_row(claim), ensure_ascii=False) + "\n")


def _record(claim: Claim) -> list[Any]:
    row = as_row(claim)
    return [*(row[f] for f in FIELDS), " ".join(claim.reasons), claim.section, claim.language]


def csv_cell(value: Any) -> Any:
    """Return a value as a cell of csv: text on one line, and never a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str) or value in _SIGNS:
        return value
    return safe_cell(" ".join(value.splitlines()))


def _write_xlsx(path: Path, first: Outcome, rest: Iterable[Outcome], _lang: Lang) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": _CREATED})
        line, sheet = _XLSX_ROWS + 1, None
        for outcome in _chain(first, rest):
            for claim in outcome.claims:
                if line > _XLSX_ROWS:
                    sheet, line = _new_sheet(book), 1
                for column, value in enumerate(_record(claim)):
                    _write_cell(sheet, line, column, value)
                line += 1
        if sheet is None:
            _new_sheet(book)


def _new_sheet(book: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(3, 3, 28)
    sheet.set_column(10, 11, 24)
    for column, name in enumerate(_COLUMNS):
        sheet.write_string(0, column, name)
    return sheet


def _write_cell(sheet: Any, line: int, column: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    elif value:
        sheet.write_string(line, column, value[:_CELL])


def _write_html(path: Path, first: Outcome, rest: Iterable[Outcome], lang: Lang) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as stream:
        stream.write(write_start(lang))
        for number, outcome in enumerate(_chain(first, rest)):
            assert outcome.document is not None
            notes = outcome.checked.notes if outcome.checked else ()
            view = ReadingView(outcome.document, outcome.claims, outcome.links, outcome.findings, notes)
            stream.write(write_view(view, number, lang))
        stream.write(write_end())


_WRITERS: dict[Format, Callable[[Path, Outcome, Iterable[Outcome], Lang], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "html": _write_html,
}
