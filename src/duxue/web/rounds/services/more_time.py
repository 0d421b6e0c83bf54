"""A unit asks that its self-evaluation may end later; the organiser grants it with an extension, or declines with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import MoreTime, RoundUnit
from duxue.web.rounds.procedures import windows_of
from duxue.web.rounds.services.answers import STEP, clean
from duxue.web.rounds.services.disputes import text_problems
from duxue.web.rounds.services.windows import too_early, window_extend

LONGEST = 400  # characters of a reason, as with windows
UNSUBMITTED = ("invited", "drafting")  # states of a unit that still has to hand in


@transaction.atomic
def more_time_ask(
    *, actor: Actor, unit: RoundUnit, until: datetime, reason: str, at: datetime | None = None
) -> MoreTime:
    """Ask the organiser to let the unit's self-evaluation end later; until it is granted nothing changes.

    Args:
        actor: the unit's manager.
        unit: a unit that has not submitted.
        until: the end that is asked for.
        reason: why, at most 400 characters.
        at: when the request arrived.

    Raises:
        Refused: WEB001 without a reason, WEB002 for a too long one or an end that is not later, WEB004 once it submitted or
            while a request waits, WEB006 in a sealed round, WEB007 for a machine.
    """
    moment, reason = at or now(), clean(reason).strip()
    require(actor, "more_time", unit)
    with everything("the unit is locked after the policy was asked"):
        stored = RoundUnit.objects.select_for_update().get(pk=unit.pk)
        waits = MoreTime.objects.filter(unit_id=unit.pk, step=STEP, outcome="").exists()
    problems = text_problems(reason, "reason", LONGEST)
    window = windows_of(unit.round, unit).get(STEP)
    if unit.round.sealed_at:
        problems.append(tell("WEB006", found=str(unit.round)))
    elif window is None or window.closes is None or unit.round.state != "open":
        problems.append(
            tell("WEB004", what=Text("自评阶段尚无时间窗口", "the self-evaluation has no window yet"))
        )
    elif stored.state not in UNSUBMITTED:
        what = Text("已提交或免评的单位无需延期", "a unit that submitted or was excused needs no more time")
        problems.append(tell("WEB004", found=stored.state, what=what))
    elif until <= (least := max(window.closes, moment)):
        problems.append(
            too_early("until", until, least, Text("这一时间不能延长窗口", "this would not extend the window"))
        )
    if waits:
        what = Text("已有一件延期申请等待审定", "a request for more time waits for its decision")
        problems.append(tell("WEB004", field="until", what=what))
    if actor.user_id is None:
        problems.append(tell("WEB007", what=Text("延期须由人申请", "a person asks for more time")))
    if problems:
        raise Refused(problems)
    assert actor.user_id is not None
    asked = MoreTime(
        round_id=unit.round_id, unit=unit, step=STEP, until=until, reason=reason, asked_by_id=actor.user_id, asked_at=moment,
    )  # fmt: skip
    with everything("the new request"):
        asked.save(force_insert=True)
    data = {"step": STEP, "until": until.isoformat()}
    audit.record(actor, "duxue.more_time.asked", asked, path=unit.path, reason=reason, data=data, at=moment)
    return asked


@transaction.atomic
def more_time_grant(
    *, actor: Actor, asked: MoreTime, closes: datetime, answer: str, at: datetime | None = None
) -> MoreTime:
    """Grant more time, until then or another moment: the window of this unit is extended, with the answer as its reason.

    Raises:
        Refused: WEB004 when it was decided, and whatever refuses an extension.
    """
    moment, answer = at or now(), clean(answer).strip()
    stored = _undecided(actor, asked)
    window_extend(
        actor=actor, round=asked.round, step=asked.step, closes=closes, reason=answer, unit=asked.unit, at=moment
    )  # fmt: skip
    stored.closes = closes
    return _decide(actor, stored, "granted", answer, moment)


@transaction.atomic
def more_time_decline(*, actor: Actor, asked: MoreTime, answer: str, at: datetime | None = None) -> MoreTime:
    """Decline to give more time, with a reason; WEB001 without one, WEB002 for a too long one, WEB004 when it was decided."""
    moment, answer = at or now(), clean(answer).strip()
    stored = _undecided(actor, asked)
    if problems := text_problems(answer, "answer", LONGEST):
        raise Refused(problems)
    return _decide(actor, stored, "declined", answer, moment)


def _undecided(actor: Actor, asked: MoreTime) -> MoreTime:
    require(actor, "windows", asked.round)
    with everything("the row is locked after the policy was asked"):
        stored = (
            MoreTime.objects.select_for_update(of=("self",)).select_related("unit", "round").get(pk=asked.pk)
        )
    if stored.outcome:
        what = Text("这件申请已经审定", "this request was decided already")
        raise Refused([tell("WEB004", found=stored.outcome, what=what)])
    return stored


def _decide(actor: Actor, stored: MoreTime, outcome: str, answer: str, moment: datetime) -> MoreTime:
    stored.outcome, stored.answer = outcome, answer
    stored.decided_by_id, stored.decided_at = actor.user_id, moment
    with everything("the locked row is written"):
        stored.save(update_fields=("outcome", "answer", "closes", "decided_by", "decided_at"))
    data = (
        {"step": stored.step, "until": stored.closes.isoformat()} if stored.closes else {"step": stored.step}
    )
    audit.record(
        actor, f"duxue.more_time.{outcome}", stored, path=stored.unit.path, reason=answer, data=data, at=moment
    )  # fmt: skip
    return stored
