"""A unit accepts its result: who may, when, what is given up with it, and that it happens once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.common import clock
from duxue.web.common.actors import Actor
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.rounds.models import Notice, Objection, Round, RoundUnit
from duxue.web.rounds.services.noticing import notices_tell
from duxue.web.rounds.services.objecting import objection_file, unit_accept
from tests.web.joins.told import score, tell
from tests.web.rounds.unit.helpers import codes
from tests.web.worlds import World


def accept(world: World, who: str = "manager_a", actor: Actor | None = None) -> str:
    """Let somebody accept the result of unit A; return its state."""
    actor = actor or world.actor(who)
    with everything("test"):
        unit = RoundUnit.objects.select_related("round__authority").get(pk=world.unit["a"].pk)
    with acting(actor):
        return unit_accept(actor=actor, unit=unit).state


def told_days_ago(world: World, days: int) -> None:
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(
            state="notified", notified_at=clock.now() - timedelta(days=days)
        )


def test_the_manager_accepts_on_a_page_that_says_what_is_given_up(world: World) -> None:
    scoring = score(world, "81")
    tell(world)
    client, unit = world.client("manager_a"), world.unit["a"]
    address, result = (reverse(f"rounds:{name}", args=[unit.pk]) for name in ("accept", "result"))
    assert address in client.get(result).content.decode()
    asked = client.get(address).content.decode()
    assert "不能再对整体结果或任何条目提出异议" in asked
    assert "81.00" in asked
    done = client.post(address)
    assert (done.status_code, done["Location"]) == (302, result)
    with everything("test"):
        unit.refresh_from_db()
        event = AuditEvent.objects.get(action="duxue.unit.accept")
        notices_tell()
        heard = set(Notice.objects.filter(event=event.seq).values_list("user_id", flat=True))
    assert unit.state == "settled"
    assert f'"scoring":"{scoring.digest}"' in event.data.replace(" ", "")
    assert heard == {world.user["organiser"].pk, world.user["organiser2"].pk}
    shown = client.get(result).content.decode()
    assert "已定案" in shown
    assert address not in shown
    assert client.post(reverse("rounds:object", args=[unit.pk]), {"text": "反悔"}).status_code == 422


@pytest.mark.parametrize(
    "who", ["officer_a", "officer_a1", "manager_b", "organiser", "reviewer1", "auditor", "public"]
)
def test_only_the_manager_of_the_unit_accepts(world: World, who: str) -> None:
    told_days_ago(world, 1)
    with pytest.raises(Denied):
        accept(world, who)


def test_a_machine_does_not_accept(world: World) -> None:
    told_days_ago(world, 1)
    token = Actor(token_id=1, held=world.actor("manager_a").held)
    with pytest.raises(Refused) as refused:
        accept(world, actor=token)
    assert codes(refused.value.problems) == ["WEB007"]


def test_nothing_is_accepted_before_it_is_told_nor_twice(world: World) -> None:
    with pytest.raises(Refused) as early:
        accept(world)
    told_days_ago(world, 1)
    assert accept(world) == "settled"
    with pytest.raises(Refused) as twice:
        accept(world)
    assert codes(early.value.problems) == codes(twice.value.problems) == ["CASE012"]
    client, address = world.client("manager_a"), reverse("rounds:accept", args=[world.unit["a"].pk])
    assert "现在不能认可" in client.get(address).content.decode()
    assert client.post(address).status_code == 422
    with everything("test"):
        assert AuditEvent.objects.filter(action="duxue.unit.accept").count() == 1


def test_after_the_term_it_may_still_be_accepted(world: World) -> None:
    told_days_ago(world, 40)
    asked = world.client("manager_a").get(reverse("rounds:accept", args=[world.unit["a"].pk]))
    assert "异议期限已过" in asked.content.decode()
    assert accept(world) == "settled"


def test_an_open_objection_stands_in_the_way(world: World) -> None:
    told_days_ago(world, 1)
    actor = world.actor("manager_a")
    with acting(actor):
        objection_file(actor=actor, unit=world.unit["a"], item=None, text="口径有误。")
    for state in ("objecting", "notified"):  # whatever the state, nothing is settled over an objection
        with everything("test"):
            RoundUnit.objects.filter(pk=world.unit["a"].pk).update(state=state)
        with pytest.raises(Refused) as refused:
            accept(world)
        assert codes(refused.value.problems) == ["WEB004"]
    with everything("test"):
        Objection.objects.update(state="withdrawn")
    assert accept(world) == "settled"


def test_a_frozen_round_stays_as_it_is(world: World) -> None:
    told_days_ago(world, 1)
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=clock.now(), state="frozen")
    with pytest.raises(Refused) as refused:
        accept(world)
    assert codes(refused.value.problems) == ["WEB006"]


def test_the_api_accepts(world: World) -> None:
    told_days_ago(world, 1)
    address = f"/api/v1/rounds/units/{world.unit['a'].pk}/accept"
    assert world.client("officer_a").post(address).status_code == 403
    client = world.client("manager_a")
    assert client.post(address).json() == {"before": "notified", "state": "settled"}
    again = client.post(address)
    assert (again.status_code, again.json()["problems"][0]["code"]) == (422, "CASE012")
