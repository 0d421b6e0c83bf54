"""The list of shipped packs."""

from __future__ import annotations

from pathlib import Path

from duxue.packs import catalogue


def test_each_shipped_pack_is_listed_with_title_and_status() -> None:
    """Id, version, both titles and how sure we are of the source."""
    entries = {entry.id: entry for entry in catalogue.list_entries()}
    assert {"cn-compulsory-balance", "cn-education-statistics", "cn-school-forms"} <= set(entries)
    entry = entries["cn-compulsory-balance"]
    assert (entry.ref, entry.status, entry.latest) == ("cn-compulsory-balance@1.0.0", "confirmed", True)
    assert "优质均衡" in entry.title.zh
    assert entry.title.en


def test_versions_are_ordered_as_numbers(tmp_path: Path) -> None:
    """1.10.0 is newer than 1.9.0; folders that are no version are passed over."""
    for name in ("1.10.0", "1.9.0", "draft", "1.2"):
        (tmp_path / "p" / name).mkdir(parents=True)
        (tmp_path / "p" / name / "pack.yaml").touch()
    assert catalogue.list_versions("p", tmp_path) == ["1.9.0", "1.10.0"]
    assert catalogue.list_versions("q", tmp_path) == []
