"""What the pages of a unit share: finding it, the way to a page, who belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch

from duxue.web.common import policy
from duxue.web.common.actors import OVERSEERS, Actor
from duxue.web.common.addresses import address
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.rounds.models import Answer, Known, RoundUnit

# Evidence is shown by its own app; a site without that app says so instead.
ATTACHED = ("evidence/attached.html", "rounds/unit_attached.html")


def arrived(request: HttpRequest) -> datetime:
    """Return when the request arrived, before it waited for anything."""
    return getattr(request, "arrived", None) or now()


def unit_or_404(pk: int) -> RoundUnit:
    """Return a visible unit with its round."""
    return get_object_or_404(RoundUnit.objects.select_related("round__authority", "organisation"), pk=pk)


def answer_or_404(pk: int) -> Answer:
    """Return a visible answer with its item, unit and round."""
    rows = Answer.objects.select_related("item", "unit", "round__authority", "assignee", "updated_by")
    answer = get_object_or_404(rows, pk=pk)
    answer.unit.round = answer.round
    return answer


def link(name: str, *args: Any) -> str:
    """Return the address of a page; "" on a site that has no such page."""
    try:
        return address(name, *args)
    except NoReverseMatch:
        return ""


def trail(unit: RoundUnit, *steps: tuple[str, Any]) -> list[dict[str, Any]]:
    """Return the way to a page of a unit; the last step is the page itself."""
    way = [{"url": link("rounds:list"), "label": say("轮次", "Rounds")}]
    way.append({"url": address("rounds:unit", unit.pk), "label": unit.name})
    way += [{"url": url, "label": label} for url, label in steps]
    way[-1] = {**way[-1], "url": ""}
    return way


def insider(actor: Actor, unit: RoundUnit) -> None:
    """Let only the unit's own people and those who oversee the round go on."""
    own = policy.decide(actor, "fill", unit)
    if not own and not policy.role_at(actor, OVERSEERS, unit.round.authority.path, unit.round_id):
        raise policy.Denied(own.why)


def open_doors(unit: RoundUnit, knowns: Iterable[Known]) -> None:
    """Give each figure the address of its explanation as `door`."""
    for known in knowns:
        page = link("rounds:explain", unit.round.slug, unit.code, known.indicator, known.year)
        by = urlencode([("by", f"{name}:{value}") for name, value in known.by.items()])
        known.door = f"{page}?{by}" if page and by else page  # type: ignore[attr-defined]
