"""What every page of a round begins with: the round that the reader may see, and whether the reader oversees it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from duxue.web.common.actors import OVERSEERS, Actor
from duxue.web.common.lang import Words, say, words
from duxue.web.common.policy import Decision, Denied, role_at
from duxue.web.common.requests import actor_in
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.procedures import procedure_of


def round_at(slug: str) -> Round:
    """Return the round, 404 where the reader may not see it."""
    return get_object_or_404(Round.objects.select_related("authority", "before"), slug=slug)


def unit_at(round: Round, code: str) -> RoundUnit:
    """Return a unit of the round, 404 where the reader may not see it."""
    return get_object_or_404(
        RoundUnit.objects.select_related("round__authority", "organisation"), round=round, code=code
    )


def oversees(actor: Actor, round: Round) -> Decision:
    """Return whether the actor oversees the round: organiser, leader or auditor of its authority."""
    return role_at(actor, OVERSEERS, round.authority.path, round.pk)


def overseen_round(request: HttpRequest, slug: str) -> Round:
    """Return the round for a page of overseers; Denied for all others who see it."""
    round = round_at(slug)  # noqa: A001 - the field's word
    decision = oversees(actor_in(request), round)
    if not decision:
        raise Denied(decision.why)
    return round


LOOKS = {"draft": "neutral", "open": "active", "frozen": "met", "published": "met", "archived": "neutral"}


def base(request: HttpRequest, round: Round, here: str, title: Words | None = None) -> dict[str, Any]:
    """Return what the pages of a round share: the way to it, its tabs and its state in words."""
    actor = actor_in(request)
    path: list[dict[str, Any]] = [{"url": reverse("rounds:list"), "label": say("轮次", "Rounds")}]
    if title is None:
        path.append({"label": round.title})
    else:
        path += [{"url": reverse("rounds:show", args=[round.slug]), "label": round.title}, {"label": title}]
    return {
        "round": round,
        "title": title or round.title,
        "path": path,
        "state_word": words(procedure_of(round, "round").state(round.state).title),
        "state_look": LOOKS.get(round.state, "neutral"),
        "tabs": _tabs(actor, round, here) if oversees(actor, round) else [],
        "organiser": "organiser" in actor.roles_at(round.authority.path, round.pk),
    }


# Tabs with roles are for changing the round: they go once it is sealed.
_TABS = (
    ("show", say("概况", "Overview"), ()), ("matrix", say("进度矩阵", "Status matrix"), ()),
    ("leader", say("领导页", "For leaders"), ()), ("windows", say("时间窗口", "Windows"), ()),
    ("disputes", say("数据疑议", "Disputed figures"), ()), ("objections", say("异议", "Objections"), ()), ("vetoes", say("否决事项", "Vetoes"), ()),
    ("practices_in", say("典型做法", "Practices"), ()),
    ("data", say("数据", "Data"), ("organiser",)),
)  # fmt: skip


def _tabs(actor: Actor, round: Round, here: str) -> list[dict[str, Any]]:
    held = actor.roles_at(round.authority.path, round.pk)
    return [
        {"url": reverse(f"rounds:{name}", args=[round.slug]), "label": label, "current": name == here}
        for name, label, roles in _TABS
        if not roles or (held & set(roles) and round.sealed_at is None)
    ]


def done(request: HttpRequest, what: Words) -> None:
    """Say on the next page that something was done, and what comes next."""
    messages.success(request, str(what))


def failed(request: HttpRequest, why: Words) -> None:
    """Say on the next page why something was not done."""
    messages.error(request, str(why))
