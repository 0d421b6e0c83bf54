"""Small UTF-8 tables that people hand in for a round: read whole, with the place of each row, or refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Literal

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import clean
from duxue.packs.base import DECIMAL
from duxue.scoring.problems import listed, tell

MOST_BYTES = 64_000_000
_NUMBER = re.compile(rf"-?{DECIMAL}")
Kind = Literal["text", "number", "day", "list"]
Cell = str | Fraction | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, whether a cell may be empty, and the values it may take."""

    name: str
    kind: Kind = "text"
    required: bool = True
    options: tuple[str, ...] = ()
    optional: bool = False  # the column itself may be absent; its cells are then empty


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its place."""

    cells: Mapping[str, Cell]
    place: Place

    def text(self, name: str) -> str:
        """Return a text cell."""
        return str(self.cells[name] or "")

    def number(self, name: str) -> Fraction:
        """Return a number cell."""
        value = self.cells[name]
        assert isinstance(value, Fraction)
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list cell."""
        value = self.cells[name]
        return value if isinstance(value, tuple) else ()

    def day(self, name: str) -> date | None:
        """Return a day cell."""
        value = self.cells[name]
        return value if isinstance(value, date) else None


def read_table(
    path: Path, columns: Sequence[Column], found: list[Problem], *, others: bool = False
) -> list[Row]:
    """Return the rows of a csv file with a header; what is wrong is added to `found` with file, row and column.

    `others`: whether columns that are not asked for are passed over; else they are refused.
    """
    text = _read(path, found)
    if text is None:
        return []
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        table = list(lines)
    except csv.Error as error:
        found.append(tell("SCO033", Place(file=path.name, row=lines.line_num), str(error)))
        return []
    head = [clean(name) for name in table[0]] if table else []
    missing = [c.name for c in columns if c.name not in head and not c.optional]
    unknown = [] if others else [name for name in head if name not in {c.name for c in columns}]
    if missing or unknown or len(set(head)) != len(head):
        wanted = listed([c.name for c in columns], 30)
        found.append(tell("SCO032", Place(file=path.name, row=1), ", ".join(head), wanted=wanted))
        return []
    places = [(column, head.index(column.name) if column.name in head else None) for column in columns]
    rows = []
    for number, cells in enumerate(table[1:], 2):
        if not "".join(cells).strip():
            continue
        place = Place(file=path.name, row=number)
        if len(cells) != len(head):
            found.append(tell("SCO034", place, len(cells), count=len(head)))
            continue
        before = len(found)
        made = {c.name: _cell(c, "" if at is None else clean(cells[at]), place, found) for c, at in places}
        if len(found) == before:
            rows.append(Row(made, place))
    return rows


def _read(path: Path, found: list[Problem]) -> str | None:
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        found.append(tell("SCO030", Place(file=path.name), error.strerror or ""))
        return None
    if len(data) > MOST_BYTES:
        found.append(tell("SCO030", Place(file=path.name), f"> {MOST_BYTES // 1_000_000} MB"))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        found.append(tell("SCO031", Place(file=path.name, row=row)))
        return None


def _cell(column: Column, text: str, place: Place, found: list[Problem]) -> Cell:
    def at() -> Place:
        return Place(file=place.file, row=place.row, cell_column=column.name)

    if not text:
        if column.required:
            found.append(tell("SCO035", at()))
        return () if column.kind == "list" else None
    if column.options and text not in column.options:
        found.append(tell("SCO036", at(), text, wanted=listed(list(column.options), 30)))
    value: Cell = text
    if column.kind == "list":
        value = tuple(part.strip() for part in text.replace("；", ";").split(";") if part.strip())
    elif column.kind == "number" and (value := _number(text)) is None:
        found.append(tell("SCO037", at(), text))
    elif column.kind == "day" and (value := _day(text)) is None:
        found.append(tell("SCO038", at(), text))
    return value


# Long tables hold few numbers and days, each many times.
@lru_cache(maxsize=4096)
def _number(text: str) -> Fraction | None:
    return Fraction(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no time zone
    except ValueError:
        return None


def refuse(found: list[Problem]) -> None:
    """Raise Refused when anything was found."""
    if found:
        raise Refused(found)
