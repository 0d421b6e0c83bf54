"""The audit of accounts: signing in and out, failing to, passwords and second factors; no secret, and not for colleagues."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from duxue.web.accounts.models import Grant
from duxue.web.common.audit import breaks
from duxue.web.common.clock import now
from duxue.web.common.models import AuditEvent
from duxue.web.common.scope import acting, everything
from tests.web.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db
NEW = "another long enough one"


def sign_in(client: Client, login: str, password: str = PASSWORD) -> None:
    client.post("/accounts/login/", {"login": login, "password": password}, REMOTE_ADDR="192.0.2.77")


def told() -> list[tuple[str, str, dict[str, object]]]:
    """Return action, who and data of the events on accounts, in order."""
    with everything("test"):
        rows = list(AuditEvent.objects.filter(action__startswith="duxue.account.").order_by("seq"))
        assert breaks(AuditEvent.objects.order_by("seq")) == []
    return [(e.action.rpartition(".")[2], e.actor_name, json.loads(e.data)) for e in rows]


def test_signing_in_and_out_and_changing_the_password(world: World) -> None:
    client, name = Client(), world.user["manager_a"].name
    sign_in(client, "manager_a")
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    client.post("/accounts/logout/")
    assert [(what, who) for what, who, _ in told()] == [
        ("signed_in", name), ("password_changed", name), ("signed_out", name),
    ]  # fmt: skip
    assert told()[0][2] == {"network": "192.0.2.0/24", "by": ["password"]}
    with everything("test"):
        kept = "".join(AuditEvent.objects.values_list("data", flat=True))
    assert PASSWORD not in kept
    assert NEW not in kept


def test_a_failed_sign_in_keeps_neither_name_nor_password(world: World) -> None:
    for login in ("nobody-of-here", "Nobody-of-here ", "a password typed too early", "manager_a"):
        sign_in(Client(), login, "wrong password")
    events = told()
    assert [what for what, *_ in events] == ["sign_in_failed"] * 4
    typed = [data["typed"] for *_, data in events]
    assert typed[0] == typed[1]
    assert len(set(typed)) == 3
    assert {data["network"] for *_, data in events} == {"192.0.2.0/24"}
    with everything("test"):
        rows = list(AuditEvent.objects.filter(action="duxue.account.sign_in_failed").order_by("seq"))
    assert [row.object_id for row in rows] == ["0", "0", "0", str(world.user["manager_a"].pk)]
    kept = json.dumps([[row.data, row.actor_name, row.reason, row.path] for row in rows])
    assert "nobody" not in kept.casefold()
    assert "typed too early" not in kept
    assert "wrong password" not in kept


def test_second_factors_are_told_without_their_secrets(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    client, user = Client(), world.user["organiser"]
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    sign_in(client, "organiser")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    with django_capture_on_commit_callbacks(execute=True):  # allauth tells it once it is written
        client.post(reverse("mfa_activate_totp"), {"code": code})
    assert Authenticator.objects.filter(user=world.user["organiser"], type="totp").exists()
    other = Client()
    sign_in(other, "organiser")
    other.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_deactivate_totp"))
    found = [(what, data.get("by")) for what, _, data in told()]
    assert found[0] == ("signed_in", ["password"])
    assert ("protection_added", ["totp"]) in found
    assert ("sign_in_failed", ["totp"]) in found
    assert ("protection_removed", ["totp"]) in found
    assert found.count(("signed_in", ["password"])) == 1  # the second never came through
    with everything("test"):
        assert secret not in "".join(AuditEvent.objects.values_list("data", flat=True))


def test_a_former_colleague_is_no_stranger(world: World) -> None:
    """Whose roles all ended is read of where they were held, and by no other authority."""
    with everything("test"):
        Grant.objects.filter(user=world.user["officer_a"]).update(revoked_at=now())
    sign_in(Client(), "officer_a")
    sign_in(Client(), "officer_a", "wrong password")
    seen = {}
    for key in ("organiser", "foreign_organiser"):
        with acting(world.actor(key)):
            seen[key] = AuditEvent.objects.filter(action__startswith="duxue.account.").count()
    assert seen == {"organiser": 2, "foreign_organiser": 0}


def test_only_organisers_auditors_and_oneself_read_it(world: World) -> None:
    sign_in(Client(), "manager_a")
    sign_in(Client(), "nobody-of-here", "wrong password")
    seen = {}
    for key in ("organiser", "auditor", "leader", "manager_a", "officer_a", "foreign_organiser", "public"):
        with acting(world.actor(key)):
            rows = AuditEvent.objects.filter(action__startswith="duxue.account.")
            seen[key] = sorted(rows.values_list("action", flat=True))
    both = ["duxue.account.sign_in_failed", "duxue.account.signed_in"]
    assert seen == {
        "organiser": both, "auditor": both, "leader": [], "manager_a": both[1:], "officer_a": [],
        "foreign_organiser": both[:1],  # a stranger belongs to no authority
        "public": [],
    }  # fmt: skip
