"""A document as text with its structure: one string, and blocks that say what each stretch of it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "cell", "furniture"]


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of a document's text, `text[start:end]`, never empty and never overlapping another.

    `level` ranks headings: 1 is the title, larger numbers lie deeper; 0 for all else. `page` counts from 1 where
    the source has pages; `place` names a sheet and cell (`投入!B7`) or a table cell where the source has those.
    Furniture (page numbers, navigation, advertisements) is set apart and not read for claims.
    """

    start: int
    end: int
    kind: Kind
    level: int = 0
    page: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document read: its text, its blocks in ascending order, and what it was read from.

    `source` is the format (`txt`, `html`, `docx`, `pdf`, `xlsx`); `digest` the SHA-256 of the file's bytes in hex.
    For a text file `text` is the decoded file itself, newline characters untouched.
    """

    name: str
    text: str
    blocks: tuple[Block, ...]
    source: str
    digest: str
