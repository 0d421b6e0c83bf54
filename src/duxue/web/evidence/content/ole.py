"""Read the directory and the streams of an OLE compound file (xls, doc, msi, encrypted office files), within bounds.

Source: [MS-CFB], Compound File Binary File Format, sections 2.2 to 2.6.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # this and all above are marks, not numbers of sectors
_ENTRIES = 20_000
_STORAGE, _STREAM, _ROOT = 1, 2, 5


class NotOle(Exception):  # noqa: N818 - a finding, which the caller says in its own words
    """The bytes are no compound file, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A storage or a stream: its name, first sector and size in bytes."""

    name: str
    storage: bool
    start: int
    size: int


class CompoundFile:
    """The entries of a compound file in the order of its directory, and the bytes of each stream."""

    def __init__(self, path: Path) -> None:
        """Read header, sector table and directory; NotOle when they do not hold together."""
        self._data = path.read_bytes()
        if len(self._data) < 512 or not self._data.startswith(SIGNATURE):
            raise NotOle("signature")
        shift, mini_shift = struct.unpack_from("<HH", self._data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise NotOle("sector size")
        self._sector = 1 << shift
        (tables,) = struct.unpack_from("<L", self._data, 44)
        directory, _, self._cutoff, mini, _, more, _ = struct.unpack_from("<7L", self._data, 48)
        self._table = self._read_table(tables, more)
        self.entries = self._read_directory(directory)
        if not self.entries:
            raise NotOle("directory")
        self._mini_table = self._numbers(self._chain(mini)) if mini < _END else ()
        root = self.entries[0]
        self._mini = self._chain(root.start)[: root.size] if root.start < _END else b""

    def _read_table(self, count: int, more: int) -> tuple[int, ...]:
        where = list(struct.unpack_from("<109L", self._data, 76))
        seen = set()
        while more < _END:
            if more in seen:
                raise NotOle("loop")
            seen.add(more)
            numbers = self._numbers(self._at(more))
            where += numbers[:-1]
            more = numbers[-1]
        used = [n for n in where if n < _END][:count]
        return self._numbers(b"".join(self._at(n) for n in used))

    def _read_directory(self, start: int) -> list[Entry]:
        data = self._chain(start)
        entries = []
        for at in range(0, min(len(data), 128 * _ENTRIES), 128):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            if kind not in (_STORAGE, _STREAM, _ROOT) or not 2 <= length <= 64:
                continue
            name = data[at : at + length - 2].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<LL", data, at + 116)
            entries.append(Entry(name, kind == _STORAGE, first, size))
        return entries

    def _at(self, number: int) -> bytes:
        piece = self._data[(number + 1) * self._sector : (number + 2) * self._sector]
        if not piece:
            raise NotOle("cut off")
        return piece.ljust(self._sector, b"\x00")

    def _chain(self, number: int) -> bytes:
        pieces, seen = [], set()
        while number < _END:
            if number in seen or number >= len(self._table):
                raise NotOle("chain of sectors")
            seen.add(number)
            pieces.append(self._at(number))
            number = self._table[number]
        return b"".join(pieces)

    @staticmethod
    def _numbers(data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}L", data[: len(data) // 4 * 4])

    @property
    def names(self) -> frozenset[str]:
        """The names of all storages and streams, in lower case."""
        return frozenset(e.name.lower() for e in self.entries)

    def read(self, name: str) -> bytes:
        """Return the bytes of the first stream of that name, in any case; nothing when there is none."""
        entry = next((e for e in self.entries[1:] if not e.storage and e.name.lower() == name.lower()), None)
        if entry is None:
            return b""
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        pieces, number, seen = [], entry.start, set()
        while number < _END:
            if number in seen or number >= len(self._mini_table):
                raise NotOle("chain of small sectors")
            seen.add(number)
            pieces.append(self._mini[number * 64 : number * 64 + 64])
            number = self._mini_table[number]
        return b"".join(pieces)[: entry.size]
