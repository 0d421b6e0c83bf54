"""A unit's report: handed in, what was found, what to mend first, and the text with every number marked."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duxue.claims.findings import number
from duxue.core.errors import Refused
from duxue.web.common.lang import language, say
from duxue.web.common.policy import decide
from duxue.web.common.problems import tell
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import refusal, told
from duxue.web.evidence.views.uploads import on_disk
from duxue.web.reading import selectors, services
from duxue.web.reading.models import Report
from duxue.web.reading.tasks import folder_of
from duxue.web.rounds.models import Known, RoundUnit
from duxue.web.rounds.views.unit_common import open_doors, trail

_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')
_SHOWN = 200  # claims listed on the page at once
_TITLE = say("自评报告", "Self-evaluation report")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def unit_reports(request: HttpRequest, pk: int) -> HttpResponse:
    """List a unit's reports and take a new one."""
    unit = get_object_or_404(RoundUnit.objects.select_related("round__authority", "organisation"), pk=pk)
    actor, problems = actor_in(request), []
    if request.method == "POST":
        given = request.FILES.get("report")
        try:
            if given is None:
                raise Refused([tell("WEB001", field="report")])
            with on_disk(given) as path:
                report = services.report_upload(actor=actor, unit=unit, path=path, name=given.name or "")
            return redirect("reading:report", report.pk)
        except Refused as refused:
            problems = refusal(refused)
    context = {
        "unit": unit,
        "path": trail(unit, ("", _TITLE)),
        "reports": selectors.reports_of(unit),
        "fill": decide(actor, "fill", unit),
        "problems": problems,
    }
    return render(request, "reading/unit.html", context, status=422 if problems else 200)


def _report(pk: int) -> Report:
    return get_object_or_404(
        Report.objects.select_related("unit", "round__authority", "file__blob", "job", "uploaded_by"), pk=pk
    )


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was found: a picture, what to mend first, every claim by its state."""
    report = _report(pk)
    actor = actor_in(request)
    state = request.GET.get("state", "")
    remarks, sources = selectors.remarks_of(report.unit), _sources(report)
    lines = [_shown(line, remarks, sources) for line in report.claims]
    listed = [line for line in lines if line["state"] == state] if state in selectors.STATES else lines
    first = [
        line
        for line in lines
        if line["state"] in {"contradicted", "damaged"}
        and not (line["remark"] and line["remark"].choice == "explain")
    ]
    context = {
        "report": report, "unit": report.unit, "path": _path(report), "first": first, "lines": listed[:_SHOWN], "more": max(0, len(listed) - _SHOWN),
        "state": state, "states": [(key, title, report.counts.get(key, 0)) for key, title in selectors.STATES.items()],
        "total": sum(report.counts.values()), "remark": decide(actor, "remark", report), "choices": selectors.CHOICES.items(),
        **_chart(report),
    }  # fmt: skip
    return render(request, "reading/report.html", context)


def _path(report: Report) -> list[dict[str, Any]]:
    return trail(
        report.unit, (reverse("reading:unit", args=[report.unit_id]), _TITLE), ("", report.file.name)
    )


def _sources(report: Report) -> dict[tuple[str, str], Known]:
    """Return the figures with their doors, by indicator and as the check wrote them; of equal ones that of the evaluated year."""
    said = {line["indicator"] for line in report.claims if line["data"]}
    rows = list(Known.objects.filter(unit=report.unit_id, indicator__in=said, value__isnull=False))
    rows.sort(key=lambda known: (known.year == report.round.evaluated_year, known.year))
    open_doors(report.unit, rows)
    return {(known.indicator, number(float(known.value or 0))): known for known in rows}


def _shown(
    line: dict[str, Any], remarks: dict[str, Any], sources: dict[tuple[str, str], Known]
) -> dict[str, Any]:
    before, quote, after = line["sentence"].partition(line["quote"])
    known = sources.get((line["indicator"], line["data"]))
    return {
        **line, "before": before, "after": after, "marked": quote, "mark": selectors.MARKS[line["state"]],
        "word": selectors.STATES[line["state"]], "explain_url": getattr(known, "door", ""), "measure": known.measure if known else {},
        "remark": remarks.get(line["key"]) if line["key"] else None,
    }  # fmt: skip


def _chart(report: Report) -> dict[str, Any]:
    counts = report.counts
    if not sum(counts.values()):
        return {"chart": None}
    tokens = {
        "contradicted": "--not-met",
        "damaged": "--at-risk",
        "supported": "--met",
        "unsupported": "--muted",
    }
    address = reverse("reading:report", args=[report.pk])
    hrefs = {key: f"{address}?state={key}" for key in tokens}
    states = [
        {"id": key, "label": str(title), "token": tokens[key]} for key, title in selectors.STATES.items()
    ]
    rows = [{"label": str(report.unit.name), "counts": counts, "hrefs": hrefs}]
    sentence = say(
        "报告中的 {n} 个数字，{bad} 个与数据矛盾，{good} 个有数据支持。", "Of {n} numbers in the report {bad} contradict the data and {good} are supported.",
        n=sum(counts.values()), bad=counts.get("contradicted", 0), good=counts.get("supported", 0),
    )  # fmt: skip
    table = {
        "head": [say("结果", "Result"), say("数字", "Numbers")],
        "rows": [
            [{"text": title, "url": hrefs[key]}, counts.get(key, 0)]
            for key, title in selectors.STATES.items()
        ],
    }
    return {"chart": {"states": states, "rows": rows}, "sentence": sentence, "table": table}


@require_GET
@login_required
def document(request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG001 - the contract
    """Send the marked-up text: a page of its own whose policy lets only its own style and script run."""
    report = _report(pk)
    lang = "zh" if language().startswith("zh") else "en"
    try:
        page = (folder_of(report) / f"{lang}.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Http404 from None
    found = _POLICY.search(page)
    own = found.group(1) if found else "default-src 'none'"
    response = HttpResponse(page)
    response["Content-Security-Policy"] = (
        f"{own}; frame-ancestors 'none'; sandbox allow-scripts allow-downloads"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@login_required
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the unit says of one claim."""
    report = _report(pk)
    key, choice, note = (request.POST.get(name, "") for name in ("key", "choice", "note"))
    try:
        services.remark_make(actor=actor_in(request), report=report, key=key, choice=choice, note=note)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(told(problem)))
    else:
        messages.success(request, str(say("已记录您的说明。", "Your remark is kept.")))
    return redirect("reading:report", pk)


@require_POST
@login_required
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the report again."""
    services.report_recheck(actor=actor_in(request), report=_report(pk))
    return redirect("reading:report", pk)
