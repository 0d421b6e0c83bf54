"""A passkey lets its owner in; one that does not is told apart from a code, in the reader's language."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.web.accounts.passkey import Passkey, passkey_of
from tests.web.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db
GONE = {"zh-hans": "可能已被移除", "zh-hant": "可能已被移除", "en": "it may have been removed"}
STALE = {"zh-hans": "没有确认这把通行密钥", "en": "This passkey was not confirmed"}
CODE = re.compile("[Ii]ncorrect|不正确|不正確")


@pytest.fixture
def owner(world: World) -> Passkey:
    """The officer's key, registered."""
    cache.clear()
    passkey = passkey_of(world.user["officer_a"])
    passkey.register()
    return passkey


def browser(lang: str) -> Client:
    """Return a browser that speaks a language."""
    client = Client()
    client.cookies["duxue_language"] = lang
    return client


def enters(client: Client, passkey: Passkey, *, asked: bool = True) -> Any:
    """Use a passkey on the sign-in page and return the page that answers; `asked`: with the challenge of that page."""
    address = reverse("mfa_login_webauthn")
    options = client.get(address, headers={"x-requested-with": "XMLHttpRequest"}).json()["request_options"]
    challenge = options["publicKey"]["challenge"] if asked else "AAAA"
    return client.post(address, {"credential": passkey.answer(challenge)}, follow=True, secure=True)


def said(answer: Any) -> str:
    """Return the texts of a page without its scripts and tags."""
    return re.sub(r"(?s)<script.*?</script>|<[^>]*>", " ", answer.content.decode())


def test_a_passkey_lets_its_owner_in(owner: Passkey) -> None:
    client = browser("en")
    enters(client, owner)
    assert client.get("/me/access/").status_code == 200


@pytest.mark.parametrize("lang", GONE)
def test_a_removed_passkey_is_said_to_be_removed(owner: Passkey, lang: str) -> None:
    Authenticator.objects.all().delete()
    client = browser(lang)
    text = said(enters(client, owner))
    assert GONE[lang] in text
    assert not CODE.search(text)
    assert client.get("/me/access/").status_code == 302


@pytest.mark.parametrize("lang", STALE)
def test_a_kept_passkey_that_answers_another_page_is_asked_to_try_again(owner: Passkey, lang: str) -> None:
    client = browser(lang)
    text = said(enters(client, owner, asked=False))
    assert STALE[lang] in text
    assert GONE[lang] not in text
    assert not CODE.search(text)
    assert client.get("/me/access/").status_code == 302


@pytest.mark.parametrize("lang", STALE)
def test_the_second_step_tells_of_a_passkey_above_the_form(owner: Passkey, lang: str) -> None:
    Authenticator.objects.all().delete()
    TOTP.activate(owner.user, generate_totp_secret())
    client = browser(lang)
    client.post(reverse("account_login"), {"login": owner.user.username, "password": PASSWORD})
    page = client.post(reverse("mfa_authenticate"), {"credential": owner.answer("AAAA")})
    text = said(page)
    assert page.content.decode().count('role="alert"') == 1
    assert GONE[lang] in text
    assert "Credential" not in text
    assert not CODE.search(text)


@pytest.mark.parametrize("given", [[], "x", 3, {}, {"rawId": 7}, {"rawId": {"a": 1}, "response": []}])
def test_what_is_no_passkey_is_refused_in_words(owner: Passkey, given: Any) -> None:
    answer = browser("zh-hans").post(
        reverse("mfa_login_webauthn"), {"credential": json.dumps(given)}, follow=True
    )
    assert answer.status_code == 200
    assert "登录" in said(answer)


def test_a_key_that_nobody_asked_for_is_not_added(world: World) -> None:
    cache.clear()
    client = world.client("officer_a")
    client.cookies["duxue_language"] = "en"
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    made = passkey_of(world.user["officer_a"]).register().data["credential"]
    Authenticator.objects.all().delete()
    text = said(client.post(reverse("mfa_add_webauthn"), {"name": "k", "credential": json.dumps(made)}))
    assert "The key was not added" in text
    assert "Incorrect code" not in text
    assert not Authenticator.objects.exists()
