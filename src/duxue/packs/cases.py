"""Worked cases beside the rules (cases.yaml): data, and what a published table says must come out of them.

Shapes and reading only; running them is the task of the app. All numbers are exact fractions.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.packs import shape, yamltree
from duxue.packs.loader import LoadedPack
from duxue.packs.problems import listed, suggest, tell
from duxue.packs.review import DIMENSION, FORM, INDICATOR, LEVEL, SOURCE, VALUE, VERDICT
from duxue.packs.schema import Bilingual, Exact, Id, Model, SourceRef
from duxue.packs.shape import Spot, Spots
from duxue.packs.yamltree import Path as PackPath

CASES_FILE = "cases.yaml"
Row = Mapping[str, str | None]  # cells as text, None for an empty one


class CaseUnit(Model):
    """One unit of the tree that a case is about."""

    code: str = Field(min_length=1, description="Code used in the data.")
    name: Bilingual | None = Field(None, description="Printed name; the code when absent.")
    level: Id = Field(description="Level of the unit.")
    parent: str | None = Field(None, description="Code of the unit above.")


class Given(Model):
    """A published value of an indicator that is taken as input instead of being computed."""

    indicator: Id = Field(description="Indicator.")
    unit: str = Field(min_length=1, description="Code of the unit.")
    year: int | None = Field(None, description="Year; absent: the only year of the data.")
    by: dict[str, str] = Field(
        default_factory=dict, description="Dimension values; may be written inline (stage: primary)."
    )
    value: Exact = Field(description="Value in the indicator's unit of measure.")


class Expectation(Model):
    """What must come out for one unit: a figure, a judgement, or the reason why there is none."""

    indicator: Id | None = Field(None, description="Indicator expected; or verdict.")
    verdict_of: Id | None = Field(None, description="Verdict of the pack that is expected; or indicator.")
    unit: str = Field(min_length=1, description="Code of the unit.")
    year: int | None = Field(None, description="Year; absent: the only year of the data.")
    level: Id | None = Field(None, description="Level, when the unit has results at several.")
    by: dict[str, str] = Field(
        default_factory=dict, description="Dimension values; may be written inline (stage: primary)."
    )
    value: Exact | None = Field(None, description="Published value in the indicator's unit of measure.")
    decimals: int | None = Field(
        None, ge=0, le=12, description="Places to which the published value was rounded half up."
    )
    tolerance: Exact | None = Field(
        None, description="Largest difference allowed, for figures made of rounded inputs."
    )
    tolerance_reason: Bilingual | None = Field(None, description="Why a tolerance is needed.")
    verdict: Literal["met", "not_met", "not_computable"] | None = Field(
        None, description="Expected judgement."
    )
    reason: str | None = Field(
        None, description="Expected reason code when it is not computable, for instance zero_division."
    )


class ExpectTable(Model):
    """Figures of one indicator expected as a published table prints them, one a row."""

    file: str = Field(min_length=1, description="csv file, its path from the pack's folder.")
    indicator: Id = Field(description="Indicator of all rows.")
    columns: dict[str, str] = Field(
        description="Column of the table for `unit`, `year`, a dimension and `value`: {unit: code, value: ratio}."
    )
    unit: str | None = Field(None, description="Code of the unit, when it is the same in all rows.")
    year: int | None = Field(None, description="Year, when it is the same in all rows.")
    by: dict[str, str] = Field(
        default_factory=dict, description="Dimension values that are the same in all rows."
    )
    decimals: int | None = Field(
        None, ge=0, le=12, description="Places to which the published values were rounded half up."
    )
    tolerance: Exact | None = Field(
        None, description="Largest difference allowed, for figures made of rounded inputs."
    )
    tolerance_reason: Bilingual | None = Field(None, description="Why a tolerance is needed.")


class PublishedWrong(Model):
    """A figure printed in the source that does not follow from the source's own data."""

    indicator: Id = Field(description="Indicator.")
    unit: str = Field(min_length=1, description="Code of the unit.")
    year: int | None = Field(None, description="Year; absent: the only year of the data.")
    by: dict[str, str] = Field(
        default_factory=dict, description="Dimension values; may be written inline (stage: primary)."
    )
    published: Exact = Field(description="Value as printed.")
    recomputed: Exact = Field(description="Value that follows from the data, as many digits as are compared.")
    reason: Bilingual = Field(description="How we know, and what the error probably is.")


class Case(Model):
    """One worked case: data, and what must come out."""

    id: Id = Field(description="Name.")
    title: Bilingual = Field(description="Printed name.")
    source: SourceRef = Field(description="Published table, or the short name of a source of the pack.")
    units: tuple[CaseUnit, ...] = Field(
        (), description="Units of the tree that no register form of the case gives."
    )
    data: dict[str, tuple[dict[str, str | None], ...] | str] = Field(
        default_factory=dict, description="Form id -> rows, or the path of a csv file from the pack's folder."
    )
    given: tuple[Given, ...] = Field((), description="Published values taken as input.")
    expect: tuple[Expectation, ...] = Field((), description="What must come out.")
    expect_table: tuple[ExpectTable, ...] | ExpectTable = Field(
        (), description="The same, from published tables."
    )
    published_wrong: tuple[PublishedWrong, ...] = Field(
        (), description="Figures of the source that are wrong."
    )

    @property
    def tables(self) -> tuple[ExpectTable, ...]:
        """The expected tables, whether one or several were written."""
        return (self.expect_table,) if isinstance(self.expect_table, ExpectTable) else self.expect_table


class CasesDocument(Model):
    """The file cases.yaml."""

    cases: tuple[Case, ...] = Field(min_length=1, description="Worked cases.")


@dataclass(frozen=True)
class LoadedCase:
    """A case with its tables read."""

    case: Case
    rows: Mapping[str, Sequence[Row]]  # form id -> rows
    expected: Sequence[Expectation]  # written ones and those of the tables, without published_wrong
    line: int  # where the case stands in cases.yaml


@dataclass(frozen=True)
class CaseFile:
    """All worked cases of a pack."""

    file: str
    cases: Sequence[LoadedCase]


def load_cases(loaded: LoadedPack) -> CaseFile:
    """Return the worked cases beside a pack, none when it has no cases.yaml; Refused tells all that is wrong."""
    path = loaded.folder / CASES_FILE
    name = str(Path(loaded.file).with_name(CASES_FILE))
    if not path.is_file():
        return CaseFile(name, ())
    with path.open("rb") as stream:
        document = yamltree.read(stream.read(yamltree.MOST_BYTES + 1), name)
    plain, spots, found = document.root.plain(), shape.list_spots(document), list[Problem]()
    dimensions = {d.id for d in loaded.pack.dimensions}
    for entry, model in _inline_places(plain):
        _name_verdict(plain, entry, model, loaded)
        shape.move_inline(plain, spots, entry, model, dimensions, found)
    made = shape.check(CasesDocument, plain, spots, found, sorted(dimensions))
    if made is None or found:
        raise Refused(sorted(found, key=lambda p: (p.place.line or 0, p.place.column or 0)))
    reader = _Reader(loaded, plain, spots)
    cases = [reader.read(case, ("cases", number)) for number, case in enumerate(made.cases)]
    if reader.found:
        raise Refused(
            sorted(reader.found, key=lambda p: (p.place.file, p.place.line or 0, p.place.column or 0))
        )
    return CaseFile(name, tuple(cases))


def _inline_places(plain: Any) -> Iterator[tuple[PackPath, type[Model]]]:
    cases = plain.get("cases") if isinstance(plain, dict) else None
    models: dict[str, type[Model]] = {
        "given": Given,
        "expect": Expectation,
        "published_wrong": PublishedWrong,
    }
    for number, case in enumerate(cases if isinstance(cases, list) else ()):
        for key, model in models.items():
            entries = case.get(key) if isinstance(case, dict) else None
            for place in range(len(entries) if isinstance(entries, list) else 0):
                yield ("cases", number, key, place), model
        tables = case.get("expect_table") if isinstance(case, dict) else None
        if isinstance(tables, dict):
            yield ("cases", number, "expect_table"), ExpectTable
        for place in range(len(tables) if isinstance(tables, list) else 0):
            yield ("cases", number, "expect_table", place), ExpectTable


def _name_verdict(plain: Any, path: PackPath, model: type[Model], loaded: LoadedPack) -> None:
    # `verdict: county_cv` names a verdict of the pack; `verdict: met` beside an indicator is the judgement.
    entry = plain
    for part in path:
        entry = entry[part]
    if (
        model is not Expectation
        or not isinstance(entry, dict)
        or "indicator" in entry
        or "verdict_of" in entry
    ):
        return
    judgements = {"met", "not_met", "not_computable"}
    if isinstance(entry.get("verdict"), str) and entry["verdict"] not in judgements:
        entry["verdict_of"] = entry.pop("verdict")
        if isinstance(entry.get("value"), str) and entry["value"] in judgements:
            entry["verdict"] = entry.pop("value")


class _Reader:
    """Reads the tables of cases and checks the names they use."""

    def __init__(self, loaded: LoadedPack, plain: Any, spots: Spots) -> None:
        self.loaded = loaded
        self.pack = loaded.pack
        self.plain = plain
        self.spots = spots
        self.found: list[Problem] = []
        self.dimensions = {d.id: [v.id for v in d.values] for d in self.pack.dimensions}
        self.indicators = [i.id for i in self.pack.indicators]

    def spot(self, path: PackPath) -> Spot:
        return shape.nearest(self.spots, path)

    def tell(self, code: str, path: PackPath, found: object = "", **values: object) -> None:
        self.found.append(tell(code, self.spot(path).place(shape.point(self.plain, path)), found, **values))

    def known(self, kind: Text, name: str, names: Sequence[str], path: PackPath) -> bool:
        if name not in names:
            self.tell("PACK020", path, name, kind=kind, known=listed(names), near=suggest(name, names))
        return name in names

    def by(self, by: Mapping[str, str], path: PackPath) -> None:
        for name, value in by.items():
            if self.known(DIMENSION, name, list(self.dimensions), (*path, "by", name)):
                self.known(VALUE, value, self.dimensions[name], (*path, "by", name))

    def read(self, case: Case, path: PackPath) -> LoadedCase:
        if isinstance(case.source, str):
            self.known(SOURCE, case.source, list(self.pack.sources), (*path, "source"))
        for number, unit in enumerate(case.units):
            levels = [level.id for level in self.pack.levels]
            self.known(LEVEL, unit.level, levels, (*path, "units", number, "level"))
        rows: dict[str, Sequence[Row]] = {}
        for form, data in case.data.items():
            here: PackPath = (*path, "data", form)
            if self.known(FORM, form, [f.id for f in self.pack.forms], here):
                rows[form] = self.table(data, here) if isinstance(data, str) else data
        for number, given in enumerate(case.given):
            here = (*path, "given", number)
            self.known(INDICATOR, given.indicator, self.indicators, (*here, "indicator"))
            self.by(given.by, here)
        for number, entry in enumerate(case.expect):
            self.expectation(entry, (*path, "expect", number))
        for number, wrong in enumerate(case.published_wrong):
            here = (*path, "published_wrong", number)
            self.known(INDICATOR, wrong.indicator, self.indicators, (*here, "indicator"))
            self.by(wrong.by, here)
            if wrong.published == wrong.recomputed:
                self.tell("PACK056", (*here, "recomputed"), str(wrong.recomputed))
        if not (case.expect or case.tables or case.published_wrong):
            self.tell("PACK057", path, case.id)
        expected = list(case.expect)
        single = isinstance(case.expect_table, ExpectTable)
        for number, table in enumerate(case.tables):
            here = (*path, "expect_table") if single else (*path, "expect_table", number)
            expected.extend(self.expect_rows(case, table, here))
        line = self.spot(path).place().line or 0
        return LoadedCase(case, rows, tuple(expected), line)

    def expectation(self, entry: Expectation, path: PackPath) -> None:
        if (entry.indicator is None) == (entry.verdict_of is None):
            self.tell("PACK052", path)
        elif entry.indicator is not None:
            self.known(INDICATOR, entry.indicator, self.indicators, (*path, "indicator"))
        elif entry.verdict_of is not None:
            written = (*path, "verdict") if (*path, "verdict") in self.spots else (*path, "verdict_of")
            self.known(VERDICT, entry.verdict_of, [v.id for v in self.pack.verdicts], written)
        if entry.value is None and entry.verdict is None and entry.reason is None:
            self.tell("PACK053", path)
        if entry.level is not None:
            self.known(LEVEL, entry.level, [level.id for level in self.pack.levels], (*path, "level"))
        self.by(entry.by, path)
        self.precision(entry, path)

    def precision(self, entry: Expectation | ExpectTable, path: PackPath) -> None:
        if entry.decimals is not None and entry.tolerance is not None:
            self.tell("PACK055", (*path, "tolerance"))
        if entry.tolerance is not None and entry.tolerance_reason is None:
            self.tell("PACK054", (*path, "tolerance"))

    def table(self, name: str, path: PackPath) -> list[Row]:
        folder = self.loaded.folder.resolve()
        file = (folder / name).resolve() if "\0" not in name else folder
        if not file.is_relative_to(folder) or not file.is_file() or file.suffix.lower() != ".csv":
            self.tell("PACK050", path, name)
            return []
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            self.tell("PACK050", path, name)
            return []
        return [
            {key: (cell.strip() or None) if cell else None for key, cell in row.items() if key is not None}
            for row in csv.DictReader(io.StringIO(text))
        ]

    def expect_rows(self, case: Case, table: ExpectTable, path: PackPath) -> Iterator[Expectation]:
        self.precision(table, path)
        self.known(INDICATOR, table.indicator, self.indicators, (*path, "indicator"))
        self.by(table.by, path)
        rows = self.table(table.file, (*path, "file"))
        header = list(rows[0]) if rows else []
        roles = ["unit", "year", "value", *self.dimensions]
        fine = bool(rows)
        for role, column in table.columns.items():
            fine &= self.known(COLUMN_ROLE, role, roles, (*path, "columns", role))
            if rows and column not in header:
                near, known = suggest(column, header), listed(header, 30)
                self.tell(
                    "PACK051", (*path, "columns", role), table.file, column=column, near=near, known=known
                )
                fine = False
        for role in ("value", *(() if table.unit else ("unit",))):
            if role not in table.columns:
                wanted = Text(f"表中 {role} 所在的列", f"the column of the table with the {role}")
                self.tell("PACK011", (*path, "columns"), key=role, meaning=wanted)
                fine = False
        if fine:
            yield from self._rows(case, table, rows, path)

    def _rows(
        self, case: Case, table: ExpectTable, rows: Sequence[Row], path: PackPath
    ) -> Iterator[Expectation]:
        wrong = {(w.indicator, w.unit, w.year, tuple(sorted(w.by.items()))) for w in case.published_wrong}
        columns = table.columns
        for number, row in enumerate(rows, start=2):
            cell = {role: row.get(column) for role, column in columns.items()}
            if cell["value"] is None:
                continue  # the table prints nothing here
            value = _number(cell["value"])
            year = _year(cell.get("year")) if "year" in columns else table.year
            unit = cell["unit"] if "unit" in columns else table.unit
            by = {**table.by, **{d: v for d, v in cell.items() if d in self.dimensions and v is not None}}
            faults = [
                (role, text)
                for role, text, bad in (
                    ("value", Text("数", "a number"), value is None),
                    ("unit", Text("单位代码", "the code of a unit"), not unit),
                    ("year", Text("年份", "a year"), "year" in columns and year is None),
                )
                if bad
            ]
            faults += [
                (d, listed(self.dimensions[d]))
                for d, v in by.items()
                if d in columns and v not in self.dimensions[d]
            ]
            for role, text in faults:
                self.tell(
                    "PACK058",
                    (*path, "file"),
                    cell.get(role) or "",
                    row=number,
                    column=columns[role],
                    wanted=text,
                )
            if faults or value is None or unit is None:
                continue
            if (table.indicator, unit, year, tuple(sorted(by.items()))) in wrong:
                continue
            yield Expectation(
                indicator=table.indicator,
                unit=unit,
                year=year,
                by=by,
                value=value,
                decimals=table.decimals,
                tolerance=table.tolerance,
                tolerance_reason=table.tolerance_reason,
            )


COLUMN_ROLE = Text("列的用途", "use of a column")


def _number(text: str) -> Fraction | None:
    return Fraction(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII) else None


def _year(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{4}", text, re.ASCII) else None
