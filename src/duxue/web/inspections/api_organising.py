"""Draws and the planning of visits, for machines."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from duxue.web.common.pagination import page_of
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Day, Key, Moment, MoveIn, PageOut, paged
from duxue.web.inspections.api_shapes import (
    DrawOut,
    EntryOut,
    VisitOut,
    draw_out,
    entry_out,
    visit_at,
    visit_out,
)
from duxue.web.inspections.models import Draw, RecusalRequest, SheetEntry
from duxue.web.inspections.services import asking, drawing, sheets, visiting
from duxue.web.inspections.services.reporting import entry_report
from duxue.web.rounds.models import Answer, Round

router = Router(tags=["inspections"])


class DrawPage(PageOut):
    """A page of draws."""

    rows: list[DrawOut]


class DrawIn(Schema):
    """What is drawn and where chance comes from: digits said in public, the public beacon, or both."""

    title_zh: str = Field(max_length=200)
    title_en: str = Field(max_length=200)
    counties: int = Field(ge=1, le=50, description="Of each unit")
    schools: int = Field(0, ge=0, le=50, description="Of each county drawn; 0: counties only")
    moment: Moment = Field(description="When chance speaks")
    digits: int = Field(6, ge=0, le=100, description="How many are said in public; 0: none")
    who: str = Field("", max_length=200, description="Says them")
    beacon: bool = Field(False, description="The public beacon's first round after that moment counts too")
    hidden: bool = Field(
        False, description="Keep the result back until it is published: visits are unannounced"
    )
    reason: str = Field("", max_length=400, description="Of a second draw")


class RunIn(Schema):
    """What chance said: the digits, and what the beacon published, as JSON text."""

    digits: str = Field("", max_length=200)
    beacon: str = Field("", max_length=4000)


class PlanIn(Schema):
    """The day of a visit and its team, people by id."""

    day: Day | None = None
    team: list[Key] = Field(max_length=100)


class PlannedOut(VisitOut):
    """The visit with what should be thought over, in the reader's language."""

    burdens: list[str]


class LedgerOut(Schema):
    """The problem on the ledger."""

    problem: int
    code: str


class AskIn(Schema):
    """Who of the team should not visit, and why; `kind` is home, staff, relative or other."""

    user: Key
    kind: str
    text: str


class GrantIn(Schema):
    """Whether a request is granted; declining it needs an answer."""

    granted: bool
    answer: str = ""


class AskedOut(Schema):
    """A request that somebody does not visit; `granted` is null while nobody decided."""

    id: int
    visit: int
    user: int
    kind: str
    text: str
    granted: bool | None
    answer: str


# --- draws ------------------------------------------------------------------------------------------------------------
@router.get("/rounds/{slug}/draws", response=DrawPage, summary="List the draws of a round")
def draws(request: HttpRequest, slug: str, cursor: str = "", size: int = 50) -> Any:
    """Return the draws of a round, the newest first; a certificate is empty until it is public."""
    rows = Draw.objects.filter(round=_round(slug)).select_related("round__authority")
    page = page_of(rows, cursor, order=("-pk",), size=size)
    return paged(page, [draw_out(actor_in(request), row) for row in page])


@router.post("/rounds/{slug}/draws", response={201: DrawOut}, summary="Commit to a draw")
def commit(request: HttpRequest, slug: str, given: DrawIn) -> Any:
    """Fix list and plan and publish the commitment, before chance has spoken; for organisers."""
    actor, plan = actor_in(request), given.dict()
    texts = {name: plan.pop(name) for name in ("title_zh", "title_en", "reason")}
    row = drawing.draw_commit(actor=actor, round=_round(slug), plan=drawing.Plan(**plan), **texts)
    return Status(201, draw_out(actor, row))


@router.post("/draws/{int:pk}/run", response=list[VisitOut], summary="Draw")
def run(request: HttpRequest, pk: int, given: RunIn) -> Any:
    """Enter what chance said and draw, once; the visits that it gives come back."""
    made = drawing.draw_run(actor=actor_in(request), draw=_draw(pk), **given.dict())
    return [visit_out(visit) for visit in made]


@router.post("/draws/{int:pk}/publish", response=DrawOut, summary="Publish a certificate")
def publish(request: HttpRequest, pk: int) -> Any:
    """Publish the certificate of a draw that was kept back for unannounced visits; refused while one is still to come."""
    actor = actor_in(request)
    return draw_out(actor, drawing.draw_publish(actor=actor, draw=_draw(pk)))


def _round(slug: str) -> Round:
    return get_object_or_404(Round.objects.select_related("authority"), slug=slug)


def _draw(pk: int) -> Draw:
    return get_object_or_404(Draw.objects.select_related("round__authority", "before"), pk=pk)


# --- visits -----------------------------------------------------------------------------------------------------------
@router.post("/visits/{pk}/plan", response=PlannedOut, summary="Plan a visit")
def plan(request: HttpRequest, pk: int, given: PlanIn) -> Any:
    """Set the day and the team of a visit that has not begun."""
    visit = visit_at(pk)
    visiting.visit_plan(actor=actor_in(request), visit=visit, day=given.day, team=given.team)
    return visit_out(visit) | {"burdens": [str(one) for one in visiting.burdens(visit)]}


@router.post("/visits/{pk}/notify", response=VisitOut, summary="Announce a visit")
def notify(request: HttpRequest, pk: int) -> Any:
    """Announce a planned visit in writing: its unit and the place see it from now on."""
    visit = visit_at(pk)
    visiting.visit_notify(actor=actor_in(request), visit=visit)
    return visit_out(visit)


@router.post("/visits/{pk}/cancel", response=VisitOut, summary="Cancel a visit")
def cancel(request: HttpRequest, pk: int, given: MoveIn) -> Any:
    """Cancel a visit that has not begun, with a reason; the place drawn is not exchanged for another."""
    visit = visit_at(pk)
    visiting.visit_cancel(actor=actor_in(request), visit=visit, reason=given.reason)
    return visit_out(visit)


@router.post("/visits/{pk}/reopen", response=VisitOut, summary="Return a sheet")
def reopen(request: HttpRequest, pk: int, given: MoveIn) -> Any:
    """Return a signed sheet to its team, with a reason."""
    visit = visit_at(pk)
    sheets.sheet_reopen(actor=actor_in(request), visit=visit, reason=given.reason)
    return visit_out(visit)


@router.post("/visits/{pk}/file", response=VisitOut, summary="File a sheet")
def file(request: HttpRequest, pk: int) -> Any:
    """File a signed sheet."""
    visit = visit_at(pk)
    sheets.sheet_file(actor=actor_in(request), visit=visit)
    return visit_out(visit)


@router.post("/visits/{pk}/items/{item}", response=EntryOut, summary="Add an item to a sheet")
def add(request: HttpRequest, pk: int, item: str) -> Any:
    """Add an item, by its code, that was not sampled; asked again it answers the same line."""
    visit, actor = visit_at(pk), actor_in(request)
    require(actor, "write", visit)
    answer = get_object_or_404(Answer.objects.select_related("item"), unit=visit.unit_id, item__code=item)
    return entry_out(sheets.entry_add(actor=actor, visit=visit, answer=answer))


@router.post("/entries/{pk}/problem", response=LedgerOut, summary="Put a finding on the ledger")
def report(request: HttpRequest, pk: int) -> Any:
    """Put what a line of a signed sheet found on the ledger as a problem; asked again, the same one."""
    rows = SheetEntry.objects.select_related(
        "visit__round__authority", "visit__unit__round__authority", "item"
    )
    problem = entry_report(actor=actor_in(request), entry=get_object_or_404(rows, pk=pk))
    return {"problem": problem.pk, "code": problem.code}


# --- recusals of inspectors -------------------------------------------------------------------------------------------
@router.post("/visits/{pk}/recusals", response={201: AskedOut}, summary="Ask for the recusal of an inspector")
def ask(request: HttpRequest, pk: int, given: AskIn) -> Any:
    """Ask that a person of the team does not visit the unit; its manager does."""
    return Status(
        201, _asked(asking.recusal_ask(actor=actor_in(request), visit=visit_at(pk), **given.dict()))
    )


@router.post("/recusals/{pk}/decide", response=AskedOut, summary="Decide a request for recusal")
def decide_asked(request: HttpRequest, pk: int, given: GrantIn) -> Any:
    """Grant a request, which takes the person out of the unit's visits that go on, or decline it; for organisers."""
    rows = RecusalRequest.objects.select_related(
        "round__authority", "visit__round__authority", "visit__unit__round", "user"
    )
    asked = get_object_or_404(rows, pk=pk)
    return _asked(asking.recusal_decide(actor=actor_in(request), asked=asked, **given.dict()))


def _asked(row: RecusalRequest) -> dict[str, Any]:
    names = ("kind", "text", "granted", "answer")
    return {"id": row.pk, "visit": row.visit_id, "user": row.user_id, **{n: getattr(row, n) for n in names}}
