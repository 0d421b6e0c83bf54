"""`duxue backup` and `duxue restore`: the whole site as one file, and back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, cast

import click

from duxue.app.problems import make
from duxue.app.serving import Plan, Settings
from duxue.cli import show
from duxue.cli.commands import argument, command, json_option, option
from duxue.cli.session import pick, session
from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text

_NAMED = 5  # digests of evidence that is not there
_SETTINGS = option(
    "--settings", default="prod", type=click.Choice(["dev", "demo", "prod"]), zh="网站的设置。", en="Settings of the site.",
)  # fmt: skip


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    command(
        group,
        "backup",
        Text(
            "备份网站：数据库、佐证、轮次和抽签，合为一个文件。",
            "Back up the site, database, evidence, rounds and draws, as one file.",
        ),
        Text(
            "网站可以照常运行。文件写完整后才出现；其中有全部数据，请加密保管。佐证在 S3 时不在其中。审计链已断的网站照样备份，但以 "
            "OPS009 告知，退出码为 1；数据库里有而磁盘上没有的佐证以 OPS010 告知。",
            "The site may go on running. The file appears when it is whole; it holds everything, keep it encrypted. Evidence in "
            "S3 is not in it. A site whose audit is broken is backed up as it is, told with OPS009 and exit code 1, as with OPS010 is evidence that "
            "the database knows and the disk does not.",
        ),
    )(_backup)
    command(
        group,
        "restore",
        Text(
            "由备份恢复网站，并核对每个文件、每张表和审计链。",
            "Restore a site, checking every file, every table and the chain of the audit.",
        ),
        Text(
            "先停下网站。恢复到空的位置；位置已有数据时，须用 --replace 写出其文件夹名确认，原有内容留在带时刻的 before-restore-… 中。"
            "全部核对之后才动网站；被拒绝时网站不变。",
            "Stop the site first. The place must be empty, or be named with --replace: what it held is then kept in "
            "before-restore-…, named by the moment. Everything is checked before the site is touched; refused, it stays as it "
            "was.",
        ),
    )(_restore)


@argument(
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    zh="写入的文件。",
    en="The file to write.",
)
@_SETTINGS
@json_option
def _backup(file: Path, settings: str) -> int:
    if file.exists():
        raise Refused([make("APP003", place=Place(file=str(file)))])
    return _tell(_run(Plan(cast(Settings, settings)), "backup", str(file.resolve())), file)


@argument(
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    zh="备份文件。",
    en="The backup.",
)
@option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    zh="恢复到的文件夹；默认 DUXUE_HOME。",
    en="Folder to restore to; default: DUXUE_HOME.",
)
@option(
    "--replace",
    default="",
    metavar="NAME",
    zh="确认替换：写出该文件夹的名称。",
    en="Confirm replacing by naming the folder.",
)
@option(
    "--anyway",
    is_flag=True,
    zh="审计链已断的备份也照原样恢复；以 OPS009 告知，退出码为 1。",
    en="Restore a backup whose audit is broken as it is; told with OPS009 and exit code 1.",
)
@_SETTINGS
@json_option
def _restore(file: Path, into: Path | None, replace: str, anyway: bool, settings: str) -> int:
    plan = Plan(cast(Settings, settings))
    if into is not None:
        plan = Plan(cast(Settings, settings), environ={**plan.environ, "DUXUE_HOME": str(into.resolve())})
    words = [
        "backup",
        str(file.resolve()),
        "--restore",
        "--replace",
        replace,
        *(["--anyway"] if anyway else []),
    ]
    return _tell(_run(plan, *words), file)


def _run(plan: Plan, *words: str) -> dict[str, Any]:
    """Run a command of the site and return what it says; its progress goes to standard error as it comes."""
    done = subprocess.run(plan.manage(*words), env=plan.env(), check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise Refused([make("OPS004", place=Place(field=words[0]), found=done.stdout[-300:])]) from None
    if not told["ok"]:
        raise Refused([_problem(p) for p in told["problems"]])
    return told


def _tell(told: dict[str, Any], file: Path) -> int:
    """Say what was done, where the audit is broken (OPS009) and which evidence is not there (OPS010); return the exit code."""
    code = 1 if told["broken"] or told["missing"] else 0
    if session().json:
        show.document(told)
        return code
    size = f"{told['bytes'] / 1e6:.1f} MB"
    show.line(
        pick(f"完成：{file}，{told['files']} 个文件，{size}", f"done: {file}, {told['files']} files, {size}")
    )
    head = f"{told['audit']['seq']}:{told['audit']['hash']}"
    show.line(
        pick(f"审计链末尾：{head}（请另行记下）", f"head of the audit's chain: {head} (note it elsewhere)")
    )
    show.problems(
        [make("OPS009", place=Place(file=str(file), field="audit"), found=found) for found in told["broken"]]
    )
    if missing := told["missing"]:
        n, first = len(missing), ", ".join(missing[:_NAMED])
        show.problems([make("OPS010", place=Place(file=str(file), field="evidence"), found=f"{n}: {first}")])
    return code


def _problem(told: dict[str, Any]) -> Problem:
    """Return a problem that a command of the site told as JSON."""
    return make(
        told["code"], place=Place(**told["place"]), what=Text(**told["what"]), found=told["found"],
        expected=Text(**told["expected"]), advice=Text(**told["advice"]),
    )  # fmt: skip
