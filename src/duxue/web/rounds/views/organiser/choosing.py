"""What the organiser does with many units at once: chosen in the matrix, confirmed on a page that names them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from duxue.core.errors import Refused
from duxue.web.common.lang import Words, say
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.rounds import forms_organiser as forms
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.selectors import standing
from duxue.web.rounds.services import units, windows
from duxue.web.rounds.views.organiser.access import base, done, failed, overseen_round

ACTS: dict[str, tuple[Words, Words]] = {  # act -> verb, what happens
    "remind": (
        say("提醒所选单位", "Remind the chosen units"),
        say("给负责人发信；今天提醒过的和已提交的单位不再收到。", "Their managers are written to; not those that were reminded today, nor those that have submitted."),
    ),
    "excuse": (
        say("免评所选单位", "Excuse the chosen units"),
        say("这些单位不参加本轮评价，理由会让单位和审计看到。", "These units do not take part in the round; they and the auditor see the reason."),
    ),
    "extend": (
        say("为所选单位延期", "Extend for the chosen units"),
        say("只对这些单位延长所选阶段，单位马上看到新的截止时间和理由。", "The step ends later for these units alone; they see the new end and the reason at once."),
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@login_required
def chosen(request: HttpRequest, slug: str) -> HttpResponse:
    """Name the chosen units and what will be done; done when confirmed."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    require(actor, "windows" if request.GET.get("act") == "extend" else "edit", round)
    act, codes = request.GET.get("act", ""), request.GET.getlist("unit")
    if act not in ACTS:
        raise Http404
    rows = list(
        RoundUnit.objects.filter(round=round, code__in=codes)
        .select_related("round__authority")
        .order_by("code")
    )
    if not rows:
        failed(request, say("请先勾选单位。", "Tick units first."))
        return redirect("rounds:matrix", slug)
    form = _form(request, act, round)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            count = _act(request, act, round, rows, form.cleaned_data if form else {})
        except Refused as refused:
            if form is None:
                raise
            form.tell(refused)
        else:
            done(request, say("已办理{n}个单位。", "Done for {n} units.", one="Done for 1 unit.", n=count))
            return redirect("rounds:matrix", slug)
    verb, what = ACTS[act]
    context = base(request, round, "matrix", verb) | {"rows": rows, "form": form, "verb": verb, "what": what}
    bad = form is not None and bool(form.errors)
    return render(request, "rounds/organiser_chosen.html", context, status=422 if bad else 200)


def _form(request: HttpRequest, act: str, round: Round) -> Any:
    given = request.POST if request.method == "POST" else None
    if act == "remind":
        return None
    if act == "excuse":
        return forms.Reason(given)
    return forms.ExtendMany(given, steps=[(s.id, s.label) for s in standing.steps_of(round) if s.opens])


def _act(request: HttpRequest, act: str, round: Round, rows: list[RoundUnit], given: dict[str, Any]) -> int:
    actor = actor_in(request)
    if act == "remind":
        return units.units_remind(actor=actor, round=round, units=rows)
    if act == "excuse":
        return units.units_move(actor=actor, units=rows, transition="excuse", reason=given["reason"])
    return windows.units_extend(
        actor=actor, round=round, step=given["step"], closes=forms.end_of(given["closes"]), reason=given["reason"], units=rows
    )  # fmt: skip
