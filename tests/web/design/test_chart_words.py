"""The words that charts themselves say are the same in every language, and each of them is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHARTS = Path(__file__).resolve().parents[3] / "frontend/src/charts"
TABLES = ("EN", "HANS", "HANT")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`")


def _keys(table: str) -> list[str]:
    """Return the keys of one table in their order; those of an object within it after its own key."""
    text = (CHARTS / "words.js").read_text(encoding="utf-8")
    found = re.search(rf"^const {table} = \{{\n(.*?)^\}}", text, re.MULTILINE | re.DOTALL)
    assert found
    return re.findall(r"(\w+):", _STRING.sub("''", found[1]))


@pytest.mark.parametrize("table", TABLES[1:])
def test_every_language_has_the_same_words(table: str) -> None:
    assert _keys(table) == _keys(TABLES[0])


def test_no_word_is_there_for_nothing() -> None:
    source = "".join(p.read_text(encoding="utf-8") for p in CHARTS.rglob("*.js") if p.name != "words.js")
    keys = [
        key for key in _keys("EN") if key not in {"met", "at_risk", "not_met", "none"}
    ]  # found by a value
    assert len(keys) > 10
    assert [key for key in keys if not re.search(rf"\.{key}\b", source)] == []
