"""The finest units together: how they spread around each standard, and who falls short by how far."""

from __future__ import annotations

from collections.abc import Sequence

from duxue.core.text import Text, same
from duxue.reports.book import Book, By, percent_of
from duxue.reports.chartspecs import Spread, SpreadRow
from duxue.reports.counts import Counts, Family, Shape
from duxue.reports.document import Block, Cell, Chart, Column, Paragraph, Section, Sentence, Table
from duxue.reports.parts import family_suffix, label, shortfall_table, text_cell
from duxue.reports.texts import t
from duxue.results.model import Result

_BINS = 60
_MOST = 200  # percent of the standard where the axis ends
_FEWEST = 20  # units below which single dots tell more than a spread
_LISTED = 50
_QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)


def spread_section(book: Book, counts: Counts, shape: Shape) -> Section | None:
    """Return the spread of the finest units on each indicator, as shares of the standard."""
    if sum(1 for _ in book.tree.at_level(shape.base)) < _FEWEST:
        return None
    blocks: list[Block] = []
    for family in counts.families(shape.base):
        if not family.dispersion:
            blocks += [c for by in family.bys if (c := _spread_chart(book, counts, shape, family, by))]
    if not blocks:
        return None
    return Section("spread", t("spread").format(level=book.level(shape.base)), 1, blocks)


def failing_section(book: Book, counts: Counts, shape: Shape) -> Section | None:
    """Return the units that miss by most; the rest is counted and stands on the pages of its areas."""
    if not counts.is_judged(shape.base, shape.root):
        return None
    level = book.level(shape.base)
    title = t("failing").format(level=level)
    shorts = counts.below.get(shape.root, [])
    if not shorts:
        return Section("failing", title, 1, [Paragraph(Sentence(t("failing_none"), {"level": level}))])
    listed = shorts[:_LISTED]
    what = Text(f"未达标的{level.zh}", f"fall short ({level.en})")

    def counted(more: Text) -> Text:
        return Text(what.zh + more.zh, what.en + more.en)

    values = {
        "all": book.count(str(len(shorts)), what, t("how_count"), unit=shape.root, part=len(shorts)),
        "listed": book.count(
            str(len(listed)),
            counted(Text("（列出）", ", listed here")),
            t("how_count"),
            unit=shape.root,
            part=len(listed),
        ),
        "rest": book.count(
            str(len(shorts) - len(listed)),
            counted(Text("（其余）", ", not listed here")),
            t("how_count"),
            unit=shape.root,
            part=len(shorts) - len(listed),
        ),
    }
    rest = len(shorts) > len(listed)
    template = t("failing_sentence").format(
        all="{all}", order=t("failing_order"), listing=t("failing_listing") if rest else same("")
    )
    if not rest:
        values = {"all": values["all"]}
    sentence = Sentence(template, {**values})
    return Section(
        "failing",
        title,
        1,
        [Paragraph(sentence), shortfall_table(book, title, listed, paper=_LISTED, place=shape.minor)],
    )


def _spread_chart(book: Book, counts: Counts, shape: Shape, family: Family, by: By) -> Chart | None:
    rows: list[SpreadRow] = []
    cells: list[list[Cell]] = []
    total = 0
    standards = 0
    for indicator in family.indicators:
        results = [
            r
            for r in counts.results_under(shape.base, indicator, shape.root)
            if r.by == by and r.value is not None
        ]
        row = _spread_row(book, indicator, results)
        if row is None:
            continue
        total += len(results)
        standards += any(r.threshold for r in results)
        rows.append(row)
        cells.append(_quantile_cells(book, shape, indicator, by, results, row))
    if not rows:
        return None
    title = t("spread_title").format(by=book.by_suffix(by))
    suffix = family_suffix(counts, shape.base, family)
    title = Text(title.zh + suffix.zh, title.en + suffix.en)
    what = Text(f"{title.zh}：数值个数", f"{title.en}: number of values")
    sentence = Sentence(
        t("spread_sentence"),
        {
            "n": book.count(str(total), what, t("how_count"), unit=shape.root, part=total),
            "most": same(str(_MOST)),
            "base": t(
                "base_standard" if standards == len(rows) else "base_mixed" if standards else "base_median"
            ),
        },
    )
    columns = [Column(t("indicator"), weight=4)]
    columns += [Column(Text(f"{q * 100:.0f}%", f"{q * 100:.0f}%"), kind="number") for q in _QUANTILES]
    columns += [Column(t("count_not_met"), kind="number"), Column(t("count_all"), kind="number")]
    return Chart(
        Spread(title, rows, _MOST, standard=standards == len(rows)), sentence, Table(title, columns, cells)
    )


def _spread_row(book: Book, indicator: str, results: Sequence[Result]) -> SpreadRow | None:
    values = [
        float(r.value) / float(r.threshold) * 100
        for r in results
        if r.value is not None and r.threshold and r.threshold > 0
    ]
    note = Text("", "")
    if not values:
        plain = sorted(float(r.value) for r in results if r.value is not None)
        middle = _quantile(plain, 0.5) if plain else 0.0
        if middle <= 0:
            return None
        values = [v / middle * 100 for v in plain]
        note = t("not_standard_spread")
    else:
        bad = sum(r.verdict == "not_met" for r in results)
        note = Text(f"✗ {bad}/{len(results)}", f"✗ {bad}/{len(results)}")
    values.sort()
    bins = [0] * _BINS
    beyond = 0
    for value in values:
        if value >= _MOST:
            beyond += 1
        else:
            bins[max(int(value / _MOST * _BINS), 0)] += 1
    p10, p25, p50, p75, p90 = (_quantile(values, q) for q in _QUANTILES)
    return SpreadRow(label(book, indicator), bins, (p10, p25, p50, p75, p90), beyond, note)


def _quantile_cells(
    book: Book, shape: Shape, indicator: str, by: By, results: Sequence[Result], row: SpreadRow
) -> list[Cell]:
    name = label(book, indicator)
    cells = [text_cell(name)]
    where = Text(
        f"{book.level(shape.base).zh}：{name.zh}{book.by_suffix(by).zh}",
        f"{book.level(shape.base).en}: {name.en}{book.by_suffix(by).en}",
    )
    for q, value in zip(_QUANTILES, row.quantiles, strict=True):
        base = t("base_standard" if any(r.threshold for r in results) else "base_median")
        what = Text(
            f"{where.zh}，{q * 100:.0f}% 分位数占{base.zh}的比例",
            f"{where.en}, {q * 100:.0f}% quantile in percent of {base.en}",
        )
        cells.append(
            book.count_cell(
                book.count(percent_of(value / 100), what, t("how_count"), unit=shape.root, part=len(results))
            )
        )
    bad = sum(r.verdict == "not_met" for r in results)
    for n, key in ((bad, "count_not_met"), (len(results), "count_all")):
        if key == "count_not_met" and not any(r.standard for r in results):
            cells.append(Cell(same("")))
            continue
        what = Text(f"{where.zh}：{t(key).zh}", f"{where.en}: {t(key).en}")
        cells.append(
            book.count_cell(
                book.count(str(n), what, t("how_count"), unit=shape.root, part=n, whole=len(results))
            )
        )
    return cells


def _quantile(ordered: Sequence[float], q: float) -> float:
    """Return the quantile by linear interpolation between the two nearest values."""
    at = (len(ordered) - 1) * q
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
