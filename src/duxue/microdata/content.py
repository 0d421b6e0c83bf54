"""The content of a table as bytes: a digest that only content decides, and Parquet files that only content decides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from duxue.core import digest

GROUP_ROWS = 65_536


class ContentDigest:
    """Digest of typed columns, row by row in order: names, types, which cells are empty, values. Fed in batches."""

    def __init__(self, schema: pa.Schema) -> None:
        """Start with no rows."""
        self.schema = schema
        self.rows = 0
        self._streams = [(hashlib.sha256(), hashlib.sha256(), hashlib.sha256()) for _ in schema]

    def add(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Add rows; how they are cut into batches does not matter."""
        self.rows += batch.num_rows
        for (valid, lengths, values), column in zip(self._streams, self.schema.names, strict=True):
            data = batch.column(column)
            for array in data.chunks if isinstance(data, pa.ChunkedArray) else [data]:
                _feed(array, valid, lengths, values)

    def hexdigest(self) -> str:
        """Return the digest of what was added so far."""
        columns = [
            [field.name, str(field.type), *(stream.hexdigest() for stream in streams)]
            for field, streams in zip(self.schema, self._streams, strict=True)
        ]
        return digest.of_json({"rows": self.rows, "columns": columns})


def _feed(array: pa.Array, valid: hashlib._Hash, lengths: hashlib._Hash, values: hashlib._Hash) -> None:
    valid.update(_fixed(pc.cast(pc.is_valid(array), pa.int8()), 1))
    kind = array.type
    if pa.types.is_string(kind):
        filled = pc.fill_null(array, "")
        lengths.update(_fixed(pc.binary_length(filled), 4))
        for text in _pieces(filled):
            values.update(text)
    elif pa.types.is_boolean(kind):
        values.update(_fixed(pc.cast(pc.fill_null(array, False), pa.int8()), 1))
    else:
        values.update(_fixed(pc.fill_null(array, pa.scalar(0, kind)), kind.bit_width // 8))


def _fixed(array: pa.Array, width: int) -> memoryview:
    if not len(array):
        return memoryview(b"")
    start = array.offset * width
    return memoryview(array.buffers()[1])[start : start + len(array) * width]


def _pieces(array: pa.Array) -> Iterable[memoryview]:
    if not len(array):
        return
    _, offsets, data = array.buffers()
    if data is None:
        return
    ends = memoryview(offsets).cast("i")
    yield memoryview(data)[ends[array.offset] : ends[array.offset + len(array)]]


def digest_of_table(table: pa.Table, fields: Sequence[str]) -> str:
    """Return the digest of some columns of a table."""
    chosen = table.select(list(fields))
    content = ContentDigest(chosen.schema)
    content.add(chosen)
    return content.hexdigest()


def digest_of_file(path: Path, fields: Sequence[str]) -> str:
    """Return the digest of some columns of a Parquet file, read one row group at a time."""
    with pq.ParquetFile(path) as file:
        schema = pa.schema([file.schema_arrow.field(name) for name in fields])
        content = ContentDigest(schema)
        for index in range(file.num_row_groups):
            content.add(file.read_row_group(index, columns=list(fields)))
    return content.hexdigest()


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table one row group at a time; the same table gives the same bytes with the same version of pyarrow."""
    schema = table.schema.remove_metadata()
    with pq.ParquetWriter(
        path,
        schema,
        version="2.6",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        write_statistics=True,
    ) as writer:
        for start in range(0, max(table.num_rows, 1), GROUP_ROWS):
            part = table.slice(start, GROUP_ROWS).combine_chunks()
            writer.write_table(part.cast(schema), row_group_size=GROUP_ROWS)
