"""Sessions and roles, which every page reads: the same as Django and the plain query say, and nothing that has ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as Plain
from django.contrib.sessions.models import Session
from django.db.models import Q

from duxue.web.accounts.models import Grant
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.accounts.sessions import SessionStore
from duxue.web.common.actors import Held
from duxue.web.common.clock import now, today
from duxue.web.common.scope import everything
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


def test_a_session_is_read_as_django_keeps_it() -> None:
    kept = Plain()
    kept["who"] = "甲"
    kept.save()
    found = SessionStore(kept.session_key)
    assert (found["who"], found.session_key) == ("甲", kept.session_key)


def test_an_expired_session_is_empty_and_gets_another_key() -> None:
    kept = SessionStore()
    kept["who"] = "甲"
    kept.save()
    Session.objects.update(expire_date=now() - timedelta(seconds=1))
    found = SessionStore(kept.session_key)
    assert (dict(found.items()), found.session_key) == ({}, None)
    found["who"] = "乙"
    found.save()
    assert found.session_key not in {None, kept.session_key}


@pytest.mark.parametrize("key", ["unknown-unknown", "' OR 1=1 --"])
def test_an_unknown_session_is_empty(key: str) -> None:
    Plain().save()
    found = SessionStore(key)
    assert (dict(found.items()), found.session_key) == ({}, None)


def test_roles_are_those_that_hold_today(world: World) -> None:
    user, city = world.user["officer_a"], world.org["city_a"]
    giver = {"user": user, "organisation": city, "given_at": now()}
    with everything("test"):
        for role, until in (("leader", 1), ("auditor", 0), ("reviewer", -1)):
            Grant.objects.create(**giver, role=role, until=today() + timedelta(days=until))
        Grant.objects.create(**giver, role="inspector", revoked_at=now())
        Grant.objects.create(**giver, role="reviewer", round=world.round)
        rows = Grant.objects.filter(
            Q(until__isnull=True) | Q(until__gt=today()), user=user, revoked_at__isnull=True
        )
        expected = {
            Held(*row)
            for row in rows.values_list("role", "organisation_id", "organisation__path", "round_id")
        }
    actor = actor_of_user(user)
    assert set(actor.held) == expected
    assert {held.role for held in actor.held} == {"officer", "leader", "reviewer"}
    assert len(actor.held) == len(expected)
