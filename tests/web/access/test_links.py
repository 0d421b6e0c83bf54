"""Nobody is led to a closed door: each role follows the links of its first page and of those below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.access.stage import make_stage, standing
from tests.web.access.walking import closed_doors
from tests.web.worlds import World, make_world

pytestmark = pytest.mark.django_db
WALKERS = (
    "organiser", "leader", "auditor", "manager_a", "manager_b", "officer_a", "officer_a1", "reviewer1", "inspector1", "public",
)  # fmt: skip
# No data were evaluated here; the figures of the round in test_published can be explained, and are.
NOT_HERE = frozenset({"rounds:explain"})


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world with one of each thing, made once: links are only followed, nothing is sent."""
    with standing(django_db_blocker, tmp_path_factory.mktemp("home")):
        yield make_stage(make_world()).world


@pytest.fixture
def _django_db_helper(world: World) -> None:
    """Replace the plugin's transaction for each test: the world stands in one of its own."""


@pytest.mark.parametrize("key", WALKERS)
def test_no_link_leads_to_a_closed_door(world: World, key: str) -> None:
    wrong, count = closed_doors(world.client(key), NOT_HERE)
    assert "\n".join(wrong) == ""
    assert count > 3
