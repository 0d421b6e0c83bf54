"""The page of search results, with filters by kind in the address."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from duxue.web.reporting.search import SOURCES, find


@require_GET
@login_required
def results(request: HttpRequest) -> HttpResponse:
    """Show what holds the words that were asked for, of what the reader may see."""
    asked, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    found = find(asked, kind)
    kinds = [
        {"id": k, "label": SOURCES[k].label, "count": n, "current": k == kind, "more": k in found.more}
        for k, n in found.counts.items()
    ]
    context = {"asked": asked, "hits": found.hits, "kinds": kinds, "kind": kind, "more": found.more}
    return render(request, "reporting/search.html", context)
