"""A unit finds its visits from its menu, and on its workbench once it may know of them, for one query there and none elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from duxue.web.common.clock import now, today
from duxue.web.common.scope import everything
from duxue.web.inspections.models import Visit
from duxue.web.rounds.models import Round
from tests.web.worlds import World

pytestmark = pytest.mark.django_db
MENU = 'href="/visits/"'


def visit(world: World, **given: object) -> Visit:
    with everything("test"):
        return Visit.objects.create(
            round=world.round, unit=world.unit["a"], place_code="9901a1", place_zh="样本县A1", place_en="Sample County A1",
            place_level="county", **given,
        )  # fmt: skip


def page(world: World, key: str, unit: str = "a") -> str:
    client = world.client(key, **{"accept-language": "en"})
    return str(client.get(reverse("rounds:unit", args=[world.unit[unit].pk])).content.decode())


def test_a_unit_finds_who_comes_and_when(world: World) -> None:
    made = visit(world)
    hidden = page(world, "manager_a")
    assert "A visit to" not in hidden  # unannounced: nobody of the unit knows
    assert "Sample County A1" not in world.client("manager_a").get("/visits/").content.decode()
    with everything("test"):
        Visit.objects.update(announced_at=now(), state="notified")
    door = f'href="{reverse("inspections:show", args=[made.pk])}">A visit to Sample County A1'
    for key in ("manager_a", "officer_a"):
        assert f"{door}, its day not set yet" in page(world, key)
    day = today() + timedelta(days=3)
    visit(world, announced_at=now(), state="notified", planned_on=day)
    shown = page(world, "manager_a")
    assert f"A visit to Sample County A1 on {day.day} " in shown
    assert "All 2 visits" in shown
    assert "A visit to" not in page(world, "manager_b", "b")
    assert "A visit to" not in page(world, "leader")  # who has the list of all


def test_the_menu_leads_members_to_their_visits_whether_there_are_any_or_not(world: World) -> None:
    for key in ("manager_a", "officer_a", "manager_b"):
        assert MENU in world.client(key).get("/").content.decode()
        assert world.client(key).get("/visits/").status_code == 200
    assert MENU not in world.client("reviewer1").get("/").content.decode()
    assert MENU not in Client().get("/").content.decode()


def test_a_visit_that_ended_leaves_the_workbench_and_stays_in_the_list(world: World) -> None:
    visit(world, announced_at=now(), state="sheet_signed", planned_on=today())
    assert "A visit to" not in page(world, "manager_a")
    assert "样本县A1" in world.client("manager_a").get("/visits/").content.decode()
    with everything("test"):
        Visit.objects.update(state="notified")
    assert "A visit to" in page(world, "manager_a")
    with everything("test"):
        Round.objects.update(sealed_at=now())
    assert "A visit to" not in page(world, "manager_a")


def test_the_workbench_asks_for_visits_once(world: World) -> None:
    def asked(client: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("rounds:unit", args=[world.unit["a"].pk])).status_code == 200
        return sum('FROM "inspections_visit"' in query["sql"] for query in queries)

    officer, leader = world.client("officer_a"), world.client("leader")
    assert (asked(officer), asked(leader)) == (1, 0)  # whether there is any
    with CaptureQueriesContext(connection) as queries:
        assert officer.get(reverse("rounds:answer", args=[world.answer("a", "A2").pk])).status_code == 200
    assert not [query for query in queries if "inspections_visit" in query["sql"]]
    for _ in range(3):
        visit(world, announced_at=now(), state="notified", planned_on=today())
    assert (asked(officer), asked(leader)) == (2, 0)  # and those in sight, however many
