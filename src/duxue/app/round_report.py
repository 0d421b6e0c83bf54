"""From a scored round to its reports: the public and the internal edition, in every language and format asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import get_args

from duxue.app.importing import Progress
from duxue.app.reporting import Format
from duxue.app.rounds import Computed, Opened, day_of
from duxue.core import digest
from duxue.core.measure import is_percent
from duxue.core.quantity import exact
from duxue.core.text import LANGS, Lang, Text, same
from duxue.packs.scoring import Figure, Item, Veto
from duxue.reports.document import Report
from duxue.reports.duty import build_duty_report
from duxue.reports.duty_view import (
    AchievementView,
    BlockView,
    ChangeView,
    DutyView,
    Edition,
    FallView,
    ItemView,
    PracticeView,
    ProblemView,
    ScoreView,
    SurveyView,
    TaskView,
    UnitView,
)
from duxue.reports.duty_words import Words
from duxue.reports.numbers import Offered, mark_both
from duxue.scoring import credibility, tree
from duxue.scoring.figures import Figures
from duxue.scoring.ledger import KINDS, SOURCES, Entry
from duxue.scoring.model import Fall, GradeChange, ItemScores, UnitScore
from duxue.scoring.problem_list import plural, used_indicators
from duxue.scoring.round_text import Practice
from duxue.scoring.satisfaction import hide_small

_GOOD = Fraction(4, 5)  # mean share of full points from which an item counts as a result: a proposal
_SYNTHETIC = Text("示例，非官方；合成数据", "Sample, not official; synthetic data")
_STATES = {
    "open": Text("未销号", "open"),
    "closed": Text("已销号", "closed"),
    "extended": Text("已延期", "extended"),
    "reopened": Text("重新打开", "reopened"),
}
_APPEALS = {
    "none": Text("无", "none"),
    "pending": Text("申诉中", "pending"),
    "upheld": Text("维持", "upheld"),
    "withdrawn": Text("已撤销", "withdrawn"),
}
_DIGESTS = {
    "pack_digest": Text("规则包摘要", "Digest of the pack"),
    "evaluation": Text("指标结果编号", "Result of the indicators"),
}
_SHOWN = 16  # letters of a digest in print; round.json has them all
_FALLBACK = Text("省级教育督导机构（示例）", "Provincial education supervision (sample)")


def write_reports(
    opened: Opened,
    computed: Computed,
    facts: Mapping[str, object],
    folder: Path,
    *,
    formats: Sequence[Format],
    langs: Sequence[Lang] = LANGS,
    progress: Progress = lambda _: None,
) -> list[Path]:
    """Write both editions below `folder` (public/ and internal/) and return the files, public ones first.

    `facts` is what round.json says that the round was made of.
    """
    return write_view(opened, view_of(opened, computed, facts), folder, formats, langs, progress)


def write_view(
    opened: Opened,
    view: DutyView,
    folder: Path,
    formats: Sequence[Format],
    langs: Sequence[Lang] = LANGS,
    progress: Progress = lambda _: None,
) -> list[Path]:
    """Write both editions of what is to be printed, in the office's own words where there are any."""
    edited = opened.edited
    words = Words({name: b.text for name, b in edited.sentences.items()}, _always(opened))
    added: dict[str, list[Text]] = {}
    for paragraph in edited.added:
        added.setdefault(paragraph.part, []).append(mark_both(paragraph.text.text, _always(opened)))
    files: list[Path] = []
    for edition in get_args(Edition):
        report = build_duty_report(view, edition, words, added)
        for kind in dict.fromkeys(formats):
            progress(
                Text(
                    f"写出 {kind.upper()} 报告（{edition}）",
                    f"writing the {edition} report as {kind.upper()}",
                )
            )
            files += _write(report, kind, folder / edition, langs)
    return files


def _write(report: Report, kind: Format, folder: Path, langs: Sequence[Lang]) -> list[Path]:
    if kind == "html":
        from duxue.reports.write_html import write_html

        return write_html(report, folder, langs)
    if kind == "docx":
        from duxue.reports.write_docx import write_docx

        return write_docx(report, folder, langs)
    from duxue.reports.write_pdf import write_pdf

    return write_pdf(report, folder, langs)


def _always(opened: Opened) -> list[Offered]:
    """Return what every sentence may state: the years and the number of scored units."""
    about = opened.about
    return [Offered(Fraction(n)) for n in (about.evaluated_year, about.round_year)]


def view_of(opened: Opened, computed: Computed, facts: Mapping[str, object]) -> DutyView:
    """Return what the reports print of a scored round."""
    about, scoring, pack = opened.about, opened.scoring, opened.loaded.pack
    figures, scored = computed.figures, computed.scored
    line = tree.leaves(scoring)
    windows = {w.id: w for w in scoring.windows}
    grades = {g.id: g.title.text for g in scoring.grades} if about.publish_grades else {}
    items = {leaf.item.id: leaf.item for leaf in line}
    whole = figures.whole()
    rule = scoring.credibility
    method = f"{rule.method} v{credibility.VERSION}" + (" replace-verified" if rule.replace_verified else "")
    clocks = about.clocks
    unclosed = next((w.title.text for w in scoring.windows if w.year == "last_round"), same(""))
    label = pack.label.text if pack.label else None
    return DutyView(
        title=about.title.text,
        issuer=about.issuer.text if about.issuer else _FALLBACK,
        number=about.number or "",
        scheme=pack.title.text,
        whole=figures.name(whole) if whole else same(""),
        level=_level(opened),
        year=about.evaluated_year,
        round_year=about.round_year,
        day=day_of(about),
        label=_SYNTHETIC if about.synthetic else label,
        decimals=scoring.decimals,
        draws=about.draws,
        clocks=(clocks.plan, clocks.at_once, clocks.by_date, clocks.long_term),
        method=method,
        method_label=credibility.LABEL,
        publish_grades=about.publish_grades,
        blocks=[BlockView(b.id, b.title.text, b.points) for b in scoring.items],
        items=[
            ItemView(
                leaf.item.id, leaf.item.title.text, leaf.block.id,
                windows[leaf.window].title.text if leaf.window in windows else same(""), leaf.item.points,
            )
            for leaf in line
        ],
        units=_units(opened, computed, grades),
        grades=list(grades.values()),
        problems=[
            ProblemView(
                p.item, p.public, p.hit, p.of,
                next(known.title.text for known in pack.levels if known.id == p.level),
                tuple(figures.name(u) for u in p.units), p.lost, _advice(items[p.item]),
            )
            for p in computed.problems
        ],
        achievements=_achievements(computed, [leaf.item for leaf in line]),
        commended=[
            (c.title.text, tuple(figures.name(u) for u in scored.commended.get(c.id, ()))) for c in scoring.commendations
        ],
        rectified_window=unclosed,
        falls=[_fall(f, figures, computed) for f in scored.falls],
        survey=[
            SurveyView(figures.name(s.unit), s.value, s.low, s.high, s.valid, s.unknown, s.marked, s.without_marked,
                       None in hide_small({"valid": s.valid, "unknown": s.unknown}).values())
            for s in scored.surveyed
        ],
        digests=[(name, str(facts[key])[:_SHOWN]) for key, name in _DIGESTS.items()],
        run_id=digest.of_json(facts),
        pack=str(facts["pack"]),
        vetoes=[_veto(v, grades) for v in scoring.vetoes] if grades else (),
        excused=[
            (figures.name(code), mark_both(why.text, _always(opened))) for code, why in sorted((about.excused or {}).items())
        ],
    )  # fmt: skip


def _fall(f: Fall, figures: Figures, computed: Computed) -> FallView:
    scored = {u.unit for u in computed.scored.units}
    why = f.explanation
    shown = _shown(figures, Figure.model_validate({"of": f.indicator, "by": dict(f.by)}), f.value)
    return FallView(
        figures.name(f.unit), f.unit in scored, f.title, same(shown), why.cause if why else "", why.amount if why else None
    )  # fmt: skip


def _level(opened: Opened) -> Text:
    title = next(known.title.text for known in opened.loaded.pack.levels if known.id == opened.scoring.level)
    return Text(title.zh, plural(title.en))


def _advice(item: Item) -> Text:
    if item.advice:
        return item.advice.text
    title = item.title.text
    return Text(f"落实“{title.zh}”的各项要求", f'Meet the requirements of "{title.en}"')


def _units(opened: Opened, computed: Computed, grades: Mapping[str, Text]) -> list[UnitView]:
    scored = computed.scored
    items: dict[str, list[ItemScores]] = {}
    for scores in scored.items:
        items.setdefault(scores.unit, []).append(scores)
    tasks: dict[str, list[Entry]] = {}
    for entry in computed.ledger:
        tasks.setdefault(entry.problem.unit, []).append(entry)
    vetoes = {v.id: v.title.text for v in opened.scoring.vetoes}
    practices = opened.practices.practices
    return [
        UnitView(
            code=u.unit, name=u.name, rank=u.rank, rank_low=u.rank_low, rank_high=u.rank_high, self_total=u.self_total,
            verified_total=u.verified_total, credibility=u.credibility.value, credibility_note=u.credibility.reason,
            final=u.final, score_grade=grades.get(u.score_grade, same("")), grade=grades.get(u.grade, same("")),
            changes=[_change(c, vetoes, grades) for c in u.changes] if grades else [],
            blocks=u.blocks, scores=[_score(i) for i in items[u.unit]],
            tasks=[_task(e) for e in tasks.get(u.unit, ())],
            practices=[_practice(computed, u, p) for p in practices.get(u.unit, ())],
        )
        for u in scored.units
    ]  # fmt: skip


def _change(change: GradeChange, vetoes: Mapping[str, Text], grades: Mapping[str, Text]) -> ChangeView:
    return ChangeView(
        vetoes[change.veto], grades[change.before], grades[change.after], change.evidence, change.decided_by,
        change.reason, _APPEALS.get(change.appeal, same(change.appeal)), change.appeal == "pending", not change.counts,
    )  # fmt: skip


def _veto(veto: Veto, grades: Mapping[str, Text]) -> Text:
    """Return a veto with its effect: no points hang on it, so that the score sheets have no line for it."""
    title = veto.title.text
    if veto.kind == "drop":
        does = Text(
            f"降{veto.steps}个等次", "one grade lower" if veto.steps == 1 else f"{veto.steps} grades lower"
        )
    else:
        grade = grades[veto.grade or ""]
        does = Text(f"不高于{grade.zh}", f"no better than {grade.en}") if veto.kind == "cap" else Text(f"定为{grade.zh}", f"graded {grade.en}")  # fmt: skip
    return Text(f"{title.zh}（{does.zh}）", f"{title.en} ({does.en})")


def _score(i: ItemScores) -> ScoreView:
    return ScoreView(
        i.item, i.full, i.state == "scored", i.self_score, i.online, i.field, i.verified, i.final, i.reasons,
        used_indicators(i),
    )  # fmt: skip


def _task(e: Entry) -> TaskView:
    p = e.problem
    return TaskView(
        p.id, e.title, p.public, p.internal, KINDS[p.kind], SOURCES[p.source], e.measure, e.responsible, e.post,
        e.plan_due, e.due, _STATES[e.state],
    )  # fmt: skip


def _practice(computed: Computed, unit: UnitScore, practice: Practice) -> PracticeView:
    """Return a practice with every number marked that none of the indicators it names supports."""
    figures = computed.figures
    of_hundred = percents(figures)
    offered = [Offered(Fraction(figures.year))]
    offered += [
        Offered(exact(r.value), r.indicator in of_hundred)
        for r in computed.evaluation.run.results
        if r.unit == unit.unit and r.indicator in practice.data and r.value is not None
    ]
    return PracticeView(mark_both(practice.title.text, offered), mark_both(practice.text.text, offered))


def _achievements(computed: Computed, items: Sequence[Item]) -> list[AchievementView]:
    """Return the sentences of items that went well over all units, with the figures of the whole in them."""
    figures = computed.figures
    whole = figures.whole()
    found = []
    for item in items:
        scores = [i for i in computed.scored.items if i.item == item.id and i.state == "scored" and i.full]
        if item.achievement is None or not scores:
            continue
        seen = [i.verified if i.verified is not None else i.self_score or Fraction(0) for i in scores]
        if sum(seen, Fraction(0)) < _GOOD * sum((i.full for i in scores), Fraction(0)):
            continue
        figure = figure_of(item)
        value = figures.find(whole, figure) if figure is not None and whole else None
        text = item.achievement.text
        if "{value}" in text.zh + text.en and (value is None or figure is None):
            continue
        each = _each(item)
        if each:
            units = sum(len(figures.below(i.unit, each)) for i in scores)
            met = units - sum(len(i.computed.failing) for i in scores if i.computed)
        else:
            units = len(scores)
            met = sum(v >= i.full for v, i in zip(seen, scores, strict=True))
        shown = _shown(figures, figure, value) if figure is not None and value is not None else ""
        found.append(AchievementView(item.id, text.format(value=shown, met=met, units=units)))
    return found


def _shown(figures: Figures, figure: Figure, value: Fraction) -> str:
    return figures.show(figure, value) + figures.sign(figure)


def percents(figures: Figures) -> set[str]:
    """Return the indicators whose values are percentages, also those given for each hundred persons."""
    return {i.id for i in figures.pack.indicators if i.unit and is_percent(i.unit)}


def _each(item: Item) -> str | None:
    """Return the level below the scored units that a rule, or a part of it, looks at."""
    rules = [item.rule, *(part.rule for part in getattr(item.rule, "parts", ()))]
    return next((each for rule in rules if (each := getattr(rule, "each", None))), None)


def figure_of(item: Item) -> Figure | None:
    """Return the figure that an item's rule looks at; of a composite, that of its first part."""
    rule = item.rule
    parts = getattr(rule, "parts", None)
    if parts:
        rule = parts[0].rule
    return rule if isinstance(rule, Figure) else None
