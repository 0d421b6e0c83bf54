"""What stands behind the figures: published ones reproduced, gaps, flags, rules with their sources, digests."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from duxue.core.text import Text, same
from duxue.packs.schema import Source, SourceRef, Standard
from duxue.reports.book import Book
from duxue.reports.document import Block, Cell, Code, Column, Facts, Paragraph, Section, Sentence, Table, Tone
from duxue.reports.parts import join, text_cell, with_unit
from duxue.reports.texts import reason, t

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class PublishedError:
    """A published figure that its own published inputs contradict."""

    where: Text
    published: str
    recomputed: str
    note: Text


@dataclass(frozen=True, slots=True)
class Reproduction:
    """One published table recomputed: how many figures, how many agree, which published ones are wrong."""

    name: Text
    source: Text
    figures: int
    reproduced: int
    errors: tuple[PublishedError, ...] = ()


def matches_section(book: Book, matches: Sequence[Reproduction]) -> Section | None:
    """Return what the software made of figures that others have published."""
    if not matches:
        return None
    how = t("how_match")
    n, m = sum(x.figures for x in matches), sum(x.reproduced for x in matches)
    errors = [(x, e) for x in matches for e in x.errors]
    title = t("matches")
    sentence = Sentence(
        t("matches_sentence"),
        {
            "n": book.count(str(n), Text("复算的已公布数字", "published figures recomputed"), how, part=n),
            "m": book.count(str(m), Text("与公布一致", "published figures that agree"), how, part=m, whole=n),
            "e": book.count(
                str(len(errors)),
                Text("公布数有误", "published figures that are wrong"),
                how,
                part=len(errors),
                whole=n,
            ),
        },
    )
    rows = []
    for match in matches:
        cells = [text_cell(match.name), text_cell(match.source)]
        for value, key in (
            (match.figures, "figures"),
            (match.reproduced, "reproduced"),
            (len(match.errors), "errors_title"),
        ):
            name = t("in_unit").format(unit=match.name, what=t(key))
            cells.append(book.count_cell(book.count(str(value), name, how, part=value, whole=match.figures)))
        rows.append(cells)
    columns = [
        Column(t("material"), weight=3),
        Column(t("source"), weight=4),
        Column(t("figures"), kind="number"),
        Column(t("reproduced"), kind="number"),
        Column(t("errors_title"), kind="number", weight=1.6),
    ]
    blocks: list[Block] = [Paragraph(sentence), Table(t("matches_title"), columns, rows)]
    if errors:
        columns = [
            Column(t("what"), weight=3),
            Column(t("published"), kind="number", weight=1.2),
            Column(t("recomputed"), kind="number", weight=1.6),
            Column(t("note"), weight=4),
        ]
        rows = []
        for match, error in errors:
            what = t("in_unit").format(unit=match.name, what=error.where)
            published = book.count(
                error.published, Text(f"{what.zh}（公布数）", f"{what.en} (published)"), match.source
            )
            again = book.count(error.recomputed, Text(f"{what.zh}（复算数）", f"{what.en} (recomputed)"), how)
            rows.append(
                [text_cell(what), book.count_cell(published), book.count_cell(again), text_cell(error.note)]
            )
        blocks.append(Table(t("errors_title"), columns, rows))
    return Section("matches", title, 1, blocks)


def gaps_section(book: Book) -> Section:
    """Return the figures that could not be computed by level, indicator and reason."""
    gone = [r for r in book.results if r.status == "not_computable"]
    if not gone:
        return Section("gaps", t("gaps"), 1, [Paragraph(Sentence(t("gaps_none")))])
    groups: dict[tuple[str, str, str, Text], list[Text]] = defaultdict(list)
    for r in gone:
        groups[r.level, r.indicator, r.reason, reason(r.reason, r.reason_text)].append(r.unit_name)
    level_order = {level: i for i, level in enumerate(reversed(book.tree.levels))}
    order = sorted(groups, key=lambda k: (level_order.get(k[0], 99), -len(groups[k]), k[1], k[2], k[3].zh))
    columns = [
        Column(t("unit"), weight=1),
        Column(t("indicator"), weight=3.5),
        Column(t("reason"), weight=4),
        Column(t("figures"), kind="number"),
        Column(t("examples"), weight=3.5),
    ]
    rows = []
    for key in order:
        level, indicator, _, why = key
        units = list(dict.fromkeys(groups[key]))
        names = units[:_EXAMPLES]
        shown = join(names)
        if len(units) > _EXAMPLES:
            shown = Text(f"{shown.zh} 等", f"{shown.en} …")
        n = len(groups[key])
        what = Text(
            f"{book.level(level).zh} {book.title(indicator).zh} 不可计算：{why.zh}",
            f"{book.level(level).en}, {book.title(indicator).en} not computable: {why.en}",
        )
        figure = book.count(str(n), what, t("how_count"), part=n)
        rows.append(
            [
                text_cell(book.level(level)),
                text_cell(with_unit(book, indicator)),
                text_cell(why),
                book.count_cell(figure),
                text_cell(shown),
            ]
        )
    figure = book.count(
        str(len(gone)),
        Text("不可计算的数字", "figures not computable"),
        t("how_count"),
        part=len(gone),
        whole=len(book.results),
    )
    skip = frozenset(range(40, len(rows)))
    return Section(
        "gaps",
        t("gaps"),
        1,
        [
            Paragraph(Sentence(t("gaps_sentence"), {"n": figure})),
            Table(t("gaps"), columns, rows, paper_skip=skip, can_filter=len(rows) > 20),
        ],
    )


def flags_section(book: Book) -> Section:
    """Return the quality flags that figures carry, with how many carry each."""
    carrying = [r for r in book.results if r.flags]
    if not carrying:
        return Section("flags", t("flags"), 1, [Paragraph(Sentence(t("flags_none")))])
    counted = Counter(flag for r in carrying for flag in r.flags)
    rows = []
    for flag, n in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        name = book.flag(flag)
        names = list(dict.fromkeys(r.unit_name for r in carrying if flag in r.flags))
        shown = join(names[:_EXAMPLES])
        figure = book.count(
            str(n), Text(f"带有标记 {flag} 的数字", f"figures with flag {flag}"), t("how_count"), part=n
        )
        rows.append([text_cell(flag), text_cell(name), book.count_cell(figure), text_cell(shown)])
    columns = [
        Column(t("flag"), weight=1.5),
        Column(t("note"), weight=4),
        Column(t("figures"), kind="number"),
        Column(t("examples"), weight=3),
    ]
    n = len(carrying)
    figure = book.count(
        str(n),
        Text("带有质量标记的数字", "figures with a quality flag"),
        t("how_count"),
        part=n,
        whole=len(book.results),
    )
    return Section(
        "flags",
        t("flags"),
        1,
        [Paragraph(Sentence(t("flags_sentence"), {"n": figure})), Table(t("flags"), columns, rows)],
    )


def methods_section(book: Book, command: str) -> Section:
    """Return the rules as written, each with its source and how sure it is, and what to type to repeat the run."""
    run, pack = book.run, book.pack
    identity = [
        (t("pack"), f"{run.pack_id}@{run.pack_version}"),
        (t("m_digest"), run.pack_digest),
        (t("run"), run.id),
        (t("m_engine"), run.engine),
        (t("m_software"), run.software),
        (t("m_years"), ", ".join(str(y) for y in run.years)),
    ]
    facts = [(name, Sentence(same(value))) for name, value in identity]
    forms = {f.id: f.title.text for f in pack.forms}
    facts += [
        (t("m_data").format(form=forms.get(form, same(form))), Sentence(same(digest)))
        for form, digest in sorted(run.data_digests.items())
    ]
    blocks: list[Block] = [
        Paragraph(Sentence(t("m_identity")), "heading"),
        Facts(facts),
        Paragraph(Sentence(t("m_recompute")), "heading"),
        Paragraph(Sentence(t("m_recompute_text"))),
        Code(command),
        Facts(
            [
                (t("m_rounding"), Sentence(t("m_rounding_text"))),
                (t("m_missing"), Sentence(t("m_missing_text"))),
            ]
        ),
        Paragraph(Sentence(t("m_sources")), "heading"),
        Paragraph(Sentence(t("m_sources_text")), "note"),
        _sources_table(book),
    ]
    blocks += [Paragraph(Sentence(note), "note") for note in run.notes]
    tables = [
        (t("m_populations"), _population_table(book)),
        (t("m_formulas"), _formula_table(book)),
        (t("m_standards"), _standard_table(book)),
        (t("m_verdicts"), _verdict_table(book)),
        (t("m_constants"), _constant_table(book)),
    ]
    for title, table in tables:
        if table.rows:
            blocks += [Paragraph(Sentence(title), "heading"), table]
    return Section("methods", t("methods"), 1, blocks)


def _sources_table(book: Book) -> Table:
    refs: list[SourceRef | None] = [book.pack.source, *book.pack.sources.values()]
    refs += (
        [s.source for s in book.pack.standards]
        + [i.source for i in book.pack.indicators]
        + [v.source for v in book.pack.verdicts]
    )
    seen: dict[tuple[str, str, str], Source] = {}
    for ref in refs:
        source = book.source(ref)
        if source is not None:
            name = source.name.zh if source.name else ""
            seen.setdefault((name, source.number or "", source.clause or ""), source)
    rows = []
    for source in seen.values():
        called = source.name.text if source.name else same("")
        dated = source.dated.isoformat() if source.dated else ""
        note = source.note.text if source.note else same("")
        tone: Tone = "met" if source.status == "confirmed" else ""
        rows.append(
            [
                text_cell(called),
                text_cell(" ".join(x for x in (source.number, source.clause) if x)),
                text_cell(dated),
                Cell(t(source.status), tone=tone, mark=bool(tone)),
                text_cell(note),
            ]
        )
    columns = [
        Column(t("source"), weight=4),
        Column(t("clause"), weight=2.4),
        Column(Text("日期", "Date"), weight=1.4),
        Column(t("status"), weight=1.8),
        Column(t("note"), weight=3),
    ]
    return Table(t("m_sources"), columns, rows)


def _population_table(book: Book) -> Table:
    forms = {f.id: f.title.text for f in book.pack.forms}
    rows = []
    for population in book.pack.populations:
        for exclusion in population.exclude:
            out = t("m_left_out").format(reason=exclusion.reason.text)
            rows.append(
                [
                    text_cell(population.title.text),
                    text_cell(out),
                    text_cell(exclusion.when),
                    text_cell(book.cite(exclusion.source or population.source)),
                ]
            )
        if not population.exclude:
            what = t("m_form").format(form=forms.get(population.form, same(population.form)))
            rows.append(
                [
                    text_cell(population.title.text),
                    text_cell(what),
                    text_cell(population.where or ""),
                    text_cell(book.cite(population.source)),
                ]
            )
    columns = [
        Column(t("m_populations"), weight=2),
        Column(t("note"), weight=3.5),
        Column(t("m_formula"), kind="code", weight=3),
        Column(t("clause"), weight=2),
    ]
    return Table(t("m_populations"), columns, rows)


def _formula_table(book: Book) -> Table:
    rows = []
    for spec in book.pack.indicators:
        note = spec.note.text if spec.note else same("")
        rows.append(
            [
                text_cell(with_unit(book, spec.id)),
                text_cell(spec.formula),
                text_cell(note),
                text_cell(book.cite(spec.source or book.pack.source)),
            ]
        )
    columns = [
        Column(t("indicator"), weight=3),
        Column(t("m_formula"), kind="code", weight=4),
        Column(t("note"), weight=3),
        Column(t("clause"), weight=2),
    ]
    return Table(t("m_formulas"), columns, rows)


def _standard_table(book: Book) -> Table:
    rows = []
    for standard in book.pack.standards:
        by = book.by(tuple(standard.by.items()))
        meets = standard.meets.replace(">=", "≥").replace("<=", "≤").replace("==", "=")
        rows.append(
            [
                text_cell(with_unit(book, standard.indicator)),
                text_cell(by),
                text_cell(meets),
                text_cell(_when(standard)),
                text_cell(book.cite(standard.source or book.pack.source)),
            ]
        )
    columns = [
        Column(t("indicator"), weight=4),
        Column(t("breakdown"), weight=1),
        Column(t("standard"), kind="number", weight=1.2),
        Column(t("year"), weight=2),
        Column(t("clause"), weight=3),
    ]
    return Table(t("m_standards"), columns, rows)


def _when(standard: Standard) -> Text:
    words = []
    if standard.from_:
        words.append(t("from_to").format(a=standard.from_.isoformat()))
    if standard.to:
        words.append(t("till").format(b=standard.to.isoformat()))
    if standard.region:
        words.append(t("region").format(code=standard.region))
    return join(words, "，", ", ")


def _verdict_table(book: Book) -> Table:
    rows = []
    for verdict in book.pack.verdicts:
        note = verdict.note.text if verdict.note else same("")
        rows.append(
            [
                text_cell(verdict.title.text),
                text_cell(book.level(verdict.level)),
                text_cell(verdict.rule),
                text_cell(note),
                text_cell(book.cite(verdict.source or book.pack.source)),
            ]
        )
    columns = [
        Column(t("verdict"), weight=2.5),
        Column(t("unit"), weight=1),
        Column(t("m_formula"), kind="code", weight=4),
        Column(t("note"), weight=3),
        Column(t("clause"), weight=2),
    ]
    return Table(t("m_verdicts"), columns, rows)


def _constant_table(book: Book) -> Table:
    rows = []
    for constant in book.pack.constants:
        unit = book.measure(constant.unit)
        for value in constant.values:
            by = book.by(tuple(value.by.items()))
            number = f"{float(value.value):g}" if value.value.denominator != 1 else str(value.value)
            full = Text(
                f"{constant.title.zh}（{unit.zh}）" if unit.zh else constant.title.zh,
                f"{constant.title.en} ({unit.en})" if unit.en else constant.title.en,
            )
            rows.append(
                [text_cell(full), text_cell(by), text_cell(number), text_cell(book.cite(value.source))]
            )
    columns = [
        Column(t("m_constants"), weight=4),
        Column(t("breakdown"), weight=1.5),
        Column(t("value"), kind="number"),
        Column(t("clause"), weight=3),
    ]
    return Table(t("m_constants"), columns, rows)
