"""Reading scores for pages and the API: always what the actor of the scope may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet

from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.reporting.models import Boundary, ItemScore, Scoring, UnitScore
from duxue.web.rounds.models import Answer, Item, Round, RoundUnit
from duxue.web.rounds.selectors.progress import OPEN, done

# How far answers are, in the order of their way, with the colour that a stack gives them.
ANSWER_STATES: Sequence[tuple[str, Words, str]] = (
    ("accepted", say("已采纳", "accepted"), "--met"),
    ("answered", say("已答复", "answered"), "--series-2"),
    ("submitted", say("已提交", "submitted"), "--series-1"),
    ("returned", say("已退回", "returned"), "--at-risk"),
    ("filled", say("已填", "filled"), "--series-4"),
    ("open", say("未填", "open"), "--muted"),
)


@dataclass(frozen=True)
class Standing:
    """The last scoring of a round that the actor may see, with the units of it that they may see."""

    scoring: Scoring
    units: Sequence[UnitScore]

    def unit(self, code: str) -> UnitScore | None:
        """Return a unit's result."""
        return next((u for u in self.units if u.unit.code == code), None)


def standing_of(round: Round) -> Standing | None:
    """Return the last visible scoring of a round, a final one before trials."""
    scoring = _last(round)
    return Standing(scoring, list(scores_of(round).order_by("rank", "unit__code"))) if scoring else None


def _last(round: Round) -> Scoring | None:
    return Scoring.objects.filter(round=round).order_by("kind", "-id").first()  # final sorts before trial


def scores_of(round: Round) -> QuerySet[UnitScore]:
    """Return the visible results of the last visible scoring of a round."""
    return UnitScore.objects.filter(scoring=_last(round)).select_related("unit__round")


def rounds_with_scores() -> QuerySet[Round]:
    """Return the visible rounds, newest first."""
    return Round.objects.select_related("authority").order_by("-round_year", "-id")


def items_of_unit(scoring: Scoring, unit: RoundUnit) -> list[ItemScore]:
    """Return the visible points on items of a unit, in the order of the tree."""
    rows = ItemScore.objects.filter(scoring=scoring, unit=unit).select_related("item")
    return list(rows.order_by("item__order"))


def full_points(round: Round) -> Mapping[str, Decimal]:
    """Return the full points of the blocks."""
    return {i.code: i.points for i in Item.objects.filter(round=round, parent__isnull=True)}


def answer_counts(round: Round) -> tuple[Mapping[str, Mapping[str, int]], Mapping[str, Words]]:
    """Return how far answers are by unit code, and the names of the units that the actor may see.

    Before submission an answer is filled when it needs nothing more (rounds.selectors.progress), else open.
    """
    names = {u.code: u.name for u in RoundUnit.objects.filter(round=round).order_by("code")}
    counts: dict[str, dict[str, int]] = {code: defaultdict(int) for code in names}
    with everything("how far a unit is is shown to whoever may see the unit; not what it writes"):
        rows = Answer.objects.filter(round=round, unit__code__in=list(names)).values_list(
            "unit__code", "state"
        )
        counted = rows.annotate(n=Count("pk"), ready=Count("pk", filter=done(round))).order_by()
        for code, state, n, ready in counted:
            if state in OPEN:
                counts[code]["filled"] += ready
                counts[code]["open"] += n - ready
            else:
                counts[code][state] += n
    return counts, names


def boundary_of(round: Round) -> Boundary | None:
    """Return the boundaries that the authority uploaded, when the actor may see them."""
    return Boundary.objects.filter(authority_id=round.authority_id).first()


def grades_shown(round: Round, insider: bool) -> bool:
    """Return whether grades are shown: inside always, outside where the round publishes them."""
    return insider or round.chosen.publish_grades
