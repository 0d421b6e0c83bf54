"""The text of formulas, drawn: what a pack's author may write, including what a careful one would not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

NUMBERS = ("0", "1", "2", "3", "7", "0.5", "0.1", "1.32", "100", "2500", "0.000001")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
T = TypeVar("T")


@cache
def _up_to(n: int) -> st.SearchStrategy[int]:
    return st.integers(0, n)


@dataclass(frozen=True)
class Pick:
    """Choices, drawn one by one (strategies built anew for each draw would take most of the time)."""

    draw: st.DrawFn

    def one(self, options: Sequence[T]) -> T:
        """Return one of the options; earlier ones are simpler."""
        return options[self.draw(_up_to(len(options) - 1))]

    def chance(self, one_in: int) -> bool:
        """Return True once in so many draws."""
        return self.draw(_up_to(one_in - 1)) == one_in - 1


@dataclass(frozen=True)
class Names:
    """The names that formulas over the rows of one form may use."""

    numbers: tuple[str, ...]
    booleans: tuple[str, ...]
    categories: tuple[tuple[str, tuple[str, ...]], ...]  # column, values
    totals: tuple[str, ...] = ()  # columns of another form that can be summed over it
    total_conditions: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    has_period: bool = True
    others: tuple[str, ...] = field(default=())  # indicators and constants, for groups
    extra: tuple[str, ...] = field(default=())  # aggregates over other forms


def row_number(pick: Pick, names: Names, depth: int = 2) -> str:
    """Return a number per row."""
    if depth == 0 or pick.chance(4):
        return pick.one(names.numbers) if not pick.chance(4) else pick.one(NUMBERS)
    forms = ["plain", "plain", "+-*/", "+-*/", "ratio", "minus", "round", "choose", "if"]
    forms += (
        ["previous"] * names.has_period
        + ["portion", "portion"] * bool(names.within)
        + ["total", "total"] * bool(names.totals)
    )
    form = pick.one(forms)
    if form == "+-*/":
        return (
            f"({row_number(pick, names, depth - 1)} {pick.one('+-*/')} {row_number(pick, names, depth - 1)})"
        )
    if form == "ratio":
        return f"({pick.one(names.numbers)} / {pick.one(names.numbers)})"
    if form == "minus":
        return f"(-{pick.one(names.numbers)})"
    if form == "round":
        return f"{pick.one(('abs', 'floor', 'ceil'))}({row_number(pick, names, depth - 1)})"
    if form == "choose":
        fn = pick.one(("least", "greatest", "coalesce"))
        return f"{fn}({row_number(pick, names, depth - 1)}, {row_number(pick, names, depth - 1)})"
    if form == "if":
        test = row_condition(pick, names, depth - 1)
        return f"if({test}, {row_number(pick, names, depth - 1)}, {row_number(pick, names, depth - 1)})"
    if form == "previous":
        return f"previous({row_number(pick, names, depth - 1)})"
    if form == "portion":
        return f"portion({row_number(pick, names, depth - 1)}, within: {pick.one(names.within)})"
    if form == "total":
        where = f", where: {pick.one(names.total_conditions)}" if pick.chance(2) else ""
        return f"total({pick.one(names.totals)}{where})"
    return pick.one(names.numbers)


def row_condition(pick: Pick, names: Names, depth: int = 2) -> str:
    """Return a condition per row."""
    forms = ["compare", "compare", "flag", "is", "in"]
    if depth:
        forms += ["logic", "logic", "not", "missing"]
    form = pick.one(forms)
    below = max(depth - 1, 0)
    if form == "flag":
        return pick.one(names.booleans)
    if form in ("is", "in"):
        column, values = pick.one(names.categories)
        if form == "is":
            return f"({column} {pick.one(('==', '!='))} {pick.one(values)})"
        return f"({column} {pick.one(('in', 'not in'))} ({pick.one(values)}, {pick.one(values)}))"
    if form == "logic":
        return f"({row_condition(pick, names, below)} {pick.one(('and', 'or'))} {row_condition(pick, names, below)})"
    if form == "not":
        return f"(not {row_condition(pick, names, below)})"
    if form == "missing":
        return f"is_missing({row_number(pick, names, below)})"
    return f"({row_number(pick, names, below)} {pick.one(COMPARISONS)} {row_number(pick, names, below)})"


def aggregate(pick: Pick, names: Names) -> str:
    """Return one aggregate over the rows of the home, or over another form."""
    if names.extra and pick.chance(8):
        return pick.one(names.extra)

    def x() -> str:
        return row_number(pick, names, 1) if pick.chance(2) else pick.one(names.numbers)

    def test() -> str:
        return row_condition(pick, names, 1)

    where = f", where: {test()}" if pick.chance(3) else ""
    per = f", per: {x()}" if pick.chance(2) else ""
    fn = pick.one(
        (
            "sum",
            "sum",
            "sum",
            "count",
            "count_if",
            "share",
            "share_of",
            "mean",
            "min",
            "max",
            "median",
            "quantile",
            "cv",
            "cv",
            "gini",
        )
    )
    if fn == "count":
        return f"count({where.removeprefix(', ')})"
    if fn in ("count_if", "share"):
        return f"{fn}({test()}{where})"
    if fn == "share_of":
        return f"share({test()}, of: {x()}{where})"
    if fn == "quantile":
        return f"quantile({x()}, {pick.one(('0.9', '0', '0.1', '0.25', '1', '0.333'))}{where})"
    return f"{fn}({x()}{per if fn in ('mean', 'cv', 'gini') else ''}{where})"


def group_number(pick: Pick, names: Names, depth: int = 2) -> str:
    """Return a number per group: an indicator's formula."""
    forms = ["aggregate", "aggregate", "ratio", "ratio", "other"]
    if depth:
        forms += ["+-*/", "+-*/", "one", "two", "if", "trend", "earlier"]
    form = pick.one(forms)

    def part() -> str:
        return group_number(pick, names, depth - 1) if not pick.chance(3) else pick.one(NUMBERS)

    if form == "ratio":
        return f"{aggregate(pick, names)} / {aggregate(pick, names)}"
    if form == "other" and names.others:
        return pick.one(names.others)
    if form == "+-*/":
        return f"({group_number(pick, names, depth - 1)} {pick.one('+-*/')} {part()})"
    if form == "one":
        return f"{pick.one(('abs', 'floor', 'ceil', 'previous', 'change', 'growth'))}({group_number(pick, names, depth - 1)})"
    if form == "two":
        return (
            f"{pick.one(('least', 'greatest', 'coalesce'))}({group_number(pick, names, depth - 1)}, {part()})"
        )
    if form == "if":
        test = f"{group_number(pick, names, depth - 1)} {pick.one(COMPARISONS)} {part()}"
        return f"if({test}, {group_number(pick, names, depth - 1)}, {part()})"
    if form == "trend":
        return f"trend({group_number(pick, names, depth - 1)}, {pick.one('23')})"
    if form == "earlier":
        return f"previous({group_number(pick, names, depth - 1)}, 2)"
    return aggregate(pick, names)
