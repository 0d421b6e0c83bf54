"""The tutorial on draws gives, command by command, the result that it prints."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from duxue.cli.main import main
from tests.docs.test_commands import list_commands

PAGE = "docs/tutorial/draw-counties.md"
TEXT = (Path(__file__).resolve().parents[2] / PAGE).read_text(encoding="utf-8")
FILE = re.compile(r"^```(?:toml|json|csv)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_tutorial_gives_what_it_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command leaves as announced; two counties of each city; the digest and every drawn county stand on the page."""
    if find_spec("py_ecc") is None:
        pytest.skip("no py_ecc: pip install 'duxue[beacon]'")
    monkeypatch.chdir(tmp_path)
    files = dict(FILE.findall(TEXT))
    assert {*files} == {"plan.toml", "round.json", "counties.csv"}
    for name, text in files.items():
        Path(name).write_text(text, encoding="utf-8")
    commands = list_commands(PAGE)
    assert len(commands) == 7
    for words, code in commands:
        result = CliRunner().invoke(main, words[1:], env={"DUXUE_LANG": "en"}, prog_name="duxue")
        assert result.exit_code == code, f"{words}\n{result.output}\n{result.exception!r}"
    certificate = json.loads(Path("draw/certificate-1.json").read_bytes())
    assert certificate["digest"] in TEXT
    places = dict(line.split(",")[::2] for line in files["counties.csv"].splitlines()[1:])
    drawn = certificate["result"]["selected"]
    assert len({*drawn}) == 32
    for city in {*places.values()}:
        assert sum(places[code] == city for code in drawn) == 2
    assert all(f" {code}" in TEXT.split("## The list")[0] for code in drawn)
    assert Path("draw/certificate-1.pdf").read_bytes().startswith(b"%PDF-")
    assert "https://" not in Path("draw/verify.html").read_text(encoding="utf-8")
