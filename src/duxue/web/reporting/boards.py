"""Which pictures a round and a unit are shown with: on their pages, and as tables for machines."""

from __future__ import annotations

from django.urls import reverse

from duxue.web.reporting import pictures
from duxue.web.reporting.figures import Figures, Indicator
from duxue.web.reporting.selectors import ANSWER_STATES, Standing, answer_counts, boundary_of, full_points
from duxue.web.rounds.models import Round


def pictures_of_round(
    found: Round, standing: Standing | None, figures: Figures | None, chosen: Indicator | None, year: int
) -> dict[str, pictures.Picture]:
    """Return the pictures of a round by id: of its scores, of the chosen indicator, of its progress."""

    def unit(code: str) -> str:
        return reverse("reporting:unit", args=[found.slug, code])

    def figure(code: str) -> str:
        return yearly(code, year)

    def yearly(code: str, of: int) -> str:
        assert chosen is not None  # asked for where there is one
        return f"{reverse('reporting:explain', args=[found.slug, code, chosen.id])}?year={of}"

    made: list[pictures.Picture | None] = []
    if standing and standing.units:
        boundary = boundary_of(found)
        made += [
            pictures.boundaries(standing.units, unit, boundary)
            if boundary
            else pictures.tiles(standing.units, unit),
            pictures.spread(standing.units, unit),
            pictures.gaps(standing.units, unit),
            pictures.credibility(standing.units, unit),
        ]
    if figures is not None and chosen is not None:
        made += [pictures.distance(figures, chosen, year, figure), pictures.trend(figures, chosen, yearly)]
    counts, names = answer_counts(found)
    made.append(pictures.progress(counts, names, ANSWER_STATES, unit))
    return {p.id: p for p in made if p is not None}


def pictures_of_unit(
    found: Round, code: str, standing: Standing | None, figures: Figures | None, chosen: Indicator | None, *, insider: bool,
) -> dict[str, pictures.Picture]:  # fmt: skip
    """Return the pictures of a unit by id: its blocks against peers, where more than one is in sight, and its trend."""
    score = standing.unit(code) if standing else None
    if standing is None or score is None:
        return {}
    # Others' profiles stay inside; what is published is open.
    peer = "reporting:unit" if insider else "public:unit"
    made: list[pictures.Picture | None] = []
    if len(standing.units) > 1:
        made += [
            pictures.radar(score, standing.units, full_points(found), lambda _: "#items"),
            pictures.spread(standing.units, lambda c: reverse(peer, args=[found.slug, c]), own=code),
        ]
    if figures is not None and chosen is not None:
        made.append(pictures.trend(figures, chosen, lambda c, of: f"{reverse('reporting:explain', args=[found.slug, c, chosen.id])}?year={of}", only=code))  # fmt: skip
    return {p.id: p for p in made if p is not None}
