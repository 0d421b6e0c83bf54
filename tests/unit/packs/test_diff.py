"""Differences between packs, by element and by effect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from duxue.packs.diff import Change, diff, render
from duxue.packs.loader import load, load_text
from duxue.packs.new import new


@pytest.fixture
def text(tmp_path: Path) -> str:
    """Return the rule file that `new` writes."""
    new(tmp_path / "p", "p")
    return (tmp_path / "p" / "pack.yaml").read_text(encoding="utf-8")


def compare(text: str, old: str, new_text: str) -> list[tuple[str, str, str, str]]:
    """Return kind, element, key and effect of each change made by one replacement."""
    assert text.count(old) == 1
    changes = diff(load_text(text), load_text(text.replace(old, new_text)))
    return [(c.kind, f"{c.section} {c.element}".strip(), c.key, c.effect) for c in changes]


def test_equal_packs_have_no_differences(text: str) -> None:
    """A comment is no difference."""
    assert diff(load_text(text), load_text(text + "# more\n")) == []
    assert render([], "zh") == "两个规则包内容相同。"


@pytest.mark.parametrize(
    ("old", "new_text", "change"),
    [
        ('"<= 20"', '"<= 19"', ("changed", "standards pupils_per_teacher cycle=lower 2024-01-01", "meets", "results")),
        ("sum(spending) / sum(pupils)", "sum(spending)/sum(pupils)*1",
         ("changed", "indicators spending_per_pupil", "formula", "results")),
        ("decimals: 1", "decimals: 3", ("changed", "indicators pupils_per_teacher", "decimals", "presentation")),
        ("unit: crown, min: 0, decimals: 2", "unit: crown, min: 0, decimals: 3",
         ("changed", "forms school_cycle", "fields > spending > decimals", "results")),
        ("en: Pupils per teacher", "en: Pupils to a teacher",
         ("changed", "indicators pupils_per_teacher", "title > en", "text")),
        ("{zh: 自拟样例, en: Our own example}", "{zh: 自拟样例, en: Ours}", ("changed", "pack", "source > name > en", "text")),
        ("  headline: well_provided\n", "", ("removed", "report", "headline", "presentation")),
        ("version: 1.0.0", "version: 1.1.0", ("changed", "pack", "version", "text")),
    ],
)  # fmt: skip
def test_change_is_named_and_classified(text: str, old: str, new_text: str, change: tuple[str, ...]) -> None:
    """Each change names its element and key, and says whether it can change a result."""
    assert compare(text, old, new_text) == [change]


def test_order_of_indicators_can_change_results(text: str) -> None:
    """L1..L7 means what stands between them, so their order counts."""
    first, rest = text.split("  - id: pupils_per_teacher\n", 1)
    body, tail = rest.split("  - id: spending_per_pupil\n", 1)
    second, end = tail.split("\n# Thresholds", 1)
    swapped = (
        f"{first}  - id: spending_per_pupil\n{second}  - id: pupils_per_teacher\n{body}\n# Thresholds{end}"
    )
    changes = diff(load_text(text), load_text(swapped))
    assert [(c.section, c.key, c.effect) for c in changes] == [("indicators", "order", "results")]


def test_versions_read_the_same_forwards_and_backwards() -> None:
    """What is added one way is removed the other way."""
    a, b = load("cn-compulsory-balance"), load("cn-compulsory-basic-balance")
    there, back = diff(a, b), diff(b, a)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(turned[c.kind], c.section, c.element, c.key) for c in there} == {
        (c.kind, c.section, c.element, c.key) for c in back
    }
    assert all(isinstance(c, Change) for c in there)
    assert json.loads(json.dumps([c.to_dict() for c in there]))


def test_text_is_grouped_by_effect_in_both_languages(text: str) -> None:
    """Results come first; old and new value stand on one line."""
    changed = text.replace("decimals: 1", "decimals: 3").replace('"<= 20"', '"<= 19"')
    changes = diff(load_text(text), load_text(changed))
    assert render(changes, "en").splitlines() == [
        "changes results (1)",
        "  changed standard pupils_per_teacher cycle=lower 2024-01-01",
        "      meets: <= 20 → <= 19",
        "presentation only (1)",
        "  changed indicator pupils_per_teacher",
        "      decimals: 1 → 3",
    ]
    assert render(changes, "zh").startswith("影响结果（1）")
