"""What falls due when: the problems of some days, and the days of the calendar."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from duxue.web.common import calendar as calendars
from duxue.web.common.clock import begin_of, today
from duxue.web.rectification.models import Problem
from duxue.web.rectification.words import ENDED


def due_between(rows: QuerySet[Problem], first: date, last: date) -> QuerySet[Problem]:
    """Return what of `rows` is due from one day to another and not mended yet; by moments, which an index holds."""
    begin, end = begin_of(first), begin_of(last + timedelta(days=1))
    return rows.filter(due__gte=begin, due__lt=end).exclude(state__in=ENDED)


def days_due(rows: QuerySet[Problem]) -> list[calendars.Day]:
    """Return the days of the calendar on which something of `rows` is due, in order.

    Terms end with a day, so the database counts by few moments.
    """
    found, at = Counter[date](), today()
    due = due_between(rows, *calendars.span()).order_by().values_list("due").annotate(n=Count("pk"))
    for moment, n in due:
        found[timezone.localtime(moment).date()] += n
    return [calendars.Day(day, n, n if day < at else 0) for day, n in sorted(found.items())]
