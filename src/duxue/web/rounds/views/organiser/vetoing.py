"""Pages of vetoes: the list on which they are recorded, and one veto with its evidence and appeal."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duxue.core.errors import Refused
from duxue.web.common.actors import ORGANISER
from duxue.web.common.clock import now
from duxue.web.common.lang import say, words
from duxue.web.common.policy import Denied, decide, role_at
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import first_of
from duxue.web.rounds import forms_organiser as forms
from duxue.web.rounds.models import RoundUnit, Veto
from duxue.web.rounds.selectors.vetoes import APPEALS, shown
from duxue.web.rounds.services import vetoes
from duxue.web.rounds.views.organiser.access import base, done, failed, overseen_round, round_at
from duxue.web.rounds.views.unit_common import ATTACHED


@require_http_methods(["GET", "POST"])
@login_required
def veto_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the vetoes of a round and record another."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    context = base(request, round, "vetoes", say("否决事项", "Vetoes"))
    if request.method == "POST" and not context["organiser"]:
        raise Denied(role_at(actor, (ORGANISER,), round.authority.path, round.pk).why)
    form = None
    if context["organiser"] and not round.sealed_at:
        known = vetoes.vetoes_of(round)
        units = list(
            RoundUnit.objects.filter(round=round).order_by("code").select_related("round__authority")
        )
        form = forms.NewVeto(
            request.POST or None,
            units=[(u.code, u.name) for u in units],
            rules=[(k, words(v)) for k, v in known.items()],
        )
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            unit = next(u for u in units if u.code == given["unit"])
            try:
                made = vetoes.veto_record(
                    actor=actor,
                    unit=unit,
                    rule=given["rule"],
                    reason=given["reason"],
                    evidence=given["evidence"],
                )
            except Refused as refused:
                form.tell(refused)
            else:
                said = say(
                    "已记录；{unit}可以看到并申诉。请附上依据文件。",
                    "Recorded; {unit} sees it and may appeal. Attach the files that prove it.",
                    unit=unit.name,
                )
                done(request, said)
                return redirect("rounds:veto", made.pk)
    rows = Veto.objects.filter(round=round).select_related("unit", "decided_by").order_by("-decided_at")
    context |= {"form": form, "rows": shown(round, rows)}
    status = 422 if form is not None and form.errors else 200
    return render(request, "rounds/organiser_vetoes.html", context, status=status)


@require_GET
@login_required
def veto_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a veto to those who decide and to the unit: why, with which evidence, and where its appeal stands."""
    rows = Veto.objects.select_related("round__authority", "unit__round__authority", "decided_by")
    veto, actor = get_object_or_404(rows, pk=pk), actor_in(request)
    context = base(
        request, veto.round, "vetoes", say("否决事项：{unit}", "Veto: {unit}", unit=veto.unit.name)
    )
    open_, due = not veto.round.sealed_at, vetoes.appeal_due(veto, veto.round)
    context |= {
        "veto": veto, "one": shown(veto.round, [veto])[0], "attached": ATTACHED,
        "may_decide": open_ and veto.appeal in vetoes.UNDECIDED and bool(decide(actor, "decide", veto.unit)),
        "appeal_due": due if open_ and veto.appeal == "none" else None,
        "may_appeal": open_ and veto.appeal == "none" and now() <= due and bool(decide(actor, "object", veto.unit)),
    }  # fmt: skip
    return render(request, "rounds/veto.html", context)


@require_POST
@login_required
def veto_appeal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """File or decide an appeal against a veto."""
    round, given = round_at(slug), request.POST  # noqa: A001 - the field's word
    veto = get_object_or_404(Veto.objects.select_related("unit__round__authority"), pk=pk, round=round)
    try:
        vetoes.veto_appeal(
            actor=actor_in(request), veto=veto, appeal=given.get("appeal", ""), reason=given.get("reason", "")
        )
    except Refused as refused:
        failed(request, first_of(refused))
    else:
        done(request, say("已登记：{what}。", "Recorded: {what}.", what=APPEALS[veto.appeal]))
    return redirect("rounds:veto", pk)
