"""Tables and charts that several parts of the report share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from duxue.core.text import Text, same
from duxue.core.units import Unit
from duxue.reports.book import Book, By, attained, percent_of
from duxue.reports.chartspecs import Bar, DistanceBars, Dot, DotPlot, DotRow, Spark
from duxue.reports.counts import Counts, Family, Shortfall, Tally
from duxue.reports.document import Cell, Chart, Column, Figure, Sentence, Table, Tone
from duxue.reports.texts import t
from duxue.results.model import Result

_MOST_BARS = 10
_CODE = 6  # letters up to which an id is printed as a code before the name
_FEWEST_LETTERS = 2


def text_cell(text: Text | str, link: str = "", note: Text | None = None) -> Cell:
    """Return a plain cell."""
    return Cell(same(text) if isinstance(text, str) else text, link=link, note=note)


_TALLIED = {
    "good": Text("达标", "met"),
    "bad": Text("未达标", "not met"),
    "na": Text("不可计算", "not computable"),
    "all": Text("合计", "all"),
}


def tally_figure(
    book: Book, tally: Tally, part: Literal["good", "bad", "na", "all"], what: Text, unit: str
) -> Figure:
    """Return the registered figure of one part of a tally."""
    count, word = getattr(tally, part), _TALLIED[part]
    name = Text(f"{what.zh}（{word.zh}）", f"{what.en} ({word.en})")
    whole = None if part == "all" else tally.all
    return book.count(str(count), name, t("how_count"), unit=unit, part=count, whole=whole)


def join(words: Sequence[Text], zh: str = "、", en: str = ", ") -> Text:
    """Return texts joined in both languages."""
    return Text(zh.join(w.say("zh") for w in words), en.join(w.say("en") for w in words))


def _glue(a: Text, b: Text) -> Text:
    return Text(a.zh + b.zh, a.en + b.en)


def label(book: Book, indicator: str) -> Text:
    """Return an indicator's code and name; the name alone where the code only repeats it."""
    title = book.title(indicator)
    return Text(f"{indicator} {title.zh}", f"{indicator} {title.en}") if len(indicator) <= 6 else title


def short_labels(book: Book, indicators: Sequence[str]) -> dict[str, Text]:
    """Return labels without the words that all of them begin or end with: a picture cuts long ones, the title says them."""
    titles = [book.title(i) for i in indicators]
    zh = _strip_common([x.say("zh") for x in titles], letters=True)
    en = _strip_common([x.say("en") for x in titles], letters=False)
    return {
        i: Text(f"{i} {z}", f"{i} {e}") if len(i) <= _CODE else Text(z, e)
        for i, z, e in zip(indicators, zh, en, strict=True)
    }


def _strip_common(names: Sequence[str], *, letters: bool) -> list[str]:
    """Return names without their common first and last letters (or words); whole where too little would remain."""
    if len(names) < 2:
        return list(names)
    pieces = [list(name) if letters else name.split(" ") for name in names]
    most = min(len(p) for p in pieces)
    first = next((i for i in range(most) if len({p[i] for p in pieces}) > 1), most)
    last = next((i for i in range(most - first) if len({p[-1 - i] for p in pieces}) > 1), most - first)
    short = [("" if letters else " ").join(p[first : len(p) - last]) for p in pieces]
    if min(len(s) for s in short) < _FEWEST_LETTERS or (letters and any(s[0] in "）)、，" for s in short)):
        return list(names)
    return [s[:1].upper() + s[1:] for s in short]


def family_suffix(counts: Counts, level: str, family: Family) -> Text:
    """Return the name of a family in brackets where a second one would have a chart of the same title."""
    alike = [f for f in counts.families(level) if f.dispersion == family.dispersion]
    return t("by_dash").format(by=family.title) if len({f.title for f in alike}) > 1 else same("")


def with_unit(book: Book, indicator: str) -> Text:
    """Return an indicator's code and name with its unit of measure in brackets."""
    spec = book.specs.get(indicator)
    unit = book.measure(spec.unit) if spec else same("")
    name = label(book, indicator)
    return Text(
        f"{name.zh}（{unit.zh}）" if unit.zh else name.zh, f"{name.en} ({unit.en})" if unit.en else name.en
    )


def standard_text(result: Result | None) -> Text:
    """Return a standard as printed: ≥ 4.2."""
    if result is None:
        return same("")
    return same(
        result.standard.replace(">=", "≥").replace("<=", "≤").replace("==", "=").replace(" ", "\u00a0")
    )


def heat_table(
    book: Book,
    counts: Counts,
    units: Sequence[Unit],
    level: str,
    family: Family,
    ids: Sequence[str],
    links: bool,
) -> Table:
    """Return units x breakdowns against indicators, each value with its mark."""
    by_column = any(family.bys)
    columns = [Column(t("unit"), weight=2.2)]
    if by_column:
        columns.append(Column(t("breakdown"), weight=1.0))
    for indicator in ids:
        spec = book.specs.get(indicator)
        short = same(indicator) if len(indicator) <= 6 else book.title(indicator)
        columns.append(
            Column(
                short,
                book.measure(spec.unit) if spec else same(""),
                "number",
                1.1,
                hint=book.title(indicator),
            )
        )
    rows = []
    for unit in units:
        for by in family.bys:
            results = [book.at.get((unit.code, i, by)) for i in ids]
            if not any(results):
                continue
            cells = [text_cell(unit.name, f"u-{unit.code}" if links else "")]
            if by_column:
                cells.append(text_cell(book.by(by)))
            cells += [book.value_cell(r) for r in results]
            rows.append(cells)
    title = t("heat").format(levels=book.level(level), group=family.title)
    short_ids = [i for i in ids if len(i) <= 6]
    note = None
    if short_ids:
        legend = join([with_unit(book, i) for i in short_ids], "；", "; ")
        judged = {i: standard_note(book, counts, level, i) for i in short_ids}
        if any(j.zh for j in judged.values()):
            legend = join([_with_standard(with_unit(book, i), judged[i]) for i in short_ids], "；", "; ")
        note = Sentence(Text("{x}", "{x}"), {"x": Text(legend.zh + "。", legend.en + ".")})
    return Table(title, columns, rows, note)


def _with_standard(name: Text, standard: Text) -> Text:
    return Text(f"{name.zh} {standard.zh}".strip(), f"{name.en} {standard.en}".strip())


def standard_note(book: Book, counts: Counts, level: str, indicator: str) -> Text:
    """Return an indicator's standards at a level by breakdown: ≥ 4.2 / ≥ 5.3."""
    seen: dict[str, None] = {}
    for by in counts.bys(indicator, level):
        for result in book.of_level[level, indicator]:
            if result.by == by and result.standard:
                seen[standard_text(result).zh] = None
                break
    return same(" / ".join(seen))


def verdict_table(book: Book, counts: Counts, units: Sequence[Unit], level: str, links: bool) -> Table | None:
    """Return units against the verdicts of their level, each breakdown in a column of its own."""
    verdicts = [(v, by) for v in counts.verdicts_at(level) for by in counts.bys(v, level)]
    if not verdicts:
        return None
    columns = [Column(t("unit"), weight=1.6)]
    columns += [
        Column(_glue(book.title(v), book.by_suffix(by)), kind="status", weight=1.3) for v, by in verdicts
    ]
    rows = [
        [
            text_cell(unit.name, f"u-{unit.code}" if links else ""),
            *(book.verdict_cell(book.at.get((unit.code, v, by))) for v, by in verdicts),
        ]
        for unit in units
    ]
    return Table(t("heat").format(levels=book.level(level), group=t("verdict")), columns, rows)


def judged_table(
    book: Book, counts: Counts, unit: Unit, families: Sequence[Family], base: str, *, compact: bool
) -> Table | None:
    """Return one unit's indicators: value, standard, margin, verdict, its coefficient of variation and units that meet."""
    ids = [i for f in families for i in f.indicators]
    partners = {i: counts.dispersion_of(i, unit.level) for i in ids}
    paired = {p for p in partners.values() if p}
    has_by = any(any(f.bys) for f in families)
    has_cv = bool(paired)
    counted = base != unit.level and any(
        counts.bys(i, base) and counts.tally(i, base, unit.code).all for i in ids
    )
    previous = not compact and any(
        (unit.code, i, by) in book.other_years for f in families for i in f.indicators for by in f.bys
    )
    columns = [Column(t("indicator"), weight=6.2)]
    if has_by:
        columns.append(Column(t("breakdown"), weight=1.2))
    columns += [
        Column(t("value"), kind="number", weight=1.2 if compact else 1.6),
        Column(t("standard"), kind="number", weight=1.1),
        Column(t("margin"), kind="number", weight=1.1 if compact else 1.5),
        Column(t("verdict"), kind="status", weight=1.3 if compact else 1.8),
    ]
    if previous:
        columns.append(Column(t("previous"), kind="number", weight=1.4))
    has_limit = any(
        r.threshold is not None
        for p in paired
        for by in counts.bys(p, unit.level)
        if (r := book.at.get((unit.code, p, by)))
    )
    if has_cv:
        columns.append(Column(t("cv"), kind="number", weight=1.0))
    if has_limit:
        columns += [
            Column(t("limit"), kind="number", weight=1.3),
            Column(t("cv_verdict"), kind="status", weight=1.3),
        ]
    if counted:
        columns.append(
            Column(
                t("units_met").format(level=book.level(base)), kind="number", weight=1.4 if compact else 2.2
            )
        )
    rows: list[list[Cell]] = []
    for family in families:
        for by in family.bys:
            for indicator in family.indicators:
                if indicator in paired:
                    continue
                result = book.at.get((unit.code, indicator, by))
                if result is None:
                    continue
                cells = [text_cell(with_unit(book, indicator))]
                if has_by:
                    cells.append(text_cell(book.by(by)))
                cells += judged_cells(book, result)
                if previous:
                    cells.append(previous_cell(book, result))
                if has_cv:
                    name = partners[indicator]
                    cv = book.at.get((unit.code, name, by)) if name else None
                    cells.append(book.value_cell(cv, toned=False))
                    if has_limit:
                        cells += [Cell(standard_text(cv)), book.verdict_cell(cv)]
                if counted:
                    cells.append(_met_cell(book, counts, indicator, unit, base, by))
                rows.append(cells)
    if not rows:
        return None
    return Table(t("judged_table"), columns, rows)


def judged_cells(book: Book, result: Result) -> list[Cell]:
    """Return value, standard, margin and verdict of one result."""
    margin = book.margin(result)
    number = book.figure(result).number
    return [
        book.value_cell(result, toned=False),
        Cell(standard_text(result)),
        Cell(same(margin), number if margin else 0),
        book.verdict_cell(result) if result.standard or result.status == "not_computable" else Cell(same("")),
    ]


def previous_cell(book: Book, result: Result) -> Cell:
    """Return the values of the earlier years, the last one printed, with a small picture when there are more."""
    others = book.other_years.get((result.unit, result.indicator, result.by), {})
    earlier = sorted(y for y in others if result.year is None or y < result.year)
    if not earlier:
        return Cell(same(""))
    last = book.value_cell(others[earlier[-1]], toned=False)
    if len(earlier) < 2:
        return last
    chain = [*(others[y] for y in earlier), result]
    values = tuple(None if r.value is None else float(r.value) for r in chain)
    years = tuple(str(y) for y in (*earlier, result.year))
    spark = Spark(
        Text(f"{result.indicator} {years[0]}–{years[-1]}", f"{result.indicator} {years[0]}–{years[-1]}"),
        values,
        years,
    )
    return Cell(last.text, last.figure, last.tone, note=last.note, spark=spark, flag=last.flag)


def _met_cell(book: Book, counts: Counts, indicator: str, unit: Unit, base: str, by: By) -> Cell:
    tally = counts.tally(indicator, base, unit.code, by)
    if not tally.all:
        return Cell(same(""))
    what = Text(
        f"{unit.name.say('zh')}：{book.level(base).zh}{book.title(indicator).zh}{book.by_suffix(by).zh}达标数",
        f"{unit.name.say('en')}: {book.level(base).en} that meet {book.title(indicator).en}{book.by_suffix(by).en}",
    )
    figure = book.count(
        f"{tally.good}/{tally.all}", what, t("how_count"), unit=unit.code, part=tally.good, whole=tally.all
    )
    return book.count_cell(figure)


def shortfall_table(
    book: Book, title: Text, shorts: Sequence[Shortfall], *, paper: int, place: str | None = None
) -> Table:
    """Return units that fall short, the farthest first: what they miss most and how much of it they reach."""
    has_by = any(s.verdict.by for s in shorts)
    columns = [Column(t("unit"), weight=2.6), Column(t("code"), kind="code", weight=2.3)]
    if place:
        columns.append(Column(t("place"), weight=1.7))
    if has_by:
        columns.append(Column(t("breakdown"), weight=1.2))
    columns += [
        Column(t("worst"), weight=4.6),
        Column(t("value"), kind="number", weight=1.1),
        Column(t("standard"), kind="number", weight=1.1),
        Column(t("attainment"), kind="number", weight=1.1),
        Column(t("missed"), weight=2.2),
    ]
    rows = []
    for short in shorts:
        unit, worst = short.verdict.unit, short.worst
        cells = [text_cell(short.verdict.unit_name), text_cell(unit)]
        if place:
            above = book.tree.ancestor(unit, place)
            cells.append(text_cell(book.name(above) if above else "", f"u-{above}" if above else ""))
        if has_by:
            cells.append(text_cell(book.by(short.verdict.by)))
        if worst is None:
            cells += [text_cell("–"), Cell(same("")), Cell(same("")), Cell(same("")), Cell(same(""))]
        else:
            number = book.figure(worst).number
            reached = percent_of(short.reached, short.bounds) if short.reached is not None else ""
            tone: Tone = "not_met"
            cells += [
                text_cell(label(book, worst.indicator), note=with_unit(book, worst.indicator)),
                Cell(
                    same(book.figure(worst).shown),
                    number,
                    tone,
                    mark=True,
                    flag=book.flag_words(worst.flags) if worst.flags else None,
                ),
                Cell(standard_text(worst)),
                Cell(same(reached), number if reached else 0),
                text_cell(
                    " ".join(short.missed)
                    if all(len(m) <= 6 for m in short.missed)
                    else join([book.title(m) for m in short.missed])
                ),
            ]
        rows.append(cells)
    return Table(
        title, columns, rows, paper_skip=frozenset(range(paper, len(rows))), can_filter=len(rows) > 20
    )


def distance_chart(book: Book, unit: Unit, family: Family, by: By, suffix: Text) -> Chart | None:
    """Return how far each of a unit's indicators lies from its standard."""
    bars = []
    good = bad = 0
    for indicator in family.indicators:
        result = book.at.get((unit.code, indicator, by))
        if (
            result is None or not result.standard or result.threshold == 0
        ):  # no distance in percent of nothing
            continue
        reached = attained(result)
        if result.status == "not_computable" or reached is None:
            bars.append(Bar(label(book, indicator), None, "", None))
            continue
        met = result.verdict == "met"
        good, bad = good + met, bad + (not met)
        text = percent_of(reached - 1)
        shown = text.replace("-", "−") if text.startswith("-") else f"+{text}"
        bars.append(Bar(label(book, indicator), float(reached - 1), shown, met))
    if not bars:
        return None
    if len(bars) > _MOST_BARS:  # many: those that miss or only just meet are what a reader looks for
        bars = sorted(bars, key=lambda b: (b.distance is None, b.distance or 0.0))[:_MOST_BARS]
    title = t("distance_title").format(by=_glue(book.by_suffix(by), suffix))
    title = t("in_unit").format(unit=unit.name, what=title)
    missing = t("in_unit").format(unit=unit.name, what=_glue(t("count_not_met"), book.by_suffix(by)))
    what = t("in_unit").format(unit=unit.name, what=_glue(t("count_met"), book.by_suffix(by)))
    sentence = Sentence(
        t("distance_sentence"),
        {
            "good": book.count(str(good), what, t("how_count"), unit=unit.code, part=good, whole=good + bad),
            "bad": book.count(str(bad), missing, t("how_count"), unit=unit.code, part=bad, whole=good + bad),
        },
    )
    return Chart(DistanceBars(title, bars), sentence)


def dispersion_chart(
    book: Book, counts: Counts, level: str, under: str, place: Text, family: Family, by: By
) -> Chart | None:
    """Return the coefficients of variation of the units of a level against their limits."""
    rows = []
    total = judged = over = 0
    short = short_labels(book, family.indicators)
    for indicator in family.indicators:
        results = [
            r for r in counts.results_under(level, indicator, under) if r.by == by and r.value is not None
        ]
        if not results:
            continue
        limits = {r.threshold for r in results if r.threshold is not None}
        limit = limits.pop() if len(limits) == 1 else None
        bad = sum(r.verdict == "not_met" for r in results)
        limited = sum(r.threshold is not None for r in results)
        total, judged, over = total + len(results), judged + limited, over + bad
        dots = [
            Dot(float(r.value), {"met": True, "not_met": False}.get(r.verdict), r.unit_name)
            for r in results
            if r.value is not None
        ]
        shown = (
            standard_text(next((r for r in results if r.threshold == limit), None)).zh
            if limit is not None
            else ""
        )
        note = Text(f"{shown}　✗ {bad}", f"{shown}  ✗ {bad}") if limited else None
        rows.append(DotRow(short[indicator], dots, float(limit) if limit is not None else None, shown, note))
    if not rows:
        return None
    name = t("cv_title" if judged else "cv_title_free").format(by=book.by_suffix(by))
    title = t("in_unit").format(unit=place, what=_glue(name, family_suffix(counts, level, family)))
    key = t("in_unit").format(unit=place, what=_glue(t("cv"), book.by_suffix(by)))
    everything = book.count(str(total), key, t("how_count"), unit=under, part=total)
    if not judged:
        return Chart(
            DotPlot(title, rows),
            Sentence(t("cv_sentence_free"), {"level": book.level(level), "all": everything}),
        )
    sentence = Sentence(
        t("cv_sentence" if judged == total else "cv_sentence_some"),
        {
            "level": book.level(level),
            "all": everything
            if judged == total
            else book.count(
                str(judged),
                Text(key.zh + "（有上限的）", key.en + " with a limit"),
                t("how_count"),
                unit=under,
                part=judged,
                whole=total,
            ),
            "bad": book.count(
                str(over),
                Text(key.zh + "超限数", key.en + " above the limit"),
                t("how_count"),
                unit=under,
                part=over,
                whole=judged,
            ),
        },
    )
    return Chart(DotPlot(title, rows), sentence)
