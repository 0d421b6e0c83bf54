"""Where a round stands, for machines: what the leaders' page says, and all units that are late or at risk."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from duxue.web.common.clock import now
from duxue.web.common.schemas import Both, PageOut, paged
from duxue.web.rectification.selectors.standing import left_of
from duxue.web.rounds.selectors.matrix import Row, board_of
from duxue.web.rounds.selectors.standing import StepStanding, steps_of, totals_of
from duxue.web.rounds.views.organiser.access import overseen_round

router = Router(tags=["rounds"])


class TotalsOut(Schema):
    """How many units, answers and cases there are; excused units count in `units` alone."""

    units: int
    submitted: int = Field(description="Units that handed in their self-evaluation")
    settled: int = Field(description="Units whose result is settled")
    late: int = Field(description="Units with a step that is overdue")
    at_risk: int = Field(description="Units with a step at risk and none overdue")
    bare: int = Field(description="Answers with evidence wanted and missing")
    objections: int = Field(description="Objections that are open")
    disputes: int = Field(description="Disputed figures that are not answered")


class StepNow(Schema):
    """A step that is open now."""

    step: str
    title: Both
    opens: datetime | None
    closes: datetime | None
    left: Both | None = Field(description="Working days left, in words")


class LeftOut(Schema):
    """What is left to mend of this round, of the one before or of an earlier one with open problems, in problems; words as in the standing of problems."""

    round: str
    open: int = Field(description="Neither closed nor dropped")
    overdue: int = Field(description="Of the open ones")
    escalated: int = Field(description="Put before the leaders")


class BehindOut(Schema):
    """A unit that is late or at risk, with its answers: how many are filled of all."""

    unit: str
    name: Both
    state: str
    filled: int
    asked: int
    steps: list[str] = Field(
        description="Steps that are overdue, or at risk where those at risk are asked for"
    )


class RoundStandingOut(PageOut):
    """Where a round stands, and a page of the units asked for, by code."""

    at: datetime = Field(description="When it was counted")
    totals: TotalsOut
    steps: list[StepNow]
    rectification: list[LeftOut]
    rows: list[BehindOut]


@router.get("/{slug}/standing", response=RoundStandingOut, summary="Where a round stands")
def standing(
    request: HttpRequest,
    slug: str,
    of: Literal["late", "at_risk"] = Query("late", description="Which units are listed"),
    cursor: str = "",
    size: int = 50,
) -> Any:
    """Return key figures, open steps, what is left to mend, and the units that are late or, of the others, at risk; for overseers."""
    found, at = overseen_round(request, slug), now()
    board = board_of(found, at)
    asked = board.only(late=True) if of == "late" else board.risky()
    page = asked.page(cursor, size)
    look = "overdue" if of == "late" else "at_risk"
    told = paged(page, [_behind(row, look, board.steps) for row in asked.rows(page.rows)])
    totals = totals_of(found, board.tally())
    return told | {
        "at": at, "totals": {name: getattr(totals, name) for name in TotalsOut.model_fields},
        "steps": [_step(one) for one in steps_of(found, moment=at) if one.state == "active"],
        "rectification": [
            {"round": one.round.slug, "open": one.open, "overdue": one.overdue, "escalated": one.escalated}
            for one in left_of(found, at)
        ],
    }  # fmt: skip


def _step(one: StepStanding) -> dict[str, Any]:
    return {
        "step": one.id, "title": Both.of(one.label), "opens": one.opens, "closes": one.closes,
        "left": Both.of(one.left) if one.left else None,
    }  # fmt: skip


def _behind(row: Row, look: str, steps: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return {
        "unit": row.unit.code, "name": Both.of(row.unit.name), "state": row.unit.state, "filled": row.counts.filled,
        "asked": row.counts.total,
        "steps": [step for (step, _), cell in zip(steps, row.cells, strict=True) if cell.look == look],
    }  # fmt: skip
