"""What is said of the steps of a round: nothing is open in a draft, and a step whose time is over says who is left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Round, RoundUnit, Window
from duxue.web.rounds.selectors import standing
from duxue.web.rounds.selectors.matrix import board_of
from tests.web.rounds.organiser import plain
from tests.web.worlds import World


def overview(world: World, who: str, language: str = "en") -> str:
    client = world.client(who, **{"accept-language": language})
    page = client.get(reverse("rounds:show", args=[world.round.slug])).content.decode()
    return page.split('class="stepper"')[1].split("</ol>")[0]


def self_evaluation(world: World, who: str, language: str = "en") -> str:
    return overview(world, who, language).split("</li>")[0]


@pytest.fixture
def over(world: World) -> World:
    """Let the time of self-evaluation be over, with nothing submitted."""
    with everything("test"):
        windows = Window.objects.filter(round=world.round, step="self_evaluation")
        windows.update(opens=now() - timedelta(days=9), closes=now() - timedelta(days=1))
    return world


def test_a_step_that_is_over_says_how_many_units_are_left(over: World) -> None:
    said = self_evaluation(over, "organiser")
    assert "Over, 2 units open" in said
    assert "Closed" in said
    assert "Done" not in said
    assert "已结束，2个单位未提交" in self_evaluation(over, "organiser", "zh-hans")
    assert "Over, 1 unit open" in self_evaluation(over, "manager_a")  # its own
    over.submit("a")
    assert "Over, 1 unit open" in self_evaluation(over, "organiser")
    assert "Done" in self_evaluation(over, "manager_a")
    over.submit("b")
    assert "Done" in self_evaluation(over, "organiser")


def test_units_that_have_longer_are_open_without_being_late(over: World) -> None:
    with everything("test"):
        for unit in over.unit.values():
            Window.objects.create(
                round=over.round, unit=unit, step="self_evaluation", opens=now() - timedelta(days=9),
                closes=now() + timedelta(days=9),
            )  # fmt: skip
    said = self_evaluation(over, "organiser")
    assert "Over, 2 units open" in said
    assert 'class="active"' in said
    assert "Open now" in self_evaluation(over, "manager_a")


def test_who_follows_no_unit_reads_that_the_time_is_over(over: World) -> None:
    said = self_evaluation(over, "reviewer1")
    assert "Over<" in said
    assert "Done" not in said


def test_nothing_is_open_in_a_draft(world: World) -> None:
    assert "Open now" in overview(world, "organiser")
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(state="draft")
        world.round.refresh_from_db()
        tally = board_of(world.round).tally()
    assert {step.state for step in standing.steps_of(world.round)} == {"neutral"}
    assert standing.progress_chart(world.round, tally)["sentence"].say("zh-hans") == "自评尚未开始。"
    assert "Open now" not in overview(world, "organiser")
    assert standing.totals_of(world.round, tally).late == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_draft_is_counted_as_worked_out_unit_by_unit(world: World, seed: int) -> None:
    moment = plain.random_round(world, seed)
    with everything("test"):
        Round.objects.filter(pk=world.round.pk).update(state="draft")
        world.round.refresh_from_db()
    rows = sorted(tuple(row.looks) for row in plain.plain_board(world.round, moment))
    groups = board_of(world.round, moment).tally().groups
    assert sorted(look for group in groups for look in [group.looks] * group.units) == rows


def test_what_has_not_been_submitted_waits_in_no_later_step(world: World) -> None:
    with everything("test"):
        Window.objects.filter(round=world.round, step="online_review").update(
            opens=now() - timedelta(days=9), closes=now() + timedelta(days=9)
        )
    assert board_of(world.round).tally().looks()[1] == {"neutral": 2}
    with everything("test"):
        RoundUnit.objects.filter(pk=world.unit["a"].pk).update(state="in_review")
    assert board_of(world.round).tally().looks()[1] == {"active": 1, "neutral": 1}


def test_one_unit_is_said_as_one(over: World) -> None:
    over.submit("a")
    chart = standing.progress_chart(over.round, board_of(over.round).tally())
    assert (
        chart["sentence"].say("en") == "Self-evaluation: 1 unit has submitted, 1 is overdue, 0 are at work."
    )
    assert chart["sentence"].say("zh-hans") == "自评：1个单位已提交，1个逾期，0个在办。"
