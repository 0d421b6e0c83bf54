"""What a report counts: the shape of the tree, how many units meet, who falls short and by how far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction

from duxue.core.errors import Refused
from duxue.core.quantity import exact
from duxue.core.text import Text
from duxue.core.units import Unit, UnitTree
from duxue.formula.nodes import NA, SName, SNumber, SRange, Syntax
from duxue.formula.parse import parse
from duxue.reports.book import Book, By, attained
from duxue.reports.texts import t
from duxue.results.model import Result

EVERYWHERE = ""  # stands for the whole run where units have no common root
_MOST_COLUMNS = 8


@dataclass(frozen=True)
class Shape:
    """Which level of a tree plays which part: the finest is spread, the coarsest below the top gets pages."""

    top: Unit | None  # the unit that the report is about; None: several roots
    base: str  # level of the finest results
    minor: str | None  # level of the compact sections
    areas: str | None  # level of the pages
    between: tuple[str, ...]  # levels between areas and minor

    @property
    def root(self) -> str:
        """The code under which everything is counted."""
        return self.top.code if self.top else EVERYWHERE


def shape_of(book: Book, top: str | None = None) -> Shape:
    """Return the parts that the levels of a tree play, for any number of levels."""
    tree = book.tree
    with_results = {r.level for r in book.results}
    levels = [level for level in tree.levels if level in with_results] or list(tree.levels[:1]) or ["unit"]
    roots = [u for u in tree.units.values() if u.parent is None or u.parent not in tree.units]
    base = levels[0]
    unit = tree.units.get(top) if top else _covered(book, base, roots[0]) if len(roots) == 1 else None
    present = [level for level in tree.levels if any(u.level == level for u in tree.units.values())]
    after = present[present.index(base) + 1 :] if base in present else []
    middle = [
        level for level in after if unit is None or (level != unit.level and _is_below(tree, level, unit))
    ]
    areas = middle[-1] if len(middle) >= 2 else None
    return Shape(unit, base, middle[0] if middle else None, areas, tuple(middle[1:-1]))


def _covered(book: Book, base: str, root: Unit) -> Unit:
    """Return the lowest unit above the finest level that holds all units with values: data of one county are not a province."""
    held = {r.unit for r in book.results if r.level == base and r.status == "computed"}
    chains = [
        {
            c
            for c in book.tree.ancestors(code).values()
            if c in book.tree.units and book.tree.units[c].level != base
        }
        for code in held
    ]
    common = set.intersection(*chains) if chains else set()
    lowest = next(
        (u for level in book.tree.levels for u in book.tree.at_level(level) if u.code in common), None
    )
    return lowest or root


def _is_below(tree: UnitTree, level: str, unit: Unit) -> bool:
    return (
        list(tree.levels).index(level) < list(tree.levels).index(unit.level)
        if unit.level in tree.levels
        else True
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many judgements are met, not met, not computable."""

    good: int = 0
    bad: int = 0
    na: int = 0

    @property
    def all(self) -> int:
        """All judgements."""
        return self.good + self.bad + self.na

    @property
    def share(self) -> float | None:
        """Share met among all judgements."""
        return self.good / self.all if self.all else None

    def plus(self, result: Result) -> Tally:
        """Return the tally with one more judgement."""
        if result.status == "not_computable" or result.verdict == "not_computable":
            return replace(self, na=self.na + 1)
        if result.verdict == "met":
            return replace(self, good=self.good + 1)
        return replace(self, bad=self.bad + 1)


def is_judged(result: Result) -> bool:
    """Whether a result was measured against a standard or a rule, or should have been; what is out of scope was not."""
    if result.reason == NA.OUT_OF_SCOPE:
        return False
    return bool(result.verdict) or (
        result.status == "not_computable" and (result.kind == "verdict" or bool(result.standard))
    )


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A unit that falls short: the indicator it misses most and all that it misses."""

    verdict: Result
    worst: Result | None
    reached: Fraction | None
    missed: tuple[str, ...]
    over: Fraction = Fraction(0)  # largest value above a standard of 0, which has no percentage
    bounds: tuple[Fraction, ...] = ()  # shares that the verdict's rule asks for, such as 0.85


@dataclass(frozen=True)
class Family:
    """Indicators that stand side by side in a table: same section, same breakdowns, same kind."""

    title: Text
    indicators: tuple[str, ...]
    dispersion: bool
    bys: tuple[By, ...]

    def chunks(self) -> Sequence[tuple[str, ...]]:
        """Return the indicators in pieces that fit beside each other."""
        count = -(-len(self.indicators) // _MOST_COLUMNS)
        size = -(-len(self.indicators) // count) if count else 1
        return [self.indicators[i : i + size] for i in range(0, len(self.indicators), size)]


class Counts:
    """Everything counted once over all results of a year."""

    def __init__(self, book: Book, shape: Shape) -> None:
        """Count judgements below every unit, by indicator, level and breakdown; collect who falls short."""
        self.book, self.shape = book, shape
        cells: dict[tuple[str, str, str, By | None], list[int]] = defaultdict(lambda: [0, 0, 0])
        tree = book.tree
        for result in book.results:
            if not is_judged(result):
                continue
            place = (
                2
                if result.status == "not_computable" or result.verdict == "not_computable"
                else 0
                if result.verdict == "met"
                else 1
            )
            for code in (*tree.ancestors(result.unit).values(), EVERYWHERE):
                cells[result.indicator, result.level, code, result.by][place] += 1
                cells[result.indicator, result.level, code, None][place] += 1
        self._tallies = {key: Tally(*counts) for key, counts in cells.items()}
        self.base_verdict = self._find_base_verdict()
        self.shortfalls = self._find_shortfalls()
        self.below: dict[str, list[Shortfall]] = defaultdict(list)
        for short in self.shortfalls:
            for code in (*tree.ancestors(short.verdict.unit).values(), EVERYWHERE):
                self.below[code].append(short)

    def tally(self, indicator: str, level: str, under: str, by: By | None = None) -> Tally:
        """Return the tally of one indicator or verdict at `level` below (or at) the unit `under`; by None: all."""
        return self._tallies.get((indicator, level, under, by), Tally())

    def bys(self, indicator: str, level: str) -> list[By]:
        """Return the breakdowns for which there are results, in the pack's order."""
        return sorted({r.by for r in self.book.of_level.get((level, indicator), ())}, key=self.book.by_order)

    def families(self, level: str) -> list[Family]:
        """Return the indicators with results at a level, grouped for tables in pack order."""
        book = self.book
        titles = {s.id: s.title.text for s in book.pack.report.sections} if book.pack.report else {}
        groups: dict[tuple[str, bool, tuple[str, ...]], list[str]] = {}
        for spec in book.pack.indicators:
            if (level, spec.id) in book.of_level:
                groups.setdefault((spec.group or "", book.is_dispersion(spec.id), spec.by), []).append(
                    spec.id
                )
        unknown = [
            i for lv, i in book.of_level if lv == level and i not in book.specs and i not in book.verdicts
        ]
        if unknown:
            groups[("", False, ())] = [*groups.get(("", False, ()), []), *dict.fromkeys(unknown)]
        out = []
        for (group, dispersion, _), ids in groups.items():
            bys = sorted({r.by for i in ids for r in book.of_level[level, i]}, key=book.by_order)
            title = titles.get(group) or (
                t("cv") if dispersion else t("others") if len(groups) > 1 else t("indicator")
            )
            out.append(Family(title, tuple(ids), dispersion, tuple(bys)))
        return out

    def verdicts_at(self, level: str) -> list[str]:
        """Return the verdicts with results at a level, in pack order."""
        return [v.id for v in self.book.pack.verdicts if (level, v.id) in self.book.of_level]

    def dispersion_of(self, indicator: str, level: str) -> str | None:
        """Return the coefficient of variation that belongs to an indicator (L1 -> L1_cv), when the level has it."""
        for name in (f"{indicator}_cv", f"cv_{indicator}"):
            if (level, name) in self.book.of_level and self.book.is_dispersion(name):
                return name
        return None

    def results_under(self, level: str, indicator: str, under: str) -> list[Result]:
        """Return the results of one indicator at a level below the unit `under`."""
        results = self.book.of_level.get((level, indicator), [])
        if under == EVERYWHERE:
            return results
        return [r for r in results if under in self.book.tree.ancestors(r.unit).values()]

    def is_judged(self, level: str, under: str) -> bool:
        """Whether anything at a level below (or at) a unit met or missed a standard or a rule."""
        ids = [i for lv, i in self.book.of_level if lv == level]
        tallies = (self.tally(i, level, under) for i in ids)
        return any(tally.good or tally.bad for tally in tallies)

    def named_by(self, verdict: str) -> frozenset[str]:
        """Return the indicators that a verdict's rule names, those of the verdicts it rests on included."""
        named = {name for rule in self._rules(verdict) for name in self._names(rule)}
        return frozenset(named & self.book.specs.keys())

    def bounds_in(self, verdict: str) -> tuple[Fraction, ...]:
        """Return the numbers that a verdict's rule compares with, such as 0.85, those of the verdicts below included."""
        parts = (part for rule in self._rules(verdict) for part in _leaves(rule))
        return tuple(sorted({part.value for part in parts if isinstance(part, SNumber)}))

    def _rules(self, verdict: str) -> Iterator[Syntax]:
        """Yield the rule of a verdict and those of the verdicts it rests on, as they are written."""
        waiting, seen = [verdict], set[str]()
        while waiting:
            spec = self.book.verdicts.get(waiting.pop())
            if spec is None or spec.id in seen:
                continue
            seen.add(spec.id)
            try:
                rule = parse(spec.rule)
            except Refused:  # a rule that cannot be read names nothing; the engine has said so already
                continue
            yield rule
            waiting += self._names(rule)

    def _names(self, rule: Syntax) -> Iterator[str]:
        """Yield the names in a rule; a range stands for all indicators from its first to its last."""
        order = [i.id for i in self.book.pack.indicators]
        for part in _leaves(rule):
            if isinstance(part, SName):
                yield part.parts[-1]
            elif isinstance(part, SRange) and part.first in order and part.last in order:
                yield from order[order.index(part.first) : order.index(part.last) + 1]

    def _find_base_verdict(self) -> str | None:
        verdicts = self.verdicts_at(self.shape.base)
        headline = self.book.pack.report.headline if self.book.pack.report else None
        return headline if headline in verdicts else verdicts[0] if verdicts else None

    def _find_shortfalls(self) -> list[Shortfall]:
        base, book = self.shape.base, self.book
        found = []
        if self.base_verdict:
            fails = [
                r
                for r in book.of_level[base, self.base_verdict]
                if r.status == "computed" and r.verdict == "not_met"
            ]
            named, bounds = self.named_by(self.base_verdict), self.bounds_in(self.base_verdict)
            for fail in fails:
                own = set(fail.by)
                missed = [
                    r
                    for r in book.of_unit[fail.unit]
                    if r.kind == "indicator"
                    and r.level == base
                    and r.verdict == "not_met"
                    and own <= set(r.by)
                    and (not named or r.indicator in named)
                ]
                found.append(replace(_shortfall(fail, missed), bounds=bounds))
        else:
            groups: dict[tuple[str, By], list[Result]] = defaultdict(list)
            for result in book.results:
                if result.level == base and result.kind == "indicator" and result.verdict == "not_met":
                    groups[result.unit, result.by].append(result)
            found = [_shortfall(missed[0], missed) for missed in groups.values()]
        return sorted(
            found,
            key=lambda s: (
                s.reached if s.reached is not None else Fraction(2),
                -s.over,
                s.verdict.unit,
                s.verdict.by,
            ),
        )


def _leaves(part: object) -> Iterator[SName | SRange | SNumber]:
    """Yield the names, ranges and numbers in a rule as it is written."""
    if isinstance(part, SName | SRange | SNumber):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _leaves(item)
    elif is_dataclass(part):
        for f in fields(part):
            yield from _leaves(getattr(part, f.name))


def _shortfall(verdict: Result, missed: Sequence[Result]) -> Shortfall:
    # A share of nothing says nothing: one class too many would read 0% and stand before all others.
    reached = [(attained(r), r) for r in missed if r.threshold != 0]
    none_allowed = [(abs(exact(r.margin)), r) for r in missed if r.threshold == 0 and r.margin is not None]
    known = [(a, r) for a, r in reached if a is not None]
    worst = min(known, key=lambda pair: (pair[0], pair[1].indicator), default=None)
    ids = tuple(dict.fromkeys(r.indicator for r in missed))
    if worst is None and none_allowed:
        over, most = max(none_allowed, key=lambda pair: (pair[0], pair[1].indicator))
        return Shortfall(verdict, most, None, ids, over)
    if worst is None:
        return Shortfall(verdict, missed[0] if missed else None, None, ids)
    return Shortfall(verdict, worst[1], worst[0], ids)
