"""Explain one figure down to its cells: formula, numbers put in, rows they came from, file and cell of each, rule clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from duxue.app.evaluating import Evaluation
from duxue.app.problems import make
from duxue.core.errors import Problem, Refused
from duxue.core.measure import title as measure_title
from duxue.core.quantity import Number, round_half_up, show
from duxue.core.text import Lang, Text, same
from duxue.engines.reference import Row, World, row_env
from duxue.engines.restrict import restrict
from duxue.formula import nodes as n
from duxue.formula.evaluate import Cell as Raw
from duxue.formula.evaluate import evaluate
from duxue.formula.explain import clause, substitute, to_source
from duxue.formula.nodes import NA
from duxue.microdata.names import factor_between, split_bracket
from duxue.microdata.snapshot import CellPlace, Snapshot
from duxue.packs.dated import day_of, holding
from duxue.packs.schema import Derived, FieldSpec, Pack, Source, Standard
from duxue.packs.scope import pack_scope
from duxue.plan.lineage import ages_of
from duxue.plan.nodes import Plan
from duxue.results.model import Result, Run
from duxue.results.reasons import REASONS

By = tuple[tuple[str, str], ...]


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


@dataclass(frozen=True, slots=True)
class Part:
    """One aggregate of the formula with its value."""

    source: str
    words: Text
    value: Text
    left_out: int


@dataclass(frozen=True)
class Explanation:
    """Everything that led to one figure."""

    result: Result
    title: Text
    unit_of_measure: Text
    shown: Text
    formula: str
    words: Text
    numbers: Text
    parts: tuple[Part, ...]
    rows: tuple[RowUsed, ...]
    rows_total: int
    source: Source | None
    standard: Standard | None
    standard_source: Source | None
    note: Text | None
    made_of: dict[str, object] = field(default_factory=dict)
    missing: tuple[Lack, ...] = ()  # the empty cells, when data are missing
    other_standards: tuple[
        tuple[Text, Standard], ...
    ] = ()  # when none holds: those of other levels, with the level


@dataclass(frozen=True, slots=True)
class Seen:
    """One judged thing that a verdict's rule looked at, and what to type to follow it."""

    result: Result
    title: Text
    shown: Text  # the value, or why there is none
    unit_of_measure: Text
    outcome: str  # met, not_met, not_computable, out_of_scope, no_standard
    follow: str
    met: int = 0  # of a verdict: how many of the things that its own rule looked at are met
    of: int = 0
    lowest: Fraction | None = None  # of a verdict over indicators: their lowest attainment


@dataclass(frozen=True)
class Below:
    """The results of a lower verdict that a rule counts."""

    verdict: str
    title: Text
    words: Text  # every, any, share or count, in words
    counts: dict[str, int]  # met, not_met, not_computable, out_of_scope
    failing: tuple[Seen, ...]  # the first of those not met, then of those not computable; worst first
    failing_total: int


@dataclass(frozen=True)
class VerdictExplanation:
    """Everything that led to one verdict."""

    result: Result
    title: Text
    rule: str
    words: Text
    note: Text | None
    source: Source | None
    seen: tuple[Seen, ...]
    below: tuple[Below, ...]
    made_of: dict[str, object] = field(default_factory=dict)


def explain(
    evaluation: Evaluation,
    snapshot: Snapshot,
    unit: str,
    indicator: str,
    *,
    year: int | None = None,
    by: By = (),
    most_rows: int = 50,
) -> list[Explanation]:
    """Return the explanations of one indicator of one unit, one per breakdown and level that fits; Refused when none does."""
    found = [
        r
        for r in evaluation.run.results
        if r.unit == unit
        and r.indicator == indicator
        and r.kind == "indicator"
        and (year is None or r.year == year)
        and all(dict(r.by).get(d) == v for d, v in by)
    ]
    if not found:
        raise Refused([_nothing(evaluation, unit, indicator)])
    return [_explain(evaluation, snapshot, r, most_rows) for r in found]


def _explain(evaluation: Evaluation, snapshot: Snapshot, result: Result, most_rows: int) -> Explanation:
    pack, plan = evaluation.pack, evaluation.plan
    assert result.year is not None
    years = tuple(range(result.year - plan.lookback, result.year + 1))
    data = restrict(plan, evaluation.data, result.unit, years)
    world = World(plan, data)
    spec = next(i for i in pack.indicators if i.id == result.indicator)
    planned = plan.indicator(result.indicator)
    titles = titles_of(pack)
    parts = tuple(p for a in planned.aggregates for p in _parts(world, a, result, titles))

    def number(node: n.Typed) -> str:
        env = world.group_env(result.level, result.unit, result.year or 0, result.by)
        value = evaluate(node, env)
        if not isinstance(value, Fraction):
            return "–"
        spread = _spread(world, node, result) if isinstance(node, n.Aggregate) else None
        return _plain(value) if spread is None else f"({_quotient(node, spread, value)})"

    shown = (
        same(show(result.value, spec.decimals, result.threshold))
        if result.value is not None
        else result.reason_text or same("–")
    )
    missing: tuple[Lack, ...] = ()
    if result.reason == NA.MISSING:
        missing = _missing(world, snapshot, planned.aggregates, result, titles)
        shown = lacking_words(missing) if missing else shown
    standard = holding(
        [s for s in pack.standards if s.indicator == result.indicator and s.level in (None, result.level)],
        dict(result.by),
        list(evaluation.tree(result.year).ancestors(result.unit).values()),
        day_of(result.year, pack.as_of),
    )
    rows, total = _rows(world, snapshot, pack, result, planned.home, planned.value, most_rows)
    return Explanation(
        result=result,
        title=spec.title.text,
        unit_of_measure=measure_title(spec.unit),
        shown=shown,
        formula=spec.formula,
        words=Text(
            clause(planned.value, "zh", in_lang(titles, "zh")),
            clause(planned.value, "en", in_lang(titles, "en")),
        ),
        numbers=Text(substitute(planned.value, "zh", number), substitute(planned.value, "en", number)),
        parts=parts,
        rows=rows,
        rows_total=total,
        source=source_of(pack, spec.source),
        standard=standard,
        standard_source=source_of(pack, standard.source) if standard else None,
        note=spec.note.text if spec.note else None,
        made_of=made_of(evaluation.run, snapshot),
        missing=missing,
        other_standards=() if standard else _other_standards(evaluation, result),
    )


def _other_standards(evaluation: Evaluation, result: Result) -> tuple[tuple[Text, Standard], ...]:
    """Return the standards by which other levels are judged on the same day, each with the level's printed name."""
    pack, year = evaluation.pack, result.year or 0
    chain = list(evaluation.tree(year).ancestors(result.unit).values())
    spec = next(i for i in pack.indicators if i.id == result.indicator)
    found = []
    for level in pack.levels:
        if level.id != result.level and level.id in spec.levels:
            own = [s for s in pack.standards if s.indicator == spec.id and s.level in (None, level.id)]
            held = holding(own, dict(result.by), chain, day_of(year, pack.as_of))
            if held is not None:
                found.append((level.title.text, held))
    return tuple(found)


def made_of(run: Run, snapshot: Snapshot) -> dict[str, object]:
    """Return what names the pack, the data and the program behind a figure."""
    return {
        "run": run.id,
        "pack": f"{run.pack_id}@{run.pack_version}",
        "pack_digest": run.pack_digest,
        "data": snapshot.id,
        "data_digests": dict(run.data_digests),
        "synthetic": run.synthetic,
        "engine": run.engine,
        "software": run.software,
    }


def _parts(world: World, node: n.Aggregate, result: Result, titles: dict[str, Text]) -> list[Part]:
    computed = world.aggregate(node, result.level, result.unit, result.year or 0, result.by)
    value = computed.value
    shown = REASONS[value] if isinstance(value, NA) else same(_plain(value))
    found = [Part(to_source(node), _say(node, titles), shown, computed.left_out)]
    spread = _spread(world, node, result)
    if spread is None or isinstance(value, NA):
        return found
    of = to_source(node)
    found.append(
        Part(f"mean of {of}", Text("m（均值）= Σr ÷ Σp", "m (mean) = Σr ÷ Σp"), same(_fine(spread.mean)), 0)
    )
    put_in = f"{_quotient(node, spread, value)} = {_fine(value)}"
    if node.fn == "cv":
        found += [
            Part(f"deviation of {of}", same("S = √(Σ (x − m)² × w)"), same(_fine(value * spread.mean)), 0),
            Part(f"quotient of {of}", same("CV = S ÷ m"), same(put_in), 0),
        ]
    else:
        words = Text("D = Σ Σ |x − x′| × w × w′（任意两行）", "D = Σ Σ |x − x′| × w × w′ over every two rows")
        found += [
            Part(f"difference of {of}", words, same(_fine(2 * value * spread.mean)), 0),
            Part(f"quotient of {of}", same("G = D ÷ (2 × m)"), same(put_in), 0),
        ]
    return found


def _quotient(node: n.Typed, spread: _Spread, value: Fraction) -> str:
    """Return the numbers of which a coefficient is the quotient: S ÷ m, or for Gini's D ÷ (2 × m)."""
    mean = _fine(spread.mean)
    if isinstance(node, n.Aggregate) and node.fn == "cv":
        return f"{_fine(value * spread.mean)} ÷ {mean}"
    return f"{_fine(2 * value * spread.mean)} ÷ (2 × {mean})"


@dataclass(frozen=True, slots=True)
class _Spread:
    """What a coefficient of variation or a Gini coefficient is made of: the mean, the sum of weights, each row's part."""

    mean: Fraction
    weights: Fraction
    rows: dict[int, tuple[Fraction, Fraction]]  # id of the row -> own value, weight


def _spread(world: World, node: n.Aggregate, result: Result) -> _Spread | None:
    if node.fn not in ("cv", "gini") or node.x is None:
        return None
    group = world.group(node.home, result.level, result.unit, result.year or 0, result.by)
    used: dict[int, tuple[Fraction, Fraction]] = {}
    total = weights = Fraction(0)
    for row in group.rows if group else ():
        env = row_env(world, row)
        if any(isinstance(evaluate(x, env), NA) for x in node.complete):
            continue
        if node.where is not None and evaluate(node.where, env) is not True:
            continue
        x = evaluate(node.x, env)
        per = evaluate(node.per, env) if node.per is not None else Fraction(1)
        if isinstance(x, int | Fraction) and isinstance(per, int | Fraction) and per != 0:
            used[id(row)] = Fraction(x) / per, Fraction(per)
            total, weights = total + x, weights + per
    return _Spread(total / weights, weights, used) if weights else None


def _spread_terms(node: n.Aggregate, spread: _Spread, row: Row) -> list[tuple[Text, str]]:
    """Return what a row adds to a coefficient: r / p, its weight and, for a coefficient of variation, its square."""
    if id(row) not in spread.rows:
        return []
    x, per = spread.rows[id(row)]
    share = per / spread.weights
    terms = [
        (Text("x = r ÷ p", "x = r ÷ p"), _fine(x)),
        (Text("w = p ÷ Σp", "w = p ÷ Σp"), _fine(share)),
    ]
    if node.fn == "cv":
        terms.append((Text("(x − m)² × w", "(x − m)² × w"), _fine((x - spread.mean) ** 2 * share)))
    return terms


def _say(node: n.Typed, titles: dict[str, Text]) -> Text:
    return Text(clause(node, "zh", in_lang(titles, "zh")), clause(node, "en", in_lang(titles, "en")))


def _rows(
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
    weighed = {a: spread for a in own_form if (spread := _spread(world, a, result)) is not None}
    taken: list[tuple[n.Typed, Text]] = []
    for a in own_form:
        for x, sign in ((a.where, ""), (a.x, "r = "), (a.per, "p = ")):
            if x is None or x in [t for t, _ in taken]:
                continue
            named = a in weighed and sign
            if named or not (isinstance(x, n.Column) and (x.form, x.name) in shown_already):
                words = _say(x, titles)
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
        terms = [(words, _plain_cell(evaluate(x, row_env(world, row)))) for x, words in taken]
        for a, spread in weighed.items() if year == result.year else ():
            terms += _spread_terms(a, spread, row)
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


def _missing(
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
            en.append(f"{one.title.en} ({where} column {one.column} is empty in {len(lacks)} rows)")
        else:
            lines = [str(x.line) for x in lacks]
            rows = "row" if len(lines) == 1 else "rows"
            zh.append(f"{one.title.zh}（{where} 第{'、'.join(lines)}行 {one.column}列为空）")
            en.append(f"{one.title.en} ({where} {rows} {', '.join(lines)}, column {one.column} is empty)")
    base = REASONS[NA.MISSING]
    return Text(f"{base.zh}：{'、'.join(zh)}", f"{base.en}: {'; '.join(en)}")


def _cell(pack: Pack, titles: dict[str, Text], form: str, name: str, cell: object, place: CellPlace) -> Cell:
    spec = next((f for x in pack.forms if x.id == form for f in x.fields if f.id == name), None)
    shown = _shown(cell, titles, spec)
    inside = split_bracket(place.header)[1] if spec is not None and spec.unit else ""
    converted = ""
    if spec is not None and inside and not isinstance(cell, NA):
        measures = pack_scope(pack).measures
        factor = factor_between(inside, spec.unit or "1", measures)
        converted = inside if factor not in (None, Fraction(1)) else ""
    title = titles.get(f"{form}.{name}", same(name))
    return Cell(form, name, title, _plain_cell(cell), *place, shown, converted)


def _shown(cell: object, titles: dict[str, Text], spec: FieldSpec | None) -> Text:
    if isinstance(cell, bool):
        return Text("是", "yes") if cell else Text("否", "no")
    if spec is not None and isinstance(cell, str) and spec.type == "category":
        own = next((v.title.text for v in spec.values if v.id == cell), None)
        return own or titles.get(cell, same(cell))
    text = same(_plain_cell(cell))
    if spec is None or not spec.unit or spec.unit == "1" or isinstance(cell, NA):
        return text
    measure = measure_title(spec.unit)
    return Text(f"{text.zh} {measure.zh}", f"{text.en} {measure.en}")


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
        return Made(column.name, title, _plain_cell(value), _say(formula, titles), same("–"))
    here: Row = own
    env = row_env(world, here)

    def numbers(lang: Lang) -> str:
        def number(node: n.Typed) -> str:
            found = evaluate(node, env)
            return _shown(found, titles, None).say(lang) if not isinstance(found, str) else (
                titles.get(found, same(found)).say(lang) if not isinstance(found, NA) else "–"
            )  # fmt: skip

        def whole(node: n.Portion) -> str:
            key = (here.year, world.cell(here, node.within))
            rows = world.index(here.form, (node.within,)).get(key, [])
            return " + ".join(_plain_cell(evaluate(node.x, row_env(world, r))) for r in rows)

        return substitute(formula, lang, number, whole)

    return Made(
        column.name, title, _plain_cell(value), _say(formula, titles), Text(numbers("zh"), numbers("en"))
    )


def _pointed(world: World, row: Row, column: n.Column) -> Row | None:
    if not column.joined:
        return row
    form = world.plan.forms[column.form]
    key = tuple(world.cell(row, k) for k in form.key)
    found = world.index(column.form, form.key).get((row.year if form.period else None, *key))
    return found[0] if found else None


def titles_of(pack: Pack) -> dict[str, Text]:
    """Return the printed names of everything that a formula may name."""
    titles: dict[str, Text] = {}
    for form in pack.forms:
        specs: list[FieldSpec | Derived] = [*form.fields, *form.derived]
        for spec in specs:
            titles[f"{form.id}.{spec.id}"] = spec.title.text
            titles.setdefault(spec.id, spec.title.text)
    titles.update({c.id: c.title.text for c in pack.constants})
    titles.update({i.id: i.title.text for i in pack.indicators})
    titles.update({p.id: p.title.text for p in pack.populations})
    titles.update({v.id: v.title.text for v in pack.verdicts})
    for dimension in pack.dimensions:
        titles.update({v.id: v.title.text for v in dimension.values})
    for form in pack.forms:
        for own in form.fields:
            for value in own.values:
                titles.setdefault(value.id, value.title.text)
    return titles


def in_lang(titles: dict[str, Text], lang: Lang) -> dict[str, str]:
    """Return the names in one language."""
    return {key: text.say(lang) for key, text in titles.items()}


def source_of(pack: Pack, ref: Source | str | None) -> Source | None:
    """Return a source that may be named by its id."""
    return pack.sources.get(ref) if isinstance(ref, str) else ref


def _plain(value: Number) -> str:
    if isinstance(value, Fraction) and value.denominator == 1:
        return str(value.numerator)
    text = f"{round_half_up(value, 6):f}"
    return text.rstrip("0").rstrip(".")


def _fine(value: Number) -> str:
    """Return a number with six decimals, or six digits when it is small: squares must not vanish."""
    places = 6
    while value and places < 18 and abs(value) * 10 ** (places - 5) < 1:
        places += 1
    text = f"{round_half_up(value, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain_cell(value: object) -> str:
    if isinstance(value, NA):
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _plain(value) if isinstance(value, Fraction) else str(value)


def _nothing(evaluation: Evaluation, unit: str, indicator: str) -> Problem:
    ids = [i.id for i in evaluation.pack.indicators]
    has = sorted({r.indicator for r in evaluation.run.results if r.unit == unit and r.kind == "indicator"})
    known = has or ids
    hint = ", ".join(known[:20])
    return make(
        "APP001",
        found=f"{unit} {indicator}",
        expected=Text(
            f"本次结果中的单位和指标；可选：{hint}", f"a unit and indicator of this run, for instance {hint}"
        ),
        advice=Text(
            "用 results.csv 查单位代码，用 duxue pack show 查指标。",
            "Look the unit up in results.csv and the indicator with duxue pack show.",
        ),
    )
