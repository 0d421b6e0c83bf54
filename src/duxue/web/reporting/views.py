"""Dashboards of a round and profiles of its units: pictures with their tables, filters in the address, exports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from duxue.core.errors import Refused
from duxue.web.common.actors import ORGANISER, OVERSEERS, Actor
from duxue.web.common.exports import FORMATS, send
from duxue.web.common.lang import say, words
from duxue.web.common.policy import Denied, role_at
from duxue.web.common.problems import tell
from duxue.web.reporting import pictures
from duxue.web.reporting.boards import board_of, board_of_unit, own_result
from duxue.web.reporting.explained import YEAR, explained, explained_page
from duxue.web.reporting.figures import figures_of
from duxue.web.reporting.finals import Final, final_in, method_of
from duxue.web.reporting.grading import grade_reasons
from duxue.web.reporting.models import Scoring, UnitScore
from duxue.web.reporting.selectors import (
    Standing,
    boundary_of,
    grades_shown,
    items_of_unit,
    rounds_with_scores,
    standing_of,
)
from duxue.web.reporting.services import scores_compute
from duxue.web.reporting.services.boundaries import boundary_set
from duxue.web.reporting.services.scoring import table_of
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.selectors.result import Row, rows_of
from duxue.web.rounds.views.organiser.access import overseen_round, round_at

LOSSES = 8  # items that a unit's profile lists first


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


@require_GET
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Lead to the newest round, or say that there is none."""
    actor = _actor(request)
    for found in rounds_with_scores():
        if role_at(actor, OVERSEERS, found.authority.path, found.pk):
            return redirect("reporting:round", slug=found.slug)
    if not actor.any(*OVERSEERS):
        raise Denied(role_at(actor, OVERSEERS, "/").why)
    return render(request, "reporting/none.html")


@require_GET
@login_required
def round_board(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the pictures of a round; `export` and `table` give one of its tables as a file."""
    board = board_of(request, slug)
    found, standing = board.round, board.standing
    exported = _export(request, slug, board.pictures)
    if exported:
        return exported
    organiser = role_at(_actor(request), (ORGANISER,), found.authority.path, found.pk)
    rounds = [r for r in rounds_with_scores() if role_at(_actor(request), OVERSEERS, r.authority.path, r.pk)]
    context = {
        "round": found, "standing": standing, "pictures": board.pictures, "indicators": board.indicators, "chosen": board.chosen,
        "years": board.years, "year": board.year, "rounds": rounds, "organiser": organiser, "rows": _rows(standing) if standing else [],
        "kind": "final" if found.sealed_at else "trial", "boundary": boundary_of(found),
        "method": method_of(table_of(standing.scoring, "credibility.csv")) if standing else "",
    }  # fmt: skip
    return render(request, "reporting/round.html", context)


def _rows(standing: Standing) -> list[dict[str, Any]]:
    """Return the lines of the ranking with the ends of their intervals, for a strip that needs no script."""
    count, why = len(standing.units), grade_reasons(standing.scoring)
    return [
        {"score": u, "from": 100 * ((u.rank_from or u.rank or 1) - 1) / count,
         "wide": 100 * ((u.rank_to or u.rank or 1) - (u.rank_from or u.rank or 1) + 1) / count,
         "at": 100 * ((u.rank or 1) - 0.5) / count, "grade": _grade(u), "why": why.get(u.unit.code, "")}
        for u in standing.units
    ]  # fmt: skip


def _grade(unit: UnitScore) -> Any:
    grade = unit.detail.get("grade") or {}
    return say(grade.get("zh", ""), grade.get("en", ""))


def _export(request: HttpRequest, name: str, shown: dict[str, pictures.Picture]) -> HttpResponseBase | None:
    kind, table = request.GET.get("export", ""), request.GET.get("table", "")
    if not kind:
        return None
    if kind not in FORMATS or table not in shown:
        raise Http404
    return send(f"{name}-{table}", kind, shown[table].head, shown[table].plain)


@require_GET
@login_required
def unit_profile(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    """Show one unit: its result, its blocks against peers, where it loses points, its trend."""
    board = board_of_unit(request, slug, code)
    found, unit, standing, score = board.round, board.unit, board.standing, board.score
    titles = {i.id: i.title for i in board.indicators}
    exported = _export(request, f"{slug}-{code}", board.pictures)
    if exported:
        return exported
    graded = grades_shown(found, board.insider)
    final = final_in(standing.scoring, code) if standing and score else None
    rows = _rows_of(standing.scoring, unit, final, doors=board.opened) if standing else []
    context = {
        "round": found, "unit": unit, "standing": standing, "score": score, "pictures": board.pictures, "insider": board.insider, "own": board.own, "final": final, "opened": board.opened,
        "items": [(row, [(i, titles.get(i, i)) for i in (row.score.why or {}).get("indicators", ())]) for row in rows],
        "losses": pictures.worst_items([row.score for row in rows])[:LOSSES], "indicators": board.indicators, "chosen": board.chosen, "years": board.years, "year": board.year,
        "grade": _grade(score) if score and graded else "",
        "why": grade_reasons(standing.scoring, code).get(code, "") if standing and score and graded else "",
    }  # fmt: skip
    return render(request, "reporting/unit.html", context)


def _rows_of(scoring: Scoring, unit: RoundUnit, final: Final | None, *, doors: bool) -> list[Row]:
    """Return the points of the unit's items; with what gave each layer for those who may open it."""
    if doors:
        return rows_of(unit, scoring.pk, final)
    return [
        Row(score, None, how=final.item(score.item.code, score.layers) if final else "")
        for score in items_of_unit(scoring, unit)
    ]


def explaining(request: HttpRequest, slug: str, code: str) -> tuple[Round, Standing]:
    """Return a round and its last scoring to those who may ask how a unit's figures came about: overseers, and the unit once told."""
    found = round_at(slug)
    standing = standing_of(found)
    unit = RoundUnit.objects.filter(round=found, code=code).first()
    if unit is None or not own_result(request, unit, standing):
        found = overseen_round(request, slug)
    if standing is None:
        raise Http404
    return found, standing


@require_GET
@login_required
def explain(request: HttpRequest, slug: str, code: str, indicator: str) -> HttpResponse:
    """Explain one figure: formula, numbers put in, rows and cells, rule, from the folder of the last scoring."""
    found, standing = explaining(request, slug, code)
    year = request.GET.get("year", "")
    if year and not YEAR.fullmatch(year):
        raise Http404
    shown = explained(figures_of(standing.scoring).folder, code, indicator, int(year) if year else None)
    if shown is None:
        raise Http404
    return explained_page(request, shown, found, reverse("reporting:unit", args=[slug, code]))


@require_POST
@login_required
def score(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a scoring and lead to its job."""
    found = round_at(slug)
    try:
        job = scores_compute(actor=_actor(request), round=found, kind="final" if found.sealed_at else "trial")
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(words(problem.what)))
        return redirect("reporting:round", slug=slug)
    return HttpResponseRedirect(reverse("jobs:show", args=[job.pk]))


@require_POST
@login_required
def boundary(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the authority's own boundaries."""
    found = round_at(slug)
    if not (held := role_at(_actor(request), (ORGANISER,), found.authority.path)):
        raise Denied(held.why)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Refused([tell("WEB001", field="file")])
        boundary_set(
            actor=_actor(request), authority=found.authority, content=upload.read((5 << 20) + 1),
            key=request.POST.get("key", ""), approval=request.POST.get("approval", ""),
        )  # fmt: skip
    except Refused as refused:
        for problem in refused.problems:
            field = problem.place.field
            told = say(
                "{what}：{place} {found} {expected}", "{what}: {place} {found} {expected}", what=problem.what,
                place=field if "[" in field else "", found=problem.found, expected=problem.expected,
            )  # fmt: skip
            messages.error(request, str(told))
    else:
        messages.success(request, str(say("地图边界已更换。", "The boundaries were replaced.")))
    return redirect("reporting:round", slug=slug)
