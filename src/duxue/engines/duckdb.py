"""The DuckDB engine: a plan as a few SQL queries over Arrow tables, in a database that can reach nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

from duxue.engines.data import Data, in_order
from duxue.engines.exact import Exactly, exact_value
from duxue.engines.reference import World
from duxue.engines.sql.figures import Figures
from duxue.engines.sql.frames import Frame, dims_of
from duxue.engines.sql.groups import Groups
from duxue.engines.sql.merging import Merging
from duxue.engines.sql.pieces import BeyondError, Truth
from duxue.engines.sql.reading import read_values
from duxue.engines.sql.rows import Base, Space
from duxue.engines.sql.tables import Places, Table, flatten
from duxue.plan.nodes import FormPlan, IndicatorPlan, Plan
from duxue.results.model import Value

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from duxue.core.units import UnitTree

__all__ = ["Computation", "Duck", "exact_value"]


class Duck:
    """The DuckDB engine. `threads` and `memory_limit` (as DuckDB writes it) bound what one computation may take."""

    name = "duckdb"

    def __init__(self, *, threads: int = 2, memory_limit: str = "4GB") -> None:
        """Open nothing yet."""
        self.threads = threads
        self.memory_limit = memory_limit

    def values(self, plan: Plan, data: Data, years: Sequence[int]) -> list[Value]:
        """Return every value of every indicator of the plan for the years."""
        with Computation(plan, data, sorted(set(years)), self.connect()) as work:
            return work.values()

    def violations(self, plan: Plan, data: Data) -> dict[str, list[int]]:
        """Return check id -> row ordinals that break the rule."""
        with Computation(plan, data, [], self.connect()) as work:
            return work.violations()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a database in memory that reads no file, loads no extension and takes no further orders."""
        import duckdb

        con = duckdb.connect(
            ":memory:",
            config={
                "threads": self.threads,
                "memory_limit": self.memory_limit,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "python_enable_replacements": False,
                "temp_directory": "",
            },
        )
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        return con


class Computation:
    """One plan over one set of tables."""

    def __init__(self, plan: Plan, data: Data, years: list[int], con: duckdb.DuckDBPyConnection) -> None:
        """Register nothing yet."""
        self.plan = plan
        self.data = data
        self.years = years
        self.con = con
        self.tree_years: set[int] = set()
        self._tables: dict[str, Table] = {}
        self._trees: dict[int, UnitTree] = {}
        self._exact: Exactly | None = None
        self.collected = Space(plan, self._open, self.tree, self.tree_years.add)
        self.merged = Space(
            plan, Merging(self.collected, self.table, self._run_early).open, self.tree, self.tree_years.add
        )

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database."""
        self.con.close()

    # tables ---------------------------------------------------------------------------------------------------------
    def run(self, sql: str) -> list[tuple[object, ...]]:
        """Run a statement and return its rows."""
        return self.con.execute(sql).fetchall()

    def _run_early(self, sql: str) -> list[tuple[object, ...]]:
        self._register_units()
        return self.run(sql)

    def _register_units(self) -> None:
        if self.tree_years:
            trees = {year: self.tree(year) for year in self.tree_years}
            self.con.register("units", flatten(self.plan.levels, trees))

    def _place_units(self, years: list[int]) -> None:
        places = Places(self.plan.levels, {year: self.tree(year) for year in years})
        for name, table in (("names", places.names), ("chains", places.chains), ("leaves", places.leaves)):
            self.con.register(name, table)
        self.run(f"CREATE TEMP TABLE places AS {places.select()}")

    def fetch(self, sql: str) -> pa.Table:
        """Run a query and return its result."""
        return self.con.execute(sql).to_arrow_table()

    def tree(self, year: int) -> UnitTree:
        """Return the units of a year."""
        if year not in self._trees:
            self._trees[year] = self.data.tree(year)
        return self._trees[year]

    def table(self, form: str) -> Table:
        """Return a form's table."""
        if form not in self._tables:
            table = Table(self.plan.forms[form], self.data.tables.get(form))
            self._tables[form] = table
            self.con.register(f"t{len(self._tables)}", table.arrow)
            table.sql = f"t{len(self._tables)}"
        return self._tables[form]

    def _open(self, form: FormPlan) -> Base:
        table = self.table(form.id)
        return Base(form, table.sql, table.rows, table.years(), table.stored)

    # values ---------------------------------------------------------------------------------------------------------
    def values(self) -> list[Value]:
        """Return the values of all indicators in the fixed order."""
        if not self.years:
            return []
        beyond = self._given()
        found: dict[str, list[Value]] = {}
        for frame, table in self.tables(beyond):
            found.update(read_values(self.plan, frame, table, self._decide))
        for plan in self.plan.indicators:
            if plan.id in beyond:
                found[plan.id] = self._by_reference(plan)
        return [value for plan in self.plan.indicators for value in found[plan.id]]

    def tables(self, beyond: set[str]) -> Iterator[tuple[Frame, pa.Table]]:
        """Yield each frame with its rows; `beyond` are indicators to leave aside, and those found to be beyond SQL."""
        frames, figures = self._write(beyond)
        if frames:
            self._compute(frames, figures)
        for frame in frames:
            yield frame, self.fetch(frame.select())

    def _given(self) -> set[str]:
        """Return the indicators that are given or stand on given ones: the reference engine reads those."""
        found = {key[0] for key in self.data.given}
        for plan in self.plan.indicators:
            if any(id in found for id in plan.indicators):
                found.add(plan.id)
        return found & {plan.id for plan in self.plan.indicators}

    def _write(self, beyond: set[str]) -> tuple[list[Frame], list[Figures]]:
        while True:
            found: dict[tuple[str, tuple[str, ...]], Figures] = {}

            def find(
                home: str, dims: tuple[str, ...], found: dict[tuple[str, tuple[str, ...]], Figures] = found
            ) -> Figures:
                if (home, dims) not in found:
                    found[home, dims] = Figures(Groups(self.merged, home, dims))
                return found[home, dims]

            frames: dict[tuple[object, ...], Frame] = {}
            failed = False
            for plan in self.plan.indicators:
                if plan.id in beyond:
                    continue
                try:
                    self._frame(plan, frames, find).write(plan)
                except BeyondError:
                    beyond.add(plan.id)
                    failed = True
            if not failed:
                return list(frames.values()), list(found.values())
            self.merged.forget()

    def _frame(self, plan: IndicatorPlan, frames: dict[tuple[object, ...], Frame], find: Any) -> Frame:
        dims, levels = dims_of(self.merged, plan.home, plan.by), frozenset(plan.levels)
        key = (plan.home, dims, levels)
        if key not in frames:
            frames[key] = Frame(self.merged, plan.home, dims, levels, self.years, find)
        return frames[key]

    def _compute(self, frames: list[Frame], figures: list[Figures]) -> None:
        back = range(self.plan.lookback + 1)
        years = sorted({year - n for year in self.years for n in back})
        for frame in frames:
            self.tree_years |= frame.trees
        levels = list(self.plan.levels)
        self._register_units()
        self._place_units(years)
        for each in figures:
            groups = each.groups
            if not groups.levels:
                continue
            self.run(f"CREATE TEMP TABLE {groups.prepared} AS {groups.prepare(years, levels)}")
            self.run(f"CREATE TEMP TABLE {groups.main} AS {groups.group(levels)}")
            for table, select in each.queries(levels):
                self.run(f"CREATE TEMP TABLE {table} AS {select}")
            self.run(f"DROP TABLE {groups.prepared}")

    # exact ----------------------------------------------------------------------------------------------------------
    def _decide(
        self, plan: IndicatorPlan, level: str, unit: str, year: int, by: tuple[tuple[str, str], ...]
    ) -> Value:
        if self._exact is None:
            self._exact = Exactly(self.plan, self.data)
        return _as_double(self._exact.value(plan, level, unit, year, by))

    def _by_reference(self, plan: IndicatorPlan) -> list[Value]:
        world = World(self.plan, self.data)
        found = [
            _as_double(world.value(plan, level, unit, year, by))
            for level in plan.levels
            for year in self.years
            for unit, by in world.groups(plan.home, level, plan.by, year)
        ]
        return in_order(self.plan, found)

    # checks ---------------------------------------------------------------------------------------------------------
    def violations(self) -> dict[str, list[int]]:
        """Return the rows that break each check."""
        beyond: list[str] = []
        found: dict[str, list[int]] = {}
        rows_of: dict[str, list[tuple[str, str]]] = {}
        for check in self.plan.checks:
            rows = self.collected.form(check.form)
            try:
                rule = rows.named(rows.emit(check.rule))
            except BeyondError:
                beyond.append(check.id)
                continue
            assert isinstance(rule, Truth)
            rows_of.setdefault(check.form, []).append((check.id, rule.sql))
        self._register_units()
        for form, checks in rows_of.items():
            rows = self.collected.form(form)
            depth = rows.layers.depth(*(sql for _, sql in checks))
            broken = " OR ".join(f"NOT {sql}" for _, sql in checks)
            table = self.fetch(
                f"{self.collected.build([(rows, depth)])} SELECT {rows.row} AS r, "
                f"{', '.join(f'coalesce(NOT {sql}, FALSE) AS b{i}' for i, (_, sql) in enumerate(checks))} "
                f"FROM {rows.at(depth)} WHERE {broken} ORDER BY r"
            )
            ordinals = table.column("r").to_pylist()
            for i, (id, _) in enumerate(checks):
                marks = table.column(f"b{i}").to_pylist()
                found[id] = [r for r, mark in zip(ordinals, marks, strict=True) if mark]
        if beyond:
            from duxue.engines.reference import Reference

            some = replace(self.plan, checks=[c for c in self.plan.checks if c.id in beyond])
            found |= Reference().violations(some, self.data)
        return {check.id: found[check.id] for check in self.plan.checks}


def _as_double(value: Value) -> Value:
    return replace(value, value=float(value.value)) if isinstance(value.value, Fraction) else value
