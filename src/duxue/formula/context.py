"""What the checker of one formula carries along: its names, the problems so far, and the size of what it builds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from duxue.core.measure import PLAIN, Measure, canonical
from duxue.core.text import Text, same
from duxue.formula.evaluate import evaluate
from duxue.formula.nodes import (
    Aggregate,
    Arithmetic,
    Const,
    Convert,
    If,
    Negate,
    Previous,
    Scalar,
    SName,
    SNumber,
    SText,
    Typed,
    children,
    walk,
)
from duxue.formula.problems import KINDS, suggest, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duxue.core.errors import Problem
    from duxue.formula.nodes import Kind, Shape, Span, Syntax
    from duxue.formula.scope import FormScope, Mode, Scope

MAX_COST = 2000
MOST_PROBLEMS = 50  # of one formula: whoever has more mends these first
MAX_YEARS = 10
PEOPLE = frozenset({"pupil", "teacher", "child", "staff", "person"})
_LINEAR = frozenset({"sum", "mean", "min", "max", "quantile"})
_ADOPTING = frozenset({"least", "greatest", "coalesce", "abs"})


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a part of a formula stands: one value per row of `home`, per unit, or in a rule."""

    mode: Mode
    home: str
    inside: str = ""  # the aggregate or total around it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong(Typed):
    """A part already reported as wrong: everything built on it keeps silent."""


WRONG = Wrong(kind="number", shape="constant")


class Context:
    """Problems, sizes and the rules of kinds and units that all parts of the checker share."""

    def __init__(self, source: str, scope: Scope) -> None:
        """Start with no problems."""
        self.source = source
        self.scope = scope
        self.problems: list[Problem] = []
        self._told: set[tuple[str, Span]] = set()
        self._facts: dict[int, tuple[int, int]] = {}
        self._kept: list[Typed] = []  # ids stay unique while the nodes live

    # reporting

    def refuse(self, code: str, span: Span, **values: object) -> Wrong:
        """Report a problem once and return the node that silences what follows from it."""
        if len(self.problems) < MOST_PROBLEMS and (code, span) not in self._told:
            self._told.add((code, span))
            self.problems.append(tell(code, self.source, span, **values))
        return WRONG

    def text(self, part: Syntax | Span) -> str:
        """Return the source of a part, shortened for a message."""
        start, end = part if isinstance(part, tuple) else part.span
        return brief(" ".join(self.source[start:end].split())) or "x"

    def form(self, home: str) -> FormScope | None:
        """Return the form behind a form or population id."""
        return self.scope.forms.get(self.scope.form_of(home))

    # building

    def make(self, node: Typed) -> Typed:
        """Return `node` after its size and its years back are within bounds, else report and silence."""
        size, years = 1, 0
        for child in children(node):
            child_size, child_years = self._facts.get(id(child), (1, 0))
            size, years = size + child_size, max(years, child_years)
        if isinstance(node, Previous):
            years += node.years
            if years > MAX_YEARS:
                return self.refuse("FML071", node.span, found=years, limit=MAX_YEARS)
        if size > MAX_COST:
            return self.refuse("FML070", node.span, limit=MAX_COST)
        self._facts[id(node)] = (size, years)
        self._kept.append(node)
        return node

    # kinds

    def need(self, kind: Kind, node: Typed, where: Text, span: Span | None = None) -> Typed:
        """Return `node` if it is of `kind`, else report what `where` needs."""
        if isinstance(node, Wrong) or node.kind == kind:
            return node
        at = span or node.span
        return self.refuse(
            "FML050", at, where=where, wanted=KINDS[kind], found=self.text(at), got=KINDS[node.kind],
            how=how_to_become(kind, node.kind),
        )  # fmt: skip

    # units of measure

    def unify(self, nodes: Sequence[Typed], spans: Sequence[Span]) -> tuple[list[Typed], Measure] | None:
        """Return the nodes in one unit of measure and that unit; bare numbers take it over. None when reported."""
        measured = [i for i, n in enumerate(nodes) if not is_bare(n)]
        if not measured:
            return list(nodes), PLAIN
        first = measured[0]
        unit = nodes[first].measure
        fine = True
        for i in measured[1:]:
            other = nodes[i].measure
            if other == unit:
                continue
            fine = False
            if unit.same_dimension(other):
                mend = f"to({self.text(spans[i])}, {quote_unit(unit)})"
                self.refuse("FML061", spans[i], a=say_unit(unit), b=say_unit(other), mend=mend)
            else:
                more = (
                    Text("；不同人群相加用 as(x, person)", "; add up different people with as(x, person)")
                    if as_person(unit.dims) == as_person(other.dims)
                    else same("")
                )
                self.refuse("FML060", spans[i], a=say_unit(unit), b=say_unit(other), more=more)
        return ([adopt(n, unit) if is_bare(n) else n for n in nodes], unit) if fine else None

    def read_unit(self, part: Syntax) -> Measure | None:
        """Return the unit of measure that an argument names, else report it."""
        if isinstance(part, SText):
            name = part.value
        elif isinstance(part, SName):
            name = ".".join(part.parts)
        elif isinstance(part, SNumber):
            name = str(part.value)
        else:
            name = ""
        try:
            return self.scope.measures.parse(name)
        except (ValueError, ZeroDivisionError, RecursionError, IndexError) as error:
            wrong = str(error) if isinstance(error, ValueError) else name
            near = suggest(wrong, self.scope.measures.by_name)
            self.refuse("FML062", part.span, found=brief(name or self.text(part)), near=near)
            return None


def brief(text: str) -> str:
    """Return `text` short enough for one line of a message."""
    return text if len(text) <= 60 else text[:57] + "..."


def how_to_become(wanted: Kind, got: Kind) -> Text:
    """Return how a value of one kind is made one of another."""
    if wanted == "number" and got == "boolean":
        return Text(
            "把条件变成数：if(条件, 1, 0)；计数用 count_if(条件)。",
            "Turn a condition into a number with if(condition, 1, 0); count with count_if(condition).",
        )
    if wanted == "boolean":
        return Text(
            "写成比较，例如 x > 0 或 kind == urban。",
            "Write a comparison, for instance x > 0 or kind == urban.",
        )
    if wanted == "number":
        return Text(
            "改用数字字段；文字只能用 ==、!= 或 in 比较。",
            "Use a number; text can only be compared with ==, != or in.",
        )
    return Text("改用文字或类别字段。", "Use a text or category field.")


def join_shapes(*nodes: Typed) -> Shape:
    """Return the shape of what is computed from `nodes`."""
    shapes = {n.shape for n in nodes}
    return "row" if "row" in shapes else "group" if "group" in shapes else "constant"


def is_bare(node: Typed) -> bool:
    """Whether a number is written out (or chosen among numbers written out) and has no unit of its own yet."""
    if node.kind != "number" or node.measure != PLAIN:
        return False
    if isinstance(node, Const):
        return True
    if isinstance(node, Negate):
        return is_bare(node.x)
    if isinstance(node, If):
        return is_bare(node.yes) and is_bare(node.no)
    return isinstance(node, Scalar) and node.fn in _ADOPTING and all(is_bare(a) for a in node.args)


def adopt(node: Typed, unit: Measure) -> Typed:
    """Return a bare number as a number of `unit`."""
    if unit == PLAIN:
        return node
    if isinstance(node, Negate):
        return replace(node, x=adopt(node.x, unit), measure=unit)
    if isinstance(node, If):
        return replace(node, yes=adopt(node.yes, unit), no=adopt(node.no, unit), measure=unit)
    if isinstance(node, Scalar):
        return replace(node, args=tuple(adopt(a, unit) for a in node.args), measure=unit)
    return replace(node, measure=unit)


def combine(op: str, a: Measure, b: Measure) -> Measure:
    """Return the unit of a product or quotient, named by its parts unless some of them cancel."""
    if b == PLAIN:
        return a
    unit = a * b if op == "*" else a / b
    if not unit.dims and unit.scale == 1:
        return PLAIN
    clear = len(unit.dims) == len(a.dims) + len(b.dims) and unit.name and a != PLAIN
    return unit if clear else Measure(unit.dims, unit.scale)


def as_person(dims: tuple[tuple[str, int], ...]) -> dict[str, int]:
    """Return dimensions with every kind of people counted as persons."""
    powers: dict[str, int] = {}
    for name, n in dims:
        key = "person" if name in PEOPLE else name
        powers[key] = powers.get(key, 0) + n
    return {name: n for name, n in powers.items() if n}


def say_unit(unit: Measure) -> Text:
    """Return a unit for a message."""
    if unit == PLAIN:
        return Text("1（无单位）", "1 (no unit)")
    return same(unit.name or canonical(unit))


def quote_unit(unit: Measure) -> str:
    """Return a unit as it is written in a formula, quoted when it is more than one name."""
    name = unit.name or write_unit(unit)
    return name if re.fullmatch(r"[^\W\d]\w*", name) else f"'{name}'"


def write_unit(unit: Measure) -> str:
    """Return a unit in base dimensions in the form in which units are read, for instance `1 / 100 * teacher / pupil`."""
    up = [name for name, n in unit.dims for _ in range(n)]
    down = [name for name, n in unit.dims for _ in range(-n)]
    if unit.scale.denominator != 1:
        up = [f"{unit.scale.numerator} / {unit.scale.denominator}", *up]
    elif unit.scale != 1 or not up:
        up = [str(unit.scale.numerator), *up]
    return " / ".join([" * ".join(up), *down])


def constant_value(node: Typed) -> Fraction | None:
    """Return the value of a bare number, also of one chosen or rounded among bare numbers; else None."""
    if not is_bare(node) or not all(isinstance(x, Const) or any(children(x)) for x in walk(node)):
        return None
    value = evaluate(node, cast("Any", None))  # numbers alone ask nothing of where they stand
    return value if isinstance(value, Fraction) else None


def literal_factor(node: Typed) -> Fraction:
    """Return what the bare numbers in products, quotients and totals multiply a value by; 1 when there are none."""
    value = constant_value(node)
    if value is not None:
        return value or Fraction(1)
    if isinstance(node, Arithmetic) and node.op in ("*", "/"):
        a, b = literal_factor(node.a), literal_factor(node.b)
        return a * b if node.op == "*" else a / b
    if isinstance(node, Negate | Convert | Previous):
        return literal_factor(node.x)
    if isinstance(node, Aggregate) and node.fn in _LINEAR and node.x is not None:
        return literal_factor(node.x)
    return Fraction(1)


def is_power_of_ten(value: Fraction) -> bool:
    """Whether a number is 100, 1000 ... or 0.01, 0.001 ... in size."""
    size = abs(value)
    if size == 0:
        return False
    whole = size if size > 1 else 1 / size
    return whole.denominator == 1 and re.fullmatch(r"100+", str(whole.numerator)) is not None
