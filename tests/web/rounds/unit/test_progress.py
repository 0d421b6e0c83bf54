"""How far a unit is, is the same number on its first page, its workbench, the office's pages and the API."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from duxue.web.common.scope import acting, everything
from duxue.web.common.tasks_list import standings
from duxue.web.rounds.models import Answer, Known
from duxue.web.rounds.selectors.matrix import board_of
from duxue.web.rounds.selectors.progress import done, left_by
from duxue.web.rounds.selectors.standing import filling_chart
from duxue.web.rounds.selectors.todos_unit import filling
from duxue.web.rounds.selectors.workbench import workbench
from tests.web.rounds.unit.helpers import fill
from tests.web.worlds import World

PAGE = "/api/v1/rounds/{slug}/matrix"


def numbers(world: World) -> set[tuple[int, int]]:
    """Return how many of how many, as each place tells it of unit A."""
    unit, actor = world.unit["a"], world.actor("manager_a")
    with acting(actor):
        bench = workbench(actor, unit)
        (home,) = (s for s in standings(actor) if s.url == reverse("rounds:unit", args=[unit.pk]))
    assert home.unit is not None
    found = {(bench.done, len(bench.leaves)), (int(home.value), int(re.findall(r"\d+", str(home.unit))[0]))}
    office = world.actor("organiser")
    with acting(office):
        board = board_of(world.round)
        row = next(r for r in board.rows(board.page().rows) if r.unit.pk == unit.pk)
        tile = next(t for t in filling_chart(board, 2)["data"]["tiles"] if t["id"] == unit.code)
    found |= {(row.counts.filled, row.counts.total)}
    assert tile["text"] == f"{100 * bench.done / len(bench.leaves):.0f}%"
    sent = world.client("organiser").get(PAGE.format(slug=world.round.slug)).json()["rows"]
    return found | {(r["filled"], r["asked"]) for r in sent if r["unit"] == unit.code}


def test_every_place_tells_the_same_number(world: World) -> None:
    assert numbers(world) == {(1, 4)}  # data decide one item
    fill(world, "A2", ready=False)
    assert numbers(world) == {(1, 4)}
    fill(world, "B1")
    assert numbers(world) == {(2, 4)}
    fill(world, "A1", self_score=None, ready=False, narrative="数据已核对。")  # a note takes nothing away
    assert numbers(world) == {(2, 4)}
    world.submit("a")
    assert numbers(world) == {(4, 4)}
    with everything("test"):
        Answer.objects.filter(unit=world.unit["a"], item=world.items["B1"]).update(state="returned")
    assert numbers(world) == {(3, 4)}


@pytest.mark.parametrize("shown", [True, False])
def test_the_condition_and_the_page_agree_where_points_are_hidden(world: World, shown: bool) -> None:
    world.round.settings = {**world.round.settings, "show_points": shown}
    with everything("test"):
        world.round.save()
        world.unit["a"].round = world.round
        Known.objects.create(
            round=world.round, unit=world.unit["a"], item=world.items["A2"], indicator="L2", title_zh="数", title_en="Figure",
            year=2024, text="1", points=Decimal(1),
        )  # fmt: skip
        answers = Answer.objects.filter(unit=world.unit["a"])
        counted = answers.filter(done(world.round)).count()
        left = left_by(answers, world.round, "unit_id")[world.unit["a"].pk]
        assert counted + left == answers.count()
    actor = world.actor("manager_a")
    with acting(actor):
        own = filling(actor, world.unit["a"])
        assert workbench(actor, world.unit["a"]).done == own.ready == counted == int(shown)
        assert own.all == len(world.items) - 2
