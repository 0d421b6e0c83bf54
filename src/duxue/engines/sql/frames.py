"""Group formulas in SQL: every indicator of one home, breakdown and set of levels, side by side in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from duxue.engines.sql import pieces as p
from duxue.engines.sql.emit import Emitter
from duxue.engines.sql.figures import Figures
from duxue.engines.sql.groups import LEFT_OUT, USED, At, reasons_of
from duxue.engines.sql.layers import Layers, new_name
from duxue.engines.sql.pieces import Number, Piece, Words
from duxue.engines.sql.rows import Space, dated_constant
from duxue.formula import nodes as n
from duxue.formula.nodes import NA
from duxue.plan.nodes import IndicatorPlan

FindFigures = Callable[[str, tuple[str, ...]], Figures]  # home, dimensions of its form


@dataclass(frozen=True, slots=True)
class Written:
    """The columns of one indicator in its frame."""

    plan: IndicatorPlan
    value: str
    why: str
    doubt: str
    left_out: str
    detail: str
    sides: tuple[Number | None, Number | None]
    notes: list[str]  # what a detail code means: texts from 1 on; below 0: the exclusion rule -1 - code


class Frame:
    """The groups for which some indicators have values, with everything that their formulas need beside them."""

    def __init__(
        self,
        space: Space,
        home: str,
        dims: tuple[str, ...],
        levels: frozenset[str],
        years: list[int],
        find: FindFigures,
    ) -> None:
        """Ask for no indicator yet; `years` are those for which values are wanted."""
        self.space = space
        self.dims = dims
        self.levels = levels
        self.years = years
        self.find = find
        self.home = find(home, dims)
        self.home.groups.levels |= levels
        self.layers = Layers()
        self.written: list[Written] = []
        self.trees: set[int] = set()
        self._brought: dict[tuple[Figures, str, int], str] = {}
        self._places: dict[tuple[int, tuple[str, ...]], Place] = {}
        self._sources: list[tuple[Figures, int]] = []
        self._above: dict[int, list[str]] = {}

    def own_dims(self, home: str, by: tuple[str, ...]) -> tuple[str, ...]:
        """Return those dimensions that the form of a home has."""
        return dims_of(self.space, home, by)

    def place(self, back: int, by: tuple[str, ...]) -> Place:
        """Return where formulas stand `back` years earlier, broken down by `by`."""
        if (back, by) not in self._places:
            self._places[back, by] = Place(self, back, by)
        return self._places[back, by]

    def bring(self, figures: Figures, back: int) -> At:
        """Return how a column of other groups is named in this frame."""

        def at(column: str) -> str:
            key = (figures, column, back)
            if key not in self._brought:
                self._brought[key] = new_name("k")
            return self._brought[key]

        return at

    def write(self, plan: IndicatorPlan) -> None:
        """Add an indicator."""
        by = tuple(d for d in plan.by if d in self.dims)
        place = self.place(0, by)
        place.doubts.clear()
        value = place.number(plan.value)
        doubts = list(place.doubts)
        sides = [
            place.number(side) if side is not None else None for side in (plan.numerator, plan.denominator)
        ]
        groups = self.home.groups
        at = self.bring(self.home, 0)
        why = str(value.why if value.why is not None else 0)
        sql = p.as_double(value)
        if groups.rule:
            none = f"{at(groups.count)} = 0"
            out = p.CODES[NA.OUT_OF_SCOPE]
            why, sql = f"CASE WHEN {none} THEN {out} ELSE {why} END", f"CASE WHEN NOT {none} THEN {sql} END"
        detail, left_out, notes = self._detail(plan, by, why)
        self.written.append(
            Written(
                plan,
                self.layers.bind(f"CAST({sql} AS DOUBLE)"),
                self.layers.bind(f"CAST({why} AS TINYINT)"),
                self.layers.bind(
                    " OR ".join(f"coalesce({d}, FALSE)" for d in dict.fromkeys(doubts)) or "FALSE"
                ),
                self.layers.bind(left_out),
                self.layers.bind(detail),
                (self._side(sides[0]), self._side(sides[1])),
                notes,
            )
        )

    def _side(self, side: Number | None) -> Number | None:
        if side is None:
            return None
        kind = "DOUBLE" if side.real else p.integer_type(side.lo, side.hi)
        sql = self.layers.bind(f"CAST({side.sql} AS {kind})")
        den = self.layers.bind(f"CAST({side.den} AS {p.integer_type(1, side.most)})") if side.den else None
        return Number(sql, None, den, side.factor, side.lo, side.hi, side.most, side.real)

    def _detail(self, plan: IndicatorPlan, by: tuple[str, ...], why: str) -> tuple[str, str, list[str]]:
        """Return SQL for the cells or the rule behind a reason, and for the rows left out."""
        notes = [""]
        missing, outside, left = [], [], ["0"]
        own = self.home.groups
        if own.rule:
            at = self.bring(self.home, 0)
            outside.append(f"WHEN {at(own.count)} = 0 THEN -1 - {at(own.first_rule)}")
        for node in plan.aggregates:
            figures = self.find(node.home, self.own_dims(node.home, by))
            summary, at = figures.ask(node, set(self.levels)), self.bring(figures, 0)
            groups = figures.groups
            if summary.first:
                first = at(summary.first)
                speaking = sorted(x for x in summary.states if summary.cells.get(x) and x < LEFT_OUT)
                for state in speaking:
                    notes.append(summary.cells[state])
                    missing.append(f"WHEN {first} = {state} THEN {len(notes) - 1}")
            if groups.rule:
                outside.append(f"WHEN {at(groups.count)} = 0 THEN -1 - {at(groups.first_rule)}")
            if summary.left_out is not None:
                count = summary.left_out(at)
                spoilt = bool(summary.states) and min(summary.states) < USED
                left.append(
                    f"CASE WHEN {at(summary.first)} >= {USED} THEN {count} ELSE 0 END"
                    if spoilt
                    else f"coalesce({count}, 0)"
                )
        cases = []
        if missing:
            cases.append(f"WHEN {why} = {p.CODES[NA.MISSING]} THEN CASE {' '.join(missing)} ELSE 0 END")
        if outside:
            cases.append(f"WHEN {why} = {p.CODES[NA.OUT_OF_SCOPE]} THEN CASE {' '.join(outside)} ELSE 0 END")
        detail = f"CAST(CASE {' '.join(cases)} ELSE 0 END AS INTEGER)" if cases else "0"
        return detail, f"greatest({', '.join(left)})" if len(left) > 1 else "0", notes

    def above(self, back: int) -> list[str]:
        """Return the columns with the codes of the group's unit and of those above it, some years earlier."""
        self.trees |= {year - back for year in self.years}
        return self.layers.fetch(
            "units",
            (("y", f"y - {back}"), ("code", "u")),
            [f"u{i}" for i in range(len(self.space.plan.levels))],
        )

    def select(self) -> str:
        """Return the query whose result is the frame, in the fixed order of results."""
        own, dims = self.home.groups, [f"d{i}" for i in range(len(self.dims))]
        keys = ["lv", "y", "u", *dims]
        wanted: dict[tuple[str, int, Figures], list[tuple[str, str]]] = {}
        for (figures, column, back), name in self._brought.items():
            table = figures.groups.table_of[column]
            wanted.setdefault((table, back, figures), []).append((column, name))
        base = [f"g.{c} AS {name}" for c, name in wanted.pop((own.main, 0, self.home), [])]
        joins = []
        for (table, back, figures), columns in wanted.items():
            alias = new_name("j")
            base += [f"{alias}.{column} AS {name}" for column, name in columns]
            # A home may have fewer dimensions than the frame; those it has stand in the frame's order or another.
            shared = self._shared(figures)
            tests = [
                f"{alias}.lv = g.lv",
                f"{alias}.u = g.u",
                f"{alias}.y = g.y - {back}" if back else f"{alias}.y = g.y",
            ]
            tests += [f"{alias}.d{there} = g.d{here}" for there, here in shared]
            joins.append(f"LEFT JOIN {table} {alias} ON {' AND '.join(tests)}")
        levels = ", ".join(str(i) for i, level in enumerate(self.space.plan.levels) if level in self.levels)
        listed = ", ".join(["g.u AS id", "names.code AS u", *(f"g.{k}" for k in keys if k != "u")])
        count = f"g.{own.count} AS n"
        years = ", ".join(map(str, self.years)) or "NULL"
        source = (
            f"(SELECT {', '.join([listed, count, *base])} FROM {own.main} g JOIN names ON names.id = g.u {' '.join(joins)} "
            f"WHERE g.lv IN ({levels}) AND g.y IN ({years}))"
        )
        read: dict[str, None] = dict.fromkeys([*keys, "n"])
        for w in self.written:
            parts = [w.value, w.why, w.doubt, w.left_out, w.detail]
            parts += [x for s in w.sides if s is not None for x in (s.sql, s.den) if x]
            read.update(dict.fromkeys(parts))
        order = ", ".join(["y", "lv DESC", "id", *dims])
        return f"SELECT {', '.join(read)} FROM ({self.layers.nested(source)}) ORDER BY {order}"

    def _shared(self, figures: Figures) -> list[tuple[int, int]]:
        names = figures.dims
        return [(there, self.dims.index(d)) for there, d in enumerate(names)]


class Place(Emitter):
    """Group formulas at one distance in time and one breakdown."""

    may_round = True

    def __init__(self, frame: Frame, back: int, by: tuple[str, ...]) -> None:
        """Write nothing yet."""
        super().__init__()
        self.frame = frame
        self.back = back
        self.by = by

    def bind(self, sql: str) -> str:
        """Return a column name for an expression."""
        return self.frame.layers.bind(sql)

    def leaf(self, node: n.Typed) -> Piece:
        """Return an aggregate, another indicator, a constant or an earlier value."""
        if isinstance(node, n.Aggregate):
            return self._aggregate(node)
        if isinstance(node, n.Indicator):
            plan = self.frame.space.plan.indicator(node.id)
            return self._elsewhere(self.back, tuple(d for d in self.by if d in plan.by), plan.value)
        if isinstance(node, n.Previous):
            piece = self._elsewhere(self.back + node.years, self.by, node.x)
            return _renamed(piece)
        if isinstance(node, n.PackConstant):
            return self._constant(node)
        raise TypeError(f"a group formula holds no {type(node).__name__}")

    def _elsewhere(self, back: int, by: tuple[str, ...], node: n.Typed) -> Piece:
        place = self.frame.place(back, by)
        before = len(place.doubts)
        piece = place.emit(node)
        if place is not self:
            self.doubts += place.doubts[before:]
        return piece

    def _aggregate(self, node: n.Aggregate) -> Number:
        frame = self.frame
        figures = frame.find(node.home, frame.own_dims(node.home, self.by))
        summary = figures.ask(node, set(frame.levels))
        at = frame.bring(figures, self.back)
        groups = figures.groups
        own = figures is frame.home and self.back == 0
        tests = reasons_of(summary, at, excluding=bool(groups.rule), own=own)
        value = summary.value(at)
        self.doubts += [doubt(at) for doubt in summary.doubts]
        if not tests:
            return value
        found = [f"WHEN {test} THEN {code}" for test, code in tests]
        why: p.Why = tests[0][1] if len({code for _, code in tests}) == 1 else f"CASE {' '.join(found)} END"
        none = " OR ".join(test for test, _ in tests)
        # An unknown count (no group at all) is caught by its own test, which stands first.
        sql = f"CASE WHEN {none} THEN NULL ELSE {value.sql} END"
        return Number(sql, why, value.den, value.factor, value.lo, value.hi, value.most, value.real)

    def _constant(self, node: n.PackConstant) -> Piece:
        frame, plan = self.frame, self.frame.space.plan
        constant = plan.constants[node.id]
        dims: dict[str, Piece] = {
            d: Words(f"d{frame.dims.index(d)}") for d in self.by if d in node.by and d in frame.dims
        }
        columns: dict[str, str] = {}
        if any(v.region is not None for v in constant.values):
            columns = dict(zip(plan.levels, frame.above(self.back), strict=True))
        trees = {year - self.back: frame.space.tree(year - self.back) for year in frame.years}
        year = f"(y - {self.back})" if self.back else "y"
        return dated_constant(constant, plan, trees, year, dims, columns)


def _renamed(piece: Piece) -> Piece:
    """Return an earlier value: that the data hold nothing of it is a reason of its own."""
    before, now = p.CODES[NA.NO_ROWS], p.CODES[NA.NO_PREVIOUS]
    if isinstance(piece.why, int):
        why: p.Why = now if piece.why == before else piece.why
    elif piece.why is not None:
        why = f"CASE WHEN {piece.why} = {before} THEN {now} ELSE {piece.why} END"
    else:
        why = None
    if isinstance(piece, Number):
        return Number(piece.sql, why, piece.den, piece.factor, piece.lo, piece.hi, piece.most, piece.real)
    return type(piece)(piece.sql, why)


def dims_of(space: Space, home: str, by: tuple[str, ...]) -> tuple[str, ...]:
    """Return those dimensions of a breakdown that the form of a home has."""
    form = space.plan.form_of(home)
    names = {c.name for c in form.columns} | {d.name for d in form.derived}
    return tuple(d for d in by if d in names)
