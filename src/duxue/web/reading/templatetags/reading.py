"""The door to the check of a unit's report, on the pages of those who judge it: {% checked_report unit %}."""

from __future__ import annotations

from django import template

from duxue.web.reading.selectors import Checked, checked_of
from duxue.web.rounds.models import RoundUnit

register = template.Library()


@register.inclusion_tag("reading/checked.html")
def checked_report(unit: RoundUnit) -> dict[str, Checked | None]:
    """Lead to the latest checked report of a unit; say nothing to who may not read one."""
    return {"checked": checked_of(unit)}
