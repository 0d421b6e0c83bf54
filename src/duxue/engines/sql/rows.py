"""The rows of a form in SQL: merged, joined many to one, extended by derived columns, portions, totals, earlier rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from duxue.core.units import UnitTree
from duxue.engines.sql import pieces as p
from duxue.engines.sql.emit import Emitter
from duxue.engines.sql.layers import Layers, new_name
from duxue.engines.sql.pieces import BeyondError, Number, Piece, Truth, Words
from duxue.formula import nodes as n
from duxue.formula.nodes import NA
from duxue.packs.dated import day_of
from duxue.plan.nodes import ConstantPlan, FormPlan, Plan

if TYPE_CHECKING:
    from duxue.engines.sql.tables import Stored

On = tuple[tuple[str, str], ...]  # pairs of SQL that are equal: in the other form, in this one
END_OF_TIME: Final = 9999  # forms without a period are read with the rules that hold last


class Space:
    """All forms of a plan at one stage: as collected, or with merged units added to those that receive them."""

    def __init__(
        self,
        plan: Plan,
        open_form: Callable[[FormPlan], Base],
        tree: Callable[[int], UnitTree],
        need_units: Callable[[int], None],
    ) -> None:
        """Open no form yet; `need_units` is told each year whose units the SQL will ask for."""
        self.plan = plan
        self.tree = tree
        self.need_units = need_units
        self._open = open_form
        self._forms: dict[str, Rows] = {}

    def form(self, id: str) -> Rows:
        """Return the rows of a form."""
        if id not in self._forms:
            self._forms[id] = Rows(self, self._open(self.plan.forms[id]))
        return self._forms[id]

    def forget(self) -> None:
        """Begin the formulas anew; the stored tables stay."""
        self._forms = {id: Rows(self, rows.base) for id, rows in self._forms.items()}

    def build(self, wanted: list[tuple[Rows, int]]) -> str:
        """Return the WITH clause that makes the wanted layers, each table named by `Rows.at`."""
        uses: dict[tuple[Rows, int], int] = {}
        order: list[tuple[Rows, int]] = []

        def visit(rows: Rows, depth: int) -> None:
            depth = rows.layers.highest(depth)
            uses[rows, depth] = uses.get((rows, depth), 0) + 1
            if uses[rows, depth] > 1:
                return
            if depth > 0:
                visit(rows, depth - 1)
                for other, there in rows.sources.get(depth, ()):
                    visit(other, there)
            order.append((rows, depth))

        for rows, depth in wanted:
            visit(rows, depth)
        parts = []
        for rows, depth in order:
            kept = "MATERIALIZED" if uses[rows, depth] > 1 and depth > 0 else "NOT MATERIALIZED"
            parts.append(f"{rows.at(depth)} AS {kept} ({rows.select(depth)})")
        return "WITH " + ", ".join(parts) if parts else ""


class Base:
    """A stored table of a form: where its rows are and what is known of its columns."""

    def __init__(
        self, form: FormPlan, sql: str, rows: int, years: list[int], stored: Callable[[str], Stored]
    ) -> None:
        """`sql` is a table name with columns r and c0, c1 ... in the order of the form's columns."""
        self.form = form
        self.sql = sql
        self.rows = rows
        self.years = years
        self.stored = stored
        numbers = {c.name: f"c{i}" for i, c in enumerate(form.columns)}
        self.year = numbers[form.period] if form.period else None


class Rows(Emitter):
    """The rows of one form at one stage, and the formulas over them."""

    def __init__(self, space: Space, base: Base) -> None:
        """Ask for no column yet."""
        super().__init__()
        self.space = space
        self.base = base
        self.form = base.form
        self.layers = Layers()
        self.sources: dict[int, list[tuple[Rows, int]]] = {}
        self._name = new_name("f")
        self.row, self.year = new_name("k"), new_name("k")
        self._columns: dict[str, str] = {}  # SQL in the stored table -> name in the base layer
        self._derived = {d.name: d.value for d in self.form.derived}

    # building -------------------------------------------------------------------------------------------------------
    def at(self, depth: int) -> str:
        """Return the name of the table with all columns up to a layer."""
        return f"{self._name}_{self.layers.highest(depth)}"

    def select(self, depth: int) -> str:
        """Return the SELECT that makes a layer from the one before."""
        if depth:
            return self.layers.select(depth, self.at(depth - 1))
        columns = "".join(f", {sql} AS {name}" for sql, name in self._columns.items())
        year = f", {self.base.year} AS {self.year}" if self.base.year else ""
        return f"SELECT r AS {self.row}{year}{columns} FROM {self.base.sql}"

    def bind(self, sql: str) -> str:
        """Return a column name for an expression."""
        return self.layers.bind(sql)

    def fetch(self, other: Rows, table: str, there: int, on: On, columns: list[str]) -> list[str]:
        """Return columns of `table`, made from layer `there` of `other`, on the rows of this form; NULL without a match.

        The new columns stand in a layer above both sides, so that no two forms ever wait for each other.
        """
        there = other.layers.highest(there)
        names = self.layers.fetch(table, on, columns, above=there)
        self.sources.setdefault(self.layers.depth(names[0]), []).append((other, there))
        return names

    def named(self, piece: Piece) -> Piece:
        """Return the same piece with every part in a column of its own, so that another form can fetch it."""
        why = self.bind(piece.why) if isinstance(piece.why, str) else piece.why
        sql = self._column_of(piece.sql)
        if isinstance(piece, Number):
            den = self._column_of(piece.den) if piece.den else None
            return Number(sql, why, den, piece.factor, piece.lo, piece.hi, piece.most)
        return type(piece)(sql, why)

    def names(self) -> set[str]:
        """Return the columns of the base layer."""
        return {self.row, self.year, *self._columns.values()}

    def _column_of(self, sql: str) -> str:
        return sql if sql in self._columns.values() else self.bind(sql)

    # leaves ---------------------------------------------------------------------------------------------------------
    def column(self, name: str) -> Piece:
        """Return a collected or derived column of the own form."""
        if name in self._derived:
            return self.emit(self._derived[name])
        piece = self.base.stored(name).piece()
        alias = self._columns.setdefault(piece.sql, new_name("k"))
        return replace(piece, sql=alias)

    def leaf(self, node: n.Typed) -> Piece:
        """Return a column, constant, earlier row, portion or total."""
        if isinstance(node, n.Column):
            return self._pointed(node) if node.joined else self.column(node.name)
        if isinstance(node, n.PackConstant):
            return self._constant(node)
        if isinstance(node, n.Previous):
            return self._previous(node)
        if isinstance(node, n.Portion):
            return self._portion(node)
        if isinstance(node, n.Total):
            return self._total(node)
        raise TypeError(f"a row formula holds no {type(node).__name__}")

    def _match(self, other: Rows, names: tuple[str, ...], years_back: int = 0) -> On | None:
        """Return the pairs by which a row of `other` has this row's values in columns `names`; None: never."""
        pairs: list[tuple[str, str]] = []
        if other.base.year is not None:
            if self.base.year is None:
                return None  # rows without a period never meet rows of a year
            pairs.append((other.year, f"{self.year} - {years_back}" if years_back else self.year))
        for name in names:
            here, there = self.column(name), other.column(name)
            if type(here) is not type(there):
                return None
            if isinstance(here, Number) and isinstance(there, Number):
                if here.den or there.den:
                    raise BeyondError
                here, there = p.aligned([here, there])
            pairs.append((other.bind(there.sql) if " " in there.sql else there.sql, here.sql))
        return tuple(pairs)

    def _brought(self, other: Rows, far: Piece, on: On | None, absent: NA) -> Piece:
        """Return a piece of another row (`far`, all parts columns of `other`) as a piece of this one."""
        code = p.CODES[absent]
        if on is None:
            return _unknown(far, code)
        parts = [far.sql, *([far.den] if isinstance(far, Number) and far.den else [])]
        parts += [far.why] if isinstance(far.why, str) else []
        there = other.layers.depth(*parts, *(far_side for far_side, _ in on))
        found = self.fetch(other, other.at(there), there, on, [*parts, other.row])
        why: p.Why = code
        if isinstance(far.why, str):
            why = self.bind(f"CASE WHEN {found[-1]} IS NULL THEN {code} ELSE {found[-2]} END")
        elif far.why not in (None, code):
            why = self.bind(f"CASE WHEN {found[-1]} IS NULL THEN {code} ELSE {far.why} END")
        if isinstance(far, Number):
            return replace(far, sql=found[0], why=why, den=found[1] if far.den else None)
        return replace(far, sql=found[0], why=why)

    def _pointed(self, node: n.Column) -> Piece:
        other = self.space.form(node.form)
        far = other.named(other.column(node.name))
        return self._brought(other, far, self._match(other, other.form.key), NA.MISSING)

    def _previous(self, node: n.Previous) -> Piece:
        on = self._match(self, self.form.key, node.years) if self.base.year else None
        return self._brought(self, self.named(self.emit(node.x)), on, NA.NO_PREVIOUS)

    def _portion(self, node: n.Portion) -> Piece:
        x = self.number(node.x)
        if x.den:
            raise BeyondError
        keys = [self.year] if self.base.year else []
        within = self.column(node.within)
        if isinstance(within, Number) and within.den:
            raise BeyondError
        if within.why is not None:  # a row that does not say where it belongs is a part of nothing
            x = replace(
                x, sql=f"CASE WHEN {within.sql} IS NOT NULL THEN {x.sql} END", why=p.first_reason([x, within])
            )
            x = replace(x, sql=self.bind(x.sql), why=self.bind(x.why) if isinstance(x.why, str) else x.why)
        keys.append(within.sql)
        x = replace(x, sql=self._column_of(x.sql), why=self.bind(x.why) if isinstance(x.why, str) else x.why)
        lo, hi = x.lo * self.base.rows, x.hi * self.base.rows
        p.within(lo, hi)
        lo, hi = min(lo, x.lo), max(hi, x.hi)
        worst = f", min(CASE WHEN {x.sql} IS NULL THEN {x.why} END) AS w" if x.why is not None else ""
        parts = [x.sql, *keys, *([x.why] if isinstance(x.why, str) else [])]
        there = self.layers.highest(self.layers.depth(*parts))
        listed = ", ".join(keys)
        table = f"(SELECT {listed}, CAST(sum({x.sql}) AS {p.integer_type(lo, hi)}) AS s{worst} FROM {self.at(there)} GROUP BY {listed})"
        found = self.fetch(self, table, there, tuple((k, k) for k in keys), ["s", *(["w"] if worst else [])])
        if not worst:
            return p.divide(x, Number(found[0], None, None, x.factor, lo, hi))
        total = self.bind(f"CASE WHEN {found[1]} IS NULL THEN {found[0]} END")
        return p.divide(x, Number(total, found[1], None, x.factor, lo, hi))

    def _total(self, node: n.Total) -> Piece:
        other = self.space.form(node.form)
        x = other.number(node.x)
        if x.den:
            raise BeyondError
        x = Number(other.named(x).sql, x.why, None, x.factor, x.lo, x.hi)
        lo, hi = min(0, x.lo * other.base.rows), max(0, x.hi * other.base.rows)
        p.within(lo, hi)
        kind = p.integer_type(lo, hi)
        where = other.named(other.truth(node.where)) if node.where is not None else None
        chosen = f"CASE WHEN {where.sql} THEN {x.sql} END" if where else x.sql
        reasons = []
        if where and where.why is not None:
            reasons.append(f"WHEN {where.sql} IS NULL THEN {where.why}")
        if x.why is not None:
            reasons.append(f"WHEN {where.sql + ' AND ' if where else ''}{x.sql} IS NULL THEN {x.why}")
        on = self._match(other, node.on)
        if on is None:
            return p.number_literal(Fraction(0))
        groups = ", ".join(there for there, _ in on)
        parts = [x.sql, *([where.sql] if where else []), *(there for there, _ in on)]
        parts += [w for w in (x.why, where.why if where else None) if isinstance(w, str)]
        depth = other.layers.highest(other.layers.depth(*parts))
        worst = f", min(CASE {' '.join(reasons)} END) AS w" if reasons else ""
        sums = f"CAST(sum({chosen}) AS {kind}) AS s{worst}"
        table = f"(SELECT {groups}, {sums} FROM {other.at(depth)} GROUP BY {groups})"
        found = self.fetch(other, table, depth, on, ["s", *(["w"] if reasons else [])])
        known = f"coalesce({found[0]}, {p.integer_literal(0)})"
        if not reasons:
            return Number(self.bind(known), None, None, x.factor, lo, hi)
        return Number(
            self.bind(f"CASE WHEN {found[1]} IS NULL THEN {known} END"), found[1], None, x.factor, lo, hi
        )

    def _constant(self, node: n.PackConstant) -> Piece:
        dims: dict[str, Piece] = {d: self.column(d) for d in node.by}
        if not all(isinstance(d, Words) for d in dims.values()):
            raise BeyondError
        plan = self.space.plan.constants[node.id]
        years = self.base.years if self.base.year else [END_OF_TIME]
        levels = self.space.plan.levels
        regions = any(v.region is not None for v in plan.values)
        level_columns: dict[str, str] = {}
        if regions:
            for year in years:
                self.space.need_units(year)
            unit = self.column(self.form.unit_field)
            at = self.year if self.base.year else str(END_OF_TIME)
            names = self.layers.fetch(
                "units", (("y", at), ("code", unit.sql)), [f"u{i}" for i in range(len(levels))]
            )
            level_columns = dict(zip(levels, names, strict=True))
        return dated_constant(
            plan,
            self.space.plan,
            {y: self.space.tree(y) for y in years},
            self.year if self.base.year else None,
            dims,
            level_columns,
        )


def _unknown(like: Piece, code: int) -> Piece:
    if isinstance(like, Number):
        return Number("CAST(NULL AS BIGINT)", code)
    return type(like)("CAST(NULL AS BOOLEAN)" if isinstance(like, Truth) else "CAST(NULL AS VARCHAR)", code)


def dated_constant(
    constant: ConstantPlan,
    plan: Plan,
    trees: Mapping[int, UnitTree],
    year: str | None,
    dims: Mapping[str, Piece],
    level_columns: Mapping[str, str],
) -> Number:
    """Return a constant as the CASE that `duxue.packs.dated.holding` describes, its years and regions resolved here.

    `dims` are the breakdown columns that the constant may depend on, `level_columns` the codes above the row or group.
    """
    cases: dict[int, list[tuple[str, Fraction]]] = {}
    for at, tree in trees.items():
        day = day_of(at, plan.as_of)
        ranked = []
        for v in constant.values:
            if (v.from_ and day < v.from_) or (v.to and day > v.to):
                continue
            if any(d not in dims for d in v.by) or (v.region is not None and v.region not in tree.units):
                continue
            conditions = [f"{dims[d].sql} = {p.text_literal(word)}" for d, word in v.by.items()]
            near = 0
            if v.region is not None:
                level = tree.units[v.region].level
                if level not in level_columns:
                    continue
                conditions.append(f"{level_columns[level]} = {p.text_literal(v.region)}")
                near = len(tree.ancestors(v.region))
            start = v.from_.toordinal() if v.from_ else 0
            ranked.append(((near, len(v.by), start), " AND ".join(conditions), v.value))
        ranked.sort(key=lambda r: r[0], reverse=True)  # stable: of equals the first one written holds
        cases[at] = [(test, value) for _, test, value in ranked]
    values = {value for found in cases.values() for _, value in found}
    known = {value: p.number_literal(value) for value in values}
    lined = dict(zip(known, p.aligned(list(known.values())), strict=True)) if known else {}
    if not lined:
        return Number("CAST(NULL AS BIGINT)", p.CODES[NA.NO_CONSTANT])
    one_for_all = len({tuple(c) for c in cases.values()}) == 1
    whens = []
    for at, found in list(cases.items())[: 1 if one_for_all else None]:
        when = [] if one_for_all or year is None else [f"{year} = {at}"]
        for test, value in found:
            tests = " AND ".join([*when, *([test] if test else [])])
            whens.append((tests, lined[value]))
    sql_parts: list[str] = []
    rest = ""
    for tests, number in whens:
        if not tests:
            rest = f" ELSE {number.sql}"
            break
        sql_parts.append(f"WHEN {tests} THEN {number.sql}")
    certain = bool(rest)
    numbers = list(lined.values())
    sql = f"CASE {' '.join(sql_parts)}{rest} END" if sql_parts else rest.removeprefix(" ELSE ")
    why: p.Why = None if certain else p.CODES[NA.NO_CONSTANT]
    unknown = [d for d in dims.values() if d.why is not None]
    if unknown:
        test = " OR ".join(f"{d.sql} IS NULL" for d in unknown)
        sql = f"CASE WHEN NOT ({test}) THEN {sql} END"
        missing = p.CODES[NA.MISSING]
        why = missing if certain else f"CASE WHEN {test} THEN {missing} ELSE {p.CODES[NA.NO_CONSTANT]} END"
    return Number(sql, why, None, numbers[0].factor, min(x.lo for x in numbers), max(x.hi for x in numbers))
