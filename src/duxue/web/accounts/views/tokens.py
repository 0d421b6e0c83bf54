"""Pages of an organisation's tokens."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from duxue.core.errors import Refused
from duxue.web.accounts import forms, selectors
from duxue.web.accounts.models import Token
from duxue.web.accounts.services.tokens import token_create, token_revoke
from duxue.web.accounts.views.people import form_methods
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import require
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import first_of
from duxue.web.orgs.models import Organisation

_SECRET = "token_secret"


@form_methods
@login_required
def tokens(request: HttpRequest, pk: int) -> HttpResponse:
    """List the tokens of an organisation, and make one; its secret is shown once."""
    organisation, actor = get_object_or_404(Organisation, pk=pk), actor_in(request)
    require(actor, "tokens", organisation)
    form = forms.NewToken(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = token_create(
                actor=actor, organisation=organisation, title=data["title"], role=data["role"], days=data["days"],
                read_only=not data["write"],
            )  # fmt: skip
        except Refused as refused:
            form.tell(refused)
        else:
            request.session[_SECRET] = made.secret
            return redirect("accounts:tokens", pk=pk)
    page = page_of(
        selectors.tokens_of(organisation), request.GET.get("cursor", ""), order=("-created_at", "-pk")
    )
    context = {
        "organisation": organisation,
        "form": form,
        "page": page,
        "now": now(),
        "secret": request.session.pop(_SECRET, ""),
    }
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token."""
    token = get_object_or_404(Token.objects.select_related("organisation"), pk=pk)
    try:
        token_revoke(actor=actor_in(request), token=token)
        messages.success(
            request, str(say("令牌已吊销，立即失效。", "The token is revoked and opens nothing any more."))
        )
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
    return redirect("accounts:tokens", pk=token.organisation_id)
