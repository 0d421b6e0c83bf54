"""The API says where a round stands as the leaders' page does, and lists all who are late or at risk."""

from __future__ import annotations

from typing import Any

import pytest

from duxue.web.common.clock import at
from duxue.web.common.scope import everything
from duxue.web.rounds.models import RoundUnit
from duxue.web.rounds.selectors.home import round_standings
from tests.web.rounds.organiser import plain
from tests.web.worlds import World

PATH = "/api/v1/rounds/sample-2024/standing"


@pytest.mark.parametrize("seed", range(3))
def test_it_is_as_worked_out_unit_by_unit(world: World, seed: int) -> None:
    moment = plain.random_round(world, seed)
    expected = plain.plain_board(world.round, moment)
    client = world.client("leader")

    def rows(of: str) -> list[dict[str, Any]]:
        found, cursor = [], ""
        while True:
            page = client.get(PATH, {"of": of, "size": 2, "cursor": cursor}).json()
            found += page["rows"]
            cursor = page["later"]
            if not cursor:
                return found

    with at(moment):
        told = client.get(PATH).json()
        late, at_risk = rows("late"), rows("at_risk")
    assert told["totals"] == {
        name: value
        for name, value in plain.plain_totals(world.round, expected).items()
        if name in told["totals"]
    }
    assert {"units", "late", "at_risk", "bare", "objections", "disputes"} <= set(told["totals"])
    wanted = {
        "late": [r for r in expected if r.late], "at_risk": [r for r in expected if r.at_risk and not r.late]
    }  # fmt: skip
    for name, found in (("late", late), ("at_risk", at_risk)):
        assert [row["unit"] for row in found] == [r.unit.code for r in wanted[name]]
        assert all(row["steps"] for row in found)
        assert [(row["filled"], row["asked"]) for row in found] == [
            (r.counts["filled"], r.counts["total"]) for r in wanted[name]
        ]
    assert client.get(PATH, {"of": "all"}).status_code == 422


def test_an_excused_unit_has_not_submitted_anywhere(world: World) -> None:
    world.submit("a")
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["b"].pk).update(state="excused", excused="受灾")
    told = world.client("leader").get(PATH).json()["totals"]["submitted"]
    for key in ("organiser", "leader"):
        (first, *_) = round_standings(world.actor(key))
        assert int(first.value) == told == 1


def test_the_open_step_is_told_with_its_end(world: World) -> None:
    told = world.client("auditor").get(PATH).json()
    step = {one["step"]: one for one in told["steps"]}["self_evaluation"]
    assert step["closes"] > told["at"]
    assert "working day" in step["left"]["en"]
    assert world.client("manager_a").get(PATH).status_code == 403
