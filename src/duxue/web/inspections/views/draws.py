"""Pages of draws: commit, run, and what everybody may check."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duxue.core.errors import Refused
from duxue.draws.tickets import open_list
from duxue.web.common import policy
from duxue.web.common.confirming import confirmed, short_name, unconfirmed
from duxue.web.common.lang import Words, say
from duxue.web.common.requests import actor_in
from duxue.web.common.scope import everything
from duxue.web.common.telling import first_of, refusal
from duxue.web.inspections import selectors
from duxue.web.inspections.forms import DrawForm, RunForm
from duxue.web.inspections.models import Draw, Visit
from duxue.web.inspections.places import places_of
from duxue.web.inspections.policy import told
from duxue.web.inspections.services import drawing
from duxue.web.rounds.models import Round

FILES = {
    "list.tsv": say("可抽的地点名单", "the list of places that may be drawn"),
    "commitment.json": say("抽签前公开的承诺", "what was fixed in public before the draw"),
    "chain.jsonl": say("承诺和抽签的先后记录", "the record of commitment and draw in their order"),
    "certificate-1.json": say("证书，供核对", "the certificate, to be checked"),
    "certificate-1.pdf": say("证书，供打印", "the certificate, to be printed"),
    "verify.html": say("离线核对的网页", "the page that checks it without a network"),
}
_form_methods = require_http_methods(["GET", "POST"])
TYPES = {
    "json": "application/json", "jsonl": "application/x-ndjson", "tsv": "text/tab-separated-values; charset=utf-8",
    "pdf": "application/pdf", "html": "application/octet-stream",
}  # fmt: skip


@login_required
@_form_methods
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a draw and publish its commitment."""
    the_round, actor = get_object_or_404(Round.objects.select_related("authority"), pk=pk), actor_in(request)
    policy.require(actor, "draw", the_round)
    form = DrawForm(
        request.POST or None,
        initial={
            "title_zh": str(the_round.title_zh) + "实地核查抽签",
            "title_en": f"{the_round.title_en}: places to visit",
        },
    )
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        titles = {name: data.pop(name) for name in ("title_zh", "title_en", "reason")}
        try:
            draw = drawing.draw_commit(actor=actor, round=the_round, plan=drawing.Plan(**data), **titles)
        except Refused as refused:
            form.tell([p for p in refused.problems if p.place.field in form.fields])
            problems = refusal([p for p in refused.problems if p.place.field not in form.fields])
        else:
            done = say(
                "承诺已公开。随机数产生后再来抽取。",
                "The commitment is public. Come back when chance has spoken.",
            )
            messages.success(request, str(done))
            return redirect("inspections:draw", pk=draw.pk)
    counts = {level: len(places_of(the_round, level)) for level in ("county", "school")}
    context = {
        "round": the_round,
        "form": form,
        "problems": problems,
        "counts": counts,
        "draws": selectors.draws(the_round.pk),
    }
    return render(request, "inspections/commit.html", context, status=422 if form.errors or problems else 200)


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draw to anybody: what was fixed when, what was drawn, and the files with which it is checked."""
    draw, actor = (
        get_object_or_404(Draw.objects.select_related("round__authority", "before"), pk=pk),
        actor_in(request),
    )
    result = policy.decide(actor, "result", draw)
    drawn = draw.certificate if result and draw.drawn_at else {}
    places, damaged = _names(draw, drawn)
    publish = bool(draw.drawn_at and not draw.published_at and policy.decide(actor, "publish", draw))
    context = {
        "draw": draw, "run": policy.decide(actor, "run", draw), "publish": publish,
        "result": result, "kept_back": bool(draw.drawn_at and not told(draw)), "certificate": drawn, "beacon": drawing.beacon_of(draw), "places": places, "damaged": damaged,
        "digits": next((p["value"] for p in drawn.get("parts", []) if p["name"] == "digits"), ""),
        "ahead": selectors.ahead(draw) if publish else 0,
        "files": [(name, FILES[name]) for name in drawing.files_of(draw, result=bool(result))],
    }  # fmt: skip
    return render(request, "inspections/draw.html", context)


def _names(draw: Draw, certificate: dict[str, Any]) -> tuple[list[dict[str, Words | str]], list[Words]]:
    """Return the drawn places with their names, and what is wrong with the list on disk.

    A name is that of the site, else as the published list has it; of a list that is not the committed one, nothing is read.
    """
    if not certificate:
        return [], []
    rows: dict[str, tuple[str, str]] = {}
    damaged: list[Words] = []
    try:
        tickets = open_list(drawing.home(draw) / "list.tsv", certificate["commitment"]["list"]["digest"])
    except Refused as refused:
        damaged = refusal(refused)
    else:
        rows = {code: (name, city) for code, name, city in tickets.rows(("name", "city_name"))}
    with everything("who sees the result of a draw sees the names of its places"):
        known = {v.place_code: v for v in Visit.objects.filter(draw=draw).select_related("unit")}
    places: list[dict[str, Words | str]] = []
    for code in certificate["result"]["selected"]:
        listed = rows.get(code, ("", ""))
        name, city = (known[code].place, known[code].unit.name) if code in known else listed
        places.append({"code": code, "name": name, "city": city})
    return places, damaged


@login_required
@_form_methods
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what chance said and draw, once."""
    draw, actor = get_object_or_404(Draw.objects.select_related("round__authority"), pk=pk), actor_in(request)
    policy.require(actor, "run", draw)
    form = RunForm(request.POST or None)
    problems: list[Any] = []
    for name in ("digits", "beacon"):
        if not draw.plan.get(name):
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        try:
            made = drawing.draw_run(actor=actor, draw=draw, **form.cleaned_data)
        except Refused as refused:
            problems = refusal(refused)
        else:
            done = say(
                "已抽取，共 {n} 处待核查。",
                "Drawn: {n} places to visit.",
                one="Drawn: 1 place to visit.",
                n=len(made),
            )
            messages.success(request, str(done))
            return redirect("inspections:draw", pk=pk)
    return render(
        request,
        "inspections/run.html",
        {"draw": draw, "form": form, "problems": problems},
        status=422 if problems or form.errors else 200,
    )


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a certificate that was kept back, once its round was named."""
    draw, actor = get_object_or_404(Draw.objects.select_related("round__authority"), pk=pk), actor_in(request)
    policy.require(actor, "publish", draw)
    if not confirmed(request, name := short_name(draw.round.slug)):
        messages.error(request, str(unconfirmed(name)))
        return redirect("inspections:draw", pk=pk)
    try:
        drawing.draw_publish(actor=actor, draw=draw)
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
    else:
        messages.success(
            request,
            str(say("证书已公开，任何人都可以核对。", "The certificate is public; anybody can check it.")),
        )
    return redirect("inspections:draw", pk=pk)


@require_GET
def file(request: HttpRequest, pk: int, name: str) -> HttpResponse | FileResponse:
    """Give out a file of a draw: list, commitment and chain to all, certificate and check page once they are public."""
    draw = get_object_or_404(Draw.objects.select_related("round__authority"), pk=pk)
    if name not in drawing.FILES and not (
        name in drawing.RESULTS and policy.decide(actor_in(request), "result", draw)
    ):
        raise Http404
    path = drawing.chain_of(draw.round) if name == "chain.jsonl" else drawing.home(draw) / name
    if not path.is_file():
        raise Http404
    # The check page works offline with scripts of its own, so it is always saved, never opened on this site.
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type=TYPES[name.rsplit(".", 1)[-1]]
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
