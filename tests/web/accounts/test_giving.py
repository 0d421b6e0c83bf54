"""Roles: who may give which where; nobody gives more, elsewhere, or for longer than they hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes.exceptions import ScopeError

from duxue.core.errors import Refused
from duxue.web.accounts.models import Grant, Invitation, Token
from duxue.web.accounts.policy import may_give
from duxue.web.accounts.selectors import actor_of_token_id, actor_of_user, people
from duxue.web.accounts.services.grants import grant_end, grant_give, grant_revoke
from duxue.web.accounts.services.invitations import invitation_create
from duxue.web.accounts.services.people import user_activate, user_correct, user_deactivate
from duxue.web.accounts.services.tokens import token_create, token_revoke
from duxue.web.common import audit, clock
from duxue.web.common.actors import PUBLIC, ROLES, Actor, Held
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.orgs.models import Organisation, OrganisationState
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Grant, Invitation, Token, Organisation, OrganisationState, AuditEvent])
def test_without_an_actor_no_query_runs(model: type) -> None:
    with pytest.raises(ScopeError):
        list(model.objects.all())


@pytest.mark.parametrize("model", [Grant, Invitation, Token, Organisation, AuditEvent])
def test_the_public_sees_nothing_of_people_and_places(world: World, model: type) -> None:
    with acting(PUBLIC):
        assert list(model.objects.all()) == []


def test_a_manager_gives_members_of_the_own_branch_only(world: World) -> None:
    actor, user = world.actor("manager_a"), world.user["officer_b"]
    with acting(actor):
        for role in set(ROLES) - {"manager", "officer"}:
            with pytest.raises(Denied):
                grant_give(actor=actor, user=user, role=role, organisation=world.org["city_a"])
        for place in ("city_b", "province", "foreign_city"):
            with pytest.raises(Denied):
                grant_give(actor=actor, user=user, role="officer", organisation=world.org[place])
        grant = grant_give(actor=actor, user=user, role="officer", organisation=world.org["county_a1"])
    assert grant.given_by_id == actor.user_id
    assert world.actor("officer_b").has("officer", world.org["school"].path)
    for key in ("officer_a", "leader", "auditor", "reviewer1", "inspector1", "foreign_organiser"):
        other = world.actor(key)
        with acting(other), pytest.raises(Denied):
            grant_give(actor=other, user=user, role="officer", organisation=world.org["city_a"])


def test_nobody_lifts_their_own_role(world: World) -> None:
    actor = world.actor("manager_a")
    with acting(actor), pytest.raises(Denied):
        grant_give(
            actor=actor, user=world.user["manager_a"], role="organiser", organisation=world.org["city_a"]
        )
    with acting(actor), pytest.raises(Denied):
        invitation_create(
            actor=actor, email="x@example.org", role="organiser", organisation=world.org["city_a"]
        )
    with acting(actor), pytest.raises(Denied):
        token_create(actor=actor, title="t", organisation=world.org["city_a"], role="organiser")
    with acting(actor), pytest.raises(Denied):
        token_create(actor=actor, title="t", organisation=world.org["city_b"], role="officer")


def test_who_organises_one_round_gives_roles_in_that_round_only(world: World) -> None:
    path = world.org["province"].path
    actor = Actor(1, "x", (Held("organiser", world.org["province"].pk, path, world.round.pk),))
    assert may_give(actor, "reviewer", path, world.round.pk)
    assert not may_give(actor, "reviewer", path, None)
    assert not may_give(actor, "reviewer", path, world.round.pk + 1)


def test_a_token_gives_nothing(world: World) -> None:
    organiser = world.actor("organiser")
    with acting(organiser):
        made = token_create(
            actor=organiser, title="t", organisation=world.org["province"], role="organiser", read_only=False
        )
    held = (Held("organiser", world.org["province"].pk, world.org["province"].path),)
    machine = Actor(None, "t", held, made.token.pk)
    with acting(machine):
        with pytest.raises(Denied):
            grant_give(
                actor=machine, user=world.user["officer_a"], role="leader", organisation=world.org["city_a"]
            )
        with pytest.raises(Denied):
            token_create(actor=machine, title="t", organisation=world.org["city_a"], role="officer")
        with pytest.raises(Denied):
            token_revoke(actor=machine, token=made.token)


def test_a_role_ends_on_its_day_and_can_be_taken_back(world: World) -> None:
    actor, user = world.actor("organiser"), world.user["officer_a"]
    with everything("test"):
        grant = Grant.objects.get(user=user)
    tomorrow = clock.today() + timedelta(days=1)
    with acting(actor):
        with pytest.raises(Refused):
            grant_end(actor=actor, grant=grant, until=clock.today())
        grant_end(actor=actor, grant=grant, until=tomorrow)
    assert world.actor("officer_a").held
    with clock.at(clock.now() + timedelta(days=2)):
        assert actor_of_user(user).held == ()
        with acting(actor):  # what has ended can be given anew
            grant_give(actor=actor, user=user, role="officer", organisation=world.org["city_a"])
        assert actor_of_user(user).held
    with everything("test"):
        other = Grant.objects.get(user=world.user["officer_b"])
    with acting(actor):
        grant_revoke(actor=actor, grant=other, reason="调离")
    assert world.actor("officer_b").held == ()
    with everything("test"):
        actions = list(AuditEvent.objects.values_list("action", flat=True))
        assert audit.breaks(AuditEvent.objects.order_by("seq")) == []
    assert actions == ["duxue.grant.limited", "duxue.grant.given", "duxue.grant.revoked"]


def test_nobody_takes_back_their_own_role_or_one_above(world: World) -> None:
    with everything("test"):
        own = Grant.objects.get(user=world.user["organiser"])
        managers = Grant.objects.get(user=world.user["manager_a"])
    organiser, officer = world.actor("organiser"), world.actor("officer_a")
    with acting(organiser), pytest.raises(Denied):
        grant_revoke(actor=organiser, grant=own)
    with acting(officer), pytest.raises(Denied):
        grant_revoke(actor=officer, grant=managers)


def test_a_shut_account_is_signed_out_everywhere_and_its_tokens_end(world: World) -> None:
    organiser, manager = world.actor("organiser"), world.actor("manager_a")
    client = world.client("manager_a")
    assert client.get("/me/access/").status_code == 200
    with acting(manager):
        made = token_create(actor=manager, title="t", organisation=world.org["city_a"], role="officer")
    with acting(organiser):
        with pytest.raises(Refused):
            user_deactivate(actor=organiser, user=world.user["manager_a"], reason=" ")
        user_deactivate(actor=organiser, user=world.user["manager_a"], reason="调离")
    assert client.get("/me/access/").status_code == 302
    with everything("test"):
        made.token.refresh_from_db()
    assert made.token.revoked_at is not None
    with acting(organiser):
        user_activate(actor=organiser, user=world.user["manager_a"])
    world.user["manager_a"].refresh_from_db()
    assert world.user["manager_a"].is_active


def test_only_who_keeps_all_roles_shuts_an_account(world: World) -> None:
    organiser, manager = world.actor("organiser"), world.actor("manager_a")
    with acting(organiser):
        grant_give(
            actor=organiser, user=world.user["leader"], role="officer", organisation=world.org["city_a"]
        )
    for key in ("leader", "organiser", "manager_a", "manager_b"):
        with acting(manager), pytest.raises(Denied):
            user_deactivate(actor=manager, user=world.user[key], reason="x")
    with acting(manager):
        user_deactivate(actor=manager, user=world.user["officer_a"], reason="x")


@pytest.mark.parametrize("read_only", [True, False])
def test_a_token_keeps_no_people_not_even_those_without_a_role(world: World, read_only: bool) -> None:
    organiser, person = world.actor("organiser"), world.user["officer_a"]
    with acting(organiser):
        made = token_create(
            actor=organiser,
            title="t",
            organisation=world.org["province"],
            role="organiser",
            read_only=read_only,
        )
        grant_revoke(actor=organiser, grant=Grant.objects.get(user=person))
    token = actor_of_token_id(made.token.pk)
    acts = (
        lambda: user_deactivate(actor=token, user=person, reason="x"),
        lambda: user_activate(actor=token, user=person),
        lambda: user_correct(actor=token, user=person, post="x"),
        lambda: user_correct(actor=token, user=person, home_code=""),
    )
    for act in acts:
        with acting(token), pytest.raises(Denied) as denied:
            act()
        assert denied.value.why.say("en") == "a token cannot keep people"
    headers = {"Authorization": f"Bearer {made.secret}"}
    for verb, data in (("deactivate", {"reason": "x"}), ("activate", {}), ("correct", {"post": "x"})):
        path = f"/api/v1/accounts/people/{person.pk}/{verb}"
        assert Client().post(path, data, content_type="application/json", headers=headers).status_code == 403
    person.refresh_from_db()
    assert (person.is_active, person.post) == (True, "")


def test_people_are_seen_by_those_who_keep_them(world: World) -> None:
    with acting(world.actor("manager_a")):
        assert {u.username for u in people()} == {"manager_a", "officer_a", "officer_a1"}
        assert {u.username for u in people(organisation=world.org["county_a1"])} == {"officer_a1"}
    with acting(world.actor("officer_b")):
        assert {u.username for u in people()} == {"officer_b"}
    with acting(world.actor("foreign_organiser")):
        assert {u.username for u in people()} == {"foreign_organiser", "foreign_manager"}


def test_a_role_taken_back_by_mistake_is_given_again_by_one_button(world: World) -> None:
    with everything("test"):
        grant = Grant.objects.get(user=world.user["officer_a"])
    client = world.client("manager_a")
    told = client.post(reverse("accounts:revoke", args=[grant.pk]), follow=True).content.decode()
    undo = reverse("accounts:give_again", args=[grant.pk])
    assert f'action="{undo}"' in told
    assert "样本人员officer_a" in told
    assert not world.actor("officer_a").held
    assert world.client("officer_b").post(undo).status_code == 404
    assert world.client("officer_a").post(undo).status_code == 403
    for _ in range(2):  # the second time it is held already
        client.post(undo)
    assert world.actor("officer_a").has("officer", world.org["city_a"].path)
    with everything("test"):
        assert Grant.objects.filter(user=world.user["officer_a"]).count() == 2
        assert AuditEvent.objects.filter(action="duxue.grant.given").count() == 1
