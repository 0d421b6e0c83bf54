"""Explain a figure of stored data without computing the rest: only its indicator, only the rows it can depend on."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from duxue.app.asking import check_breakdown, no_level, no_unit, refuse_above, run_of, year_of
from duxue.app.coverage import cover, marked
from duxue.app.evaluating import Evaluation, data_of, flags_of, names_synthetic_units
from duxue.app.explaining import By, Explanation, explain
from duxue.app.fitting import check_fit
from duxue.app.problems import make
from duxue.core.errors import Problem, Refused
from duxue.core.quantity import exact
from duxue.core.text import Text, same
from duxue.core.units import UnitTree
from duxue.engines.data import Data
from duxue.engines.reference import World, row_env
from duxue.engines.restrict import restrict
from duxue.formula import nodes as n
from duxue.formula.evaluate import evaluate
from duxue.microdata.snapshot import Snapshot
from duxue.packs.loader import LoadedPack
from duxue.packs.problems import listed, suggest
from duxue.packs.schema import Pack
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan
from duxue.results.judge import judge
from duxue.results.model import Value


def trace(
    loaded: LoadedPack,
    snapshot: Snapshot,
    unit: str,
    indicator: str,
    *,
    year: int | None = None,
    by: By = (),
    most_rows: int = 50,
    run_id: str = "",
    synthetic: bool = False,
) -> list[Explanation]:
    """Return the explanations of one indicator of one unit, one per breakdown; `year` defaults to the latest.

    `synthetic` labels them as made of made-up data; data that say so themselves are labelled unasked.

    Raises:
        Refused: APP008 for an unknown indicator, APP009 for an unknown breakdown, APP002 for a year without data,
            APP001 when the unit has no such figure, with what it has.
    """
    pack = loaded.pack
    _check_names(pack, indicator, by)
    check_fit(snapshot, pack)
    chosen = year_of(snapshot, year)
    plan = build_plan(pack, only=[indicator])
    data = data_of(snapshot, pack)
    tree = data.tree(chosen)
    if unit not in tree.units:
        raise Refused([no_unit(tree, unit, chosen)])
    near = restrict(plan, data, unit, tuple(range(chosen - plan.lookback, chosen + 1)))
    values = _values(plan, near, indicator, unit, tree.units[unit].level, chosen)
    rules = pack.model_copy(
        update={"verdicts": ()}
    )  # a verdict may need indicators that are not computed here
    results = judge(
        rules, values, {}, near.tree, lambda v: exact(v.value) if v.value is not None else Fraction(0),
        flags_of(snapshot, plan, data, [chosen]),
    )  # fmt: skip
    results = marked(results, [reach := cover(build_plan(pack), data, chosen)])
    run = run_of(
        loaded, snapshot, run_id, "reference", chosen, results, synthetic or names_synthetic_units(tree)
    )
    if not results and (into := _receiver(plan, near, unit, chosen)):
        raise Refused([_merged(tree, unit, into, indicator, chosen)])
    levels = next(i.levels for i in pack.indicators if i.id == indicator)
    if not results and tree.units[unit].level not in levels:
        raise Refused([no_level(pack, tree, unit, indicator, levels)])
    refuse_above(reach, tree, unit)
    return explain(
        Evaluation(run, pack, plan, near, ""),
        snapshot,
        unit,
        indicator,
        year=chosen,
        by=by,
        most_rows=most_rows,
    )


def _values(plan: Plan, data: Data, indicator: str, unit: str, level: str, year: int) -> list[Value]:
    planned = plan.indicator(indicator)
    if level not in planned.levels:
        return []
    world = World(plan, data)
    found: list[Value] = []
    for combination in product(*(plan.dimension_values(d) for d in planned.by)):
        by = tuple(zip(planned.by, combination, strict=True))
        if world.group(planned.home, level, unit, year, by) is not None:
            found.append(world.value(planned, level, unit, year, by))
    return found


def _check_names(pack: Pack, indicator: str, by: By) -> None:
    ids = [*(i.id for i in pack.indicators), *(v.id for v in pack.verdicts)]
    if indicator not in {i.id for i in pack.indicators}:
        near = suggest(indicator, ids)
        advice = Text(
            f"{near.zh}用 duxue pack show {pack.id} 查看全部指标。",
            f"{near.en}See all of them with duxue pack show {pack.id}.",
        )
        raise Refused([make("APP008", found=indicator, expected=listed(ids), advice=advice)])
    check_breakdown(pack, next(i.by for i in pack.indicators if i.id == indicator), by)


def _receiver(plan: Plan, data: Data, unit: str, year: int) -> str:
    """Return the code of the unit into which a unit is merged, or nothing."""
    world = World(plan, data, merging=False)
    for form in plan.forms.values():
        if form.merge is not None and form.merge.form == form.id:
            for row in world.collected(form.id):
                into = row.cells[form.merge.into]
                if row.cells[form.merge.code] == unit and (not form.period or row.year == year):
                    known = isinstance(into, str) and not isinstance(into, n.NA)
                    if known and evaluate(form.merge.when, row_env(world, row)) is True:
                        return str(into)
    return ""


def _merged(tree: UnitTree, unit: str, into: str, indicator: str, year: int) -> Problem:
    name = tree.units[into].name if into in tree.units else same(into)
    return make(
        "APP001",
        what=Text(f"{unit} 已并入 {into} {name.zh}", f"{unit} is merged into {into} {name.say('en')}"),
        found=f"{unit} {tree.units[unit].name.zh}",
        expected=Text(f"接收的学校 {into} {name.zh}", f"the unit that receives it, {into} {name.say('en')}"),
        advice=Text(
            f"请输入：duxue explain {into} {indicator} --year {year}，其余选项不变。",
            f"Type: duxue explain {into} {indicator} --year {year}, with the other options unchanged.",
        ),
    )
