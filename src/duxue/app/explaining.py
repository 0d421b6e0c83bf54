"""Explain one figure: formula, numbers put in, the rows and cells behind it, rule clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from duxue.app.cells import Lack, RowUsed, lacking_words, missing_in, rows_of
from duxue.app.evaluating import Evaluation
from duxue.app.problems import make
from duxue.app.spreads import quotient, spread_of
from duxue.app.wording import fine, in_lang, plain, say_of, source_of, titles_of
from duxue.core.errors import Problem, Refused
from duxue.core.quantity import show
from duxue.core.text import Lang, Text, same
from duxue.engines.reference import World
from duxue.engines.restrict import restrict
from duxue.formula import nodes as n
from duxue.formula.evaluate import evaluate
from duxue.formula.explain import clause, substitute, to_source
from duxue.formula.nodes import NA
from duxue.microdata.snapshot import Snapshot
from duxue.packs.dated import day_of, holding
from duxue.packs.schema import Source, Standard
from duxue.packs.scope import measure_title
from duxue.results.model import Result, Run
from duxue.results.reasons import REASONS

By = tuple[tuple[str, str], ...]


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
        spread = spread_of(world, node, result) if isinstance(node, n.Aggregate) else None
        return plain(value) if spread is None else f"({quotient(node, spread, value)})"

    def numbers(lang: Lang) -> str:
        text = substitute(planned.value, lang, number)
        value = result.value
        if value is None or not isinstance(planned.value, n.Aggregate) or text == plain(value):
            return text
        return f"{text} = {plain(value)}"  # of a coefficient alone, the quotient has been put in

    shown = (
        same(show(result.value, spec.decimals, result.threshold))
        if result.value is not None
        else result.reason_text or same("–")
    )
    missing: tuple[Lack, ...] = ()
    if result.reason == NA.MISSING:
        missing = missing_in(world, snapshot, planned.aggregates, result, titles)
        shown = lacking_words(missing) if missing else shown
    standard = holding(
        [s for s in pack.standards if s.indicator == result.indicator and s.level in (None, result.level)],
        dict(result.by),
        list(evaluation.tree(result.year).ancestors(result.unit).values()),
        day_of(result.year, pack.as_of),
    )
    rows, total = rows_of(world, snapshot, pack, result, planned.home, planned.value, most_rows)
    return Explanation(
        result=result,
        title=spec.title.text,
        unit_of_measure=measure_title(pack, spec.unit),
        shown=shown,
        formula=spec.formula,
        words=Text(
            clause(planned.value, "zh", in_lang(titles, "zh")),
            clause(planned.value, "en", in_lang(titles, "en")),
        ),
        numbers=Text(numbers("zh"), numbers("en")),
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
    shown = REASONS[value] if isinstance(value, NA) else same(plain(value))
    found = [Part(to_source(node), say_of(node, titles), shown, computed.left_out)]
    spread = spread_of(world, node, result)
    if spread is None or isinstance(value, NA):
        return found
    of = to_source(node)
    found.append(
        Part(f"mean of {of}", Text("m（均值）= Σr ÷ Σp", "m (mean) = Σr ÷ Σp"), same(fine(spread.mean)), 0)
    )
    put_in = f"{quotient(node, spread, value)} = {fine(value)}"
    if node.fn == "cv":
        found += [
            Part(f"deviation of {of}", same("S = √(Σ (x − m)² × w)"), same(fine(value * spread.mean)), 0),
            Part(f"quotient of {of}", same("CV = S ÷ m"), same(put_in), 0),
        ]
    else:
        words = Text("D = Σ Σ |x − x′| × w × w′（任意两行）", "D = Σ Σ |x − x′| × w × w′ over every two rows")
        found += [
            Part(f"difference of {of}", words, same(fine(2 * value * spread.mean)), 0),
            Part(f"quotient of {of}", same("G = D ÷ (2 × m)"), same(put_in), 0),
        ]
    return found


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
