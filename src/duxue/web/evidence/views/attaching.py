"""What is attached to one thing: its cards, choosing from the library, taking off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duxue.core.errors import Refused
from duxue.web.common.lang import say
from duxue.web.common.links import own_path
from duxue.web.common.numbers import number_in
from duxue.web.common.pagination import NEAR, page_of
from duxue.web.common.policy import Denied, decide
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import refusal, told
from duxue.web.common.undoing import tell_undoable
from duxue.web.evidence import selectors
from duxue.web.evidence.models import Attachment, File
from duxue.web.evidence.services.attaching import attach, detach
from duxue.web.evidence.targets import visible_target
from duxue.web.evidence.templatetags.evidence import attached_context
from duxue.web.evidence.views.uploads import back


@require_GET
@login_required
def cards(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show the cards of what is attached, after something was added to it."""
    context = attached_context(request, _target(f"{kind}:{pk}"), request.GET.get("next", ""))
    return render(request, "evidence/cards.html", context)


def _target(key: str):  # type: ignore[no-untyped-def]
    try:
        return visible_target(key)
    except Refused:
        raise Http404 from None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Choose files of the library for something."""
    actor = actor_in(request)
    asked_for = request.POST if request.method == "POST" else request.GET
    target = _target(asked_for.get("attach", ""))
    if not (decision := target.may(actor)):
        raise Denied(decision.why)
    problems = []
    if request.method == "POST":
        chosen = [n for key in request.POST.getlist("file") if (n := number_in(key)) is not None]
        files = list(File.objects.filter(pk__in=chosen).select_related("blob"))
        try:
            made = attach(actor=actor, target=target, files=files)
        except Refused as refused:
            problems = refusal(refused)
        else:
            messages.success(
                request,
                str(
                    say(
                        "已关联 {n} 个文件。",
                        "{n} files were attached.",
                        one="1 file was attached.",
                        n=len(made),
                    )
                ),
            )
            return redirect(back(request))
    asked = {name: asked_for.get(name, "") for name in ("q", "family", "use")}
    held = {a.file_id for a in selectors.attached(target)}
    rows = selectors.kept(actor, q=asked["q"], family=asked["family"], use=asked["use"]).exclude(pk__in=held)
    page = page_of(rows, asked_for.get("cursor", ""), size=40, near=NEAR)
    used = selectors.use_counts(page.rows)
    context = {
        "target": target, "page": page, "asked": asked, "held": len(held), "problems": problems, "next": own_path(request, asked_for.get("next", "")),
        "cards": [selectors.card(f, late=target.too_late(f.original_date, f.uploaded_at), used=used.get(f.pk, 0)) for f in page.rows],
        "families": selectors.FAMILIES.items(), "uses": selectors.USES.items(), "left": max(0, target.cap - len(held)),
    }  # fmt: skip
    return render(request, "evidence/choose.html", context, status=422 if problems else 200)


@require_POST
@login_required
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off what it is attached to."""
    attachment = get_object_or_404(Attachment.objects.select_related("file__blob"), pk=pk)
    actor, place = actor_in(request), [attachment.kind, attachment.target_id]
    try:
        detach(actor=actor, attachment=attachment)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(told(problem)))
    else:
        file = attachment.file
        done = say(
            "已取下“{name}”，文件仍在材料库。", "“{name}” was taken off; it stays in the library.", name=file.title or file.name
        )  # fmt: skip
        if decide(actor, "use", file) and file.removed_at is None:
            tell_undoable(request, done, reverse("evidence:put_back", args=[*place, file.pk]))
        else:
            messages.success(request, str(done))
    return redirect(back(request))


@require_POST
@login_required
def put_back(request: HttpRequest, kind: str, pk: int, file: int) -> HttpResponse:
    """Attach a file again to what it was taken off."""
    actor, target = actor_in(request), _target(f"{kind}:{pk}")
    if not (decision := target.may(actor)):
        raise Denied(decision.why)
    found = get_object_or_404(File.objects.select_related("blob"), pk=file)
    try:
        attach(actor=actor, target=target, files=[found])
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(told(problem)))
    else:
        done = say("“{name}”已放回原处。", "“{name}” is back where it was.", name=found.title or found.name)
        messages.success(request, str(done))
    return redirect(back(request))
