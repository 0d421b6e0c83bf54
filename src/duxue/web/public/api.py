"""What is published, for machines: no token is asked for."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Router, Schema

from duxue.web.common.requests import actor_in
from duxue.web.common.schemas import PageOut, paged
from duxue.web.inspections.api_organising import DrawPage
from duxue.web.inspections.api_shapes import draw_out
from duxue.web.public.selectors import (
    Edition,
    committed_draws,
    datapackage_of,
    edition_of,
    licence_of,
    page_of_editions,
)
from duxue.web.reporting.explained import explained
from duxue.web.rounds.api_explained import FigureOut, figure_out

router = Router(tags=["public"], auth=None)


class PublishedOut(Schema):
    """A published round."""

    slug: str
    title_zh: str
    title_en: str
    evaluated_year: int
    synthetic: bool
    digest: str
    licence: str
    tables: list[str]
    datapackage: str
    whole: str


class PublishedPage(PageOut):
    """A page of published rounds."""

    rows: list[PublishedOut]


def _out(edition: Edition) -> dict[str, Any]:
    made, about = edition.round, edition.about
    return {
        "slug": made.slug, "title_zh": made.title_zh, "title_en": made.title_en, "evaluated_year": made.evaluated_year,
        "synthetic": made.synthetic, "digest": about["id"], "licence": licence_of(edition)[0], "tables": edition.tables,
        "datapackage": reverse("public:datapackage", args=[made.slug]), "whole": reverse("public:whole", args=[made.slug]),
    }  # fmt: skip


def _edition(slug: str) -> Edition:
    found = edition_of(slug)
    if found is None:
        raise Http404
    return found


@router.get("/rounds", response=PublishedPage, summary="Published rounds")
def list_published(request: HttpRequest, cursor: str = "", size: int = 50) -> Any:  # noqa: ARG001 - the contract
    """Return the published rounds, newest first."""
    page, editions = page_of_editions(cursor, size)
    return paged(page, [_out(edition) for edition in editions])


@router.get("/draws", response=DrawPage, summary="Committed draws")
def list_draws(request: HttpRequest, cursor: str = "", size: int = 50) -> Any:
    """Return the draws whose list and plan were made public, those of open rounds too, the newest first; files are at `/api/v1/inspections/draws/<id>/files/<name>`."""
    page = committed_draws(cursor, size)
    return paged(page, [draw_out(actor_in(request), row) for row in page])


@router.get("/rounds/{slug}", response=PublishedOut, summary="A published round")
def show_published(request: HttpRequest, slug: str) -> Any:  # noqa: ARG001 - the contract
    """Return one published round."""
    return _out(_edition(slug))


@router.get("/rounds/{slug}/tables/{name}", response=list[dict[str, str]], summary="A published table")
def show_table(request: HttpRequest, slug: str, name: str) -> Any:  # noqa: ARG001 - the contract
    """Return the rows of a published table, every cell as text."""
    edition = _edition(slug)
    if f"{name}.csv" not in edition.tables:
        raise Http404
    return [dict(row) for row in edition.table(f"{name}.csv")]


@router.get("/rounds/{slug}/datapackage", response=dict[str, Any], summary="Descriptor of the open data")
def show_datapackage(request: HttpRequest, slug: str) -> Any:  # noqa: ARG001 - the contract
    """Return the Frictionless Data Package of a published round."""
    return datapackage_of(_edition(slug))


@router.get(
    "/rounds/{slug}/units/{code}/figures/{indicator}",
    response=FigureOut,
    summary="Explain a published figure",
)
def explain(request: HttpRequest, slug: str, code: str, indicator: str, year: int | None = None) -> Any:  # noqa: ARG001 - the contract
    """Return how a figure came about, from the published data alone; without `year` the last one."""
    shown = explained(_edition(slug).folder / "evaluation", code, indicator, year)
    if shown is None:
        raise Http404
    return figure_out(shown.found, shown.pack)
