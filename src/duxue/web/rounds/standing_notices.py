"""On the first page: how much moved since the last visit."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from duxue.web.common.actors import Actor
from duxue.web.common.tasks_list import Standing, provides_standing
from duxue.web.rounds.services.noticing import SINCE, unseen


@provides_standing
def news(actor: Actor) -> Iterator[Standing]:
    """Yield the number of notices that were not seen, where there are any."""
    count = unseen(actor)
    if count:
        yield Standing(SINCE, str(count), reverse("rounds:notices"))
