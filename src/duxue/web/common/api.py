"""The audit for machines: events in sight by who, what, when and about which thing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from duxue.web.common.actors import AUDITOR, ORGANISER
from duxue.web.common.audit_policy import may_chain
from duxue.web.common.audit_reading import Filters, events, of_thing, thing
from duxue.web.common.audit_titles import title_of
from duxue.web.common.audit_views import chain_sent
from duxue.web.common.lang import say
from duxue.web.common.models import AuditEvent
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import Denied
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import Both, Moment, PageOut, paged

router = Router(tags=["audit"])


class EventOut(Schema):
    """An event; `before` and `hash` tie it into the chain that `duxue audit verify` checks, and are empty for who may not have it."""

    seq: int
    at: datetime
    actor: int | None
    actor_name: str
    token: int | None
    action: str
    title: Both
    object_type: str
    object_id: str
    round: int | None
    reason: str
    data: str  # JSON as it was hashed
    before: str
    hash: str


class EventPage(PageOut):
    """A page of events."""

    rows: list[EventOut]


@router.get("/audit", response=EventPage, summary="Read the audit")
def audit_list(
    request: HttpRequest, since: Moment | None = None, until: Moment | None = None, action: str = "", object_type: str = "",
    round: int | None = None, actor: int | None = None, cursor: str = "", size: int = 50,
) -> Any:  # fmt: skip
    """Return the events in sight from `since` up to `until`, the newest first; for organisers and auditors."""
    if not actor_in(request).any(ORGANISER, AUDITOR):
        raise Denied(say("需要角色：督导办组织者或审计员", "needs the role organiser or auditor"))
    asked = Filters(
        actor_id=actor, action=action, round_id=round, kind=object_type, since=since, before=until
    )
    page = page_of(events(asked), cursor, order=("-seq",), size=size)
    return paged(page, _events(request, page))


@router.get("/audit/chain.jsonl", summary="Fetch the chain of the audit")
def audit_chain(request: HttpRequest) -> Any:
    """Send the whole chain, one event a line, for `duxue audit verify`: hashes of all, contents of what is in sight; for organisers and auditors of a whole authority."""
    return chain_sent(request)


@router.get("/audit/{object_type}/{key}", response=EventPage, summary="Read what happened to one thing")
def audit_object(request: HttpRequest, object_type: str, key: str, cursor: str = "", size: int = 50) -> Any:
    """Return the events of one thing (`rounds.round`, its number), the newest first, to those who see it or events of it."""
    rows = of_thing(object_type, key)
    if thing(object_type, key) is None and not rows.exists():
        raise Http404
    page = page_of(rows, cursor, order=("-seq",), size=size)
    return paged(page, _events(request, page))


def _events(request: HttpRequest, rows: Iterable[AuditEvent]) -> list[dict[str, Any]]:
    tied = bool(may_chain(actor_in(request)))
    return [_event(event) | ({} if tied else {"before": "", "hash": ""}) for event in rows]


def _event(event: AuditEvent) -> dict[str, Any]:
    names = ("seq", "at", "actor_name", "action", "object_type", "object_id", "reason", "data", "before", "hash")  # fmt: skip
    return {
        **{name: getattr(event, name) for name in names}, "actor": event.actor_id, "token": event.token_id,
        "round": event.round_id, "title": Both.of(title_of(event.action)),
    }  # fmt: skip
