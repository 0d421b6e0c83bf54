"""The page on which the organiser's next step with one unit is confirmed: it says what changes and what is still open."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from duxue.core.errors import Refused
from duxue.web.common.confirming import confirmed, unconfirmed
from duxue.web.common.lang import say, words
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.rounds import forms_organiser as forms
from duxue.web.rounds.models import RoundUnit
from duxue.web.rounds.procedures import procedure_of
from duxue.web.rounds.services import units
from duxue.web.rounds.views.organiser.access import base, done

# No way of the procedure leads back from any of these, so each is confirmed.
EFFECT = {
    "start_review": say("评审随即开始，单位不能再撤回自评。", "The review begins; the unit can no longer withdraw its self-evaluation."),
    "finish_review": say("网上评审就此结束，不能再回到评审。", "The online review of the unit is over and is not taken up again."),
    "verify": say("实地核查就此结束，不能再回到核查。", "The field verification of the unit is over and is not taken up again."),
    "skip_visit": say("不到现场核查就结束这一步，不能再改；理由写入审计。", "The step ends without a visit, for good; the reason goes into the audit."),
    "notify": say("单位随即看到结果，申请复核的期限从此刻起算，不能收回。", "The unit sees its result at once and its time to ask for a review begins; this cannot be taken back."),
    "lapse": say("结果就此定案，不能再改。", "The result is settled and does not change any more."),
    "settle": say("复核就此结束，结果定案，不能再改。", "The review of the objection is over; the result is settled and does not change any more."),
    "excuse": say("单位不参加本轮评价，不能再加入；单位和审计看到理由。", "The unit does not take part in the round and cannot join it again; it and the auditor see the reason."),
}  # fmt: skip


def unit_step(request: HttpRequest, unit: RoundUnit, transition: str) -> HttpResponse:
    """Confirm a step with a unit by naming the unit, with its reason where one is asked for; then do it."""
    round, actor = unit.round, actor_in(request)  # noqa: A001 - the field's word
    require(actor, "decide", unit)
    ways = {way.id: way for way in procedure_of(round, "unit").transitions}
    if transition not in units.ORGANISERS or transition not in ways:
        raise Http404
    way = ways[transition]
    form_class = forms.Reason if way.reason == "required" else forms.OptionalReason
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if not confirmed(request, unit.name):
            form.add_error(None, str(unconfirmed(unit.name)))
        else:
            try:
                units.unit_move(actor=actor, unit=unit, transition=transition, reason=reason)
            except Refused as refused:
                form.tell(refused)
            else:
                done(request, say("{unit}：已办理。", "{unit}: done.", unit=unit.name))
                return redirect("rounds:unit_follow", round.slug, unit.code)
    offer = next((o for o in units.unit_offers(actor, unit) if o.transition.id == transition), None)
    title = say("{unit}：{step}", "{unit}: {step}", unit=unit.name, step=words(way.title))
    context = base(request, round, "matrix", title) | {
        "unit": unit, "way": way, "verb": words(way.title), "offer": offer, "form": form, "what": EFFECT[transition],
        "left": units.unit_left(unit, transition),
    }  # fmt: skip
    return render(request, "rounds/organiser_unit_step.html", context, status=422 if form.errors else 200)
