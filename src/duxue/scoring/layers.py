"""From several people's scores to one score for each layer: who scored, how far apart, and what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from duxue.core.errors import Problem
from duxue.core.quantity import show
from duxue.core.text import Text
from duxue.packs.scoring import Item, Review
from duxue.scoring.model import ReviewScore
from duxue.scoring.problems import tell

ReviewLayer = Literal["online", "field"]
LAYERS: Mapping[str, Text] = {
    "self": Text("自评", "self"),
    "online": Text("网上评审", "online"),
    "field": Text("实地核查", "field"),
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """One layer's score for one item of one unit, with the lowest and highest score that reviewers gave."""

    score: Fraction
    low: Fraction
    high: Fraction
    reason: Text


def agree(
    scores: Sequence[ReviewScore], item: Item, review: Review, unit: Text
) -> tuple[Agreed | None, list[Problem]]:
    """Return the score that a layer's reviewers agree on, or None with what is wrong.

    One reviewer: the score as it is. Two or three: their mean, where they lie within `review.tolerance` of full points.
    Further apart, a person with the role `reconcile` decides, and the score of that person stands.
    """
    first = [s for s in scores if s.role == "review"]
    decided = [s for s in scores if s.role == "reconcile"]
    title = item.title.text
    if len(first) != review.reviewers:
        return None, [tell("SCO020", found=len(first), count=review.reviewers, unit=unit, item=title)]
    low, high = min(s.score for s in first), max(s.score for s in first)
    if decided:
        last = decided[-1]
        who, given = last.reviewer, last.reason
        reason = Text(f"{who}复核：{given}", f"reconciled by {who}: {given}")
        return Agreed(last.score, min(low, last.score), max(high, last.score), reason), []
    if high > low and high - low > (limit := review.tolerance * item.points):
        gap = show(high - low, 2)
        return None, [tell("SCO013", gap=gap, limit=show(limit, 2), unit=unit, item=title)]
    mean = sum((s.score for s in first), Fraction(0)) / len(first) if high > low else low
    zh = "；".join(f"{s.reviewer}：{s.reason}" for s in first)
    en = "; ".join(f"{s.reviewer}: {s.reason}" for s in first)
    return Agreed(mean, low, high, Text(zh, en)), []


def by_place(reviews: Sequence[ReviewScore]) -> dict[tuple[str, str, str], list[ReviewScore]]:
    """Return reviews by layer, unit and item, in the order given."""
    found: dict[tuple[str, str, str], list[ReviewScore]] = defaultdict(list)
    for review in reviews:
        found[review.layer, review.unit, review.item].append(review)
    return found
