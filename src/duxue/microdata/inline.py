"""Tables from rows written beside rules: the data of worked cases and examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

import pyarrow as pa

from duxue.packs.schema import Form


def table_of(form: Form, rows: Sequence[Mapping[str, str | None]]) -> pa.Table:
    """Return the rows of a case as a table of the form's types; what a case does not give is empty."""
    arrays: dict[str, pa.Array] = {}
    for spec in form.fields:
        cells = [row.get(spec.id) for row in rows]
        if spec.type == "year":
            arrays[spec.id] = pa.array([None if c is None else int(c) for c in cells], pa.int32())
        elif spec.type in ("integer", "number"):
            places = 0 if spec.type == "integer" else spec.decimals
            numbers = [None if c is None else _decimal(c, places) for c in cells]
            kind = pa.int64() if spec.type == "integer" else pa.decimal128(24, places)
            arrays[spec.id] = pa.array(
                [int(x) if x is not None and spec.type == "integer" else x for x in numbers], kind
            )
        elif spec.type == "boolean":
            arrays[spec.id] = pa.array(
                [None if c is None else c.strip().lower() in ("true", "1") for c in cells], pa.bool_()
            )
        else:
            arrays[spec.id] = pa.array(cells, pa.string())
    arrays["_row"] = pa.array(range(len(rows)), pa.int64())
    return pa.table(arrays)


def _decimal(text: str, places: int) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"not a number: {text!r}") from None
    return value.quantize(Decimal(1).scaleb(-places))
