"""A whole round, played by all who take part in it, on a site that runs in earnest; and a passkey on the same site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.site import filling, judging, overseeing, protecting, settling
from tests.e2e.site.story import Story

SCENES: tuple[Callable[[Story], None], ...] = (
    filling.make_round, filling.invite, filling.hand_out, filling.hand_down, filling.fill_in, filling.fill_below,
    filling.check_report, filling.practise, filling.submit,
    judging.begin_review, judging.assign, judging.review, judging.ask, judging.reply, judging.finish_reviews,
    judging.begin_visits, judging.draw, judging.announce, judging.arrive, judging.visit,
    settling.notify, settling.object_to_it, overseeing.look_on, settling.decide, settling.reply_in_public,
    settling.accept, settling.mend, overseeing.audit, settling.freeze, settling.score, settling.publish, settling.read,
)  # fmt: skip
TYPED: tuple[Callable[[Story], None], ...] = (
    filling.make_round, filling.invite, filling.hand_out, filling.fill_in, filling.submit,
    judging.begin_review, judging.assign, judging.review, settling.mend,
)  # fmt: skip


def on(database: str, *words: str) -> Any:
    """Return a case that a single process runs with all others on its database: each process has servers of its own."""
    return pytest.param(
        database, *words, marks=pytest.mark.xdist_group(database), id="-".join((database, *words))
    )


@pytest.mark.parametrize(
    ("database", "lang", "scripts"),
    [on("sqlite", "zh", "on"), on("postgresql", "en", "on"), on("sqlite", "en", "off")],
)
def test_everybody_plays_a_part_until_anybody_checks_a_figure(
    story: Callable[..., Story], database: str, lang: str, scripts: str
) -> None:
    told = story(database, lang, scripts=scripts)
    for scene in SCENES:
        scene(told)


@pytest.mark.parametrize(("database", "lang"), [on("postgresql", "zh")])
def test_what_is_typed_before_scripts_arrive_is_kept_and_sent(
    story: Callable[..., Story], database: str, lang: str
) -> None:
    told = story(database, lang, scripts="late")
    for scene in TYPED:
        scene(told)


@pytest.mark.parametrize(("database", "lang"), [on("sqlite", "zh")])
def test_a_passkey_lets_its_owner_in_until_it_is_removed(
    story: Callable[..., Story], database: str, lang: str
) -> None:
    told = story(database, lang)
    told.url = told.url.replace("127.0.0.1", "localhost")  # no passkey is for a number
    protecting.use_passkey(told)
