"""Pages on which the organiser makes a round, moves it on, sets its windows, and follows one unit."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from duxue.cases.procedure import Offer
from duxue.core.errors import Refused
from duxue.web.accounts.handing import hand_over
from duxue.web.common.actors import ORGANISER, Actor
from duxue.web.common.confirming import confirmed, short_name, unconfirmed
from duxue.web.common.lang import say, words
from duxue.web.common.numbers import number_in
from duxue.web.common.policy import Denied, require, role_at
from duxue.web.common.problems import as_json
from duxue.web.common.requests import actor_in
from duxue.web.orgs.models import Organisation
from duxue.web.rounds import forms_organiser as forms
from duxue.web.rounds import making as pack_making
from duxue.web.rounds.models import Round, RoundUnit, Veto, Window
from duxue.web.rounds.own_packs import own_packs
from duxue.web.rounds.procedures import procedure_of, windows_of
from duxue.web.rounds.selectors import standing
from duxue.web.rounds.selectors.looks import in_preparation
from duxue.web.rounds.selectors.matrix import board_of, to_remind
from duxue.web.rounds.selectors.preparing import kinds_of, needs_of
from duxue.web.rounds.selectors.vetoes import shown as shown_vetoes
from duxue.web.rounds.services import making, moving, units, windows
from duxue.web.rounds.views.organiser.access import base, done, overseen_round, unit_at
from duxue.web.rounds.views.organiser.stepping import unit_step

_form = require_http_methods(["GET", "POST"])


# --- making a round ---------------------------------------------------------------------------------------------------
@_form
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Make a round in three steps and a page that shows everything before it is made; what was typed travels along."""
    actor = actor_in(request)
    authorities = _authorities(actor)
    if not authorities:
        raise Denied(role_at(actor, (ORGANISER,), "/none/").why)
    given = request.POST if request.method == "POST" else None
    at = (number_in(given.get("step", "")) if given else None) or 1
    back = bool(given and "back" in given)
    basics = forms.Basics(given, authorities=authorities, scored=forms.scored_packs())
    if given is None or not basics.is_valid() or (at == 2 and back):
        return _wizard(request, 1, basics, [])
    chosen = basics.cleaned_data
    loaded = making.pack_of(chosen["pack"])
    assert loaded.pack.scoring is not None  # pack_of
    below = making.candidates(chosen["authority"], loaded.pack.scoring.level)
    choices = forms.Choices(given if at >= 2 else None, candidates=below)
    if at == 1 or not choices.is_valid() or (at == 3 and back):
        return _wizard(request, 2, choices, [basics])
    planned = making.planned(loaded.pack, making.opening_of(chosen["opens"]))
    times = forms.Windows(given if at >= 3 else None, planned=planned)
    if at == 2 or not times.is_valid() or (at == 4 and back):
        return _wizard(request, 3, times, [basics, choices])
    drafts = pack_making.items_of(loaded.pack)
    context = {
        "chosen": chosen, "choices": choices.cleaned_data, "times": list(times.times().items()), "planned": planned,
        "leaves": sum(d.kind != "branch" for d in drafts), "blocks": [d for d in drafts if not d.parent],
    }  # fmt: skip
    if at == 3:
        return _wizard(request, 4, None, [basics, choices, times], **context)
    try:
        made = making.round_create(
            actor=actor, authority=chosen["authority"], pack=chosen["pack"], evaluated_year=chosen["evaluated_year"],
            round_year=chosen["round_year"], title_zh=chosen["title_zh"], title_en=chosen["title_en"],
            slug=chosen["slug"], opens=chosen["opens"], units=list(choices.cleaned_data["units"]),
            windows=times.times(), settings=choices.settings(), before=_before(chosen["authority"]),
        )  # fmt: skip
    except Refused as refused:
        step, form, earlier = _where(refused, basics, choices, times)
        form.tell(refused)
        return _wizard(request, step, form, earlier)
    done(
        request,
        say(
            "轮次已建立。启动前还缺什么，依次列在下面。",
            "The round is made. What it still needs before it is opened stands below, in order.",
        ),
    )
    return redirect("rounds:show", made.slug)


def _where(refused: Refused, basics: Any, choices: Any, times: Any) -> tuple[int, Any, list[Any]]:
    fields = {problem.place.field for problem in refused.problems}
    if fields & set(choices.fields):
        return 2, choices, [basics]
    return (3, times, [basics, choices]) if fields & set(times.fields) else (1, basics, [])


def _before(authority: Organisation) -> Round | None:
    return Round.objects.filter(authority=authority, state__in=("published", "archived")).first()


def _authorities(actor: Actor) -> list[Organisation]:
    paths = actor.paths(ORGANISER)
    return list(Organisation.objects.filter(path__in=paths).order_by("code")) if paths else []


def _wizard(request: HttpRequest, step: int, form: Any, earlier: list[Any], **more: Any) -> HttpResponse:
    """Show a step; the values of the steps before it are carried as hidden fields."""
    kept = [
        (field.html_name, value)
        for one in earlier
        for field in one
        for value in ([] if one.data is None else one.data.getlist(field.html_name))
    ]
    steps = [
        {"label": label, "state": "met" if n < step else "active" if n == step else "neutral"}
        for n, label in enumerate(
            (say("规则和年度", "Rules and year"), say("单位和设置", "Units and settings"), say("时间窗口", "Windows"), say("核对", "Check")), 1
        )
    ]  # fmt: skip
    wrong = [(o, [as_json(p) for p in o.problems]) for o in own_packs() if o.problems] if step == 1 else []
    context = {"step": step, "form": form, "kept": kept, "stepper": steps, "wrong": wrong, **more}
    return render(request, "rounds/organiser_create.html", context)


# --- moving it on -----------------------------------------------------------------------------------------------------
@_form
@login_required
def move(request: HttpRequest, slug: str, transition: str) -> HttpResponse:
    """Confirm a transition, with its reason where one is asked for, and by the round's short name where nothing leads back; then do it."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    if transition not in moving.WAYS:
        raise Http404
    if not (held := role_at(actor, (ORGANISER,), round.authority.path, round.pk)):
        raise Denied(held.why)
    procedure = procedure_of(round, "round")
    way = procedure.transition(transition)
    name = None if procedure.leads_back(transition) else short_name(round.slug)
    form_class = forms.Reason if way.reason == "required" else forms.OptionalReason
    form = form_class(request.POST or None)
    offer = next((o for o in moving.round_offers(actor, round) if o.transition.id == transition), None)
    if request.method == "POST" and form.is_valid():
        if name and not confirmed(request, name):
            form.add_error(None, str(unconfirmed(name)))
        else:
            try:
                moving.round_move(
                    actor=actor, round=round, transition=transition, reason=form.cleaned_data["reason"]
                )
            except Refused as refused:
                form.tell(refused)
            else:
                done(
                    request,
                    say(
                        "已{what}：{title}", "Done: {what}, {title}", what=words(way.title), title=round.title
                    ),
                )
                return redirect("rounds:show", slug)
    context = base(request, round, "show", words(way.title)) | {
        "way": way,
        "name": name,
        "offer": offer,
        "form": form,
        "what": _EFFECT[transition],
    }
    if transition == "open" and in_preparation(round):
        missing, kinds = [need for need in needs_of(round) if not need.done], kinds_of(round)
        context |= {
            "missing": missing,
            "without_data": any(need.id == "data" for need in missing),
            "asked": sum(kinds.values()) - kinds["branch"],
            "by_data": kinds["computed"] + kinds["mixed"],
        }
    return render(request, "rounds/organiser_move.html", context, status=422 if form.errors else 200)


_EFFECT = {
    "open": say("单位将看到本轮，自评窗口按计划开放。", "Units will see the round; the windows open as planned."),
    "freeze": say("所有数据、自评、评审随即冻结，数据库不再接受修改。", "All data, answers and reviews are frozen; the database accepts no more changes."),
    "unfreeze": say("冻结解除，可以更正；理由将写入审计。", "The freeze is lifted for a correction; the reason goes into the audit."),
    "publish": say("结果向社会公布，此后不能再改。须由冻结者以外的人进行。", "The results become public and never change again. It takes a different person from the one who froze it."),
    "archive": say("轮次归入历史。", "The round becomes history."),
}  # fmt: skip


# --- windows ----------------------------------------------------------------------------------------------------------
@_form
@login_required
def windows_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the windows of all steps; in preparation set them, later extend, open or close one."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    context = base(request, round, "windows", say("时间窗口", "Windows"))
    steps = standing.steps_of(round, extended=True)
    if round.state == procedure_of(round, "round").start.id and context["organiser"]:
        form = forms.Windows(request.POST or None, planned=windows_of(round))
        if request.method == "POST" and form.is_valid():
            try:
                windows.windows_plan(actor=actor, round=round, windows=form.times())
            except Refused as refused:
                form.tell(refused)
            else:
                done(request, say("时间窗口已保存。", "The windows are saved."))
                return redirect("rounds:windows", slug)
        context["form"] = form
    changed = (
        Window.objects.filter(round=round)
        .exclude(reason="")
        .select_related("unit")
        .order_by("step", "unit__code")
    )
    context |= {"steps": steps, "changed": changed, "titles": {s.id: s.label for s in steps}}
    return render(request, "rounds/organiser_windows.html", context)


@_form
@login_required
def window(request: HttpRequest, slug: str, step: str, change: str) -> HttpResponse:
    """Extend, open or close one step, with a reason; closing early is confirmed by naming the step."""
    round, actor = overseen_round(request, slug), actor_in(request)  # noqa: A001 - the field's word
    require(actor, "windows", round)
    standing_step = next((s for s in standing.steps_of(round) if s.id == step), None)
    if standing_step is None or change not in _CHANGES:
        raise Http404
    chosen = [(u.code, u.name) for u in RoundUnit.objects.filter(round=round).order_by("code")]
    form: Any = (
        forms.Extend(request.POST or None, units=chosen)
        if change == "extend"
        else forms.Reason(request.POST or None)
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if change == "extend":
                unit = (
                    RoundUnit.objects.filter(round=round, code=given["unit"]).first()
                    if given["unit"]
                    else None
                )
                windows.window_extend(
                    actor=actor,
                    round=round,
                    step=step,
                    closes=forms.end_of(given["closes"]),
                    reason=given["reason"],
                    unit=unit,
                )
            elif change == "open":
                windows.window_open(actor=actor, round=round, step=step, reason=given["reason"])
            else:
                windows.window_close(
                    actor=actor,
                    round=round,
                    step=step,
                    reason=given["reason"],
                    confirm=request.POST.get("confirm", ""),
                )
        except Refused as refused:
            form.tell(refused)
        else:
            done(
                request,
                say(
                    "{step}的时间窗口已调整，相关单位可以看到理由。",
                    "The window of {step} is changed; those concerned see the reason.",
                    step=standing_step.label,
                ),
            )
            return redirect("rounds:windows", slug)
    context = base(request, round, "windows", _CHANGES[change]) | {
        "step": standing_step,
        "form": form,
        "change": change,
        "verb": _CHANGES[change],
    }
    return render(request, "rounds/organiser_window.html", context, status=422 if form.errors else 200)


_CHANGES = {
    "extend": say("延长窗口", "Extend the window"), "open": say("立即开放", "Open it now"),
    "close": say("提前关闭", "Close it early"),
}  # fmt: skip


# --- units ------------------------------------------------------------------------------------------------------------
@require_POST
@login_required
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to the managers of all units that are late or at risk with their self-evaluation."""
    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    count = units.units_remind(actor=actor_in(request), round=round, units=to_remind(round))
    done(request, say("已提醒{n}个单位；今天提醒过的不再重复。", "{n} units were reminded; none is written to twice a day.", one="1 unit was reminded; none is written to twice a day.", n=count))  # fmt: skip
    return redirect("rounds:matrix", slug)


@_form
@login_required
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite the managers of all units at once; units that have one already are left out of the proposal."""
    from duxue.web.accounts.services.invitations import invitations_import

    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    require(actor_in(request), "edit", round)
    lines = "\n".join(f"；；manager；{unit.code}" for unit in units.without_manager(round))
    form = forms.Invite(request.POST or None, initial={"people": lines})
    if request.method == "POST" and form.is_valid():
        try:
            invited = invitations_import(
                actor=actor_in(request), text=form.cleaned_data["people"], round=round
            )
        except Refused as refused:
            form.tell(refused)
        else:
            done(
                request,
                say("已邀请{n}人。", "{n} people are invited.", one="1 person is invited.", n=len(invited)),
            )
            return redirect(hand_over(request, invited))
    context = base(request, round, "show", say("邀请单位负责人", "Invite the managers")) | {"form": form}
    return render(request, "rounds/organiser_invite.html", context, status=422 if form.errors else 200)


@_form
@login_required
def unit_follow(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show one unit to those who follow it: its steps, what is known, its vetoes; confirm the organiser's next step."""
    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    unit, actor = unit_at(round, code), actor_in(request)
    if request.method == "POST" or "step" in request.GET:
        return unit_step(request, unit, request.POST.get("transition", request.GET.get("step", "")))
    board = board_of(round)
    (row,) = board.rows(list(board.units.filter(pk=unit.pk)))
    offers: list[Offer] = units.unit_offers(actor, unit)
    context = base(request, round, "matrix", unit.name) | {
        "unit": unit, "row": row, "offers": offers, "steps": standing.steps_of(round, unit),
        "cells": list(zip([t for _, t in board.steps], row.cells, strict=True)),
        "known": unit.known.filter(year=round.evaluated_year).select_related("item").order_by("item__order", "pk"),
        "vetoes": shown_vetoes(round, Veto.objects.filter(unit=unit)),
        "audit_url": reverse("common:audit"),
    }  # fmt: skip
    return render(request, "rounds/organiser_unit.html", context)
