"""Handing in a self-evaluation: everything that is missing on one page, one button, a receipt; and taking it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Problem, Refused
from duxue.web.common import policy
from duxue.web.common.lang import say
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import told
from duxue.web.reading.selectors import contradictions_shown, latest_checked
from duxue.web.rounds.forms_unit import WithdrawForm
from duxue.web.rounds.models import Item, Submission
from duxue.web.rounds.procedures import window_state, windows_of
from duxue.web.rounds.selectors.unit import Check, check_of, submission_in_force
from duxue.web.rounds.services.answers import STEP
from duxue.web.rounds.services.submitting import receipt_of, unit_submit, unit_withdraw
from duxue.web.rounds.views.unit_common import arrived, trail, unit_or_404


@login_required
@require_http_methods(["GET", "POST"])
def submit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that is missing or odd, then hand in with one button; the key in the form makes a repeat harmless."""
    unit, actor = unit_or_404(pk), actor_in(request)
    policy.require(actor, "submit", unit)
    refused: list[Problem] = []
    if request.method == "POST":
        try:
            done = unit_submit(actor=actor, unit=unit, key=request.POST.get("key", ""), at=arrived(request))
        except Refused as error:
            refused = [p for p in error.problems if not p.place.field or p.place.field == "key"]
        else:
            return HttpResponseRedirect(reverse("rounds:receipt", args=[done.pk]))
    check, said = check_of(unit), contradictions_shown(unit)
    context = {
        "unit": unit, "check": check, "key": uuid.uuid4().hex, "refused": [told(p) for p in refused],
        "problems": _linked(check, check.problems), "warnings": said,
        "alike": _alike(check, check.warnings), "asked": len(check.warnings) + len(said),
        "window": window_state(unit.round, STEP, unit), "closes": windows_of(unit.round, unit).get(STEP),
        "submission": submission_in_force(unit), "report": latest_checked(unit),
        "path": trail(unit, ("", say("核对并提交", "Check and submit"))),
    }  # fmt: skip
    return render(
        request, "rounds/unit_submit.html", context, status=422 if request.method == "POST" else 200
    )


def _linked(check: Check, problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    pages = {line.answer.item.code: line.answer for line in check.lines}
    rows = []
    for problem in problems:
        answer = pages[problem.place.field]
        text = say(
            "{item}：{what}",
            "{item}: {what}",
            item=f"{answer.item.code} {answer.item.title}",
            what=told(problem),
        )
        rows.append({"url": reverse("rounds:answer", args=[answer.pk]), "text": text})
    return rows


def _alike(check: Check, problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """Return what is odd, once for each kind, with the items that it is true of."""
    pages = {line.answer.item.code: line.answer for line in check.lines}
    groups: dict[str, dict[str, Any]] = {}
    for problem in problems:
        what = told(problem)
        group = groups.setdefault(str(what), {"what": what, "items": []})
        answer = pages[problem.place.field]
        group["items"].append({"item": answer.item, "url": reverse("rounds:answer", args=[answer.pk])})
    return list(groups.values())


@login_required
@require_GET
def receipt_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the receipt of a submission: number, moment, digest, who; printable."""
    submission = _submission(pk)
    unit = submission.unit
    titles = {item.code: item.title for item in Item.objects.filter(round=unit.round)}
    context = {
        "submission": submission, "unit": unit, "content": submission.content,
        "rows": [(row, titles.get(row["code"], "")) for row in submission.content["items"]],
        "withdraw": policy.decide(actor_in(request), "withdraw", unit),
        "window": window_state(unit.round, STEP, unit), "closes": windows_of(unit.round, unit).get(STEP),
        "path": trail(unit, ("", say("提交回执", "Receipt"))),
    }  # fmt: skip
    return render(request, "rounds/unit_receipt.html", context)


@login_required
@require_GET
def receipt_file(request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG001
    """Return the receipt with the whole content, for anyone to compute its digest again."""
    submission = _submission(pk)
    name = f"{submission.round.slug}-{submission.unit.code}-{submission.number}.json"
    response = JsonResponse(receipt_of(submission), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _submission(pk: int) -> Submission:
    rows = Submission.objects.select_related("unit__round__authority", "round", "submitted_by")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the submission back before the window closes, with a reason."""
    unit, actor = unit_or_404(pk), actor_in(request)
    policy.require(actor, "withdraw", unit)
    form, status = WithdrawForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                unit_withdraw(actor=actor, unit=unit, reason=form.cleaned_data["reason"], at=arrived(request))
            except Refused as refused:
                form.tell(refused)
            else:
                done = say(
                    "已撤回。修改后须在截止前重新提交。", "Withdrawn. Submit again before the window closes."
                )
                messages.success(request, str(done))
                return HttpResponseRedirect(reverse("rounds:unit", args=[unit.pk]))
    context = {
        "unit": unit, "form": form, "submission": submission_in_force(unit),
        "window": window_state(unit.round, STEP, unit), "path": trail(unit, ("", say("撤回提交", "Withdraw"))),
    }  # fmt: skip
    return render(request, "rounds/unit_withdraw.html", context, status=status)
