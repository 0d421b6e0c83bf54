"""What all checks of a pack share: its names, the problems found so far, formulas typed in their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from duxue.core.errors import Place, Problem, Refused
from duxue.core.measure import Measure
from duxue.core.text import Text
from duxue.formula.infer import infer
from duxue.formula.nodes import Kind, Typed
from duxue.formula.scope import Scope
from duxue.packs.loader import LoadedPack
from duxue.packs.problems import MOST, listed, suggest, tell
from duxue.packs.schema import FieldSpec, Form, Source
from duxue.packs.scope import pack_measures, pack_scope
from duxue.packs.shape import Spot
from duxue.packs.yamltree import Path

FORM = Text("表", "form")
POPULATION = Text("范围", "population")
DIMENSION = Text("分组", "dimension")
LEVEL = Text("层级", "level")
SECTION = Text("报告章节", "report section")
SOURCE = Text("来源", "source")
CONSTANT = Text("常量", "constant")
INDICATOR = Text("指标", "indicator")
VERDICT = Text("判定", "verdict")
COLUMN = Text("字段", "column")
VALUE = Text("取值", "value")
_OF_UNITS = frozenset({"FML060", "FML061", "FML064", "FML065"})


class Review:
    """One look at a whole pack; `found` collects what is wrong with it."""

    def __init__(self, loaded: LoadedPack) -> None:
        """Look up every name of the pack once."""
        self.loaded = loaded
        self.pack = loaded.pack
        self.measures = pack_measures(self.pack)
        self.scope: Scope = pack_scope(self.pack)
        self.forms = {form.id: form for form in self.pack.forms}
        self.populations = {p.id: p for p in self.pack.populations}
        self.dimensions = {d.id: d for d in self.pack.dimensions}
        self.levels = [level.id for level in self.pack.levels]
        self.constants = {c.id: c for c in self.pack.constants}
        self.indicators = {i.id: i for i in self.pack.indicators}
        self.verdicts = {v.id: v for v in self.pack.verdicts}
        self.without_unit = frozenset(self._list_without_unit())
        self.typed: dict[Path, Typed] = {}
        self.found: list[Problem] = []

    def _list_without_unit(self) -> Iterator[str]:
        # What has no unit of measure that can be read, told where it is declared: formulas are not blamed for it.
        named: list[tuple[str, str | None]] = [
            *(
                (f.id, f.unit)
                for form in self.pack.forms
                for f in form.fields
                if f.type in ("integer", "number")
            ),
            *((d.id, d.unit) for form in self.pack.forms for d in form.derived if d.unit is not None),
            *((c.id, c.unit) for c in self.pack.constants),
            *((i.id, i.unit) for i in self.pack.indicators),
        ]
        for name, unit in named:
            try:
                self.measures.parse(unit or "")
            except (ValueError, ZeroDivisionError):
                yield name

    def tell(self, code: str, path: Path, found: object = "", **values: object) -> None:
        """Note a problem at the value under `path`."""
        if len(self.found) >= MOST:
            return
        self.found.append(tell(code, self.place(path), found, **values))

    def place(self, path: Path) -> Place:
        """Return the place of a value; where it is not written, the start of what should hold it."""
        spot = self.loaded.spot(path)
        written = path in self.loaded.spots
        return spot.place(self.loaded.pointer(path), length=None if written else 1)

    def line(self, path: Path) -> int:
        """Return the line in which the value under `path` stands."""
        return self.place(path).line or 0

    def known(self, kind: Text, name: str, names: Iterable[str], path: Path) -> bool:
        """Return whether `name` is one of `names`; if not, tell it."""
        options = list(names)
        if name in options:
            return True
        if len(self.found) >= MOST:
            return False
        self.tell("PACK020", path, name, kind=kind, known=listed(options), near=suggest(name, options))
        return False

    def measure(self, unit: str, path: Path) -> Measure | None:
        """Return the unit of measure written at `path`, or tell that it is not known."""
        try:
            return self.measures.parse(unit)
        except (ValueError, ZeroDivisionError) as error:
            word = str(error) if isinstance(error, ValueError) and str(error) in unit else unit
            near = suggest(word, self.measures.by_name)
            offset = max(unit.find(word), 0)
            place = self.loaded.place(path, offset, len(word))
            self.found.append(tell("PACK022", place, word, near=near))
            return None

    def formula(
        self,
        path: Path,
        source: str,
        scope: Scope,
        *,
        measure: Measure | None = None,
        kind: Kind | None = None,
    ) -> Typed | None:
        """Return the formula at `path` typed in its place; its problems are told where they stand in the file."""
        if scope.home and scope.form_of(scope.home) not in scope.forms:
            return None  # told as an unknown form
        try:
            typed = infer(source, scope, measure=measure, kind=kind)
        except Refused as error:
            spot, pointer = self.loaded.spot(path), self.loaded.pointer(path)
            unsure = self.without_unit and self.without_unit & set(re.findall(r"\w+", source))
            self.found.extend(
                in_file(problem, source, spot, pointer)
                for problem in error.problems
                if not (unsure and problem.code in _OF_UNITS)
            )
            return None
        self.typed[path] = typed
        return typed

    def source(self, source: Source | str | None, path: Path) -> None:
        """Check a source or the short name of one."""
        if isinstance(source, str):
            self.known(SOURCE, source, self.pack.sources, path)
        elif source is not None and source.status == "confirmed" and not (source.name or source.number):
            self.tell("PACK035", path)

    def by(self, by: dict[str, str], path: Path) -> bool:
        """Check dimension values such as {stage: primary}; return whether all are known."""
        fine = True
        for name, value in by.items():
            if self.known(DIMENSION, name, self.dimensions, (*path, "by", name)):
                values = [v.id for v in self.dimensions[name].values]
                fine &= self.known(VALUE, value, values, (*path, "by", name))
            else:
                fine = False
        return fine

    def dates(self, entry: Any, path: Path) -> None:
        """Check that `from` does not come after `to`."""
        if entry.from_ and entry.to and entry.from_ > entry.to:
            self.tell("PACK036", (*path, "to"), f"{entry.from_} > {entry.to}", low="from", high="to")

    def column(
        self, form: Form, name: str, key: str, path: Path, types: tuple[str, ...], wanted: Text
    ) -> FieldSpec | None:
        """Return the collected column `name` when the form has it with one of `types`; else tell it."""
        column = next((f for f in form.fields if f.id == name), None)
        if column is None:
            why = Text("不存在", "does not exist")
        elif column.type not in types:
            why = Text(f"的类型是 {column.type}", f"is of type {column.type}")
        else:
            return column
        near = suggest(name, [f.id for f in form.fields if f.type in types])
        self.tell("PACK025", path, name, key=key, why=why, wanted=wanted, near=near, form=form.id)
        return None


def in_file(problem: Problem, source: str, spot: Spot, pointer: str) -> Problem:
    """Return a problem of a formula at its place in the file; `spot` is where the formula is written."""
    inner = problem.place
    begin = 0
    if inner.snippet and "\n" in source:
        start = 0
        for line in source.split("\n"):
            if line == inner.snippet:
                begin = start
                break
            start += len(line) + 1
    place = spot.place(pointer, begin + (inner.column or 1) - 1, inner.length)
    return problem.at(
        file=place.file, line=place.line, column=place.column, snippet=place.snippet, length=place.length, field=pointer,
    )  # fmt: skip
