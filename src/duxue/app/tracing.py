"""Explain a figure of stored data without computing the rest: only its indicator, only the rows it can depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

from duxue.app.evaluating import Evaluation, data_of, flags_of, software
from duxue.app.explaining import By, Explanation, explain
from duxue.app.problems import make
from duxue.app.runs import check_fit
from duxue.core.errors import Problem, Refused
from duxue.core.quantity import exact
from duxue.core.text import Text
from duxue.core.units import UnitTree
from duxue.engines.data import Data
from duxue.engines.reference import World
from duxue.engines.restrict import restrict
from duxue.microdata.snapshot import Snapshot
from duxue.packs.loader import LoadedPack
from duxue.packs.problems import listed, suggest
from duxue.packs.schema import Pack
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan
from duxue.results.judge import judge
from duxue.results.model import Run, Value


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
) -> list[Explanation]:
    """Return the explanations of one indicator of one unit, one per breakdown; `year` defaults to the latest.

    Raises:
        Refused: APP008 for an unknown indicator, APP009 for an unknown breakdown, APP002 for a year without data,
            APP001 when the unit has no such figure, with what it has.
    """
    pack = loaded.pack
    _check_names(pack, indicator, by)
    check_fit(snapshot, pack)
    years = snapshot.years()
    chosen = year if year is not None else (years[-1] if years else 0)
    if chosen not in years:
        held = ", ".join(map(str, years)) or "-"
        raise Refused([make("APP002", found=str(chosen), expected=Text(f"数据中的年份：{held}", f"a year of the data: {held}"),
                            advice=Text("请改写 --year。", "Change --year."))])  # fmt: skip
    plan = build_plan(pack, only=[indicator])
    data = data_of(snapshot, pack)
    tree = data.tree(chosen)
    if unit not in tree.units:
        raise Refused([_no_unit(tree, unit, chosen)])
    near = restrict(plan, data, unit, tuple(range(chosen - plan.lookback, chosen + 1)))
    values = _values(plan, near, indicator, unit, tree.units[unit].level, chosen)
    rules = pack.model_copy(
        update={"verdicts": ()}
    )  # a verdict may need indicators that are not computed here
    results = judge(
        rules, values, {}, near.tree, lambda v: exact(v.value) if v.value is not None else Fraction(0),
        flags_of(snapshot, plan, data, [chosen]),
    )  # fmt: skip
    run = Run(
        id=run_id,
        pack_id=pack.id,
        pack_version=pack.version,
        pack_digest=loaded.digest,
        data_digests=snapshot.digests,
        engine="reference",
        software=software(),
        years=[chosen],
        results=results,
    )
    levels = next(i.levels for i in pack.indicators if i.id == indicator)
    if not results and tree.units[unit].level not in levels:
        raise Refused([_no_level(pack, tree, unit, indicator, levels)])
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
    ids = [i.id for i in pack.indicators]
    if indicator not in ids:
        verdict = next((v for v in pack.verdicts if v.id == indicator), None)
        near = suggest(indicator, ids)
        if verdict is not None:
            near = Text(
                f"“{indicator}”是判定，规则为 {verdict.rule}；请解释其中的指标。",
                f"'{indicator}' is a verdict with the rule {verdict.rule}; explain the indicators in it. ",
            )
        advice = Text(
            f"{near.zh}用 duxue pack show {pack.id} 查看全部指标。",
            f"{near.en}See all of them with duxue pack show {pack.id}.",
        )
        raise Refused([make("APP008", found=indicator, expected=listed(ids), advice=advice)])
    dimensions: Mapping[str, Sequence[str]] = {d.id: [v.id for v in d.values] for d in pack.dimensions}
    own = next(i.by for i in pack.indicators if i.id == indicator)
    for name, value in by:
        if name not in own or value not in dimensions[name]:
            wanted = "; ".join(f"{d}={'|'.join(dimensions[d])}" for d in own) or "-"
            raise Refused(
                [
                    make(
                        "APP009",
                        found=f"{name}={value}",
                        expected=Text(wanted, wanted),
                        advice=Text(
                            "请改写 --by 或 --stage，或不写。", "Change or leave out --by or --stage."
                        ),
                    )
                ]
            )


def _no_unit(tree: UnitTree, unit: str, year: int) -> Problem:
    named = [
        u
        for u in tree.units.values()
        if unit and (unit in u.name.zh or unit.casefold() in u.name.en.casefold())
    ]
    hint = "; ".join(f"{u.code} {u.name.zh}" for u in named[:5])
    near = suggest(unit, tree.units)
    advice = (
        Text(f"名称相近的单位：{hint}", f"Units of that name: {hint}")
        if named
        else Text(f"{near.zh}单位代码见 results.csv。", f"{near.en}Unit codes are in results.csv.")
    )
    return make(
        "APP001",
        what=Text(f"{year}年的数据中没有单位 {unit}", f"the data of {year} hold no unit {unit}"),
        found=unit,
        expected=Text("单位代码", "the code of a unit"),
        advice=advice,
    )


def _no_level(pack: Pack, tree: UnitTree, unit: str, indicator: str, levels: Sequence[str]) -> Problem:
    names = {level.id: level.title.text for level in pack.levels}
    own = names[tree.units[unit].level]
    wanted = [names[level] for level in levels]
    return make(
        "APP001",
        what=Text(f"{indicator} 不按“{own.zh}”计算", f"{indicator} is not computed for a {own.en.lower()}"),
        found=f"{unit} {tree.units[unit].name.zh}",
        expected=Text("、".join(w.zh for w in wanted), ", ".join(w.en for w in wanted)),
        advice=Text("请改用上列层级的单位。", "Name a unit of one of these levels."),
    )
