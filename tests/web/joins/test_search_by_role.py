"""Whoever searches finds what they may open and nothing else: each hit of each role opens, none tells of what is not theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import acting, everything
from duxue.web.evidence.models import Blob, File
from duxue.web.rectification.models import Problem
from duxue.web.reporting.search import find, rebuild
from duxue.web.rounds.models import Answer
from tests.web.worlds import PEOPLE, World

WORD = "暗号均衡"  # stands in an answer, a problem and a file of unit A
INSIDE = {"organiser", "organiser2", "leader", "auditor", "manager_a", "officer_a"}
FINDS = {
    "answer": INSIDE | {"reviewer1"},
    "problem": INSIDE - {"manager_a", "officer_a"},  # not handed over yet
    "evidence": {"manager_a", "officer_a"},  # attached to nothing: the unit's own
}


@pytest.fixture
def written(world: World, tmp_path: Path, settings: Any) -> World:
    """Unit A has handed in an answer, a problem of it was found, and it keeps a file."""
    settings.HOME = tmp_path
    world.submit("a")
    unit, moment = world.unit["a"], now()
    with everything("test"):
        Answer.objects.filter(unit=unit, item=world.items["B1"]).update(narrative=f"甲{WORD}乙")
        Problem.objects.create(
            code="2024-x-001", round=world.round, unit=unit, path=unit.path, item=world.items["B1"], item_code="B1",
            source="audit", level="city", kind="by_date", text=f"丙{WORD}丁", state="identified", state_since=moment,
            responsible=world.org["city_a"], found_at=moment,
        )  # fmt: skip
        blob = Blob.objects.create(
            sha256="0" * 64, size=1, media_type="text/plain", family="text", stored_at=moment
        )
        File.objects.create(
            blob=blob,
            organisation=world.org["city_a"],
            path=unit.path,
            name=f"戊{WORD}己.txt",
            uploaded_at=moment,
        )
        rebuild()
    return world


@pytest.mark.parametrize("who", [*PEOPLE, "public"])
def test_a_role_finds_and_opens_its_own_and_hears_of_nothing_else(written: World, who: str) -> None:
    with acting(written.actor(who)):
        hits, counts, more = find(WORD)
    wanted = {kind: 1 for kind, people in FINDS.items() if who in people}
    assert (dict(counts), more) == (wanted, frozenset())
    assert {hit.kind for hit in hits} == wanted.keys()
    client = written.client(who)
    for hit in hits:
        assert client.get(hit.url).status_code == 200, hit.url
    page = client.get(reverse("reporting:search"), {"q": WORD}, follow=True).content.decode()
    for kind, secret in (("answer", "甲"), ("problem", "丙"), ("evidence", "戊")):
        assert (f"{secret}<mark>" in page) == (who in FINDS[kind]), kind


@pytest.mark.parametrize("who", [key for key in PEOPLE if not key.startswith("foreign")])
@pytest.mark.parametrize(("asked", "kind"), [("样本市A", "unit"), ("条目B1", "item")])
def test_units_and_items_open_for_whoever_finds_them(written: World, who: str, asked: str, kind: str) -> None:
    with acting(written.actor(who)):
        hits = find(asked, kind).hits
    client = written.client(who)
    assert [client.get(hit.url).status_code for hit in hits] == [200] * len(hits)
    if who in INSIDE:
        assert hits
