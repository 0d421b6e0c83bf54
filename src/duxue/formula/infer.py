"""Syntax to meaning: names resolved, kinds and units of measure checked, conveniences rewritten.

All problems of a formula are reported together: a part that is wrong becomes `Wrong`, and what is built on it is
checked no further.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, cast

from duxue.core.errors import Refused
from duxue.core.text import Text, same
from duxue.formula.calls import check_call
from duxue.formula.context import (
    WRONG,
    Context,
    Stand,
    Wrong,
    adopt,
    as_person,
    combine,
    constant_value,
    is_bare,
    is_power_of_ten,
    join_shapes,
    literal_factor,
    quote_unit,
    say_unit,
)
from duxue.formula.lexer import MAX_DIGITS
from duxue.formula.names import check_category, find_categories, resolve
from duxue.formula.nodes import (
    Aggregate,
    Among,
    Arithmetic,
    Compare,
    Const,
    Convert,
    Logic,
    Negate,
    Not,
    SAmong,
    SBinary,
    SBool,
    SCall,
    SName,
    SNumber,
    SRange,
    SText,
    SUnary,
    walk,
)
from duxue.formula.parse import parse
from duxue.formula.problems import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duxue.core.measure import Measure
    from duxue.formula.nodes import Kind, Span, Syntax, Typed
    from duxue.formula.scope import Scope

_BIGGEST = 10**MAX_DIGITS  # of a number that literals make together: it can still be written out
_PLUS_MINUS = frozenset({"+", "-"})
_EQUALITY = frozenset({"==", "!="})


def infer(
    formula: str | Syntax, scope: Scope, *, measure: Measure | None = None, kind: Kind | None = None
) -> Typed:
    """Return the meaning of a formula within `scope`.

    `measure` is the declared unit: a result of another size is converted to it, of another kind refused. `kind` is the
    kind of value wanted; without it an indicator must be a number, a rule a condition, and a row formula may be
    anything. Raises `Refused` with every problem, each with its column in the formula.
    """
    source = formula if isinstance(formula, str) else ""
    syntax = parse(formula) if isinstance(formula, str) else formula
    checker = Checker(source, scope)
    node = checker.visit(syntax, Stand(scope.mode, scope.home))
    wanted = kind or {"group": "number", "rule": "boolean"}.get(scope.mode)
    result = checker.finish(node, syntax.span, cast("Kind | None", wanted), measure)
    if checker.problems:
        raise Refused(sorted(checker.problems, key=lambda p: p.place.column or 0))
    return result


class Checker(Context):
    """The walk over one formula."""

    def visit(self, part: Syntax, stand: Stand, categories: tuple[str, ...] = ()) -> Typed:
        """Return the meaning of `part` at `stand`; bare names may be one of `categories`."""
        if isinstance(part, SNumber):
            return Const(kind="number", shape="constant", value=part.value, span=part.span)
        if isinstance(part, SText):
            return check_category(self, part, categories)
        if isinstance(part, SBool):
            return Const(kind="boolean", shape="constant", value=part.value, span=part.span)
        if isinstance(part, SName):
            return resolve(self, part, stand, categories)
        if isinstance(part, SRange):
            return self.refuse("FML030", part.span, found=f"{part.first}..{part.last}")
        if isinstance(part, SUnary):
            return self._visit_unary(part, stand)
        if isinstance(part, SAmong):
            return self._visit_among(part, stand)
        if isinstance(part, SCall):
            return check_call(self, part, stand, categories)
        if part.op in ("and", "or"):
            return self._visit_logic(part, stand)
        if part.op in ("+", "-", "*", "/"):
            return self._visit_arithmetic(part, stand)
        return self._visit_comparison(part, stand)

    def visit_number(self, part: Syntax, stand: Stand, where: Text) -> Typed:
        """Return the meaning of a part that must be a number."""
        return self.need("number", self.visit(part, stand), where, part.span)

    def visit_condition(self, part: Syntax, stand: Stand, where: Text) -> Typed:
        """Return the meaning of a part that must be a condition."""
        return self.need("boolean", self.visit(part, stand), where, part.span)

    def visit_alike(
        self, parts: Sequence[Syntax], stand: Stand, categories: tuple[str, ...] = ()
    ) -> list[Typed] | None:
        """Return alternatives of one kind and one unit of measure; None when that was reported."""
        categories = next((c for p in parts if (c := find_categories(self, p, stand))), categories)
        nodes = [self.visit(p, stand, categories if isinstance(p, SName) else ()) for p in parts]
        if any(isinstance(n, Wrong) for n in nodes):
            return None
        kinds = list(dict.fromkeys(n.kind for n in nodes))
        if len(kinds) > 1:
            zh, en = "、".join(KINDS[k].zh for k in kinds), ", ".join(KINDS[k].en for k in kinds)
            odd = next(i for i, n in enumerate(nodes) if n.kind != kinds[0])
            self.refuse("FML054", parts[odd].span, kinds=Text(zh, en))
            return None
        if kinds != ["number"]:
            return nodes
        unified = self.unify(nodes, [p.span for p in parts])
        return unified[0] if unified else None

    # operators

    def _visit_unary(self, part: SUnary, stand: Stand) -> Typed:
        where = same(part.op)
        if part.op == "not":
            x = self.visit_condition(part.operand, stand, where)
            if isinstance(x, Wrong):
                return x
            return self.make(Not(kind="boolean", shape=x.shape, x=x, span=part.span))
        x = self.visit_number(part.operand, stand, where)
        if isinstance(x, Const):
            return replace(x, value=-cast("Fraction", x.value), span=part.span)
        if isinstance(x, Wrong):
            return x
        return self.make(Negate(kind="number", shape=x.shape, measure=x.measure, x=x, span=part.span))

    def _visit_logic(self, part: SBinary, stand: Stand) -> Typed:
        op: Literal["and", "or"] = "and" if part.op == "and" else "or"
        a = self.visit_condition(part.left, stand, same(op))
        b = self.visit_condition(part.right, stand, same(op))
        if isinstance(a, Wrong) or isinstance(b, Wrong):
            return WRONG
        return self.make(Logic(kind="boolean", shape=join_shapes(a, b), op=op, a=a, b=b, span=part.span))

    def _visit_arithmetic(self, part: SBinary, stand: Stand) -> Typed:
        op = cast('Literal["+", "-", "*", "/"]', part.op)
        a = self.visit_number(part.left, stand, same(op))
        b = self.visit_number(part.right, stand, same(op))
        if op == "/" and isinstance(b, Const) and b.value == 0:
            return self.refuse("FML057", part.right.span)
        if isinstance(a, Wrong) or isinstance(b, Wrong):
            return WRONG
        if isinstance(a, Const) and isinstance(b, Const) and is_bare(a) and is_bare(b):
            return self._fold(op, a, b, part.span)
        if op in _PLUS_MINUS:
            unified = self.unify([a, b], [part.left.span, part.right.span])
            if unified is None:
                return WRONG
            (a, b), unit = unified
        else:
            if (refused := self._refuse_conversion(part, a, b)) is not None:
                return refused
            unit = combine(op, a.measure, b.measure)
        shape = join_shapes(a, b)
        return self.make(
            Arithmetic(kind="number", shape=shape, measure=unit, op=op, a=a, b=b, span=part.span)
        )

    def _fold(self, op: str, a: Const, b: Const, span: Span) -> Typed:
        x, y = cast("Fraction", a.value), cast("Fraction", b.value)
        value = x + y if op == "+" else x - y if op == "-" else x * y if op == "*" else x / y
        if max(abs(value.numerator), value.denominator) >= _BIGGEST:
            return self.refuse("FML007", span, found=self.text(span))
        return Const(kind="number", shape="constant", value=value, span=span)

    def _refuse_conversion(self, part: SBinary, a: Typed, b: Typed) -> Typed | None:
        """Refuse a power of ten beside a measured value: the declared unit converts (decision 0003).

        Neighbouring factors count as one, so that `x * 10 * 10` and `x / 0.1 / 0.1` are seen as well.
        """
        if not any(n.measure.dims or n.measure.scale != 1 for side in (a, b) for n in walk(side)):
            return None
        for literal, at in ((a, part.left), (b, part.right)):
            if is_power_of_ten(constant_value(literal) or Fraction(1)):
                return self.refuse("FML063", at.span, found=self.text(at))
        factors = literal_factor(a), literal_factor(b)
        whole = factors[0] * factors[1] if part.op == "*" else factors[0] / factors[1]
        return self.refuse("FML063", part.span, found=whole) if is_power_of_ten(whole) else None

    def _visit_comparison(self, part: SBinary, stand: Stand) -> Typed:
        left, right = (find_categories(self, p, stand) for p in (part.left, part.right))
        a = self.visit(part.left, stand, () if left else right)
        b = self.visit(part.right, stand, left)
        if isinstance(a, Wrong) or isinstance(b, Wrong):
            return WRONG
        if a.kind != b.kind:
            return self.refuse("FML051", part.span, a=KINDS[a.kind], b=KINDS[b.kind])
        if a.kind != "number" and part.op not in _EQUALITY:
            return self.refuse("FML052", part.op_span, found=KINDS[a.kind])
        if a.kind == "number":
            unified = self.unify([a, b], [part.left.span, part.right.span])
            if unified is None:
                return WRONG
            a, b = unified[0]
        op = cast('Literal["==", "!=", "<", "<=", ">", ">="]', part.op)
        return self.make(Compare(kind="boolean", shape=join_shapes(a, b), op=op, a=a, b=b, span=part.span))

    def _visit_among(self, part: SAmong, stand: Stand) -> Typed:
        categories = find_categories(self, part.item, stand)
        x = self.visit(part.item, stand)
        values: list[Fraction | str | bool] = []
        fine = not isinstance(x, Wrong)
        for each in part.values:
            value = self.visit(each, stand, categories)
            if isinstance(value, Wrong):
                fine = False
            elif not isinstance(value, Const):
                fine = False
                self.refuse("FML056", each.span)
            elif fine and value.kind != x.kind:
                fine = False
                self.refuse("FML051", each.span, a=KINDS[x.kind], b=KINDS[value.kind])
            elif fine and value.kind == "number" and not is_bare(value):
                fine = self.unify([x, value], [part.item.span, each.span]) is not None
            values.append(value.value if isinstance(value, Const) else False)
        if not fine:
            return WRONG
        among = Among(
            kind="boolean", shape=x.shape, x=x, values=tuple(values), negated=part.negated, span=part.span
        )
        return self.make(among)

    # the result

    def finish(self, node: Typed, span: Span, kind: Kind | None, measure: Measure | None) -> Typed:
        """Return `node` as the wanted kind in the declared unit of measure."""
        if isinstance(node, Wrong):
            return node
        if kind is not None and node.kind != kind:
            how = (
                Text(
                    "把条件变成数：if(条件, 1, 0)；占比用 share(条件)。",
                    "Turn a condition into a number with if(condition, 1, 0), or take share(condition).",
                )
                if kind == "number"
                else Text("写成比较，例如 x >= 0.85。", "Write a comparison, for instance x >= 0.85.")
            )
            return self.refuse("FML055", span, wanted=KINDS[kind], got=KINDS[node.kind], how=how)
        if measure is None or node.kind != "number" or measure == node.measure:
            return node
        if is_bare(node):
            return adopt(node, measure)
        got = node.measure
        if not measure.dims and measure.scale != 1 and is_power_of_ten(literal_factor(node)):
            return self.refuse("FML063", span, found=literal_factor(node))
        if got.same_dimension(measure):
            factor = got.factor_to(measure)
            return self.make(
                Convert(
                    kind="number", shape=node.shape, measure=measure, x=node, factor=factor, span=node.span
                )
            )
        said = {"got": say_unit(got), "declared": say_unit(measure)}
        if tuple((d, -n) for d, n in got.dims) == measure.dims:
            return self.refuse("FML065", span, **said)
        return self.refuse("FML064", span, **said, how=_how_to_declare(node, measure))


def _how_to_declare(node: Typed, declared: Measure) -> Text:
    if isinstance(node, Aggregate) and node.fn == "count" and not node.measure.dims:
        unit = quote_unit(declared)
        return Text(f"写明所数的事物：count(of: {unit})。", f"Say what is counted: count(of: {unit}).")
    if node.measure.dims and as_person(node.measure.dims) == as_person(declared.dims):
        return Text(
            "用 as(x, person) 把不同人群当作人，或改正 unit。",
            "Take different people as persons with as(x, person), or correct the unit.",
        )
    return Text("改正公式，或改正声明的单位 unit。", "Correct the formula, or the declared unit.")
