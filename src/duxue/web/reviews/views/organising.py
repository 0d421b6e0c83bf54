"""The organiser's pages: who reviews what, the proposal, recusals, where reviewers agree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Refused
from duxue.web.accounts.models import User
from duxue.web.common import policy
from duxue.web.common.actors import AUDITOR, INSPECTOR, LEADER, ORGANISER, REVIEWER, Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Denied, role_at
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import refusal
from duxue.web.reviews import selectors
from duxue.web.reviews.barring import KINDS, barred, units_of
from duxue.web.reviews.forms import GiveForm, ProposalForm, ReasonForm, ReassignForm, RecusalForm
from duxue.web.reviews.models import Assignment, Recusal
from duxue.web.reviews.rules import review_rules
from duxue.web.reviews.services import assigning, recusing
from duxue.web.rounds.models import Item, Round, RoundUnit

_form_methods = require_http_methods(["GET", "POST"])


def _round(pk: int) -> Round:
    return get_object_or_404(Round.objects.select_related("authority"), pk=pk)


def _overseen(request: HttpRequest, pk: int) -> Round:
    the_round = _round(pk)
    held = role_at(actor_in(request), (ORGANISER, LEADER, AUDITOR), the_round.authority.path, the_round.pk)
    if not held:
        raise Denied(held.why)
    return the_round


@login_required
@require_GET
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """List the tasks of a round and the items on which two reviewers lie too far apart."""
    the_round, actor = _overseen(request, pk), actor_in(request)
    rows = list(selectors.assignments(the_round))
    why = barred(the_round, {r.reviewer_id for r in rows})
    tasks = [(selectors.task_of(row), why.get(row.reviewer_id, {}).get(row.unit_id)) for row in rows]
    without = [
        u
        for u in RoundUnit.objects.filter(round=the_round).exclude(state="excused")
        if u.pk not in {r.unit_id for r in rows}
    ]
    context = {
        "round": the_round, "tasks": tasks, "apart": selectors.apart_in(the_round), "without": without,
        "assign": policy.decide(actor, "assign", the_round), "recusals": _reads_recusals(actor, the_round), "rules": review_rules(the_round),
        "finished": sum(t.state == "finished" for t, _ in tasks),
    }  # fmt: skip
    return render(request, "reviews/overview.html", context)


@login_required
@_form_methods
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how units would be spread over reviewers; nothing is done until it is confirmed."""
    the_round, actor = _round(pk), actor_in(request)
    policy.require(actor, "assign", the_round)
    asked = request.method == "POST"
    source = request.POST if asked else request.GET if "seed" in request.GET else None
    form = ProposalForm(source, initial=ProposalForm.initial_of(the_round))
    proposal, told = None, []
    if source is not None and form.is_valid():
        data = form.cleaned_data
        given: dict[str, Any] = {"seed": data["seed"], "share": data["share"] / 100, "limit": data["limit"]}
        try:
            if asked:
                made = assigning.assignments_commit(
                    actor=actor, round=the_round, digest=request.POST.get("digest", ""), **given
                )
                done = say(
                    "已分派 {n} 项任务。", "{n} tasks were given.", one="1 task was given.", n=len(made)
                )
                messages.success(request, str(done))
                return redirect("reviews:overview", pk=pk)
        except Refused as refused:
            told = refusal(refused)
        proposal = assigning.assignments_propose(actor=actor, round=the_round, **given)
        told = told or refusal(proposal.problems)
    context = {
        "round": the_round,
        "form": form,
        "proposal": proposal,
        "problems": told,
        "titles": selectors.TURN_TITLES,
    }
    return render(request, "reviews/propose.html", context, status=422 if asked else 200)


@login_required
@_form_methods
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one task by hand."""
    the_round, actor = _round(pk), actor_in(request)
    policy.require(actor, "assign", the_round)
    form = GiveForm(request.POST or None, round=the_round, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        branch = get_object_or_404(Item, pk=data["branch"], round=the_round) if data["branch"] else None
        try:
            assigning.assignment_give(
                actor=actor, unit=get_object_or_404(RoundUnit, pk=data["unit"], round=the_round),
                reviewer=get_object_or_404(User, pk=data["reviewer"]), turn=data["turn"], branch=branch,
            )  # fmt: skip
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(request, str(say("已分派。", "The task was given.")))
            return redirect("reviews:overview", pk=pk)
    context = {
        "round": the_round,
        "form": form,
        "heading": say("分派一项任务", "Give one task"),
        "submit": say("分派", "Give it"),
    }
    return render(request, "reviews/form.html", context, status=422 if form.errors else 200)


@login_required
@_form_methods
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a task to another reviewer, or take it back."""
    rows = Assignment.objects.select_related("round__authority", "unit", "reviewer", "branch")
    assignment, actor = get_object_or_404(rows, pk=pk), actor_in(request)
    policy.require(actor, "reassign", assignment)
    form = ReassignForm(request.POST or None, assignment=assignment)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if data["reviewer"]:
                reviewer = get_object_or_404(User, pk=data["reviewer"])
                assigning.assignment_reassign(
                    actor=actor, assignment=assignment, reviewer=reviewer, reason=data["reason"]
                )
            else:
                assigning.assignment_withdraw(actor=actor, assignment=assignment, reason=data["reason"])
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(request, str(say("已更改。", "It was changed.")))
            return redirect("reviews:overview", pk=assignment.round_id)
    heading = say(
        "改派或撤销：{unit}，{who}",
        "Reassign or withdraw: {unit}, {who}",
        unit=assignment.unit.name,
        who=str(assignment.reviewer),
    )
    note = say(
        "原专家已给的分不再计入，但会保留。",
        "Points given by the first reviewer no longer count but are kept.",
    )
    context = {
        "round": assignment.round,
        "form": form,
        "heading": heading,
        "submit": say("确认", "Confirm"),
        "note": note,
    }
    return render(request, "reviews/form.html", context, status=422 if form.errors else 200)


def _reads_recusals(actor: Actor, round: Round) -> Decision:
    """Return whether the actor has a page of recusals: the office and auditors of all, who judges of their own."""
    return role_at(actor, (ORGANISER, AUDITOR, REVIEWER, INSPECTOR), round.authority.path, round.pk)


@login_required
@_form_methods
def recusals(request: HttpRequest, pk: int) -> HttpResponse:
    """List the recusals that the reader may see, and declare one; reading others' is logged."""
    actor = actor_in(request)
    the_round = next((r for r in selectors.rounds_to_judge(actor) if r.pk == pk), None) or _round(pk)
    if not (judging := _reads_recusals(actor, the_round)):
        raise Denied(judging.why)
    organiser = bool(policy.decide(actor, "assign", the_round))
    rows = list(
        Recusal.objects.filter(round=the_round)
        .select_related("user", "unit", "round__authority")
        .order_by("user__name", "unit__code")
    )
    recusing.recusals_seen(actor, the_round, rows)
    own = not organiser
    form = RecusalForm(request.POST or None, round=the_round, own=own)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = get_object_or_404(User, pk=actor.user_id if own else data["user"])
        unit = next(u for u in units_of(the_round) if str(u.pk) == data["unit"])
        try:
            recusing.recusal_declare(
                actor=actor, round=the_round, user=user, unit=unit, kind=data["kind"], text=data["text"]
            )
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(request, str(say("已登记回避。", "The recusal is declared.")))
            return redirect("reviews:recusals", pk=pk)
    people = [actor.user_id] if own and actor.user_id else [p.pk for p in recusing.may_be_recused(the_round)]
    declared = {(r.user_id, r.unit_id) for r in rows}
    names = {u.pk: u for u in User.objects.filter(pk__in=people)}
    units = {u.pk: u for u in units_of(the_round)}
    automatic = [
        (names[user], units[unit], why)
        for user, by in barred(the_round, people).items() for unit, why in by.items()
        if (user, unit) not in declared and user in names
    ]  # fmt: skip
    context = {
        "round": the_round,
        "rows": [(row, policy.decide(actor, "withdraw", row)) for row in rows],
        "form": form,
        "own": own,
        "kinds": KINDS,
        "automatic": automatic,
    }
    return render(request, "reviews/recusals.html", context, status=422 if form.errors else 200)


@login_required
@_form_methods
def recusal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a recusal back, with a reason."""
    recusal = get_object_or_404(Recusal.objects.select_related("round__authority", "unit", "user"), pk=pk)
    actor, the_round = actor_in(request), recusal.round
    policy.require(actor, "withdraw", recusal)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recusing.recusal_withdraw(actor=actor, recusal=recusal, reason=form.cleaned_data["reason"])
        messages.success(request, str(say("回避已撤回。", "The recusal is withdrawn.")))
        return redirect("reviews:recusals", pk=the_round.pk)
    heading = say(
        "撤回回避：{who}，{unit}",
        "Withdraw the recusal: {who}, {unit}",
        who=str(recusal.user),
        unit=recusal.unit.name,
    )
    context = {
        "round": the_round, "form": form, "heading": heading, "submit": say("撤回", "Withdraw"),
        "cancel_url": reverse("reviews:recusals", args=[the_round.pk]),
    }  # fmt: skip
    return render(request, "reviews/form.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far first and second reviews agree, and how each reviewer's points lie: indications, not judgements."""
    the_round = _overseen(request, pk)
    found = selectors.agreement(the_round)
    context = {
        "round": the_round, "habits": selectors.habits(the_round), "pairs": found.widest, "count": found.count, "far": found.far,
        "same": found.same, "rules": found.rules, "tolerance": int(found.rules.tolerance * 100),
    }  # fmt: skip
    return render(request, "reviews/agreement.html", context)
