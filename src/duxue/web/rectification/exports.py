"""The ledger on paper and in other programs: csv as it streams, a workbook in the form of the ledger, a calendar file."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any

import xlsxwriter
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from duxue.core.errors import Refused
from duxue.core.text import Text, safe_cell
from duxue.web.common.lang import Words, say
from duxue.web.common.problems import tell
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.words import KINDS, LEVELS, SOURCES
from duxue.web.rounds.procedures import state_title

SHEET_ROWS = 50_000  # rows of a workbook; csv has no limit
_CHUNK = 1000
_LONGEST = 32_000  # characters of a cell, below what spreadsheets take

# The columns of the printed ledger (整改台账): what was found, what is done about it, who checked.
COLUMNS: tuple[tuple[Words, int], ...] = (
    (say("编号", "Number"), 20), (say("轮次", "Round"), 24), (say("被评价单位", "Unit"), 16), (say("来源", "Source"), 12),
    (say("评价条目", "Item"), 10), (say("层级", "Level"), 8), (say("问题", "Problem"), 44), (say("整改类别", "Class"), 10),
    (say("整改措施", "Measure"), 44), (say("责任单位", "Responsible organisation"), 18), (say("责任岗位", "Post"), 14),
    (say("方案时限", "Plan due"), 12), (say("整改时限", "Finish due"), 12), (say("复查时限", "Check due"), 12),
    (say("状态", "State"), 10), (say("当前时限", "Running date"), 12), (say("是否逾期", "Overdue"), 8),
    (say("最新进展", "Latest progress"), 44), (say("延期次数", "Extensions"), 8), (say("申请销号人", "Submitted by"), 12),
    (say("申请销号时间", "Submitted on"), 12), (say("复查人", "Checked by"), 12), (say("销号时间", "Closed on"), 12),
    (say("重新打开次数", "Times reopened"), 8), (say("提级督办", "Escalated to"), 14), (say("关联问题", "Repeats"), 20),
)  # fmt: skip


class _Echo:
    """A file that hands each line back."""

    def write(self, text: str) -> str:
        return text


def prepared(rows: QuerySet[Problem]) -> QuerySet[Problem]:
    """Return the rows with all that a line of the ledger needs."""
    lines = Entry._base_manager.filter(kind__in=("report", "extend")).order_by("pk")
    related = ("round", "unit", "responsible", "submitted_by", "closed_by", "repeats")
    return rows.select_related(*related).prefetch_related(Prefetch("entries", queryset=lines, to_attr="told"))


def row_of(problem: Problem, language: str, moment: datetime) -> list[str | int]:
    """Return one line of the ledger in the words of a language, formulas disarmed."""
    told: list[Entry] = problem.told  # type: ignore[attr-defined]  # by `prepared`
    reports = [entry for entry in told if entry.kind == "report"]
    late = problem.due is not None and problem.due < moment
    cells: list[Any] = [
        problem.code, problem.round.title, problem.unit.name, SOURCES.get(problem.source, problem.source), problem.item_code,
        LEVELS.get(problem.level, problem.level), problem.text, KINDS.get(problem.kind, problem.kind), problem.measure,
        problem.responsible.name, problem.responsible_post, _day(problem.plan_due), _day(problem.finish_due),
        _day(problem.review_due), state_title(problem.round, "problem", problem.state), _day(problem.due),
        say("是", "yes") if late else say("否", "no"), reports[-1].text if reports else "", len(told) - len(reports),
        str(problem.submitted_by or ""), _day(problem.submitted_at), str(problem.closed_by or ""), _day(problem.closed_at),
        problem.times_reopened, problem.escalated_to, problem.repeats.code if problem.repeats else "",
    ]  # fmt: skip
    return [c if isinstance(c, int) else safe_cell(_plain(c, language)) for c in cells]


def _plain(value: Any, language: str) -> str:
    text = value.say(language) if isinstance(value, Words) else str(value)
    return text.replace("\r\n", "\n").replace("\r", "\n")[:_LONGEST]


def _day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""


def csv_lines(rows: QuerySet[Problem], language: str, moment: datetime) -> Iterator[str]:
    """Yield the ledger as csv, line by line, with the mark that Excel needs to read Chinese."""
    writer = csv.writer(_Echo(), lineterminator="\n")
    yield "\ufeff" + writer.writerow([title.say(language) for title, _ in COLUMNS])
    for problem in prepared(rows).iterator(chunk_size=_CHUNK):
        yield writer.writerow(row_of(problem, language, moment))


def workbook(rows: QuerySet[Problem], language: str, moment: datetime, title: Words) -> IO[bytes]:
    """Return the ledger as a workbook to print: a heading, the columns, one line for each problem, numbered pages.

    Raises:
        Refused: WEB002 for more than 50,000 problems.
    """
    if rows.order_by().values("pk")[: SHEET_ROWS + 1].count() > SHEET_ROWS:
        advice = Text("请缩小筛选范围，或导出 csv。", "Narrow the filter, or export csv.")
        raise Refused(
            [
                tell(
                    "WEB002",
                    field="rows",
                    found=f"> {SHEET_ROWS}",
                    expected=Text(f"不超过{SHEET_ROWS}行", f"at most {SHEET_ROWS} rows"),
                    advice=advice,
                )
            ]
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response that sends it
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(say("整改台账", "Ledger").say(language))
    head = book.add_format(
        {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#e8edf4"}
    )
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 1)
    sheet.set_footer("&C&P / &N")
    for n, (_, width) in enumerate(COLUMNS):
        sheet.set_column(n, n, width)
    sheet.write_string(
        0,
        0,
        safe_cell(f"{title.say(language)}  {_day(moment)}"),
        book.add_format({"bold": True, "font_size": 16}),
    )
    for n, (name, _) in enumerate(COLUMNS):
        sheet.write_string(1, n, name.say(language), head)
    for line, problem in enumerate(prepared(rows).iterator(chunk_size=_CHUNK), 2):
        for n, value in enumerate(row_of(problem, language, moment)):
            if isinstance(value, int):
                sheet.write_number(line, n, value, cell)
            else:
                sheet.write_string(line, n, value, cell)
    book.close()
    file.seek(0)
    return file


def calendar_file(problems: Iterable[Problem], address: str, language: str, moment: datetime) -> str:
    """Return the dates of problems as iCalendar (RFC 5545): one event of the whole day each, leading back to its page."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Duxue//Rectification//EN", "CALSCALE:GREGORIAN"]
    for problem in problems:
        if problem.due is None:
            continue
        state = state_title(problem.round, "problem", problem.state).say(language)
        lines += [
            "BEGIN:VEVENT", f"UID:problem-{problem.pk}@duxue", f"DTSTAMP:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{timezone.localtime(problem.due):%Y%m%d}",
            f"SUMMARY:{_escaped(f'{problem.code} {problem.responsible.name.say(language)} · {state}')}",
            f"URL:{address}{problem.pk}/", "END:VEVENT",
        ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text.replace("\r", "")


def _folded(line: str) -> str:
    """Return a line of at most 75 bytes, the rest on lines that begin with a space."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        more = letter.encode()
        if len(part) + len(more) > (75 if not parts else 74):
            parts.append(part)
            part = b""
        part += more
    return "\r\n ".join(p.decode() for p in [*parts, part])
