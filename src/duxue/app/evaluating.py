"""Evaluate data by a pack: plan, compute, judge, and name what made the result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from duxue.app.deciding import Decider
from duxue.core import digest
from duxue.core.text import Text
from duxue.core.units import UnitTree
from duxue.engines.choose import engine_named
from duxue.engines.data import Data
from duxue.formula import nodes as n
from duxue.formula.infer import infer
from duxue.microdata.snapshot import Snapshot
from duxue.packs.loader import LoadedPack
from duxue.packs.schema import Pack
from duxue.packs.scope import pack_scope
from duxue.plan.build import build_plan
from duxue.plan.lineage import columns_of_indicator
from duxue.plan.nodes import Plan
from duxue.results.export import csv_text
from duxue.results.judge import Flags, judge
from duxue.results.model import Run


@dataclass(frozen=True)
class Evaluation:
    """A run with everything needed to explain and print it."""

    run: Run
    pack: Pack
    plan: Plan
    data: Data
    csv: str  # the results as csv text, over which the run's id is taken

    def tree(self, year: int) -> UnitTree:
        """Return the units of a year."""
        return self.data.tree(year)


def software() -> str:
    """Return the name and version of this program, as a result names it."""
    try:
        return f"duxue {version('duxue')}"
    except PackageNotFoundError:  # run from its source without being installed
        return "duxue source"


def rules_of(pack: Pack) -> dict[str, n.Typed]:
    """Return the typed rule of every verdict."""
    scope = pack_scope(pack)
    return {v.id: infer(v.rule, scope.standing("rule", by=v.by), kind="boolean") for v in pack.verdicts}


def data_of(snapshot: Snapshot, pack: Pack) -> Data:
    """Return a snapshot as an engine sees it."""
    levels = [level.id for level in pack.levels]

    @cache
    def tree(year: int) -> UnitTree:
        return snapshot.tree(pack.forms, levels, year)

    return Data({form: snapshot.table(form) for form in snapshot.digests}, tree)


def evaluate_pack(
    loaded: LoadedPack,
    snapshot: Snapshot,
    *,
    years: Sequence[int] | None = None,
    engine: str = "duckdb",
    progress: Callable[[Text], None] = lambda _: None,
) -> Evaluation:
    """Compute and judge everything a pack asks for; `years` defaults to the latest year of the data."""
    pack = loaded.pack
    chosen = list(years) if years else snapshot.years()[-1:]
    progress(Text("编制计算计划", "planning"))
    plan = build_plan(pack)
    data = data_of(snapshot, pack)
    progress(Text(f"计算（{engine} 引擎）", f"computing with the {engine} engine"))
    values = engine_named(engine).values(plan, data, chosen)
    progress(Text(f"对照标准判定 {len(values)} 个数值", f"judging {len(values)} figures"))

    results = judge(
        pack,
        values,
        rules_of(pack),
        data.tree,
        Decider(pack, plan, data),
        flags_of(snapshot, plan, data, chosen),
    )
    text = csv_text(pack, results)
    made_of = {
        "pack": loaded.digest,
        "data": dict(snapshot.digests),
        "engine": engine,
        "software": software(),
        "years": chosen,
        "results": digest.of_bytes(text.encode()),
    }
    run = Run(
        id=digest.of_json(made_of),
        pack_id=pack.id,
        pack_version=pack.version,
        pack_digest=loaded.digest,
        data_digests=snapshot.digests,
        engine=engine,
        software=software(),
        years=chosen,
        results=results,
        notes=(pack.label.text,) if pack.label else (),
    )
    return Evaluation(run, pack, plan, data, text)


def flags_of(snapshot: Snapshot, plan: Plan, data: Data, years: Sequence[int]) -> Flags:
    """Return, for each figure, the codes of the warnings on the cells that it was computed from.

    A flagged cell marks the figures of every unit above its row whose formula reads the cell's column, in the breakdown
    to which the row belongs.
    """
    flagged = snapshot.flags().to_pylist()
    if not flagged:
        return {}
    readers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for indicator in plan.indicators:
        for column in columns_of_indicator(plan, indicator.id):
            readers[column].append(indicator.id)
    found: dict[tuple[str, str, int | None, tuple[tuple[str, str], ...]], dict[str, None]] = defaultdict(dict)
    rows = {form: data.tables[form] for form in {f["form"] for f in flagged}}
    for flag in flagged:
        form = plan.forms[flag["form"]]
        row = rows[form.id].slice(flag["_row"], 1).to_pylist()[0]
        row_years = [row[form.period]] if form.period else list(years)
        for year in row_years:
            if year not in years:
                continue
            units = data.tree(year).ancestors(row[form.unit_field]).values()
            for id in readers[form.id, flag["field"]]:
                indicator = plan.indicator(id)
                by_of_row = {d: row[d] for d in indicator.by if d in row}
                for by in _breakdowns(plan, indicator.by, by_of_row):
                    for unit in units:
                        found[id, unit, year, by][flag["code"]] = None
    return {key: tuple(codes) for key, codes in found.items()}


def _breakdowns(plan: Plan, dims: Sequence[str], known: dict[str, str]) -> list[tuple[tuple[str, str], ...]]:
    """Return the breakdowns a row counts for: its own values, and every value of a dimension its form does not have."""
    combos: list[tuple[tuple[str, str], ...]] = [()]
    for d in dims:
        values = [known[d]] if d in known else plan.dimension_values(d)
        combos = [(*combo, (d, v)) for combo in combos for v in values]
    return combos
