"""Calls in the rules of verdicts: over standards met and over other verdicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, cast

from duxue.core.text import Text
from duxue.formula.context import WRONG
from duxue.formula.nodes import AllMet, LowestAttainment, Met, OverVerdicts, SName, SRange
from duxue.formula.problems import suggest

if TYPE_CHECKING:
    from duxue.formula.infer import Checker
    from duxue.formula.nodes import SCall, Span, Syntax, Typed

_INDICATOR = Text("指标", "indicator")
_VERDICT = Text("判定", "verdict")


def _list_indicators(checker: Checker, call: SCall) -> tuple[str, ...] | None:
    """Return the indicators that the arguments name, ranges written out in pack order; None when reported."""
    found: list[str] = []
    fine = True
    for part in call.args:
        names = _read_range(checker, part) if isinstance(part, SRange) else _read_indicator(checker, part)
        if names is None:
            fine = False
            continue
        for name in names:
            if name in found:
                fine = False
                checker.refuse("FML013", part.span, found=name)
            else:
                found.append(name)
    return tuple(found) if fine else None


def _read_indicator(checker: Checker, part: Syntax) -> list[str] | None:
    if isinstance(part, SName) and part.parts[0] in checker.scope.indicators and len(part.parts) == 1:
        return [part.parts[0]]
    _refuse_name(checker, part, _INDICATOR)
    return None


def _read_range(checker: Checker, part: SRange) -> list[str] | None:
    order = list(checker.scope.indicator_order or checker.scope.indicators)
    ends = [name for name in (part.first, part.last) if name not in order]
    for name in ends:
        start = part.span[0] if name == part.first else part.span[1] - len(name)
        _refuse_unknown(checker, name, (start, start + len(name)), _INDICATOR)
    if ends:
        return None
    first, last = order.index(part.first), order.index(part.last)
    if first > last:
        checker.refuse("FML031", part.span, found=f"{part.first}..{part.last}")
        return None
    return order[first : last + 1]


def _refuse_name(checker: Checker, part: Syntax, what: Text) -> None:
    name = ".".join(part.parts) if isinstance(part, SName) else checker.text(part)
    _refuse_unknown(checker, name, part.span, what)


def _refuse_unknown(checker: Checker, name: str, span: Span, what: Text) -> None:
    known = checker.scope.indicators if what is _INDICATOR else checker.scope.verdicts
    checker.refuse("FML020", span, found=name, what=what, near=suggest(name, known))


def _check_met(checker: Checker, call: SCall) -> Typed:
    names = _list_indicators(checker, call)
    if names is None:
        return WRONG
    return checker.make(Met(kind="number", shape="group", indicators=names, span=call.span))


def _check_all_met(checker: Checker, call: SCall) -> Typed:
    names = _list_indicators(checker, call)
    if names is None:
        return WRONG
    return checker.make(AllMet(kind="boolean", shape="group", indicators=names, span=call.span))


def _check_lowest(checker: Checker, call: SCall) -> Typed:
    names = _list_indicators(checker, call)
    if names is None:
        return WRONG
    return checker.make(LowestAttainment(kind="number", shape="group", indicators=names, span=call.span))


def _check_verdicts(checker: Checker, call: SCall) -> Typed:
    part = call.args[0]
    if not isinstance(part, SName) or part.parts[0] not in checker.scope.verdicts or len(part.parts) > 1:
        _refuse_name(checker, part, _VERDICT)
        return WRONG
    fn = cast('Literal["every", "any", "share_met", "count_met"]', call.name)
    kind: Literal["boolean", "number"] = "boolean" if fn in ("every", "any") else "number"
    return checker.make(OverVerdicts(kind=kind, shape="group", fn=fn, id=part.parts[0], span=call.span))


RULE_CALLS: dict[str, Callable[[Checker, SCall], Typed]] = {
    "met": _check_met,
    "all_met": _check_all_met,
    "lowest_attainment": _check_lowest,
    **dict.fromkeys(("every", "any", "share_met", "count_met"), _check_verdicts),
}
