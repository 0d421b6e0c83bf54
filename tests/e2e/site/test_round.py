"""A whole round, played by all who take part in it, on a site that runs in earnest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.site import filling
from tests.e2e.site.story import Story


@pytest.mark.parametrize(
    ("database", "lang"), [("sqlite", "zh"), ("postgresql", "en")], ids=["sqlite-zh", "postgresql-en"]
)
def test_everybody_plays_a_part_from_the_first_form_to_the_handing_in(
    story: Callable[..., Story], database: str, lang: str
) -> None:
    told = story(database, lang)
    filling.make_round(told)
    filling.invite(told)
    filling.hand_out(told)
    filling.fill_in(told)
    filling.submit(told)
