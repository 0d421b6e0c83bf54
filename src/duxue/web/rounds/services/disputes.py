"""Known figures that a unit says are wrong: looked into and answered, not typed again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Dispute, Known
from duxue.web.rounds.procedures import due_after
from duxue.web.rounds.services.answers import clean, place_of

LONGEST = 2000  # characters


def dispute_due(dispute: Dispute) -> datetime:
    """Return until when the organiser answers a dispute."""
    return due_after(dispute.round, dispute.filed_at, dispute.round.chosen.dispute_term)


@transaction.atomic
def dispute_file(*, actor: Actor, known: Known, text: str, at: datetime | None = None) -> Dispute:
    """Say that a known figure is wrong, and why; whoever may fill its item may say so.

    Raises:
        Refused: WEB001 without a reason, WEB002 for a too long one, WEB004 while the figure is disputed already, WEB006 in
            a sealed round, WEB007 for a machine.
    """
    moment, text = at or now(), clean(text).strip()
    with everything("the answer that the figure belongs to decides who may dispute it"):
        answer = Answer.objects.select_related("unit", "round__authority").get(
            unit_id=known.unit_id, item_id=known.item_id
        )
        pending = Dispute.objects.filter(known=known, answered_at__isnull=True).exists()
    require(actor, "fill", answer)
    problems = text_problems(text, "text", LONGEST)
    if actor.user_id is None:
        problems.append(tell("WEB007", what=Text("疑议须由人提出", "a dispute is filed by a person")))
    if pending:
        what = Text("这一数据的疑议正在处理", "this figure is being looked into already")
        problems.append(tell("WEB004", field="text", what=what))
    if answer.round.sealed_at:
        problems.append(tell("WEB006", found=str(answer.round)))
    if problems:
        raise Refused(problems)
    assert actor.user_id is not None
    dispute = Dispute(
        round_id=known.round_id, unit_id=known.unit_id, known=known, text=text, filed_by_id=actor.user_id,
        filed_at=moment,
    )  # fmt: skip
    with everything("the new dispute"):
        dispute.save(force_insert=True)
    data = {"known": known.pk, "indicator": known.indicator, "year": known.year, "value": known.text}
    audit.record(actor, "duxue.dispute.filed", dispute, path=place_of(actor, answer), data=data, at=moment)
    return dispute


@transaction.atomic
def dispute_answer(*, actor: Actor, dispute: Dispute, answer: str, at: datetime | None = None) -> Dispute:
    """Answer a dispute, once; the organiser does.

    Raises:
        Refused: WEB001 without a text, WEB002 for a too long one, WEB004 when it was answered already, WEB006 in a sealed
            round.
    """
    moment, answer = at or now(), clean(answer).strip()
    require(actor, "decide", dispute.unit)
    problems = text_problems(answer, "answer", LONGEST)
    with everything("the row is locked after the policy was asked"):
        stored = Dispute.objects.select_for_update().get(pk=dispute.pk)
    if stored.answered_at is not None:
        what = Text("这一疑议已经答复", "this dispute has been answered")
        problems.append(tell("WEB004", field="answer", what=what))
    if dispute.round.sealed_at:
        problems.append(tell("WEB006", found=str(dispute.round)))
    if problems:
        raise Refused(problems)
    stored.answer, stored.answered_by_id, stored.answered_at = answer, actor.user_id, moment
    with everything("the locked row is written"):
        stored.save(update_fields=("answer", "answered_by", "answered_at"))
    audit.record(actor, "duxue.dispute.answered", stored, path=dispute.unit.path, at=moment)
    return stored


def text_problems(text: str, field: str, longest: int) -> list[Problem]:
    """Return what is wrong with a text that must be there and not be too long."""
    if not text:
        return [tell("WEB001", field=field)]
    if len(text) > longest:
        what = Text("文字过长", "the text is too long")
        expected = Text(f"不超过{longest}字", f"at most {longest} characters")
        return [tell("WEB002", field=field, what=what, found=str(len(text)), expected=expected)]
    return []
