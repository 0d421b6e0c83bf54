"""What is attached to one thing, for the pages of every app: {% include "evidence/attached.html" with kind="answer" target=answer %}."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from duxue.web.common.actors import MEMBERS
from duxue.web.common.clock import now
from duxue.web.common.links import returning
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import told
from duxue.web.evidence import selectors
from duxue.web.evidence.targets import KINDS, Target

register = template.Library()
_UNITS_OWN = ("fill", "object")  # actions that are the unit's alone


def attached_context(request: HttpRequest, target: Target, next_url: str = "") -> dict[str, Any]:
    """Return what the cards of a target show: files, room left, whether and why not more may come."""
    rows = selectors.attached(target)
    decision = target.may(actor_in(request))
    closed = list(target.closed(now())) if decision else []
    may = bool(decision) and not closed
    key, here = urlencode({"attach": target.key}), next_url or request.get_full_path()
    return {
        "target": target,
        "cards": [{**selectors.card(a.file, late=a.late), "attachment": a} for a in rows],
        "back": f"{here}#attached-{target.kind.name}-{target.obj.pk}",
        "held": len(rows),
        "left": max(0, target.cap - len(rows)),
        "may": may,
        "why_not": decision.why if not decision else told(closed[0]) if closed else "",
        "foreign": not decision and target.kind.action in _UNITS_OWN and not _member(request, target),
        "next": here,
        "start_url": f"{reverse('evidence:upload_start')}?{key}",
        "choose_url": f"{reverse('evidence:choose')}?{urlencode({'attach': target.key, 'next': here})}",
        "largest": settings.EVIDENCE_LARGEST,
        "request": request,
    }


def _member(request: HttpRequest, target: Target) -> bool:
    return bool(
        target.unit and actor_in(request).roles_at(target.unit.path, target.unit.round_id) & set(MEMBERS)
    )


@register.inclusion_tag("evidence/box.html", takes_context=True)
def attached(context: Any, kind: str, target: Any) -> dict[str, Any]:
    """Show what is attached to `target` (an object whose page the reader sees) and, for who may, how to add."""
    request = context["request"]
    found = attached_context(request, Target(KINDS[kind], target))
    return {**found, "csrf_token": context.get("csrf_token", "")}


@register.filter
def back_to(url: str, here: str) -> str:
    """Return the address of a file's page with the way back to where it was opened: {{ card.url|back_to:here }}."""
    return returning(url, here)


@register.filter
def megabytes(size: int) -> int:
    """Return bytes in whole MB, for the limit that a person is told."""
    return int(size) >> 20
