"""The functions of the language: one table for the checker and for the published reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from duxue.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duxue.formula.scope import Mode

# Each formula stands in one of three modes: per row of a form, per unit (group), or in the rule of a verdict.
MODES: Mapping[Mode, Text] = {
    "row": Text(
        "逐行公式（派生字段、检查、条件，以及汇总函数之内）",
        "in row formulas (derived fields, checks, conditions, inside aggregates)",
    ),
    "group": Text("指标公式", "in indicator formulas"),
    "rule": Text("判定规则", "in verdict rules"),
}


TAKES: Mapping[str, Text] = {
    "number": Text("数，任意计量单位", "a number of any unit of measure"),
    "condition": Text("条件", "a condition"),
    "any": Text("数、条件或文字；若有几个，须同类同单位", "a number, condition or text; several must be of one kind and unit"),
    "unit": Text("计量单位的名称", "the name of a unit of measure"),
    "years": Text("直接写出的整数，1 至 10；默认 1", "a whole number written out, 1 to 10; 1 when left out"),
    "periods": Text("直接写出的整数，2 至 10", "a whole number written out, 2 to 10"),
    "part": Text("直接写出的数，0 至 1", "a number written out, 0 to 1"),
    "form": Text(
        "表或范围的名称；不写时为字段所在的表，或指标的表或范围",
        "the name of a form or population; left out: the form whose columns are named, else the indicator's own",
    ),
    "field": Text("同一表中的字段", "a column of the same form"),
    "indicators": Text(
        "一个或多个指标，也可写区间（首..末，按规则包中的次序）",
        "one or more indicators, or a range first..last in the order of the pack",
    ),
    "verdict": Text("一项判定", "a verdict"),
}  # fmt: skip
GIVES: Mapping[str, Text] = {
    "number": Text("数", "a number"),
    "condition": Text("条件", "a condition"),
    "same": Text("与参数同类", "what its arguments are"),
}


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how it is written, where it may stand, what it takes and what it gives.

    `takes` names each argument with a key of TAKES, `gives` is a key of GIVES; tests/spec/functions.py holds an example
    of each.
    """

    name: str
    signature: str
    modes: tuple[Mode, ...]
    doc: Text
    takes: str
    gives: str
    least: int = 1  # unnamed arguments
    most: int | None = 1
    keywords: tuple[str, ...] = ()

    @property
    def arguments(self) -> dict[str, Text]:
        """Return what each argument takes, by its name in the signature."""
        pairs = (argument.split() for argument in self.takes.split(", "))
        return {name: TAKES[kind] for name, kind in pairs}


_ALL: tuple[Mode, ...] = ("row", "group", "rule")
_ROW: tuple[Mode, ...] = ("row",)
_GROUP: tuple[Mode, ...] = ("group",)
_TIME: tuple[Mode, ...] = ("row", "group")
_RULE: tuple[Mode, ...] = ("rule",)

_LIST = (
    Function("abs", "abs(x)", _ALL, Text("绝对值，单位不变。", "The absolute value, in the unit of x."), "x number", "number"),
    Function("floor", "floor(x)", _ALL, Text("不大于 x 的最大整数。", "The largest whole number not above x."), "x number", "number"),
    Function("ceil", "ceil(x)", _ALL, Text("不小于 x 的最小整数。", "The smallest whole number not below x."), "x number", "number"),
    Function("least", "least(a, b, ...)", _ALL, Text("最小的一个；有一个缺失则结果缺失。", "The smallest of them; missing when one is missing."), "a number, b number", "number", 2, None),
    Function("greatest", "greatest(a, b, ...)", _ALL, Text("最大的一个；有一个缺失则结果缺失。", "The largest of them; missing when one is missing."), "a number, b number", "number", 2, None),
    Function("coalesce", "coalesce(a, b, ...)", _ALL, Text("第一个不缺失的值。只在规则明文允许以它代替时使用：缺失不等于 0。", "The first one that is not missing. Use it only where the rule itself names the substitute: missing is not zero."), "a any, b any", "same", 2, None),
    Function("is_missing", "is_missing(x)", _ALL, Text("单元格为空时为真；因其他原因不可计算时不为真。", "True when a cell is empty; not when there is no value for another reason."), "x any", "condition"),
    Function("if", "if(test, yes, no)", _ALL, Text("条件成立取 yes，否则取 no；条件未知则结果未知。", "yes when the test holds, else no; unknown when the test is unknown."), "test condition, yes any, no any", "same", 3, 3),
    Function("to", "to(x, unit)", _ALL, Text("把 x 精确换算为同类的另一单位；含空格或斜线的单位加引号。", "x converted exactly to another unit of the same kind; quote a unit with blanks or slashes."), "x number, unit unit", "number", 2, 2),
    Function("as", "as(x, unit)", _ALL, Text("把学生、教师、教职工、幼儿的人数当作人，以便相加。", "Counts of pupils, teachers, staff or children taken as persons, so that they can be added."), "x number, unit unit", "number", 2, 2),
    Function("portion", "portion(x, within: field)", _ROW, Text("x 占同表同期、该字段相同的各行 x 之和的比例，单位为 1。", "x over the sum of x in the rows of the same form and period that share the field; unit 1."), "x number, within field", "number", 1, 1, ("within",)),
    Function("total", "total(form.x [, where: condition])", _ROW, Text("另一张表中主键与本行相同的各行之和；没有这样的行时为 0。", "The sum over the rows of another form that carry this row's key; 0 when there are none."), "x number, where condition", "number", 1, 1, ("where",)),
    Function("previous", "previous(x [, years])", _TIME, Text("x 在 years 年前的值（默认 1，最多 10）；逐行时取同一主键的行。", "x as it was years earlier (1 unless told, at most 10); in a row, of the row with the same key."), "x any, years years", "same", 1, 2),
    Function("change", "change(x [, years])", _TIME, Text("x - previous(x, years)，单位不变。", "x - previous(x, years), in the unit of x."), "x number, years years", "number", 1, 2),
    Function("growth", "growth(x [, years])", _TIME, Text("x / previous(x, years) - 1，单位为 1。", "x / previous(x, years) - 1, unit 1."), "x number, years years", "number", 1, 2),
    Function("trend", "trend(x, years)", _GROUP, Text("最近 years 期（2 至 10）每年变化的最小二乘斜率；其中任何一期缺失则不可计算。", "The least-squares change per year over the last 2 to 10 periods; not computable when one of them is missing."), "x number, years periods", "number", 2, 2),
    Function("sum", "sum(x [, where: condition] [, over: form])", _GROUP, Text("合计，单位为 x 的单位。", "The total, in the unit of x."), "x number, where condition, over form", "number", 1, 1, ("where", "over")),
    Function("count", "count([where: condition] [, of: unit] [, over: form])", _GROUP, Text("行数；of 写明所数事物的单位（例如 school），否则为纯数。", "The number of rows; `of` names the unit of what is counted (for instance school), else it is a plain number."), "where condition, of unit, over form", "number", 0, 0, ("where", "of", "over")),
    Function("count_if", "count_if(condition [, where: condition] [, over: form])", _GROUP, Text("满足条件的行数。", "The number of rows that fulfil the condition."), "condition condition, where condition, over form", "number", 1, 1, ("where", "over")),
    Function("share", "share(condition [, of: x] [, where: condition] [, over: form])", _GROUP, Text("满足条件的行所占比例；给出 of 时为其 x 之和占 x 总和的比例。单位为 1。", "The part of the rows that fulfil the condition; with `of`, their part of the sum of x. Unit 1."), "condition condition, of number, where condition, over form", "number", 1, 1, ("of", "where", "over")),
    Function("mean", "mean(x [, per: w] [, where: condition] [, over: form])", _GROUP, Text("各行 x 的平均；给出 per 时为 sum(x) / sum(w)，即总量之比。", "The mean of x over the rows; with `per`, sum(x) / sum(w), a ratio of totals."), "x number, per number, where condition, over form", "number", 1, 1, ("per", "where", "over")),
    Function("min", "min(x [, where: condition] [, over: form])", _GROUP, Text("各行中最小的 x。", "The smallest x of the rows."), "x number, where condition, over form", "number", 1, 1, ("where", "over")),
    Function("max", "max(x [, where: condition] [, over: form])", _GROUP, Text("各行中最大的 x。", "The largest x of the rows."), "x number, where condition, over form", "number", 1, 1, ("where", "over")),
    Function("median", "median(x [, where: condition] [, over: form])", _GROUP, Text("中位数，即 quantile(x, 0.5)。", "The median, the same as quantile(x, 0.5)."), "x number, where condition, over form", "number", 1, 1, ("where", "over")),
    Function("quantile", "quantile(x, q [, where: condition] [, over: form])", _GROUP, Text("q 分位数，q 在 0 与 1 之间，顺序统计量之间线性插值（第 7 型）。", "The q quantile, q from 0 to 1, linear between order statistics (type 7)."), "x number, q part, where condition, over form", "number", 2, 2, ("where", "over")),
    Function("cv", "cv(x [, per: w] [, where: condition] [, over: form])", _GROUP, Text("差异系数，单位为 1；给出 per 时 x 为各行总量，以 w 加权，见方法说明。", "The coefficient of variation, unit 1; with `per`, x is each row's total and w its weight, see the methods."), "x number, per number, where condition, over form", "number", 1, 1, ("per", "where", "over")),
    Function("gini", "gini(x [, per: w] [, where: condition] [, over: form])", _GROUP, Text("基尼系数，单位为 1；per 的含义同 cv。", "The Gini coefficient, unit 1; `per` as in cv."), "x number, per number, where condition, over form", "number", 1, 1, ("per", "where", "over")),
    Function("met", "met(A, B, L1..L7)", _RULE, Text("达到标准的指标个数。", "How many of the indicators reach their standard."), "A indicators", "number", 1, None),
    Function("all_met", "all_met(A, B, L1..L7)", _RULE, Text("有标准的指标是否全部达标。", "Whether every indicator that has a standard reaches it."), "A indicators", "condition", 1, None),
    Function("lowest_attainment", "lowest_attainment(A, B, L1..L7)", _RULE, Text("达标程度的最小值：值与标准之比；越小越好的指标为标准与值之比。单位为 1。", "The smallest attainment: value over standard, or standard over value where less is better. Unit 1."), "A indicators", "number", 1, None),
    Function("every", "every(verdict)", _RULE, Text("本单位及下级单位的该项判定是否全部成立。", "Whether the verdict holds for the unit itself and all units below it."), "verdict verdict", "condition"),
    Function("any", "any(verdict)", _RULE, Text("本单位及下级单位中是否有一个该项判定成立。", "Whether the verdict holds for at least one of the unit and the units below it."), "verdict verdict", "condition"),
    Function("share_met", "share_met(verdict)", _RULE, Text("该项判定成立的单位所占比例，单位为 1。", "The part of the units for which the verdict holds; unit 1."), "verdict verdict", "number"),
    Function("count_met", "count_met(verdict)", _RULE, Text("该项判定成立的单位个数。", "The number of units for which the verdict holds."), "verdict verdict", "number"),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = {f.name: f for f in _LIST}
AGGREGATES = frozenset(
    {"sum", "count", "count_if", "share", "mean", "min", "max", "median", "quantile", "cv", "gini"}
)
