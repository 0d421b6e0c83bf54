"""Signing in through an identity provider: a whole login against a real one on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from duxue.web.accounts.models import User
from duxue.web.accounts.oidc import oidc_of, origin_of
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything
from tests.web.accounts.provider import CLIENT, SECRET, Provider, provider
from tests.web.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def idp(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    cache.clear()
    with provider() as it:
        env = {
            "DUXUE_OIDC_ISSUER": it.issuer,
            "DUXUE_OIDC_CLIENT_ID": CLIENT,
            "DUXUE_OIDC_SECRET": SECRET,
            "DUXUE_OIDC_NAME": "统一身份认证",
        }
        settings.SOCIALACCOUNT_PROVIDERS = oidc_of(env)
        settings.OIDC_ORIGIN = origin_of(env)
        yield it


def sign_in(client: Client) -> int:
    """Press the button, go to the provider, come back; return the status of the last answer."""
    started = client.post("/accounts/oidc/oidc/login/")
    assert started.status_code == 302, started.content
    parts = urlsplit(started["Location"])
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    back = urlsplit(answer.headers["Location"])
    connection.close()
    return client.get(f"{back.path}?{back.query}").status_code


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_known_verified_address_signs_in_and_is_connected(world: World, idp: Provider) -> None:
    user = world.user["manager_a"]
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    idp.claims = {"sub": "7", "email": user.email.upper(), "email_verified": True}
    client = Client()
    page = client.get("/accounts/login/")
    assert "统一身份认证" in page.content.decode()
    assert f"form-action 'self' {idp.issuer}" in page["Content-Security-Policy"]
    assert sign_in(client) == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert SocialAccount.objects.get().user == user
    with everything("test"):
        actions = list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))
    assert actions == ["duxue.identity.connected", "duxue.account.signed_in"]
    idp.claims["email"] = "changed@example.org"  # the identity is known now, whatever its address
    again = Client()
    assert sign_in(again) == 302
    assert again.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    ("claims", "ours"),
    [
        ({"email": "stranger@example.org", "email_verified": True}, True),
        ({"email": "manager_a@example.org", "email_verified": False}, True),
        ({"email": "manager_a@example.org"}, True),
        ({"email": "manager_a@example.org", "email_verified": True}, False),
        ({}, True),
    ],
)
def test_every_other_identity_gets_nothing(
    world: World, idp: Provider, claims: dict[str, object], ours: bool
) -> None:
    user = world.user["manager_a"]
    EmailAddress.objects.create(user=user, email=user.email, verified=ours, primary=True)
    number = User.objects.count()
    idp.claims = {"sub": "8", **claims}
    client = Client()
    assert sign_in(client) == 403
    assert not signed_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (number, 0)


def test_a_shut_account_does_not_come_in_by_the_side_door(world: World, idp: Provider) -> None:
    user = world.user["manager_a"]
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    idp.claims = {"sub": "9", "email": user.email, "email_verified": True}
    assert sign_in(Client()) == 302
    user.is_active = False
    user.save()
    client = Client()
    sign_in(client)
    assert not signed_in(client)


def test_the_answer_of_another_session_is_refused(world: World, idp: Provider) -> None:
    user = world.user["manager_a"]
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    idp.claims = {"sub": "9", "email": user.email, "email_verified": True}
    client = Client()
    client.get("/accounts/oidc/oidc/login/callback/?code=x&state=guessed")
    assert not signed_in(client)


def test_the_environment_is_read_and_checked() -> None:
    assert oidc_of({})["openid_connect"]["APPS"] == []
    assert origin_of({}) == ""
    env = {"DUXUE_OIDC_ISSUER": "https://id.example.org/realm/", "DUXUE_OIDC_CLIENT_ID": "c"}
    app = oidc_of(env)["openid_connect"]["APPS"][0]
    assert (app["name"], app["settings"]["server_url"]) == ("id.example.org", "https://id.example.org/realm")
    assert origin_of(env) == "https://id.example.org"
    with pytest.raises(ValueError, match="CLIENT_ID"):
        oidc_of({"DUXUE_OIDC_ISSUER": "https://id.example.org"})
    with pytest.raises(ValueError, match="https"):
        oidc_of({**env, "DUXUE_OIDC_ISSUER": "http://id.example.org"})
