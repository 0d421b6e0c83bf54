r"""The canonical list: one sequence of bytes for one list of tickets, whoever wrote it and in whatever order.

The form `duxue-list/1`, which docs/methods/draw-list.md defines for other programs:

- UTF-8 without byte order mark, Unicode form NFC, each line ends with one line feed;
- the first line is `#duxue-list/1`, `id` and the names of the other fields sorted by their UTF-8 bytes, tab between;
- each further line is one ticket: its id and its other cells in that order, tab between, sorted by the bytes of the id;
- no cell holds a tab, another control character or an invisible one; ids are unique, not empty, and no two look alike.

The digest of the list is the SHA-256 of these bytes. Lists larger than memory are sorted in runs on disk.
"""

from __future__ import annotations

import csv
import hashlib
import heapq
import io
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text
from duxue.draws.documents import cannot_read
from duxue.draws.lookalike import CONTROL, INVISIBLE, find_cell_fault, find_fault, keys_of
from duxue.draws.problems import make, refuse

MARK = "#duxue-list/1"
RUN_ROWS = 1_000_000  # rows sorted in memory at once
SHOW_AT_MOST = 50
_BATCH = 20_000
_PLAIN = bytes([9, 10, *range(32, 127)])
_ODD_BLANKS = (b"  ", b" \t", b"\t ", b" \n", b"\n ", b"\n\t", b"\n\n")
_CELLS = re.compile("\t[^\n]*")
_BLANK = re.compile(r"\s")
_ODD_BLANK_OF_ID = re.compile(r"[^\S \n]|  ")
_BORDER_BLANK = re.compile(r"(?:\A|[\t\n])[^\S\t\n]|[^\S\t\n](?:[\t\n]|\Z)")
_NO_CSV_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """A canonical list as it was written."""

    path: Path
    digest: str
    tickets: int
    fields: tuple[str, ...]  # without `id`, sorted by their bytes


def write_list(source: Path, target: Path, id_field: str = "id", run_rows: int = RUN_ROWS) -> Written:
    """Write the table in `source` (CSV or TSV, UTF-8, with a header) as canonical list; all its faults are told at once."""
    try:
        source.open("rb").close()
    except OSError as error:
        raise cannot_read(source, error) from error
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".draw-") as folder:
            return _Writer(source, target, id_field, Path(folder), run_rows).write()
    except UnicodeDecodeError as error:
        raise refuse(
            "DRAW002",
            place=Place(file=source.name, row=_row_of_bad_byte(source)),
            found=repr(error.object[error.start : error.start + 4])[2:-1],
            advice=Text("请另存为“CSV UTF-8”。", "Save the table as “CSV UTF-8”."),
        ) from error
    finally:
        _beside(target).unlink(missing_ok=True)


def _beside(target: Path) -> Path:
    """Return the file in which a list is written before it takes its name."""
    return target.with_name(target.name + ".part")


class _Writer:
    def __init__(self, source: Path, target: Path, id_field: str, folder: Path, run_rows: int) -> None:
        self.source, self.target, self.id_field, self.folder, self.run_rows = (
            source,
            target,
            id_field,
            folder,
            run_rows,
        )
        self.problems: list[Problem] = []
        self.ids = _Sorter(folder / "ids", run_rows)
        self.keys = [_Sorter(folder / name, run_rows) for name in ("capital", "shape")]

    def write(self) -> Written:
        with self.source.open(encoding="utf-8-sig", newline="") as stream:
            fields, order, rows = self._open_table(stream)
            self._read(rows, order)
        return self._finish(fields)

    def _open_table(self, stream: io.TextIOWrapper) -> tuple[tuple[str, ...], list[int], Iterator[list[str]]]:
        start = stream.readline()
        stream.seek(0)
        tabs = start.startswith(MARK) or self.source.suffix.lower() in (".tsv", ".tab")
        csv.field_size_limit(_NO_CSV_LIMIT)
        rows = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(stream)
        header = [unicodedata.normalize("NFC", h) for h in next(rows, [])]
        id_field = self.id_field
        if header[:1] == [MARK]:
            # A canonical list read again: the mark stands before the names but has no cells below it.
            header, id_field = header[1:], "id"
        bad = [h for h in header if not h or find_cell_fault(h) or h.startswith("#")]
        twice = sorted({h for h in header if header.count(h) > 1})
        clash = ["id"] if id_field != "id" and "id" in header else []
        if bad or twice or clash or id_field not in header:
            raise refuse(
                "DRAW003",
                place=Place(file=self.source.name, row=1),
                found=", ".join(header),
                expected=Text(
                    f"不重复、不为空的字段名，其中有“{id_field}”" + ("，且没有另一列叫 id" if clash else ""),
                    f"names of fields, none empty or twice, one of them “{id_field}”"
                    + (" and no other called id" if clash else ""),
                ),
                advice=Text(
                    '请检查表头，或在方案中用 id = "…" 指明编号列。',
                    'Check the header, or name the column of ids in the plan: id = "…".',
                ),
            )
        others = sorted((h for h in header if h != id_field), key=str.encode)
        self.width = len(header)
        self.names = ["id", *others]
        return tuple(others), [header.index(h) for h in [id_field, *others]], rows

    def _read(self, rows: Iterator[list[str]], order: list[int]) -> None:
        first = 2
        in_order = order == list(range(self.width))
        while batch := list(islice(rows, _BATCH)):
            if self.width == 1:
                batch = [row or [""] for row in batch]  # csv reads an empty line as no cells
            even = {*map(len, batch)} == {self.width}
            ordered = batch if in_order or not even else map(itemgetter(*order), batch)
            text = "\n".join(map("\t".join, ordered))
            tidy = text.count("\t") == len(batch) * (self.width - 1) and text.count("\n") == len(batch) - 1
            ids = _ids_of(text)
            if not (even and tidy and (_is_plain(text) or _is_sound(text, ids))):
                text = "\n".join(self._check_rows(batch, order, first))
                ids = _ids_of(text)
            if text:
                self._keep(text, ids)
            first += len(batch)

    def _keep(self, text: str, ids: str) -> None:
        self.ids.add(text.encode().split(b"\n"))
        for keys, sorter in zip(keys_of(ids), self.keys, strict=True):
            if keys != ids:
                pairs = zip(keys.split("\n"), ids.split("\n"), strict=True)
                sorter.add([f"{key}\t{id}".encode() for key, id in pairs if key != id])

    def _check_rows(self, batch: list[list[str]], order: list[int], first: int) -> Iterator[str]:
        """Yield the sound rows of a batch as lines, of the others the id that can be compared; tell what is wrong."""
        for number, row in enumerate(batch, first):
            place = Place(file=self.source.name, row=number)
            if len(row) != self.width:
                expected = Text(f"{self.width}个单元格", f"{self.width} cells")
                self._tell([make("DRAW004", place=place, found=str(len(row)), expected=expected)])
                continue
            cells = [unicodedata.normalize("NFC", row[i]) for i in order]
            faults = list(self._find_faults(cells, place))
            self._tell(faults)
            if not faults:
                yield "\t".join(cells)
            elif (name := cells[0].strip()) and not CONTROL.search(name):
                yield name

    def _tell(self, problems: Iterable[Problem]) -> None:
        """Keep what is wrong, up to what anyone reads in one go."""
        self.problems += islice(problems, SHOW_AT_MOST - len(self.problems))

    def _find_faults(self, cells: list[str], place: Place) -> Iterator[Problem]:
        name = cells[0]
        at = Place(file=place.file, row=place.row, field=self.id_field)
        if not name.strip():
            yield make(
                "DRAW005",
                place=at,
                advice=Text("请给出编号或删去该行。", "Give the ticket an id or remove the row."),
            )
        elif fault := find_fault(name):
            yield make("DRAW007", place=at, what=_naming("DRAW007", fault), found=name, advice=_RETYPE)
        for field, cell in zip(self.names[1:], cells[1:], strict=True):
            if fault := find_cell_fault(cell):
                yield make(
                    "DRAW009",
                    place=Place(file=place.file, row=place.row, field=field),
                    what=_naming("DRAW009", fault),
                    found=cell,
                    advice=_RETYPE,
                )

    def _finish(self, fields: tuple[str, ...]) -> Written:
        count, hasher, last = 0, hashlib.sha256(), b""
        twice: list[bytes] = []
        partial = _beside(self.target)
        with partial.open("wb") as out:
            head = "\t".join([MARK, *self.names]).encode() + b"\n"
            out.write(head)
            hasher.update(head)
            for batch in self.ids.batches():
                names = batch if self.width == 1 else [line.split(b"\t", 1)[0] for line in batch]
                before = [last, *names[:-1]]
                if any(map(bytes.__eq__, names, before)):
                    twice += [n for n, b in zip(names, before, strict=True) if n == b]
                last = names[-1]
                data = b"\n".join(batch) + b"\n"
                out.write(data)
                hasher.update(data)
                count += len(batch)
        self._tell(self._twice(name) for name in sorted(set(twice)))
        self._tell(self._alike(partial))
        if not count and not self.problems:
            self._tell([make("DRAW010", place=Place(file=self.source.name))])
        if self.problems:
            raise Refused(sorted(self.problems, key=lambda p: p.place.row or 0))
        os.replace(partial, self.target)  # noqa: PTH105 - over a file of our own in one step
        return Written(self.target, hasher.hexdigest(), count, fields)

    def _twice(self, name: bytes) -> Problem:
        rows = self._rows_of({name.decode()})
        return make(
            "DRAW006",
            place=Place(file=self.source.name, row=rows[-1], field=self.id_field),
            found=name.decode(),
            expected=Text(
                f"每个编号一行；它还在第{_say(rows[:-1], '、')}行",
                f"one row for each id; it also stands in row {_say(rows[:-1], ', ')}",
            ),
            advice=Text("请删去多余的行，或更正编号。", "Remove the row too many, or correct the id."),
        )

    def _alike(self, written: Path) -> Iterator[Problem]:
        """Yield pairs of ids that look alike: a join of their sorted keys with the sorted ids themselves."""
        told: set[frozenset[bytes]] = set()
        for sorter in self.keys:
            if not sorter.used:
                continue
            keys = (tuple(line.split(b"\t", 1)) for batch in sorter.batches() for line in batch)
            own = ((n, n) for n in _names_of(written))
            group: list[bytes] = []
            current = b""
            for key, name in heapq.merge(keys, own):
                if key != current:
                    current, group = key, []
                if group and name not in group and (pair := frozenset((group[0], name))) not in told:
                    told.add(pair)
                    yield self._pair(group[0], name)
                group.append(name)

    def _pair(self, one: bytes, other: bytes) -> Problem:
        rows = {n: self._rows_of({n.decode()})[0] for n in (one, other)}
        first, second = sorted((one, other), key=lambda n: rows[n])
        return make(
            "DRAW008",
            place=Place(file=self.source.name, row=rows[second], field=self.id_field),
            found=second.decode(),
            expected=Text(
                f"与第{rows[first]}行的“{first.decode()}”有明显区别",
                f"clearly different from “{first.decode()}” in row {rows[first]}",
            ),
            advice=Text(
                "请统一大小写、字母表和连字符，并勿混用 O 与 0、I、l 与 1。",
                "Use one case, one alphabet and one dash throughout; do not mix O with 0, or I and l with 1.",
            ),
        )

    def _rows_of(self, names: set[str]) -> list[int]:
        """Return the rows in which ids stand, by reading the source once more; only for messages."""
        with self.source.open(encoding="utf-8-sig", newline="") as stream:
            _, order, rows = self._open_table(stream)
            at = order[0]
            return [
                n
                for n, row in enumerate(rows, 2)
                if unicodedata.normalize("NFC", row[at] if len(row) > at else "").strip() in names
            ]


def _is_plain(text: str) -> bool:
    """Whether lines are all ASCII without any fault of a cell: controls, blanks at a border or doubled, an empty id."""
    if not text.isascii():
        return False
    data = b"\n" + text.encode() + b"\n"
    return not data.translate(None, _PLAIN) and not any(odd in data for odd in _ODD_BLANKS)


def _is_sound(text: str, ids: str) -> bool:
    """Whether neither the ids of lines nor their other cells, mostly Chinese ones, have any fault."""
    cells = text.replace("\t", "").replace("\n", "")
    return (
        not (INVISIBLE.search(cells) or CONTROL.search(cells))
        and unicodedata.is_normalized("NFC", text)
        and unicodedata.is_normalized("NFKC", ids)
        and "\n\n" not in f"\n{ids}\n"
        and not (_BLANK.search(cells) and (_BORDER_BLANK.search(text) or _ODD_BLANK_OF_ID.search(ids)))
    )


def _ids_of(text: str) -> str:
    """Return the ids of lines, line feeds between."""
    return _CELLS.sub("", text) if "\t" in text else text


class _Sorter:
    """Lines sorted by their bytes up to the first tab; beyond `run_rows` they are sorted in runs on disk and merged."""

    def __init__(self, stem: Path, run_rows: int) -> None:
        self.stem, self.run_rows = stem, run_rows
        self.lines: list[bytes] = []
        self.runs: list[Path] = []

    @property
    def used(self) -> bool:
        return bool(self.lines or self.runs)

    def add(self, lines: list[bytes]) -> None:
        self.lines += lines
        if len(self.lines) > self.run_rows:
            path = self.stem.with_name(f"{self.stem.name}-{len(self.runs)}")
            self.lines.sort()
            path.write_bytes(b"\n".join(self.lines) + b"\n")
            self.runs.append(path)
            self.lines = []

    def batches(self) -> Iterator[list[bytes]]:
        """Yield all lines in order. A tab sorts below every other character of an id, so a line sorts as its id does."""
        self.lines.sort()
        if not self.runs:
            lines: Iterable[bytes] = self.lines
            yield from (self.lines[i : i + _BATCH] for i in range(0, len(self.lines), _BATCH))
            return
        streams = [path.open("rb") for path in self.runs]
        try:
            lines = heapq.merge(*((line[:-1] for line in s) for s in streams), self.lines)
            while batch := list(islice(lines, _BATCH)):
                yield batch
        finally:
            for stream in streams:
                stream.close()


def _names_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        next(stream)
        for line in stream:
            yield line.rstrip(b"\n").split(b"\t", 1)[0]


def _row_of_bad_byte(source: Path) -> int:
    with source.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _naming(code: str, fault: Text) -> Text:
    from duxue.draws.problems import CODES

    return Text(f"{CODES[code].zh}：{fault.zh}", f"{CODES[code].en}: {fault.en}")


def _say(rows: list[int], comma: str) -> str:
    return comma.join(map(str, rows[:5])) + ("…" if len(rows) > 5 else "")


_RETYPE = Text("请在来源表中用普通字符重新输入。", "Type it again in the source table with plain characters.")
