"""Objections are decided beside every layer of what they are about, and answered in writing within their clock."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import Todo, todos
from duxue.web.rounds.models import Item, Known, Objection, Round
from duxue.web.rounds.procedures import due_after
from duxue.web.rounds.services.deciding import objection_move
from duxue.web.rounds.services.objecting import objection_file
from tests.web.joins.told import judged, score, tell
from tests.web.worlds import World


def file(world: World, item: Item | None) -> Objection:
    actor = world.actor("manager_a")
    with acting(actor):
        return objection_file(actor=actor, unit=world.unit["a"], item=item, text="材料未计入")


def move(world: World, filed: Objection, *ways: str) -> None:
    actor = world.actor("organiser")
    with acting(actor):
        for way in ways:
            objection_move(actor=actor, objection=filed, transition=way, reason="经复核")


def tasks(world: World) -> list[Todo]:
    actor = world.actor("organiser")
    with acting(actor):
        return [todo for todo in todos(actor) if "objection" in todo.title.en]


def listed(world: World, state: str) -> bool:
    page = reverse("rounds:objections", args=[world.round.slug])
    return (
        "样本市A"
        in world.client("organiser").get(page, {"state": state}).content.decode().partition("<tbody>")[2]
    )


def test_an_objection_to_an_item_stands_beside_all_its_layers_with_doors(world: World) -> None:
    visit = judged(world)
    score(world, "12")
    tell(world)
    filed = file(world, world.items["B1"])
    page = (
        world.client("organiser")
        .get(reverse("rounds:objection", args=[world.round.slug, filed.pk]))
        .content.decode()
    )
    assert all(text in page for text in ("制度未落实到校。", "两所学校没有记录。", "<b>3.00</b>", "部分属实"))
    answer = world.answer("a", "B1")
    doors = (
        reverse("rounds:answer", args=[answer.pk]), reverse("inspections:sheet", args=[visit.pk]),
        reverse("reviews:told", args=[answer.pk]), reverse("rounds:result", args=[world.unit["a"].pk]),
    )  # fmt: skip
    assert [door for door in doors if f'href="{door}"' not in page] == []
    assert [door for door in doors if world.client("organiser").get(door).status_code != 200] == []


def test_an_objection_to_the_whole_stands_beside_all_items_and_one_to_data_beside_its_figure(
    world: World,
) -> None:
    score(world, "12")
    tell(world)
    client = world.client("organiser")
    whole, data = file(world, None), file(world, world.items["A1"])
    page = client.get(reverse("rounds:objection", args=[world.round.slug, whole.pk])).content.decode()
    assert all(str(world.items[code]) in page for code in ("A1", "B1"))
    page = client.get(reverse("rounds:objection", args=[world.round.slug, data.pk])).content.decode()
    with everything("test"):
        known = Known.objects.get(unit=world.unit["a"])
    assert (
        reverse("rounds:explain", args=[world.round.slug, world.unit["a"].code, known.indicator, known.year])
        in page
    )


def test_the_label_of_the_result_leads_to_what_the_unit_was_told(world: World) -> None:
    score(world, "12")
    tell(world)
    filed = file(world, world.items["B1"])
    score(world, "16", "final")
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now(), state="frozen")
    client = world.client("organiser")
    page = client.get(reverse("rounds:objection", args=[world.round.slug, filed.pk])).content.decode()
    door = reverse("rounds:result", args=[world.unit["a"].pk]) + "?as=told"
    assert f'<a href="{door}">告知时为 12.00 分</a>' in page
    assert "告知时的计分" in client.get(door).content.decode()


def test_a_decision_starts_the_clock_of_the_written_reply(world: World) -> None:
    tell(world)
    filed = file(world, world.items["B1"])
    (task,) = tasks(world)
    assert (task.due, task.url.partition("=")[2]) == (filed.due, "undecided")
    move(world, filed, "admit", "dismiss")
    filed.refresh_from_db()
    assert filed.decided_at is not None
    assert filed.reply_due == due_after(world.round, filed.decided_at, "5 working days")
    (task,) = tasks(world)
    assert (task.due, task.url.partition("=")[2]) == (filed.reply_due, "reply")
    assert [listed(world, state) for state in ("undecided", "reply", "overdue")] == [False, True, False]
    with everything("test"):
        Objection.objects.filter(pk=filed.pk).update(reply_due=now() - timedelta(days=2))
    assert listed(world, "overdue")
    page = reverse("rounds:objection", args=[world.round.slug, filed.pk])
    assert "已逾期 2 天" in world.client("organiser").get(page).content.decode()
    assert (
        "书面答复期限"
        in world.client("manager_a").get(reverse("rounds:result", args=[world.unit["a"].pk])).content.decode()
    )
    move(world, filed, "reply")
    filed.refresh_from_db()
    assert filed.replied_at is not None
    (task,) = tasks(world)  # nothing of the objection: its unit can be settled
    assert task.url.partition("?")[2] == "state=objecting&only=office"
    assert not listed(world, "overdue")
