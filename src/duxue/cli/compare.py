"""`duxue compare`: a plan beside reports; `duxue decide`: what a person decides about a link or a finding."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from duxue.app.planning import Comparison, TableFormat, compare_reports, write_comparison
from duxue.claims.decisions import Choice, Decision, append
from duxue.cli import show
from duxue.cli.commands import argument, command, json_option, option
from duxue.cli.session import pick, session
from duxue.core.text import Text

_STDOUT = "-"
SOME_REFUSED = 1
_STATES = {
    "met": Text("完成", "met"),
    "missed": Text("未完成", "missed"),
    "unreported": Text("未报告", "unreported"),
}


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    command(
        group,
        "compare",
        Text(
            "把计划的目标与报告对照：完成、未完成、未报告。",
            "Compare a plan with reports: targets met, missed, unreported.",
        ),
        Text(
            "按指标说法、单位、地区和年份配对；一个数字只对应一个目标。未报告不等于未完成。",
            "Targets and numbers are paired by measure, unit, territory and year; a number answers one target. "
            "Unreported is not the same as missed.",
        ),
    )(_compare)
    command(
        group,
        "decide",
        Text("记下对指标对应或发现的决定。", "Record a decision on a link or a finding."),
        Text(
            "KEY 取自 .links.jsonl 或 .findings.jsonl 的 key。决定只增不改，最后一条有效；读取时用 --decisions 给出该文件。",
            "KEY is the key in .links.jsonl or .findings.jsonl. Decisions are only ever added and the last one holds; "
            "name the file with --decisions when reading.",
        ),
    )(_decide)


@argument("plan", metavar="PLAN", type=click.Path(), zh="工作计划。", en="The work plan.")
@argument(
    "reports", metavar="REPORT...", nargs=-1, required=True, type=click.Path(),
    zh="报告：文件、文件夹或通配符。", en="Reports: files, folders or patterns.",
)  # fmt: skip
@option(
    "--format", "form", type=click.Choice(("csv", "jsonl")),
    zh="输出格式；默认由 --out 的扩展名决定，否则为 csv。", en="Format of the output; default: by the ending of --out, else csv.",
)  # fmt: skip
@option(
    "--out", type=click.Path(path_type=Path), default=None, metavar="PATH",
    zh="输出文件（- 为标准输出）；不给时显示为表。", en="The file to write (- is stdout); without it a table is shown.",
)  # fmt: skip
@json_option
def _compare(plan: str, reports: tuple[str, ...], form: TableFormat | None, out: Path | None) -> int:
    found = compare_reports(plan, reports, None if out is None or str(out) == _STDOUT else out)
    if found.problems:
        show.problems(found.problems, err=True)
    if out is not None:
        chosen: TableFormat = form or ("jsonl" if out.suffix.lower() == ".jsonl" else "csv")
        write_comparison(found.outcomes, sys.stdout if str(out) == _STDOUT else out, chosen)
    if session().json and str(out) != _STDOUT:
        counts = {state: found.count(state) for state in _STATES}
        rows = [o.as_row() for o in found.outcomes]
        show.document(
            {"ok": True, **counts, "targets": rows, "problems": [p.to_dict() for p in found.problems]}
        )
    elif out is None:
        _show(found)
    return SOME_REFUSED if any(p.severity == "error" for p in found.problems) else 0


def _show(found: Comparison) -> None:
    for outcome in found.outcomes:
        claim = outcome.target.claim
        state = pick(_STATES[outcome.state].zh, _STATES[outcome.state].en)
        said = outcome.achieved.quote if outcome.achieved else "-"
        short = f"  {outcome.short_by:+g}".replace("+", "-") if outcome.short_by else ""
        show.line(f"{state}\t{claim.quote}\t{said}{short}\t{claim.measure}\t{claim.org or ''}")
    met, missed, unreported = (found.count(s) for s in _STATES)
    show.line(
        pick(
            f"目标 {len(found.outcomes)} 个：完成 {met}，未完成 {missed}，未报告 {unreported}。",
            f"{len(found.outcomes)} target(s): {met} met, {missed} missed, {unreported} unreported.",
        ),
        err=True,
    )


@argument("key", metavar="KEY", zh="决定的对象。", en="What the decision is on.")
@argument(
    "choice", type=click.Choice(("link", "unlink", "confirm", "dismiss")), zh="决定。", en="The decision."
)
@option("--file", "path", type=click.Path(path_type=Path), required=True, metavar="FILE", zh="决定文件。", en="The file of decisions.")  # fmt: skip
@option("--target", default="", metavar="ID", zh="link 时所选的指标或数据项。", en="For link: the indicator or element that is meant.")  # fmt: skip
@option("--who", required=True, zh="决定人。", en="Who decides.")
@option("--reason", required=True, zh="理由。", en="Why.")
def _decide(key: str, choice: Choice, path: Path, target: str, who: str, reason: str) -> int:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    append(path, Decision(key, choice, who, at, reason, target))
    show.line(pick(f"已记入 {path}", f"Recorded in {path}"), err=True)
    return 0
