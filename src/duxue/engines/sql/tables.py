"""Arrow tables as an engine reads them: integer columns, and what is known of each column before any SQL is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from duxue.core.units import UnitTree
from duxue.engines.sql.pieces import BeyondError, Number, Piece, Truth, Words, integer_type
from duxue.formula.nodes import Kind
from duxue.plan.nodes import FormPlan

MISSING = 1  # the code of an empty cell, see pieces.CODES
_WIDEST = 38  # digits of DECIMAL


@dataclass(frozen=True, slots=True)
class Stored:
    """A column of a stored table: its name in SQL, kind, scale, bounds and whether a cell is empty."""

    sql: str
    kind: Kind
    factor: Fraction
    lo: int
    hi: int
    empty: bool

    def piece(self) -> Piece:
        """Return the column as a piece of SQL."""
        why = MISSING if self.empty else None
        if self.kind == "number":
            return Number(self.sql, why, None, self.factor, self.lo, self.hi)
        return Truth(self.sql, why) if self.kind == "boolean" else Words(self.sql, why)


class Table:
    """A collected form in Arrow, renamed so that no name of a pack stands in any SQL: c0, c1 ... and r for `_row`."""

    def __init__(self, form: FormPlan, table: pa.Table | None) -> None:
        """Take the declared columns of a form; a form without data has no rows."""
        self.form = form
        self.sql = ""  # its name once it is registered
        self.names = {c.name: f"c{i}" for i, c in enumerate(form.columns)}
        self.period = self.names[form.period] if form.period else None
        self._kinds = {c.name: c.kind for c in form.columns}
        columns: list[Any] = []
        for c in form.columns:
            columns.append(_plain(table.column(c.name)) if table is not None else _none(c.kind))
        ordinals = table.column("_row").cast(pa.int64()) if table is not None else pa.chunked_array([[]], pa.int64())
        self.arrow = pa.table([*columns, ordinals], names=[*self.names.values(), "r"])
        self.rows: int = self.arrow.num_rows
        self._scale = {c.name: _scale(table.column(c.name).type) if table is not None else 0 for c in form.columns}
        self._stored: dict[str, Stored] = {}

    def stored(self, name: str) -> Stored:
        """Return what is known of a column."""
        if name not in self._stored:
            kind, column = self._kinds[name], self.arrow.column(self.names[name])
            lo = hi = 0
            if kind == "number" and len(column) > column.null_count:
                ends = pc.min_max(column).as_py()
                lo, hi = int(ends["min"]), int(ends["max"])
            sql = self.names[name]
            if kind == "number":
                sql = f"CAST({sql} AS {integer_type(lo, hi)})"
            self._stored[name] = Stored(sql, kind, Fraction(1, 10 ** self._scale[name]), lo, hi, column.null_count > 0)
        return self._stored[name]

    def years(self) -> list[int]:
        """Return the years of the rows."""
        if self.period is None:
            return []
        return sorted(y for y in pc.unique(self.arrow.column(self.period)).to_pylist() if y is not None)


def _none(kind: Kind) -> pa.ChunkedArray:
    types = {"number": pa.int64(), "boolean": pa.bool_(), "text": pa.string()}
    return pa.chunked_array([[]], types[kind])


def _scale(kind: Any) -> int:
    return int(kind.scale) if pa.types.is_decimal(kind) else 0


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as DuckDB shall see it: decimals as the integers they are stored as, texts as plain texts."""
    kind = column.type
    if pa.types.is_decimal(kind):
        if not pa.types.is_decimal128(kind):
            column = column.cast(pa.decimal128(_WIDEST, kind.scale))
        whole = pa.decimal128(_WIDEST, 0)
        chunks = [
            pa.Array.from_buffers(whole, len(c), c.buffers(), c.null_count, c.offset) for c in column.chunks
        ]
        return pa.chunked_array(chunks, whole)
    if pa.types.is_dictionary(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        raise BeyondError  # a table of accepted data holds no doubles; the reference takes them as they are
    return column


class Units:
    """The trees of some years as one table: year y, code, and u0, u1 ... the code of the unit above at each level."""

    def __init__(self, levels: Sequence[str], trees: dict[int, UnitTree]) -> None:
        """Flatten the trees; the finest units, of which there are many, are joined with the chains of their parents."""
        self.levels = list(levels)
        parts = [self._flatten(year, tree) for year, tree in sorted(trees.items())]
        schema = pa.schema([("y", pa.int32()), ("code", pa.string())] + [(f"u{i}", pa.string()) for i in range(len(levels))])
        self.arrow = pa.concat_tables(parts) if parts else schema.empty_table()

    def _flatten(self, year: int, tree: UnitTree) -> pa.Table:
        codes = list(tree.units)
        units = list(tree.units.values())
        above = [tree.ancestors(u.parent) if u.parent is not None else {} for u in units]
        columns = []
        for level in self.levels:
            columns.append(
                [u.code if u.level == level else up.get(level) for u, up in zip(units, above, strict=True)]
            )
        # A chain ends where a level comes back; that happens in broken trees only.
        for i, (u, up) in enumerate(zip(units, above, strict=True)):
            if u.level in up:
                whole = tree.ancestors(u.code)
                for column, level in zip(columns, self.levels, strict=True):
                    column[i] = whole.get(level)
        names = ["y", "code", *(f"u{i}" for i in range(len(self.levels)))]
        arrays = [pa.array([year] * len(codes), pa.int32()), *(pa.array(c, pa.string()) for c in [codes, *columns])]
        return pa.table(arrays, names=names)
