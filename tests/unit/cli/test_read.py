"""`duxue read` as a user calls it: outputs, exit codes, and what is told on stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from duxue.claims.model import FIELDS
from tests.unit.cli.conftest import call

REPORT = "云溪县2031年工作总结\n新建幼儿园12所，新增学位3600个。\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A short report."""
    path = tmp_path / "a.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_claims_go_to_stdout_by_default(report: Path) -> None:
    done = call("read", report)
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, [r["value"] for r in rows]) == (0, [12, 3600])
    assert tuple(rows[0]) == FIELDS
    assert "1 document(s) read, 2 claim(s)" in done.err


@pytest.mark.parametrize(
    ("name", "start"),
    [("o.jsonl", b"{"), ("o.csv", b"\xef\xbb\xbfdoc,"), ("o.xlsx", b"PK"), ("o.html", b"<!doctype html>")],
)
def test_the_ending_chooses_the_format(report: Path, name: str, start: bytes) -> None:
    out = report.parent / "made" / name
    assert call("read", report, "--out", out).code == 0
    assert out.read_bytes().startswith(start)
    assert [p.name for p in out.parent.iterdir()] == [name]


def test_a_page_or_workbook_needs_a_file(report: Path) -> None:
    for arguments in (("--format", "html"), ("--format", "xlsx"), ("--json",)):
        done = call("read", report, *arguments)
        assert done.code == 2
        assert "--out" in done.out + done.err


def test_the_exit_code_tells_of_refused_files(report: Path) -> None:
    """The others are written; with none left, nothing is."""
    bad = report.parent / "b.pdf"
    bad.write_bytes(b"%PDF-1.4 nothing")
    out = report.parent / "o.jsonl"
    done = call("read", report, bad, "--out", out, lang="zh")
    assert (done.code, len(out.read_text(encoding="utf-8").splitlines())) == (1, 2)
    assert "DOC005" in done.err
    assert "文件损坏" in done.err
    out.unlink()
    assert call("read", bad, "--out", out).code == 1
    assert not out.exists()


def test_json_sums_up_the_reading(report: Path) -> None:
    empty = report.parent / "e.txt"
    empty.write_bytes(b"")
    done = call("read", report, empty, "--out", report.parent / "o.html", "--json")
    summary = done.json
    assert (summary["ok"], summary["documents"], summary["claims"], summary["nothing_found"]) == (
        True,
        2,
        2,
        ["e.txt"],
    )
    assert [p["code"] for p in summary["problems"]] == ["DOC010"]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    done = call("read", tmp_path / "none.txt")
    assert done.code == 1
    assert "DOC001" in done.err
