"""The summary page: key figures, tile map and the main findings, made from the results and nothing else."""

from __future__ import annotations

from collections import Counter

from duxue.core.quantity import exact
from duxue.core.text import Text, same
from duxue.core.units import Unit
from duxue.packs.schema import IndicatorSpec
from duxue.reports.book import Book, By, percent
from duxue.reports.charts import bounds
from duxue.reports.chartspecs import Tile, TileMap
from duxue.reports.counts import EVERYWHERE, Counts, Shape
from duxue.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Figure,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
    Sentence,
    Table,
    Tone,
)
from duxue.reports.parts import join, label, text_cell, with_unit
from duxue.reports.texts import reason, t

_MOST_KEYS = 4
_MOST_TILES = 40


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
            what = Text(
                f"{book.level(verdict.level).zh}：{verdict.title.zh}{suffix.zh}",
                f"{book.level(verdict.level).en}: {verdict.title.en}{suffix.en}",
            )
            good = book.count(
                str(tally.good),
                Text(f"{what.zh}（达标）", f"{what.en} (met)"),
                t("how_count"),
                unit=shape.root,
                part=tally.good,
                whole=tally.all,
            )
            total = book.count(
                str(tally.all),
                Text(f"{what.zh}（合计）", f"{what.en} (all)"),
                t("how_count"),
                unit=shape.root,
                part=tally.all,
            )
            detail = Sentence(
                t("s_counts"),
                {
                    "bad": book.count(
                        str(tally.bad),
                        Text(f"{what.zh}（未达标）", f"{what.en} (not met)"),
                        t("how_count"),
                        unit=shape.root,
                        part=tally.bad,
                        whole=tally.all,
                    ),
                    "na": book.count(
                        str(tally.na),
                        Text(f"{what.zh}（不可计算）", f"{what.en} (not computable)"),
                        t("how_count"),
                        unit=shape.root,
                        part=tally.na,
                        whole=tally.all,
                    ),
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


# --- map ------------------------------------------------------------------------------------------------------------
def map_chart(book: Book, counts: Counts, shape: Shape) -> Chart | None:
    """Return the tile map of the areas, coloured by the share of the finest units that meet, with its table."""
    level = shape.areas or shape.minor or shape.base
    units = [u for u in book.tree.at_level(level) if _is_under(book, u, shape)]
    if not 2 <= len(units) <= _MOST_TILES:
        return None
    verdict = counts.base_verdict
    if verdict is None or level == shape.base:
        return _value_map(book, counts, level, units)
    title = t("map_title").format(title=book.title(verdict))
    columns = [
        Column(book.level(level), weight=2),
        Column(t("count_met"), kind="number"),
        Column(t("count_all"), kind="number"),
        Column(t("share_met"), kind="number"),
    ]
    headline = book.pack.report.headline if book.pack.report else None
    above = counts.verdicts_at(shape.minor) if shape.minor and shape.minor != level else []
    upper = sorted(above, key=lambda v: v != headline)[:1]
    columns += [Column(book.title(v), kind="number", weight=1.6) for v in upper]
    tiles, rows = [], []
    shares: list[tuple[float, Unit, Figure]] = []
    for unit in units:
        tally = counts.tally(verdict, shape.base, unit.code)
        what = t("in_unit").format(unit=unit.name, what=title)
        figure = book.share(tally.good, tally.all, what, unit=unit.code)
        good = book.count(
            str(tally.good),
            Text(f"{what.zh}（达标）", f"{what.en} (met)"),
            t("how_count"),
            unit=unit.code,
            part=tally.good,
            whole=tally.all,
        )
        total = book.count(
            str(tally.all),
            Text(f"{what.zh}（合计）", f"{what.en} (all)"),
            t("how_count"),
            unit=unit.code,
            part=tally.all,
        )
        cells = [
            text_cell(unit.name, f"u-{unit.code}"),
            book.count_cell(good),
            book.count_cell(total),
            book.count_cell(figure),
        ]
        detail = same(f"{tally.good}/{tally.all}")
        for v in upper:
            held = counts.tally(v, shape.minor or "", unit.code)
            name = t("in_unit").format(unit=unit.name, what=book.title(v))
            cell = book.count(
                f"{held.good}/{held.all}",
                name,
                t("how_count"),
                unit=unit.code,
                part=held.good,
                whole=held.all,
            )
            cells.append(book.count_cell(cell))
            detail = same(cell.shown)
        rows.append(cells)
        share = tally.share
        tiles.append(
            Tile(
                unit.code,
                unit.name,
                None if share is None else share * 100,
                percent(tally.good, tally.all),
                detail,
                f"u-{unit.code}",
            )
        )
        if share is not None:
            shares.append((share, unit, figure))
    if not shares:
        return None
    table = Table(title, columns, rows)
    lowest, highest = min(s[0] for s in shares), max(s[0] for s in shares)
    return Chart(
        TileMap(title, tiles, t("map_legend"), bounds(lowest * 100, highest * 100, 100.0), "%"),
        _range_sentence(
            shares,
            "map_sentence",
            book.level(shape.base),
            book.level(shape.minor) if shape.minor and upper else None,
        ),
        table,
    )


def _value_map(book: Book, counts: Counts, level: str, units: list[Unit]) -> Chart | None:
    codes = {u.code for u in units}
    found: list[tuple[IndicatorSpec, By]] = []
    for spec in book.pack.indicators:
        for by in counts.bys(spec.id, level):
            known = {r.unit for r in book.of_level[level, spec.id] if r.by == by and r.value is not None}
            if len(known & codes) >= 2:
                found.append((spec, by))
    found.sort(
        key=lambda choice: bool(choice[1])
    )  # totals first, else the first breakdown, named in the title
    for spec, by in found[:1]:
        results = {
            r.unit: r
            for r in book.of_level[level, spec.id]
            if r.by == by and r.value is not None and r.unit in codes
        }
        values = {code: float(r.value) for code, r in results.items() if r.value is not None}
        low, high = min(values.values()), max(values.values())
        tiles, rows, shares = [], [], []
        for unit in units:
            result = results.get(unit.code)
            figure = book.figure(result) if result else None
            tiles.append(
                Tile(
                    unit.code,
                    unit.name,
                    values.get(unit.code),
                    figure.shown if figure else "–",
                    same("") if result else t("map_na"),
                )
            )
            rows.append(
                [
                    text_cell(unit.name),
                    book.value_cell(result) if result else Cell(same("–"), note=t("map_na")),
                ]
            )
            if figure:
                shares.append((values[unit.code], unit, figure))
        name = label(book, spec.id)
        title = Text(name.zh + book.by_suffix(by).zh, name.en + book.by_suffix(by).en)
        measured = with_unit(book, spec.id)
        legend = Text(measured.zh + book.by_suffix(by).zh, measured.en + book.by_suffix(by).en)
        table = Table(
            title,
            [Column(book.level(level), weight=2), Column(t("value"), book.measure(spec.unit), "number")],
            rows,
        )
        return Chart(
            TileMap(title, tiles, legend, bounds(low, high), "%" if spec.unit == "%" else ""),
            _range_sentence(shares, "map_value_sentence", book.level(level)),
            table,
        )
    return None


def _range_sentence(
    shares: list[tuple[float, Unit, Figure]], key: str, level: Text, small: Text | None = None
) -> Sentence:
    low, high = min(shares, key=lambda s: s[0]), max(shares, key=lambda s: s[0])
    if low[0] == high[0]:
        return Sentence(t("map_sentence_flat"), {"high": high[2]})
    more = t("map_small").format(level=small) if small else same("")
    return Sentence(
        t(key),
        {
            "level": level,
            "last": low[1].name,
            "low": low[2],
            "best": high[1].name,
            "high": high[2],
            "small": more,
        },
    )


def _is_under(book: Book, unit: Unit, shape: Shape) -> bool:
    return shape.top is None or shape.top.code in book.tree.ancestors(unit.code).values()


# --- findings -------------------------------------------------------------------------------------------------------
def findings(book: Book, counts: Counts, shape: Shape) -> list[Sentence]:
    """Return three to five sentences with counts; fewer when there is less to say."""
    out: list[Sentence] = []
    first = book.pack.report.headline if book.pack.report else None
    judged = [v for v in book.pack.verdicts if (v.level, v.id) in book.of_level]
    judged.sort(key=lambda v: 0 if v.id == first else 1 if v.id == counts.base_verdict else 2)
    for verdict in judged[:2]:
        tally = counts.tally(verdict.id, verdict.level, shape.root)
        if not tally.all:
            continue
        out.append(_verdict_sentence(book, shape, verdict.id, verdict.level, tally.good, tally.bad, tally.na))
    out += [
        s
        for s in (
            _most_missed(book, counts, shape),
            _uneven(book, counts, shape),
            _within_reach(book, counts, shape),
        )
        if s
    ]
    if not book.pack.standards and not book.pack.verdicts:
        out.append(Sentence(t("f_nothing")))
    gone = _not_computable(book)
    return [*out[:4], gone] if gone else out[:5]


def _verdict_sentence(
    book: Book, shape: Shape, verdict: str, level: str, good: int, bad: int, na: int
) -> Sentence:
    what = Text(
        f"{book.level(level).zh}“{book.title(verdict).zh}”",
        f"{book.title(verdict).en} ({book.level(level).en})",
    )
    total = good + bad + na

    def counted(n: int, key: str) -> Figure:
        name = Text(f"{what.zh}：{t(key).zh}", f"{what.en}: {t(key).en}")
        return book.count(str(n), name, t("how_count"), unit=shape.root, part=n, whole=total)

    values: dict[str, Figure | Text] = {
        "level": book.level(level),
        "title": book.title(verdict),
        "by": same(""),
        "all": counted(total, "count_all"),
        "good": counted(good, "count_met"),
        "bad": counted(bad, "count_not_met"),
        "na": counted(na, "count_na"),
        "share": book.share(
            good,
            total,
            Text(f"{what.zh}：{t('share_met').zh}", f"{what.en}: {t('share_met').en}"),
            unit=shape.root,
        ),
    }
    return Sentence(t("f_verdict"), values)


def _most_missed(book: Book, counts: Counts, shape: Shape) -> Sentence | None:
    ranked = []
    for spec in book.pack.indicators:
        for by in counts.bys(spec.id, shape.base):
            tally = counts.tally(spec.id, shape.base, shape.root, by)
            if tally.bad:
                ranked.append((tally.bad / (tally.good + tally.bad), tally.bad, spec.id, by, tally))
    if not ranked:
        return None
    _, bad, indicator, by, tally = max(ranked, key=lambda r: (r[0], r[1]))
    what = Text(
        f"{book.level(shape.base).zh}未达到“{book.title(indicator).zh}”{book.by_suffix(by).zh}",
        f"{book.level(shape.base).en} below the standard of {book.title(indicator).en}{book.by_suffix(by).en}",
    )
    return Sentence(
        t("f_most_missed"),
        {
            "level": book.level(shape.base),
            "title": label(book, indicator),
            "by": book.by_suffix(by),
            "bad": book.count(
                str(bad), what, t("how_count"), unit=shape.root, part=bad, whole=tally.good + tally.bad
            ),
            "share": book.share(bad, tally.good + tally.bad, what, unit=shape.root),
        },
    )


def _uneven(book: Book, counts: Counts, shape: Shape) -> Sentence | None:
    level = shape.minor or shape.base
    worst: tuple[int, str, tuple[tuple[str, str], ...]] = (0, "", ())
    total = over = 0
    for spec in book.pack.indicators:
        if not book.is_dispersion(spec.id):
            continue
        for by in counts.bys(spec.id, level):
            tally = counts.tally(spec.id, level, shape.root, by)
            total, over = total + tally.good + tally.bad, over + tally.bad
            if tally.bad > worst[0]:
                worst = (tally.bad, spec.id, by)
    if not over:
        return None
    what = Text(
        f"{book.level(level).zh}差异系数超过上限",
        f"coefficients of variation above the limit ({book.level(level).en})",
    )
    name = Text(
        f"{what.zh}：{book.title(worst[1]).zh}{book.by_suffix(worst[2]).zh}",
        f"{what.en}: {book.title(worst[1]).en}{book.by_suffix(worst[2]).en}",
    )
    return Sentence(
        t("f_cv"),
        {
            "all": book.count(
                str(total),
                Text("可判定的差异系数", "coefficients of variation judged"),
                t("how_count"),
                unit=shape.root,
                part=total,
            ),
            "bad": book.count(str(over), what, t("how_count"), unit=shape.root, part=over, whole=total),
            "share": book.share(over, total, what, unit=shape.root),
            "title": book.title(worst[1]),
            "by": book.by_suffix(worst[2]),
            "worst": book.count(str(worst[0]), name, t("how_count"), unit=shape.root, part=worst[0]),
        },
    )


def _within_reach(book: Book, counts: Counts, shape: Shape) -> Sentence | None:
    shorts = counts.below.get(shape.root, [])
    near = sum(s.reached is not None and exact(s.reached) * 20 >= 19 for s in shorts)
    if not near:
        return None
    level = book.level(shape.base)
    return Sentence(
        t("f_near"),
        {
            "bad": book.count(
                str(len(shorts)),
                Text(f"未达标的{level.zh}", f"fall short ({level.en})"),
                t("how_count"),
                unit=shape.root,
                part=len(shorts),
            ),
            "near": book.count(
                str(near),
                Text(f"未达标但最大差距不超过 5% 的{level.zh}", f"fall short by at most 5% ({level.en})"),
                t("how_count"),
                unit=shape.root,
                part=near,
                whole=len(shorts),
            ),
        },
    )


def _not_computable(book: Book) -> Sentence | None:
    gone = [r for r in book.results if r.status == "not_computable"]
    if not gone:
        return None
    code, m = Counter(r.reason for r in gone).most_common(1)[0]
    why = reason(code)
    return Sentence(
        t("f_na"),
        {
            "n": book.count(
                str(len(gone)),
                Text("不可计算的数字", "figures not computable"),
                t("how_count"),
                part=len(gone),
                whole=len(book.results),
                unit=EVERYWHERE,
            ),
            "m": book.count(
                str(m),
                Text(f"不可计算：{why.zh}", f"not computable: {why.en}"),
                t("how_count"),
                part=m,
                whole=len(gone),
                unit=EVERYWHERE,
            ),
            "reason": why,
        },
    )
