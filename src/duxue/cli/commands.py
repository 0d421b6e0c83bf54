"""Commands whose every text is in both languages and is said in the reader's when it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from duxue.cli.session import pick, say
from duxue.core.text import Text

F = TypeVar("F", bound=Callable[..., Any])

_HELP = Text("显示说明后退出。", "Show this help and exit.")
_EXTRAS = (
    (re.compile(r"\[default: ([^\]]*)\]"), r"［默认 \1］"),
    (re.compile(r"\[required\]"), "［必填］"),
)


class Option(click.Option):
    """An option with a text in both languages."""

    def __init__(self, *args: Any, text: Text, **more: Any) -> None:
        """Take what click takes, and the text."""
        super().__init__(*args, **more)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return names and help in the reader's language."""
        self.help = say(self.text)
        record = super().get_help_record(ctx)
        if record is None:
            return None
        names, text = record
        for pattern, chinese in _EXTRAS if pick("zh", "en") == "zh" else ():
            text = pattern.sub(chinese, text)
        return names, text


class Argument(click.Argument):
    """An argument with a text in both languages; help lists it before the options."""

    def __init__(self, *args: Any, text: Text, **more: Any) -> None:
        """Take what click takes, and the text."""
        super().__init__(*args, **more)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Return the name and help in the reader's language."""
        return self.make_metavar(ctx), say(self.text)


class _Spoken(click.Command):
    """What commands and groups share."""

    text: Text
    detail: Text

    def set_texts(self, text: Text, detail: Text | None) -> None:
        """Keep the summary and what more is to be said."""
        self.text, self.detail = text, detail or Text("", "")

    def _say_help(self) -> str:
        detail = say(self.detail)
        return say(self.text) + (f"\n\n{detail}" if detail else "")

    # click sets its own help once; ours comes from the texts whenever it is read.
    help = property(_say_help, lambda _self, _value: None)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - click's signature
        """Return the summary, whole: a cut sentence helps nobody."""
        return say(self.text)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return click's own help option with its text in the reader's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say(_HELP)
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=pick("用法：", "Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write summary and detail."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.help or "")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write arguments, then options."""
        params = self.get_params(ctx)
        for title, kind in (
            (pick("参数", "Arguments"), click.Argument),
            (pick("选项", "Options"), click.Option),
        ):
            records = [r for p in params if isinstance(p, kind) and (r := p.get_help_record(ctx))]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


class Command(_Spoken):
    """A command with texts in both languages."""

    def __init__(self, *args: Any, text: Text, detail: Text | None = None, **more: Any) -> None:
        """Take what click takes, and the texts."""
        self.set_texts(text, detail)
        super().__init__(*args, **more)


class Group(_Spoken, click.Group):
    """A group of commands with texts in both languages."""

    def __init__(self, *args: Any, text: Text, detail: Text | None = None, **more: Any) -> None:
        """Take what click takes, and the texts."""
        self.set_texts(text, detail)
        super().__init__(*args, **more)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write options, then the commands in the order in which they were added."""
        super().format_options(ctx, formatter)
        records = [
            (n, c.get_short_help_str())
            for n in self.list_commands(ctx)
            if (c := self.get_command(ctx, n)) and not c.hidden
        ]
        with formatter.section(pick("命令", "Commands")):
            formatter.write_dl(records)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order in which they were added, which is that of the work."""
        return list(self.commands)


def command(
    group: click.Group, name: str, text: Text, detail: Text | None = None
) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command of a group."""

    def wrap(function: Callable[..., Any]) -> Command:
        made = click.command(name, cls=Command, text=text, detail=detail)(function)
        group.add_command(made)
        return made

    return wrap


def option(*names: str, zh: str, en: str, **more: Any) -> Callable[[F], F]:
    """Add an option with its text in both languages."""
    return click.option(*names, cls=Option, text=Text(zh, en), **more)


def argument(name: str, *, zh: str, en: str, **more: Any) -> Callable[[F], F]:
    """Add an argument with its text in both languages."""
    return click.argument(name, cls=Argument, text=Text(zh, en), **more)


def _set_json(_ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    from duxue.cli.session import session

    session().json = session().json or value
    return value


def json_option(function: F) -> F:
    """Add `--json`: one JSON document on stdout, everything else on stderr."""
    return option(
        "--json", is_flag=True, expose_value=False, is_eager=True, callback=_set_json,
        zh="向标准输出写一份 JSON；进度写到标准错误。", en="Write one JSON document to stdout; progress goes to stderr.",
    )(function)  # fmt: skip


def usage_problem(error: click.ClickException) -> str:
    """Return click's complaint in the reader's language."""
    if pick("zh", "en") == "en":
        return error.format_message()
    if isinstance(error, click.NoSuchOption):
        near = _near(error.possibilities)
        return f"没有选项 {error.option_name}。{near}"
    if isinstance(error, click.MissingParameter):
        parameter = _names(error)
        kind = "参数" if isinstance(error.param, click.Argument) else "选项"
        return f"缺少{kind} {parameter}。"
    if isinstance(error, click.BadParameter):
        return f"{_names(error)} 的值不对：{_value(error.message)}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 用法不对（缺少值，或多了值）。"
    message = error.format_message()
    found = re.match(r"No such command '(.*?)'\.?(.*)", message, re.DOTALL)
    if found:
        names = re.findall(r"'([^']+)'|(\w[\w-]*)\?", found[2])
        return f"没有命令 {found[1]}。{_near([a or b for a, b in names])}"
    if found := re.match(r"Got unexpected extra arguments? \((.*)\)", message):
        return f"多出的参数：{found[1]}"
    return message


def _near(names: Sequence[str] | None) -> str:
    return f"是否要写 {'、'.join(names)}？" if names else ""


def _names(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    if isinstance(error.param, click.Argument):
        return error.param.human_readable_name
    return " / ".join(error.param.opts)


def _value(message: str) -> str:
    for pattern, chinese in (
        (r"'(.*)' is not one of (.*)\.", r"“\1”不在可选值 \2 之中。"),
        (r"'(.*)' is not a valid integer\.?", r"“\1”不是整数。"),
        (r"'(.*)' is not a valid (?:integer|float) range\.?", r"“\1”不是数。"),
        (r"'(.*)' is not a valid float\.?", r"“\1”不是数。"),
        (r"(.*) is not in the range (.*)\.", r"\1 不在范围 \2 之内。"),
        (r"(?:Path|File|Directory) '(.*)' does not exist\.", r"“\1”不存在。"),
        (r"(?:Path|File|Directory) '(.*)' is a file\.", r"“\1”是文件，应为文件夹。"),
    ):
        if re.fullmatch(pattern, message):
            return re.sub(pattern, chinese, message)
    return message
