"""A crowd at the deadline, in a process and a database of its own: eight browsers press the button of one unit at once.

Then colleagues of the other unit go on typing while it is handed in and withdrawn, and two organisers freeze the round at once. Prints what came of it as JSON: keys of the submissions that were answered, errors, rows, events, how often the round was frozen
and what the other was told, whether the chain holds.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.web.worlds import World

BROWSERS = 8


def freeze(world: World) -> list[list[str]]:
    """Let two organisers freeze the round at once; return the codes of problems of whoever was second."""
    from django.db import connections

    from duxue.core.errors import Refused
    from duxue.web.common.policy import Denied
    from duxue.web.common.scope import acting, everything
    from duxue.web.rounds.models import Round, RoundUnit
    from duxue.web.rounds.services.moving import round_move

    with everything("test"):
        RoundUnit.objects.filter(round=world.round).update(state="settled")
    start, told = threading.Barrier(2), []

    def press(who: str) -> None:
        actor = world.actor(who)
        try:
            held = Round._base_manager.select_related("authority").get(pk=world.round.pk)
            start.wait()
            with acting(actor):
                round_move(actor=actor, round=held, transition="freeze")
        except Refused as refused:
            told.append([problem.code for problem in refused.problems])
        except Denied as denied:
            told.append([denied.why.say("en")])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(who,)) for who in ("organiser", "organiser2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def type_on(world: World) -> list[str]:
    """Let three people type in a unit that a fourth hands in and withdraws ten times; return what was no refusal."""
    from django.db import connections

    from duxue.core.errors import Refused
    from duxue.web.common.scope import acting
    from duxue.web.rounds.models import Answer, RoundUnit
    from duxue.web.rounds.services.answers import answer_save
    from duxue.web.rounds.services.submitting import unit_submit, unit_withdraw

    actor, wrong, over = world.actor("manager_b"), list[str](), threading.Event()
    unit_pk = world.unit["b"].pk

    def work(step: Callable[[], None]) -> None:
        try:
            with acting(actor):
                step()
        except Refused:
            pass  # handed in already, or somebody else wrote meanwhile
        except Exception as error:  # noqa: BLE001 - told to whoever runs this
            wrong.append(repr(error))

    def types(code: str) -> None:
        def once() -> None:
            row = Answer._base_manager.select_related("item", "unit", "round__authority").get(
                unit=unit_pk, item=world.items[code]
            )
            answer_save(
                actor=actor,
                answer=row,
                version=row.version,
                self_score=row.self_score,
                narrative="校舍",
                ready=True,
            )

        while not over.is_set():
            work(once)
        connections.close_all()

    def hands_in(n: int) -> None:
        unit = RoundUnit._base_manager.select_related("round__authority").get(pk=unit_pk)
        unit_submit(actor=actor, unit=unit, key=f"again {n}")
        unit_withdraw(actor=actor, unit=unit, reason="再改")

    threads = [threading.Thread(target=types, args=(code,)) for code in ("A2", "B1", "B2")]
    for thread in threads:
        thread.start()
    for n in range(10):
        work(lambda n=n: hands_in(n))  # type: ignore[misc]
    over.set()
    for thread in threads:
        thread.join()
    return wrong


def main() -> None:
    """Make a world, let the crowd in, tell what came of it."""
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    from duxue.web.common.audit import breaks
    from duxue.web.common.models import AuditEvent
    from duxue.web.common.scope import acting, everything
    from duxue.web.rounds.models import RoundUnit, Submission
    from duxue.web.rounds.services.submitting import unit_submit
    from tests.web.rounds.unit.helpers import fill_all
    from tests.web.worlds import make_world

    world = make_world()
    fill_all(world)
    fill_all(world, "b", "officer_b")
    actor, pk = world.actor("manager_a"), world.unit["a"].pk
    found: list[int] = []
    wrong: list[str] = []
    start = threading.Barrier(BROWSERS)

    def press(key: str) -> None:
        try:
            unit = RoundUnit._base_manager.get(pk=pk)
            start.wait()
            with acting(actor):
                found.append(unit_submit(actor=actor, unit=unit, key=key).pk)
        except Exception as error:  # noqa: BLE001 - told to whoever runs this
            wrong.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(f"key {n % 3}",)) for n in range(BROWSERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrong += type_on(world)
    told_second = freeze(world)
    with everything("test"):
        told = {
            "frozen": AuditEvent.objects.filter(action="duxue.round.freeze").count(),
            "other told": told_second,
            "answered": found,
            "wrong": wrong,
            "submissions": Submission.objects.filter(unit=pk).count(),
            "events": AuditEvent.objects.filter(action="duxue.unit.submit", object_id=str(pk)).count(),
            "handed in again": Submission.objects.filter(unit=world.unit["b"].pk).count(),
            "chain holds": not list(breaks(AuditEvent.objects.order_by("seq").iterator())),
        }
    print(json.dumps(told))  # noqa: T201 - this is its answer


if __name__ == "__main__":
    main()
