"""What a unit was told: its points by layer, read from the last scoring of its round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from duxue.web.common.lang import Words, say
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Answer, Objection, RoundUnit


@dataclass(frozen=True)
class Result:
    """The unit's score and those of its items; None and empty before anything was scored."""

    score: Any
    items: list[Any]

    @property
    def grade(self) -> Words:
        """The grade in words, as the rules name it."""
        named = (self.score.detail.get("grade") or {}) if self.score else {}
        return say(named.get("zh", ""), named.get("en", ""))


def result_of(unit: RoundUnit) -> Result:
    """Return what the unit was told: the final scoring, before it the last trial; nothing before the unit was told.

    The caller has shown that the reader belongs to the unit or oversees its round.
    """
    if unit.notified_at is None:
        return Result(None, [])
    with everything("the unit is told its own scores"):
        rows = unit.scores.select_related("scoring").order_by("-scoring_id")
        score = rows.filter(scoring__kind="final").first() or rows.first()
        if score is None:
            return Result(None, [])
        items = unit.item_scores.filter(scoring_id=score.scoring_id).select_related("item")
        answer = Answer.objects.filter(unit=unit, item=OuterRef("item")).values("pk")[:1]
        return Result(score, list(items.annotate(answer=Subquery(answer)).order_by("item__order")))


def objections_of(unit: RoundUnit) -> list[Objection]:
    """Return the visible objections of a unit, the newest first."""
    return list(
        Objection.objects.filter(unit=unit)
        .select_related("item", "filed_by", "decided_by")
        .order_by("-filed_at")
    )
