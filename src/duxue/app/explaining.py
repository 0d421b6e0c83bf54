"""Explain one figure down to its cells: formula, numbers put in, rows they came from, file and cell of each, rule clause."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from duxue.formula.evaluate import evaluate
from duxue.formula.explain import clause, substitute, to_source
from duxue.formula.nodes import NA
from duxue.microdata.snapshot import Snapshot
from duxue.packs.dated import day_of, holding
from duxue.packs.schema import Derived, FieldSpec, Pack, Source, Standard
from duxue.plan.lineage import ages_of
from duxue.results.model import Result

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


@dataclass(frozen=True, slots=True)
class Part:
    """One aggregate of the formula with its value."""

    source: str
    words: Text
    value: str
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
    titles = _titles(pack)
    parts = tuple(_part(world, a, result, titles) for a in planned.aggregates)

    def number(node: n.Typed) -> str:
        env = world.group_env(result.level, result.unit, result.year or 0, result.by)
        value = evaluate(node, env)
        return _plain(value) if isinstance(value, Fraction) else "–"

    shown = (
        same(show(result.value, spec.decimals, result.threshold))
        if result.value is not None
        else result.reason_text or same("–")
    )
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
            clause(planned.value, "zh", _one(titles, "zh")), clause(planned.value, "en", _one(titles, "en"))
        ),
        numbers=Text(substitute(planned.value, "zh", number), substitute(planned.value, "en", number)),
        parts=parts,
        rows=rows,
        rows_total=total,
        source=_source(pack, spec.source),
        standard=standard,
        standard_source=_source(pack, standard.source) if standard else None,
        note=spec.note.text if spec.note else None,
        made_of={
            "run": evaluation.run.id,
            "pack": f"{evaluation.run.pack_id}@{evaluation.run.pack_version}",
            "pack_digest": evaluation.run.pack_digest,
            "data_digests": dict(evaluation.run.data_digests),
            "engine": evaluation.run.engine,
            "software": evaluation.run.software,
        },
    )


def _part(world: World, node: n.Aggregate, result: Result, titles: dict[str, Text]) -> Part:
    computed = world.aggregate(node, result.level, result.unit, result.year or 0, result.by)
    value = computed.value
    words = Text(clause(node, "zh", _one(titles, "zh")), clause(node, "en", _one(titles, "en")))
    shown = value.value if isinstance(value, NA) else _plain(value)
    return Part(to_source(node), words, shown, computed.left_out)


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
    titles = _titles(pack)
    complete = next((a.complete for a in plan.indicator(result.indicator).aggregates if a.complete), ())

    def cells_of(row: Row, reads: list[tuple[str, str, int]]) -> tuple[Cell, ...]:
        return tuple(
            Cell(
                form_id, name, titles.get(f"{form_id}.{name}", same(name)), _plain_cell(cell), *snapshot.cell(form_id, i, name)
            )
            for form_id, name, back in reads
            for i, cell in world.origins(row, form_id, name, back)
        )  # fmt: skip

    own_form = [a for a in plan.indicator(result.indicator).aggregates if plan.form_of(a.home).id == form.id]
    taken = [
        (x, Text(clause(x, "zh", _one(titles, "zh")), clause(x, "en", _one(titles, "en"))))
        for x in dict.fromkeys(x for a in own_form for x in (a.where, a.x, a.per) if x is not None)
        if not (isinstance(x, n.Column) and (x.form, x.name) in {(f, name) for f, name, _ in ages})
    ]
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
    found: list[RowUsed] = []
    for row, rule, reads, year in everything[:most]:
        why = None
        if rule is not None and population is not None:
            why = population.exclude[rule].reason.text
        elif any(evaluate(x, row_env(world, row)) is NA.MISSING for x in complete):
            why = Text("缺少数据，未计入", "data are missing, left out")
        code = str(row.cells[form.unit_field])
        known = world.tree(year).units.get(code)
        name_of = known.name if known else same(code)
        terms = tuple((words, _plain_cell(evaluate(x, row_env(world, row)))) for x, words in taken)
        found.append(
            RowUsed(code, name_of, why is None, why, cells_of(row, reads), terms, len(row.sources), year)
        )
    return tuple(found), len(everything)


def _titles(pack: Pack) -> dict[str, Text]:
    titles: dict[str, Text] = {}
    for form in pack.forms:
        specs: list[FieldSpec | Derived] = [*form.fields, *form.derived]
        for spec in specs:
            titles[f"{form.id}.{spec.id}"] = spec.title.text
            titles.setdefault(spec.id, spec.title.text)
    titles.update({c.id: c.title.text for c in pack.constants})
    titles.update({i.id: i.title.text for i in pack.indicators})
    titles.update({p.id: p.title.text for p in pack.populations})
    for dimension in pack.dimensions:
        titles.update({v.id: v.title.text for v in dimension.values})
    return titles


def _one(titles: dict[str, Text], lang: Lang) -> dict[str, str]:
    return {key: text.say(lang) for key, text in titles.items()}


def _source(pack: Pack, ref: Source | str | None) -> Source | None:
    return pack.sources.get(ref) if isinstance(ref, str) else ref


def _plain(value: Number) -> str:
    if isinstance(value, Fraction) and value.denominator == 1:
        return str(value.numerator)
    text = f"{round_half_up(value, 6):f}"
    return text.rstrip("0").rstrip(".")


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
