"""The canonical list is one sequence of bytes for one list, and is what its definition says."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duxue.core.errors import Refused
from duxue.draws.canonical import write_list
from duxue.draws.lookalike import find_cell_fault, find_fault, keys_of
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
        and all(len({*ids}) == len({*keys}) == len(ids) for keys in zip(*map(keys_of, ids), strict=True))
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


# Letters of Chinese, Latin, Greek, Cyrillic and Arabic, digits, blanks of many kinds, and what is invisible or joins.
ODD = "考试张三Oo0Il1|aA-–济㋿é\u0301αАс٣๓１０ﬁſß \u00a0\u1680\u3000\u200b\ufeff\u0085\x1f\ud7a3\u1100\u1161\U0002f800"
CELL = st.text(ODD, max_size=3) | st.sampled_from(["张三", "九江市", "庚 辛", ""])
ID = st.builds(str.__add__, st.text("考赣AK", max_size=2), st.text("0123456789", min_size=1, max_size=3))


@settings(QUIET, max_examples=400)
@given(
    rows=st.lists(st.tuples(ID | ID | CELL | TEXT, CELL, CELL), min_size=1, max_size=5), wide=st.booleans()
)
def test_many_rows_are_looked_at_together_as_each_by_itself(
    rows: list[tuple[str, str, str]], wide: bool, tmp_path: Path
) -> None:
    """The quick look at a batch passes nothing that the look at each row refuses, and gives the same bytes."""
    header = ["名称", "id", "city"] if wide else ["id"]
    table = [[row[1], row[0], row[2]] if wide else [row[0]] for row in rows]
    source = write(tmp_path / "source.csv", header, table)

    def read() -> object:
        try:
            return write_list(source, tmp_path / "list.tsv").path.read_bytes()
        except Refused as refused:
            return [p.to_dict() for p in refused.problems]

    quick = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("duxue.draws.canonical._is_plain", lambda _: False)
        patch.setattr("duxue.draws.canonical._is_sound", lambda *_: False)
        assert read() == quick


def test_lists_with_chinese_ids_are_not_looked_at_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their rows are sound at the first look, blanks inside names included; one odd row is found all the same."""
    rows = [[f"考{i:04}", "欧阳 娜娜", "九江市"] for i in range(100)]
    looked: list[str] = []
    monkeypatch.setattr(
        "duxue.draws.canonical.find_fault", lambda name: looked.append(name) or find_fault(name)
    )
    write_list(write(tmp_path / "a.csv", ["id", "name", "city"], rows), tmp_path / "a.tsv")
    assert not looked
    rows[70][0] = "考００70"
    with pytest.raises(Refused, match="DRAW007"):
        write_list(write(tmp_path / "b.csv", ["id", "name", "city"], rows), tmp_path / "b.tsv")
    assert len(looked) == 100


@settings(QUIET, max_examples=400)
@given(ids=st.lists((TEXT | CELL).filter(lambda text: "\n" not in text), min_size=1, max_size=6))
def test_keys_of_many_ids_are_the_keys_of_each(ids: list[str]) -> None:
    """Nothing is joined across a line feed."""
    each = zip(*map(keys_of, ids), strict=True)
    assert keys_of("\n".join(ids)) == tuple("\n".join(keys) for keys in each)


def test_no_character_becomes_a_line_feed() -> None:
    """Of all that Unicode has, so that keys can be told apart again."""
    every = "".join(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x110000)]))
    assert all("\n" not in keys for keys in keys_of(every))
