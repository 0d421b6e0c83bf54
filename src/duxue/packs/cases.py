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
from duxue.core.text import Text, match_key
from duxue.packs import shape, yamltree
from duxue.packs.loader import LoadedPack, refuse_link
from duxue.packs.problems import listed, suggest, tell
from duxue.packs.review import DIMENSION, FORM, INDICATOR, LEVEL, SOURCE, VALUE, VERDICT
from duxue.packs.schema import DECIMAL, Bilingual, Exact, FieldSpec, Id, Model, SourceRef
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

    indicator: Id | None = Field(None, description="Indicator expected; or verdict_id.")
    verdict_id: Id | None = Field(None, description="Verdict of the pack that is expected; or indicator.")
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
    verdict: Literal["met", "not_met", "not_computable"] | None = Field(
        None, description="Expected judgement."
    )
    reason: Bilingual | str | None = Field(
        None,
        description="A code such as out_of_scope: why it is not computable; a text in both languages: why the value can "
        "only be met within the tolerance.",
    )

    @property
    def na(self) -> str:
        """The code of the expected reason why there is no value, or empty."""
        return self.reason if isinstance(self.reason, str) else ""


class CaseTable(Model):
    """A csv file with one figure a row. Columns that bear the name of their use need no mention."""

    file: str = Field(min_length=1, description="csv file in UTF-8, its path from the pack's folder.")
    indicator: Id | None = Field(
        None, description="Indicator of all rows; absent: the column `indicator` names it."
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Use -> column, where they differ: {unit: code, value: ratio}. Uses are indicator, unit, year, value "
        "and each dimension.",
    )
    drop: tuple[str, ...] = Field(
        (), description="Dimensions for which the table has a column that is not to be used."
    )
    unit: str | None = Field(None, description="Code of the unit, when it is the same in all rows.")
    year: int | None = Field(None, description="Year, when it is the same in all rows.")
    by: dict[str, str] = Field(
        default_factory=dict, description="Dimension values that are the same in all rows."
    )


class ExpectTable(CaseTable):
    """Figures expected as a published table prints them; rows listed under published_wrong are left out."""

    decimals: int | None = Field(
        None, ge=0, le=12, description="Places to which the published values were rounded half up."
    )
    tolerance: Exact | None = Field(
        None, description="Largest difference allowed, for figures made of rounded inputs."
    )
    reason: Bilingual | None = Field(None, description="Why a tolerance is needed.")


class PublishedWrong(Model):
    """A figure printed in the source that does not follow from the source's own data."""

    indicator: Id = Field(description="Indicator.")
    unit: str = Field(min_length=1, description="Code of the unit.")
    year: int | None = Field(None, description="Year; absent: the only year of the data.")
    by: dict[str, str] = Field(
        default_factory=dict, description="Dimension values; may be written inline (stage: primary)."
    )
    published: Exact = Field(description="Value as printed.")
    recomputed: Exact = Field(description="Value that follows from the data.")
    decimals: int | None = Field(
        None, ge=0, le=12, description="Places to which `recomputed` is given, rounded half up."
    )
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
        default_factory=dict,
        description="Form id -> rows, or the path of a csv file from the pack's folder. Columns and categories go by id, "
        "title or alias; yes and no as true, false, 1, 0, yes, no, 是 or 否; numbers as plain decimals; an empty cell is missing.",
    )
    given: tuple[Given, ...] = Field((), description="Published values taken as input.")
    given_table: tuple[CaseTable, ...] | CaseTable = Field((), description="The same, from csv files.")
    expect: tuple[Expectation, ...] = Field((), description="What must come out.")
    expect_table: tuple[ExpectTable, ...] | ExpectTable = Field(
        (), description="The same, from published tables."
    )
    published_wrong: tuple[PublishedWrong, ...] = Field(
        (), description="Figures of the source that are wrong."
    )


class CasesDocument(Model):
    """The file cases.yaml."""

    cases: tuple[Case, ...] = Field(min_length=1, description="Worked cases.")


@dataclass(frozen=True)
class LoadedCase:
    """A case with its tables read."""

    case: Case
    rows: Mapping[str, Sequence[Row]]  # form id -> rows, every column of the file kept
    given: Sequence[Given]  # written ones and those of the tables
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
    refuse_link(path, name)
    with path.open("rb") as stream:
        document = yamltree.read(stream.read(yamltree.MOST_BYTES + 1), name)
    plain, spots, found = document.root.plain(), shape.list_spots(document), list[Problem]()
    dimensions = {d.id for d in loaded.pack.dimensions}
    for entry, model in _inline_places(plain):
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
        for key, model in (("given_table", CaseTable), ("expect_table", ExpectTable)):
            tables = case.get(key) if isinstance(case, dict) else None
            if isinstance(tables, dict):
                yield ("cases", number, key), model
            for place in range(len(tables) if isinstance(tables, list) else 0):
                yield ("cases", number, key, place), model


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
        before = len(self.found)
        rows: dict[str, Sequence[Row]] = {}
        for form, data in case.data.items():
            here: PackPath = (*path, "data", form)
            if self.known(FORM, form, [f.id for f in self.pack.forms], here):
                found = self.table(data, here) if isinstance(data, str) else data
                rows[form] = self.named(form, found, here)
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
        expected, taken = list(case.expect), list(case.given)
        for table, here in _tables(case.expect_table, (*path, "expect_table")):
            assert isinstance(table, ExpectTable)
            self.precision(table, here)
            expected.extend(self.expect_rows(case, table, here))
        for table, here in _tables(case.given_table, (*path, "given_table")):
            taken.extend(Given(**entry) for entry in self.entries(table, here))
        if len(self.found) == before:
            self.years(case, rows, taken, expected, path)
        if not (case.expect or case.published_wrong or (*path, "expect_table") in self.spots):
            self.tell("PACK057", path, case.id)
        return LoadedCase(case, rows, tuple(taken), tuple(expected), self.spot(path).place().line or 0)

    def years(
        self, case: Case, rows: Mapping[str, Sequence[Row]], taken: Sequence[Given], expected: Sequence[Expectation],
        path: PackPath,
    ) -> None:  # fmt: skip
        periods = {form.id: form.period for form in self.pack.forms if form.period}
        told = any(row.get(periods[form]) for form in rows.keys() & periods.keys() for row in rows[form])
        meaning = Text("年度；算例没有数据说明它", "the year; no data of the case tell it")
        for number, given in enumerate(case.given):
            if not told and given.year is None:
                self.tell("PACK011", (*path, "given", number), key="year", meaning=meaning)
        told = told or any(given.year for given in taken)
        for number, entry in enumerate(expected):
            if not told and entry.year is None and entry.indicator is not None:
                own = number < len(case.expect)
                here = (*path, "expect", number) if own else (*path, "expect_table")
                self.tell("PACK011", here, key="year", meaning=meaning)

    def expectation(self, entry: Expectation, path: PackPath) -> None:
        if (entry.indicator is None) == (entry.verdict_id is None):
            self.tell("PACK052", path)
        elif entry.indicator is not None:
            self.known(INDICATOR, entry.indicator, self.indicators, (*path, "indicator"))
        elif entry.verdict_id is not None:
            self.known(VERDICT, entry.verdict_id, [v.id for v in self.pack.verdicts], (*path, "verdict_id"))
        if entry.value is None and entry.verdict is None and not entry.na:
            self.tell("PACK053", path)
        if entry.level is not None:
            self.known(LEVEL, entry.level, [level.id for level in self.pack.levels], (*path, "level"))
        self.by(entry.by, path)
        self.precision(entry, path)

    def precision(self, entry: Expectation | ExpectTable, path: PackPath) -> None:
        if entry.decimals is not None and entry.tolerance is not None:
            self.tell("PACK055", (*path, "tolerance"))
        if entry.tolerance is not None and not isinstance(entry.reason, Bilingual):
            self.tell("PACK054", (*path, "tolerance"))

    def named(self, form_id: str, rows: Sequence[Row], path: PackPath) -> list[Row]:
        """Return rows whose columns and categories are named by id, whichever printed name or alias was written."""
        form = next(f for f in self.pack.forms if f.id == form_id)
        fields: dict[str, str] = {}
        for spec in form.fields:
            for name in _names(spec.id, spec.title.text, spec.aliases):
                fields.setdefault(match_key(name), spec.id)
        by_dimension = {d.id: d.values for d in self.pack.dimensions}
        values: dict[str, dict[str, str]] = {}
        for spec in form.fields:
            if spec.type == "category":
                for value in by_dimension.get(spec.dimension or "", spec.values):
                    for name in _names(value.id, value.title.text, value.aliases):
                        values.setdefault(spec.id, {}).setdefault(match_key(name), value.id)
        ids = {f.id for f in form.fields}
        header = list(dict.fromkeys(name for row in rows for name in row))
        target: dict[str, str] = {}
        for name in header:
            id = name if name in ids else fields.get(match_key(name), name)
            target[name] = id if name == id or (id not in header and id not in target.values()) else name
        unknown = [name for name in header if target[name] not in ids]
        for spec in form.fields if rows else ():
            if spec.id in target.values():
                continue
            near = next(
                (t for n in (spec.id, spec.title.zh, spec.title.en) if (t := suggest(n, unknown)).zh), None
            )
            if near is not None or spec.id == form.unit_field:
                known = listed(header, 30)
                self.tell("PACK051", path, form_id, column=spec.id, near=near or Text("", ""), known=known)
        specs = {spec.id: spec for spec in form.fields}
        categories = {id: list(dict.fromkeys(known.values())) for id, known in values.items()}
        csv_file = path not in self.spots or self.spots[path].node.kind == "text"
        made: list[Row] = []
        for number, row in enumerate(rows):
            cells: dict[str, str | None] = {}
            for name, cell in row.items():
                id = target[name]
                read, wanted = _read_cell(specs.get(id), cell, values.get(id, {}), categories.get(id, []))
                if wanted is not None:
                    here = path if csv_file else (*path, number, name)
                    place = number + (2 if csv_file else 1)
                    self.tell("PACK058", here, cell or "", row=place, column=name, wanted=wanted)
                cells[id] = read
            made.append(cells)
        return made

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
        wrong = {_key(w.model_dump()) for w in case.published_wrong}
        for entry in self.entries(table, path):
            if _key(entry) not in wrong:
                yield Expectation(
                    **entry, decimals=table.decimals, tolerance=table.tolerance, reason=table.reason
                )

    def entries(self, table: CaseTable, path: PackPath) -> Iterator[dict[str, Any]]:
        """Yield indicator, unit, year, by and value of each row that has a value."""
        self.by(table.by, path)
        if table.indicator is not None:
            self.known(INDICATOR, table.indicator, self.indicators, (*path, "indicator"))
        before = len(self.found)
        rows = self.table(table.file, (*path, "file"))
        header = list(rows[0]) if rows else []
        uses = ["indicator", "unit", "year", "value", *self.dimensions]
        for use, column in table.columns.items():
            here: PackPath = (*path, "columns", use)
            self.known(_USE, use, uses, here)
            if rows and column not in header:
                near, known = suggest(column, header), listed(header, 30)
                self.tell("PACK051", here, table.file, column=column, near=near, known=known)
        columns = {
            u: table.columns.get(u, u)
            for u in uses
            if u not in table.drop and table.columns.get(u, u) in header
        }
        fixed = {"indicator": table.indicator, "unit": table.unit}
        for use in ("indicator", "unit", "value"):
            if rows and use not in columns and fixed.get(use) is None and use not in table.columns:
                near, known = suggest(use, header), listed(header, 30)
                self.tell("PACK051", (*path, "file"), table.file, column=use, near=near, known=known)
        if len(self.found) == before:
            yield from self._rows(table, columns, rows, path)

    def _rows(
        self, table: CaseTable, columns: Mapping[str, str], rows: Sequence[Row], path: PackPath
    ) -> Iterator[dict[str, Any]]:
        for number, row in enumerate(rows, start=2):
            cell = {use: row.get(column) for use, column in columns.items()}
            if cell["value"] is None:
                continue  # the table prints nothing here
            entry: dict[str, Any] = {
                "indicator": table.indicator or cell.get("indicator"),
                "unit": table.unit or cell.get("unit"),
                "year": table.year if "year" not in columns else _year(cell["year"]),
                "by": {
                    **table.by,
                    **{d: v for d, v in cell.items() if d in self.dimensions and v is not None},
                },
                "value": _number(cell["value"]),
            }
            wanted = {
                "value": _A_NUMBER,
                "unit": _A_CODE,
                "year": _A_YEAR,
                "indicator": listed(self.indicators),
            }
            faults = [use for use in ("value", "unit", "year") if use in columns and entry[use] is None]
            if entry["indicator"] not in self.indicators and "indicator" in columns:
                faults.append("indicator")
            for dimension, value in entry["by"].items():
                if dimension in columns and value not in self.dimensions[dimension]:
                    faults.append(dimension)
                    wanted[dimension] = listed(self.dimensions[dimension])
            for use in faults:
                found, column = cell.get(use) or "", columns[use]
                self.tell("PACK058", (*path, "file"), found, row=number, column=column, wanted=wanted[use])
            if not faults and entry["indicator"] in self.indicators:
                yield entry


def _names(id: str, title: Text, aliases: Sequence[str]) -> tuple[str, ...]:
    return (id, title.zh, title.en, *aliases)


def _read_cell(
    spec: FieldSpec | None, cell: str | None, values: Mapping[str, str], categories: Sequence[str]
) -> tuple[str | None, Text | None]:
    """Return a cell as the field's type writes it, and what it should have been when it is not of that type."""
    if spec is None or cell is None or not cell.strip():
        return cell, None
    key = cell.strip().casefold()
    if spec.type == "category":
        known = values.get(match_key(cell))
        return known or cell, None if known else listed(categories)
    if spec.type == "boolean":
        truth = "true" if key in _TRUE else "false" if key in _FALSE else None
        return truth or cell, None if truth else _A_TRUTH
    if spec.type == "year":
        return cell.strip(), None if _year(cell.strip()) else _A_YEAR
    if spec.type in ("integer", "number"):
        number, places = _number(cell.strip()), 0 if spec.type == "integer" else spec.decimals
        if number is None or (number * 10**places).denominator != 1 or abs(number) >= _BIGGEST:
            fraction = Text(
                f"最多18位整数、{places}位小数的数",
                f"a number of at most 18 digits and {places} decimal places",
            )
            return cell, fraction if places else _A_WHOLE
        return cell.strip(), None
    return cell, None


_TRUE, _FALSE = frozenset({"true", "yes", "1", "是"}), frozenset({"false", "no", "0", "否"})
_BIGGEST = 10**18  # what the columns of every engine hold
_A_WHOLE = Text("最多18位的整数", "a whole number of at most 18 digits")
_A_TRUTH = Text("true 或 false", "true or false")
_USE = Text("列的用途", "use of a column")
_A_NUMBER = Text("数", "a number")
_A_CODE = Text("单位代码", "the code of a unit")
_A_YEAR = Text("年份", "a year")


def _tables(tables: tuple[CaseTable, ...] | CaseTable, path: PackPath) -> list[tuple[CaseTable, PackPath]]:
    if isinstance(tables, CaseTable):
        return [(tables, path)]
    return [(table, (*path, number)) for number, table in enumerate(tables)]


def _key(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return entry["indicator"], entry["unit"], entry["year"], tuple(sorted(entry["by"].items()))


def _number(text: str | None) -> Fraction | None:
    return Fraction(text) if text and re.fullmatch(rf"[+-]?{DECIMAL}", text) else None


def _year(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{4}", text, re.ASCII) else None
