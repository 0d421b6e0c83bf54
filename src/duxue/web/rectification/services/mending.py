"""The steps of a rectification that people take: hand over, plan, work, submit, check, extend, escalate, reopen, drop."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from duxue.core.errors import Problem as Fault
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.services.stepping import (
    body_of,
    by_person,
    cleaned,
    end_of,
    keep,
    line,
    locked,
    refuse,
    running_date,
    step,
    text_faults,
)
from duxue.web.rounds import procedures

_SHORT = 100  # characters of a post or of whom it is escalated to


def problem_notify(
    *, actor: Actor, problem: Problem, version: int | None = None, at: datetime | None = None
) -> Problem:
    """Hand a problem over to its unit; the clock of the plan starts."""
    return step(actor, problem, "notify", action="decide", version=version, at=at)[0]


def problem_drop(
    *, actor: Actor, problem: Problem, reason: str, version: int | None = None, at: datetime | None = None
) -> Problem:
    """Take a problem off the ledger for a reason; it stays readable."""
    return step(actor, problem, "drop", action="decide", version=version, reason=cleaned(reason), at=at)[0]


@transaction.atomic
def plan_submit(
    *,
    actor: Actor,
    problem: Problem,
    measure: str,
    post: str,
    finish: date | None,
    responsible: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Problem:
    """Send the plan: what is done, by whom, until when.

    Args:
        actor: people of the unit or of the responsible organisation.
        problem: the problem, notified.
        measure: what will be done.
        post: who answers for it (责任岗位).
        finish: the day by which it is done; within the term unless the problem is a long-term one.
        responsible: code of the responsible organisation, at or below the unit; "" leaves it as it is.
        version: the version that the actor looked at.
        at: the moment (now).

    Raises:
        Refused: WEB001, WEB002, WEB010 for what is filled in, WEB003, and what the procedure asks for.
    """
    moment = at or now()
    require(actor, "work", problem)
    measure, post = cleaned(measure), cleaned(post)
    found = text_faults("measure", measure) + text_faults("post", post, longest=_SHORT)
    body, wrong = body_of(problem, responsible.strip())
    found += wrong + _finish_faults(problem, finish, moment)
    refuse(found)
    assert body is not None
    assert finish is not None
    changes = {"measure": measure, "responsible_post": post, "responsible": body, "path": body.path}
    data = {"finish": finish.isoformat(), "responsible": body.code, "post": post}
    return step(
        actor, problem, "plan", action="work", version=version, text=measure, data=data, changes=changes, at=moment
    )[0]  # fmt: skip


def _finish_faults(problem: Problem, finish: date | None, moment: datetime) -> list[Fault]:
    if finish is None:
        return [tell("WEB001", field="finish")]
    zone = procedures.zone_of(problem.round)
    if finish < moment.astimezone(zone).date():
        expected = Text("不早于今天", "not before today")
        return [tell("WEB002", field="finish", found=finish.isoformat(), expected=expected)]
    last = finish_limit(problem, moment)
    if last is not None and finish > last:
        expected = Text(f"不晚于 {last}", f"not after {last}")
        advice = Text(
            "需要更久的，请在方案通过后申请延期。",
            "If more time is needed, ask for it once the plan is approved.",
        )
        return [tell("WEB002", field="finish", found=finish.isoformat(), expected=expected, advice=advice)]
    return []


def finish_limit(problem: Problem, moment: datetime) -> date | None:
    """Return the last day that a plan may promise: the term of the procedure, or the ledger's own day when it is later."""
    if problem.kind == "long_term":
        return None
    limit = procedures.due_after(problem.round, moment, "finish_due_days")
    last = max(limit, problem.finish_due) if problem.finish_due else limit
    return last.astimezone(procedures.zone_of(problem.round)).date()


def plan_approve(
    *, actor: Actor, problem: Problem, version: int | None = None, at: datetime | None = None
) -> Problem:
    """Approve the plan; the day that it promises becomes the day of the ledger."""
    require(actor, "decide", problem)
    with everything("the plan of the problem that the policy was asked about"):
        plan = Entry.objects.filter(problem=problem, kind="plan").order_by("-pk").first()
    promised = plan.data.get("finish") if plan else None
    wanted = {"finish_due": end_of(problem.round, date.fromisoformat(promised))} if promised else {}
    return step(actor, problem, "approve_plan", action="decide", version=version, wanted=wanted, at=at)[0]


def plan_return(
    *, actor: Actor, problem: Problem, reason: str, version: int | None = None, at: datetime | None = None
) -> Problem:
    """Return the plan with a reason; the clock of the plan goes on."""
    return step(
        actor, problem, "return_plan", action="decide", version=version, reason=cleaned(reason), at=at
    )[0]


def problem_start(
    *, actor: Actor, problem: Problem, version: int | None = None, at: datetime | None = None
) -> Problem:
    """Begin the work."""
    return step(actor, problem, "start", action="work", version=version, at=at)[0]


@transaction.atomic
def progress_add(
    *, actor: Actor, problem: Problem, text: str, share: int | None = None, version: int | None = None,
    at: datetime | None = None,
) -> Entry:  # fmt: skip
    """Report progress and return the line, to which proof may be attached; `share` is what is done, in per cent."""
    text = cleaned(text)
    require(actor, "work", problem)
    found = text_faults("text", text)
    if share is not None and not 0 <= share <= 100:
        found.append(tell("WEB002", field="share", found=str(share), expected=Text("0 到 100", "0 to 100")))
    refuse(found)
    return step(
        actor, problem, "report", action="work", version=version, text=text, data={"share": share}, at=at
    )[1]


@transaction.atomic
def problem_submit(
    *, actor: Actor, problem: Problem, text: str, version: int | None = None, at: datetime | None = None
) -> Problem:
    """Say that it is mended, and how; the clock of the check starts and that of the work stands still."""
    moment, text = at or now(), cleaned(text)
    require(actor, "work", problem)
    refuse(text_faults("text", text) + by_person(actor))
    changes = {"submitted_by_id": actor.user_id, "submitted_at": moment}
    return step(
        actor, problem, "submit", action="work", version=version, text=text, changes=changes, at=moment
    )[0]  # fmt: skip


@transaction.atomic
def problem_close(
    *, actor: Actor, problem: Problem, text: str = "", version: int | None = None, at: datetime | None = None
) -> Problem:
    """Close a problem: by another person than the one who submitted it, and never by the responsible unit."""
    moment, text = at or now(), cleaned(text)
    require(actor, "check", problem)
    refuse(by_person(actor) + _same_person(actor, problem) + text_faults("text", text, required=False))
    changes = {"closed_by_id": actor.user_id, "closed_at": moment}
    return step(
        actor, problem, "close", action="check", version=version, text=text, changes=changes, at=moment
    )[0]  # fmt: skip


def _same_person(actor: Actor, problem: Problem) -> list[Fault]:
    if problem.submitted_by_id is None or problem.submitted_by_id != actor.user_id:
        return []
    what = Text("申请销号的人不能自己销号", "whoever submitted it does not close it")
    return [tell("WEB007", what=what, advice=Text("请由另一人复查。", "Let another person check it."))]


def problem_return(
    *, actor: Actor, problem: Problem, reason: str, version: int | None = None, at: datetime | None = None
) -> Problem:
    """Return a problem that is not mended, with a reason; the time that the check took is given back."""
    return step(actor, problem, "return", action="check", version=version, reason=cleaned(reason), at=at)[0]


@transaction.atomic
def problem_reopen(
    *, actor: Actor, problem: Problem, reason: str, version: int | None = None, at: datetime | None = None
) -> Problem:
    """Open a closed problem again for a reason; the term of the work starts anew."""
    require(actor, "decide", problem)
    stored = locked(problem, version)
    changes = {"closed_by_id": None, "closed_at": None, "times_reopened": stored.times_reopened + 1}
    data = {
        "closed_at": stored.closed_at.isoformat() if stored.closed_at else "",
        "closed_by": stored.closed_by_id,
    }
    return step(
        actor, problem, "reopen", action="decide", version=version, reason=cleaned(reason), changes=changes, data=data, at=at
    )[0]  # fmt: skip


# --- more time, and pressure ------------------------------------------------------------------------------------------
def _day_faults(problem: Problem, day: date | None) -> list[Fault]:
    if day is None:
        return [tell("WEB001", field="day")]
    name = running_date(problem)
    if not name:
        what = Text("当前没有计时，无需延期", "no clock runs now, so nothing can be extended")
        return [tell("WEB004", field="day", what=what)]
    due = getattr(problem, name)
    before = timezone.localtime(due, procedures.zone_of(problem.round)).date() if due else None
    if before is not None and day <= before:
        expected = Text(f"晚于 {before}", f"after {before}")
        return [tell("WEB002", field="day", found=day.isoformat(), expected=expected)]
    return []


@transaction.atomic
def extension_ask(
    *, actor: Actor, problem: Problem, day: date | None, reason: str, version: int | None = None, at: datetime | None = None
) -> Problem:  # fmt: skip
    """Ask the organiser for a later day; nothing changes until it is given."""
    moment, reason = at or now(), cleaned(reason)
    require(actor, "work", problem)
    stored = locked(problem, version)
    refuse(_day_faults(stored, day) + text_faults("reason", reason))
    assert day is not None
    data = {"day": day.isoformat(), "of": running_date(stored)}
    audit.record(
        actor, "duxue.problem.ask_extension", stored, path=stored.path, reason=reason, data=data, at=moment
    )
    line(stored, "ask_extension", actor, text=reason, data=data, at=moment)
    keep(stored)
    problem.version = stored.version
    return stored


@transaction.atomic
def problem_extend(
    *, actor: Actor, problem: Problem, day: date | None, reason: str, version: int | None = None, at: datetime | None = None
) -> Problem:  # fmt: skip
    """Give more time: the running date moves to a later day, never to an earlier one."""
    require(actor, "decide", problem)
    reason, stored = cleaned(reason), locked(problem, version)
    refuse(_day_faults(stored, day) + text_faults("reason", reason))
    assert day is not None
    name = running_date(stored)
    before = getattr(stored, name)
    data = {"of": name, "from": before.isoformat() if before else "", "day": day.isoformat()}
    return step(
        actor, problem, "extend", action="decide", version=version, reason=reason, data=data,
        wanted={name: end_of(stored.round, day)}, at=at,
    )[0]  # fmt: skip


@transaction.atomic
def problem_escalate(
    *, actor: Actor, problem: Problem, to: str, reason: str, version: int | None = None, at: datetime | None = None
) -> Problem:  # fmt: skip
    """Put a problem before somebody higher up; everybody who sees the problem sees that."""
    require(actor, "decide", problem)
    moment, to, reason = at or now(), cleaned(to), cleaned(reason)
    refuse(text_faults("to", to, longest=_SHORT) + text_faults("reason", reason))
    changes = {"escalated_at": moment, "escalated_to": to}
    return step(
        actor, problem, "escalate", action="decide", version=version, reason=reason, data={"to": to}, changes=changes,
        at=moment,
    )[0]  # fmt: skip
