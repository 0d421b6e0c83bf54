"""`duxue audit`: check the exported audit of a site, without the site."""

from __future__ import annotations

from pathlib import Path

import click

from duxue.app.audit_chain import Head, head_of, verify_chain
from duxue.cli import show
from duxue.cli.commands import Group, argument, command, json_option, option
from duxue.cli.session import pick, session
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, count_of

BROKEN = 1


def add_to(group: click.Group) -> None:
    """Add the group of this module."""
    audit = Group("audit", text=Text("核查网站导出的审计链。", "Check the exported audit of a site."))
    group.add_command(audit)
    command(
        audit,
        "verify",
        Text("核查审计链：内容、顺序、缺漏和末尾。", "Check a chain: contents, order, gaps and its head."),
        Text(
            "FILE 是网站审计页下载的或 audit_export 写出的文件。只用本机计算，不连网站。链有断裂时退出码为 1。",
            "FILE was downloaded from the site's audit page or written by audit_export. Everything is computed on this "
            "machine, without the site. The exit code is 1 when the chain is broken.",
        ),
    )(_verify)


@argument(
    "file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    zh="导出的审计链（JSON 行）。", en="The exported chain (JSON lines).",
)  # fmt: skip
@option(
    "--head", metavar="SEQ:HASH",
    zh="另行记下的末尾，如印在报告上的；链须经过它。",
    en="A head noted elsewhere, such as one printed in a report; the chain must lead through it.",
)  # fmt: skip
@json_option
def _verify(file: Path, head: str | None) -> int:
    wanted = _head(head)
    with file.open(encoding="utf-8", errors="replace") as lines:
        checked = verify_chain(lines, wanted, file.name)
    last = str(checked.last)
    if session().json:
        show.document(
            {
                "ok": checked.holds,
                "events": checked.events,
                "withheld": checked.withheld,
                "closed": checked.closed,
                "head": last,
                "problems": [p.to_dict() for p in checked.problems],
            }
        )
        return 0 if checked.holds else BROKEN
    if not checked.holds:
        show.problems(checked.problems, err=True)
        return BROKEN
    show.line(
        pick(
            f"审计链完整：{checked.events:,} 个事件，相互衔接，没有缺漏。",
            f"The chain holds: {count_of(checked.events, 'event')}, each continuing the one before, none missing.",
        ),
        fg="green",
    )
    if checked.withheld:
        show.line(
            pick(
                f"其中 {checked.withheld:,} 个事件的内容不在导出者可见范围内，只核查了衔接。",
                f"{count_of(checked.withheld, 'event')} lay outside what the exporter may see: "
                "only their links were checked.",
            )
        )
    if not checked.closed and wanted is None:
        show.line(
            pick(
                "这是旧格式的导出，没有末行：末尾是否被截去，须用 --head 核对。",
                "This export is of the older form, without a closing line: whether events are missing at its end, only --head shows.",
            )
        )
    show.line(pick(f"末尾：{last}", f"Head: {last}"))
    return 0


def _head(text: str | None) -> Head | None:
    if text is None:
        return None
    found = head_of(text)
    if isinstance(found, Problem):
        raise Refused([found])
    return found
