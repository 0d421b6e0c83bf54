"""What else a unit does, for machines: items handed out, disputed figures, the public reply, typical practices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Header, Router, Schema, Status

from duxue.web.common.idempotency import once
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import PageOut, paged
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Dispute, Known, Practice, Reply
from duxue.web.rounds.selectors.practices import practices_of, unsupported
from duxue.web.rounds.services.answers import answers_hand
from duxue.web.rounds.services.disputes import dispute_answer, dispute_due, dispute_file
from duxue.web.rounds.services.objecting import reply_publish, reply_withdraw
from duxue.web.rounds.services.practices import (
    practice_accept,
    practice_remove,
    practice_return,
    practice_save,
)
from duxue.web.rounds.views.organiser.access import overseen_round
from duxue.web.rounds.views.unit_common import arrived, unit_or_404

router = Router(tags=["unit"])
KEY = Header("", alias="Idempotency-Key")


class HandIn(Schema):
    """Which items (codes) go to whom: a person or an organisation below by its key; neither takes them back."""

    items: list[str]
    assignee: int | None = None
    organisation: int | None = None
    due: date | None = None


class HandedOut(Schema):
    """How many items were handed out."""

    handed: int


class DisputeIn(Schema):
    """A known figure, by its id, and why it is wrong."""

    known: int
    text: str


class DisputeOut(Schema):
    """A disputed figure, and what was found out."""

    id: int
    known: int
    indicator: str
    item: str
    year: int
    text: str
    filed_at: datetime
    due: datetime
    answer: str
    answered_at: datetime | None


class DisputesOut(PageOut):
    """A page of disputed figures."""

    rows: list[DisputeOut]


class AnswerDisputeIn(Schema):
    """What was found out."""

    answer: str


class ReplyText(Schema):
    """What a unit says in public, Chinese and, optional, English."""

    text_zh: str
    text_en: str = ""


class ReplyOut(ReplyText):
    """A reply as the public reads it."""

    id: int
    written_at: datetime
    withdrawn_at: datetime | None


class RepliesOut(PageOut):
    """A page of what a unit said in public."""

    rows: list[ReplyOut]


class PracticeIn(Schema):
    """A typical practice with the indicators on which its numbers rest."""

    title_zh: str
    text_zh: str
    title_en: str = ""
    text_en: str = ""
    data: list[str] = []


class PracticeOut(PracticeIn):
    """A typical practice as it was handed in."""

    id: int
    unit: str
    accepted: bool
    state: str
    returned: str
    unsupported: list[str]


class PracticesOut(PageOut):
    """A page of the practices of a round."""

    rows: list[PracticeOut]


class ReturnIn(Schema):
    """Why a practice is returned."""

    reason: str


class Gone(Schema):
    """What was taken back."""

    id: int


@router.post("/units/{unit}/hand", response=HandedOut, summary="Hand items out")
def hand(request: HttpRequest, unit: int, sent: HandIn, key: str = KEY) -> Any:
    """Hand items to a person or an organisation below, or take them back. Idempotency-Key: the same key does it once."""
    place, actor = unit_or_404(unit), actor_in(request)

    def work() -> dict[str, int]:
        with everything("the policy of handing out decides"):
            answers = list(
                Answer.objects.filter(unit=place, item__code__in=sent.items).values_list("pk", flat=True)
            )
        count = answers_hand(
            actor=actor, unit=place, answers=answers, assignee=sent.assignee, organisation=sent.organisation, due=sent.due,
            at=arrived(request),
        )  # fmt: skip
        return {"handed": count}

    return once(actor, key, {"path": request.path, **sent.dict()}, work)


# --- disputes ---------------------------------------------------------------------------------------------------------
@router.get("/units/{unit}/disputes", response=DisputesOut, summary="List the disputed figures of a unit")
def dispute_list(request: HttpRequest, unit: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract of routes
    """Return the disputes that the caller sees, the oldest first."""
    rows = Dispute.objects.filter(unit=unit_or_404(unit)).select_related("round", "known__item")
    page = page_of(rows, cursor, order=("filed_at", "pk"), size=size)
    return paged(page, [_dispute(row) for row in page])


@router.get("/{slug}/disputes", response=DisputesOut, summary="List the disputed figures of a round")
def disputes_in(
    request: HttpRequest, slug: str, waiting: bool = False, cursor: str = "", size: int = 50
) -> Any:
    """Return the disputes of all units, for overseers, the oldest first; `waiting`: those that nobody answered."""
    rows = Dispute.objects.filter(round=overseen_round(request, slug)).select_related("round", "known__item")
    rows = rows.filter(answered_at=None) if waiting else rows
    page = page_of(rows, cursor, order=("filed_at", "pk"), size=size)
    return paged(page, [_dispute(row) for row in page])


@router.post("/units/{unit}/disputes", response={201: DisputeOut}, summary="Dispute a known figure")
def dispute_make(request: HttpRequest, unit: int, sent: DisputeIn, key: str = KEY) -> Any:
    """Say that a known figure is wrong, and why; evidence is attached to `dispute:<id>`. Idempotency-Key: the same key does it once."""
    place, actor = unit_or_404(unit), actor_in(request)
    known = get_object_or_404(Known.objects.select_related("round", "item"), pk=sent.known, unit=place)

    def work() -> dict[str, Any]:
        return _dispute(dispute_file(actor=actor, known=known, text=sent.text, at=arrived(request)))

    return Status(201, once(actor, key, {"path": request.path, **sent.dict()}, work))


@router.post("/disputes/{dispute}/answer", response=DisputeOut, summary="Answer a disputed figure")
def dispute_reply(request: HttpRequest, dispute: int, sent: AnswerDisputeIn, key: str = KEY) -> Any:
    """Say what was found out, once; for organisers. Idempotency-Key: the same key does it once."""
    rows = Dispute.objects.select_related("round", "unit__round__authority", "known__item")
    row, actor = get_object_or_404(rows, pk=dispute), actor_in(request)

    def work() -> dict[str, Any]:
        done = dispute_answer(actor=actor, dispute=row, answer=sent.answer, at=arrived(request))
        row.answer, row.answered_at = done.answer, done.answered_at
        return _dispute(row)

    return once(actor, key, {"path": request.path, **sent.dict()}, work)


# --- the public reply -------------------------------------------------------------------------------------------------
@router.get("/units/{unit}/replies", response=RepliesOut, summary="List the public replies of a unit")
def reply_list(request: HttpRequest, unit: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract of routes
    """Return what the unit said in public, the latest first; one at most is not withdrawn."""
    rows = Reply.objects.filter(unit=unit_or_404(unit))
    page = page_of(rows, cursor, order=("-written_at", "-pk"), size=size)
    return paged(page, [_reply(row) for row in page])


@router.post("/units/{unit}/replies", response={201: ReplyOut}, summary="Reply in public")
def reply_make(request: HttpRequest, unit: int, sent: ReplyText, key: str = KEY) -> Any:
    """Say something beside the result, in place of what was said before. Idempotency-Key: the same key does it once."""
    place, actor = unit_or_404(unit), actor_in(request)

    def work() -> dict[str, Any]:
        return _reply(reply_publish(actor=actor, unit=place, at=arrived(request), **sent.dict()))

    return Status(201, once(actor, key, {"path": request.path, **sent.dict()}, work))


@router.delete("/replies/{reply}", response=ReplyOut, summary="Take a public reply back")
def reply_back(request: HttpRequest, reply: int) -> Any:
    """Take the reply back; it is kept as withdrawn."""
    row = get_object_or_404(Reply.objects.select_related("unit__round__authority"), pk=reply)
    return _reply(reply_withdraw(actor=actor_in(request), reply=row, at=arrived(request)))


# --- typical practices ------------------------------------------------------------------------------------------------
@router.get(
    "/units/{unit}/practices", response=list[PracticeOut], summary="List the typical practices of a unit"
)
def practice_list(request: HttpRequest, unit: int) -> Any:  # noqa: ARG001 - the contract of routes
    """Return the practices that the caller sees."""
    rows = Practice.objects.filter(unit=unit_or_404(unit)).select_related("unit__round")
    return [_practice(row) for row in rows.order_by("pk")]


@router.get(
    "/{slug}/practices", response=PracticesOut, summary="List the typical practices handed in to a round"
)
def practices_in(request: HttpRequest, slug: str, state: str = "", cursor: str = "", size: int = 50) -> Any:
    """Return the practices of all units, for overseers; `state` is handed_in, accepted or returned."""
    rows = practices_of(overseen_round(request, slug), state)
    page = page_of(rows, cursor, order=("unit__code", "pk"), size=size)
    return paged(page, [_practice(row) for row in page])


@router.post("/practices/{practice}/accept", response=PracticeOut, summary="Accept a typical practice")
def practice_take(request: HttpRequest, practice: int, key: str = KEY) -> Any:
    """Accept a practice for the report and the public page; for organisers. Idempotency-Key: the same key does it once."""
    row, actor = _practice_or_404(practice), actor_in(request)

    def work() -> dict[str, Any]:
        practice_accept(actor=actor, practice=row, at=arrived(request))
        return _practice(_practice_or_404(practice))

    return once(actor, key, {"path": request.path}, work)


@router.post("/practices/{practice}/return", response=PracticeOut, summary="Return a typical practice")
def practice_refuse(request: HttpRequest, practice: int, sent: ReturnIn, key: str = KEY) -> Any:
    """Return a practice with a reason; for organisers. Idempotency-Key: the same key does it once."""
    row, actor = _practice_or_404(practice), actor_in(request)

    def work() -> dict[str, Any]:
        practice_return(actor=actor, practice=row, reason=sent.reason, at=arrived(request))
        return _practice(_practice_or_404(practice))

    return once(actor, key, {"path": request.path, **sent.dict()}, work)


@router.post("/units/{unit}/practices", response={201: PracticeOut}, summary="Hand in a typical practice")
def practice_make(request: HttpRequest, unit: int, sent: PracticeIn, key: str = KEY) -> Any:
    """Hand in a practice, three at most. Idempotency-Key: the same key does it once."""
    place, actor = unit_or_404(unit), actor_in(request)

    def work() -> dict[str, Any]:
        return _practice(practice_save(actor=actor, unit=place, at=arrived(request), **sent.dict()))

    return Status(201, once(actor, key, {"path": request.path, **sent.dict()}, work))


@router.put("/practices/{practice}", response=PracticeOut, summary="Change a typical practice")
def practice_change(request: HttpRequest, practice: int, sent: PracticeIn) -> Any:
    """Write a practice anew that was not accepted yet."""
    row = _practice_or_404(practice)
    return _practice(
        practice_save(
            actor=actor_in(request), unit=row.unit, practice=row, at=arrived(request), **sent.dict()
        )
    )


@router.delete("/practices/{practice}", response=Gone, summary="Take a typical practice back")
def practice_back(request: HttpRequest, practice: int) -> Any:
    """Take a practice back that was not accepted yet."""
    practice_remove(actor=actor_in(request), practice=_practice_or_404(practice), at=arrived(request))
    return {"id": practice}


def _practice_or_404(pk: int) -> Practice:
    return get_object_or_404(Practice.objects.select_related("unit__round__authority"), pk=pk)


# --- as JSON ----------------------------------------------------------------------------------------------------------
def _dispute(row: Dispute) -> dict[str, Any]:
    known = row.known
    return {
        "id": row.pk, "known": known.pk, "indicator": known.indicator, "item": known.item.code, "year": known.year,
        "text": row.text, "filed_at": row.filed_at, "due": dispute_due(row), "answer": row.answer,
        "answered_at": row.answered_at,
    }  # fmt: skip


def _reply(row: Reply) -> dict[str, Any]:
    names = ("text_zh", "text_en", "written_at", "withdrawn_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def _practice(row: Practice) -> dict[str, Any]:
    names = ("title_zh", "text_zh", "title_en", "text_en", "data", "accepted", "state")
    return {
        "id": row.pk, "unit": row.unit.code, "returned": row.returned or "",
        "unsupported": [p.quote for p in unsupported(row)], **{name: getattr(row, name) for name in names},
    }  # fmt: skip
