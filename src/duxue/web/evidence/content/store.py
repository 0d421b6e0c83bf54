"""Keep files under the SHA-256 of their bytes: the same content once, never changed, checked on its way in."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from duxue.core.text import same
from duxue.web.evidence.content import problems as say

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PIECE = 1 << 20


class Store(Protocol):
    """Where the bytes of evidence lie, on a disk or in an object store."""

    def put(self, stream: IO[bytes], sha256: str) -> int:
        """Keep the bytes and return how many; they are read even when the store has them, for a digest alone is no proof.

        Raises:
            Refused: EVID052 when they have another digest, EVID058 when they cannot be written; then nothing is kept.
        """

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes as a stream that the caller closes; EVID053 when there are none, EVID058."""

    def exists(self, sha256: str) -> bool:
        """Whether the store holds the bytes."""

    def delete(self, sha256: str) -> bool:
        """Remove the bytes; False when there were none."""

    def url(self, sha256: str, name: str, media_type: str, seconds: int = 300) -> str | None:
        """Return an address from which the bytes may be fetched for some time; None when the site must serve them."""


def checked(sha256: str) -> str:
    """Return the digest; EVID057 when it is not 64 hex digits in lower case, so that no digest is ever a path."""
    if not _SHA256.fullmatch(sha256):
        raise say.refuse("EVID057", found=sha256[:80], expected=same("[0-9a-f]{64}"))
    return sha256


def copy_checked(source: IO[bytes], target: IO[bytes], sha256: str) -> int:
    """Copy all bytes and return how many; EVID052 when their digest is another."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        target.write(piece)
        size += len(piece)
    if digest.hexdigest() != sha256:
        raise say.refuse("EVID052", found=digest.hexdigest(), expected=same(sha256))
    return size


class LocalStore:
    """A folder: `aa/bb/<sha256>`, each file written aside, flushed to the disk and moved into place, read-only."""

    def __init__(self, root: Path, *, verify: bool = False) -> None:
        """Use the folder, made when it is not there; with `verify` each file is hashed before it is given out."""
        self.root, self.verify = root, verify

    def path(self, sha256: str) -> Path:
        """Return where the bytes lie, or would."""
        checked(sha256)
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, stream: IO[bytes], sha256: str) -> int:
        """See Store."""
        target = self.path(sha256)
        try:
            aside = self.root / "incoming"
            aside.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=aside, delete=False) as file:
                written = Path(file.name)
                try:
                    size = copy_checked(stream, file, sha256)
                    file.flush()
                    os.fsync(file.fileno())
                    written.chmod(0o440)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    written.replace(target)
                finally:
                    written.unlink(missing_ok=True)
            for folder in (target.parent, target.parent.parent, self.root):
                _flush(folder)
            return size
        except OSError as error:
            raise say.refuse("EVID058", found=error.strerror or type(error).__name__) from None

    def open(self, sha256: str) -> BinaryIO:
        """See Store; with `verify` EVID054 when the bytes are no longer those that were put."""
        try:
            stream = self.path(sha256).open("rb")
        except FileNotFoundError:
            raise say.refuse("EVID053", found=sha256) from None
        except OSError as error:
            raise say.refuse("EVID058", found=error.strerror or "") from None
        if self.verify:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            if found != sha256:
                stream.close()
                raise say.refuse("EVID054", found=found, expected=same(sha256))
            stream.seek(0)
        return stream

    def exists(self, sha256: str) -> bool:
        """See Store."""
        return self.path(sha256).is_file()

    def delete(self, sha256: str) -> bool:
        """See Store."""
        try:
            self.path(sha256).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise say.refuse("EVID058", found=error.strerror or "") from None
        return True

    def url(self, sha256: str, name: str, media_type: str, seconds: int = 300) -> None:  # noqa: ARG002 - as Store has it
        """Return nothing: the site serves the file itself, after it has asked who may see it."""
        checked(sha256)

    def sweep(self, older_than: float = 86_400.0) -> int:
        """Remove what killed processes left aside, older than so many seconds; return how many files."""
        count = 0
        for left in (self.root / "incoming").glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if left.stat().st_mtime < time.time() - older_than:
                    left.unlink()
                    count += 1
        return count


def _flush(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
