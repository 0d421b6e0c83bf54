"""From the rows of a frame to values, column by column: a province's schools are too many for one row at a time."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import isfinite
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from duxue.engines.sql import pieces as p
from duxue.engines.sql.frames import Frame, Written
from duxue.engines.sql.pieces import Number
from duxue.plan.nodes import IndicatorPlan, Plan
from duxue.results.model import Value

By = tuple[tuple[str, str], ...]
Decide = Callable[[IndicatorPlan, str, str, int, By], Value]

_FIELDS: Final = (
    "indicator", "unit", "level", "year", "by", "value", "reason", "detail", "numerator", "denominator", "rows", "left_out",
)  # fmt: skip


def read_values(plan: Plan, frame: Frame, table: pa.Table, decide: Decide) -> dict[str, list[Value]]:
    """Return indicator id -> its values, in the order of the frame's rows."""
    with _without_collector():
        units = _texts(table.column("u"))
        levels = [plan.levels[i] for i in table.column("lv").to_pylist()]
        years = table.column("y").to_pylist()
        bys = _breakdowns(frame.dims, table)
        rows = table.column("n").to_pylist()
        found = {}
        for written in frame.written:
            values = _values(written, table, units, levels, years, bys, rows)
            for i in pc.indices_nonzero(table.column(written.doubt)).to_pylist():
                values[i] = decide(written.plan, levels[i], units[i], years[i], bys[i])
            found[written.plan.id] = values
    return found


def _values(
    written: Written,
    table: pa.Table,
    units: list[Any],
    levels: list[Any],
    years: list[Any],
    bys: list[Any],
    rows: list[Any],
) -> list[Value]:
    size = table.num_rows
    value = table.column(written.value).to_pylist()
    codes = table.column(written.why).to_pylist()
    reasons = ["", *(reason.value for reason in p.REASONS)]
    known = [v is not None for v in value]
    reason = (
        [""] * size if all(known) else ["" if ok else reasons[c] for ok, c in zip(known, codes, strict=True)]
    )
    notes = written.notes
    detail = (
        [
            "" if ok or not d else notes[d] if d > 0 else str(-1 - d)
            for ok, d in zip(known, table.column(written.detail).to_pylist(), strict=True)
        ]
        if not all(known)
        else [""] * size
    )
    top, bottom = (_side(side, table) for side in written.sides)
    left_out = table.column(written.left_out).to_pylist()
    return _make(
        size,
        (
            [written.plan.id] * size,
            units,
            levels,
            years,
            bys,
            value,
            reason,
            detail,
            top,
            bottom,
            rows,
            left_out,
        ),
    )


def _make(size: int, columns: Iterable[list[Any]]) -> list[Value]:
    """Return values from columns: each slot is filled for all of them at once, which frozen classes allow only so."""
    new = object.__new__
    values = [new(Value) for _ in range(size)]
    for name, column in zip(_FIELDS, columns, strict=True):
        deque(map(getattr(Value, name).__set__, values, column), maxlen=0)
    return values


def _side(side: Number | None, table: pa.Table) -> list[Fraction | float | None]:
    """Return numerators or denominators: exact wherever SQL kept integers."""
    if side is None:
        return [None] * table.num_rows
    numbers = table.column(side.sql)
    if side.real:
        return [v if v is not None and isfinite(v) else None for v in numbers.to_pylist()]
    if side.den is None:
        coded = numbers.combine_chunks().dictionary_encode()
        whole = [None if v is None else int(v) * side.factor for v in coded.dictionary.to_pylist()]
        return [None if i is None else whole[i] for i in coded.indices.to_pylist()]
    return [
        None if a is None or b is None else Fraction(int(a), int(b)) * side.factor
        for a, b in zip(numbers.to_pylist(), table.column(side.den).to_pylist(), strict=True)
    ]


def _texts(column: pa.ChunkedArray) -> list[Any]:
    """Return texts as Python texts, each made once however often it stands in the column."""
    coded = column.combine_chunks().dictionary_encode()
    words = coded.dictionary.to_pylist()
    return [words[i] for i in coded.indices.to_pylist()]


def _breakdowns(dims: tuple[str, ...], table: pa.Table) -> list[By]:
    columns = [_texts(table.column(f"d{i}")) for i in range(len(dims))]
    if not columns:
        return [()] * table.num_rows
    made: dict[tuple[Any, ...], By] = {}
    found = []
    for words in zip(*columns, strict=True):
        by = made.get(words)
        if by is None:
            by = made[words] = tuple(zip(dims, words, strict=True))
        found.append(by)
    return found


@contextmanager
def _without_collector() -> Iterator[None]:
    # Millions of new objects without a cycle among them: looking for cycles would take longer than making them.
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
