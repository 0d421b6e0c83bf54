"""Machines read what people see, and a step that is sent twice is done once."""

from __future__ import annotations

import json

import pytest

from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything
from duxue.web.rounds.models import RoundUnit
from tests.web.worlds import World

BASE = "/api/v1/rounds/sample-2024"


@pytest.mark.parametrize(
    "route", ["", "/units", "/items", "/windows", "/known", "/matrix", "/matrix?items=true"]
)
def test_organisers_read_everything_and_foreigners_nothing(world: World, route: str) -> None:
    response = world.client("organiser").get(BASE + route)
    assert response.status_code == 200, response.content.decode()
    assert world.client("foreign_organiser").get(BASE + route).status_code == 404
    assert world.client("public").get(BASE + route).status_code == 401


def test_a_unit_reads_its_own(world: World) -> None:
    client = world.client("manager_a")
    assert [u["code"] for u in client.get(BASE + "/units").json()["rows"]] == [world.unit["a"].code]
    assert {k["unit"] for k in client.get(BASE + "/known").json()["rows"]} == {world.unit["a"].code}
    assert client.get(BASE + "/matrix").status_code == 403
    assert [r["slug"] for r in client.get("/api/v1/rounds/").json()["rows"]] == ["sample-2024"]


def test_a_step_sent_twice_is_done_once(world: World) -> None:
    with everything("test"):
        RoundUnit.objects.filter(round=world.round).update(state="settled")
    client = world.client("organiser")

    def send(reason: str = "") -> tuple[int, dict[str, object]]:
        response = client.post(
            BASE + "/move/freeze", json.dumps({"reason": reason}), content_type="application/json",
            headers={"Idempotency-Key": "k1"},
        )  # fmt: skip
        return response.status_code, response.json()

    assert send() == send() == (200, {"before": "open", "state": "frozen"})
    assert send("other")[0] == 409
    with everything("test"):
        assert AuditEvent.objects.filter(action="duxue.round.freeze").count() == 1


def test_refusals_come_with_codes_and_words(world: World) -> None:
    response = world.client("organiser").post(BASE + "/move/freeze", "{}", content_type="application/json")
    assert response.status_code == 422
    assert {p["code"] for p in response.json()["problems"]} == {"CASE014"}
    denied = world.client("leader").post(BASE + "/move/freeze", "{}", content_type="application/json")
    assert denied.status_code == 403
    assert "组织者" in denied.json()["problems"][0]["what"]["zh"]
