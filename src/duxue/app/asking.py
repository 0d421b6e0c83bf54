"""What an explanation was asked for: which run, year, unit and breakdown, and what is told when there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from duxue.app.coverage import Coverage
from duxue.app.explaining import By
from duxue.app.problems import make
from duxue.app.software import software
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, same
from duxue.core.units import UnitTree
from duxue.microdata.snapshot import Snapshot
from duxue.packs.loader import LoadedPack
from duxue.packs.problems import suggest
from duxue.packs.schema import Pack
from duxue.results.model import Result, Run


def run_of(
    loaded: LoadedPack,
    snapshot: Snapshot,
    run_id: str,
    engine: str,
    year: int,
    results: Sequence[Result],
    synthetic: bool,
) -> Run:
    """Return a run of a few results, for an explanation to name what made them."""
    return Run(
        id=run_id,
        pack_id=loaded.pack.id,
        pack_version=loaded.pack.version,
        pack_digest=loaded.digest,
        data_digests=snapshot.digests,
        engine=engine,
        software=software(),
        years=[year],
        results=results,
        synthetic=synthetic,
    )


def year_of(snapshot: Snapshot, year: int | None) -> int:
    """Return the year asked for, else the latest; Refused (APP002) when the data hold nothing of it."""
    years = snapshot.years()
    chosen = year if year is not None else (years[-1] if years else 0)
    if chosen not in years:
        held = ", ".join(map(str, years)) or "-"
        raise Refused([make("APP002", found=str(chosen), expected=Text(f"数据中的年份：{held}", f"a year of the data: {held}"),
                            advice=Text("请改写 --year。", "Change --year."))])  # fmt: skip
    return chosen


def check_breakdown(pack: Pack, own: Sequence[str], by: By) -> None:
    """Refuse (APP009) a dimension or value that the indicator or verdict does not have."""
    dimensions: Mapping[str, Sequence[str]] = {d.id: [v.id for v in d.values] for d in pack.dimensions}
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


def refuse_above(reach: Coverage, tree: UnitTree, unit: str) -> None:
    """Refuse (APP001) a unit above the lowest one that holds every row."""
    if unit in reach.above and reach.root is not None:
        only = tree.units[reach.root]
        name = tree.units[unit].name
        what = Text(
            f"{reach.year}年的数据只涉及{only.name.say('zh')}，不计算{name.say('zh')}的结果",
            f"the data of {reach.year} are about {only.name.say('en')} only; nothing is computed for {name.say('en')}",
        )
        advice = Text(
            f"请改用 {only.code}，或导入其余区域的数据。",
            f"Name {only.code}, or import the data of the other areas.",
        )
        raise Refused([make("APP001", what=what, found=unit, expected=same(only.code), advice=advice)])


def no_unit(tree: UnitTree, unit: str, year: int) -> Problem:
    """Return the problem of a unit that the register does not hold, with those of a like name."""
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


def no_level(pack: Pack, tree: UnitTree, unit: str, indicator: str, levels: Sequence[str]) -> Problem:
    """Return the problem of a unit of a level for which the indicator is not computed."""
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
