"""`duxue draw inspection`: double-random plans, committed, drawn and verified as every draw is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from duxue.app import drawing, inspecting
from duxue.cli import show
from duxue.cli.commands import Group, argument, command, json_option, option
from duxue.cli.draw import now, print_next, print_parts, print_table, print_verification
from duxue.cli.session import pick, session
from duxue.core.errors import Problem
from duxue.core.text import Text
from duxue.draws.inspection.record import plan_of, reasons_of

_FILE = click.Path(path_type=Path)
_SHOW_ROWS = 60
NO_PLAN = 1

inspection = Group(
    "inspection",
    text=Text("双随机：同时抽取学校和督学。", "Double random: schools and inspectors drawn together."),
    detail=Text(
        "方案文件写明名单、规定和随机数来源。先 check，再 commit 公布，各方数字到齐后 run，任何人可 verify。",
        "The plan names the lists, the rules and where the randomness will come from. `check` it, publish what `commit` "
        "writes, `run` when the seed parts are there; anyone can `verify`.",
    ),
)


def add_to(group: click.Group) -> None:
    """Add the group of this module."""
    group.add_command(inspection)


@command(
    inspection,
    "check",
    Text("核对名单和规定，并试抽。", "Check lists and rules, and rehearse."),
    Text(
        "试抽使用公开的种子，不写文件；有一次排不出方案时退出码为 1，并说明理由。",
        "A rehearsal draws with a public seed and writes nothing; exit code 1 when one of them finds no plan, with the reason.",
    ),
)
@argument("plan", metavar="PLAN", type=_FILE, zh="方案：TOML 文件。", en="The plan: a TOML file.")
@option(
    "--rehearsals",
    type=click.IntRange(0, 1000),
    default=10,
    show_default=True,
    metavar="N",
    zh="试抽次数。",
    en="How many rehearsals.",
)
@json_option
def _check(plan: Path, rehearsals: int) -> int:
    found = inspecting.check_order(plan, rehearsals)
    failed = [reasons for reasons in found.outcomes if reasons]
    if session().json:
        document = {
            "ok": not failed,
            **found.facts,
            "excluded": list(found.excluded),
            "rehearsals": len(found.outcomes),
            "infeasible": len(failed),
            "problems": [p.to_dict() for p in (failed[0] if failed else ())],
        }
        show.document(document)
        return NO_PLAN if failed else 0
    _print_case(found.facts)
    if found.excluded:
        show.line(pick("轮换未参加：", "Kept out by rotation: ") + str(len(found.excluded)))
    good, count = len(found.outcomes) - len(failed), len(found.outcomes)
    show.line(
        pick(f"试抽 {count} 次，{good} 次排出方案。", f"{count} rehearsals, {good} of them gave a plan.")
    )
    if failed:
        show.problems(failed[0], err=True)
    return NO_PLAN if failed else 0


@command(inspection, "commit", Text("第一步：公布名单摘要和规定。", "Act one: commit to lists and rules."))
@argument("plan", metavar="PLAN", type=_FILE, zh="方案：TOML 文件。", en="The plan: a TOML file.")
@option(
    "--out",
    "folder",
    type=_FILE,
    required=True,
    metavar="FOLDER",
    zh="写入的新文件夹。",
    en="New folder to write to.",
)
@option(
    "--chain",
    type=_FILE,
    metavar="FILE",
    zh="证书链；默认在该文件夹内。",
    en="The chain; default: one inside the folder.",
)
@option(
    "--time",
    metavar="TIME",
    zh="承诺时间，带时区；默认为现在。",
    en="Time of the commitment with offset; default: now.",
)
@json_option
def _commit(plan: Path, folder: Path, chain: Path | None, time: str | None) -> None:
    done = inspecting.commit_inspection(plan_path=plan, folder=folder, chain_path=chain, time=time or now())
    if session().json:
        show.document({"ok": True, "commitment": done.commitment, "files": [str(f) for f in done.files]})
        return
    _print_commitment(done.commitment)
    print_next(done.commitment, done.files, "duxue draw inspection run")


@command(
    inspection,
    "run",
    Text("第二步：汇齐随机数，抽取学校和督学。", "Act two: join the seed parts and draw."),
    Text(
        "排不出方案时说明理由，退出码为 1；这次抽签仍登记在证书链中。",
        "Where there is no plan the reason is told and the exit code is 1; the chain records the attempt all the same.",
    ),
)
@argument(
    "folder", metavar="FOLDER", type=_FILE, zh="commit 写出的文件夹。", en="The folder that `commit` wrote."
)
@option(
    "--part", "parts", multiple=True, metavar="NAME=VALUE",
    zh="随机数的一部分；NAME=@FILE 取文件内容（如 drand 的 JSON）。可多次。",
    en="A seed part; NAME=@FILE takes the content of a file, for instance drand's JSON. May be repeated.",
)  # fmt: skip
@option(
    "--chain",
    type=_FILE,
    metavar="FILE",
    zh="证书链；默认在该文件夹内。",
    en="The chain; default: the one inside the folder.",
)
@option(
    "--time",
    metavar="TIME",
    zh="抽签时间，带时区；默认为现在。",
    en="Time of the draw with offset; default: now.",
)
@option("--no-pdf", is_flag=True, zh="不写纸质证书。", en="Write no printable certificate.")
@json_option
def _run(folder: Path, parts: tuple[str, ...], chain: Path | None, time: str | None, no_pdf: bool) -> int:
    moment = time or now()
    given = [drawing.read_part(p, moment) for p in parts]
    done = inspecting.run_inspection(
        folder=folder, chain_path=chain, parts=given, time=moment, pdf=not no_pdf
    )
    code = NO_PLAN if done.reasons else 0
    if session().json:
        problems = [p.to_dict() for p in (*done.reasons, *done.warnings)]
        files = [str(f) for f in done.files]
        show.document({"ok": not code, "certificate": done.certificate, "files": files, "problems": problems})
        return code
    if done.warnings:
        show.problems(done.warnings, err=True)
    _print_result(done.certificate, done.places, done.reasons)
    for file in done.files:
        show.line(str(file))
    return code


@command(
    inspection,
    "verify",
    Text(
        "复核证书：重新抽取，逐条核对规定。", "Check a certificate: draw again, and look at every constraint."
    ),
    Text("有一项不符时退出码为 1。", "Exit code 1 when one check fails."),
)
@argument("certificate", metavar="CERTIFICATE", type=_FILE, zh="证书 JSON。", en="The certificate, JSON.")
@argument("case", metavar="CASE", type=_FILE, zh="已公布的 case.json。", en="The published case.json.")
@option("--chain", type=_FILE, metavar="FILE", zh="已公布的证书链。", en="The chain as published.")
@option(
    "--commitment",
    type=_FILE,
    metavar="FILE",
    zh="抽签前公布的承诺书。",
    en="The commitment as published before the draw.",
)
@option("--plan", "table", type=_FILE, metavar="FILE", zh="方案表 CSV。", en="The table of the plan, CSV.")
@option(
    "--digest",
    default="",
    metavar="HEX",
    zh="纸质证书上的摘要，至少前 16 位。",
    en="The digest on the paper certificate, at least its first 16 digits.",
)
@json_option
def _verify(
    certificate: Path,
    case: Path,
    chain: Path | None,
    commitment: Path | None,
    table: Path | None,
    digest: str,
) -> int:
    found = inspecting.verify_inspection(
        certificate, case, chain_path=chain, commitment_path=commitment, table_path=table, digest=digest
    )
    return print_verification(found)


@command(inspection, "show", Text("显示承诺书或证书。", "Show a commitment or a certificate."))
@argument(
    "file", metavar="FILE", type=_FILE, zh="承诺书或证书 JSON。", en="A commitment or certificate, JSON."
)
@json_option
def _show(file: Path) -> None:
    document = inspecting.read_any(file)
    if session().json:
        show.document({"ok": True, "document": document})
    elif "commitment" in document:
        _print_commitment(document["commitment"])
        show.line()
        plan = plan_of(document, file.name)
        places = [
            (t.school, "", "", m.inspector, "", m.skill)
            for t in (plan.teams if plan else ())
            for m in t.members
        ]
        _print_result(document, places, reasons_of(document))
    else:
        _print_commitment(document)


def _print_commitment(commitment: Mapping[str, Any]) -> None:
    show.line(commitment["title"][session().lang], bold=True)
    print_table([(pick("承诺时间", "committed"), commitment["time"])])
    _print_case(commitment)
    print_table([(pick("承诺书摘要", "digest of the commitment"), commitment["digest"])])


def _print_case(facts: Mapping[str, Any]) -> None:
    case = facts["case"]
    print_table(
        [
            (pick("学校", "schools"), f"{case['schools']} → {facts['rules']['schools']}"),
            (pick("督学", "inspectors"), str(case["inspectors"])),
            (pick("名单摘要", "digest of the lists"), case["digest"]),
            *((pick("规定", "constraint"), c["title"][session().lang]) for c in facts["constraints"]),
        ]
    )


def _print_result(
    certificate: Mapping[str, Any], places: Sequence[tuple[str, ...]], reasons: Sequence[Problem]
) -> None:
    print_parts(certificate)
    if reasons:
        show.line(pick("排不出方案", "There is no plan"), bold=True, fg="red")
        show.problems(reasons, err=True)
    else:
        show.line(pick("方案", "Plan") + f" ({len(certificate['result']['plan']['teams'])})", bold=True)
    for school, school_name, _, inspector, inspector_name, skill in places[:_SHOW_ROWS]:
        words = [school, school_name, "←", inspector, inspector_name, skill]
        show.line("  " + " ".join(w for w in words if w))
    if len(places) > _SHOW_ROWS:
        show.line(
            pick(f"  …共 {len(places)}，其余见方案表。", f"  … {len(places)} in all; the table has the rest.")
        )
    if certificate["run"] > 1:
        show.line(pick(f"第 {certificate['run']} 次抽签", f"run {certificate['run']}"), fg="yellow")
    show.line(pick("证书摘要  ", "digest of the certificate  ") + certificate["digest"])
