"""The door to the next visit of a unit, for its members: {% coming_visit unit %}."""

from __future__ import annotations

from typing import Any

from django import template

from duxue.web.common.actors import MEMBERS, PUBLIC
from duxue.web.common.scope import current
from duxue.web.inspections.selectors import coming_to
from duxue.web.rounds.models import RoundUnit

register = template.Library()


@register.inclusion_tag("inspections/coming.html")
def coming_visit(unit: RoundUnit) -> dict[str, Any]:
    """Say when and where the unit is visited next; nothing where no visit is known of, nor to others, who have their list."""
    found = coming_to(unit) if (current() or PUBLIC).any(*MEMBERS) else []
    return {"next": found[0] if found else None, "count": len(found)}
