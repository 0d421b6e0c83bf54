"""`duxue audit`: check the exported audit of a site, without the site."""

from __future__ import annotations

from pathlib import Path

import click

from duxue.app.audit_chain import Head, head_of, unproved, verify_chain
from duxue.cli import show
from duxue.cli.commands import Group, argument, command, json_option, option
from duxue.cli.session import pick, session
from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, count_of

BROKEN, UNPROVED = 1, 5  # exit codes; UNPROVED: what is there holds, and nothing says that it is all


def add_to(group: click.Group) -> None:
    """Add the group of this module."""
    audit = Group("audit", text=Text("核查网站导出的审计链。", "Check the exported audit of a site."))
    group.add_command(audit)
    command(
        audit,
        "verify",
        Text("核查审计链：内容、顺序、缺漏和末尾。", "Check a chain: contents, order, gaps and its head."),
        Text(
            "FILE 是网站审计页下载的或 audit_export 写出的文件。只用本机计算，不连网站。链有断裂时退出码为 1；没有首行和末行的"
            "文件（旧格式，或首末行被删去）退出码为 5（AUD010），除非链止于 --head 给出的末尾，或用 --older-form 接受。",
            "FILE was downloaded from the site's audit page or written by audit_export. Everything is computed on this "
            "machine, without the site. The exit code is 1 when the chain is broken, and 5 (AUD010) for a file without its first "
            "and its closing line (of the older form, or with both taken away), unless it ends at the head that --head gives, or "
            "--older-form accepts it.",
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
@option(
    "--older-form", is_flag=True,
    zh="接受没有首行和末行的旧格式文件：其末尾是否被截去，不作证明。",
    en="Accept a file of the older form, without first and closing line: that nothing is missing at its end is not proved.",
)  # fmt: skip
@json_option
def _verify(file: Path, head: str | None, older_form: bool) -> int:
    wanted = _head(head)
    with file.open(encoding="utf-8", errors="replace") as lines:
        checked = verify_chain(lines, wanted, file.name)
    last, ends = str(checked.last), checked.closed or checked.last == wanted
    code = BROKEN if not checked.holds else 0 if ends or older_form else UNPROVED
    wanting = [unproved(file.name)] if code == UNPROVED else []
    if session().json:
        show.document(
            {
                "ok": code == 0,
                "closed": checked.closed,
                "holds": checked.holds,
                "events": checked.events,
                "withheld": checked.withheld,
                "head": last,
                "problems": [p.to_dict() for p in (*checked.problems, *wanting)],
            }
        )
        return code
    if not checked.holds:
        show.problems(checked.problems, err=True)
        return BROKEN
    show.line(
        pick(
            f"审计链完整：{checked.events:,} 个事件，相互衔接，没有缺漏。",
            f"The chain holds: {count_of(checked.events, 'event')}, each continuing the one before, none missing.",
        )
        if ends
        else pick(
            f"文件中的 {checked.events:,} 个事件相互衔接，但没有首行和末行。",
            f"{count_of(checked.events, 'event')} in the file, each continuing the one before, but without first and closing line.",
        ),
        fg="green" if ends else "yellow",
    )
    if checked.withheld:
        show.line(
            pick(
                f"其中 {checked.withheld:,} 个事件的内容不在导出者可见范围内，只核查了衔接。",
                f"{count_of(checked.withheld, 'event')} lay outside what the exporter may see: "
                "only their links were checked.",
            )
        )
    if wanting:
        show.problems(wanting, err=True)
    elif not ends:
        told = unproved(file.name)
        show.line(
            pick(
                f"{told.what.zh}。{told.advice.zh}",
                f"{told.what.en[0].upper()}{told.what.en[1:]}. {told.advice.en}",
            )
        )
    show.line(pick(f"末尾：{last}", f"Head: {last}"))
    return code


def _head(text: str | None) -> Head | None:
    if text is None:
        return None
    found = head_of(text)
    if isinstance(found, Problem):
        raise Refused([found])
    return found
