"""Pages of a unit after it handed in: its result, which it accepts or objects to, the public reply, typical practices."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Refused
from duxue.web.common import policy
from duxue.web.common.clock import now
from duxue.web.common.forms import Form
from duxue.web.common.lang import Words, say
from duxue.web.common.requests import actor_in
from duxue.web.rounds.forms_unit import ObjectionForm, PracticeForm, PublicReplyForm, WithdrawForm
from duxue.web.rounds.models import Item, Known, Objection, Practice, Reply, RoundUnit
from duxue.web.rounds.procedures import state_title
from duxue.web.rounds.rules import rules_of
from duxue.web.rounds.selectors.numbers import pointed
from duxue.web.rounds.selectors.result import Result, objections_of, result_of
from duxue.web.rounds.services.objecting import (
    PENDING,
    objection_due,
    objection_file,
    objection_withdraw,
    reply_publish,
    reply_withdraw,
    unit_accept,
)
from duxue.web.rounds.services.practices import MOST, practice_remove, practice_save
from duxue.web.rounds.views.unit_common import ATTACHED, arrived, insider, open_doors, trail, unit_or_404

OUTCOMES: dict[str, Words] = {
    "upheld": say("成立", "Upheld"),
    "partly": say("部分成立", "Upheld in part"),
    "dismissed": say("不成立", "Dismissed"),
}


@login_required
@require_GET
def result_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the unit was told, until when it may object, and what became of its objections."""
    unit, actor = unit_or_404(pk), actor_in(request)
    insider(actor, unit)
    result = result_of(unit, as_told=request.GET.get("as") == "told")
    for row in result.rows:
        open_doors(unit, row.known)
    objections = [
        {"row": o, "state": state_title(unit.round, "objection", o.state), "outcome": OUTCOMES.get(o.outcome),
         "pending": o.state in PENDING}
        for o in objections_of(unit)
    ]  # fmt: skip
    context = {
        "unit": unit, "result": result, "why": grade_why(result, unit), "objections": objections, "object_due": objection_due(unit),
        "accept": unit.state == "notified" and policy.decide(actor, "accept", unit),
        "state": state_title(unit.round, "unit", unit.state),
        "object": policy.decide(actor, "object", unit), "can_object": unit.state in {"notified", "objecting"},
        "reply": Reply.objects.filter(unit=unit, withdrawn_at__isnull=True).first(), "attached": ATTACHED,
        "path": trail(unit, ("", say("结果与异议", "Result and objections"))),
    }  # fmt: skip
    return render(request, "rounds/unit_result.html", context)


def grade_why(result: Result, unit: RoundUnit) -> Words | str:
    """Return why the grade that is shown is not that of the points; empty where it is."""
    from duxue.web.reporting.grading import grade_reasons

    return grade_reasons(result.score.scoring, unit.code).get(unit.code, "") if result.score else ""


@login_required
@require_http_methods(["GET", "POST"])
def accept_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the result, on a page that says what is given up with it."""
    unit, actor = unit_or_404(pk), actor_in(request)
    policy.require(actor, "accept", unit)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            unit_accept(actor=actor, unit=unit, at=arrived(request))
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(request, str(say("已认可结果，已定案。", "The result is accepted and settled.")))
            return HttpResponseRedirect(reverse("rounds:result", args=[unit.pk]))
    due = objection_due(unit)
    context = {
        "unit": unit, "form": form, "result": result_of(unit, as_told=True), "can": unit.state == "notified",
        "object_due": due, "over": due is not None and now().replace(microsecond=0) > due,
        "path": trail(unit, ("", say("认可结果", "Accept the result"))),
    }  # fmt: skip
    return render(request, "rounds/unit_accept.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def objection_page(request: HttpRequest, pk: int) -> HttpResponse:
    """File an objection, on one item or on the result as a whole."""
    unit, actor = unit_or_404(pk), actor_in(request)
    policy.require(actor, "object", unit)
    items = list(Item.objects.filter(round=unit.round_id).exclude(kind="branch").order_by("order"))
    form = ObjectionForm(request.POST or None, items=items, initial={"item": request.GET.get("item", "")})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            item = next((i for i in items if i.pk == form.cleaned_data["item"]), None)
            try:
                objection = objection_file(
                    actor=actor, unit=unit, item=item, text=form.cleaned_data["text"], at=arrived(request)
                )
            except Refused as refused:
                form.tell(refused)
            else:
                done = say(
                    "异议已提出，{day} 前作出决定。可在此附上佐证材料。",
                    "The objection is filed; it is decided by {day}. Evidence can be attached here.",
                    day=f"{objection.due:%Y-%m-%d}",
                )
                messages.success(request, str(done))
                return HttpResponseRedirect(reverse("rounds:result", args=[unit.pk]))
    context = {
        "unit": unit, "form": form, "object_due": objection_due(unit),
        "path": trail(unit, ("", say("提出异议", "Object"))),
    }  # fmt: skip
    return render(request, "rounds/unit_objection.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def objection_withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an objection that is not decided."""
    rows = Objection.objects.select_related("unit__round__authority", "round__authority", "item")
    objection, actor = get_object_or_404(rows, pk=pk), actor_in(request)
    unit = objection.unit
    policy.require(actor, "object", unit)
    form, status = WithdrawForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                objection_withdraw(actor=actor, objection=objection, reason=form.cleaned_data["reason"])
            except Refused as refused:
                form.tell(refused)
            else:
                messages.success(request, str(say("异议已撤回", "The objection is withdrawn")))
                return HttpResponseRedirect(reverse("rounds:result", args=[unit.pk]))
    context = {
        "unit": unit, "form": form, "objection": objection,
        "path": trail(unit, ("", say("撤回异议", "Withdraw the objection"))),
    }  # fmt: skip
    return render(request, "rounds/unit_objection_withdraw.html", context, status=status)


# --- the public reply -------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def reply_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a public reply, see it as the public will, publish it or take it back."""
    unit, actor = unit_or_404(pk), actor_in(request)
    policy.require(actor, "reply", unit)
    standing = Reply.objects.filter(unit=unit, withdrawn_at__isnull=True).first()
    had = {"text_zh": standing.text_zh, "text_en": standing.text_en} if standing else {}
    form, status, preview = PublicReplyForm(request.POST or None, initial=had), 200, None
    if request.method == "POST":
        status = 422
        try:
            if request.POST.get("act") == "withdraw" and standing is not None:
                reply_withdraw(actor=actor, reply=standing, at=arrived(request))
                messages.success(request, str(say("公开回应已撤下", "The public reply is taken back")))
                return HttpResponseRedirect(reverse("rounds:public_reply", args=[unit.pk]))
            if form.is_valid() and request.POST.get("act") == "publish":
                reply_publish(
                    actor=actor, unit=unit, text_zh=form.cleaned_data["text_zh"],
                    text_en=form.cleaned_data["text_en"], at=arrived(request),
                )  # fmt: skip
                messages.success(request, str(say("公开回应已公布", "The public reply is published")))
                return HttpResponseRedirect(reverse("rounds:result", args=[unit.pk]))
            if form.is_valid():
                preview, status = Words(form.cleaned_data["text_zh"], form.cleaned_data["text_en"]), 200
        except Refused as refused:
            form.tell(refused)
    context = {
        "unit": unit, "form": form, "preview": preview, "standing": standing,
        "path": trail(unit, ("", say("公开回应", "Public reply"))),
    }  # fmt: skip
    return render(request, "rounds/unit_reply.html", context, status=status)


# --- typical practices ------------------------------------------------------------------------------------------------
@login_required
@require_GET
def practices_page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the unit's typical practices."""
    unit, actor = unit_or_404(pk), actor_in(request)
    insider(actor, unit)
    rows = list(Practice.objects.filter(unit=unit).order_by("pk"))
    fill = policy.decide(actor, "fill", unit)
    context = {
        "unit": unit, "rows": rows, "most": MOST, "add": bool(fill) and len(rows) < MOST, "fill": fill,
        "path": trail(unit, ("", say("典型做法", "Typical practices"))),
    }  # fmt: skip
    return render(request, "rounds/unit_practices.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def practice_page(request: HttpRequest, pk: int | None = None, practice: int | None = None) -> HttpResponse:
    """Write or change a practice; its numbers are held against the known figures."""
    actor = actor_in(request)
    had: Practice | None = None
    if practice is not None:
        had = get_object_or_404(Practice.objects.select_related("unit__round__authority"), pk=practice)
        unit = had.unit
    else:
        assert pk is not None
        unit = unit_or_404(pk)
    policy.require(actor, "fill", unit)
    known = list(Known.objects.filter(unit=unit).order_by("indicator", "year"))
    form = PracticeForm(request.POST or None, indicators=_indicators(known), initial=_initial(had))
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if request.POST.get("act") == "remove" and had is not None:
                practice_remove(actor=actor, practice=had, at=arrived(request))
                return _listed(request, unit, say("典型做法已撤回", "The practice is taken back"))
            if form.is_valid():
                values = dict(form.cleaned_data)
                practice_save(
                    actor=actor,
                    unit=unit,
                    practice=had,
                    data=values.pop("figures"),
                    at=arrived(request),
                    **values,
                )
                return _listed(request, unit, say("典型做法已保存", "The practice is saved"))
        except Refused as refused:
            form.tell(refused)
    context = {
        "unit": unit, "form": form, "practice": had, "pointed": pointed(had.text_zh, known, pack=rules_of(unit.round), year=unit.round.evaluated_year) if had else [],
        "path": trail(
            unit, (reverse("rounds:practices", args=[unit.pk]), say("典型做法", "Typical practices")),
            ("", had.title if had else say("新的典型做法", "A new practice")),
        ),
    }  # fmt: skip
    return render(request, "rounds/unit_practice.html", context, status=status)


def _indicators(known: list[Known]) -> dict[str, Any]:
    return {k.indicator: say("{title}：{text}", "{title}: {text}", title=k.title, text=k.text) for k in known}


def _initial(had: Practice | None) -> dict[str, Any]:
    if had is None:
        return {}
    names = ("title_zh", "text_zh", "title_en", "text_en")
    return {**{name: getattr(had, name) for name in names}, "figures": had.data}


def _listed(request: HttpRequest, unit: RoundUnit, done: Words) -> HttpResponse:
    messages.success(request, str(done))
    return HttpResponseRedirect(reverse("rounds:practices", args=[unit.pk]))
