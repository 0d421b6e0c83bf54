"""The visits that the members of a unit know of: they decide on an entry of the menu, so one page asks once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.urls import reverse

from duxue.web.common.actors import MEMBERS, Actor
from duxue.web.common.lang import Words, say
from duxue.web.common.memo import remembered
from duxue.web.common.scope import acting
from duxue.web.common.templatetags.duxue import day as said_day
from duxue.web.inspections.models import Visit
from duxue.web.inspections.policy import ENDED
from duxue.web.rounds.models import RoundUnit

_MOST = 200


@dataclass(frozen=True, slots=True)
class Coming:
    """A visit that a member of a unit knows of."""

    visit: int
    unit: int
    day: date | None
    place: Words
    ended: bool

    @property
    def url(self) -> str:
        """Its page, on which the head of the unit asks for a recusal."""
        return reverse("inspections:show", args=[self.visit])

    @property
    def told(self) -> Words:
        """When who goes where."""
        if self.day is None:
            return say(
                "将到{place}实地核查，日期未定", "A visit to {place}, its day not set yet", place=self.place
            )
        return say(
            "{day} 到{place}实地核查", "A visit to {place} on {day}", day=said_day(self.day), place=self.place
        )


def known_visits(actor: Actor) -> list[Coming]:
    """Return the visits of running rounds that a member knows of, the earliest first; none to others, who have their list."""
    return remembered(("visits known", actor), lambda: _known(actor)) if actor.any(*MEMBERS) else []


def coming_to(actor: Actor, unit: RoundUnit) -> list[Coming]:
    """Return those of a unit that have not ended."""
    return [one for one in known_visits(actor) if one.unit == unit.pk and not one.ended]


def has_visits(actor: Actor) -> bool:
    """Return whether the visits stand in a member's menu."""
    return bool(known_visits(actor))


def _known(actor: Actor) -> list[Coming]:
    with acting(actor):
        rows = Visit.objects.filter(round__sealed_at__isnull=True).exclude(state="cancelled")
        found = rows.order_by(F("planned_on").asc(nulls_last=True), "pk").values_list(
            "pk", "unit_id", "planned_on", "place_zh", "place_en", "state"
        )[:_MOST]
        return [
            Coming(pk, unit, day, Words(zh, en or zh), state in ENDED)
            for pk, unit, day, zh, en, state in found
        ]
