"""Which table is which form, which column is which field; and what was matched, for the user to see."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from duxue.core.errors import Problem
from duxue.core.measure import Measures
from duxue.core.workbook import MAX_COLUMNS, column_letter
from duxue.microdata import problems as say
from duxue.microdata.names import factor_between, name_key, split_bracket
from duxue.microdata.tables import HEADER_CHARACTERS, RawTable, Row
from duxue.packs.schema import FieldSpec, Form

How = Literal["code", "title", "alias"]
FormHow = Literal["file", "sheet", "header"]
_YEAR_AFFIX = re.compile(r"^(?:19|20)\d\d(?:年|学年)?|(?:19|20)\d\d(?:年|学年)?$")
_NEAR = 0.6  # difflib ratio from which a header is offered as what may have been meant
_LOOK_AT = 200  # unknown headers that are compared with a missing field
# A form is recognised by its headers alone when at least this share of its required columns is there.
_ENOUGH = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One column of a sheet that is a field of the form."""

    index: int  # 0-based
    letter: str
    header: str  # as printed
    field: str
    how: How
    unit: str = ""  # unit of measure named in the header's brackets
    factor: Fraction = Fraction(1)  # from that unit to the stored one


@dataclass(frozen=True, slots=True)
class TableMatch:
    """One sheet that feeds a form."""

    file: str
    sheet: str
    form: str
    form_how: FormHow
    header_row: int
    columns: tuple[ColumnMatch, ...]
    ignored: tuple[tuple[str, str], ...]  # (letter, header) of columns that are no field
    absent: tuple[str, ...]  # optional fields without a column
    rows: int
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What was taken for what, in the order in which files and sheets were read."""

    tables: tuple[TableMatch, ...] = ()
    unused: tuple[tuple[str, str], ...] = ()  # (file, sheet) that fit no form

    def to_dict(self) -> dict[str, object]:
        """Return the match as plain JSON values."""
        return {
            "tables": [
                {
                    "file": t.file,
                    "sheet": t.sheet,
                    "form": t.form,
                    "form_how": t.form_how,
                    "header_row": t.header_row,
                    "rows": t.rows,
                    "encoding": t.encoding,
                    "columns": [
                        {
                            "letter": c.letter,
                            "header": c.header,
                            "field": c.field,
                            "how": c.how,
                            "unit": c.unit,
                            "factor": str(c.factor),
                        }
                        for c in t.columns
                    ],
                    "ignored": [{"letter": letter, "header": header} for letter, header in t.ignored],
                    "absent": list(t.absent),
                }
                for t in self.tables
            ],
            "unused": [{"file": file, "sheet": sheet} for file, sheet in self.unused],
        }


class Matcher:
    """Knows the names of all forms and fields of a pack."""

    def __init__(self, forms: Sequence[Form], measures: Measures) -> None:
        """Prepare the keys by which forms and fields are recognised."""
        self.forms = {form.id: form for form in forms}
        self.measures = measures
        self._form_names: dict[str, str] = {}
        for form in forms:
            for name in (form.id, form.title.zh, form.title.en, *form.aliases):
                self._form_names.setdefault(name_key(name), form.id)
        self._fields = {form.id: _field_names(form) for form in forms}
        self._all_names: dict[str, set[str]] = {}
        for form_id, names in self._fields.items():
            for key in names:
                self._all_names.setdefault(key, set()).add(form_id)

    # --- header row ---------------------------------------------------------------------------------------------------
    def header_finder(self, file_stem: str) -> HeaderFinder:
        """Return the function by which a reader finds the header among the first rows of a sheet of this file."""
        return HeaderFinder(self, file_stem)

    def known_headers(self, row: Row, form_id: str | None) -> int:
        """Return how many distinct field names a row holds, of one form or of the form it fits best."""
        names = self._all_names if form_id is None else self._fields[form_id]
        cells = (cell for cell in row[:MAX_COLUMNS] if cell and len(cell) <= HEADER_CHARACTERS)
        seen = {key for cell in cells if (key := _known_key(cell, names))}
        if form_id is not None or not seen:
            return len(seen)
        counts: dict[str, int] = {}
        for key in seen:
            for owner in self._all_names[key]:
                counts[owner] = counts.get(owner, 0) + 1
        return max(counts.values())

    # --- form ---------------------------------------------------------------------------------------------------------
    def form_named(self, name: str) -> str | None:
        """Return the form that a file or sheet name means; a year before or after the name does not matter."""
        key = name_key(name)
        return self._form_names.get(key) or self._form_names.get(_YEAR_AFFIX.sub("", key))

    def form_of(self, table: RawTable, stem: str) -> tuple[str, FormHow] | list[str]:
        """Return the form of a table and how it was found; else the forms that it fits equally well (none: empty)."""
        if table.sheet and (form := self.form_named(table.sheet)):
            return form, "sheet"
        form = self.form_named(stem)
        # A workbook named after a form may hold other sheets, such as instructions.
        if form and (
            not table.sheet or self.known_headers(table.header, form) >= min(2, len(self._fields[form]))
        ):
            return form, "file"
        scores = {f: self.known_headers(table.header, f) for f in self.forms}
        best = max(scores.values(), default=0)
        if best < 2:
            return []
        fits = [f for f, score in scores.items() if score == best and self._enough(f, table)]
        return (fits[0], "header") if len(fits) == 1 else fits

    def _enough(self, form_id: str, table: RawTable) -> bool:
        form = self.forms[form_id]
        needed = required_fields(form)
        names = self._fields[form_id]
        found = {names[key][0].id for h in table.header if (key := _known_key(h, names))}
        return len(needed & found) >= len(needed) * _ENOUGH

    # --- columns ------------------------------------------------------------------------------------------------------
    def columns_of(self, table: RawTable, form_id: str, how: FormHow, problems: list[Problem]) -> TableMatch:
        """Match the columns of a table to the fields of its form; what is wrong is added to `problems`."""
        form = self.forms[form_id]
        names = self._fields[form_id]
        matched: dict[str, list[ColumnMatch]] = {}
        ignored: list[tuple[str, str]] = []
        for index, header in enumerate(table.header):
            letter = column_letter(index)
            key = _known_key(header, names)
            if not key:
                if header:
                    ignored.append((letter, header))
                continue
            spec, name_how = names[key]
            at = say.At(table.file, table.sheet, letter, header, spec.id)
            column = self._with_unit(
                ColumnMatch(index, letter, header, spec.id, name_how), spec, at, table, problems
            )
            matched.setdefault(spec.id, []).append(column)
        for field, columns in matched.items():
            if len(columns) > 1:
                spec = next(s for s in form.fields if s.id == field)
                others = [f"{c.letter} {c.header}" for c in columns]
                at = say.At(table.file, table.sheet, columns[1].letter, columns[1].header, field)
                problems.append(say.column_twice(at, table.header_row, spec.title.text, others))
        absent = self._report_absent(table, form, matched, ignored, problems)
        chosen = sorted((columns[0] for columns in matched.values()), key=lambda c: c.index)
        return TableMatch(
            table.file,
            table.sheet,
            form_id,
            how,
            table.header_row,
            tuple(chosen),
            tuple(ignored),
            absent,
            table.rows,
            table.encoding,
        )

    def _with_unit(
        self, column: ColumnMatch, spec: FieldSpec, at: say.At, table: RawTable, problems: list[Problem]
    ) -> ColumnMatch:
        _, inside = split_bracket(column.header)
        if not inside or spec.type not in ("integer", "number"):
            return column
        stored = spec.unit or "1"
        factor = factor_between(inside, stored, self.measures)
        accepted = factor == 1 or (factor is not None and self._listed(inside, spec, factor))
        if factor is not None and accepted:
            if factor != 1:
                problems.append(say.converted(at, table.header_row, inside, stored, str(factor)))
            return ColumnMatch(
                column.index, column.letter, column.header, column.field, column.how, inside, factor
            )
        names = (spec.id, spec.title.zh, spec.title.en, *spec.aliases)
        whole = factor is None and name_key(column.header) in {name_key(n) for n in names}
        if not whole:  # the words in brackets are not part of the field's name, so they must be its unit
            problems.append(say.wrong_measure(at, table.header_row, inside, spec.unit or "", spec.accepts))
        return column

    def _listed(self, inside: str, spec: FieldSpec, factor: Fraction) -> bool:
        stored = spec.unit or "1"
        return any(
            name_key(inside) == name_key(unit) or factor_between(unit, stored, self.measures) == factor
            for unit in spec.accepts
        )

    def _report_absent(
        self,
        table: RawTable,
        form: Form,
        matched: Mapping[str, list[ColumnMatch]],
        ignored: Sequence[tuple[str, str]],
        problems: list[Problem],
    ) -> tuple[str, ...]:
        needed = required_fields(form)
        absent: list[str] = []
        for spec in form.fields:
            if spec.id in matched:
                continue
            nearest = _nearest(spec, ignored)
            if spec.id in needed:
                header = f"{nearest[0]} {nearest[1]}" if nearest else ""
                problems.append(
                    say.missing_column(
                        table.file, table.sheet, table.header_row, spec.id, spec.title.text, header
                    )
                )
                continue
            absent.append(spec.id)
            if nearest:
                at = say.At(table.file, table.sheet, nearest[0], nearest[1], spec.id)
                problems.append(say.near_miss(at, table.header_row, spec.id, spec.title.text))
        return tuple(absent)

    def titles(self) -> list[str]:
        """Return the forms' ids, for messages."""
        return list(self.forms)


@dataclass(frozen=True, slots=True)
class HeaderFinder:
    """Finds the header among the first rows of a sheet: the row that holds most field names, the upper one of equals."""

    matcher: Matcher
    stem: str

    def __call__(self, rows: Sequence[Row], sheet: str) -> int:
        """Return the index of the header row, -1 when no row holds a field name."""
        named = (sheet and self.matcher.form_named(sheet)) or self.matcher.form_named(self.stem)
        for form in (named, None) if named else (None,):
            counts = [self.matcher.known_headers(row, form) for row in rows]
            best = max(counts, default=0)
            if best:
                return counts.index(best)
        return -1


def required_fields(form: Form) -> set[str]:
    """Return the fields without which a table of this form cannot be used: required ones, key, period, unit."""
    needed = {spec.id for spec in form.fields if spec.required} | set(form.key) | {form.unit_field}
    if form.period:
        needed.add(form.period)
    return needed & {spec.id for spec in form.fields}


def _field_names(form: Form) -> dict[str, tuple[FieldSpec, How]]:
    names: dict[str, tuple[FieldSpec, How]] = {}
    for spec in form.fields:
        names.setdefault(name_key(spec.id), (spec, "code"))
    for spec in form.fields:
        for title in (spec.title.zh, spec.title.en):
            names.setdefault(name_key(title), (spec, "title"))
    for spec in form.fields:
        for alias in spec.aliases:
            names.setdefault(name_key(alias), (spec, "alias"))
    return names


def _known_key(header: str, names: Mapping[str, object]) -> str:
    """Return the key under which a header is known, with or without its last bracket; empty when it is not."""
    key = name_key(header)
    if key in names:
        return key
    base, inside = split_bracket(header)
    key = name_key(base)
    return key if inside and key in names else ""


def _nearest(spec: FieldSpec, ignored: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    names = [name_key(n) for n in (spec.id, spec.title.zh, spec.title.en, *spec.aliases)]
    best: tuple[str, str] | None = None
    best_ratio = _NEAR
    for letter, header in ignored[:_LOOK_AT]:
        for key in {name_key(header[:60]), name_key(split_bracket(header[:60])[0])}:
            for name in names:
                matcher = difflib.SequenceMatcher(None, name, key)
                if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < best_ratio:
                    continue
                if (ratio := matcher.ratio()) > best_ratio or (best is None and ratio == best_ratio):
                    best, best_ratio = (letter, header), ratio
    return best
