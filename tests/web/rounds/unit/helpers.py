"""Short ways to act in the tests of a unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from duxue.web.common.scope import acting, everything
from duxue.web.rounds.models import Answer, Submission
from duxue.web.rounds.services.answers import answer_save
from duxue.web.rounds.services.submitting import unit_submit, unit_withdraw
from tests.web.worlds import World

ASKED = ("A2", "B1", "B2")  # A1 is decided by data


def fill(world: World, code: str, unit: str = "a", who: str = "officer_a", **values: Any) -> Answer:
    """Save an answer as someone of the unit."""
    answer = world.answer(unit, code)
    given = {
        "self_score": Decimal(4),
        "narrative": f"{code}已完成。",
        "ready": True,
        "version": answer.version,
        **values,
    }
    actor = world.actor(who)
    with acting(actor):
        return answer_save(actor=actor, answer=answer, **given)


def fill_all(world: World, unit: str = "a", who: str = "officer_a") -> None:
    """Fill every item that is asked."""
    for code in ASKED:
        fill(world, code, unit, who)


def submit(world: World, key: str = "k1", who: str = "manager_a", **options: Any) -> Submission:
    """Submit unit A."""
    actor = world.actor(who)
    with acting(actor):
        return unit_submit(actor=actor, unit=world.unit["a"], key=key, **options)


def withdraw(world: World, reason: str = "补充材料") -> Submission:
    """Withdraw unit A's submission."""
    actor = world.actor("manager_a")
    with acting(actor):
        return unit_withdraw(actor=actor, unit=world.unit["a"], reason=reason)


def reload(world: World, unit: str = "a") -> None:
    """Read a unit again."""
    with everything("test"):
        world.unit[unit].refresh_from_db()


def codes(problems: Any) -> list[str]:
    """Return the codes of problems."""
    return [p.code for p in problems]
