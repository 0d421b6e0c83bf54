"""Pages of a unit while it fills: the workbench, one item, handing out, disputes, history; and the addresses of all."""

from __future__ import annotations

import difflib
import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Refused
from duxue.web.common import policy
from duxue.web.common.actors import Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import say
from duxue.web.common.numbers import number_in, trimmed
from duxue.web.common.requests import actor_in
from duxue.web.common.scope import everything
from duxue.web.rounds.forms_unit import AnswerForm, DisputeForm, HandForm, ReplyToQuestionForm
from duxue.web.rounds.models import Answer, AnswerVersion, Dispute, Known, Question
from duxue.web.rounds.procedures import window_state
from duxue.web.rounds.rules import rules_of
from duxue.web.rounds.selectors.more_time import late_of
from duxue.web.rounds.selectors.numbers import Pointed, pointed
from duxue.web.rounds.selectors.progress import OPEN
from duxue.web.rounds.selectors.rule import rule_of
from duxue.web.rounds.selectors.unit import (
    before_of,
    computed_points,
    evidence_cap,
    is_asked,
    known_by_item,
    questions_of,
)
from duxue.web.rounds.selectors.workbench import FILTERS, workbench
from duxue.web.rounds.services.answers import STEP, Conflict, answer_save, answers_hand
from duxue.web.rounds.services.disputes import dispute_due, dispute_file
from duxue.web.rounds.services.questions import question_answer
from duxue.web.rounds.views import disputing, noticing
from duxue.web.rounds.views import unit_after as after
from duxue.web.rounds.views import unit_sheet as sheet
from duxue.web.rounds.views import unit_submit as submit
from duxue.web.rounds.views.unit_common import (
    ATTACHED,
    answer_or_404,
    arrived,
    open_doors,
    trail,
    unit_or_404,
)

_CLAUSE = re.compile(r"[^，。；：！？;:!?\s]+[，。；：！？;:!?]*|\s+|[，。；：！？;:!?]+")
NEWEST = 50  # versions on one page


# --- workbench --------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every item of a unit with its state, score, person, day and evidence."""
    unit, actor = unit_or_404(pk), actor_in(request)
    bench = workbench(actor, unit, request.GET.get("show", ""))
    for node in bench.nodes:
        open_doors(unit, node.known)
    tabs = [
        {"url": f"?show={name}" if name else "?", "label": title, "count": bench.counts[name], "current": name == bench.chosen}
        for name, title in FILTERS.items()
    ]  # fmt: skip
    context = {
        "unit": unit, "bench": bench, "tabs": tabs, "path": trail(unit),
        "submit": policy.decide(actor, "submit", unit), "hand": policy.decide(actor, "hand_out", unit),
        "fill": policy.decide(actor, "fill", unit),
        "changed": [row for row in bench.windows if row.reason], "titles": bench.steps,
        "late": late_of(unit, bench.closes, now()), "more_time": policy.decide(actor, "more_time", unit),
    }  # fmt: skip
    return render(request, "rounds/unit_workbench.html", context)


# --- one item ---------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def answer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one item: the standard, what is known, what was answered last year; and take the answer."""
    answer, actor = answer_or_404(pk), actor_in(request)
    question = next((q for q in questions_of(answer) if q.replied_at is None and q.closed_at is None), None)
    mode = _mode(actor, answer, question)
    if request.method == "POST" and request.POST.get("keep") == "theirs":
        return HttpResponseRedirect(reverse("rounds:answer", args=[answer.pk]))
    form = _form(request, answer, question if mode == "reply" else None)
    if request.method == "POST":
        if mode == "read":
            policy.require(actor, "fill", answer)
        elif mode == "reply":
            return _reply(request, answer, form, question)
        return _save(request, answer, form)
    return _show_answer(request, answer, form, mode)


def _mode(actor: Actor, answer: Answer, question: Question | None) -> str:
    if not policy.decide(actor, "fill", answer):
        return "read"
    if answer.state in OPEN and answer.unit.state in {"invited", "drafting"}:
        return "fill" if window_state(answer.round, STEP, answer.unit) else "read"
    return "reply" if answer.state == "returned" and question is not None else "read"


def _known(answer: Answer) -> list[Known]:
    return known_by_item(answer.unit, [answer.item_id]).get(answer.item_id, [])


def _pointed(answer: Answer, known: list[Known] | None = None) -> list[Pointed]:
    """Return the numbers of the narrative to look at: where the item has figures, also those that no figure is like."""
    own = _known(answer) if known is None else known
    every = [figure for rows in known_by_item(answer.unit).values() for figure in rows]
    found = pointed(answer.narrative, every, pack=rules_of(answer.round), year=answer.round.evaluated_year)
    return [one for one in found if own or one.known is not None]


def _form(request: HttpRequest, answer: Answer, question: Question | None) -> AnswerForm:
    asked = is_asked(answer)
    kind = ReplyToQuestionForm if question else AnswerForm
    initial = {
        "version": answer.version, "narrative": answer.narrative, "ready": answer.ready, "self_score": answer.self_score,
    }  # fmt: skip
    if request.method == "POST":
        return kind(request.POST, answer=answer, asked=asked, initial=initial)
    return kind(answer=answer, asked=asked, initial=initial)


def _show_answer(
    request: HttpRequest, answer: Answer, form: AnswerForm, mode: str, status: int = 200
) -> HttpResponse:
    actor, unit = actor_in(request), answer.unit
    known = _known(answer)
    open_doors(unit, known)
    with everything("disputes of figures that the reader sees"):
        disputes = list(Dispute.objects.filter(known__in=known).order_by("filed_at")) if known else []
    order = list(
        Answer.objects.filter(unit=unit)
        .order_by("item__order")
        .values_list("pk", "item__code", "item__order")
    )
    at = next((n for n, row in enumerate(order) if row[0] == answer.pk), 0)
    context = {
        "answer": answer, "item": answer.item, "unit": unit, "form": form, "mode": mode, "known": known,
        "disputes": disputes, "asked": is_asked(answer), "computed": computed_points(unit, answer.item, known),
        "before": before_of(answer), "questions": questions_of(answer), "cap": evidence_cap(unit),
        "previous": order[at - 1] if at > 0 else None, "next": order[at + 1] if at + 1 < len(order) else None,
        "position": at + 1, "total": len(order), "attached": ATTACHED,
        "why": policy.decide(actor, "fill", answer).why, "window": window_state(answer.round, STEP, unit),
        "pointed": _pointed(answer, known), "rule": rule_of(answer.item),
        "path": trail(unit, ("", say("条目 {code}", "Item {code}", code=answer.item.code))),
    }  # fmt: skip
    return render(request, "rounds/unit_answer.html", context, status=status)


def _save(request: HttpRequest, answer: Answer, form: AnswerForm) -> HttpResponse:
    autosave = request.headers.get("X-Autosave") == "1"
    actor = actor_in(request)
    if form.is_valid():
        values = form.cleaned_data
        try:
            saved = answer_save(
                actor=actor, answer=answer, version=values["version"], self_score=values.get("self_score"),
                narrative=values["narrative"], ready=bool(values.get("ready")), autosave=autosave,
                at=arrived(request),
            )  # fmt: skip
        except Conflict as conflict:
            return _conflict(request, conflict)
        except Refused as refused:
            form.tell(refused)
        else:
            if autosave:
                look = [
                    {"before": p.before, "quote": p.quote, "after": p.after, "said": str(p.said)}
                    for p in _pointed(saved)
                ]
                return JsonResponse(
                    {"version": saved.version, "numbers": look}, headers={"X-Version": str(saved.version)}
                )
            messages.success(
                request, str(say("条目 {code} 已保存", "Item {code} is saved", code=answer.item.code))
            )
            return HttpResponseRedirect(_after(request, answer))
    if autosave:
        return JsonResponse({"problems": form.errors.get_json_data()}, status=422)
    return _show_answer(request, answer, form, "fill", status=422)


def _after(request: HttpRequest, answer: Answer) -> str:
    """Return where to go on: the next item when it was asked for, else the same page."""
    if request.POST.get("go") == "next":
        rows = Answer.objects.filter(unit=answer.unit, item__order__gt=answer.item.order)
        following = rows.order_by("item__order").values_list("pk", flat=True).first()
        if following is not None:
            return reverse("rounds:answer", args=[following])
        return reverse("rounds:unit", args=[answer.unit_id])
    return reverse("rounds:answer", args=[answer.pk])


def _conflict(request: HttpRequest, conflict: Conflict) -> HttpResponse:
    theirs, mine = conflict.theirs, conflict.mine
    fields = [
        {"label": say("自评分", "Self-score"), "mine": _shown(mine["self_score"]), "theirs": _shown(theirs.self_score)},
        {"label": say("文字说明", "Narrative"), "mine": mine["narrative"], "theirs": theirs.narrative},
    ]  # fmt: skip
    inputs = [
        {"name": "narrative", "value": mine["narrative"]},
        {"name": "self_score", "value": _shown(mine["self_score"])},
        *([{"name": "ready", "value": "on"}] if mine["ready"] else []),
        *([{"name": "reply", "value": request.POST["reply"]}] if request.POST.get("reply") else []),
    ]
    context = {
        "answer": theirs, "unit": theirs.unit, "fields": [f for f in fields if f["mine"] != f["theirs"]],
        "inputs": inputs, "mine": mine, "action": reverse("rounds:answer", args=[theirs.pk]),
        "who": str(theirs.updated_by or say("他人", "someone")), "reply": request.POST.get("reply", ""),
        "path": trail(theirs.unit, ("", say("条目 {code}", "Item {code}", code=theirs.item.code))),
    }  # fmt: skip
    response = render(request, "rounds/unit_conflict.html", context, status=409)
    response["X-Version"] = str(theirs.version)
    return response


def _shown(value: Any) -> str:
    return "" if value is None else trimmed(value)


def _reply(request: HttpRequest, answer: Answer, form: AnswerForm, question: Question | None) -> HttpResponse:
    if request.headers.get("X-Autosave") == "1":  # a reply is sent, not saved half-written
        return JsonResponse({"version": answer.version}, headers={"X-Version": str(answer.version)})
    assert question is not None
    if form.is_valid():
        values = form.cleaned_data
        score = values["self_score"] if "self_score" in form.fields else answer.self_score
        try:
            question_answer(
                actor=actor_in(request), question=question, reply=values["reply"], version=values["version"],
                self_score=score, narrative=values["narrative"], at=arrived(request),
            )  # fmt: skip
        except Conflict as conflict:
            return _conflict(request, conflict)
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(
                request, str(say("已答复，网评专家会看到改动", "Answered; the reviewer sees what changed"))
            )
            return HttpResponseRedirect(reverse("rounds:answer", args=[answer.pk]))
    return _show_answer(request, answer, form, "reply", status=422)


@login_required
@require_GET
def answer_at(request: HttpRequest, slug: str, code: str, item: str) -> HttpResponse:  # noqa: ARG001
    """Go to the item of a unit that is named by the codes of round, unit and item."""
    rows = Answer.objects.filter(round__slug=slug, unit__code=code)
    return HttpResponseRedirect(reverse("rounds:answer", args=[get_object_or_404(rows, item__code=item).pk]))


# --- history ----------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def answer_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the versions of an answer, the newest first, each with what changed."""
    answer = answer_or_404(pk)
    rows = list(AnswerVersion.objects.filter(answer=answer).order_by("number"))
    before = [None, *rows]
    versions = [
        {"version": row, "changes": changes(was.narrative if was else "", row.narrative),
         "score_before": was.self_score if was else None}
        for row, was in zip(rows, before, strict=False)
    ]  # fmt: skip
    versions = versions[::-1][:NEWEST]
    context = {
        "answer": answer, "unit": answer.unit, "versions": versions,
        "path": trail(
            answer.unit, (reverse("rounds:answer", args=[answer.pk]), say("条目 {code}", "Item {code}", code=answer.item.code)),
            ("", say("版本", "Versions")),
        ),
    }  # fmt: skip
    return render(request, "rounds/unit_history.html", context)


def changes(before: str, after: str) -> SafeString:
    """Return a text with what came in marked as inserted and what went as deleted, clause by clause."""
    old, new = _CLAUSE.findall(before), _CLAUSE.findall(after)
    parts: list[SafeString] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(format_html("{}", "".join(new[c:d])))
            continue
        if b > a:
            parts.append(format_html("<del>{}</del>", "".join(old[a:b])))
        if d > c:
            parts.append(format_html("<ins>{}</ins>", "".join(new[c:d])))
    return format_html_join("", "{}", ((part,) for part in parts))


# --- handing out ------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def hand_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand one or many items to a colleague or an organisation below."""
    unit, actor = unit_or_404(pk), actor_in(request)
    policy.require(actor, "hand_out", unit)
    rows = list(Answer.objects.filter(unit=unit).select_related("item").order_by("item__order"))
    chosen = [value for value in request.GET.getlist("item") if number_in(value) is not None]
    form = HandForm(request.POST or None, unit=unit, rows=rows, initial={"answers": chosen})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = form.cleaned_data
            try:
                count = answers_hand(
                    actor=actor, unit=unit, answers=values["answers"], assignee=values["assignee"],
                    organisation=values["organisation"], due=values["due"], at=arrived(request),
                )  # fmt: skip
            except Refused as refused:
                form.tell(refused)
            else:
                done = say(
                    "已分派 {n} 个条目", "{n} items were handed out", one="1 item was handed out", n=count
                )
                messages.success(request, str(done))
                return HttpResponseRedirect(reverse("rounds:unit", args=[unit.pk]))
    context = {"unit": unit, "form": form, "path": trail(unit, ("", say("分派条目", "Hand out items")))}
    return render(request, "rounds/unit_hand.html", context, status=status)


# --- disputes ---------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def dispute_page(request: HttpRequest, pk: int, known: int) -> HttpResponse:
    """Say that a known figure of an item is wrong."""
    answer, actor = answer_or_404(pk), actor_in(request)
    policy.require(actor, "fill", answer)
    with everything("a figure of an answer that the reader sees"):
        figure = get_object_or_404(Known, pk=known, unit=answer.unit_id, item=answer.item_id)
    form, status = DisputeForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                filed = dispute_file(
                    actor=actor, known=figure, text=form.cleaned_data["text"], at=arrived(request)
                )
            except Refused as refused:
                form.tell(refused)
            else:
                messages.success(
                    request,
                    str(
                        say(
                            "疑议已提出，可在此附上佐证材料；督导办在 {day} 前答复",
                            "The dispute is filed; evidence can be attached here; the office answers by {day}",
                            day=f"{dispute_due(filed):%Y-%m-%d}",
                        )
                    ),
                )
                # Whoever was only handed the item does not see what the unit files.
                if Dispute.objects.filter(pk=filed.pk).exists():
                    return HttpResponseRedirect(reverse("rounds:dispute_show", args=[filed.pk]))
                return HttpResponseRedirect(reverse("rounds:answer", args=[answer.pk]))
    back = reverse("rounds:answer", args=[answer.pk])
    context = {
        "answer": answer, "unit": answer.unit, "figure": figure, "form": form, "back": back,
        "path": trail(answer.unit, (back, say("条目 {code}", "Item {code}", code=answer.item.code)), ("", say("数据有误", "A wrong figure"))),
    }  # fmt: skip
    return render(request, "rounds/unit_dispute.html", context, status=status)


unit_urls = [
    path("notices/", noticing.notices, name="notices"),
    path("units/<int:pk>/", unit_page, name="unit"),
    path("units/<int:pk>/hand/", hand_page, name="hand"),
    path("units/<int:pk>/submit/", submit.submit_page, name="submit"),
    path("units/<int:pk>/withdraw/", submit.withdraw_page, name="withdraw"),
    path("units/<int:pk>/result/", after.result_page, name="result"),
    path("units/<int:pk>/accept/", after.accept_page, name="accept"),
    path("units/<int:pk>/object/", after.objection_page, name="object"),
    path("units/<int:pk>/reply/", after.reply_page, name="public_reply"),
    path("units/<int:pk>/practices/", after.practices_page, name="practices"),
    path("units/<int:pk>/practices/add/", after.practice_page, name="practice_add"),
    path("units/<int:pk>/sheet/", sheet.sheet_page, name="sheet"),
    path("units/<int:pk>/sheet.xlsx", sheet.sheet_file, name="sheet_file"),
    path("practices/<int:practice>/", after.practice_page, name="practice"),
    path("objections/<int:pk>/withdraw/", after.objection_withdraw_page, name="objection_withdraw"),
    path("answers/<int:pk>/", answer_page, name="answer"),
    path("<slug:slug>/units/<str:code>/items/<str:item>/", answer_at, name="answer"),
    path("answers/<int:pk>/versions/", answer_history, name="answer_history"),
    path("answers/<int:pk>/dispute/<int:known>/", dispute_page, name="dispute"),
    path("disputes/<int:pk>/", disputing.dispute_show, name="dispute_show"),
    path("submissions/<int:pk>/", submit.receipt_page, name="receipt"),
    path("submissions/<int:pk>.json", submit.receipt_file, name="receipt_file"),
]
