"""Whole rounds, played by all who take part in them, on a site that runs in earnest on PostgreSQL; and slow scripts there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.site.plays import ROUND, TYPED, play
from tests.e2e.site.story import Story


# English first, unlike on SQLite: who stays for the second round has signed in in the language of the first.
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everybody_plays_a_part_until_anybody_checks_a_figure(story: Callable[..., Story], lang: str) -> None:
    play(story("postgresql", lang), ROUND)


def test_what_is_typed_before_scripts_arrive_is_kept_and_sent(story: Callable[..., Story]) -> None:
    play(story("postgresql", "zh", scripts="late"), TYPED)
