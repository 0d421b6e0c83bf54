"""Whole numbers that come as text, in addresses, forms, headers and cells; and decimal ones as they are written."""

from __future__ import annotations

from decimal import Decimal


def number_in(text: str) -> int | None:
    """Return the number, not negative and of at most 18 digits as keys and sizes are; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def trimmed(value: Decimal) -> str:
    """Return a number in digits, without an exponent and without zeros at its end: 100, 4.5."""
    return f"{value.normalize():f}"


def trimmed_or_none(value: Decimal | None) -> str | None:
    """Return a number in digits, None where there is none."""
    return None if value is None else trimmed(value)
