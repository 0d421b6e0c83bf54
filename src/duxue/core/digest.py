"""Digests: the same content has the same name, on every machine."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def of_bytes(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def of_json(value: object) -> str:
    """Return the SHA-256 of a JSON value in canonical form (sorted keys, no blanks, UTF-8)."""
    return of_bytes(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
