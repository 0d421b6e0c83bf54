"""The page 'what can this person see and do, and why'."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from duxue.web.accounts.models import User
from duxue.web.accounts.seen import seen
from duxue.web.accounts.selectors import actor_of_user, grants_held
from duxue.web.accounts.views.people import person_or_404
from duxue.web.common import audit
from duxue.web.common.requests import actor_in


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the reader can see and do."""
    assert isinstance(request.user, User)
    return _page(request, request.user)


@require_GET
@login_required
def theirs(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what another person can see and do, as far as the reader sees it too; the reading is logged."""
    user = person_or_404(request, pk)
    if user.pk != request.user.pk:
        audit.saw(actor_in(request), user, "access")
    return _page(request, user)


def _page(request: HttpRequest, user: User) -> HttpResponse:
    own = user.pk == request.user.pk
    subject = actor_of_user(user)
    kinds = list(seen(subject, subject if own else actor_in(request)))
    context = {
        "person": user,
        "own": own,
        "grants": grants_held(user),
        "kinds": [kind for kind in kinds if kind.count],
        "none": [kind.title for kind in kinds if not kind.count],
    }
    return render(request, "accounts/access.html", context)
