"""The ledger for programs: list by keyset, one problem with its history, entering, and every step."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Header, Router, Schema, Status

from duxue.core.errors import Refused
from duxue.web.common.idempotency import once
from duxue.web.common.pagination import NEAR, page_of
from duxue.web.common.policy import require
from duxue.web.common.problems import as_json as fault_json
from duxue.web.common.problems import tell
from duxue.web.common.requests import actor_in
from duxue.web.rectification.acts import ACTS, buttons
from duxue.web.rectification.api_shapes import as_json, iso
from duxue.web.rectification.api_standing import router as standing_router
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.policy import require_entering
from duxue.web.rectification.selectors import ledger
from duxue.web.rectification.services.bulk import problems_step
from duxue.web.rectification.services.entering import problem_create, problems_from_scoring
from duxue.web.reporting.models import Scoring
from duxue.web.rounds.models import Item, Round, RoundUnit

router = Router(tags=["problems"])
router.add_router("", standing_router)


class NewProblem(Schema):
    """A problem to enter."""

    round: str
    unit: str
    item: str = ""
    source: str
    kind: str
    level: str = "city"
    text: str
    public_zh: str = ""
    public_en: str = ""


class EnteredOut(Schema):
    """A problem that was entered."""

    id: int
    code: str


class Step(Schema):
    """What a step asks for; the reference of the pages says which step needs which."""

    version: int | None = None
    reason: str = ""
    text: str = ""
    share: int | None = None
    measure: str = ""
    post: str = ""
    finish: date | None = None
    responsible: str = ""
    day: date | None = None
    to: str = ""


class StepManyIn(Schema):
    """Problems to do a step with, by their codes: at most 200."""

    problems: list[str] = Field(min_length=1)


class FailedOut(Schema):
    """A problem with which a step was not done, and why, told as refusals are."""

    code: str
    problems: list[dict[str, Any]]


class SteppedOut(Schema):
    """The codes of the problems with which a step was done, and those with which it was not."""

    done: list[str]
    failed: list[FailedOut]


def _line(entry: Entry) -> dict[str, Any]:
    by = str(entry.written_by) if entry.written_by else ""
    return {
        "id": entry.pk,
        "kind": entry.kind,
        "text": entry.text,
        "data": entry.data,
        "by": by,
        "at": iso(entry.written_at),
    }


def _get(pk: int) -> Problem:
    return get_object_or_404(ledger.problem_of(pk))


@router.get("/problems", url_name="problems")
def list_problems(
    request: HttpRequest, round: str = "", unit: str = "", state: str = "", item: str = "", source: str = "",
    kind: str = "", clock: Literal["", "overdue", "soon", "in_time"] = "", mine: str = "", cursor: str = "", size: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """List the problems that the caller sees, newest first; `clock` overdue or soon: the earliest date first; in_time: open and not overdue."""
    asked = ledger.Filter.of(
        {"round": round, "unit": unit, "state": state, "item": item, "source": source, "kind": kind, "clock": clock, "mine": mine}
    )  # fmt: skip
    rows = ledger.problems(asked, actor_in(request)).select_related(*ledger.SHOWN)
    page = page_of(rows, cursor, order=asked.order, size=size, near=NEAR)
    return {"problems": [as_json(p) for p in page.rows], "later": page.later, "earlier": page.earlier}


@router.get("/problems/{int:pk}", url_name="problem")
def get_problem(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Return one problem, with the steps that its state offers: allowed, or why not."""
    problem = _get(pk)
    steps = [
        {"step": b.act, "allowed": b.allowed, "why": {"zh": b.why.say("zh-hans"), "en": b.why.say("en")} if b.why else None}
        for b in buttons(actor_in(request), problem)
    ]  # fmt: skip
    return {**as_json(problem), "steps": steps}


@router.get("/problems/{int:pk}/entries", url_name="problem_entries")
def list_entries(request: HttpRequest, pk: int, cursor: str = "", size: int = 50) -> dict[str, Any]:  # noqa: ARG001
    """List the history of a problem, newest first."""
    rows = Entry.objects.filter(problem=_get(pk)).select_related("written_by")
    page = page_of(rows, cursor, size=size)
    return {"entries": [_line(e) for e in page.rows], "later": page.later, "earlier": page.earlier}


@router.post("/problems", url_name="problem_create")
def create_problem(
    request: HttpRequest, body: NewProblem, idempotency_key: str = Header("", alias="Idempotency-Key")
) -> Any:
    """Enter a problem of a unit."""
    actor = actor_in(request)
    units = RoundUnit.objects.select_related("round__authority", "organisation")
    unit = get_object_or_404(units, round__slug=body.round, code=body.unit)
    item = get_object_or_404(Item, round_id=unit.round_id, code=body.item) if body.item else None
    data = body.dict(exclude={"round", "unit", "item"})

    def work() -> dict[str, Any]:
        return as_json(problem_create(actor=actor, unit=unit, item=item, **data))

    return once(actor, idempotency_key, {"create": body.dict()}, work)


@router.post("/problems/{int:pk}/{step}", url_name="problem_step")
def do_step(
    request: HttpRequest,
    pk: int,
    step: str,
    body: Step,
    idempotency_key: str = Header("", alias="Idempotency-Key"),
) -> Any:
    """Do a step: notify, plan, approve_plan, return_plan, start, report, submit, return, close, reopen, extend, escalate …"""
    if step not in ACTS:
        raise Http404
    problem, actor, act = _get(pk), actor_in(request), ACTS[step]
    require(actor, act.action, problem)
    given = body.dict()
    data = {name: given[name] for name in act.form.base_fields if name in given}

    def work() -> dict[str, Any]:
        act.service(actor=actor, problem=problem, **data)
        return as_json(_get(pk))

    return once(actor, idempotency_key, {"problem": pk, "step": step, **given}, work)


def _round_of(request: HttpRequest, slug: str) -> Round:
    """Return the round of which the caller is an organiser."""
    chosen = get_object_or_404(Round.objects.select_related("authority"), slug=slug)
    require_entering(actor_in(request), chosen)
    return chosen


@router.post(
    "/rounds/{slug}/problems/move/{transition}", response=SteppedOut, summary="Do a step with many problems"
)
def step_many(request: HttpRequest, slug: str, transition: str, body: StepManyIn) -> Any:
    """Hand over (`notify`) or approve the plans (`approve_plan`) of many problems of a round; each stands for itself: `failed` tells with which it was not done, the rest is."""
    found = Problem.objects.filter(round=_round_of(request, slug), code__in=body.problems).order_by("code")
    rows = list(found.select_related("round__authority", "unit", "responsible"))
    if missing := sorted(set(body.problems) - {row.code for row in rows}):
        raise Refused([tell("WEB010", field="problems", found=code) for code in missing[:20]])
    outcome = problems_step(actor=actor_in(request), problems=rows, act=transition)
    failed = [{"code": f.problem.code, "problems": [fault_json(x) for x in f.faults]} for f in outcome.failed]
    return {"done": [problem.code for problem in outcome.done], "failed": failed}


@router.post(
    "/rounds/{slug}/findings", response={201: list[EnteredOut]}, summary="Enter what the final scoring found"
)
def enter_findings(request: HttpRequest, slug: str) -> Any:
    """Enter the problems of the final scoring that are not on the ledger yet, and return them; for organisers."""
    actor, chosen = actor_in(request), _round_of(request, slug)
    final = Scoring.objects.filter(round=chosen, kind="final").first()
    if final is None:
        raise Refused([tell("WEB064", found=chosen.slug)])
    made = problems_from_scoring(actor=actor, round=chosen, folder=final.folder)
    return Status(201, [{"id": problem.pk, "code": problem.code} for problem in made])
