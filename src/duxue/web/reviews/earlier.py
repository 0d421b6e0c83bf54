"""The rounds before one: what a unit answered to the item of the same code, what it got, and what was found then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from duxue.web.common.lang import Words
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Round
from duxue.web.rounds.procedures import state_title

MOST = 10  # rounds that are looked at


@dataclass(frozen=True)
class Found:
    """A problem of an earlier round, and how far its mending is."""

    code: str
    said: Words
    state: Words


@dataclass(frozen=True)
class Earlier:
    """One round before: what the unit answered then, the points that counted, and the problems that were found."""

    answer: Answer
    points: Decimal | None
    problems: Sequence[Found]


def earlier_rounds(answer: Answer) -> list[Earlier]:
    """Return the rounds before that of `answer` in which its unit answered the item, the newest first, of the last 10.

    One query for each table, however many rounds there are.
    """
    rounds = _rounds_before(answer.round)
    if not rounds:
        return []
    with everything(
        "a reviewer of the unit reads what it answered, what it got and what was found in earlier rounds"
    ):
        rows = Answer.objects.filter(
            round__in=rounds, unit__organisation_id=answer.unit.organisation_id, item__code=answer.item.code
        ).select_related("item", "unit__round__authority")
        answers = sorted(rows, key=lambda row: rounds.index(row.round_id))
        points, problems = _points(answers), _problems(answers)
    return [Earlier(row, points.get(row.unit_id), problems.get(row.unit_id, ())) for row in answers]


def _rounds_before(round: Round) -> list[int]:
    """Return the keys of the rounds before one, the newest first."""
    if round.before_id is None:
        return []
    steps = ["__".join(["before"] * n) + "_id" for n in range(1, MOST + 1)]
    with everything("which round follows which says nothing of what was written"):
        return [pk for pk in Round.objects.filter(pk=round.pk).values_list(*steps)[0] if pk is not None]


def _points(answers: Sequence[Answer]) -> dict[int, Decimal | None]:
    """Return the final points of each unit on its item, by the scoring made last."""
    from duxue.web.reporting.models import ItemScore

    rows = ItemScore.objects.filter(
        unit__in=[a.unit_id for a in answers], item__in=[a.item_id for a in answers], scoring__kind="final"
    )
    return dict(rows.order_by("scoring_id").values_list("unit_id", "points"))


def _problems(answers: Sequence[Answer]) -> dict[int, list[Found]]:
    """Return what was found at each unit on its item and not dropped."""
    from duxue.web.rectification.models import Problem

    found: dict[int, list[Found]] = defaultdict(list)
    by_unit = {answer.unit_id: answer for answer in answers}
    rows = Problem.objects.filter(unit__in=by_unit, item_code__in={a.item.code for a in answers})
    for row in rows.exclude(state="dropped").order_by("found_at", "pk"):
        title = state_title(by_unit[row.unit_id].unit.round, "problem", row.state)
        found[row.unit_id].append(Found(row.code, row.said, title))
    return found
