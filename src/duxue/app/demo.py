"""The demonstration: published tables recomputed, a synthetic province checked and evaluated, one figure explained."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from duxue.app.cases import CaseResult, run_cases
from duxue.app.explanation_page import write_page
from duxue.app.folders import fresh_folder
from duxue.app.importing import Progress, check_folder
from duxue.app.reporting import FORMATS, Format
from duxue.app.round_checks import open_stored, verify_round
from duxue.app.round_sample import KEY, write_round
from duxue.app.rounds import score
from duxue.app.runs import REPORT, evaluate_folder
from duxue.app.sample import FaultsFound, compare_faults, write_sample
from duxue.app.stored import open_run
from duxue.app.tracing import trace
from duxue.core.text import Text
from duxue.microdata.synthetic import Synthesis
from duxue.packs.catalogue import list_ids
from duxue.packs.loader import LoadedPack, load
from duxue.results.model import Result

MAIN = "cn-compulsory-balance"
OTHERS = ("cn-compulsory-basic-balance", "cn-education-statistics")
SEED, YEAR = 2023, 2023
MARK = "demo.json"
EXPLAINED = "explain.html"
ROUND, DUTY, SITE = "round", "duty", "site"
OURS = frozenset({MARK, EXPLAINED, ROUND, DUTY, SITE, "province", "province-with-faults", MAIN, *OTHERS})


@dataclass(frozen=True)
class Done:
    """What one pack made of the province; the results themselves are in its folder and no longer in memory."""

    id: str
    results: int
    headline: tuple[int, int, int] | None  # met, not met, not computable; None without a headline verdict
    reports: tuple[Path, ...]
    timings: Mapping[str, float]


@dataclass(frozen=True)
class Duty:
    """The yearly evaluation of the demonstration: where it lies, who claims too much, and whether it came out again."""

    folder: Path
    id: str
    reports: tuple[Path, ...]  # fronts
    planted: frozenset[str]  # cities that were made to claim too much
    lowest: tuple[str, ...]  # as many cities with the lowest credibility
    differences: int  # found by computing the tables again

    @property
    def ok(self) -> bool:
        """Whether the planted cities were found and the tables came out again."""
        return self.planted == frozenset(self.lowest) and not self.differences


@dataclass
class Demo:
    """What the demonstration did and where things lie."""

    folder: Path
    cases: dict[str, list[CaseResult]] = field(default_factory=dict)
    sample: Synthesis | None = None
    clean: int = 0  # errors and warnings found in the clean sample
    faults: FaultsFound | None = None
    runs: dict[str, Done] = field(default_factory=dict)
    explained: Path | None = None
    explained_command: str = ""
    duty: Duty | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    peak_megabytes: int = 0

    @property
    def ok(self) -> bool:
        """Whether every published figure was reproduced or known to be wrong, and every planted fault was found."""
        return (
            all(case.ok for cases in self.cases.values() for case in cases)
            and self.clean == 0
            and self.faults is not None
            and self.faults.ok
            and (self.duty is None or self.duty.ok)
        )


def run_demo(
    out: Path,
    *,
    engine: str = "duckdb",
    places: tuple[str, ...] = (),
    scale: float = 1.0,
    formats: tuple[Format, ...] = FORMATS,
    progress: Progress = lambda _: None,
) -> Demo:
    """Run the demonstration into the folder `out`, which is replaced when an earlier one wrote it."""
    demo = Demo(out)
    with fresh_folder(out, mark=MARK, ours=OURS) as folder:
        with _timed(demo, "cases"):
            _recompute(demo, progress)
        main = load(MAIN)
        with _timed(demo, "sample"):
            progress(Text("生成合成省份", "making the synthetic province"))
            demo.sample = write_sample(folder / "province", seed=SEED, places=places, scale=scale)
        with _timed(demo, "faults"):
            _find_faults(demo, main, folder, engine, places, scale, progress)
        chosen: list[Result] = []
        for pack_id in (MAIN, *OTHERS):
            with _timed(demo, pack_id):
                far = _evaluate(demo, pack_id, folder, engine, formats, progress)
            if far is not None and pack_id == MAIN:
                chosen.append(far)
        for result in chosen:
            with _timed(demo, "explain"):
                _explain(demo, result, folder, progress)
        if not places and scale == 1:  # a part of the province has no yearly evaluation
            with _timed(demo, DUTY):
                demo.duty = _yearly(demo, folder, engine, formats, progress)
        demo.peak_megabytes = peak_megabytes()
        (folder / MARK).write_text(
            json.dumps(summary(demo), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return demo


def _yearly(demo: Demo, folder: Path, engine: str, formats: tuple[Format, ...], progress: Progress) -> Duty:
    """Make a synthetic round, score it, write its reports and compute its tables again."""
    tell = _prefixed(progress, Text("年度评价", "yearly evaluation"))
    write_round(folder / ROUND, SEED, progress=tell)
    done = score(folder / ROUND / "round.yaml", folder / DUTY, formats=formats, engine=engine, progress=tell)
    planted = frozenset(json.loads((folder / ROUND / KEY).read_text(encoding="utf-8"))["cities"])
    trust = sorted(done.computed.scored.units, key=lambda u: (u.credibility.value or 0, u.unit))
    checked = verify_round(open_stored(folder / DUTY), tell)
    reports = tuple(
        demo.folder / DUTY / p.relative_to(folder / DUTY) for p in done.reports if p.stem.startswith(REPORT)
    )
    lowest = tuple(u.unit for u in trust[: len(planted)])
    return Duty(demo.folder / DUTY, done.id, reports, planted, lowest, len(checked.differences))


def _prefixed(progress: Progress, what: Text) -> Progress:
    return lambda step: progress(Text(f"{what.zh}：{step.zh}", f"{what.en}: {step.en}"))


@contextmanager
def _timed(demo: Demo, name: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    demo.seconds[name] = round(time.monotonic() - start, 1)


def _recompute(demo: Demo, progress: Progress) -> None:
    for pack_id in list_ids():
        loaded = load(pack_id)
        cases = run_cases(
            loaded, lambda title: progress(Text(f"复算：{title.zh}", f"recomputing: {title.en}"))
        )
        if cases:
            demo.cases[pack_id] = cases


def _find_faults(
    demo: Demo,
    main: LoadedPack,
    folder: Path,
    engine: str,
    places: tuple[str, ...],
    scale: float,
    progress: Progress,
) -> None:
    progress(Text("生成带错误的副本", "making the copy with planted faults"))
    faulty = folder / "province-with-faults"
    planted = write_sample(faulty, seed=SEED, faults=True, places=places, scale=scale).faults
    checked = check_folder(
        main, faulty, engine=engine, progress=_prefixed(progress, Text("带错误的副本", "faulty copy"))
    )
    demo.faults = compare_faults(planted, checked.problems)


def _evaluate(
    demo: Demo,
    pack_id: str,
    folder: Path,
    engine: str,
    formats: tuple[Format, ...],
    progress: Progress,
) -> Result | None:
    """Evaluate the province by a pack; return the county coefficient that is furthest from its standard, if any."""
    main = pack_id == MAIN
    done = evaluate_folder(
        load(pack_id),
        folder / "province",
        folder / pack_id,
        years=[YEAR],
        engine=engine,
        formats=formats if main else [f for f in formats if f == "html"],
        synthetic=True,
        progress=lambda step: progress(Text(f"{pack_id}：{step.zh}", f"{pack_id}: {step.en}")),
    )
    if main:
        demo.clean = sum(p.severity != "note" for p in done.warnings)
    run, pack = done.evaluation.run, done.evaluation.pack
    headline = None
    if pack.report and pack.report.headline:
        judged = [
            r.verdict for r in run.results if r.kind == "verdict" and r.indicator == pack.report.headline
        ]
        headline = (judged.count("met"), judged.count("not_met"), judged.count("not_computable"))
    base = folder / pack_id
    reports = tuple(demo.folder / pack_id / path.relative_to(base) for path in done.reports)
    fronts = tuple(path for path in reports if path.parent.name == REPORT)
    demo.runs[pack_id] = Done(run.id, len(run.results), headline, fronts, done.timings)
    far = [
        r
        for r in run.results
        if r.level == "county" and r.kind == "indicator" and r.verdict == "not_met" and r.attainment
    ]
    return min(far, key=lambda r: (float(r.attainment or 0), r.unit, r.by), default=None)


def _explain(demo: Demo, chosen: Result, folder: Path, progress: Progress) -> None:
    progress(Text(f"解释 {chosen.unit} {chosen.indicator}", f"explaining {chosen.unit} {chosen.indicator}"))
    stored = open_run(folder / MAIN)
    loaded = stored.pack()
    found = trace(
        loaded,
        stored.snapshot(),
        chosen.unit,
        chosen.indicator,
        year=chosen.year,
        by=chosen.by,
        run_id=stored.id,
        synthetic=True,
    )
    (folder / EXPLAINED).write_text(write_page(found, loaded.pack), encoding="utf-8", newline="\n")
    demo.explained = demo.folder / EXPLAINED
    by = "".join(f" --by {d}={v}" for d, v in chosen.by)
    demo.explained_command = f"duxue explain {chosen.unit} {chosen.indicator} --run {demo.folder / MAIN}{by}"


def peak_megabytes() -> int:
    """Return the most memory that this process has held; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak / (1 << 20) if sys.platform == "darwin" else peak / 1024)


def summary(demo: Demo) -> Mapping[str, object]:
    """Return what was done as plain JSON values."""
    cases = [(pack, case) for pack, all_of in demo.cases.items() for case in all_of]
    faults = demo.faults
    return {
        "ok": demo.ok,
        "published": [
            {
                "pack": pack,
                "case": case.id,
                "figures": len(case.outcomes) + len(case.mistakes),
                "reproduced": sum(o.ok for o in case.outcomes),
                "published_errors": sum(m.ok for m in case.mistakes),
                "ok": case.ok,
            }
            for pack, case in cases
        ],
        "faults": {
            "planted": faults.planted,
            "found": faults.found,
            "missed": len(faults.missed),
            "invented": len(faults.invented),
        }
        if faults
        else None,
        "runs": {
            pack: {
                "id": done.id,
                "results": done.results,
                "seconds": dict(done.timings),
            }
            for pack, done in demo.runs.items()
        },
        "duty": {
            "id": demo.duty.id,
            "planted": sorted(demo.duty.planted),
            "lowest_credibility": list(demo.duty.lowest),
            "differences": demo.duty.differences,
        }
        if demo.duty
        else None,
        "seconds": demo.seconds,
        "peak_megabytes": demo.peak_megabytes,
    }
