"""The standard of a round as one list: every item in order, what it is worth and how it is scored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from duxue.scoring.rule_words import Said
from duxue.web.common.actors import Actor
from duxue.web.rounds.models import Item, Round, RoundUnit
from duxue.web.rounds.policy import of_members
from duxue.web.rounds.selectors.rule import rule_of
from duxue.web.rounds.weights import full_shown


@dataclass(frozen=True)
class Line:
    """An item with its full points and its rule in words; None where the reader does not see them."""

    item: Item
    full: Decimal | None
    rule: Said | None


@dataclass(frozen=True)
class Standard:
    """All items, branches before their leaves, and what they are worth together where the reader sees sums."""

    lines: list[Line]
    whole: Decimal | None

    @property
    def hidden(self) -> bool:
        """Whether what some items are worth is not for the reader."""
        return any(line.full is None for line in self.lines)


def standard_of(round: Round, actor: Actor) -> Standard:
    """Return the standard of a round as an actor sees it, whose unit may have been told its result."""
    told = RoundUnit.objects.filter(of_members(actor, "path"), round=round, notified_at__isnull=False).first()
    lines = []
    for item in Item.objects.filter(round=round).select_related("round").order_by("order"):
        shown = full_shown(actor, round, item=item, unit=told)
        lines.append(Line(item, item.points if shown else None, rule_of(item) if shown else None))
    sums = full_shown(actor, round, unit=told)
    tops = [line.item.points for line in lines if line.item.parent_id is None]
    return Standard(lines, sum(tops, Decimal(0)) if sums else None)
