"""The how-to page on double random does, command by command, what it says."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from duxue.cli.main import main
from tests.docs.test_commands import list_commands

PAGE = "docs/howto/double-random-inspection.md"
TEXT = (Path(__file__).resolve().parents[2] / PAGE).read_text(encoding="utf-8")
FILE = re.compile(r"^```(?:toml|csv)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_gives_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command leaves as announced; the table has a row for each place; the second run is a second run."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILE.findall(TEXT):
        Path(name).write_text(text, encoding="utf-8")
    commands = list_commands(PAGE)
    assert len(commands) == 7
    for words, code in commands:
        result = CliRunner().invoke(main, words[1:], env={"DUXUE_LANG": "en"}, prog_name="duxue")
        assert result.exit_code == code, f"{words}\n{result.output}\n{result.exception!r}"
    rows = list(csv.DictReader(Path("autumn/plan-1.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 8
    assert len({r["school"] for r in rows}) == 4
    assert "S00" not in {r["school"] for r in rows}  # visited a year ago
    assert Path("autumn/certificate-1.pdf").read_bytes().startswith(b"%PDF-")
    assert len(Path("autumn/chain.jsonl").read_text(encoding="utf-8").splitlines()) == 3
