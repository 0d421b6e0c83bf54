"""Unpack a zip of tables into a new folder: whole or not at all, and only what the reader of tables would read."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, same
from duxue.web.evidence.content import archives
from duxue.web.evidence.content import problems as say
from duxue.web.evidence.content.bounded import Limits, run_bounded
from duxue.web.evidence.content.kinds import recognise
from duxue.web.evidence.content.names import ending

UNPACKED = 512 << 20  # bytes
BOUNDS = archives.Bounds(members=2000, unpacked=UNPACKED, depth=0)
DEEPEST, LONGEST = 8, 200  # folders of a name, bytes of one of its parts
OFFICE = frozenset(
    {"xlsx", "xlsm", "ods", "docx", "pptx"}
)  # archives by their make; a workbook is inspected by itself
PACKED = frozenset({"zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "zst"})
_IN_ONE = Text(
    "请只留本轮用到的表，用常用软件重新打包成一个压缩包。",
    "Keep only the tables that the round uses and pack them again, in one archive, with an ordinary program.",
)
_AS_ZIP = Text(
    "请把本轮的表放进一个 zip 压缩包再上传。",
    "Put the tables of the round into one zip archive and upload that.",
)
_ADVICE = dict.fromkeys(("EVID002", "EVID010", "EVID011", "EVID012", "EVID040"), _IN_ONE) | dict.fromkeys(
    ("EVID003", "EVID004"), _AS_ZIP
)


def unpack(path: Path, folder: Path, name: str, kept: Collection[str]) -> tuple[list[str], list[str]]:
    """Unpack the archive at `path` into the new folder `folder`, in a process of its own; return what is in and what was left out.

    Args:
        path: the archive.
        folder: made here, in one step, once all is well.
        name: of the archive, for what is told.
        kept: endings of the files to unpack, `csv`; others and names that begin with `.` or `_` are left out.

    Raises:
        Refused: EVID001 to EVID018, EVID040, EVID041, all that were found; no folder is made then.
    """
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder.parent))
    try:
        order = {"path": str(path.resolve()), "folder": str(partial), "kept": sorted(kept)}
        told = run_bounded("unpack", order, name, Limits(seconds=120, written=UNPACKED))
        partial.chmod(0o755)
        if not folder.is_dir():  # the same archive may have come twice at once
            partial.rename(folder)
    except Refused as refused:
        raise Refused([_advised(problem) for problem in refused.problems]) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return told["files"], told["left"]


def _advised(problem: Problem) -> Problem:
    expected = same(".zip") if problem.code == "EVID003" else problem.expected
    return replace(problem, expected=expected, advice=_ADVICE.get(problem.code, problem.advice))


def unpack_here(path: Path, folder: Path, name: str, kept: frozenset[str]) -> dict[str, Any]:
    """Do the work of `unpack` in this process, into the empty `folder`."""
    recognise(path, name, accepted=frozenset({"zip"}))
    archives.inspect(path, name, BOUNDS, closed=OFFICE)
    files, left, problems = [], [], []
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            shown = archives.shown(entry).replace("\\", "/")
            steps = [step for step in shown.split("/") if step not in {"", "."}]
            if shown.endswith("/") or not steps:
                continue
            if any(step[0] in "._" for step in steps):
                left.append(shown)
                continue
            if ending(steps[-1]) in PACKED:
                problems.append(say.make("EVID013", name, found=shown, part=shown, expected=say.at_most("0")))
            elif len(steps) > DEEPEST or any(
                len(step.encode()) > LONGEST or not step.isprintable() for step in steps
            ):
                expected = same(f"≤ {DEEPEST} × {LONGEST} bytes")
                problems.append(say.make("EVID014", name, found=shown, part=shown, expected=expected))
            elif ending(steps[-1]) not in kept:
                left.append(shown)
            else:
                target = folder.joinpath(*steps)
                try:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    out = target.open("xb")
                except (FileExistsError, NotADirectoryError):  # another of that name, or a folder and a file
                    problems.append(say.make("EVID017", name, found=shown, part=shown))
                    continue
                with archive.open(entry) as source, out:
                    shutil.copyfileobj(source, out, 1 << 20)
                files.append("/".join(steps))
                problems += _workbook(target, shown)
    if problems:
        raise Refused(problems)
    return {"files": files, "left": left}


def _workbook(path: Path, name: str) -> list[Problem]:
    """Return what is wrong with an unpacked workbook that is an archive itself."""
    with path.open("rb") as stream:
        zipped = stream.read(4) == b"PK\x03\x04"
    if not zipped:
        return []
    try:
        archives.inspect(path, name, archives.Bounds(unpacked=UNPACKED, depth=1), office=True)
    except Refused as refused:
        return list(refused.problems)
    return []
