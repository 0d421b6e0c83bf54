"""What the organiser does with many units at once: chosen in the matrix, confirmed on a page that names them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from duxue.cases.procedure import Transition
from duxue.core.errors import Refused
from duxue.web.common.confirming import confirmed, short_name, unconfirmed
from duxue.web.common.lang import Words, say, words
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.common.templatetags.duxue import day
from duxue.web.rounds import forms_organiser as forms
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.procedures import procedure_of
from duxue.web.rounds.selectors import standing
from duxue.web.rounds.selectors.waiting import Reach, reach
from duxue.web.rounds.services import many, units
from duxue.web.rounds.views.organiser.access import base, done, failed, overseen_round
from duxue.web.rounds.views.organiser.following import filtered
from duxue.web.rounds.views.organiser.stepping import EFFECT

MOST = 300  # units at once: what one transaction does and a page can name
ACTS: dict[str, tuple[Words, Words]] = {  # act beside the procedure -> verb, what happens
    "remind": (
        say("提醒所选单位", "Remind the chosen units"),
        say("给负责人发信；今天提醒过的和已提交的单位不再收到。", "Their managers are written to; not those that were reminded today, nor those that have submitted."),
    ),
    "extend": (
        say("为所选单位延期", "Extend for the chosen units"),
        say("只对这些单位延长所选阶段，单位马上看到新的截止时间和理由。", "The step ends later for these units alone; they see the new end and the reason at once."),
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@login_required
def chosen(request: HttpRequest, slug: str) -> HttpResponse:
    """Name the chosen units and what will be done; with a step, with which of them it can be done. Done when confirmed."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    act = request.GET.get("act", "")
    require(actor, "windows" if act == "extend" else "edit", round)
    way = None if act in ACTS else _way(round, act)
    rows, more = _chosen(request, round)
    if not rows:
        failed(request, say("请先勾选单位。", "Tick units first."))
        return redirect("rounds:matrix", slug)
    form = _form(request, act, way, round)
    if request.method == "POST" and way and not confirmed(request, name := _name(request, rows)):
        form.add_error(None, str(unconfirmed(name)))
    elif request.method == "POST" and (form is None or form.is_valid()):
        verb = words(way.title) if way else ACTS[act][0]
        given = form.cleaned_data if form else {}
        if act == many.EXTEND:
            given["closes"] = forms.end_of(given["closes"])
        codes = sorted({unit.code for unit in rows} | _gone(request, round))
        asked: dict[str, Any] = {"actor": actor, "round": round, "act": act, "codes": codes, "given": given}
        if len(rows) > many.FEW:
            title = say("{what}：{n}个单位", "{what}: {n} units", what=verb, n=len(rows))
            return redirect("jobs:show", many.act_later(**asked, title=title).pk)
        try:
            was = many.act_on(**asked)
        except Refused as refused:
            if form is None:
                for problem in refused.problems:
                    failed(request, words(problem.what))
                return redirect("rounds:matrix", slug)
            form.tell(refused)
        else:
            done(request, _said(act, verb, was.units, given.get("closes")))
            if said := was.left_out:
                failed(request, said)
            return redirect("rounds:matrix", slug)
    found = reach(actor, rows, way) if way else Reach(tuple(rows))
    verb, what = _told(way, len(found.can)) if way else ACTS[act]
    context = base(request, round, "matrix", words(way.title) if way else verb)
    context |= {
        "found": found,
        "name": _name(request, found.can),
        "form": form,
        "verb": verb,
        "what": what,
        "way": way,
        "more": more,
        "most": MOST,
    }
    bad = form is not None and bool(form.errors)
    return render(request, "rounds/organiser_chosen.html", context, status=422 if bad else 200)


def _way(round: Round, act: str) -> Transition:
    """Return the step of the units' procedure that is asked for; 404 for one that is not the organiser's."""
    ways = {way.id: way for way in procedure_of(round, "unit").transitions if way.id in units.ORGANISERS}
    if act not in ways:
        raise Http404
    return ways[act]


def _chosen(request: HttpRequest, round: Round) -> tuple[list[RoundUnit], int]:
    """Return the units, by code, and how many more there are: those confirmed, all that the filter leaves, or those ticked."""
    if "units" in request.POST:
        asked = RoundUnit.objects.filter(round=round, code__in=request.POST["units"].split())
    elif request.GET.get("all"):
        asked = filtered(request, round).units
    else:
        asked = RoundUnit.objects.filter(round=round, code__in=request.GET.getlist("unit"))
    rows = list(asked.select_related("round__authority").order_by("code")[:MOST])
    return rows, asked.count() - len(rows)


def _gone(request: HttpRequest, round: Round) -> set[str]:
    """Return which of the units that were confirmed are no more in the round."""
    named = request.POST.get("units", "").split()
    there = RoundUnit.objects.filter(round=round, code__in=named).values_list("code", flat=True)
    return set(sorted(set(named) - set(there))[:MOST])


def _name(request: HttpRequest, units: Sequence[RoundUnit]) -> Words:
    """Return what is typed to confirm: the name of a unit that is alone, of more how many there were when the page was read."""
    count = len(set(request.POST.get("units", "").split())) or len(units)
    return units[0].name if count == 1 == len(units) else short_name(count)


def _told(way: Transition, count: int) -> tuple[Words, Words]:
    verb = say("{what}：{n}个单位", "{what}: {n} units", one="{what}: 1 unit", what=words(way.title), n=count)
    return verb, say("每个单位：{what}", "Each unit: {what}", what=EFFECT[way.id])


def _said(act: str, verb: Words, count: int, closes: datetime | None) -> Words:
    """Say what was done with how many units, and until when they have time."""
    if act == many.REMIND:
        return say("已提醒{n}个单位。", "{n} units reminded.", one="1 unit reminded.", n=count)
    if closes is not None:
        return say("已为{n}个单位延期至{day}。", "Extended for {n} units until {day}.", one="Extended for 1 unit until {day}.", n=count, day=day(closes))  # fmt: skip
    return say("{what}：已办理{n}个单位。", "{what}: done for {n} units.", one="{what}: done for 1 unit.", what=verb, n=count)  # fmt: skip


def _form(request: HttpRequest, act: str, way: Transition | None, round: Round) -> Any:
    given = request.POST if request.method == "POST" else None
    if way is not None:
        return forms.Reason(given) if way.reason == "required" else forms.OptionalReason(given)
    if act == "remind":
        return None
    return forms.ExtendMany(given, steps=[(s.id, s.label) for s in standing.steps_of(round) if s.opens])
