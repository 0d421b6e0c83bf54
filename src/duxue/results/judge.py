"""From values to judged results: the standards that hold, and the verdicts that follow from them.

What is unknown stays unknown unless it cannot matter: a school that misses two of seven standards does not reach six,
whatever the one that cannot be computed might be. Rules are therefore evaluated over intervals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from duxue.core.quantity import Number, exact
from duxue.core.text import Text, same
from duxue.core.units import UnitTree
from duxue.formula import nodes as n
from duxue.packs.dated import day_of, holding
from duxue.packs.schema import Pack, Standard, Verdict
from duxue.results.compare import NEAR, Truth, all_of, any_of, attainment, compare, limit_of, written
from duxue.results.model import Judgement, Result, Value
from duxue.results.reasons import reason_text

By = tuple[tuple[str, str], ...]
Key = tuple[str, str, int | None]  # level, unit, year
Flags = Mapping[tuple[str, str, int | None, By], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Span:
    """A number of which only bounds may be known; None is unbounded."""

    low: Number | None
    high: Number | None


@dataclass(slots=True)
class _Seen:
    """What a rule looked at: how many things, how many of them met, and why some are unknown."""

    total: int = 0
    met: int = 0
    scoped_out: int = 0
    reason: str = ""


def judge(
    pack: Pack,
    values: Sequence[Value],
    rules: Mapping[str, n.Typed],
    tree: Callable[[int], UnitTree],
    exact_value: Callable[[Value], Fraction],
    flags: Flags | None = None,
) -> list[Result]:
    """Return the judged results in the order of `values`, then the verdicts in the order of the pack.

    `rules` are the typed rules of the verdicts; `exact_value` recomputes a value exactly when a double is too close to
    its standard to decide.
    """
    court = _Court(pack, rules, tree, exact_value, flags or {})
    indicators = [court.indicator(value) for value in values]
    for result in indicators:
        court.by_unit[result.level, result.unit, result.year][result.indicator].append(result)
    verdicts = [result for verdict in _in_order(pack.verdicts, rules) for result in court.verdict(verdict)]
    position = {v.id: i for i, v in enumerate(pack.verdicts)}
    verdicts.sort(key=lambda r: position[r.indicator])
    return indicators + verdicts


class _Court:
    def __init__(
        self,
        pack: Pack,
        rules: Mapping[str, n.Typed],
        tree: Callable[[int], UnitTree],
        exact_value: Callable[[Value], Fraction],
        flags: Flags,
    ) -> None:
        self.pack = pack
        self.rules = rules
        self.tree = tree
        self.exact_value = exact_value
        self.values: dict[tuple[str, str, str, int | None, By], Value] = {}
        self._surely = False  # whether figures are looked at in fractions
        self.flags = flags
        self.standards: dict[str, list[Standard]] = defaultdict(list)
        for standard in pack.standards:
            self.standards[standard.indicator].append(standard)
        self.by_unit: dict[Key, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
        self.verdicts: dict[str, list[Result]] = defaultdict(list)
        self._below: dict[tuple[str, str], dict[tuple[str, int | None], list[Result]]] = {}
        self._held: dict[tuple[str, str, int | None, By, str], Standard | None] = {}
        self._names: dict[tuple[str, int | None], Text] = {}
        self._regional = {i for i, held in self.standards.items() if any(s.region for s in held)}

    # --- indicators ---------------------------------------------------------------------------------------------------
    def indicator(self, value: Value) -> Result:
        """Return the judged result of one value."""
        standard = self._standard(value)
        if isinstance(value.value, float):
            self.values[value.indicator, value.level, value.unit, value.year, value.by] = value
        found: tuple[Judgement, Number | None, Number | None] = ("", None, None)
        if standard is not None:
            found = ("not_computable", None, None)
            if value.value is not None:
                outcome = compare(value.value, standard, lambda: self.exact_value(value))
                found = ("met" if outcome.met else "not_met", outcome.margin, outcome.attainment)
        flags = self.flags.get((value.indicator, value.unit, value.year, value.by), ())
        return Result(
            unit=value.unit,
            unit_name=self._name(value.unit, value.year),
            level=value.level,
            year=value.year,
            by=value.by,
            indicator=value.indicator,
            kind="indicator",
            value=value.value,
            status="computed" if value.value is not None else "not_computable",
            reason=value.reason,
            reason_text=reason_text(self.pack, value) if value.reason else None,
            numerator=value.numerator,
            denominator=value.denominator,
            rows=value.rows,
            left_out=value.left_out,
            standard=written(standard) if standard else "",
            threshold=limit_of(standard) if standard else None,
            verdict=found[0],
            margin=found[1],
            attainment=found[2],
            flags=(*flags, "left_out") if value.left_out and value.value is not None else flags,
        )

    def _standard(self, value: Value) -> Standard | None:
        held = self.standards.get(value.indicator)
        if not held or value.year is None:
            return None
        unit = value.unit if value.indicator in self._regional else ""
        key = (value.indicator, value.level, value.year, value.by, unit)
        if key not in self._held:
            chain = list(self.tree(value.year).ancestors(unit).values()) if unit else []
            of_level = [s for s in held if s.level in (None, value.level)]
            self._held[key] = holding(of_level, dict(value.by), chain, day_of(value.year, self.pack.as_of))
        return self._held[key]

    def _name(self, unit: str, year: int | None) -> Text:
        key = (unit, year)
        if key not in self._names:
            found = self.tree(year).units.get(unit) if year is not None else None
            self._names[key] = found.name if found else same(unit)
        return self._names[key]

    # --- verdicts -----------------------------------------------------------------------------------------------------
    def verdict(self, verdict: Verdict) -> list[Result]:
        """Return the verdict on every unit of its level that anything is known about."""
        rule = self.rules[verdict.id]
        found = []
        for unit, year, by in self._judged_units(verdict, rule):
            seen = _Seen()
            truth = self._truth(rule, verdict.level, unit, year, by, seen)
            if truth is None and seen.total == 0 and seen.scoped_out:
                seen.reason = n.NA.OUT_OF_SCOPE.value
            if truth is None and seen.total == 0 and not seen.reason:
                continue  # no standard holds on this date, so there is nothing to conclude
            reason = "" if truth is not None else seen.reason or n.NA.NO_ROWS.value
            found.append(
                Result(
                    unit=unit,
                    unit_name=self._name(unit, year),
                    level=verdict.level,
                    year=year,
                    by=by,
                    indicator=verdict.id,
                    kind="verdict",
                    value=None,
                    status="computed" if truth is not None else "not_computable",
                    reason=reason,
                    reason_text=reason_text(self.pack, reason) if reason else None,
                    numerator=Fraction(seen.met),
                    denominator=Fraction(seen.total),
                    rows=seen.total,
                    verdict="met" if truth else "not_met" if truth is False else "not_computable",
                )
            )
        self.verdicts[verdict.id] = found
        return found

    def _judged_units(self, verdict: Verdict, rule: n.Typed) -> list[tuple[str, int | None, By]]:
        named = {i for node in n.walk(rule) for i in named_in(node)}
        units: dict[tuple[str, int | None, By], None] = {}
        for (level, unit, year), results in self.by_unit.items():
            if level == verdict.level:
                for id in named & results.keys():
                    for r in results[id]:
                        if (by := _project(r.by, verdict.by)) is not None:
                            units[unit, year, by] = None
        for node in n.walk(rule):
            if isinstance(node, n.OverVerdicts):
                for (unit, year), below in self._results_below(node.id, verdict.level).items():
                    for r in below:
                        if (by := _project(r.by, verdict.by)) is not None:
                            units[unit, year, by] = None
        return sorted(units, key=lambda u: (u[1] or 0, u[0], u[2]))

    def _results_below(self, id: str, level: str) -> dict[tuple[str, int | None], list[Result]]:
        if (id, level) not in self._below:
            below: dict[tuple[str, int | None], list[Result]] = defaultdict(list)
            for r in self.verdicts[id]:
                unit = self.tree(r.year).ancestor(r.unit, level) if r.year is not None else None
                if unit is not None:
                    below[unit, r.year].append(r)
            self._below[id, level] = dict(below)
        return self._below[id, level]

    def _truth(self, node: n.Typed, level: str, unit: str, year: int | None, by: By, seen: _Seen) -> Truth:
        if isinstance(node, n.Const):
            return bool(node.value)
        if isinstance(node, n.Not):
            inner = self._truth(node.x, level, unit, year, by, seen)
            return None if inner is None else not inner
        if isinstance(node, n.Logic):
            sides = [self._truth(x, level, unit, year, by, seen) for x in (node.a, node.b)]
            return all_of(sides) if node.op == "and" else any_of(sides)
        if isinstance(node, n.If):
            test = self._truth(node.test, level, unit, year, by, seen)
            yes, no = (self._truth(x, level, unit, year, by, seen) for x in (node.yes, node.no))
            return yes if test is True or (test is None and yes is no) else no if test is False else None
        if isinstance(node, n.Compare):
            a, b = (self._number(x, level, unit, year, by, seen) for x in (node.a, node.b))
            if _in_doubt(a, b) and not self._surely:
                # 85% of a standard, computed in doubles, may lie a hair below 0.85: look again in fractions.
                self._surely = True
                again = _Seen()  # what the rule looked at is counted already
                a, b = (self._number(x, level, unit, year, by, again) for x in (node.a, node.b))
                self._surely = False
            return _compare_spans(node.op, a, b)
        if isinstance(node, n.AllMet):
            judged = self._judged(node.indicators, level, unit, year, by, seen)
            return all_of([_truth_of(r) for r in judged]) if judged else None
        if isinstance(node, n.OverVerdicts):
            truths = self._over(node, level, unit, year, by, seen)
            if not truths:
                return None
            return all_of(truths) if node.fn == "every" else any_of(truths)
        raise TypeError(f"a rule holds no {type(node).__name__} as a truth")

    def _number(self, node: n.Typed, level: str, unit: str, year: int | None, by: By, seen: _Seen) -> Span:
        if isinstance(node, n.Const):
            assert isinstance(node.value, Fraction)
            return Span(node.value, node.value)
        if isinstance(node, n.Met):
            truths = [_truth_of(r) for r in self._judged(node.indicators, level, unit, year, by, seen)]
            if not truths:  # out of scope, or no standard holds: that is not a count of 0
                return Span(None, None)
            return Span(Fraction(truths.count(True)), Fraction(truths.count(True) + truths.count(None)))
        if isinstance(node, n.LowestAttainment):
            judged = self._judged(node.indicators, level, unit, year, by, seen)
            known = [self._attained(r) for r in judged if r is not None and r.attainment is not None]
            low = min(known) if known else None
            return Span(low if len(known) == len(judged) else None, low)
        if isinstance(node, n.OverVerdicts):
            truths = self._over(node, level, unit, year, by, seen)
            if not truths:
                return Span(None, None)
            low_count, high_count = truths.count(True), truths.count(True) + truths.count(None)
            whole = 1 if node.fn == "count_met" else len(truths)
            return Span(Fraction(low_count, whole), Fraction(high_count, whole))
        if isinstance(node, n.Indicator):
            for r in self.by_unit.get((level, unit, year), {}).get(node.id, ()):
                if r.value is not None and fits(r.by, by):
                    value = self._exactly(r) if self._surely else r.value
                    return Span(value, value)
            seen.reason = seen.reason or n.NA.DEPENDS.value
            return Span(None, None)
        if isinstance(node, n.Convert):
            inner = self._number(node.x, level, unit, year, by, seen)
            return Span(*(None if v is None else v * node.factor for v in (inner.low, inner.high)))
        if isinstance(node, n.Arithmetic | n.Negate):
            return self._arithmetic(node, level, unit, year, by, seen)
        raise TypeError(f"a rule holds no {type(node).__name__} as a number")

    def _exactly(self, result: Result) -> Fraction:
        """Return a computed figure as a fraction."""
        if isinstance(result.value, Fraction):
            return result.value
        return self.exact_value(
            self.values[result.indicator, result.level, result.unit, result.year, result.by]
        )

    def _attained(self, result: Result) -> Number:
        """Return a figure's attainment: as it was computed, or exactly when a comparison is in doubt."""
        assert result.attainment is not None
        if not self._surely or isinstance(result.attainment, Fraction) or result.threshold is None:
            return result.attainment
        return attainment(
            self._exactly(result), result.threshold, result.standard, met=result.verdict == "met"
        )

    def _arithmetic(
        self, node: n.Arithmetic | n.Negate, level: str, unit: str, year: int | None, by: By, seen: _Seen
    ) -> Span:
        parts = (node.a, node.b) if isinstance(node, n.Arithmetic) else (node.x,)
        spans = [self._number(x, level, unit, year, by, seen) for x in parts]
        if any(s.low is None or s.low != s.high for s in spans):
            return Span(None, None)  # arithmetic over bounds is not needed by any rule we know
        values = [exact(s.low) for s in spans if s.low is not None]
        if isinstance(node, n.Negate):
            return Span(-values[0], -values[0])
        a, b = values
        if node.op == "/" and b == 0:
            return Span(None, None)
        result = a + b if node.op == "+" else a - b if node.op == "-" else a * b if node.op == "*" else a / b
        return Span(result, result)

    def _judged(
        self, ids: Iterable[str], level: str, unit: str, year: int | None, by: By, seen: _Seen
    ) -> list[Result | None]:
        """Return the results of indicators that have a standard; None for one of which the data hold nothing."""
        found: list[Result | None] = []
        at_unit = self.by_unit.get((level, unit, year), {})
        for id in ids:
            own = [r for r in at_unit.get(id, ()) if fits(r.by, by)]
            scoped = [r for r in own if r.reason != n.NA.OUT_OF_SCOPE.value]
            judged: list[Result | None] = [r for r in scoped if r.verdict]
            if len(scoped) < len(own) and self._in_force(id, level, unit, year, by):
                seen.scoped_out += len(own) - len(scoped)
            if not own and self._in_force(id, level, unit, year, by):
                judged = [None]
            found += judged
            seen.total += len(judged)
            for r in judged:
                seen.met += r is not None and r.verdict == "met"
                if r is None or r.verdict == "not_computable":
                    seen.reason = seen.reason or (r.reason if r is not None else n.NA.NO_ROWS.value)
        return found

    def _in_force(self, id: str, level: str, unit: str, year: int | None, by: By) -> bool:
        """Return whether any standard of an indicator holds for a unit on the day of the year's data."""
        held = self.standards.get(id)
        if not held or year is None:
            return False
        day = day_of(year, self.pack.as_of)
        chain = self.tree(year).ancestors(unit).values() if id in self._regional else ()
        return any(
            s.level in (None, level)
            and (s.from_ is None or s.from_ <= day)
            and (s.to is None or day <= s.to)
            and (s.region is None or s.region in chain)
            and fits(tuple(s.by.items()), by)
            for s in held
        )

    def _over(
        self, node: n.OverVerdicts, level: str, unit: str, year: int | None, by: By, seen: _Seen
    ) -> list[Truth]:
        results = [r for r in self._results_below(node.id, level).get((unit, year), []) if fits(r.by, by)]
        scoped = [r for r in results if r.reason != n.NA.OUT_OF_SCOPE.value]
        seen.scoped_out += len(results) - len(scoped)
        seen.total += len(scoped)
        seen.met += sum(r.verdict == "met" for r in scoped)
        seen.reason = seen.reason or next((r.reason for r in scoped if r.reason), "")
        return [_truth_of(r) for r in scoped]


def _truth_of(result: Result | None) -> Truth:
    if result is None or result.verdict == "not_computable":
        return None
    return result.verdict == "met"


def fits(by: By, wanted: By) -> bool:
    """Return whether a breakdown has every value that is wanted; a dimension that it lacks does not matter."""
    if not wanted or by == wanted:
        return True
    own = dict(by)
    return all(own.get(d, v) == v for d, v in wanted)


def _project(by: By, dims: Sequence[str]) -> By | None:
    if not dims:
        return ()
    if len(by) == len(dims) == 1:
        return by if by[0][0] == dims[0] else None
    own = dict(by)
    return tuple((d, own[d]) for d in dims) if all(d in own for d in dims) else None


def named_in(node: n.Typed) -> tuple[str, ...]:
    """Return the indicators that a part of a rule names itself."""
    if isinstance(node, n.Met | n.AllMet | n.LowestAttainment):
        return node.indicators
    return (node.id,) if isinstance(node, n.Indicator) else ()


def _in_doubt(a: Span, b: Span) -> bool:
    """Whether two bounds are so near each other that the rounding of doubles could decide."""
    ends = [(x, y) for x in (a.low, a.high) for y in (b.low, b.high) if x is not None and y is not None]
    return any(
        (isinstance(x, float) or isinstance(y, float))
        and abs(float(x) - float(y)) <= NEAR * max(1.0, abs(float(y)))
        for x, y in ends
    )


def _compare_spans(op: str, a: Span, b: Span) -> Truth:
    if op in ("<", "<="):
        return _compare_spans(">" if op == "<" else ">=", b, a)
    if op in ("==", "!="):
        if None not in (a.low, a.high, b.low, b.high) and a.low == a.high and b.low == b.high:
            return (a.low == b.low) is (op == "==")
        return None
    if a.low is not None and b.high is not None and (a.low >= b.high if op == ">=" else a.low > b.high):
        return True
    if a.high is not None and b.low is not None and not (a.high >= b.low if op == ">=" else a.high > b.low):
        return False
    return None


def _in_order(verdicts: Sequence[Verdict], rules: Mapping[str, n.Typed]) -> list[Verdict]:
    """Return the verdicts, each after those its rule refers to (cycles were refused by the pack's lint)."""
    by_id = {v.id: v for v in verdicts}
    done: dict[str, Verdict] = {}

    def add(verdict: Verdict) -> None:
        if verdict.id not in done:
            for node in n.walk(rules[verdict.id]):
                if isinstance(node, n.OverVerdicts) and node.id != verdict.id:
                    add(by_id[node.id])
            done[verdict.id] = verdict

    for verdict in verdicts:
        add(verdict)
    return list(done.values())
