"""`duxue evaluate`, `report`, `export`, `verify`: from data to results, and back to them later."""

from __future__ import annotations

from pathlib import Path

import click

from duxue.app.exporting import EXPORT_FORMATS, ExportFormat, export_run
from duxue.app.folders import fresh_folder, keep_apart
from duxue.app.reporting import FORMATS, Format, published, write_report
from duxue.app.runs import PROBLEMS, REPORT, Finished, evaluate_folder
from duxue.app.stored import open_run
from duxue.app.verifying import verify_run
from duxue.cli import show
from duxue.cli.commands import argument, command, json_option, option
from duxue.cli.session import pick, say, session, typed
from duxue.core.text import LANGS, Lang, Text, count_of
from duxue.engines.choose import NAMES
from duxue.packs.loader import load
from duxue.results.model import Result

PATH = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_REPORT_FILES = frozenset(
    {"report.zh", "report.en", *(f"report.{lang}.{f}" for lang in LANGS for f in FORMATS)}
)


class Formats(click.ParamType[tuple[Format, ...]]):
    """A list such as `html,pdf`."""

    name = "formats"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """Return what stands in the usage."""
        return ",".join(FORMATS)

    def convert(
        self, value: str | tuple[Format, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Format, ...]:
        """Return the formats named."""
        if isinstance(value, tuple):
            return value
        names = [part.strip().lower() for part in value.split(",") if part.strip()]
        chosen = tuple(f for f in FORMATS if f in names)
        unknown = [n for n in names if n not in FORMATS]
        if unknown or not chosen:
            shown = ", ".join(unknown) or value
            self.fail(
                pick(f"{shown}，可选 {','.join(FORMATS)}", f"{shown}; choose from {','.join(FORMATS)}"),
                param,
                ctx,
            )
        return chosen


def languages(choice: str) -> tuple[Lang, ...]:
    """Return the languages that `both`, `zh` or `en` stand for."""
    return LANGS if choice == "both" else ("zh",) if choice == "zh" else ("en",)


LANG = option(
    "--lang", "report_lang", type=click.Choice(["both", "zh", "en"]), default="both", show_default=True,
    zh="报告的语言。", en="Language of the report.",
)  # fmt: skip
FORMATS_OPTION = option(
    "--formats",
    type=Formats(),
    default=",".join(FORMATS),
    show_default=True,
    zh="报告的格式。",
    en="Formats of the report.",
)
RUN = argument(
    "run", type=FOLDER, metavar="RUN", zh="duxue evaluate 写成的文件夹。", en="Folder written by duxue evaluate.",
)  # fmt: skip
ENGINE = option(
    "--engine", type=click.Choice(NAMES), default="duckdb", show_default=True,
    zh="计算引擎：duckdb 快；reference 逐步精确，用于核对。", en="Engine: duckdb is fast; reference is exact step by step, for checking.",
)  # fmt: skip


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    command(
        group,
        "evaluate",
        Text(
            "按规则包评估一批数据，写出结果和报告。", "Evaluate data by a pack and write results and report."
        ),
        Text(
            "数据可以是原始文件的文件夹，也可以是 duxue data import 写成的快照。结果整体写出；出错时什么也不留下。",
            "The data are a folder of original files or a snapshot written by duxue data import. Everything is written at once; "
            "when something is wrong nothing is left behind.",
        ),
    )(_evaluate)
    command(
        group,
        "report",
        Text("由已有的评估结果重写报告。", "Write the report of an evaluation again."),
        Text(
            "先用保存的数据复算，确认结果没有变化。",
            "The kept data are computed again first, to be sure that the results still hold.",
        ),
    )(_report)
    command(
        group, "export", Text("把评估结果另存为一个文件。", "Save the results of an evaluation as one file.")
    )(_export)
    command(
        group,
        "verify",
        Text("复算评估结果，逐字节比较。", "Compute an evaluation again and compare it byte by byte."),
        Text(
            "同时核对 run.json 所列每个文件的摘要，包括报告和保存的数据。有任何差异时退出码为 3。",
            "The digest of every file that run.json lists is checked too, reports and kept data included. Leaves with exit "
            "code 3 when anything differs.",
        ),
    )(_verify)


@option(
    "--pack",
    "pack_ref",
    required=True,
    metavar="ID[@VERSION]|PATH",
    zh="规则包：编号、编号@版本或路径。",
    en="Pack: id, id@version or path.",
)
@option(
    "--data",
    required=True,
    type=FOLDER,
    metavar="FOLDER",
    zh="数据文件夹或快照。",
    en="Folder of data, or a snapshot.",
)
@option("--out", required=True, type=PATH, metavar="FOLDER", zh="写结果的文件夹。", en="Folder to write to.")
@option(
    "--year",
    "years",
    type=int,
    multiple=True,
    metavar="YEAR",
    zh="评估的年份，可重复；默认最近一年。",
    en="Year to evaluate, may be repeated; default: the latest.",
)
@ENGINE
@LANG
@FORMATS_OPTION
@option("--no-report", is_flag=True, zh="只写结果，不写报告。", en="Write results only, no report.")
@option(
    "--synthetic",
    is_flag=True,
    zh="在报告每页标明是合成数据（样本数据会自动标明）。",
    en="Mark every page as synthetic data (the sample is marked by itself).",
)
@json_option
def _evaluate(
    pack_ref: str,
    data: Path,
    out: Path,
    years: tuple[int, ...],
    engine: str,
    report_lang: str,
    formats: tuple[Format, ...],
    no_report: bool,
    synthetic: bool,
) -> None:
    with show.steps() as progress:
        progress(Text("读取规则包", "reading the pack"))
        done = evaluate_folder(
            load(pack_ref),
            data,
            out,
            years=years,
            engine=engine,
            langs=languages(report_lang),
            formats=() if no_report else formats,
            synthetic=synthetic,
            progress=progress,
        )
    if session().json:
        show.document(to_json(done))
    else:
        print_summary(done)


def to_json(done: Finished) -> dict[str, object]:
    """Return what an evaluation came to as plain JSON values."""
    run = done.evaluation.run
    return {
        "ok": True,
        "id": run.id,
        "pack": f"{run.pack_id}@{run.pack_version}",
        "years": list(run.years),
        "out": str(done.folder),
        "results": len(run.results),
        "verdicts": [
            {
                "id": v.id,
                "level": v.level,
                **tally([r for r in run.results if r.kind == "verdict" and r.indicator == v.id]),
            }
            for v in done.evaluation.pack.verdicts
        ],
        "not_computable": sum(_gone(r) for r in run.results if r.kind == "indicator"),
        "out_of_scope": sum(_outside(r) for r in run.results if r.kind == "indicator"),
        "flagged": sum(bool(r.flags) for r in run.results),
        "synthetic": run.synthetic,
        "notes": [{"zh": note.zh, "en": note.en} for note in run.notes],
        "warnings": [p.to_dict() for p in done.warnings],
        "reports": [str(path) for path in fronts(done)],
        "seconds": dict(done.timings),
    }


def tally(results: list[Result]) -> dict[str, int]:
    """Return how many were judged, and how, as the report counts them: units outside the scope stand apart."""
    inside = [r for r in results if not _outside(r)]
    return {
        "judged": len(inside),
        "met": sum(r.verdict == "met" for r in inside),
        "not_met": sum(r.verdict == "not_met" for r in inside),
        "not_computable": sum(r.verdict == "not_computable" for r in inside),
        "out_of_scope": len(results) - len(inside),
    }


def _outside(result: Result) -> bool:
    return result.reason == "out_of_scope"


def _gone(result: Result) -> bool:
    return result.status == "not_computable" and not _outside(result)


def fronts(done: Finished) -> list[Path]:
    """Return the files that a reader opens, without the pages that they lead to."""
    return [p for p in done.reports if p.parent.name == REPORT]


def print_summary(done: Finished) -> None:
    """Print what came out, where it lies, and what to type next."""
    run, pack = done.evaluation.run, done.evaluation.pack
    years = ", ".join(map(str, run.years))
    show.line()
    show.line(f"{say(pack.title.text)} · {pack.version} · {years}", bold=True)
    if pack.label or run.synthetic:
        label = (
            pack.label.text if pack.label else Text("合成数据，非官方结果", "Synthetic data, not official")
        )
        show.line(say(label), fg="yellow")
    for note in run.notes[bool(pack.label) :]:
        show.line(say(note), fg="yellow")
    titles = {level.id: level.title.text for level in pack.levels}
    rows = []
    for verdict in pack.verdicts:
        found = tally([r for r in run.results if r.kind == "verdict" and r.indicator == verdict.id])
        rows.append(
            [say(verdict.title.text), say(titles[verdict.level]), *(show.human(n) for n in found.values())]
        )
    if rows:
        show.line()
        head = pick(
            "判定|层级|已判|达标|未达标|无法计算|不在范围",
            "verdict|level|judged|met|not met|not computable|out of scope",
        ).split("|")
        show.table(head, rows, right=(2, 3, 4, 5, 6))
    figures = [r for r in run.results if r.kind == "indicator"]
    gone, outside = sum(map(_gone, figures)), sum(map(_outside, figures))
    flagged = sum(bool(r.flags) for r in figures)
    show.line()
    show.line(
        pick(
            f"指标数值 {len(figures):,} 个，其中无法计算 {gone:,} 个，不在范围 {outside:,} 个，带标记 {flagged:,} 个。",
            f"{count_of(len(figures), 'figure')}; {gone:,} not computable, {outside:,} out of scope, {flagged:,} flagged.",
        )
    )
    for problem in done.warnings:
        if problem.code == "DATA029":
            show.line(f"{problem.place.file}{pick('：', ': ')}{say(problem.what)}", fg="yellow")
    if any(p.severity == "warning" for p in done.warnings):
        show.line(pick(f"数据警告见 {done.folder / PROBLEMS}：{show.counts(done.warnings)}",
                       f"Warnings on the data are in {done.folder / PROBLEMS}: {show.counts(done.warnings)}"), fg="yellow")  # fmt: skip
    show.line(
        pick(
            f"结果：{done.folder}（results.csv、results.parquet、run.json …）",
            f"Results: {done.folder} (results.csv, results.parquet, run.json ...)",
        )
    )
    for path in fronts(done):
        show.line(pick(f"报告：{path}", f"Report: {path}"))
    show.line(pick(f"编号：{run.id[:16]}", f"Id: {run.id[:16]}"))
    example = next((r for r in figures if r.verdict == "not_met"), next(iter(figures), None))
    if example is not None:
        by = "".join(f" --by {d}={v}" for d, v in example.by)
        show.line(
            pick("下一步，查看一个数字的来源：", "Next, see where a figure comes from: ")
            + typed(f"duxue explain {example.unit} {example.indicator} --run {done.folder}{by}")
        )


@RUN
@option("--out", required=True, type=PATH, metavar="FOLDER", zh="写报告的文件夹。", en="Folder to write to.")
@option(
    "--year",
    type=int,
    metavar="YEAR",
    zh="报告的年份；默认评估的最近一年。",
    en="Year of the report; default: the latest evaluated.",
)
@LANG
@FORMATS_OPTION
@json_option
def _report(run: Path, out: Path, year: int | None, report_lang: str, formats: tuple[Format, ...]) -> int:
    stored = open_run(run)
    if year is not None and year not in stored.years:
        raise click.BadParameter(
            pick(f"本次评估的年份：{stored.years}", f"this run has {stored.years}"), param_hint="--year"
        )
    keep_apart(out, run)
    stored.hold()
    with show.steps() as progress:
        evaluation = stored.recompute(progress)
        if evaluation.run.id != stored.id:
            message = Text(
                "复算结果与保存的不同，未写报告。用 duxue verify 查看差异。",
                "What was recomputed differs from what was stored; no report was written. See duxue verify.",
            )
            if session().json:
                show.document({"ok": False, "different": True})
            show.line(say(message), err=True, fg="red")
            return 3
        chosen = year or stored.years[-1]
        matches = published(stored.pack(), progress)
        with fresh_folder(out, mark="", ours=_REPORT_FILES) as folder:
            files = write_report(
                evaluation, folder, year=chosen, langs=languages(report_lang), formats=formats, matches=matches, progress=progress,
            )  # fmt: skip
            names = [p.relative_to(folder) for p in files]
    firsts = [out / n for n in names if n.parent == Path()]
    if session().json:
        show.document({"ok": True, "reports": [str(p) for p in firsts], "files": len(names)})
    else:
        for path in firsts:
            show.line(pick(f"报告：{path}", f"Report: {path}"))
    return 0


@RUN
@option("--format", "kind", required=True, type=click.Choice(EXPORT_FORMATS), zh="格式。", en="Format.")
@option("--out", required=True, type=PATH, metavar="FILE", zh="写入的文件。", en="File to write.")
@json_option
def _export(run: Path, kind: ExportFormat, out: Path) -> None:
    done = export_run(open_run(run), kind, out)
    if session().json:
        show.document({"ok": True, "file": str(done.file), "bytes": done.bytes})
    else:
        show.line(
            pick(f"已写出 {done.file}（{done.bytes:,} 字节）", f"Wrote {done.file} ({done.bytes:,} bytes)")
        )


@RUN
@option(
    "--data",
    type=FOLDER,
    metavar="FOLDER",
    zh="用这里的数据复算，而不是结果中保存的数据。",
    en="Recompute from these data instead of those kept with the run.",
)
@json_option
def _verify(run: Path, data: Path | None) -> int:
    stored = open_run(run)
    with show.steps() as progress:
        checked = verify_run(stored, data, progress)
    found = checked.differences
    if session().json:
        show.document(
            {
                "ok": not found,
                "id": stored.id,
                "files_checked": len(checked.covered),
                "files_not_recorded": list(checked.uncovered),
                "differences": [
                    {"what": {"zh": d.what.zh, "en": d.what.en}, "stored": d.stored, "again": d.again}
                    for d in found
                ],
            }
        )
        return 3 if found else 0
    for d in found:
        show.line(f"✗ {say(d.what)}", fg="red")
        if d.stored or d.again:
            show.line(pick(f"    保存的：{d.stored}", f"    stored: {d.stored}"))
            show.line(pick(f"    现在的：{d.again}", f"    now:    {d.again}"))
    if any(d.stops for d in found):
        show.line(
            pick(
                "数据、规则或结果文件不完整，没有复算。",
                "Data, rules or results are not what was written; nothing was computed again.",
            )
        )
    elif not found:
        show.line(
            pick(
                f"✓ 复算的 results.csv 与保存的逐字节相同：{stored.id[:16]}",
                f"✓ Recomputed; results.csv agrees byte by byte: {stored.id[:16]}",
            ),
            fg="green",
        )
        number = len(checked.covered)
        show.line(
            pick(
                f"✓ run.json 所列 {number} 个文件（报告、数据、结果）的摘要全部相符。",
                f"✓ The digests of all {number} files listed in run.json agree (results, data, reports).",
            ),
            fg="green",
        )
    if checked.uncovered:
        names = ", ".join(checked.uncovered[:5]) + (" ..." if len(checked.uncovered) > 5 else "")
        show.line(
            pick(
                f"run.json 没有记录、因而未核对的文件：{names}",
                f"Files that run.json does not list, not checked: {names}",
            ),
            fg="yellow",
        )
    return 3 if found else 0
