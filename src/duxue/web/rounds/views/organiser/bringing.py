"""Pages on which the organiser brings data into a round: chosen from what was accepted, or sent as one archive."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duxue.app.templating import write_templates
from duxue.core.errors import Problem, Refused
from duxue.core.text import Lang
from duxue.web.common.lang import language, say
from duxue.web.common.numbers import number_in
from duxue.web.common.policy import require
from duxue.web.common.problems import as_json
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import first_of
from duxue.web.evidence.views.uploads import on_disk
from duxue.web.jobs.models import Job
from duxue.web.rounds import forms_organiser as forms
from duxue.web.rounds.models import Known, Round
from duxue.web.rounds.rules import rules_of
from duxue.web.rounds.services import knowing, receiving
from duxue.web.rounds.services.making import pack_of
from duxue.web.rounds.views.organiser.access import base, failed, overseen_round

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same pack gives the same bytes


def _own(request: HttpRequest, slug: str) -> Round:
    """Return a round whose data the reader may change."""
    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    require(actor_in(request), "edit", round)
    return round


@require_http_methods(["GET", "POST"])
@login_required
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the accepted data or send them, follow the job that works out what is known, and see which figures changed."""
    round = _own(request, slug)  # noqa: A001 - the field's word
    form = forms.Data(request.POST or None, folders=knowing.data_folders(), round=round)
    if request.method == "POST" and form.is_valid():
        try:
            knowing.data_attach(actor=actor_in(request), round=round, folder=form.cleaned_data["folder"])
        except Refused as refused:
            form.tell(refused)
        else:
            return redirect("rounds:data", slug)
    return _page(request, round, form=form)


@require_POST
@login_required
def data_send(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one archive of the round's data and have it checked; nothing of the round changes."""
    round, actor = _own(request, slug), actor_in(request)  # noqa: A001 - the field's word
    form, problems = forms.SendData(request.POST, request.FILES), list[Problem]()
    if form.is_valid():
        given = form.cleaned_data["archive"]
        try:
            with on_disk(given) as path:
                sent = receiving.data_receive(actor=actor, round=round, path=path, name=given.name or "")
            receiving.data_try(actor=actor, round=round, sent=sent)
        except Refused as refused:
            problems = list(refused.problems)
        else:
            return redirect("rounds:data", slug)
    return _page(request, round, sending=form, problems=problems)


@require_POST
@login_required
def data_take(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirm what the check told: the round takes the data over."""
    round, job = _own(request, slug), request.POST.get("job", "")  # noqa: A001 - the field's word
    try:
        receiving.data_take(
            actor=actor_in(request),
            round=round,
            job=number_in(job) or 0,
        )
    except Refused as refused:
        failed(request, first_of(refused))
    return redirect("rounds:data", slug)


@require_GET
@login_required
def data_template(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the empty tables of the round's rules as one archive, to fill in and send back."""
    return tables_of(_own(request, slug))


def tables_of(round: Round) -> HttpResponse:
    """Return the answer that holds the empty tables of the round's rules, in the reader's language."""
    lang: Lang = "en" if language() == "en" else "zh"
    stream = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in write_templates(pack_of(rules_of(round)).pack, Path(place) / "tables", lang):
            packed.writestr(zipfile.ZipInfo(path.name, _EPOCH), path.read_bytes(), zipfile.ZIP_DEFLATED)
        for name, columns in receiving.BESIDE.items():
            head = ",".join(column.name for column in columns) + "\r\n"
            packed.writestr(zipfile.ZipInfo(f"{name}.csv", _EPOCH), head)
    response = HttpResponse(stream.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{round.slug}-tables.zip"'
    return response


def _page(
    request: HttpRequest,
    round: Round,
    *,
    form: forms.Data | None = None,
    sending: forms.SendData | None = None,
    problems: list[Problem] | None = None,
) -> HttpResponse:
    folders, tried = knowing.data_folders(), receiving.waiting(round)
    form, sending = form or forms.Data(folders=folders, round=round), sending or forms.SendData()
    job = tried or Job.objects.filter(kind=knowing.KIND, round=round).order_by("-pk").first()
    context: dict[str, Any] = base(request, round, "data", say("数据", "Data")) | {
        "form": form, "sending": sending, "problems": [as_json(p) for p in problems or []],
        "folders": folders, "job": job, "tried": tried, "preview": tried is not None and tried.state == "done",
        "result": job.result if job and job.state == "done" else None,
        "known": Known.objects.filter(round=round, year=round.evaluated_year).count(),
        "home": str(knowing.data_home().relative_to(settings.HOME)),
        "largest": settings.EVIDENCE_LARGEST >> 20,
    }  # fmt: skip
    wrong = form.errors or sending.errors or problems
    return render(request, "rounds/organiser_data.html", context, status=422 if wrong else 200)
