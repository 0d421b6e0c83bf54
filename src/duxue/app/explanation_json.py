"""An explanation as plain JSON values."""

from __future__ import annotations

from fractions import Fraction

from duxue.app.explaining import Explanation
from duxue.app.verdicts import Seen, VerdictExplanation
from duxue.core.quantity import Number
from duxue.core.text import Text
from duxue.packs.schema import Source
from duxue.results.compare import written


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
        "synthetic": e.made_of["synthetic"],
        "value": _number(r.value),
        "exact": str(r.value) if isinstance(r.value, Fraction) else None,
        "shown": _text(e.shown),
        "unit_of_measure": _text(e.unit_of_measure),
        "status": r.status,
        "reason": r.reason,
        "missing": [
            {
                "form": x.form,
                "field": x.field,
                "title": _text(x.title),
                "unit": x.unit,
                "file": x.file,
                "sheet": x.sheet,
                "row": x.line,
                "column": x.column or None,
                "absent": x.absent,
            }
            for x in e.missing
        ],
        "numerator": _number(r.numerator),
        "denominator": _number(r.denominator),
        "formula": e.formula,
        "words": _text(e.words),
        "numbers": _text(e.numbers),
        "parts": [
            {
                "source": p.source,
                "words": _text(p.words),
                "value": p.value.en,
                "shown": _text(p.value),
                "left_out": p.left_out,
            }
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
                "derived": [
                    {
                        "field": m.field,
                        "title": _text(m.title),
                        "value": m.value,
                        "words": _text(m.words),
                        "numbers": _text(m.numbers),
                    }
                    for m in row.made
                ],
                "cells": [
                    {
                        "form": c.form,
                        "field": c.field,
                        "title": _text(c.title),
                        "value": c.value,
                        "shown": _text(c.shown),
                        "converted_from": c.converted or None,
                        "file": c.file,
                        "sheet": c.sheet,
                        "row": c.line,
                        "column": c.column or None,
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
        "other_standards": [
            {"level": _text(level), "standard": written(standard)} for level, standard in e.other_standards
        ],
        "standard_source": _source(e.standard_source),
        "formula_source": _source(e.source),
        "note": _text(e.note) if e.note else None,
        "flags": list(r.flags),
        "made_of": e.made_of,
    }


def verdict_to_json(e: VerdictExplanation) -> dict[str, object]:
    """Return everything that the explanation of a verdict tells, both languages kept."""
    r = e.result
    return {
        "unit": r.unit,
        "unit_name": _text(r.unit_name),
        "level": r.level,
        "year": r.year,
        "by": dict(r.by),
        "verdict_id": r.indicator,
        "title": _text(e.title),
        "synthetic": e.made_of["synthetic"],
        "verdict": r.verdict,
        "status": r.status,
        "reason": r.reason,
        "reason_text": _text(r.reason_text) if r.reason_text else None,
        "rule": e.rule,
        "words": _text(e.words),
        "note": _text(e.note) if e.note else None,
        "source": _source(e.source),
        "looked_at": [_seen(s) for s in e.seen],
        "below": [
            {
                "verdict_id": b.verdict,
                "title": _text(b.title),
                "words": _text(b.words),
                **b.counts,
                "failing_total": b.failing_total,
                "failing": [_seen(s) for s in b.failing],
            }
            for b in e.below
        ],
        "made_of": e.made_of,
    }


def _seen(s: Seen) -> dict[str, object]:
    r = s.result
    return {
        "unit": r.unit,
        "unit_name": _text(r.unit_name),
        "by": dict(r.by),
        "id": r.indicator,
        "kind": r.kind,
        "title": _text(s.title),
        "value": _number(r.value),
        "shown": _text(s.shown),
        "unit_of_measure": _text(s.unit_of_measure),
        "standard": r.standard,
        "outcome": s.outcome,
        "margin": _number(r.margin),
        "attainment": _number(r.attainment),
        "met": s.met if r.kind == "verdict" else None,
        "of": s.of if r.kind == "verdict" else None,
        "lowest_attainment": _number(s.lowest),
        "reason": r.reason,
        "next": s.follow,
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
