"""The pack that a newcomer starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from duxue.core.errors import Refused
from duxue.packs.cases import load_cases
from duxue.packs.lint import check
from duxue.packs.loader import load
from duxue.packs.new import new


def test_new_pack_lints_without_any_problem(tmp_path: Path) -> None:
    """What is written is sound, its cases too."""
    files = new(tmp_path / "a" / "b", "my-pack", zh="我的", en="Bob's: #1 {x}")
    loaded = load(tmp_path / "a" / "b")
    assert check(loaded) == []
    assert loaded.pack.title.en == "Bob's: #1 {x}"
    assert len(load_cases(loaded).cases[0].expected) == 5
    assert all(file.exists() for file in files)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder with content is left as it is."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        new(tmp_path, "my-pack")
    assert refused.value.problems[0].code == "PACK040"
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["", "My-pack", "../x", "a b", "a" * 65])
def test_wrong_id_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    """An id that a pack cannot have is told."""
    with pytest.raises(Refused) as refused:
        new(tmp_path / "p", name)
    assert refused.value.problems[0].code == "PACK013"
    assert not (tmp_path / "p").exists()
