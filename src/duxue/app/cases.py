"""Recompute a pack's worked cases with the reference engine, and say which published figures hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from duxue.app.evaluating import rules_of
from duxue.core.quantity import exact, round_half_up
from duxue.core.text import Text
from duxue.core.units import Unit, UnitTree
from duxue.engines.data import Data, Given
from duxue.engines.reference import Reference, World
from duxue.microdata.inline import table_of
from duxue.microdata.snapshot import build_tree
from duxue.packs.cases import Expectation, LoadedCase, PublishedWrong, load_cases
from duxue.packs.loader import LoadedPack
from duxue.packs.schema import Pack, Source
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan
from duxue.results.judge import judge
from duxue.results.model import Result, Value

By = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation beside what came out."""

    what: str  # indicator or verdict
    unit: str
    year: int | None
    by: By
    expected: str
    found: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Mistake:
    """A published figure that does not follow from the published data; `ok` when the recomputation shows just that."""

    indicator: str
    unit: str
    unit_name: Text
    year: int | None
    by: By
    published: Fraction
    recomputed: str
    reason: Text
    ok: bool


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One worked case, recomputed."""

    id: str
    title: Text
    source: Source
    outcomes: tuple[Outcome, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def ok(self) -> bool:
        """Whether everything came out as published, and every published error was found."""
        return all(o.ok for o in self.outcomes) and all(m.ok for m in self.mistakes)


def run_cases(loaded: LoadedPack, progress: Callable[[Text], None] = lambda _: None) -> list[CaseResult]:
    """Recompute every worked case of a pack."""
    plan = build_plan(loaded.pack)
    results = []
    for case in load_cases(loaded).cases:
        progress(case.case.title.text)
        results.append(_run(loaded.pack, plan, case))
    return results


def _run(pack: Pack, plan: Plan, loaded: LoadedCase) -> CaseResult:
    case = loaded.case
    tables = {form.id: table_of(form, loaded.rows.get(form.id, ())) for form in pack.forms}
    years = sorted(
        {
            y
            for form in pack.forms
            if form.period
            for y in tables[form.id].column(form.period).to_pylist()
            if y
        }
    )
    given = {
        (
            g.indicator,
            g.unit,
            g.year if g.year is not None else years[0],
            _by(g.by, plan.indicator(g.indicator).by),
        ): g.value
        for g in loaded.given
    }
    years = sorted({*years, *(key[2] for key in given)})
    tree = _tree(pack, tables, loaded)
    data = Data(tables, tree, given)
    world = World(plan, data)
    values = _values(plan, world, loaded, years, given)
    judged = judge(
        pack, values, rules_of(pack), tree, lambda v: exact(v.value) if v.value is not None else Fraction(0)
    )
    found: dict[tuple[str, str, int | None, By], Result] = {
        (r.indicator, r.unit, r.year, r.by): r for r in judged
    }
    source = case.source if isinstance(case.source, Source) else pack.sources[case.source]
    only_year = years[0] if len(years) == 1 else None
    return CaseResult(
        case.id,
        case.title.text,
        source,
        tuple(_compare(pack, plan, e, found, only_year) for e in loaded.expected),
        tuple(_mistake(plan, w, found, tree, only_year) for w in case.published_wrong),
    )


def _values(plan: Plan, world: World, loaded: LoadedCase, years: Sequence[int], given: Given) -> list[Value]:
    """Return all values the data give, the given ones, and those expected of units for which the data hold no rows."""
    values = Reference().values(plan, world.data, years)
    have = {(v.indicator, v.unit, v.year, v.by) for v in values}
    wanted: dict[tuple[str, str, int, By], None] = dict.fromkeys(given)
    for e in loaded.expected:
        if e.indicator is not None:
            year = e.year if e.year is not None else years[0]
            wanted[e.indicator, e.unit, year, _by(e.by, plan.indicator(e.indicator).by)] = None
    for key in wanted:
        id, unit, year, by = key
        if key not in have and (known := world.tree(year).units.get(unit)):
            values.append(world.value(plan.indicator(id), known.level, unit, year, by))
    return values


def _compare(
    pack: Pack,
    plan: Plan,
    e: Expectation,
    found: Mapping[tuple[str, str, int | None, By], Result],
    only: int | None,
) -> Outcome:
    what = e.indicator or e.verdict_id or ""
    dims = (
        plan.indicator(e.indicator).by if e.indicator else next(v.by for v in pack.verdicts if v.id == what)
    )
    year = e.year if e.year is not None else only
    by = _by(e.by, dims)
    result = found.get((what, e.unit, year, by))
    expected, seen, ok = [], [], True
    if e.value is not None:
        shown, good = _same(result, e.value, e.decimals, e.tolerance)
        expected.append(
            _text(e.value, e.decimals) + (f" ± {_text(e.tolerance)}" if e.tolerance is not None else "")
        )
        seen.append(shown)
        ok &= good
    if e.verdict is not None:
        expected.append(e.verdict)
        seen.append(result.verdict if result else "-")
        ok &= result is not None and result.verdict == e.verdict
    if e.na:
        expected.append(e.na)
        seen.append(result.reason if result else "-")
        ok &= result is not None and result.reason == e.na
    return Outcome(what, e.unit, year, by, " ".join(expected), " ".join(seen), ok)


def _same(
    result: Result | None, published: Fraction, decimals: int | None, tolerance: Fraction | None
) -> tuple[str, bool]:
    if result is None or result.value is None:
        return (result.reason if result else "-"), False
    value = exact(result.value)
    if decimals is not None:
        rounded = round_half_up(value, decimals)
        return f"{rounded:f}", exact(rounded) == published
    if tolerance is not None:
        return _text(value, 6), abs(value - published) <= tolerance
    return _text(value), value == published


def _mistake(
    plan: Plan,
    w: PublishedWrong,
    found: Mapping[tuple[str, str, int | None, By], Result],
    tree: Callable[[int], UnitTree],
    only: int | None,
) -> Mistake:
    year = w.year if w.year is not None else only
    by = _by(w.by, plan.indicator(w.indicator).by)
    result = found.get((w.indicator, w.unit, year, by))
    places = w.decimals if w.decimals is not None else _places(w.recomputed)
    shown, same = _same(result, w.recomputed, places, None)
    unit = tree(year or 0).units.get(w.unit)
    name = unit.name if unit else Text(w.unit, w.unit)
    return Mistake(w.indicator, w.unit, name, year, by, w.published, shown, w.reason.text, same)


def _places(value: Fraction) -> int:
    """Return how many decimals a published decimal number has."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return places


def _text(value: Fraction, decimals: int | None = None) -> str:
    if decimals is None:
        return str(value.numerator) if value.denominator == 1 else f"{float(value):.12g}"
    return f"{round_half_up(value, decimals):f}"


def _by(by: Mapping[str, str], dims: Sequence[str]) -> By:
    return tuple((d, by[d]) for d in dims if d in by)


def _tree(pack: Pack, tables: Mapping[str, Any], loaded: LoadedCase) -> Callable[[int], UnitTree]:
    levels = [level.id for level in pack.levels]
    extra = [
        Unit(u.code, u.name.text if u.name else Text(u.code, u.code), u.level, u.parent)
        for u in loaded.case.units
    ]

    @cache
    def tree(year: int) -> UnitTree:
        registered = build_tree(tables, pack.forms, levels, year)
        return UnitTree.build(levels, [*registered.units.values(), *extra])

    return tree
