"""The audit: every change and every reading of personal data is an event; each event's hash covers the one before.

`record` is called inside the transaction of the change, so that neither exists without the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction

from duxue.app.audit_chain import canonical_line, exported_line, hash_of, verify_chain
from duxue.core.errors import Problem
from duxue.web.common.actors import Actor
from duxue.web.common.asked import note
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent, AuditHead


def record(
    actor: Actor,
    action: str,
    obj: models.Model,
    *,
    round_id: int | None = None,
    path: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Append an event to the chain and return it.

    Args:
        actor: who acted.
        action: `duxue.<object>.<past tense>`, for instance `duxue.round.frozen`.
        obj: what was changed; events are read by its type and key.
        round_id: the round it belongs to; taken from `obj.round_id` when it has one.
        path: place of the organisation whose people may read the event; taken from `obj` when it knows.
        reason: what the actor gave as reason.
        data: what changed, as JSON; no personal data beyond what the change needs.
        at: moment of the event; the present when absent.
    """
    if not connection.in_atomic_block:
        message = f"{action}: an audit event belongs into the transaction of its change"
        raise transaction.TransactionManagementError(message)
    head = AuditHead.objects.select_for_update().get(pk=1)
    event = AuditEvent(
        seq=head.seq + 1,
        at=at or now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        token_id=actor.token_id,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        round_id=round_id if round_id is not None else _round_of(obj),
        path=path or _path_of(obj),
        reason=reason,
        data=json.dumps(data or {}, ensure_ascii=False, sort_keys=True, default=str),
        before=head.hash,
    )
    event.hash = hash_of(event.before, line_of(event))
    event.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(seq=event.seq, hash=event.hash)
    note("view", obj)
    return event


def saw(actor: Actor, obj: models.Model, what: str, **more: Any) -> AuditEvent:
    """Log that `actor` read personal data of `obj`; `what` names which."""
    with transaction.atomic():
        return record(actor, "duxue.personal_data.read", obj, data={"what": what, **more})


def _round_of(obj: models.Model) -> int | None:
    if obj._meta.label_lower == "rounds.round":
        return int(obj.pk)
    found: int | None = getattr(obj, "round_id", None)
    return found


def _path_of(obj: models.Model) -> str:
    path = getattr(obj, "audit_path", "")
    return str(path() if callable(path) else path)


def line_of(event: AuditEvent) -> str:
    """Return the canonical line of an event: what its hash covers."""
    return canonical_line(
        {
            "seq": event.seq,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "actor": event.actor_id,
            "actor_name": event.actor_name,
            "token": event.token_id,
            "action": event.action,
            "object_type": event.object_type,
            "object_id": event.object_id,
            "round": event.round_id,
            "path": event.path,
            "reason": event.reason,
            "data": event.data,
        }
    )


def exported(events: Iterable[AuditEvent], seen: Callable[[AuditEvent], bool] | None = None) -> Iterator[str]:
    """Return the lines of an export of the chain; an event that is not `seen` keeps its content for itself."""
    for event in events:
        line = line_of(event) if seen is None or seen(event) else None
        yield exported_line(event.seq, event.before, event.hash, line)


def breaks(events: Iterable[AuditEvent]) -> list[Problem]:
    """Return where the whole chain, in its order, is broken: an event changed, left out or put in."""
    checked = verify_chain(exported(events))
    return checked.problems if checked.events else []
