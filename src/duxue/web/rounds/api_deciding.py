"""What an organiser decides and a unit asks for, for machines: objections, vetoes with their appeals, more time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from duxue.core.errors import Refused
from duxue.web.common.pagination import page_of
from duxue.web.common.problems import tell
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Moment, MoveIn, PageOut, paged
from duxue.web.rounds.api_router import MovedOut
from duxue.web.rounds.api_unit import ObjectionOut, objection_out
from duxue.web.rounds.models import MoreTime, Objection, Veto
from duxue.web.rounds.services import deciding, more_time, objecting, vetoes
from duxue.web.rounds.views.organiser.access import overseen_round
from duxue.web.rounds.views.unit_common import arrived, unit_or_404

router = Router(tags=["deciding"])


class ObjectedOut(ObjectionOut):
    """An objection with its unit."""

    unit: str
    reply_due: datetime | None
    new_points: Decimal | None


class ObjectedPage(PageOut):
    """A page of a round's objections."""

    rows: list[ObjectedOut]


class DecideIn(MoveIn):
    """A step with an objection: admit, reject_formally, uphold, uphold_partly, dismiss, reply; points of an item upheld."""

    new_points: Decimal | None = None


class VetoIn(Schema):
    """Something that happened: which veto of the pack, why, and the document that proves it."""

    rule: str
    reason: str
    evidence: str


class VetoOut(VetoIn):
    """A veto and where its appeal stands: none, pending, upheld, withdrawn."""

    id: int
    unit: str
    decided_at: datetime
    appeal: str
    appeal_due: datetime


class VetoPage(PageOut):
    """A page of vetoes."""

    rows: list[VetoOut]


class AppealIn(Schema):
    """The unit's manager files an appeal (pending); an organiser upholds the veto or withdraws it."""

    appeal: Literal["pending", "upheld", "withdrawn"]
    reason: str


class MoreTimeIn(Schema):
    """Until when, and why."""

    until: Moment
    reason: str


class MoreTimeOut(MoreTimeIn):
    """A request for more time; `outcome` is granted or declined, empty while nobody decided."""

    id: int
    unit: str
    step: str
    until: datetime
    asked_at: datetime
    outcome: str
    closes: datetime | None
    answer: str
    decided_at: datetime | None


class MoreTimePage(PageOut):
    """A page of requests for more time."""

    rows: list[MoreTimeOut]


class MoreTimeDecided(Schema):
    """The decision with its reason; `closes`: until when it is granted, what was asked for when absent."""

    decision: Literal["grant", "decline"]
    answer: str
    closes: Moment | None = None


# --- objections -------------------------------------------------------------------------------------------------------
@router.get("/{slug}/objections", response=ObjectedPage, summary="List the objections to a round")
def objections_in(request: HttpRequest, slug: str, state: str = "", cursor: str = "", size: int = 50) -> Any:
    """Return the objections of all units, for overseers, the newest first."""
    rows = Objection.objects.filter(round=overseen_round(request, slug)).select_related("unit", "item")
    page = page_of(rows.filter(state=state) if state else rows, cursor, order=("-filed_at", "-pk"), size=size)
    return paged(page, [_objected(row) for row in page])


@router.post(
    "/objections/{objection}/move/{transition}", response=MovedOut, summary="Decide or answer an objection"
)
def objection_step(request: HttpRequest, objection: int, transition: str, given: DecideIn) -> Any:
    """Do the next step with an objection, for organisers; a decision needs its reason."""
    moved = deciding.objection_move(
        actor=actor_in(request), objection=_objection(objection), transition=transition, at=arrived(request), **given.dict()
    )  # fmt: skip
    return {"before": moved.before, "state": moved.state}


@router.post("/objections/{objection}/withdraw", response=ObjectedOut, summary="Withdraw an objection")
def objection_back(request: HttpRequest, objection: int, given: MoveIn) -> Any:
    """Withdraw an objection that is not decided yet, for the unit; it is kept as withdrawn."""
    row = _objection(objection)
    objecting.objection_withdraw(
        actor=actor_in(request), objection=row, reason=given.reason, at=arrived(request)
    )
    return _objected(row)


def _objection(pk: int) -> Objection:
    return get_object_or_404(
        Objection.objects.select_related("round__authority", "unit__round__authority", "item"), pk=pk
    )


def _objected(row: Objection) -> dict[str, Any]:
    more = {"unit": row.unit.code, "reply_due": row.reply_due, "new_points": row.new_points}
    return objection_out(row) | more


# --- vetoes -----------------------------------------------------------------------------------------------------------
@router.get("/{slug}/vetoes", response=VetoPage, summary="List the vetoes of a round")
def vetoes_in(request: HttpRequest, slug: str, cursor: str = "", size: int = 50) -> Any:
    """Return the vetoes of all units, for overseers, the newest first."""
    return _vetoes(Veto.objects.filter(round=overseen_round(request, slug)), cursor, size)


@router.get("/units/{unit}/vetoes", response=VetoPage, summary="List the vetoes of a unit")
def vetoes_of_unit(request: HttpRequest, unit: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract of routes
    """Return the vetoes that the caller sees, the newest first."""
    return _vetoes(Veto.objects.filter(unit=unit_or_404(unit)), cursor, size)


@router.post("/units/{unit}/vetoes", response={201: VetoOut}, summary="Record a veto")
def veto_make(request: HttpRequest, unit: int, given: VetoIn) -> Any:
    """Record that something happened which may change a unit's grade; an organiser in person does, not a token."""
    row = vetoes.veto_record(
        actor=actor_in(request), unit=unit_or_404(unit), at=arrived(request), **given.dict()
    )
    return Status(201, _veto(row))


@router.post("/vetoes/{veto}/appeal", response=VetoOut, summary="Appeal against a veto, or decide the appeal")
def veto_change(request: HttpRequest, veto: int, given: AppealIn) -> Any:
    """File the unit's appeal within its term, or uphold or withdraw the veto as the organiser, with the reason."""
    rows = Veto.objects.select_related("round__authority", "unit__round__authority")
    row = get_object_or_404(rows, pk=veto)
    return _veto(vetoes.veto_appeal(actor=actor_in(request), veto=row, at=arrived(request), **given.dict()))


def _vetoes(rows: QuerySet[Veto], cursor: str, size: int) -> dict[str, Any]:
    found = rows.select_related("unit", "round__authority")
    page = page_of(found, cursor, order=("-decided_at", "-pk"), size=size)
    return paged(page, [_veto(row) for row in page])


def _veto(row: Veto) -> dict[str, Any]:
    return {
        "id": row.pk, "unit": row.unit.code, "rule": row.rule, "reason": row.reason, "evidence": row.evidence or "",
        "decided_at": row.decided_at, "appeal": row.appeal, "appeal_due": vetoes.appeal_due(row, row.round),
    }  # fmt: skip


# --- more time --------------------------------------------------------------------------------------------------------
@router.get("/{slug}/more-time", response=MoreTimePage, summary="List the requests for more time")
def more_time_in(request: HttpRequest, slug: str, outcome: str = "", cursor: str = "", size: int = 50) -> Any:
    """Return the requests of all units, for overseers, the oldest first; `outcome` is waiting, granted or declined."""
    rows = MoreTime.objects.filter(round=overseen_round(request, slug)).select_related("unit")
    if outcome:
        rows = rows.filter(outcome="" if outcome == "waiting" else outcome)
    page = page_of(rows, cursor, order=("asked_at", "pk"), size=size)
    return paged(page, [_more_time(row) for row in page])


@router.get("/units/{unit}/more-time", response=MoreTimePage, summary="List a unit's requests for more time")
def more_time_of_unit(request: HttpRequest, unit: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract of routes
    """Return the requests of a unit with what became of each, for its own people and overseers, the newest first."""
    rows = MoreTime.objects.filter(unit=unit_or_404(unit)).select_related("unit")
    page = page_of(rows, cursor, order=("-asked_at", "-pk"), size=size)
    return paged(page, [_more_time(row) for row in page])


@router.post("/units/{unit}/more-time", response={201: MoreTimeOut}, summary="Ask for more time")
def more_time_make(request: HttpRequest, unit: int, given: MoreTimeIn) -> Any:
    """Ask that the self-evaluation of a unit ends later; its manager does in person, not a token."""
    row = more_time.more_time_ask(
        actor=actor_in(request), unit=unit_or_404(unit), at=arrived(request), **given.dict()
    )
    return Status(201, _more_time(row))


@router.post("/more-time/{asked}/decide", response=MoreTimeOut, summary="Grant or decline more time")
def more_time_decide(request: HttpRequest, asked: int, given: MoreTimeDecided) -> Any:
    """Extend the window of the unit, or decline with a reason; for organisers."""
    rows = MoreTime.objects.select_related("round__authority", "unit__round__authority")
    row, actor = get_object_or_404(rows, pk=asked), actor_in(request)
    if given.decision == "decline":
        if given.closes is not None:
            raise Refused([tell("WEB002", field="closes", found=given.closes.isoformat())])
        done = more_time.more_time_decline(actor=actor, asked=row, answer=given.answer, at=arrived(request))
    else:
        done = more_time.more_time_grant(
            actor=actor, asked=row, closes=given.closes or row.until, answer=given.answer, at=arrived(request)
        )
    return _more_time(done)


def _more_time(row: MoreTime) -> dict[str, Any]:
    names = ("step", "until", "reason", "asked_at", "outcome", "closes", "answer", "decided_at")
    return {"id": row.pk, "unit": row.unit.code, **{name: getattr(row, name) for name in names}}
