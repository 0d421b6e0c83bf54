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

# What becomes of a row in one aggregate. The smallest number in a group tells why the group has no figure, if it has
# none: rows that spoil it come first, in the order of the formula; then rows used, lacking, left out, not meant, excluded.
NO_WHERE: Final = -3  # the condition is unknown: the aggregate is missing, whatever else the rows hold
NO_X: Final = -2
NO_PER: Final = -1
USED: Final = 0
LACKING: Final = 10  # and more: the number of the part of `complete` that the row lacks
LEFT_OUT: Final = 30000
NOT_MEANT: Final = 30001
EXCLUDED: Final = 30002

At = Callable[[str], str]  # from a column of the group tables to its name where it is read


@dataclass(slots=True)
class Summary:
    """How one aggregate is read from the group tables."""

    count: str  # column: rows of the group in scope
    used: str  # column: rows used
    first: str = ""  # column: the smallest number of what becomes of a row; empty: all rows are used
    left_out: Callable[[At], str] | None = None  # rows left out
    states: frozenset[int] = frozenset()
    cells: dict[int, str] = field(default_factory=dict)  # number -> the cells that such rows lack
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
        states = frozenset(number for _, number in tests)
        cells = {LACKING + i: cells_of(x) for i, x in enumerate(node.complete)}
        cells |= {NO_WHERE: cells_of(node.where), NO_X: cells_of(node.x), NO_PER: cells_of(node.per)}
        if not self.rule and tests == [(f"{x.sql} IS NULL", NO_X)]:  # SQL's own sum passes over NULL
            first = self.sum(f"CASE WHEN count(*) > count({x.sql}) THEN {NO_X} ELSE {USED} END")
            summary = Summary(self.count, self.sum(f"count({x.sql})"), first, None, states, cells)
            return Argument(x, None, ""), summary
        whens = [f"WHEN {self.rule} IS NOT NULL THEN {EXCLUDED}"] if self.rule else []
        whens += [f"WHEN {test} THEN {number}" for test, number in tests]
        if not whens:
            return Argument(x, per, ""), Summary(self.count, self.count)
        state = self.keep(f"CAST(CASE {' '.join(whens)} ELSE {USED} END AS SMALLINT)")
        used = self.sum(f"count(CASE WHEN {state} = {USED} THEN 1 END)") if states else self.count
        summary = Summary(self.count, used, self.sum(f"min({state})") if states else "", None, states, cells)
        left = [number for number in states if number >= LACKING and number != NOT_MEANT]
        if left and NOT_MEANT not in states and min(states) > USED:  # all rows in scope are used or left out
            summary.left_out = lambda at: f"({at(self.count)} - {at(used)})"
        elif left:
            among = f"{state} >= {LACKING} AND {state} <= {LEFT_OUT}"
            column = self.sum(f"count(CASE WHEN {among} THEN 1 END)")
            summary.left_out = lambda at: at(column)
        return Argument(x, per, state), summary

    def _number(self, node: n.Typed) -> Number:
        """Return a number whose parts are columns of the prepared rows."""
        x = self.rows.named(self.rows.number(node))
        assert isinstance(x, Number)
        self.keep(x.sql)
        if x.den:
            self.keep(x.den)
        return x

    # SQL ------------------------------------------------------------------------------------------------------------
    def prepare(self, years: Iterable[int], levels: list[str]) -> str:
        """Return the query whose result is the table of prepared rows: year, units above, dimensions, arguments."""
        years = sorted(years)
        unit = self.rows.column(self.rows.form.unit_field)
        self.kept[self.keep(unit.sql)] = None
        columns = list(self.kept)
        depth = self.rows.layers.depth(*columns, *self.filters)
        above = ", ".join(f"u{i}" for i, level in enumerate(levels) if level in self.levels)
        on = f"code = {unit.sql}" + (f" AND y = {self.rows.year}" if self.rows.base.year else "")
        listed = ", ".join(map(str, years)) or "NULL"
        tests = [f"y IN ({listed})", *self.filters]
        return (
            f"{self.space.build([(self.rows, depth)])} SELECT y, {', '.join([above, *columns])} "
            f"FROM {self.rows.at(depth)} JOIN places ON {on} WHERE {' AND '.join(tests)}"
        )

    def keys(self) -> list[str]:
        """Return the columns that identify a group: level, year, unit and dimensions."""
        return ["lv", "y", "u", *(f"d{i}" for i in range(len(self.dims)))]

    def group(self, levels: list[str]) -> str:
        """Return the query whose result is the main group table.

        The finest level has nearly as many groups as rows. The coarser ones are summed up in two steps, first by the
        whole path above a row, so that the rows are not gone through once for each level.
        """
        wanted = [i for i, level in enumerate(levels) if level in self.levels]
        dims = [f"d{i}" for i in range(len(self.dims))]
        named = ", ".join(["y", *(f"{d} AS {name}" for d, name in zip(self.dims, dims, strict=True))])
        sums = ", ".join(f"{sql} AS {name}" for sql, name in self.sums.items())
        keys = ", ".join(["y", *dims])
        parts = [
            f"SELECT {i} AS lv, u{i} AS u, {named}, {sums} FROM {self.prepared} WHERE u{i} IS NOT NULL "
            f"GROUP BY y, u{i}{''.join(f', {d}' for d in self.dims)}"
            for i in (wanted[:1] if len(wanted) > 2 else wanted)
        ]
        if len(wanted) > 2:
            above = ", ".join(f"u{i}" for i in wanted[1:])
            paths = f"SELECT {above}, {named}, {sums} FROM {self.prepared} GROUP BY y, {', '.join([above, *self.dims])}"
            again = ", ".join(f"{_again(sql, name)} AS {name}" for sql, name in self.sums.items())
            sets = ", ".join(f"(u{i}, {keys})" for i in wanted[1:])
            level = " ".join(f"WHEN GROUPING(u{i}) = 0 THEN {i}" for i in wanted[1:])
            unit = " ".join(f"WHEN GROUPING(u{i}) = 0 THEN u{i}" for i in wanted[1:])
            parts.append(
                f"SELECT * FROM (SELECT CASE {level} END AS lv, CASE {unit} END AS u, {keys}, {again} "
                f"FROM ({paths}) GROUP BY GROUPING SETS ({sets})) WHERE u IS NOT NULL"
            )
        return " UNION ALL ".join(parts)


def _again(sql: str, name: str) -> str:
    """Return how an aggregate of parts becomes that of the whole: what sums and counts add up, smallest stays smallest."""
    if sql.startswith(("min(", "max(")):
        return f"{sql[:3]}({name})"
    if sql.startswith("CASE"):  # rows that spoil it (a negative number) or not (0)
        return f"min({name})"
    kind = "HUGEINT" if sql.endswith("AS HUGEINT)") else "BIGINT"
    return f"CAST(sum({name}) AS {kind})"


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


def reasons_of(summary: Summary, at: At, *, excluding: bool, own: bool) -> list[tuple[str, int]]:
    """Return tests and codes that tell why an aggregate has no value, first match first; `own`: the group exists."""
    rows = at(summary.count)
    tests = [] if own else [(f"{rows} IS NULL", p.CODES[NA.NO_ROWS])]
    tests += [(f"{rows} = 0", p.CODES[NA.OUT_OF_SCOPE])] if excluding else []
    if summary.first:
        first, states = at(summary.first), summary.states
        spoilt = [f"{first} < {USED}"] if min(states) < USED else []
        lacking = (
            [f"({first} >= {LACKING} AND {first} < {LEFT_OUT})"]
            if any(LACKING <= x < LEFT_OUT for x in states)
            else []
        )
        if spoilt or lacking:
            tests.append((" OR ".join(spoilt + lacking), p.CODES[NA.MISSING]))
        if LEFT_OUT in states:
            tests.append((f"{first} = {LEFT_OUT}", p.CODES[NA.ZERO_DIVISION]))
        if NOT_MEANT in states and summary.needs_rows:
            tests.append((f"{first} >= {NOT_MEANT}", p.CODES[NA.NO_ROWS]))
    if summary.no_meaning is not None:
        tests.append((summary.no_meaning(at), p.CODES[NA.DOMAIN]))
    return tests
