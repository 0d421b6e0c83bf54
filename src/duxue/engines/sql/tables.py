"""Arrow tables as an engine reads them: integer columns, and what is known of each column before any SQL is written."""

from __future__ import annotations

from bisect import bisect_left
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
        columns = [_plain(table.column(c.name)) if table is not None else _none(c.kind) for c in form.columns]
        ordinals = (
            table.column("_row").cast(pa.int64()) if table is not None else pa.chunked_array([[]], pa.int64())
        )
        self.arrow = pa.table([*columns, ordinals], names=[*self.names.values(), "r"])
        self.rows: int = self.arrow.num_rows
        self._scale = {
            c.name: _scale(table.column(c.name).type) if table is not None else 0 for c in form.columns
        }
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
            self._stored[name] = Stored(
                sql, kind, Fraction(1, 10 ** self._scale[name]), lo, hi, column.null_count > 0
            )
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
        integers = pa.chunked_array(chunks, whole)
        try:
            return integers.cast(pa.int64())  # 80 times as fast here as DuckDB's cast of a wide DECIMAL
        except pa.ArrowInvalid:
            return integers
    if pa.types.is_dictionary(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        raise BeyondError  # a table of accepted data holds no doubles; the reference takes them as they are
    return column


class Places:
    """The units of some years: a number for each code in the order of codes, and the numbers above each unit.

    Grouping and ordering by numbers takes half the time it takes by codes. `names` (id, code) and `chains` (y, code,
    u0, u1 ...) are complete; `leaves` (y, code, lv, parent) are the many units that are nobody's parent, to be joined
    with the chains of their parents in SQL.
    """

    def __init__(self, levels: Sequence[str], trees: dict[int, UnitTree]) -> None:
        """Number the units."""
        self.levels = list(levels)
        codes = sorted({code for tree in trees.values() for code in tree.units})
        self.names = pa.table(
            {"id": pa.array(range(len(codes)), pa.int32()), "code": pa.array(codes, pa.string())}
        )
        self._codes = codes
        chains: list[tuple[Any, ...]] = []
        leaves = []
        for year, tree in sorted(trees.items()):
            inner, found = self._split(year, tree)
            leaves.append(found)
            chains += [(year, code, *self._numbers(tree, code)) for code in inner]
        names = ["y", "code", *(f"u{i}" for i in range(len(self.levels)))]
        types = [pa.int32(), pa.string(), *[pa.int32()] * len(self.levels)]
        columns = list(zip(*chains, strict=True)) or [()] * len(names)
        self.chains = pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=names)
        self.leaves = pa.concat_tables(leaves) if leaves else None

    def _split(self, year: int, tree: UnitTree) -> tuple[list[str], pa.Table]:
        units = list(tree.units.values())
        parents = {u.parent for u in units}
        # A chain ends where a level comes back, which only a broken tree has: such units are followed one by one.
        broken = {
            (level, parent)
            for level, parent in {(u.level, u.parent) for u in units}
            if parent is not None and level in tree.ancestors(parent)
        }
        outer = [u for u in units if u.code not in parents and (u.level, u.parent) not in broken]
        inner = [u.code for u in units if u.code in parents or (u.level, u.parent) in broken]
        place = {level: i for i, level in enumerate(self.levels)}
        table = pa.table(
            {
                "y": pa.array([year] * len(outer), pa.int32()),
                "code": pa.array([u.code for u in outer], pa.string()),
                "lv": pa.array([place.get(u.level, -1) for u in outer], pa.int8()),
                "parent": pa.array([u.parent for u in outer], pa.string()),
            }
        )
        return inner, table

    def _numbers(self, tree: UnitTree, code: str) -> list[int | None]:
        above = tree.ancestors(code)
        return [bisect_left(self._codes, above[level]) if level in above else None for level in self.levels]

    def select(self) -> str:
        """Return the query over names, chains and leaves whose result is the table of places: y, code, u0, u1 ..."""
        above = ", ".join(
            f"CASE WHEN l.lv = {i} THEN n.id ELSE c.u{i} END AS u{i}" for i in range(len(self.levels))
        )
        return (
            f"SELECT l.y AS y, l.code AS code, {above} FROM leaves l JOIN names n ON n.code = l.code "
            "LEFT JOIN chains c ON c.y = l.y AND c.code = l.parent UNION ALL SELECT * FROM chains"
        )


def flatten(levels: Sequence[str], trees: dict[int, UnitTree]) -> pa.Table:
    """Return y, code and the codes of the units above at each level: for rules that name regions."""
    rows: list[tuple[Any, ...]] = []
    for year, tree in sorted(trees.items()):
        for code in tree.units:
            above = tree.ancestors(code)
            rows.append((year, code, *(above.get(level) for level in levels)))
    names = ["y", "code", *(f"u{i}" for i in range(len(levels)))]
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    types = [pa.int32(), *[pa.string()] * (len(names) - 1)]
    return pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=names)
