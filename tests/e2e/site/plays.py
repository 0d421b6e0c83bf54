"""What is played on each database: the scenes of a whole round in their order, and those in which much is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.e2e.site import filling, judging, overseeing, settling
from tests.e2e.site.story import Story

Scenes = tuple[Callable[[Story], None], ...]
ROUND: Final[Scenes] = (
    filling.make_round, filling.invite, filling.hand_out, filling.hand_down, filling.fill_in, filling.fill_below,
    filling.check_report, filling.practise, filling.submit,
    judging.begin_review, judging.assign, judging.begin_visits, judging.promise, judging.review, judging.ask,
    judging.reply, judging.finish_reviews, judging.draw, judging.announce, judging.arrive, judging.visit,
    settling.notify, settling.object_to_it, overseeing.look_on, settling.decide, settling.reply_in_public,
    settling.accept, settling.mend, overseeing.audit, settling.freeze, settling.score, settling.publish, settling.read,
)  # fmt: skip
TYPED: Final[Scenes] = (
    filling.make_round, filling.invite, filling.hand_out, filling.fill_in, filling.submit,
    judging.begin_review, judging.assign, judging.review, settling.mend,
)  # fmt: skip


def play(story: Story, scenes: Scenes) -> None:
    """Play the scenes one after another."""
    for scene in scenes:
        scene(story)
