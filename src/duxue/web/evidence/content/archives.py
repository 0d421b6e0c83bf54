"""Look into a zip archive, also one that is an office document, without unpacking it to disk.

The directory of an archive is only a claim. So each member is also found where its own header says, and inflated in
pieces that are counted and thrown away: what it unpacks to is known, not believed.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

from duxue.core.errors import Problem, Refused
from duxue.core.text import match_key
from duxue.web.evidence.content import problems as say
from duxue.web.evidence.content.names import ending

PROGRAMS = frozenset({
    "apk", "app", "bat", "bin", "cmd", "com", "command", "cpl", "deb", "desktop", "dll", "dmg", "elf",
    "exe", "gadget", "hta", "htm", "html", "iso", "jar", "js", "jse", "jsp", "lnk", "mht", "mhtml", "msc",
    "msi", "msp", "php", "pif", "ps1", "psm1", "py", "pyc", "rb", "reg", "rpm", "scf", "scr",
    "settingcontent-ms", "sh", "shtml", "so", "svg", "svgz", "swf", "sys", "url", "vb", "vbe", "vbs",
    "vbscript", "wsc", "wsf", "wsh", "xhtml", "xll",
})  # fmt: skip
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_PIECE = 1 << 16
_RATIO_FROM = 1 << 20  # members below one MiB may shrink as well as they like
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an archive may hold: members and bytes over all levels, the ratio of one member, the depth of archives."""

    members: int = 5000
    unpacked: int = 1 << 30
    ratio: int = 400  # as for reading a Word document: tables of equal rows shrink a hundredfold
    depth: int = 2  # a zip of office documents, which are archives themselves
    inner: int = 64 << 20  # bytes of an archive inside an archive, held in memory


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: name as printed in it, unpacked size in bytes, depth (0 is the archive itself)."""

    name: str
    size: int
    depth: int = 0


def inspect(
    path: Path,
    name: str,
    bounds: Bounds | None = None,
    *,
    office: bool = False,
    closed: frozenset[str] = frozenset(),
) -> tuple[Member, ...]:
    """Return the members of an archive, those of archives inside it included.

    An office document may hold scripts as parts, which `macros` names, so `office` leaves out that check. Members with
    one of the endings `closed` are documents that their reader inspects by itself: they are not looked into.

    Raises:
        Refused: EVID007, EVID009 to EVID018, all that are found, each with the member that it concerns.
    """
    inspection = _Inspection(name, bounds or Bounds(), office, closed)
    try:
        with path.open("rb") as stream:
            inspection.look(stream, path.stat().st_size, 0, "")
    except OSError as error:
        raise say.refuse("EVID009", name, found=str(error.strerror)) from None
    if inspection.problems:
        raise Refused(inspection.problems)
    return tuple(inspection.members)


class _Inspection:
    def __init__(self, name: str, bounds: Bounds, office: bool, closed: frozenset[str]) -> None:
        self.name, self.bounds, self.office, self.closed = name, bounds, office, closed
        self.members: list[Member] = []
        self.problems: list[Problem] = []
        self.unpacked = 0

    def refuse(self, code: str, part: str, found: str = "", limit: str = "") -> None:
        """Keep a problem; of each code the first is enough, for an archive may hold thousands."""
        if all(p.code != code for p in self.problems):
            expected = say.at_most(limit) if limit else say.NONE
            self.problems.append(say.make(code, self.name, found=found or part, part=part, expected=expected))

    def look(self, stream: IO[bytes], size: int, depth: int, prefix: str) -> None:
        """Inspect one archive; `prefix` names the archive that it lies in."""
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            # Newer Pythons see overlaps themselves when a member is opened, some already here.
            self.refuse("EVID016" if "verlap" in str(error) else "EVID009", prefix, str(error))
            return
        with archive:
            entries = archive.infolist()
            if len(self.members) + len(entries) > self.bounds.members:
                count = len(self.members) + len(entries)
                self.refuse("EVID010", prefix, f"{count:,}", f"{self.bounds.members:,}")
                return
            self._names(entries, prefix)
            self._extents(stream, entries, size, prefix)
            for entry in entries:
                if not _is_folder(entry):
                    self.members.append(Member(prefix + shown(entry), entry.file_size, depth))
            if self.problems:
                return
            for entry in entries:
                if not _is_folder(entry) and not self._member(stream, entry, depth, prefix):
                    return

    def _names(self, entries: list[zipfile.ZipInfo], prefix: str) -> None:
        seen: set[str] = set()
        for entry in entries:
            # zipfile cuts a name at its first NUL; what other programs do with the rest is not known.
            part, raw = prefix + shown(entry), entry.orig_filename
            steps = raw.replace("\\", "/").split("/")
            if ".." in steps or steps[0] == "" or _DRIVE.match(raw) or "\x00" in raw:
                self.refuse("EVID014", part)
            mode = entry.external_attr >> 16
            if entry.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                self.refuse("EVID015", part)
            if entry.flag_bits & 1:
                self.refuse("EVID007", part)
            key = "/".join(match_key(step) or step for step in steps) + ("." + ending(raw))
            if key in seen and raw.casefold() in seen:
                self.refuse("EVID017", part)
            seen |= {key, raw.casefold()}
            if not self.office and not _is_folder(entry) and ending(raw) in PROGRAMS:
                self.refuse("EVID018", part)

    def _extents(self, stream: IO[bytes], entries: list[zipfile.ZipInfo], size: int, prefix: str) -> None:
        """Check that each member has its own bytes and that its header there says the same name."""
        extents = []
        for entry in entries:
            stream.seek(entry.header_offset)
            head = stream.read(_LOCAL.size)
            if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
                self.refuse("EVID009", prefix + shown(entry))
                return
            fields = _LOCAL.unpack(head)
            local = stream.read(fields[9])
            begin = entry.header_offset + _LOCAL.size + fields[9] + fields[10]
            extents.append((entry.header_offset, begin + entry.compress_size, prefix + shown(entry)))
            if begin + entry.compress_size > size:
                self.refuse("EVID009", prefix + shown(entry))
            if fields[2] & 1:
                self.refuse("EVID007", prefix + shown(entry))
            if local.rstrip(b"/") != _encoded(entry).rstrip(b"/"):
                found = f"{local.decode('utf-8', 'replace')} ≠ {entry.orig_filename}"
                self.refuse("EVID009", prefix + shown(entry), found)
        extents.sort()
        for (_, end, first), (start, _, second) in pairwise(extents):
            if start < end:
                self.refuse("EVID016", second, f"{first} + {second}")

    def _member(self, stream: IO[bytes], entry: zipfile.ZipInfo, depth: int, prefix: str) -> bool:
        """Inflate a member, counting; look into it when it is an archive. False when the archive is refused."""
        part = prefix + shown(entry)
        kept, head, size, archive = bytearray(), b"", 0, ending(part) not in self.closed
        try:
            for piece in _inflate(stream, entry):
                head = head or piece[:4]
                size += len(piece)
                self.unpacked += len(piece)
                if self.unpacked > self.bounds.unpacked:
                    self.refuse(
                        "EVID011",
                        part,
                        f"> {self.bounds.unpacked:,} bytes",
                        f"{self.bounds.unpacked:,} bytes",
                    )
                elif size > _RATIO_FROM and size > max(entry.compress_size, 1) * self.bounds.ratio:
                    ratio = size // max(entry.compress_size, 1)
                    self.refuse("EVID012", part, f"1 : {ratio:,}", f"1 : {self.bounds.ratio}")
                if self.problems:
                    return False
                if archive and head == b"PK\x03\x04" and len(kept) <= self.bounds.inner:
                    kept += piece
        except (zlib.error, EOFError, NotImplementedError) as error:
            self.refuse("EVID009", part, f"{part}: {error}")
            return False
        if size != entry.file_size:
            self.refuse("EVID009", part, f"{part}: {size:,} ≠ {entry.file_size:,} bytes")
            return False
        if archive and head == b"PK\x03\x04":
            if depth + 1 > self.bounds.depth:
                self.refuse("EVID013", part, part, f"{self.bounds.depth}")
            elif len(kept) > self.bounds.inner:
                self.refuse("EVID011", part, f"{size:,} bytes", f"{self.bounds.inner:,} bytes")
            else:
                self.look(io.BytesIO(bytes(kept)), len(kept), depth + 1, f"{part}/")
        return not self.problems


def shown(entry: zipfile.ZipInfo) -> str:
    """Return the name of a member as a person reads it: older programs write names in GB18030 and do not say so."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    raw = _encoded(entry)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith("/")  # zipfile's own question fails on an empty name


def _encoded(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437", "replace")


def _inflate(stream: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a member unpacks to, whatever size its directory entry claims."""
    stream.seek(entry.header_offset)
    fields = _LOCAL.unpack(stream.read(_LOCAL.size))
    stream.seek(fields[9] + fields[10], io.SEEK_CUR)
    left, at = entry.compress_size, stream.tell()
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(f"compression method {entry.compress_type}")
    engine = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        stream.seek(at)
        data = stream.read(min(_PIECE, left))
        if not data:
            raise EOFError("cut off")
        at, left = at + len(data), left - len(data)
        if engine is None:
            yield data
            continue
        while data and not engine.eof:
            yield engine.decompress(data, _PIECE * 4)
            data = engine.unconsumed_tail
    if engine is not None and not engine.eof:
        yield engine.flush()
        if not engine.eof:
            raise EOFError("cut off")
