"""Formulas for people: in words with the titles of fields, and with the numbers put in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from duxue.core.text import Text
from duxue.formula import nodes as n
from duxue.formula.source import (
    ADD,
    COMPARE,
    MULTIPLY,
    NEGATE,
    NOT,
    PRIMARY,
    Writer,
    Written,
    to_source,
    write_number,
)

if TYPE_CHECKING:
    from duxue.core.text import Lang
    from duxue.formula.nodes import Typed

__all__ = ["clause", "substitute", "to_source"]

_SIGNS = {"*": "×", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠", "==": "="}
_WORDS = {"and": Text("且", "and"), "or": Text("或", "or")}

_PHRASES: dict[str, Text] = {
    "sum": Text("{x}合计", "total {x}"),
    "count": Text("记录数", "number of records"),
    "mean": Text("{x}的平均值", "mean of {x}"),
    "min": Text("{x}的最小值", "smallest {x}"),
    "max": Text("{x}的最大值", "largest {x}"),
    "median": Text("{x}的中位数", "median of {x}"),
    "quantile": Text("{x}的{q}分位数", "{q} quantile of {x}"),
    "cv": Text("{x}的差异系数", "coefficient of variation of {x}"),
    "gini": Text("{x}的基尼系数", "Gini coefficient of {x}"),
    "per": Text("以{per}加权", "weighted by {per}"),
    "where": Text("仅限{where}", "where {where}"),
    "abs": Text("{x}的绝对值", "absolute value of {x}"),
    "floor": Text("{x}向下取整", "{x} rounded down"),
    "ceil": Text("{x}向上取整", "{x} rounded up"),
    "least": Text("（{x}）中的最小者", "the least of ({x})"),
    "greatest": Text("（{x}）中的最大者", "the greatest of ({x})"),
    "coalesce": Text("（{x}）中第一个不缺失的值", "the first of ({x}) that is not missing"),
    "is_missing": Text("{x}缺失", "{x} is missing"),
    "if": Text("（若{test}，则为{yes}；否则为{no}）", "({yes} if {test}; otherwise {no})"),
    "not": Text("并非{x}", "not {x}"),
    "in": Text("{x}属于（{values}）", "{x} is one of ({values})"),
    "not in": Text("{x}不属于（{values}）", "{x} is none of ({values})"),
    "previous": Text("上一年的{x}", "{x} one year earlier"),
    "previous many": Text("{years}年前的{x}", "{x} {years} years earlier"),
    "portion": Text("{x}占同一{within}合计的比例", "part of {x} within the same {within}"),
    "total": Text("对应记录的{x}合计", "total {x} of the matching records"),
    "met": Text("{names}中达标的个数", "number of indicators that meet their standard among {names}"),
    "all_met": Text("{names}全部达标", "{names} all meet their standard"),
    "lowest": Text("{names}中最低的达标程度", "lowest attainment among {names}"),
    "every": Text("全部单位的{names}成立", "{names} holds for every unit"),
    "any": Text("至少一个单位的{names}成立", "{names} holds for at least one unit"),
    "share_met": Text("{names}成立的单位比例", "share of units for which {names} holds"),
    "count_met": Text("{names}成立的单位数", "number of units for which {names} holds"),
}
_WHETHER = (
    "是否"  # how Chinese titles of yes-no columns begin; as a condition such a column reads as a statement
)
_TRUTH = {True: Text("是", "yes"), False: Text("否", "no")}


def clause(node: Typed, lang: Lang, titles: Mapping[str, str]) -> str:
    """Return a formula in words.

    `titles` gives the printed names of fields (by `form.field`, else by `field`), indicators, constants, verdicts and
    categories; what it does not name is printed by its id.
    """
    return _Clause(lang, titles, _conditions(node)).write(node)[0]


def _conditions(node: Typed) -> set[int]:
    """Return the identities of the parts of a formula that stand as a condition, not as a value."""
    found = {id(node)}
    for part in n.walk(node):
        conditions: tuple[Typed | None, ...] = ()
        if isinstance(part, n.If):
            conditions = (part.test,)
        elif isinstance(part, n.Not):
            conditions = (part.x,)
        elif isinstance(part, n.Logic):
            conditions = (part.a, part.b)
        elif isinstance(part, n.Aggregate | n.Total):
            conditions = (part.where,)
        found.update(id(c) for c in conditions)
    return found


def substitute(
    node: Typed,
    lang: Lang,
    number: Callable[[Typed], str],
    whole: Callable[[n.Portion], str] | None = None,
) -> str:
    """Return a formula with the numbers put in and its result, for instance `27 / 512 × 100 = 5.27`.

    `number` says the value of any part as it is to be printed; aggregates, indicators, constants and columns are
    shown as their values, operators are written out. `whole` says the sum of which a portion is a part, as its terms.
    """
    text = _Substituted(lang, number, whole).write(node)[0]
    result = number(node)
    return text if text == result else f"{text} = {result}"


def _statement(title: str) -> str:
    return title.removeprefix(_WHETHER).removeprefix("为")


class _Words(Writer):
    """What words and numbers share: printed signs, choices and lists of one language."""

    divide = "/"

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def sign(self, op: str) -> str:
        if op in _WORDS:
            return _WORDS[op].say(self.lang)
        return self.divide if op == "/" else _SIGNS.get(op, op)

    def enclose(self, text: str) -> str:
        return f"（{text}）" if self.lang == "zh" else f"({text})"

    def say(self, phrase: str, **parts: str) -> str:
        return _PHRASES[phrase].say(self.lang).format(**parts)

    def list_parts(self, parts: list[str]) -> str:
        return ("、" if self.lang == "zh" else ", ").join(parts)

    def write_other(self, node: Typed, bare: bool) -> Written:  # noqa: ARG002 - printed numbers bear no unit
        if isinstance(node, n.Convert):
            return self.write_factor(node)
        if isinstance(node, n.Not):
            return self.say("not", x=self.part(node.x, NOT)), NOT
        if isinstance(node, n.Among):
            values = self.list_parts([self.value(v) for v in node.values])
            return self.say(
                "not in" if node.negated else "in", x=self.part(node.x, ADD), values=values
            ), COMPARE
        if isinstance(node, n.If):
            test, yes, no = (self.write(x)[0] for x in (node.test, node.yes, node.no))
            return self.say("if", test=test, yes=yes, no=no), PRIMARY
        if isinstance(node, n.Scalar):
            texts = [self.part(a, PRIMARY if len(node.args) == 1 else 0) for a in node.args]
            return self.say(node.fn, x=self.list_parts(texts)), PRIMARY
        return self.write_leaf(node)

    def write_factor(self, node: n.Convert) -> Written:
        """Return a conversion as the multiplication or division that it is."""
        if node.factor == 1:
            return self.write(node.x)
        times = node.factor.denominator == 1 or node.factor.numerator != 1
        factor = write_number(node.factor if times else 1 / node.factor)
        shown = factor[0] if factor[1] > MULTIPLY else self.enclose(factor[0])
        return f"{self.part(node.x, MULTIPLY)} {self.sign('*' if times else '/')} {shown}", MULTIPLY

    def write_leaf(self, node: Typed) -> Written:
        raise NotImplementedError

    def value(self, value: Fraction | bool | str) -> str:
        if isinstance(value, bool):
            return _TRUTH[value].say(self.lang)
        return write_number(value)[0] if isinstance(value, Fraction) else value


class _Clause(_Words):
    divide = "÷"

    def __init__(self, lang: Lang, titles: Mapping[str, str], conditions: set[int]) -> None:
        super().__init__(lang)
        self.titles = titles
        self.conditions = conditions

    def title(self, name: str) -> str:
        return self.titles.get(name, name)

    def value(self, value: Fraction | bool | str) -> str:
        return self.title(value) if isinstance(value, str) else super().value(value)

    def column(self, node: n.Column) -> str:
        return self.titles.get(f"{node.form}.{node.name}") or self.title(node.name)

    def write_other(self, node: Typed, bare: bool) -> Written:
        if isinstance(node, n.Not) and isinstance(node.x, n.Column):
            title = self.column(node.x)
            if title.startswith(_WHETHER):
                return f"不是{_statement(title)}", PRIMARY
        return super().write_other(node, bare)

    def write_leaf(self, node: Typed) -> Written:
        if isinstance(node, n.Const):
            negative = isinstance(node.value, Fraction) and node.value < 0
            return self.value(node.value), NEGATE if negative else PRIMARY
        if isinstance(node, n.Column):
            title = self.column(node)
            asked = id(node) in self.conditions and title.startswith(_WHETHER)
            return f"是{_statement(title)}" if asked else title, PRIMARY
        if isinstance(node, n.PackConstant | n.Indicator):
            return self.title(node.id), PRIMARY
        if isinstance(node, n.Previous):
            phrase = "previous" if node.years == 1 else "previous many"
            return self.say(phrase, x=self.part(node.x, PRIMARY), years=str(node.years)), PRIMARY
        if isinstance(node, n.Portion):
            within = self.titles.get(f"{node.form}.{node.within}") or self.title(node.within)
            return self.say("portion", x=self.part(node.x, PRIMARY), within=within), PRIMARY
        if isinstance(node, n.Total):
            text = self.say("total", x=self.part(node.x, PRIMARY))
            return self.add_where(text, node.where), PRIMARY
        if isinstance(node, n.Aggregate):
            return self.write_aggregate(node), PRIMARY
        return self.write_rule(node), PRIMARY

    def write_aggregate(self, node: n.Aggregate) -> str:
        phrase = "median" if node.fn == "quantile" and node.parameter == Fraction(1, 2) else node.fn
        x = self.part(node.x, PRIMARY) if node.x is not None else ""
        text = self.say(phrase, x=x, q=write_number(node.parameter or Fraction(0))[0])
        if node.per is not None:
            text = self.add(text, self.say("per", per=self.part(node.per, PRIMARY)))
        return self.add_where(text, node.where)

    def add_where(self, text: str, where: Typed | None) -> str:
        return text if where is None else self.add(text, self.say("where", where=self.write(where)[0]))

    def add(self, text: str, note: str) -> str:
        return f"{text}{'' if self.lang == 'zh' else ' '}{self.enclose(note)}"

    def write_rule(self, node: Typed) -> str:
        if isinstance(node, n.OverVerdicts):
            return self.say(node.fn, names=self.title(node.id))
        phrases = {n.Met: "met", n.AllMet: "all_met", n.LowestAttainment: "lowest"}
        names = [self.title(name) for name in getattr(node, "indicators", ())]
        return self.say(phrases[type(node)], names=self.list_parts(names))


class _Substituted(_Words):
    def __init__(
        self, lang: Lang, number: Callable[[Typed], str], whole: Callable[[n.Portion], str] | None
    ) -> None:
        super().__init__(lang)
        self.number = number
        self.whole = whole

    def write_other(self, node: Typed, bare: bool) -> Written:
        if isinstance(node, n.If) and self.whole is not None:
            return self.number(node), PRIMARY  # the branch that was taken
        return super().write_other(node, bare)

    def write_leaf(self, node: Typed) -> Written:
        if isinstance(node, n.Portion) and self.whole is not None:
            return (
                f"{self.part(node.x, MULTIPLY)} {self.sign('/')} {self.enclose(self.whole(node))}",
                MULTIPLY,
            )
        text = self.value(node.value) if isinstance(node, n.Const) else self.number(node)
        return text, NEGATE if text.startswith(("-", "−")) else PRIMARY

    def part(self, node: Typed, lowest: int, bare: bool = False) -> str:
        text, level = self.write(node, bare=bare)
        # "3 - -5" is hard to read: a negative number after a sign stands in parentheses.
        signed = level == NEGATE and lowest > ADD
        return self.enclose(text) if signed or level < lowest else text
