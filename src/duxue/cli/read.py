"""`duxue read`: reports and plans into claims."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from duxue.app.checking import Checks
from duxue.app.planning import read_plan, write_targets
from duxue.app.reading import FORMATS, Format, Summary, Tell, read_documents
from duxue.cli import show
from duxue.cli.commands import argument, command, json_option, option
from duxue.cli.session import pick, session
from duxue.core.text import Text

_STDOUT = "-"
SOME_REFUSED = 1


def add_to(group: click.Group) -> None:
    """Add the command of this module."""
    command(
        group,
        "read",
        Text(
            "读取报告，把每个数字变成可以核对的陈述。",
            "Read reports: every number becomes a claim that can be checked.",
        ),
        Text(
            "读取 txt、html、docx、pdf、xlsx（文件、文件夹或通配符）。有文件被拒绝时，其余照常写出，退出码为 1；全部被拒绝时不写文件。"
            "扫描件需要 pip install 'duxue[ocr]'。",
            "Reads txt, html, docx, pdf and xlsx: files, folders or patterns. Where some files are refused the others are "
            "written all the same and the exit code is 1; where all are, nothing is written. Scanned PDF files need "
            "pip install 'duxue[ocr]'.",
        ),
    )(_read)


@argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(),
    zh="文件、文件夹或通配符。", en="Files, folders or patterns.",
)  # fmt: skip
@option(
    "--format", "form", type=click.Choice(FORMATS),
    zh="输出格式；默认由 --out 的扩展名决定，否则为 jsonl。html 是可离线打开的核对页。",
    en="Format of the output; default: by the ending of --out, else jsonl. html is a page to check the text in, without network.",
)  # fmt: skip
@option(
    "--out", type=click.Path(path_type=Path), default=_STDOUT, metavar="PATH",
    zh="输出文件；默认写到标准输出（仅 jsonl 和 csv）。", en="The file to write; default: stdout (jsonl and csv only).",
)  # fmt: skip
@option(
    "--as", "as_", type=click.Choice(("report", "plan")), default="report",
    zh="plan：只写出目标清单（jsonl 或 csv）。", en="plan: write the list of targets only (jsonl or csv).",
)  # fmt: skip
@option(
    "--check", is_flag=True,
    zh="标出损坏、对应指标并比对；html 总是如此。给出时在输出文件旁另写 .links.jsonl、.findings.jsonl、.marks.jsonl。",
    en="Mark damage, link to indicators and compare, and write .links.jsonl, .findings.jsonl and .marks.jsonl beside the file; html always shows it.",
)  # fmt: skip
@option(
    "--run", "runs", multiple=True, type=click.Path(path_type=Path), metavar="FOLDER",
    zh="与这个评估结果文件夹的数据比对；可多次给出。", en="Compare with the results in this folder of duxue evaluate; may be repeated.",
)  # fmt: skip
@option(
    "--pack", "packs", multiple=True, metavar="PACK",
    zh="对应到这个规则包的指标；可多次给出，默认全部自带规则包。", en="Link to the indicators of this pack; may be repeated; default: all that come with duxue.",
)  # fmt: skip
@option(
    "--decisions", type=click.Path(path_type=Path), metavar="FILE",
    zh="采用这个文件里的决定（duxue decide）。", en="Use the decisions in this file (duxue decide).",
)  # fmt: skip
@json_option
def _read(
    files: tuple[str, ...],
    form: Format | None,
    out: Path,
    as_: str,
    check: bool,
    runs: tuple[Path, ...],
    packs: tuple[str, ...],
    decisions: Path | None,
) -> int:
    to_stdout = str(out) == _STDOUT
    chosen = form or _by_ending(out)
    if as_ == "plan":
        return _read_plan(files, chosen, out)
    if to_stdout and (chosen in ("xlsx", "html") or session().json):
        raise click.UsageError(pick("请用 --out 指定输出文件。", "Name the file to write with --out."))
    asked = check or bool(runs or packs or decisions)
    checked = asked or chosen == "html"
    if checked and to_stdout:
        raise click.UsageError(pick("请用 --out 指定输出文件，核对结果写在它旁边。", "Name the file to write with --out; what was found lies beside it."))  # fmt: skip
    checks = Checks(packs, runs, decisions) if checked else None
    place = sys.stdout if to_stdout else out
    summary = read_documents(files, place, chosen, session().lang, _progress(), checks, beside=asked)
    if session().json:
        show.document(_describe(summary, chosen, out))
    else:
        _print(summary, None if to_stdout else out)
    return SOME_REFUSED if summary.refused else 0


def _read_plan(files: tuple[str, ...], form: Format, out: Path) -> int:
    if form not in ("jsonl", "csv"):
        raise click.UsageError(pick("目标清单的格式是 jsonl 或 csv。", "A list of targets is jsonl or csv."))
    to_stdout = str(out) == _STDOUT
    plan = read_plan(files, None if to_stdout else out)
    if plan.problems:
        show.problems(plan.problems, err=True)
    write_targets(plan.targets, sys.stdout if to_stdout else out, form)
    show.line(
        pick(
            f"读取 {plan.documents} 份，目标 {len(plan.targets)} 个。",
            f"{plan.documents} document(s) read, {len(plan.targets)} target(s).",
        ),
        err=True,
    )
    return SOME_REFUSED if any(p.severity == "error" for p in plan.problems) else 0


def _by_ending(out: Path) -> Format:
    ending = out.suffix.lower().lstrip(".")
    return next((f for f in FORMATS if f == ending), "html" if ending == "htm" else "jsonl")


def _progress() -> Tell:
    """Return a function that tells on stderr how far the reading is, at most twice a second."""
    last = time.monotonic()

    def tell(done: int, count: int, name: str) -> None:
        nonlocal last
        now = time.monotonic()
        if count > 1 and (now - last > 0.5 or done == count):
            last = now
            show.line(f"[{done}/{count}] {name}", err=True)

    return tell


def _describe(summary: Summary, form: Format, out: Path) -> dict[str, object]:
    return {
        "ok": not summary.refused,
        "documents": summary.documents,
        "claims": summary.claims,
        "suspect": summary.suspect,
        "supported": summary.supported,
        "contradicted": summary.contradicted,
        "nothing_found": summary.without,
        "format": form,
        "out": str(out),
        "problems": [p.to_dict() for p in summary.problems],
    }


def _print(summary: Summary, out: Path | None) -> None:
    if summary.problems:
        show.problems(summary.problems, err=True)
    for name in summary.without[:10]:
        show.line(pick(f"{name}：没有找到数量陈述。", f"{name}: no claim was found."), err=True)
    show.line(
        pick(
            f"读取 {summary.documents} 份，数量陈述 {summary.claims} 条，其中疑有损坏 {summary.suspect} 条。",
            f"{summary.documents} document(s) read, {summary.claims} claim(s), {summary.suspect} of them damaged as printed.",
        ),
        err=True,
    )
    if summary.supported or summary.contradicted:
        show.line(
            pick(
                f"比对：有依据 {summary.supported} 条，有矛盾 {summary.contradicted} 条。",
                f"Compared: {summary.supported} supported, {summary.contradicted} contradicted.",
            ),
            err=True,
        )
    if out is not None:
        show.line(pick(f"已写出：{out}", f"Written: {out}"), err=True)
