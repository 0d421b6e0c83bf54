"""Evaluate data by a pack: plan, compute, judge, and name what made the result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from duxue.app.coverage import cover, marked, told, within
from duxue.app.deciding import Decider
from duxue.app.software import software
from duxue.core import digest
from duxue.core.text import Text
from duxue.core.units import UnitTree
from duxue.engines.choose import engine_named
from duxue.engines.data import Data
from duxue.engines.reference import World, row_env
from duxue.formula import nodes as n
from duxue.formula.evaluate import evaluate
from duxue.formula.infer import infer
from duxue.microdata.snapshot import Snapshot
from duxue.packs.loader import LoadedPack
from duxue.packs.schema import Pack
from duxue.packs.scope import pack_scope
from duxue.plan.build import build_plan
from duxue.plan.lineage import ages_of
from duxue.plan.nodes import MergePlan, Plan
from duxue.results.export import csv_text
from duxue.results.judge import Flags, judge
from duxue.results.model import Run

_SYNTHETIC = "合成"  # in the name of every school of the sample


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


def names_synthetic_units(tree: UnitTree) -> bool:
    """Return whether a unit's name says that it is synthetic, as every school of the sample does."""
    return any(_SYNTHETIC in unit.name.zh for unit in tree.units.values())


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
    synthetic: bool = False,
    progress: Callable[[Text], None] = lambda _: None,
) -> Evaluation:
    """Compute and judge everything a pack asks for; `years` defaults to the latest year of the data.

    `synthetic` labels the results as made up; data that say so themselves are labelled unasked.
    """
    pack = loaded.pack
    chosen = list(years) if years else snapshot.years()[-1:]
    progress(Text("编制计算计划", "planning"))
    plan = build_plan(pack)
    data = data_of(snapshot, pack)
    progress(Text(f"计算（{engine} 引擎）", f"computing with the {engine} engine"))
    covers = [cover(plan, data, year) for year in chosen]
    values = within(engine_named(engine).values(plan, data, chosen), covers)
    progress(Text(f"对照标准判定 {len(values)} 个数值", f"judging {len(values)} figures"))

    results = judge(
        pack,
        values,
        rules_of(pack),
        data.tree,
        Decider(pack, plan, data),
        flags_of(snapshot, plan, data, chosen),
    )
    results = marked(results, covers)
    synthetic = synthetic or any(names_synthetic_units(data.tree(year)) for year in chosen)
    text = csv_text(pack, results, synthetic=synthetic)
    run = Run(
        id=run_id(loaded.digest, snapshot.digests, engine, software(), chosen, text),
        pack_id=pack.id,
        pack_version=pack.version,
        pack_digest=loaded.digest,
        data_digests=snapshot.digests,
        engine=engine,
        software=software(),
        years=chosen,
        results=results,
        notes=(*((pack.label.text,) if pack.label else ()), *told(data, covers)),
        synthetic=synthetic,
    )
    return Evaluation(run, pack, plan, data, text)


def run_id(
    pack: str, data: Mapping[str, str], engine: str, program: str, years: Sequence[int], text: str
) -> str:
    """Return the id of a run: the digest of what made it and of its results as csv text."""
    made_of = {
        "pack": pack,
        "data": dict(data),
        "engine": engine,
        "software": program,
        "years": list(years),
        "results": digest.of_bytes(text.encode()),
    }
    return digest.of_json(made_of)


def flags_of(snapshot: Snapshot, plan: Plan, data: Data, years: Sequence[int]) -> Flags:
    """Return, for each figure, the codes of the warnings on the cells that it was computed from.

    A flagged cell marks the figures of every unit above its row whose formula reads the cell's column, in the breakdown
    to which the row belongs: those of its year, and those of later years that look back to it. Rows of a unit that is
    merged into another one mark that one.
    """
    flagged = snapshot.flags().to_pylist()
    if not flagged:
        return {}
    readers: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for indicator in plan.indicators:
        for form_id, column, back in ages_of(plan, indicator.value):
            readers[form_id, column].append((indicator.id, back))
    found: dict[tuple[str, str, int | None, tuple[tuple[str, str], ...]], dict[str, None]] = defaultdict(dict)
    receivers = _Receivers(plan, data)
    rows = {form: data.tables[form] for form in {f["form"] for f in flagged}}
    for flag in flagged:
        form = plan.forms[flag["form"]]
        row = rows[form.id].slice(flag["_row"], 1).to_pylist()[0]
        for id, back in readers[form.id, flag["field"]]:
            for year in [row[form.period] + back] if form.period and row[form.period] is not None else years:
                if year not in years:
                    continue
                code = row[form.unit_field]
                if form.merge is not None and form.merge.code == form.unit_field:
                    code = receivers.of(form.merge, code, row[form.period] if form.period else None)
                units = data.tree(year).ancestors(code).values()
                indicator = plan.indicator(id)
                by_of_row = {d: row[d] for d in indicator.by if d in row}
                for by in _breakdowns(plan, indicator.by, by_of_row):
                    for unit in units:
                        found[id, unit, year, by][flag["code"]] = None
    return {key: tuple(codes) for key, codes in found.items()}


class _Receivers:
    """The units to which the rows of merged units count."""

    def __init__(self, plan: Plan, data: Data) -> None:
        self.plan = plan
        self.data = data
        self._rows: dict[str, dict[tuple[str, int | None], int]] = {}

    def of(self, merge: MergePlan, code: str, year: int | None) -> str:
        """Return the unit itself, or the one it is merged into."""
        register, table = self.plan.forms[merge.form], self.data.tables[merge.form]
        if merge.form not in self._rows:
            codes = table.column(merge.code).to_pylist()
            years = table.column(register.period).to_pylist() if register.period else [None] * len(codes)
            self._rows[merge.form] = {key: i for i, key in enumerate(zip(codes, years, strict=True))}
        i = self._rows[merge.form].get((code, year if register.period else None))
        if i is None:
            return code
        world = World(
            self.plan, replace(self.data, tables={**self.data.tables, merge.form: table.slice(i, 1)})
        )
        (row,) = world.collected(merge.form)
        into = row.cells[merge.into]
        merged = isinstance(into, str) and not isinstance(into, n.NA)
        return str(into) if merged and evaluate(merge.when, row_env(world, row)) is True else code


def _breakdowns(plan: Plan, dims: Sequence[str], known: dict[str, str]) -> list[tuple[tuple[str, str], ...]]:
    """Return the breakdowns a row counts for: its own values, and every value of a dimension its form does not have."""
    combos: list[tuple[tuple[str, str], ...]] = [()]
    for d in dims:
        values = [known[d]] if d in known else plan.dimension_values(d)
        combos = [(*combo, (d, v)) for combo in combos for v in values]
    return combos
