"""The standard by which a published round judged: its items, what each was worth and how it was scored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from duxue.web.common.requests import actor_in
from duxue.web.common.scope import everything
from duxue.web.public.selectors import Edition
from duxue.web.public.views import published
from duxue.web.rounds.selectors.standard import standard_of


@published
def standard(request: HttpRequest, edition: Edition) -> HttpResponse:
    """List the items of a published round."""
    round = edition.round  # noqa: A001 - the field's word
    with everything("the standard of a published round is everybody's"):
        context = {"round": round, "standard": standard_of(round, actor_in(request))}
    return render(request, "public/standard.html", context)
