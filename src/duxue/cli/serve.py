"""`duxue serve`: the site, with its job worker, until it is told to stop."""

from __future__ import annotations

import shlex
import sys
from typing import cast

import click

from duxue.app.serving import Plan, Settings, Supervisor, check_plan, check_tables, prepare
from duxue.cli import show
from duxue.cli.commands import command, json_option, option
from duxue.cli.session import pick, session
from duxue.core.errors import Refused
from duxue.core.text import Text


def add_to(group: click.Group) -> None:
    """Add the command of this module."""
    command(
        group,
        "serve",
        Text(
            "运行网站和后台任务，直到被要求停止。", "Run the site and its background jobs until told to stop."
        ),
        Text(
            "数据都在环境变量 DUXUE_HOME 所指的文件夹（默认 duxue-data）。正式环境须设 DUXUE_SECRET_KEY 和 DUXUE_HOSTS。"
            "进程意外退出会自动重启；SIGTERM 或 Ctrl-C 等待进行中的请求和任务后停止。日志每行一个 JSON。",
            "Everything lies in the folder that the variable DUXUE_HOME names (duxue-data). Production needs DUXUE_SECRET_KEY "
            "and DUXUE_HOSTS. A process that dies is started again; SIGTERM or Ctrl-C waits for requests and the running job. "
            "The log is one JSON object a line.",
        ),
    )(_serve)


@option("--host", default="127.0.0.1", metavar="ADDRESS", zh="监听的地址。", en="Address to listen on.")
@option("--port", default=8000, type=click.IntRange(1, 65535), zh="监听的端口。", en="Port to listen on.")
@option("--workers", default=2, type=click.IntRange(1, 64), zh="网页进程数。", en="Server processes.")
@option(
    "--settings", default="prod", type=click.Choice(["dev", "demo", "prod"]),
    zh="设置：prod 正式，demo 演示（仅本机），dev 开发。", en="Settings: prod, demo (this machine only) or dev.",
)  # fmt: skip
@option("--no-worker", is_flag=True, zh="不运行后台任务。", en="Run no background jobs here.")
@option(
    "--migrate", is_flag=True, zh="启动前更新数据库结构。", en="Bring the tables up to date before starting."
)
@option(
    "--check",
    is_flag=True,
    zh="只说明会运行什么，是否有障碍。",
    en="Only tell what would run and what stands in the way.",
)
@json_option
def _serve(
    host: str, port: int, workers: int, settings: str, no_worker: bool, migrate: bool, check: bool
) -> int:
    plan = Plan(cast(Settings, settings), host, port, workers, not no_worker)
    found = check_plan(plan)
    if check:
        _tell(plan)
        # Tables that --migrate would make or change stand in nobody's way.
        found = found or [p for p in check_tables(plan) if not (migrate and p.code == "OPS003")]
    if found:
        raise Refused(found)
    if check:
        return 0
    prepare(plan, migrate=migrate)
    Supervisor(plan).run(lambda: _opened(plan))
    return 0


def _opened(plan: Plan) -> None:
    """Print where the site is, for whoever sits before it; where output is kept, the log alone says so."""
    if sys.stdout.isatty() and not session().json:
        show.line(
            pick(
                f"网站已打开：{plan.url}（按 Ctrl-C 停止）", f"The site is open: {plan.url} (Ctrl-C stops it)"
            ),
            bold=True,
        )


def _tell(plan: Plan) -> None:
    """Print what would run."""
    if session().json:
        show.document(
            {"url": plan.url, "home": str(plan.home), "settings": plan.settings, "children": plan.children()}
        )
        return
    show.line(
        pick(f"网站：{plan.url}（设置 {plan.settings}）", f"site: {plan.url} (settings {plan.settings})"),
        bold=True,
    )
    show.line(pick(f"数据：{plan.home}", f"data: {plan.home}"))
    for name, words in plan.children().items():
        show.line(f"{name}: {shlex.join(words)}")
