"""How the API tells draws, visits and the lines of sheets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Schema

from duxue.web.common.actors import Actor
from duxue.web.common.policy import decide
from duxue.web.inspections.models import Draw, SheetEntry, Visit
from duxue.web.inspections.policy import told
from duxue.web.inspections.services.drawing import beacon_of, files_of


class PlanShown(Schema):
    """What is drawn and where chance comes from; `beacon_round` is the beacon's round that counts."""

    counties: int = 0
    schools: int = 0
    places: int = 0  # that may be drawn
    digits: int = 0
    who: str = ""
    moment: datetime | None = None
    beacon: bool = False
    beacon_round: int | None = None
    hidden: bool = False


class DrawOut(Schema):
    """A draw; `certificate` is empty until it is public: published, and no visit still to come unannounced.

    `published_at` is empty until then. `before` is the draw that it replaces, for that `reason`.

    `files` are the names of those with which it is checked: at `/files/<name>` below its address.
    """

    id: int
    round: str
    title_zh: str
    title_en: str
    commitment: str
    committed_at: Any
    drawn_at: Any = None
    published_at: Any = None
    plan: PlanShown
    before: int | None
    reason: str
    files: list[str]
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
    known = told(row)
    result = known or bool(decide(actor, "result", row))
    shown = {name: row.plan[name] for name in PlanShown.model_fields if name in row.plan}
    return {
        "id": row.pk, "round": row.round.slug, "title_zh": row.title_zh, "title_en": row.title_en, "commitment": row.commitment,
        "committed_at": row.committed_at, "drawn_at": row.drawn_at, "published_at": row.published_at if known else None,
        "plan": shown | {"beacon_round": beacon_of(row)}, "before": row.before_id, "reason": row.reason or "",
        "files": files_of(row, result=result), "certificate": row.certificate if result else {},
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
