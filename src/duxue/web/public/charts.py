"""The charts of a published round, drawn from its published folder alone; their points lead to public pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse

from duxue.core.quantity import round_half_up
from duxue.web.common.lang import Words, say
from duxue.web.public.selectors import Edition
from duxue.web.reporting import pictures
from duxue.web.reporting.figures import Figures, Indicator
from duxue.web.reporting.pictures import Picture, door


@dataclass(frozen=True)
class Unit:
    """A unit as the published table names it."""

    code: str
    name: Words


@dataclass(frozen=True)
class Result:
    """The published scores of a unit, points as the page shows them."""

    unit: Unit
    points: Decimal
    detail: Mapping[str, Any]


def results_of(edition: Edition) -> list[Result]:
    """Return the published scores, in the order of the ranks."""
    blocks: dict[str, list[dict[str, Any]]] = {}
    for row in edition.table("blocks.csv"):
        block = {
            "code": row["block"],
            "zh": row["title"],
            "en": row["title_en"],
            "points": row["final"] or "0",
        }
        blocks.setdefault(row["unit"], []).append(block)
    return [
        Result(
            Unit(row["unit"], Words(row["unit_name"], row["unit_name_en"])), round_half_up(Fraction(row["final"]), 2),
            {"self": row["self"], "verified": row["verified"], "blocks": blocks.get(row["unit"], [])},
        )
        for row in edition.table("ranking.csv")
    ]  # fmt: skip


def of_round(edition: Edition, before: Edition | None, full: Mapping[str, Decimal]) -> list[Picture]:
    """Return the charts of a round's results: points, blocks, claims, the round before.

    `full`: block -> its full points, as far as they are known.
    """
    slug, results = edition.round.slug, results_of(edition)

    def unit(code: str) -> str:
        return reverse("public:unit", args=[slug, code])

    made: list[Picture | None] = []
    if results:
        made.append(pictures.tiles(results, unit))
        if any(r.detail["blocks"] for r in results):
            made.append(pictures.spread(results, unit))
        if all(r.detail["self"] and r.detail["verified"] for r in results):
            made.append(pictures.gaps(results, unit, sum(full.values(), Decimal(0))))
        made.append(since(edition, before) if before else None)
    return [p for p in made if p is not None]


def of_figures(edition: Edition, figures: Figures, chosen: Indicator, year: int) -> list[Picture]:
    """Return the charts of an indicator: each unit against the standard, and over the years."""

    def figure(code: str, of: int) -> str:
        return f"{reverse('public:explain', args=[edition.round.slug, code, chosen.id])}?year={of}"

    made = (
        pictures.distance(figures, chosen, year, lambda code: figure(code, year)),
        pictures.trend(figures, chosen, figure),
    )
    return [p for p in made if p is not None]


def since(edition: Edition, before: Edition) -> Picture | None:
    """Return the final points of the units in both published rounds; None where no unit took part in both."""
    new, old = ({r.unit.code: r for r in results_of(e)} for e in (edition, before))
    both = [code for code in new if code in old]
    if not both:
        return None
    editions = (before, edition)
    years = [e.round.evaluated_year for e in editions]
    if years[0] >= years[1]:
        return None
    links = {c: [reverse("public:unit", args=[e.round.slug, c]) for e in editions] for c in both}
    points = {c: [old[c].points, new[c].points] for c in both}
    series = [
        {"label": str(new[c].unit.name), "values": [float(p) for p in points[c]], "texts": [str(p) for p in points[c]], "href": links[c]}
        for c in both
    ]  # fmt: skip
    more = sum(a < b for a, b in points.values())
    return Picture(
        "since", say("与上一轮相比", "Against the round before"), "trend",
        {"unit": str(say("分", "points")), "years": years, "series": series},
        say("{n} 个单位参加了两轮评价，得分上升的有 {more} 个；两轮的条目和标准可能不同。",
            "{n} units took part in both rounds; {more} of them score more. Items and standards of the two may differ.",
            n=len(both), more=more),
        (say("单位", "unit"), *(say(str(y), str(y)) for y in years), say("变化", "change")),
        [[new[c].unit.name, *(door(str(p), u) for p, u in zip(points[c], links[c], strict=True)), f"{points[c][1] - points[c][0]:+}"]
         for c in both],
    )  # fmt: skip


def of_unit(edition: Edition, code: str, full: Mapping[str, Decimal]) -> Picture | None:
    """Return a unit's blocks against the median of all units; each block leads to its items on the unit's page.

    `full`: block -> its full points.
    """
    results = results_of(edition)
    mine = next((r for r in results if r.unit.code == code), None)
    if mine is None or len(results) < 2:
        return None
    return pictures.radar(mine, results, full, lambda block: f"#block-{block}")
