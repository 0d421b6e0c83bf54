"""Groups of rows in SQL: the rows of a home prepared once, then one query with grouping sets over levels and years."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from duxue.engines.sql import pieces as p
from duxue.engines.sql.layers import new_name
from duxue.engines.sql.pieces import BeyondError, Number, Piece, Truth, Words
from duxue.engines.sql.rows import Rows, Space
from duxue.formula import nodes as n
from duxue.formula.nodes import NA

# What becomes of a row in one aggregate, in the order in which the semantics page asks.
USED: Final = 0
LEFT_OUT: Final = 1
NO_WHERE: Final = 2  # the condition is unknown: the aggregate is missing, whatever else the rows hold
NO_X: Final = 3
NO_PER: Final = 4
NOT_MEANT: Final = 5
EXCLUDED: Final = 9
LACKING: Final = 10  # and more: the number of the part of `complete` that the row lacks

At = Callable[[str], str]  # from a column of the group tables to its name where it is read


@dataclass(slots=True)
class Summary:
    """How one aggregate is read from the group tables."""

    used: str  # column: rows used
    left_out: str = ""  # column: rows left out
    lacking: str = ""  # column: the first part of `complete` that a row lacks, NULL when none does
    missing: list[tuple[str, str]] = field(default_factory=list)  # column: rows that spoil it; the cells they lack
    needs_rows: bool = True
    value: Callable[[At], Number] = lambda _: p.number_literal(Fraction(0))
    no_meaning: Callable[[At], str] | None = None  # condition under which the figure has no meaning
    doubts: list[Callable[[At], str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Argument:
    """The argument of an aggregate: its piece, and the column that tells what becomes of each row (empty: all used)."""

    piece: Number
    per: Number | None
    state: str

    def of(self, sql: str) -> str:
        """Return `sql` for the rows that are used, NULL for all others."""
        return f"CASE WHEN {self.state} = {USED} THEN {sql} END" if self.state else sql


class Groups:
    """The groups of one home (a form or population) by some dimensions, for some levels and years."""

    def __init__(self, space: Space, home: str, dims: tuple[str, ...]) -> None:
        """Ask for no aggregate yet."""
        plan = space.plan
        self.rows: Rows = space.form(plan.form_of(home).id)
        self.space = space
        self.dim_names = dims
        self.levels: set[str] = set()
        self.main, self.prepared = new_name("g"), new_name("h")
        self.table_of: dict[str, str] = {}  # column -> group table
        self.kept: dict[str, None] = {}  # columns of the prepared rows
        self.sums: dict[str, str] = {}  # SQL over prepared columns -> column of the main group table
        self._arguments: dict[tuple[n.Typed | None, ...], tuple[Argument, Summary]] = {}
        self.dims = [self._dimension(d) for d in dims]
        self.filters = [f"{d} IS NOT NULL" for d in self.dims]
        population = plan.populations.get(home)
        if population is not None and population.where is not None:
            self.filters.append(self.keep(self.rows.truth(population.where).sql))
        rules = population.exclude if population else ()
        tests = [f"WHEN {self.rows.truth(x).sql} THEN {i}" for i, x in enumerate(rules)]
        self.rule = self.keep(f"CASE {' '.join(tests)} END") if tests else ""
        self.count = self.sum(f"count(*) - count({self.rule})" if self.rule else "count(*)")
        self.first_rule = self.sum(f"min({self.rule})") if self.rule else ""

    def _dimension(self, name: str) -> str:
        piece = self.rows.column(name)
        if not isinstance(piece, Words):
            raise BeyondError
        return self.keep(piece.sql)

    def keep(self, sql: str) -> str:
        """Return the name of a column of the prepared rows that holds an expression over the form's rows."""
        name = sql if sql in self.rows.names() else self.rows.bind(sql)
        self.kept[name] = None
        return name

    def sum(self, sql: str) -> str:
        """Return the column of the main group table that holds an aggregate of prepared columns."""
        name = self.sums.setdefault(sql, new_name("s"))
        self.table_of[name] = self.main
        return name

    # what becomes of the rows ---------------------------------------------------------------------------------------
    def argument(self, node: n.Aggregate) -> tuple[Argument, Summary]:
        """Return the argument of an aggregate, and its counts of rows used, left out and spoiling it."""
        key = (node.x, node.per, node.where, *node.complete)
        if key not in self._arguments:
            self._arguments[key] = self._prepare(node)
        return self._arguments[key]

    def _prepare(self, node: n.Aggregate) -> tuple[Argument, Summary]:
        x = self._number(node.x) if node.x is not None else p.number_literal(Fraction(1))
        per = self._number(node.per) if node.per is not None else None
        tests: list[tuple[str, int]] = []
        for number, each in enumerate(node.complete):
            tests += _when_missing(self.rows.emit(each), LACKING + number)
        known = set(node.complete)
        if node.where is not None:
            where = self.rows.truth(node.where)
            tests += _when_missing(where, NO_WHERE) if node.where not in known else []
            tests += _when_unknown(where)
            tests.append((f"NOT {where.sql}", NOT_MEANT))
        tests += _when_missing(x, NO_X) if node.x not in known else []
        if per is not None:
            tests += _when_missing(per, NO_PER) if node.per not in known else []
            tests += _when_unknown(per)
            tests += [(f"{per.sql} = 0", LEFT_OUT)] if per.lo <= 0 <= per.hi else []
        tests += _when_unknown(x)
        if not self.rule and tests == [(f"{x.sql} IS NULL", NO_X)]:  # SQL's own sum passes over NULL
            spoilt = self.sum(f"count(*) - count({x.sql})")
            return Argument(x, None, ""), Summary(self.sum(f"count({x.sql})"), missing=[(spoilt, cells_of(node.x))])
        whens = [f"WHEN {self.rule} IS NOT NULL THEN {EXCLUDED}"] if self.rule else []
        whens += [f"WHEN {test} THEN {number}" for test, number in tests]
        state = self.keep(f"CAST(CASE {' '.join(whens)} ELSE {USED} END AS SMALLINT)") if whens else ""
        states = {number for _, number in tests}
        summary = Summary(self._rows_in(state, USED) if state else self.count)
        lacking = any(number >= LACKING for number in states)
        if lacking or LEFT_OUT in states:
            either = [f"{state} = {LEFT_OUT}"] if LEFT_OUT in states else []
            either += [f"{state} >= {LACKING}"] if lacking else []
            summary.left_out = self.sum(f"count(CASE WHEN {' OR '.join(either)} THEN 1 END)")
        if lacking:
            summary.lacking = self.sum(f"min(CASE WHEN {state} >= {LACKING} THEN {state} - {LACKING} END)")
        for number, part_node in ((NO_WHERE, node.where), (NO_X, node.x), (NO_PER, node.per)):
            if number in states:
                summary.missing.append((self._rows_in(state, number), cells_of(part_node)))
        return Argument(x, per, state), summary

    def _number(self, node: n.Typed) -> Number:
        """Return a number whose parts are columns of the prepared rows."""
        x = self.rows.named(self.rows.number(node))
        assert isinstance(x, Number)
        self.keep(x.sql)
        if x.den:
            self.keep(x.den)
        return x

    def _rows_in(self, state: str, number: int) -> str:
        return self.sum(f"count(CASE WHEN {state} = {number} THEN 1 END)")

    # SQL ------------------------------------------------------------------------------------------------------------
    def prepare(self, years: Iterable[int], levels: list[str]) -> str:
        """Return the query whose result is the table of prepared rows: year, units above, dimensions, arguments."""
        years = sorted(years)
        unit = self.rows.column(self.rows.form.unit_field)
        self.kept[self.keep(unit.sql)] = None
        columns = list(self.kept)
        depth = self.rows.layers.depth(*columns, *self.filters)
        above = ", ".join(f"u{i}" for i in range(len(levels)))
        on = f"code = {unit.sql}" + (f" AND y = {self.rows.year}" if self.rows.base.year else "")
        listed = ", ".join(map(str, years)) or "NULL"
        tests = [f"y IN ({listed})", *self.filters]
        return (
            f"{self.space.build([(self.rows, depth)])} SELECT y, {', '.join([above, *columns])} "
            f"FROM {self.rows.at(depth)} JOIN units ON {on} WHERE {' AND '.join(tests)}"
        )

    def keys(self) -> list[str]:
        """Return the columns that identify a group: level, year, unit and dimensions."""
        return ["lv", "y", "u", *(f"d{i}" for i in range(len(self.dims)))]

    def group(self, levels: list[str]) -> str:
        """Return the query whose result is the main group table."""
        wanted = [i for i, level in enumerate(levels) if level in self.levels]
        dims = "".join(f", {d}" for d in self.dims)
        named = "".join(f", {d} AS d{i}" for i, d in enumerate(self.dims))
        sums = ", ".join(f"{sql} AS {name}" for sql, name in self.sums.items())
        sets = ", ".join(f"(y, u{i}{dims})" for i in wanted)
        level = " ".join(f"WHEN GROUPING(u{i}) = 0 THEN {i}" for i in wanted)
        unit = " ".join(f"WHEN GROUPING(u{i}) = 0 THEN u{i}" for i in wanted)
        return (
            f"SELECT * FROM (SELECT CASE {level} END AS lv, y, CASE {unit} END AS u{named}, {sums} "
            f"FROM {self.prepared} GROUP BY GROUPING SETS ({sets})) WHERE u IS NOT NULL"
        )


def _when_missing(piece: Piece, then: int) -> list[tuple[str, int]]:
    """Return the test for a value that is unknown as an empty cell is."""
    if piece.why is None or (isinstance(piece.why, int) and piece.why > p.LIKE_MISSING):
        return []
    if isinstance(piece.why, int):
        return [(f"{piece.sql} IS NULL", then)]
    return [(f"({piece.sql} IS NULL AND {piece.why} <= {p.LIKE_MISSING})", then)]


def _when_unknown(piece: Number | Truth) -> list[tuple[str, int]]:
    """Return the test for a value that is unknown for another reason, a division by zero: the row is left out."""
    if piece.why is None or (isinstance(piece.why, int) and piece.why <= p.LIKE_MISSING):
        return []
    return [(f"{piece.sql} IS NULL", LEFT_OUT)]


def cells_of(node: n.Typed | None) -> str:
    """Return the columns that an expression reads, as form.field."""
    columns = [] if node is None else [x for x in n.walk(node) if isinstance(x, n.Column)]
    return " ".join(dict.fromkeys(f"{c.form}.{c.name}" for c in columns))


def reasons_of(summary: Summary, at: At, count: str, *, excluding: bool, own: bool) -> list[tuple[str, int]]:
    """Return tests and codes that tell why an aggregate has no value, first match first; `own`: the group exists."""
    rows = at(count)
    tests = [] if own else [(f"{rows} IS NULL", p.CODES[NA.NO_ROWS])]
    tests += [(f"{rows} = 0", p.CODES[NA.OUT_OF_SCOPE])] if excluding else []
    tests += [(f"{at(column)} > 0", p.CODES[NA.MISSING]) for column, _ in summary.missing]
    if summary.left_out:
        nothing = f"{at(summary.used)} = 0 AND {at(summary.left_out)} > 0"
        if summary.lacking:
            tests.append((f"({nothing} AND {at(summary.lacking)} IS NOT NULL)", p.CODES[NA.MISSING]))
        tests.append((f"({nothing})", p.CODES[NA.ZERO_DIVISION]))
    if summary.needs_rows and summary.used != count:
        tests.append((f"{at(summary.used)} = 0", p.CODES[NA.NO_ROWS]))
    if summary.no_meaning is not None:
        tests.append((summary.no_meaning(at), p.CODES[NA.DOMAIN]))
    return tests
