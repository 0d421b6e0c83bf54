"""The reason of a score is not called optional where its hint says when it is needed."""

from __future__ import annotations

from django.template.loader import render_to_string

from duxue.web.reviews.forms import ReviewForm
from tests.web.worlds import World


def test_a_reason_that_is_sometimes_needed_is_not_called_optional(world: World) -> None:
    form = ReviewForm(answer=world.answer("a", "A2"))
    row = render_to_string("components/form_row.html", {"field": form["reason"]})
    assert "未给满分" in row
    assert "（选填）" not in row
