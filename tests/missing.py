"""Tests that find a tool missing: at home they are skipped, where CI is set they fail, for nobody would miss them there.

Such a test says `no Chromium: how to get it`, or begins with `importorskip`. Node.js may be missing in CI too, and what
npm builds where it cannot fetch its packages: those stay skipped, and the summary (-ra) says which and why.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from typing import Any

import pytest

MISSING = re.compile(r"Skipped: (no (?!node\b)[\w.-]+(:|$)|could not import )")


def _failed(report: Any) -> Any:
    if report.skipped and os.environ.get("CI") and isinstance(report.longrepr, tuple):
        path, line, reason = report.longrepr
        if MISSING.match(reason):
            report.outcome = "failed"
            report.longrepr = f"{path}:{line}: {reason.removeprefix('Skipped: ')} (CI is set)"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Let a test fail that is skipped for want of a tool."""
    return _failed((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Let a whole file fail that is skipped for want of a tool."""
    return _failed((yield))
