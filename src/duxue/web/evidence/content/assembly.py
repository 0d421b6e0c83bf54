"""Put an upload together from pieces that may come late, twice or not at all.

The file on the disk is the only state: what it holds has been received. A killed process leaves a shorter file and
no lock, so the next piece starts where it ended.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from duxue.core.digest import of_file
from duxue.core.text import Text, same
from duxue.web.evidence.content import problems as say
from duxue.web.evidence.content.store import checked

_ID = re.compile(r"[A-Za-z0-9_-]{8,80}")
_PIECE = 1 << 18


class Assembly:
    """One upload of an announced size in bytes, in `<folder>/<upload_id>.part`."""

    def __init__(self, folder: Path, upload_id: str, size: int) -> None:
        """Take up an upload, new or begun before; EVID057 when the id could be a path, EVID002 below one byte."""
        if not _ID.fullmatch(upload_id):
            raise say.refuse("EVID057", found=upload_id[:80], expected=same(_ID.pattern))
        if size < 1:
            raise say.refuse("EVID001", found=f"{size:,} bytes")
        self.path, self.size = folder / f"{upload_id}.part", size

    @property
    def received(self) -> int:
        """How many bytes lie on the disk: where the next piece begins."""
        return self.path.stat().st_size if self.path.exists() else 0

    def append(self, offset: int, stream: IO[bytes]) -> int:
        """Add a piece that begins at `offset`, and return how many bytes have then been received.

        When the connection breaks, what came stays; a piece that runs beyond the announced size leaves nothing.

        Raises:
            Refused: EVID050 with the offset expected, EVID051, EVID055 while another piece is written, EVID058.
        """
        try:
            with self._locked() as file:
                begin = file.seek(0, os.SEEK_END)
                if offset != begin:
                    advice = Text(f"请从第{begin:,}字节继续上传。", f"Continue from byte {begin:,}.")
                    raise _refused("EVID050", f"{offset:,}", same(f"{begin:,}"), advice)
                received = begin
                try:
                    while piece := stream.read(_PIECE):
                        received += len(piece)
                        if received > self.size:
                            file.truncate(begin)
                            raise say.refuse(
                                "EVID051",
                                found=f"> {self.size:,} bytes",
                                expected=say.at_most(f"{self.size:,} bytes"),
                            )
                        file.write(piece)
                finally:
                    file.flush()
                    os.fsync(file.fileno())
                return received
        except OSError as error:
            raise say.refuse("EVID058", found=error.strerror or str(error)) from None

    def finish(self, expected_sha256: str) -> tuple[str, int]:
        """Return digest and size of the whole file, which stays for the store to take; `discard` removes it.

        Raises:
            Refused: EVID055, EVID056 when bytes are missing, EVID052 when the digest is another, EVID057, EVID058.
        """
        checked(expected_sha256)
        try:
            with self._locked():
                if (received := self.received) != self.size:
                    raise say.refuse(
                        "EVID056", found=f"{received:,} bytes", expected=same(f"{self.size:,} bytes")
                    )
                found = of_file(self.path)
        except OSError as error:
            raise say.refuse("EVID058", found=error.strerror or str(error)) from None
        if found != expected_sha256:
            raise say.refuse("EVID052", found=found, expected=same(expected_sha256))
        return found, self.size

    def discard(self) -> None:
        """Remove what was received."""
        self.path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise say.refuse("EVID055") from None
            try:
                yield file
            finally:  # not by closing alone: a process that another thread just began may hold the open file too
                fcntl.flock(file, fcntl.LOCK_UN)


def _refused(code: str, found: str, expected: Text, advice: Text) -> Exception:
    from duxue.core.errors import Refused

    return Refused([say.make(code, found=found, expected=expected, advice=advice)])
