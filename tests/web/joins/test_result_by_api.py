"""A unit's own system reads its result as the page tells it: by layer and item, with the reasons, nothing before it is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.reporting.models import UnitScore
from duxue.web.reporting.services.scoring import scoring_make
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.selectors.result import result_of
from tests.web.joins.told import judged, score, tell
from tests.web.reporting.conftest import Office, home, office  # noqa: F401 - fixtures
from tests.web.worlds import World

PATH = "/api/v1/rounds/sample-2024/units/9901a0/result"


def test_a_result_is_read_by_layer_and_item_once_it_is_told(world: World) -> None:
    client = world.client("manager_a")
    score(world, "12")
    before = client.get(PATH).json()
    assert (before["told_at"], before["score"], before["items"]) == (None, None, [])
    judged(world)
    tell(world)
    told = client.get(PATH).json()
    assert (told["unit"], told["state"], told["objections_until"] > told["told_at"]) == ("9901a0", "notified", True)  # fmt: skip
    assert (Decimal(told["score"]["points"]), told["score"]["final"]) == (12, False)
    item = {row["item"]: row for row in told["items"]}["B1"]
    layers = ("self_score", "computed", "online", "field", "points", "full")
    assert [Decimal(item[name]) for name in layers] == [4, 5, 3, 2, 3, world.items["B1"].points]
    assert [reason["text"]["zh"] for reason in item["reasons"]] == ["制度未落实到校。", "两所学校没有记录。"]
    assert "reviewer1" not in client.get(PATH).content.decode()
    assert {row["item"]: row["known"] for row in told["items"]} == {"A1": ["L1"], "B1": []}


def test_the_final_result_stands_beside_what_was_told(world: World) -> None:
    score(world, "12")
    tell(world)
    score(world, "16", "final")
    client = world.client("manager_a")
    assert client.get(PATH).json()["score"]["other_points"] is None  # not before the round is frozen
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(sealed_at=now(), state="frozen")
    final, told = (client.get(PATH, {"as_told": flag}).json()["score"] for flag in ("false", "true"))
    assert [(s["final"], Decimal(s["points"]), Decimal(s["other_points"])) for s in (final, told)] == [
        (True, 16, 12), (False, 12, 16),
    ]  # fmt: skip


@pytest.mark.parametrize("published", [True, False])
def test_grade_reason_and_credibility_are_those_of_the_page(office: Office, published: bool) -> None:  # noqa: F811
    with everything("test"):
        office.round.settings |= {"publish_grades": published}
        office.round.save()
    office.seal()
    scoring_make(office.actor("organiser"), office.round, "final")
    client = Client()
    client.force_login(office.users["leader"], backend="allauth.account.auth_backends.AuthenticationBackend")
    told = client.get("/api/v1/rounds/small-2023/units/910400/result").json()
    with everything("test"):
        unit = RoundUnit.objects.select_related("round").get(round=office.round, code="910400")
        kept, shown = UnitScore.objects.get(unit=unit, scoring__kind="final"), result_of(unit)
    assert Decimal(told["score"]["points"]) == kept.points
    assert Decimal(told["score"]["credibility"]) == kept.credibility
    assert shown.how is not None
    assert told["score"]["how"]["line"]["en"] == shown.how.line.say("en")
    assert [row["item"] for row in told["items"]] == [row.item.code for row in shown.rows]
    assert ["RATE"] in [row["indicators"] for row in told["items"]]
    why, grade = told["score"]["why"], told["score"]["grade"]
    assert (why is not None and "serious accident" in why["en"], grade is not None) == (published, published)
