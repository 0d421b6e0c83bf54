"""Where the bytes of evidence, the pieces on their way and the pictures of previews lie."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from duxue.web.evidence.content.s3 import S3Store
from duxue.web.evidence.content.store import LocalStore, Store, checked


def store() -> Store:
    """Return the store that the settings name: a folder (below HOME when none is named) or s3://bucket/prefix."""
    return _store(str(settings.EVIDENCE_STORE), str(settings.HOME))


@lru_cache(maxsize=4)
def _store(place: str, home: str) -> Store:
    if place.startswith("s3://"):
        found = urlsplit(place)
        prefix = found.path.strip("/")
        return S3Store(found.netloc, prefix=f"{prefix}/" if prefix else "")
    return LocalStore(Path(place) if place else Path(home) / "evidence")


def uploads() -> Path:
    """Return the folder of pieces on their way."""
    return Path(settings.HOME) / "uploads"


def previews(sha256: str) -> Path:
    """Return the folder of a file's preview."""
    checked(sha256)
    return Path(settings.HOME) / "previews" / sha256[:2] / sha256[2:4] / sha256


@contextmanager
def on_disk(sha256: str) -> Iterator[Path]:
    """Give the bytes as a file that may be read, wherever the store keeps them.

    Raises:
        Refused: EVID053 when the store has none, EVID058 when it cannot be reached.
    """
    held = store()
    with held.open(sha256) as stream:
        if isinstance(held, LocalStore):
            yield held.path(sha256)
            return
        with tempfile.NamedTemporaryFile() as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
            copy.flush()
            yield Path(copy.name)
