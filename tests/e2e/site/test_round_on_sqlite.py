"""Whole rounds, played by all who take part in them, on a site that runs in earnest on SQLite; and a passkey there.

A database has a file of its own: several processes play on one each.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.site import protecting
from tests.e2e.site.plays import ROUND, play
from tests.e2e.site.story import Story


@pytest.mark.parametrize(("lang", "scripts"), [("zh", "on"), ("en", "on"), ("en", "off")])
def test_everybody_plays_a_part_until_anybody_checks_a_figure(
    story: Callable[..., Story], lang: str, scripts: str
) -> None:
    play(story("sqlite", lang, scripts=scripts), ROUND)


def test_a_passkey_lets_its_owner_in_until_it_is_removed(story: Callable[..., Story]) -> None:
    told = story("sqlite", "zh")
    told.url = told.url.replace("127.0.0.1", "localhost")  # no passkey is for a number
    protecting.use_passkey(told)
