"""Matched sheets to one typed table per form, each row with its source and line; faults and lengths told by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from duxue.core.errors import Place, Problem
from duxue.core.text import Text
from duxue.microdata import problems as say
from duxue.microdata.columns import Converted, arrow_type, convert
from duxue.microdata.match import TableMatch
from duxue.microdata.tables import RawTable
from duxue.microdata.values import MISSING
from duxue.packs.schema import Category, Dimension, FieldSpec, Form

ROW, SOURCE, LINE = "_row", "_source", "_line"


@dataclass(frozen=True, slots=True)
class Source:
    """One sheet that fed a form: which bytes it came from and where each field stood."""

    file: str
    sheet: str
    form: str
    sha256: str
    size: int
    encoding: str = ""
    header_row: int = 0
    columns: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # field -> (letter, header as printed)

    def at(self, field_id: str) -> say.At:
        """Return where a field of this sheet stands, for messages."""
        letter, header = self.columns.get(field_id, ("", ""))
        return say.At(self.file, self.sheet, letter, header, field_id)


def schema_of(form: Form) -> pa.Schema:
    """Return the columns in which a form is kept: its fields, then the row's ordinal, source and line."""
    fields = [(spec.id, arrow_type(spec)) for spec in form.fields]
    return pa.schema([*fields, (ROW, pa.int64()), (SOURCE, pa.int32()), (LINE, pa.int32())])


def categories_of(spec: FieldSpec, dimensions: Mapping[str, Dimension]) -> Sequence[Category]:
    """Return the closed list of a category field."""
    if spec.dimension and spec.dimension in dimensions:
        return dimensions[spec.dimension].values
    return spec.values


@dataclass
class Assembled:
    """The rows of one form so far."""

    form: Form
    parts: list[pa.Table] = field(default_factory=list)
    rows: int = 0
    unreadable: dict[str, set[int]] = field(
        default_factory=dict
    )  # field -> rows whose cell could not be read

    def table(self) -> pa.Table:
        """Return all rows as one table."""
        schema = schema_of(self.form)
        return pa.concat_tables(self.parts) if self.parts else schema.empty_table()


def add_sheet(
    target: Assembled,
    raw: RawTable,
    match: TableMatch,
    source: Source,
    source_index: int,
    dimensions: Mapping[str, Dimension],
) -> list[Problem]:
    """Convert one sheet and append its rows to the form; return what is wrong with its cells."""
    keep = _rows_with_content(raw, match)
    lines = raw.lines if keep is None else raw.lines.filter(keep)
    by_field = {column.field: column for column in match.columns}
    count = len(lines)
    arrays: list[pa.Array] = []
    problems: list[Problem] = []
    for spec in target.form.fields:
        column = by_field.get(spec.id)
        if column is None:
            arrays.append(pa.nulls(count, arrow_type(spec)))
            continue
        cells = raw.columns[column.index]
        if keep is not None:
            cells = cells.filter(keep)
        converted = convert(cells, spec, categories_of(spec, dimensions), column.factor, say.KEEP_AT_MOST)
        arrays.append(converted.values)
        at = source.at(column.field)
        problems.extend(tell_faults(converted, spec, partial(_cell, at, lines)))
        if converted.faults:
            rows = target.unreadable.setdefault(spec.id, set())
            rows.update(target.rows + fault.row for fault in converted.faults)
    ordinals = pa.array(range(target.rows, target.rows + count), pa.int64())
    sources = pa.array([source_index], pa.int32()).take(pa.array([0] * count, pa.int32()))
    arrays.extend([ordinals, sources, lines])
    target.parts.append(pa.Table.from_arrays(arrays, schema=schema_of(target.form)))
    target.rows += count
    return problems


def _cell(at: say.At, lines: pa.Array, row: int) -> Place:
    return at.place(lines[row].as_py())


def _rows_with_content(raw: RawTable, match: TableMatch) -> pa.Array | None:
    """Return which rows hold anything in a matched column; None when all do."""
    if not match.columns:
        return pa.array([False] * raw.rows, pa.bool_())
    marks = pa.array(sorted(MISSING))
    empty: pa.ChunkedArray | None = None
    for column in match.columns:
        cells = raw.columns[column.index]
        blank = pc.fill_null(pc.is_in(pc.utf8_trim_whitespace(cells), value_set=marks), False)
        blank = pc.or_(blank, pc.is_null(cells))
        empty = blank if empty is None else pc.and_(empty, blank)
        if not pc.any(empty).as_py():
            return None
    assert empty is not None  # there is at least one column
    return pc.invert(empty).combine_chunks()


def tell_faults(converted: Converted, spec: FieldSpec, place: Callable[[int], Place]) -> list[Problem]:
    """Return a problem for each cell of a column that could not be read; `place` gives the cell of a row."""
    title = spec.title.text
    problems = []
    for fault in converted.faults:
        meaning = say.CODES[fault.fault.code]
        what = Text(f"“{title.zh}”{meaning.zh}", f"“{title.en}”: {meaning.en}")
        problems.append(
            say.make(
                fault.fault.code,
                place(fault.row),
                what,
                found=fault.found,
                expected=fault.fault.expected,
                advice=fault.fault.advice,
            )
        )
    return problems
