"""A unit asks that somebody does not visit it; the organiser decides, and what is granted is a recusal like any other."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text, same
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.inspections.models import RecusalRequest, Visit
from duxue.web.inspections.services.visiting import take_out
from duxue.web.reviews.barring import KINDS, why_barred
from duxue.web.reviews.policy import person
from duxue.web.reviews.services.recusing import TEXT_LIMIT, recusal_declare


@transaction.atomic
def recusal_ask(
    *, actor: Actor, visit: Visit, user: int, kind: str, text: str, at: datetime | None = None
) -> RecusalRequest:
    """Ask that a person of the team does not visit the unit, and return the request.

    Args:
        actor: the head of the unit.
        visit: a visit that the unit knows of.
        user: key of a person of its team.
        kind: home, staff, relative or other.
        text: what it is.
        at: moment (now).

    Raises:
        Refused: nobody of the team, an unknown kind (WEB002), no text (WEB001), asked already (WEB004).
    """
    moment = at or now()
    require(actor, "ask_recusal", visit)
    problems, text = _text(text, "text"), text.strip()
    if kind not in KINDS:
        problems.append(tell("WEB002", field="kind", found=kind, expected=same(", ".join(KINDS))))
    with everything("one of the team, not asked for yet; locked, for two may ask at once"):
        Visit.objects.select_for_update().get(pk=visit.pk)
        who = visit.team.filter(pk=user).first()
        if who is None:
            what = Text("此人不在这次核查的人员中", "this person is not in the team of the visit")
            problems.append(tell("WEB002", field="user", what=what, found=str(user)))
        elif RecusalRequest.objects.filter(visit=visit, user=who, granted=None).exists():
            what = Text("已对此人提出申请，等待决定", "it was asked for already and waits for a decision")
            problems.append(tell("WEB004", field="user", what=what, found=str(who)))
    if problems or who is None:
        raise Refused(problems)
    with everything("its own policy was asked"):
        asked = RecusalRequest.objects.create(
            round_id=visit.round_id, visit=visit, user=who, kind=kind, text=text, asked_by_id=person(actor), asked_at=moment
        )  # fmt: skip
    _record(actor, "duxue.recusal.asked", asked, moment)
    return asked


@transaction.atomic
def recusal_decide(
    *, actor: Actor, asked: RecusalRequest, granted: bool, answer: str, at: datetime | None = None
) -> RecusalRequest:
    """Grant a request, which declares the recusal, or decline it.

    Raises:
        Refused: no answer where it is declined (WEB001), decided already (WEB004).
    """
    moment = at or now()
    require(actor, "decide", asked)
    problems = _text(answer, "answer") if answer.strip() or not granted else []
    with everything("its own policy was asked"):
        standing = RecusalRequest.objects.select_for_update().get(pk=asked.pk)
    if standing.granted is not None:
        problems.append(tell("WEB004", what=Text("申请已作出决定", "the request is decided already")))
    if problems:
        raise Refused(problems)
    visit = asked.visit
    with everything("its own policy was asked"):
        if granted and why_barred(asked.round, asked.user_id, visit.unit):  # nothing is left to declare
            take_out(asked.user, visit.unit)
        elif granted:
            recusal_declare(
                actor=actor, round=asked.round, user=asked.user, unit=visit.unit, kind=asked.kind, text=asked.text, at=moment
            )  # fmt: skip
        asked.granted, asked.answer, asked.decided_by_id, asked.decided_at = (
            granted, answer.strip(), person(actor), moment,
        )  # fmt: skip
        asked.save(update_fields=["granted", "answer", "decided_by", "decided_at"])
    _record(actor, "duxue.recusal.granted" if granted else "duxue.recusal.declined", asked, moment)
    return asked


def _text(text: str, field: str) -> list[Problem]:
    if not text.strip():
        return [tell("WEB001", field=field, what=Text("请写明理由", "say why"))]
    if len(text.strip()) > TEXT_LIMIT:
        expected = Text(f"不超过{TEXT_LIMIT}字", f"at most {TEXT_LIMIT} characters")
        return [tell("WEB002", field=field, found=str(len(text.strip())), expected=expected)]
    return []


def _record(actor: Actor, action: str, asked: RecusalRequest, moment: datetime) -> None:
    data = {"user": asked.user_id, "unit": asked.visit.unit.code, "kind": asked.kind, "visit": asked.visit_id}
    audit.record(
        actor, action, asked, path=asked.visit.round.authority.path, reason=asked.answer, data=data, at=moment
    )
