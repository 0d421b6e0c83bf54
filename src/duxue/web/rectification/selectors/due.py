"""What falls due when: the problems of some days, and the days of the calendar."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from duxue.web.common import calendar as calendars
from duxue.web.common.clock import today
from duxue.web.rectification.models import Problem
from duxue.web.rectification.words import ENDED


def due_between(rows: QuerySet[Problem], first: date, last: date) -> QuerySet[Problem]:
    """Return what of `rows` is due from one day to another and not mended yet."""
    return rows.filter(due__date__gte=first, due__date__lte=last).exclude(state__in=ENDED)


def days_due(rows: QuerySet[Problem]) -> list[calendars.Day]:
    """Return the days of the calendar on which something of `rows` is due, in order."""
    return calendars.days_of(due_between(rows, *calendars.span()), TruncDate("due"), Q(due__date__lt=today()))
