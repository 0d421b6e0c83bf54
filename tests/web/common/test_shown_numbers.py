"""Numbers in fields are shown as people write them, whatever places the database keeps; no digit is lost."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django import forms
from django.urls import reverse

from duxue.web.common.forms import Form
from duxue.web.common.scope import everything
from duxue.web.reviews.models import Assignment, Review
from tests.web.worlds import World


class Points(Form):
    """One number."""

    points = forms.DecimalField(max_digits=8, decimal_places=3)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("2.100", "2.1"),
        ("2.000", "2"),
        ("0.000", "0"),
        ("100.000", "100"),
        ("0.125", "0.125"),
        ("-1.50", "-1.5"),
    ],
)
def test_a_number_is_shown_without_the_zeros_of_the_database(kept: str, shown: str) -> None:
    assert f'value="{shown}"' in str(Points(initial={"points": Decimal(kept)})["points"])


def test_what_was_typed_stays_as_it_was_typed() -> None:
    assert 'value="2.10"' in str(Points({"points": "2.10"}, initial={"points": Decimal("3.000")})["points"])
    assert not Points({"points": "2.1"}, initial={"points": Decimal("2.100")}).has_changed()


def _value(page: str, name: str) -> str:
    (field,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return re.findall(r'value="([^"]*)"', field)[0]


@pytest.mark.django_db
def test_pages_of_an_item_show_the_number_that_was_given(world: World) -> None:
    answer = world.answer("a", "A2")
    with everything("test"):
        type(answer).objects.filter(pk=answer.pk).update(self_score=Decimal("2.100"))
    page = world.client("officer_a").get(reverse("rounds:answer", args=[answer.pk])).content.decode()
    assert _value(page, "self_score") == "2.1"
    world.submit("a")
    with everything("test"):
        task = Assignment.objects.get(unit=world.unit["a"], reviewer=world.user["reviewer1"])
        Review.objects.create(
            round=world.round, assignment=task, answer=answer, points=Decimal("1.250"), reason="。", version=1
        )
    address = reverse("reviews:score", args=[task.pk, answer.pk])
    assert _value(world.client("reviewer1").get(address).content.decode(), "points") == "1.25"
