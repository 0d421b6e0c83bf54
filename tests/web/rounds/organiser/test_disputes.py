"""Disputed figures: filed with evidence, listed with their clock, answered once by the organiser, seen by the unit."""

from __future__ import annotations

from django.urls import reverse

from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import todos
from duxue.web.rounds.models import Dispute, Known
from tests.web.worlds import World


def filed(world: World) -> Dispute:
    with everything("test"):
        known = Known.objects.get(unit=world.unit["a"])
    answer = world.answer("a", "A1")
    done = world.client("manager_a").post(
        reverse("rounds:dispute", args=[answer.pk, known.pk]), {"text": "少计了一所学校。"}
    )
    with everything("test"):
        dispute = Dispute.objects.get()
    assert done.headers["Location"] == reverse("rounds:dispute_show", args=[dispute.pk])
    return dispute


def duties(world: World) -> list[str]:
    with acting(actor := world.actor("organiser")):
        return [todo.title.say("en") for todo in todos(actor)]


def test_a_dispute_takes_evidence_and_shows_its_clock(world: World) -> None:
    page = reverse("rounds:dispute_show", args=[filed(world).pk])
    html = world.client("manager_a").get(page, headers={"accept-language": "zh-hans"}).content.decode()
    assert "少计了一所学校。" in html
    assert "attach=dispute" in html  # where evidence is added
    assert "等待答复" in html
    assert "<h2>答复</h2>" not in html
    assert world.client("manager_a").post(page, {"answer": "自己答复"}).status_code == 403
    assert world.client("manager_b").get(page).status_code == 404


def test_the_organiser_is_told_answers_once_and_the_unit_reads_it(world: World) -> None:
    dispute = filed(world)
    assert "Answer 1 disputed figure" in duties(world)
    client = world.client("organiser")
    listed = client.get(reverse("rounds:disputes", args=[world.round.slug]) + "?state=open").content.decode()
    page = reverse("rounds:dispute_show", args=[dispute.pk])
    assert page in listed
    assert client.post(page, {"answer": ""}).status_code == 422
    assert client.post(page, {"answer": "已核实，下次数据更正。"}).status_code == 302
    with everything("test"):
        dispute.refresh_from_db()
        actions = list(
            AuditEvent.objects.filter(object_type="rounds.dispute").values_list("action", flat=True)
        )
    assert dispute.answer == "已核实，下次数据更正。"
    assert sorted(actions) == ["duxue.dispute.answered", "duxue.dispute.filed"]
    client.post(page, {"answer": "再答一次"})
    with everything("test"):
        dispute.refresh_from_db()
    assert dispute.answer == "已核实，下次数据更正。"
    assert "已核实，下次数据更正。" in world.client("officer_a").get(page).content.decode()
    assert (
        page
        not in client.get(
            reverse("rounds:disputes", args=[world.round.slug]) + "?state=open"
        ).content.decode()
    )
    assert "Answer 1 disputed figure" not in duties(world)
