"""How things are printed: problems, tables, JSON, progress."""

from __future__ import annotations

import json
import re
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from duxue.cli.session import pick, say, session
from duxue.core.errors import Problem
from duxue.core.text import Text, count_of

if TYPE_CHECKING:  # every call of the command prints, few read data
    from duxue.app.importing import Progress

MOST_SHOWN = 40
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
# A name read from a file must not move the cursor or recolour the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """Return text without the characters that command a terminal."""
    return _CONTROL.sub("�", text)


def line(text: str = "", *, err: bool = False, **style: Any) -> None:
    """Print one line; colour only where a terminal shows it."""
    click.secho(safe(text), err=err, **style)


def document(value: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def problems(found: Sequence[Problem], *, err: bool = False, whole: Text | None = None) -> None:
    """Print the first problems, how many more there are, and where the whole list lies."""
    from duxue.microdata.problems import brief

    short = brief(found)
    for problem in short[:MOST_SHOWN]:
        first, *rest = problem.render(session().lang).split("\n")
        line(first, err=err, fg=_COLOURS[problem.severity], bold=problem.severity == "error")
        for text in rest:
            line(text, err=err)
        line(err=err)
    more = len(short) - MOST_SHOWN
    if more > 0:
        line(pick(f"另有 {more} 条未列出。", f"{more} more are not shown."), err=err, bold=True)
    line(counts(found), err=err, bold=True)
    if (more > 0 or len(short) < len(found)) and whole is not None:
        line(say(whole), err=err)


def counts(found: Sequence[Problem]) -> str:
    """Return how many errors, warnings and notes there are."""
    number = {s: sum(p.severity == s for p in found) for s in ("error", "warning", "note")}
    return pick(
        f"错误 {number['error']}，警告 {number['warning']}，提示 {number['note']}",
        ", ".join(count_of(number[s], s) for s in ("error", "warning", "note")),
    )


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), err: bool = False
) -> None:
    """Print columns aligned by the width that characters take on a terminal; columns in `right` are numbers."""
    cells = [list(head), *([safe(c) for c in row] for row in rows)]
    widths = [max(width(row[i]) for row in cells) for i in range(len(head))]
    for number, row in enumerate(cells):
        padded = [
            " " * (widths[i] - width(cell)) + cell if i in right else cell + " " * (widths[i] - width(cell))
            for i, cell in enumerate(row)
        ]
        line("  ".join(padded).rstrip(), err=err, bold=number == 0)
    if not rows:
        line(pick("（无）", "(none)"), err=err)


def wrap(parts: Sequence[str], most: int = 110) -> list[str]:
    """Return short texts as lines of at most `most` columns, with bars between them."""
    lines: list[str] = []
    for part in map(safe, parts):
        if lines and width(lines[-1]) + width(part) + 3 <= most:
            lines[-1] += f" | {part}"
        else:
            lines.append(part)
    return lines


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal: wide characters count two."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text
    )


def human(value: object) -> str:
    """Return a whole number with separators."""
    return f"{value:,}" if isinstance(value, int) else str(value)


@contextmanager
def steps() -> Iterator[Progress]:
    """Give a function that is told each step of a long work: a live line on a terminal, else one line a step, on stderr."""
    if sys.stderr.isatty():
        yield from _live()
        return
    start = time.monotonic()

    def tell(step: Text) -> None:
        line(f"[{time.monotonic() - start:6.1f} s] {say(step)}", err=True)

    yield tell


def _live() -> Iterator[Progress]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=False) as bars:
        current: list[TaskID] = []

        def finish() -> None:
            for task in current:
                bars.update(task, total=1, completed=1)
            current.clear()

        def tell(step: Text) -> None:
            finish()
            current.append(bars.add_task(escape(safe(say(step))), total=None))

        yield tell
        finish()
