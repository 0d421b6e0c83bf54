"""Items returned with a question: answered one by one, without reopening the rest."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Question
from duxue.web.rounds.procedures import move
from duxue.web.rounds.services.answers import (
    Conflict,
    clean,
    content_problems,
    keep_version,
    locked,
    place_of,
    write,
)


@transaction.atomic
def question_answer(
    *,
    actor: Actor,
    question: Question,
    reply: str,
    version: int,
    self_score: Decimal | None,
    narrative: str,
    at: datetime | None = None,
) -> Answer:
    """Reply to a question, with the item's score and narrative as they shall now stand; return the answer.

    What changed is kept as a version that the reviewer sees beside the one before. Once no question of the item is
    open, the item goes back to its reviewer. A reply after its term still counts; the audit says that it came late.

    Raises:
        Conflict: WEB003, someone else changed the item meanwhile.
        Refused: WEB001 without a reply, WEB002 for wrong values, WEB004 when it was answered or not returned.
    """
    moment = at or now()
    require(actor, "fill", question.answer)
    stored = locked(question.answer)
    with everything("the question as it stands"):
        question = Question.objects.select_for_update().get(pk=question.pk)
    reply, narrative = clean(reply).strip(), clean(narrative)
    if question.replied_at is not None and (question.reply, stored.narrative, stored.self_score) == (
        reply,
        narrative,
        self_score,
    ):
        return stored  # the same reply once more: sent again after a timeout
    problems: list[Problem] = []
    if question.replied_at is not None or question.closed_at is not None or stored.state != "returned":
        what = Text("这个问题已经答复或关闭", "this question has been answered or closed")
        problems.append(tell("WEB004", field="reply", what=what))
    if not reply:
        problems.append(tell("WEB001", field="reply", what=Text("请写答复", "write a reply")))
    problems += content_problems(stored, self_score, narrative, ready=stored.ready)
    changed = (stored.self_score, stored.narrative) != (self_score, narrative)
    if problems:
        raise Refused(problems)
    if changed and stored.version != version:
        raise Conflict(stored, {"self_score": self_score, "narrative": narrative, "ready": stored.ready})
    if changed:
        stored.self_score, stored.narrative = self_score, narrative
        keep_version(stored, actor, source="reply", moment=moment, handed_in=True)
        write(stored, actor, moment)
    data = {
        "question": question.pk,
        "changed": changed,
        "version": stored.version,
        "late": moment > question.due,
    }
    with everything("the locked question is written"):
        Question.objects.filter(pk=question.pk).update(
            reply=reply, replied_by_id=actor.user_id, replied_at=moment
        )
        waiting = Question.objects.filter(
            answer_id=stored.pk, replied_at__isnull=True, closed_at__isnull=True
        ).exists()
    place = place_of(actor, stored)
    if waiting:
        audit.record(
            actor,
            "duxue.question.replied",
            question,
            round_id=stored.round_id,
            path=place,
            data=data,
            at=moment,
        )
    else:
        move(actor, stored.round, "answer", stored, "answer", path=place, data=data, at=moment)
    return stored
