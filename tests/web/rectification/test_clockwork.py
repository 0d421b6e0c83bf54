"""The clock reminds, marks and escalates once each, and says so where people look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from duxue.web.accounts.mail import mails_send
from duxue.web.common.clock import at
from duxue.web.common.scope import acting, everything
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.selectors.todo import todo
from duxue.web.rectification.services.clockwork import clockwork
from tests.web.rectification.ledger import again, go, make
from tests.web.worlds import World


def lines(problem: Problem, kind: str) -> int:
    with everything("test"):
        return Entry.objects.filter(problem=problem, kind=kind).count()


def test_each_is_done_once(world: World) -> None:
    problem = go(world, make(world), "notified")
    assert problem.due is not None
    assert clockwork() == {"set": 0, "reminded": 0, "late": 0, "escalated": 0}
    assert clockwork(at=problem.due - timedelta(days=3))["reminded"] == 1
    assert mails_send(at=problem.due - timedelta(days=3)) == {"mailed": 2, "failed": 0}
    assert [m.to for m in mail.outbox] == [["manager_a@example.org"], ["officer_a@example.org"]]
    assert clockwork(at=problem.due - timedelta(days=2))["reminded"] == 0
    assert clockwork(at=problem.due + timedelta(hours=1))["late"] == 1
    assert clockwork(at=problem.due + timedelta(hours=2))["late"] == 0
    later = problem.due + timedelta(days=16)
    assert clockwork(at=later)["escalated"] == 1
    assert clockwork(at=later + timedelta(hours=1)) == {"set": 0, "reminded": 0, "late": 0, "escalated": 0}
    assert [lines(problem, kind) for kind in ("remind", "overdue", "escalate")] == [1, 1, 1]
    assert again(problem).escalated_to == "leader"
    with at(later), acting(world.actor("leader")):
        assert [t.count for t in todo(world.actor("leader"))] == [1]


def test_a_problem_brought_in_from_elsewhere_gets_its_date(world: World) -> None:
    problem = go(world, make(world), "in_progress")
    with everything("test"):
        Problem.objects.update(due=None)
    assert clockwork()["set"] == 1
    assert again(problem).due == problem.finish_due


@pytest.mark.parametrize(
    ("key", "state", "url"),
    [("officer_a", "notified", "/problems/"), ("organiser", "submitted", "/problems/"), ("manager_b", "notified", "")],
)  # fmt: skip
def test_what_must_be_done(world: World, key: str, state: str, url: str) -> None:
    go(world, make(world), state)
    with acting(world.actor(key)):
        found = list(todo(world.actor(key)))
    assert [t.url[: len(url)] for t in found] == ([url] if url else [])
