"""Explain one verdict: its rule, the judged figures it looks at, and the verdicts below that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from duxue.app.asking import check_breakdown, no_level, no_unit, refuse_above, run_of, year_of
from duxue.app.coverage import cover, marked
from duxue.app.deciding import Decider
from duxue.app.evaluating import data_of, names_synthetic_units, rules_of
from duxue.app.explaining import By, made_of
from duxue.app.fitting import check_fit
from duxue.app.problems import make
from duxue.app.wording import in_lang, source_of, titles_of
from duxue.core.errors import Problem, Refused
from duxue.core.quantity import exact, show
from duxue.core.text import Text, same
from duxue.core.units import UnitTree
from duxue.engines.choose import engine_named
from duxue.engines.restrict import restrict
from duxue.formula import nodes as n
from duxue.formula.explain import clause
from duxue.microdata.snapshot import Snapshot
from duxue.packs.loader import LoadedPack
from duxue.packs.schema import Pack, Source, Verdict
from duxue.packs.scope import measure_title
from duxue.plan.build import build_plan
from duxue.results.judge import fits, judge, named_in
from duxue.results.model import Result, Run
from duxue.results.reasons import REASONS


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
    check_breakdown(pack, spec.by, by)
    check_fit(snapshot, pack)
    chosen = year_of(snapshot, year)
    rules = rules_of(pack)
    needed = _needed(verdict, rules)
    named = {i for id in needed for node in n.walk(rules[id]) for i in named_in(node)}
    data = data_of(snapshot, pack)
    tree = data.tree(chosen)
    if unit not in tree.units:
        raise Refused([no_unit(tree, unit, chosen)])
    if tree.units[unit].level != spec.level:
        raise Refused([no_level(pack, tree, unit, verdict, [spec.level])])
    refuse_above(reach := cover(build_plan(pack), data, chosen), tree, unit)
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
    run = run_of(
        loaded, snapshot, run_id, "duckdb", chosen, results, synthetic or names_synthetic_units(tree)
    )
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
        names = dict.fromkeys(i for node in n.walk(rule) for i in named_in(node))
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
                for r in [r for r in self.results.get((result.unit, id), ()) if fits(r.by, result.by)]
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
        measure = measure_title(self.pack, spec.unit) if spec else same("")
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
        named = {i for node in n.walk(self.rules[verdict.indicator]) for i in named_in(node)}
        if not named:
            return int(verdict.numerator or 0), int(verdict.denominator or 0), None
        held = [
            r
            for id in named
            for r in self.results.get((verdict.unit, id), ())
            if fits(r.by, verdict.by) and r.verdict and r.reason != n.NA.OUT_OF_SCOPE
        ]
        known = [exact(r.attainment) for r in held if r.attainment is not None]
        return sum(r.verdict == "met" for r in held), len(held), min(known, default=None)

    def below(self, node: n.OverVerdicts, result: Result) -> Below:
        held = [
            r
            for r in self.run.results
            if (r.kind, r.indicator) == ("verdict", node.id)
            and fits(r.by, result.by)
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


def _needed(verdict: str, rules: Mapping[str, n.Typed]) -> set[str]:
    """Return a verdict and those that its rule refers to, directly or not."""
    found, left = set[str](), [verdict]
    while left:
        id = left.pop()
        if id not in found:
            found.add(id)
            left += [node.id for node in n.walk(rules[id]) if isinstance(node, n.OverVerdicts)]
    return found


def _no_verdict(unit: str, verdict: str, year: int) -> Problem:
    return make(
        "APP001",
        found=f"{unit} {verdict} {year}",
        expected=Text(
            "数据中有其指标、且标准已施行的单位", "a unit with figures for which a standard is in force"
        ),
        advice=Text("请改写 --year 或 --by。", "Change --year or --by."),
    )
