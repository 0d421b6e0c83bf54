"""Signing in by guessing, by look-alike names, and texts that no database keeps."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from duxue.core.errors import Refused
from duxue.web.accounts.services.invitations import invitation_create
from duxue.web.common.scope import acting
from tests.web.evidence.conftest import Sender
from tests.web.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db


def signs_in(name: str, password: str, ip: str = "192.0.2.1") -> bool:
    """Return whether name and password open the site."""
    client = Client(REMOTE_ADDR=ip)
    client.post(reverse("account_login"), {"login": name, "password": password})
    return "_auth_user_id" in client.session


def test_after_five_wrong_passwords_the_right_one_waits_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [time.time()]  # it stands still, however slow the machine is
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: clock[0])
    assert [signs_in("officer_a", f"wrong password {n}") for n in range(5)] == [False] * 5
    assert not signs_in("officer_a", PASSWORD)
    assert not signs_in("OFFICER_A", PASSWORD)
    assert not signs_in("officer_a", PASSWORD, "198.51.100.7")
    assert signs_in("officer_b", PASSWORD, "198.51.100.7")  # nobody shuts out others
    clock[0] += 299
    assert not signs_in("officer_a", PASSWORD, "198.51.100.8")
    clock[0] += 2
    assert signs_in("officer_a", PASSWORD, "198.51.100.8")


def _tries(told: str, name: str, password: str = "wrong") -> bool:
    """Sign in through a proxy on this machine which writes down `told`."""
    client = Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": told} if told else {})
    client.post(reverse("account_login"), {"login": name, "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    ("proxies", "made_up"), [(1, "203.0.113.{n}, 192.0.2.9"), (2, "203.0.113.{n}, 192.0.2.9, 198.51.100.4")]
)
def test_behind_proxies_an_address_is_counted_whatever_it_claims_to_be(
    proxies: int, made_up: str, world: World, settings: Any
) -> None:
    settings.PROXIES = proxies
    assert not any(_tries(made_up.format(n=n), f"nobody{n}") for n in range(10))
    assert not _tries(made_up.format(n=99), "officer_a", PASSWORD)
    other = "192.0.2.77, 198.51.100.4" if proxies == 2 else "192.0.2.77"
    assert _tries(other, "officer_a", PASSWORD)  # the proxy itself is not who is counted


@pytest.mark.parametrize("told", ["203.0.113.{n}", "nonsense {n}", "", "2001:db8::{n}, x"])
def test_without_a_proxy_nobody_is_believed(told: str, world: World, settings: Any) -> None:
    settings.PROXIES = 0 if told.startswith("203") else 1
    assert not any(_tries(told.format(n=n), f"nobody{n}") for n in range(10))
    assert not _tries(told.format(n=99), "officer_a", PASSWORD)


def test_wrong_tokens_are_counted_for_each_address_behind_a_proxy(world: World, settings: Any) -> None:
    settings.PROXIES = 1

    def status(told: str) -> int:
        headers = {"Authorization": "Bearer dx_wrong", "X-Forwarded-For": told}
        return Client(REMOTE_ADDR="127.0.0.1", headers=headers).get("/api/v1/accounts/me").status_code

    assert [status(f"203.0.113.{n}, 192.0.2.9") for n in range(11)] == [401] * 10 + [429]
    assert status("192.0.2.77") == 401


@pytest.mark.parametrize(
    "name", ["officer_а", "ｏfficer_a", "officer_a\u200b", "officer\u2024a", "оfficer_a"]
)
def test_a_look_alike_is_not_the_person(name: str, world: World) -> None:
    assert signs_in("officer_a", PASSWORD)
    assert not signs_in(name, PASSWORD)


@pytest.mark.parametrize("address", ["оfficer@example.org", "officer@exаmple.org"])
def test_nobody_is_invited_under_a_look_alike_address(address: str, world: World) -> None:
    actor = world.actor("organiser")
    with acting(actor), pytest.raises(Refused):
        invitation_create(actor=actor, email=address, role="officer", organisation=world.org["city_a"])


def test_an_address_is_kept_without_invisible_characters(world: World) -> None:
    actor = world.actor("organiser")
    with acting(actor):
        made = invitation_create(
            actor=actor, email="new\u200b@example.org\u200b", role="officer", organisation=world.org["city_a"]
        )
    assert made.invitation.email == "new@example.org"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"code": "37\\u00009"}', "code"), ('{"name": {"zh": "样\\u0000本"}}', "name.zh"),
        ('{"rows": ["x", "\\u0000"]}', "rows.1"), ('{"a\\u0000": 1}', ""), ('"\\u0000"', ""),
    ],
)  # fmt: skip
def test_a_nul_in_a_text_is_refused_with_its_field(body: str, field: str, world: World) -> None:
    answer = world.client("organiser").post("/api/v1/orgs/", body, content_type="application/json")
    assert answer.status_code == 422
    assert [(p["code"], p["field"], p["found"]) for p in answer.json()["problems"]] == [
        ("WEB002", field, "U+0000")
    ]


def test_a_nul_is_not_kept_through_any_door(world: World) -> None:
    answer, client = world.answer("a", "B1"), world.client("officer_a")
    sent = '{"version": 0, "narrative": "前\\u0000后"}'
    path = f"/api/v1/rounds/answers/{answer.pk}"
    assert client.patch(path, sent, content_type="application/json").status_code == 422
    form = {"version": 0, "narrative": "前\0后"}
    assert client.post(reverse("rounds:answer", args=[answer.pk]), form).status_code == 422
    assert world.answer("a", "B1").narrative == answer.narrative
    spelt = '{"version": 0, "narrative": "\\\\u0000"}'  # six letters, not a NUL
    assert client.patch(path, spelt, content_type="application/json").status_code == 200
    assert world.answer("a", "B1").narrative == "\\u0000"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"../../etc/passwd": b"x"}, "EVID014"), ({"/etc/passwd": b"x"}, "EVID014"), ({"C:\\x.txt": b"x"}, "EVID014"),
        ({"a/../../b.txt": b"x"}, "EVID014"), ({"zeros.txt": b"\0" * (40 << 20)}, "EVID012"), ({"a.exe": b"MZ"}, "EVID018"),
    ],
)  # fmt: skip
def test_a_zip_with_a_hostile_member_is_refused(members: dict[str, bytes], code: str, world: World) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.txt", "x")
        for name, data in members.items():
            archive.writestr(name, data)
    answer = Sender(world.client("officer_a"), "a.zip", packed.getvalue()).all()
    assert answer.status_code == 422
    assert code in [p["code"] for p in answer.json()["problems"]]
