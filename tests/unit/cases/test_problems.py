"""Every message of the room: complete in both languages, each code shown by some test."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from duxue.cases.problems import CODES, joined, tell
from duxue.core.text import Text

HAN = re.compile("[\u4e00-\u9fff]")
WORDS = (
    "known",
    "most",
    "later",
    "earlier",
    "other",
    "procedure",
    "state",
    "title",
    "why",
    "guard",
    "step",
    "when",
)


@pytest.mark.parametrize("code", CODES)
def test_messages_are_complete(code: str) -> None:
    """What, what is expected and how to mend it are said in both languages, with no gap left open."""
    problem = tell(code, "x" * 200, **dict.fromkeys(WORDS, "y"))
    assert problem.code == code
    for text in (problem.what, problem.advice):
        assert HAN.search(text.zh)
        assert text.en
        assert not HAN.search(text.en)
    assert "{" not in problem.render("zh") + problem.render("en")
    assert len(problem.found) <= 80
    places = {name for _, name, _, _ in string.Formatter().parse(CODES[code].zh) if name}
    assert places == {name for _, name, _, _ in string.Formatter().parse(CODES[code].en) if name}


def test_every_code_is_shown() -> None:
    """Each code of the room is provoked by a test beside this one."""
    tests = "".join(
        file.read_text(encoding="utf-8")
        for file in Path(__file__).parent.glob("test_*.py")
        if file.name != "test_problems.py"
    )
    assert set(re.findall(r"CASE\d{3}", tests)) == set(CODES)


def test_titles_in_one_line() -> None:
    """Lists in both languages, also of nothing."""
    assert joined([Text("甲", "a"), Text("乙", "b")]) == Text("甲、乙", "a, b")
    assert joined([]) == Text("（无）", "(none)")
