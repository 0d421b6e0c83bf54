"""What a unit says to its result: it accepts it or objects within the clock, and may say something in public beside it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from duxue.cases.procedure import Moved
from duxue.core.errors import Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.locking import lock
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Item, Objection, Reply, RoundUnit
from duxue.web.rounds.procedures import due_after, move
from duxue.web.rounds.services.answers import clean
from duxue.web.rounds.services.disputes import text_problems
from duxue.web.rounds.services.units import unit_facts

LONGEST, REPLY_LONGEST = 4000, 2000  # characters
PENDING = ("filed", "admitted")  # states of an objection that is not decided


def objection_due(unit: RoundUnit) -> datetime | None:
    """Return until when a unit may object; None before it was told its result."""
    return due_after(unit.round, unit.notified_at, "unit.notified") if unit.notified_at else None


@transaction.atomic
def unit_accept(*, actor: Actor, unit: RoundUnit, at: datetime | None = None) -> Moved:
    """Accept a unit's result, which settles it: nobody of the unit can object afterwards. Also possible after the term.

    Raises:
        Refused: WEB004 while an objection is open, WEB007 for a machine, and what the procedure asks for (CASE012 before the
            result was told and once it is settled, WEB006 in a sealed round).
    """
    moment = at or now()
    require(actor, "accept", unit)
    with everything("the unit is locked after the policy was asked"):
        lock(RoundUnit, unit.pk)
        stored = RoundUnit.objects.select_related("round__authority", "told").get(pk=unit.pk)
    facts, problems = unit_facts(stored.round, stored, moment), []
    if isinstance(objections := facts["no_open_objection"], Text):
        problems.append(tell("WEB004", found=stored.state, what=objections))
    if actor.user_id is None:
        problems.append(tell("WEB007", what=Text("结果须由人认可", "a result is accepted by a person")))
    if problems:
        raise Refused(problems)
    moved = move(
        actor, stored.round, "unit", stored, "accept", path=stored.path, facts=facts,
        data={"scoring": stored.told.digest} if stored.told else None, at=moment,
    )  # fmt: skip
    unit.state, unit.state_since = stored.state, stored.state_since
    return moved


@transaction.atomic
def objection_file(
    *, actor: Actor, unit: RoundUnit, item: Item | None, text: str, at: datetime | None = None
) -> Objection:
    """Object to a unit's result, as a whole or on one item, and return the objection with the day of its decision.

    Args:
        actor: the unit's manager.
        unit: the unit.
        item: the item objected to; None: the result as a whole.
        text: why, at most 4,000 characters.
        at: when the request arrived.

    Raises:
        Refused: WEB001 without a reason, WEB004 before the result was told or while the same is pending, WEB005 after the
            clock, WEB007 for a machine, and what the procedure asks for.
    """
    moment, text = at or now(), clean(text).strip()
    require(actor, "object", unit)
    with everything("the unit is locked after the policy was asked"):
        lock(RoundUnit, unit.pk)
        stored = RoundUnit.objects.select_related("round__authority").get(pk=unit.pk)
        twice = Objection.objects.filter(unit_id=unit.pk, item=item, state__in=PENDING).exists()
    problems = text_problems(text, "text", LONGEST)
    if item is not None and item.round_id != stored.round_id:
        problems.append(tell("WEB010", field="item", found=item.code))
    until = objection_due(stored)
    if until is None or stored.state not in {"notified", "objecting"}:
        what = Text("结果告知之后才能提出异议", "an objection is possible once the result was told")
        problems.append(tell("WEB004", found=stored.state, what=what))
    elif moment.replace(microsecond=0) > until:
        what = Text("提出异议的期限已过", "the time to object is over")
        problems.append(tell("WEB005", found=f"{until:%Y-%m-%d %H:%M}", what=what))
    if twice:
        what = Text("对同一内容的异议正在复核", "an objection to the same is being looked into")
        problems.append(tell("WEB004", field="item", what=what))
    if actor.user_id is None:
        problems.append(tell("WEB007", what=Text("异议须由人提出", "an objection is filed by a person")))
    if problems:
        raise Refused(problems)
    assert actor.user_id is not None
    if stored.state == "notified":
        move(actor, stored.round, "unit", stored, "object", path=stored.path, reason=text[:400], at=moment)
    objection = Objection(
        round_id=stored.round_id, unit=stored, item=item, text=text, filed_by_id=actor.user_id, filed_at=moment,
        due=due_after(stored.round, moment, "objection.filed"),
    )  # fmt: skip
    with everything("the new objection"):
        objection.save(force_insert=True)
    data = {"item": item.code if item else None, "due": objection.due.isoformat()}
    audit.record(actor, "duxue.objection.filed", objection, path=stored.path, data=data, at=moment)
    unit.state, unit.state_since = stored.state, stored.state_since
    return objection


@transaction.atomic
def objection_withdraw(
    *, actor: Actor, objection: Objection, reason: str = "", at: datetime | None = None
) -> Objection:
    """Withdraw an objection that is not decided yet; it is kept as withdrawn."""
    require(actor, "object", objection.unit)
    unit = objection.unit
    move(actor, unit.round, "objection", objection, "withdraw", path=unit.path, reason=reason, at=at or now())
    return objection


@transaction.atomic
def reply_publish(
    *, actor: Actor, unit: RoundUnit, text_zh: str, text_en: str = "", at: datetime | None = None
) -> Reply:
    """Say something in public beside the unit's result; it takes the place of what was said before, which is kept.

    Raises:
        Refused: WEB001 without a Chinese text, WEB002 for a too long one, WEB004 before the result was told, WEB007 for a
            machine.
    """
    moment = at or now()
    text_zh, text_en = clean(text_zh).strip(), clean(text_en).strip()
    require(actor, "reply", unit)
    problems = text_problems(text_zh, "text_zh", REPLY_LONGEST)
    if text_en:
        problems += text_problems(text_en, "text_en", REPLY_LONGEST)
    if unit.notified_at is None:
        what = Text("结果告知之后才能公开回应", "a reply is possible once the result was told")
        problems.append(tell("WEB004", found=unit.state, what=what))
    if actor.user_id is None:
        problems.append(tell("WEB007", what=Text("回应须由人公布", "a reply is published by a person")))
    if problems:
        raise Refused(problems)
    assert actor.user_id is not None
    reply = Reply(
        round_id=unit.round_id, unit=unit, text_zh=text_zh, text_en=text_en, written_by_id=actor.user_id,
        written_at=moment,
    )  # fmt: skip
    with everything("one reply of a unit stands at a time"):
        lock(RoundUnit, unit.pk)
        Reply.objects.filter(unit=unit, withdrawn_at__isnull=True).update(withdrawn_at=moment)
        reply.save(force_insert=True)
    audit.record(actor, "duxue.reply.published", reply, path=unit.path, at=moment)
    return reply


@transaction.atomic
def reply_withdraw(*, actor: Actor, reply: Reply, at: datetime | None = None) -> Reply:
    """Take a public reply back; WEB004 when it was taken back already."""
    moment = at or now()
    require(actor, "reply", reply.unit)
    with everything("the row is locked after the policy was asked"):
        stored = Reply.objects.select_for_update().get(pk=reply.pk)
        if stored.withdrawn_at is not None:
            raise Refused([tell("WEB004", what=Text("回应已经撤下", "the reply was taken back already"))])
        Reply.objects.filter(pk=reply.pk).update(withdrawn_at=moment)
    audit.record(actor, "duxue.reply.withdrawn", reply, path=reply.unit.path, at=moment)
    reply.withdrawn_at = moment
    return reply
