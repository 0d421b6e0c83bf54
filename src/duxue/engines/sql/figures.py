"""Sums, means, quantiles, coefficients of variation and Gini coefficients from the rows of groups.

Sums of cells are sums of integers. Sums of quotients are sums of integers too: each quotient is taken in units of 2^-k,
so the order in which threads add them cannot matter; where that loses digits, the figure is put in doubt and computed
again in fractions. docs/methods/exact-comparison.md tells how.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from duxue.engines.sql import pieces as p
from duxue.engines.sql.groups import Argument, At, Groups, Summary
from duxue.engines.sql.layers import new_name
from duxue.engines.sql.pieces import BeyondError, Number
from duxue.formula import nodes as n

_BITS: Final = 124  # of a HUGEINT, used by sums of quotients
_SURE_BITS: Final = 34  # a term of 2^34 units is rounded by less than one part in 10^10
_SURE: Final = f"{10**10:d}"


@dataclass(frozen=True, slots=True)
class Added:
    """A sum of the group table: its column, and as a double in the units of the argument's integers."""

    column: str
    bits: int | None  # None: exact; else the sum counts units of 2^-bits
    most: int  # bound

    def double(self, at: At) -> str:
        """Return the sum in the units of the argument's num / den."""
        value = f"CAST({at(self.column)} AS DOUBLE)"
        return value if self.bits is None else f"({value} * {p.double_literal(Fraction(1, 2**self.bits))})"


class Figures:
    """The aggregates over one home's groups, and the queries they need beyond the main one."""

    def __init__(self, groups: Groups) -> None:
        """Ask for nothing yet."""
        self.groups = groups
        self.dims = groups.dim_names
        self.levels: dict[n.Aggregate, set[str]] = {}
        self._summaries: dict[n.Aggregate, Summary] = {}
        self._spreads: dict[n.Aggregate, _Spread] = {}
        self._ranked: dict[n.Aggregate, tuple[str, str]] = {}  # table, SELECT over {rows} grouped by {keys}

    def ask(self, node: n.Aggregate, levels: set[str]) -> Summary:
        """Return how an aggregate is read; its levels are noted."""
        self.groups.levels |= levels
        self.levels.setdefault(node, set()).update(levels)
        if node not in self._summaries:
            argument, counts = self.groups.argument(node)
            summary = replace(counts, doubts=[])
            _WRITERS[node.fn](self, node, argument, summary)
            self._summaries[node] = summary
        return self._summaries[node]

    # sums -----------------------------------------------------------------------------------------------------------
    def add(self, x: Number, argument: Argument, summary: Summary, bits: int = _BITS) -> Added:
        """Return the sum of a number over the rows used; a sum of quotients may put the figure in doubt."""
        groups, rows = self.groups, max(self.groups.rows.base.rows, 1)
        largest = max(-x.lo, x.hi, 1)
        if not x.den:
            p.within(x.lo * rows, x.hi * rows)
            kind = p.integer_type(x.lo * rows, x.hi * rows)
            column = groups.sum(f"CAST(sum({argument.of(x.sql)}) AS {kind})")
            return Added(column, None, largest * rows)
        units = bits - largest.bit_length() - rows.bit_length()
        if not 0 < units < 1000:
            raise BeyondError
        fixed = self.fixed(x, units)
        column = groups.sum(f"CAST(sum({argument.of(fixed)}) AS HUGEINT)")
        used = summary.used
        if x.lo < 0:
            whole = groups.sum(f"CAST(sum(abs({argument.of(fixed)})) AS HUGEINT)")
            summary.doubts.append(
                lambda at: f"{at(whole)} > 0 AND {at(whole)} < {at(used)} * CAST({_SURE} AS HUGEINT)"
            )
            summary.doubts.append(
                lambda at: f"abs(CAST({at(column)} AS DOUBLE)) < 1e-5 * CAST({at(whole)} AS DOUBLE)"
            )
        elif units < _SURE_BITS + x.most.bit_length():
            summary.doubts.append(
                lambda at: f"{at(column)} > 0 AND {at(column)} < {at(used)} * CAST({_SURE} AS HUGEINT)"
            )
        return Added(column, units, largest * rows)

    def fixed(self, x: Number, units: int) -> str:
        """Return a prepared column with num / den in units of 2^-units, rounded away from 0: only 0 becomes 0."""
        quotient = self.groups.rows.bind(f"CAST({x.sql} AS DOUBLE) / CAST({x.den} AS DOUBLE)")
        scaled = f"{quotient} * {p.double_literal(Fraction(2**units))}"
        away = (
            f"ceil({scaled})"
            if x.lo >= 0
            else f"CASE WHEN {quotient} < 0 THEN floor({scaled}) ELSE ceil({scaled}) END"
        )
        return self.groups.keep(f"CAST({away} AS HUGEINT)")

    def total(self, x: Number, added: Added, at: At) -> Number:
        """Return the sum as a number."""
        if added.bits is None:
            rows = self.groups.rows.base.rows
            lo, hi = min(0, x.lo * rows), max(0, x.hi * rows)
            return Number(f"coalesce({at(added.column)}, 0)", None, None, x.factor, lo, hi)
        return p.real(f"coalesce({added.double(at)} * {p.double_literal(x.factor)}, 0)", None)

    # order statistics and spreads -------------------------------------------------------------------------------------
    def rank(self, node: n.Aggregate, columns: list[str], select: str) -> None:
        """Plan a query of its own: `select` gives `columns` from {rows} with {keys}, one row per group."""
        table = new_name("o")
        self._ranked[node] = (table, select)
        for column in columns:
            self.groups.table_of[column] = table

    def spread(self, node: n.Aggregate, spread: _Spread) -> None:
        """Plan a term of the second pass that all coefficients of variation share."""
        self._spreads[node] = spread

    def queries(self, levels: list[str]) -> list[tuple[str, str]]:
        """Return (table, SELECT) for the tables beside the main one, which exists by then."""
        found = []
        for node, (table, select) in self._ranked.items():
            parts = [
                select.format(
                    rows=self.groups.prepared,
                    keys=self._keys(levels.index(level)),
                    unit=f"u{levels.index(level)}",
                    level=levels.index(level),
                )
                for level in sorted(self.levels[node])
            ]
            found.append((table, " UNION ALL ".join(parts)))
        by_levels: dict[frozenset[str], list[n.Aggregate]] = {}
        for node in self._spreads:
            by_levels.setdefault(frozenset(self.levels[node]), []).append(node)
        for wanted, nodes in by_levels.items():
            table = new_name("o")
            spreads = [self._spreads[node] for node in nodes]
            self.groups.table_of.update({column: table for spread in spreads for _, column in spread.sums})
            found.append(
                (
                    table,
                    " UNION ALL ".join(self._deviations(levels.index(x), spreads) for x in sorted(wanted)),
                )
            )
        return found

    def _keys(self, level: int) -> str:
        return ", ".join(["y", f"u{level}", *self.groups.dims])

    def _deviations(self, level: int, spreads: list[_Spread]) -> str:
        groups = self.groups
        stats = [f"{sql} AS {name}" for s in spreads for sql, name in s.stats]
        dims = [f"d{i}" for i in range(len(groups.dims))]
        on = " AND ".join(f"g.{d} = h.{own}" for d, own in zip(dims, groups.dims, strict=True))
        shared = f"SELECT y, u, {', '.join([*dims, *stats])} FROM {groups.main} WHERE lv = {level}"
        sums = ", ".join(f"{sql} AS {column}" for s in spreads for sql, column in s.sums)
        keys = ", ".join(["h.y", f"h.u{level}", *(f"h.{d}" for d in groups.dims)])
        named = ", ".join(
            [
                f"{level} AS lv",
                "h.y AS y",
                f"h.u{level} AS u",
                *(f"h.{own} AS {d}" for d, own in zip(dims, groups.dims, strict=True)),
            ]
        )
        return (
            f"SELECT {named}, {sums} FROM {groups.prepared} h JOIN ({shared}) g "
            f"ON g.y = h.y AND g.u = h.u{level}{' AND ' + on if on else ''} GROUP BY {keys}"
        )


@dataclass(frozen=True, slots=True)
class _Spread:
    """The second pass of a coefficient of variation: squared deviations from the group's mean, as integers."""

    stats: list[tuple[str, str]]  # SQL over the main group table, name
    sums: list[tuple[str, str]]  # SQL over prepared columns and stats, column


def _count(_: Figures, __: n.Aggregate, ___: Argument, summary: Summary) -> None:
    summary.needs_rows = False
    used = summary.used
    summary.value = lambda at: Number(at(used), hi=2**40)


def _sum(figures: Figures, _: n.Aggregate, argument: Argument, summary: Summary) -> None:
    summary.needs_rows = False
    added = figures.add(argument.piece, argument, summary)
    summary.value = lambda at: figures.total(argument.piece, added, at)


def _mean(figures: Figures, _: n.Aggregate, argument: Argument, summary: Summary) -> None:
    added = figures.add(argument.piece, argument, summary)
    used = summary.used

    def value(at: At) -> Number:
        total = figures.total(argument.piece, added, at)
        if total.real:
            return p.real(f"({total.sql} / {at(used)})", None)
        return replace(total, den=at(used), most=max(figures.groups.rows.base.rows, 1))

    summary.value = value


def _extreme(figures: Figures, node: n.Aggregate, argument: Argument, summary: Summary) -> None:
    x, fn = argument.piece, node.fn
    if not x.den:
        column = figures.groups.sum(f"{fn}({argument.of(x.sql)})")
        summary.value = lambda at: replace(x, sql=at(column), why=None)
        return
    quotient = figures.groups.keep(p.as_double(x))
    rounded = figures.groups.sum(f"{fn}({argument.of(quotient)})")
    summary.value = lambda at: p.real(at(rounded), None)


def _quantile(figures: Figures, node: n.Aggregate, argument: Argument, summary: Summary) -> None:
    x, q = argument.piece, node.parameter
    assert q is not None
    value = x.sql if not x.den else figures.groups.keep(p.as_double(x))
    below, above, rest = new_name("s"), new_name("s"), new_name("s")
    used = (
        f"WHERE {argument.state} = 0 AND {{unit}} IS NOT NULL"
        if argument.state
        else f"WHERE {value} IS NOT NULL AND {{unit}} IS NOT NULL"
    )
    dims = "".join(f", {d} AS d{i}" for i, d in enumerate(figures.groups.dims))
    place = f"((n - 1) * {q.numerator})"
    figures.rank(
        node,
        [below, above, rest],
        # The level is told by the place of its unit column: u0, u1 ...
        f"SELECT {{level}} AS lv, y, {{unit}} AS u{dims}, "
        f"max(CASE WHEN i = {place} // {q.denominator} + 1 THEN v END) AS {below}, "
        f"max(CASE WHEN i = {place} // {q.denominator} + 2 THEN v END) AS {above}, "
        f"max({place} % {q.denominator}) AS {rest} FROM ("
        f"SELECT {{keys}}, {value} AS v, row_number() OVER (PARTITION BY {{keys}} ORDER BY {value}) AS i, "
        f"count(*) OVER (PARTITION BY {{keys}}) AS n FROM {{rows}} {used}) GROUP BY {{keys}}",
    )

    def read(at: At) -> Number:
        lower, upper, part = at(below), f"coalesce({at(above)}, {at(below)})", at(rest)
        if x.den:
            return p.real(f"({lower} + {part} * ({upper} - {lower}) / {q.denominator})", None)
        one = Number(lower, None, None, x.factor / q.denominator, x.lo, x.hi)
        spread = x.hi - x.lo
        step, lo, hi = p.times(f"({upper} - {lower})", (0, spread), part, (0, q.denominator))
        base, base_lo, base_hi = p.scaled(one, Fraction(q.denominator))
        p.within(base_lo + lo, base_hi + hi)
        return Number(f"({base} + {step})", None, None, one.factor, base_lo + lo, base_hi + hi)

    summary.value = read
    if x.den and x.lo < 0:
        summary.doubts.append(
            lambda at: f"abs({read(at).sql}) < 1e-6 * greatest(abs({at(below)}), abs({at(above)}))"
        )


def _weighted(
    figures: Figures, node: n.Aggregate, argument: Argument, summary: Summary, bits: int
) -> tuple[Number, Number, Added, Added | None]:
    """Return total and weight of the rows, their sums, and note when a spread has no meaning."""
    r = argument.piece
    p_of = argument.per or p.number_literal(Fraction(1))
    if p_of.den:
        raise BeyondError
    totals = figures.add(r, argument, summary, bits)
    weights = figures.add(p_of, argument, summary) if node.per is not None else None
    tests: list[Callable[[At], str]] = [lambda at: f"{at(totals.column)} <= 0"]
    if p_of.lo < 0:
        bad = figures.groups.sum(f"count(CASE WHEN {argument.of(p_of.sql)} < 0 THEN 1 END)")
        tests.append(lambda at: f"{at(bad)} > 0")
    summary.no_meaning = lambda at: " OR ".join(test(at) for test in tests)
    return r, p_of, totals, weights


def _cv(figures: Figures, node: n.Aggregate, argument: Argument, summary: Summary) -> None:
    groups = figures.groups
    r, weight, totals, weights = _weighted(figures, node, argument, summary, _BITS)
    ratio = f"CAST({r.sql} AS DOUBLE)" + (f" / CAST({r.den} AS DOUBLE)" if r.den else "")
    if node.per is not None:
        ratio = f"{ratio} / CAST({weight.sql} AS DOUBLE)"
    ratio = groups.keep(ratio)
    peak = groups.sum(f"max(abs({argument.of(ratio)}))")
    whole = weights.double(str) if weights else f"CAST({summary.used} AS DOUBLE)"
    mean = f"({totals.double(str)} / {whole})"
    # No deviation exceeds peak / mean + 1, so that all squares together stay within 2^119 units.
    units = f"pow(2, floor(118 - log2({summary.used}) - 2 * log2({peak} / {mean} + 1)))"
    m, w, f = new_name("m"), new_name("m"), new_name("m")
    deviation = f"({ratio} / {m} - 1)"
    square = argument.of(f"{weight.sql} / {w} * {deviation} * {deviation} * {f}")
    squares, scale = new_name("s"), new_name("s")
    test = f"{totals.column} > 0 AND {weights.column if weights else summary.used} > 0"
    figures.spread(
        node,
        _Spread(
            [(f"CASE WHEN {test} THEN {sql} END", name) for sql, name in ((mean, m), (whole, w), (units, f))],
            [(f"sum(CAST(round({square}) AS HUGEINT))", squares), (f"max({f})", scale)],
        ),
    )
    summary.value = lambda at: p.real(f"sqrt(CAST({at(squares)} AS DOUBLE) / {at(scale)})", None)
    # A deviation is right to 1e-15 of the mean; below 1e-6 that is no longer nine digits of it.
    summary.doubts.append(lambda at: f"{at(squares)} > 0 AND {at(squares)} < 1e-12 * {at(scale)}")
    summary.doubts.append(
        lambda at: f"{at(squares)} > 0 AND {at(squares)} < {at(summary.used)} * CAST({_SURE} AS HUGEINT)"
    )


def _gini(figures: Figures, node: n.Aggregate, argument: Argument, summary: Summary) -> None:
    groups, rows = figures.groups, max(figures.groups.rows.base.rows, 1)
    weight_bits = 1
    if argument.per is not None:
        weight_bits = max(-argument.per.lo, argument.per.hi, 1).bit_length()
    bits = _BITS - 2 * rows.bit_length() - weight_bits
    r, weight, totals, weights = _weighted(figures, node, argument, summary, bits)
    limit = totals.most * (2**totals.bits if totals.bits is not None else 1) * 2**weight_bits * rows
    if limit >= p.BITS:
        raise BeyondError
    total = r.sql if totals.bits is None else figures.fixed(r, totals.bits)
    share = weight.sql if node.per is not None else "1"
    ratio = groups.keep(f"CAST({total} AS DOUBLE) / {share}")
    column = new_name("s")
    used = (
        f"WHERE {argument.state} = 0 AND {{unit}} IS NOT NULL"
        if argument.state
        else f"WHERE {total} IS NOT NULL AND {{unit}} IS NOT NULL"
    )
    before = f"OVER (PARTITION BY {{keys}} ORDER BY {ratio}, {total}, {share} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    dims = "".join(f", {d} AS d{i}" for i, d in enumerate(groups.dims))
    figures.rank(
        node,
        [column],
        f"SELECT {{level}} AS lv, y, {{unit}} AS u{dims}, "
        f"sum(r * coalesce(w, 0) - p * coalesce(t, 0)) AS {column} FROM ("
        f"SELECT {{keys}}, CAST({total} AS HUGEINT) AS r, CAST({share} AS HUGEINT) AS p, "
        f"sum(CAST({share} AS HUGEINT)) {before} AS w, sum(CAST({total} AS HUGEINT)) {before} AS t "
        f"FROM {{rows}} {used}) GROUP BY {{keys}}",
    )
    count = summary.used

    def value(at: At) -> Number:
        below = f"CAST({at(totals.column)} AS DOUBLE) * CAST({at(weights.column if weights else count)} AS DOUBLE)"
        return p.real(f"(CAST({at(column)} AS DOUBLE) / ({below}))", None)

    summary.value = value
    if totals.bits is not None:
        summary.doubts.append(lambda at: f"{at(column)} <> 0 AND abs({value(at).sql}) < 1e-6")


_WRITERS: Final = {
    "count": _count,
    "sum": _sum,
    "mean": _mean,
    "min": _extreme,
    "max": _extreme,
    "quantile": _quantile,
    "cv": _cv,
    "gini": _gini,
}
