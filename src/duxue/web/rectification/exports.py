"""The ledger on paper and in other programs: csv as it streams, a workbook in the form of the ledger, a calendar file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common import exports
from duxue.web.common.lang import Words, say
from duxue.web.common.problems import tell
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.words import KINDS, LEVELS, SOURCES
from duxue.web.rounds.procedures import state_title

SHEET_ROWS = 50_000  # rows of a workbook; csv has no limit
_CHUNK = 1000

# The columns of the printed ledger (整改台账): what was found, what is done about it, who checked.
COLUMNS: tuple[tuple[Words, int], ...] = (
    (say("编号", "Number"), 20), (say("轮次", "Round"), 24), (say("被评价单位", "Unit"), 16), (say("来源", "Source"), 12),
    (say("条目", "Item"), 10), (say("层级", "Level"), 8), (say("问题", "Problem"), 44), (say("整改类别", "Class"), 10),
    (say("整改措施", "Measure"), 44), (say("责任单位", "Responsible organisation"), 18), (say("责任岗位", "Post"), 14),
    (say("方案时限", "Plan due"), 12), (say("整改时限", "Finish due"), 12), (say("复查时限", "Check due"), 12),
    (say("状态", "State"), 10), (say("当前时限", "Running date"), 12), (say("是否逾期", "Overdue"), 8),
    (say("最新进展", "Latest progress"), 44), (say("延期次数", "Extensions"), 8), (say("申请销号人", "Submitted by"), 12),
    (say("申请销号时间", "Submitted on"), 12), (say("复查人", "Checked by"), 12), (say("销号时间", "Closed on"), 12),
    (say("重新打开次数", "Times reopened"), 8), (say("提级督办", "Escalated to"), 14), (say("关联问题", "Repeats"), 20),
)  # fmt: skip


def prepared(rows: QuerySet[Problem]) -> QuerySet[Problem]:
    """Return the rows with all that a line of the ledger needs."""
    lines = Entry._base_manager.filter(kind__in=("report", "extend")).order_by("pk")
    related = ("round", "unit", "responsible", "submitted_by", "closed_by", "repeats")
    return rows.select_related(*related).prefetch_related(Prefetch("entries", queryset=lines, to_attr="told"))


def row_of(problem: Problem, moment: datetime) -> list[Any]:
    """Return one line of the ledger."""
    told: list[Entry] = problem.told  # type: ignore[attr-defined]  # by `prepared`
    reports = [entry for entry in told if entry.kind == "report"]
    late = problem.due is not None and problem.due < moment
    return [
        problem.code, problem.round.title, problem.unit.name, SOURCES.get(problem.source, problem.source), problem.item_code,
        LEVELS.get(problem.level, problem.level), problem.said, KINDS.get(problem.kind, problem.kind), problem.measure,
        problem.responsible.name, problem.responsible_post, _day(problem.plan_due), _day(problem.finish_due),
        _day(problem.review_due), state_title(problem.round, "problem", problem.state), _day(problem.due),
        say("是", "yes") if late else say("否", "no"), reports[-1].text if reports else "", len(told) - len(reports),
        str(problem.submitted_by or ""), _day(problem.submitted_at), str(problem.closed_by or ""), _day(problem.closed_at),
        problem.times_reopened, problem.escalated_to, problem.repeats.code if problem.repeats else "",
    ]  # fmt: skip


def _day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""


def _rows(rows: QuerySet[Problem], moment: datetime) -> Iterator[list[Any]]:
    return (row_of(problem, moment) for problem in prepared(rows).iterator(chunk_size=_CHUNK))


def csv_lines(rows: QuerySet[Problem], moment: datetime) -> Iterator[str]:
    """Yield the ledger as csv, line by line."""
    return exports.csv_lines([title for title, _ in COLUMNS], _rows(rows, moment))


def workbook(rows: QuerySet[Problem], moment: datetime, title: Words) -> IO[bytes]:
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
    return exports.workbook(
        [name for name, _ in COLUMNS], _rows(rows, moment),
        sheet=str(say("整改台账", "Ledger")), title=f"{title}  {_day(moment)}", widths=[width for _, width in COLUMNS],
    )  # fmt: skip


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
