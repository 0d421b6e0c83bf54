"""Units that wait for the office: to be taken into review, verified, told, settled; not those that wait for others."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from duxue.cases.procedure import Transition
from duxue.core.text import Text
from duxue.web.common.actors import ORGANISER, Actor
from duxue.web.rounds.models import Round, RoundUnit
from duxue.web.rounds.procedures import due_after, final_states, procedure_of
from duxue.web.rounds.services.units import ORGANISERS, unit_left, unit_offers


def waiting(round: Round, at: datetime) -> Q:
    """Return the condition that the next step with a unit is the office's.

    Reviewed units wait while no visit goes on, objecting ones once no objection is open, told ones once the term is over.
    """
    visits, objections = (_going(round, kind) for kind in ("inspection", "objection"))
    return (
        Q(state__in=("submitted", "verified"))
        | (Q(state="reviewed") & ~Q(visits__state__in=visits))
        | (Q(state="objecting") & ~Q(objections__state__in=objections))
        | (Q(state="notified") & _lapsed(round, at))
    )


def waiting_counts(round: Round, at: datetime) -> dict[str, int]:
    """Return how many units of a round wait for the office, by their state."""
    rows = RoundUnit.objects.filter(waiting(round, at), round=round).order_by().values("state")
    return dict(rows.annotate(n=Count("pk")).values_list("state", "n"))


def _going(round: Round, kind: str) -> list[str]:
    ended = final_states(round, kind)
    return [state.id for state in procedure_of(round, kind).states if state.id not in ended]


def _lapsed(round: Round, at: datetime) -> Q:
    # Whoever was told later may object longer: the terms are over up to one moment.
    told = RoundUnit.objects.filter(round=round, state="notified", notified_at__isnull=False)
    moments: list[Any] = sorted(set(told.values_list("notified_at", flat=True)))
    over = bisect_left(moments, at, key=lambda moment: due_after(round, moment, "unit.notified"))
    return Q(notified_at__lte=moments[over - 1]) if over else Q(pk__in=())


# --- steps with many --------------------------------------------------------------------------------------------------
Group = tuple[tuple[Text, ...], tuple[RoundUnit, ...]]  # what is said alike of some units


@dataclass(frozen=True)
class Reach:
    """With which of some units a step can be done, and what it would leave open; the others by what stands in the way."""

    can: tuple[RoundUnit, ...]
    cannot: tuple[Group, ...] = ()
    left: tuple[Group, ...] = ()

    @property
    def refused(self) -> int:
        """With how many it cannot be done."""
        return sum(len(units) for _, units in self.cannot)


def steps_from(round: Round, states: Iterable[str]) -> list[Transition]:
    """Return the organiser's steps that the units' procedure offers in some of `states`; none in a sealed round."""
    if round.sealed_at is not None:
        return []
    present = set(states)
    return [
        way
        for way in procedure_of(round, "unit").transitions
        if way.id in ORGANISERS and ORGANISER in way.roles and present & set(way.from_)
    ]


def reach(actor: Actor, units: Iterable[RoundUnit], way: Transition) -> Reach:
    """Return with which of `units` the actor can do a step now; the guards of each are asked."""
    asked = [(tuple(_why_not(actor, unit, way)), unit) for unit in units]
    can = tuple(unit for why, unit in asked if not why)
    left = ((tuple(unit_left(unit, way.id)), unit) for unit in can)
    return Reach(can, _alike(asked), _alike(left))


def _why_not(actor: Actor, unit: RoundUnit, way: Transition) -> Sequence[Text]:
    if unit.state in way.from_:
        offer = next((one for one in unit_offers(actor, unit) if one.transition.id == way.id), None)
        return offer.why_not if offer else ()
    state = procedure_of(unit.round, "unit").state(unit.state).title
    return [Text(f"状态为“{state.zh}”", f"its state is “{state.en}”")]


def _alike(rows: Iterable[tuple[tuple[Text, ...], RoundUnit]]) -> tuple[Group, ...]:
    found = defaultdict[tuple[Text, ...], list[RoundUnit]](list)
    for texts, unit in rows:
        if texts:
            found[texts].append(unit)
    return tuple((texts, tuple(units)) for texts, units in found.items())
