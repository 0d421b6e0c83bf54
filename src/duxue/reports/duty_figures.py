"""Annexes on money and satisfaction: falls that must be explained, and what a survey found."""

from __future__ import annotations

from duxue.core.text import Text
from duxue.reports.document import Block, Column, Paragraph, Table
from duxue.reports.duty_pieces import number, short
from duxue.reports.duty_view import DutyView, Edition
from duxue.reports.duty_words import plain
from duxue.reports.parts import text_cell

_HIDDEN = "*"  # a count that is not told outside, with the one that would give it away


def money(view: DutyView, edition: Edition) -> list[Block]:
    """Return the falls of figures that must only increase: scored units in both editions, those below them inside."""
    if not view.falls:
        return []
    lead = Text(
        "下列只增不减的指标比上年下降；数字由各县和市本级的合计重新计算，下降须说明原因。",
        "Figures that may only increase and yet fell: they are computed again from the sums of counties and cities, and each fall needs an explanation.",
    )
    blocks: list[Block] = [Paragraph(plain(lead))]
    counts = dict.fromkeys((f.title for f in view.falls), 0)
    for fall in view.falls:
        counts[fall.title] += 1
    below = {title: sum(f.title == title and not f.whole for f in view.falls) for title in counts}
    columns = [
        Column(Text("指标", "Figure"), weight=4.0),
        Column(Text(f"下降的{view.level.zh}", "Scored units that fell"), kind="number"),
        Column(Text("下降的下级单位", "Units below them"), kind="number"),
    ]
    rows = [
        [text_cell(title), text_cell(str(n - below[title])), text_cell(str(below[title]))] for title, n in counts.items()
    ]  # fmt: skip
    blocks.append(Table(Text("下降的单位数", "How many fell"), columns, rows))
    if edition == "internal":
        blocks.append(_falls(view))
    return blocks


def _falls(view: DutyView) -> Table:
    columns = [
        Column(Text("单位", "Unit"), weight=1.2),
        Column(Text("指标", "Figure"), weight=2.4),
        Column(Text("数值", "Value"), kind="number"),
        Column(Text("说明", "Explanation"), weight=3.6),
        Column(Text("金额", "Amount"), Text("万元", "10,000 yuan"), "number", 1.2),
    ]
    rows = [
        [text_cell(f.unit), text_cell(f.title), text_cell(f.value), text_cell(f.cause), text_cell(short(f.amount, 2))]
        for f in view.falls
    ]  # fmt: skip
    return Table(Text("下降及说明", "Falls and their explanations"), columns, rows)


def survey(view: DutyView, edition: Edition) -> list[Block]:
    """Return the satisfaction of each scored unit with its interval; marked sheets in the internal edition."""
    if not view.survey:
        return []
    lead = Text(
        "满意度按群体加权，“不了解”单列；区间为95%置信区间，区间重叠的单位不宜比较高低。",
        "Satisfaction is weighted by group, 'does not know' stands apart; intervals hold 95%, and units whose intervals overlap should not be ranked.",
    )
    columns = [
        Column(Text("单位", "Unit"), weight=1.6),
        Column(Text("满意度", "Satisfaction"), Text("%", "%"), "number"),
        Column(Text("区间", "Interval"), Text("%", "%"), "number", 1.4),
        Column(Text("有效答卷", "Valid sheets"), kind="number"),
        Column(Text("不了解", "Does not know"), kind="number"),
    ]
    inside = edition == "internal"
    if inside:
        columns += [
            Column(Text("可疑答卷", "Marked sheets"), kind="number"),
            Column(Text("剔除后", "Without them"), Text("%", "%"), "number"),
        ]
    rows = []
    for s in view.survey:
        interval = f"{s.low:.1f}–{s.high:.1f}" if s.low is not None and s.high is not None else "–"
        counts = [_HIDDEN, _HIDDEN] if s.hidden and not inside else [str(s.valid), str(s.unknown)]
        shown = [number(s.value, 1), interval, *counts]
        shown += [str(s.marked), number(s.without_marked, 1)] if inside else []
        rows.append([text_cell(s.unit), *map(text_cell, shown)])
    blocks: list[Block] = [
        Paragraph(plain(lead)),
        Table(Text("各单位满意度", "Satisfaction by unit"), columns, rows),
    ]
    if not inside and any(s.hidden for s in view.survey):
        small = Text("* 份数少于5，不公布。", "* Fewer than five sheets: not published.")
        blocks.append(Paragraph(plain(small)))
    return blocks
