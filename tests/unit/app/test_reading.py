"""Files, folders and patterns read into claims: every format, some files refused, nothing half-written."""

from __future__ import annotations

import csv
import json
import os
import time
from pathlib import Path

import openpyxl
import pytest

from duxue.app import reading
from duxue.app.reading import Source, find_sources, read_documents, read_many
from duxue.claims.model import FIELDS
from duxue.core.errors import Refused

REPORT = "云溪县2031年工作总结\n新建幼儿园12所，新增学位3600个。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports, one in a folder below, and a file that is no document."""
    (tmp_path / "in" / "b").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "in" / "b" / "c.html").write_text("<h1>总结</h1><p>招聘教师300名。", encoding="utf-8")
    (tmp_path / "in" / "note.bin").write_bytes(b"\x00")
    return tmp_path


def test_jsonl_has_the_agreed_fields_in_order(folder: Path) -> None:
    summary = read_documents([str(folder / "in")], folder / "o.jsonl", "jsonl", "en")
    rows = [json.loads(line) for line in (folder / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(r["doc"], r["quote"], r["value"]) for r in rows] == [
        ("a.txt", "12所", 12),
        ("a.txt", "3600个", 3600),
        ("c.html", "300名", 300),
    ]
    assert all(tuple(r) == FIELDS for r in rows)
    assert (summary.documents, summary.claims, summary.refused) == (2, 3, 0)


def test_every_quote_stands_at_its_offsets(folder: Path) -> None:
    read_documents([str(folder / "in" / "a.txt")], folder / "o.jsonl", "jsonl", "en")
    for line in (folder / "o.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert REPORT[row["start"] : row["end"]] == row["quote"]


def test_tables_hold_numbers_and_no_formulas(folder: Path) -> None:
    """A measure that begins with a sign is text in csv and xlsx."""
    (folder / "f.txt").write_text("标题\n=HYPERLINK(1)新建学校5所。\n", encoding="utf-8")
    read_documents([str(folder / "f.txt"), str(folder / "in")], folder / "o.csv", "csv", "zh")
    data = (folder / "o.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert rows[0][: len(FIELDS)] == list(FIELDS)
    assert not any(
        cell.startswith(("=", "+", "-", "@"))
        for row in rows[1:]
        for cell in row
        if cell not in ("=", "+", "-")
    )
    read_documents([str(folder / "in")], folder / "o.xlsx", "xlsx", "zh")
    sheet = openpyxl.load_workbook(folder / "o.xlsx").worksheets[0]
    assert [c.value for c in sheet[2]][4] == 12
    assert sheet.max_row == 4


def test_signs_that_start_a_formula_are_disarmed() -> None:
    assert reading.csv_cell("=1+1") == "'=1+1"
    assert reading.csv_cell("＝1\r\n2") == "'＝1 2"
    assert reading.csv_cell(-4) == -4
    assert reading.csv_cell("=") == "="


def test_files_of_one_name_are_told_apart(folder: Path) -> None:
    (folder / "in" / "b" / "a.txt").write_text(REPORT, encoding="utf-8")
    names = [s.name for s in find_sources([str(folder / "in"), str(folder / "in" / "a.txt")])]
    assert len(names) == len(set(names)) == 3
    assert "c.html" in names


def test_patterns_and_empty_folders(folder: Path) -> None:
    assert [s.name for s in find_sources([str(folder / "in" / "**" / "*.html")])] == ["c.html"]
    (folder / "empty").mkdir()
    with pytest.raises(Refused, match="DOC002"):
        find_sources([str(folder / "empty")])
    with pytest.raises(Refused, match="DOC002"):
        find_sources([str(folder / "*.pdf")])


def test_what_is_refused_does_not_stop_the_others(folder: Path) -> None:
    (folder / "in" / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    summary = read_documents([str(folder / "in")], folder / "o.jsonl", "jsonl", "en")
    assert [p.code for p in summary.problems] == ["DOC005"]
    assert summary.documents == 2


def test_nothing_is_written_when_all_are_refused(folder: Path) -> None:
    out = folder / "o.jsonl"
    out.write_text("old", encoding="utf-8")
    with pytest.raises(Refused, match="DOC008"):
        read_documents([str(folder / "in" / "x.png"), str(_png(folder))], out, "jsonl", "en")
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in folder.iterdir()) == ["in", "o.jsonl", "x.png"]


def _png(folder: Path) -> Path:
    path = folder / "x.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    return path


def test_an_empty_document_gives_a_note(folder: Path) -> None:
    (folder / "e.txt").write_bytes(b"")
    summary = read_documents([str(folder / "e.txt")], folder / "o.jsonl", "jsonl", "en")
    assert [p.code for p in summary.problems] == ["DOC010"]
    assert summary.without == ["e.txt"]
    assert (folder / "o.jsonl").read_bytes() == b""


def test_many_files_come_in_their_order(tmp_path: Path) -> None:
    """More files than are read in one process."""
    for number in range(30):
        (tmp_path / f"{number:02}.txt").write_text(f"标题\n新建学校{number + 2}所。\n", encoding="utf-8")
    outcomes = list(read_many(find_sources([str(tmp_path)]), text=False))
    assert [o.claims[0].value for o in outcomes] == list(range(2, 32))
    assert all(o.document is not None and o.document.text == "" for o in outcomes)


def _break_down(source: Source) -> reading.Outcome:
    if source.name == "07.txt":
        os._exit(7)
    return reading.read_one(source)


def test_a_file_that_ends_its_process_is_refused_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        (tmp_path / f"{number:02}.txt").write_text(REPORT, encoding="utf-8")
    monkeypatch.setattr(reading, "_read_claims", _break_down)
    outcomes = list(read_many(find_sources([str(tmp_path)]), text=False))
    assert [o.name for o in outcomes if o.document is None] == ["07.txt"]
    assert [len(o.claims) for o in outcomes if o.document] == [2] * 11


@pytest.mark.parametrize("unit", ["(1(1(1", "1,1,1,", "一一一", "1万", "12所", "第一"])
def test_hostile_repetitions_are_read_in_time(tmp_path: Path, unit: str) -> None:
    """From the file to the claims, 300 kilobytes of one mark take seconds and not minutes."""
    path = tmp_path / "a.txt"
    path.write_text("标题\n" + unit * (300_000 // len(unit.encode())), encoding="utf-8")
    start = time.perf_counter()
    summary = read_documents([str(path)], tmp_path / "o.jsonl", "jsonl", "en")
    assert summary.documents == 1
    assert time.perf_counter() - start < 15
