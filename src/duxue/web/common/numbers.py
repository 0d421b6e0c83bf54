"""Whole numbers that come as text: in addresses, forms, headers and cells."""

from __future__ import annotations


def number_in(text: str) -> int | None:
    """Return the number, not negative and of at most 18 digits as keys and sizes are; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
