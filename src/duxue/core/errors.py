"""Problems: what is wrong, where, what was expected and how to mend it, in both languages under a stable code.

Every room that can refuse something keeps a module `problems` with a table `CODES` (code -> meaning) and
functions that build a `Problem`. All problems of one input are collected and raised together as `Refused`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from duxue.core.text import Lang, Text, same

Severity = Literal["error", "warning", "note"]

_LABELS = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "note": Text("提示", "note"),
    "found": Text("实际", "found"),
    "expected": Text("应为", "expected"),
    "advice": Text("处理办法", "how to mend"),
    "file": Text("文件", "file"),
    "sheet": Text("工作表", "sheet"),
    "row": Text("第{n}行", "row {n}"),
    "line": Text("第{n}行", "line {n}"),
    "column": Text("第{n}列", "column {n}"),
    "field": Text("字段 {n}", "field {n}"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem lies: in a rule file (line, column) or in a table (sheet, row, column, field)."""

    file: str = ""
    line: int | None = None  # 1-based, rule files
    column: int | None = None  # 1-based, rule files
    sheet: str = ""
    row: int | None = None  # 1-based, as the spreadsheet shows it
    cell_column: str = ""  # spreadsheet letters or the header as printed
    field: str = ""  # id of the field, indicator or pack element
    snippet: str = ""  # the source line that `column` points into
    length: int = 1  # how many characters the caret covers

    def say(self, lang: Lang) -> str:
        """Return the place as one line, most general part first."""
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(f"{_LABELS['sheet'].say(lang)} {self.sheet}")
        if self.line is not None:
            parts.append(_LABELS["line"].say(lang).format(n=self.line))
        if self.column is not None:
            parts.append(_LABELS["column"].say(lang).format(n=self.column))
        if self.row is not None:
            parts.append(_LABELS["row"].say(lang).format(n=self.row))
        if self.cell_column:
            parts.append(_LABELS["column"].say(lang).format(n=self.cell_column))
        if self.field:
            parts.append(_LABELS["field"].say(lang).format(n=self.field))
        return ("，" if lang == "zh" else ", ").join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, told so that the reader can mend it."""

    code: str
    what: Text
    place: Place = field(default_factory=Place)
    found: str = ""
    expected: Text = field(default_factory=lambda: same(""))
    advice: Text = field(default_factory=lambda: same(""))
    severity: Severity = "error"

    def at(self, **changes: object) -> Problem:
        """Return the same problem with parts of its place filled in by a caller that knows more."""
        return replace(self, place=replace(self.place, **changes))  # type: ignore[arg-type]

    def render(self, lang: Lang) -> str:
        """Return the problem as lines of text, with the source line and a caret when they are known."""
        where = self.place.say(lang)
        lines = [f"{_LABELS[self.severity].say(lang)} {self.code}: {self.what.say(lang)}"]
        if where:
            lines.append(f"  --> {where}")
        if self.place.snippet and self.place.column is not None:
            lines.append(f"   | {self.place.snippet}")
            lines.append("   | " + caret(self.place.snippet, self.place.column, self.place.length))
        colon = "：" if lang == "zh" else ": "
        for label, text in (
            ("found", self.found),
            ("expected", self.expected.say(lang)),
            ("advice", self.advice.say(lang)),
        ):
            if text:
                lines.append(f"  {_LABELS[label].say(lang)}{colon}{text}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Return the problem as plain JSON values, both languages kept."""
        place = {
            name: getattr(self.place, name)
            for name in ("file", "line", "column", "sheet", "row", "cell_column", "field", "snippet")
            if getattr(self.place, name) not in (None, "")
        }
        return {
            "code": self.code,
            "severity": self.severity,
            "place": place,
            "what": {"zh": self.what.zh, "en": self.what.en},
            "found": self.found,
            "expected": {"zh": self.expected.zh, "en": self.expected.en},
            "advice": {"zh": self.advice.zh, "en": self.advice.en},
        }


class Refused(Exception):  # noqa: N818 - the input was refused; nothing broke
    """Input was refused: nothing was changed; `problems` says all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, at least one, in the order in which a reader should mend them."""
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("Refused needs at least one problem")
        super().__init__("\n".join(p.render("en") for p in self.problems))


def caret(line: str, column: int, length: int = 1) -> str:
    """Return blanks and `^` marks that stand below `line` from 1-based `column` on; wide characters count two."""
    import unicodedata

    def width(text: str) -> int:
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

    start = max(column - 1, 0)
    return " " * width(line[:start]) + "^" * max(width(line[start : start + length]), 1)
