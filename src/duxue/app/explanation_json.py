"""An explanation as plain JSON values."""

from __future__ import annotations

from fractions import Fraction

from duxue.app.explaining import Explanation
from duxue.core.quantity import Number
from duxue.core.text import Text
from duxue.packs.schema import Source


def to_json(e: Explanation) -> dict[str, object]:
    """Return everything that an explanation tells, both languages kept."""
    r = e.result
    return {
        "unit": r.unit,
        "unit_name": _text(r.unit_name),
        "level": r.level,
        "year": r.year,
        "by": dict(r.by),
        "indicator": r.indicator,
        "title": _text(e.title),
        "value": _number(r.value),
        "exact": str(r.value) if isinstance(r.value, Fraction) else None,
        "shown": _text(e.shown),
        "unit_of_measure": _text(e.unit_of_measure),
        "status": r.status,
        "reason": r.reason,
        "numerator": _number(r.numerator),
        "denominator": _number(r.denominator),
        "formula": e.formula,
        "words": _text(e.words),
        "numbers": _text(e.numbers),
        "parts": [
            {"source": p.source, "words": _text(p.words), "value": p.value, "left_out": p.left_out}
            for p in e.parts
        ],
        "rows_total": e.rows_total,
        "rows": [
            {
                "unit": row.unit,
                "unit_name": _text(row.unit_name),
                "used": row.used,
                "why_not": _text(row.why_not) if row.why_not else None,
                "merged": row.merged,
                "year": row.year,
                "terms": [{"words": _text(words), "value": value} for words, value in row.terms],
                "cells": [
                    {
                        "form": c.form,
                        "field": c.field,
                        "title": _text(c.title),
                        "value": c.value,
                        "file": c.file,
                        "sheet": c.sheet,
                        "row": c.line,
                        "column": c.column,
                        "header": c.header,
                    }
                    for c in row.cells
                ],
            }
            for row in e.rows
        ],
        "standard": r.standard,
        "verdict": r.verdict,
        "margin": _number(r.margin),
        "attainment": _number(r.attainment),
        "standard_source": _source(e.standard_source),
        "formula_source": _source(e.source),
        "note": _text(e.note) if e.note else None,
        "flags": list(r.flags),
        "made_of": e.made_of,
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _number(value: Number | None) -> float | None:
    return None if value is None else float(value)


def _source(source: Source | None) -> dict[str, object] | None:
    if source is None:
        return None
    return {
        "name": _text(source.name.text) if source.name else None,
        "number": source.number,
        "clause": source.clause,
        "dated": source.dated.isoformat() if source.dated else None,
        "status": source.status,
        "note": _text(source.note.text) if source.note else None,
    }
