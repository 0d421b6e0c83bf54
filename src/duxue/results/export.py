"""Results as files: csv, xlsx, parquet and json. Text that a spreadsheet would run is written as text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from duxue.core.quantity import Number
from duxue.core.text import LANGS, safe_cell
from duxue.packs.schema import Pack
from duxue.results.model import Result, Run

if TYPE_CHECKING:  # loaded only when a table is asked for
    import pyarrow as pa
    from xlsxwriter import Workbook

# The agreed columns come first and never change their order; more may follow.
COLUMNS = (
    "unit", "unit_name", "level", "stage", "year", "indicator", "value", "status", "reason", "numerator", "denominator",
    "standard", "verdict", "margin", "attainment", "rows", "left_out", "flags", "kind", "measure", "unit_name_en",
    "data",
)  # fmt: skip
# What the column `data` says, so that a copied row still tells whether its numbers are made up.
SYNTHETIC, REPORTED = "synthetic", "reported"
_NUMBERS = {"value", "numerator", "denominator", "margin", "attainment"}
_COUNTS = {"year", "rows", "left_out"}
# Spreadsheets set to Chinese or Japanese also take the full-width signs for the start of a formula.
# A workbook's date of creation; the day of the run is no part of a result, and the same results are the same bytes.
_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - written without a zone
_SHEET_NAME = 31  # longest name of a sheet
XLSX_ROWS = 1_048_575  # rows of a sheet below its header


def columns(pack: Pack) -> tuple[str, ...]:
    """Return the columns of a pack's results: the agreed ones and one for each further dimension."""
    return (*COLUMNS, *(d.id for d in pack.dimensions if d.id not in COLUMNS))


def number_text(value: Number | None) -> str:
    """Return a number for a file: whole numbers without a point, others as the shortest text of the double."""
    if value is None:
        return ""
    value = float(value)
    return str(int(value)) if value.is_integer() else repr(value)


def records(
    pack: Pack, results: Iterable[Result], *, synthetic: bool = False
) -> Iterator[tuple[object, ...]]:
    """Yield one tuple per result in the order of `columns`: numbers as they are, text untouched."""
    data = SYNTHETIC if synthetic else REPORTED
    measures = {i.id: i.unit for i in pack.indicators}
    extra = [d.id for d in pack.dimensions if d.id not in COLUMNS]
    for r in results:
        by = dict(r.by)
        yield (
            r.unit, r.unit_name.zh or r.unit_name.en, r.level, by.get("stage", ""), r.year, r.indicator, r.value, r.status,
            r.reason, r.numerator, r.denominator, r.standard, r.verdict, r.margin, r.attainment, r.rows, r.left_out,
            " ".join(r.flags), r.kind, measures.get(r.indicator, ""), r.unit_name.en or r.unit_name.zh,
            data, *[by.get(d, "") for d in extra],
        )  # fmt: skip


def csv_text(pack: Pack, results: Iterable[Result], *, synthetic: bool = False) -> str:
    """Return the results as csv: utf-8 text, `\\n` line ends, formulas disarmed. Same results, same bytes."""
    head = columns(pack)
    numbers = [place for place, name in enumerate(head) if name in _NUMBERS]
    told = cache(_csv_cell)  # a run names few units, indicators and reasons, each many times
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    for record in records(pack, results, synthetic=synthetic):
        row = [told(v) if isinstance(v, str) else v for v in record]
        for place in numbers:
            row[place] = number_text(record[place])  # type: ignore[arg-type]
        writer.writerow(row)
    return out.getvalue()


def _csv_cell(text: str) -> str:
    # Python leaves a lone carriage return unquoted, and then no reader finds the end of the row.
    return safe_cell(text) if "\r" not in text else safe_cell(text.replace("\r\n", "\n").replace("\r", "\n"))


def write_csv(path: Path, text: str) -> None:
    """Write csv text with a byte-order mark, which Excel needs to read Chinese."""
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())


def write_parquet(path: Path, run: Run, pack: Pack) -> None:
    """Write the results as one Parquet file: numbers as doubles, absent numbers as null."""
    import pyarrow.parquet as pq

    pq.write_table(_table(run, pack), path, compression="zstd")


def holds(path: Path, run: Run, pack: Pack) -> bool:
    """Return whether a Parquet file holds these results; another version of the library may have written other bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return bool(pq.read_table(path, memory_map=False).equals(_table(run, pack)))
    except (OSError, pa.ArrowException):
        return False


def _table(run: Run, pack: Pack) -> pa.Table:
    import pyarrow as pa

    head = columns(pack)
    by_column = list(zip(*_records_of(run, pack), strict=True)) or [() for _ in head]
    arrays = []
    for name, values in zip(head, by_column, strict=True):
        if name in _NUMBERS:
            arrays.append(pa.array([None if v is None else float(v) for v in values], pa.float64()))
        elif name in _COUNTS:
            arrays.append(pa.array(values, pa.int64()))
        else:
            arrays.append(pa.array(values, pa.string()).dictionary_encode())
    return pa.Table.from_arrays(arrays, names=list(head))


def _records_of(run: Run, pack: Pack) -> Iterator[tuple[object, ...]]:
    return records(pack, run.results, synthetic=run.synthetic)


def write_json(path: Path, run: Run, pack: Pack) -> None:
    """Write the run and its results as JSON: one object per result, numbers as numbers."""
    head = columns(pack)
    rows = [
        {k: float(v) if isinstance(v, Fraction) else v for k, v in zip(head, record, strict=True)}
        for record in _records_of(run, pack)
    ]
    path.write_text(json.dumps({"run": describe(run), "results": rows}, ensure_ascii=False), encoding="utf-8")


def write_xlsx(path: Path, run: Run, pack: Pack) -> None:
    """Write a workbook: what was run, then one sheet per level. Cells are numbers or text, never formulas."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    try:
        with xlsxwriter.Workbook(path, options) as book:
            _fill(book, run, pack)
    except FileCreateError as error:  # it hides what the system said, such as that the disk is full
        (cause,) = error.args
        raise cause if isinstance(cause, OSError) else OSError(str(cause)) from None


def _fill(book: Workbook, run: Run, pack: Pack) -> None:
    head = columns(pack)
    book.set_properties({"created": _CREATED})
    about = book.add_worksheet("run")
    for line, (key, value) in enumerate(describe(run).items()):
        about.write_string(line, 0, key)
        about.write_string(
            line, 1, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        )
    for number, level in enumerate(reversed(pack.levels), 1):
        chosen = [r for r in run.results if r.level == level.id]
        for part in range(0, len(chosen), XLSX_ROWS):
            sheet = book.add_worksheet(_sheet_name(level.id, number, part // XLSX_ROWS))
            sheet.freeze_panes(1, 2)
            page = chosen[part : part + XLSX_ROWS]
            for column, name in enumerate(head):
                sheet.write_string(0, column, name)
            for line, record in enumerate(records(pack, page, synthetic=run.synthetic), 1):
                for column, value in enumerate(record):
                    if isinstance(value, int | float | Fraction):
                        sheet.write_number(line, column, float(value))
                    elif value:
                        sheet.write_string(line, column, str(value))


def _sheet_name(level: str, number: int, part: int) -> str:
    """Return a sheet's name: the level, told apart from the first sheet, from Excel's own name and from its own parts."""
    name = f"level {number}" if len(level) > _SHEET_NAME or level.lower() in ("run", "history") else level
    if not part:
        return name
    tail = f" {part + 1}"
    return name[: _SHEET_NAME - len(tail)] + tail


def describe(run: Run) -> dict[str, object]:
    """Return what is needed to repeat a run, as plain JSON values."""
    return {
        "id": run.id,
        "pack": f"{run.pack_id}@{run.pack_version}",
        "pack_digest": run.pack_digest,
        "data_digests": dict(run.data_digests),
        "synthetic": run.synthetic,
        "engine": run.engine,
        "software": run.software,
        "years": list(run.years),
        "results": len(run.results),
        "notes": [{lang: note.say(lang) for lang in LANGS} for note in run.notes],
    }
