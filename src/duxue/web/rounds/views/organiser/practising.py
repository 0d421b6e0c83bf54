"""Typical practices that units hand in: the organiser's list, and the page on which one is accepted or returned."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Refused
from duxue.web.common.lang import Words, say
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.rounds.forms_organiser import OptionalReason
from duxue.web.rounds.models import Known
from duxue.web.rounds.selectors.practices import practices_of, unsupported
from duxue.web.rounds.services.practices import practice_accept, practice_return
from duxue.web.rounds.views.organiser.access import base, done, overseen_round
from duxue.web.rounds.views.unit_common import ATTACHED, arrived

WORDS: dict[str, tuple[str, Words]] = {
    "handed_in": ("active", say("等待审定", "Waits for a decision")),
    "accepted": ("met", say("已采纳", "Accepted")),
    "returned": ("at_risk", say("已退回", "Returned")),
}


@require_GET
@login_required
def practices(request: HttpRequest, slug: str) -> HttpResponse:
    """List the practices handed in to a round with the numbers in them that the data do not bear out."""
    round, state = overseen_round(request, slug), request.GET.get("state", "")  # noqa: A001 - the field's word
    page = page_of(
        practices_of(round, state), request.GET.get("cursor", ""), order=("unit__code", "pk"), size=25
    )
    context = base(request, round, "practices_in", say("典型做法", "Typical practices")) | {
        "page": page, "shown": [(row, *WORDS[row.state], len(unsupported(row))) for row in page],
        "state": state, "states": [(name, word) for name, (_, word) in WORDS.items()],
    }  # fmt: skip
    return render(request, "rounds/organiser_practices.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def practice(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a practice beside the figures it rests on; the organiser accepts it, or returns it with a reason."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    row = get_object_or_404(practices_of(round), pk=pk)
    form = OptionalReason(request.POST or None)
    if request.method == "POST":
        require(actor, "decide", row.unit)
        if form.is_valid():
            try:
                if request.POST.get("act") == "return":
                    practice_return(
                        actor=actor, practice=row, reason=form.cleaned_data["reason"], at=arrived(request)
                    )
                else:
                    practice_accept(actor=actor, practice=row, at=arrived(request))
            except Refused as refused:
                form.tell(refused)
            else:
                done(
                    request,
                    say(
                        "{unit}：已审定，会告知单位。",
                        "{unit}: decided; the unit is told.",
                        unit=row.unit.name,
                    ),
                )
                return redirect("rounds:practices_in", slug)
    look, word = WORDS[row.state]
    context = base(request, round, "practices_in", row.title) | {
        "practice": row, "look": look, "word": word, "form": form, "pointed": unsupported(row),
        "known": Known.objects.filter(unit=row.unit, indicator__in=row.data).order_by("indicator", "year"),
        "attached": ATTACHED,
    }  # fmt: skip
    return render(request, "rounds/organiser_practice.html", context, status=422 if form.errors else 200)
