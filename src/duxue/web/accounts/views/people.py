"""Pages of people and the roles they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duxue.core.errors import Refused
from duxue.web.accounts import forms, selectors
from duxue.web.accounts.models import Grant, User
from duxue.web.accounts.seen_people import people_seen, person_seen
from duxue.web.accounts.services.grants import grant_end, grant_give, grant_revoke
from duxue.web.accounts.services.people import (
    may_deactivate,
    may_place,
    user_activate,
    user_correct,
    user_deactivate,
)
from duxue.web.common.actors import AUDITOR, MANAGER, ORGANISER, Actor
from duxue.web.common.clock import today
from duxue.web.common.forms import Form
from duxue.web.common.lang import Words, say
from duxue.web.common.numbers import number_in
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import ROLE_TITLES, Denied, decide
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import first_of
from duxue.web.common.undoing import tell_undoable
from duxue.web.orgs.models import Organisation

form_methods = require_http_methods(["GET", "POST"])


def keeper(request: HttpRequest, *more: str) -> Actor:
    """Return the actor, who keeps people somewhere; raise Denied for others."""
    actor = actor_in(request)
    if not actor.any(ORGANISER, MANAGER, *more):
        raise Denied(say("需要角色：督导办组织者或单位负责人", "needs the role organiser or unit manager"))
    return actor


def person_or_404(request: HttpRequest, pk: int) -> User:
    """Return a person whom the actor may know of."""
    found = selectors.person(actor_in(request), pk)
    if found is None:
        raise Http404
    return found


@require_GET
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """List the people whose roles the reader keeps."""
    keeper(request, AUDITOR)
    wanted, organisation = number_in(request.GET.get("organisation", "")), None
    if wanted is not None:
        organisation = get_object_or_404(Organisation, pk=wanted)
    q, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    rows = selectors.people(q, role, organisation, past=request.GET.get("past") == "1")
    page = page_of(rows, request.GET.get("cursor", ""), order=("name", "pk"))
    people_seen(actor_in(request), page.rows)
    held: dict[int, list[Grant]] = {}
    grants = Grant.objects.filter(selectors.holding(), user__in=page.rows, revoked_at__isnull=True)
    for grant in grants.select_related("organisation"):
        held.setdefault(grant.user_id, []).append(grant)
    context = {
        "page": page, "rows": [(user, held.get(user.pk, [])) for user in page.rows], "q": q, "role": role,
        "organisation": organisation, "roles": [(k, t) for k, t in ROLE_TITLES.items() if k != "public"],
        "may_invite": actor_in(request).any(ORGANISER, MANAGER),
    }  # fmt: skip
    return render(request, "accounts/people.html", context)


@require_GET
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person with the roles they hold and held."""
    user, actor = person_or_404(request, pk), actor_in(request)
    person_seen(actor, user)
    rows = [
        {"grant": g, "revoke": decide(actor, "revoke", g), "holds": g.revoked_at is None and (g.until is None or g.until > today())}
        for g in selectors.grants_of(user)
    ]  # fmt: skip
    context = {
        "person": user,
        "rows": rows,
        "home": selectors.home_of(user),
        "place": may_place(actor, user),
        "own": actor.user_id == user.pk,
        "deactivate": may_deactivate(actor, user),
        "may_give": actor.any(ORGANISER, MANAGER),
    }
    return render(request, "accounts/person.html", context)


def form_page(
    request: HttpRequest,
    form: Form,
    heading: Words,
    act: Callable[[dict[str, Any]], str],
    *,
    back: str,
    submit: Words | None = None,
    sub: Any = "",
    look: str = "",
) -> HttpResponse:
    """Show a form; when it is sent, `act` does it and says where to go."""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(act(form.cleaned_data))
        except Refused as refused:
            form.tell(refused)
    context = {
        "form": form,
        "heading": heading,
        "submit": submit or heading,
        "cancel_url": back,
        "sub": sub,
        "look": look,
    }
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@form_methods
@login_required
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role."""
    actor, user = keeper(request), person_or_404(request, pk)
    back = reverse("accounts:person", args=[pk])

    def act(data: dict[str, Any]) -> str:
        grant_give(actor=actor, user=user, **data)
        messages.success(request, str(say("已授予角色，立即生效。", "The role was given and holds at once.")))
        return back

    form = forms.Give(request.POST or None, actor=actor)
    return form_page(request, form, say("授予角色", "Give a role"), act, back=back, sub=str(user))


def _grant(pk: int) -> Grant:
    return get_object_or_404(Grant.objects.select_related("organisation", "user", "round"), pk=pk)


@form_methods
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a role end on a day."""
    grant = _grant(pk)
    back = reverse("accounts:person", args=[grant.user_id])
    decision = decide(actor_in(request), "revoke", grant)
    if not decision:
        raise Denied(decision.why)

    def act(data: dict[str, Any]) -> str:
        grant_end(actor=actor_in(request), grant=grant, **data)
        messages.success(request, str(say("已设定终止日期。", "The end of the role is set.")))
        return back

    form = forms.Until(request.POST or None, initial={"until": grant.until})
    return form_page(
        request, form, say("设定终止日期", "Set the end of the role"), act, back=back, sub=str(grant.user)
    )


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back."""
    grant = _grant(pk)
    try:
        grant_revoke(actor=actor_in(request), grant=grant, reason=request.POST.get("reason", "")[:400])
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
    else:
        done = say(
            "已收回{who}在{place}的角色：{role}。", "{who} is no longer {role} at {place}.",
            who=grant.user, place=grant.organisation.name, role=ROLE_TITLES[grant.role],
        )  # fmt: skip
        tell_undoable(request, done, reverse("accounts:give_again", args=[pk]))
    return redirect("accounts:person", pk=grant.user_id)


@require_POST
@login_required
def give_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role again that was taken back, for the same round and until the same day; the record keeps both."""
    had = _grant(pk)
    try:
        grant_give(
            actor=actor_in(request), user=had.user, role=had.role, organisation=had.organisation, round=had.round, until=had.until
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
    else:
        messages.success(
            request, str(say("角色已恢复，立即生效。", "The role is given again and holds at once."))
        )
    return redirect("accounts:person", pk=had.user_id)


@form_methods
@login_required
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate an account."""
    user, back = person_or_404(request, pk), reverse("accounts:person", args=[pk])
    decision = may_deactivate(actor_in(request), user)
    if not decision:
        raise Denied(decision.why)

    def act(data: dict[str, Any]) -> str:
        user_deactivate(actor=actor_in(request), user=user, reason=data["reason"])
        messages.success(
            request,
            str(
                say("账号已停用，已从所有设备退出。", "The account is deactivated and signed out everywhere.")
            ),
        )
        return back

    form = forms.Reason(request.POST or None)
    return form_page(
        request, form, say("停用账号", "Deactivate the account"), act, back=back, sub=str(user), look="danger"
    )


@form_methods
@login_required
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person's post and, for who keeps them, the unit that they come from."""
    user, actor, back = person_or_404(request, pk), actor_in(request), reverse("accounts:person", args=[pk])
    place = may_place(actor, user)
    if not place and actor.user_id != pk:
        raise Denied(place.why)

    def act(data: dict[str, Any]) -> str:
        user_correct(actor=actor, user=user, **data)
        messages.success(request, str(say("已保存。", "Saved.")))
        return back

    initial = {"post": user.post, "home_code": user.home_code}
    form = forms.Correct(request.POST or None, initial=initial, place=place.allowed)
    heading = (
        say("更正岗位和来自单位", "Correct the post and the unit of origin")
        if place
        else say("更正岗位", "Correct your post")
    )
    return form_page(request, form, heading, act, back=back, sub=str(user), submit=say("保存", "Save"))


@require_POST
@login_required
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account again."""
    user = person_or_404(request, pk)
    try:
        user_activate(actor=actor_in(request), user=user)
        messages.success(
            request, str(say("账号已恢复，角色如前。", "The account is open again, with its roles."))
        )
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
    return redirect("accounts:person", pk=pk)
