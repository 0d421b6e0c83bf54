"""A crowd at the deadline, in a process and a database of its own: eight browsers press the button of one unit at once.

Prints what came of it as JSON: keys of the submissions that were answered, errors, rows, events, whether the chain holds.
"""

from __future__ import annotations

import json
import threading

import django

BROWSERS = 8


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
    with everything("test"):
        told = {
            "answered": found,
            "wrong": wrong,
            "submissions": Submission.objects.count(),
            "events": AuditEvent.objects.filter(action="duxue.unit.submit").count(),
            "chain holds": not list(breaks(AuditEvent.objects.order_by("seq").iterator())),
        }
    print(json.dumps(told))  # noqa: T201 - this is its answer


if __name__ == "__main__":
    main()
