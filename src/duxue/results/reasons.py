"""Why a figure could not be computed, in words."""

from __future__ import annotations

from duxue.core.text import Text
from duxue.formula.nodes import NA
from duxue.packs.schema import Derived, FieldSpec, Pack
from duxue.results.model import Value

REASONS: dict[str, Text] = {
    NA.MISSING: Text("缺少数据", "data are missing"),
    NA.ZERO_DIVISION: Text("分母为零", "the denominator is 0"),
    NA.NO_ROWS: Text("没有该单位的数据", "the data hold nothing for this unit"),
    NA.OUT_OF_SCOPE: Text("不在评估范围", "out of scope"),
    NA.NO_PREVIOUS: Text("没有以前年度的数据", "the data hold no earlier year"),
    NA.NO_CONSTANT: Text("该地区或日期没有规定的参数值", "no parameter is set for this region or date"),
    NA.DEPENDS: Text("所引用的指标不可计算", "an indicator it refers to is not computable"),
    NA.DOMAIN: Text(
        "均值不为正，差异系数没有意义",
        "the mean is not positive, so a coefficient of variation has no meaning",
    ),
    NA.TOO_LARGE: Text("数值超出可表示的范围", "the number is too large to be represented"),
}


def reason_text(pack: Pack, value: Value | str) -> Text:
    """Return the reason in both languages, with the columns or the excluding rule named.

    A value knows the columns of what is missing, not which of them are empty; an explanation looks at the cells.
    """
    if isinstance(value, str):
        return REASONS[value]
    base = REASONS[value.reason]
    if value.reason == NA.MISSING and value.detail:
        titles = [_column_title(pack, name) for name in value.detail.split()]
        if len(titles) == 1:
            return Text(f"{base.zh}：{titles[0].zh}", f"{base.en}: {titles[0].en}")
        zh, en = "、".join(t.zh for t in titles), ", ".join(t.en for t in titles)
        return Text(f"{base.zh}：{zh}中至少一项", f"{base.en}: at least one of {en}")
    if value.reason == NA.OUT_OF_SCOPE and value.detail.isdigit():
        spec = next((i for i in pack.indicators if i.id == value.indicator), None)
        population = next((p for p in pack.populations if spec and p.id == spec.population), None)
        if population is not None and int(value.detail) < len(population.exclude):
            reason = population.exclude[int(value.detail)].reason
            return Text(f"{base.zh}：{reason.zh}", f"{base.en}: {reason.en}")
    return base


def _column_title(pack: Pack, name: str) -> Text:
    form_id, _, column = name.partition(".")
    form = next((f for f in pack.forms if f.id == form_id), None)
    specs: list[FieldSpec | Derived] = [*form.fields, *form.derived] if form else []
    return next((s.title.text for s in specs if s.id == column), Text(name, name))
