"""Claims made by hand or read from a sentence, for tests of what is done with claims."""

from __future__ import annotations

from typing import Any

from duxue.claims import Claim, extract
from duxue.documents import Document, from_text


def make(quote: str, value: float | None, unit: str, **more: Any) -> Claim:
    """Return a claim of these values; what is not given is what is most common."""
    held: dict[str, Any] = {
        "doc": "t.txt", "start": 0, "end": len(quote), "quote": quote, "value": value, "value_high": None, "comparator": "=",
        "unit": unit, "kind": "actual", "direction": None, "measure": "", "org": "青岛市", "period": "2023", "suspect": False,
        "reasons": (), "section": "", "language": "zh",
    }  # fmt: skip
    return Claim(**(held | more))


def read(text: str, name: str = "t.txt") -> tuple[Document, list[Claim]]:
    """Return a text as a document, and its claims."""
    document = from_text(name, text)
    return document, extract(document)
