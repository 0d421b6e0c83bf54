"""From a folder of files to accepted data: read, match, check by type and by the pack's rules, accept whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from duxue.app.absent import tell_absent
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.core.units import UnitTree
from duxue.engines.choose import engine_named
from duxue.engines.data import Data
from duxue.formula import nodes as n
from duxue.microdata.checks import Located, explain_violations
from duxue.microdata.contract import contract_of
from duxue.microdata.draft import Draft, read_folder
from duxue.microdata.merge_checks import check_merges
from duxue.microdata.problems import in_order
from duxue.microdata.snapshot import MANIFEST, Flag, Snapshot, build_tree, identify, write
from duxue.packs.loader import LoadedPack
from duxue.packs.scope import pack_measures
from duxue.plan.build import build_plan
from duxue.plan.lineage import columns_of
from duxue.plan.nodes import CheckPlan, MergePlan, Plan

Progress = Callable[[Text], None]


@dataclass(frozen=True)
class Checked:
    """What a folder holds and everything that is wrong with it; `flags` mark the cells that warnings point at."""

    draft: Draft
    problems: tuple[Problem, ...]
    flags: tuple[Flag, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that refuse the data."""
        return tuple(p for p in self.problems if p.severity == "error")


def check_folder(
    loaded: LoadedPack, folder: Path, *, engine: str = "duckdb", progress: Progress = lambda _: None
) -> Checked:
    """Read a folder and check it by the forms and rules of a pack; nothing is written."""
    pack = loaded.pack
    levels = [level.id for level in pack.levels]
    progress(Text("读取并匹配数据文件", "reading and matching the files"))
    draft = read_folder(folder, pack.forms, levels, pack.dimensions, pack_measures(pack))

    return check_draft(loaded, draft, engine=engine, progress=progress)


def check_draft(
    loaded: LoadedPack, draft: Draft, *, engine: str = "duckdb", progress: Progress = lambda _: None
) -> Checked:
    """Check the rows of a draft by the rules of a pack, beside what reading them told."""
    pack = loaded.pack
    levels = [level.id for level in pack.levels]

    @cache
    def tree(year: int) -> UnitTree:
        return build_tree(draft.tables, pack.forms, levels, year)

    progress(Text(f"检查 {len(pack.checks)} 条规则", f"checking {len(pack.checks)} rules"))
    plan = build_plan(pack, only=())
    merging = {f"merged {m.form}": m for m in _merges(plan)}
    stays = [
        CheckPlan(
            id, m.form, n.Not(kind="boolean", shape=m.when.shape, x=m.when, span=m.when.span), (m.into,)
        )
        for id, m in merging.items()
    ]
    asked = replace(plan, checks=(*plan.checks, *stays))
    broken = engine_named(engine).violations(asked, Data(draft.tables, tree))
    forms = {form.id: form for form in pack.forms}
    problems = list(draft.problems)
    flags: list[Flag] = []
    refused = _refused_columns(draft)
    for check, planned in zip(pack.checks, plan.checks, strict=True):
        if refused & columns_of(plan, planned.rule):
            continue  # told by the unit that was refused; what follows from wrong numbers says nothing
        rows = broken[check.id]
        table = draft.tables[check.form]
        problems += explain_violations(forms[check.form], check, table, rows, planned.fields, draft.sources)
        if check.severity == "warning":
            flags += [Flag(check.form, row, field, check.id) for row in rows for field in planned.fields]
    for id, merge in merging.items():
        located = Located(forms[merge.form], draft.tables[merge.form], draft.sources)
        problems += check_merges(located, broken[id])
    problems += tell_absent(pack, draft.tables)
    return Checked(draft, in_order(problems), tuple(flags))


def _merges(plan: Plan) -> list[MergePlan]:
    """Return how the register forms of a plan merge their units."""
    return [f.merge for f in plan.forms.values() if f.merge is not None and f.merge.form == f.id]


def _refused_columns(draft: Draft) -> set[tuple[str, str]]:
    forms = {(t.file, t.sheet): t.form for t in draft.match.tables}
    told = [p.place for p in draft.problems if p.code == "DATA025"]
    return {(forms[p.file, p.sheet], p.field) for p in told if (p.file, p.sheet) in forms}


@dataclass(frozen=True)
class Imported:
    """An accepted snapshot; `again` when the store already held the same content."""

    snapshot: Snapshot
    checked: Checked
    again: bool


def import_folder(
    loaded: LoadedPack,
    folder: Path,
    store: Path,
    *,
    engine: str = "duckdb",
    progress: Progress = lambda _: None,
) -> Imported:
    """Check a folder and keep it as a snapshot in `store`; Refused with every problem when it is not acceptable."""
    checked = check_folder(loaded, folder, engine=engine, progress=progress)
    if checked.errors:
        raise Refused(checked.problems)
    progress(Text("写入快照", "writing the snapshot"))
    target = store / identify(checked.draft, checked.flags)[:16]
    again = (target / MANIFEST).is_file()
    snapshot = write(checked.draft, target, flags=checked.flags, contract=contract_of(loaded.pack))
    return Imported(snapshot, checked, again)
