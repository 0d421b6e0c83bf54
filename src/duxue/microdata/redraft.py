"""A snapshot as a draft again, so that another pack can check the rows that an earlier one accepted.

Places are those of the original files, for the snapshot keeps them with each row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from duxue.core.errors import Problem
from duxue.microdata import problems as say
from duxue.microdata.assemble import LINE, ROW, SOURCE, categories_of, schema_of, tell_faults
from duxue.microdata.checks import Located
from duxue.microdata.columns import arrow_type, convert
from duxue.microdata.draft import Draft, check_tables
from duxue.microdata.match import Match, required_fields
from duxue.microdata.snapshot import Snapshot
from duxue.packs.schema import Dimension, FieldSpec, Form


def draft_again(
    snapshot: Snapshot, forms: Sequence[Form], levels: Sequence[str], dimensions: Sequence[Dimension]
) -> Draft:
    """Return the rows of a snapshot as if their files had just been read by these forms.

    The snapshot must hold every field of the forms that it holds at all, in the same type and unit of measure.
    """
    by_dimension = {d.id: d for d in dimensions}
    problems: list[Problem] = []
    tables: dict[str, pa.Table] = {}
    unreadable: dict[str, dict[str, set[int]]] = {form.id: {} for form in forms}
    for form in forms:
        if form.id not in snapshot.digests:
            tables[form.id] = schema_of(form).empty_table()
            continue
        held = Located(form, snapshot.table(form.id), snapshot.sources)
        arrays = []
        for spec in form.fields:
            values, found, rows = _read_again(held, spec, by_dimension)
            arrays.append(values)
            problems += found
            if rows:
                unreadable[form.id][spec.id] = rows
        arrays += [held.table.column(name) for name in (ROW, SOURCE, LINE)]
        tables[form.id] = pa.Table.from_arrays(arrays, schema=schema_of(form)).combine_chunks()
        problems += _missing_columns(held)
    problems += check_tables(forms, tables, snapshot.sources, levels, unreadable)
    return Draft(tuple(forms), tables, Match((), ()), say.in_order(problems), snapshot.sources)


def _read_again(
    held: Located, spec: FieldSpec, dimensions: dict[str, Dimension]
) -> tuple[pa.ChunkedArray, list[Problem], set[int]]:
    """Return a column as the field keeps it; only decimal places and closed lists can have changed."""
    column = held.table.column(spec.id)
    kind = arrow_type(spec)
    if column.type == kind and spec.type != "category":
        return column, [], set()
    read = convert(column.cast(pa.string()), spec, categories_of(spec, dimensions), keep=say.KEEP_AT_MOST)
    found = tell_faults(read, spec, lambda row: held.place(row, spec.id))
    return pa.chunked_array([read.values], kind), found, {fault.row for fault in read.faults}


def _missing_columns(held: Located) -> Iterator[Problem]:
    """Tell the columns that are required now and that a sheet did not have."""
    needed = required_fields(held.form)
    for index in pc.unique(held.table.column(SOURCE)).to_pylist():
        source = held.sources[index]
        for spec in held.form.fields:
            if spec.id in needed and spec.id not in source.columns:
                yield say.missing_column(
                    source.file, source.sheet, source.header_row, spec.id, spec.title.text, ""
                )
