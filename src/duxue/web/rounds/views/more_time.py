"""More time for a unit: the page on which it asks, the organiser's list, and the page of the decision."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Refused
from duxue.web.common import policy
from duxue.web.common.lang import say, words
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.rounds.forms_more_time import GRANT, AskMoreTime, DecideMoreTime
from duxue.web.rounds.forms_organiser import end_of
from duxue.web.rounds.models import MoreTime
from duxue.web.rounds.procedures import procedure_of, windows_of
from duxue.web.rounds.selectors.more_time import OUTCOMES, asked_by, asked_in
from duxue.web.rounds.services.answers import STEP
from duxue.web.rounds.services.more_time import UNSUBMITTED, more_time_ask, more_time_decline, more_time_grant
from duxue.web.rounds.views.organiser.access import base, done, overseen_round
from duxue.web.rounds.views.unit_common import arrived, trail, unit_or_404


@login_required
@require_http_methods(["GET", "POST"])
def ask_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that the unit's self-evaluation may end later, and see what became of earlier requests."""
    unit, actor = unit_or_404(pk), actor_in(request)
    policy.require(actor, "more_time", unit)
    form, status = AskMoreTime(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                more_time_ask(
                    actor=actor, unit=unit, until=end_of(form.cleaned_data["until"]),
                    reason=form.cleaned_data["reason"], at=arrived(request),
                )  # fmt: skip
            except Refused as refused:
                form.tell(refused)
            else:
                said = say(
                    "延期申请已提交，督导办审定后会通知；审定之前截止时间不变。",
                    "More time was asked for; you are told of the decision, until then the end stays.",
                )
                messages.success(request, str(said))
                return redirect("rounds:more_time", unit.pk)
    asked = asked_by(unit)
    context = {
        "unit": unit, "form": form, "asked": asked, "window": windows_of(unit.round, unit).get(STEP),
        "may": unit.state in UNSUBMITTED and not unit.round.sealed_at and not any(not row.outcome for row, *_ in asked),
        "path": trail(unit, ("", say("申请延期", "Ask for more time"))),
    }  # fmt: skip
    return render(request, "rounds/more_time.html", context, status=status)


@require_GET
@login_required
def asked_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the requests for more time of a round; `state=open` leaves those that wait."""
    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    state = request.GET.get("state", "")
    page = page_of(asked_in(round, state), request.GET.get("cursor", ""), order=("asked_at", "pk"))
    context = base(request, round, "windows", say("延期申请", "Requests for more time")) | {
        "page": page, "shown": [(row, *OUTCOMES[row.outcome]) for row in page], "state": state,
    }  # fmt: skip
    return render(request, "rounds/more_time_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def decide_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a request for more time beside the unit's window; the organiser grants or declines it here."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    rows = MoreTime.objects.select_related("unit", "round__authority", "asked_by", "decided_by")
    asked = get_object_or_404(rows, pk=pk, round=round)
    if request.method == "POST":
        policy.require(actor, "windows", round)
    form = None
    if not asked.outcome and policy.decide(actor, "windows", round):
        form = DecideMoreTime(request.POST or None, asked=asked)
    if form is not None and request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["decision"] == GRANT:
                more_time_grant(
                    actor=actor, asked=asked, closes=end_of(given["closes"]), answer=given["reason"]
                )
            else:
                more_time_decline(actor=actor, asked=asked, answer=given["reason"])
        except Refused as refused:
            form.tell(refused)
        else:
            done(
                request,
                say("已审定，单位会看到结果和理由。", "Decided; the unit sees the outcome and the reason."),
            )
            return redirect("rounds:more_time_decide", slug, pk)
    mark, word = OUTCOMES[asked.outcome]
    titles = {step.id: words(step.title) for step in procedure_of(round, "round").steps}
    context = base(
        request, round, "windows", say("延期申请：{unit}", "More time: {unit}", unit=asked.unit.name)
    ) | {
        "asked": asked, "form": form, "mark": mark, "word": word, "step": titles.get(asked.step, asked.step),
        "window": windows_of(round, asked.unit).get(asked.step),
    }  # fmt: skip
    status = 422 if form is not None and form.errors else 200
    return render(request, "rounds/more_time_decide.html", context, status=status)


more_time_urls = [
    path("units/<int:pk>/more-time/", ask_page, name="more_time"),
    path("<slug:slug>/more-time/", asked_list, name="more_time_list"),
    path("<slug:slug>/more-time/<int:pk>/", decide_page, name="more_time_decide"),
]
