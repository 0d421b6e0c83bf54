"""Pages of the tree of organisations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Refused
from duxue.core.text import same
from duxue.web.common.clock import day_of
from duxue.web.common.forms import Form
from duxue.web.common.lang import Words, say
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import Denied, require
from duxue.web.common.problems import tell
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import refusal
from duxue.web.orgs import forms, importing, selectors, services
from duxue.web.orgs.models import Organisation
from duxue.web.orgs.policy import may_import

_form_methods = require_http_methods(["GET", "POST"])


@require_GET
@login_required
def tree(request: HttpRequest) -> HttpResponse:
    """List the organisations on the reader's branch, by name, level or day."""
    day = day_of(request.GET.get("day", ""))
    q, level = request.GET.get("q", "").strip(), request.GET.get("level", "")
    context: dict[str, Any] = {
        "q": q,
        "level": level,
        "levels": forms.LEVEL_TITLES.items(),
        "day": day,
        "may_import": may_import(actor_in(request)),
    }
    if day is not None:
        rows = [p for p in selectors.tree_on(day) if _matches(p, q, level)]
        return render(request, "orgs/tree_on.html", {**context, "rows": rows})
    page = page_of(selectors.organisations(q, level), request.GET.get("cursor", ""), order=("code",))
    return render(request, "orgs/tree.html", {**context, "page": page, "titles": forms.LEVEL_TITLES})


def _matches(placed: selectors.Placed, q: str, level: str) -> bool:
    name = q in placed.name.zh or q.casefold() in placed.name.en.casefold() or placed.code.startswith(q)
    return name and level in {"", placed.level}


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an organisation: where it stands, what lies below it, what it was called and where it belonged."""
    organisation = get_object_or_404(Organisation.objects.select_related("parent"), pk=pk)
    above = selectors.above(organisation)
    path = [{"url": f"/organisations/{o.pk}/", "label": o.name} for o in above[:-1]]
    children = Organisation.objects.filter(parent=organisation).order_by("code")
    events = [
        {"what": Words(s.name_zh, s.name_en), "unit": s.parent.name if s.parent else "", "day": s.from_day, "until": s.until, "reason": s.source}
        for s in selectors.history(organisation)
    ]  # fmt: skip
    page = page_of(children, request.GET.get("cursor", ""), order=("code",))
    context = {
        "organisation": organisation,
        "path": [*path, {"label": organisation.name}],
        "page": page,
        "events": events,
    }
    return render(request, "orgs/show.html", {**context, "level": forms.LEVEL_TITLES[organisation.level]})


def _change(
    request: HttpRequest,
    organisation: Organisation,
    form: Form,
    title: Words,
    act: Callable[[dict[str, Any]], Organisation],
    done: Words,
) -> HttpResponse:
    """Show the form of a change, or make it."""
    if request.method == "POST" and form.is_valid():
        try:
            changed = act(form.cleaned_data)
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(request, str(done))
            return redirect("orgs:show", pk=changed.pk)
    context = {"organisation": organisation, "form": form, "heading": title}
    return render(request, "orgs/change.html", context, status=422 if form.errors else 200)


def _to_edit(request: HttpRequest, pk: int) -> Organisation:
    organisation = get_object_or_404(Organisation, pk=pk)
    require(actor_in(request), "edit", organisation)
    return organisation


@_form_methods
@login_required
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an organisation below another."""
    parent = _to_edit(request, pk)
    form = forms.NewOrganisation(request.POST or None, parent=parent)
    return _change(
        request, parent, form, say("新建下级单位", "Add an organisation below"),
        lambda data: services.organisation_create(actor=actor_in(request), parent=parent, **data),
        say("已新建。", "The organisation was added."),
    )  # fmt: skip


@_form_methods
@login_required
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give another name from a day on."""
    organisation = _to_edit(request, pk)
    initial = {"name_zh": organisation.name_zh, "name_en": organisation.name_en}
    form = forms.Rename(request.POST or None, initial=initial)
    return _change(
        request, organisation, form, say("更名", "Rename"),
        lambda data: services.organisation_rename(actor=actor_in(request), organisation=organisation, **data),
        say("已登记更名，以前的名称仍保留在历史中。", "The new name is recorded; the old one stays in the history."),
    )  # fmt: skip


@_form_methods
@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it belong to another organisation from a day on."""
    organisation = _to_edit(request, pk)
    form = forms.Parent(request.POST or None)

    return _change(
        request, organisation, form, say("调整隶属", "Move"),
        lambda data: services.organisation_move(actor=actor_in(request), organisation=organisation, **data),
        say("已登记新的隶属关系。", "Its new place is recorded."),
    )  # fmt: skip


@_form_methods
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it, or merge it into another, from a day on."""
    organisation = _to_edit(request, pk)
    form = forms.Close(request.POST or None)

    def act(data: dict[str, Any]) -> Organisation:
        if data.pop("confirm") != organisation.code:
            raise Refused([tell("WEB002", field="confirm", found="", expected=same(organisation.code))])
        if into := data.pop("into"):
            return services.organisation_merge(
                actor=actor_in(request), organisations=[organisation], into=into, **data
            )
        return services.organisation_close(actor=actor_in(request), organisation=organisation, **data)

    done = say(
        "已登记，从该日起不再存在；历史保留。", "Recorded: it is no more from that day on; its history stays."
    )
    return _change(request, organisation, form, say("撤销或合并", "Close or merge"), act, done)


@_form_methods
@login_required
def bring(request: HttpRequest) -> HttpResponse:
    """Bring the tree to what a table says, after showing what would change."""
    if not (may := may_import(actor_in(request))):
        raise Denied(may.why)
    form = forms.Table(request.POST or None, request.FILES or None)
    plan, told = None, []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        text = form.cleaned_data["text"]
        try:
            if upload:
                text = importing.decoded(upload.read())
            if request.POST.get("act") == "import" and not upload:
                plan = importing.tree_import(actor=actor_in(request), text=text)
                messages.success(
                    request,
                    str(
                        say(
                            "已完成 {n} 项变更。",
                            "{n} changes were made.",
                            one="1 change was made.",
                            n=len(plan.changes),
                        )
                    ),
                )
                return redirect("orgs:tree")
            plan = importing.tree_preview(actor=actor_in(request), text=text)
            told = refusal(plan.problems)
        except Refused as refused:
            told = refusal(refused)
        form = forms.Table(initial={"text": text})
    context = {"form": form, "plan": plan, "problems": told}
    return render(request, "orgs/import.html", context, status=422 if told else 200)
