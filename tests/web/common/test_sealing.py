"""The guards of the database are there after every migration, and readiness tells when one is not."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from duxue.web.common import audit, sealing
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


def test_every_guard_is_there() -> None:
    assert sealing.missing(connection) == []
    of_rounds = 3 * len((*sealing.IN_ROUND, *sealing.BELOW)) + 2  # the round itself: update and delete
    assert len(sealing.guards()) == 2 * len(sealing.APPENDED) + of_rounds


def test_a_guard_that_was_taken_away_is_told_and_comes_back() -> None:
    (name, table, *_), _message = sealing.guards()[0]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["guards_missing"]) == (503, 1)
    call_command("migrate", verbosity=0)
    assert sealing.missing(connection) == []
    assert Client().get("/readyz").status_code == 200


@pytest.mark.parametrize(
    "change", ["UPDATE common_auditevent SET reason = 'x'", "DELETE FROM common_auditevent"]
)
def test_an_event_of_the_audit_neither_changes_nor_goes(world: World, change: str) -> None:
    with everything("test"), transaction.atomic():
        event = audit.record(
            world.actor("organiser"), "duxue.grant.given", world.org["city_a"], reason="因故"
        )
    with (
        pytest.raises(DatabaseError, match=sealing.APPEND_ONLY),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{change} WHERE seq = {event.seq}")
    with everything("test"):
        assert AuditEvent.objects.get(seq=event.seq).reason == "因故"
