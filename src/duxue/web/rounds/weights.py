"""Who sees what items are worth: one decision for pages, forms, the API and files.

Full points are the weights of a round. Where the organiser does not show them to units, those who watch over the round see
them all; whoever gives points sees the scale of what they give points to, never the sums of blocks, nor what data decide; a
unit sees them once it is told its result, which cannot be read or objected to without; all see them once they are published.
"""

from __future__ import annotations

from decimal import Decimal

from duxue.web.common.actors import INSPECTOR, OVERSEERS, REVIEWER, Actor
from duxue.web.common.policy import role_at
from duxue.web.common.scope import current
from duxue.web.rounds.models import Item, Round, RoundUnit

_NOT_GIVEN = {
    REVIEWER: {"branch", "computed"},
    INSPECTOR: {"branch"},
}  # kinds that nobody of the role gives points to


def full_shown(
    actor: Actor | None, round: Round, *, item: Item | None = None, unit: RoundUnit | None = None
) -> bool:
    """Return whether an actor sees the full points of an item, or without one those of blocks and of the whole.

    Args:
        actor: who looks; None is nobody in particular.
        round: whose items they are.
        item: a leaf or a branch.
        unit: on whose pages they stand, where they stand on any.
    """
    if round.chosen.show_weights or round.published_at is not None:
        return True
    if unit is not None and unit.notified_at is not None:
        return True
    if actor is None:
        return False
    place = round.authority.path
    if role_at(actor, OVERSEERS, place, round.pk):
        return True
    return item is not None and any(
        item.kind not in kinds and role_at(actor, (role,), place, round.pk)
        for role, kinds in _NOT_GIVEN.items()
    )


def full_points(item: Item, unit: RoundUnit) -> Decimal | None:
    """Return the full points of an item on a page of `unit`; None where the actor of the scope does not see them."""
    return item.points if full_shown(current(), unit.round, item=item, unit=unit) else None
