"""Annexes of the yearly report: practices, credibility, what the program adds (money, survey), ledger, methods."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from duxue.core.text import Text, same
from duxue.packs.scoring import WIDE, claims_too_much
from duxue.reports.chartspecs import Dumbbells, Pair
from duxue.reports.document import Block, Chart, Code, Column, Facts, Paragraph, Section, Table
from duxue.reports.duty_figures import money, survey
from duxue.reports.duty_pieces import joined, number, ordinal, parted, say_day, short
from duxue.reports.duty_view import DutyView, Edition, ScoreView, UnitView
from duxue.reports.duty_words import Words, plain
from duxue.reports.parts import text_cell

_OPENING = ("typical", "credibility", "money")  # annexes that begin a sheet
_GAPS = 20  # gaps in the internal table


def annexes(view: DutyView, edition: Edition, words: Words) -> list[Section]:
    """Return the annexes of an edition, numbered in order."""
    made = [s for s in _all(view, edition, words) if s.blocks]
    return [
        Section(s.anchor, _titled(n, s.title), s.depth, s.blocks, opens=s.anchor in _OPENING)
        for n, s in enumerate(made, 1)
    ]


def _titled(n: int, title: Text) -> Text:
    return Text(f"附件{ordinal(n)}　{title.zh}", f"Annex {n}. {title.say('en')}")


def _all(view: DutyView, edition: Edition, words: Words) -> Iterator[Section]:
    yield Section("typical", Text("典型做法", "Typical practices"), 1, _practices(view))
    yield Section(
        "credibility",
        Text("自评可信度", "Credibility of self-evaluations"),
        1,
        _credibility(view, edition, words),
    )
    yield Section("money", Text("教育投入", "Spending on education"), 1, money(view, edition))
    yield Section("survey", Text("社会满意度", "Satisfaction"), 1, survey(view, edition))
    if edition == "internal":
        yield Section("ledger", Text("问题整改台账", "Problem ledger"), 1, [_ledger(view)])
    yield Section("methods", Text("方法与复算", "Methods and recomputation"), 1, _methods(view, edition))


def _practices(view: DutyView) -> list[Block]:
    blocks: list[Block] = []
    n = 0
    for unit in sorted(view.units, key=lambda u: u.code):
        if not unit.practices:
            continue
        n += 1
        heading = Text(f"{ordinal(n)}、{unit.name.zh}", f"{n}. {unit.name.say('en')}")
        blocks.append(Paragraph(plain(heading), "heading"))
        for k, practice in enumerate(unit.practices, 1):
            zh = f"{k}. {practice.title.zh.rstrip('。')}。{practice.text.zh}"
            en = f"({k}) {practice.title.say('en').rstrip('.')}. {practice.text.say('en')}"
            blocks.append(Paragraph(plain(Text(zh, en))))
    return blocks


def _credibility(view: DutyView, edition: Edition, words: Words) -> list[Block]:
    full = sum((b.full for b in view.blocks), Fraction(0))
    wide = sorted(
        (u for u in view.units if claims_too_much(u.self_total, u.verified_total, full)),
        key=lambda u: (u.verified_total - u.self_total, u.code),
    )
    blocks: list[Block] = [
        Paragraph(plain(words.text("credibility_lead", method=view.method, label=view.method_label)))
    ]
    if wide:
        named = [
            words.text("credibility_gap", unit=u.name, gap=number(u.self_total - u.verified_total, view.decimals))
            for u in wide
        ]  # fmt: skip
        blocks.append(Paragraph(plain(words.text("credibility_gaps", units=joined(named)))))
    rows = [
        Pair(
            u.name, float(u.self_total), float(u.verified_total), number(u.self_total - u.verified_total, 1), u in wide
        )
        for u in sorted(view.units, key=lambda u: (u.verified_total - u.self_total, u.code))
    ]  # fmt: skip
    title = Text("自评得分与核定得分（右侧为两者之差）", "Self and verified scores (difference on the right)")
    sentence = Text("空心点为自评，实心点为核定；差距大的在上。", "Hollow dots are claims, full dots what was verified; widest on top.")  # fmt: skip
    blocks += [
        Chart(Dumbbells(title, Text("自评", "self"), Text("核定", "verified"), rows), plain(sentence), wide=True),
        _credibility_table(view),
    ]  # fmt: skip
    if edition == "internal":
        blocks.append(_gaps(view))
    return blocks


def _credibility_table(view: DutyView) -> Table:
    columns = [
        Column(Text("单位", "Unit"), weight=1.6),
        Column(Text("自评得分", "Self"), kind="number"),
        Column(Text("核定得分", "Verified"), kind="number"),
        Column(Text("差", "Gap"), kind="number"),
        Column(Text("可信度", "Credibility"), kind="number"),
        Column(Text("计算", "How"), weight=3.2),
    ]
    d = view.decimals
    rows = [
        [
            text_cell(u.name), text_cell(number(u.self_total, d)), text_cell(number(u.verified_total, d)),
            text_cell(number(u.self_total - u.verified_total, d)), text_cell(number(u.credibility, 4)),
            text_cell(u.credibility_note),
        ]
        for u in sorted(view.units, key=lambda u: (u.credibility or Fraction(0), u.code))
    ]  # fmt: skip
    return Table(
        Text("自评可信度，由低到高", "Credibility, lowest first"), columns, rows, plain(view.method_label)
    )


def _gaps(view: DutyView) -> Table:
    titles = {item.id: item.title for item in view.items}
    wide: list[tuple[Fraction, UnitView, ScoreView]] = [
        (s.gap, u, s) for u in view.units for s in u.scores if s.gap is not None and s.gap > 0
    ]
    wide.sort(key=lambda x: (-x[0], x[1].code, x[2].item))
    columns = [
        Column(Text("单位", "Unit"), weight=1.2),
        Column(Text("评分项", "Item"), weight=3.4),
        Column(Text("自评", "Self"), kind="number"),
        Column(Text("核定", "Verified"), kind="number"),
        Column(Text("高出", "Above by"), kind="number"),
        Column(Text("依据", "Because"), weight=4.4),
    ]
    d = view.decimals
    rows = [
        [
            text_cell(u.name, f"u-{u.code}"), text_cell(parted(same(s.item), titles[s.item])), text_cell(short(s.self_score, d)),
            text_cell(short(s.verified, d)), text_cell(short(gap, d)), text_cell(s.reasons[-1]),
        ]
        for gap, u, s in wide[:_GAPS]
    ]  # fmt: skip
    return Table(
        Text(
            f"自评高出核定最多的{len(rows)}项",
            f"The {len(rows)} items claimed furthest above what was verified",
        ),
        columns,
        rows,
    )


def _ledger(view: DutyView) -> Table:
    kinds = list(dict.fromkeys(task.kind for u in view.units for task in u.tasks))
    columns = [
        Column(Text("单位", "Unit"), weight=1.4),
        Column(Text("问题数", "Problems"), kind="number"),
        *(Column(kind, kind="number") for kind in kinds),
        Column(Text("方案报送", "Plan due"), kind="number", weight=1.3),
        Column(Text("最早完成时限", "First due"), kind="number", weight=1.3),
        Column(Text("最晚完成时限", "Last due"), kind="number", weight=1.3),
    ]
    rows = []
    for u in sorted(view.units, key=lambda u: u.code):
        if not u.tasks:
            continue
        days = sorted(task.due for task in u.tasks)
        counts = [sum(task.kind == kind for task in u.tasks) for kind in kinds]
        shown = [
            str(len(u.tasks)),
            *map(str, counts),
            u.tasks[0].plan_due.isoformat(),
            days[0].isoformat(),
            days[-1].isoformat(),
        ]
        rows.append([text_cell(u.name, f"u-{u.code}"), *map(text_cell, shown)])
    note = Text(
        "每个问题的表述、措施、责任单位和时限见各单位得分表和 ledger.csv；该表可作为下一轮的上一轮问题表。时限按本轮的参数计算，来源文件没有规定。",
        "Each problem with measure, body and day stands in the unit's score sheet and in ledger.csv, which serves as the next round's list of old problems. Days are parameters of the round; no source prescribes them.",
    )
    return Table(Text("台账汇总", "Ledger in short"), columns, rows, plain(note))


def _methods(view: DutyView, edition: Edition) -> list[Block]:
    plan, at_once, by_date, long_term = view.clocks
    facts: list[tuple[Text, Text]] = [
        (Text("得分", "Points"), Text("由数据按规则计算；由人评定的，写明理由。全程用分数计算，只在打印时取舍。",
                                     "Computed from data by rule, or given by people with a reason; exact fractions, rounded in print only.")),
        (Text("核定得分", "Verified score"), Text("实地核查过的用实地分，否则用网上评审分。", "The field score where the field was visited, else the online score.")),
        (Text("可信度", "Credibility"), Text(f"{view.method}。{view.method_label.zh}。", f"{view.method}. {view.method_label.en}.")),
        (Text("虚高", "Claims too high"), Text(f"自评高出核定得分达满分的{float(100 * WIDE):g}%的单位在附件中点名（示例）。", f"Units that claim at least {float(100 * WIDE):g}% of full points more than was verified are named (a proposal).")),
        (Text("等次", "Grades"), Text("按未取舍的最终得分、左闭右开的区间；否决规则在后。", "From unrounded final scores in half-open bands; vetoes after that.")),
        (Text("量词", "Quantifiers"), Text("少于10%为个别，10%至30%为部分，30%至50%为不少，50%及以上为多数（示例）。",
                                         "Below 10% a few, to 30% some, to 50% many, from 50% most (a proposal).")),
        (Text("时限", "Days"), Text(f"方案{plan}日，立行立改{at_once}日，限期整改{by_date}日，长期坚持{long_term}日（本轮参数）。",
                                  f"Plan {plan}, at once {at_once}, by a date {by_date}, long-term {long_term} (parameters of the round).")),
        (Text("成效", "Results"), Text("平均得分率不低于80%的项才写入主要做法和成效（示例）。", "Only items with a mean of 80% of full points are told as results (a proposal).")),
        (Text("未经佐证的数字", "Unsupported numbers"), Text("改写或上报的文字中没有数据佐证的数字加注“待核”。", "Numbers in edited or uploaded text that no data support are marked.")),
    ]  # fmt: skip
    if view.vetoes:
        said = Text("；".join(v.zh for v in view.vetoes), "; ".join(v.say("en") for v in view.vetoes))
        facts.insert(
            5,
            (
                Text("否决情形", "Vetoes"),
                Text(
                    f"不计分，只调整等次：{said.zh}。", f"No points hang on them, only the grade: {said.en}."
                ),
            ),
        )
    folder = "PUBLIC" if edition == "public" else "OUT"
    digests = [(name, same(value)) for name, value in view.digests]
    return [
        Facts([(name, plain(text)) for name, text in facts]),
        Paragraph(plain(Text("复算", "Recomputation")), "heading"),
        Paragraph(plain(Text("在结果文件夹上运行下面的命令，各表由其中的文件重新计算并逐格比较。",
                             "Run this on the folder of results: the tables are computed again from the files in it and compared cell by cell."))),
        Code(f"duxue round verify {folder}"),
        Facts([(name, plain(text)) for name, text in digests]),
        Paragraph(plain(Text(f"报告日期：{say_day(view.day).zh}", f"Date of report: {say_day(view.day).en}")), "note"),
    ]  # fmt: skip
