"""Which windows of a round reach into years whose holidays nobody knows yet: {% unannounced_years round as years %}."""

from __future__ import annotations

from django import template
from django.utils import timezone

from duxue.web.common.announced import said_of
from duxue.web.common.lang import Words
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Round, Window
from duxue.web.rounds.procedures import last_year_of

register = template.Library()


@register.simple_tag
def unannounced_years(round: Round) -> list[Words]:
    """Return what is said of each year beyond the round's calendar that one of its windows reaches, earliest first."""
    with everything("the windows of all are known to everybody who sees the round"):
        ends = Window.objects.filter(round=round).values_list("closes", flat=True)
    last = last_year_of(round)
    return [said_of(year) for year in sorted({timezone.localtime(end).year for end in ends}) if year > last]
