"""Scores for machines: what the token's organisation may see, and starting a scoring."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from duxue.core.errors import Refused
from duxue.core.text import same
from duxue.web.common.actors import OVERSEERS
from duxue.web.common.idempotency import once
from duxue.web.common.pagination import page_of
from duxue.web.common.policy import require, role_at
from duxue.web.common.problems import tell
from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import PageOut, paged
from duxue.web.jobs.api import Started, started
from duxue.web.reporting.api_tables import router as tables_router
from duxue.web.reporting.explained import explained
from duxue.web.reporting.figures import figures_of
from duxue.web.reporting.models import Boundary, Scoring, UnitScore
from duxue.web.reporting.search import find
from duxue.web.reporting.selectors import grades_shown, scores_of
from duxue.web.reporting.services import scores_compute
from duxue.web.reporting.services.boundaries import MOST_BYTES, boundary_set
from duxue.web.reporting.views import explaining
from duxue.web.rounds.api_explained import FigureOut, figure_out
from duxue.web.rounds.models import Round

MAP = "application/geo+json"
GEOJSON = {MAP: {"schema": {"type": "string", "format": "binary"}}}
router = Router(tags=["reporting"])
router.add_router("", tables_router)


class ScoringOut(Schema):
    """A computation of a round's scores."""

    id: int
    kind: str
    digest: str
    made_at: datetime


class UnitScoreOut(Schema):
    """A unit's result."""

    unit: str
    name_zh: str
    name_en: str
    points: Decimal
    self_points: Decimal | None
    credibility: Decimal | None
    rank: int | None
    rank_from: int | None
    rank_to: int | None
    grade: str


class ScoringIn(Schema):
    """Which scoring is asked for: trial before the round is frozen, final after."""

    kind: str = "trial"


class BoundaryIn(Schema):
    """The authority's own map: GeoJSON polygons in degrees, the property with the unit's code, the number of its approval (审图号)."""

    geojson: dict[str, Any] = {}
    key: str = ""
    approval: str = ""


class BoundaryOut(Schema):
    """The map that is shown."""

    key: str
    approval: str
    features: int
    uploaded_at: datetime


class HitOut(Schema):
    """Something that was found."""

    kind: str
    title: str
    url: str


class FoundOut(Schema):
    """What was found, and how many of each kind."""

    counts: dict[str, int]
    more: list[str]  # kinds of which there may be more than were counted
    hits: list[HitOut]


class ScoringPage(PageOut):
    """A page of scorings."""

    rows: list[ScoringOut]


class ScorePage(PageOut):
    """A page of results."""

    rows: list[UnitScoreOut]


def _round(slug: str) -> Round:
    return get_object_or_404(Round.objects.select_related("authority"), slug=slug)


@router.get("/rounds/{slug}/scorings", response=ScoringPage, summary="Scorings of a round")
def list_scorings(request: HttpRequest, slug: str, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract
    """Return the visible scorings of a round, the last first."""
    return paged(page_of(Scoring.objects.filter(round=_round(slug)), cursor, size=size))


@router.get("/rounds/{slug}/scores", response=ScorePage, summary="Results by unit")
def list_scores(request: HttpRequest, slug: str, cursor: str = "", size: int = 50) -> Any:
    """Return the visible units of the last visible scoring, by code; a unit without points has no rank."""
    found = _round(slug)
    insider = bool(role_at(request.actor, OVERSEERS, found.authority.path, found.pk))  # type: ignore[attr-defined]
    graded = grades_shown(found, insider)
    page = page_of(scores_of(found), cursor, order=("unit__code", "pk"), size=size)
    return paged(page, [_score(row, graded) for row in page.rows])


def _score(score: UnitScore, graded: bool) -> dict[str, Any]:
    fields = ("points", "self_points", "credibility", "rank", "rank_from", "rank_to")
    return {
        "unit": score.unit.code, "name_zh": score.unit.name_zh, "name_en": score.unit.name_en,
        **{name: getattr(score, name) for name in fields}, "grade": score.final_grade if graded else "",
    }  # fmt: skip


@router.get(
    "/rounds/{slug}/units/{code}/figures/{indicator}",
    response=FigureOut,
    summary="Explain a figure of the scoring",
)
def explain(request: HttpRequest, slug: str, code: str, indicator: str, year: int | None = None) -> Any:
    """Return how a figure of the last scoring came about, for overseers and a unit that was told its result; without `year` the last one."""
    _, standing = explaining(request, slug, code)
    shown = explained(figures_of(standing.scoring).folder, code, indicator, year)
    if shown is None:
        raise Http404
    return figure_out(shown.found, shown.pack)


@router.post("/rounds/{slug}/scorings", response={202: Started}, summary="Compute the scores")
def start_scoring(request: HttpRequest, response: HttpResponse, slug: str, wanted: ScoringIn) -> Any:
    """Start a trial or the final scoring as a job; the header Location is where it is followed."""
    kind: Any = wanted.kind
    job = scores_compute(actor=request.actor, round=_round(slug), kind=kind)  # type: ignore[attr-defined]
    return started(response, job)


@router.post("/rounds/{slug}/boundary", response=BoundaryOut, summary="Set the boundaries of the map")
def set_boundary(request: HttpRequest, slug: str, given: BoundaryIn) -> Any:
    """Keep the boundaries of the round's authority in place of earlier ones; all that is wrong with them is told at once.

    A body of JSON is at most 4 MB: a larger map goes as it is, by PUT.
    """
    content = json.dumps(given.geojson, ensure_ascii=False).encode()
    return _boundary(request, slug, content, given.key, given.approval)


@router.put(
    "/rounds/{slug}/boundary", response=BoundaryOut, summary="Send the boundaries as they are",
    openapi_extra={"requestBody": {"required": True, "content": GEOJSON}},
)  # fmt: skip
def send_boundary(
    request: HttpRequest,
    slug: str,
    key: str = Query("", description="The property with the unit's code"),
    approval: str = Query("", description="The number under which it may be shown"),
) -> Any:
    """Keep the boundaries that are sent as the body, a GeoJSON file of at most 5 MB, as POST does."""
    require(actor_in(request), "edit", Boundary(authority=_round(slug).authority))
    if request.content_type != MAP:
        raise Refused(
            [tell("WEB002", field="Content-Type", found=request.content_type or "", expected=same(MAP))]
        )
    content = request.read(MOST_BYTES + 1)
    asked = [request.get_full_path(), hashlib.sha256(content).hexdigest()]
    sent = request.headers.get("Idempotency-Key", "")
    return once(actor_in(request), sent, asked, lambda: _boundary(request, slug, content, key, approval))


def _boundary(request: HttpRequest, slug: str, content: bytes, key: str, approval: str) -> dict[str, Any]:
    made = boundary_set(
        actor=actor_in(request), authority=_round(slug).authority, content=content, key=key, approval=approval
    )
    told = {name: getattr(made, name) for name in ("key", "approval", "uploaded_at")}
    return {**told, "features": len(made.geojson["features"])}


@router.get("/search", response=FoundOut, summary="Search")
def search(request: HttpRequest, q: str, kind: str = "") -> Any:  # noqa: ARG001 - the contract
    """Return what holds all words of `q`, of what the actor may see; of kinds in `more` only the newer part was looked at."""
    found = find(q, kind)
    hits = [{"kind": h.kind, "title": _bare(h.title), "url": h.url} for h in found.hits]
    return {"counts": found.counts, "more": sorted(found.more), "hits": hits}


def _bare(title: str) -> str:
    from html import unescape

    return unescape(title.replace("<mark>", "").replace("</mark>", ""))
