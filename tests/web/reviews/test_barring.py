"""Who left a unit within three years does not judge it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from duxue.core.errors import Refused
from duxue.web.accounts.models import Grant, User
from duxue.web.common.clock import at, now
from duxue.web.common.scope import acting, everything
from duxue.web.reviews.barring import KINDS, LEFT, barred, why_barred
from duxue.web.reviews.services import assigning
from tests.web.worlds import World

LEFT_ON = date(2023, 5, 10)


def held(
    world: World, place: str, *, until: date | None = None, revoked_at: datetime | None = None, role: str = "officer"
) -> None:  # fmt: skip
    with everything("test"):
        Grant.objects.create(
            user=world.user["reviewer2"], role=role, organisation=world.org[place], given_at=now(),
            until=until, revoked_at=revoked_at,
        )  # fmt: skip


def why(world: World, day: date, unit: str = "a") -> object:
    with at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC)):  # noon in Shanghai
        return why_barred(world.round, world.user["reviewer2"].pk, world.unit[unit])


@pytest.mark.parametrize(("place", "way"), [*product(["city_a", "county_a1"], ["until", "revoked", "both"])])
def test_whoever_left_is_barred_until_three_years_have_passed(world: World, place: str, way: str) -> None:
    night = datetime(2023, 5, 9, 17, tzinfo=UTC)  # one o'clock on the tenth in Shanghai
    ended = {"until": {"until": LEFT_ON}, "revoked": {"revoked_at": night}}
    # Tidied up later, when the role had long come to its end.
    ended["both"] = {"until": LEFT_ON, "revoked_at": night + timedelta(days=400)}
    held(world, place, **ended[way])
    assert why(world, date(2023, 5, 11)) is LEFT
    assert why(world, date(2026, 5, 9)) is LEFT
    assert why(world, date(2026, 5, 10)) is None
    assert why(world, date(2026, 5, 11)) is None
    assert why(world, date(2024, 1, 1), "b") is None
    assert LEFT.say("zh-hans") == "三年内曾在该单位任职"
    assert LEFT.say("en") == "held a role there less than three years ago"


def test_a_role_that_was_taken_back_the_same_day_was_given_by_mistake(world: World) -> None:
    given = datetime(2023, 5, 10, 1, tzinfo=UTC)
    held(world, "city_a", revoked_at=given + timedelta(hours=2))
    with everything("test"):
        Grant.objects.filter(revoked_at=given + timedelta(hours=2)).update(given_at=given)
    assert why(world, date(2024, 1, 1)) is None
    held(world, "city_a", revoked_at=given + timedelta(hours=20))  # five o'clock of the next day in Shanghai
    with everything("test"):
        Grant.objects.filter(revoked_at=given + timedelta(hours=20)).update(given_at=given)
    assert why(world, date(2024, 1, 1)) is LEFT


@pytest.mark.parametrize(
    ("left", "last"),
    [(date(2024, 2, 29), date(2027, 2, 28)), (date(2025, 2, 28), date(2028, 2, 27)), (date(2025, 3, 1), date(2028, 2, 29))],
)  # fmt: skip
def test_three_years_around_the_29th_of_february(world: World, left: date, last: date) -> None:
    held(world, "city_a", until=left)
    assert why(world, last) is LEFT
    assert why(world, last + timedelta(days=1)) is None


def test_a_role_that_holds_says_more_and_other_roles_say_nothing(world: World) -> None:
    held(world, "city_a", until=LEFT_ON, role="reviewer")
    assert why(world, date(2024, 1, 1)) is None
    held(world, "city_a", revoked_at=datetime(2023, 5, 10, tzinfo=UTC))
    held(world, "city_a")
    assert why(world, date(2024, 1, 1)) is KINDS["staff"]


def test_who_left_is_neither_proposed_nor_assigned(world: World) -> None:
    held(world, "city_a", revoked_at=now() - timedelta(days=30))
    organiser, reviewer = world.actor("organiser"), world.user["reviewer2"]
    with acting(organiser):
        proposal = assigning.assignments_propose(actor=organiser, round=world.round, seed="s", share=0)
        assert (world.unit["a"].pk, reviewer.pk) not in {(t.unit.pk, t.reviewer.pk) for t in proposal.tasks}
        with pytest.raises(Refused) as refused:
            assigning.assignment_give(actor=organiser, unit=world.unit["a"], reviewer=reviewer)
    assert any(LEFT.say("en") in p.render("en") for p in refused.value.problems)


def test_many_people_are_asked_with_as_many_queries_as_one(world: World) -> None:
    def queries(people: list[int]) -> int:
        with CaptureQueriesContext(connection) as made:
            barred(world.round, people)
        return len(made)

    with everything("test"):
        User.objects.update(home_code=world.org["county_a1"].code)
        everybody = list(User.objects.values_list("pk", flat=True))
    one = queries([world.user["reviewer2"].pk])
    for place in ("city_a", "county_a1", "city_b"):
        held(world, place, until=now().date() - timedelta(days=3))
    assert queries(everybody) == one
