"""The API of rounds: what there is, how every unit stands, what is known; and the organiser's steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Schema
from pydantic import Field

from duxue.web.common.idempotency import once
from duxue.web.common.numbers import trimmed, trimmed_or_none
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Both, Moment, MoveIn, PageOut, paged
from duxue.web.rounds import api_organiser  # noqa: F401 - adds its routes
from duxue.web.rounds.api_data import router as data_router
from duxue.web.rounds.api_deciding import router as deciding_router
from duxue.web.rounds.api_more import router as more_router
from duxue.web.rounds.api_reading import router as reading_router
from duxue.web.rounds.api_result import router as result_router
from duxue.web.rounds.api_router import MovedOut, RoundOut, round_out, router
from duxue.web.rounds.api_sheet import router as sheet_router
from duxue.web.rounds.api_standing import router as standing_router
from duxue.web.rounds.api_unit import router as unit_router
from duxue.web.rounds.models import Item, Known, Round, RoundUnit
from duxue.web.rounds.policy import of_members
from duxue.web.rounds.selectors import standing
from duxue.web.rounds.selectors.matrix import Board, Row, board_of, item_matrix
from duxue.web.rounds.services import moving, units, windows
from duxue.web.rounds.views.organiser.access import overseen_round, round_at, unit_at
from duxue.web.rounds.weights import full_shown

router.add_router("", unit_router)
router.add_router("", more_router)
router.add_router("", deciding_router)
router.add_router("", reading_router)
router.add_router("", result_router)
router.add_router("", sheet_router)
router.add_router("", standing_router)
router.add_router("", data_router)


class UnitOut(Schema):
    """A unit of a round."""

    code: str
    name: Both
    state: str
    state_since: datetime
    submitted_at: datetime | None
    notified_at: datetime | None
    excused: str


class ItemOut(Schema):
    """A node of the tree of what is scored."""

    code: str
    parent: str | None
    order: int
    title: Both
    points: str
    kind: str
    rule: dict[str, Any]
    guidance: dict[str, Any]


class KnownOut(Schema):
    """A known figure; `id` names it where it is disputed."""

    id: int
    unit: str
    item: str
    indicator: str
    title: Both
    year: int
    by: dict[str, str]
    value: str | None
    text: str
    measure: dict[str, str]
    reason: dict[str, str]
    standard: dict[str, Any]
    points: str | None


class WindowOut(Schema):
    """When a step is open; `unit` where it holds for one unit alone."""

    step: str
    title: Both
    state: str
    opens: datetime | None
    closes: datetime | None
    reason: str
    extended: dict[str, datetime]


class CellOut(Schema):
    """One step of a unit."""

    step: str
    state: str
    text: str
    closes: datetime | None


class RowOut(Schema):
    """One unit in the status matrix."""

    unit: str
    name: Both
    state: str
    steps: list[CellOut]
    filled: int
    asked: int
    late: int
    without_evidence: int = Field(description="Answers with evidence wanted and missing")
    returned: int
    objections: int
    items: dict[str, str]


class MatrixOut(PageOut):
    """A page of the status matrix."""

    rows: list[RowOut]


class RoundsOut(PageOut):
    """A page of rounds."""

    rows: list[RoundOut]


class UnitsOut(PageOut):
    """A page of units."""

    rows: list[UnitOut]


class KnownsOut(PageOut):
    """A page of known figures."""

    rows: list[KnownOut]


class ExtendIn(Schema):
    """A later end of a step, for all units or for one."""

    closes: Moment
    reason: str
    unit: str = ""


def _unit(row: RoundUnit) -> UnitOut:
    return UnitOut(
        code=row.code, name=Both(zh=row.name_zh, en=row.name_en), state=row.state, state_since=row.state_since,
        submitted_at=row.submitted_at, notified_at=row.notified_at, excused=row.excused,
    )  # fmt: skip


@router.get("/", response=RoundsOut)
def list_rounds(request: HttpRequest, cursor: str = "", size: int = 50) -> RoundsOut:  # noqa: ARG001 - the scope is the request's
    """List the rounds that the caller may see, newest first."""
    page = page_of(Round.objects.select_related("authority"), cursor, order=("-round_year", "-pk"), size=size)
    return RoundsOut(rows=[round_out(row) for row in page], later=page.later, earlier=page.earlier)


@router.get("/{slug}", response=RoundOut)
def get_round(request: HttpRequest, slug: str) -> RoundOut:  # noqa: ARG001 - the scope is the request's
    """Return a round."""
    return round_out(round_at(slug))


@router.get("/{slug}/units", response=UnitsOut)
def list_units(request: HttpRequest, slug: str, cursor: str = "", size: int = 50) -> UnitsOut:  # noqa: ARG001
    """List the units that the caller may see, by code."""
    page = page_of(RoundUnit.objects.filter(round=round_at(slug)), cursor, order=("code", "pk"), size=size)
    return UnitsOut(rows=[_unit(row) for row in page], later=page.later, earlier=page.earlier)


@router.get("/{slug}/items", response=list[ItemOut])
def list_items(request: HttpRequest, slug: str) -> list[ItemOut]:
    """Return the tree of what is scored, in order; `points` and `rule` are empty where the caller does not see weights."""
    found = round_at(slug)
    rows = Item.objects.filter(round=found).select_related("parent").order_by("order")
    actor = actor_in(request)
    told = RoundUnit.objects.filter(of_members(actor, "path"), round=found, notified_at__isnull=False).first()
    return [
        ItemOut(
            code=i.code, parent=i.parent.code if i.parent else None, order=i.order, title=Both(zh=i.title_zh, en=i.title_en),
            points=trimmed(i.points) if shown else "", kind=i.kind, rule=i.rule if shown else {}, guidance=i.guidance,
        )
        for i in rows
        for shown in (full_shown(actor, found, item=i, unit=told),)
    ]  # fmt: skip


@router.get("/{slug}/windows", response=list[WindowOut])
def list_windows(request: HttpRequest, slug: str) -> list[WindowOut]:  # noqa: ARG001
    """Return the steps with their windows, and for overseers the units that have longer."""
    found = round_at(slug)
    seen = set(RoundUnit.objects.filter(round=found).values_list("pk", flat=True))
    return [
        WindowOut(
            step=s.id, title=Both(zh=s.label.say("zh-hans"), en=s.label.say("en")), state=s.state, opens=s.opens,
            closes=s.closes, reason=s.reason,
            extended={w.unit.code: w.closes for w in s.extended if w.unit and w.unit_id in seen},
        )
        for s in standing.steps_of(found, extended=True)
    ]  # fmt: skip


@router.get("/{slug}/matrix", response=MatrixOut)
def matrix(
    request: HttpRequest, slug: str, items: bool = False, cursor: str = "", size: int = 50
) -> dict[str, Any]:
    """Return how every unit stands, by code, for overseers; with `items` also the state of each answer."""
    found = overseen_round(request, slug)
    board = board_of(found)
    page = board.page(cursor, size)
    answers: dict[str, dict[str, str]] = {}
    if items:
        table = item_matrix(found, page.rows)
        answers = {
            unit.code: {item.code: look for item, (look, _) in zip(table.items, cells, strict=True)}
            for unit, cells in table.rows
        }
    return paged(page, [_row(board, row, answers) for row in board.rows(page.rows)])


def _row(board: Board, row: Row, answers: dict[str, dict[str, str]]) -> RowOut:
    counts = row.counts
    return RowOut(
        unit=row.unit.code, name=Both(zh=row.unit.name_zh, en=row.unit.name_en), state=row.unit.state,
        steps=[
            CellOut(step=step, state=cell.look, text=cell.text, closes=cell.closes)
            for (step, _), cell in zip(board.steps, row.cells, strict=True)
        ],
        filled=counts.filled, asked=counts.total, late=counts.late, without_evidence=counts.bare,
        returned=counts.returned, objections=counts.objections, items=answers.get(row.unit.code, {}),
    )  # fmt: skip


@router.get("/{slug}/known", response=KnownsOut)
def list_known(
    request: HttpRequest,  # noqa: ARG001 - the scope is the request's
    slug: str,
    unit: str = "",
    cursor: str = "",
    size: int = 50,
) -> KnownsOut:
    """List known figures of the units that the caller may see."""
    rows = Known.objects.filter(round=round_at(slug)).select_related("unit", "item")
    page = page_of(rows.filter(unit__code=unit) if unit else rows, cursor, order=("pk",), size=size)
    return KnownsOut(
        rows=[
            KnownOut(
                id=k.pk, unit=k.unit.code, item=k.item.code, indicator=k.indicator, title=Both(zh=k.title_zh, en=k.title_en),
                year=k.year, by=k.by, value=trimmed_or_none(k.value), text=k.text,
                measure=k.measure, reason=k.reason, standard=k.standard,
                points=trimmed_or_none(k.points),
            )
            for k in page
        ],
        later=page.later, earlier=page.earlier,
    )  # fmt: skip


def _once(request: HttpRequest, asked: dict[str, Any], work: Any) -> dict[str, Any]:
    asked = {"path": request.path, **asked}
    answer: dict[str, Any] = once(actor_in(request), request.headers.get("Idempotency-Key", ""), asked, work)
    return answer


@router.post("/{slug}/move/{transition}", response=MovedOut)
def move_round(request: HttpRequest, slug: str, transition: str, given: MoveIn) -> dict[str, Any]:
    """Move a round on: open, freeze, unfreeze, publish, archive. Idempotency-Key: the same key does it once."""
    found = round_at(slug)
    if transition not in moving.WAYS:
        raise Http404

    def work() -> dict[str, str]:
        moved = moving.round_move(
            actor=actor_in(request), round=found, transition=transition, reason=given.reason
        )
        return {"before": moved.before, "state": moved.state}

    return _once(request, given.dict(), work)


@router.post("/{slug}/units/{code}/move/{transition}", response=MovedOut)
def move_unit(request: HttpRequest, slug: str, code: str, transition: str, given: MoveIn) -> dict[str, Any]:
    """Do one of the organiser's steps with a unit. Idempotency-Key: the same key does it once."""
    unit = unit_at(round_at(slug), code)

    def work() -> dict[str, str]:
        moved = units.unit_move(
            actor=actor_in(request), unit=unit, transition=transition, reason=given.reason
        )
        return {"before": moved.before, "state": moved.state}

    return _once(request, given.dict(), work)


@router.post("/{slug}/windows/{step}/extend", response=dict[str, str])
def extend_window(request: HttpRequest, slug: str, step: str, given: ExtendIn) -> dict[str, Any]:
    """Let a step end later, for all units or for one. Idempotency-Key: the same key does it once."""
    found = round_at(slug)
    unit = unit_at(found, given.unit) if given.unit else None

    def work() -> dict[str, str]:
        row = windows.window_extend(
            actor=actor_in(request),
            round=found,
            step=step,
            closes=given.closes,
            reason=given.reason,
            unit=unit,
        )
        return {"step": row.step, "closes": row.closes.isoformat()}

    return _once(request, given.dict(), work)
