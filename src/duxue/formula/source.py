"""Typed formulas back to text: the precedence that all writings share, and the canonical source."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

from duxue.core.measure import PLAIN
from duxue.formula import nodes as n
from duxue.formula.context import quote_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duxue.formula.nodes import Typed

OR, AND, NOT, COMPARE, ADD, MULTIPLY, NEGATE, PRIMARY = range(1, 9)
Written = tuple[str, int]  # the text and how tightly its outermost operator binds
_LEVELS = {"or": OR, "and": AND, "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY}
_CHOOSING = frozenset({"least", "greatest", "coalesce", "abs"})


def to_source(node: Typed, home: str = "") -> str:
    """Return the canonical text of a typed formula: reading it again within the same scope gives an equal formula.

    Columns are qualified with their form or population; those of `home` stand bare when it is given, for people.
    """
    return Source(home).write(node)[0]


def write_number(value: Fraction) -> Written:
    """Return a number as it is written in a formula: a decimal where it ends, else a quotient."""
    twos, rest = 0, value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    fives = 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > 30:
        return f"{value.numerator} / {value.denominator}", MULTIPLY
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return (f"-{text}", NEGATE) if value < 0 else (text, PRIMARY)


class Writer:
    """Writes operators with as few parentheses as the precedence allows; subclasses write everything else."""

    signs: dict[str, str] = {}  # noqa: RUF012 - a table, never changed

    def write(self, node: Typed, *, bare: bool = False) -> Written:
        """Return the text of `node`; `bare` numbers take their unit of measure from what stands beside them."""
        if isinstance(node, n.Arithmetic):
            parts = (node.a, node.b)
            bares = self.leave_bare(parts) if node.op in "+-" else [False, False]
            return self.join(node.op, parts, bares)
        if isinstance(node, n.Compare):
            a, b = (
                self.part(p, ADD, b)
                for p, b in zip((node.a, node.b), self.leave_bare((node.a, node.b)), strict=True)
            )
            return f"{a} {self.sign(node.op)} {b}", COMPARE
        if isinstance(node, n.Logic):
            return self.join(node.op, (node.a, node.b), [False, False])
        if isinstance(node, n.Negate):
            return f"-{self.part(node.x, NEGATE, bare)}", NEGATE
        return self.write_other(node, bare)

    def write_other(self, node: Typed, bare: bool) -> Written:
        """Return the text of a node that is not an infix or prefix sign."""
        raise NotImplementedError

    def sign(self, op: str) -> str:
        """Return an operator as it is written here."""
        return self.signs.get(op, op)

    def join(self, op: str, parts: tuple[Typed, Typed], bares: Sequence[bool]) -> Written:
        """Return `a op b`; the right side binds more tightly, for signs are read from the left."""
        level = _LEVELS[op]
        left, right = self.part(parts[0], level, bares[0]), self.part(parts[1], level + 1, bares[1])
        return f"{left} {self.sign(op)} {right}", level

    def part(self, node: Typed, lowest: int, bare: bool = False) -> str:
        """Return the text of an operand, in parentheses when it binds less tightly than `lowest`."""
        text, level = self.write(node, bare=bare)
        return text if level >= lowest else self.enclose(text)

    def enclose(self, text: str) -> str:
        """Return `text` in parentheses."""
        return f"({text})"

    def leave_bare(self, nodes: Sequence[Typed]) -> list[bool]:
        """Return for alternatives of one unit which of them need not write it: all numbers but one that bears it."""
        literal = [is_literal(x) for x in nodes]
        return [lit and (not all(literal) or i > 0) for i, lit in enumerate(literal)]


class Source(Writer):
    """Writes the language itself."""

    def __init__(self, home: str) -> None:
        """Write columns of `home` bare."""
        self.home = home
        self.stand = home  # form or population whose rows are meant where we are

    def write_other(self, node: Typed, bare: bool) -> Written:
        """Return literals, names and calls."""
        if isinstance(node, n.Const):
            return self.write_literal(node, bare)
        if isinstance(node, n.Not):
            return f"not {self.part(node.x, NOT)}", NOT
        if isinstance(node, n.Among):
            values = ", ".join(write_value(v) for v in node.values)
            return f"{self.part(node.x, ADD)} {'not in' if node.negated else 'in'} ({values})", COMPARE
        return self.write_call(node, bare), PRIMARY

    def write_literal(self, node: n.Const, bare: bool) -> Written:
        if not isinstance(node.value, Fraction):
            return write_value(node.value), PRIMARY
        if bare or node.measure == PLAIN:
            return write_number(node.value)
        return f"to({write_number(node.value)[0]}, {quote_unit(node.measure)})", PRIMARY

    def write_call(self, node: Typed, bare: bool) -> str:
        if isinstance(node, n.Column):
            return self.write_column(node)
        if isinstance(node, n.PackConstant | n.Indicator):
            return node.id
        if isinstance(node, n.If):
            yes, no = self.alternatives((node.yes, node.no), bare)
            return f"if({self.text(node.test)}, {yes}, {no})"
        if isinstance(node, n.Scalar):
            texts = [self.text(a) for a in node.args]
            if node.kind == "number":
                texts = self.alternatives(node.args, bare and node.fn in _CHOOSING)
            return f"{node.fn}({', '.join(texts)})"
        if isinstance(node, n.Convert):
            name = "to" if node.x.measure.dims == node.measure.dims else "as"
            return f"{name}({self.text(node.x)}, {quote_unit(node.measure)})"
        if isinstance(node, n.Previous):
            return f"previous({self.text(node.x)}{f', {node.years}' if node.years != 1 else ''})"
        if isinstance(node, n.Portion):
            return f"portion({self.text(node.x)}, within: {node.within})"
        if isinstance(node, n.Total):
            return self.write_total(node)
        if isinstance(node, n.Aggregate):
            return self.write_aggregate(node)
        if isinstance(node, n.OverVerdicts):
            return f"{node.fn}({node.id})"
        names = {n.Met: "met", n.AllMet: "all_met", n.LowestAttainment: "lowest_attainment"}
        listed = cast("n.Met | n.AllMet | n.LowestAttainment", node)
        return f"{names[type(listed)]}({', '.join(listed.indicators)})"

    def text(self, node: Typed) -> str:
        return self.write(node)[0]

    def alternatives(self, nodes: Sequence[Typed], bare: bool) -> list[str]:
        bares = [bare and is_literal(x) for x in nodes] if bare else self.leave_bare(nodes)
        return [self.write(x, bare=b)[0] for x, b in zip(nodes, bares, strict=True)]

    def write_column(self, node: n.Column) -> str:
        if node.joined or not self.stand:
            return f"{node.form}.{node.name}"
        return node.name if self.stand == self.home else f"{self.stand}.{node.name}"

    def write_total(self, node: n.Total) -> str:
        outside, self.stand = self.stand, node.form
        where = f", where: {self.text(node.where)}" if node.where is not None else ""
        text = f"total({self.text(node.x)}{where})"
        self.stand = outside
        return text

    def write_aggregate(self, node: n.Aggregate) -> str:
        outside, self.stand = self.stand, node.home
        parts = [self.text(node.x)] if node.x is not None else []
        if node.fn == "quantile" and node.parameter is not None:
            parts.append(write_number(node.parameter)[0])
        if node.per is not None:
            parts.append(f"per: {self.text(node.per)}")
        if node.where is not None:
            parts.append(f"where: {self.text(node.where)}")
        if node.fn == "count" and node.measure != PLAIN:
            parts.append(f"of: {quote_unit(node.measure)}")
        if not self.is_evident(node):
            parts.append(f"over: {node.home}")
        self.stand = outside
        return f"{node.fn}({', '.join(parts)})"

    def is_evident(self, node: n.Aggregate) -> bool:
        """Whether the columns as written already say which rows an aggregate is about."""
        columns = [
            c for part in (node.x, node.per, node.where) if part is not None for c in own_columns(part)
        ]
        own, other = any(not c.joined for c in columns), any(c.joined for c in columns)
        if node.home == self.home:
            return own or not other
        return own and not other


def own_columns(node: Typed) -> list[n.Column]:
    """Return the columns that belong to the row where `node` stands, leaving out those inside totals."""
    if isinstance(node, n.Column):
        return [node]
    if isinstance(node, n.Total):
        return []
    return [c for child in n.children(node) for c in own_columns(child)]


def is_literal(node: Typed) -> bool:
    """Whether a node is made of written numbers only, so that its unit of measure came from what stands beside it."""
    if node.kind != "number":
        return False
    if isinstance(node, n.Const):
        return True
    if isinstance(node, n.Negate):
        return is_literal(node.x)
    if isinstance(node, n.If):
        return is_literal(node.yes) and is_literal(node.no)
    return isinstance(node, n.Scalar) and node.fn in _CHOOSING and all(is_literal(a) for a in node.args)


def write_value(value: Fraction | bool | str) -> str:
    """Return a literal value as it is written in a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return write_number(value)[0]
    return f'"{value}"' if "'" in value else f"'{value}'"
