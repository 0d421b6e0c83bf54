"""The second step of signing in: a code works once, wrong ones are counted, also where others fill the cache."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import everything
from tests.web.accounts.production import production
from tests.web.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, at the beginning of a code's 30 seconds; it stands still, however slow the machine is."""
    clock = [time.time() // 30 * 30 + 30]
    monkeypatch.setattr("time.time", lambda: clock[0])
    return clock


@dataclass
class Phone:
    """An authenticator app and the recovery codes printed beside it."""

    secret: str
    printed: list[str]

    @property
    def code(self) -> str:
        """What it shows now."""
        return format_hotp_value(hotp_value(self.secret, next(yield_hotp_counters_from_time())))

    @property
    def wrong(self) -> str:
        """A code that is none."""
        return f"{(int(self.code) + 1) % 1_000_000:06}"


@pytest.fixture
def phone(world: World, clock: list[float]) -> Phone:
    """The organiser's."""
    user, secret = world.user["organiser"], generate_totp_secret()
    TOTP.activate(user, secret)
    return Phone(secret, RecoveryCodes.activate(user).generate_codes())


def half(ip: str = "192.0.2.1") -> Client:
    """Return a browser in which the password was right and the code is asked for."""
    client = Client(REMOTE_ADDR=ip)
    answer = client.post(reverse("account_login"), {"login": "organiser", "password": PASSWORD})
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    return client


def enters(code: str, ip: str = "192.0.2.1", client: Client | None = None) -> bool:
    """Return whether a code opens the site after the right password."""
    browser = client or half(ip)
    browser.post(reverse("mfa_authenticate"), {"code": code})
    return browser.get("/me/access/").status_code == 200


def told() -> list[tuple[str, Any]]:
    """Return the events on signing in, each with how, in order."""
    with everything("test"):
        rows = AuditEvent.objects.filter(action__startswith="duxue.account.sign").order_by("seq")
        return [(row.action.rpartition(".")[2], json.loads(row.data)["by"]) for row in rows]


def test_a_code_of_the_app_opens_once_in_its_time(phone: Phone, clock: list[float]) -> None:
    code = phone.code
    assert enters(code)
    clock[0] += 29
    assert phone.code == code  # it is still shown
    assert not enters(code)
    assert not enters(f" {code[:3]} {code[3:]}", "198.51.100.7")
    clock[0] += 1
    assert not enters(code)
    assert enters(phone.code)
    way, failed = ("signed_in", ["password", "totp"]), ("sign_in_failed", ["totp"])
    assert told() == [way, failed, failed, failed, way]


def test_a_recovery_code_opens_once_for_ever(world: World, phone: Phone, clock: list[float]) -> None:
    first, second, *_ = phone.printed
    assert enters(first)
    assert not enters(first)
    clock[0] += 86400
    assert not enters(first)
    assert enters(second)
    way, failed = ("signed_in", ["password", "recovery_codes"]), ("sign_in_failed", ["totp"])
    assert told() == [way, failed, failed, way]
    with everything("test"):
        kept = "".join(AuditEvent.objects.values_list("data", flat=True))
    assert first not in kept
    assert second not in kept


def test_the_key_of_half_a_sign_in_opens_nothing(phone: Phone) -> None:
    client = half()
    planted = client.cookies["duxue_session"].value
    assert client.get("/me/access/").status_code == 302  # to the sign-in page
    assert enters(phone.code, client=client)
    attacker = Client()
    attacker.cookies["duxue_session"] = planted
    assert attacker.get("/me/access/").status_code == 302


def test_after_five_wrong_codes_the_right_one_waits_too(phone: Phone, clock: list[float]) -> None:
    client = half()
    for _ in range(4):
        assert not enters(phone.wrong, client=client)
    assert not enters(phone.wrong, "198.51.100.7")  # a new session, another address: the same person
    assert not enters(phone.code, client=client)
    assert not enters(phone.code, "198.51.100.8")
    assert not enters(phone.printed[0], "198.51.100.8")
    clock[0] += 299
    assert not enters(phone.code, "198.51.100.8")
    clock[0] += 2
    assert enters(phone.code, "198.51.100.8")


def test_whoever_is_signed_in_cannot_guess_on_when_asked_again(phone: Phone, clock: list[float]) -> None:
    client = half()
    assert enters(phone.code, client=client)
    clock[0] += 1000  # so that the site asks again before it shows codes
    page, asked = reverse("mfa_view_recovery_codes"), reverse("mfa_reauthenticate")
    for _ in range(5):
        assert client.post(asked, {"code": phone.wrong}).status_code == 200
    assert client.post(asked, {"code": phone.code}).status_code == 200
    assert client.get(page).status_code == 302
    clock[0] += 301
    assert client.post(asked, {"code": phone.code}).status_code == 302
    assert client.get(page).status_code == 200


def test_a_full_cache_forgets_neither_failures_nor_used_codes(
    world: World, phone: Phone, clock: list[float], settings: Any
) -> None:
    settings.CACHES = production(DUXUE_HOSTS="duxue.example.org")["CACHES"]
    call_command("createcachetable", verbosity=0)
    used = phone.code
    assert enters(used)
    for n in range(320):  # one line of an office: each address of its own, as IPv6 has them
        wrong = {"authorization": f"Bearer dx_{n}"}
        assert Client(REMOTE_ADDR=f"2001:db8::{n:x}", headers=wrong).get("/").status_code == 401
    assert not enters(used)
    for _ in range(4):
        assert not enters(phone.wrong, "198.51.100.7")
    for n in range(320, 640):
        wrong = {"authorization": f"Bearer dx_{n}"}
        assert Client(REMOTE_ADDR=f"2001:db8::{n:x}", headers=wrong).get("/").status_code == 401
    clock[0] += 30
    assert not enters(phone.code, "198.51.100.8")
    assert Authenticator.objects.filter(user=world.user["organiser"]).count() == 2
