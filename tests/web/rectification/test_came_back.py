"""A problem that came back: no check is due before it is submitted again, and its history names who is responsible."""

from __future__ import annotations

from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rectification.models import Entry, Problem
from tests.web.rectification.ledger import go, make
from tests.web.worlds import World


def test_no_check_is_due_of_a_problem_that_was_reopened(world: World) -> None:
    problem, client = make(world), world.client("organiser")
    page = reverse("rectification:show", args=[problem.pk])
    go(world, problem, "submitted")
    assert "复查时限" in client.get(page).content.decode()
    with everything("test"):
        Problem.objects.filter(pk=problem.pk).update(state="reopened")
        assert Problem.objects.get(pk=problem.pk).review_due
    assert "复查时限" not in client.get(page).content.decode()


def test_the_history_names_who_is_responsible(world: World) -> None:
    problem, unit = make(world), world.unit["a"]
    with everything("test"):
        Entry.objects.create(
            problem=problem, kind="plan", text="", data={"responsible": unit.code}, written_at=now()
        )
    page = world.client("organiser").get(reverse("rectification:show", args=[problem.pk])).content.decode()
    assert f"责任单位：{unit.name_zh}" in page
    assert f"责任单位：{unit.code}" not in page
