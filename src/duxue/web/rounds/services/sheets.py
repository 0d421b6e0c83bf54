"""The self-evaluation form as a workbook: written with what is known and answered, read back with all that is wrong at once."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same
from duxue.core.workbook import Limits, Unfit, inspect_xlsx
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, language, say, simplified, words
from duxue.web.common.numbers import number_in
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Known, RoundUnit
from duxue.web.rounds.selectors.progress import OPEN
from duxue.web.rounds.selectors.unit import answers_of, asks, computed_points, known_by_item
from duxue.web.rounds.services.answers import answer_save, clean, content_problems
from duxue.web.rounds.weights import full_points

SHEET = Text("自评表", "Self-evaluation")
HEAD = (
    Text("编号", "Code"), Text("评价内容", "Item"), Text("评价标准", "Criteria"), Text("满分", "Points"),
    Text("已知数据", "Known figures"), Text("数据测算分", "Computed points"), Text("自评分", "Self-score"),
    Text("文字说明", "Narrative"), Text("已填好（是/否）", "Ready (yes/no)"), Text("版本（勿改）", "Version (do not change)"),
)  # fmt: skip
LATER = Text("反馈时告知", "told with the feedback")  # in place of points that the round does not show yet
WIDTHS = (8, 34, 40, 8, 40, 12, 10, 60, 10, 10)
CODE, SCORE, NARRATIVE, READY, VERSION = 0, 6, 7, 8, 9
LIMITS = Limits(file_bytes=8 << 20, unpacked_bytes=64 << 20, cells=200_000, columns=60)
YES, NO = {"是", "yes", "y", "true", "1"}, {"", "否", "no", "n", "false", "0"}


@dataclass(frozen=True)
class Change:
    """What one row of a workbook would change."""

    answer: int
    code: str
    version: int
    self_score: str | None
    narrative: str
    ready: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


# --- written ----------------------------------------------------------------------------------------------------------
def sheet_write(unit: RoundUnit) -> bytes:
    """Return the form of the visible items as xlsx in the reader's language; cells are numbers or text, never formulas."""
    import xlsxwriter

    lang = language()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    stream = io.BytesIO()
    known = known_by_item(unit)
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet(words(SHEET).say(lang))
        bold, wrap = (
            book.add_format({"bold": True, "text_wrap": True}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        asked = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF8DC", "locked": False})
        sheet.freeze_panes(1, 2)
        for column, (title, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, words(title).say(lang), bold)
        for line, answer in enumerate(answers_of(unit), 1):
            for column, value in enumerate(_row(unit, answer, known.get(answer.item_id, []), lang)):
                look = asked if column in {SCORE, NARRATIVE, READY} else wrap
                if isinstance(value, Decimal | int):
                    sheet.write_number(line, column, float(value), look)
                else:
                    sheet.write_string(line, column, value, look)
    return stream.getvalue()


def _row(
    unit: RoundUnit, answer: Answer, known: Sequence[Known], lang: str
) -> tuple[str | Decimal | int, ...]:
    item, computed = answer.item, computed_points(unit, answer.item, known)
    figures = "\n".join(f"{k.title.say(lang)} ({k.year}): {k.text}" for k in known)
    told = item.guidance.get("criteria", []) or [item.guidance]
    criteria = "\n".join(Words(one.get("zh", ""), one.get("en", "")).say(lang) for one in told)
    decided = not asks(unit, item, computed)
    score: str | Decimal = "—" if decided else "" if answer.self_score is None else answer.self_score
    ready = say("是", "yes").say(lang) if answer.ready else ""
    title = item.title.say(lang)
    return (
        item.code, title, criteria, "" if (full := full_points(item, unit)) is None else full, figures, _computed(unit, answer, computed, lang), score,
        answer.narrative, ready, answer.version,
    )  # fmt: skip


def _computed(unit: RoundUnit, answer: Answer, computed: Decimal | None, lang: str) -> str | Decimal:
    hidden = not unit.round.chosen.show_points and unit.notified_at is None
    if computed is None and answer.item.kind == "computed" and hidden:
        return words(LATER).say(lang)
    return "" if computed is None else computed


# --- read -------------------------------------------------------------------------------------------------------------
def sheet_read(unit: RoundUnit, data: bytes, name: str) -> list[Change]:
    """Return what a filled workbook would change; nothing is written.

    Raises:
        Refused: every problem of the file with its sheet, row and column.
    """
    rows, sheet = _rows(data, name)
    problems: list[Problem] = []
    if not rows or not _is_head(rows[0]):
        expected = Text("、".join(t.zh for t in HEAD), ", ".join(t.en for t in HEAD))
        advice = Text("下载表格后只填黄色单元格。", "Download the form and fill only the yellow cells.")
        what = Text("表头与下载的表格不一致", "the head is not that of the downloaded form")
        found = ", ".join(str(c) for c in (rows[0] if rows else []))[:80]
        problem = tell("WEB002", what=what, found=found, expected=expected, advice=advice)
        raise Refused([problem.at(file=name, sheet=sheet, row=1)])
    answers = {a.item.code: a for a in answers_of(unit).select_related("item", "unit__round", "round")}
    changes: list[Change] = []
    seen: set[str] = set()
    for number, cells in enumerate(rows[1:], 2):
        if not any(str(c).strip() for c in cells):
            continue
        change, wrong = _read_row(answers, [*cells, *[""] * len(HEAD)], seen)
        place = Place(file=name, sheet=sheet, row=number)
        problems += [p.at(file=place.file, sheet=place.sheet, row=place.row) for p in wrong]
        if change is not None and not wrong:
            changes.append(change)
    if problems:
        raise Refused(problems)
    return changes


def _read_row(
    answers: dict[str, Answer], cells: list[Any], seen: set[str]
) -> tuple[Change | None, list[Problem]]:
    code = _text(cells[CODE]).strip()
    answer = answers.get(code)
    if answer is None:
        what = Text("没有这个条目，或不归您填写", "there is no such item, or it is not yours to fill")
        return None, [_at("WEB010", CODE, code, what)]
    if code in seen:
        return None, [_at("WEB002", CODE, code, Text("条目重复", "the item occurs twice"))]
    seen.add(code)
    wrong: list[Problem] = []
    score = _score(cells[SCORE], wrong)
    ready = _text(cells[READY]).strip().lower()
    if ready not in YES | NO:
        what = Text("应填“是”或“否”", "yes or no is expected")
        wrong.append(_at("WEB002", READY, ready, what))
    version = _text(cells[VERSION]).strip()
    if number_in(version) is None:
        wrong.append(_at("WEB002", VERSION, version, Text("版本被改动", "the version was changed")))
    narrative = clean(_text(cells[NARRATIVE]))
    if wrong:
        return None, wrong
    wrong = [_column(p) for p in content_problems(answer, score, narrative, ready=ready in YES)]
    if (score, narrative, ready in YES) == (answer.self_score, answer.narrative, answer.ready):
        return None, wrong
    if answer.state not in OPEN:
        wrong.append(
            _at(
                "WEB004",
                CODE,
                code,
                Text("条目已提交，不能再改", "the item was handed in and cannot be changed"),
            )
        )
    if int(version) != answer.version:
        advice = Text("重新下载表格，把改动移过去。", "Download the form again and carry the change over.")
        wrong.append(
            _at(
                "WEB003",
                VERSION,
                version,
                same(""),
                Text(f"版本{answer.version}", f"version {answer.version}"),
                advice,
            )
        )
    written = None if score is None else f"{score:f}"
    return Change(answer.pk, code, int(version), written, narrative, ready in YES), wrong


def _score(cell: Any, wrong: list[Problem]) -> Decimal | None:
    text = _text(cell).strip()
    if text in {"", "—"}:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        what = Text("自评分应为数字", "a number is expected as the self-score")
        wrong.append(_at("WEB002", SCORE, text, what))
        return None


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return "" if cell is None else str(cell)


def _at(
    code: str, column: int, found: str, what: Text, expected: Text | None = None, advice: Text | None = None
) -> Problem:
    problem = tell(code, what=what if what.zh else None, found=found[:80], expected=expected, advice=advice)
    return problem.at(cell_column="ABCDEFGHIJ"[column])


def _column(problem: Problem) -> Problem:
    column = SCORE if problem.place.field == "self_score" else NARRATIVE
    return problem.at(cell_column="ABCDEFGHIJ"[column])


def _is_head(cells: Sequence[Any]) -> bool:
    found = [simplified(_text(c).strip()) for c in cells[: len(HEAD)]]
    return found in ([t.zh for t in HEAD], [t.en for t in HEAD])


def _rows(data: bytes, name: str) -> tuple[list[list[Any]], str]:
    import python_calamine as calamine

    damaged = tell(
        "WEB002", field="sheet", what=Text("不是能读取的 xlsx 工作簿", "not a workbook that can be read"), found=name,
        expected=Text("下载的自评表（.xlsx）", "the downloaded form (.xlsx)"),
    )  # fmt: skip
    if not data.startswith(b"PK") or len(data) > LIMITS.file_bytes:
        raise Refused([damaged])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        path.write_bytes(data)
        try:
            inspect_xlsx(path, LIMITS)
            with calamine.CalamineWorkbook.from_path(path) as book:
                first = book.sheet_names[0]
                return book.get_sheet_by_name(first).to_python(skip_empty_area=False), first
        except (
            Unfit,
            calamine.CalamineError,
            calamine.PasswordError,
            OSError,
            ValueError,
            IndexError,
        ) as error:
            raise Refused([damaged]) from error


# --- applied ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def sheet_apply(
    *, actor: Actor, unit: RoundUnit, changes: Sequence[Change], at: datetime | None = None
) -> int:
    """Write the changes of a workbook, all or none, and return how many items changed.

    Raises:
        Refused: whatever stands in the way of any of them; a conflict (WEB003) names its item.
    """
    moment = at or now()
    require(actor, "view", unit)
    with everything("each answer's own policy is asked when it is saved"):
        rows = Answer.objects.select_related("item", "unit__round__authority", "round__authority")
        answers = rows.filter(unit=unit).in_bulk([c.answer for c in changes])
    problems: list[Problem] = []
    done = 0
    for change in changes:
        answer = answers.get(change.answer)
        if answer is None:
            problems.append(tell("WEB010", field=change.code))
            continue
        try:
            answer_save(
                actor=actor, answer=answer, version=change.version, narrative=change.narrative, ready=change.ready,
                self_score=None if change.self_score is None else Decimal(change.self_score), source="sheet", at=moment,
            )  # fmt: skip
            done += 1
        except Refused as refused:
            problems += [p.at(field=change.code) for p in refused.problems]
    if problems:
        raise Refused(problems)  # the transaction is undone: all or none
    if done:
        data = {"items": [c.code for c in changes]}
        audit.record(actor, "duxue.unit.sheet_read", unit, path=unit.path, data=data, at=moment)
    return done


def from_json(rows: Sequence[dict[str, Any]]) -> Iterator[Change]:
    """Yield the changes that a preview carried through the reader's browser, signed."""
    for row in rows:
        yield Change(**row)
