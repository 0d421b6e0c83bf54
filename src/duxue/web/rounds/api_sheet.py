"""The self-evaluation form as a workbook, for machines: fetched, filled, tried, then taken over whole or not at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from duxue.web.common.requests import actor_in
from duxue.web.rounds.services.sheets import LIMITS, sheet_apply, sheet_read
from duxue.web.rounds.views.unit_common import arrived, unit_or_404
from duxue.web.rounds.views.unit_sheet import file_of, filler

router = Router(tags=["unit"])
BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


class SheetChange(Schema):
    """What one row changes: the answer and its item, the version that it replaces, and what then stands there."""

    answer: int
    item: str
    version: int
    self_score: Decimal | None
    narrative: str
    ready: bool


class SheetOut(Schema):
    """What a workbook changes; `written`: whether it was taken over or only tried."""

    written: bool
    changes: list[SheetChange]


@router.get("/units/{unit}/sheet.xlsx", summary="Fetch the form as a workbook")
def sheet_file(request: HttpRequest, unit: int) -> HttpResponse:
    """Send the form of the caller's items as xlsx, with what is known and answered; only the yellow cells are to be filled."""
    place = unit_or_404(unit)
    filler(actor_in(request), place)
    return file_of(place)


@router.post(
    "/units/{unit}/sheet", response=SheetOut, summary="Try or take over a filled workbook",
    openapi_extra={"requestBody": {"required": True, "content": BYTES}},
)  # fmt: skip
def sheet_send(
    request: HttpRequest,
    unit: int,
    write: bool = Query(False, description="Take it over; without it nothing is written"),
) -> Any:
    """Read a filled form, sent as the body: what it would change, or all that is wrong with it, each with its cell; with `write` all of it is saved."""
    place, actor = unit_or_404(unit), actor_in(request)
    filler(actor, place)
    changes = sheet_read(place, request.read(LIMITS.file_bytes + 1), f"{place.round.slug}-{place.code}.xlsx")
    if write:
        sheet_apply(actor=actor, unit=place, changes=changes, at=arrived(request))
    told = [{**change.as_json(), "item": change.code} for change in changes]
    return {"written": write, "changes": told}
