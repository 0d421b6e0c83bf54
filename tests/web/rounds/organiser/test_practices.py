"""Typical practices: handed in, marked where no data bear them out, accepted or returned, told, and then public."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common.audit_titles import known
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import todos
from duxue.web.public.selectors import Edition, practices_of
from duxue.web.reporting.models import Scoring
from duxue.web.rounds.models import Notice, Practice, Round
from duxue.web.rounds.services import noticing
from duxue.web.rounds.services.practices import practice_accept, practice_return, practice_save
from tests.web.worlds import World

TEXT = "全市每百名学生拥有高于规定学历教师9.99人，经验可推广。"


@pytest.fixture
def practice(world: World) -> Practice:
    with acting(actor := world.actor("manager_a")):
        return practice_save(
            actor=actor, unit=world.unit["a"], title_zh="集团化办学", title_en="School groups", text_zh=TEXT, data=["L1"]
        )  # fmt: skip


def duties(world: World, key: str) -> list[str]:
    with acting(actor := world.actor(key)):
        return [todo.title.say("en") for todo in todos(actor)]


@pytest.mark.parametrize(("lang", "waits", "marked"), [("zh-hans", "等待审定", "请核对这些数字"), ("en", "Waits for a decision", "Look at these numbers")])  # fmt: skip
def test_the_organiser_finds_it_with_its_unsupported_numbers(
    world: World, practice: Practice, lang: str, waits: str, marked: str
) -> None:
    assert "Decide on 1 typical practice" in duties(world, "organiser")
    client = world.client("organiser", **{"accept-language": lang})
    page = reverse("rounds:practice_decide", args=[world.round.slug, practice.pk])
    listed = client.get(reverse("rounds:practices_in", args=[world.round.slug])).content.decode()
    assert page in listed
    assert waits in listed
    assert ">1<" in listed  # one number that no data bear out
    shown = client.get(page).content.decode()
    assert marked in shown
    assert "<mark>9.99人</mark>" in shown
    empty = client.get(reverse("rounds:practices_in", args=[world.round.slug]) + "?state=accepted")
    assert page not in empty.content.decode()


def test_accepting_tells_the_unit_and_is_kept_in_the_audit(world: World, practice: Practice) -> None:
    page = reverse("rounds:practice_decide", args=[world.round.slug, practice.pk])
    assert world.client("leader").post(page, {"act": "accept"}).status_code == 403
    assert world.client("manager_a").get(page).status_code == 403
    assert world.client("organiser").post(page, {"act": "accept"}).status_code == 302
    with everything("test"):
        practice.refresh_from_db()
        event = AuditEvent.objects.get(action="duxue.practice.accepted")
        assert (practice.accepted, practice.decided_by_id) == (True, world.user["organiser"].pk)
        assert event.path == world.unit["a"].path
        noticing.notices_tell()
        told = Notice.objects.filter(event=event.seq)
        assert {n.user.username for n in told} >= {"manager_a", "officer_a"}
        assert {n.title_en for n in told} == {"Sample City A: Accepted a practice"}
    assert {"duxue.practice.accepted", "duxue.practice.returned"} <= set(known())
    assert world.client("organiser").post(page, {"act": "accept"}).status_code == 422  # decided already


def test_a_returned_practice_is_changed_and_waits_again(world: World, practice: Practice) -> None:
    page = reverse("rounds:practice_decide", args=[world.round.slug, practice.pk])
    organiser = world.client("organiser")
    assert organiser.post(page, {"act": "return", "reason": " "}).status_code == 422
    assert organiser.post(page, {"act": "return", "reason": "请核对教师数。"}).status_code == 302
    assert "Change 1 returned practice of Sample City A" in duties(world, "manager_a")
    mine = (
        world.client("manager_a").get(reverse("rounds:practices", args=[world.unit["a"].pk])).content.decode()
    )
    assert "请核对教师数。" in mine
    with acting(actor := world.actor("manager_a")):
        row = Practice.objects.select_related("unit__round__authority").get(pk=practice.pk)
        changed = practice_save(
            actor=actor, unit=row.unit, practice=row, title_zh="集团化办学", text_zh="经验可推广。"
        )
    assert changed.state == "handed_in"
    assert "Decide on 1 typical practice" in duties(world, "organiser")


def test_nothing_is_decided_by_others_or_in_a_sealed_round(world: World, practice: Practice) -> None:
    with acting(actor := world.actor("foreign_organiser")), pytest.raises(Denied):
        practice_accept(actor=actor, practice=practice)
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now())
        sealed = Practice.objects.select_related("unit__round__authority").get(pk=practice.pk)
    with acting(actor := world.actor("organiser")), pytest.raises(Refused) as refused:
        practice_return(actor=actor, practice=sealed, reason="不实")
    assert [p.code for p in refused.value.problems] == ["WEB006"]


def test_machines_list_and_decide_once(world: World, practice: Practice) -> None:
    client = world.client("organiser")
    listed = client.get(f"/api/v1/rounds/{world.round.slug}/practices?state=handed_in").json()
    assert [(p["unit"], p["state"], p["unsupported"]) for p in listed["rows"]] == [
        (world.unit["a"].code, "handed_in", ["9.99人"])
    ]
    address = f"/api/v1/rounds/practices/{practice.pk}/accept"
    answers = [
        client.post(address, content_type="application/json", headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[1].json()["state"] == "accepted"
    back = client.post(
        f"/api/v1/rounds/practices/{practice.pk}/return", {"reason": "数据更正"}, content_type="application/json"
    )  # fmt: skip
    assert (back.status_code, back.json()["returned"]) == (200, "数据更正")
    assert world.client("manager_a").get(f"/api/v1/rounds/{world.round.slug}/practices").status_code == 403


def test_the_portal_publishes_the_accepted_ones_alone(world: World, practice: Practice) -> None:
    edition = Edition(world.round, Scoring(round=world.round), Path())
    assert practices_of(edition) == []
    with acting(actor := world.actor("organiser")):
        row = Practice.objects.select_related("unit__round__authority").get(pk=practice.pk)
        practice_accept(actor=actor, practice=row)
    assert [p.pk for p in practices_of(edition)] == [practice.pk]
