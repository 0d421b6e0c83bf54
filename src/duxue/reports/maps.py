"""The tile map: areas coloured by the share of units that meet a verdict, or by a value, with its table."""

from __future__ import annotations

from duxue.core.measure import is_percent
from duxue.core.text import Text, same
from duxue.core.units import Unit
from duxue.packs.schema import IndicatorSpec
from duxue.reports.book import Book, By, percent
from duxue.reports.charts import bounds
from duxue.reports.chartspecs import Tile, TileMap
from duxue.reports.counts import Counts, Shape
from duxue.reports.document import (
    Cell,
    Chart,
    Column,
    Figure,
    Sentence,
    Table,
)
from duxue.reports.parts import label, tally_figure, text_cell, with_unit
from duxue.reports.texts import t

_MOST_TILES = 40


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
        good = tally_figure(book, tally, "good", what, unit.code)
        total = tally_figure(book, tally, "all", what, unit.code)
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
            TileMap(title, tiles, legend, bounds(low, high), "%" if is_percent(spec.unit) else ""),
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
