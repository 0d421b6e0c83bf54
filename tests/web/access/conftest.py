"""The stage on which access is tried; a module that needs another has its own fixture of this name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.access.stage import Stage, make_stage, standing
from tests.web.worlds import make_world


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The world with its things, made once: whatever a request does is taken back."""
    with standing(django_db_blocker, tmp_path_factory.mktemp("home")):
        yield make_stage(make_world())


@pytest.fixture
def _django_db_helper(stage: Stage) -> None:
    """Replace the plugin's transaction for each test: the stage stands in one of its own."""
