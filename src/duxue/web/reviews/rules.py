"""What the rules of a round ask of online review: which items, in which steps, how far apart, when a reason is needed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from duxue.web.rounds.models import Item, Round
from duxue.web.rounds.rules import pack_by, rules_of

STEP = "online_review"  # the window of the round
SECOND_SHARE = 0.25  # where neither the round nor its pack says
SMALLEST = Decimal("0.001")  # what the database keeps


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """How a round reviews online.

    Fields: `reviewers` that each item needs by the pack, `tolerance` as share of full points, `second_share` of units with
    a blind second review, `reason_share` of full points from which a distance to the self-score needs a reason, `limit` of
    units for one reviewer (0: none).
    """

    reviewers: int
    tolerance: Fraction
    second_share: float
    reason_share: Decimal
    limit: int


def review_rules(round: Round) -> ReviewRules:
    """Return the rules of a round: its pack's, with what its settings say."""
    reviewers, tolerance = _of_pack(rules_of(round))
    chosen = round.chosen
    share = chosen.second_review_share
    return ReviewRules(
        reviewers,
        tolerance,
        share if share is not None else 1.0 if reviewers > 1 else SECOND_SHARE,
        Decimal(chosen.reason_share),
        chosen.review_limit,
    )


@lru_cache(maxsize=32)
def _of_pack(pack: str) -> tuple[int, Fraction]:
    scoring = pack_by(pack).scoring
    return (scoring.review.reviewers, scoring.review.tolerance) if scoring else (1, Fraction(1, 10))


def judged(item: Item) -> bool:
    """Return whether reviewers score an item online: as its rules say, else unless data decide it."""
    verified = item.guidance.get("verified")
    if item.kind in {"branch", "computed"}:
        return False
    return "online" in verified if isinstance(verified, list) else True


def step_of(item: Item) -> Decimal:
    """Return the smallest step of the points of an item."""
    step = item.rule.get("step") if isinstance(item.rule, dict) else None
    return Decimal(Fraction(str(step)).numerator) / Fraction(str(step)).denominator if step else SMALLEST


def apart(first: Decimal, second: Decimal, item: Item, rules: ReviewRules) -> bool:
    """Return whether two scores of an item lie further apart than the rules let stand."""
    return abs(Fraction(first) - Fraction(second)) > rules.tolerance * Fraction(item.points)
