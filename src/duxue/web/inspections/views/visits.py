"""Pages of visits: the list, one visit with its plan, the sheet that a team fills on a phone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duxue.core.errors import Refused
from duxue.web.common import policy
from duxue.web.common.actors import INSPECTOR, ORGANISER
from duxue.web.common.calendar import asked_days
from duxue.web.common.clock import day_of
from duxue.web.common.confirming import confirmed, unconfirmed
from duxue.web.common.conflicts import side_by_side
from duxue.web.common.lang import say
from duxue.web.common.numbers import number_in
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.common.telling import first_of, told
from duxue.web.inspections import selectors
from duxue.web.inspections.forms import EntryForm, PlanForm, ReasonForm
from duxue.web.inspections.models import RecusalRequest, SheetEntry, Visit
from duxue.web.inspections.services import sheets, visiting
from duxue.web.inspections.services.reporting import entry_report
from duxue.web.rectification.services.finding import reported
from duxue.web.reviews.barring import KINDS
from duxue.web.reviews.selectors import rounds_to_judge
from duxue.web.reviews.services.recusing import recusals_seen
from duxue.web.rounds.models import Answer, Round
from duxue.web.rounds.views.unit_common import open_doors

_ROUNDS = 100  # the newest, to choose from
_form_methods = require_http_methods(["GET", "POST"])
DONE = {
    "notify": say("已通知，单位现在能看到这次核查。", "Announced: the unit sees the visit now."),
    "start": say("核查已开始，核查表已列出。", "The visit has begun; its sheet is laid out."),
    "sign": say("核查表已签字，不能再改。", "The sheet is signed and does not change any more."),
    "file": say("已归档。", "It is filed."),
    "cancel": say("已取消。", "It is cancelled."),
    "reopen": say("已退回补充。", "The sheet is returned to its team."),
}


def _visit(pk: int) -> Visit:
    rows = Visit.objects.select_related("round__authority", "unit__round__authority", "draw", "signed_by")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def list_visits(request: HttpRequest) -> HttpResponse:
    """List visits by round, state and month, at first those of rounds under way; organisers find the draws of their rounds here."""
    actor, state, chosen = actor_in(request), request.GET.get("state", ""), request.GET.get("round", "")
    month = day_of(f"{request.GET.get('month', '')}-01")
    rounds = list(Round.objects.exclude(state="draft").order_by("-round_year", "-pk")[:_ROUNDS])
    rows = selectors.visits(state=state, month=month)
    if chosen != "all":
        rows = rows.filter(round__slug=chosen) if chosen else rows.filter(round__sealed_at__isnull=True)
    page = page_of(rows, request.GET.get("cursor", ""), order=("pk",))
    context = {
        "page": page, "rows": selectors.shown(page), "states": selectors.STATES, "state": state, "rounds": rounds, "chosen": chosen,
        "month": request.GET.get("month", ""), "may_draw": [r for r in rounds if r.sealed_at is None] if actor.any(ORGANISER) else [],
        "may_judge": rounds_to_judge(actor), "tabs": _tabs("list"),
    }  # fmt: skip
    return render(request, "inspections/list.html", context)


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Show on which days visits are planned, and the visits of a day or of the next weeks."""
    days = asked_days(request.GET)
    context = {
        "chart": selectors.calendar_of(), "rows": selectors.shown(selectors.visits_on(days.first, days.last)),
        "asked_days": days, "unplanned": selectors.unplanned(), "tabs": _tabs("calendar"),
    }  # fmt: skip
    return render(request, "inspections/calendar.html", context)


def _tabs(current: str) -> list[dict[str, Any]]:
    names = {"list": say("列表", "List"), "calendar": say("日历", "Calendar")}
    return [
        {"url": reverse(f"inspections:{name}"), "label": label, "current": name == current}
        for name, label in names.items()
    ]


@login_required
@_form_methods
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a visit, its draw, team and burdens; the organiser plans it here."""
    visit, actor = _visit(pk), actor_in(request)
    may = {
        name: policy.decide(actor, name, visit)
        for name in ("plan", "start", "write", "sign", "reopen", "file", "ask_recusal")
    }
    team = [str(p.pk) for p in visit.team.all()]
    form = PlanForm(request.POST or None, visit=visit, initial={"day": visit.planned_on, "team": team})
    if request.method == "POST" and form.is_valid():
        people = [int(p) for p in form.cleaned_data["team"]]
        try:
            visiting.visit_plan(actor=actor, visit=visit, day=form.cleaned_data.get("day"), team=people)
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(request, str(say("安排已保存。", "The plan is saved.")))
            return redirect("inspections:show", pk=pk)
    overseer = bool(policy.decide(actor, "oversee", visit.unit))
    filing = visit.state == "sheet_signed" and may["file"].allowed
    asked = list(RecusalRequest.objects.filter(visit=visit).select_related("user"))
    recusals_seen(actor, visit.round, asked)
    context = {
        "visit": visit, "may": may, "form": form, "burdens": visiting.burdens(visit) if overseer else [], "team": visit.team.all(),
        "word": selectors.STATES.get(visit.state, visit.state), "mark": selectors.MARKS.get(visit.state, "neutral"),
        "overseer": overseer, "filing": filing, "others": selectors.going_on(visit) if filing else 0, "asked": asked, "kinds": KINDS, "reason": ReasonForm(), "recuse": actor.has(INSPECTOR, visit.round.authority.path, visit.round_id),
    }  # fmt: skip
    return render(request, "inspections/show.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Announce, start, sign, file, return or cancel a visit; its place is named before it is filed."""
    visit, actor = _visit(pk), actor_in(request)
    if way == "file":
        policy.require(actor, "file", visit)
        if not confirmed(request, visit.place):
            messages.error(request, str(unconfirmed(visit.place)))
            return redirect("inspections:show", pk=pk)
    reason = request.POST.get("reason", "")
    acts: dict[str, Any] = {
        "notify": lambda: visiting.visit_notify(actor=actor, visit=visit),
        "start": lambda: visiting.visit_start(actor=actor, visit=visit),
        "cancel": lambda: visiting.visit_cancel(actor=actor, visit=visit, reason=reason),
        "sign": lambda: sheets.sheet_sign(actor=actor, visit=visit),
        "reopen": lambda: sheets.sheet_reopen(actor=actor, visit=visit, reason=reason),
        "file": lambda: sheets.sheet_file(actor=actor, visit=visit),
    }
    back = reverse("inspections:sheet" if way in {"start", "sign"} else "inspections:show", args=[pk])
    try:
        acts[way]()
    except Refused as refused:
        back = reverse("inspections:sheet" if way == "sign" else "inspections:show", args=[pk])
        if way == "sign" and all(p.place.field for p in refused.problems):
            back += "?unsigned=1"  # the sheet itself lists them, each with the way to its item
        else:
            messages.error(request, str(first_of(refused)))
    else:
        messages.success(request, str(DONE[way]))
    return HttpResponseRedirect(back)


@login_required
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet of a visit, one item below the other, for a phone in a corridor."""
    return _sheet(request, _visit(pk))


def _sheet(
    request: HttpRequest,
    visit: Visit,
    wrong: EntryForm | None = None,
    at: int = 0,
    conflict: dict[str, Any] | None = None,
) -> HttpResponse:
    actor, lines = actor_in(request), selectors.sheet(visit)
    open_doors(visit.unit, [known for line in lines for known in line.known])
    write, sign = policy.decide(actor, "write", visit), policy.decide(actor, "sign", visit)
    rows = [
        (line, wrong if wrong is not None and line.entry.pk == at else _form(line.entry), line.entry.pk == at and conflict)
        for line in lines
    ]  # fmt: skip
    held = {line.entry.item_id for line, _, _ in rows}
    team = actor.user_id is not None and visit.team.filter(pk=actor.user_id).exists()
    standing = reported(visit.unit, held, "field", visit.path) if team else {}
    more = (
        Answer.objects.filter(unit=visit.unit_id).select_related("item").order_by("item__order")
        if write
        else ()
    )
    context = {
        "visit": visit, "team": team, "write": write,
        "rows": [(*row, policy.decide(actor, "report", row[0].entry), standing.get(row[0].entry.item_id)) for row in rows],
        "sign": sign, "found": sheets.FOUND, "person": actor.user_id,
        "missing": _missing(visit, lines) if write else [], "unsigned": "unsigned" in request.GET, "more": [a for a in more if a.item_id not in held],
        "word": selectors.STATES.get(visit.state, visit.state),
        "mark": selectors.MARKS.get(visit.state, "neutral"), "left": sum(not line.entry.found for line, _, _ in rows),
    }  # fmt: skip
    return render(
        request, "inspections/sheet.html", context, status=409 if conflict else 422 if wrong else 200
    )


def _missing(visit: Visit, lines: list[selectors.Line]) -> list[dict[str, Any]]:
    """Return what is missing before the sheet can be signed, each with its item by name and the place of it on the page."""
    entries = {line.entry.item.code: line.entry for line in lines}
    rows = []
    for problem in sheets.sheet_problems(visit):
        entry = entries[problem.place.field]
        named = f"{entry.item.code} {entry.item.title}"
        text = say("{item}：{what}", "{item}: {what}", item=named, what=told(replace(problem, found="")))
        rows.append({"url": f"#entry-{entry.pk}", "text": text})
    return rows


def _form(entry: SheetEntry) -> EntryForm:
    initial = {"version": entry.version, "found": entry.found, "note": entry.note, "points": entry.points}
    return EntryForm(entry=entry, initial=initial)


@login_required
@require_POST
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one line of a sheet, as one types or by its button."""
    row = get_object_or_404(SheetEntry.objects.select_related("visit__round__authority", "item"), pk=pk)
    autosave, here = (
        request.headers.get("X-Autosave") == "1",
        reverse("inspections:sheet", args=[row.visit_id]),
    )
    if request.POST.get("keep") == "theirs":
        return HttpResponseRedirect(f"{here}#entry-{pk}")
    actor = actor_in(request)
    policy.require(actor, "write", row.visit)
    form = EntryForm(request.POST, entry=row)
    conflict = None
    if form.is_valid():
        data = form.cleaned_data
        try:
            saved = sheets.entry_save(
                actor=actor,
                entry=row,
                version=data["version"] or 0,
                found=data["found"],
                note=data["note"],
                points=data["points"],
            )
        except sheets.Conflict as found:
            conflict = _conflict(found)
        except Refused as refused:
            form.tell(refused)
        else:
            if autosave:
                return JsonResponse({"version": saved.version})
            messages.success(request, str(say("已保存：{code}", "Saved: {code}", code=row.item.code)))
            return HttpResponseRedirect(f"{here}#entry-{pk}")
    if autosave and conflict is None:
        return JsonResponse(
            {"problems": [str(e) for errors in form.errors.values() for e in errors]}, status=422
        )
    return _sheet(request, _visit(row.visit_id), form, pk, conflict)


def _conflict(found: sheets.Conflict) -> dict[str, Any]:
    theirs, mine = found.theirs, found.mine
    label: dict[str, Any] = {"": "", **sheets.FOUND}
    sides = (
        (say("核查结果", "Found"), label.get(str(mine["found"]), ""), label.get(theirs.found, "")),
        (say("情况", "What was seen"), mine["note"], theirs.note),
        (say("核查给分", "Points"), mine["points"], theirs.points),
    )
    return side_by_side(sides, mine, version=theirs.version, when=theirs.written_at, who=theirs.written_by)


@login_required
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what a line found on the ledger."""
    rows = SheetEntry.objects.select_related(
        "visit__unit__round__authority", "visit__round", "round__authority", "item"
    )
    row = get_object_or_404(rows, pk=pk)
    try:
        made = entry_report(actor=actor_in(request), entry=row)
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
    else:
        done = say("已登记为问题 {code}，由组织者确认并交办。", "On the ledger as {code}; the organiser confirms it and hands it over.", code=made.code)  # fmt: skip
        messages.success(request, str(done))
    return HttpResponseRedirect(f"{reverse('inspections:sheet', args=[row.visit_id])}#entry-{pk}")


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an item that was not sampled."""
    visit = _visit(pk)
    key = number_in(request.POST.get("answer", ""))
    answer = get_object_or_404(Answer.objects.select_related("item"), pk=key, unit=visit.unit_id)
    made = sheets.entry_add(actor=actor_in(request), visit=visit, answer=answer)
    return HttpResponseRedirect(f"{reverse('inspections:sheet', args=[pk])}#entry-{made.pk}")
