"""Read Parquet: column names are the header, values become text like everywhere else."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from duxue.core.text import Text
from duxue.core.workbook import Limits
from duxue.microdata import problems as say
from duxue.microdata.tables import RawTable, Reading, cell_text

_EXPECTED = Text("Parquet 文件", "a Parquet file")


def read_parquet(path: Path, name: str, limits: Limits | None = None) -> Reading:
    """Read one file as one table whose rows are counted from 1; `name` is how messages call it."""
    limits = limits or Limits()
    reading = Reading()
    try:
        with pq.ParquetFile(path) as file:
            metadata = file.metadata
            unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
            if max(unpacked, path.stat().st_size) > limits.unpacked_bytes:
                reading.problems.append(
                    say.too_large(name, f"{unpacked:,} bytes", f"{limits.unpacked_bytes:,} bytes")
                )
                return reading
            if (
                metadata.num_columns > limits.columns
                or metadata.num_rows * metadata.num_columns > limits.cells
            ):
                found = f"{metadata.num_columns:,} x {metadata.num_rows:,}"
                limit = f"{limits.columns:,} columns, {limits.cells:,} cells"
                reading.problems.append(say.too_wide(name, "", found, limit))
                return reading
            table = file.read()
            table.validate(full=True)  # bytes that are no UTF-8 would break much later
            columns = tuple(_as_text(column) for column in table.columns)
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        reading.problems.append(say.damaged(name, str(error), _EXPECTED))
        return reading
    if not table.num_rows:
        reading.problems.append(say.no_rows(name, ""))
    lines = pa.array(range(1, table.num_rows + 1), pa.int32())
    reading.tables.append(RawTable(name, "", 0, tuple(table.column_names), columns, lines))
    return reading


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if (
        pa.types.is_integer(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
    ):
        return column.cast(pa.string())
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "TRUE", "FALSE")
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    bytes_kinds = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    if pa.types.is_nested(kind) or any(is_bytes(kind) for is_bytes in bytes_kinds):
        raise ValueError(f"column of type {kind}")
    return pa.chunked_array(
        [[cell_text(v) for v in chunk.to_pylist()] for chunk in column.chunks], pa.string()
    )
