"""Whole columns of text to typed columns: clean values by vector operations, the rest one distinct text at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from duxue.core.sheet_area import FAULTY
from duxue.microdata.values import (
    MAX_DIGITS,
    Fault,
    category_names,
    formula_fault,
    is_missing,
    parse_boolean,
    parse_category,
    parse_code,
    parse_decimal,
    parse_integer,
    parse_text,
    parse_year,
)
from duxue.packs.schema import Category, FieldSpec

_PLAIN_CODE = r"^[0-9A-Za-z_]{1,64}$"
_LETTERS = r"[A-Za-z]"
_PLAIN_INTEGER = rf"^-?[0-9]{{1,{MAX_DIGITS - 1}}}$"


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that could not be read: its 0-based row in the table, the text, the reason."""

    row: int
    found: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Converted:
    """A typed column and the cells that could not be read (null in the column)."""

    values: pa.Array
    faults: list[CellFault]


def arrow_type(spec: FieldSpec) -> pa.DataType:
    """Return the type in which a field is kept."""
    if spec.type == "integer":
        return pa.int64()
    if spec.type == "number":
        return pa.decimal128(MAX_DIGITS, spec.decimals)
    if spec.type == "boolean":
        return pa.bool_()
    if spec.type == "year":
        return pa.int32()
    return pa.string()


def convert(
    column: pa.ChunkedArray,
    spec: FieldSpec,
    categories: Sequence[Category],
    factor: Fraction = Fraction(1),
    keep: int = 5000,
) -> Converted:
    """Return a column of text as the field's type; numbers are multiplied by `factor`; at most `keep` faults are listed."""
    encoded = column.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks) if encoded.num_chunks else pa.array([], pa.string())
    encoded = encoded.dictionary_encode()
    distinct: pa.Array = encoded.dictionary
    values, bad = _convert_distinct(distinct, spec, categories, factor)
    indices = encoded.indices
    faults: list[CellFault] = []
    if bad:
        hit = pc.is_in(indices, value_set=pa.array(list(bad), indices.type))
        rows = pc.indices_nonzero(hit)[:keep].to_pylist()
        for row in rows:
            text, fault = bad[indices[row].as_py()]
            faults.append(CellFault(row, text, fault))
    return Converted(values.take(indices), faults)


def _convert_distinct(
    distinct: pa.Array, spec: FieldSpec, categories: Sequence[Category], factor: Fraction
) -> tuple[pa.Array, dict[int, tuple[str, Fault]]]:
    kind = arrow_type(spec)
    clean = _clean_mask(distinct, spec, factor)
    fast: pa.Array = pc.if_else(clean, distinct, pa.scalar(None, pa.string())).cast(kind)
    slow_rows = pc.indices_nonzero(pc.invert(clean)).to_pylist()
    if not slow_rows:
        return fast, {}
    parse = _parser(spec, categories, factor)
    bad: dict[int, tuple[str, Fault]] = {}
    slow: list[Any] = []
    value: Any
    for row in slow_rows:
        text = distinct[row].as_py()
        # A closed list may hold a value that reads like a mark for nothing (none, NA), so it is asked first.
        missing = is_missing(text)
        value = formula_fault(text)
        if value is None and not (missing and spec.type != "category"):
            value = parse(text)
        if isinstance(value, Fault) and missing:
            value = None
        if isinstance(value, Fault):
            bad[row] = (text.lstrip(FAULTY), value)
            value = None
        slow.append(None if value == "" else value)
    mask = pc.invert(clean)
    return pc.replace_with_mask(fast, mask, pa.array(slow, kind)), bad


def _clean_mask(distinct: pa.Array, spec: FieldSpec, factor: Fraction) -> pa.Array:
    """Return which distinct texts can be cast as they stand."""
    if spec.type == "code":
        plain = pc.match_substring_regex(distinct, _PLAIN_CODE)
        # 370102 is plain; 3E10 and NA must be looked at
        return pc.and_(plain, pc.invert(pc.match_substring_regex(distinct, _LETTERS)))
    if factor == 1 and spec.type == "integer":
        return pc.match_substring_regex(distinct, _PLAIN_INTEGER)
    if factor == 1 and spec.type == "number":
        places = rf"(\.[0-9]{{1,{spec.decimals}}})?" if spec.decimals else ""
        return pc.match_substring_regex(distinct, rf"^-?[0-9]{{1,{MAX_DIGITS - spec.decimals - 1}}}{places}$")
    return pa.array([False] * len(distinct), pa.bool_())


def _parser(spec: FieldSpec, categories: Sequence[Category], factor: Fraction) -> Callable[[str], Any]:
    if spec.type == "integer":
        return lambda text: parse_integer(text, factor)
    if spec.type == "number":
        return lambda text: parse_decimal(text, spec.decimals, factor)
    if spec.type == "boolean":
        return parse_boolean
    if spec.type == "category":
        names = category_names(categories)
        return lambda text: parse_category(text, categories, names)
    if spec.type == "code":
        return parse_code
    if spec.type == "year":
        return parse_year
    return parse_text
