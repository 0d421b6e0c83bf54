"""`duxue draw`: commit to a draw, run it, verify it, show its documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from duxue.app import drawing
from duxue.cli import show
from duxue.cli.commands import Group, argument, command, json_option, option
from duxue.cli.session import pick, say, session
from duxue.core.text import Text
from duxue.draws.methods import METHODS
from duxue.draws.seed import say_form
from duxue.draws.verify import Verification

_FILE = click.Path(path_type=Path)
_SHOW_IDS = 60


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


def now() -> str:
    """Return the time of the clock with its offset."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@command(
    draw,
    "commit",
    Text("第一步：规范名单并公布承诺书。", "Act one: canonicalise the list and publish the commitment."),
)
@argument(
    "source",
    metavar="LIST",
    type=_FILE,
    zh="名单：UTF-8 的 CSV 或 TSV，首行为表头。",
    en="The list: CSV or TSV in UTF-8 with a header.",
)
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
def _commit(source: Path, plan: Path, folder: Path, chain: Path | None, time: str | None) -> None:
    done = drawing.commit_draw(
        source=source, plan_path=plan, folder=folder, chain_path=chain, time=time or now()
    )
    commitment = done.commitment
    if session().json:
        show.document({"ok": True, "commitment": commitment, "files": [str(f) for f in done.files]})
        return
    _print_commitment(commitment)
    print_next(commitment, done.files, "duxue draw run")


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


@command(
    draw, "run", Text("第二步：汇齐随机数，抽取并出证书。", "Act two: join the seed parts, draw, certify.")
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
def _run(folder: Path, parts: tuple[str, ...], chain: Path | None, time: str | None, no_pdf: bool) -> None:
    moment = time or now()
    given = [drawing.read_part(p, moment) for p in parts]
    done = drawing.run_draw(folder=folder, chain_path=chain, parts=given, time=moment, pdf=not no_pdf)
    if session().json:
        show.document(
            {
                "ok": True,
                "certificate": done.certificate,
                "files": [str(f) for f in done.files],
                "problems": [p.to_dict() for p in done.warnings],
            }
        )
        return
    if done.warnings:
        show.problems(done.warnings, err=True)
    _print_result(done.certificate)
    for file in done.files:
        show.line(str(file))


@command(
    draw,
    "verify",
    Text("复核证书：只需证书和名单。", "Check a certificate: it and the list are all that is needed."),
    Text("有一项不符时退出码为 1。", "Exit code 1 when one check fails."),
)
@argument("certificate", metavar="CERTIFICATE", type=_FILE, zh="证书 JSON。", en="The certificate, JSON.")
@argument("tickets", metavar="LIST", type=_FILE, zh="已公布的 list.tsv。", en="The published list.tsv.")
@option("--chain", type=_FILE, metavar="FILE", zh="已公布的证书链。", en="The chain as published.")
@option(
    "--commitment",
    type=_FILE,
    metavar="FILE",
    zh="抽签前公布的承诺书。",
    en="The commitment as published before the draw.",
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
    certificate: Path, tickets: Path, chain: Path | None, commitment: Path | None, digest: str
) -> int:
    found = drawing.verify_draw(
        certificate=certificate, list_path=tickets, chain=chain, commitment=commitment, digest=digest
    )
    return print_verification(found)


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


@command(draw, "show", Text("显示承诺书或证书。", "Show a commitment or a certificate."))
@argument(
    "file", metavar="FILE", type=_FILE, zh="承诺书或证书 JSON。", en="A commitment or certificate, JSON."
)
@json_option
def _show(file: Path) -> None:
    document = drawing.read_any(file)
    if session().json:
        show.document({"ok": True, "document": document})
    elif "commitment" in document:
        _print_commitment(document["commitment"])
        show.line()
        _print_result(document)
    else:
        _print_commitment(document)


def _print_commitment(commitment: Mapping[str, Any]) -> None:
    lang = session().lang
    show.line(commitment["title"][lang], bold=True)
    method = METHODS.get(commitment["method"])
    name = f"{say(method.title)} " if method else ""
    rows = [
        (pick("承诺时间", "committed"), commitment["time"]),
        (pick("方法", "method"), f"{name}({commitment['method']})"),
        *((f"  {k}", str(v)) for k, v in commitment["params"].items()),
        (pick("签数", "tickets"), str(commitment["list"]["tickets"])),
        (pick("名单摘要", "digest of the list"), commitment["list"]["digest"]),
        *((pick("剔除", "excluded"), f"{e['id']}: {e['reason'][lang]}") for e in commitment["exclusions"]),
        (pick("承诺书摘要", "digest of the commitment"), commitment["digest"]),
    ]
    print_table(rows)


def print_table(rows: Sequence[tuple[str, str]]) -> None:
    """Print labels and values, the values below one another."""
    width = max(show.width(r[0]) for r in rows)
    for label, value in rows:
        show.line(f"{label}{' ' * (width - show.width(label))}  {value}")


def _print_result(certificate: Mapping[str, Any]) -> None:
    result = certificate["result"]
    print_parts(certificate)
    show.line(pick("抽中", "Drawn") + f" ({len(result['selected'])})", bold=True)
    _print_ids(result["selected"])
    if result["waiting"]:
        show.line(pick("候补", "Waiting") + f" ({len(result['waiting'])})", bold=True)
        _print_ids(result["waiting"])
    if certificate["run"] > 1:
        show.line(pick(f"第 {certificate['run']} 次抽签", f"run {certificate['run']}"), fg="yellow")
    show.line(pick("证书摘要  ", "digest of the certificate  ") + certificate["digest"])


def print_parts(certificate: Mapping[str, Any]) -> None:
    """Print the seed parts."""
    show.line(pick("随机数", "Seed parts"), bold=True)
    for part in certificate["parts"]:
        show.line(f"  {part['name']}  {part['value']}  {part['time']}")


def _print_ids(ids: list[str]) -> None:
    for i, id in enumerate(ids[:_SHOW_IDS], 1):
        show.line(f"  {i:>4}  {id}")
    if len(ids) > _SHOW_IDS:
        show.line(
            pick(f"  …共 {len(ids)}，其余见证书。", f"  … {len(ids)} in all; the certificate has the rest.")
        )
