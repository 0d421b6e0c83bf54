"""`duxue doctor`: whether this machine has what is needed."""

from __future__ import annotations

from pathlib import Path

import click

from duxue.app.environment import examine
from duxue.cli import show
from duxue.cli.commands import command, json_option
from duxue.cli.session import pick, say, session
from duxue.core.text import Text

_MARKS = {"good": ("✓", "green"), "poor": ("!", "yellow"), "missing": ("✗", "red")}


def add_to(group: click.Group) -> None:
    """Add the command of this module."""
    command(
        group,
        "doctor",
        Text(
            "检查本机是否具备所需的一切，并自检引擎。",
            "See whether this machine has what is needed, and try the engines.",
        ),
        Text("缺少必需之物时退出码为 4。", "Exit code 4 when something needed is missing."),
    )(_doctor)


@json_option
def _doctor() -> int:
    findings = list(examine(Path()))
    missing = any(f.health == "missing" for f in findings)
    if session().json:
        show.document(
            {
                "ok": not missing,
                "findings": [
                    {
                        "what": {"zh": f.what.zh, "en": f.what.en},
                        "health": f.health,
                        "found": {"zh": f.found.zh, "en": f.found.en},
                        "advice": {"zh": f.advice.zh, "en": f.advice.en},
                    }
                    for f in findings
                ],
            }
        )
        return 4 if missing else 0
    for f in findings:
        mark, colour = _MARKS[f.health]
        show.line(f"{mark} {say(f.what)}{pick('：', ': ')}{say(f.found)}", fg=colour)
        if f.advice.zh:
            show.line(f"    {say(f.advice)}")
    show.line()
    show.line(
        pick("有所缺少，请按上面的提示处理。", "Something is missing; mend it as told above.")
        if missing
        else pick("一切就绪。", "All is well.")
    )
    return 4 if missing else 0
