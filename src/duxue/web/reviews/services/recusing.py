"""Recusals: declared by the person or entered by the organiser, taken back, and what they do to standing tasks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, same
from duxue.web.accounts.models import User
from duxue.web.common import audit
from duxue.web.common.actors import INSPECTOR, REVIEWER, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.policy import Denied, decide, require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.inspections.models import RecusalRequest
from duxue.web.inspections.services.visiting import take_out
from duxue.web.reviews.barring import KINDS, people_of
from duxue.web.reviews.models import Assignment, Recusal
from duxue.web.reviews.policy import person
from duxue.web.reviews.services.assigning import take_back
from duxue.web.rounds.models import Round, RoundUnit

TEXT_LIMIT = 400


@transaction.atomic
def recusal_declare(
    *,
    actor: Actor,
    round: Round,
    user: User,
    unit: RoundUnit,
    kind: str,
    text: str = "",
    at: datetime | None = None,
) -> Recusal:
    """Declare that a person does not judge a unit, and take their tasks and visits there that go on away; return the recusal.

    Args:
        actor: the person, or the organiser for them.
        round: the round.
        user: who does not judge.
        unit: which unit.
        kind: home, staff, relative or other.
        text: what it is; needed for `other`.
        at: moment (now).

    Raises:
        Refused: an unknown kind or a missing text (WEB001, WEB002), declared already (WEB004), a sealed round (WEB006).
    """
    moment = at or now()
    if actor.user_id != user.pk:
        require(actor, "assign", round)
    elif not (
        actor.roles_at(round.authority.path, round.pk) & {REVIEWER, INSPECTOR}
        or decide(actor, "assign", round)
    ):
        raise Denied(say("网评专家和核查人员申报回避", "reviewers and inspectors declare recusals"))
    problems: list[Problem] = []
    text = text.strip()
    if round.sealed_at:
        problems.append(tell("WEB006", found=str(round)))
    if kind not in KINDS:
        problems.append(tell("WEB002", field="kind", found=kind, expected=same(", ".join(KINDS))))
    if unit.round_id != round.pk:
        problems.append(tell("WEB010", field="unit", found=str(unit.pk)))
    if len(text) > TEXT_LIMIT:
        expected = Text(f"不超过{TEXT_LIMIT}字", f"at most {TEXT_LIMIT} characters")
        problems.append(tell("WEB002", field="text", found=str(len(text)), expected=expected))
    if kind == "other" and not text:
        problems.append(tell("WEB001", field="text", what=Text("请说明是什么情形", "say what it is")))
    with everything("asked before it is written"):
        if Recusal.objects.filter(user=user, unit=unit).exists():
            what = Text("此人对该单位已申报回避", "the recusal is declared already")
            problems.append(tell("WEB004", field="unit", what=what, found=unit.code))
    if problems:
        raise Refused(problems)
    with everything("the recusal and what follows from it"):
        recusal = Recusal.objects.create(
            round=round,
            user=user,
            unit=unit,
            kind=kind,
            text=text,
            declared_by_id=person(actor),
            declared_at=moment,
        )
        visits = take_out(user, unit)
        tasks = list(
            Assignment.objects.select_for_update().filter(unit=unit, reviewer=user, withdrawn_at__isnull=True)
        )
        for task in tasks:
            take_back(actor, task, reason=f"{KINDS[kind].zh} / {KINDS[kind].en}", moment=moment)
    data = {
        "user": user.pk,
        "unit": unit.code,
        "kind": kind,
        "tasks": [t.pk for t in tasks],
        "visits": visits,
    }
    audit.record(actor, "duxue.recusal.declared", recusal, path=round.authority.path, data=data, at=moment)
    return recusal


@transaction.atomic
def recusal_withdraw(*, actor: Actor, recusal: Recusal, reason: str, at: datetime | None = None) -> None:
    """Take a recusal back, with a reason; tasks and visits that it took away do not come back by themselves."""
    moment = at or now()
    require(actor, "withdraw", recusal)
    if not reason.strip():
        raise Refused([tell("WEB001", field="reason", what=Text("请说明撤回的理由", "give a reason"))])
    data = {"user": recusal.user_id, "unit": recusal.unit.code, "kind": recusal.kind}
    audit.record(
        actor, "duxue.recusal.withdrawn", recusal, path=recusal.round.authority.path, reason=reason.strip(), data=data, at=moment
    )  # fmt: skip
    with everything("its own policy was asked"):
        Recusal.objects.filter(pk=recusal.pk).delete()


def recusals_seen(actor: Actor, round: Round, rows: Iterable[Recusal | RecusalRequest]) -> None:
    """Log that others' recusals, or requests for them, were read, at the authority: its auditors read the log."""
    if people := sorted({row.user_id for row in rows if row.user_id != actor.user_id}):
        audit.saw(actor, round.authority, "recusals", round=round.pk, people=people)


def may_be_recused(round: Round) -> list[User]:
    """Return the people of the round who judge: reviewers and inspectors."""
    found = {u.pk: u for role in (REVIEWER, INSPECTOR) for u in people_of(round, role)}
    return sorted(found.values(), key=lambda u: (u.name, u.username))
