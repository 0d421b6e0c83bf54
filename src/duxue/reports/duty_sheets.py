"""A unit's score sheet: its totals, its blocks against the mean, every item with three layers and the reason of its points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from duxue.core.text import Text
from duxue.packs.scoring import WIDE
from duxue.reports.chartspecs import Share, Shares
from duxue.reports.document import Block, Cell, Chart, Code, Column, Facts, Page, Paragraph, Section, Table
from duxue.reports.duty_pieces import joined, number, parted, percent, short
from duxue.reports.duty_view import BlockView, ChangeView, DutyView, UnitView
from duxue.reports.duty_words import plain
from duxue.reports.parts import text_cell

_NONE = Text("", "")


def sheet(view: DutyView, unit: UnitView) -> Page:
    """Return the score sheet of one unit."""
    d = view.decimals
    interval = f"（{unit.rank_low}–{unit.rank_high}）" if unit.rank_low else ""
    facts = [
        (Text("自评得分", "Self score"), number(unit.self_total, d)),
        (Text("核定得分", "Verified score"), number(unit.verified_total, d)),
        (Text("自评可信度", "Credibility"), number(unit.credibility, 4)),
        (Text("最终得分", "Final score"), number(unit.final, d)),
        (Text("名次", "Rank"), f"{unit.rank}{interval}"),
    ]
    lines = [
        (name, plain(Text(value, value.replace("（", " (").replace("）", ")")))) for name, value in facts
    ]
    if unit.score_grade.zh:
        lines += [
            (Text("得分等次", "Grade by score"), plain(unit.score_grade)),
            (Text("最终等次", "Final grade"), plain(unit.grade)),
        ]
    blocks: list[Block] = [Facts(lines), _shares(view, unit)]
    if unit.changes:
        blocks.append(_changes(unit.changes))
    blocks += [_items(view, unit, block) for block in view.blocks]
    if unit.tasks:
        blocks.append(Paragraph(plain(Text("待整改问题", "Problems to mend")), "heading"))
        blocks.append(_tasks(unit))
    blocks += _traced(unit)
    title = Text(f"{unit.name.zh}得分表", f"Score sheet: {unit.name.say('en')}")
    return Page(f"u-{unit.code}", title, [Section(f"u-{unit.code}", title, 1, blocks, unit=unit.code)])


def _traced(unit: UnitView) -> list[Block]:
    """Return how each figure behind a reason is followed to its cells."""
    known = [(s.item, s.indicators) for s in unit.scores if s.indicators]
    if not known:
        return []
    names = "; ".join(f"{item} {', '.join(indicators)}" for item, indicators in known)
    lead = Text(
        f"由数据计算的得分可以追溯到单元格；把命令中的指标换成所查评分项的指标：{names}。",
        f"Points from data are followed to their cells; put in the figure of the item that you ask about: {names}.",
    )
    return [
        Paragraph(plain(Text("数据来源", "Where the figures come from")), "heading"),
        Paragraph(plain(lead), "note"),
        Code(f"duxue explain {unit.code} {known[0][1][0]} --run OUT/evaluation"),
    ]


def _shares(view: DutyView, unit: UnitView) -> Chart:
    bars = []
    for block in view.blocks:
        mean = sum((u.blocks[block.id] for u in view.units), Fraction(0)) / len(view.units)
        share = unit.blocks[block.id] / block.full if block.full else Fraction(0)
        bars.append(
            Share(block.title, float(share), f"{percent(share, Fraction(1))}%", float(mean / block.full) if block.full else None)
        )  # fmt: skip
    title = Text("各板块得分率（竖线为平均）", "Share of full points by block (line: mean)")
    sentence = Text("得分率为最终得分除以满分。", "Final points divided by full points.")
    return Chart(Shares(title, bars), plain(sentence), wide=True)


def _changes(changes: Sequence[ChangeView]) -> Table:
    columns = [
        Column(Text("否决情形", "Veto"), weight=1.6),
        Column(Text("等次变化", "Change"), weight=1.4),
        Column(Text("佐证", "Evidence")),
        Column(Text("决定人", "Decided by")),
        Column(Text("理由", "Reason"), weight=2.4),
        Column(Text("申诉", "Appeal")),
    ]
    rows = [
        [
            text_cell(c.title), text_cell(Text(f"{c.before.zh} → {c.after.zh}", f"{c.before.say('en')} → {c.after.say('en')}")),
            text_cell(", ".join(c.evidence)), text_cell(c.decided_by), text_cell(c.reason), text_cell(c.appeal),
        ]
        for c in changes
    ]  # fmt: skip
    return Table(Text("否决规则", "Vetoes"), columns, rows)


def _items(view: DutyView, unit: UnitView, block: BlockView) -> Table:
    columns = [
        Column(Text("评分项", "Item"), weight=3.0),
        Column(Text("满分", "Full"), kind="number", weight=0.8),
        Column(Text("自评", "Self"), kind="number", weight=0.8),
        Column(Text("网评", "Online"), kind="number", weight=0.8),
        Column(Text("实地", "Field"), kind="number", weight=0.8),
        Column(Text("最终", "Final"), kind="number", weight=0.8),
        Column(Text("理由", "Reasons"), weight=5.6),
    ]
    scores = {s.item: s for s in unit.scores}
    d = view.decimals
    rows = []
    for item in view.items:
        score = scores.get(item.id)
        if item.block != block.id or score is None:
            continue
        over = score.gap is not None and score.gap > WIDE * score.full
        rows.append(
            [
                text_cell(parted(Text(item.id, item.id), item.title)), text_cell(short(score.full, d)),
                Cell(Text(short(score.self_score, d), short(score.self_score, d)), tone="not_met" if over else ""),
                text_cell(short(score.online, d)), text_cell(short(score.field, d)), text_cell(short(score.final, d)),
                text_cell(joined_reasons(score.reasons)),
            ]
        )  # fmt: skip
    got, full = number(unit.blocks[block.id], d), short(block.full, d)
    title = Text(f"{block.title.zh}：{got}／{full}分", f"{block.title.say('en')}: {got} of {full}")
    return Table(title, columns, rows)


def joined_reasons(reasons: tuple[Text, ...]) -> Text:
    """Return the reasons of one item's points in one cell."""
    kept = [r for r in reasons if r.zh or r.en]
    return Text("；".join(r.zh for r in kept), "; ".join(r.say("en") for r in kept)) if kept else _NONE


def _tasks(unit: UnitView) -> Table:
    columns = [
        Column(Text("问题", "Problem"), weight=4.4),
        Column(Text("类别", "Class")),
        Column(Text("整改措施", "Measure"), weight=3.0),
        Column(Text("责任单位和责任人", "Responsible"), weight=2.0),
        Column(Text("完成时限", "Due"), kind="number", weight=1.2),
    ]
    rows = [
        [
            text_cell(t.internal), text_cell(t.kind), text_cell(t.measure), text_cell(joined([t.responsible, t.post])),
            text_cell(t.due.isoformat()),
        ]
        for t in unit.tasks
    ]  # fmt: skip
    return Table(Text("问题和整改", "Problems and measures"), columns, rows)
