"""What the commands of draws print: documents of both kinds of draw, and the options that they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import click

from duxue.cli import show
from duxue.cli.commands import argument, option
from duxue.cli.session import pick, say, session
from duxue.core.errors import Problem
from duxue.draws.methods import METHODS
from duxue.draws.seed import say_form
from duxue.draws.verify import Verification
from duxue.draws.wording import groups_of, say_constraint, say_params, say_part, say_time

FILE = click.Path(path_type=Path)
_SHOW_ROWS = 60
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

plan_argument = argument(
    "plan", metavar="PLAN", type=FILE, zh="方案：TOML 文件。", en="The plan: a TOML file."
)
folder_argument = argument(
    "folder", metavar="FOLDER", type=FILE, zh="commit 写出的文件夹。", en="The folder that `commit` wrote."
)
out_option = option(
    "--out", "folder", type=FILE, required=True, metavar="FOLDER",
    zh="写入的新文件夹。", en="New folder to write to.",
)  # fmt: skip
chain_option = option(
    "--chain", type=FILE, metavar="FILE",
    zh="证书链；默认在该文件夹内。同一抽签共用一条链，才能看出重抽。",
    en="The chain; default: the one inside the folder. Draws that share a chain show when one is repeated.",
)  # fmt: skip
time_option = option(
    "--time", metavar="TIME",
    zh="时间，带时区；默认取本机时钟。填写的时间会在文书中注明。",
    en="Time with offset; default: the clock's. A typed time is marked as such in the documents.",
)  # fmt: skip
part_option = option(
    "--part", "parts", multiple=True, metavar="NAME=VALUE",
    zh="随机数的一部分；NAME=@FILE 取文件内容（如 drand 的 JSON）。可多次。",
    en="A seed part; NAME=@FILE takes the content of a file, for instance drand's JSON. May be repeated.",
)  # fmt: skip
no_pdf_option = option("--no-pdf", is_flag=True, zh="不写纸质证书。", en="Write no printable certificate.")


def print_table(rows: Sequence[tuple[str, str]]) -> None:
    """Print labels and values, the values below one another."""
    width = max(show.width(r[0]) for r in rows)
    for label, value in rows:
        show.line(f"{label}{' ' * (width - show.width(label))}  {value}")


def print_next(commitment: Mapping[str, Any], files: Sequence[Path], run: str) -> None:
    """Print what was written, and what has to come before the second act."""
    for file in files:
        show.line(str(file))
    show.line(
        pick(
            f"下一步：公布以上文件；等待以下各部分，再运行 {run}：",
            f"Next: publish these files, wait for the parts below, then `{run}`:",
        )
    )
    for part in commitment["seed"]:
        show.line(
            f"  --part {part['name']}=…  {say(say_form(part))}{pick('，不早于 ', ', not before ')}{part['not_before']}"
        )


def print_commitment(commitment: Mapping[str, Any]) -> None:
    """Print the facts of a commitment to a draw from a list or to a double-random plan."""
    show.line(commitment["title"][session().lang], bold=True)
    print_table([(pick("承诺时间", "committed"), say(say_time(commitment)))])
    (print_case if "case" in commitment else _print_list)(commitment)
    print_table([(pick("承诺书摘要", "digest of the commitment"), commitment["digest"])])


def print_case(facts: Mapping[str, Any]) -> None:
    """Print what is drawn from and kept to in a double-random draw."""
    case, rules = facts["case"], facts["rules"]
    print_table(
        [
            (pick("学校", "schools"), f"{case['schools']} → {rules['schools']}"),
            (pick("督学", "inspectors"), str(case["inspectors"])),
            (pick("名单摘要", "digest of the lists"), case["digest"]),
            *((pick("规定", "constraint"), say(say_constraint(c, rules))) for c in facts["constraints"]),
        ]
    )


def _print_list(commitment: Mapping[str, Any]) -> None:
    lang, method = session().lang, METHODS.get(commitment["method"])
    name = f"{say(method.title)} " if method else ""
    print_table(
        [
            (pick("方法", "method"), f"{name}({commitment['method']})"),
            *((f"  {say(title)}", say(value)) for title, value in say_params(commitment["params"])),
            (pick("签数", "tickets"), str(commitment["list"]["tickets"])),
            (pick("名单摘要", "digest of the list"), commitment["list"]["digest"]),
            *(
                (pick("剔除", "excluded"), f"{e['id']}: {e['reason'][lang]}")
                for e in commitment["exclusions"]
            ),
        ]
    )


def print_drawn(certificate: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Print the result of a draw from a list, with the names of the tickets where they are known."""
    result = certificate["result"]
    _print_parts(certificate)
    for title, ids, groups in (
        (pick("抽中", "Drawn"), result["selected"], groups_of(certificate)),
        (pick("候补", "Waiting"), result["waiting"], []),
    ):
        if ids or title == pick("抽中", "Drawn"):
            show.line(f"{title} ({len(ids)})", bold=True)
        for i, (id, group) in enumerate(zip_longest(ids[:_SHOW_ROWS], groups[:_SHOW_ROWS], fillvalue=""), 1):
            show.line(f"  {i:>4}  {id}  {names.get(id, '')}  {group}".rstrip())
        _print_rest(len(ids), pick("证书", "the certificate"))
    _print_end(certificate)


def print_plan(
    certificate: Mapping[str, Any], places: Sequence[tuple[str, ...]], reasons: Sequence[Problem]
) -> None:
    """Print a double-random plan, or why there is none."""
    _print_parts(certificate)
    if reasons:
        show.line(pick("排不出方案", "There is no plan"), bold=True, fg="red")
        show.problems(reasons, err=True)
    else:
        show.line(pick("方案", "Plan") + f" ({len(certificate['result']['plan']['teams'])})", bold=True)
    for school, school_name, _, inspector, inspector_name, skill in places[:_SHOW_ROWS]:
        words = [school, school_name, "←", inspector, inspector_name, skill]
        show.line("  " + " ".join(w for w in words if w))
    _print_rest(len(places), pick("方案表", "the table"))
    _print_end(certificate)


def print_verification(found: Verification) -> int:
    """Print every check and the verdict; return the exit code."""
    if session().json:
        checks = [
            {
                "name": {"zh": c.name.zh, "en": c.name.en},
                "ok": c.ok,
                "problems": [p.to_dict() for p in c.problems],
            }
            for c in found.checks
        ]
        show.document({"ok": found.ok, "digest": found.certificate["digest"], "checks": checks})
        return 0 if found.ok else 1
    for check in found.checks:
        show.line(f"{'✓' if check.ok else '✗'} {say(check.name)}", fg="green" if check.ok else "red")
        if check.problems:
            show.problems(check.problems, err=True)
    show.line(say(found.verdict), bold=True)
    return 0 if found.ok else 1


def print_unverified(document: Mapping[str, Any]) -> None:
    """Print that what was shown is what the file says, and what checks it."""
    if "commitment" in document:
        told = pick(
            "未核验：以上为证书自述，时间和结果须用 duxue draw verify 核验。",
            "Not verified: this is what the file says; `duxue draw verify` checks its times and its result.",
        )
    else:
        told = pick(
            "未核验：以上为承诺书自述，时间以其公布之时为准。",
            "Not verified: this is what the file says; its time is shown by when it was published.",
        )
    show.line(told, fg="yellow")


def _print_parts(certificate: Mapping[str, Any]) -> None:
    show.line(pick("随机数", "Seed parts"), bold=True)
    pairs = zip(certificate["commitment"]["seed"], certificate["parts"], strict=False)
    rows = [(f"  {say(t)}", say(v)) for declared, got in pairs for t, v in say_part(declared, got)]
    print_table([*rows, (pick("抽签时间", "drawn"), say(say_time(certificate)))])


def _print_rest(count: int, where: str) -> None:
    if count > _SHOW_ROWS:
        show.line(pick(f"  …共 {count}，其余见{where}。", f"  … {count} in all; {where} has the rest."))


def _print_end(certificate: Mapping[str, Any]) -> None:
    if certificate["run"] > 1:
        show.line(pick(f"第 {certificate['run']} 次抽签", f"run {certificate['run']}"), fg="yellow")
    show.line(pick("证书摘要  ", "digest of the certificate  ") + certificate["digest"])
