"""Pages of the ledger: the list, one problem and its steps, many at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duxue.core.errors import Refused
from duxue.web.common.actors import MEMBERS, ORGANISER, Actor
from duxue.web.common.clock import now
from duxue.web.common.lang import Words, say, words
from duxue.web.common.numbers import number_in
from duxue.web.common.pagination import NEAR, page_of
from duxue.web.common.policy import Denied, require
from duxue.web.common.problems import tell
from duxue.web.common.requests import actor_in
from duxue.web.common.scope import everything
from duxue.web.common.telling import first_of, told
from duxue.web.common.templatetags.duxue import day
from duxue.web.orgs.models import Organisation
from duxue.web.rectification import forms
from duxue.web.rectification import words as said
from duxue.web.rectification.acts import ACTS, buttons, next_step
from duxue.web.rectification.models import Entry, Problem
from duxue.web.rectification.policy import may_report, require_entering
from duxue.web.rectification.selectors import ledger
from duxue.web.rectification.services.bulk import problems_step
from duxue.web.rectification.services.entering import problem_create, problems_from_scoring
from duxue.web.rectification.services.stepping import running_date
from duxue.web.reporting.models import Scoring
from duxue.web.rounds.models import Item, Round, RoundUnit
from duxue.web.rounds.procedures import procedure_of, procedures_of_pack, state_title

_STATES = ("open", "identified", "notified", "planned", "plan_approved", "in_progress", "submitted", "returned", "reopened", "closed", "dropped")  # fmt: skip


def state_words() -> dict[str, Words]:
    """Return the states of the sample procedure in words, for filters over all rounds."""
    titles = {s["id"]: s["title"] for s in procedures_of_pack("cn-duty-province-demo")["problem"]["states"]}
    return {"open": say("未办结", "open"), **{k: Words(t["zh"], t["en"]) for k, t in titles.items()}}


def look_of(problem: Problem) -> str:
    """Return how a problem's state looks: overdue before all else."""
    if problem.due is not None and problem.due < now() and problem.state not in said.ENDED:
        return "overdue"
    return said.LOOKS.get(problem.state, "active")


def shown(problem: Problem) -> dict[str, Any]:
    """Return a row of a list: the problem with its state in words."""
    return {
        "problem": problem, "brief": Words(problem.text, problem.text_en or problem.public_en), "look": look_of(problem), "word": state_title(problem.round, "problem", problem.state),
        "source": said.SOURCES.get(problem.source, problem.source), "kind": said.KINDS.get(problem.kind, problem.kind),
        "escalated": problem.escalated_at is not None and problem.state not in said.ENDED,
    }  # fmt: skip


@require_GET
@login_required
def list_problems(request: HttpRequest) -> HttpResponse:
    """List problems, narrowed by the address."""
    return _list(request, ledger.Filter.of(request.GET), "rectification/list.html")


@require_GET
@login_required
def overdue(request: HttpRequest) -> HttpResponse:
    """List what is overdue (red) or due within a week (yellow), the earliest first."""
    values = request.GET.dict()
    if values.get("clock") != "soon":
        values["clock"] = "overdue"
    return _list(request, ledger.Filter.of(values), "rectification/overdue.html")


def _list(request: HttpRequest, asked: ledger.Filter, template: str) -> HttpResponse:
    actor = actor_in(request)
    rows = ledger.problems(asked, actor).select_related(*ledger.SHOWN)
    page = page_of(rows, request.GET.get("cursor", ""), order=asked.order, near=NEAR)
    counted, at = ledger.counts(actor, asked, _STATES[1:])
    titles = state_words()
    address = reverse("rectification:list")
    rest = request.GET.copy()
    for name in ("state", "clock", "cursor"):
        rest.pop(name, None)
    tabs = [
        {"url": f"{address}?{rest.urlencode()}&state={s}".replace("?&", "?"), "label": titles[s], "current": asked.state == s, "count": _count(counted[s])}
        for s in _STATES[1:] if counted[s].n or asked.state == s
    ]  # fmt: skip
    rounds = list(Round.objects.all()[:50])
    units = (
        RoundUnit.objects.filter(round__slug=asked.round)
        if asked.round
        else RoundUnit.objects.filter(round__in=rounds[:1])
    )
    context = {
        "page": page, "rows": [shown(p) for p in page.rows], "asked": asked, "tabs": tabs, "counted_at": at,
        "overdue": _count(counted["overdue"]), "soon": _count(counted["soon"]), "states": [(s, titles[s]) for s in _STATES],
        "sources": said.SOURCES.items(), "kinds": said.KINDS.items(), "round_choices": rounds,
        "units": list(units.order_by("code")[:500]), "query": request.GET.urlencode(),
        "may_report": bool(_units_of(actor, _round_of(asked.round))), "may_decide": actor.any(ORGANISER),
        "scored": next((r for r in rounds if r.slug == asked.round), None),
        "bulk": {"identified": "notify", "planned": "approve_plan"}.get(asked.state, ""),
    }  # fmt: skip
    return render(request, template, context)


def _count(count: ledger.Count) -> str:
    return f"{count.n:,}+" if count.more else f"{count.n:,}"


# --- one problem ------------------------------------------------------------------------------------------------------
def _get(pk: int) -> Problem:
    return get_object_or_404(ledger.problem_of(pk))


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a problem: what must be done now, by whom, until when, and all that happened."""
    problem, actor = _get(pk), actor_in(request)
    step, who = next_step(problem)
    offered = buttons(actor, problem)
    context = {
        **shown(problem), "step": step, "who": who, "buttons": offered, "events": [_event(e) for e in ledger.entries_of(problem)],
        "level": said.LEVELS.get(problem.level, problem.level), "path": _path(problem),
        "repeated": list(Problem.objects.filter(repeats=problem)[:20]), "ask": ledger.asked_extension(problem),
        "escalated_to": escalated_to(problem),
        # A problem that came back has no check before it is submitted again.
        "checked": problem.state in said.ENDED or running_date(problem) == "review_due",
    }  # fmt: skip
    return render(request, "rectification/show.html", context)


def _path(problem: Problem) -> list[dict[str, Any]]:
    address = reverse("rectification:list")
    return [
        {"url": address, "label": say("问题整改", "Rectification")},
        {"url": f"{address}?round={problem.round.slug}&unit={problem.unit.code}", "label": problem.unit.name},
        {"label": problem.code},
    ]


def escalated_to(problem: Problem) -> Words | str:
    """Return before whom a problem was put: a role in words, or a body as people named it."""
    from duxue.web.common.policy import ROLE_TITLES

    return ROLE_TITLES.get(problem.escalated_to, problem.escalated_to)


def _event(entry: Entry) -> dict[str, Any]:
    return {
        "what": said.ENTRIES.get(entry.kind, entry.kind), "who": entry.written_by or say("系统按时限自动记录", "by the clock"), "when": entry.written_at,
        "text": entry.text, "state": said.ENTRY_LOOKS.get(entry.kind, "active"), "facts": _facts(entry), "entry": entry,
        "proof": entry.kind in ("report", "submit", "plan"),
    }  # fmt: skip


def _told(name: str, value: object) -> object:
    from duxue.web.common.policy import ROLE_TITLES

    if name in ("day", "finish"):
        return day(date.fromisoformat(str(value)))
    if name == "responsible":
        with everything("whoever reads the history of a problem reads who is responsible for it"):
            body = Organisation.objects.filter(code=str(value)).first()
        return body.name if body else value
    return ROLE_TITLES.get(str(value), value)


_FACTS = {
    "share": say("完成 {v}%", "{v}% done"), "finish": say("计划于 {v} 前完成", "to be done by {v}"), "post": say("责任岗位：{v}", "post: {v}"),
    "responsible": say("责任单位：{v}", "responsible: {v}"), "day": say("新时限 {v}", "new date {v}"), "to": say("提请 {v} 督办", "put before {v}"),
    "code": say("编号 {v}", "number {v}"),
}  # fmt: skip


def _facts(entry: Entry) -> list[Words]:
    return [
        say(text.zh, text.en, v=_told(name, entry.data[name]))
        for name, text in _FACTS.items()
        if entry.data.get(name) not in (None, "")
    ]


@require_http_methods(["GET", "POST"])
@login_required
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Ask for what a step needs, and do it."""
    if name not in ACTS:
        raise Http404
    problem, actor, what = _get(pk), actor_in(request), ACTS[name]
    require(actor, what.action, problem)
    initial: dict[str, Any] = {"version": problem.version}
    if name == "plan":
        initial |= {
            "measure": problem.measure,
            "post": problem.responsible_post,
            "responsible": problem.responsible.code,
        }
    if name == "extend" and (ask := ledger.asked_extension(problem)) is not None:
        initial |= {"day": ask.data.get("day"), "reason": ask.text}
    form = what.form(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            what.service(actor=actor, problem=problem, **form.cleaned_data)
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(request, str(what.done))
            return redirect("rectification:show", pk=pk)
    button = next((b for b in buttons(actor, problem) if b.act == name), None)
    label = button.label if button else _title(problem, name)
    context = {
        **shown(problem), "form": form, "label": label, "path": [*_path(problem)[:2], {"url": reverse("rectification:show", args=[pk]), "label": problem.code}, {"label": label}],
        "act": name, "danger": what.danger, "why": button.why if button else None,
    }  # fmt: skip
    return render(request, "rectification/act.html", context, status=422 if form.errors else 200)


def _title(problem: Problem, name: str) -> Words:
    titles = {t.id: words(t.title) for t in procedure_of(problem.round, "problem").transitions}
    return titles.get(name, said.ENTRIES.get(name, Words(name, name)))


def _round_of(slug: str) -> Round | None:
    """Return the round in which a problem is entered: the one that is asked for, else the newest that is not put away."""
    rounds = Round.objects.exclude(state="archived")
    return rounds.filter(slug=slug).first() if slug else rounds.first()


def _units_of(actor: Actor, chosen: Round | None) -> list[RoundUnit]:
    """Return the units of the round of which the actor may enter a problem."""
    if chosen is None or actor.read_only or not actor.any(ORGANISER, *MEMBERS):
        return []
    rows = RoundUnit.objects.filter(round=chosen).select_related("round__authority", "organisation")
    return [unit for unit in rows if may_report(actor, unit)]


@require_http_methods(["GET", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Enter a problem of a unit."""
    actor = actor_in(request)
    slug = request.GET.get("round", "")
    chosen = _round_of(slug)
    if chosen is None:
        if slug:
            raise Http404
        raise Denied(say("还没有可以登记问题的轮次", "there is no round in which a problem could be entered"))
    units = _units_of(actor, chosen)
    if not units:
        raise Denied(say("须由组织者或单位人员登记", "the organiser or people of a unit enter a problem"))
    items = list(Item.objects.filter(round=chosen).exclude(kind="branch"))
    initial = {"unit": request.GET.get("unit", ""), "item": request.GET.get("item", "")}
    own = not _organises(actor, chosen)
    form = forms.NewProblem(request.POST or None, units=units, items=items, own_only=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        unit = next(u for u in units if u.code == data.pop("unit"))
        item = next((i for i in items if i.code == data["item"]), None)
        try:
            data |= {"item": item, "responsible": _body(data["responsible"])}
            problem = problem_create(actor=actor, unit=unit, **data)
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(
                request, str(say("已登记，编号 {code}。", "Entered as {code}.", code=problem.code))
            )
            return redirect("rectification:show", pk=problem.pk)
    context = {"form": form, "round": chosen}
    return render(request, "rectification/create.html", context, status=422 if form.errors else 200)


def _organises(actor: Actor, round: Round) -> bool:
    return actor.has(ORGANISER, round.authority.path, round.pk)


def _body(code: str) -> Organisation | None:
    if not code:
        return None
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise Refused([tell("WEB010", field="responsible", found=code)])
    return found


@require_POST
@login_required
def from_scoring(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter what the final scoring of a round found."""
    actor, chosen = actor_in(request), get_object_or_404(Round, slug=slug)
    require_entering(actor, chosen)
    final = Scoring.objects.filter(round=chosen, kind="final").first()
    try:
        if final is None:
            raise Refused([tell("WEB064", found=chosen.slug)])
        made = problems_from_scoring(actor=actor, round=chosen, folder=final.folder)
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
    else:
        done = say("登记了 {n} 个新问题，请逐个或批量交办。", "{n} new problems were entered; hand them over.", one="1 new problem was entered; hand it over.", n=len(made))  # fmt: skip
        messages.success(request, str(done))
    return redirect(f"{reverse('rectification:list')}?round={chosen.slug}&state=identified")


# --- many -------------------------------------------------------------------------------------------------------------
@require_POST
@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """Do a step with the chosen problems; what fails is told row by row, the rest is done."""
    actor = actor_in(request)
    keys = [n for key in request.POST.getlist("problem") if (n := number_in(key)) is not None]
    rows = list(
        Problem.objects.filter(pk__in=keys[:1000]).select_related("round__authority", "unit", "responsible")
    )
    try:
        outcome = problems_step(actor=actor, problems=rows, act=request.POST.get("act", ""))
    except Refused as refused:
        messages.error(request, str(first_of(refused)))
        return redirect("rectification:list")
    failed = [{"problem": f.problem, "why": [told(x) for x in f.faults]} for f in outcome.failed]
    if not failed:
        n = len(outcome.done)
        messages.success(
            request,
            str(say("已办理 {n} 个问题。", "Done with {n} problems.", one="Done with 1 problem.", n=n)),
        )
        return redirect("rectification:list")
    return render(request, "rectification/bulk.html", {"done": outcome.done, "failed": failed}, status=422)
