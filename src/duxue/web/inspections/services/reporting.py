"""From a line of a sheet to the ledger of problems, in one step."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import require
from duxue.web.inspections.models import SheetEntry
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services.finding import problem_found


@transaction.atomic
def entry_report(*, actor: Actor, entry: SheetEntry, at: datetime | None = None) -> Problem:
    """Put what a line of a sheet found on the ledger and return the problem; asked again, the same one.

    Raises:
        Denied: not of the team, nothing found that is a problem, or the round is sealed.
    """
    require(actor, "report", entry)
    visit = entry.visit
    text = say("{place}：{note}", "{place}: {note}", place=visit.place, note=entry.note.strip())
    problem, new = problem_found(
        actor=actor, unit=visit.unit, item=entry.item, source="field", text=text.say("zh-hans"), level=visit.place_level,
        place=visit.path, at=at,
    )  # fmt: skip
    data = {"item": entry.item.code, "place": visit.place_code, "problem": problem.code}
    if new:
        audit.record(actor, "duxue.entry.reported", entry, path=visit.round.authority.path, data=data, at=at)
    return problem
