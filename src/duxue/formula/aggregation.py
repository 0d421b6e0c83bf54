"""Calls of aggregates: over which rows, of what, in which unit."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from duxue.core.measure import PLAIN, Measure
from duxue.core.text import Text, same
from duxue.formula.context import WRONG, Stand, Wrong, combine, join_shapes
from duxue.formula.names import find_tables
from duxue.formula.nodes import Aggregate, Arithmetic, Logic, SName, SNumber
from duxue.formula.problems import listed, suggest

if TYPE_CHECKING:
    from duxue.formula.infer import Checker
    from duxue.formula.nodes import SCall, Syntax, Typed

AggregateName = Literal["sum", "count", "mean", "min", "max", "quantile", "cv", "gini"]
_SIMPLE: dict[str, AggregateName] = {"sum": "sum", "mean": "mean", "min": "min", "max": "max"}


class _Rows:
    """The rows one aggregate is about: their form or population, and the condition `where`."""

    def __init__(self, checker: Checker, call: SCall, home: str) -> None:
        self.checker, self.call, self.home = checker, call, home
        self.keywords = dict(call.keywords)
        self.stand = Stand("row", home, call.name)
        part = self.keywords.get("where")
        self.where = checker.visit_condition(part, self.stand, same("where")) if part else None

    def number(self, part: Syntax | None) -> Typed | None:
        """Return the meaning of an argument that must be a number; a condition gets advice of its own."""
        if part is None:
            return None
        node = self.checker.visit(part, self.stand)
        if not isinstance(node, Wrong) and node.kind == "boolean":
            return self.checker.refuse("FML053", part.span, fn=self.call.name, found=self.checker.text(part))
        return self.checker.need("number", node, same(self.call.name), part.span)

    def condition(self, part: Syntax) -> Typed:
        """Return the meaning of an argument that must be a condition."""
        return self.checker.visit_condition(part, self.stand, same(self.call.name))

    def build(
        self,
        fn: AggregateName,
        x: Typed | None = None,
        per: Typed | None = None,
        also: Typed | None = None,
        unit: Measure = PLAIN,
        parameter: Fraction | None = None,
    ) -> Typed:
        """Return the aggregate; `also` is a condition beside `where`."""
        if any(isinstance(n, Wrong) for n in (x, per, also, self.where)):
            return WRONG
        where = self.where if also is None else also
        if also is not None and self.where is not None:
            shape = join_shapes(self.where, also)
            where = self.checker.make(
                Logic(kind="boolean", shape=shape, op="and", a=self.where, b=also, span=also.span)
            )
        return self.checker.make(
            Aggregate(
                kind="number", shape="group", measure=unit, fn=fn, home=self.home, x=x, per=per, where=where,
                parameter=parameter, span=self.call.span,
            )
        )  # fmt: skip

    def ratio(self, top: Typed, bottom: Typed) -> Typed:
        """Return top / bottom."""
        if isinstance(top, Wrong) or isinstance(bottom, Wrong):
            return WRONG
        unit = combine("/", top.measure, bottom.measure)
        return self.checker.make(
            Arithmetic(
                kind="number", shape="group", measure=unit, op="/", a=top, b=bottom, span=self.call.span
            )
        )


def _open(checker: Checker, call: SCall, stand: Stand) -> _Rows | None:
    """Return the rows of an aggregate: those named by `over`; else of another form when all its columns are qualified
    with it; else of the home.
    """
    over = dict(call.keywords).get("over")
    unseen = {"over", "of"} if call.name == "count" else {"over"}
    parts = [*call.args, *(value for key, value in call.keywords if key not in unseen)]
    tables, bare = find_tables(checker, parts, stand.home)
    home = tables[0] if len(tables) == 1 and not bare else stand.home
    if over is not None:
        home = over.parts[0] if isinstance(over, SName) and len(over.parts) == 1 else ""
        if checker.form(home) is None:
            known = [*checker.scope.forms, *checker.scope.populations]
            found = checker.text(over)
            near = suggest(home or found, known)
            checker.refuse("FML021", over.span, found=found, near=near, all=listed(known))
            return None
    own = checker.form(home)
    if own is None:
        checker.refuse("FML032", call.span, found=call.name)
        return None
    reachable = (own.id, *checker.scope.joined(own.id))
    if not bare and len(tables) > 1 and any(checker.scope.form_of(t) not in reachable for t in tables):
        checker.refuse("FML049", call.span, found=call.name, forms=listed(tables))
        return None
    return _Rows(checker, call, home)


def _check_simple(checker: Checker, call: SCall, stand: Stand) -> Typed:
    rows = _open(checker, call, stand)
    if rows is None:
        return WRONG
    x, per = rows.number(call.args[0]), rows.number(rows.keywords.get("per"))
    if x is None or isinstance(x, Wrong):
        return WRONG
    if per is None:
        return rows.build(_SIMPLE[call.name], x, unit=x.measure)
    return rows.ratio(rows.build("sum", x, unit=x.measure), rows.build("sum", per, unit=per.measure))


def _check_count(checker: Checker, call: SCall, stand: Stand) -> Typed:
    rows = _open(checker, call, stand)
    if rows is None:
        return WRONG
    unit: Measure | None = PLAIN
    if "of" in rows.keywords:
        unit = checker.read_unit(rows.keywords["of"])
    return WRONG if unit is None else rows.build("count", unit=unit)


def _check_count_if(checker: Checker, call: SCall, stand: Stand) -> Typed:
    rows = _open(checker, call, stand)
    return WRONG if rows is None else rows.build("count", also=rows.condition(call.args[0]))


def _check_share(checker: Checker, call: SCall, stand: Stand) -> Typed:
    rows = _open(checker, call, stand)
    if rows is None:
        return WRONG
    condition, x = rows.condition(call.args[0]), rows.number(rows.keywords.get("of"))
    if x is None:
        return rows.ratio(rows.build("count", also=condition), rows.build("count"))
    unit = x.measure
    return rows.ratio(rows.build("sum", x, also=condition, unit=unit), rows.build("sum", x, unit=unit))


def _check_quantile(checker: Checker, call: SCall, stand: Stand) -> Typed:
    q = Fraction(1, 2)
    if call.name == "quantile":
        part = call.args[1]
        q = part.value if isinstance(part, SNumber) else Fraction(-1)
        if not 0 <= q <= 1:
            wanted = Text("0 至 1 之间的数", "a number from 0 to 1")
            checker.refuse("FML045", part.span, found=call.name, wanted=wanted, example="quantile(x, 0.9)")
    rows = _open(checker, call, stand)
    x = rows.number(call.args[0]) if rows else None
    if rows is None or x is None or isinstance(x, Wrong) or q < 0:
        return WRONG
    return rows.build("quantile", x, unit=x.measure, parameter=q)


def _check_spread(checker: Checker, call: SCall, stand: Stand) -> Typed:
    rows = _open(checker, call, stand)
    if rows is None:
        return WRONG
    fn: AggregateName = "cv" if call.name == "cv" else "gini"
    return rows.build(fn, rows.number(call.args[0]), rows.number(rows.keywords.get("per")))


AGGREGATE_CALLS: dict[str, Callable[[Checker, SCall, Stand], Typed]] = {
    **dict.fromkeys(_SIMPLE, _check_simple),
    **dict.fromkeys(("quantile", "median"), _check_quantile),
    **dict.fromkeys(("cv", "gini"), _check_spread),
    "count": _check_count,
    "count_if": _check_count_if,
    "share": _check_share,
}
