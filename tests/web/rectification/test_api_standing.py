"""Standing and calendar of the ledger for machines: counted as the pages count, in sight only."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from duxue.web.accounts.models import Grant
from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.rectification.models import Problem
from duxue.web.rectification.selectors.ledger import Filter, counts
from duxue.web.rounds.models import Round
from tests.web.rectification.ledger import go, make
from tests.web.worlds import World

ROOT = "/api/v1/rectification"


def late(problem: Problem) -> Problem:
    with everything("test"):
        Problem.objects.filter(pk=problem.pk).update(due=now() - timedelta(days=2))
    return problem


def asked(world: World, who: str, path: str, **query: Any) -> tuple[int, Any]:
    told = world.client(who).get(f"{ROOT}/{path}", query)
    return told.status_code, told.json()


def test_units_stand_as_on_the_page(world: World) -> None:
    go(world, make(world), "reopened")
    go(world, make(world), "closed")
    late(go(world, make(world, unit="b"), "notified"))
    path = f"rounds/{world.round.slug}/standing"
    status, told = asked(world, "leader", path)
    assert status == 200
    assert [(r["unit"], r["found"], r["closed"], r["overdue"], r["open"]) for r in told["rows"]] == [
        ("9901b0", 1, 0, 1, 1), ("9901a0", 2, 1, 0, 1),
    ]  # fmt: skip
    assert told["total"] == {"found": 3, "closed": 1, "open": 2, "overdue": 1, "dropped": 0, "reopened": 1}
    assert told["rows"][1]["share"] == 50
    assert [r["unit"] for r in asked(world, "manager_a", path)[1]["rows"]] == ["9901a0"]
    assert asked(world, "foreign_organiser", path)[0] == 404
    _, first = asked(world, "leader", path, size=1)
    _, rest = asked(world, "leader", path, size=1, cursor=first["later"])
    assert [first["rows"], rest["rows"]] == [[row] for row in told["rows"]]
    assert (first["earlier"], rest["later"], first["total"]) == ("", "", told["total"])
    assert asked(world, "leader", path, size=1, cursor=rest["earlier"])[1]["rows"] == first["rows"]
    for cursor in ("nonsense", first["later"][:-4]):
        assert asked(world, "leader", path, cursor=cursor)[0] == 400


def test_open_is_one_word_in_every_route_and_page(world: World) -> None:
    go(world, make(world), "reopened")
    go(world, make(world), "closed")
    late(go(world, make(world, unit="b"), "notified"))
    slug, leader = world.round.slug, world.client("leader")
    total = asked(world, "leader", f"rounds/{slug}/standing")[1]["total"]
    told = leader.get(f"/api/v1/rounds/{slug}/standing").json()["rectification"]
    assert [(one["open"], one["overdue"]) for one in told] == [(total["open"], total["overdue"])] == [(2, 1)]
    for query, n in (({"state": "open"}, 2), ({"clock": "overdue"}, 1), ({"clock": "in_time"}, 1)):
        assert len(asked(world, "leader", "problems", round=slug, **query)[1]["problems"]) == n, query
    page = leader.get("/problems/statistics/")
    assert page.context["total"]["open"] == 2
    for row in page.context["chart"]["data"]["rows"]:
        for state, count in row["counts"].items():
            assert len(leader.get(row["hrefs"][state]).context["rows"]) == count, state


def test_statistics_open_on_the_round_with_the_most_open_problems_and_tell_the_dropped(world: World) -> None:
    with everything("test"):
        newer = Round.objects.create(
            authority=world.round.authority, slug="sample-2025", title_zh="新", title_en="New", evaluated_year=2025, state="open",
            round_year=2026, pack=world.round.pack, created_at=now(), created_by=world.user["organiser"],
        )  # fmt: skip
        made = [make(world, item=item) for item in ("B1", "B2", "A1", "A2")]
        Problem.objects.filter(pk=made[0].pk).update(round=newer)
        Problem.objects.filter(pk=made[1].pk).update(state="dropped")
    page = world.client("leader").get("/problems/statistics/", headers={"accept-language": "en"})
    assert page.context["round"] == world.round
    assert "This is the round with the most open problems" in page.content.decode()
    assert page.context["total"]["found"] == 3
    assert page.context["chart"]["sentence"].say("en") == (
        "3 found, 1 of them dropped and not counted. Of 2 problems 0 are closed and 0 overdue."
    )
    asked = world.client("leader").get("/problems/statistics/", {"round": "sample-2025"})
    assert asked.context["round"] == newer
    assert "This is the round with the most open problems" not in asked.content.decode()


def test_a_clock_that_is_none_is_told(world: World) -> None:
    go(world, make(world), "notified")
    assert asked(world, "organiser", "problems", clock="overdue")[1]["problems"] == []
    assert asked(world, "organiser", "problems", clock="over")[0] == 422


def test_days_to_close_are_never_negative(world: World) -> None:
    closed = go(world, make(world), "closed")
    with everything("test"):
        Problem.objects.filter(pk=closed.pk).update(found_at=now() + timedelta(days=3))
    status, told = asked(world, "leader", f"rounds/{world.round.slug}/standing")
    assert (status, told["rows"][0]["closed"], told["rows"][0]["days"]) == (200, 1, None)


def test_the_calendar_leads_to_what_is_due_on_a_day(world: World) -> None:
    over = [late(go(world, make(world, item=item), "notified")) for item in ("B1", "B2")]
    soon = go(world, make(world), "notified")
    late(go(world, make(world), "closed"))
    _, days = asked(world, "organiser", "calendar", unit="9901a0")
    assert [(d["count"], d["late"]) for d in days] == [(2, 2), (1, 0)]
    path = f"calendar/{days[0]['day']}"
    status, first = asked(world, "organiser", path, size=1)
    _, rest = asked(world, "organiser", path, size=1, cursor=first["later"])
    assert status == 200
    assert [p["code"] for p in (*first["problems"], *rest["problems"])] == [p.code for p in over]
    assert [p["id"] for p in asked(world, "organiser", f"calendar/{days[1]['day']}")[1]["problems"]] == [
        soon.pk
    ]
    assert asked(world, "manager_b", "calendar")[1] == []
    assert asked(world, "organiser", "calendar/2026-02-30")[0] == 422


def test_who_holds_another_role_reads_nothing_that_was_counted_for_the_first(world: World) -> None:
    for unit in "ab":
        go(world, make(world, unit=unit), "notified")
    path, (a, b) = f"rounds/{world.round.slug}/standing", (world.unit["a"].code, world.unit["b"].code)
    assert {row["unit"] for row in asked(world, "leader", path)[1]["rows"]} == {a, b}
    with acting(world.actor("leader")):
        assert counts(world.actor("leader"), Filter(), ("notified",))[0]["notified"].n == 2
    with everything("test"):
        Grant.objects.filter(user=world.user["leader"]).update(
            role="officer", organisation=world.org["city_b"]
        )
    assert {row["unit"] for row in asked(world, "leader", path)[1]["rows"]} == {b}
    with acting(world.actor("leader")):
        found, _ = counts(world.actor("leader"), Filter(), ("notified",))
    assert found["notified"].n == 1


@pytest.mark.parametrize("key", [[0, "x", 0], [0, "9999-12-31T23:59:59-23:00", 0], [1, 7, "x"]])
def test_a_cursor_that_names_no_moment_is_refused(world: World, key: list[Any]) -> None:
    go(world, make(world), "notified")
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")
    for path in ("/problems/calendar/", "/problems/?clock=overdue", f"{ROOT}/problems?clock=overdue"):
        told = world.client("leader").get(f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
        assert told.status_code == 400, path
