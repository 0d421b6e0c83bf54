"""`duxue draw`: commit to a draw, run it, verify it, show its documents."""

from __future__ import annotations

import re
from pathlib import Path

import click

from duxue.app import drawing, inspecting
from duxue.app.acts import Committed
from duxue.cli import show
from duxue.cli.commands import Group, argument, command, json_option, option
from duxue.cli.draw_words import (
    FILE,
    chain_option,
    folder_argument,
    no_pdf_option,
    out_option,
    part_option,
    plan_argument,
    print_commitment,
    print_drawn,
    print_next,
    print_plan,
    print_unverified,
    print_verification,
    time_option,
)
from duxue.cli.session import pick, session, typed
from duxue.core.text import Text
from duxue.draws.inspection.record import reasons_of


def add_to(group: click.Group) -> None:
    """Add the group of this module."""
    from duxue.cli import draw_inspection

    draw_inspection.add_to(draw)
    group.add_command(draw)


draw = Group(
    "draw",
    text=Text("抽签、抽样：先承诺，后抽取，人人可复核。", "Draws and samples that anyone can re-run: commit, draw, verify."),
    detail=Text(
        "先用 commit 公布名单摘要、方法和随机数来源；各方数字到齐后用 run 抽取并出证书；任何人用 verify 复核。",
        "`commit` publishes the digest of the list, the method and where the randomness will come from; when the seed parts "
        "have arrived `run` draws and certifies; anyone checks with `verify`.",
    ),
)  # fmt: skip


@command(
    draw,
    "commit",
    Text("第一步：规范名单并公布承诺书。", "Act one: canonicalise the list and publish the commitment."),
)
@argument(
    "source",
    metavar="LIST",
    type=FILE,
    zh="名单：UTF-8 的 CSV 或 TSV，首行为表头。",
    en="The list: CSV or TSV in UTF-8 with a header.",
)
@plan_argument
@out_option
@chain_option
@time_option
@json_option
def _commit(source: Path, plan: Path, folder: Path, chain: Path | None, time: str | None) -> None:
    done = drawing.commit_draw(source=source, plan_path=plan, folder=folder, chain_path=chain, time=time)
    print_committed(done, typed("duxue draw run"))


def print_committed(done: Committed, run: str) -> None:
    """Print what act one wrote and what has to come before the second."""
    if session().json:
        problems = [p.to_dict() for p in done.warnings]
        files = [str(f) for f in done.files]
        show.document({"ok": True, "commitment": done.commitment, "files": files, "problems": problems})
        return
    if done.warnings:
        show.problems(done.warnings, err=True)
    print_commitment(done.commitment)
    print_next(done.commitment, done.files, run)


@command(
    draw, "run", Text("第二步：汇齐随机数，抽取并出证书。", "Act two: join the seed parts, draw, certify.")
)
@folder_argument
@part_option
@chain_option
@time_option
@no_pdf_option
@json_option
def _run(folder: Path, parts: tuple[str, ...], chain: Path | None, time: str | None, no_pdf: bool) -> None:
    given = [drawing.read_part(p) for p in parts]
    done = drawing.run_draw(folder=folder, chain_path=chain, parts=given, time=time, pdf=not no_pdf)
    if session().json:
        problems = [p.to_dict() for p in done.warnings]
        files = [str(f) for f in done.files]
        show.document({"ok": True, "certificate": done.certificate, "files": files, "problems": problems})
        return
    if done.warnings:
        show.problems(done.warnings, err=True)
    print_drawn(done.certificate, done.names)
    for file in done.files:
        show.line(str(file))


@command(
    draw,
    "verify",
    Text("复核证书：只需证书和名单。", "Check a certificate: it and the list are all that is needed."),
    Text(
        "普通抽签给 list.tsv，双随机给 case.json。有一项不符时退出码为 1。",
        "list.tsv for a draw from a list, case.json for a double-random plan. Exit code 1 when one check fails.",
    ),
)
@argument("certificate", metavar="CERTIFICATE", type=FILE, zh="证书 JSON。", en="The certificate, JSON.")
@argument(
    "published",
    metavar="LIST",
    type=FILE,
    zh="已公布的 list.tsv 或 case.json。",
    en="The published list.tsv or case.json.",
)
@option("--chain", type=FILE, metavar="FILE", zh="已公布的证书链。", en="The chain as published.")
@option(
    "--commitment",
    type=FILE,
    metavar="FILE",
    zh="抽签前公布的承诺书。",
    en="The commitment as published before the draw.",
)
@option(
    "--plan",
    "table",
    type=FILE,
    metavar="FILE",
    zh="双随机方案表 CSV。",
    en="The table of a double-random plan, CSV.",
)
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
    published: Path,
    chain: Path | None,
    commitment: Path | None,
    table: Path | None,
    digest: str,
) -> int:
    if digest and not re.fullmatch("[0-9A-Fa-f]{16,64}", digest):
        asked = pick("至少前 16 位，十六进制数字", "at least the first 16 hexadecimal digits")
        raise click.BadParameter(f"{digest}: {asked}", param_hint="--digest")
    found = drawing.verify_draw(
        certificate=certificate,
        published=published,
        chain=chain,
        commitment=commitment,
        table=table,
        digest=digest,
    )
    return print_verification(found)


@command(
    draw, "show", Text("显示承诺书或证书，不作核验。", "Show a commitment or a certificate, unverified.")
)
@argument(
    "file", metavar="FILE", type=FILE, zh="承诺书或证书 JSON。", en="A commitment or certificate, JSON."
)
@option(
    "--papers",
    is_flag=True,
    zh="在证书旁补写 PDF、核验页和方案表；名单须在同一文件夹。",
    en="Write PDF, check page and table of the plan again beside a certificate; its list must lie there too.",
)
@json_option
def _show(file: Path, papers: bool) -> None:
    document = drawing.read_any(file)
    files = [str(f) for f in drawing.write_papers(file)] if papers else []
    if session().json:
        said = {"ok": True, "verified": False, "document": document}
        show.document({**said, **({"files": files} if papers else {})})
        return
    if papers:
        for name in files:
            show.line(name)
        return
    print_commitment(document.get("commitment", document))
    if "commitment" in document:
        show.line()
        if "plan" in document["result"]:
            print_plan(document, inspecting.places_of(file, document), reasons_of(document))
        else:
            print_drawn(document, drawing.names_beside(file, document))
    print_unverified(document)
