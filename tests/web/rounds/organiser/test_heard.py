"""Acts that no procedure knows: whom they concern hears of them, on a page that they may open; and vetoes with their clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import Todo, todos
from duxue.web.inspections.models import Visit
from duxue.web.inspections.services.visiting import visit_plan
from duxue.web.reviews.services.assigning import assignment_give
from duxue.web.rounds.models import Known, Notice, Veto
from duxue.web.rounds.services.answers import answers_hand
from duxue.web.rounds.services.disputes import dispute_answer, dispute_file
from duxue.web.rounds.services.noticing import notices_tell
from duxue.web.rounds.services.vetoes import veto_appeal, veto_record, vetoes_of
from tests.web.rounds.unit.helpers import codes
from tests.web.worlds import World


def hears(world: World) -> set[str]:
    """Tell what moved; return who heard, after each has opened the page of the notice."""
    notices_tell()
    with everything("test"):
        found = list(Notice.objects.select_related("user"))
    for notice in found:
        assert world.client(notice.user.username).get(notice.url).status_code == 200, notice.url
    with everything("test"):
        Notice.objects.all().delete()
    return {notice.user.username for notice in found}


def record(world: World) -> Veto:
    actor = world.actor("organiser")
    with acting(actor):
        rule = next(iter(vetoes_of(world.round)))
        return veto_record(
            actor=actor, unit=world.unit["a"], rule=rule, reason="查实", evidence="通报〔2024〕1号"
        )


def tasks(world: World, who: str) -> list[Todo]:
    actor = world.actor(who)
    with acting(actor):
        return [todo for todo in todos(actor) if "veto" in todo.title.en]


def test_whoever_is_handed_items_hears_of_it(world: World) -> None:
    actor = world.actor("manager_a")
    with acting(actor):
        for given in ({"assignee": world.user["officer_a"].pk}, {"organisation": world.org["county_a1"].pk}):
            answers_hand(
                actor=actor, unit=world.unit["a"], answers=[world.answer("a", "B1").pk],
                **{"assignee": None, "organisation": None, "due": None, **given},
            )  # fmt: skip
            assert hears(world) == {"officer_a" if "assignee" in given else "officer_a1"}


def test_an_answered_dispute_is_told_to_the_unit(world: World) -> None:
    unit, office = world.actor("officer_a"), world.actor("organiser")
    with acting(unit):
        filed = dispute_file(actor=unit, known=Known.objects.get(unit=world.unit["a"]), text="少计两人")
    assert hears(world) == set()
    with acting(office):
        dispute_answer(actor=office, dispute=filed, answer="数据无误")
    assert hears(world) == {"manager_a", "officer_a"}


def test_a_reviewer_hears_of_a_task_and_a_team_of_its_visit_but_not_who_is_visited(world: World) -> None:
    office = world.actor("organiser")
    with everything("test"):
        visit = Visit.objects.create(
            round=world.round, unit=world.unit["a"], place_code="9901a1", place_zh="样本县", place_level="county",
            state="drawn",
        )  # fmt: skip
    with acting(office):
        assignment_give(actor=office, unit=world.unit["b"], reviewer=world.user["reviewer1"], turn="second")
        assert hears(world) == {"reviewer1"}
        visit_plan(actor=office, visit=visit, team=[world.user["inspector1"].pk], day=None)
        assert hears(world) == {"inspector1"}


def test_a_veto_is_told_to_its_unit_with_a_clock_in_which_it_may_appeal(world: World) -> None:
    veto = record(world)
    assert hears(world) == {"manager_a", "officer_a"}
    (task,) = tasks(world, "manager_a")
    assert task.url == reverse("rounds:veto", args=[veto.pk])
    assert task.due is not None
    assert timedelta(days=14) < task.due - now() < timedelta(days=16)  # the pack's 15 days
    assert "申诉期限" in world.client("manager_a").get(task.url).content.decode()
    assert not tasks(world, "officer_a") + tasks(world, "manager_b")
    actor = world.actor("manager_a")
    with acting(actor):
        veto_appeal(actor=actor, veto=veto, appeal="pending", reason="已整改")
    assert not tasks(world, "manager_a")
    assert hears(world) == {"organiser", "organiser2"}
    assert len(tasks(world, "organiser")) == 1


def test_nobody_appeals_after_the_term(world: World) -> None:
    veto, actor = record(world), world.actor("manager_a")
    with everything("test"):
        Veto.objects.filter(pk=veto.pk).update(decided_at=now() - timedelta(days=20))
    assert not tasks(world, "manager_a")
    with acting(actor), pytest.raises(Refused) as refused:
        veto_appeal(actor=actor, veto=veto, appeal="pending", reason="已整改")
    assert codes(refused.value.problems) == ["WEB005"]
    assert (
        "提出申诉"
        not in world.client("manager_a").get(reverse("rounds:veto", args=[veto.pk])).content.decode()
    )


def test_the_news_are_a_way_from_every_page_also_when_all_is_seen(world: World) -> None:
    page = world.client("officer_a").get(reverse("home")).content.decode()
    assert f'href="{reverse("rounds:notices")}"' in page
