"""A whole round, played by all who take part in it, on a site that runs in earnest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.site import filling, judging, settling
from tests.e2e.site.story import Story

SCENES: tuple[Callable[[Story], None], ...] = (
    filling.make_round, filling.invite, filling.hand_out, filling.fill_in, filling.practise, filling.submit,
    judging.begin_review, judging.assign, judging.review, judging.ask, judging.reply, judging.finish_reviews,
    judging.begin_visits, judging.draw, judging.announce, judging.arrive, judging.visit,
    settling.notify, settling.object_to_it, settling.decide, settling.reply_in_public,
    settling.accept, settling.mend, settling.freeze, settling.score, settling.publish, settling.read,
)  # fmt: skip
FORMS: tuple[Callable[[Story], None], ...] = (
    filling.make_round, filling.invite, filling.hand_out, filling.fill_in, filling.submit,
    judging.begin_review, judging.assign, judging.review, settling.mend,
)  # fmt: skip


def on(database: str, *words: str) -> Any:
    """Return a case that a single process runs with all others on its database: each process has servers of its own."""
    return pytest.param(
        database, *words, marks=pytest.mark.xdist_group(database), id="-".join((database, *words))
    )


@pytest.mark.parametrize(("database", "lang"), [on("sqlite", "zh"), on("postgresql", "en")])
def test_everybody_plays_a_part_until_anybody_checks_a_figure(
    story: Callable[..., Story], database: str, lang: str
) -> None:
    told = story(database, lang)
    for scene in SCENES:
        scene(told)


@pytest.mark.parametrize(
    ("database", "lang", "scripts"), [on("sqlite", "en", "off"), on("postgresql", "zh", "late")]
)
def test_forms_do_their_work_where_scripts_are_off_or_late(
    story: Callable[..., Story], database: str, lang: str, scripts: str
) -> None:
    told = story(database, lang, scripts=scripts)
    for scene in FORMS:
        scene(told)
