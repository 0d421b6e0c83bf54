"""Secrets that are shown once: only their hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(prefix: str = "") -> str:
    """Return a secret of 256 bits that fits into an address."""
    return prefix + secrets.token_urlsafe(32)


def hash_of_secret(secret: str) -> str:
    """Return the SHA-256 of a secret; it is long and random, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
