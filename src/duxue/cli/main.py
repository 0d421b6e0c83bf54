"""The command `duxue`: its groups, the language it speaks, and what its exit codes mean."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Any

import click

from duxue.cli import show
from duxue.cli.commands import Group, option, usage_problem
from duxue.cli.session import begin, end, pick, session
from duxue.core.errors import Refused
from duxue.core.text import Text

# docs/reference/cli.md lists them.
DONE, REFUSED, USAGE, DIFFERENT, LACKING, UNPROVED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

# Command -> the module of this room that adds it, in the order of help.
COMMANDS = {
    "evaluate": "evaluate", "report": "evaluate", "export": "evaluate", "verify": "evaluate", "explain": "explain",
    "data": "data", "pack": "pack", "round": "round", "read": "read", "compare": "compare", "decide": "compare",
    "draw": "draw", "audit": "audit", "serve": "serve", "backup": "backup", "restore": "backup", "doctor": "doctor", "demo": "demo",
}  # fmt: skip


class Main(Group):
    """The outermost command: every way in which a call can end is told in the reader's language.

    A command's module, with all that it stands on, is loaded when the command is called or help lists it.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order of help, loaded or not."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name, None where there is none of it."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            importlib.import_module(f"duxue.cli.{COMMANDS[cmd_name]}").add_to(self)
        return super().get_command(ctx, cmd_name)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command and leave with its exit code."""
        begin()
        _allow_any_text()
        try:
            with _ending_tidily():
                code = self._run(args, prog_name or "duxue", complete_var, **extra)
        finally:
            end()
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, args: Sequence[str] | None, prog_name: str, complete_var: str | None, **extra: Any) -> int:
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            return code if isinstance(code, int) else DONE
        except Refused as refused:
            return _tell_refused(refused)
        except click.exceptions.NoArgsIsHelpError as empty:
            click.echo(empty.format_message(), err=True)
            return USAGE
        except click.ClickException as wrong:
            return _tell_usage(wrong)
        except (click.Abort, KeyboardInterrupt):
            show.line(pick("已中断，没有写出任何文件。", "Interrupted; nothing was written."), err=True)
            return INTERRUPTED
        except OSError as error:
            return _tell_system(error)


@contextmanager
def _ending_tidily() -> Iterator[None]:
    """Let a request to end (SIGTERM) remove what is half-written, as Ctrl-C does."""
    if current_thread() is not main_thread():  # only the main thread may listen for signals
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def _tell_refused(refused: Refused) -> int:
    if session().json:
        show.document({"ok": False, "problems": [p.to_dict() for p in refused.problems]})
    else:
        whole = Text("加 --json 可得到全部问题。", "Add --json to get all of them.")
        show.problems(refused.problems, err=True, whole=whole)
    return REFUSED


def _tell_usage(wrong: click.ClickException) -> int:
    message = usage_problem(wrong)
    if session().json:
        show.document({"ok": False, "usage": message})
        return USAGE
    context = getattr(wrong, "ctx", None)
    show.line(pick(f"用法错误：{message}", f"Wrong usage: {message}"), err=True, fg="red")
    path = context.command_path if context is not None else "duxue"
    show.line(pick(f"查看说明：{path} --help", f"See: {path} --help"), err=True)
    return USAGE


def _tell_system(error: OSError) -> int:
    if error.errno == errno.EPIPE:  # the reader, such as `head`, has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for the interpreter's last flush
        return DONE
    found = " ".join(str(x) for x in (error.strerror or type(error).__name__, error.filename or "") if x)
    if session().json:
        show.document({"ok": False, "system": found})
        return LACKING
    show.line(pick(f"系统拒绝：{found}", f"The system refused: {found}"), err=True, fg="red")
    show.line(
        pick(
            "请检查磁盘空间和文件权限；duxue doctor 会逐项检查。",
            "Check disk space and rights; duxue doctor looks at each.",
        ),
        err=True,
    )
    return LACKING


def _allow_any_text() -> None:
    # A terminal that cannot show a character prints a mark instead of ending the work.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _set_lang(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        session().lang = "zh" if value == "zh" else "en"


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        from duxue.app.software import software

        click.echo(software())
        ctx.exit()


@click.group(
    cls=Main,
    text=Text("督学：由带日期的规则计算教育指标和判定，每个数字都能追到单元格。",
              "Education indicators and verdicts from dated rules, every figure traceable to its cells."),
    detail=Text("退出码：0 完成；1 输入被拒绝或检查未通过；2 用法错误；3 复算有差异；4 环境缺少所需；5 核查无误但有未证明的部分；130 被中断。",
                "Exit codes: 0 done; 1 the input was refused or a check failed; 2 wrong usage; 3 a recomputation differs; "
                "4 the environment lacks something; 5 what was checked holds, but part is not proved; 130 interrupted."),
)  # fmt: skip
@option(
    "--lang", type=click.Choice(["zh", "en"]), is_eager=True, expose_value=False, callback=_set_lang,
    zh="说明和信息的语言；默认依次取 DUXUE_LANG、LC_ALL、LC_MESSAGES、LANG。",
    en="Language of help and messages; default: DUXUE_LANG, then LC_ALL, LC_MESSAGES, LANG.",
)  # fmt: skip
@option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
    zh="显示版本后退出。", en="Show the version and exit.",
)  # fmt: skip
def main() -> None:
    """Hold the groups below."""
