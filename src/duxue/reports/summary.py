"""The summary page: key figures, tile map and the main findings, made from the results and nothing else."""

from __future__ import annotations

from duxue.core.text import Text, same
from duxue.reports.book import Book
from duxue.reports.counts import Counts, Shape
from duxue.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
    Sentence,
    Table,
    Tone,
)
from duxue.reports.findings import findings
from duxue.reports.maps import map_chart
from duxue.reports.parts import join, tally_figure, text_cell
from duxue.reports.texts import t

_MOST_KEYS = 4


def summary_section(book: Book, counts: Counts, shape: Shape) -> Section:
    """Return the page that a director reads: one A4."""
    blocks: list[Block] = []
    keys = _key_figures(book, counts, shape)
    if keys:
        blocks.append(KeyFigures(keys))
    sentences = findings(book, counts, shape)
    chart = map_chart(book, counts, shape)
    if chart:
        blocks.append(chart)
    if sentences:
        blocks.append(Paragraph(Sentence(t("findings")), "heading"))
        blocks.append(Bullets(sentences))
    split = [d for d in book.pack.dimensions if any(d.id in v.by for v in book.pack.verdicts)]
    if split:
        names = join([d.title.text for d in split])
        names = Text(names.zh, names.en.lower())
        blocks.append(Paragraph(Sentence(t("split_note").format(by=names)), "note"))
    return Section("summary", t("summary"), 1, blocks)


def verdict_section(book: Book, counts: Counts, shape: Shape) -> Section | None:
    """Return all verdicts with their counts, level by level from the top."""
    columns = [
        Column(t("verdict"), weight=3.4),
        Column(t("unit"), weight=1.2),
        Column(t("breakdown"), weight=1.2),
        Column(t("count_met"), kind="number"),
        Column(t("count_not_met"), kind="number"),
        Column(t("count_na"), kind="number"),
        Column(t("count_all"), kind="number"),
        Column(t("share_met"), unit=same("%"), kind="number"),
    ]
    rows = []
    for verdict in book.pack.verdicts:
        for by in counts.bys(verdict.id, verdict.level):
            tally = counts.tally(verdict.id, verdict.level, shape.root, by)
            if not tally.all:
                continue
            what = Text(
                f"{book.level(verdict.level).zh}“{verdict.title.zh}”{book.by_suffix(by).zh}",
                f"{verdict.title.en}{book.by_suffix(by).en} ({book.level(verdict.level).en})",
            )
            cells = [
                text_cell(verdict.title.text),
                text_cell(book.level(verdict.level)),
                text_cell(book.by(by)),
            ]
            for key, n, tone in (
                ("count_met", tally.good, "met"),
                ("count_not_met", tally.bad, "not_met"),
                ("count_na", tally.na, "not_computable"),
                ("count_all", tally.all, ""),
            ):
                name = Text(f"{what.zh}：{t(key).zh}", f"{what.en}: {t(key).en}")
                figure = book.count(str(n), name, t("how_count"), unit=shape.root, part=n, whole=tally.all)
                cells.append(book.count_cell(figure, tone if n else ""))  # type: ignore[arg-type]
            share = book.share(
                tally.good,
                tally.all,
                Text(f"{what.zh}：{t('share_met').zh}", f"{what.en}: {t('share_met').en}"),
                unit=shape.root,
            )
            cells.append(Cell(same(share.shown.rstrip("%")), share.number))
            rows.append(cells)
    if not rows:
        return None
    return Section("verdicts", t("verdicts"), 1, [Table(t("verdicts"), columns, rows)])


def _key_figures(book: Book, counts: Counts, shape: Shape) -> list[KeyFigure]:
    headline = book.pack.report.headline if book.pack.report else None
    judged = [v for v in book.pack.verdicts if (v.level, v.id) in book.of_level]
    order = sorted(judged, key=lambda v: v.id != headline)
    items: list[KeyFigure] = []
    for verdict in order:
        bys = counts.bys(verdict.id, verdict.level)
        for by in bys if len(order) * len(bys) <= _MOST_KEYS or verdict.id == counts.base_verdict else [None]:
            tally = counts.tally(verdict.id, verdict.level, shape.root, by)
            if not tally.all or len(items) >= _MOST_KEYS:
                continue
            suffix = book.by_suffix(by) if by else same("")
            what = book.titled(
                verdict.level,
                Text(f"{verdict.title.zh}{suffix.zh}", f"{verdict.title.en}{suffix.en}"),
            )
            good = tally_figure(book, tally, "good", what, shape.root)
            total = tally_figure(book, tally, "all", what, shape.root)
            detail = Sentence(
                t("s_counts"),
                {
                    "bad": tally_figure(book, tally, "bad", what, shape.root),
                    "na": tally_figure(book, tally, "na", what, shape.root),
                },
            )
            tone: Tone = "met" if tally.good == tally.all else "not_met" if tally.bad else "not_computable"
            items.append(KeyFigure(good, total, what, detail, tone))
    return items or _values_as_keys(book, shape)


def _values_as_keys(book: Book, shape: Shape) -> list[KeyFigure]:
    items: list[KeyFigure] = []
    codes = [shape.top.code] if shape.top else [u.code for u in book.tree.at_level(shape.base)]
    for code in codes:
        order = {spec.id: i for i, spec in enumerate(book.pack.indicators)}
        own = sorted(
            book.of_unit.get(code, ()), key=lambda r: (order.get(r.indicator, 999), book.by_order(r.by))
        )
        for result in own:
            if len(items) < _MOST_KEYS and result.value is not None and result.kind == "indicator":
                tone: Tone = result.verdict
                detail = Sentence(same(result.standard) if result.standard else t("s_no_standard"))
                title = book.title(result.indicator)
                name = Text(
                    f"{title.zh}{book.by_suffix(result.by).zh}", f"{title.en}{book.by_suffix(result.by).en}"
                )
                items.append(
                    KeyFigure(
                        book.figure(result),
                        None,
                        t("in_unit").format(unit=result.unit_name, what=name),
                        detail,
                        tone,
                    )
                )
    return items
