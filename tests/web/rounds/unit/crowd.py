"""A crowd at the deadline, in a process and a database of its own: eight browsers press the button of one unit at once.

Then two organisers freeze the round at once. Prints what came of it as JSON: keys of the submissions that were answered, errors, rows, events, how often the round was frozen
and what the other was told, whether the chain holds.
"""

from __future__ import annotations

import json
import threading
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
    told_second = freeze(world)
    with everything("test"):
        told = {
            "frozen": AuditEvent.objects.filter(action="duxue.round.freeze").count(),
            "other told": told_second,
            "answered": found,
            "wrong": wrong,
            "submissions": Submission.objects.count(),
            "events": AuditEvent.objects.filter(action="duxue.unit.submit").count(),
            "chain holds": not list(breaks(AuditEvent.objects.order_by("seq").iterator())),
        }
    print(json.dumps(told))  # noqa: T201 - this is its answer


if __name__ == "__main__":
    main()
