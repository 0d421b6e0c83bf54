"""Pages on which a unit asks that somebody does not visit it, and the organiser decides."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from duxue.core.errors import Refused
from duxue.web.common import policy
from duxue.web.common.lang import say
from duxue.web.common.requests import actor_in
from duxue.web.inspections.forms import AskRecusalForm, DecideRecusalForm
from duxue.web.inspections.models import RecusalRequest, Visit
from duxue.web.inspections.services.asking import recusal_ask, recusal_decide
from duxue.web.reviews.barring import KINDS
from duxue.web.reviews.services.recusing import recusals_seen

_form_methods = require_http_methods(["GET", "POST"])


@login_required
@_form_methods
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the recusal of somebody of the team."""
    rows = Visit.objects.select_related("round__authority", "unit__round__authority")
    visit, actor = get_object_or_404(rows, pk=pk), actor_in(request)
    policy.require(actor, "ask_recusal", visit)
    form = AskRecusalForm(request.POST or None, visit=visit)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            recusal_ask(
                actor=actor, visit=visit, user=int(data["user"]), kind=data["kind"], text=data["text"]
            )
        except Refused as refused:
            form.tell(refused)
        else:
            done = say(
                "申请已提出，由督导办决定；结果见本页。", "The request is made; the office decides, and this page tells what."
            )  # fmt: skip
            messages.success(request, str(done))
            return redirect("inspections:show", pk=pk)
    context = {
        "heading": say("申请核查人员回避", "Ask for the recusal of an inspector"), "sub": visit.place, "form": form,
        "submit": say("提出申请", "Ask"), "cancel_url": reverse("inspections:show", args=[pk]),
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@login_required
@_form_methods
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a request or decline it; reading it is logged."""
    rows = RecusalRequest.objects.select_related("round__authority", "visit__unit", "user")
    asked, actor = get_object_or_404(rows, pk=pk), actor_in(request)
    policy.require(actor, "decide", asked)
    recusals_seen(actor, asked.round, [asked])
    form = DecideRecusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        granted = form.cleaned_data["granted"] == "yes"
        try:
            recusal_decide(actor=actor, asked=asked, granted=granted, answer=form.cleaned_data["answer"])
        except Refused as refused:
            form.tell(refused)
        else:
            done = (
                say("已同意回避，此人不再核查该单位；请补足人员。", "Granted: the person visits this unit no more. Complete the team.")
                if granted
                else say("已决定不同意回避。", "The request is declined.")
            )  # fmt: skip
            messages.success(request, str(done))
            return redirect("inspections:show", pk=asked.visit_id)
    sub = say(
        "{unit}申请{who}回避：{kind}。{text}", "{unit} asks for the recusal of {who}: {kind}. {text}",
        unit=asked.visit.unit.name, who=str(asked.user), kind=KINDS[asked.kind], text=asked.text,
    )  # fmt: skip
    context = {
        "heading": say("决定回避申请", "Decide on the recusal"), "sub": sub, "form": form, "submit": say("决定", "Decide"),
        "cancel_url": reverse("inspections:show", args=[asked.visit_id]),
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)
