"""Tables as files are made row by row: a long one is never held whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import ref

from django.http import StreamingHttpResponse

from duxue.web.common import exports

ROWS = 200
FEW = 3  # rows alive at once: the one that is made, the one that is written, the one before it


class Row(list[Any]):
    """A row that can be watched."""


def rows(made: list[ref[Row]]) -> Iterator[Row]:
    """Yield rows, and see that those before are let go."""
    for n in range(ROWS):
        row = Row([n, "x"])
        made.append(ref(row))
        assert sum(one() is not None for one in made) <= FEW
        yield row


def test_a_csv_asks_for_a_row_when_its_line_is_sent() -> None:
    made: list[ref[Row]] = []
    sent = exports.send("table", "csv", ["n", "x"], rows(made))
    assert isinstance(sent, StreamingHttpResponse)
    lines = iter(sent)
    assert next(lines) == "\ufeffn,x\r\n".encode()
    assert made == []
    assert next(lines) == b"0,x\r\n"
    assert len(made) == 1
    assert len(list(lines)) == ROWS - 1
    assert len(made) == ROWS


def test_a_workbook_lets_go_of_what_it_has_written() -> None:
    made: list[ref[Row]] = []
    exports.workbook(["n", "x"], rows(made)).close()
    assert len(made) == ROWS
