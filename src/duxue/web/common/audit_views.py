"""Pages of the audit: the list with its filters and exports, and the history of one thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from duxue.web.common import audit
from duxue.web.common.actors import AUDITOR, ORGANISER
from duxue.web.common.audit_names import kinds, names_of, places_of
from duxue.web.common.audit_policy import may_chain
from duxue.web.common.audit_reading import (
    CSV_HEAD,
    Filters,
    chain_lines,
    csv_rows,
    events,
    of_thing,
    rounds,
    thing,
)  # fmt: skip
from duxue.web.common.audit_titles import known, title_of
from duxue.web.common.clock import day_of
from duxue.web.common.exports import send
from duxue.web.common.lang import say
from duxue.web.common.models import AuditEvent, AuditHead
from duxue.web.common.numbers import number_in
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import Denied
from duxue.web.common.requests import actor_in

_KINDS = {
    "revoked": "not_met",
    "deactivated": "not_met",
    "withdrawn": "not_met",
    "read": "neutral",
    "sign_in_failed": "not_met",
}
_NOBODY = say("未登录的人", "somebody not signed in")


@require_GET
@login_required
def audit_list(request: HttpRequest) -> HttpResponse:
    """List the events in the reader's sight."""
    _reader(request)
    filters, chain = _filters(request), may_chain(actor_in(request))
    page = page_of(events(filters), request.GET.get("cursor", ""), order=("-seq",))
    context = {
        "page": page,
        "events": _all_shown(page.rows),
        "filters": filters,
        "person": request.GET.get("person", "").strip(),
        "actions": sorted(known().items(), key=lambda one: str(one[1])),
        "kinds": sorted(kinds().items(), key=lambda one: str(one[1])),
        "rounds": rounds(),
        "query": request.GET.urlencode(),
        "chain": chain,
        "head": AuditHead.objects.filter(pk=1).first() if chain else None,
    }
    return render(request, "audit/list.html", context)


@require_GET
@login_required
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    """Give what the list shows as csv."""
    _reader(request)
    _exported(request, "csv")
    return send(
        "audit", "csv", CSV_HEAD, csv_rows(events(_filters(request)), tied=bool(may_chain(actor_in(request))))
    )


@require_GET
@login_required
def audit_chain(request: HttpRequest) -> StreamingHttpResponse:
    """Give the chain as JSON lines, for `duxue audit verify`."""
    return chain_sent(request)


def chain_sent(request: HttpRequest) -> StreamingHttpResponse:
    """Send the chain to who answers for a whole authority, contents only of what they see; that it was given is an event too."""
    if not (may := may_chain(actor_in(request))):
        raise Denied(may.why)
    _exported(request, "chain")
    lines = (f"{line}\n" for line in chain_lines(AuditEvent.objects.all()))
    headers = {"Content-Disposition": 'attachment; filename="audit-chain.jsonl"'}
    return StreamingHttpResponse(lines, content_type="application/x-ndjson", headers=headers)


@require_GET
@login_required
def audit_object(request: HttpRequest, label: str, key: str) -> HttpResponse:
    """Show what happened to one thing, to those who see it or events of it."""
    obj, rows = thing(label, key), of_thing(label, key)
    if obj is None and not rows.exists():
        raise Http404
    page = page_of(rows, request.GET.get("cursor", ""), order=("-seq",))
    shown = names_of([AuditEvent(object_type=label, object_id=key)])
    context = {
        "kind": kinds().get(label, label),
        "name": shown.get((label, key), ""),
        "key": key,
        "page": page,
        "events": [_shown(e) for e in page.rows],
    }
    return render(request, "audit/object.html", context)


def _reader(request: HttpRequest) -> None:
    if not actor_in(request).any(ORGANISER, AUDITOR):
        raise Denied(say("需要角色：督导办组织者或审计员", "needs the role organiser or auditor"))


def _exported(request: HttpRequest, form: str) -> None:
    actor = actor_in(request)
    head = AuditHead.objects.get(pk=1)
    places = actor.places(ORGANISER, AUDITOR)
    with transaction.atomic():
        audit.record(
            actor, "duxue.audit.exported", head, path=places[0], data={"form": form, "seq": head.seq}
        )


def _filters(request: HttpRequest) -> Filters:
    def number(name: str) -> int | None:
        return number_in(request.GET.get(name, ""))

    day = day_of(request.GET.get("day", ""))
    given = {name: request.GET.get(name, "").strip() for name in ("action", "kind", "person")}
    person = number("person")
    return Filters(
        person, given["action"], number("round"), day, given["kind"], "" if person is not None else given["person"]
    )  # fmt: skip


def _all_shown(rows: Sequence[AuditEvent]) -> list[dict[str, Any]]:
    """Return events as the list shows them: what they tell of by kind and name, else by its number and whose it is."""
    named, titles = names_of(rows), kinds()
    nameless = [event for event in rows if not named.get((event.object_type, event.object_id))]
    places = places_of(nameless) if nameless else {}
    return [
        _shown(event) | {
            "kind": titles.get(event.object_type, event.object_type),
            "name": named.get((event.object_type, event.object_id), "") or event.object_id,
            "place": places.get(event.path, ""),
        }
        for event in rows
    ]  # fmt: skip


def _shown(event: AuditEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "what": title_of(event.action),
        "who": event.actor_name or _NOBODY,
        "when": event.at,
        "reason": event.reason,
        "state": _KINDS.get(event.action.rpartition(".")[2], "active"),
        "code": f"{event.action} · {event.seq} · {event.hash[:12]}",
        "object_type": event.object_type,
        "object_id": event.object_id,
    }
