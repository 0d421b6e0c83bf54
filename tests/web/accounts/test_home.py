"""The unit that a person comes from: said by who invites, told when the invitation is taken up, obeyed by the assignments."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from duxue.core.errors import Refused
from duxue.web.accounts.models import Grant, Invitation, User
from duxue.web.accounts.services.invitations import (
    invitation_accept,
    invitation_create,
    invitations_import,
    invitations_read,
)
from duxue.web.accounts.services.people import user_correct
from duxue.web.common.models import AuditEvent
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.reviews.barring import KINDS, why_barred
from duxue.web.reviews.models import Assignment
from duxue.web.reviews.services import assigning
from tests.web.accounts.test_invitations import GOOD, form, links_in
from tests.web.worlds import World

pytestmark = pytest.mark.django_db
NEW = {
    "name": "评审员",
    "email": "judge@example.org",
    "role": "reviewer",
    "organisation": "990000",
    "days": "14",
}


def accepted(world: World, public: Client, **given: str) -> User:
    client = world.client("organiser")
    (link,) = links_in(client.post("/people/invite/", NEW | given, follow=True).content.decode())
    assert public.post(link, form()).status_code == 302
    return User.objects.get(username="judge@example.org")


def data_of(action: str) -> dict[str, Any]:
    with everything("test"):
        found: dict[str, Any] = json.loads(AuditEvent.objects.filter(action=action).latest("seq").data)
    return found


def post(client: Client, path: str, data: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/{path}", data, content_type="application/json")


def test_from_the_invitation_to_a_proposal_without_that_unit(world: World, public: Client) -> None:
    person = accepted(world, public, home_code="样本县A1", post="督学")
    assert person.home_code == "9901a1"
    assert data_of("duxue.invitation.made")["home_code"] == "9901a1"
    assert data_of("duxue.invitation.accepted")["home_code"] == "9901a1"
    assert why_barred(world.round, person.pk, world.unit["a"]) is KINDS["home"]
    assert why_barred(world.round, person.pk, world.unit["b"]) is None
    with everything("the only reviewer, with nothing given yet"):
        Assignment.objects.all().delete()
        Grant.objects.filter(role="reviewer").exclude(user=person).delete()
    organiser = world.actor("organiser")
    with acting(organiser):
        proposal = assigning.assignments_propose(actor=organiser, round=world.round, seed="s", share=0)
        assert [(task.unit.code, task.reviewer) for task in proposal.tasks] == [("9901b0", person)]
        assert [(who, unit.code, why) for who, unit, why in proposal.barred] == [
            (person, "9901a0", KINDS["home"])
        ]
        with pytest.raises(Refused):
            assigning.assignment_give(actor=organiser, unit=world.unit["a"], reviewer=person)


def test_the_new_person_reads_the_unit_and_corrects_the_post_only(world: World, public: Client) -> None:
    client = world.client("organiser")
    given = NEW | {"home_code": "9901a0", "post": "教研员"}
    (link,) = links_in(client.post("/people/invite/", given, follow=True).content.decode())
    page = public.get(link).content.decode()
    assert "来自单位：样本市A" in page
    assert 'value="教研员"' in page
    assert 'name="home_code"' not in page
    public.post(link, form(post="高级教研员", home_code="9901b0"))
    person = User.objects.get(username="judge@example.org")
    assert (person.post, person.home_code) == ("高级教研员", "9901a0")


def test_a_wrong_unit_is_told_at_its_field(world: World) -> None:
    organiser, client = world.actor("organiser"), world.client("organiser")
    page = client.post("/people/invite/", NEW | {"home_code": "没有的县"})
    assert page.status_code == 422
    assert 'id="id_home_code_error"' in page.content.decode()
    with acting(organiser), pytest.raises(Refused) as refused:
        invitation_create(
            actor=organiser, email="x@example.org", role="reviewer", organisation=world.org["province"],
            home_code="980100", post="长" * 101,
        )  # fmt: skip
    assert [(p.code, p.place.field) for p in refused.value.problems] == [
        ("WEB010", "home_code"),
        ("WEB002", "post"),
    ]
    with everything("test"):
        assert not Invitation.objects.exists()


def test_a_list_may_say_unit_and_post_after_the_four_parts(world: World) -> None:
    organiser = world.actor("organiser")
    text = (
        "甲;a@example.org;reviewer;990000\n乙;b@example.org;reviewer;990000;9901a1\n"
        "丙;c@example.org;reviewer;990000;;督学\n丁;d@example.org;reviewer;990000;9901b0;教研员\n"
    )
    with acting(organiser):
        wrong = invitations_read(
            actor=organiser,
            text=text + "戊;e@example.org;reviewer;990000;999999\n己;f@x.cn;reviewer;990000;;;x",
        )
        assert [(p.place.row, p.code, p.place.field) for p in wrong.problems] == [
            (5, "WEB010", "home_code"), (6, "WEB002", ""),
        ]  # fmt: skip
        made = invitations_import(actor=organiser, text=text)
    places = [(one.invitation.home_code, one.invitation.post) for one in made]
    assert places == [("", ""), ("9901a1", ""), ("", "督学"), ("9901b0", "教研员")]
    page = world.client("organiser").get("/people/invite/list/", headers={"accept-language": "en"})
    assert "Two more parts may follow" in page.content.decode()


def test_an_account_takes_the_unit_over_where_it_has_none_or_its_keeper_says_so(world: World) -> None:
    organiser, person = world.actor("organiser"), world.user["reviewer2"]

    def again(by: str, home: str) -> str:
        actor, place = world.actor(by), {"organiser": "province", "manager_b": "city_b"}[by]
        role = "inspector" if by == "organiser" else "officer"
        with acting(actor):
            secret = invitation_create(
                actor=actor, email=person.email, role=role, organisation=world.org[place], home_code=home
            ).secret
        invitation_accept(secret=secret, user=person)
        person.refresh_from_db()
        return person.home_code

    assert again("organiser", "9901a0") == "9901a0"
    assert again("organiser", "9901a1") == "9901a1"
    assert again("organiser", "") == "9901a1"
    assert again("manager_b", "9901b1") == "9901a1"  # who does not keep all roles does not lift a bar
    with acting(organiser):
        assert Grant.objects.filter(user=person).count() == 3


def test_who_keeps_a_person_corrects_the_unit_and_the_person_the_post(world: World) -> None:
    organiser, person = world.client("organiser"), world.user["reviewer2"]
    page, address = f"/people/{person.pk}/", f"/people/{person.pk}/correct/"
    assert address in organiser.get(page).content.decode()
    assert organiser.post(address, {"home_code": "样本市B", "post": "督学"}).status_code == 302
    person.refresh_from_db()
    assert (person.home_code, person.post) == ("9901b0", "督学")
    assert "样本市B" in organiser.get(page).content.decode()
    changed = {"home_code": {"from": "", "to": "9901b0"}, "post": {"from": "", "to": "督学"}}
    assert data_of("duxue.user.corrected") == changed
    assert why_barred(world.round, person.pk, world.unit["b"]) is KINDS["home"]

    own = world.client("reviewer2")
    assert address in own.get(page).content.decode()
    assert page in own.get("/").content.decode()
    assert 'name="home_code"' not in own.get(address).content.decode()
    own.post(address, {"home_code": "", "post": "主任督学"})
    person.refresh_from_db()
    assert (person.home_code, person.post) == ("9901b0", "主任督学")
    with acting(world.actor("reviewer2")), pytest.raises(Denied):
        user_correct(actor=world.actor("reviewer2"), user=person, home_code="")
    assert world.client("auditor").get(address).status_code == 403
    assert world.client("manager_a").get(address).status_code == 404


def test_machines_read_and_people_say_the_unit_over_the_api(world: World, public: Client) -> None:
    organiser = world.client("organiser")
    body = {"email": "judge@example.org", "role": "reviewer", "organisation": world.org["province"].pk}
    wrong = post(organiser, "accounts/invitations", body | {"home_code": "nowhere"})
    assert [(p["code"], p["field"]) for p in wrong.json()["problems"]] == [("WEB010", "home_code")]
    made = post(organiser, "accounts/invitations", body | {"home_code": "9901a0", "post": "督学"}).json()
    assert (made["home_code"], made["post"]) == ("9901a0", "督学")
    public.post(f"/invitations/{made['secret']}/", form(post="督学", password=GOOD, again=GOOD))
    person = User.objects.get(username="judge@example.org").pk
    told = organiser.get(f"/api/v1/accounts/people/{person}").json()
    assert (told["home_code"], told["post"]) == ("9901a0", "督学")
    path = f"accounts/people/{person}/correct"
    assert post(organiser, path, {"home_code": "9901b0"}).json()["home_code"] == "9901b0"
    assert post(organiser, path, {"home_code": "980100"}).status_code == 422
    assert post(public, path, {"home_code": ""}).status_code == 403  # the person
    assert post(public, path, {"post": "主任"}).json()["post"] == "主任"
