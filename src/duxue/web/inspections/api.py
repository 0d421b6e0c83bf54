"""The API of field verification: draws for everybody, visits and sheets for those whom they concern."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Header, Router, Schema

from duxue.web.common.idempotency import once
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.inspections.api_organising import router as organising_router
from duxue.web.inspections.api_shapes import (
    DrawOut,
    EntryOut,
    VisitOut,
    draw_out,
    entry_out,
    visit_at,
    visit_out,
)
from duxue.web.inspections.models import Draw, SheetEntry, Visit
from duxue.web.inspections.services import sheets, visiting
from duxue.web.inspections.views.draws import file

router = Router(tags=["inspections"])
router.add_router("", organising_router)


class VisitPage(Schema):
    """A page of visits."""

    rows: list[VisitOut]
    later: str
    earlier: str


class EntryIn(Schema):
    """What was found, over the version that was seen."""

    version: int
    found: str
    note: str = ""
    points: Decimal | None = None


@router.get("/draws/{pk}", response=DrawOut, auth=None, summary="Read a draw")
def draw(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Read a draw: public from its commitment, its certificate once it is published and no visit is still to come unannounced."""
    row = get_object_or_404(Draw.objects.select_related("round__authority"), pk=pk)
    return draw_out(actor_in(request), row)


@router.get("/draws/{int:pk}/files/{name}", auth=None, summary="A file of a draw")
def draw_file(request: HttpRequest, pk: int, name: str) -> Any:
    """Send a file of a draw: list, commitment and chain to everybody, certificate and check page once they are public."""
    return file(request, pk, name)


@router.get("/visits", response=VisitPage, summary="List the visits in sight")
def visits(request: HttpRequest, state: str = "", cursor: str = "") -> dict[str, Any]:  # noqa: ARG001 - the router passes it
    """List visits: of the own team, of overseen rounds, of the own unit once they were announced or begun."""
    rows = Visit.objects.select_related("round", "unit")
    page = page_of(rows.filter(state=state) if state else rows, cursor, order=("pk",))
    return {"rows": [visit_out(v) for v in page.rows], "later": page.later, "earlier": page.earlier}


@router.get("/visits/{pk}/sheet", response=list[EntryOut], summary="Read a sheet")
def sheet(request: HttpRequest, pk: int) -> list[dict[str, Any]]:  # noqa: ARG001 - the router passes it
    """Read the lines of a sheet that the reader may see."""
    rows = SheetEntry.objects.filter(visit=visit_at(pk)).select_related("item").order_by("item__order")
    return [entry_out(e) for e in rows]


@router.post("/visits/{pk}/start", response=VisitOut, summary="Start a visit")
def start(request: HttpRequest, pk: int, key: str = Header("", alias="Idempotency-Key")) -> Any:
    """Start a visit of the own team; its sheet is laid out."""
    actor, visit = actor_in(request), visit_at(pk)

    def work() -> dict[str, Any]:
        visiting.visit_start(actor=actor, visit=visit)
        return visit_out(visit)

    return once(actor, key, {"route": "start", "visit": pk}, work)


@router.post("/entries/{pk}", response=EntryOut, summary="Write a line of a sheet")
def write(
    request: HttpRequest, pk: int, body: EntryIn, key: str = Header("", alias="Idempotency-Key")
) -> Any:
    """Write what was found for one item."""
    actor = actor_in(request)
    entry = get_object_or_404(SheetEntry.objects.select_related("visit", "item"), pk=pk)
    asked = {"route": "entry", "entry": pk, **body.dict()}
    return once(
        actor, key, asked, lambda: entry_out(sheets.entry_save(actor=actor, entry=entry, **body.dict()))
    )


@router.post("/visits/{pk}/sign", response=VisitOut, summary="Sign a sheet")
def sign(request: HttpRequest, pk: int, key: str = Header("", alias="Idempotency-Key")) -> Any:
    """Sign the sheet of the own team."""
    actor, visit = actor_in(request), visit_at(pk)

    def work() -> dict[str, Any]:
        sheets.sheet_sign(actor=actor, visit=visit)
        return visit_out(visit)

    return once(actor, key, {"route": "sign", "visit": pk}, work)
