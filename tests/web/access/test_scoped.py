"""Every table of the site refuses a query without an actor, or stands here with the reason why it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django_scopes.exceptions import ScopeError

from duxue.web.common.actors import PUBLIC, SITE
from duxue.web.common.policy import policies
from duxue.web.common.scope import Scoped, acting
from tests.web.access.stage import Stage

pytestmark = pytest.mark.django_db

# Table -> why its queries are not narrowed by an actor, and what keeps its rows instead.
UNSCOPED = {
    "accounts.User": "signing in asks who somebody is before there is an actor; lists of people go through accounts.selectors.people",
    "accounts.User_groups": "Django's own; the site gives roles by grants and puts nobody into a group",
    "accounts.User_user_permissions": "Django's own; the site gives roles by grants and no permission",
    "common.AuditHead": "one row, a number and a hash: each event that is written locks it, whoever acts",
    "common.Sent": "asked by the key of the actor who sends, which stands in the condition; nothing lists it",
    "inspections.Visit_team": "asked through a visit, or for the visits of one person who acts",
    "jobs.Schedule": "kinds of work and when they are next due; of nobody",
    "reporting.SearchEntry": "an index: what it finds is narrowed by the policy of each object before it is shown",
    "reporting.SearchMark": "one row, a number of the audit; of nobody",
    "rounds.MailOff": "that a person wants no mail: asked by the person's own key, and by the box of mails",
    "rounds.NoticeMark": "one row, a number of the audit; of nobody",
}
TABLES = sorted(
    (m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("duxue.web.")),
    key=lambda m: m._meta.label,
)
SCOPED = [m for m in TABLES if isinstance(m._default_manager, Scoped)]
UNNARROWED = [m for m in SCOPED if m not in policies()]


def test_every_table_is_scoped_or_says_why_not() -> None:
    assert sorted({m._meta.label for m in TABLES} - {m._meta.label for m in SCOPED}) == sorted(UNSCOPED)
    assert all(reason.strip() for reason in UNSCOPED.values())


def test_no_scoped_table_has_a_second_manager_that_sees_all() -> None:
    assert [m._meta.label for m in SCOPED if not all(isinstance(x, Scoped) for x in m._meta.managers)] == []


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
def test_without_an_actor_no_query_runs(model: type[models.Model]) -> None:
    rows = model._default_manager
    asks: dict[str, Callable[[], Any]] = {
        "list": lambda: list(rows.all()), "count": rows.count, "first": rows.first, "exists": rows.exists,
        "get": lambda: rows.get(pk=1), "filter": lambda: rows.filter(pk=1).exists(), "values": lambda: list(rows.values()),
        "exclude": lambda: rows.exclude(pk=1).exists(), "update": lambda: rows.filter(pk=1).update(pk=1),
        "delete": lambda: rows.filter(pk=1).delete(), "aggregate": lambda: rows.aggregate(models.Max("pk")),
    }  # fmt: skip
    for ask in asks.values():
        with pytest.raises(ScopeError):
            ask()


def test_a_scoped_table_without_a_policy_shows_nobody_anything(stage: Stage) -> None:
    assert sorted(m._meta.label for m in UNNARROWED) == ["accounts.InvitationMail", "accounts.Mail"]
    for actor in (PUBLIC, SITE, stage.world.actor("organiser")):
        with acting(actor):
            assert all(m._default_manager.all().query.is_empty() for m in UNNARROWED)
