"""Windows: an extension never shortens, holds for one or for all, needs a reason, and is told to the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from duxue.core.errors import Refused
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import everything
from duxue.web.rounds.procedures import window_state, windows_of
from duxue.web.rounds.services.windows import window_close, window_extend, window_open, windows_plan
from tests.web.worlds import World

STEP = "self_evaluation"


def test_one_unit_has_longer_and_the_others_do_not(world: World) -> None:
    before, later = windows_of(world.round)[STEP].closes, now() + timedelta(days=60)
    window_extend(
        actor=world.actor("organiser"),
        round=world.round,
        step=STEP,
        closes=later,
        reason="洪灾",
        unit=world.unit["a"],
    )
    assert windows_of(world.round, world.unit["a"])[STEP].closes == later
    assert windows_of(world.round, world.unit["b"])[STEP].closes == before
    with everything("test"):
        event = AuditEvent.objects.get(action="duxue.round.change_window")
    assert event.reason == "洪灾"
    assert world.unit["a"].code in event.data


def test_an_extension_never_shortens(world: World) -> None:
    actor, soon = world.actor("organiser"), now() + timedelta(days=2)
    for unit in (None, world.unit["a"]):
        with pytest.raises(Refused, match=r"不能缩短|never shortens"):
            window_extend(actor=actor, round=world.round, step=STEP, closes=soon, reason="x", unit=unit)
    far, less = now() + timedelta(days=90), now() + timedelta(days=60)
    window_extend(actor=actor, round=world.round, step=STEP, closes=far, reason="x", unit=world.unit["a"])
    window_extend(actor=actor, round=world.round, step=STEP, closes=less, reason="y")
    assert windows_of(world.round, world.unit["a"])[STEP].closes == far


def test_a_closed_step_opens_again_only_by_an_extension(world: World) -> None:
    actor = world.actor("organiser")
    window_close(actor=actor, round=world.round, step=STEP, reason="全部已交", confirm="Self-evaluation")
    later = now() + timedelta(minutes=1)
    assert not window_state(world.round, STEP, at=later)
    window_extend(actor=actor, round=world.round, step=STEP, closes=now() + timedelta(days=3), reason="补报")
    assert window_state(world.round, STEP, at=later)


def test_closing_early_ends_extensions_too(world: World) -> None:
    actor = world.actor("organiser")
    window_extend(
        actor=actor,
        round=world.round,
        step=STEP,
        closes=now() + timedelta(days=90),
        reason="x",
        unit=world.unit["a"],
    )
    window_close(actor=actor, round=world.round, step=STEP, reason="结束", confirm="自查自评")
    assert not window_state(world.round, STEP, world.unit["a"], at=now() + timedelta(seconds=2))


@pytest.mark.parametrize("reason", ["", "   "])
def test_every_change_needs_a_reason(world: World, reason: str) -> None:
    actor, later = world.actor("organiser"), now() + timedelta(days=60)
    with pytest.raises(Refused):
        window_extend(actor=actor, round=world.round, step=STEP, closes=later, reason=reason)
    with pytest.raises(Refused):
        window_close(actor=actor, round=world.round, step=STEP, reason=reason, confirm="自查自评")
    with pytest.raises(Refused):
        window_open(actor=actor, round=world.round, step=STEP, reason=reason)


@pytest.mark.parametrize("who", ["leader", "manager_a", "reviewer1", "foreign_organiser", "public"])
def test_only_organisers_change_windows(world: World, who: str) -> None:
    with pytest.raises(Denied):
        window_extend(
            actor=world.actor(who),
            round=world.round,
            step=STEP,
            closes=now() + timedelta(days=60),
            reason="x",
        )


def test_an_open_round_is_not_planned_anew(world: World) -> None:
    with pytest.raises(Refused):
        windows_plan(actor=world.actor("organiser"), round=world.round, windows=windows_of(world.round))
