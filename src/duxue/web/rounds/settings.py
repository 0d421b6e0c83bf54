"""What a round is set to: one reading of `Round.settings`, with what holds where nothing is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

CHOSEN = (
    "evidence_cap", "second_review_share", "publish_grades", "show_weights", "show_points", "terms", "calendar",
    "remind_days", "escalate_days", "escalate_to", "review_limit", "sheet_items", "visit_limit",
)  # fmt: skip
BOUNDS: Mapping[str, tuple[int, int]] = {  # least and most of whole numbers
    "evidence_cap": (1, 100), "remind_days": (1, 90), "escalate_days": (1, 365), "review_limit": (0, 1000),
    "sheet_items": (1, 100), "visit_limit": (1, 31),
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """The settings of a round; `chosen` ones are the organiser's, the rest comes with the round's file or by hand.

    Shares are parts of 1. `second_review_share` None: as the pack asks; `review_limit` 0: none.
    """

    evidence_cap: int = 10  # files of one unit for one item
    second_review_share: float | None = None  # of reviewed items, judged blind by a second reviewer
    publish_grades: bool = True  # outside; inside they are always shown
    show_weights: bool = True  # to units, the full points of items and blocks; whoever scores sees them
    show_points: bool = True  # to units, the points that rules give, before feedback
    terms: Mapping[str, str] = field(default_factory=dict)  # clock -> term, in place of the pack's
    score_step: str = "0.01"  # smallest step of a self-score
    narrative_limit: int = 4000  # characters
    far_share: str = "0.2"  # of full points: a self-score so far from the rule's is pointed out
    dispute_term: str = "10 working days"  # in which a disputed figure is answered
    reason_share: str = "0.1"  # of full points: a review so far from the self-score gives its reason
    review_limit: int = 0  # units of one reviewer
    sheet_items: int = 8  # on a sheet of a visit
    visit_limit: int = 1  # visits of one place in a month
    remind_days: int = 7  # before the date of a problem
    escalate_days: int = 15  # after it
    escalate_to: str = "leader"
    licence: str = "CC-BY-4.0"  # of what is published
    calendar: str = ""  # of working days; "": the site's
    time_zone: str = ""  # "": the site's
    report_text: Any = None  # edited texts of the report

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Settings:
        """Return the settings that a round keeps; unknown names belong to others."""
        given = {name: value for name, value in kept.items() if name in _NAMES and value is not None}
        return cls(
            **{name: _KINDS[name](value) if name in _KINDS else value for name, value in given.items()}
        )

    def as_json(self) -> dict[str, Any]:
        """Return the organiser's choices as a round keeps them."""
        return {name: dict(self.terms) if name == "terms" else getattr(self, name) for name in CHOSEN}

    @property
    def step(self) -> Decimal:
        """The smallest step of a self-score."""
        return Decimal(self.score_step)


_KINDS: Mapping[str, Callable[[Any], Any]] = {  # a round's file may write 5 as "5", and 0.2 for "0.2"
    **dict.fromkeys(
        ("evidence_cap", "narrative_limit", "review_limit", "sheet_items", "visit_limit", "remind_days", "escalate_days"), int
    ),
    **dict.fromkeys(("publish_grades", "show_weights", "show_points"), bool),
    **dict.fromkeys(("score_step", "far_share", "reason_share", "dispute_term", "escalate_to", "licence"), str),
    "second_review_share": float,
}  # fmt: skip
_NAMES = frozenset(one.name for one in fields(Settings))
PROPOSED = Settings(second_review_share=0.2, show_points=False)  # to the organiser of a new round
