"""`duxue draw inspection`: double-random plans, committed, drawn and verified as every draw is."""

from __future__ import annotations

from pathlib import Path

import click

from duxue.app import drawing, inspecting
from duxue.cli import show
from duxue.cli.commands import Group, command, json_option, option
from duxue.cli.draw import draw, print_committed
from duxue.cli.draw_words import (
    chain_option,
    folder_argument,
    no_pdf_option,
    out_option,
    part_option,
    plan_argument,
    print_case,
    print_plan,
    time_option,
)
from duxue.cli.session import pick, session, typed
from duxue.core.text import Text

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
    """Add the group of this module; `verify` and `show` are those of every draw."""
    inspection.add_command(draw.commands["verify"])
    inspection.add_command(draw.commands["show"])
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
@plan_argument
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
    print_case(found.facts)
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
@plan_argument
@out_option
@chain_option
@time_option
@json_option
def _commit(plan: Path, folder: Path, chain: Path | None, time: str | None) -> None:
    done = inspecting.commit_inspection(plan_path=plan, folder=folder, chain_path=chain, time=time)
    print_committed(done, typed("duxue draw inspection run"))


@command(
    inspection,
    "run",
    Text("第二步：汇齐随机数，抽取学校和督学。", "Act two: join the seed parts and draw."),
    Text(
        "排不出方案时说明理由，退出码为 1；这次抽签仍登记在证书链中。",
        "Where there is no plan the reason is told and the exit code is 1; the chain records the attempt all the same.",
    ),
)
@folder_argument
@part_option
@chain_option
@time_option
@no_pdf_option
@json_option
def _run(folder: Path, parts: tuple[str, ...], chain: Path | None, time: str | None, no_pdf: bool) -> int:
    given = [drawing.read_part(p) for p in parts]
    done = inspecting.run_inspection(folder=folder, chain_path=chain, parts=given, time=time, pdf=not no_pdf)
    code = NO_PLAN if done.reasons else 0
    if session().json:
        problems = [p.to_dict() for p in (*done.reasons, *done.warnings)]
        files = [str(f) for f in done.files]
        show.document({"ok": not code, "certificate": done.certificate, "files": files, "problems": problems})
        return code
    if done.warnings:
        show.problems(done.warnings, err=True)
    print_plan(done.certificate, done.places, done.reasons)
    for file in done.files:
        show.line(str(file))
    return code
