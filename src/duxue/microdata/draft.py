"""Read a folder of files into typed tables, with everything that was matched and everything that is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from duxue.core import digest
from duxue.core.errors import Problem
from duxue.core.measure import Measures
from duxue.core.workbook import Limits
from duxue.microdata import problems as say
from duxue.microdata.assemble import Assembled, Source, add_sheet
from duxue.microdata.checks import Located, check_form
from duxue.microdata.match import Match, Matcher, TableMatch
from duxue.microdata.read_csv import read_csv
from duxue.microdata.read_parquet import read_parquet
from duxue.microdata.read_xlsx import read_xlsx
from duxue.microdata.tables import RawTable, Reading
from duxue.microdata.unit_checks import check_units
from duxue.packs.schema import Dimension, Form

TEXT_KINDS = (".csv", ".tsv", ".txt")
BOOK_KINDS = (".xlsx", ".xlsm", ".xls", ".ods")
KINDS = (*TEXT_KINDS, *BOOK_KINDS, ".parquet")
# Files that stand beside data as a matter of course; saying that they were not read would only tire.
_COMPANIONS = frozenset(
    {
        ".md",
        ".pdf",
        ".docx",
        ".doc",
        ".json",
        ".yaml",
        ".yml",
        ".html",
        ".png",
        ".jpg",
        ".jpeg",
        ".ini",
        ".db",
    }
)
GUIDE_SHEET = "fields"  # the sheet of a template that tells what its columns mean
MAX_FILES = 10_000


@dataclass(frozen=True)
class Draft:
    """What a folder holds, not yet accepted: tables by form, what was matched, all problems, where rows came from.

    Tables hold the declared fields and `_row` (0-based ordinal in the form), `_source` (index into `sources`), `_line`
    (1-based row in the sheet). Forms that are optional and absent have a table without rows.
    """

    forms: tuple[Form, ...]
    tables: Mapping[str, pa.Table]
    match: Match
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that refuse the data."""
        return tuple(p for p in self.problems if p.severity == "error")

    @property
    def ok(self) -> bool:
        """Whether nothing refuses the data."""
        return not any(p.severity == "error" for p in self.problems)

    def brief(self) -> list[Problem]:
        """Return the problems for a person to read: long runs of one kind are cut and counted."""
        return say.brief(self.problems)


def read_folder(
    folder: Path,
    pack_forms: Sequence[Form],
    levels: Sequence[str],
    dimensions: Sequence[Dimension],
    measures: Measures,
    *,
    limits: Limits | None = None,
) -> Draft:
    """Read all supported files below `folder`, match, convert and check them; nothing is raised for bad data.

    Hidden files and folders, and folders whose names begin with `_`, are left alone.
    """
    limits = limits or Limits()
    problems: list[Problem] = []
    matcher = Matcher(pack_forms, measures)
    assembled = {form.id: Assembled(form) for form in pack_forms}
    by_dimension = {d.id: d for d in dimensions}
    sources: list[Source] = []
    tables: list[TableMatch] = []
    unused: list[tuple[str, str]] = []
    unread: set[str] = set()  # forms that may stand in a file that could not be read
    for path, name in find_files(folder, problems):
        reading = _read(path, name, matcher, limits)
        guide = GUIDE_SHEET if matcher.form_named(GUIDE_SHEET) is None else None
        problems.extend(p for p in reading.problems if guide is None or p.place.sheet != guide)
        if not reading.tables:
            if any(p.severity == "error" and p.code != "DATA015" for p in reading.problems):
                named = matcher.form_named(path.stem)
                unread.update([named] if named else assembled)
            continue
        sha256, size = digest.of_file(path), path.stat().st_size
        for raw in reading.tables:
            if raw.sheet == guide:
                unused.append((raw.file, raw.sheet))
                continue
            matched = _match(raw, path.stem, matcher, problems)
            if matched is None:
                unused.append((raw.file, raw.sheet))
                continue
            tables.append(matched)
            columns = {c.field: (c.letter, c.header) for c in matched.columns}
            sources.append(
                Source(raw.file, raw.sheet, matched.form, sha256, size, raw.encoding, raw.header_row, columns)
            )
            problems.extend(
                add_sheet(assembled[matched.form], raw, matched, sources[-1], len(sources) - 1, by_dimension)
            )
    done = {form_id: item.table() for form_id, item in assembled.items()}
    unreadable = {form_id: item.unreadable for form_id, item in assembled.items()}
    refused = {(p.place.file, p.place.sheet, p.place.field) for p in problems if p.code == "DATA025"}
    # Numbers in a refused unit are not compared with bounds that are in another; a form that may stand in a file that
    # could not be read is not called absent.
    problems.extend(
        p
        for p in check_tables(pack_forms, done, sources, levels, unreadable)
        if not (
            (p.code in ("DATA041", "DATA042") and (p.place.file, p.place.sheet, p.place.field) in refused)
            or (p.code == "DATA027" and p.place.field in unread)
        )
    )
    return Draft(
        tuple(pack_forms), done, Match(tuple(tables), tuple(unused)), say.in_order(problems), tuple(sources)
    )


def check_tables(
    forms: Sequence[Form],
    tables: Mapping[str, pa.Table],
    sources: Sequence[Source],
    levels: Sequence[str],
    unreadable: Mapping[str, Mapping[str, set[int]]],
) -> Iterator[Problem]:
    """Yield what is wrong with typed rows; `unreadable` names, by form and field, the rows whose cell is told already."""
    located = {form.id: Located(form, tables[form.id], sources) for form in forms}
    for form in forms:
        if form.required and not tables[form.id].num_rows:
            yield say.form_absent(form.id, form.title.text)
        yield from check_form(located[form.id], unreadable[form.id])
    yield from check_units(located, levels)


def find_files(folder: Path, problems: list[Problem]) -> list[tuple[Path, str]]:
    """Return the files to read with their names relative to the folder, in order; links that lead out are refused."""
    kinds = " ".join(KINDS)
    found: list[tuple[Path, str]] = []
    try:
        root = folder.resolve(strict=True)
        if not root.is_dir():
            raise NotADirectoryError(folder)
        os.scandir(root).close()
    except OSError:
        problems.append(say.no_folder(str(folder)))
        return found
    for where, subfolders, files in os.walk(root):
        here = Path(where)
        links = [here / n for n in subfolders if (here / n).is_symlink()]
        problems.extend(say.outside(link.relative_to(root).as_posix()) for link in links)
        subfolders[:] = sorted(n for n in subfolders if n[0] not in "._" and not (here / n).is_symlink())
        for name in sorted(files):
            path = here / name
            label = path.relative_to(root).as_posix()
            if name.startswith((".", "~$")):
                continue
            if not say.is_text(label):
                problems.append(say.bad_name(label))
                continue
            if path.suffix.lower() not in KINDS:
                if path.suffix.lower() not in _COMPANIONS:
                    problems.append(say.unsupported(label, kinds))
                continue
            try:
                target = path.resolve(strict=True)
            except (OSError, RuntimeError):
                problems.append(say.outside(label))
                continue
            if not target.is_relative_to(root):
                problems.append(say.outside(label))
            elif target.is_file():
                found.append((path, label))
    found.sort(key=lambda item: item[1])
    if not found:
        problems.append(say.no_files(str(folder.name), kinds))
    if len(found) > MAX_FILES:
        problems.append(say.too_large(folder.name, f"{len(found):,} files", f"{MAX_FILES:,} files"))
        return []
    return found


def _read(path: Path, name: str, matcher: Matcher, limits: Limits) -> Reading:
    kind = path.suffix.lower()
    finder = matcher.header_finder(path.stem)
    try:
        if kind in TEXT_KINDS:
            return read_csv(path, name, finder, limits)
        if kind in BOOK_KINDS:
            return read_xlsx(path, name, finder, limits)
        return read_parquet(path, name, limits)
    except OSError as error:
        return Reading(problems=[say.no_folder(name, error.strerror or "")])


def _match(raw: RawTable, stem: str, matcher: Matcher, problems: list[Problem]) -> TableMatch | None:
    found = matcher.form_of(raw, stem)
    if isinstance(found, list):
        if found:
            problems.append(say.many_forms(raw.file, raw.sheet, found))
        else:
            problems.append(say.no_form(raw.file, raw.sheet, matcher.titles()))
        return None
    form, how = found
    matched = matcher.columns_of(raw, form, how, problems)
    if how == "header":
        problems.append(say.by_header(raw.file, raw.sheet, form, len(matched.columns), len(raw.header)))
    return matched
