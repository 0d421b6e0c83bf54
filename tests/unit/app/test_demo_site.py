"""Filling the demonstration's site: each part is told as it begins, and what goes wrong is told in the end."""

from __future__ import annotations

import os
import sys
import time

import pytest

from duxue.app.demo_site import fill
from duxue.core.errors import Refused
from duxue.core.text import Text

TELLS = """
import sys, time
print("  0.1 s  建立机构 / bodies", flush=True)
time.sleep(0.6)
print(" 12.3 s  自评：甲市 / self-evaluation: A", flush=True)
print("a word of another library", flush=True)
"""
FAILS = "import sys; sys.stderr.write('x' * 200_000 + '\\nnot as it is written\\n'); sys.exit(1)"


def test_each_part_is_told_when_it_begins() -> None:
    told: list[tuple[float, Text]] = []
    fill([sys.executable, "-c", TELLS], os.environ, lambda text: told.append((time.monotonic(), text)))
    assert [(t.zh, t.en) for _, t in told] == [
        ("写入网站：建立机构", "filling the site: bodies"),
        ("写入网站：自评：甲市", "filling the site: self-evaluation: A"),
    ]
    assert told[1][0] - told[0][0] > 0.3  # not both at the end


def test_a_command_that_fails_is_told_with_its_last_words() -> None:
    with pytest.raises(Refused) as refused:
        fill([sys.executable, "-c", FAILS], os.environ, lambda _: None)
    assert [p.code for p in refused.value.problems] == ["OPS004"]
    assert "not as it is written" in refused.value.problems[0].render("en")
