"""What organisers must do with scores: the final scoring of a round that was frozen, then its publication by a second person."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from duxue.web.common import policy
from duxue.web.common.actors import ORGANISER, Actor
from duxue.web.common.lang import say
from duxue.web.common.tasks_list import Todo, provides_todo
from duxue.web.reporting.models import Scoring
from duxue.web.rounds.models import Round


@provides_todo
def todos(actor: Actor) -> Iterator[Todo]:
    """Tell an organiser which sealed rounds wait for their final scores."""
    if not actor.any(ORGANISER):
        return
    waiting = Round.objects.filter(sealed_at__isnull=False, published_at__isnull=True).exclude(
        state="archived"
    )
    for found in waiting.select_related("authority"):  # one archived unpublished was loaded as over
        if not policy.role_at(actor, (ORGANISER,), found.authority.path, found.pk):
            continue
        if not Scoring.objects.filter(round=found, kind="final", made_at__gte=found.sealed_at).exists():
            title = say("为“{round}”作最终计分", "Make the final scoring of “{round}”", round=found.title)
            yield Todo(title, reverse("reporting:round", args=[found.slug]), urgency=2)
