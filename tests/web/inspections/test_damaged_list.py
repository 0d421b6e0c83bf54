"""A draw whose list on disk is damaged: the page stands and says so, and what the site itself knows stays to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from duxue.web.inspections.services import drawing
from tests.web.inspections.field import drawn
from tests.web.worlds import World

SAID = {"zh-hans": "公布的名单 list.tsv 不能使用", "en": "The published list (list.tsv) cannot be used"}


@pytest.mark.parametrize("lang", SAID)
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-7]),  # cut off in the middle of a line
        lambda path: path.write_bytes(b"\xff\xfe" + path.read_bytes()),
        lambda path: path.write_bytes(path.read_bytes().splitlines(keepends=True)[0]),
        lambda path: path.write_text(path.read_text("utf-8").replace("样本县A1", "样本县X1"), "utf-8"),
        lambda path: path.unlink(),
    ],
    ids=["cut", "bytes", "empty", "changed", "gone"],
)
def test_a_damaged_list_is_said_in_words(
    world: World, tmp_path: Path, settings: Any, damage: Any, lang: str
) -> None:
    settings.HOME = tmp_path
    draw, visits = drawn(world)
    client = world.client("organiser")
    client.cookies["duxue_language"] = lang
    page = reverse("inspections:draw", args=[draw.pk])
    assert SAID[lang] not in client.get(page).text
    damage(drawing.home(draw) / "list.tsv")
    answer = client.get(page)
    assert answer.status_code == 200
    assert SAID[lang] in answer.text
    assert all(visit.place_code in answer.text for visit in visits)
    assert all(str(visit.place) in answer.text for visit in visits)
