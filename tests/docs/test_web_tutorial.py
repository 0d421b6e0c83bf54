"""The tutorial of the site quotes what stands on its pages, and names the people whom the demonstration has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"en": "docs/tutorial/a-round-on-the-web.md", "zh": "docs/tutorial/a-round-on-the-web.zh.md"}
_PAIR = re.compile(r"""(?:\{% t |(?:say|Words)\(\s*)"((?:[^"\\]|\\.)*)"\s*,?\s*"((?:[^"\\]|\\.)*)\"""")
_PERSON = re.compile(r'^    "[\w-]+": \("\w+", \w+, "(\S+) ([^"]+)"', re.MULTILINE)
_PLACE = re.compile(r"\\\{\w+\\\}")


@cache
def said_on_site(lang: str) -> frozenset[str]:
    """Return every text of the site in one language."""
    return frozenset(pair[lang == "en"] for pair in _pairs())


def _pairs() -> Iterator[tuple[str, str]]:
    for pattern in ("*.html", "*.py"):
        for path in sorted((ROOT / "src/duxue/web").rglob(pattern)):
            yield from _PAIR.findall(path.read_text(encoding="utf-8"))


def _quoted(lang: str) -> list[str]:
    text = (ROOT / PAGES[lang]).read_text(encoding="utf-8")
    joint = " " if lang == "en" else ""
    return [re.sub(r"\s*\n\s*", joint, words) for words in re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)]


@pytest.mark.parametrize("lang", PAGES)
def test_what_the_tutorial_quotes_stands_on_the_site(lang: str) -> None:
    """Every word in bold is a text of some page, places filled in."""
    known = said_on_site(lang)
    placed = [text for text in known if "{" in text and len(re.sub(r"\{\w+\}|\W", "", text)) > 2]
    patterns = [re.compile(_PLACE.sub(".+", re.escape(text))) for text in placed]
    lost = [q for q in _quoted(lang) if q not in known and not any(p.fullmatch(q) for p in patterns)]
    assert lost == []
    assert len(_quoted(lang)) > 25


@pytest.mark.parametrize(("lang", "part"), [("zh", 0), ("en", 1)])
def test_the_people_of_the_tutorial_are_in_the_demonstration(lang: str, part: int) -> None:
    """Each name that a step begins with has a button on the start page."""
    text = (ROOT / PAGES[lang]).read_text(encoding="utf-8")
    steps = re.findall(r"^## \d\. .+(?:: |）：)([^，,\n]+)", text, re.MULTILINE)
    cast = (ROOT / "src/duxue/web/demo/people.py").read_text(encoding="utf-8")
    names = {name[part] for name in _PERSON.findall(cast)}
    assert len(steps) == 7
    assert set(steps[:-1]) <= names
