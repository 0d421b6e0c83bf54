"""Explain a figure of stored data without computing the rest: only its indicator, only the rows it can depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from duxue.app.coverage import Coverage, cover, marked
from duxue.app.deciding import Decider
from duxue.app.evaluating import Evaluation, data_of, flags_of, names_synthetic_units, rules_of, software
from duxue.app.explaining import (
    Below,
    By,
    Explanation,
    Seen,
    VerdictExplanation,
    explain,
    in_lang,
    made_of,
    source_of,
    titles_of,
)
from duxue.app.fitting import check_fit
from duxue.app.problems import make
from duxue.core.errors import Problem, Refused
from duxue.core.measure import title as measure_title
from duxue.core.quantity import exact, show
from duxue.core.text import Text, same
from duxue.core.units import UnitTree
from duxue.engines.choose import engine_named
from duxue.engines.data import Data
from duxue.engines.reference import World, row_env
from duxue.engines.restrict import restrict
from duxue.formula import nodes as n
from duxue.formula.evaluate import evaluate
from duxue.formula.explain import clause
from duxue.microdata.snapshot import Snapshot
from duxue.packs.loader import LoadedPack
from duxue.packs.problems import listed, suggest
from duxue.packs.schema import Pack, Verdict
from duxue.plan.build import build_plan
from duxue.plan.nodes import Plan
from duxue.results.judge import judge
from duxue.results.model import Result, Run, Value
from duxue.results.reasons import REASONS


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
    chosen = _year(snapshot, year)
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
    results = marked(results, [reach := cover(build_plan(pack), data, chosen)])
    run = _run(
        loaded, snapshot, run_id, "reference", chosen, results, synthetic or names_synthetic_units(tree)
    )
    if not results and (into := _receiver(plan, near, unit, chosen)):
        raise Refused([_merged(tree, unit, into, indicator, chosen)])
    levels = next(i.levels for i in pack.indicators if i.id == indicator)
    if not results and tree.units[unit].level not in levels:
        raise Refused([_no_level(pack, tree, unit, indicator, levels)])
    _refuse_above(reach, tree, unit)
    return explain(
        Evaluation(run, pack, plan, near, ""),
        snapshot,
        unit,
        indicator,
        year=chosen,
        by=by,
        most_rows=most_rows,
    )


def trace_verdict(
    loaded: LoadedPack,
    snapshot: Snapshot,
    unit: str,
    verdict: str,
    *,
    year: int | None = None,
    by: By = (),
    most_rows: int = 20,
    run_id: str = "",
    synthetic: bool = False,
    origin: str = "",
) -> list[VerdictExplanation]:
    """Return the explanations of one verdict on one unit, one per breakdown; only what the verdict looks at is computed.

    `most_rows` is how many units that do not fulfil a lower verdict are listed; `origin` is what the commands that
    follow the verdict further say of the data, such as `--run out`.

    Raises:
        Refused: as `trace`, with the verdict in place of the indicator.
    """
    pack = loaded.pack
    spec = next(v for v in pack.verdicts if v.id == verdict)
    _check_breakdown(pack, spec.by, by)
    check_fit(snapshot, pack)
    chosen = _year(snapshot, year)
    rules = rules_of(pack)
    needed = _needed(verdict, rules)
    named = {i for id in needed for node in n.walk(rules[id]) for i in _indicators(node)}
    data = data_of(snapshot, pack)
    tree = data.tree(chosen)
    if unit not in tree.units:
        raise Refused([_no_unit(tree, unit, chosen)])
    if tree.units[unit].level != spec.level:
        raise Refused([_no_level(pack, tree, unit, verdict, [spec.level])])
    _refuse_above(reach := cover(build_plan(pack), data, chosen), tree, unit)
    plan = build_plan(pack, only=[i.id for i in pack.indicators if i.id in named])
    near = restrict(plan, data, unit, tuple(range(chosen - plan.lookback, chosen + 1)))
    levels = {v.level for v in pack.verdicts if v.id in needed}
    values = [
        v
        for v in engine_named("duckdb").values(plan, near, [chosen])
        if v.level in levels and unit in tree.ancestors(v.unit).values()
    ]
    judged = pack.model_copy(update={"verdicts": tuple(v for v in pack.verdicts if v.id in needed)})
    results = marked(judge(judged, values, rules, near.tree, Decider(pack, plan, near)), [reach])
    found = [
        r
        for r in results
        if (r.unit, r.indicator, r.kind) == (unit, verdict, "verdict")
        and all(dict(r.by).get(d) == v for d, v in by)
    ]
    if not found:
        raise Refused([_no_verdict(unit, verdict, chosen)])
    run = _run(loaded, snapshot, run_id, "duckdb", chosen, results, synthetic or names_synthetic_units(tree))
    docket = _Docket(pack, run, tree, rules, origin, most_rows)
    return [docket.explain(spec, r, made_of(run, snapshot)) for r in found]


class _Docket:
    """The judged results near a unit, and the words in which a verdict's rule and findings are told."""

    def __init__(
        self,
        pack: Pack,
        run: Run,
        tree: UnitTree,
        rules: Mapping[str, n.Typed],
        origin: str,
        most: int,
    ) -> None:
        self.pack, self.run, self.tree, self.rules = pack, run, tree, rules
        self.origin, self.most = origin, most
        titles = titles_of(pack)
        self.titles = titles
        self.zh, self.en = in_lang(titles, "zh"), in_lang(titles, "en")
        self.results: dict[tuple[str, str], list[Result]] = {}
        for r in run.results:
            if r.kind == "indicator":
                self.results.setdefault((r.unit, r.indicator), []).append(r)

    def explain(self, spec: Verdict, result: Result, made: dict[str, object]) -> VerdictExplanation:
        rule = self.rules[spec.id]
        names = dict.fromkeys(i for node in n.walk(rule) for i in _indicators(node))
        over = dict.fromkeys(node for node in n.walk(rule) if isinstance(node, n.OverVerdicts))
        return VerdictExplanation(
            result=result,
            title=spec.title.text,
            rule=spec.rule,
            words=self.words(rule),
            note=spec.note.text if spec.note else None,
            source=source_of(self.pack, spec.source),
            seen=tuple(
                self.seen(r)
                for id in names
                for r in [r for r in self.results.get((result.unit, id), ()) if _fits(r.by, result.by)]
                or [self.nothing(id, result)]
            ),
            below=tuple(self.below(node, result) for node in over),
            made_of=made,
        )

    def words(self, node: n.Typed) -> Text:
        return Text(clause(node, "zh", self.zh), clause(node, "en", self.en))

    def seen(self, r: Result) -> Seen:
        spec = next((i for i in self.pack.indicators if i.id == r.indicator), None)
        shown = r.reason_text or same("–")
        if r.value is not None and spec is not None:
            shown = same(show(r.value, spec.decimals, r.threshold))
        elif r.kind == "verdict" and not r.reason:
            shown = same("")
        outcome = "out_of_scope" if r.reason == n.NA.OUT_OF_SCOPE else r.verdict or "no_standard"
        by = "".join(f" --by {d}={v}" for d, v in r.by)
        follow = f"duxue explain {r.unit} {r.indicator} --year {r.year}{by} {self.origin}".rstrip()
        measure = measure_title(spec.unit) if spec else same("")
        if r.reason == n.NA.NO_ROWS and r.kind == "indicator":
            follow = ""
        met, of, lowest = self.counted(r) if r.kind == "verdict" else (0, 0, None)
        return Seen(r, self.titles[r.indicator], shown, measure, outcome, follow, met, of, lowest)

    def nothing(self, id: str, result: Result) -> Result:
        """Return what stands for an indicator of which the data hold nothing."""
        return replace(
            result,
            indicator=id,
            kind="indicator",
            status="not_computable",
            reason=n.NA.NO_ROWS.value,
            reason_text=REASONS[n.NA.NO_ROWS],
            verdict="not_computable",
            numerator=None,
            denominator=None,
        )

    def counted(self, verdict: Result) -> tuple[int, int, Fraction | None]:
        """Return how many of the things that a verdict's own rule looked at are met, of how many, and the lowest attainment."""
        named = {i for node in n.walk(self.rules[verdict.indicator]) for i in _indicators(node)}
        if not named:
            return int(verdict.numerator or 0), int(verdict.denominator or 0), None
        held = [
            r
            for id in named
            for r in self.results.get((verdict.unit, id), ())
            if _fits(r.by, verdict.by) and r.verdict and r.reason != n.NA.OUT_OF_SCOPE
        ]
        known = [exact(r.attainment) for r in held if r.attainment is not None]
        return sum(r.verdict == "met" for r in held), len(held), min(known, default=None)

    def below(self, node: n.OverVerdicts, result: Result) -> Below:
        held = [
            r
            for r in self.run.results
            if (r.kind, r.indicator) == ("verdict", node.id)
            and _fits(r.by, result.by)
            and result.unit in self.tree.ancestors(r.unit).values()
        ]
        outcomes = [self.seen(r) for r in held]
        counts = {
            key: sum(s.outcome == key for s in outcomes)
            for key in ("met", "not_met", "not_computable", "out_of_scope")
        }
        rank = {"not_met": 0, "not_computable": 1}
        failing = sorted(
            (s for s in outcomes if s.outcome in rank),
            key=lambda s: (
                rank[s.outcome],
                Fraction(1) if s.lowest is None else s.lowest,
                Fraction(s.met, s.of or 1),
                s.result.unit,
            ),
        )
        return Below(
            node.id,
            self.titles[node.id],
            self.words(node),
            counts,
            tuple(failing[: self.most]),
            len(failing),
        )


def _refuse_above(reach: Coverage, tree: UnitTree, unit: str) -> None:
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


def _needed(verdict: str, rules: Mapping[str, n.Typed]) -> set[str]:
    """Return a verdict and those that its rule refers to, directly or not."""
    found, left = set[str](), [verdict]
    while left:
        id = left.pop()
        if id not in found:
            found.add(id)
            left += [node.id for node in n.walk(rules[id]) if isinstance(node, n.OverVerdicts)]
    return found


def _indicators(node: n.Typed) -> tuple[str, ...]:
    if isinstance(node, n.Met | n.AllMet | n.LowestAttainment):
        return node.indicators
    return (node.id,) if isinstance(node, n.Indicator) else ()


def _fits(by: By, wanted: By) -> bool:
    own = dict(by)
    return all(own.get(d, v) == v for d, v in wanted)


def _year(snapshot: Snapshot, year: int | None) -> int:
    years = snapshot.years()
    chosen = year if year is not None else (years[-1] if years else 0)
    if chosen not in years:
        held = ", ".join(map(str, years)) or "-"
        raise Refused([make("APP002", found=str(chosen), expected=Text(f"数据中的年份：{held}", f"a year of the data: {held}"),
                            advice=Text("请改写 --year。", "Change --year."))])  # fmt: skip
    return chosen


def _run(
    loaded: LoadedPack,
    snapshot: Snapshot,
    run_id: str,
    engine: str,
    year: int,
    results: Sequence[Result],
    synthetic: bool,
) -> Run:
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


def _no_verdict(unit: str, verdict: str, year: int) -> Problem:
    return make(
        "APP001",
        found=f"{unit} {verdict} {year}",
        expected=Text(
            "数据中有其指标、且标准已施行的单位", "a unit with figures for which a standard is in force"
        ),
        advice=Text("请改写 --year 或 --by。", "Change --year or --by."),
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
    _check_breakdown(pack, next(i.by for i in pack.indicators if i.id == indicator), by)


def _check_breakdown(pack: Pack, own: Sequence[str], by: By) -> None:
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
