"""One step of a rectification: the row is locked, the procedure judges, its clocks follow, a line and an audit event say so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from duxue.cases.procedure import Moved
from duxue.core.errors import Problem as Fault
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.policy import working_place
from duxue.web.rounds import procedures
from duxue.web.rounds.models import Round

# Clocks of the procedure that the ledger keeps a date for; a clock of another name only shows in the procedure.
DATES = {"plan_due_days": "plan_due", "finish_due_days": "finish_due", "review_due_days": "review_due"}
LONGEST = 4000  # characters of one text
_LAST = time(23, 59, 59)


def locked(problem: Problem, version: int | None) -> Problem:
    """Return the problem read again under a lock; Refused (WEB003) when it is not the `version` that the person looked at."""
    with everything("the row is locked after the policy was asked"):
        stored = (
            Problem.objects.select_for_update(of=("self",))
            .select_related("round__authority", "unit__organisation", "responsible")
            .get(pk=problem.pk)
        )
    if version is not None and stored.version != version:
        advice = Text(
            "请刷新页面，查看他人的修改后再办理。", "Reload the page, look at what changed, then go on."
        )
        raise Refused([tell("WEB003", field="version", found=str(stored.version), advice=advice)])
    return stored


@transaction.atomic
def step(
    actor: Actor,
    problem: Problem,
    transition: str,
    *,
    action: str,
    version: int | None = None,
    text: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    wanted: Mapping[str, datetime] | None = None,
    at: datetime | None = None,
) -> tuple[Problem, Entry]:
    """Do a transition with a problem and return it as it stands, with the line that was written.

    Args:
        actor: who acts.
        problem: the problem, seen by the actor.
        transition: id in the procedure of the round.
        action: what the policy is asked: work, decide, check.
        version: the version that the actor looked at; None: whichever it is.
        text: what stands in the line of the history; the reason when it is empty.
        reason: what the procedure asks for.
        data: what stands in the line and in the audit beside the text.
        changes: columns that change with it.
        wanted: dates of the ledger (plan_due, finish_due, review_due) that take the place of the clock's own.
        at: the moment (now).

    Raises:
        Refused: WEB003 for an older version, and what the procedure asks for.
    """
    moment = at or now()
    require(actor, action, problem)
    stored = locked(problem, version)
    left = stored.state_since
    path = (working_place(actor, stored) if action == "work" else "") or stored.path
    moved = procedures.move(
        actor, stored.round, "problem", stored, transition, path=path, reason=reason, data=dict(data or {}), at=moment
    )  # fmt: skip
    for name, value in (changes or {}).items():
        setattr(stored, name, value)
    _wind(stored, moved, left, moment, wanted or {})
    keep(stored)
    entry = line(stored, transition, actor, text=text or reason, data=data, at=moment)
    _repeat(problem, stored)
    return stored, entry


def keep(stored: Problem) -> None:
    """Write a changed problem as its next version."""
    stored.version += 1
    with everything("the locked row is written"):
        stored.save(force_update=True)


def line(
    problem: Problem, kind: str, actor: Actor, *, text: str = "", data: Mapping[str, Any] | None = None, at: datetime
) -> Entry:  # fmt: skip
    """Write a line of the history."""
    with everything("the line belongs to the row that was just locked"):
        return Entry.objects.create(
            problem_id=problem.pk, kind=kind, text=text, data=dict(data or {}), written_by_id=actor.user_id, written_at=at
        )  # fmt: skip


def _repeat(problem: Problem, stored: Problem) -> None:
    """Let the caller's object say what was stored."""
    for field in Problem._meta.concrete_fields:
        setattr(problem, field.attname, getattr(stored, field.attname))


# --- clocks -----------------------------------------------------------------------------------------------------------
def _wind(
    stored: Problem, moved: Moved, left: datetime, moment: datetime, wanted: Mapping[str, datetime]
) -> None:
    """Start, put off and show the clocks of a step; no date of the ledger ever moves to an earlier day."""
    dates = dict(wanted)
    for clock, name in DATES.items():
        if moved.clock_started == clock and name not in dates:
            dates[name] = procedures.due_after(stored.round, moment, f"problem.{moved.state}")
        if moved.clock_resumed == clock and (due := getattr(stored, name)) is not None:
            zone = procedures.zone_of(stored.round)
            paused = moment.astimezone(zone).date() - left.astimezone(zone).date()
            dates[name] = due + timedelta(days=max(0, paused.days))
    for name, due in dates.items():
        before = getattr(stored, name)
        setattr(stored, name, due if before is None else max(before, due))
    stored.due = running(stored)


def running(problem: Problem) -> datetime | None:
    """Return the end of the clock that runs in the problem's state; None when none runs."""
    name = running_date(problem)
    found: datetime | None = getattr(problem, name) if name else None
    return found


def running_date(problem: Problem) -> str:
    """Return which date of the ledger runs in the problem's state; "" when none does."""
    return dates_by_state(problem.round).get(problem.state, "")


def dates_by_state(round: Round) -> dict[str, str]:
    """Return state -> date of the ledger that runs in it, for the states of a round in which one runs."""
    states = procedures.procedure_of(round, "problem").states
    return {s.id: DATES[s.clock] for s in states if s.clock in DATES}


def end_of(round: Round, day: date) -> datetime:
    """Return the last second of a day in the round's zone."""
    return datetime.combine(day, _LAST, procedures.zone_of(round))


# --- what is filled in ------------------------------------------------------------------------------------------------
def cleaned(text: str) -> str:
    """Return a text as every database keeps it: no NUL, no half characters, one kind of line end."""
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode().strip()


def text_faults(field: str, text: str, *, longest: int = LONGEST, required: bool = True) -> list[Fault]:
    """Return what is wrong with a text: absent where it is needed, or too long."""
    if not text:
        return [tell("WEB001", field=field)] if required else []
    if len(text) > longest:
        expected = Text(f"不超过{longest}字", f"at most {longest} characters")
        return [tell("WEB002", field=field, found=str(len(text)), expected=expected)]
    return []


def body_of(problem: Problem, code: str) -> tuple[Organisation | None, list[Fault]]:
    """Return the responsible organisation of a code, at or below the unit; or why it cannot be."""
    if not code:
        return problem.responsible, []
    with everything("an organisation is found by its code, at or below the unit only"):
        found = Organisation.objects.filter(code=code, path__under=problem.unit.path, closed_on=None).first()
    if found is None:
        what = Text("不是被评价单位或其下级", "neither the unit nor below it")
        return None, [tell("WEB010", field="responsible", what=what, found=code)]
    return found, []


def refuse(found: list[Fault]) -> None:
    """Raise all that was found, at once."""
    if found:
        raise Refused(found)


def by_person(actor: Actor) -> list[Fault]:
    """Return why a machine cannot do what a person answers for."""
    return (
        []
        if actor.user_id
        else [tell("WEB007", what=Text("须由人办理", "a person does this, not a machine"))]
    )
