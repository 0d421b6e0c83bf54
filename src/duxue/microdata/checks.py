"""Checks that every form gets from its description: required, range, duplicate keys; and the pack's own checks told by cell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from duxue.core import measure
from duxue.core.errors import Place, Problem
from duxue.core.text import Text
from duxue.microdata import problems as say
from duxue.microdata.assemble import LINE, SOURCE, Source
from duxue.microdata.values import MAX_DIGITS, say_value
from duxue.packs.schema import Check, FieldSpec, Form


@dataclass(frozen=True)
class Located:
    """The table of a form together with where its rows came from."""

    form: Form
    table: pa.Table
    sources: Sequence[Source]

    def place(self, row: int, field: str) -> Place:
        """Return the cell of a row (0-based ordinal) and field."""
        source = self.sources[int(self.table.column(SOURCE)[row].as_py())]
        return source.at(field).place(int(self.table.column(LINE)[row].as_py()))

    def say_row(self, row: int) -> str:
        """Return file, sheet and line of a row in short."""
        place = self.place(row, "")
        return " ".join(part for part in (place.file, place.sheet, f"#{place.row}") if part)

    def value(self, row: int, field: str) -> object:
        """Return a typed cell."""
        return self.table.column(field)[row].as_py()

    def title(self, field: str) -> Text:
        """Return the printed name of a field."""
        return next((s.title.text for s in self.form.fields if s.id == field), Text(field, field))


def check_form(located: Located, unreadable: Mapping[str, set[int]]) -> list[Problem]:
    """Return what is wrong with the rows of one form; cells that could not be read are not told twice."""
    found: list[Problem] = []
    for spec in located.form.fields:
        found.extend(_required(located, spec, unreadable.get(spec.id, set())))
        found.extend(_range(located, spec))
    found.extend(_duplicates(located))
    return found


def _must_be_filled(form: Form, spec: FieldSpec) -> bool:
    return spec.required or spec.id in form.key or spec.id in (form.unit_field, form.period)


def _first(rows: pa.Array | pa.ChunkedArray) -> list[int]:
    return [int(r) for r in rows[: say.KEEP_AT_MOST].to_pylist()]


def _required(located: Located, spec: FieldSpec, unreadable: set[int]) -> Iterator[Problem]:
    column = located.table.column(spec.id)
    if not column.null_count or not _must_be_filled(located.form, spec):
        return
    title = spec.title.text
    for row in _first(pc.indices_nonzero(pc.is_null(column))):
        place = located.place(row, spec.id)
        # A column that is absent has been told once as a whole.
        if row in unreadable or not place.cell_column:
            continue
        yield say.make(
            "DATA040",
            place,
            Text(f"必填的“{title.zh}”为空", f"“{title.en}” is required and empty"),
            expected=Text("一个值；没有请填 0", "a value; 0 for none")
            if spec.unit
            else Text("一个值", "a value"),
            advice=Text(
                "请填写；整行多余请删除。", "Fill it in, or delete the row if it should not be there."
            ),
        )


def _bounds(spec: FieldSpec) -> tuple[int | Decimal | None, int | Decimal | None]:
    """Return min and max as values of the column's own type, so that comparison is exact."""
    if spec.type in ("integer", "year"):
        low = None if spec.min is None else math.ceil(spec.min)
        return low, None if spec.max is None else math.floor(spec.max)
    step = 10**spec.decimals
    low_d = None if spec.min is None else Decimal(math.ceil(spec.min * step)).scaleb(-spec.decimals)
    return low_d, None if spec.max is None else Decimal(math.floor(spec.max * step)).scaleb(-spec.decimals)


def _range(located: Located, spec: FieldSpec) -> Iterator[Problem]:
    if spec.type not in ("integer", "number", "year") or (spec.min is None and spec.max is None):
        return
    column = located.table.column(spec.id)
    low, high = _bounds(spec)
    title = spec.title.text
    for code, limit, given, compare in (
        ("DATA041", low, spec.min, pc.less),
        ("DATA042", high, spec.max, pc.greater),
    ):
        if limit is None or given is None or abs(limit) >= 10 ** (MAX_DIGITS - spec.decimals):
            continue
        hit = pc.fill_null(compare(column, pa.scalar(limit, column.type)), False)
        bound = _plain(given)
        word = (
            Text(f"不小于 {bound}", f"at least {bound}")
            if code == "DATA041"
            else Text(f"不大于 {bound}", f"at most {bound}")
        )
        for row in _first(pc.indices_nonzero(hit)):
            meaning = say.CODES[code]
            yield say.make(
                code,
                located.place(row, spec.id),
                Text(f"“{title.zh}”{meaning.zh}", f"“{title.en}” is {meaning.en}"),
                found=say_value(located.value(row, spec.id)),
                expected=_with_unit(word, spec.unit),
                advice=Text("请核对数和计量单位。", "Check the number and its unit of measure."),
            )


def _plain(value: Fraction) -> str:
    return say_value(Decimal(value.numerator) / Decimal(value.denominator))


def _with_unit(text: Text, unit: str | None) -> Text:
    if not unit or unit == "1":
        return text
    said = measure.spelled(unit)
    return Text(f"{text.zh} {said.zh}", f"{text.en} {said.en}")


def key_fields(form: Form) -> list[str]:
    """Return the columns that identify a row: the period, then the key."""
    names = [form.period] if form.period else []
    return [*names, *(k for k in form.key if k not in names)]


def _duplicates(located: Located) -> Iterator[Problem]:
    keys = key_fields(located.form)
    table = located.table
    if not table.num_rows or any(k not in table.column_names for k in keys):
        return
    repeated = table.group_by(keys).aggregate([(keys[0], "count"), ([], "count_all")])
    repeated = repeated.filter(pc.greater(repeated.column("count_all"), 1))
    if not repeated.num_rows:
        return
    wanted = set(zip(*(repeated.column(k).to_pylist() for k in keys), strict=True))
    seen: dict[tuple[object, ...], int] = {}
    told = 0
    for row, key in enumerate(zip(*(table.column(k).to_pylist() for k in keys), strict=True)):
        if key not in wanted or None in key:
            continue
        if key not in seen:
            seen[key] = row
            continue
        told += 1
        if told > say.KEEP_AT_MOST:
            return
        yield _duplicate(located, keys, key, seen[key], row)


def _duplicate(located: Located, keys: Sequence[str], key: Sequence[object], first: int, row: int) -> Problem:
    other = located.say_row(first)
    zh = "、".join(located.title(k).zh for k in keys)
    en = ", ".join(located.title(k).en for k in keys)
    same_row = all(
        located.value(first, s.id) == located.value(row, s.id)
        for s in located.form.fields
        if s.id not in keys
    )
    advice = (
        Text("两行完全相同，请删去一行。", "The rows are the same throughout: delete one.")
        if same_row
        else Text("两行内容不同，请核对后只留正确的一行。", "The rows differ: keep the one that is right.")
    )
    return say.make(
        "DATA043",
        located.place(row, next(k for k in keys if k != located.form.period) if len(keys) > 1 else keys[0]),
        Text(f"与 {other} 重复（{zh}）", f"the same as {other} ({en})"),
        found=", ".join(say_value(v) for v in key),
        expected=Text("每个键只出现一次", "each key once"),
        advice=advice,
    )


def explain_violations(
    form: Form,
    check: Check,
    table: pa.Table,
    rows: Iterable[int],
    field_ids: Sequence[str],
    sources: Sequence[Source],
) -> list[Problem]:
    """Return a problem for each row (0-based ordinal) that breaks a check, with the values of the fields it names."""
    located = Located(form, table, sources)
    named = [f for f in (field_ids or check.fields) if f in table.column_names] or [form.unit_field]
    found: list[Problem] = []
    expected = Text(f"{check.rule}（{check.id}）", f"{check.rule} ({check.id})")
    for row in rows:
        values = "; ".join(f"{f} = {say_value(located.value(row, f)) or '–'}" for f in named)
        found.append(
            say.make(
                "DATA051",
                located.place(row, named[0]),
                check.title.text,
                found=values,
                expected=expected,
                advice=check.advice.text,
                severity=check.severity,
            )
        )
        if len(found) >= say.KEEP_AT_MOST:
            break
    return found
