"""Short ways through a problem's life for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services import mending
from duxue.web.rectification.services.entering import problem_create
from tests.web.worlds import World

NEW: dict[str, Any] = {
    "source": "field",
    "kind": "by_date",
    "text": "样本小学大班额 3 个。",
    "public_zh": "个别学校有大班额。",
}


def day(days: int, at: datetime | None = None) -> date:
    """Return the day some days from now."""
    return ((at or now()) + timedelta(days=days)).date()


def make(world: World, actor: str = "organiser", unit: str = "a", item: str = "B1", **more: Any) -> Problem:
    """Enter a problem."""
    values = {**NEW, **more}
    return problem_create(actor=world.actor(actor), unit=world.unit[unit], item=world.items[item], **values)


def go(world: World, problem: Problem, to: str) -> Problem:
    """Bring an identified problem to a state along the usual way."""
    manager, organiser = world.actor("manager_a"), world.actor("organiser")
    steps = {
        "notified": lambda: mending.problem_notify(actor=organiser, problem=problem),
        "planned": lambda: mending.plan_submit(
            actor=manager, problem=problem, measure="新建一所学校。", post="副局长", finish=day(30)
        ),
        "plan_approved": lambda: mending.plan_approve(actor=organiser, problem=problem),
        "in_progress": lambda: mending.problem_start(actor=manager, problem=problem),
        "submitted": lambda: mending.problem_submit(actor=manager, problem=problem, text="已完成。"),
        "closed": lambda: mending.problem_close(actor=organiser, problem=problem, text="属实。"),
        "reopened": lambda: mending.problem_reopen(actor=organiser, problem=problem, reason="又出现。"),
    }
    for state, step in steps.items():
        step()
        assert problem.state == state
        if state == to:
            return problem
    raise AssertionError(to)


def again(problem: Problem) -> Problem:
    """Read a problem from the database."""
    with everything("test"):
        return Problem.objects.select_related("round__authority", "unit", "responsible").get(pk=problem.pk)
