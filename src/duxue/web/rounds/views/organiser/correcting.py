"""Pages on which the organiser corrects a round: titles and settings, its units while it is a draft, or drops the draft."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from duxue.core.errors import Refused
from duxue.web.common.lang import say
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.orgs.models import Organisation
from duxue.web.rounds import forms_organiser as forms
from duxue.web.rounds.forms_settings import Edit
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.rules import pack_by, rules_of
from duxue.web.rounds.services import correcting, making
from duxue.web.rounds.views.organiser.access import base, done, overseen_round

_form = require_http_methods(["GET", "POST"])


@_form
@login_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change titles and settings; while the round is a draft also who takes part."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    require(actor, "edit", round)
    below = _below(round) if correcting.is_draft(round) else []
    form = Edit(request.POST or None, round=round, candidates=below, chosen=_chosen(round))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                correcting.round_edit(
                    actor=actor, round=round, title_zh=given["title_zh"], title_en=given["title_en"],
                    settings=form.settings(),
                )  # fmt: skip
                if below:
                    correcting.round_units(actor=actor, round=round, units=list(given["units"]))
        except Refused as refused:
            form.tell(refused)
        else:
            done(request, say("已更正，审计中留有原来的内容。", "Corrected; the audit keeps what it was."))
            return redirect("rounds:show", slug)
    context = base(request, round, "show", say("更正轮次", "Correct the round")) | {
        "heading": say("更正轮次", "Correct the round"), "sub": round.title, "form": form,
        "submit": say("保存更正", "Save the corrections"), "cancel_url": reverse("rounds:show", args=[slug]),
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@_form
@login_required
def drop(request: HttpRequest, slug: str) -> HttpResponse:
    """Drop a draft; it is confirmed by naming the round."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    require(actor, "edit", round)
    form = forms.Drop(request.POST or None, slug=slug)
    if request.method == "POST" and form.is_valid():
        try:
            correcting.round_drop(actor=actor, round=round, confirm=form.cleaned_data["confirm"])
        except Refused as refused:
            form.tell(refused)
        else:
            done(request, say("草稿已删除：{title}", "The draft is dropped: {title}", title=round.title))
            return redirect("rounds:list")
    context = base(request, round, "show", say("删除草稿", "Drop the draft")) | {
        "heading": say("删除草稿", "Drop the draft"), "sub": round.title, "form": form, "look": "danger",
        "submit": say("删除草稿", "Drop the draft"), "cancel_url": reverse("rounds:show", args=[slug]),
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


def _below(round: Round) -> list[Organisation]:
    scoring = pack_by(rules_of(round)).scoring
    return making.candidates(round.authority, scoring.level) if scoring else []


def _chosen(round: Round) -> list[int]:
    return list(RoundUnit.objects.filter(round=round).values_list("organisation_id", flat=True))
