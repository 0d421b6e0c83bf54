"""The public portal: what is published, how to check it, and the data; no login, no script needed, fit for caches."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from duxue.core.errors import Refused
from duxue.web.common.exports import send
from duxue.web.common.lang import Words, language, say
from duxue.web.common.ranges import range_in, sent
from duxue.web.evidence.services import publish_copy
from duxue.web.public import charts
from duxue.web.public.selectors import (
    FIGURES,
    REPORTS,
    Edition,
    check_page_of,
    committed_draws,
    datapackage_of,
    draws_of,
    edition_before,
    edition_of,
    editions,
    figure,
    files_of,
    full_points,
    items_below,
    licence_of,
    pictures_of,
    practices_of,
    rectification_of,
    replies_of,
)
from duxue.web.reporting.choosing import chosen_in
from duxue.web.reporting.explained import YEAR, explained, explained_page
from duxue.web.reporting.figures import Figures, figures_in
from duxue.web.reporting.finals import final_of, method_of
from duxue.web.reporting.grading import grade_reason, veto_titles
from duxue.web.reporting.services.archive import archive_of
from duxue.web.reporting.services.scoring import points

KEEP = 300  # seconds that a cache keeps a page
_TYPES = {
    ".csv": "text/csv; charset=utf-8", ".json": "application/json", ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox allow-popups"
_INLINE = re.compile(rb"<(script|style)>(.*?)</\1>", re.DOTALL)
View = Callable[..., HttpResponseBase]
_REPORTS = {
    "zh": say("评价报告（中文）", "Report in Chinese"),
    "en": say("评价报告（英文）", "Report in English"),
}
_FORMS = {"html": say("网页", "web page"), "docx": say("Word", "Word"), "pdf": say("PDF", "PDF")}
_TABLES = {
    "ranking.csv": say("名次和得分", "Ranks and points"),
    "blocks.csv": say("各板块得分", "Points by block"),
    "credibility.csv": say("自评可信度", "Credibility of self-evaluations"),
    "commendations.csv": say("表扬", "Commendations"),
    "problems.csv": say("主要问题", "Main problems"),
    "grades.csv": say("等次", "Grades"),
}


def published(view: View) -> View:
    """Hand the public edition of the round to `view`, and let caches keep what it answers to readers who are not signed in."""

    @require_safe
    @wraps(view)
    def shown(request: HttpRequest, slug: str, *args: Any, **more: Any) -> HttpResponseBase:
        edition = edition_of(slug)
        if edition is None:
            raise Http404
        tag = _tag(request, edition)
        unchanged = get_conditional_response(request, etag=tag)
        if unchanged is not None and isinstance(unchanged, HttpResponseNotModified):
            return _cached(request, unchanged, tag)
        return _cached(request, view(request, edition, *args, **more), tag)

    return shown


def _tag(request: HttpRequest, edition: Edition) -> str:
    """Return what names a page's content: the edition, the words beside it, the reader's language and address."""
    beside = [f"{r.pk} {r.written_at.isoformat()}" for r in replies_of(edition)]
    beside += [f"{r.text.zh} {r.places} {r.closed}" for r in rectification_of(edition)]
    before = edition_before(edition)
    beside += [before.scoring.digest] if before else []
    who = str(getattr(request.user, "pk", None) or "")
    theme = request.COOKIES.get("duxue_theme", "")
    seen = [
        edition.scoring.digest,
        str(edition.scoring.pk),
        language(),
        theme,
        settings.SOURCE,
        who,
        request.get_full_path(),
        *beside,
    ]
    return f'"{hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32]}"'


def _cached(request: HttpRequest, response: HttpResponseBase, tag: str) -> HttpResponseBase:
    signed_in = request.user.is_authenticated
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache" if signed_in else f"public, max-age={KEEP}"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """List the published rounds, and the draws that were committed."""
    draws = committed_draws(request.GET.get("cursor", ""))
    return render(request, "public/rounds.html", {"editions": editions(), "draws": draws})


@published
def round_page(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show the results of a round: ranks with intervals, problems, commendations, practices, replies, files."""
    grades = {row["unit"]: row for row in edition.table("grades.csv")}
    ranking = edition.table("ranking.csv")
    figures = figures_in(edition.folder)
    chosen, indicators, years, year = chosen_in(request, figures)
    vetoes = veto_titles(figures)
    context = {
        "edition": edition, "round": edition.round, "rows": [_row(row, grades.get(row["unit"]), len(ranking), vetoes) for row in ranking],
        "graded": bool(grades), "problems": edition.table("problems.csv"), "practices": practices_of(edition),
        "pictures": pictures_of(edition), "replies": replies_of(edition), "rectified": rectification_of(edition), "draws": draws_of(edition),
        "reports": _reports(edition), "tables": [(name, _TABLES[name]) for name in edition.tables],
        "commended": len(edition.table("commendations.csv")), "licence": licence_of(edition), "sentence": _sentence(ranking),
        "pictured": charts.of_round(edition, edition_before(edition), full_points(figures)),
        "figured": charts.of_figures(edition, figures, chosen, year) if chosen else [], "chosen": chosen,
        "indicators": indicators, "years": years, "year": year, "method": method_of(edition.table("credibility.csv")),
    }  # fmt: skip
    return render(request, "public/round.html", context)


def _reports(edition: Edition) -> list[dict[str, Any]]:
    """Return the reports by language, the reader's first, each with its files: name, form and size in bytes."""
    names, place = edition.reports, edition.folder / REPORTS
    found = []
    for lang in sorted(_REPORTS, key=lambda lang: not language().startswith(lang)):
        files = [
            {"name": n, "form": _FORMS.get(n.rpartition(".")[2], n), "size": (place / n).stat().st_size}
            for n in names
            if f".{lang}." in n
        ]
        if files:
            found.append({"title": _REPORTS[lang], "files": files})
    return found


def _row(row: Any, grade: Any, count: int, vetoes: Mapping[str, Words]) -> dict[str, Any]:
    rank = int(row["rank"])
    low, high = int(row["rank_low"] or rank), int(row["rank_high"] or rank)
    return {
        **row, **{name: _rounded(row[name], 2) for name in ("self", "verified", "final")},
        "credibility": _rounded(row["credibility"], 4), "name": Words(row["unit_name"], row["unit_name_en"]), "low": low, "high": high,
        "from": f"{100 * (low - 1) / count:.2f}", "wide": f"{100 * (high - low + 1) / count:.2f}", "at": f"{100 * (rank - 0.5) / count:.2f}",
        "grade": Words(grade["grade_title"], grade["grade_title_en"]) if grade else "", "why": grade_reason(grade, vetoes),
    }  # fmt: skip


def _rounded(text: str, places: int) -> str:
    """Return a figure as print has it; the files hold more places."""
    value = points(text, places)
    return "" if value is None else f"{value}"


def _sentence(ranking: Any) -> Words:
    finals = [float(row["final"]) for row in ranking]
    return say(
        "{n} 个单位最终得分在 {low} 至 {high} 之间，平均 {mean}。", "{n} units: final points between {low} and {high}, mean {mean}.",
        n=len(finals), low=f"{min(finals):.2f}", high=f"{max(finals):.2f}", mean=f"{sum(finals) / len(finals):.2f}",
    )  # fmt: skip


@published
def unit_page(request: HttpRequest, edition: Edition, code: str) -> HttpResponse:
    """Show what is published of one unit, and its reply."""
    found = next((r for r in edition.table("ranking.csv") if r["unit"] == code), None)
    if found is None:
        raise Http404
    grade = next((g for g in edition.table("grades.csv") if g["unit"] == code), None)
    figures = figures_in(edition.folder)
    below = items_below(figures, code, edition.round.evaluated_year)
    full = full_points(figures)
    blocks = [
        {
            **b,
            "name": Words(b["title"], b["title_en"]),
            "full": full.get(b["block"]),
            "items": below.get(b["block"], []),
        }
        for b in edition.table("blocks.csv")
        if b["unit"] == code
    ]
    context = {
        "edition": edition, "round": edition.round, "blocks": blocks,
        "row": _row(found, grade, len(edition.table("ranking.csv")), veto_titles(figures)),
        "pictures": pictures_of(edition), "replies": replies_of(edition, code), "practices": [p for p in practices_of(edition) if p.unit.code == code],
        "picture": charts.of_unit(edition, code, full), "year": edition.round.evaluated_year,
        "score": f"{reverse('public:check', args=[edition.round.slug])}?unit={code}#score",
        "final": final_of(found, edition.table("credibility.csv"), figures.rules()),
    }  # fmt: skip
    return render(request, "public/unit.html", context)


@published
def check(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Let anyone pick a unit, and its score or a figure, and see how it came about; say how the whole is computed again."""
    figures = figures_in(edition.folder)
    indicators = figures.indicators() if figures.there else ()
    units = [Words(r["unit_name"], r["unit_name_en"]) for r in edition.table("ranking.csv")]
    codes = [r["unit"] for r in edition.table("ranking.csv")]
    unit, indicator = request.GET.get("unit", ""), request.GET.get("indicator", "")
    chosen = next((i for i in indicators if i.id == indicator), None)
    values = [v for v in figures.values(indicator) if v.unit == unit] if chosen and unit in codes else []
    shown = [
        {"year": v.year, "by": figures.by_title(v.by), "text": v.text, "standard": v.standard, "verdict": v.verdict, "measure": figures.measure(v.measure)}
        for v in values
    ]  # fmt: skip
    context = {
        "edition": edition, "round": edition.round, "units": list(zip(codes, units, strict=True)), "indicators": indicators,
        "unit": unit, "chosen": chosen, "values": shown, "about": edition.about, "source": settings.SOURCE,
        "score": _score(edition, unit, figures) if not chosen else None,
    }  # fmt: skip
    return render(request, "public/check.html", context)


def _score(edition: Edition, code: str, figures: Figures) -> dict[str, Any] | None:
    """Return how a unit's points came about, its blocks with them; None for a unit that is not there."""
    found = next((row for row in edition.table("ranking.csv") if row["unit"] == code), None)
    if found is None:
        return None
    measured = edition.table("credibility.csv")
    own = {row["block"]: row for row in measured if row["unit"] == code}
    blocks = [
        {"name": Words(b["title"], b["title_en"]), "block": b["block"], "final": b["final"], "measured": own.get(b["block"])}
        for b in edition.table("blocks.csv")
        if b["unit"] == code
    ]  # fmt: skip
    final = final_of(found, measured, figures.rules())
    return {
        "name": Words(found["unit_name"], found["unit_name_en"]),
        "final": final,
        "blocks": blocks,
        "whole": own.get(""),
        "row": found,
    }


@published
def explain(request: HttpRequest, edition: Edition, code: str, indicator: str) -> HttpResponse:
    """Explain one figure from the published data alone."""
    year = request.GET.get("year", "")
    if year and not YEAR.fullmatch(year):
        raise Http404
    shown = explained(edition.folder / "evaluation", code, indicator, int(year) if year else None)
    if shown is None:
        raise Http404
    back = reverse("public:unit", args=[edition.round.slug, code])
    return explained_page(request, shown, edition.round, back)


@published
def table(request: HttpRequest, edition: Edition, name: str) -> HttpResponseBase:  # noqa: ARG001 - the contract
    """Give a published table as a workbook, its figures as numbers."""
    rows = edition.table(f"{name}.csv")
    if f"{name}.csv" not in edition.tables:
        raise Http404
    head = list(rows[0]) if rows else []
    cells = ([figure(h, row[h]) for h in head] for row in rows)
    formats = [FIGURES.get(h, "") for h in head]
    return send(f"{edition.round.slug}-{name}", "xlsx", head, cells, formats=formats)


@published
def file(request: HttpRequest, edition: Edition, name: str) -> HttpResponseBase:  # noqa: ARG001 - the contract
    """Give a file of the public edition by the name that round.json lists."""
    found = edition.file(name)
    if found is None or not found.is_file():
        raise Http404
    return _send(found, name)


def _send(path: Path, name: str) -> FileResponse:
    inline = name.startswith(REPORTS) and path.suffix in {".html", ".pdf"}
    response = FileResponse(
        path.open("rb"),
        as_attachment=not inline,
        filename=path.name,
        content_type=_TYPES.get(path.suffix, "application/octet-stream"),
    )
    if path.suffix == ".html":
        response["Content-Security-Policy"] = _REPORT_POLICY
    response["Last-Modified"] = http_date(path.stat().st_mtime)
    return response


@require_safe
def whole(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Give the whole public edition, which `duxue round verify` computes again; a lost line fetches the rest."""
    edition = edition_of(slug)
    if edition is None:
        raise Http404
    tag = f'"{edition.scoring.pk}-{edition.scoring.digest[-32:]}"'
    unchanged = get_conditional_response(request, etag=tag)
    if isinstance(unchanged, HttpResponseNotModified):
        return _cached(request, unchanged, tag)
    path = archive_of(edition.folder, edition.round.slug)
    size, same = path.stat().st_size, request.headers.get("If-Range", tag) == tag
    response = sent(path.open("rb"), size, range_in(request.headers.get("Range", ""), size) if same else None)
    response["Content-Type"] = "application/zip"
    response["Content-Disposition"] = f'attachment; filename="{edition.round.slug}.zip"'
    return _cached(request, response, tag)


@published
def datapackage(request: HttpRequest, edition: Edition) -> HttpResponse:  # noqa: ARG001 - the contract
    """Give the descriptor of the open data."""
    text = json.dumps(datapackage_of(edition), ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@published
def draw(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """Show a recorded draw with its commitment and certificate."""
    found = next((d for d in draws_of(edition) if d.pk == pk), None)
    if found is None:
        raise Http404
    certificate = json.dumps(found.certificate, ensure_ascii=False, indent=1)
    return render(
        request,
        "public/draw.html",
        {
            "edition": edition, "round": edition.round, "draw": found, "certificate": certificate,
            "check_page": check_page_of(found) is not None, "files": files_of(found),
        },
    )  # fmt: skip


@published
def draw_check(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:  # noqa: ARG001 - the contract
    """Open the page on which anybody repeats a draw: only its own script runs, cut off from this site and from the network."""
    found = next((d for d in draws_of(edition) if d.pk == pk), None)
    path = check_page_of(found) if found else None
    if path is None:
        raise Http404
    page = path.read_bytes()
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = own_policy(page)
    return response


def own_policy(page: bytes) -> str:
    """Return a policy under which exactly the inline scripts and styles of a page run, in an origin of its own."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, text in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(text).digest()).decode()
        hashes[kind.decode()].append(f"'sha256-{digest}'")
    return (
        f"default-src 'none'; script-src {' '.join(hashes['script'])}; style-src {' '.join(hashes['style'])}; "
        "worker-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox allow-scripts allow-downloads"
    )


@published
def picture(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:  # noqa: ARG001 - the contract
    """Give a picture of a published practice: a copy without place, time or camera."""
    row = next((a for rows in pictures_of(edition).values() for a in rows if a.pk == pk), None)
    if row is None:
        raise Http404
    try:
        made = publish_copy(row.file)
    except Refused:
        raise Http404 from None
    response = HttpResponse(made.data, content_type=made.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
