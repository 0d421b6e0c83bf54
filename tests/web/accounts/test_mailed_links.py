"""Links in mails lead to the site that its operator named, whatever host a request claims to have come to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from duxue.web.accounts.mailing import invitations_send
from duxue.web.accounts.models import InvitationMail, User
from duxue.web.common.clock import now
from duxue.web.common.scope import everything
from duxue.web.rounds.models import Notice
from duxue.web.rounds.services.noticing import notices_tell
from tests.web.accounts.production import production
from tests.web.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db
HOSTS = "duxue.example.org,duxue.internal.example"
OURS = "https://duxue.example.org"
# What production decides about hosts and the way to it; databases, files and mail stay those of the tests.
TAKEN = re.compile("ALLOWED_HOSTS|SITE_URL|PROXIES|USE_X_|SECURE_|SESSION_COOKIE_|CSRF_")


@pytest.fixture
def site(settings: Any, world: World) -> World:
    """The world on a site in production that answers to two names."""
    for name, value in production(DUXUE_HOSTS=HOSTS).items():
        if name.isupper() and TAKEN.match(name):
            setattr(settings, name, value)
    return world


def browser(host: str, **headers: str) -> Client:
    """Return a browser that reached the site's proxy by https and names `host`."""
    return Client(HTTP_HOST=host, headers={"x-forwarded-proto": "https", **headers})


def manager(host: str, **headers: str) -> Client:
    """Return the browser of city A's manager, signed in."""
    client = browser(host, **headers)
    client.post(reverse("account_login"), {"login": "manager_a", "password": PASSWORD})
    return client


def invites(client: Client, world: World) -> Any:
    """Invite somebody as a manager does."""
    asked = {"email": "new@example.org", "name": "新人", "role": "officer", "days": "14"}
    return client.post(reverse("accounts:invite"), {**asked, "organisation": world.org["city_a"].code})


def links(text: str) -> set[str]:
    """Return where the links in a text lead: scheme, name and port."""
    return set(re.findall(r"\w+://[^/\s\"'<]+", text))


@pytest.mark.parametrize(
    "host",
    ["evil.example", "duxue.example.org.evil.example", "evil.example:443", "duxue.example.org@evil.example"],
)
@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/accounts/password/reset/", "/api/v1/accounts/me", "/healthz"]
)
def test_a_forged_host_is_refused(site: World, host: str, path: str) -> None:
    assert browser("duxue.example.org").get(path).status_code in {200, 401}
    assert browser(host).get(path).status_code == 400
    assert browser(host).post(path, {"email": site.user["manager_a"].email}).status_code == 400
    assert mail.outbox == []


def test_a_forwarded_host_is_not_believed(site: World) -> None:
    for named in ("x-forwarded-host", "x-host", "x-forwarded-server", "forwarded", "x-original-url"):
        told = {named: "host=evil.example" if named == "forwarded" else "evil.example"}
        client = browser("duxue.example.org", **told)
        assert "evil.example" not in client.get("/accounts/login/").content.decode()
        client.post(reverse("account_reset_password"), {"email": site.user["manager_a"].email})
    assert len(mail.outbox) == 5
    assert "evil.example" not in "".join(f"{letter.subject}{letter.body}" for letter in mail.outbox)


@pytest.mark.parametrize(
    "host", ["duxue.internal.example", "duxue.example.org:8443", "duxue.internal.example:1"]
)
def test_a_link_to_a_new_password_leads_to_the_site(site: World, host: str) -> None:
    for email in (site.user["manager_a"].email, "nobody@example.org"):
        browser(host).post(reverse("account_reset_password"), {"email": email})
    known, unknown = mail.outbox
    assert links(known.body) == {OURS}
    assert links(unknown.body) == set()
    for letter in (known, unknown):
        assert host not in f"{letter.subject}{letter.body}"
        assert letter.subject.startswith("[duxue.example.org] ")
    (path,) = re.findall(f"{OURS}(/accounts/password/reset/key/\\S+)", known.body)
    client, new = browser("duxue.example.org"), "river mountain 58"
    form = client.get(path).headers["Location"]
    client.post(form, {"password1": new, "password2": new})
    assert User.objects.get(pk=site.user["manager_a"].pk).check_password(new)


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("zh-hans", "没有使用该邮箱的账号", "账号由邀请开通"),
        ("zh-hant", "沒有使用該郵箱的賬號", "賬號由邀請開通"),
        ("en", "No account has this address", "accounts are opened by invitation"),
    ],
)
def test_an_address_without_an_account_is_offered_no_way_to_sign_up(
    site: World, language: str, subject: str, said: str
) -> None:
    client = browser("duxue.example.org", **{"accept-language": language})
    client.post(reverse("account_reset_password"), {"email": "o'nobody@example.org"})
    (letter,) = mail.outbox
    assert letter.to == ["o'nobody@example.org"]
    assert letter.subject == f"[duxue.example.org] {subject}"
    assert said in letter.body
    assert "o'nobody@example.org" in letter.body
    assert "sign up" not in letter.body
    assert reverse("account_signup") not in letter.body


def test_a_link_that_confirms_an_address_leads_to_the_site(site: World) -> None:
    client = manager("duxue.internal.example")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"action_add": "", "email": "other@example.org"})
    (letter,) = mail.outbox
    assert letter.to == ["other@example.org"]
    assert links(letter.body) == {OURS}
    assert "internal" not in f"{letter.subject}{letter.body}"
    assert re.search(f"{OURS}/accounts/confirm-email/[-:\\w]+/", letter.body)


def test_the_link_of_an_invitation_leads_to_the_site(site: World) -> None:
    client = manager("duxue.internal.example", **{"x-forwarded-host": "evil.example"})
    shown = client.get(invites(client, site).headers["Location"]).content.decode()
    assert links(shown) & {OURS, "https://duxue.internal.example", "https://evil.example"} == {OURS}
    assert invitations_send() == {"invited": 1, "not_invited": 0}
    assert links(mail.outbox[0].body) == {OURS}
    with everything("test"):
        assert InvitationMail.objects.get().site == OURS


def test_notices_lead_to_the_site(site: World) -> None:
    with everything("test"):
        Notice.objects.create(
            user=site.user["manager_a"], round=site.round, event=1, at=now(), title_zh="通知", title_en="Notice", url="/rounds/",
        )  # fmt: skip
    notices_tell()
    assert links(mail.outbox[0].body) == {OURS}


def test_the_address_can_be_set_apart_from_the_hosts() -> None:
    def url(address: str, hosts: str = HOSTS) -> Any:
        return production(DUXUE_HOSTS=hosts, DUXUE_URL=address)["SITE_URL"]

    assert url("") == OURS
    assert url("https://duxue.internal.example/") == "https://duxue.internal.example"
    assert url("https://duxue.example.org:8443") == "https://duxue.example.org:8443"
    assert url("https://a.example.org", ".example.org") == "https://a.example.org"
    assert url("https://[2001:db8::1]:8443", "[2001:db8::1]") == "https://[2001:db8::1]:8443"


@pytest.mark.parametrize(
    ("address", "hosts", "said"),
    [
        ("http://duxue.example.org", HOSTS, "https"),
        ("duxue.example.org", HOSTS, "https"),
        ("https://duxue.example.org/site", HOSTS, "https"),
        ("https://someone@duxue.example.org", HOSTS, "https"),
        ("https://duxue.example.org:port", HOSTS, "https"),
        ("https://", HOSTS, "https"),
        ("https://evil.example", HOSTS, "DUXUE_HOSTS"),
        ("", "*", "DUXUE_HOSTS"),
        ("", ".example.org", "DUXUE_HOSTS"),
    ],
)
def test_an_address_that_is_none_stops_the_start(address: str, hosts: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"DUXUE_URL.*{said}"):
        production(DUXUE_HOSTS=hosts, DUXUE_URL=address)


def test_wrong_passwords_are_counted_whatever_port_or_spelling_the_host_has(site: World) -> None:
    hosts = [
        "duxue.example.org", "duxue.example.org:1", "DUXUE.example.org", "duxue.internal.example", "Duxue.Example.Org:2",
    ]  # fmt: skip
    for n, host in enumerate(hosts):
        client = browser(host, **{"x-forwarded-for": f"192.0.2.{n}"})
        client.post(reverse("account_login"), {"login": "manager_a", "password": "wrong password"})
    assert manager("duxue.example.org:3").get("/me/access/").status_code == 302  # the right one waits too
    cache.clear()
    assert manager("duxue.example.org:3").get("/me/access/").status_code == 200


def test_the_operators_pages_name_the_setting() -> None:
    for page in ("operate.md", "operate.zh.md"):
        assert "`DUXUE_URL`" in Path("docs/howto", page).read_text(encoding="utf-8")
