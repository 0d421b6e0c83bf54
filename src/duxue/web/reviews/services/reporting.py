"""From a review to the ledger of problems, in one step."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from duxue.web.common import audit
from duxue.web.common.actors import Actor
from duxue.web.common.policy import require
from duxue.web.rectification.models import Problem
from duxue.web.rectification.services.finding import problem_found
from duxue.web.reviews.models import Review


@transaction.atomic
def review_report(*, actor: Actor, review: Review, at: datetime | None = None) -> Problem:
    """Put the reason of a review on the ledger as a problem of the unit and return it; asked again, the same one.

    Raises:
        Denied: somebody else's review, one without a reason, or the round is sealed.
    """
    require(actor, "report", review)
    answer = review.answer
    problem, new = problem_found(
        actor=actor, unit=answer.unit, item=answer.item, source="online", text=review.reason.strip(), at=at
    )  # fmt: skip
    data = {"item": answer.item.code, "unit": answer.unit.code, "problem": problem.code}
    if new:
        audit.record(
            actor, "duxue.review.reported", review, path=review.round.authority.path, data=data, at=at
        )
    return problem
