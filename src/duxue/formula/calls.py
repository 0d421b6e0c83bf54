"""Calls of functions: which function, its arguments, and what it means there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, cast

from duxue.core.measure import PLAIN, Measure
from duxue.core.text import Text, same
from duxue.formula.aggregation import AGGREGATE_CALLS
from duxue.formula.context import WRONG, Stand, Wrong, adopt, as_person, is_bare, join_shapes, say_unit
from duxue.formula.functions import AGGREGATES, FUNCTIONS, MODES
from duxue.formula.names import find_tables
from duxue.formula.nodes import (
    Arithmetic,
    Const,
    Convert,
    If,
    Portion,
    Previous,
    Scalar,
    SName,
    SNumber,
    Total,
)
from duxue.formula.problems import listed, suggest
from duxue.formula.rules import RULE_CALLS

if TYPE_CHECKING:
    from duxue.formula.functions import Function
    from duxue.formula.infer import Checker
    from duxue.formula.nodes import SCall, Shape, Span, Typed

ScalarName = Literal["abs", "floor", "ceil", "least", "greatest", "coalesce", "is_missing"]


def check_call(checker: Checker, call: SCall, stand: Stand, categories: tuple[str, ...]) -> Typed:
    """Return the meaning of a call after its name, place, arguments and keywords are checked."""
    function = FUNCTIONS.get(call.name)
    if function is None:
        near = suggest(call.name, FUNCTIONS)
        return checker.refuse("FML040", call.name_span, found=call.name, near=near)
    if not _may_stand(checker, function, call, stand) or not _has_arguments(checker, function, call):
        return WRONG
    if call.name in AGGREGATE_CALLS:
        return AGGREGATE_CALLS[call.name](checker, call, stand)
    if call.name in RULE_CALLS:
        return RULE_CALLS[call.name](checker, call)
    if call.name in ("if", "coalesce"):
        return _check_choice(checker, call, stand, categories)
    return _CALLS[call.name](checker, call, stand)


def _may_stand(checker: Checker, function: Function, call: SCall, stand: Stand) -> bool:
    nested = function.name in AGGREGATES and stand.inside
    if nested or (function.name == "total" and stand.inside == "total"):
        checker.refuse("FML044", call.name_span, found=function.name)
        return False
    if stand.mode in function.modes:
        return True
    more = same("")
    if stand.mode == "row" and function.name in AGGREGATES:
        more = Text(
            "逐行公式中用 total(...) 或 portion(...)。", "In a row formula use total(...) or portion(...)."
        )
    elif stand.mode == "rule":
        more = Text("先把它写成指标，再引用指标。", "Make it an indicator and name that.")
    there = [MODES[mode] for mode in function.modes]
    checker.refuse(
        "FML041", call.name_span, found=function.name, here=MODES[stand.mode], more=more,
        there=Text("、".join(t.zh for t in there), " and ".join(t.en for t in there)),
    )  # fmt: skip
    return False


def _has_arguments(checker: Checker, function: Function, call: SCall) -> bool:
    fine = function.least <= len(call.args) and (function.most is None or len(call.args) <= function.most)
    if not fine:
        checker.refuse("FML042", call.span, found=function.name, signature=function.signature)
    for key, value in call.keywords:
        if key not in function.keywords:
            fine = False
            span = (max(value.span[0] - len(key) - 2, 0), value.span[1])
            checker.refuse("FML043", span, fn=function.name, found=key, signature=function.signature)
    return fine


# every mode


def _check_choice(checker: Checker, call: SCall, stand: Stand, categories: tuple[str, ...]) -> Typed:
    if call.name == "coalesce":
        return _check_scalar(checker, call, stand)
    test = checker.visit_condition(call.args[0], stand, Text("if 的第一个参数", "the first argument of if"))
    nodes = checker.visit_alike(call.args[1:], stand, categories)
    if nodes is None or isinstance(test, Wrong):
        return WRONG
    yes, no = nodes
    unit = yes.measure if yes.kind == "number" else PLAIN
    shape = join_shapes(test, yes, no)
    return checker.make(
        If(kind=yes.kind, shape=shape, measure=unit, test=test, yes=yes, no=no, span=call.span)
    )


def _check_scalar(checker: Checker, call: SCall, stand: Stand) -> Typed:
    fn = cast("ScalarName", call.name)
    if fn == "is_missing":
        x = checker.visit(call.args[0], stand)
        if isinstance(x, Wrong):
            return x
        return checker.make(Scalar(kind="boolean", shape=x.shape, fn=fn, args=(x,), span=call.span))
    if fn != "coalesce":
        numbers = [checker.visit_number(a, stand, same(fn)) for a in call.args]
        if any(isinstance(n, Wrong) for n in numbers):
            return WRONG
        unified = checker.unify(numbers, [a.span for a in call.args])
        nodes = unified[0] if unified else None
    else:
        nodes = checker.visit_alike(call.args, stand)
    if nodes is None:
        return WRONG
    first = nodes[0]
    return checker.make(
        Scalar(
            kind=first.kind,
            shape=join_shapes(*nodes),
            measure=first.measure,
            fn=fn,
            args=tuple(nodes),
            span=call.span,
        )
    )


def _check_to(checker: Checker, call: SCall, stand: Stand) -> Typed:
    x = checker.visit_number(call.args[0], stand, same("to"))
    unit = checker.read_unit(call.args[1])
    if unit is None or isinstance(x, Wrong):
        return WRONG
    if is_bare(x) and unit != PLAIN:
        return replace(adopt(x, unit), span=call.span)
    if not x.measure.same_dimension(unit):
        return checker.refuse("FML067", call.span, got=say_unit(x.measure), wanted=say_unit(unit))
    return _convert(checker, x, unit, call.span)


def _check_as(checker: Checker, call: SCall, stand: Stand) -> Typed:
    x = checker.visit_number(call.args[0], stand, same("as"))
    unit = checker.read_unit(call.args[1])
    if unit is None or isinstance(x, Wrong):
        return WRONG
    if is_bare(x) and unit != PLAIN:
        return replace(adopt(x, unit), span=call.span)
    if x.measure.dims != unit.dims and as_person(x.measure.dims) != dict(unit.dims):
        return checker.refuse("FML066", call.span, got=say_unit(x.measure), wanted=say_unit(unit))
    return _convert(checker, x, unit, call.span)


def _convert(checker: Checker, x: Typed, unit: Measure, span: Span) -> Typed:
    if x.measure == unit:
        return x
    factor = x.measure.scale / unit.scale
    return checker.make(Convert(kind="number", shape=x.shape, measure=unit, x=x, factor=factor, span=span))


# rows


def _check_portion(checker: Checker, call: SCall, stand: Stand) -> Typed:
    x = checker.visit_number(call.args[0], stand, same("portion"))
    form = checker.form(stand.home)
    within = dict(call.keywords).get("within")
    if within is None:
        return checker.refuse("FML042", call.span, found=call.name, signature=FUNCTIONS["portion"].signature)
    if form is None:
        return WRONG
    parts = within.parts if isinstance(within, SName) else ()
    if (
        not parts
        or parts[-1] not in form.fields
        or (len(parts) == 2 and parts[0] not in (stand.home, form.id))
    ):
        return checker.refuse("FML048", within.span, form=form.id)
    if isinstance(x, Wrong):
        return x
    return checker.make(
        Portion(kind="number", shape="row", x=x, within=parts[-1], form=form.id, span=call.span)
    )


def _check_total(checker: Checker, call: SCall, stand: Stand) -> Typed:
    where = dict(call.keywords).get("where")
    tables, bare = find_tables(checker, [*call.args, *([where] if where else [])], stand.home)
    own = checker.form(stand.home)
    if own is None:
        return WRONG
    form = checker.scope.forms.get(tables[0]) if len(tables) == 1 and not bare else None
    if form is None or form.id == own.id or not own.key or not set(own.key) <= set(form.fields):
        named = listed(t for t in tables if t != own.id) if tables else Text("另一张表", "another form")
        return checker.refuse("FML047", call.span, form=named, home=own.id, key=listed(own.key))
    there = Stand("row", form.id, "total")
    x = checker.visit_number(call.args[0], there, same("total"))
    condition = checker.visit_condition(where, there, same("where")) if where else None
    if isinstance(x, Wrong) or isinstance(condition, Wrong):
        return WRONG
    return checker.make(
        Total(
            kind="number",
            shape="row",
            measure=x.measure,
            form=form.id,
            x=x,
            where=condition,
            on=own.key,
            span=call.span,
        )
    )


# time


def _read_years(checker: Checker, call: SCall, least: int) -> int | None:
    if len(call.args) < 2:
        return 1
    years = call.args[1]
    value = years.value if isinstance(years, SNumber) else Fraction(0)
    if value.denominator != 1 or not least <= value <= 10:
        wanted = Text(f"{least} 至 10 的整数", f"a whole number from {least} to 10")
        checker.refuse("FML045", years.span, found=call.name, wanted=wanted, example=f"{call.name}(x, 3)")
        return None
    return int(value)


def _check_time(checker: Checker, call: SCall, stand: Stand) -> Typed:
    form = checker.form(stand.home)
    years = _read_years(checker, call, 2 if call.name == "trend" else 1)
    x = checker.visit(call.args[0], stand)
    if call.name != "previous":
        x = checker.need("number", x, same(call.name), call.args[0].span)
    if stand.mode == "row" and form is not None and form.period is None:
        return checker.refuse("FML046", call.span, form=form.id)
    if years is None or isinstance(x, Wrong):
        return WRONG
    if isinstance(x, Const):
        wanted = Text("随时间变化的量", "something that changes with time")
        example = f"{call.name}(sum(pupils){', 3' if call.name == 'trend' else ''})"
        return checker.refuse("FML045", call.args[0].span, found=call.name, wanted=wanted, example=example)
    if call.name == "trend":
        return _build_trend(checker, x, years, call.span)
    shape: Shape = "row" if stand.mode == "row" else "group"
    before = checker.make(
        Previous(kind=x.kind, shape=shape, measure=x.measure, x=x, years=years, span=call.span)
    )
    if call.name == "previous" or isinstance(before, Wrong):
        return before
    if call.name == "change":
        return _arithmetic(checker, "-", x, before, x.measure, call.span)
    ratio = _arithmetic(checker, "/", x, before, PLAIN, call.span)
    return _arithmetic(checker, "-", ratio, _number(1, PLAIN, call.span), PLAIN, call.span)


def _build_trend(checker: Checker, x: Typed, periods: int, span: Span) -> Typed:
    """Return the least-squares slope over the last periods as arithmetic.

    With t = 0, -1, ... -(n-1) the slope is the sum of (n-1-2k) x_k over n(n^2-1)/6. A middle period of weight 0 is kept,
    so that a missing one makes the trend not computable.
    """
    weights = [periods - 1 - 2 * k for k in range(periods)]
    divisor = Fraction(periods * (periods * periods - 1), 6)
    step = 2 if periods % 2 else 1
    total: Typed | None = None
    for k, weight in enumerate(w // step for w in weights):
        value = x
        if k:
            value = checker.make(
                Previous(kind="number", shape="group", measure=x.measure, x=x, years=k, span=span)
            )
        if abs(weight) != 1:
            value = _arithmetic(checker, "*", _number(abs(weight), PLAIN, span), value, x.measure, span)
        if total is None:
            total = value
        else:
            total = _arithmetic(checker, "+" if weight >= 0 else "-", total, value, x.measure, span)
    assert total is not None  # there are at least two periods
    if divisor == step:
        return total
    return _arithmetic(checker, "/", total, _number(divisor / step, PLAIN, span), x.measure, span)


def _number(value: int | Fraction, unit: Measure, span: Span) -> Const:
    return Const(kind="number", shape="constant", measure=unit, value=Fraction(value), span=span)


def _arithmetic(
    checker: Checker, op: Literal["+", "-", "*", "/"], a: Typed, b: Typed, unit: Measure, span: Span
) -> Typed:
    if isinstance(a, Wrong) or isinstance(b, Wrong):
        return WRONG
    return checker.make(
        Arithmetic(kind="number", shape=join_shapes(a, b), measure=unit, op=op, a=a, b=b, span=span)
    )


_CALLS: dict[str, Callable[[Checker, SCall, Stand], Typed]] = {
    **dict.fromkeys(("abs", "floor", "ceil", "least", "greatest", "is_missing"), _check_scalar),
    **dict.fromkeys(("previous", "change", "growth", "trend"), _check_time),
    "to": _check_to,
    "as": _check_as,
    "portion": _check_portion,
    "total": _check_total,
}
