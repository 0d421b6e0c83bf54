"""Pages on which one sees where rounds stand: the list, the overview, the matrix with its exports, the leaders' page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from duxue.web.common.actors import MEMBERS, ORGANISER
from duxue.web.common.clock import now
from duxue.web.common.exports import send
from duxue.web.common.lang import Words, say, words
from duxue.web.common.numbers import number_in
from duxue.web.common.pagination import page_of
from duxue.web.common.requests import actor_in
from duxue.web.rectification.selectors.standing import left_of
from duxue.web.rounds.models import Round, RoundUnit, Veto, Window
from duxue.web.rounds.procedures import procedure_of
from duxue.web.rounds.selectors import standing
from duxue.web.rounds.selectors.looks import LOOKS, PATIENT, in_preparation
from duxue.web.rounds.selectors.matrix import Board, board_of, item_matrix
from duxue.web.rounds.selectors.preparing import needs_of
from duxue.web.rounds.selectors.vetoes import shown as shown_vetoes
from duxue.web.rounds.selectors.waiting import steps_from
from duxue.web.rounds.services.moving import round_offers
from duxue.web.rounds.views.organiser.access import LOOKS as ROUND_LOOKS
from duxue.web.rounds.views.organiser.access import base, overseen_round, oversees, round_at

CHANGED = 20  # windows that the overview tells of, the newest; the page of windows has all
NAMED = 4  # units that the leaders' page names; the matrix has all
_STATES = ("draft", "open", "frozen", "published", "archived")


@require_GET
@login_required
def list_rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds that the reader takes part in or oversees, filtered in the address."""
    rows, given = Round.objects.select_related("authority"), request.GET
    q, state, year = given.get("q", "").strip(), given.get("state", ""), given.get("year", "")
    if q:
        rows = rows.filter(Q(title_zh__icontains=q) | Q(title_en__icontains=q) | Q(slug__icontains=q))
    if state:
        rows = rows.filter(state=state)
    if (evaluated := number_in(year)) is not None:
        rows = rows.filter(evaluated_year=evaluated)
    page = page_of(rows, given.get("cursor", ""), order=("-round_year", "-pk"))
    shown = [
        (r, words(procedure_of(r, "round").state(r.state).title), ROUND_LOOKS.get(r.state, "neutral"))
        for r in page
    ]
    titles = procedure_of(Round(), "round")
    states = [(name, words(titles.state(name).title)) for name in _STATES]
    may_make = bool(actor_in(request).paths(ORGANISER))
    return render(
        request, "rounds/organiser_list.html",
        {"page": page, "shown": shown, "q": q, "state": state, "year": year, "states": states, "may_make": may_make},
    )  # fmt: skip


@require_GET
@login_required
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a round to everybody who sees it: its steps with clocks, what is mine to do, its key figures."""
    round, actor = round_at(slug), actor_in(request)  # noqa: A001 - the field's word
    context = base(request, round, "show")
    own = list(RoundUnit.objects.filter(round=round).order_by("code")) if actor.any(*MEMBERS) else []
    own = [unit for unit in own if any(unit.path.startswith(h.path) for h in actor.held if h.role in MEMBERS)]
    unit = own[0] if len(own) == 1 else None
    steps = standing.steps_of(round, unit)
    board, overseer = board_of(round), oversees(actor, round)
    if not overseer:
        board = replace(board, units=board.units.filter(pk__in=[one.pk for one in own]))
    tally = board.tally()
    context |= {
        "steps": steps, "stepper": [_step(s, n, round) for s, n in zip(steps, tally.looks(), strict=True)], "unit": unit, "own": own,
        "own_shown": [(u, words(procedure_of(round, "unit").state(u.state).title)) for u in own],
        "vetoes": shown_vetoes(round, Veto.objects.filter(round=round).select_related("unit")) if own else [],
        "changed": Window.objects.filter(round=round).exclude(reason="").select_related("unit").order_by("-pk")[:CHANGED],
        "titles": {s.id: s.label for s in steps},
    }  # fmt: skip
    if overseer:
        context |= {
            "totals": standing.totals_of(round, tally),
            "chart": standing.progress_chart(round, tally),
        }
    if context["organiser"]:
        context["offers"] = round_offers(actor, round)
        if in_preparation(round):
            context["needs"] = needs = needs_of(round)
            context["first"] = next((need for need in needs if not need.done), None)
    return render(request, "rounds/organiser_show.html", context)


def _step(step: standing.StepStanding, units: Counter[str], round: Round) -> dict[str, Any]:
    """Return a step for the stepper; when its time is over, with how many of `units`, those that the reader follows, are open."""
    shown: dict[str, Any] = {
        "label": step.label,
        "state": step.state,
        "opens": step.opens,
        "closes": step.closes,
    }
    if step.state != "met" or round.sealed_at is not None:
        return shown
    behind = units["overdue"] + (0 if step.id in PATIENT else units["neutral"])
    left = behind + units["active"] + units["at_risk"]
    if left:
        state = "overdue" if behind else "active"  # only units that have longer
        return shown | {"over": True, "state": state, "word": _left(step.id, left)}
    every = units["met"] and not units["neutral"]
    return shown if every else shown | {"over": True, "word": say("已结束", "Over")}


def _left(step: str, n: int) -> Words:
    zh = "已结束，{n}个单位未提交" if step == "self_evaluation" else "已结束，{n}个单位未完成"
    return say(zh, "Over, {n} units open", one="Over, 1 unit open", n=n)


# --- the matrix -------------------------------------------------------------------------------------------------------
def filtered(request: HttpRequest, round: Round) -> Board:
    """Return the units that the filter in the address leaves."""
    given = request.GET
    return board_of(round).only(
        state=given.get("state", ""), late=given.get("only") == "late", risk=given.get("only") == "risk",
        bare=given.get("only") == "bare", submitted=given.get("only") == "submitted",
        office=given.get("only") == "office", name=given.get("q", "").strip(),
    )  # fmt: skip


@require_GET
@login_required
def matrix(request: HttpRequest, slug: str) -> HttpResponse:
    """Show units by steps or, asked for, by items; htmx asks for the table alone."""
    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    found = filtered(request, round)
    page, by_item = found.page(request.GET.get("cursor", "")), request.GET.get("view") == "items"
    context = base(request, round, "matrix", say("进度矩阵", "Status matrix")) | {
        "page": page, "steps": found.steps, "asked": request.GET, "moment": now(), "looks": LOOKS.items(),
        "states": [(s.id, words(s.title)) for s in procedure_of(round, "unit").states],
        "rows": [] if by_item else found.rows(page.rows), "items": item_matrix(round, page.rows) if by_item else None,
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render(request, "rounds/organiser_matrix_table.html", context)
    tally = found.tally()
    ways = steps_from(round, (group.state for group in tally.groups))
    context |= {"chart": standing.progress_chart(round, tally), "count": tally.units, "ways": ways}
    return render(request, "rounds/organiser_matrix.html", context)


@require_GET
@login_required
def matrix_export(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """Give what the matrix shows, with its filters, as csv or xlsx; cells that a spreadsheet would run are disarmed."""
    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    found = filtered(request, round)
    rows = _item_lines(found) if request.GET.get("view") == "items" else _lines(found)
    return send(f"{round.slug}-matrix", form, next(rows), rows)


def _lines(found: Board) -> Iterator[list[Any]]:
    head = [say("代码", "Code"), say("单位", "Unit"), say("状态", "State")]
    for _, title in found.steps:
        head += [
            title,
            say("{step}：数量", "{step}: count", step=title),
            say("{step}：截止", "{step}: closes", step=title),
        ]
    head += [
        say("条目逾期", "Items late"),
        say("缺应附佐证", "Evidence wanted and missing"),
        say("退回", "Returned"),
        say("异议", "Objections"),
    ]
    yield head
    for units in found.chunks():
        for row in found.rows(units):
            cells: list[Any] = []
            for cell in row.cells:
                closes = f"{timezone.localtime(cell.closes):%Y-%m-%d %H:%M}" if cell.closes else ""
                cells += [cell.word, cell.text, closes]
            c = row.counts
            yield [row.unit.code, row.unit.name, row.state, *cells, c.late, c.bare, c.returned, c.objections]


def _item_lines(found: Board) -> Iterator[list[Any]]:
    leaves = item_matrix(found.round, (), found.at).items
    yield [say("代码", "Code"), say("单位", "Unit"), *(f"{i.code} {i.title}" for i in leaves)]
    for units in found.chunks():
        for unit, cells in item_matrix(found.round, units, found.at, leaves).rows:
            yield [unit.code, unit.name, *(word for _, word in cells)]


# --- for leaders ------------------------------------------------------------------------------------------------------
@require_GET
@login_required
def leader(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where the round stands, what is at risk and who is late, on one screen and one A4 page."""
    round = overseen_round(request, slug)  # noqa: A001 - the field's word
    board = board_of(round)
    tally, steps = board.tally(), standing.steps_of(round)
    late, risky = board.only(late=True), board.risky()
    context = base(request, round, "leader", say("领导页", "For leaders")) | {
        "totals": standing.totals_of(round, tally), "current": [s for s in steps if s.state == "active"],
        "late": late.rows(late.page(size=NAMED).rows), "at_risk": risky.page(size=NAMED).rows,
        "charts": [
            standing.progress_chart(round, tally), standing.filling_chart(board, tally.units), standing.block_chart(round)
        ],
        "moment": now(), "rectification": left_of(round),
    }  # fmt: skip
    return render(request, "rounds/organiser_leader.html", context)
