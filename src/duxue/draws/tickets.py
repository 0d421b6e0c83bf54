"""A canonical list opened for drawing: its tickets one after another, those that are excluded left out."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from duxue.core.errors import Place, Refused
from duxue.core.text import Text, same
from duxue.draws.canonical import MARK
from duxue.draws.documents import cannot_read
from duxue.draws.lookalike import CONTROL, INVISIBLE
from duxue.draws.problems import refuse

NAME_FIELDS = ("name", "名称", "姓名")  # the first of these that a list has is printed beside the ids
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Tickets:
    """The tickets of a canonical list that take part."""

    path: Path
    digest: str
    listed: int  # all tickets of the list
    fields: tuple[str, ...]  # without `id`
    excluded: frozenset[bytes] = frozenset()

    @property
    def eligible(self) -> int:
        """How many tickets take part."""
        return self.listed - len(self.excluded)

    def without(self, ids: Sequence[str]) -> Tickets:
        """Return the same list with tickets struck out; the list itself is never changed."""
        return Tickets(self.path, self.digest, self.listed, self.fields, frozenset(i.encode() for i in ids))

    def batches(self) -> Iterator[list[bytes]]:
        """Yield the ids that take part in the order of the list, in batches."""
        for lines in _lines(self.path):
            names = [line.split(b"\t", 1)[0] for line in lines] if self.fields else lines
            yield [n for n in names if n not in self.excluded] if self.excluded else names

    def ids(self) -> Iterator[str]:
        """Yield the ids that take part in the order of the list."""
        for batch in self.batches():
            yield from (name.decode() for name in batch)

    def rows(self, fields: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Yield the id and the named cells of each ticket that takes part."""
        columns = [1 + self.fields.index(f) for f in fields]
        for lines in _lines(self.path):
            for line in lines:
                cells = line.split(b"\t")
                if cells[0] not in self.excluded:
                    yield (cells[0].decode(), *(cells[c].decode() for c in columns))

    def names_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the names of these ids; empty when the list has no column of names."""
        field = next((f for f in NAME_FIELDS if f in self.fields), None)
        if field is None:
            return {}
        column, wanted = 1 + self.fields.index(field), {id.encode() for id in ids} - self.excluded
        found = (line for lines in _lines(self.path) for line in lines if line.split(b"\t", 1)[0] in wanted)
        return {cells[0]: cells[column] for cells in (line.decode().split("\t") for line in found)}

    def by_group(self, fields: Sequence[str]) -> Iterator[dict[tuple[str, ...], list[bytes]]]:
        """Yield in batches the ids that take part under the cells of the named fields."""
        columns = [1 + self.fields.index(f) for f in fields]
        whole = columns == list(range(1, len(self.fields) + 1)) and bool(columns)
        for lines in _lines(self.path):
            found: dict[bytes, list[bytes]] = {}
            if whole:
                for line in lines:
                    name, _, key = line.partition(b"\t")
                    found.setdefault(key, []).append(name)
            else:
                for line in lines:
                    cells = line.split(b"\t")
                    found.setdefault(b"\t".join([cells[c] for c in columns]), []).append(cells[0])
            yield {
                (tuple(key.decode().split("\t")) if columns else ()): (
                    [n for n in names if n not in self.excluded] if self.excluded else names
                )
                for key, names in found.items()
            }

    def count_groups(self, fields: Sequence[str]) -> dict[tuple[str, ...], int]:
        """Return how many tickets take part under the cells of the named fields."""
        sizes: dict[tuple[str, ...], int] = {}
        for batch in self.by_group(fields):
            for group, names in batch.items():
                if names:
                    sizes[group] = sizes.get(group, 0) + len(names)
        return sizes

    def at(self, positions: Sequence[int]) -> list[str]:
        """Return the ids at 0-based positions among those that take part, in the order asked."""
        wanted, found, start = sorted(set(positions)), {}, 0
        pending = iter(wanted)
        position = next(pending, None)
        for batch in self.batches():
            while position is not None and position < start + len(batch):
                found[position] = batch[position - start].decode()
                position = next(pending, None)
            start += len(batch)
            if position is None:
                break
        return [found[p] for p in positions]


def open_list(path: Path, expected_digest: str | None = None) -> Tickets:
    """Open a canonical list after reading it once; Refused when it is another list or not in canonical form."""
    hasher, count, last = hashlib.sha256(), 0, b""
    try:
        with path.open("rb") as stream:
            while data := stream.read(_PIECE):
                hasher.update(data)
        digest = hasher.hexdigest()
        if expected_digest is not None and digest != expected_digest:
            raise refuse(
                "DRAW012",
                place=Place(file=path.name),
                found=digest,
                expected=same(expected_digest),
                advice=Text(
                    "名单在承诺之后被改动，或这不是那份名单。请用与承诺书一同公布的名单。",
                    "The list was changed after the commitment, or is another one. Use the list published with the commitment.",
                ),
            )
        with path.open("rb") as stream:
            header = stream.readline()
        fields = _read_header(path, header)
        for lines in _lines(path):
            _check_lines(path, lines, len(fields), count)
            names = [line.split(b"\t", 1)[0] for line in lines] if fields else lines
            before = [last, *names[:-1]]
            if not all(map(bytes.__lt__, before, names)):
                at = next(i for i, (a, b) in enumerate(zip(before, names, strict=True)) if not a < b)
                raise _not_canonical(path, count + at + 2, names[at].decode("utf-8", "replace"), _SORTED)
            last = names[-1]
            count += len(lines)
    except OSError as error:
        raise cannot_read(path, error) from error
    if not count:
        raise refuse("DRAW010", place=Place(file=path.name))
    return Tickets(path, digest, count, fields)


def _read_header(path: Path, header: bytes) -> tuple[str, ...]:
    try:
        names = header.decode("utf-8").removesuffix("\n").split("\t")
    except UnicodeDecodeError:
        names = []
    others = names[2:]
    if (
        names[:2] != [MARK, "id"]
        or others != sorted(set(others), key=str.encode)
        or not header.endswith(b"\n")
    ):
        raise _not_canonical(path, 1, header[:60].decode("utf-8", "replace"), same(f"{MARK} id …"))
    return tuple(others)


def _check_lines(path: Path, lines: list[bytes], others: int, count: int) -> None:
    data = b"\n".join(lines)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = count + 2 + data[: error.start].count(b"\n")
        raise _not_canonical(path, row, repr(data[error.start : error.end]), same("UTF-8")) from error
    plain = text.replace("\t", "").replace("\n", "")
    even = not others or {*map(_tabs, lines)} == {others}
    clean = text.isascii() or (unicodedata.is_normalized("NFC", text) and not INVISIBLE.search(text))
    if even and clean and not CONTROL.search(plain) and (others or "\t" not in text):
        return
    for row, line in enumerate(lines, count + 2):
        words = line.decode("utf-8")
        if (
            line.count(b"\t") != others
            or not words
            or CONTROL.search(words.replace("\t", ""))
            or INVISIBLE.search(words)
            or not unicodedata.is_normalized("NFC", words)
        ):
            raise _not_canonical(path, row, words, _SORTED)


def _tabs(line: bytes) -> int:
    return line.count(b"\t")


def _lines(path: Path) -> Iterator[list[bytes]]:
    """Yield the lines after the header in batches, without their line feeds."""
    with path.open("rb") as stream:
        stream.readline()
        rest = b""
        while data := stream.read(_PIECE):
            *lines, rest = (rest + data).split(b"\n")
            if lines:
                yield lines
        if rest:
            raise _not_canonical(path, None, rest[-40:].decode("utf-8", "replace"), _ENDS)


def _not_canonical(path: Path, row: int | None, found: str, expected: Text) -> Refused:
    return refuse(
        "DRAW011",
        place=Place(file=path.name, row=row),
        found=found,
        expected=expected,
        advice=Text(
            "请使用 duxue draw commit 写出的 list.tsv。", "Use the list.tsv that `duxue draw commit` wrote."
        ),
    )


_SORTED = Text(
    "按编号字节严格递增、单元格数相同的行",
    "rows strictly ascending by the bytes of the id, with equal numbers of cells",
)
_ENDS = Text("以换行结束的最后一行", "a last line that ends with a line feed")
