"""Whatever people do in whatever order, the ledger stays true."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duxue.core.errors import Refused
from duxue.web.common.clock import at, now
from duxue.web.common.policy import Denied
from duxue.web.common.scope import everything
from duxue.web.rectification.acts import ACTS
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.services.clockwork import clockwork
from tests.web.rectification.ledger import again, day, make
from tests.web.worlds import World

PEOPLE = (
    "organiser",
    "organiser2",
    "manager_a",
    "officer_a",
    "officer_a1",
    "manager_b",
    "inspector1",
    "leader",
)
# The usual next step by the usual person is drawn as often as anything else, so that ends are reached.
USUAL = {
    "identified": ("notify", "organiser"), "notified": ("plan", "manager_a"), "planned": ("approve_plan", "organiser"),
    "plan_approved": ("start", "officer_a"), "in_progress": ("submit", "manager_a"), "submitted": ("close", "organiser"),
    "closed": ("reopen", "organiser"), "reopened": ("start", "manager_a"), "returned": ("start", "officer_a"),
}  # fmt: skip
MOVES = st.lists(
    st.tuples(
        st.one_of(st.just(""), st.sampled_from([*sorted(ACTS), "clock"])), st.sampled_from(PEOPLE), st.integers(0, 40)
    ),
    min_size=8, max_size=25,
)  # fmt: skip
DATES = ("plan_due", "finish_due", "review_due")


def attempt(world: World, problem: Problem, name: str, key: str, moment: Any) -> None:
    if name == "clock":
        clockwork(at=moment)
        return
    given_: dict[str, Any] = {
        "text": "x", "reason": "x", "to": "省政府", "measure": "x", "post": "x", "share": 50,
        "finish": day(20, moment), "day": day(300, moment),
    }  # fmt: skip
    act = ACTS[name]
    wanted = {k: v for k, v in given_.items() if k in act.form.base_fields}
    with suppress(Refused, Denied), transaction.atomic():
        act.service(actor=world.actor(key), problem=again(problem), **wanted)


def check(before: Problem, after: Problem, lines: Callable[[str], int]) -> None:
    for name in DATES:
        was, is_ = getattr(before, name), getattr(after, name)
        assert was is None or (is_ is not None and is_ >= was), name
    assert (after.state == "closed") == (after.closed_at is not None) == (after.closed_by_id is not None)
    if after.state == "closed":
        assert after.submitted_by_id not in (None, after.closed_by_id)
    assert after.times_reopened == lines("reopen")
    assert after.version >= before.version


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_any_order_of_steps_keeps_the_ledger_true(world: World, moves: list[tuple[str, str, int]]) -> None:
    with transaction.atomic():
        problem = make(world)
        moment = now()

        def lines(kind: str) -> int:
            with everything("test"):
                return Entry.objects.filter(problem=problem, kind=kind).count()

        for drawn, person, days in moves:
            before = again(problem)
            usual = USUAL.get(before.state, ("clock", ""))
            name, key = (drawn, person) if drawn else usual
            moment += timedelta(days=days)
            with at(moment):
                attempt(world, problem, name, key, moment)
            check(before, again(problem), lines)
        transaction.set_rollback(True)
