"""Giving units to reviewers and recusals, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from duxue.web.accounts.models import User
from duxue.web.common.actors import Actor
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import require
from duxue.web.common.problems import as_json
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Key, Moment, MoveIn, PageOut, paged
from duxue.web.reviews.barring import units_of
from duxue.web.reviews.models import Assignment, Recusal, Review
from duxue.web.reviews.selectors import rounds_to_judge
from duxue.web.reviews.services import assigning, recusing
from duxue.web.reviews.services.reporting import review_report
from duxue.web.rounds.models import Item, Round, RoundUnit

router = Router(tags=["reviews"])


class ProposeIn(Schema):
    """How units are spread: the published seed, the share judged twice (part of 1) and the most units of one reviewer."""

    seed: str = Field(max_length=200)
    share: float | None = Field(None, ge=0, le=1, description="null: the rules'")
    limit: int | None = Field(None, ge=0, le=1000, description="0: none; null: the rules'")


class CommitIn(ProposeIn):
    """The proposal that was seen, by its digest; `due`: the window's end when absent."""

    digest: str
    due: Moment | None = None


class TaskProposed(Schema):
    """A task that would be given."""

    unit: str
    turn: str
    reviewer: int


class LoadOut(Schema):
    """How many units a reviewer has before and after."""

    reviewer: int
    name: str
    before: int
    after: int


class ProposalOut(Schema):
    """Who would review which unit, everybody's load after it, and what cannot be filled."""

    seed: str
    share: float
    limit: int
    digest: str
    tasks: list[TaskProposed]
    loads: list[LoadOut]
    problems: list[dict[str, Any]]


class AssignmentOut(Schema):
    """A task as the organiser sees it."""

    id: int
    unit: str
    branch: str
    turn: str
    reviewer: int
    due: datetime | None
    finished_at: datetime | None
    withdrawn_at: datetime | None


class CommittedOut(Schema):
    """The tasks that were given."""

    tasks: list[AssignmentOut]


class AssignIn(Schema):
    """One task: the unit by its code, the reviewer by id, `turn` first, second or reconcile; a branch by its item's code."""

    unit: str
    reviewer: Key
    turn: str = "first"
    branch: str = ""
    due: Moment | None = None


class ReassignIn(Schema):
    """Who takes the task over, and why."""

    reviewer: Key
    reason: str


class RecusalIn(Schema):
    """Who does not judge which unit; `kind` is home, staff, relative or other; without `user` it is the caller."""

    unit: str
    kind: str
    text: str = ""
    user: Key | None = None


class RecusalOut(Schema):
    """A recusal."""

    id: int
    user: int
    unit: str
    kind: str
    text: str
    declared_at: datetime


class RecusalPage(PageOut):
    """A page of recusals."""

    rows: list[RecusalOut]


class LedgerOut(Schema):
    """The problem on the ledger."""

    problem: int
    code: str


def _round(slug: str) -> Round:
    return get_object_or_404(Round.objects.select_related("authority"), slug=slug)


# --- tasks ------------------------------------------------------------------------------------------------------------
@router.post("/rounds/{slug}/proposal", response=ProposalOut, summary="Propose who reviews what")
def propose(request: HttpRequest, slug: str, given: ProposeIn) -> Any:
    """Return who would review which unit; nothing is written. The same seed gives the same proposal."""
    made = assigning.assignments_propose(actor=actor_in(request), round=_round(slug), **given.dict())
    return {
        "seed": made.seed, "share": made.share, "limit": made.limit, "digest": made.digest,
        "tasks": [{"unit": t.unit.code, "turn": t.turn, "reviewer": t.reviewer.pk} for t in made.tasks],
        "loads": [{"reviewer": u.pk, "name": str(u), "before": before, "after": after} for u, before, after in made.loads],
        "problems": [as_json(problem) for problem in made.problems],
    }  # fmt: skip


@router.post("/rounds/{slug}/assignments", response=CommittedOut, summary="Give the tasks of a proposal")
def commit(request: HttpRequest, slug: str, given: CommitIn) -> Any:
    """Give the tasks of the proposal with this digest; 409 (WEB003) when another one would be made by now."""
    made = assigning.assignments_commit(actor=actor_in(request), round=_round(slug), **given.dict())
    return {"tasks": [_assignment(row) for row in made]}


@router.post("/rounds/{slug}/tasks", response={201: AssignmentOut}, summary="Give one task")
def assign(request: HttpRequest, slug: str, given: AssignIn) -> Any:
    """Give one task by hand; refused for who is recused or judges the unit already."""
    found, actor = _round(slug), actor_in(request)
    require(actor, "assign", found)
    unit = get_object_or_404(
        RoundUnit.objects.select_related("round__authority"), round=found, code=given.unit
    )
    branch = get_object_or_404(Item, round=found, code=given.branch, kind="branch") if given.branch else None
    made = assigning.assignment_give(
        actor=actor, unit=unit, reviewer=get_object_or_404(User, pk=given.reviewer), turn=given.turn, branch=branch,
        due=given.due,
    )  # fmt: skip
    return Status(201, _assignment(made))


@router.post("/tasks/{task}/reassign", response=AssignmentOut, summary="Give a task to another reviewer")
def reassign(request: HttpRequest, task: int, given: ReassignIn) -> Any:
    """Take a task from one person and give it to another; what the first gave no longer counts but is kept."""
    row, actor = task_at(task), actor_in(request)
    require(actor, "reassign", row)
    reviewer = get_object_or_404(User, pk=given.reviewer)
    done = assigning.assignment_reassign(actor=actor, assignment=row, reviewer=reviewer, reason=given.reason)
    return _assignment(done)


@router.post("/tasks/{task}/withdraw", response=AssignmentOut, summary="Take a task back")
def withdraw(request: HttpRequest, task: int, given: MoveIn) -> Any:
    """Take a task back, with a reason; what was given in it no longer counts but is kept."""
    row = task_at(task)
    assigning.assignment_withdraw(actor=actor_in(request), assignment=row, reason=given.reason)
    return _assignment(row)


def task_at(pk: int) -> Assignment:
    """Return a task in sight."""
    rows = Assignment.objects.select_related("round__authority", "unit__round__authority", "branch")
    return get_object_or_404(rows, pk=pk)


def _assignment(row: Assignment) -> dict[str, Any]:
    return {
        "id": row.pk, "unit": row.unit.code, "branch": row.branch.code if row.branch else "", "turn": row.turn,
        "reviewer": row.reviewer_id, "due": row.due, "finished_at": row.finished_at, "withdrawn_at": row.withdrawn_at,
    }  # fmt: skip


# --- what was found ---------------------------------------------------------------------------------------------------
@router.post("/reviews/{review}/problem", response=LedgerOut, summary="Put a finding on the ledger")
def report(request: HttpRequest, review: int) -> Any:
    """Put the reason of an own review on the ledger as a problem of the unit; asked again, the same one."""
    rows = Review.objects.select_related(
        "round__authority", "answer__unit__round__authority", "answer__item", "assignment"
    )
    problem = review_report(actor=actor_in(request), review=get_object_or_404(rows, pk=review))
    return {"problem": problem.pk, "code": problem.code}


# --- recusals ---------------------------------------------------------------------------------------------------------
@router.get("/rounds/{slug}/recusals", response=RecusalPage, summary="List the recusals in sight")
def recusals(request: HttpRequest, slug: str, cursor: str = "", size: int = 50) -> Any:
    """Return the own recusals, to organisers and auditors all of the round; reading others' is logged."""
    actor = actor_in(request)
    found = _judged(actor, slug)
    page = page_of(
        Recusal.objects.filter(round=found).select_related("unit"), cursor, order=("pk",), size=size
    )
    recusing.recusals_seen(actor, found, page)
    return paged(page, [_recusal(row) for row in page])


@router.post("/rounds/{slug}/recusals", response={201: RecusalOut}, summary="Declare a recusal")
def declare(request: HttpRequest, slug: str, given: RecusalIn) -> Any:
    """Declare that a person does not judge a unit and take their tasks and visits there away; people do, not tokens."""
    actor = actor_in(request)
    found = _judged(actor, slug)
    if given.user not in (None, actor.user_id):
        require(actor, "assign", found)
    user = get_object_or_404(User, pk=given.user if given.user is not None else actor.user_id)
    made = recusing.recusal_declare(
        actor=actor, round=found, user=user, unit=_unit(found, given.unit), kind=given.kind, text=given.text
    )
    return Status(201, _recusal(made))


@router.post("/recusals/{recusal}/withdraw", response={204: None}, summary="Take a recusal back")
def recusal_back(request: HttpRequest, recusal: int, given: MoveIn) -> Any:
    """Take a recusal back, with a reason; tasks and visits that it took away do not come back by themselves."""
    row = get_object_or_404(Recusal.objects.select_related("round__authority", "unit"), pk=recusal)
    recusing.recusal_withdraw(actor=actor_in(request), recusal=row, reason=given.reason)
    return Status(204, None)


def _unit(found: Round, code: str) -> RoundUnit:
    """Return the unit by its code; who judges need not see a unit to say that they must not."""
    unit = next((one for one in units_of(found) if one.code == code), None)
    if unit is None:
        raise Http404
    return unit


def _judged(actor: Actor, slug: str) -> Round:
    """Return a round that the actor sees, or in which they may be asked to judge."""
    return next((one for one in rounds_to_judge(actor) if one.slug == slug), None) or _round(slug)


def _recusal(row: Recusal) -> dict[str, Any]:
    names = ("kind", "text", "declared_at")
    return {
        "id": row.pk,
        "user": row.user_id,
        "unit": row.unit.code,
        **{name: getattr(row, name) for name in names},
    }
