"""What items are worth, as far as the reader may see it: {% full_points item unit as full %}, {% full_sums unit as sums %}."""

from __future__ import annotations

from decimal import Decimal

from django import template

from duxue.web.common.scope import current
from duxue.web.rounds import weights
from duxue.web.rounds.models import Item, RoundUnit

register = template.Library()


@register.simple_tag
def full_points(item: Item, unit: RoundUnit) -> Decimal | None:
    """Return the full points of an item; None where the reader does not see them."""
    return weights.full_points(item, unit)


@register.simple_tag
def full_sums(unit: RoundUnit) -> bool:
    """Return whether the reader sees the full points of blocks and of the whole."""
    return weights.full_shown(current(), unit.round, unit=unit)
