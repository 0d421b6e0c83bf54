"""Where the rounds that run stand, in a few figures for a person's first page."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse

from duxue.web.common.actors import AUDITOR, LEADER, MEMBERS, ORGANISER, Actor
from duxue.web.common.lang import say
from duxue.web.common.scope import acting
from duxue.web.common.tasks_list import Standing, provides_standing
from duxue.web.rounds.models import Round
from duxue.web.rounds.selectors.todos_unit import filling, units_running

MOST = 2  # rounds or units: more would hide each other


@provides_standing
def round_standings(actor: Actor) -> Iterator[Standing]:
    """Yield how far the units have come, to those who oversee a round; how far the unit has come, to its people."""
    with acting(actor):
        if actor.any(ORGANISER, LEADER, AUDITOR):
            yield from _of_rounds(actor)
        elif actor.any(*MEMBERS):
            yield from _of_units(actor)


def _of_rounds(actor: Actor) -> Iterator[Standing]:
    name = "rounds:leader" if actor.any(LEADER) else "rounds:matrix"
    rounds = Round.objects.filter(state="open").annotate(
        all=Count("units"),
        submitted=Count("units", filter=Q(units__submitted_at__isnull=False) & ~Q(units__state="excused")),
    )  # as the pages that it leads to count
    for found in rounds.order_by("-evaluated_year", "-pk")[:MOST]:
        yield Standing(
            say("{year}年度已提交自评", "Submitted for {year}", year=found.evaluated_year),
            str(found.submitted), reverse(name, args=[found.slug]),
            say("/ {n} 个单位", "of {n} units", one="of 1 unit", n=found.all),
        )  # fmt: skip


def _of_units(actor: Actor) -> Iterator[Standing]:
    paths = actor.places(*MEMBERS)
    own = [u for u in units_running(actor) if u.round.state == "open" and u.path.startswith(paths)]
    for unit in own[:MOST]:
        done = filling(actor, unit)
        yield Standing(
            say("{unit}已就绪的条目", "Items that are ready: {unit}", unit=unit.name),
            str(done.ready), reverse("rounds:unit", args=[unit.pk]),
            say("/ {n} 项", "of {n}", n=done.all),
        )  # fmt: skip
