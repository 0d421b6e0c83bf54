"""What a round and a unit are shown with, and to whom: for their pages, and as tables for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest
from django.urls import reverse

from duxue.web.common.actors import MEMBERS
from duxue.web.common.policy import role_at
from duxue.web.common.requests import actor_in
from duxue.web.reporting import pictures
from duxue.web.reporting.choosing import chosen_in
from duxue.web.reporting.figures import Figures, Indicator, figures_of
from duxue.web.reporting.models import UnitScore
from duxue.web.reporting.selectors import (
    ANSWER_STATES,
    Standing,
    answer_counts,
    boundary_of,
    full_points,
    standing_of,
)
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.views.organiser.access import overseen_round, oversees, round_at, unit_at


@dataclass(frozen=True)
class Board:
    """What a round is shown with: its last scoring, the indicator and year chosen of all there are, its pictures by id."""

    round: Round
    standing: Standing | None
    chosen: Indicator | None
    indicators: Sequence[Indicator]
    years: Sequence[int]
    year: int
    pictures: dict[str, pictures.Picture]


@dataclass(frozen=True)
class UnitBoard(Board):
    """The same of one unit, and how the reader stands to it."""

    unit: RoundUnit
    insider: bool  # oversees the round
    own: bool  # belongs to the unit, which was told its result

    @property
    def opened(self) -> bool:
        """Whether the figures that the points rest on are the reader's to open."""
        return self.insider or self.own

    @property
    def score(self) -> UnitScore | None:
        """The unit's result, where it is in sight."""
        return self.standing.unit(self.unit.code) if self.standing else None


def board_of(request: HttpRequest, slug: str) -> Board:
    """Return what a round is shown with, to those who oversee it; Denied for all others who see it."""
    found = overseen_round(request, slug)
    standing = standing_of(found)
    figures = figures_of(standing.scoring) if standing else None
    chosen, indicators, years, year = chosen_in(request, figures)
    shown = pictures_of_round(found, standing, figures, chosen, year)
    return Board(found, standing, chosen, indicators, years, year, shown)


def board_of_unit(request: HttpRequest, slug: str, code: str) -> UnitBoard:
    """Return what a unit is shown with: figures only to overseers and, once it was told, to its own people."""
    found = round_at(slug)
    unit = unit_at(found, code)
    standing = standing_of(found)
    insider = bool(oversees(actor_in(request), found))
    own = own_result(request, unit, standing)
    figures = figures_of(standing.scoring) if standing and (insider or own) else None
    chosen, indicators, years, year = chosen_in(request, figures)
    shown = pictures_of_unit(found, code, standing, figures, chosen, insider=insider)
    return UnitBoard(found, standing, chosen, indicators, years, year, shown, unit, insider, own)


def own_result(request: HttpRequest, unit: RoundUnit, standing: Standing | None) -> bool:
    """Return whether the reader belongs to the unit and may see its result: its figures are its own."""
    held = role_at(actor_in(request), MEMBERS, unit.path, unit.round_id)
    return bool(held and unit.notified_at and standing and standing.unit(unit.code))


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
            pictures.gaps(standing.units, unit, sum(full_points(found).values(), Decimal(0))),
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
