"""Draws and visits at every stage of their life, as the tests need them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from duxue.web.common.clock import now, today
from duxue.web.common.scope import acting
from duxue.web.inspections.models import Draw, SheetEntry, Visit
from duxue.web.inspections.services import drawing, sheets, visiting
from tests.web.worlds import World


def plan(**changes) -> drawing.Plan:
    usual = {
        "counties": 1, "schools": 0, "digits": 6, "who": "各市代表", "moment": now() + timedelta(minutes=5), "beacon": False, "hidden": False,
    }  # fmt: skip
    return drawing.Plan(**{**usual, **changes})


def drawn(world: World, digits: str = "123456", reason: str = "", **changes) -> tuple[Draw, list[Visit]]:
    """Return a draw that was committed and run, and its visits; the second act comes ten minutes later."""
    actor, start = world.actor("organiser"), now() + timedelta(minutes=20 if reason else 0)
    with acting(actor):
        draw = drawing.draw_commit(
            actor=actor, round=world.round, title_zh="核查抽取", title_en="Visits", reason=reason, at=start,
            plan=plan(**{"moment": start + timedelta(minutes=5), **changes}),
        )  # fmt: skip
        visits = drawing.draw_run(actor=actor, draw=draw, digits=digits, at=start + timedelta(minutes=10))
        return Draw.objects.get(pk=draw.pk), visits


def ready(world: World, **changes) -> Visit:
    """Return a drawn visit in city A with its team."""
    world.submit("a")
    _, visits = drawn(world, **changes)
    visit = next(v for v in visits if v.unit_id == world.unit["a"].pk)
    actor = world.actor("organiser")
    with acting(actor):
        visiting.visit_plan(actor=actor, visit=visit, day=today(), team=[world.user["inspector1"].pk])
    return visit


def under_way(world: World) -> Visit:
    visit, actor = ready(world), world.actor("inspector1")
    with acting(actor):
        visiting.visit_start(actor=actor, visit=visit)
    return visit


def fill(world: World, visit: Visit) -> None:
    actor = world.actor("inspector1")
    with acting(actor):
        for entry in SheetEntry.objects.filter(visit=visit):
            sheets.entry_save(
                actor=actor,
                entry=entry,
                version=entry.version,
                found="partly",
                note="缺两项记录。",
                points=Decimal(3),
            )
