"""The canonical list is one sequence of bytes for one list, and is what its definition says."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duxue.core.errors import Refused
from duxue.draws.canonical import write_list
from duxue.draws.lookalike import capital_key, find_cell_fault, find_fault, shape_key
from duxue.draws.tickets import open_list

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8) | st.text(
    "abXé济𠮷237", min_size=1, max_size=9
)
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    """Write a table as CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows([header, *rows])
    path.write_bytes(stream.getvalue().encode())
    return path


def plain_form(header: list[str], rows: list[list[str]]) -> bytes:
    """The definition of the form, word for word."""
    others = sorted((h for h in header if h != "id"), key=str.encode)
    order = [header.index(h) for h in ["id", *others]]
    cells = [[unicodedata.normalize("NFC", row[i]) for i in order] for row in rows]
    lines = ["\t".join(row) for row in sorted(cells, key=lambda row: row[0].encode())]
    return "".join(f"{line}\n" for line in ["\t".join(["#duxue-list/1", "id", *others]), *lines]).encode()


@QUIET
@given(data=st.data())
def test_the_form_is_its_definition_or_the_list_is_refused(data: st.DataObject, tmp_path: Path) -> None:
    """Any rows: the bytes of the definition, whatever the order of rows and columns; refused exactly when a rule is broken."""
    rows = data.draw(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=6))
    header = data.draw(st.permutations(["id", "甲", "b"]))
    at = header.index("id")
    table = [list(row) for row in rows]
    ids = [unicodedata.normalize("NFC", row[at]) for row in table]
    cells = [unicodedata.normalize("NFC", c) for row in table for i, c in enumerate(row) if i != at]
    sound = (
        all(i.strip() and not find_fault(i) for i in ids)
        and not any(find_cell_fault(c) for c in cells)
        and len({*ids}) == len({*map(capital_key, ids)}) == len({*map(shape_key, ids)}) == len(ids)
    )
    source = write(tmp_path / "source.csv", header, table)
    try:
        written = write_list(source, tmp_path / "list.tsv", run_rows=data.draw(st.sampled_from([1, 2, 1000])))
    except Refused:
        assert not sound
        return
    assert sound
    found = written.path.read_bytes()
    assert found == plain_form(header, table)
    assert written.digest == hashlib.sha256(found).hexdigest() == open_list(written.path).digest
    again = write_list(written.path, tmp_path / "again.tsv")
    assert again.path.read_bytes() == found


@QUIET
@given(data=st.binary(max_size=60))
def test_no_bytes_break_the_reader(data: bytes, tmp_path: Path) -> None:
    """Whatever a file holds, it is read or refused; as a canonical list too."""
    source = tmp_path / "source.csv"
    for head in (b"", b"id\n", b"id,a\n"):
        source.write_bytes(head + data)
        with contextlib.suppress(Refused):
            open_list(write_list(source, tmp_path / "list.tsv").path)
        listed = tmp_path / "direct.tsv"
        listed.write_bytes(b"#duxue-list/1\tid\n" + data)
        with contextlib.suppress(Refused):
            open_list(listed)


def test_lists_beyond_memory_are_the_same_bytes(tmp_path: Path) -> None:
    """Sorted in runs of 100 on disk or at once in memory."""
    rows = [[f"{(i * 7919) % 5003:05}", "济南"] for i in range(5003)]
    source = write(tmp_path / "source.csv", ["id", "city"], rows)
    one, other = write_list(source, tmp_path / "a.tsv"), write_list(source, tmp_path / "b.tsv", run_rows=100)
    assert one.path.read_bytes() == other.path.read_bytes()
    assert one.digest == other.digest


def test_duplicates_across_runs_are_found(tmp_path: Path) -> None:
    """With both rows."""
    rows = [[f"{i % 400:05}"] for i in range(401)]
    source = write(tmp_path / "source.csv", ["id"], rows)
    with pytest.raises(Refused) as caught:
        write_list(source, tmp_path / "a.tsv", run_rows=50)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.row, problem.found) == ("DRAW006", 402, "00000")
    assert "row 2" in problem.expected.en


def test_composed_and_decomposed_letters_are_one(tmp_path: Path) -> None:
    """é in one or in two code points is the same id, hence a duplicate."""
    source = write(tmp_path / "source.csv", ["id"], [["é"], ["e\u0301"]])
    with pytest.raises(Refused, match="DRAW006"):
        write_list(source, tmp_path / "a.tsv")


def test_lists_with_chinese_names_are_read_by_the_batch_as_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fast look at many rows at once passes nothing that the look at each row refuses, and gives the same bytes."""
    chance = random.Random(7)
    odd = [
        "张三",
        "é",
        "e\u0301",
        "甲\u3000",
        "\u3000乙",
        " 丙",
        "丁 ",
        "戊\u200b",
        "己\u0085",
        "庚 辛",
        "",
        "\ufeff",
    ]
    ids = ["{}", "{}", "{}", "{}", "{} x", "{}  x", "", "é{}"]

    def read(text: str) -> tuple[object, ...]:
        source, target = tmp_path / "l.csv", tmp_path / "l.tsv"
        source.write_text(text, encoding="utf-8")
        try:
            return ("written", write_list(source, target).digest)
        except Refused as refused:
            return tuple((p.code, p.place.row, p.place.field) for p in refused.problems)

    outcomes = set()
    for _ in range(300):
        few = chance.sample(odd, 2) if chance.random() < 0.7 else ["张三", "庚 辛"]
        rows = [f"{chance.choice(ids[:4]).format(i)},{chance.choice(few)},王五\n" for i in range(4)]
        if chance.random() < 0.3:
            rows.append(f"{chance.choice(ids).format(9)},李四,王五\n")
        text = "id,name,city\n" + "".join(rows)
        fast = read(text)
        with monkeypatch.context() as patch:
            patch.setattr("duxue.draws.canonical._is_sound", lambda _: False)
            assert read(text) == fast
        outcomes.add(fast[0] if fast[0] == "written" else "refused")
    assert outcomes == {"written", "refused"}
