"""Disputed figures: the list of the organiser, and the page of one with its evidence, its clock and its answer."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Refused
from duxue.web.common import policy
from duxue.web.common.lang import say
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.common.scope import everything
from duxue.web.rounds.forms_unit import AnswerDisputeForm
from duxue.web.rounds.models import Answer, Dispute
from duxue.web.rounds.services.disputes import dispute_answer, dispute_due
from duxue.web.rounds.views.organiser.access import base, done, overseen_round
from duxue.web.rounds.views.unit_common import ATTACHED, arrived, open_doors, trail


@require_GET
@login_required
def disputes(request: HttpRequest, slug: str) -> HttpResponse:
    """List the disputed figures of a round with their clocks; `state=open` leaves those that wait for an answer."""
    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    state = request.GET.get("state", "")
    rows = Dispute.objects.filter(round=round).select_related("round", "unit", "known__item")
    if state in {"open", "answered"}:
        rows = rows.filter(answered_at__isnull=state == "open")
    page = page_of(rows, request.GET.get("cursor", ""), order=("filed_at", "pk"))
    context = base(request, round, "disputes", say("数据疑议", "Disputed figures")) | {
        "page": page, "shown": [(row, dispute_due(row)) for row in page], "state": state,
    }  # fmt: skip
    return render(request, "rounds/disputes.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def dispute_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a dispute with the figure, the evidence and the clock; the organiser answers it here."""
    rows = Dispute.objects.select_related(
        "round__authority", "unit__round__authority", "known__item", "filed_by", "answered_by"
    )
    dispute, actor = get_object_or_404(rows, pk=pk), actor_in(request)
    unit, known = dispute.unit, dispute.known
    decide = policy.decide(actor, "decide", unit)
    open_ = dispute.answered_at is None and not dispute.round.sealed_at
    form: AnswerDisputeForm | None = None
    if request.method == "POST":
        policy.require(actor, "decide", unit)
    if decide and open_:
        form = AnswerDisputeForm(request.POST or None)
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            dispute_answer(
                actor=actor, dispute=dispute, answer=form.cleaned_data["answer"], at=arrived(request)
            )
        except Refused as refused:
            form.tell(refused)
        else:
            done(
                request,
                say("已答复，单位在条目页看到。", "Answered; the unit sees it on the page of the item."),
            )
            return redirect("rounds:dispute_show", pk)
    open_doors(unit, [known])
    with everything("the page of the item is opened by its own policy"):
        answer = Answer.objects.filter(unit=unit, item=known.item_id).first()
    context: dict[str, Any] = {
        "dispute": dispute, "unit": unit, "known": known, "answer": answer, "due": dispute_due(dispute), "form": form,
        "decide": decide, "attached": ATTACHED,
        "path": trail(
            unit, (reverse("rounds:answer", args=[answer.pk]) if answer else "", say("条目 {code}", "Item {code}", code=known.item.code)),
            ("", say("数据疑议", "Disputed figure")),
        ),
    }  # fmt: skip
    return render(
        request, "rounds/dispute.html", context, status=422 if form is not None and form.errors else 200
    )
