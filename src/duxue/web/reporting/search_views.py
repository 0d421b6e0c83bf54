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
    hits, counts = find(asked, kind)
    kinds = [
        {"id": k, "label": SOURCES[k].label, "count": n, "current": k == kind} for k, n in counts.items()
    ]
    return render(
        request, "reporting/search.html", {"asked": asked, "hits": hits, "kinds": kinds, "kind": kind}
    )
