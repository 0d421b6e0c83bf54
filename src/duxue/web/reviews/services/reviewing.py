"""Scoring: drafts saved as one types, points given with their reason, a task finished when every item is given."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from duxue.core.errors import Problem, Refused
from duxue.core.text import Text
from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.locking import lock
from duxue.web.common.numbers import trimmed
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.scope import everything
from duxue.web.reviews.models import Assignment, Review
from duxue.web.reviews.rules import STEP, judged, review_rules, step_of
from duxue.web.rounds.models import Answer, Question, RoundUnit
from duxue.web.rounds.procedures import move, offers, window_state
from duxue.web.rounds.services.answers import clean
from duxue.web.rounds.services.units import unit_facts

REASON_LIMIT = 2000


class Conflict(Refused):
    """The same review was saved elsewhere meanwhile; `theirs` is it as it stands, `mine` what was not saved."""

    def __init__(self, theirs: Review, mine: dict[str, object]) -> None:
        self.theirs, self.mine = theirs, mine
        advice = Text("比较两个版本后选择。", "Compare both versions, then choose.")
        super().__init__([tell("WEB003", field="reason", advice=advice)])


def answers_in(assignment: Assignment) -> list[Answer]:
    """Return the answers that a task judges, in the order of the tree."""
    with everything("the caller sees the task, and its reviewer what was submitted"):
        rows = Answer.objects.filter(unit_id=assignment.unit_id).select_related("item__parent")
        found = [a for a in rows.order_by("item__order") if judged(a.item)]
        # Joined, each row would read the procedures of the round anew: a millisecond each.
        for answer in found:
            answer.unit, answer.round = assignment.unit, assignment.round
        if assignment.branch_id is None:
            return found
        inside = {assignment.branch_id}
        for item in assignment.round.items.order_by("order"):
            if item.parent_id in inside:
                inside.add(item.pk)
        return [a for a in found if a.item_id in inside]


def unjudged(unit: RoundUnit) -> list[Answer]:
    """Return the answers of a unit for which a task that is not finished has no points yet, in the order of the tree."""
    with everything("whether a review may end is the same for everybody"):
        tasks = Assignment.objects.filter(unit=unit, withdrawn_at__isnull=True, finished_at__isnull=True)
        missing: dict[int, Answer] = {}
        for task in tasks.select_related("round", "unit"):
            given = set(
                Review.objects.filter(assignment=task, given=True).values_list("answer_id", flat=True)
            )
            missing |= {answer.pk: answer for answer in answers_in(task) if answer.pk not in given}
    return sorted(missing.values(), key=lambda answer: answer.item.order)


@transaction.atomic
def review_save(
    *, actor: Actor, assignment: Assignment, answer: Answer, version: int, points: Decimal | None, reason: str,
    at: datetime | None = None,
) -> Review:  # fmt: skip
    """Save a draft that only its reviewer sees, and return it; a given score is changed by giving it again.

    Raises:
        Conflict: WEB003, saved elsewhere meanwhile.
        Refused: points outside the item or its step (WEB002), a closed window (WEB005), given already (WEB004).
    """
    moment = at or now()
    stored = _open(actor, assignment, answer)
    reason = clean(reason)
    if (stored.points, stored.reason) == (points, reason):
        return stored
    problems = [*_closed(assignment, moment), *_content(answer, points, reason)]
    if stored.given:
        what = Text("已给分；要改请重新给分", "it is given; give it again to change it")
        problems.append(tell("WEB004", what=what, found=answer.item.code))
    if problems:
        raise Refused(problems)
    _keep(stored, version, points, reason, moment)
    data = {"item": answer.item.code, "unit": answer.unit.code, "version": stored.version}
    audit.record(
        actor, "duxue.review.drafted", stored, path=assignment.round.authority.path, data=data, at=moment
    )
    return stored


@transaction.atomic
def review_give(
    *, actor: Actor, assignment: Assignment, answer: Answer, version: int, points: Decimal | None, reason: str,
    at: datetime | None = None,
) -> Review:  # fmt: skip
    """Give points to one answer and return the review; it may be given again until the task is finished.

    Raises:
        Conflict: WEB003, saved elsewhere meanwhile.
        Refused: no points (WEB001), points outside the item or its step (WEB002), a missing reason (WEB001), a question of
            one's own that is not answered (WEB004), a closed window (WEB005).
    """
    moment = at or now()
    stored = _open(actor, assignment, answer)
    reason = clean(reason)
    if stored.given and (stored.points, stored.reason) == (points, reason):
        return stored
    problems = [*_closed(assignment, moment), *_content(answer, points, reason)]
    if points is None:
        problems.append(
            tell("WEB001", field="points", what=Text("请给分", "give points"), found=answer.item.code)
        )
    elif not reason.strip() and (why := reason_needed(answer, points)):
        problems.append(tell("WEB001", field="reason", what=why, found=answer.item.code))
    if waiting(actor, answer):
        what = Text("您提的问题还没有答复", "your question is not answered yet")
        problems.append(tell("WEB004", what=what, found=answer.item.code))
    if problems:
        raise Refused(problems)
    before = stored.points if stored.given else None
    _keep(stored, version, points, reason, moment)
    with everything("the reviewer's own row"):
        Review.objects.filter(pk=stored.pk).update(given=True, given_at=moment)
    stored.given, stored.given_at = True, moment
    data = {
        "item": answer.item.code, "unit": answer.unit.code, "turn": assignment.turn, "points": points, "before": before,
        "self_score": answer.self_score,
    }  # fmt: skip
    audit.record(
        actor, "duxue.review.given", stored, path=assignment.round.authority.path, reason=reason.strip(), data=data, at=moment
    )  # fmt: skip
    return stored


def reason_needed(answer: Answer, points: Decimal) -> Text | None:
    """Return why points need a reason: below full, or far from the self-score; None when they do not."""
    if points < answer.item.points:
        return Text("未给满分须说明理由", "points below full need a reason")
    far = review_rules(answer.round).reason_share * answer.item.points
    if answer.self_score is not None and abs(points - answer.self_score) > far:
        return Text("与自评分相差较大，须说明理由", "far from the self-score: give a reason")
    return None


def waiting(actor: Actor, answer: Answer) -> bool:
    """Return whether a question of the actor on the answer is still open."""
    with everything("one's own questions"):
        return Question.objects.filter(
            answer=answer, asked_by_id=actor.user_id, replied_at__isnull=True, closed_at__isnull=True
        ).exists()


@transaction.atomic
def assignment_finish(*, actor: Actor, assignment: Assignment, at: datetime | None = None) -> Assignment:
    """Finish a task of which every item is given; items that nobody else still judges are accepted. Return the task.

    When it was the unit's last task and no two scores lie too far apart, the unit's review is finished with it.

    Raises:
        Refused: every item that is not given (WEB001), a closed window (WEB005).
    """
    moment = at or now()
    require(actor, "finish", assignment)
    answers = answers_in(assignment)
    with everything("the reviewer's own rows"):
        lock(Assignment, assignment.pk)
        given = set(
            Review.objects.filter(assignment=assignment, given=True).values_list("answer_id", flat=True)
        )
    problems = list(_closed(assignment, moment))
    problems += [
        tell("WEB001", field=a.item.code, what=Text("还没有给分", "no points are given yet"), found=a.item.code)
        for a in answers if a.pk not in given
    ]  # fmt: skip
    if problems:
        raise Refused(problems)
    with everything("the reviewer's own task"):
        Assignment.objects.filter(pk=assignment.pk).update(finished_at=moment)
    assignment.finished_at = moment
    data = {"unit": assignment.unit.code, "turn": assignment.turn, "items": len(answers)}
    audit.record(
        actor,
        "duxue.assignment.finished",
        assignment,
        path=assignment.round.authority.path,
        data=data,
        at=moment,
    )
    _go_on(actor, assignment, answers, moment)
    return assignment


def _go_on(actor: Actor, assignment: Assignment, answers: list[Answer], moment: datetime) -> None:
    """Accept what is judged by all who judge it, and finish the unit's review when it was the last task.

    The events stand at the authority's place, so that the unit's people do not read who judged them.
    """
    from duxue.web.reviews.selectors import apart_in

    with everything("what others still judge decides what is accepted"):
        unit = RoundUnit.objects.select_related("round__authority").get(pk=assignment.unit_id)
        open_ = list(
            Assignment.objects.filter(unit=unit, withdrawn_at__isnull=True, finished_at__isnull=True)
        )
        still = {a.pk for task in open_ for a in answers_in(task)}
        far = {pair.answer.pk for pair in apart_in(assignment.round, unit)}
    for answer in answers:
        if answer.pk not in still and answer.pk not in far and answer.state in {"submitted", "answered"}:
            move(actor, unit.round, "answer", answer, "accept", path=unit.round.authority.path, at=moment)
    if open_ or far or unit.state != "in_review":
        return
    facts = unit_facts(unit.round, unit, moment)
    found = offers(actor, unit.round, "unit", unit, path=unit.round.authority.path, facts=facts)
    if any(o.transition.id == "finish_review" and o.allowed for o in found):
        move(
            actor,
            unit.round,
            "unit",
            unit,
            "finish_review",
            path=unit.round.authority.path,
            facts=facts,
            at=moment,
        )


# --- what both saving and giving do ----------------------------------------------------------------------------------
def _open(actor: Actor, assignment: Assignment, answer: Answer) -> Review:
    """Return the locked review of an answer, made when it is new; refused for items that the task does not hold."""
    require(actor, "review", assignment)
    if answer.pk not in {a.pk for a in answers_in(assignment)}:
        raise Refused([tell("WEB010", found=answer.item.code)])
    with everything("the reviewer's own row"):
        review, _ = Review.objects.get_or_create(
            assignment=assignment, answer=answer, defaults={"round_id": assignment.round_id}
        )
        return Review.objects.select_for_update().get(pk=review.pk)


def _keep(stored: Review, version: int, points: Decimal | None, reason: str, moment: datetime) -> None:
    if stored.version != version:
        raise Conflict(stored, {"points": points, "reason": reason})
    stored.points, stored.reason, stored.updated_at, stored.version = points, reason, moment, version + 1
    with everything("the reviewer's own row"):
        Review.objects.filter(Q(pk=stored.pk)).update(
            points=points, reason=reason, updated_at=moment, version=stored.version
        )


def _closed(assignment: Assignment, moment: datetime) -> list[Problem]:
    state = window_state(assignment.round, STEP, assignment.unit, moment)
    return [] if state else [tell("WEB005", what=state.why.text())]


def _content(answer: Answer, points: Decimal | None, reason: str) -> list[Problem]:
    problems: list[Problem] = []
    item, step = answer.item, step_of(answer.item)
    if points is not None:
        full = trimmed(item.points)
        if not points.is_finite() or not 0 <= points <= item.points:
            expected = Text(f"0至{full}分", f"0 to {full} points")
            problems.append(tell("WEB002", field="points", found=str(points), expected=expected))
        elif points % step:
            expected = Text(f"以{trimmed(step)}分为一档", f"in steps of {trimmed(step)}")
            problems.append(tell("WEB002", field="points", found=str(points), expected=expected))
    if len(reason) > REASON_LIMIT:
        expected = Text(f"不超过{REASON_LIMIT}字", f"at most {REASON_LIMIT} characters")
        problems.append(tell("WEB002", field="reason", found=str(len(reason)), expected=expected))
    return problems
