"""What may be drawn: the counties and schools below the units of a round, as the tree of organisations has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from duxue.web.common.scope import everything
from duxue.web.orgs.models import Organisation
from duxue.web.rounds.models import Round, RoundUnit

FIELDS = ("id", "name", "city", "city_name", "county", "county_name")


@dataclass(frozen=True, slots=True)
class Place:
    """A county or school that may be drawn, with the unit of the round it belongs to."""

    code: str
    name: str
    unit: str
    unit_name: str
    county: str
    county_name: str


def places_of(round: Round, level: str) -> list[Place]:
    """Return the places of a level (county, school) below the units that take part, by code; schools need a county above."""
    with everything("the list of a draw holds every place that may be drawn"):
        units = list(RoundUnit.objects.filter(round=round).exclude(state="excused"))
        rows = list(
            Organisation.objects.filter(level__in=("county", "school"), closed_on__isnull=True).order_by(
                "code"
            )
        )
    counties = [o for o in rows if o.level == "county"]
    found = []
    for place in (o for o in rows if o.level == level):
        unit = next((u for u in units if place.path.startswith(u.path) and place.path != u.path), None)
        county = next((c for c in counties if place.path.startswith(c.path)), None)
        if unit is not None and county is not None:
            found.append(
                Place(place.code, place.name_zh, unit.code, unit.name_zh, county.code, county.name_zh)
            )
    return found


def as_table(places: Iterable[Place]) -> str:
    """Return the list as the command `duxue draw commit` reads it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows((p.code, p.name, p.unit, p.unit_name, p.county, p.county_name) for p in places)
    return out.getvalue()
