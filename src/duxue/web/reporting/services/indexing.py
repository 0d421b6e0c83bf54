"""Keeping the search index fresh: what was handed in is taken up by a job within a minute or so, everything once a day.

Signals write what is saved one by one at once; what is written in bulk passes them by. A submission writes no words itself:
3,000 units that hand in within ten minutes would wait for each other's. The audit is what was done, in the order in which it
was done, so the job reads off it which answers and units changed, and nothing is missed or told before it is committed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from duxue.web.common.lang import say
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything
from duxue.web.jobs.registry import Running, job
from duxue.web.reporting.models import SearchMark
from duxue.web.reporting.search import SOURCES, rebuild, write

BATCH = 500  # events between two marks
REST = 2  # times as long as writing a unit took: on the evening of the deadline those who wait for a page go first
# What was done -> the kind that was written in bulk, and how its objects are found by the object of the event.
_WRITTEN = {
    "duxue.unit.submit": ("answer", "unit"),
    "duxue.unit.withdraw": ("answer", "unit"),
    "duxue.answer.answer": ("answer", "pk"),
    "duxue.question.replied": ("answer", "questions"),
    "duxue.round.create": ("unit", "round"),
    "duxue.round.units": ("unit", "round"),
    "duxue.round.loaded": ("answer", "round"),
}


def _waiting(mark: int) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(action__in=_WRITTEN, seq__gt=mark).order_by("seq")


def _mark() -> int:
    return SearchMark.objects.values_list("event", flat=True).first() or 0


def waits() -> bool:
    """Return whether something was written in bulk that is not found by its present words yet."""
    with everything("the words of every object are kept"):
        return _waiting(_mark()).exists()


@job("reporting.index", every_minutes=1, waits=waits)
def freshen(running: Running) -> Mapping[str, Any]:
    """Let be found what was written in bulk since the last run; what runs twice writes the same words."""
    mark, count = _mark(), 0
    while True:
        with everything("the words of every object are kept"):
            events = list(_waiting(mark)[:BATCH].values_list("seq", "action", "object_id"))
        if not events:
            return {"objects": count}
        changed = dict.fromkeys((*_WRITTEN[action], key) for _, action, key in events)
        for n, (kind, field, key) in enumerate(changed):
            running.report(n, len(changed), say("更新搜索索引", "taking up what is new into the search"))
            with everything("the words of every object are kept"):
                rows = SOURCES[kind].model._base_manager.filter(**{field: key})
                keys = list(rows.order_by("pk").values_list("pk", flat=True))
            began = time.monotonic()
            count += write(kind, keys)
            time.sleep(min(REST * (time.monotonic() - began), 1.0))
        mark = events[-1][0]
        SearchMark.objects.update_or_create(pk=1, defaults={"event": mark})


@job("reporting.reindex", every_minutes=24 * 60)
def reindex(running: Running) -> Mapping[str, Any]:
    """Rebuild the index and say how many objects there are."""
    running.report(0, 1, say("重建搜索索引", "writing the search index"))
    return {"objects": rebuild()}
