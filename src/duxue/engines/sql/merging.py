"""Units that are merged into others, in SQL: only the rows that move, and those they move to, are grouped."""

from __future__ import annotations

from collections.abc import Callable

from duxue.engines.sql.layers import new_name
from duxue.engines.sql.pieces import Truth, Words, integer_type, within
from duxue.engines.sql.rows import Base, Space
from duxue.engines.sql.tables import Stored, Table
from duxue.plan.nodes import FormPlan, MergePlan

Run = Callable[[str], list[tuple[object, ...]]]


class Merging:
    """The forms of a plan after merging, made from the forms as collected."""

    def __init__(self, collected: Space, tables: Callable[[str], Table], run: Run) -> None:
        """Move nothing yet."""
        self.collected = collected
        self.tables = tables
        self.run = run
        self._moves: dict[MergePlan, str | None] = {}

    def moves(self, merge: MergePlan) -> str | None:
        """Return the table (y, code, target) of the units that are merged; None when there are none."""
        if merge not in self._moves:
            rows = self.collected.form(merge.form)
            when, code, into = (
                rows.named(rows.emit(merge.when)),
                rows.named(rows.column(merge.code)),
                rows.named(rows.column(merge.into)),
            )
            assert isinstance(when, Truth)
            assert isinstance(code, Words)
            assert isinstance(into, Words)
            depth = rows.layers.depth(when.sql, code.sql, into.sql)
            year = rows.year if rows.base.year else "CAST(NULL AS INTEGER)"
            name = new_name("w")
            self.run(
                f"CREATE TEMP TABLE {name} AS {self.collected.build([(rows, depth)])} "
                f"SELECT {year} AS y, {code.sql} AS code, {into.sql} AS target FROM {rows.at(depth)} "
                f"WHERE {when.sql} AND {into.sql} IS NOT NULL"
            )
            self._moves[merge] = name if self.run(f"SELECT count(*) FROM {name}")[0][0] else None
        return self._moves[merge]

    def open(self, form: FormPlan) -> Base:
        """Return the stored rows of a form after merging."""
        whole = self.collected.form(form.id).base
        if form.merge is None:
            return whole
        register = self.collected.plan.forms[form.merge.form]
        moves = self.moves(form.merge)
        if moves is None or (register.period is None) != (form.period is None):
            return whole
        return self._merged(form, form.merge, moves, whole)

    def _merged(self, form: FormPlan, merge: MergePlan, moves: str, whole: Base) -> Base:
        table = self.tables(form.id)
        columns = table.names
        code, year = columns[merge.code], table.period
        keys = ([year] if year else []) + [columns[k] for k in form.key if columns[k] != year]
        moved, parts, small = new_name("w"), new_name("w"), new_name("w")
        on = f"m.code = t.{code}" + (f" AND m.y = t.{year}" if year else "")
        others = ", ".join(f"t.{c}" for c in columns.values() if c != code)
        self.run(
            f"CREATE TEMP TABLE {moved} AS SELECT CASE WHEN t.{code} = m.target THEN 0 ELSE 1 END AS moved, "
            f"t.r, m.target AS {code}, {others} FROM {whole.sql} t JOIN {moves} m ON {on}"
        )
        same = " AND ".join(f"t.{k} IS NOT DISTINCT FROM m.{k}" for k in keys)
        listed = ", ".join(keys)
        everything = ", ".join(["r", *columns.values()])
        self.run(
            f"CREATE TEMP TABLE {parts} AS SELECT moved, {everything} FROM {moved} UNION ALL "
            f"SELECT 0, {', '.join('t.' + c for c in everything.split(', '))} FROM {whole.sql} t "
            f"JOIN (SELECT DISTINCT {listed} FROM {moved}) m ON {same} WHERE t.r NOT IN (SELECT r FROM {moved})"
        )
        # The receiving unit's own row keeps what is not added up; without one, the first of the rows that came.
        sums = []
        for c in form.columns:
            name = columns[c.name]
            if name in keys:
                sums.append(name)
            elif c.merged == "own":
                sums.append(f"max(CASE WHEN first THEN {name} END) AS {name}")
            else:
                fn = "sum" if c.merged == "sum" else "max"
                sums.append(f"CASE WHEN count({name}) = count(*) THEN {fn}({name}) END AS {name}")
        self.run(
            f"CREATE TEMP TABLE {small} AS SELECT max(CASE WHEN first THEN r END) AS r, {', '.join(sums)} FROM "
            f"(SELECT *, row_number() OVER (PARTITION BY {listed} ORDER BY moved, r) = 1 AS first FROM {parts}) GROUP BY {listed}"
        )
        gone = f"SELECT r FROM {parts}"
        sql = f"(SELECT {everything} FROM {whole.sql} WHERE r NOT IN ({gone}) UNION ALL SELECT {everything} FROM {small})"
        size = int(str(self.run(f"SELECT count(*) FROM {parts}")[0][0]))

        def stored(name: str) -> Stored:
            return _after(whole.stored(name), columns[name], size)

        return Base(form, sql, whole.rows, whole.years, stored)


def _after(before: Stored, column: str, parts: int) -> Stored:
    """Return what is known of a column after up to `parts` rows were added to one."""
    if before.kind != "number":
        return Stored(column, before.kind, before.factor, 0, 0, True)
    lo, hi = min(before.lo, before.lo * parts), max(before.hi, before.hi * parts)
    within(lo, hi)
    return Stored(f"CAST({column} AS {integer_type(lo, hi)})", "number", before.factor, lo, hi, True)
