"""A whole round, played by all who take part in it, on a site that runs in earnest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.site import filling, judging, settling
from tests.e2e.site.story import Story

SCENES: tuple[Callable[[Story], None], ...] = (
    filling.make_round, filling.invite, filling.hand_out, filling.fill_in, filling.submit,
    judging.begin_review, judging.assign, judging.review, judging.ask, judging.reply, judging.finish_reviews,
    judging.begin_visits, judging.draw, judging.announce, judging.arrive, judging.visit,
    settling.notify, settling.object_to_it, settling.decide, settling.reply_in_public,
    settling.mend, settling.freeze,
)  # fmt: skip


@pytest.mark.parametrize(("database", "lang"), [("sqlite", "zh")], ids=["sqlite-zh"])
def test_everybody_plays_a_part_until_the_round_is_frozen(
    story: Callable[..., Story], database: str, lang: str
) -> None:
    told = story(database, lang)
    for scene in SCENES:
        scene(told)
