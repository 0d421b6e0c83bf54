"""The file of a backup: a compressed tar whose last member, manifest.json, names every other with size and digest."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from duxue.app.problems import make
from duxue.core.errors import Place, Refused
from duxue.core.text import Text

MANIFEST: Final = "manifest.json"
FORMAT: Final = "duxue.backup/1"
_BLOCK: Final = 1 << 20
Report = Callable[[int, int], None]  # bytes done, bytes of all


def write_archive(
    file: Path, members: Iterable[tuple[str, Path]], about: Mapping[str, Any], report: Report
) -> dict[str, Any]:
    """Write `members` (name, path) to `file`, whole or not at all, and return the manifest.

    The file is written beside its place and named when it is complete, so that a machine that stops leaves no half backup
    under that name. Whoever reads it must be trusted with everything: it is readable by its owner alone.
    """
    listed = list(members)
    whole, done = sum(map(_size, (path for _, path in listed))), 0
    part = file.with_name(f".{file.name}.part")
    digests: dict[str, dict[str, Any]] = {}
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as tar:
                for name, path in listed:
                    try:
                        stream = path.open("rb")
                    except FileNotFoundError:  # the site goes on running: what was passing has gone on
                        continue
                    with stream:
                        info = tarfile.TarInfo(name)
                        info.size, info.mtime, info.mode = (
                            os.fstat(stream.fileno()).st_size,
                            int(os.fstat(stream.fileno()).st_mtime),
                            0o600,
                        )
                        reading = _Hashing(stream)
                        tar.addfile(info, reading)
                    digests[name] = {"size": info.size, "sha256": reading.sha256.hexdigest()}
                    done += info.size
                    report(done, whole)
                manifest = {"format": FORMAT, **about, "members": digests}
                text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
                last = tarfile.TarInfo(MANIFEST)
                last.size, last.mode = len(text), 0o600
                tar.addfile(last, io.BytesIO(text))
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


class _Hashing:
    """Reads a stream and takes its digest on the way."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.sha256 = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        block = self._stream.read(size)
        self.sha256.update(block)
        return block


def read_archive(file: Path, folder: Path, report: Report) -> dict[str, Any]:
    """Unpack a backup into the empty `folder` and return its manifest; Refused (OPS005, OPS007) unless every byte is right."""
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    whole = file.stat().st_size
    try:
        with file.open("rb") as raw, gzip.open(raw) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is None or manifest is not None:
                    raise damaged(file, member.name)
                if member.name == MANIFEST:
                    manifest = json.loads(stream.read())
                    continue
                found[member.name] = _unpack(stream, folder / _inside(file, member.name))
                report(min(raw.tell(), whole), whole)
            while plain.read(_BLOCK):  # to the end, where the sum of all bytes stands
                pass
    except (OSError, EOFError, ValueError, tarfile.TarError, KeyError, zlib.error) as error:
        raise damaged(file, str(error)) from error
    if manifest is None:
        raise damaged(file, MANIFEST)
    if manifest.get("format") != FORMAT:
        advice = Text("请先升级。", "Upgrade first.")
        raise Refused(
            [make("OPS007", place=Place(file=str(file)), found=str(manifest.get("format")), advice=advice)]
        )
    wrong = [
        name for name in {*found, *manifest["members"]} if found.get(name) != manifest["members"].get(name)
    ]
    if wrong:
        raise damaged(file, ", ".join(sorted(wrong)[:5]))
    return manifest


def _unpack(stream: IO[bytes], path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    sha256, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        while block := stream.read(_BLOCK):
            sha256.update(block)
            size += len(block)
            out.write(block)
    return {"size": size, "sha256": sha256.hexdigest()}


def _inside(file: Path, name: str) -> PurePosixPath:
    """Return a member's path below the folder; one that would leave it makes the whole file suspect."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise damaged(file, name)
    return path


def damaged(file: Path, what: str) -> Refused:
    """Return the refusal of a file that is not a whole backup."""
    advice = Text("请换一份备份；什么也没有恢复。", "Take another backup; nothing was restored.")
    return Refused([make("OPS005", place=Place(file=str(file)), found=what, advice=advice)])


def below(home: Path, left_out: Callable[[PurePosixPath], bool]) -> Iterator[tuple[str, Path]]:
    """Yield name and path of every file below `home` that is not left out, in order.

    A folder of `home` may be a link to a larger disk; what is a link further down is not followed.
    """
    for top in sorted(home.iterdir()):
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            name = PurePosixPath(path.relative_to(home).as_posix())
            if path.is_file() and not path.is_symlink() and not left_out(name):
                yield str(name), path
