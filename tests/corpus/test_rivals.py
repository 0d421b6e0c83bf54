"""A rival that cannot be installed or that stops is told in a line; the benchmark goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.parts import rivals


def test_a_rival_that_cannot_be_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rivals, "_ROOT", tmp_path)
    monkeypatch.setattr(rivals.venv, "create", lambda *_, **__: None)  # so there is no pip to run
    assert rivals.prepare("no-such-package-of-ours", "1") is None
    told = capsys.readouterr().out
    assert "no-such-package-of-ours==1: not compared" in told
    assert "pip install" in told


def test_a_rival_that_stops_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert rivals.ask(Path(sys.executable), "unknown", [("a", "b")], ["c"], 1.0) is None
    assert "unknown: not compared, it stopped" in capsys.readouterr().out
