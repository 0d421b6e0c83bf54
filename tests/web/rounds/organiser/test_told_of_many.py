"""What is said after something was done with many units: what it was, and until when they have time."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.rounds.organiser.test_choosing import chosen, named, put
from tests.web.worlds import World

EXTENDED = {"step": "self_evaluation", "closes": "2030-05-01T18:00", "reason": "暴雨停课"}


@pytest.mark.parametrize(
    ("act", "given", "language", "words"),
    [
        ("remind", {}, "zh-hans", "已提醒2个单位。"),
        ("remind", {}, "en", "2 units reminded."),
        ("extend", EXTENDED, "zh-hans", "已为2个单位延期至2030年5月1日。"),
        ("extend", EXTENDED, "en", "Extended for 2 units until 1 May 2030."),
        ("start_review", {}, "en", "Start the review: done for 2 units."),
    ],
)
def test_what_was_done_with_many_units_is_said(
    world: World, act: str, given: dict[str, str], language: str, words: str
) -> None:
    for key in "ab":
        put(world, key, "submitted" if act == "start_review" else "drafting")
    units = " ".join(world.unit[key].code for key in "ab")
    client = world.client("organiser", **{"Accept-Language": language})
    confirmed = named(units) if act == "start_review" else {"units": units}
    client.post(chosen(world, act, "a", "b"), confirmed | given)
    assert words in client.get(reverse("rounds:matrix", args=[world.round.slug])).content.decode()
