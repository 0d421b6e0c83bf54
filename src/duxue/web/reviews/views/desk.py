"""The reviewer's pages: the desk, a task, one item with everything beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duxue.core.errors import Refused
from duxue.web.common import policy
from duxue.web.common.confirming import confirmed
from duxue.web.common.conflicts import side_by_side
from duxue.web.common.lang import say
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import first_of
from duxue.web.rectification.services.finding import reported
from duxue.web.reviews import selectors
from duxue.web.reviews.forms import QuestionForm, ReviewForm
from duxue.web.reviews.models import Assignment, Review
from duxue.web.reviews.rules import STEP, review_rules
from duxue.web.reviews.services.reporting import review_report
from duxue.web.reviews.services.returning import answer_return
from duxue.web.reviews.services.reviewing import Conflict, assignment_finish, review_give, review_save
from duxue.web.rounds.models import Answer
from duxue.web.rounds.procedures import state_title, window_state
from duxue.web.rounds.selectors.rule import rule_of
from duxue.web.rounds.views.unit_common import open_doors

ATTACHED = ("evidence/attached.html", "reviews/no_evidence.html")


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """List the reader's tasks by their clocks; to who oversees rounds, where the tasks of each stand."""
    actor = actor_in(request)
    context = {
        "tasks": selectors.desk(actor),
        "may_judge": selectors.rounds_to_judge(actor),
        "overseen": selectors.rounds_overseen(actor),
    }
    return render(request, "reviews/desk.html", context)


def _task(pk: int) -> Assignment:
    rows = Assignment.objects.select_related(
        "round__authority", "unit__round__authority", "unit__organisation", "branch", "reviewer"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the items of a task: which are given, which wait for a reply; it prints as the sheet of the unit."""
    assignment, actor = _task(pk), actor_in(request)
    show = request.GET.get("show", "")
    everything = selectors.lines_of(assignment)
    counts = {
        name: len(selectors.lines_of(assignment, name)) if name else len(everything)
        for name in selectors.SHOWS
    }
    tabs = [
        {"url": f"?show={name}" if name else "?", "label": title, "count": counts[name], "current": name == show}
        for name, title in selectors.SHOWS.items()
    ]  # fmt: skip
    lines = selectors.lines_of(assignment, show)
    first = next((line.answer.pk for line in everything if not line.given), None)
    context = {
        "task": selectors.task_of(assignment), "assignment": assignment, "lines": lines, "tabs": tabs, "show": show,
        "first": first, "finish": policy.decide(actor, "finish", assignment),
        "window": window_state(assignment.round, STEP, assignment.unit), "own": assignment.reviewer_id == actor.user_id,
        "states": {a: state_title(assignment.round, "answer", a) for a in {line.answer.state for line in lines}},
    }  # fmt: skip
    return render(request, "reviews/task.html", context)


def _answer(assignment: Assignment, pk: int) -> Answer:
    rows = Answer.objects.select_related(
        "item__parent", "item__round", "unit__round__authority", "round__authority"
    )
    answer = get_object_or_404(rows, pk=pk, unit=assignment.unit_id)
    get_object_or_404(
        Answer.objects.filter(pk__in=[line.answer.pk for line in selectors.lines_of(assignment)]), pk=pk
    )
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Show one item with all that speaks on it, and take points and reason; drafts are saved while one types."""
    assignment, actor = _task(pk), actor_in(request)
    answer, show = _answer(assignment, answer_pk), request.GET.get("show", "")
    here = reverse("reviews:score", args=[pk, answer_pk])
    if request.method == "POST":
        policy.require(actor, "review", assignment)
        if request.POST.get("keep") == "theirs":
            return HttpResponseRedirect(here)
    stored = Review.objects.filter(assignment=assignment, answer=answer).first()
    initial = (
        {"points": stored.points, "reason": stored.reason, "version": stored.version}
        if stored
        else {"version": 0}
    )
    form = ReviewForm(request.POST or None, answer=answer, initial=initial)
    conflict = None
    autosave = request.headers.get("X-Autosave") == "1"
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        act = review_save if autosave or request.POST.get("act") == "save" else review_give
        try:
            saved = act(
                actor=actor, assignment=assignment, answer=answer, version=data["version"] or 0, points=data["points"],
                reason=data["reason"],
            )  # fmt: skip
        except Conflict as found:
            conflict = _conflict(found)
        except Refused as refused:
            form.tell(refused)
        else:
            if autosave:
                return JsonResponse({"version": saved.version})
            return _next(request, assignment, answer, show, given=act is review_give)
    if autosave and conflict is None:
        told = [str(e) for errors in form.errors.values() for e in errors]
        return JsonResponse({"problems": told}, status=422)
    sheet = selectors.sheet_of(assignment, answer, show)
    open_doors(assignment.unit, sheet.known)
    context = {
        "assignment": assignment, "sheet": sheet, "answer": answer, "form": form, "show": show, "conflict": conflict,
        "may": policy.decide(actor, "review", assignment), "ask": policy.decide(actor, "return", answer),
        "question": QuestionForm(), "window": window_state(assignment.round, STEP, assignment.unit), "attached": ATTACHED,
        "rules": review_rules(assignment.round), "turn": selectors.TURN_TITLES[assignment.turn], "guidance": _guidance(answer),
        "rule": rule_of(answer.item), "editable": not (stored and stored.given), "person": actor.user_id,
        "state": state_title(assignment.round, "answer", answer.state), "here": here,
    }  # fmt: skip
    if stored is not None and assignment.reviewer_id == actor.user_id:
        standing = reported(answer.unit, [answer.item_id], "online", found_by=actor.user_id)
        context |= {"report": policy.decide(actor, "report", stored), "problem": standing.get(answer.item_id)}
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "reviews/score.html", context, status=status)


def _guidance(answer: Answer) -> dict[str, Any]:
    """Return what the pack says of the item; a text alone is what is looked at."""
    found = dict(answer.item.guidance)
    if "zh" in found and "criteria" not in found:
        found["criteria"] = [{"zh": found["zh"], "en": found.get("en", "")}]
    return found


def _conflict(found: Conflict) -> dict[str, Any]:
    theirs, mine = found.theirs, found.mine
    sides = (
        (say("给分", "Points"), mine["points"], theirs.points),
        (say("理由", "Reason"), mine["reason"], theirs.reason),
    )
    return side_by_side(sides, mine, version=theirs.version, when=theirs.updated_at)


def _next(
    request: HttpRequest, assignment: Assignment, answer: Answer, show: str, *, given: bool
) -> HttpResponse:
    sheet = selectors.sheet_of(assignment, answer, show)
    if not given:
        messages.success(
            request, str(say("草稿已保存，只有您能看到。", "The draft is saved; only you see it."))
        )
        return redirect("reviews:score", pk=assignment.pk, answer_pk=answer.pk)
    left = [line.answer.pk for line in selectors.lines_of(assignment) if not line.given]
    if not left:
        done = say(
            "每一项都已给分，请核对后完成任务。", "Every item is given. Check them, then finish the task."
        )
        messages.success(request, str(done))
        return redirect("reviews:task", pk=assignment.pk)
    code = answer.item.code
    messages.success(
        request, str(say("{code} 已给分，还有 {n} 项。", "{code} is given; {n} items left.", one="{code} is given; 1 item left.", code=code, n=len(left)))
    )  # fmt: skip
    after = sheet.later if sheet.later is not None and (sheet.later in left or not show) else left[0]
    query = f"?show={show}" if show else ""
    return HttpResponseRedirect(reverse("reviews:score", args=[assignment.pk, after]) + query)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Return one item to its unit with a question."""
    assignment, actor = _task(pk), actor_in(request)
    answer = _answer(assignment, answer_pk)
    policy.require(actor, "return", answer)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            question = answer_return(actor=actor, answer=answer, text=form.cleaned_data["text"])
        except Refused as refused:
            form.tell(refused)
        else:
            from duxue.web.common.templatetags.duxue import moment

            done = say(
                "已退回，对方须在 {when} 前答复。",
                "Returned; the unit has until {when} to reply.",
                when=moment(question.due),
            )
            messages.success(request, str(done))
            return redirect("reviews:score", pk=pk, answer_pk=answer_pk)
    context = {"assignment": assignment, "answer": answer, "form": form}
    return render(request, "reviews/ask.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def report(request: HttpRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Put the reason of the own review on the ledger as a problem."""
    assignment = _task(pk)
    rows = Review.objects.select_related(
        "assignment", "answer__unit__round__authority", "answer__item", "round__authority"
    )
    review = get_object_or_404(rows, assignment=assignment, answer_id=answer_pk)
    try:
        made = review_report(actor=actor_in(request), review=review)
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
    else:
        done = say("已登记为问题 {code}，由组织者确认并交办。", "On the ledger as {code}; the organiser confirms it and hands it over.", code=made.code)  # fmt: skip
        messages.success(request, str(done))
    return redirect("reviews:score", pk=pk, answer_pk=answer_pk)


@login_required
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Finish a task of which every item is given, once its unit was named: the points do not change any more."""
    assignment, actor = _task(pk), actor_in(request)
    policy.require(actor, "finish", assignment)
    unit = assignment.unit
    if not confirmed(request, unit.name):
        why = say(
            "请输入“{unit}”以确认完成：完成后给分不能再改。",
            "Type “{unit}” to confirm: once the task is finished its points cannot be changed.",
            unit=unit.name,
        )
        messages.error(request, str(why))
        return redirect("reviews:task", pk=pk)
    try:
        assignment_finish(actor=actor, assignment=assignment)
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
        return HttpResponseRedirect(reverse("reviews:task", args=[pk]) + "?show=left")
    messages.success(
        request,
        str(
            say("任务已完成，给分不能再改。", "The task is finished; its points cannot be changed any more.")
        ),
    )
    return redirect("reviews:desk")


@login_required
@require_GET
def told(request: HttpRequest, answer_pk: int) -> HttpResponse:
    """Show the reviews of an answer to whoever may see them; the unit reads points and reasons, no names."""
    answer = get_object_or_404(
        Answer.objects.select_related("item", "unit__round__authority", "round"), pk=answer_pk
    )
    actor = actor_in(request)
    overseer = policy.decide(actor, "oversee", answer.unit)
    context = {
        "answer": answer,
        "reviews": selectors.told_reviews(answer),
        "named": bool(overseer),
        "titles": selectors.TURN_TITLES,
    }
    return render(request, "reviews/told.html", context)
