"""What a unit gave stays what it gave: its workbench agrees with its receipt, whatever is computed or told afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.rounds.models import Known, RoundUnit
from duxue.web.rounds.selectors.unit import is_asked
from duxue.web.rounds.selectors.workbench import workbench
from tests.web.rounds.unit.helpers import ASKED, fill, fill_all, submit
from tests.web.worlds import World


def shown(world: World) -> dict[str, Any]:
    """Return what the workbench of unit A says, read anew: scores, their sum, how far it is and the counts of its filters."""
    with everything("test"):
        unit = RoundUnit.objects.select_related("round__authority").get(pk=world.unit["a"].pk)
    actor = world.actor("manager_a")
    with acting(actor):
        bench = workbench(actor, unit)
        scores = {node.item.code: node.line.points for node in bench.leaves if node.line}
        branches = {node.item.code: node.points for node in bench.all_nodes if not node.line}
        states = {node.item.code: node.state for node in bench.leaves}
        return {
            "scores": scores, "branches": branches, "sum": bench.points, "done": bench.done, "counts": bench.counts,
            "states": states,
        }  # fmt: skip


@pytest.mark.parametrize("points_shown", [False, True])
def test_the_result_does_not_change_what_the_unit_gave(world: World, points_shown: bool) -> None:
    with everything("test"):
        world.round.settings = {**world.round.settings, "show_points": points_shown}
        world.round.save()
        world.unit["a"].round = world.round
    fill_all(world)
    if not points_shown:
        fill(world, "A1", self_score=Decimal("2.8"))
    receipt = submit(world).content
    before = shown(world)
    given = {item["code"]: Decimal(item["self_score"]) for item in receipt["items"]}
    assert before["scores"] == given
    assert before["sum"] == Decimal(receipt["points"])
    with everything("test"):
        Known.objects.filter(unit=world.unit["a"]).update(points=Decimal("0.5"))  # newer data came in
    assert shown(world) == before
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(state="notified", notified_at=now())
    assert shown(world) == before
    html = world.client("manager_a").get(reverse("rounds:unit", args=[world.unit["a"].pk])).content.decode()
    assert f"{Decimal(receipt['points']):f}" in html
    assert is_asked(world.answer("a", "A1")) is not points_shown


def test_a_draft_counts_what_data_decide_as_they_stand(world: World) -> None:
    fill_all(world)
    assert shown(world)["scores"] == {"A1": Decimal(5), **dict.fromkeys(ASKED, Decimal(4))}
    with everything("test"):
        Known.objects.filter(unit=world.unit["a"]).update(points=Decimal("0.5"))
    assert shown(world)["sum"] == Decimal("12.5")
