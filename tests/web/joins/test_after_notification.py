"""A unit that was told its result reaches the reviews of each of its items; before, no link leads there."""

from __future__ import annotations

from django.urls import reverse

from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rounds.models import RoundUnit
from tests.web.joins.told import judged, score
from tests.web.worlds import World


def test_a_unit_reaches_the_reviews_of_an_item_once_it_was_told(world: World) -> None:
    world.submit("a")
    judged(world)
    score(world, "3")
    client, answer = world.client("manager_a"), world.answer("a", "B1")
    told = reverse("reviews:told", args=[answer.pk])
    pages = [reverse("rounds:answer", args=[answer.pk]), reverse("rounds:result", args=[answer.unit_id])]
    assert not any(told in client.get(page).content.decode() for page in pages)
    assert "制度未落实到校" not in client.get(told).content.decode()
    with everything("test"):
        RoundUnit.objects.filter(pk=answer.unit_id).update(state="notified", notified_at=now())
    assert all(told in client.get(page).content.decode() for page in pages)
    page = client.get(told).content.decode()
    assert "制度未落实到校" in page
    assert "样本人员reviewer1" not in page
