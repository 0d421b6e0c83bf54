"""The rows and cells behind a figure: which of them count, where each stands, and which are empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from duxue.app.spreads import spread_of, spread_terms
from duxue.app.wording import plain_cell, say_of, titles_of
from duxue.core.measure import amount
from duxue.core.text import Lang, Text, count_of, same
from duxue.engines.reference import Row, World, row_env
from duxue.formula import nodes as n
from duxue.formula.evaluate import Cell as Raw
from duxue.formula.evaluate import evaluate
from duxue.formula.explain import substitute
from duxue.formula.nodes import NA
from duxue.microdata.names import factor_between, split_bracket
from duxue.microdata.snapshot import CellPlace, Snapshot
from duxue.packs.schema import FieldSpec, Pack
from duxue.packs.scope import measure_title, pack_scope
from duxue.plan.lineage import ages_of
from duxue.plan.nodes import Plan
from duxue.results.model import Result
from duxue.results.reasons import REASONS


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that went into a figure."""

    form: str
    field: str
    title: Text
    value: str
    file: str
    sheet: str
    line: int
    column: str
    header: str
    shown: Text  # the value in words, with its unit of measure
    converted: str = ""  # the unit of measure named in the header, when it is not the one stored


@dataclass(frozen=True, slots=True)
class Lack:
    """One cell that is empty although the figure needs it."""

    form: str
    field: str
    title: Text
    unit: str
    file: str
    sheet: str
    line: int
    column: str

    @property
    def absent(self) -> bool:
        """Whether the whole column is not in the file."""
        return not self.column


@dataclass(frozen=True, slots=True)
class Made:
    """One derived cell that went into a figure: its value, its formula in words and with the row's numbers."""

    field: str
    title: Text
    value: str
    words: Text
    numbers: Text


@dataclass(frozen=True, slots=True)
class RowUsed:
    """One row of the home form: the unit, what became of it, and its cells."""

    unit: str
    unit_name: Text
    used: bool
    why_not: Text | None
    cells: tuple[Cell, ...]
    terms: tuple[tuple[Text, str], ...]  # what the aggregates take from the row, in words, with its value
    merged: int  # how many source rows were added together
    year: int | None = None
    made: tuple[Made, ...] = ()


def rows_of(
    world: World, snapshot: Snapshot, pack: Pack, result: Result, home: str, value: n.Typed, most: int
) -> tuple[tuple[RowUsed, ...], int]:
    """Return the rows behind a figure cut to `most`, those of its own year first, with the cells that the formula reads.

    A cell of another form that is read some years back stands beside the row that points to it; rows of the home form
    that are read some years back are listed for themselves.
    """
    plan = world.plan
    form = plan.form_of(home)
    population = next((p for p in pack.populations if p.id == home), None)
    ages = sorted(ages_of(plan, value))
    titles = titles_of(pack)
    complete = next((a.complete for a in plan.indicator(result.indicator).aggregates if a.complete), ())

    def cells_of(row: Row, reads: list[tuple[str, str, int]]) -> tuple[Cell, ...]:
        return tuple(
            _cell(pack, titles, form_id, name, cell, snapshot.cell(form_id, i, name))
            for form_id, name, back in reads
            for i, cell in world.origins(row, form_id, name, back)
        ) + tuple(
            _cell(pack, titles, form_id, name, cell, snapshot.cell(form_id, i, name))
            for form_id, name, i, cell in _sharing(world, row, value)
        )  # fmt: skip

    own_form = [a for a in plan.indicator(result.indicator).aggregates if plan.form_of(a.home).id == form.id]
    shown_already = {(f, name) for f, name, _ in ages}
    weighed = {a: spread for a in own_form if (spread := spread_of(world, a, result)) is not None}
    taken: list[tuple[n.Typed, Text]] = []
    for a in own_form:
        for x, sign in ((a.where, ""), (a.x, "r = "), (a.per, "p = ")):
            if x is None or x in [t for t, _ in taken]:
                continue
            named = a in weighed and sign
            if named or not (isinstance(x, n.Column) and (x.form, x.name) in shown_already):
                words = say_of(x, titles)
                taken.append((x, Text(sign + words.zh, sign + words.en) if named else words))
    derived = _derived_of(plan, own_form)

    def passes(row: Row) -> bool:
        env = row_env(world, row)
        wheres = [a.where for a in own_form]
        return not wheres or any(w is None or evaluate(w, env) is not False for w in wheres)

    everything: list[tuple[Row, int | None, list[tuple[str, str, int]], int]] = []
    for back in sorted({0, *(b for f, _, b in ages if f == form.id)}):
        year = (result.year or 0) - back
        group = world.group(home, result.level, result.unit, year, result.by)
        if group is None:
            continue
        own = [(f, name, 0) for f, name, b in ages if f == form.id and b == back]
        reads = own + [(f, name, b) for f, name, b in ages if f != form.id] if not back else own
        everything += [(row, None, reads, year) for row in group.rows]
        everything += [(row, rule, reads, year) for row, rule in group.excluded]
    everything.sort(key=lambda e: e[1] is None and e[3] == result.year and not passes(e[0]))
    found: list[RowUsed] = []
    for row, rule, reads, year in everything[:most]:
        why = None
        if rule is not None and population is not None:
            why = population.exclude[rule].reason.text
        elif not passes(row):
            why = Text("不符合公式的条件", "does not fulfil the conditions of the formula")
        elif any(evaluate(x, row_env(world, row)) is NA.MISSING for x in complete):
            lacks = _lacks(world, snapshot, row, complete, titles)
            why = lacking_words(lacks) if lacks else Text("缺少数据，未计入", "data are missing, left out")
        code = str(row.cells[form.unit_field])
        known = world.tree(year).units.get(code)
        name_of = known.name if known else same(code)
        terms = [(words, plain_cell(evaluate(x, row_env(world, row)))) for x, words in taken]
        for a, spread in weighed.items() if year == result.year else ():
            terms += spread_terms(a, spread, row)
        made = tuple(_made(world, row, c, titles) for c in derived)
        found.append(
            RowUsed(
                code,
                name_of,
                why is None,
                why,
                cells_of(row, reads),
                tuple(terms),
                len(row.sources),
                year,
                made,
            )
        )
    return tuple(found), len(everything)


def _sharing(world: World, row: Row, value: n.Typed) -> Iterator[tuple[str, str, int, Raw]]:
    """Yield the cells of the other rows of which a row is a portion: form, column, ordinal of the source row, cell."""
    for node in dict.fromkeys(x for x in _through(world.plan, value) if isinstance(x, n.Portion)):
        if node.form == row.form:
            key = (row.year, world.cell(row, node.within))
            others = [
                r for r in world.index(node.form, (node.within,)).get(key, []) if r.sources != row.sources
            ]
            for other in others:
                for form, name, _ in sorted(ages_of(world.plan, node.x)):
                    for i, cell in world.origins(other, form, name) if form == row.form else ():
                        yield form, name, i, cell


def _through(plan: Plan, node: n.Typed) -> Iterator[n.Typed]:
    """Yield the parts of a formula, those of the derived columns that it reads among them."""
    for part in n.walk(node):
        yield part
        if isinstance(part, n.Column):
            for derived in plan.forms[part.form].derived:
                if derived.name == part.name:
                    yield from _through(plan, derived.value)


def missing_in(
    world: World,
    snapshot: Snapshot,
    aggregates: tuple[n.Aggregate, ...],
    result: Result,
    titles: dict[str, Text],
) -> tuple[Lack, ...]:
    """Return the cells that are empty in the rows of a figure, each once."""
    found: dict[Lack, None] = {}
    for a in aggregates:
        group = world.group(a.home, result.level, result.unit, result.year or 0, result.by)
        parts = a.complete or tuple(x for x in (a.where, a.x, a.per) if x is not None)
        for row in group.rows if group else ():
            if not a.complete and a.where is not None and evaluate(a.where, row_env(world, row)) is False:
                continue
            found.update(dict.fromkeys(_lacks(world, snapshot, row, parts, titles)))
    return tuple(found)


def _lacks(
    world: World, snapshot: Snapshot, row: Row, parts: tuple[n.Typed, ...], titles: dict[str, Text]
) -> tuple[Lack, ...]:
    found: dict[Lack, None] = {}
    for part in parts:
        for form, name, at in _empty(world, row, part):
            unit = str(at.cells[world.plan.forms[form].unit_field])
            title = titles.get(f"{form}.{name}", same(name))
            for i, cell in world.origins(at, form, name):
                if isinstance(cell, NA):
                    place = snapshot.cell(form, i, name)
                    found[
                        Lack(form, name, title, unit, place.file, place.sheet, place.line, place.column)
                    ] = None
    return tuple(found)


def _empty(world: World, row: Row, node: n.Typed) -> list[tuple[str, str, Row]]:
    """Return the collected columns that make a row formula missing, with the row that lacks them.

    Of a condition only the branch that was taken is looked at; what is known is passed over.
    """
    if evaluate(node, row_env(world, row)) is not NA.MISSING:
        return []
    if isinstance(node, n.Column):
        at = _pointed(world, row, node)
        if at is None:
            return []
        derived = next((d for d in world.plan.forms[at.form].derived if d.name == node.name), None)
        return _empty(world, at, derived.value) if derived else [(at.form, node.name, at)]
    if isinstance(node, n.If):
        test = evaluate(node.test, row_env(world, row))
        return _empty(world, row, node.test if isinstance(test, NA) else node.yes if test else node.no)
    if isinstance(node, n.Portion | n.Total):
        form = world.plan.forms[node.form]
        on = (node.within,) if isinstance(node, n.Portion) else node.on
        key = (row.year if form.period else None, *(world.cell(row, k) for k in on))
        parts = [x for x in (node.x, getattr(node, "where", None)) if x is not None]
        return [
            e for r in world.index(node.form, on).get(key, []) for x in parts for e in _empty(world, r, x)
        ]
    return [e for child in n.children(node) for e in _empty(world, row, child)]


_LACKS_SHOWN = 3


def lacking_words(missing: tuple[Lack, ...]) -> Text:
    """Return which cells are empty: by column, with the place of the only one or the number of rows."""
    columns: dict[tuple[str, str], list[Lack]] = {}
    for lack in missing:
        columns.setdefault((lack.form, lack.field), []).append(lack)
    zh, en = [], []
    for lacks in columns.values():
        one = lacks[0]
        where = " ".join(x for x in (one.file, one.sheet) if x)
        if one.absent:
            zh.append(f"{one.title.zh}（{where} 文件中没有这一列）")
            en.append(f"{one.title.en} ({where}: the column is not in the file)")
        elif len(lacks) > _LACKS_SHOWN:
            zh.append(f"{one.title.zh}（{where} {one.column}列，{len(lacks)}行为空）")
            en.append(
                f"{one.title.en} ({where} column {one.column} is empty in {count_of(len(lacks), 'row')})"
            )
        else:
            lines = [str(x.line) for x in lacks]
            rows = "row" if len(lines) == 1 else "rows"
            zh.append(f"{one.title.zh}（{where} 第{'、'.join(lines)}行 {one.column}列为空）")
            en.append(f"{one.title.en} ({where} {rows} {', '.join(lines)}, column {one.column} is empty)")
    base = REASONS[NA.MISSING]
    return Text(f"{base.zh}：{'、'.join(zh)}", f"{base.en}: {'; '.join(en)}")


def _cell(pack: Pack, titles: dict[str, Text], form: str, name: str, cell: object, place: CellPlace) -> Cell:
    spec = next((f for x in pack.forms if x.id == form for f in x.fields if f.id == name), None)
    measure = measure_title(pack, spec.unit) if spec is not None and spec.unit else same("")
    shown = _shown(cell, titles, spec, measure)
    inside = split_bracket(place.header)[1] if spec is not None and spec.unit else ""
    converted = ""
    if spec is not None and inside and not isinstance(cell, NA):
        measures = pack_scope(pack).measures
        factor = factor_between(inside, spec.unit or "1", measures)
        converted = inside if factor not in (None, Fraction(1)) else ""
    title = titles.get(f"{form}.{name}", same(name))
    return Cell(form, name, title, plain_cell(cell), *place, shown, converted)


def _shown(cell: object, titles: dict[str, Text], spec: FieldSpec | None, measure: Text) -> Text:
    if isinstance(cell, bool):
        return Text("是", "yes") if cell else Text("否", "no")
    if spec is not None and isinstance(cell, str) and spec.type == "category":
        own = next((v.title.text for v in spec.values if v.id == cell), None)
        return own or titles.get(cell, same(cell))
    return same(plain_cell(cell)) if isinstance(cell, NA) else amount(plain_cell(cell), measure)


def _derived_of(plan: Plan, aggregates: list[n.Aggregate]) -> list[n.Column]:
    """Return the derived columns that aggregates read, those they are made of first."""
    found: dict[tuple[str, str], n.Column] = {}

    def look(node: n.Typed, joined: n.Column | None) -> None:
        for c in n.walk(node):
            if isinstance(c, n.Total):
                return
            if isinstance(c, n.Column) and (c.form, c.name) not in found:
                d = next((d for d in plan.forms[c.form].derived if d.name == c.name), None)
                if d is not None and not (joined and c.joined):
                    at = replace(c, joined=True) if joined else c
                    look(d.value, at if at.joined else None)
                    found[c.form, c.name] = at

    for a in aggregates:
        for part in (a.x, a.per, a.where):
            if part is not None:
                look(part, None)
    return list(found.values())


def _made(world: World, row: Row, column: n.Column, titles: dict[str, Text]) -> Made:
    """Return a derived cell of a row, or of the row that it points to, with its formula in words and numbers."""
    formula = next(d.value for d in world.plan.forms[column.form].derived if d.name == column.name)
    own = _pointed(world, row, column)
    value = evaluate(column, row_env(world, row))
    title = titles.get(f"{column.form}.{column.name}", same(column.name))
    if own is None:
        return Made(column.name, title, plain_cell(value), say_of(formula, titles), same("–"))
    here: Row = own
    env = row_env(world, here)

    def numbers(lang: Lang) -> str:
        def number(node: n.Typed) -> str:
            found = evaluate(node, env)
            return _shown(found, titles, None, same("")).say(lang) if not isinstance(found, str) else (
                titles.get(found, same(found)).say(lang) if not isinstance(found, NA) else "–"
            )  # fmt: skip

        def whole(node: n.Portion) -> str:
            key = (here.year, world.cell(here, node.within))
            rows = world.index(here.form, (node.within,)).get(key, [])
            return " + ".join(plain_cell(evaluate(node.x, row_env(world, r))) for r in rows)

        return substitute(formula, lang, number, whole)

    return Made(
        column.name, title, plain_cell(value), say_of(formula, titles), Text(numbers("zh"), numbers("en"))
    )


def _pointed(world: World, row: Row, column: n.Column) -> Row | None:
    if not column.joined:
        return row
    form = world.plan.forms[column.form]
    key = tuple(world.cell(row, k) for k in form.key)
    found = world.index(column.form, form.key).get((row.year if form.period else None, *key))
    return found[0] if found else None
