"""Invitations: one or a list, a link that works once and not for ever, a password that holds."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from duxue.core.errors import Refused
from duxue.web.accounts import mail as mails
from duxue.web.accounts.mailing import invitations_send
from duxue.web.accounts.models import Grant, Invitation, InvitationMail, Mail, User
from duxue.web.accounts.selectors import actor_of_user
from duxue.web.accounts.services.grants import grant_revoke
from duxue.web.accounts.services.invitations import (
    invitation_accept,
    invitation_create,
    invitation_of,
    invitation_resend,
    invitation_revoke,
    invitations_import,
    invitations_read,
)
from duxue.web.common import clock
from duxue.web.common.actors import Actor
from duxue.web.common.policy import Denied
from duxue.web.common.scope import acting, everything
from duxue.web.jobs.models import Job
from duxue.web.jobs.services import run_jobs, tick
from tests.web.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db
GOOD = "mountain river 57"


def invite(world: World, email: str = "new@example.org", role: str = "officer", by: str = "manager_a") -> str:
    actor = world.actor(by)
    place = world.org["city_a"]
    with acting(actor):
        return invitation_create(actor=actor, email=email, name="新人", role=role, organisation=place).secret


def form(**changes: str) -> dict[str, str]:
    return {"name": "新人员", "password": GOOD, "again": GOOD, **changes}


def test_an_invitation_becomes_a_person_once(world: World, public: Client) -> None:
    secret = invite(world)
    url = f"/invitations/{secret}/"
    assert "样本市A" in public.get(url).content.decode()
    assert public.post(url, form()).status_code == 302
    user = User.objects.get(username="new@example.org")
    assert actor_of_user(user).has("officer", world.org["city_a"].path)
    assert public.get("/me/access/").status_code == 200  # signed in
    again = Client().post(url, form(name="别人"))
    assert again.status_code == 410
    user.refresh_from_db()
    assert (user.name, user.check_password(GOOD)) == ("新人员", True)
    with everything("test"):
        assert Grant.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "short1", "again": "short1"}, "password"),
        ({"password": "12345678901", "again": "12345678901"}, "password"),
        ({"password": "new@example.org", "again": "new@example.org"}, "password"),
        ({"again": "something else 1"}, "again"),
        ({"name": ""}, "name"),
    ],
)
def test_weak_or_missing_answers_are_told_and_nothing_is_made(
    world: World, public: Client, changes: dict[str, str], said: str
) -> None:
    secret = invite(world)
    response = public.post(f"/invitations/{secret}/", form(**changes))
    assert response.status_code == 422
    assert f'id="id_{said}_error"' in response.content.decode()
    assert not User.objects.filter(username="new@example.org").exists()
    with everything("test"):
        assert Invitation.objects.get().accepted_at is None


def test_an_invitation_expires_is_revoked_is_renewed(world: World) -> None:
    manager, first = world.actor("manager_a"), invite(world)
    with clock.at(clock.now() + timedelta(days=15)), pytest.raises(Refused):
        invitation_of(first)
    with everything("test"):
        invitation = Invitation.objects.select_related("organisation").get()
    with acting(manager):
        second = invitation_resend(actor=manager, invitation=invitation).secret
    with pytest.raises(Refused):
        invitation_of(first)
    assert invitation_of(second).pk == invitation.pk
    with acting(manager):
        invitation_revoke(actor=manager, invitation=invitation)
    with pytest.raises(Refused):
        invitation_accept(secret=second, name="x", password=GOOD)
    with acting(manager), pytest.raises(Refused):
        invitation_resend(actor=manager, invitation=invitation)
    with pytest.raises(Refused):
        invitation_of("guess")


def test_an_invitation_ends_when_its_maker_may_not_give_the_role_any_more(world: World) -> None:
    secret, organiser = invite(world), world.actor("organiser")
    with everything("test"):
        grant = Grant.objects.get(user=world.user["manager_a"])
    with acting(organiser):
        grant_revoke(actor=organiser, grant=grant)
    with pytest.raises(Refused):
        invitation_of(secret)


def test_a_known_person_takes_it_up_only_signed_in(world: World, public: Client) -> None:
    secret = invite(world, email="officer_b@example.org")
    url = f"/invitations/{secret}/"
    assert "id_password" not in public.get(url).content.decode()
    public.post(url, form())
    with pytest.raises(Denied):
        invitation_accept(secret=secret, name="x", password=GOOD)
    with pytest.raises(Denied):
        invitation_accept(secret=secret, user=world.user["officer_a"])
    assert world.user["officer_b"].check_password(PASSWORD)
    assert world.client("officer_b").post(url).status_code == 302
    assert world.actor("officer_b").has("officer", world.org["city_a"].path)


NEW = {"name": "新人", "email": "New@Example.org", "role": "officer", "organisation": "9901a0", "days": "14"}


def links_in(text: str) -> list[str]:
    """Return the paths of the links of invitations in a page or a mail."""
    return re.findall(r"https?://testserver(/invitations/[^/<\s]+/)", text)


def test_the_link_is_shown_once_and_mailed_by_the_job(world: World, public: Client) -> None:
    client = world.client("manager_a")
    (shown,) = links_in(client.post("/people/invite/", NEW, follow=True).content.decode())
    assert links_in(client.get("/people/invite/links/").content.decode()) == []
    assert client.post("/people/invite/", NEW).status_code == 422  # the same invitation is open
    assert mail.outbox == []  # nobody waited for a mail server
    tick()
    run_jobs()
    (letter,) = mail.outbox
    assert letter.to == ["new@example.org"]
    (mailed,) = links_in(letter.body.partition("----")[0])
    with everything("test"):
        kept = json.dumps(
            [list(t.objects.values()) for t in (Invitation, InvitationMail, Mail, Job)], default=str
        )
    assert [secret for link in (shown, mailed) if (secret := link.split("/")[2]) in kept] == []
    assert [public.get(link).status_code for link in (shown, mailed)] == [200, 200]
    public.post(mailed, form())
    assert [Client().get(link).status_code for link in (shown, mailed)] == [410, 410]
    tick()
    run_jobs()
    assert len(mail.outbox) == 1


def test_a_mail_that_is_refused_is_shown_and_can_be_sent_again(
    world: World, public: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.client("manager_a", **{"accept-language": "en"})

    def page() -> str:
        return str(client.get("/people/invitations/").content.decode())

    client.post("/people/invite/", NEW)
    assert "On its way" in page()

    def fails(*_: Any, **__: Any) -> int:
        raise SMTPRecipientsRefused({"new@example.org": (550, b"unknown")})

    with monkeypatch.context() as broken:
        broken.setattr(mails, "send_mail", fails)
        assert invitations_send() == {"invited": 0, "not_invited": 1}
        assert "tried again" in page()
        assert "could not be mailed" not in page()
        for _ in range(mails.MOST_ATTEMPTS):
            invitations_send()
    assert invitations_send() == {"invited": 0, "not_invited": 0}  # given up
    assert "1 invitation could not be mailed" in page()
    with everything("test"):
        invitation = Invitation.objects.get()
    resent = client.post(f"/people/invitations/{invitation.pk}/resend/", follow=True).content.decode()
    assert "on its way" in resent
    assert invitations_send() == {"invited": 1, "not_invited": 0}
    assert "could not be mailed" not in page()
    assert "Sent" in page()
    first = links_in(mail.outbox[-1].body)[0]
    client.post(f"/people/invitations/{invitation.pk}/resend/")
    assert public.get(first).status_code == 410  # the mailed link ends as well


def test_what_was_withdrawn_or_waited_too_long_is_not_mailed(world: World) -> None:
    client = world.client("manager_a", **{"accept-language": "en"})
    client.post("/people/invite/", NEW)
    with clock.at(clock.now() + timedelta(days=3)):
        assert invitations_send() == {"invited": 0, "not_invited": 0}
        assert "1 invitation could not be mailed" in client.get("/people/invitations/").content.decode()
    with everything("test"):
        pk = Invitation.objects.get().pk
    client.post(f"/people/invitations/{pk}/revoke/")
    assert invitations_send() == {"invited": 0, "not_invited": 0}
    assert mail.outbox == []


def test_two_runs_at_once_send_a_mail_once(world: World) -> None:
    world.client("manager_a").post("/people/invite/", NEW)
    with everything("test"):
        first, second = InvitationMail.objects.get(), InvitationMail.objects.get()
    assert [mails.claim(first), mails.claim(second)] == [True, False]


def test_an_invitation_renewed_while_its_mail_leaves_is_mailed_again(
    world: World, public: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, sending = world.client("manager_a"), mails.send_mail
    client.post("/people/invite/", NEW)
    with everything("test"):
        pk = Invitation.objects.get().pk

    def renews(*given: Any) -> int:
        client.post(f"/people/invitations/{pk}/resend/")
        return sending(*given)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(mails, "send_mail", renews)
        assert invitations_send() == {"invited": 1, "not_invited": 0}
    assert invitations_send() == {"invited": 1, "not_invited": 0}
    links = [links_in(letter.body)[0] for letter in mail.outbox]
    assert [public.get(link).status_code for link in links] == [410, 200]


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="")
def test_without_a_mail_server_the_page_says_so(world: World) -> None:
    client = world.client("manager_a", **{"accept-language": "en"})
    assert "the site sends no mail" in client.post("/people/invite/", NEW, follow=True).content.decode()
    assert "No mail" in client.get("/people/invitations/").content.decode()
    with everything("test"):
        assert not InvitationMail.objects.exists()


LIST = "姓名;email;角色;单位\n甲;a@example.org;officer;9901a0\n乙；b@example.org；manager；9901a1\n"


def test_a_list_is_read_shown_and_invited_as_a_whole(world: World) -> None:
    manager = world.actor("manager_a")
    with acting(manager):
        listing = invitations_read(actor=manager, text=LIST)
        assert [line.email for line in listing.lines] == ["a@example.org", "b@example.org"]
        assert listing.problems == []
        wrong = (
            LIST
            + "丙;c;officer;9901a0\n丁;d@example.org;organiser;9901a0\n戊;e@example.org;boss;9901b0\n己;x\n"
            + LIST.splitlines()[1]
        )
        with pytest.raises(Refused) as refused:
            invitations_import(actor=manager, text=wrong)
        assert [p.place.row for p in refused.value.problems] == [4, 5, 6, 6, 7, 8]
        assert not Invitation.objects.exists()
    client = world.client("manager_a")
    assert (
        "b@example.org"
        in client.post("/people/invite/list/", {"text": LIST, "act": "check"}).content.decode()
    )
    with everything("test"):
        assert not Invitation.objects.exists()
    page = client.post("/people/invite/list/", {"text": LIST, "act": "invite"}, follow=True)
    assert page.content.decode().count("/invitations/") >= 2
    with everything("test"):
        assert Invitation.objects.count() == 2


def test_a_list_names_roles_in_words(world: World) -> None:
    text = "甲；a@example.org；经办人；9901a0\n乙；b@example.org；單位負責人；9901a1\n丙;c@example.org;Unit manager;9901a0\n"
    manager = world.actor("manager_a")
    with acting(manager):
        listing = invitations_read(actor=manager, text=text)
    assert listing.problems == []
    assert [line.role for line in listing.lines] == ["officer", "manager", "manager"]


def test_a_foreign_unit_in_a_list_is_not_found(world: World) -> None:
    manager = world.actor("manager_a")
    with acting(manager):
        listing = invitations_read(actor=manager, text="甲;a@example.org;officer;980100")
    assert [p.code for p in listing.problems] == ["WEB010"]


def test_a_machine_invites_nobody(world: World) -> None:
    machine = Actor(None, "t", world.actor("organiser").held, 1)
    with acting(machine), pytest.raises(Denied):
        invitation_create(
            actor=machine, email="a@example.org", role="officer", organisation=world.org["city_a"]
        )
