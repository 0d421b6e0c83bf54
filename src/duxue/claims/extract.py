"""The walk over a document: each block is read by the grammar of its language and inherits from what stands above."""

from __future__ import annotations

from duxue.claims import chinese, english
from duxue.claims.model import Claim, Found, Kind
from duxue.claims.script import is_chinese, plain
from duxue.documents.model import Document


def extract(document: Document) -> list[Claim]:
    """Return the claims of a document, ascending; furniture is not read."""
    text = plain(document.text)
    claims: list[Claim] = []
    for block in document.blocks:
        if block.kind == "furniture":
            continue
        zh = is_chinese(text, block.start, block.end)
        find = chinese.find if zh else english.find
        claims += [_claim(document, found, "zh" if zh else "en") for found in find(text, block.start, block.end)]
    return claims


def _claim(document: Document, found: Found, language: str) -> Claim:
    joint = "" if language == "zh" else " "
    kind: Kind = found.kind or "actual"
    return Claim(
        doc=document.name,
        start=found.start,
        end=found.end,
        quote=document.text[found.start : found.end],
        value=found.value,
        value_high=found.value_high,
        comparator=found.comparator,
        unit=found.unit,
        kind=kind,
        direction=found.direction,
        measure=joint.join(document.text[a:b] for a, b in found.measure),
        org=document.text[slice(*found.org)] if found.org else None,
        period=found.period,
        suspect=bool(found.reasons),
        reasons=found.reasons,
        section="",
        language="zh" if language == "zh" else "en",
    )
