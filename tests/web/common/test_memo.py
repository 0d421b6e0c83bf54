"""What a page remembers while it is made, and what it must not."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from duxue.web.common.memo import remembered, remembering


def test_outside_of_a_request_everything_is_read_anew() -> None:
    reads: list[int] = []
    for _ in range(2):
        remembered("key", lambda: reads.append(1))
    assert len(reads) == 2


def test_one_request_reads_a_thing_once_and_the_next_anew() -> None:
    reads: list[str] = []
    for _ in range(2):
        with remembering():
            for key in ("a", "b", "a"):
                remembered(key, lambda key=key: reads.append(key))  # type: ignore[misc]
    assert reads == ["a", "b", "a", "b"]


def test_a_request_that_changes_something_remembers_nothing() -> None:
    reads: list[int] = []
    with remembering(), remembering(False):
        for _ in range(2):
            remembered("key", lambda: reads.append(1))
    assert len(reads) == 2


def test_a_page_of_an_item_asks_for_its_windows_once(world: Any) -> None:
    answer = world.answer("a", "A1")
    client = world.client("officer_a")
    client.get(f"/rounds/answers/{answer.pk}/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/rounds/answers/{answer.pk}/").status_code == 200
    asked = [q["sql"] for q in queries if 'FROM "rounds_window"' in q["sql"]]
    assert len(asked) == 1
