"""The API of online review: tasks, reviews as far as they may be seen, and giving points."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Header, Router, Schema

from duxue.web.common.idempotency import once
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.reviews import selectors
from duxue.web.reviews.api_agreement import router as agreement_router
from duxue.web.reviews.api_organising import router as organising_router
from duxue.web.reviews.api_organising import task_at
from duxue.web.reviews.models import Assignment, Review
from duxue.web.reviews.services.returning import answer_return
from duxue.web.reviews.services.reviewing import assignment_finish, review_give
from duxue.web.rounds.models import Answer

router = Router(tags=["reviews"])
router.add_router("", organising_router)
router.add_router("", agreement_router)


class TaskOut(Schema):
    """A review task."""

    id: int
    round: str
    unit: str
    turn: str
    due: Any = None
    finished_at: Any = None
    given: int
    items: int


class TaskPage(Schema):
    """A page of review tasks."""

    rows: list[TaskOut]
    later: str
    earlier: str


class ReviewOut(Schema):
    """The points that one reviewer gave to one item; no names."""

    id: int
    unit: str
    item: str
    turn: str
    points: Decimal | None
    reason: str
    given: bool
    version: int


class ReviewPage(Schema):
    """A page of reviews."""

    rows: list[ReviewOut]
    later: str
    earlier: str


class GiveIn(Schema):
    """Points for one item, over the version that was seen."""

    version: int
    points: Decimal
    reason: str = ""


class QuestionIn(Schema):
    """A question on one item."""

    text: str


class ReturnedOut(Schema):
    """A question with its term."""

    id: int
    due: Any


def _task(assignment: Assignment) -> dict[str, Any]:
    task = selectors.task_of(assignment)
    return {
        "id": assignment.pk, "round": assignment.round.slug, "unit": assignment.unit.code, "turn": assignment.turn,
        "due": assignment.due, "finished_at": assignment.finished_at, "given": task.given, "items": task.of,
    }  # fmt: skip


def _review(review: Review) -> dict[str, Any]:
    return {
        "id": review.pk, "unit": review.answer.unit.code, "item": review.answer.item.code, "turn": review.assignment.turn,
        "points": review.points, "reason": review.reason, "given": review.given, "version": review.version,
    }  # fmt: skip


def _answer(assignment: Assignment, item: str) -> Answer:
    rows = Answer.objects.select_related("item", "unit", "round__authority")
    return get_object_or_404(rows, unit=assignment.unit_id, item__code=item)


@router.get("/tasks", response=TaskPage, summary="List the review tasks in sight")
def tasks(request: HttpRequest, cursor: str = "") -> dict[str, Any]:  # noqa: ARG001 - the router passes it
    """List review tasks: the own ones, to overseers all of their rounds."""
    rows = Assignment.objects.filter(withdrawn_at__isnull=True).select_related("round", "unit", "branch")
    page = page_of(rows, cursor, order=("pk",))
    return {"rows": [_task(a) for a in page.rows], "later": page.later, "earlier": page.earlier}


@router.get("/reviews", response=ReviewPage, summary="List the reviews in sight")
def reviews(request: HttpRequest, unit: str = "", cursor: str = "") -> dict[str, Any]:  # noqa: ARG001 - the router passes it
    """List reviews: a second review is blind, and a unit reads its own once it was told its result."""
    rows = Review.objects.select_related("answer__unit", "answer__item", "assignment")
    page = page_of(rows.filter(answer__unit__code=unit) if unit else rows, cursor, order=("pk",))
    return {"rows": [_review(r) for r in page.rows], "later": page.later, "earlier": page.earlier}


@router.post("/tasks/{task}/items/{item}", response=ReviewOut, summary="Give points to one item")
def give(
    request: HttpRequest, task: int, item: str, body: GiveIn, key: str = Header("", alias="Idempotency-Key")
) -> Any:
    """Give points to one item of the own task, with the reason."""
    actor, assignment = actor_in(request), task_at(task)
    answer = _answer(assignment, item)
    asked = {"route": "give", "task": task, "item": item, **body.dict()}
    return once(
        actor,
        key,
        asked,
        lambda: _review(review_give(actor=actor, assignment=assignment, answer=answer, **body.dict())),
    )


@router.post(
    "/tasks/{task}/items/{item}/questions", response=ReturnedOut, summary="Return one item with a question"
)
def ask(
    request: HttpRequest,
    task: int,
    item: str,
    body: QuestionIn,
    key: str = Header("", alias="Idempotency-Key"),
) -> Any:
    """Return one item to its unit with a question."""
    actor, assignment = actor_in(request), task_at(task)
    answer = _answer(assignment, item)

    def work() -> dict[str, Any]:
        question = answer_return(actor=actor, answer=answer, text=body.text)
        return {"id": question.pk, "due": question.due}

    return once(actor, key, {"route": "ask", "task": task, "item": item, **body.dict()}, work)


@router.post("/tasks/{task}/finish", response=TaskOut, summary="Finish a task")
def finish(request: HttpRequest, task: int, key: str = Header("", alias="Idempotency-Key")) -> Any:
    """Finish the own task once every item is given."""
    actor, assignment = actor_in(request), task_at(task)
    return once(
        actor,
        key,
        {"route": "finish", "task": task},
        lambda: _task(assignment_finish(actor=actor, assignment=assignment)),
    )
