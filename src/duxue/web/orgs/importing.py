"""A tree from a table: what would change is worked out by making the changes and, for a preview, taking them back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from duxue.core.errors import Problem, Refused
from duxue.core.text import clean
from duxue.web.common.actors import Actor
from duxue.web.common.clock import day_of
from duxue.web.common.lang import Words, say
from duxue.web.common.policy import Denied
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.orgs import problems, services
from duxue.web.orgs.models import Organisation, OrganisationState

COLUMNS = ("code", "name_zh", "name_en", "level", "parent", "from")
MOST = 5000  # rows of one import


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the import does."""

    row: int
    code: str
    what: Words


@dataclass(slots=True)
class Plan:
    """What an import does, and what is wrong with its table."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int  # as the spreadsheet shows it
    code: str
    name_zh: str
    name_en: str
    level: str
    parent: str
    day: date
    source: str


def decoded(content: bytes) -> str:
    """Return the text of a csv as spreadsheets write it: UTF-8 with or without a mark, else GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused([problems.not_utf8()])


class _Undo(Exception):  # noqa: N818 - it takes a preview back
    pass


def tree_preview(*, actor: Actor, text: str) -> Plan:
    """Return what an import of the table would change, and all that is wrong with it; nothing stays changed."""
    plan = Plan()
    try:
        with transaction.atomic():
            plan = _run(actor, text)
            raise _Undo
    except _Undo:
        return plan


@transaction.atomic
def tree_import(*, actor: Actor, text: str) -> Plan:
    """Bring the tree to what the table says: new organisations, new names, new places, earlier first days; others stay as they are.

    Args:
        actor: keeps every place that the table changes.
        text: csv with the columns of COLUMNS, and optionally `source`.

    Raises:
        Refused: with all problems of all rows; nothing was changed.
    """
    plan = _run(actor, text)
    if plan.problems:
        raise Refused(plan.problems)
    return plan


def _run(actor: Actor, text: str) -> Plan:
    plan = Plan()
    rows = list(_read(text, plan))
    failed: set[str] = {p.place.snippet for p in plan.problems}
    for row in _parents_first(rows):
        if row.parent in failed:  # told already, where the parent stands
            failed.add(row.code)
            continue
        try:
            with transaction.atomic():
                change = _apply(actor, row)
        except Refused as refused:
            failed.add(row.code)
            plan.problems += [p.at(row=row.number, cell_column=_column(p)) for p in refused.problems]
        except Denied as denied:
            failed.add(row.code)
            problem = tell("WEB007", what=denied.why.text(), found=row.code)
            plan.problems.append(problem.at(row=row.number))
        else:
            if change:
                plan.changes.append(change)
            else:
                plan.unchanged += 1
    plan.problems.sort(key=lambda p: p.place.row or 0)
    plan.changes.sort(key=lambda c: c.row)
    return plan


def _column(problem: Problem) -> str:
    return {"from_day": "from"}.get(problem.place.field, problem.place.field)


def _apply(actor: Actor, row: _Row) -> Change | None:
    parent = _of(row.parent, row.day) if row.parent else None
    with everything("whether a code is new is asked of the whole site"):
        known = Organisation.objects.select_related("parent").filter(code=row.code).first()
    if known is None:
        services.organisation_create(
            actor=actor, code=row.code, name_zh=row.name_zh, name_en=row.name_en, level=row.level, parent=parent,
            from_day=row.day, source=row.source,
        )  # fmt: skip
        return Change(
            row.number, row.code, say("新建 {name}", "Create {name}", name=Words(row.name_zh, row.name_en))
        )
    if known.level != row.level:
        raise Refused([problems.level(row.level, known.level)])
    old = known.name
    done: list[Words] = []
    if (known.name_zh, known.name_en) != (row.name_zh, row.name_en):
        services.organisation_rename(
            actor=actor, organisation=known, name_zh=row.name_zh, name_en=row.name_en, from_day=row.day, source=row.source
        )  # fmt: skip
        done.append(
            say("更名：{old} → {new}", "Rename: {old} → {new}", old=old, new=Words(row.name_zh, row.name_en))
        )
    if parent is not None and parent.pk != known.parent_id:
        services.organisation_move(
            actor=actor, organisation=known, parent=parent, from_day=row.day, source=row.source
        )
        done.append(say("划归 {parent}", "Move to {parent}", parent=parent.name))
    first = known.states.order_by("from_day").first()
    if not done and first is not None and row.day < first.from_day and _is_as_ever(known, first):
        services.organisation_begin(actor=actor, organisation=known, from_day=row.day, source=row.source)
        done.append(
            say(
                "自 {day} 起存在，早于原来的 {first}",
                "Exists from {day}, not from {first}",
                day=row.day,
                first=first.from_day,
            )
        )
    if not done:
        return None
    whole = (
        done[0]
        if len(done) == 1
        else say("{first}；{second}", "{first}; {second}", first=done[0], second=done[1])
    )
    return Change(row.number, row.code, whole)


def _is_as_ever(known: Organisation, first: OrganisationState) -> bool:
    """Return whether an organisation is called and belongs as on its first day: only then does a row speak of that day."""
    return (known.name_zh, known.name_en, known.parent_id) == (first.name_zh, first.name_en, first.parent_id)


def _of(code: str, day: date) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise Refused([problems.absent("parent", code, day)])
    return found


def _read(text: str, plan: Plan) -> Iterator[_Row]:
    try:
        table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error:
        plan.problems.append(problems.not_utf8())
        return
    head = [clean(cell).casefold() for cell in table[0]] if table else []
    missing = [name for name in COLUMNS if name not in head]
    if missing:
        plan.problems.append(problems.columns(missing))
        return
    if len(table) - 1 > MOST:
        plan.problems.append(problems.too_many(len(table) - 1, MOST))
        return
    seen: dict[str, int] = {}
    for number, cells in enumerate(table[1:], start=2):
        values = {name: clean(cell) for name, cell in zip(head, cells, strict=False)}
        if not any(values.values()):
            continue
        code, day = values.get("code", ""), day_of(values.get("from", ""))
        wrong = [
            problems.empty(name).at(row=number, cell_column=name, snippet=code)
            for name in ("code", "name_zh", "level")
            if not values.get(name)
        ]
        if day is None:
            wrong.append(
                problems.not_a_day(values.get("from", "")).at(row=number, cell_column="from", snippet=code)
            )
        if code in seen:
            wrong.append(problems.twice(code, seen[code]).at(row=number, cell_column="code"))
        plan.problems += wrong
        seen.setdefault(code, number)
        if not wrong and day is not None:
            yield _Row(
                number, code, values["name_zh"], values.get("name_en", ""), values["level"], values.get("parent", ""),
                day, values.get("source", ""),
            )  # fmt: skip


def _parents_first(rows: list[_Row]) -> list[_Row]:
    """Return the rows so that one comes after its parent's; a circle keeps its order and is refused when it is applied."""
    by_code = {row.code: row for row in rows}
    done: dict[str, _Row] = {}
    for row in rows:
        chain: list[_Row] = []
        step: _Row | None = row
        while step is not None and step.code not in done and step not in chain:
            chain.append(step)
            step = by_code.get(step.parent)
        done.update({r.code: r for r in reversed(chain)})
    return list(done.values())
