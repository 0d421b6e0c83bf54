"""Pages that look at many problems: standing by unit, the calendar, and the ledger as files."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from duxue.core.errors import Refused
from duxue.web.common import calendar as calendars
from duxue.web.common.clock import now, today
from duxue.web.common.exports import send_workbook
from duxue.web.common.lang import language, say
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import first_of
from duxue.web.rectification import exports
from duxue.web.rectification.models import Problem
from duxue.web.rectification.selectors import ledger, standing
from duxue.web.rectification.selectors.due import due_between
from duxue.web.rectification.views import shown
from duxue.web.rounds.models import Round


@require_GET
@login_required
def statistics(request: HttpRequest) -> HttpResponse:
    """Show how the units of a round stand with their problems."""
    rounds = list(Round.objects.all()[:50])
    slug = request.GET.get("round", "")
    chosen = get_object_or_404(Round, slug=slug) if slug else _with_most_open(rounds)
    rows, at = standing.standing_of(actor_in(request), chosen) if chosen else ([], now())
    chart = standing.standing_chart(chosen, rows) if chosen and rows else None
    total = {
        name: sum(getattr(row, name) for row in rows) for name in ("found", "closed", "open", "overdue", "reopened")
    }  # fmt: skip
    context = {
        "round_choices": rounds,
        "round": chosen,
        "asked": slug,
        "rows": rows,
        "counted_at": at,
        "chart": chart,
        "total": total,
    }
    return render(request, "rectification/statistics.html", context)


def _with_most_open(rounds: list[Round]) -> Round | None:
    """Return the round with the most open problems; where none is open the newest that has any; without any, the newest."""
    held = set(Problem.objects.order_by().values_list("round_id", flat=True).distinct())
    return standing.most_open([r for r in rounds if r.pk in held]) or (rounds[0] if rounds else None)


@require_GET
@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """Show on which days problems are due, and what is due on a day or in the next weeks."""
    asked, days = ledger.Filter.of(request.GET), calendars.asked_days(request.GET)
    rows = ledger.problems(asked, actor_in(request))
    due = due_between(rows, days.first, days.last).select_related(*ledger.SHOWN)
    page = page_of(due, request.GET.get("cursor", ""), order=("due", "pk"))
    context = {
        "chart": standing.calendar_of(rows), "page": page, "rows": [shown(p) for p in page.rows],
        "asked_days": days, "query": request.GET.urlencode(), "in_file": standing.LISTED,
    }  # fmt: skip
    return render(request, "rectification/calendar.html", context)


@require_GET
@login_required
def calendar_file(request: HttpRequest) -> HttpResponse:
    """Send the dates from today on for a calendar program."""
    rows = ledger.problems(ledger.Filter.of(request.GET), actor_in(request))
    at = today()
    due = standing.first_due(rows, at, at + timedelta(days=calendars.AHEAD))
    address = request.build_absolute_uri(reverse("rectification:list"))
    text = exports.calendar_file(due, address, language(), now())
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="duxue-problems.ics"'},
    )


@require_GET
@login_required
def export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Send the ledger as the list shows it, line by line."""
    rows = ledger.problems(ledger.Filter.of(request.GET), actor_in(request)).order_by("-pk")
    return StreamingHttpResponse(
        exports.csv_lines(rows, now()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="duxue-ledger.csv"'},
    )


@require_GET
@login_required
def export_xlsx(request: HttpRequest) -> HttpResponse | FileResponse:
    """Send the ledger as the list shows it, as a workbook to print."""
    asked = ledger.Filter.of(request.GET)
    rows = ledger.problems(asked, actor_in(request)).order_by("-pk")
    chosen = Round.objects.filter(slug=asked.round).first() if asked.round else None
    title = (
        say("{round} 问题整改台账", "{round}: ledger of problems", round=chosen.title)
        if chosen
        else say("问题整改台账", "Ledger of problems")
    )
    try:
        file = exports.workbook(rows, now(), title)
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
        return redirect(f"{reverse('rectification:list')}?{request.GET.urlencode()}")
    return send_workbook("duxue-ledger", file)
