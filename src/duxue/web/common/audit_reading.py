"""Reading the audit: events by filters, and the history of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from duxue.app.audit_chain import enclosed
from duxue.web.common.audit import exported
from duxue.web.common.audit_titles import known, title_of
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything

PEOPLE, ROUNDS = 200, 100  # of one name; offered in the filter
CSV_HEAD = (
    "seq",
    "at",
    "actor",
    "action",
    "title",
    "object_type",
    "object_id",
    "round",
    "reason",
    "data",
    "hash",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of events is narrowed to; empty: everything in sight."""

    actor_id: int | None = None
    action: str = ""
    round_id: int | None = None
    day: date | None = None
    kind: str = ""  # app.model
    person: str = ""  # part of a name
    since: datetime | None = None  # from this moment
    before: datetime | None = None  # up to this one, without it


def events(filters: Filters) -> models.QuerySet[AuditEvent]:
    """Return the events in sight that fit, in no order."""
    rows = AuditEvent.objects.order_by()
    if filters.actor_id is not None:
        rows = rows.filter(actor_id=filters.actor_id)
    if filters.person:
        rows = rows.filter(actor_id__in=_people(filters.person))
    if filters.kind:
        rows = rows.filter(object_type=filters.kind)
    if filters.action in known():  # by index, newest first
        rows = rows.filter(action=filters.action)
    elif filters.action:
        rows = rows.filter(action__startswith=filters.action)
    if filters.round_id is not None:
        rows = rows.filter(round_id=filters.round_id)
    if filters.day is not None:
        start = timezone.make_aware(datetime.combine(filters.day, time()))
        rows = rows.filter(at__gte=start, at__lt=start + timedelta(days=1))
    if filters.since is not None:
        rows = rows.filter(at__gte=filters.since)
    if filters.before is not None:
        rows = rows.filter(at__lt=filters.before)
    return rows


def _people(name: str) -> list[int]:
    """Return the keys of those who are called so: events of theirs that are in sight are found, no more is told."""
    users = get_user_model()._default_manager
    return list(users.filter(name__icontains=name).order_by("pk").values_list("pk", flat=True)[:PEOPLE])


def rounds() -> list[tuple[int, str]]:
    """Return the rounds that the actor sees, the newest first."""
    model: Any = apps.get_model("rounds.Round")
    return [(row.pk, str(row)) for row in model.objects.order_by("-round_year", "-pk")[:ROUNDS]]


def thing(label: str, key: str) -> models.Model | None:
    """Return the object `app.model` with that key, where the actor sees it; None for every other, known or not."""
    try:
        model = apps.get_model(label)
        scoped = getattr(model, "objects", None)
        found: models.Model | None = scoped.filter(pk=key).first() if scoped is not None else None
    except (LookupError, ValueError):
        return None
    from duxue.web.common.policy import policies

    return found if model in policies() else None


def of_thing(label: str, key: str) -> models.QuerySet[AuditEvent]:
    """Return the events of one thing that the actor sees."""
    return AuditEvent.objects.filter(object_type=label, object_id=key).order_by()


def csv_rows(rows: models.QuerySet[AuditEvent], *, tied: bool) -> Iterator[list[Any]]:
    """Yield one row for each event, under CSV_HEAD; its hash for those alone who may have the chain."""
    for event in rows.order_by("-seq").iterator(chunk_size=1000):
        yield [
            event.seq, event.at.isoformat(), event.actor_name, event.action, title_of(event.action), event.object_type,
            event.object_id, event.round_id or "", event.reason, event.data,
            event.hash if tied else "",
        ]  # fmt: skip


def chain_lines(seen: models.QuerySet[AuditEvent]) -> Iterator[str]:
    """Yield the whole chain as JSON lines; events that are not among `seen` keep their content for themselves.

    Their hashes still tie the chain together, so a reader of a part can check that nothing was left out or changed.
    """
    with everything("hashes of the whole chain are given away, contents only of what is seen"):
        rows = AuditEvent.objects.order_by("seq")
    own = seen.order_by("seq").values_list("seq", flat=True).iterator(chunk_size=1000)
    ahead = [next(own, None)]

    def is_seen(event: AuditEvent) -> bool:
        while ahead[0] is not None and ahead[0] < event.seq:
            ahead[0] = next(own, None)
        return ahead[0] == event.seq

    return enclosed(exported(rows.iterator(chunk_size=1000), is_seen))
