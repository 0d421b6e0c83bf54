"""Pages on which the organiser decides objections, and everybody asks where a figure comes from."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from duxue.app.explanation_page import SYNTHETIC, write_page, write_sections
from duxue.core.errors import Refused
from duxue.core.text import Lang
from duxue.web.common.clock import now
from duxue.web.common.confirming import confirmed, unconfirmed
from duxue.web.common.lang import language, say, traditional, words
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import require
from duxue.web.common.problems import tell
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import first_of
from duxue.web.inspections.services.sheets import FOUND
from duxue.web.reviews.selectors import TURN_TITLES
from duxue.web.rounds import forms_organiser as forms
from duxue.web.rounds.models import Objection
from duxue.web.rounds.procedures import final_states, procedure_of
from duxue.web.rounds.selectors.objected import objected, objections_in, open_objections
from duxue.web.rounds.selectors.traced import by_of, traced
from duxue.web.rounds.services import deciding
from duxue.web.rounds.views.organiser.access import base, done, overseen_round, round_at, unit_at
from duxue.web.rounds.views.unit_common import ATTACHED, open_doors

_form = require_http_methods(["GET", "POST"])


# --- objections -------------------------------------------------------------------------------------------------------
@require_GET
@login_required
def objections(request: HttpRequest, slug: str) -> HttpResponse:
    """List the objections of a round with their clocks, filtered by state in the address."""
    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    flow, state = procedure_of(round, "objection"), request.GET.get("state", "")
    rows = objections_in(round, state, now()).select_related("unit", "item")
    ends = final_states(round, "objection")
    page = page_of(rows, request.GET.get("cursor", ""), order=("due", "pk"))
    shown = [(o, words(flow.state(o.state).title), o.state in ends) for o in page]
    context = base(request, round, "objections", say("异议", "Objections")) | {
        "page": page, "shown": shown, "state": state, "states": [(s.id, words(s.title)) for s in flow.states],
    }  # fmt: skip
    return render(request, "rounds/organiser_objections.html", context)


@_form
@login_required
def objection(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show an objection beside what it is about, and take the next step with it, once its unit was named."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    found = get_object_or_404(
        Objection.objects.select_related("unit__round__authority", "item", "round__authority"),
        pk=pk,
        round=round,
    )
    if request.method == "POST":
        require(actor, "decide", found.unit)
    offers = deciding.objection_offers(actor, found)
    ways = [offer.transition.id for offer in offers if offer.allowed]
    form = forms.Decide(request.POST or None, objection=found, ways=ways) if ways else None
    if form is not None and request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if not confirmed(request, found.unit.name):
                raise Refused([tell("WEB002", field="confirm", what=unconfirmed(found.unit.name).text())])
            deciding.objection_move(
                actor=actor,
                objection=found,
                transition=given["transition"],
                reason=given["reason"],
                new_points=given.get("new_points"),
            )
        except Refused as refused:
            form.tell(refused)
        else:
            done(request, say("已办理，单位将看到结果。", "Done; the unit sees the outcome."))
            return redirect("rounds:objection", slug, pk)
    about = objected(found)
    for row in about.rows:
        open_doors(found.unit, row.known)
    open_doors(found.unit, about.known)
    context = base(request, round, "objections", say("异议：{unit}", "Objection: {unit}", unit=found.unit.name)) | {
        "objection": found, "form": form, "offers": offers, "attached": ATTACHED, "about": about,
        "state": words(procedure_of(round, "objection").state(found.state).title),
        "found": FOUND, "turns": TURN_TITLES,
        "others": open_objections(round).filter(unit=found.unit).exclude(pk=pk).count(),
    }  # fmt: skip
    return render(
        request,
        "rounds/organiser_objection.html",
        context,
        status=422 if form is not None and form.errors else 200,
    )


# --- figures --------------------------------------------------------------------------------------------------------
@require_GET
@login_required
def explain(request: HttpRequest, slug: str, code: str, indicator: str, year: int) -> HttpResponse:
    """Show how a figure came about: formula, numbers put in, source cells, rule clause; `by` chooses the breakdown."""
    round = round_at(slug)  # noqa: A001 - the field's word
    unit = unit_at(round, code)
    asked = [("by", part) for part in request.GET.getlist("by")]
    first: Lang = "zh" if language().startswith("zh") else "en"
    langs: tuple[Lang, ...] = ("zh", "en") if first == "zh" else ("en", "zh")
    try:
        told = traced(unit, indicator, year, by_of(request.GET.getlist("by")))
    except Refused as refused:
        context: dict[str, Any] = base(request, round, "show", say("数据说明", "How a figure came about"))
        return render(
            request, "rounds/organiser_unexplained.html", context | {"problem": first_of(refused)}, status=404
        )
    if told is None:
        raise Http404
    if request.GET.get("as") == "file":
        return _file(
            write_page(told.found, told.pack, langs=langs, applied=told.applied),
            f"{unit.code}-{indicator}-{year}.html",
        )
    sections = write_sections(told.found, told.pack, first, told.applied)
    if language() == "zh-hant":
        sections = traditional(sections)
    label = told.pack.label.text if told.pack.label else SYNTHETIC if round.synthetic else None
    context = base(request, round, "show", say("数据溯源", "Where a figure comes from")) | {
        "sections": mark_safe(sections),  # noqa: S308 - written with every text escaped
        "label": words(label) if label else "", "unit": unit, "file_url": f"?{urlencode([*asked, ('as', 'file')])}",
    }  # fmt: skip
    return render(request, "rounds/explain.html", context)


def _file(page: str, name: str) -> HttpResponse:
    """Return the page that stands by itself; its own policy allows its one style sheet, by digest, and nothing else."""
    response = HttpResponse(page)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    if policy:
        response["Content-Security-Policy"] = policy[1].replace("&#x27;", "'").replace("&#39;", "'")
    return response
