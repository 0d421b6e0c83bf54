"""What can be wrong with what people hand to the claims room: stable codes, and functions that say it."""

from __future__ import annotations

from pathlib import Path

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text

CODES: dict[str, Text] = {
    "CLM001": Text("决定文件的一行无法读取", "a line of the file of decisions cannot be read"),
    "CLM002": Text("决定不完整", "the decision is not complete"),
    "CLM003": Text("决定文件无法读写", "the file of decisions cannot be read or written"),
}


def bad_line(path: Path, line: int, found: str) -> Problem:
    """Return the problem of a line that is no decision."""
    return Problem(
        "CLM001",
        CODES["CLM001"],
        Place(file=str(path), line=line),
        found=found,
        expected=Text(
            "一行一个 JSON 对象，含 key、choice、who、at、reason",
            "one JSON object a line with key, choice, who, at and reason",
        ),
        advice=Text(
            "请改正该行，或从备份恢复；文件只增不改。",
            "Mend the line or restore the file; lines are only ever added.",
        ),
    )


def incomplete(path: Path, absent: list[str]) -> Refused:
    """Return the refusal of a decision without who, why or what."""
    expected = Text(
        "对象、决定人、理由；link 还要所选指标", "what it is on, who, why; for link also the target"
    )
    advice = Text("请补全后再记。", "Complete it and record it again.")
    return Refused(
        [Problem("CLM002", CODES["CLM002"], Place(file=str(path)), ", ".join(absent), expected, advice)]
    )


def unusable(path: Path) -> Refused:
    """Return the refusal of a file that cannot be read as text, or not be written."""
    advice = Text(
        "请检查路径、权限和编码（UTF-8）。", "Check the path, the permissions and the encoding (UTF-8)."
    )
    return Refused([Problem("CLM003", CODES["CLM003"], Place(file=str(path)), advice=advice)])
