"""How the API tells draws, visits and the lines of sheets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Schema

from duxue.web.common.actors import Actor
from duxue.web.common.policy import decide
from duxue.web.inspections.models import Draw, SheetEntry, Visit


class DrawOut(Schema):
    """A draw; `certificate` is empty until it is public."""

    id: int
    round: str
    title_zh: str
    title_en: str
    commitment: str
    committed_at: Any
    drawn_at: Any = None
    published_at: Any = None
    certificate: dict[str, Any]


class VisitOut(Schema):
    """A visit to a place that was drawn."""

    id: int
    round: str
    unit: str
    place: str
    place_level: str
    state: str
    planned_on: date | None = None
    announced_at: Any = None
    signed_at: Any = None


class EntryOut(Schema):
    """A line of a sheet."""

    id: int
    item: str
    found: str
    note: str
    points: Decimal | None
    version: int


def draw_out(actor: Actor, row: Draw) -> dict[str, Any]:
    """Return a draw as the API tells it to an actor: its certificate once that may be seen."""
    return {
        "id": row.pk, "round": row.round.slug, "title_zh": row.title_zh, "title_en": row.title_en, "commitment": row.commitment,
        "committed_at": row.committed_at, "drawn_at": row.drawn_at, "published_at": row.published_at,
        "certificate": row.certificate if decide(actor, "result", row) else {},
    }  # fmt: skip


def visit_out(visit: Visit) -> dict[str, Any]:
    """Return a visit as the API tells it."""
    return {
        "id": visit.pk, "round": visit.round.slug, "unit": visit.unit.code, "place": visit.place_code,
        "place_level": visit.place_level, "state": visit.state, "planned_on": visit.planned_on,
        "announced_at": visit.announced_at, "signed_at": visit.signed_at,
    }  # fmt: skip


def entry_out(entry: SheetEntry) -> dict[str, Any]:
    """Return a line of a sheet as the API tells it."""
    return {
        "id": entry.pk, "item": entry.item.code, "found": entry.found, "note": entry.note, "points": entry.points,
        "version": entry.version,
    }  # fmt: skip


def visit_at(pk: int) -> Visit:
    """Return a visit in sight."""
    rows = Visit.objects.select_related("round__authority", "unit__round__authority", "draw")
    return get_object_or_404(rows, pk=pk)
