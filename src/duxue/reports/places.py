"""The pages of places: the whole, each area with its rank, and the compact sections of the units below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from duxue.core.text import Text, same
from duxue.core.units import Unit
from duxue.reports.book import Book, By
from duxue.reports.chartspecs import Dot, DotPlot, DotRow
from duxue.reports.counts import Counts, Family, Shape
from duxue.reports.document import Block, Cell, Chart, Column, Page, Paragraph, Section, Sentence, Table
from duxue.reports.parts import (
    dispersion_chart,
    distance_chart,
    family_suffix,
    heat_table,
    judged_table,
    label,
    shortfall_table,
    text_cell,
    verdict_table,
)
from duxue.reports.texts import t
from duxue.results.model import Result

_PAPER_FAILING = 6
_FIRST = 4  # indicators in a list of units that has no judgement
_PEERS = 3  # fewer units have no rank worth a picture
_RANKED = 10  # indicators of a family beyond which a rank for each is noise
_FILTERED = 20  # rows up to which a list is seen at one glance
_CHARTED = 4  # indicators that a family needs before its distances are drawn


def whole_section(book: Book, counts: Counts, shape: Shape) -> Section | None:
    """Return the page of the unit that the report is about."""
    if shape.top is None:
        return None
    blocks = _unit_blocks(book, counts, shape, shape.top, compact=False)
    level = shape.minor
    if level:
        for family in counts.families(level):
            if family.dispersion:
                blocks += [
                    c
                    for by in family.bys
                    if (c := dispersion_chart(book, counts, level, shape.root, shape.top.name, family, by))
                ]
    if not blocks:
        return None
    return Section(
        f"u-{shape.top.code}", t("whole").format(unit=shape.top.name), 1, blocks, unit=shape.top.code
    )


def areas_section(book: Book, counts: Counts, shape: Shape) -> Section | None:
    """Return the areas side by side: each indicator with its mark."""
    level = shape.areas
    if level is None:
        return None
    units = _under(book, level, shape.root)
    tables = list(_heat_tables(book, counts, units, level, counts.families(level), links=True))
    title = t("directory").format(level=book.level(level))
    return Section(f"all-{level}", title, 1, tables) if tables else None


def directory_section(book: Book, counts: Counts, shape: Shape) -> Section | None:
    """Return one line for each unit of the compact sections: verdicts, units that meet, coefficients over the limit."""
    level = shape.minor or shape.base
    units = _under(book, level, shape.root)
    if not units or (shape.minor is None and len(units) > 400):
        return None
    title = t("directory").format(level=book.level(level))
    if shape.minor is None:
        tables = list(_heat_tables(book, counts, units, level, counts.families(level), links=False))
        return Section(f"all-{level}", title, 1, tables) if tables else None
    verdicts = [(v, by) for v in counts.verdicts_at(level) for by in counts.bys(v, level)]
    dispersion = [i for f in counts.families(level) if f.dispersion for i in f.indicators]
    base = (
        [(counts.base_verdict, by) for by in counts.bys(counts.base_verdict, shape.base)]
        if counts.base_verdict
        else []
    )
    columns = [Column(t("unit"), weight=2)]
    if shape.areas:
        columns.append(Column(book.level(shape.areas), weight=1.3))
    for verdict, by in verdicts:
        name = book.title(verdict)
        columns.append(
            Column(
                Text(name.zh + book.by_suffix(by).zh, name.en + book.by_suffix(by).en),
                kind="status",
                weight=1.3,
            )
        )
    for _, by in base:
        name = t("units_met").format(level=book.level(shape.base))
        columns.append(
            Column(
                Text(name.zh + book.by_suffix(by).zh, name.en + book.by_suffix(by).en),
                kind="number",
                weight=1.3,
            )
        )
    if dispersion and not any(r.threshold is not None for i in dispersion for r in book.of_level[level, i]):
        dispersion = []  # without a limit none can exceed it
    first: list[tuple[str, By]] = []
    if not verdicts and not base:  # without a judgement the first figures tell the units apart
        choices = [(i.id, by) for i in book.pack.indicators for by in counts.bys(i.id, level)]
        known = [
            (i, by)
            for i, by in choices
            if i not in dispersion and any(r.value is not None for r in book.of_level[level, i] if r.by == by)
        ]
        first = sorted(known, key=lambda choice: bool(choice[1]))[:_FIRST]  # totals before breakdowns
    for indicator, by in first:
        spec = book.specs[indicator]
        name = book.title(indicator)
        columns.append(
            Column(
                Text(name.zh + book.by_suffix(by).zh, name.en + book.by_suffix(by).en),
                book.measure(spec.unit),
                "number",
                1.3,
            )
        )
    if dispersion:
        columns.append(Column(Text("差异系数超限", "CVs above the limit"), kind="number", weight=1.3))
    rows = []
    for unit in units:
        cells = [text_cell(unit.name, f"u-{unit.code}")]
        if shape.areas:
            above = book.tree.ancestor(unit.code, shape.areas)
            cells.append(text_cell(book.name(above) if above else ""))
        cells += [book.verdict_cell(book.at.get((unit.code, v, by))) for v, by in verdicts]
        for base_verdict, by in base:
            cells.append(_count_cell(book, counts, unit, base_verdict, shape.base, by))
        cells += [book.value_cell(book.at.get((unit.code, i, by)), toned=False) for i, by in first]
        if dispersion:
            results = [
                r
                for i in dispersion
                for by in counts.bys(i, level)
                if (r := book.at.get((unit.code, i, by))) and r.verdict in ("met", "not_met")
            ]
            over = sum(r.verdict == "not_met" for r in results)
            what = t("in_unit").format(unit=unit.name, what=Text("差异系数超限", "CVs above the limit"))
            figure = book.count(
                f"{over}/{len(results)}", what, t("how_count"), unit=unit.code, part=over, whole=len(results)
            )
            cells.append(book.count_cell(figure))
        rows.append(cells)
    return Section(f"all-{level}", title, 1, [Table(title, columns, rows, can_filter=len(rows) > _FILTERED)])


def area_page(book: Book, counts: Counts, shape: Shape, area: Unit) -> Page:
    """Return the page of one area: itself, its units side by side, then each of them."""
    blocks = _unit_blocks(book, counts, shape, area, compact=False)
    rank = rank_chart(book, counts, shape, area)
    if rank:
        blocks.append(rank)
    sections = [Section(f"u-{area.code}", area.name, 1, blocks, unit=area.code)]
    for level in (*reversed(shape.between), shape.minor):
        if level is None:
            continue
        units = _under(book, level, area.code)
        inner: list[Block] = []
        families = counts.families(level)
        for family in families:
            if family.dispersion:
                inner += [
                    c
                    for by in family.bys
                    if (c := dispersion_chart(book, counts, level, area.code, area.name, family, by))
                ]
        inner += _heat_tables(book, counts, units, level, families, links=True)
        if inner:
            title = t("directory").format(level=book.level(level))
            sections.append(Section(f"all-{level}-{area.code}", title, 2, inner))
    sections += minor_sections(book, counts, shape, area.code)
    return Page(f"u-{area.code}", area.name, sections)


def minor_sections(book: Book, counts: Counts, shape: Shape, under: str) -> list[Section]:
    """Return the compact section of each unit of the finest level above the base."""
    if shape.minor is None:
        return []
    sections = (_minor_section(book, counts, shape, unit) for unit in _under(book, shape.minor, under))
    return [s for s in sections if s.blocks]


def _minor_section(book: Book, counts: Counts, shape: Shape, unit: Unit) -> Section:
    blocks: list[Block] = list(_status_lines(book, counts, shape, unit))
    table = judged_table(book, counts, unit, counts.families(unit.level), shape.base, compact=True)
    if table:
        blocks.append(_calm_on_paper(table))
    shorts = counts.below.get(unit.code, [])
    if counts.is_judged(shape.base, unit.code) and unit.level != shape.base:
        blocks += _failing(book, shape, unit, shorts)
    title = t("county_head").format(name=unit.name, code=unit.code)
    names = f"{unit.name.zh} {unit.name.en} {unit.code}"
    return Section(f"u-{unit.code}", title, 2 if shape.areas else 1, blocks, search=names, unit=unit.code)


def _failing(book: Book, shape: Shape, unit: Unit, shorts: Sequence[object]) -> Iterator[Block]:
    level = book.level(shape.base)
    if not shorts:
        yield Paragraph(Sentence(t("failing_none"), {"level": level}), "note")
        return
    what = t("in_unit").format(unit=unit.name, what=Text(f"未达标的{level.zh}", f"fall short ({level.en})"))
    figure = book.count(str(len(shorts)), what, t("how_count"), unit=unit.code, part=len(shorts))
    yield Paragraph(Sentence(t("failing_short"), {"all": figure}), "note")
    title = t("failing").format(level=level)
    yield shortfall_table(book, t("in_unit").format(unit=unit.name, what=title), shorts, paper=_PAPER_FAILING)  # type: ignore[arg-type]


def _calm_on_paper(table: Table) -> Table:
    """Leave out on paper, in long tables, the rows past the first section that hold no bad news."""
    keep = 16
    calm = {i for i, row in enumerate(table.rows) if i >= keep and all(c.tone in ("", "met") for c in row)}
    return Table(table.title, table.columns, table.rows, table.note, frozenset(calm), table.can_filter)


def _status_lines(book: Book, counts: Counts, shape: Shape, unit: Unit) -> Iterator[Block]:
    columns = [
        Column(t("verdict"), weight=4),
        Column(t("breakdown"), weight=1),
        Column(t("status"), kind="status", weight=2),
        Column(t("reason"), weight=4),
    ]
    rows = []
    for verdict in counts.verdicts_at(unit.level):
        for by in counts.bys(verdict, unit.level):
            result = book.at.get((unit.code, verdict, by))
            if result is not None:
                cell = book.verdict_cell(result)
                rows.append(
                    [
                        text_cell(book.title(verdict)),
                        text_cell(book.by(by)),
                        cell,
                        text_cell(cell.note or same("")),
                    ]
                )
    if counts.base_verdict and shape.base != unit.level:
        for by in counts.bys(counts.base_verdict, shape.base):
            cell = _count_cell(book, counts, unit, counts.base_verdict, shape.base, by)
            title = book.title(counts.base_verdict)
            rows.append(
                [
                    text_cell(t("verdict_met").format(title=book.titled(shape.base, title))),
                    text_cell(book.by(by)),
                    cell,
                    Cell(same("")),
                ]
            )
    if rows:
        if not any(row[1].text.zh for row in rows):
            columns, rows = columns[:1] + columns[2:], [[r[0], *r[2:]] for r in rows]
        if not any(row[-1].text.zh for row in rows):
            columns, rows = columns[:-1], [r[:-1] for r in rows]
        yield Table(t("verdicts"), columns, rows)


def _unit_blocks(book: Book, counts: Counts, shape: Shape, unit: Unit, *, compact: bool) -> list[Block]:
    blocks: list[Block] = list(_status_lines(book, counts, shape, unit))
    families = counts.families(unit.level)
    for family in families:
        if not family.dispersion and len(family.indicators) >= _CHARTED:
            suffix = family_suffix(counts, unit.level, family)
            blocks += [c for by in family.bys if (c := distance_chart(book, unit, family, by, suffix))]
    table = judged_table(book, counts, unit, families, shape.base, compact=compact)
    if table:
        blocks.append(table)
    return blocks


def _heat_tables(
    book: Book, counts: Counts, units: Sequence[Unit], level: str, families: Sequence[Family], *, links: bool
) -> Iterator[Table]:
    judged = verdict_table(book, counts, units, level, links)
    if judged:
        yield judged
    for family in families:
        for ids in family.chunks():
            table = heat_table(book, counts, units, level, family, ids, links)
            if table.rows:
                yield table


def rank_chart(book: Book, counts: Counts, shape: Shape, unit: Unit) -> Chart | None:
    """Return where a unit stands among its peers, on each indicator that has a good direction."""
    rows: list[DotRow] = []
    cells: list[list[Cell]] = []
    for family in counts.families(unit.level):
        if family.dispersion or not _CHARTED <= len(family.indicators) <= _RANKED:
            continue
        for by in family.bys:
            for indicator in family.indicators:
                results = [
                    r
                    for r in counts.results_under(unit.level, indicator, shape.root)
                    if r.by == by and r.value is not None
                ]
                own = next((r for r in results if r.unit == unit.code), None)
                if own is None or len(results) < _PEERS:
                    continue
                name = label(book, indicator)
                title = Text(name.zh + book.by_suffix(by).zh, name.en + book.by_suffix(by).en)
                place = _rank(book, own, results)
                note = t("rank").format(r=place, n=len(results))
                rows.append(DotRow(title, _peer_dots(results, unit.code), note=note))
                what = t("in_unit").format(
                    unit=unit.name, what=Text(f"{title.zh}位次", f"rank on {title.en}")
                )
                rank = book.count(
                    f"{place}/{len(results)}",
                    what,
                    t("how_count"),
                    unit=unit.code,
                    part=place,
                    whole=len(results),
                )
                ordered = sorted(results, key=lambda r: r.value or 0)
                cells.append(
                    [
                        text_cell(title),
                        book.value_cell(own, toned=False),
                        book.count_cell(rank),
                        book.value_cell(ordered[0], toned=False),
                        book.value_cell(ordered[-1], toned=False),
                    ]
                )
    if not rows:
        return None
    title = t("rank_title").format(unit=unit.name)
    columns = [
        Column(t("indicator"), weight=4),
        Column(t("value"), kind="number"),
        Column(Text("位次", "Rank"), kind="number"),
        Column(Text("最低", "Lowest"), kind="number"),
        Column(Text("最高", "Highest"), kind="number"),
    ]
    sentence = Sentence(t("rank_sentence"), {"unit": unit.name})
    return Chart(DotPlot(title, rows, common_axis=False), sentence, Table(title, columns, cells))


def _rank(book: Book, own: Result, results: Sequence[Result]) -> int:
    """Return 1 for the best; less is better where the standard or the pack says so. Equal values share the better rank."""
    spec = book.specs.get(own.indicator)
    less = own.standard.startswith("<") or (not own.standard and spec is not None and spec.better == "less")
    assert own.value is not None
    return 1 + sum(
        (r.value < own.value) if less else (r.value > own.value) for r in results if r.value is not None
    )


def _peer_dots(results: Sequence[Result], code: str) -> list[Dot]:
    return [
        Dot(
            float(r.value),
            {"met": True, "not_met": False}.get(r.verdict),
            r.unit_name,
            emphasis=r.unit == code,
        )
        for r in results
        if r.value is not None
    ]


def _count_cell(
    book: Book, counts: Counts, unit: Unit, verdict: str, level: str, by: tuple[tuple[str, str], ...]
) -> Cell:
    tally = counts.tally(verdict, level, unit.code, by)
    if not tally.all:
        return Cell(same(""))
    title = book.title(verdict)
    what = t("in_unit").format(
        unit=unit.name,
        what=Text(
            f"{title.zh}{book.by_suffix(by).zh}（{t('count_met').zh}）",
            f"{title.en}{book.by_suffix(by).en} ({t('count_met').en})",
        ),
    )
    return book.count_cell(
        book.count(
            f"{tally.good}/{tally.all}",
            what,
            t("how_count"),
            unit=unit.code,
            part=tally.good,
            whole=tally.all,
        )
    )


def _under(book: Book, level: str, root: str) -> list[Unit]:
    return [u for u in book.tree.at_level(level) if not root or root in book.tree.ancestors(u.code).values()]
