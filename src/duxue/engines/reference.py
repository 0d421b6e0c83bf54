"""The reference engine: plain Python over exact fractions, one step after the other as the semantics page tells it.

It is the oracle. It is slow, and nothing in it is clever: when a fast engine and this one differ, this one is right
until its text is shown to be wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from duxue.core.quantity import MOST
from duxue.core.units import UnitTree
from duxue.engines.data import Data, in_order
from duxue.formula import nodes as n
from duxue.formula.aggregates import exact_cv, exact_gini, exact_quantile
from duxue.formula.evaluate import Cell, Env, evaluate
from duxue.formula.nodes import NA
from duxue.packs.dated import day_of, holding
from duxue.plan.nodes import FormPlan, IndicatorPlan, MergePlan, Plan
from duxue.results.model import Value

By = tuple[tuple[str, str], ...]
_PRECEDENCE = (NA.MISSING, NA.NO_CONSTANT, NA.NO_PREVIOUS, NA.ZERO_DIVISION)  # of reasons met in several rows


@dataclass(slots=True)
class Row:
    """One row of a form after merging: its cells, the source rows it was made of, and derived values as needed."""

    form: str
    cells: dict[str, Cell]
    year: int | None
    sources: list[int]  # `_row` ordinals


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one unit and breakdown: in scope, and excluded (with the number of the rule that excluded them)."""

    rows: list[Row] = field(default_factory=list)
    excluded: list[tuple[Row, int]] = field(default_factory=list)

    @property
    def first_rule(self) -> str:
        """The number of the first rule that excluded a row, whatever the order of the rows."""
        return str(min(rule for _, rule in self.excluded))


@dataclass(frozen=True, slots=True)
class Computed:
    """The outcome of one aggregate: a number or the reason why not, and how many rows were left out."""

    value: Fraction | NA
    left_out: int = 0
    detail: str = ""


class Reference:
    """The reference engine."""

    name = "reference"

    def values(self, plan: Plan, data: Data, years: Sequence[int]) -> list[Value]:
        """Return every value of every indicator of the plan for the years."""
        world = World(plan, data)
        found = [
            world.value(indicator, level, unit, year, by)
            for indicator in plan.indicators
            for level in indicator.levels
            for year in years
            for unit, by in world.groups(indicator.home, level, indicator.by, year)
        ]
        return in_order(plan, found)

    def violations(self, plan: Plan, data: Data) -> dict[str, list[int]]:
        """Return check id -> row ordinals that break the rule."""
        world = World(plan, data, merging=False)
        found: dict[str, list[int]] = {}
        for check in plan.checks:
            rows = world.collected(check.form)
            found[check.id] = sorted(
                row.sources[0] for row in rows if evaluate(check.rule, _RowEnv(world, row)) is False
            )
        return found


class World:
    """The data of one plan in plain Python objects, with everything computed at most once."""

    def __init__(self, plan: Plan, data: Data, *, merging: bool = True) -> None:
        """Read nothing yet; tables are turned into rows when first asked for.

        Without `merging` every form is seen as it was collected: so stand checks and the conditions of merges.
        """
        self.plan = plan
        self.data = data
        self.merging = merging
        self._collected: dict[str, list[Row]] = {}
        self._rows: dict[str, list[Row]] = {}
        self._merges: dict[MergePlan, dict[tuple[Cell, int | None], Cell]] = {}
        self._index: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], list[Row]]] = {}
        self._portions: dict[n.Typed, dict[tuple[Any, ...], Fraction | NA]] = {}
        self._groups: dict[tuple[str, str, tuple[str, ...], int], dict[tuple[str, By], Group]] = {}
        self._trees: dict[int, UnitTree] = {}
        self._computed: dict[tuple[n.Aggregate, str, str, int, By], Computed] = {}
        self._indicators: dict[tuple[str, str, str, int, By], Fraction | NA] = {}
        self._by_ordinal: dict[str, dict[int, Row]] = {}

    # --- rows ---------------------------------------------------------------------------------------------------------
    def collected(self, form: str) -> list[Row]:
        """Return the rows of a form as they were collected, before merging."""
        if form not in self._collected:
            plan = self.plan.forms[form]
            table = self.data.tables.get(form)
            self._collected[form] = [
                Row(form, cells, cells.get(plan.period) if plan.period else None, [ordinal])  # type: ignore[arg-type]
                for ordinal, cells in _cells(plan, table)
            ]
        return self._collected[form]

    def rows(self, form: str) -> list[Row]:
        """Return the rows of a form with merged units added to the units that receive them."""
        if form not in self._rows:
            plan = self.plan.forms[form]
            self._rows[form] = self._merged(plan) if plan.merge and self.merging else self.collected(form)
        return self._rows[form]

    def _merged(self, plan: FormPlan) -> list[Row]:
        merge = plan.merge
        assert merge is not None
        into = self._moves(merge)
        together: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in self.collected(plan.id):
            code = row.cells[merge.code]
            moved = {**row.cells, merge.code: into.get((code, row.year), code)}
            together[row.year, *(moved[k] for k in plan.key)].append(row)
        result = []
        for key, parts in together.items():
            if len(parts) == 1 and (parts[0].cells[merge.code], parts[0].year) not in into:
                result.append(parts[0])
                continue
            own = next(
                (r for r in parts if all(r.cells[k] == v for k, v in zip(plan.key, key[1:], strict=True))),
                parts[0],
            )
            cells = dict(own.cells)
            for column in plan.columns:
                if column.merged != "own" and column.name not in plan.key and column.name != plan.period:
                    cells[column.name] = _merge_cells(column.merged, [r.cells[column.name] for r in parts])
            cells.update(zip(plan.key, key[1:], strict=True))
            sources = [own.sources[0], *(r.sources[0] for r in parts if r is not own)]
            result.append(Row(plan.id, cells, own.year, sources))
        return result

    def _moves(self, merge: MergePlan) -> dict[tuple[Cell, int | None], Cell]:
        """Return the code of the receiving unit by code and year of each unit that is merged."""
        if merge not in self._merges:
            before = World(self.plan, self.data, merging=False)
            self._merges[merge] = {
                (row.cells[merge.code], row.year): row.cells[merge.into]
                for row in before.collected(merge.form)
                if row.cells[merge.into] is not NA.MISSING
                and evaluate(merge.when, _RowEnv(before, row)) is True
            }
        return self._merges[merge]

    def index(self, form: str, on: tuple[str, ...]) -> dict[tuple[Any, ...], list[Row]]:
        """Return the rows of a form by year and the values of some columns."""
        if (form, on) not in self._index:
            index: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
            for row in self.rows(form):
                index[row.year, *(self.cell(row, k) for k in on)].append(row)
            self._index[form, on] = index
        return self._index[form, on]

    def cell(self, row: Row, name: str) -> Cell:
        """Return a collected or derived cell of a row."""
        if name not in row.cells:
            derived = next(d for d in self.plan.forms[row.form].derived if d.name == name)
            row.cells[name] = evaluate(derived.value, _RowEnv(self, row))
        return row.cells[name]

    # --- groups -------------------------------------------------------------------------------------------------------
    def tree(self, year: int) -> UnitTree:
        """Return the units of a year."""
        if year not in self._trees:
            self._trees[year] = self.data.tree(year)
        return self._trees[year]

    def groups(self, home: str, level: str, by: tuple[str, ...], year: int) -> dict[tuple[str, By], Group]:
        """Return the groups of a form or population: (unit, breakdown) -> rows, for those dimensions the form has."""
        form = self.plan.form_of(home)
        names = {c.name for c in form.columns} | {d.name for d in form.derived}
        dims = tuple(d for d in by if d in names)
        key = (home, level, dims, year)
        if key not in self._groups:
            groups: dict[tuple[str, By], Group] = defaultdict(Group)
            tree = self.tree(year)
            population = self.plan.populations.get(home)
            for row in self.rows(form.id):
                if form.period is not None and row.year != year:
                    continue
                code = row.cells[form.unit_field]
                unit = tree.ancestor(code, level) if isinstance(code, str) else None
                values = [self.cell(row, d) for d in dims]
                if unit is None or any(isinstance(v, NA) for v in values):
                    continue
                env = _RowEnv(self, row)
                if population and population.where and evaluate(population.where, env) is not True:
                    continue
                group = groups[unit, tuple((d, str(v)) for d, v in zip(dims, values, strict=True))]
                rule = next(
                    (i for i, x in enumerate(population.exclude) if evaluate(x, env) is True)
                    if population
                    else iter(()),
                    None,
                )
                if rule is None:
                    group.rows.append(row)
                else:
                    group.excluded.append((row, rule))
            self._groups[key] = dict(groups)
        return self._groups[key]

    def group(self, home: str, level: str, unit: str, year: int, by: By) -> Group | None:
        """Return the group of a unit; a form without one of the dimensions is taken whole."""
        form = self.plan.form_of(home)
        names = {c.name for c in form.columns} | {d.name for d in form.derived}
        own = tuple((d, v) for d, v in by if d in names)
        return self.groups(home, level, tuple(d for d, _ in own), year).get((unit, own))

    # --- numbers ------------------------------------------------------------------------------------------------------
    def aggregate(self, node: n.Aggregate, level: str, unit: str, year: int, by: By) -> Computed:
        """Return one aggregate for one unit, breakdown and year."""
        key = (node, level, unit, year, by)
        if key not in self._computed:
            self._computed[key] = self._aggregate(node, level, unit, year, by)
        return self._computed[key]

    def _aggregate(self, node: n.Aggregate, level: str, unit: str, year: int, by: By) -> Computed:
        group = self.group(node.home, level, unit, year, by)
        if group is None:
            return Computed(NA.NO_ROWS)
        if not group.rows:
            return Computed(NA.OUT_OF_SCOPE, detail=group.first_rule)
        used: list[tuple[Fraction, Fraction]] = []
        left_out = 0
        # What spoils the aggregate or leaves rows out is told in the order of the formula, never of the rows.
        spoilt: set[int] = set()
        lacking: set[int] = set()
        parts = (node.where, node.x, node.per)
        for row in group.rows:
            env = _RowEnv(self, row)
            lacks = next((i for i, x in enumerate(node.complete) if _is_missing(evaluate(x, env))), None)
            if lacks is not None:
                left_out += 1
                lacking.add(lacks)
                continue
            fits = evaluate(node.where, env) if node.where is not None else True
            if fits is False:
                continue
            x = evaluate(node.x, env) if node.x is not None else Fraction(1)
            per = evaluate(node.per, env) if node.per is not None else Fraction(1)
            if _is_missing(fits):
                spoilt.add(0)
            elif fits is NA.ZERO_DIVISION:
                left_out += 1
            elif _is_missing(x):
                spoilt.add(1)
            elif _is_missing(per):
                spoilt.add(2)
            elif isinstance(x, NA) or isinstance(per, NA) or (node.per is not None and per == 0):
                left_out += 1
            else:
                used.append((_number(x), _number(per)))
        if spoilt:
            part = parts[min(spoilt)]
            assert part is not None
            return Computed(NA.MISSING, detail=_names(part))
        if not used and left_out:  # nothing could be used: that is not a sum of 0
            detail = _names(node.complete[min(lacking)]) if lacking else ""
            return Computed(NA.MISSING if lacking else NA.ZERO_DIVISION, left_out, detail)
        return Computed(_summarise(node, used), left_out)

    def indicator(self, id: str, level: str, unit: str, year: int, by: By) -> Fraction | NA:
        """Return the value of an indicator (given, or computed) for one unit, breakdown and year."""
        plan = self.plan.indicator(id)
        own = tuple((d, v) for d, v in by if d in plan.by)
        given = self.data.given.get((id, unit, year, own))
        if given is not None:
            return given
        key = (id, level, unit, year, own)
        if key not in self._indicators:
            value = evaluate(plan.value, _GroupEnv(self, level, unit, year, own))
            assert (isinstance(value, Fraction | NA) and not isinstance(value, bool | str)) or isinstance(
                value, NA
            )
            self._indicators[key] = value
        return self._indicators[key]

    def value(self, plan: IndicatorPlan, level: str, unit: str, year: int, by: By) -> Value:
        """Return the value of one indicator with its numerator, denominator and counts."""
        group = self.group(plan.home, level, unit, year, by)
        rows = len(group.rows) if group else 0
        result = self.indicator(plan.id, level, unit, year, by)
        env = _GroupEnv(self, level, unit, year, by)
        computed = [self.aggregate(a, level, unit, year, by) for a in plan.aggregates]
        left_out = max((c.left_out for c in computed), default=0)
        detail = next((c.detail for c in computed if c.value is result and c.detail), "")
        if group and not group.rows and group.excluded:
            result, detail = NA.OUT_OF_SCOPE, group.first_rule
        if isinstance(result, Fraction) and abs(result) > MOST:
            result = NA.TOO_LARGE
        sides = [evaluate(s, env) if s is not None else None for s in (plan.numerator, plan.denominator)]
        top, bottom = (s if isinstance(s, Fraction) and abs(s) <= MOST else None for s in sides)
        return Value(
            indicator=plan.id,
            unit=unit,
            level=level,
            year=year,
            by=by,
            value=None if isinstance(result, NA) else result,
            reason=result.value if isinstance(result, NA) else "",
            detail=detail if isinstance(result, NA) else "",
            numerator=top,
            denominator=bottom,
            rows=rows,
            left_out=left_out,
        )

    def group_env(self, level: str, unit: str, year: int, by: By) -> Env:
        """Return what a group formula sees for one unit, year and breakdown."""
        return _GroupEnv(self, level, unit, year, by)

    def origins(self, row: Row, form: str, column: str, back: int = 0) -> list[tuple[int, Cell]]:
        """Return the source rows (ordinal, cell) of a collected column that a row's figure reads, `back` years earlier.

        For the row's own form: the rows it was merged from; for a form it points to: that row's sources; for a form
        whose rows point to it (a total): those rows.
        """
        if form == row.form and not back:
            return [(i, self._source_cell(form, i, column)) for i in row.sources]
        plan = self.plan.forms[form]
        own = {c.name for c in self.plan.forms[row.form].columns}
        if set(plan.key) <= own:
            on = plan.key
        else:
            on = tuple(k for k in self.plan.forms[row.form].key if k in {c.name for c in plan.columns})
        if not on:
            return []
        year = row.year - back if plan.period and row.year is not None else None
        pointed = self.index(form, on).get((year, *(row.cells[k] for k in on)), [])
        return [(i, self._source_cell(form, i, column)) for r in pointed for i in r.sources]

    def _source_cell(self, form: str, ordinal: int, column: str) -> Cell:
        if form not in self._by_ordinal:
            self._by_ordinal[form] = {r.sources[0]: r for r in self.collected(form)}
        return self._by_ordinal[form][ordinal].cells[column]

    def constant(self, id: str, by: Mapping[str, str], unit: str, year: int) -> Fraction | NA:
        """Return the value of a constant that holds for a unit and breakdown on the day of the year's data."""
        tree = self.tree(year)
        chain = list(tree.ancestors(unit).values())
        held = holding(self.plan.constants[id].values, by, chain, day_of(year, self.plan.as_of))
        return held.value if held else NA.NO_CONSTANT


class _RowEnv:
    """What a row formula sees."""

    def __init__(self, world: World, row: Row) -> None:
        self.world = world
        self.row = row

    def column(self, node: n.Column) -> Cell:
        if not node.joined:
            return self.world.cell(self.row, node.name)
        other = self._pointed(node.form)
        return NA.MISSING if other is None else self.world.cell(other, node.name)

    def _pointed(self, form: str) -> Row | None:
        plan = self.world.plan.forms[form]
        key = tuple(self.world.cell(self.row, k) for k in plan.key)
        if _unknown(key):
            return None  # an empty cell points nowhere, not even at another empty cell
        year = self.row.year if plan.period else None
        found = self.world.index(form, plan.key).get((year, *key))
        return found[0] if found else None

    def constant(self, node: n.PackConstant) -> Cell:
        plan = self.world.plan.forms[self.row.form]
        by = {d: self.world.cell(self.row, d) for d in node.by}
        if any(isinstance(v, NA) for v in by.values()):
            return NA.MISSING
        unit = self.row.cells[plan.unit_field]
        year = self.row.year if self.row.year is not None else 9999
        return self.world.constant(node.id, {d: str(v) for d, v in by.items()}, str(unit), year)

    def previous(self, node: n.Previous) -> Cell:
        plan = self.world.plan.forms[self.row.form]
        if self.row.year is None:
            return NA.NO_PREVIOUS
        key = tuple(self.world.cell(self.row, k) for k in plan.key)
        if _unknown(key):
            return NA.NO_PREVIOUS
        found = self.world.index(self.row.form, plan.key).get((self.row.year - node.years, *key))
        return evaluate(node.x, _RowEnv(self.world, found[0])) if found else NA.NO_PREVIOUS

    def portion(self, node: n.Portion) -> Cell:
        own = evaluate(node.x, self)
        if isinstance(own, NA):
            return own
        within = self.world.cell(self.row, node.within)
        if isinstance(within, NA):
            return within
        totals = self.world._portions.setdefault(node, {})
        key = (self.row.year, within)
        if key not in totals:
            rows = self.world.index(self.row.form, (node.within,)).get(key, [])
            totals[key] = _sum_up([evaluate(node.x, _RowEnv(self.world, r)) for r in rows])
        total = totals[key]
        if isinstance(total, NA):
            return total
        return _number(own) / total if total else NA.ZERO_DIVISION

    def total(self, node: n.Total) -> Cell:
        plan = self.world.plan.forms[node.form]
        key = tuple(self.world.cell(self.row, k) for k in node.on)
        year = self.row.year if plan.period else None
        values: list[Cell] = []
        for other in [] if _unknown(key) else self.world.index(node.form, node.on).get((year, *key), []):
            env = _RowEnv(self.world, other)
            fits = evaluate(node.where, env) if node.where is not None else True
            if isinstance(fits, NA):
                values.append(fits)
            elif fits is True:
                values.append(evaluate(node.x, env))
        return _sum_up(values)

    def indicator(self, _: n.Indicator) -> Cell:
        raise TypeError("a row formula holds no indicator")

    def aggregate(self, _: n.Aggregate) -> Cell:
        raise TypeError("a row formula holds no aggregate")


class _GroupEnv:
    """What a group formula sees."""

    def __init__(self, world: World, level: str, unit: str, year: int, by: By) -> None:
        self.world = world
        self.level = level
        self.unit = unit
        self.year = year
        self.by = by

    def column(self, _: n.Column) -> Cell:
        raise TypeError("a group formula holds columns only inside aggregates")

    def constant(self, node: n.PackConstant) -> Cell:
        return self.world.constant(node.id, {d: v for d, v in self.by if d in node.by}, self.unit, self.year)

    def indicator(self, node: n.Indicator) -> Cell:
        return self.world.indicator(node.id, self.level, self.unit, self.year, self.by)

    def aggregate(self, node: n.Aggregate) -> Cell:
        return self.world.aggregate(node, self.level, self.unit, self.year, self.by).value

    def previous(self, node: n.Previous) -> Cell:
        earlier = _GroupEnv(self.world, self.level, self.unit, self.year - node.years, self.by)
        value = evaluate(node.x, earlier)
        return NA.NO_PREVIOUS if value is NA.NO_ROWS else value

    def portion(self, _: n.Portion) -> Cell:
        raise TypeError("a group formula holds no portion")

    def total(self, _: n.Total) -> Cell:
        raise TypeError("a group formula holds no total")


def row_env(world: World, row: Row) -> Env:
    """Return what a row formula sees."""
    return _RowEnv(world, row)


def _cells(plan: FormPlan, table: Any) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Yield (ordinal, cells) of an arrow table: numbers as fractions, empty cells as NA.MISSING."""
    if table is None:
        return
    numbers = {c.name for c in plan.columns if c.kind == "number" and c.name != plan.period}
    names = [c.name for c in plan.columns]
    columns = {name: table.column(name).to_pylist() for name in names}
    ordinals = table.column("_row").to_pylist()
    for position, ordinal in enumerate(ordinals):
        cells: dict[str, Cell] = {}
        for name in names:
            value: int | Decimal | str | bool | None = columns[name][position]
            if value is None:
                cells[name] = NA.MISSING
            elif name in numbers:
                cells[name] = Fraction(value)
            else:
                cells[name] = value  # type: ignore[assignment]
        yield ordinal, cells


def _merge_cells(how: str, values: list[Cell]) -> Cell:
    if any(isinstance(v, NA) for v in values):
        return NA.MISSING
    numbers = [v for v in values if isinstance(v, Fraction)]
    return sum(numbers, Fraction(0)) if how == "sum" else max(numbers)


def _sum_up(values: list[Cell]) -> Fraction | NA:
    """Return the sum; of several reasons against one, an empty cell comes first, whatever the order of the rows."""
    reasons = [v for v in values if isinstance(v, NA)]
    if reasons:
        return min(reasons, key=_PRECEDENCE.index)
    return sum((_number(v) for v in values), Fraction(0))


def _number(value: Cell) -> Fraction:
    # A year is kept as a whole number; every other number is a fraction already.
    assert isinstance(value, int | Fraction)
    return Fraction(value)


def _unknown(key: tuple[Cell, ...]) -> bool:
    return any(isinstance(k, NA) for k in key)


def _is_missing(value: Cell) -> bool:
    # A missing constant or earlier row is as bad as an empty cell: the row cannot be judged.
    return value in (NA.MISSING, NA.NO_CONSTANT, NA.NO_PREVIOUS)


def _names(node: n.Typed) -> str:
    return " ".join(dict.fromkeys(f"{c.form}.{c.name}" for c in n.walk(node) if isinstance(c, n.Column)))


def _summarise(node: n.Aggregate, used: list[tuple[Fraction, Fraction]]) -> Fraction | NA:
    values = [x for x, _ in used]
    if node.fn == "count":
        return Fraction(len(values))
    if node.fn == "sum":
        return sum(values, Fraction(0))
    if not values:
        return NA.NO_ROWS
    if node.fn == "mean":
        return sum(values, Fraction(0)) / len(values)
    if node.fn == "min":
        return min(values)
    if node.fn == "max":
        return max(values)
    if node.fn == "quantile":
        assert node.parameter is not None
        return exact_quantile(values, node.parameter)
    pairs = used if node.per is not None else [(x, Fraction(1)) for x in values]
    return exact_cv(pairs) if node.fn == "cv" else exact_gini(pairs)
