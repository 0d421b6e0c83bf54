"""The report of a yearly evaluation: four parts as the published ones have them, annexes, and in the internal edition a
score sheet for each unit with the reason of every point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from duxue.core.text import Text, same
from duxue.reports.chartspecs import Interval, Intervals
from duxue.reports.document import Block, Cell, Chart, Column, Cover, Page, Paragraph, Report, Section, Table
from duxue.reports.duty_annex import annexes
from duxue.reports.duty_pieces import joined, number, ordinal, parted, percent, say_day
from duxue.reports.duty_sheets import sheet
from duxue.reports.duty_view import ChangeView, DutyView, Edition
from duxue.reports.duty_words import Words, plain
from duxue.reports.parts import text_cell

_BEST = 3  # units named for a block
_MOST_NAMED = 5  # units named beside an internal problem
_EDITIONS: Mapping[Edition, Text] = {
    "public": Text("公开版", "Public edition"),
    "internal": Text("内部版，不得公开", "Internal edition, not for publication"),
}


def build_duty_report(
    view: DutyView, edition: Edition, words: Words, added: Mapping[str, Sequence[Text]]
) -> Report:
    """Return one edition of the report.

    Args:
        view: the scored round.
        edition: public (no names of places that have problems, no counts) or internal.
        words: the sentences.
        added: paragraphs of the office by part (practices, problems, opinions, requirements).
    """
    parts = [
        _practices(view, words, added.get("practices", ())),
        _problems(view, edition, words, added.get("problems", ())),
        _opinions(view, words, added.get("opinions", ())),
        _requirements(view, words, added.get("requirements", ())),
    ]
    title = view.title
    front = Page("top", title, [*parts, *annexes(view, edition, words)])
    pages = [front, *(sheet(view, unit) for unit in view.units)] if edition == "internal" else [front]
    cover = Cover(
        issuer=view.issuer,
        number=view.number,
        edition=parted(_EDITIONS[edition], view.label) if view.label else _EDITIONS[edition],
        facts=[
            (Text("评价年度", "Year evaluated"), same(str(view.year))),
            (Text("报告日期", "Date of report"), say_day(view.day)),
            (Text("规则包", "Pack"), same(view.pack)),
            (Text("结果编号", "Result"), same(view.run_id)),
        ],
        note=_note(edition),
    )
    return Report(
        title=title, subject=view.whole, year=view.year, label=view.label, date=say_day(view.day), pack=view.pack,
        run_id=view.run_id, pages=pages, register={}, cover=cover,
    )  # fmt: skip


def _note(edition: Edition) -> Text:
    if edition == "public":
        return Text(
            "本版不列出存在问题的县和学校名称。全部公开数字可用 duxue round verify 由公开文件复算。",
            "This edition names no county or school that has problems. Every published figure can be computed again from the published files with duxue round verify.",
        )
    return Text(
        "本版含各项得分理由、问题所在单位和整改台账，仅供评价组织单位和被评价单位使用。",
        "This edition has the reason of every point, the places with problems and the ledger, for the office and the places evaluated.",
    )


def _body(text: Text) -> Paragraph:
    return Paragraph(plain(text))


def _heading(text: Text) -> Paragraph:
    return Paragraph(plain(text), "heading")


def part_title(n: int, text: Text) -> Text:
    """Return the title of a part: 一、 and 1."""
    return Text(f"{ordinal(n)}、{text.zh}", f"{n}. {text.say('en')}")


def _sub(n: int, text: Text) -> Text:
    return Text(f"（{ordinal(n)}）{text.zh}", f"({n}) {text.say('en')}")


# --- 1. practices and results ----------------------------------------------------------------------------------------
def _practices(view: DutyView, words: Words, added: Sequence[Text]) -> Section:
    seen = [s for u in view.units for s in u.scores if s.applies and s.verified is not None]
    blocks: list[Block] = [
        _body(words.text("basis", scheme=view.scheme, whole=view.whole, year=view.year)),
        _body(
            words.text(
                "scope", units=len(view.units), level=view.level, items=len(view.items),
                full=number(sum((b.full for b in view.blocks), Fraction(0)), 0), verified=len(seen),
                field=sum(s.field is not None for s in seen),
            )
        ),
        *([_body(_excused(view))] if view.excused else []),
    ]  # fmt: skip
    n = 0
    for n, block in enumerate(view.blocks, 1):
        blocks.append(_heading(_sub(n, block.title)))
        items = {item.id for item in view.items if item.block == block.id}
        said = [a.sentence for a in view.achievements if a.item in items]
        mean = sum((u.blocks[block.id] for u in view.units), Fraction(0)) / len(view.units)
        best = sorted(view.units, key=lambda u: (-u.blocks[block.id], u.code))[:_BEST]
        said.append(
            words.text("block_result", block=block.title, share=percent(mean, block.full), best=joined([u.name for u in best]))
        )  # fmt: skip
        blocks.append(_body(_sentences(said)))
    blocks += [
        _body(words.text("commended", title=title, units=joined(units)))
        for title, units in view.commended
        if units
    ]
    if any(u.practices for u in view.units):
        blocks.append(_body(words.text("practices_pointer")))
    blocks.append(_heading(_sub(n + 1, words.text("result_title"))))
    blocks += _results(view, words)
    blocks += [_body(text) for text in added]
    return Section("practices", part_title(1, words.text("part_practices")), 1, blocks, opens=True)


def _excused(view: DutyView) -> Text:
    zh = "；".join(f"{name.zh}（{why.zh}）" for name, why in view.excused)
    en = "; ".join(f"{name.say('en')} ({why.say('en')})" for name, why in view.excused)
    return Text(
        f"本轮免评、不计分不排名的单位：{zh}。", f"Excused from this round, neither scored nor ranked: {en}."
    )


def _sentences(said: Sequence[Text]) -> Text:
    """Return sentences as one paragraph, each with its end mark."""
    zh = "".join(s.zh.rstrip("。") + "。" for s in said)
    en = " ".join(_capital(s.say("en")).rstrip(".") + "." for s in said)
    return Text(zh, en)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _results(view: DutyView, words: Words) -> list[Block]:
    finals = [u.final for u in view.units]
    mean = sum(finals, Fraction(0)) / len(finals)
    d = view.decimals
    blocks: list[Block] = [
        _body(words.text("result_scores", low=number(min(finals), d), high=number(max(finals), d), mean=number(mean, d)))
    ]  # fmt: skip
    if view.publish_grades and view.grades:
        for grade in view.grades:
            mine = [u.name for u in view.units if u.grade == grade]
            if mine:
                blocks.append(_body(words.text("result_grade", grade=grade, n=len(mine), units=joined(mine))))
        blocks += [
            _body(words.text("result_changed", unit=u.name, veto=c.title, before=c.before, after=c.after))
            for u in view.units
            for c in u.changes
            if c.before != c.after
        ]
    else:
        blocks.append(_body(words.text("result_no_grades")))
    if view.draws and all(u.rank_low for u in view.units):
        blocks.append(_body(words.text("result_intervals", draws=view.draws)))
        rows = [
            Interval(u.name, u.rank, u.rank_low or u.rank, u.rank_high or u.rank, number(u.final, d))
            for u in view.units
        ]
        title = Text(
            "名次及其区间（右侧为最终得分）", "Ranks with their intervals (final score on the right)"
        )
        sentence = Text(
            "圆点为名次，色带为95%的模拟中的名次范围。",
            "Dots are ranks; the band holds the rank in 95% of the simulations.",
        )
        blocks.append(Chart(Intervals(title, rows, len(rows)), plain(sentence), wide=True))
    blocks.append(_ranking(view))
    return blocks


def _ranking(view: DutyView) -> Table:
    graded = view.publish_grades and bool(view.grades)
    columns = [
        Column(Text("单位", "Unit"), weight=1.6),
        Column(Text("名次", "Rank"), kind="number", weight=0.7),
        Column(Text("名次区间", "Rank interval"), kind="number"),
        Column(Text("自评得分", "Self"), kind="number"),
        Column(Text("核定得分", "Verified"), kind="number"),
        Column(Text("自评可信度", "Credibility"), kind="number"),
        Column(Text("最终得分", "Final"), kind="number"),
    ]
    if graded:
        columns += [
            Column(Text("得分等次", "Grade by score")),
            Column(Text("最终等次", "Final grade")),
            Column(Text("否决情形", "Vetoes"), weight=1.8),
        ]
    rows = []
    for u in view.units:
        interval = f"{u.rank_low}–{u.rank_high}" if u.rank_low else ""
        numbers = [
            str(u.rank),
            interval,
            *(number(v, view.decimals) for v in (u.self_total, u.verified_total)),
        ]
        credibility = number(u.credibility, 3) if u.credibility is not None else "–"
        cells = [
            text_cell(u.name, f"u-{u.code}"),
            *map(text_cell, (*numbers, credibility, number(u.final, view.decimals))),
        ]
        if graded:
            changed = u.grade != u.score_grade
            vetoes = joined([_veto(c) for c in u.changes if not c.withdrawn])
            cells += [
                text_cell(u.score_grade),
                Cell(u.grade, tone="not_met" if changed else ""),
                text_cell(vetoes),
            ]
        rows.append(cells)
    title = Text("各单位得分和等次", "Scores and grades") if graded else Text("各单位得分", "Scores")
    return Table(title, columns, rows, plain(view.method_label))


def _veto(change: ChangeView) -> Text:
    """Return a veto's name; one whose appeal is not decided says so."""
    title = change.title
    return Text(f"{title.zh}（申诉中）", f"{title.say('en')} (appeal pending)") if change.pending else title


# --- 2. problems, 3. opinions ----------------------------------------------------------------------------------------
def _problems(view: DutyView, edition: Edition, words: Words, added: Sequence[Text]) -> Section:
    blocks: list[Block] = [_body(words.text("problems_lead"))]
    for n, block in enumerate(view.blocks, 1):
        blocks.append(_heading(_sub(n, block.title)))
        items = {item.id for item in view.items if item.block == block.id}
        said = []
        for problem in view.problems:
            if problem.item not in items:
                continue
            text = problem.public
            if edition == "internal":
                more = words.text(
                    "problem_count", hit=problem.hit, of=problem.of, units=joined(problem.units[:_MOST_NAMED])
                )
                text = Text(text.zh.rstrip("。") + more.zh, text.say("en").rstrip(".") + more.en)
            said.append(text)
        if said:
            blocks.append(_body(_sentences(said)))
        else:
            blocks.append(_body(words.text("problems_none", block=block.title)))
    blocks += [_body(text) for text in added]
    return Section("problems", part_title(2, words.text("part_problems")), 1, blocks)


def _opinions(view: DutyView, words: Words, added: Sequence[Text]) -> Section:
    blocks: list[Block] = [_body(words.text("opinions_lead"))]
    n = 0
    for block in view.blocks:
        items = {item.id for item in view.items if item.block == block.id}
        advice = dict.fromkeys(p.advice for p in view.problems if p.item in items)
        if advice:
            n += 1
            blocks += [_heading(_sub(n, block.title)), _body(_sentences(list(advice)))]
    blocks += [_body(text) for text in added]
    return Section("opinions", part_title(3, words.text("part_opinions")), 1, blocks)


# --- 4. requirements -------------------------------------------------------------------------------------------------
def _requirements(view: DutyView, words: Words, added: Sequence[Text]) -> Section:
    plan, at_once, by_date, long_term = view.clocks
    said = [
        words.text("requirements_rectify"),
        words.text(
            "requirements_report", plan_days=plan, at_once_days=at_once, by_date_days=by_date, long_term_days=long_term
        ),
        words.text("requirements_true"),
    ]  # fmt: skip
    if view.rectified_window.zh:
        said.append(words.text("requirements_next", window=view.rectified_window))
    blocks: list[Block] = [_body(_numbered(n, text)) for n, text in enumerate([*said, *added], 1)]
    return Section("requirements", part_title(4, words.text("part_requirements")), 1, blocks)


def _numbered(n: int, text: Text) -> Text:
    return Text(f"（{ordinal(n)}）{text.zh}", f"({n}) {_capital(text.say('en'))}")
