"""What a round asks: its standard as one list, and the page of each item with the answers that the reader may see."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_GET

from duxue.web.common.lang import say, words
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.rounds.models import Answer, Item
from duxue.web.rounds.procedures import procedure_of
from duxue.web.rounds.selectors.rule import rule_of
from duxue.web.rounds.selectors.standard import standard_of
from duxue.web.rounds.views.organiser.access import base, round_at
from duxue.web.rounds.weights import full_shown


@require_GET
@login_required
def item_page(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show an item to everybody who sees its round."""
    round = round_at(slug)  # noqa: A001 - the field's word
    item = get_object_or_404(Item.objects.select_related("round", "parent"), round=round, code=code)
    answers = Answer.objects.filter(item=item).select_related("unit")
    page = page_of(answers, request.GET.get("cursor", ""), order=("unit__code", "pk"))
    procedure = procedure_of(round, "answer")
    here = item.title if item.kind == "branch" else say("条目 {code}", "Item {code}", code=item.code)
    context = base(request, round, "item", here) | {
        "item": item,
        "below": Item.objects.filter(parent=item).order_by("order"),
        "full": item.points if full_shown(actor_in(request), round, item=item) else None,
        "rule": rule_of(item),
        "page": page,
        "answers": [(answer, words(procedure.state(answer.state).title)) for answer in page],
    }
    return render(request, "rounds/item.html", context)


@require_GET
@login_required
def standard(request: HttpRequest, slug: str) -> HttpResponse:
    """List all items with their full points and rules to everybody who sees the round, as far as weights are for the reader."""
    round = round_at(slug)  # noqa: A001 - the field's word
    context = base(request, round, "standard", say("评价标准和分值", "Standard and weights"))
    context["standard"] = standard_of(round, actor_in(request))
    return render(request, "rounds/organiser_standard.html", context)


asking_urls = [path("<slug:slug>/standard/", standard, name="standard")]
