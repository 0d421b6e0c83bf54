"""The self-evaluation form as a workbook: download, upload, look at what would change, then take it over."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from duxue.core.errors import Refused
from duxue.web.common import policy
from duxue.web.common.actors import Actor
from duxue.web.common.lang import Words, say, words
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import refusal
from duxue.web.rounds.forms_unit import SheetForm
from duxue.web.rounds.models import Answer, RoundUnit
from duxue.web.rounds.services.sheets import Change, from_json, sheet_apply, sheet_read, sheet_write
from duxue.web.rounds.views.unit_common import arrived, trail, unit_or_404

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AGE = 3600  # seconds that a preview may be taken over


def filler(actor: Actor, unit: RoundUnit) -> None:
    """Let only those go on who fill for the unit, or to whom one of its items was handed."""
    own = policy.decide(actor, "fill", unit)
    rows = Answer.objects.filter(unit=unit).select_related("round", "unit__round__authority")
    if not own and not any(policy.decide(actor, "fill", answer) for answer in rows):
        raise policy.Denied(own.why)


def file_of(unit: RoundUnit) -> HttpResponse:
    """Return the answer that holds the form of the visible items."""
    response = HttpResponse(sheet_write(unit), content_type=MEDIA)
    response["Content-Disposition"] = f'attachment; filename="{unit.round.slug}-{unit.code}.xlsx"'
    return response


@login_required
@require_GET
def sheet_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the form of the reader's items as a workbook."""
    unit = unit_or_404(pk)
    filler(actor_in(request), unit)
    return file_of(unit)


@login_required
@require_http_methods(["GET", "POST"])
def sheet_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a filled workbook: first show what would change, then write all of it or nothing."""
    unit, actor = unit_or_404(pk), actor_in(request)
    filler(actor, unit)
    salt = f"duxue.sheet.{unit.pk}.{actor.user_id}"
    problems: list[Words] = []
    preview: list[dict[str, Any]] = []
    signed, status, read = "", 200, False
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        status = 422
        try:
            if "changes" in request.POST:
                changes = list(from_json(signing.loads(request.POST["changes"], salt=salt, max_age=AGE)))
                count = sheet_apply(actor=actor, unit=unit, changes=changes, at=arrived(request))
                done = say("已更新 {n} 个条目", "{n} items were updated", one="1 item was updated", n=count)
                messages.success(request, str(done))
                return HttpResponseRedirect(reverse("rounds:unit", args=[unit.pk]))
            if form.is_valid():
                upload = form.cleaned_data["sheet"]
                changes = sheet_read(unit, upload.read(), upload.name)
                preview, read, status = _preview(unit, changes), True, 200
                signed = signing.dumps([c.as_json() for c in changes], salt=salt, compress=True)
        except Refused as refused:
            problems = (
                [_told(p) for p in refused.problems] if "changes" not in request.POST else refusal(refused)
            )
        except signing.BadSignature:
            problems = [say("预览已过期，请重新上传", "The preview is too old; upload the file again")]
    context = {
        "unit": unit, "form": form, "problems": problems, "preview": preview, "signed": signed, "read": read,
        "path": trail(unit, ("", say("表格填报", "Fill in a workbook"))),
    }  # fmt: skip
    return render(request, "rounds/unit_sheet.html", context, status=status)


def _told(problem: Any) -> Words:
    """Say a problem with its sheet, row and column."""
    place = problem.place
    where = Words(place.say("zh"), place.say("en"))
    parts = [words(problem.what), words(problem.expected), words(problem.advice)]
    zh = "；".join(p.zh for p in parts if p) + (f"（填的是“{problem.found}”）" if problem.found else "")
    en = "; ".join(p.en for p in parts if p) + (f' (found "{problem.found}")' if problem.found else "")
    return (
        say("{where}：{what}", "{where}: {what}", where=where, what=Words(zh, en)) if where else Words(zh, en)
    )


def _preview(unit: RoundUnit, changes: list[Change]) -> list[dict[str, Any]]:
    answers = Answer.objects.filter(unit=unit).select_related("item").in_bulk([c.answer for c in changes])
    return [
        {
            "change": change, "answer": answer, "scored": _score(change) != answer.self_score,
            "told": change.narrative != answer.narrative, "marked": change.ready != answer.ready,
        }
        for change in changes for answer in (answers[change.answer],)
    ]  # fmt: skip


def _score(change: Change) -> Decimal | None:
    return None if change.self_score is None else Decimal(change.self_score)
