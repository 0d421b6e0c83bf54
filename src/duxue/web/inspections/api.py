"""The API of field verification: draws for everybody, visits and sheets for those whom they concern."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Header, Router, Schema

from duxue.web.common.idempotency import once
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import decide
from duxue.web.common.requests import actor_in
from duxue.web.inspections.models import Draw, SheetEntry, Visit
from duxue.web.inspections.services import sheets, visiting

router = Router(tags=["inspections"])


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


class VisitPage(Schema):
    """A page of visits."""

    rows: list[VisitOut]
    later: str
    earlier: str


class EntryOut(Schema):
    """A line of a sheet."""

    id: int
    item: str
    found: str
    note: str
    points: Decimal | None
    version: int


class EntryIn(Schema):
    """What was found, over the version that was seen."""

    version: int
    found: str
    note: str = ""
    points: Decimal | None = None


def _visit(visit: Visit) -> dict[str, Any]:
    return {
        "id": visit.pk, "round": visit.round.slug, "unit": visit.unit.code, "place": visit.place_code,
        "place_level": visit.place_level, "state": visit.state, "planned_on": visit.planned_on,
        "announced_at": visit.announced_at, "signed_at": visit.signed_at,
    }  # fmt: skip


def _entry(entry: SheetEntry) -> dict[str, Any]:
    return {
        "id": entry.pk, "item": entry.item.code, "found": entry.found, "note": entry.note, "points": entry.points,
        "version": entry.version,
    }  # fmt: skip


def _seen(pk: int) -> Visit:
    return get_object_or_404(Visit.objects.select_related("round__authority", "unit", "draw"), pk=pk)


@router.get("/draws/{pk}", response=DrawOut, auth=None, summary="Read a draw")
def draw(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Read a draw: public from its commitment, its certificate from its publication."""
    row = get_object_or_404(Draw.objects.select_related("round__authority"), pk=pk)
    return {
        "id": row.pk, "round": row.round.slug, "title_zh": row.title_zh, "title_en": row.title_en, "commitment": row.commitment,
        "committed_at": row.committed_at, "drawn_at": row.drawn_at, "published_at": row.published_at,
        "certificate": row.certificate if decide(actor_in(request), "result", row) else {},
    }  # fmt: skip


@router.get("/visits", response=VisitPage, summary="List the visits in sight")
def visits(request: HttpRequest, state: str = "", cursor: str = "") -> dict[str, Any]:  # noqa: ARG001 - the router passes it
    """List visits: of the own team, of overseen rounds, of the own unit once they were announced or begun."""
    rows = Visit.objects.select_related("round", "unit")
    page = page_of(rows.filter(state=state) if state else rows, cursor, order=("pk",))
    return {"rows": [_visit(v) for v in page.rows], "later": page.later, "earlier": page.earlier}


@router.get("/visits/{pk}/sheet", response=list[EntryOut], summary="Read a sheet")
def sheet(request: HttpRequest, pk: int) -> list[dict[str, Any]]:  # noqa: ARG001 - the router passes it
    """Read the lines of a sheet that the reader may see."""
    rows = SheetEntry.objects.filter(visit=_seen(pk)).select_related("item").order_by("item__order")
    return [_entry(e) for e in rows]


@router.post("/visits/{pk}/start", response=VisitOut, summary="Start a visit")
def start(request: HttpRequest, pk: int, key: str = Header("", alias="Idempotency-Key")) -> Any:
    """Start a visit of the own team; its sheet is laid out."""
    actor, visit = actor_in(request), _seen(pk)

    def work() -> dict[str, Any]:
        visiting.visit_start(actor=actor, visit=visit)
        return _visit(visit)

    return once(actor, key, {"route": "start", "visit": pk}, work)


@router.post("/entries/{pk}", response=EntryOut, summary="Write a line of a sheet")
def write(
    request: HttpRequest, pk: int, body: EntryIn, key: str = Header("", alias="Idempotency-Key")
) -> Any:
    """Write what was found for one item."""
    actor = actor_in(request)
    entry = get_object_or_404(SheetEntry.objects.select_related("visit", "item"), pk=pk)
    asked = {"route": "entry", "entry": pk, **body.dict()}
    return once(actor, key, asked, lambda: _entry(sheets.entry_save(actor=actor, entry=entry, **body.dict())))


@router.post("/visits/{pk}/sign", response=VisitOut, summary="Sign a sheet")
def sign(request: HttpRequest, pk: int, key: str = Header("", alias="Idempotency-Key")) -> Any:
    """Sign the sheet of the own team."""
    actor, visit = actor_in(request), _seen(pk)

    def work() -> dict[str, Any]:
        sheets.sheet_sign(actor=actor, visit=visit)
        return _visit(visit)

    return once(actor, key, {"route": "sign", "visit": pk}, work)
