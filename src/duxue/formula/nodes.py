"""The two trees of a formula: what was written (syntax) and what it means (typed).

Syntax nodes come from `parse`; typed nodes come from `infer`, which resolves every name, checks kinds and units of
measure, and rewrites convenience functions (share, change, growth, trend, mean per) into the few nodes below. Engines
see typed nodes only. Spans are offsets into the formula's text and do not take part in comparison, so that equal
aggregates are computed once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from duxue.core.measure import PLAIN, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator

Span = tuple[int, int]


# --- syntax -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SNumber:
    """A number as written."""

    value: Fraction
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SText:
    """A quoted text."""

    value: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SBool:
    """`true` or `false`."""

    value: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SName:
    """A name, possibly qualified by a form or population: `pupils`, `school.kind`."""

    parts: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SRange:
    """`L1..L7`: all indicators from the first to the last in pack order (rules only)."""

    first: str
    last: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SUnary:
    """`-x` or `not x`."""

    op: Literal["-", "not"]
    operand: Syntax
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SBinary:
    """Arithmetic, comparison, `and`, `or`."""

    op: str  # + - * / == != < <= > >= and or
    left: Syntax
    right: Syntax
    span: Span = field(compare=False)
    op_span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SAmong:
    """`x in (a, b)` or `x not in (a, b)`."""

    item: Syntax
    values: tuple[Syntax, ...]
    negated: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SCall:
    """`name(a, b, key: c)`."""

    name: str
    args: tuple[Syntax, ...]
    keywords: tuple[tuple[str, Syntax], ...]
    span: Span = field(compare=False)
    name_span: Span = field(compare=False)


Syntax = SNumber | SText | SBool | SName | SRange | SUnary | SBinary | SAmong | SCall


# --- typed ------------------------------------------------------------------------------------------------------------
Kind = Literal["number", "boolean", "text"]
Shape = Literal[
    "constant", "row", "group"
]  # constants fit anywhere; row: one value per data row; group: one per unit


class NA(StrEnum):
    """Why there is no value. Missing is not zero; division by zero is not infinity."""

    MISSING = "missing"  # a cell that the formula needs is empty
    ZERO_DIVISION = "zero_division"  # the denominator is 0
    NO_ROWS = "no_rows"  # the data hold no row for this unit
    OUT_OF_SCOPE = "out_of_scope"  # every row of the unit is excluded by the population's rules
    NO_PREVIOUS = "no_previous"  # the data hold no earlier period
    NO_CONSTANT = "no_constant"  # no constant is declared for this unit, breakdown and date
    DEPENDS = "depends"  # an indicator it refers to is not computable
    DOMAIN = "domain"  # the mean is not positive, so that a coefficient of variation has no meaning
    TOO_LARGE = "too_large"  # the figure is beyond what a double holds, about 1.8e308


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What every typed node knows: kind of value, unit of measure (numbers only) and shape."""

    kind: Kind
    shape: Shape
    measure: Measure = PLAIN
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Const(Typed):
    """A literal number, truth value, text or category."""

    value: Fraction | bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Typed):
    """A field of the row's own form, or of a form that the row points to (many to one, `joined` is True)."""

    form: str
    name: str
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackConstant(Typed):
    """A named constant of the pack; its value may depend on `by` (dimensions), the region and the date."""

    id: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Typed):
    """The value of another indicator for the same unit, period and breakdown."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Negate(Typed):
    """Arithmetic `-x`."""

    x: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Typed):
    """Logical `not x`; unknown stays unknown."""

    x: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic(Typed):
    """`a op b` with op one of + - * /."""

    op: Literal["+", "-", "*", "/"]
    a: Typed
    b: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Typed):
    """`a op b` with op one of == != < <= > >=; unknown when a side is unknown."""

    op: Literal["==", "!=", "<", "<=", ">", ">="]
    a: Typed
    b: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic(Typed):
    """`a and b`, `a or b` in Kleene's three-valued logic: false and unknown is false, true or unknown is true."""

    op: Literal["and", "or"]
    a: Typed
    b: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Among(Typed):
    """Whether `x` is one of constant `values`; unknown when x is unknown."""

    x: Typed
    values: tuple[Fraction | str | bool, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class If(Typed):
    """`if(test, yes, no)`; unknown when the test is unknown."""

    test: Typed
    yes: Typed
    no: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar(Typed):
    """abs, floor, ceil, least, greatest (unknown if any argument is), coalesce (first known), is_missing."""

    fn: Literal["abs", "floor", "ceil", "least", "greatest", "coalesce", "is_missing"]
    args: tuple[Typed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Convert(Typed):
    """`x` multiplied by the exact `factor` that leads from its unit of measure to this node's."""

    x: Typed
    factor: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous(Typed):
    """`x` as it was `years` periods earlier (for a row: the row with the same key)."""

    x: Typed
    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion(Typed):
    """Row level: x divided by the sum of x over the rows of the same form and period with equal `within` field."""

    x: Typed
    within: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Total(Typed):
    """Row level: the sum of `x` over the rows of `form` whose fields `on` equal this row's key (0 when there are none)."""

    form: str
    x: Typed
    where: Typed | None
    on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Typed):
    """One number from the rows of a unit (and breakdown) in `home`, a form or a population.

    sum and count of no rows are 0 when the unit has rows at all; the others are then not computable. `quantile` uses
    `parameter` in [0, 1] with linear interpolation between order statistics (Hyndman and Fan's type 7). `cv` and
    `gini` take x as a total per row when `per` (weights such as pupils) is given: see docs/methods. Rows whose `per`
    is 0, or whose argument divides by zero, are left out and counted. `complete` lists row expressions: rows in which
    one of them is missing are left out and counted (the indicator's rule `missing: leave_out`).
    """

    fn: Literal["sum", "count", "mean", "min", "max", "quantile", "cv", "gini"]
    home: str
    x: Typed | None = None
    per: Typed | None = None
    where: Typed | None = None
    parameter: Fraction | None = None
    complete: tuple[Typed, ...] = ()


# Rules of verdicts: counts over standards and over other verdicts.
@dataclass(frozen=True, slots=True, kw_only=True)
class Met(Typed):
    """How many of the indicators reach their standard (number), for the verdict's unit and breakdown."""

    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllMet(Typed):
    """Whether every listed indicator that has a standard reaches it."""

    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LowestAttainment(Typed):
    """The smallest attainment (value over standard, or standard over value where less is better) of the indicators."""

    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverVerdicts(Typed):
    """every, any: truth; share, count: number, of verdict `id` over the unit's own and lower units' results."""

    fn: Literal["every", "any", "share_met", "count_met"]
    id: str


def children(node: Typed) -> Iterator[Typed]:
    """Yield the typed nodes directly below `node`."""
    for f in fields(node):
        value = getattr(node, f.name)
        if isinstance(value, Typed):
            yield value
        elif isinstance(value, tuple):
            yield from (v for v in value if isinstance(v, Typed))


def walk(node: Typed) -> Iterator[Typed]:
    """Yield `node` and every typed node below it, outer first."""
    yield node
    for child in children(node):
        yield from walk(child)
