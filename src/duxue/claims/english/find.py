"""Find the claims of a stretch of plain English text."""

from __future__ import annotations

from duxue.claims.model import Found


def find(text: str, start: int, end: int) -> list[Found]:
    """Return the claims of `text[start:end]`, ascending; the text is plain (see `duxue.claims.script`)."""
    return []
