"""Returning a single item to its unit with a question, with a clock."""

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
from duxue.web.reviews.policy import person
from duxue.web.reviews.rules import STEP
from duxue.web.rounds.models import Answer, Question
from duxue.web.rounds.procedures import due_after, move, window_state
from duxue.web.rounds.services.answers import clean, locked

QUESTION_LIMIT = 1000


@transaction.atomic
def answer_return(*, actor: Actor, answer: Answer, text: str, at: datetime | None = None) -> Question:
    """Ask the unit about one item and return the question; only this item opens again, until the term of the procedure.

    Raises:
        Denied: nobody of those who judge the unit.
        Refused: no text (WEB001), too long (WEB002), a closed window (WEB005), a question of one's own that is open, or an
            item that is accepted already (WEB004).
    """
    moment = at or now()
    require(actor, "return", answer)
    stored = locked(answer)
    text = clean(text).strip()
    problems: list[Problem] = []
    if not text:
        problems.append(tell("WEB001", field="text", what=Text("请写问题", "write the question")))
    if len(text) > QUESTION_LIMIT:
        expected = Text(f"不超过{QUESTION_LIMIT}字", f"at most {QUESTION_LIMIT} characters")
        problems.append(tell("WEB002", field="text", found=str(len(text)), expected=expected))
    state = window_state(stored.round, STEP, stored.unit, moment)
    if not state:
        problems.append(tell("WEB005", what=state.why.text()))
    if stored.state not in {"submitted", "answered", "returned"}:
        what = Text("这一项现在不能退回", "this item cannot be returned now")
        problems.append(tell("WEB004", what=what, found=stored.state))
    with everything("whether one's own question is open"):
        own = Question.objects.filter(
            answer_id=stored.pk, asked_by_id=actor.user_id, replied_at__isnull=True, closed_at__isnull=True
        )
        if own.exists():
            what = Text("您的上一个问题还没有答复", "your last question is not answered yet")
            problems.append(tell("WEB004", field="text", what=what))
    if problems:
        raise Refused(problems)
    with everything("the question is written for its unit"):
        question = Question.objects.create(
            round_id=stored.round_id, answer_id=stored.pk, text=text, asked_by_id=person(actor), asked_at=moment,
            due=due_after(stored.round, moment, "answer.returned"),
        )  # fmt: skip
    data = {"question": question.pk, "item": stored.item.code, "due": question.due.isoformat()}
    # The events stand at the authority's place: the unit sees the question, not the name of who asked.
    place = stored.round.authority.path
    if stored.state == "returned":  # another reviewer asked first
        audit.record(
            actor, "duxue.question.asked", question, round_id=stored.round_id, path=place, reason=text, data=data, at=moment
        )  # fmt: skip
    else:
        move(actor, stored.round, "answer", stored, "return", path=place, reason=text, data=data, at=moment)
    return question
