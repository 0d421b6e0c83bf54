"""The library of an organisation: all its files, found again and used again."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from duxue.web.common.pagination import NEAR, page_of
from duxue.web.common.requests import actor_in
from duxue.web.evidence import selectors


@require_GET
@login_required
def list_files(request: HttpRequest) -> HttpResponse:
    """List the files of the own branch, newest first, with their filters in the address."""
    actor = actor_in(request)
    asked = {name: request.GET.get(name, "") for name in ("q", "family", "use")}
    page = page_of(
        selectors.kept(actor, q=asked["q"], family=asked["family"], use=asked["use"]),
        request.GET.get("cursor", ""),
        size=40,
        near=NEAR,
    )
    used = selectors.use_counts(page.rows)
    cards = [selectors.card(file, late=file.is_late, used=used.get(file.pk, 0)) for file in page.rows]  # type: ignore[attr-defined]
    context = {
        "page": page, "cards": cards, "asked": asked, "filtered": any(asked.values()), "families": selectors.FAMILIES.items(),
        "uses": selectors.USES.items(), "stored": selectors.size_words(selectors.storage_used(actor)),
        "largest": settings.EVIDENCE_LARGEST,
    }  # fmt: skip
    return render(request, "evidence/list.html", context)
