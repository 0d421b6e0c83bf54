"""A unit's self-evaluation for machines: answers, submission, questions, objections."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Header, Router, Schema, Status

from duxue.core.errors import Refused
from duxue.web.common.pagination import page_of
from duxue.web.common.problems import tell
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import PageOut, paged
from duxue.web.rounds.api_router import MovedOut
from duxue.web.rounds.models import Answer, Item, Objection, Question, RoundUnit, Submission
from duxue.web.rounds.selectors.unit import computed_points, known_by_item
from duxue.web.rounds.services.answers import answer_save
from duxue.web.rounds.services.objecting import objection_file, unit_accept
from duxue.web.rounds.services.questions import question_answer
from duxue.web.rounds.services.submitting import receipt_of, unit_submit, unit_withdraw
from duxue.web.rounds.views.unit_common import answer_or_404, arrived, unit_or_404
from duxue.web.rounds.weights import full_points

router = Router(tags=["unit"])


class AnswerOut(Schema):
    """What a unit answers to one item."""

    id: int
    item: str
    title: dict[str, str]
    kind: str
    points: Decimal | None  # null where the round does not show them
    state: str
    self_score: Decimal | None
    computed: Decimal | None
    narrative: str
    ready: bool
    due: date | None
    version: int
    updated_at: datetime | None


class AnswerPage(Schema):
    """A page of answers; `next` is the cursor of the following one."""

    answers: list[AnswerOut]
    next: str


class AnswerIn(Schema):
    """What is to be saved; whatever is left out stays as it is."""

    version: int
    self_score: Decimal | None = None
    narrative: str | None = None
    ready: bool | None = None


class Reason(Schema):
    """Why something is done."""

    reason: str


class QuestionOut(Schema):
    """A question on a returned item."""

    id: int
    answer: int
    item: str
    text: str
    asked_at: datetime
    due: datetime
    reply: str
    replied_at: datetime | None


class ReplyIn(Schema):
    """A reply, with the item as it shall now stand; what is left out stays."""

    reply: str
    version: int
    self_score: Decimal | None = None
    narrative: str | None = None


class ObjectionIn(Schema):
    """An objection; without an item it is about the result as a whole."""

    text: str
    item: str | None = None


class ObjectionOut(Schema):
    """An objection and what became of it."""

    id: int
    item: str | None
    state: str
    text: str
    filed_at: datetime
    due: datetime
    outcome: str
    reason: str


class SubmissionOut(Schema):
    """When a unit submitted what."""

    id: int
    number: int
    submitted_at: datetime
    withdrawn_at: datetime | None
    digest: str


class SubmissionPage(PageOut):
    """A page of submissions."""

    rows: list[SubmissionOut]


class QuestionPage(PageOut):
    """A page of questions."""

    rows: list[QuestionOut]


class ObjectionPage(PageOut):
    """A page of objections."""

    rows: list[ObjectionOut]


@router.get("/units/{unit}/answers", response=AnswerPage, summary="List the answers of a unit")
def answer_list(request: HttpRequest, unit: int, cursor: str = "", state: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract of routes
    """Return what the caller sees of a unit's answers, in the order of the tree."""
    place = unit_or_404(unit)
    rows = Answer.objects.filter(unit=place).select_related("item")
    if state:
        rows = rows.filter(state=state)
    page = page_of(rows, cursor, order=("item__order", "pk"), size=size)
    known = known_by_item(place, [a.item_id for a in page.rows])
    for row in page.rows:
        row.unit = place  # with its round, which is asked once
    shown = [_answer(a, computed_points(place, a.item, known.get(a.item_id, []))) for a in page.rows]
    return {"answers": shown, "next": page.later}


@router.get("/answers/{answer}", response=AnswerOut, summary="Read an answer")
def answer_read(request: HttpRequest, answer: int) -> Any:  # noqa: ARG001 - the contract of routes
    """Return one answer."""
    return _whole(answer_or_404(answer))


@router.patch("/answers/{answer}", response=AnswerOut, summary="Save an answer")
def answer_change(request: HttpRequest, answer: int, sent: AnswerIn) -> Any:
    """Save what is given; 409 (WEB003) when `version` is not the present one and the content differs."""
    row = answer_or_404(answer)
    given = sent.dict(exclude_unset=True)
    answer_save(
        actor=actor_in(request), answer=row, version=sent.version, at=arrived(request),
        self_score=given.get("self_score", row.self_score), narrative=given.get("narrative") or _left(given, row),
        ready=bool(given.get("ready", row.ready)),
    )  # fmt: skip
    return _whole(answer_or_404(answer))


def _left(given: dict[str, Any], row: Answer) -> str:
    return "" if "narrative" in given else row.narrative


@router.post("/units/{unit}/submission", summary="Submit a self-evaluation as a whole")
def submission_make(
    request: HttpRequest, unit: int, idempotency_key: str = Header("", alias="Idempotency-Key")
) -> Any:
    """Submit and return the receipt; the same key again returns the same one (WEB008 with other content)."""
    if not idempotency_key:
        raise Refused([tell("WEB001", field="Idempotency-Key")])
    place = unit_or_404(unit)
    return receipt_of(
        unit_submit(actor=actor_in(request), unit=place, key=idempotency_key, at=arrived(request))
    )


@router.get("/units/{unit}/submissions", response=SubmissionPage, summary="List the submissions of a unit")
def submission_list(request: HttpRequest, unit: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract of routes
    """Return number, moment and digest of every submission, withdrawn ones included."""
    rows = Submission.objects.filter(unit=unit_or_404(unit))
    return paged(page_of(rows, cursor, order=("number", "pk"), size=size))


@router.get("/submissions/{submission}", summary="Read the receipt of a submission")
def submission_read(request: HttpRequest, submission: int) -> Any:  # noqa: ARG001 - the contract of routes
    """Return the receipt with the whole content."""
    rows = Submission.objects.select_related("submitted_by")
    return receipt_of(get_object_or_404(rows, pk=submission))


@router.delete("/units/{unit}/submission", summary="Withdraw the submission")
def submission_withdraw(request: HttpRequest, unit: int, sent: Reason) -> Any:
    """Take the submission back before the window closes, with a reason; it is kept as withdrawn."""
    place = unit_or_404(unit)
    done = unit_withdraw(actor=actor_in(request), unit=place, reason=sent.reason, at=arrived(request))
    return {"number": done.number, "withdrawn_at": done.withdrawn_at}


@router.get("/units/{unit}/questions", response=QuestionPage, summary="List the questions on a unit's items")
def question_list(request: HttpRequest, unit: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract of routes
    """Return the questions that the caller sees, the oldest first."""
    rows = Question.objects.filter(answer__unit=unit_or_404(unit)).select_related("answer__item")
    page = page_of(rows, cursor, order=("asked_at", "pk"), size=size)
    return paged(page, [_question(row) for row in page.rows])


@router.post("/questions/{question}/reply", response=QuestionOut, summary="Answer a question")
def question_reply(request: HttpRequest, question: int, sent: ReplyIn) -> Any:
    """Reply; score and narrative that are given replace the item's."""
    row = get_object_or_404(Question.objects.select_related("answer__item"), pk=question)
    answer = answer_or_404(row.answer_id)
    row.answer = answer
    given = sent.dict(exclude_unset=True)
    question_answer(
        actor=actor_in(request), question=row, reply=sent.reply, version=sent.version, at=arrived(request),
        self_score=given.get("self_score", answer.self_score),
        narrative=given.get("narrative") or _left(given, answer),
    )  # fmt: skip
    return _question(get_object_or_404(Question.objects.select_related("answer__item"), pk=question))


@router.post("/units/{unit}/accept", response=MovedOut, summary="Accept a result")
def result_accept(request: HttpRequest, unit: int) -> Any:
    """Accept the result that the unit was told, which settles it; its manager does in person, and cannot object afterwards."""
    moved = unit_accept(actor=actor_in(request), unit=unit_or_404(unit), at=arrived(request))
    return {"before": moved.before, "state": moved.state}


@router.get("/units/{unit}/objections", response=ObjectionPage, summary="List the objections of a unit")
def objection_list(request: HttpRequest, unit: int, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract of routes
    """Return the objections that the caller sees, the newest first."""
    rows = Objection.objects.filter(unit=unit_or_404(unit)).select_related("item")
    page = page_of(rows, cursor, order=("-filed_at", "-pk"), size=size)
    return paged(page, [objection_out(row) for row in page.rows])


@router.post("/units/{unit}/objections", response={201: ObjectionOut}, summary="Object to a result")
def objection_make(request: HttpRequest, unit: int, sent: ObjectionIn) -> Any:
    """File an objection to one item or to the result as a whole, within the clock."""
    place: RoundUnit = unit_or_404(unit)
    item = get_object_or_404(Item.objects.filter(round=place.round_id), code=sent.item) if sent.item else None
    row = objection_file(actor=actor_in(request), unit=place, item=item, text=sent.text, at=arrived(request))
    return Status(201, objection_out(row))


# --- as JSON ----------------------------------------------------------------------------------------------------------
def _whole(answer: Answer) -> dict[str, Any]:
    known = known_by_item(answer.unit, [answer.item_id]).get(answer.item_id, [])
    return _answer(answer, computed_points(answer.unit, answer.item, known))


def _answer(answer: Answer, computed: Decimal | None) -> dict[str, Any]:
    item = answer.item
    return {
        "id": answer.pk, "item": item.code, "title": {"zh": item.title_zh, "en": item.title_en}, "kind": item.kind,
        "points": full_points(item, answer.unit), "state": answer.state, "self_score": answer.self_score, "computed": computed,
        "narrative": answer.narrative, "ready": answer.ready, "due": answer.due, "version": answer.version,
        "updated_at": answer.updated_at,
    }  # fmt: skip


def _question(row: Question) -> dict[str, Any]:
    return {
        "id": row.pk, "answer": row.answer_id, "item": row.answer.item.code, "text": row.text,
        "asked_at": row.asked_at, "due": row.due, "reply": row.reply, "replied_at": row.replied_at,
    }  # fmt: skip


def objection_out(row: Objection) -> dict[str, Any]:
    """Return an objection as the API tells it."""
    return {
        "id": row.pk, "item": row.item.code if row.item else None, "state": row.state, "text": row.text,
        "filed_at": row.filed_at, "due": row.due, "outcome": row.outcome, "reason": row.reason,
    }  # fmt: skip
