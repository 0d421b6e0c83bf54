"""What can be wrong with what people hand to the claims room: stable codes, and functions that say it."""

from __future__ import annotations

from pathlib import Path

from duxue.core.errors import Place, Problem, Refused, Severity
from duxue.core.text import Text

CODES: dict[str, Text] = {
    "CLM001": Text("决定文件的一行无法读取", "a line of the file of decisions cannot be read"),
    "CLM002": Text("决定不完整", "the decision is not complete"),
    "CLM003": Text("决定文件无法读写", "the file of decisions cannot be read or written"),
    "CLM004": Text("决定与其对象不符", "the decision does not fit what it is on"),
    "CLM005": Text("计划里没有找到目标", "no target was found in the plan"),
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


def unusable(path: Path, found: str) -> Refused:
    """Return the refusal of a file that cannot be read as text, or not be written."""
    advice = Text(
        "请检查路径、权限和编码（UTF-8）。", "Check the path, the permissions and the encoding (UTF-8)."
    )
    return Refused([Problem("CLM003", CODES["CLM003"], Place(file=str(path)), found, advice=advice)])


def does_not_fit(path: Path, found: str) -> Refused:
    """Return the refusal of a decision whose key or target is of another kind."""
    expected = Text(
        "link、unlink 用于 link: 开头的 key，confirm、dismiss 用于 finding: 开头的 key；target 写作 规则包:指标",
        "link or unlink on a key that begins with link:, confirm or dismiss on one with finding:; a target is pack:indicator",
    )
    advice = Text(
        "请从 .links.jsonl 或 .findings.jsonl 复制 key 和 target。",
        "Copy the key and the target from .links.jsonl or .findings.jsonl.",
    )
    return Refused([Problem("CLM004", CODES["CLM004"], Place(file=str(path)), found, expected, advice)])


def no_targets(name: str, severity: Severity) -> Problem:
    """Return the problem of a plan that sets nothing: an error where something is to be held against it."""
    advice = Text(
        "请检查是否给对了文件：报告里的数字不是目标。",
        "Check that this is the plan: the numbers of a report are not targets.",
    )
    expected = Text(
        "含有要达到的数字的工作计划，如“新增学位6000个”",
        "a work plan with numbers to be reached, such as '6,000 new places'",
    )
    return Problem(
        "CLM005", CODES["CLM005"], Place(file=name), expected=expected, advice=advice, severity=severity
    )
