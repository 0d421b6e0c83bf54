"""Pages of invitations: making them, handing over their links, taking one up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from duxue.core.errors import Refused
from duxue.web.accounts import forms, selectors
from duxue.web.accounts.handing import hand_over, handed_over
from duxue.web.accounts.mailing import invitation_mail_state
from duxue.web.accounts.models import Invitation, User
from duxue.web.accounts.seen_people import invitations_seen
from duxue.web.accounts.services import invitations as service
from duxue.web.accounts.signing import signed_in
from duxue.web.accounts.views.home import BACKEND
from duxue.web.accounts.views.people import form_methods, form_page, keeper
from duxue.web.common.actors import AUDITOR, ORGANISER
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import first_of, refusal
from duxue.web.orgs.importing import decoded


@form_methods
@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """Invite one person."""
    actor = keeper(request)

    def act(data: dict[str, Any]) -> str:
        return hand_over(request, [service.invitation_create(actor=actor, **data)])

    form = forms.Invite(request.POST or None, actor=actor)
    back = reverse("accounts:people")
    return form_page(
        request, form, say("邀请人员", "Invite a person"), act, back=back, submit=say("发出邀请", "Invite")
    )


@form_methods
@login_required
def invite_list(request: HttpRequest) -> HttpResponse:
    """Invite everybody on a list, after showing who that is."""
    actor = keeper(request)
    form = forms.InviteList(request.POST or None, request.FILES or None)
    listing, told = None, []
    if request.method == "POST" and form.is_valid():
        upload, text = form.cleaned_data["file"], form.cleaned_data["text"]
        try:
            if upload:
                text = decoded(upload.read())
            elif request.POST.get("act") == "invite":
                return redirect(hand_over(request, service.invitations_import(actor=actor, text=text)))
            listing = service.invitations_read(actor=actor, text=text)
            told = refusal(listing.problems)
        except Refused as refused:
            told = refusal(refused)
        form = forms.InviteList(initial={"text": text})
    context = {"form": form, "listing": listing, "problems": told}
    return render(request, "accounts/invite_list.html", context, status=422 if told else 200)


@require_GET
@login_required
def links(request: HttpRequest) -> HttpResponse:
    """Show the links of invitations that were just made, once."""
    actor, links = keeper(request), handed_over(request)
    invitations_seen(actor, [link["id"] for link in links if "id" in link], "invitation_links")
    return render(request, "accounts/links.html", {"links": links})


@require_GET
@login_required
def invitations(request: HttpRequest) -> HttpResponse:
    """List the invitations that nobody has taken up yet, and how their mails went."""
    keeper(request)
    page = page_of(selectors.invitations_open(), request.GET.get("cursor", ""), order=("-invited_at", "-pk"))
    invitations_seen(actor_in(request), [row.pk for row in page])
    at = now()
    rows = [(row, invitation_mail_state(getattr(row, "mail", None), at)) for row in page]
    failed = sum(state == "failed" for _, state in rows)
    context = {"page": page, "rows": rows, "failed": failed}
    return render(request, "accounts/invitations.html", context)


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = get_object_or_404(Invitation.objects.select_related("organisation"), pk=pk)
    try:
        service.invitation_revoke(actor=actor_in(request), invitation=invitation)
        messages.success(
            request,
            str(say("邀请已撤回，链接已失效。", "The invitation is withdrawn; its link opens nothing.")),
        )
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
    return redirect("accounts:invitations")


@require_POST
@login_required
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitation = get_object_or_404(Invitation.objects.select_related("organisation", "invited_by"), pk=pk)
    try:
        made = service.invitation_resend(actor=actor_in(request), invitation=invitation)
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
        return redirect("accounts:invitations")
    return redirect(hand_over(request, [made]))


@sensitive_post_parameters("password", "again")
@form_methods
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Take up an invitation: set name and password, or confirm as the person signed in."""
    try:
        invitation = service.invitation_of(secret)
    except Refused as refused:
        return render(request, "accounts/invitation_spent.html", {"problems": refusal(refused)}, status=410)
    known = service.account_of(invitation)
    context: dict[str, Any] = {
        "invitation": invitation,
        "known": known,
        "home": selectors.home_of(invitation),
    }
    if known is not None and request.user.pk != known.pk:
        return render(request, "accounts/accept_sign_in.html", {**context, "next": request.path})
    form = (
        None
        if known
        else forms.Accept(request.POST or None, initial={"name": invitation.name, "post": invitation.post})
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        data = form.cleaned_data if form else {}
        try:
            user = service.invitation_accept(
                secret=secret,
                name=data.get("name", ""),
                password=data.get("password", ""),
                post=data.get("post"),
                user=_signed_in(request),
            )
        except Refused as refused:
            if form is None:
                return render(
                    request, "accounts/invitation_spent.html", {"problems": refusal(refused)}, status=410
                )
            form.tell(refused)
        else:
            if known is None:
                login(request, user, backend=BACKEND)
                signed_in(request, user, "invitation")
            needed = invitation.role in {ORGANISER, AUDITOR}
            messages.success(
                request, str(say("欢迎！您的角色已生效。", "Welcome! Your role holds from now on."))
            )
            return redirect("mfa_index" if needed else "home")
    status = 422 if form is not None and form.errors else 200
    return render(request, "accounts/accept.html", {**context, "form": form}, status=status)


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
