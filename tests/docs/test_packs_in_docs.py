"""The packs that the documentation teaches are whole: extracted from the pages they load, lint and compute their cases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from duxue.app.cases import run_cases
from duxue.packs.lint import check
from duxue.packs.loader import load

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [DOCS / "tutorial" / "pack-for-another-country.md", DOCS / "howto" / "write-a-pack.md"]
BLOCK = re.compile(r"^```(?:yaml|csv)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def extract_files(page: Path, folder: Path) -> list[str]:
    """Write the files that a page shows; blocks with the same name are one file. Return the names."""
    texts: dict[str, str] = {}
    for name, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        texts[name] = texts.get(name, "") + text
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return list(texts)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pack_of_the_page_is_sound(page: Path, tmp_path: Path) -> None:
    """No error and no warning."""
    assert "pack.yaml" in extract_files(page, tmp_path)
    assert check(load(tmp_path)) == []


def test_case_of_the_tutorial_comes_out(tmp_path: Path) -> None:
    """The figures that the page works by hand are what the program computes."""
    assert "cases.yaml" in extract_files(PAGES[0], tmp_path)
    (result,) = run_cases(load(tmp_path))
    assert len(result.outcomes) == 7
    assert [outcome for outcome in result.outcomes if not outcome.ok] == []
