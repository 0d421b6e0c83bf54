"""Every page with hostile text in all that people write: nothing of it is markup, and no page may be kept or framed by others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from duxue.web.common.scope import everything
from tests.web.access.expected import FURTHER, PAGES, Row
from tests.web.access.stage import Stage, make_stage, standing
from tests.web.access.test_matrix import ask
from tests.web.attacks.spoiling import excepted, markup, models_of_the_site, spoil
from tests.web.worlds import make_world

pytestmark = pytest.mark.django_db
WATCHERS = ("organiser", "manager_a", "reviewer1", "inspector1")
GETS = {name: row for name, row in (PAGES | FURTHER).items() if row.method == "GET"}


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The world, every text in it hostile."""
    with standing(django_db_blocker, tmp_path_factory.mktemp("home")):
        found = make_stage(make_world())
        with everything("test"):
            spoil(found.world.actor("organiser"))
        yield found


@pytest.fixture
def _django_db_helper(stage: Stage) -> None:
    """Replace the plugin's transaction for each test: the stage stands in one of its own."""


@pytest.fixture(scope="module")
def answers(stage: Stage) -> list[tuple[str, Any]]:
    """What every page answers to those who may see it."""
    found = []
    for key in WATCHERS:
        client = stage.world.client(key)
        found += [
            (f"{name} for {key}", ask(client, name, row, stage, "own"))
            for name, row in GETS.items()
            if key in row.allowed
        ]
    return found


def test_every_exception_is_a_field() -> None:
    fields = {(m.__name__, f.name) for m in models_of_the_site() for f in m._meta.fields}
    assert sorted(excepted() - {f for _, f in fields} - {f"{m}.{f}" for m, f in fields}) == []


def test_hostile_text_is_text_on_every_page(answers: list[tuple[str, Any]]) -> None:
    pages = [
        (name, a.content.decode()) for name, a in answers if a.get("Content-Type", "").startswith("text/html")
    ]
    assert markup(pages) == []
    assert sum("&lt;b id=x1&gt;" in page for _, page in pages) > len(pages) / 2


def test_every_page_of_a_person_is_private_unframed_and_runs_no_foreign_script(
    answers: list[tuple[str, Any]],
) -> None:
    wrong = []
    for name, answer in answers:
        policy = answer.get("Content-Security-Policy", "")
        kept = answer.get("Cache-Control", "")
        good = (
            ("no-store" in kept or "private" in kept or name.startswith(("healthz", "readyz", "public:")))
            and answer.get("X-Frame-Options") == "DENY"
            and answer.get("X-Content-Type-Options") == "nosniff"
            and policy
            and "unsafe-inline" not in policy
            and "unsafe-eval" not in policy
        )
        if not good:
            wrong.append(f"{name}: {kept!r} {policy!r}")
    assert wrong == []


@pytest.mark.parametrize("name", ["rounds:matrix_csv", "rectification:export_csv", "common:audit_csv"])
def test_no_cell_of_an_export_is_a_formula(name: str, stage: Stage) -> None:
    row: Row = PAGES[name]
    client = stage.world.client("organiser")
    answer = client.get(reverse(name, args=row.args(stage, "own") if row.args else []))
    text = (b"".join(answer) if answer.streaming else answer.content).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert len(cells) > 5
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []


@pytest.mark.parametrize("verb", ["put", "delete", "patch"])
def test_pages_take_only_the_verbs_that_they_know(verb: str, stage: Stage) -> None:
    client = stage.world.client("organiser")
    wrong = []
    for name, row in PAGES.items():
        if "organiser" in row.allowed and name != "evidence:upload":
            path = reverse(name, args=row.args(stage, "own") if row.args else [])
            status = getattr(client, verb)(path).status_code
            if status not in {403, 404, 405}:
                wrong.append(f"{name}: {status}")
    assert wrong == []
