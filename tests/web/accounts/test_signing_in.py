"""Signing in: a new session key, wrong passwords refused after five, tokens, the second factor, the demonstration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client, override_settings

from duxue.web.accounts.demo import demo_user_create
from duxue.web.accounts.services.grants import grant_give
from duxue.web.accounts.services.tokens import token_create, token_revoke
from duxue.web.common import clock
from duxue.web.common.actors import SITE
from duxue.web.common.scope import acting
from tests.web.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, password: str, login: str = "manager_a") -> int:
    return client.post("/accounts/login/", {"login": login, "password": password}).status_code


def test_the_session_key_changes_at_sign_in(world: World) -> None:
    client = Client()
    session = client.session
    session["seen"] = 1
    session.save()
    planted = session.session_key
    client.cookies["duxue_session"] = planted
    assert sign_in(client, PASSWORD) == 302
    assert client.cookies["duxue_session"].value != planted
    attacker = Client()
    attacker.cookies["duxue_session"] = planted
    assert attacker.get("/me/access/").status_code == 302  # to the sign-in page


def test_after_five_wrong_passwords_the_right_one_waits_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(headers={"accept-language": "en"})
    for _ in range(5):
        assert sign_in(client, "wrong password") == 200
    refused = client.post("/accounts/login/", {"login": "manager_a", "password": PASSWORD})
    assert refused.status_code == 200
    assert "Too many" in refused.content.decode()
    assert client.get("/me/access/").status_code == 302
    import time

    later = time.time() + 301
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    cache.clear() if not hasattr(cache, "_expire_info") else None
    assert sign_in(client, PASSWORD) == 302


def test_a_token_acts_reads_only_ends(world: World) -> None:
    organiser = world.actor("organiser")
    with acting(organiser):
        made = token_create(
            actor=organiser, title="平台", organisation=world.org["city_a"], role="manager", days=30
        )
    bearer = Client(headers={"authorization": f"Bearer {made.secret}"})
    assert bearer.get("/").status_code == 200
    assert made.secret.startswith(made.token.prefix)
    made.token.refresh_from_db(from_queryset=type(made.token)._base_manager.all())
    assert made.token.last_used_at is not None
    assert made.secret not in made.token.secret_hash
    with clock.at(clock.now() + timedelta(days=31)):
        assert bearer.get("/").status_code == 401
    with acting(organiser):
        token_revoke(actor=organiser, token=made.token)
    assert bearer.get("/").status_code == 401


def test_an_address_that_guesses_tokens_must_wait(world: World) -> None:
    organiser = world.actor("organiser")
    with acting(organiser):
        secret = token_create(
            actor=organiser, title="t", organisation=world.org["city_a"], role="officer"
        ).secret
    for n in range(10):
        assert Client(headers={"authorization": f"Bearer dx_{n}"}).get("/").status_code == 401
    right = Client(headers={"authorization": f"Bearer {secret}"})
    refused = right.get("/")
    assert refused.status_code == 429
    assert refused.json()["problems"][0]["code"] == "WEB009"
    assert right.get("/", REMOTE_ADDR="192.0.2.7").status_code == 200  # another address
    cache.clear()  # the time has passed
    assert right.get("/").status_code == 200


@override_settings(REQUIRE_SECOND_FACTOR=True)
@pytest.mark.parametrize(
    ("key", "status"), [("organiser", 403), ("auditor", 403), ("manager_a", 200), ("public", 200)]
)
def test_organisers_and_auditors_need_a_second_factor(world: World, key: str, status: int) -> None:
    client = world.client(key)
    assert client.get("/").status_code == status
    assert client.get("/organisations/").status_code == (302 if key == "public" else status)
    if status == 403:
        assert "/accounts/2fa/" in client.get("/").content.decode()
        assert client.get("/accounts/2fa/").status_code == 200
        assert client.post("/people/invite/", {}).status_code == 403
        Authenticator.objects.create(user=world.user[key], type=Authenticator.Type.RECOVERY_CODES, data={})
        assert client.get("/").status_code == 403  # codes alone are none
        Authenticator.objects.create(user=world.user[key], type=Authenticator.Type.TOTP, data={"secret": "x"})
        assert client.get("/").status_code == 200


def test_there_is_no_demonstration_elsewhere(world: World) -> None:
    assert Client().post("/demo/login/", {"key": "organiser"}).status_code == 404
    with pytest.raises(RuntimeError):
        demo_user_create(key="organiser", name="x")


@override_settings(DEMO=True)
def test_the_demonstration_has_a_button_for_each_of_its_people_only(world: World) -> None:
    user = demo_user_create(key="chief", name="演示组织者")
    grant_give(actor=SITE, user=user, role="organiser", organisation=world.org["province"])
    impostor = world.user["officer_a"]
    impostor.username, impostor.email = "demo-officer", "officer@demo.invalid"
    impostor.save()  # it has a password, so no demonstration made it
    client = Client()
    page = client.get("/").content.decode()
    assert re.findall(r'name="key" value="([^"]*)"', page) == ["chief"]
    for key in ("officer", "organiser", "", "chief' or 1=1"):
        assert client.post("/demo/login/", {"key": key}).status_code == 404
    assert client.post("/demo/login/", {"key": "chief"}).status_code == 302
    assert client.get("/me/access/").status_code == 200
    assert client.get("/demo/login/").status_code == 405


def test_secrets_in_addresses_stay_out_of_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="duxue.request"):
        Client().get("/invitations/very-secret/")
    assert caplog.records
    assert all(
        "very-secret" not in str(vars(record)) for record in caplog.records if record.name == "duxue.request"
    )
