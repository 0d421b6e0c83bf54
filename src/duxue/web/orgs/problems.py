"""What can be wrong with a change of the tree of organisations."""

from __future__ import annotations

from datetime import date

from duxue.core.errors import Problem
from duxue.core.text import Text, same
from duxue.web.common.problems import tell


def empty(field: str) -> Problem:
    """A required field is empty."""
    return tell("WEB001", field=field)


def taken(code: str) -> Problem:
    """The code belongs to another organisation."""
    return tell("WEB002", field="code", what=Text("此代码已被使用", "this code is in use"), found=code)


def level(found: str, expected: str, what: Text | None = None) -> Problem:
    """The level is unknown, or does not lie below the parent's."""
    return tell(
        "WEB002",
        field="level",
        what=what or Text("不认识的层级", "unknown level"),
        found=found,
        expected=Text(f"应为 {expected}", f"expected {expected}"),
    )


def absent(field: str, found: str, day: date) -> Problem:
    """No organisation of this code exists on that day."""
    return tell(
        "WEB010",
        field=field,
        what=Text(f"{day} 没有此代码的单位", f"no organisation of this code on {day}"),
        found=found,
        advice=Text("请先建立上级单位，或检查代码和日期。", "Make the parent first, or check code and day."),
    )


def too_early(found: date, begins: date) -> Problem:
    """The day lies before the organisation began."""
    return tell(
        "WEB002",
        field="from_day",
        what=Text("此日该单位尚未设立", "the organisation did not exist on this day"),
        found=str(found),
        expected=Text(f"不早于 {begins}", f"not before {begins}"),
    )


def begun(code: str, day: date) -> Problem:
    """The organisation exists from an earlier day already."""
    return tell(
        "WEB004",
        field="from_day",
        what=Text(f"{code} 自 {day} 起已存在", f"{code} exists from {day} on already"),
    )


def closed(code: str, day: date) -> Problem:
    """The organisation is closed on that day."""
    return tell(
        "WEB004",
        field="from_day",
        what=Text(f"{code} 已于 {day} 撤销", f"{code} was closed on {day}"),
    )


def circle(code: str) -> Problem:
    """The new parent lies below the organisation itself."""
    return tell(
        "WEB002",
        field="parent",
        what=Text("不能隶属于自己的下级", "it cannot belong to what lies below it"),
        found=code,
    )


def has_children(codes: list[str], day: date) -> Problem:
    """Something still belongs to the organisation that is to be closed."""
    shown = "、".join(codes[:5])
    return tell(
        "WEB004",
        what=Text(
            f"{day} 仍有 {len(codes)} 个下级单位", f"{len(codes)} organisations still belong to it on {day}"
        ),
        found=shown,
        advice=Text("请先把它们划归他处或撤销，或使用合并。", "Move or close them first, or use merge."),
    )


def later_change(day: date) -> Problem:
    """A later change is already recorded."""
    return tell(
        "WEB004",
        field="from_day",
        what=Text(f"{day} 已登记了以后的变更", f"a later change is already recorded for {day}"),
    )


def not_a_day(found: str) -> Problem:
    """What should be a day is none."""
    return tell(
        "WEB002",
        field="from_day",
        what=Text("不是日期", "not a day"),
        found=found,
        expected=same("2025-01-01"),
    )


def columns(missing: list[str]) -> Problem:
    """The table lacks columns."""
    return tell(
        "WEB002",
        field="file",
        what=Text("表头缺少列", "the header lacks columns"),
        found=", ".join(missing),
        expected=same("code, name_zh, name_en, level, parent, from"),
    )


def twice(code: str, row: int) -> Problem:
    """The code stands in the table twice."""
    return tell(
        "WEB002",
        field="code",
        what=Text(f"第 {row} 行已有此代码", f"row {row} has this code already"),
        found=code,
    )


def too_many(found: int, most: int) -> Problem:
    """The table is too long for one import."""
    return tell(
        "WEB002",
        field="file",
        what=Text("行数过多", "too many rows"),
        found=str(found),
        expected=Text(f"一次至多 {most} 行", f"at most {most} at once"),
    )


def not_utf8() -> Problem:
    """The file is no text in UTF-8 or GB 18030."""
    return tell(
        "WEB002",
        field="file",
        what=Text("不是文本文件", "not a text file"),
        expected=Text("UTF-8 或 GB 18030 编码的 csv", "csv in UTF-8 or GB 18030"),
    )
