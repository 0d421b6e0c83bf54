"""Each error code has a wrong pack that shows it: one file, one fault, marked `# here` in the line that is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from duxue.core.errors import Problem, Refused
from duxue.packs.lint import lint
from duxue.packs.loader import load
from duxue.packs.problems import CODES

HAN = re.compile("[\u4e00-\u9fff]")
WRONG = Path(__file__).parent / "wrong"
FILES = sorted(WRONG.glob("*.yaml"))
# Told without a rule file (no such pack, a link, a folder in use) or of cases.yaml: see tests/unit/packs.
ELSEWHERE = {"PACK001", "PACK009", "PACK040", *(f"PACK{number:03}" for number in range(50, 59))}


def code_of(file: Path) -> str:
    """Return the code that a wrong pack shows, the first word of its name."""
    return file.stem.partition("_")[0]


def find_problems(file: Path) -> list[Problem]:
    """Return everything that is wrong with a file."""
    try:
        return lint(load(file))
    except Refused as refused:
        return list(refused.problems)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_wrong_pack_is_told_by_its_code_at_its_line(file: Path) -> None:
    """The one fault of the file is found, at the marked line, and nothing else."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    marked = [number for number, line in enumerate(lines, start=1) if "# here" in line]
    found = [(problem.code, problem.place.line) for problem in find_problems(file)]
    assert found == [(code_of(file), marked[0])]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_message_is_complete_in_both_languages(file: Path) -> None:
    """What, place and way to mend are said in Chinese and in English, with no gap left open."""
    for problem in find_problems(file):
        assert problem.place.file == str(file)
        for text in (problem.what, problem.advice):
            assert HAN.search(text.zh)
            assert not HAN.search(text.en.replace("万元", ""))
        for lang in ("zh", "en"):
            shown = problem.render(lang)
            assert "{found}" not in shown
            assert "{near}" not in shown
            assert "None" not in shown


def test_every_code_has_a_wrong_pack() -> None:
    """No code of the room is without an example."""
    shown = {code_of(file) for file in FILES}
    assert {code for code in shown if code.startswith("PACK")} | ELSEWHERE == set(CODES)
